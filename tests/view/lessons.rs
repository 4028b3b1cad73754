//! Lessons as they are seen: what each step says while it runs, told as goldens, and that no message that matters is too
//! short on the screen to be followed.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use netsplit::base::SimTime;
use netsplit::lesson::{Lesson, StepKind};
use netsplit::session::Session;
use netsplit::session::walk::{Entry, Place, Side, Walk, WalkError};
use netsplit::view::caption::script;
use netsplit::view::chronicle::{Chronicle, Ending};
use netsplit::view::describe::Names;
use netsplit::view::pace::{Pace, Rate, Speed};

const LESSONS: [&str; 15] = [
    "the-cut",
    "quorum-arithmetic",
    "minority-lockdown",
    "cart",
    "zombie-leader",
    "election-timeout",
    "gray-failure",
    "r-plus-w",
    "lww-wiki",
    "crdts",
    "hinted-handoff",
    "siblings",
    "anti-entropy",
    "tombstones",
    "causal-chat",
];

fn lesson(id: &str) -> Arc<Lesson> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("assets/compiled/lessons/{id}.json"));
    let text = fs::read(&file).expect("a compiled lesson can be read");
    Arc::new(serde_json::from_slice(&text).expect("a compiled lesson"))
}

/// What is seen in a step: a run, from when to when, and from which record on it is news.
struct Seen {
    label: String,
    told: Chronicle,
    session: Session,
    pace: Pace,
    since: Entry,
    until: SimTime,
}

fn seen(speed: Speed, label: &str, session: &Session, since: Entry) -> Seen {
    let until = session.now().time;
    let mut beyond = session.fork_at(usize::MAX, until, false);
    let mut told = Chronicle::new();
    let later = SimTime(until.0 + 12_000_000);
    beyond.advance(later);
    told.read_on(beyond.cluster());
    let mut pace = Pace::new(speed, since.moment.time);
    pace.plan(&told, later);
    Seen { label: label.to_owned(), told, session: session.clone(), pace, since, until }
}

fn done(walk: Result<Walk, WalkError>) -> Place {
    walk.and_then(Walk::finish).expect("a lesson that is checked can be walked")
}

/// Every step of a lesson, done as its author would, with what is seen in it: each run of those that compare.
fn steps(lesson: &Arc<Lesson>) -> Vec<(String, Vec<Seen>)> {
    let mut place: Place = done(Walk::start(lesson));
    let mut steps = Vec::new();
    for (step, this) in lesson.steps.iter().enumerate() {
        if step > 0 {
            place = done(Walk::enter(lesson, step, place));
        }
        let entered = place.trail.entry(step).unwrap_or_default();
        let chosen = |option: usize| done(Walk::solve(lesson, done(Walk::choose(lesson, option, place.clone()))));
        let solved = done(Walk::solve(lesson, place.clone()));
        let fixed = this.view.speed.map(|length| Speed::Fixed(Rate::per_second(length)));
        let speed = fixed.unwrap_or(Speed::Story { skip_quiet: true });
        let side = |label: &str, side: &Side| seen(speed, label, &side.session, side.since);
        let runs = match &this.kind {
            StepKind::Vary { options, .. } => {
                options.iter().enumerate().map(|(at, option)| side(&option.label, &chosen(at).sides[0])).collect()
            }
            StepKind::Twin { first, second, .. } => {
                [first, second].into_iter().zip(&solved.sides).map(|(run, it)| side(&run.label, it)).collect()
            }
            _ => vec![seen(speed, "", &solved.trunk, entered)],
        };
        steps.push((this.id.clone(), runs));
        place = solved;
    }
    steps
}

#[test]
fn no_message_that_matters_is_on_the_screen_for_less_than_six_tenths_of_a_second() {
    let mut shown = 0_u32;
    for id in LESSONS {
        for (step, runs) in steps(&lesson(id)) {
            for run in runs {
                let inside = |at: SimTime| run.since.moment.time < at && at <= run.until;
                for crossing in run.told.crossings().iter().filter(|crossing| crossing.is_foreground()) {
                    let Some(end) = crossing.end.filter(|end| inside(crossing.sent_at) && inside(end.at)) else {
                        continue;
                    };
                    if !matches!(end.how, Ending::Delivered | Ending::Held) {
                        continue;
                    }
                    let length = run.pace.screen_at(end.at).0 - run.pace.screen_at(crossing.sent_at).0;
                    let is_fine = !(120_000..600_000).contains(&length);
                    assert!(is_fine, "{id}, {step}: a {} is shown for {length} us", crossing.kind.word());
                    shown += u32::from(length >= 600_000);
                }
            }
        }
    }
    assert!(shown > 300, "only {shown} messages to be followed");
}

/// The captions of a lesson, step by step. What happened before a step is not told in it.
fn captions(id: &str) -> String {
    let mut text = String::new();
    for (step, runs) in steps(&lesson(id)) {
        for run in runs {
            let label = if run.label.is_empty() { String::new() } else { format!(": {}", run.label) };
            writeln!(text, "## {step}{label}").expect("a string takes all");
            let names = Names::new(run.session.cluster().config());
            let end = run.pace.screen_at(run.until);
            for line in script(&run.told, &names, &[], &run.pace, run.since.records) {
                if line.since > end {
                    break;
                }
                let (tenths, caption) = (line.since.0 / 100_000, &line.caption);
                writeln!(text, "{:>4}.{} s  {:<8} {}", tenths / 10, tenths % 10, caption.rank.word(), caption.text)
                    .expect("a string takes all");
            }
        }
    }
    text
}

#[test]
fn every_run_of_a_lesson_has_something_to_say() {
    for id in LESSONS {
        let text = captions(id);
        let silent: Vec<&str> = text.split("## ").skip(1).filter(|part| !part.contains(" s  ")).collect();
        for part in silent {
            assert!(!part.trim_end().contains(": "), "{id}: nothing is said in {part}");
        }
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "whether to write the files anew is asked of the environment")]
fn each_lesson_says_what_was_read() {
    for id in LESSONS {
        let text = captions(id);
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/view/golden/lesson-{id}.txt"));
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            fs::write(&file, &text).expect("the golden file can be written");
        }
        assert_eq!(text, fs::read_to_string(&file).unwrap_or_default(), "{id}");
    }
}
