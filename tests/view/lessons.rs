//! Lessons as they are seen: what each step says while it runs, told as goldens, and that no message that matters is too
//! short on the screen to be followed.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use netsplit::base::SimTime;
use netsplit::lesson::Lesson;
use netsplit::session::Session;
use netsplit::session::walk::{Place, Walk};
use netsplit::view::caption::script;
use netsplit::view::chronicle::{Chronicle, Ending};
use netsplit::view::describe::Names;
use netsplit::view::pace::{Pace, Speed};

const LESSONS: [&str; 5] =
    ["quorum-arithmetic", "minority-lockdown", "zombie-leader", "election-timeout", "gray-failure"];

fn lesson(id: &str) -> Arc<Lesson> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("assets/compiled/lessons/{id}.json"));
    let text = fs::read(&file).expect("a compiled lesson can be read");
    Arc::new(serde_json::from_slice(&text).expect("a compiled lesson"))
}

/// What is seen in a step: a run, and from when to when.
struct Seen {
    told: Chronicle,
    session: Session,
    pace: Pace,
    from: SimTime,
    until: SimTime,
}

fn seen(session: &Session, from: SimTime) -> Seen {
    let until = session.now().time;
    let mut beyond = session.fork_at(usize::MAX, until, false);
    let mut told = Chronicle::new();
    let later = SimTime(until.0 + 12_000_000);
    beyond.advance(later);
    told.read_on(beyond.cluster());
    let mut pace = Pace::new(Speed::Story { skip_quiet: true }, from);
    pace.plan(&told, later);
    Seen { told, session: session.clone(), pace, from, until }
}

/// Every step of a lesson, done as its author would, with what is seen in it.
fn steps(lesson: &Arc<Lesson>) -> Vec<(String, Vec<Seen>)> {
    let done = |walk: Walk| walk.finish().expect("a lesson that is checked can be walked");
    let mut place: Place = done(Walk::start(lesson).expect("it begins"));
    let mut steps = Vec::new();
    for step in 0..lesson.steps.len() {
        if step > 0 {
            place = done(Walk::enter(lesson, step, place).expect("it has the step"));
        }
        let entered = place.trail.entry(step).unwrap_or_default();
        place = done(Walk::solve(lesson, place).expect("it has the step"));
        let runs = match place.sides.as_slice() {
            [] => vec![seen(&place.trunk, entered.moment.time)],
            sides => sides.iter().map(|side| seen(&side.session, side.since.moment.time)).collect(),
        };
        steps.push((lesson.steps[step].id.clone(), runs));
    }
    steps
}

#[test]
fn no_message_that_matters_is_on_the_screen_for_less_than_six_tenths_of_a_second() {
    let mut shown = 0_u32;
    for id in LESSONS {
        for (step, runs) in steps(&lesson(id)) {
            for run in runs {
                let inside = |at: SimTime| run.from < at && at <= run.until;
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

/// The captions of a lesson, step by step.
fn captions(id: &str) -> String {
    let mut text = String::new();
    for (step, runs) in steps(&lesson(id)) {
        for (at, run) in runs.iter().enumerate() {
            let side = if runs.len() > 1 { format!(", run {}", at + 1) } else { String::new() };
            writeln!(text, "## {step}{side}").expect("a string takes all");
            let names = Names::new(run.session.cluster().config());
            let (end, _) = (run.pace.screen_at(run.until), ());
            for line in script(&run.told, &names, &[], &run.pace).iter().filter(|line| line.since < end) {
                let (tenths, caption) = (line.since.0 / 100_000, &line.caption);
                writeln!(text, "{:>4}.{} s  {:<8} {}", tenths / 10, tenths % 10, caption.rank.word(), caption.text)
                    .expect("a string takes all");
            }
        }
    }
    text
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
