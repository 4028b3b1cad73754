//! Merges on the stage and in the inspector: what is said of them is what replicas hold and what clients were told.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use netsplit::base::SimDuration;
use netsplit::lesson::{Scenario, System};
use netsplit::session::Session;
use netsplit::view::inspector::{Piece, Target, inspect};
use netsplit::view::pace::Speed;
use netsplit::view::playback::Playback;
use netsplit::view::stage::{MergeFrame, NodeFrame, SeenBy, StageFrame, show_merges};

use super::runs::{chronicle, scenario, scenarios, whole};

fn playback(scenario: &Scenario) -> Playback {
    let session = Session::new(scenario, scenario.seed).expect("it can run");
    Playback::new(session, Speed::Story { skip_quiet: true })
}

fn frame(playback: &Playback) -> StageFrame {
    let mut frame = StageFrame::of(playback.session().cluster(), SeenBy::Observer);
    show_merges(&mut frame, playback);
    frame
}

fn merge(node: &NodeFrame) -> Option<&MergeFrame> {
    node.holding.as_ref()?.merge.as_ref()
}

/// What each merge of a run looks like at the moment at which it is made.
fn told(scenario: &Scenario) -> String {
    let mut playback = playback(scenario);
    let mut out = String::new();
    for it in chronicle(&whole(scenario)).merges() {
        playback.seek(it.when.at);
        let frame = frame(&playback);
        let node = frame.node(it.node).expect("it is on the stage");
        let at = it.when.at.0 / 100;
        let words = merge(node).map_or_else(|| "nothing is shown".to_owned(), MergeFrame::words);
        writeln!(out, "{:>4}.{:04} s  {}: {words}", at / 10_000, at % 10_000, it.node).expect("a string takes all");
    }
    out
}

#[test]
#[expect(clippy::disallowed_methods, reason = "whether to write the files anew is asked of the environment")]
fn merges_are_shown_as_they_were_read() {
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    let mut text = String::new();
    for id in ["lww-skew", "siblings-concurrent", "cart-union", "cart-set", "compare-trees", "tombstone-returns"] {
        let scenario = scenario(id);
        writeln!(text, "# {}", scenario.title).expect("a string takes all");
        text += &told(&scenario);
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/view/golden/merges.txt");
    if update {
        fs::write(&path, &text).expect("a golden script can be written");
    }
    let golden = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(golden, text, "UPDATE_GOLDEN=1 rewrites; read what changed");
}

#[test]
fn what_a_merge_shows_is_held_and_what_it_strikes_is_not() {
    let (mut shown, mut struck, mut broken) = (0, 0, 0);
    for scenario in scenarios().into_iter().filter(|it| matches!(it.system, System::Leaderless(_))) {
        let all = chronicle(&whole(&scenario));
        let mut playback = playback(&scenario);
        for it in all.merges().iter().take(60) {
            for later in [0, 2, 30] {
                playback.seek(it.when.at + SimDuration::from_millis(later));
                for node in &frame(&playback).nodes {
                    let Some(merge) = merge(node) else { continue };
                    let what = format!("{} at {}: {:?}", scenario.id, playback.session().now().time, node.holding);
                    let held = node.holding.iter().flat_map(|it| &it.versions);
                    let held: Vec<String> = held
                        .flat_map(|it| [it.text.clone()].into_iter().chain(it.past.iter().map(|it| it.words.clone())))
                        .collect();
                    let parts = |text: &str| text.split(" · ").map(str::to_owned).collect::<Vec<_>>();
                    let is_there = |part: &String| held.iter().any(|it| it == part || parts(it).contains(part));
                    for line in &merge.lines {
                        let is_in = parts(&line.text).iter().all(is_there) || held.contains(&line.text);
                        assert_eq!(!line.is_out(), is_in, "{what}");
                        struck += usize::from(line.is_out());
                        broken += usize::from(line.breaks);
                    }
                    shown += 1;
                }
            }
        }
    }
    assert!(shown > 100 && struck > 20 && broken > 5, "{shown} shown, {struck} struck, {broken} broken");
}

#[test]
fn a_merge_is_shown_for_a_moment_whichever_way_one_comes_there() {
    let scenario = scenario("lww-skew");
    let all = chronicle(&whole(&scenario));
    let it = all.merges().iter().find(|it| !it.undoes.is_empty()).expect("a write is thrown away");
    let mut one = playback(&scenario);
    let mut at = |time| {
        one.seek(time);
        frame(&one)
    };
    let is_shown = |frame: &StageFrame| merge(frame.node(it.node).expect("it is there")).is_some();
    let now = at(it.when.at);
    assert!(is_shown(&now));
    let breaks = |frame: &StageFrame| {
        let merge = merge(frame.node(it.node).expect("it is there"));
        merge.is_some_and(|merge| merge.lines.iter().any(|line| line.is_out() && line.breaks))
    };
    let op = all.operation(it.undoes[0]).expect("it was asked for");
    let told = op.ended.as_ref().expect("its client is told ok").0;
    assert!(op.is_acknowledged() && told.at > it.when.at, "after it was thrown away");
    assert!(!breaks(&now), "nobody was told ok by then");
    assert!(breaks(&at(told.at)), "now somebody is");
    let far = at(it.when.at + SimDuration::from_secs(4));
    assert!(!is_shown(&far), "it was a moment ago");
    assert!(!is_shown(&at(netsplit::base::SimTime(it.when.at.0 - 1_000))), "nothing of what comes is shown");
    assert_eq!(at(it.when.at), now, "back from either side it is the same");
    let mut other = playback(&scenario);
    while other.session().now().time < it.when.at || other.seen() <= it.when.record.0 {
        assert!(other.step(), "there is more to come");
    }
    let stepped = frame(&other);
    assert_eq!(merge(stepped.node(it.node).expect("it is there")), merge(now.node(it.node).expect("it is there")));
}

#[test]
fn the_inspector_lists_merges_with_who_was_told_ok() {
    let scenario = scenario("lww-skew");
    let cluster = whole(&scenario);
    let knows = chronicle(&cluster);
    let it = knows.merges().iter().find(|it| !it.undoes.is_empty()).expect("a write is thrown away");
    let sheet = inspect(&cluster, &knows, Target::Node(it.node)).expect("it is there");
    let group = sheet.groups.iter().find(|group| group.title == "What came, and what became of it");
    let rows = &group.expect("it has merged").rows;
    let text = |pieces: &[Piece]| {
        let word = |piece: &Piece| match piece {
            Piece::Text(text) | Piece::Mention(text, _) => text.clone(),
            Piece::Moment(at) => at.to_string(),
        };
        pieces.iter().map(word).collect::<String>()
    };
    let all: Vec<String> = rows.iter().map(|row| text(&row.value)).collect();
    let broken = all.iter().find(|row| row.contains(" Broken: ")).expect("the loss is told");
    assert!(broken.contains("dropped") && broken.ends_with("and was told ok."), "{all:?}");
    assert!(rows.iter().all(|row| row.name.is_empty() && row.value.len() > 3), "{all:?}");
}
