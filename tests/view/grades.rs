//! What clients saw by several measures: each says what the checker of whole histories says, on runs that people know.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use netsplit::base::{OpId, SimTime};
use netsplit::check::{Consistency, Facts, Verdict};
use netsplit::lesson::Scenario;
use netsplit::session::Session;
use netsplit::view::pace::Speed;
use netsplit::view::playback::Playback;
use netsplit::view::readings::{Grade, Meter};

use super::runs::{scenario, scenarios};

fn playback(scenario: &Scenario) -> Playback {
    let session = Session::new(scenario, scenario.seed).expect("it can run");
    let mut playback = Playback::new(session, Speed::Story { skip_quiet: true });
    playback.seek(scenario.until);
    playback
}

fn grade(id: &str, name: &str) -> Grade {
    let grades = Meter::default().grades(&playback(&scenario(id)));
    let found = grades.all.iter().find(|grade| grade.name == name).cloned();
    found.unwrap_or_else(|| panic!("{id} has no {name}: {grades:?}"))
}

#[test]
fn each_measure_says_what_the_checker_says() {
    let measures = [
        ("Atomic register", Consistency::Linearizable),
        ("Regular register", Consistency::Regular),
        ("Causal", Consistency::Causal),
        ("Elements stay", Consistency::SetFull),
        ("Counter bounds", Consistency::CounterBounds),
        ("Converges", Consistency::Convergence),
    ];
    let (mut good, mut bad, mut unknown) = (0, 0, 0);
    for scenario in scenarios() {
        let (mut playback, mut meter) = (playback(&scenario), Meter::default());
        for part in [100, 40, 70] {
            playback.seek(SimTime(scenario.until.0 / 100 * part));
            let grades = meter.grades(&playback);
            assert_eq!(
                grades,
                Meter::default().grades(&playback),
                "{}: what was checked before does not matter",
                scenario.id
            );
            if grades.checked < grades.operations {
                continue;
            }
            for (name, measure) in measures {
                let Some(grade) = grades.all.iter().find(|grade| grade.name == name) else { continue };
                let what = format!("{} at {part} %: {grade:?}", scenario.id);
                match playback.session().cluster().verdict(measure) {
                    Verdict::Satisfied(()) => {
                        assert_eq!(grade.is_good, Some(true), "{what}");
                        good += 1;
                    }
                    Verdict::Violated(violation) => {
                        assert_eq!(grade.is_good, Some(false), "{what}");
                        let offender = grade.offender.as_ref().unwrap_or_else(|| panic!("{what}"));
                        assert_eq!(offender.op, OpId(violation.operation as u32 + 1), "{what}");
                        assert!(offender.at <= playback.session().now().time, "{what}");
                        bad += 1;
                    }
                    Verdict::Undecided(_) => {
                        assert_eq!(grade.is_good, None, "{what}");
                        unknown += 1;
                    }
                }
            }
        }
    }
    assert!(good > 100 && bad > 10 && unknown > 10, "{good} good, {bad} bad, {unknown} not known");
}

#[test]
fn known_stories_get_the_grades_that_people_give_them() {
    let stale = grade("no-repair", "Regular register");
    assert_eq!(stale.is_good, Some(false), "{stale:?}");
    let old = grade("no-repair", "Fresh reads");
    assert_eq!(old.is_good, Some(false));
    assert!(old.sentence.contains("at worst 1 confirmed write behind"), "{}", old.sentence);
    // Regular, and yet an older value after a newer one.
    assert_eq!(grade("quorum-not-atomic", "Regular register").is_good, Some(true));
    assert_eq!(grade("quorum-not-atomic", "Atomic register").is_good, Some(false));
    assert_eq!(grade("quorum-write-back", "Atomic register").is_good, Some(true));
    // The clock throws a confirmed write away; siblings keep both.
    assert_eq!(grade("lww-skew", "Regular register").is_good, Some(false));
    assert_ne!(grade("siblings-concurrent", "Regular register").is_good, Some(false));
    assert_eq!(grade("siblings-concurrent", "Fresh reads").is_good, Some(true));
}

#[test]
#[expect(clippy::disallowed_methods, reason = "whether to write the files anew is asked of the environment")]
fn grades_are_told_as_they_were_read() {
    let mut text = String::new();
    let ids = [
        "lww-skew",
        "siblings-concurrent",
        "no-repair",
        "quorum-not-atomic",
        "cart-union",
        "cart-set",
        "zombie-leader",
    ];
    for id in ids {
        let scenario = scenario(id);
        writeln!(text, "# {}", scenario.title).expect("a string takes all");
        for grade in Meter::default().grades(&playback(&scenario)).all {
            let word = grade.is_good.map_or("not known", |is_good| if is_good { "yes" } else { "no" });
            let offender = grade.offender.map(|it| format!(" [{} at {}]", it.words, it.at)).unwrap_or_default();
            writeln!(text, "{}: {word}. {}{offender}", grade.name, grade.sentence).expect("a string takes all");
        }
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/view/golden/grades.txt");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&path, &text).expect("a golden script can be written");
    }
    let golden = fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(golden, text, "UPDATE_GOLDEN=1 rewrites; read what changed");
}
