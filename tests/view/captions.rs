//! The captions of whole runs: short, never empty, nothing that matters swallowed; and four stories, told as goldens.
//! `UPDATE_GOLDEN=1 cargo test --features cli --test view` writes the goldens anew; whoever commits that has read them.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use netsplit::base::SimTime;
use netsplit::lesson::Scenario;
use netsplit::session::run_scenario;
use netsplit::sim::WorldConfig;
use netsplit::view::caption::{Line, Rank, WORDS_MAX, at, candidates, script};
use netsplit::view::chronicle::{BeatKind, Chronicle};
use netsplit::view::describe::Names;
use netsplit::view::pace::{Pace, Speed};

use super::runs::{chronicle, scenario, scenarios};

struct Story {
    told: Chronicle,
    config: WorldConfig,
    broken: Vec<netsplit::check::InvariantBroken>,
    pace: Pace,
}

fn story(scenario: &Scenario) -> Story {
    let report = run_scenario(scenario, scenario.seed, scenario.until, |_| true);
    let told = chronicle(&report.cluster);
    let mut pace = Pace::new(Speed::Story { skip_quiet: true }, SimTime::ZERO);
    // The world goes on beyond the scenario's end, as on the stage, so that its last moments can be planned.
    let config = report.cluster.config().clone();
    let mut beyond = report.cluster.clone();
    let later = SimTime(scenario.until.0 + 12_000_000);
    beyond.advance(later);
    pace.plan(&chronicle(&beyond), later);
    Story { told, config, broken: report.broken, pace }
}

fn lines(story: &Story) -> Vec<Line> {
    script(&story.told, &Names::new(&story.config), &story.broken, &story.pace, 0)
}

#[test]
fn every_caption_is_short_and_says_something() {
    let mut seen = BTreeSet::new();
    for scenario in scenarios() {
        let story = story(&scenario);
        for caption in candidates(&story.told, &Names::new(&story.config), &story.broken) {
            let words = caption.text.split_whitespace().count();
            assert!((2..=WORDS_MAX).contains(&words), "{}: {words} words: {}", scenario.id, caption.text);
            assert!(caption.text.ends_with(['.', '!']) || caption.text.ends_with(" ..."), "{}", caption.text);
            seen.insert(caption.rank);
        }
    }
    let all = [Rank::Rest, Rank::Commit, Rank::Quorum, Rank::Leader, Rank::Outcome, Rank::LostWrite, Rank::Invariant];
    assert_eq!(seen, BTreeSet::from(all), "every rank comes up somewhere");
}

#[test]
fn nothing_that_matters_is_swallowed() {
    for scenario in scenarios() {
        let story = story(&scenario);
        let shown: BTreeSet<String> = lines(&story).into_iter().map(|line| line.caption.text).collect();
        for caption in candidates(&story.told, &Names::new(&story.config), &story.broken) {
            if caption.rank >= Rank::Leader {
                assert!(shown.contains(&caption.text), "{}: {}", scenario.id, caption.text);
            }
        }
        let is_high = |what: &BeatKind| matches!(what, BeatKind::Leads { .. });
        let leaders = story.told.beats().iter().filter(|beat| is_high(&beat.what)).count();
        let told = candidates(&story.told, &Names::new(&story.config), &[]);
        let of_leaders = told.iter().filter(|caption| caption.rank == Rank::Leader);
        assert!(of_leaders.count() >= leaders, "{}", scenario.id);
    }
}

#[test]
fn a_standing_picture_has_the_latest_news() {
    let scenario = scenario("zombie-leader");
    let story = story(&scenario);
    let names = Names::new(&story.config);
    let text = |ms| at(&story.told, &names, &story.broken, SimTime::from_millis(ms)).map(|caption| caption.text);
    assert_eq!(text(1), None, "nothing has happened yet");
    assert_eq!(text(1_000).as_deref(), Some("n1 and n2 are cut off: 2 of 5 is no majority."));
    assert_eq!(text(1_150).as_deref(), Some("n1 has stored Alice's write on 2 of 5. It needs 3."));
    assert_eq!(text(1_550).as_deref(), Some("Alice does not know: n1 gave no answer within 400 ms."));
}

#[test]
#[expect(clippy::disallowed_methods, reason = "whether to write the files anew is asked of the environment")]
fn four_stories_are_told_as_they_were_read() {
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    let mut differing = Vec::new();
    for id in ["minority-cut", "zombie-leader", "first-election", "leader-isolated"] {
        let scenario = scenario(id);
        let mut text = format!("# {}: screen time, simulated time, rank, caption\n", scenario.title);
        for line in lines(&story(&scenario)) {
            let screen = line.since.0 / 10_000;
            let (at, rank) = (line.caption.at.0 / 100, line.caption.rank.word());
            let (screen, at) =
                (format!("{}.{:02}", screen / 100, screen % 100), format!("{}.{:04}", at / 10_000, at % 10_000));
            writeln!(text, "{screen:>8} s {at:>9} s  {rank:<10}  {}", line.caption.text).expect("a string takes all");
        }
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/view/golden/captions-{id}.txt"));
        if update {
            fs::write(&path, &text).expect("a golden script can be written");
        } else if fs::read_to_string(&path).unwrap_or_default() != text {
            differing.push(id);
        }
    }
    assert!(differing.is_empty(), "{differing:?} are told otherwise: UPDATE_GOLDEN=1 rewrites; read what changed");
}
