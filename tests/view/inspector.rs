//! The inspector and the log against whole runs: everything can be laid open, and nothing of the future is told.

use netsplit::base::{ClientId, Endpoint, NodeId, RecordId, SimTime};
use netsplit::lesson::Scenario;
use netsplit::session::Session;
use netsplit::view::chronicle::Chronicle;
use netsplit::view::inspector::{Piece, Sheet, Target, inspect};
use netsplit::view::log::{Class, Filter, Log};

use super::runs::{chronicle, scenario, scenarios, whole};

fn words(pieces: &[Piece]) -> String {
    let word = |piece: &Piece| match piece {
        Piece::Text(text) | Piece::Mention(text, _) => text.clone(),
        Piece::Moment(at) => at.to_string(),
    };
    pieces.iter().map(word).collect()
}

fn rows(sheet: &Sheet, title: &str) -> Vec<String> {
    let group = sheet.groups.iter().find(|group| group.title == title);
    let row = |name: &str, value: &[Piece]| format!("{name}: {}", words(value)).trim_start_matches(": ").to_owned();
    group.map(|group| group.rows.iter().map(|it| row(&it.name, &it.value)).collect()).unwrap_or_default()
}

fn at(scenario: &Scenario, ms: u64) -> Session {
    let mut session = Session::new(scenario, scenario.seed).expect("it can run");
    session.seek(SimTime::from_millis(ms));
    session
}

fn targets(session: &Session, chronicle: &Chronicle) -> Vec<Target> {
    let config = session.cluster().config();
    let nodes = (1..=config.nodes).map(NodeId);
    let mut all: Vec<Target> = nodes.map(Target::Node).collect();
    all.extend((0..config.clients.len()).map(|at| Target::Client(ClientId(at as u8))));
    if config.nodes > 1 {
        all.push(Target::Link(Endpoint::Node(NodeId(1)), Endpoint::Node(NodeId(2))));
    }
    let seen = session.cluster().records();
    let messages = chronicle.crossings().iter().filter(|crossing| crossing.message.0 < seen);
    all.extend(messages.rev().step_by(17).take(20).map(|crossing| Target::Message(crossing.message)));
    let operations = chronicle.operations().iter().filter(|bar| bar.record.0 < seen);
    all.extend(operations.rev().take(6).map(|bar| Target::Operation(bar.op)));
    all
}

#[test]
fn everything_can_be_laid_open_and_nothing_of_the_future_is_told() {
    for scenario in scenarios() {
        let knows_all = chronicle(&whole(&scenario));
        for part in [30, 80] {
            let session = at(&scenario, scenario.until.0 / 1_000 * part / 100);
            let cluster = session.cluster();
            let knows_so_far = chronicle(cluster);
            for target in targets(&session, &knows_so_far) {
                let what = format!("{}: {target:?} at {part} %", scenario.id);
                let sheet = inspect(cluster, &knows_so_far, target).unwrap_or_else(|| panic!("{what}"));
                assert!(!sheet.groups.is_empty(), "{what}");
                assert_eq!(Some(sheet), inspect(cluster, &knows_all, target), "{what}");
            }
        }
        let early = at(&scenario, 0);
        let last = knows_all.crossings().last().map_or(RecordId(u64::MAX), |crossing| crossing.message);
        assert_eq!(inspect(early.cluster(), &knows_all, Target::Message(last)), None, "it was not sent yet");
    }
}

#[test]
fn the_zombie_leader_shows_what_it_waits_for_and_why() {
    let session = at(&scenario("zombie-leader"), 1_950);
    let knows = chronicle(session.cluster());
    let sheet = inspect(session.cluster(), &knows, Target::Node(NodeId(1))).expect("n1 is there");
    assert_eq!(sheet.title, "n1, leader of term 2");
    let waits = rows(&sheet, "Waits for");
    assert_eq!(waits.len(), 2, "{waits:?}");
    let start = "entry 2: stored on n1 and n2, needs 3; waits for n3, n4 and n5: ";
    assert!(waits[0].starts_with(start) && waits[0].ends_with("messages to them died (the link was cut)"), "{waits:?}");
    assert!(words(&sheet.why[0].words).contains("becomes leader of term 2"), "{:?}", sheet.why);
    assert!(sheet.why.len() > 2, "with what led to it");
    let alice = Target::Client(ClientId(0));
    let sheet = inspect(session.cluster(), &knows, alice).expect("Alice is there");
    assert_eq!(rows(&sheet, "Its operations"), ["invoked: 2", "told ok: 0", "told no: 0", "unknown: 1"]);
    let late = at(&scenario("zombie-leader"), 5_000);
    let knows = chronicle(late.cluster());
    let first = knows.operations()[0].op;
    let sheet = inspect(late.cluster(), &knows, Target::Operation(first)).expect("it was invoked");
    let truth =
        rows(&sheet, "Operation").into_iter().find(|row| row.starts_with("in truth")).expect("the truth is told");
    assert!(truth.starts_with("in truth: gone from every log, since 4."), "{truth}");
    assert!(!rows(&sheet, "Why unknown").is_empty());
}

#[test]
fn the_log_reads_on_as_if_it_were_read_at_once() {
    let scenario = scenario("zombie-leader");
    let knows = chronicle(&whole(&scenario));
    let filters = [
        Filter::default(),
        Filter { with_routine: true, ..Filter::default() },
        Filter { class: Some(Class::Clients), ..Filter::default() },
        Filter { class: Some(Class::Decisions), about: Some(Endpoint::Node(NodeId(4))), ..Filter::default() },
    ];
    for filter in filters {
        let mut session = at(&scenario, 0);
        let mut step_by_step = Log::default();
        for ms in [500, 900, 1_200, 2_600, 4_100] {
            session.seek(SimTime::from_millis(ms));
            step_by_step.read(session.cluster(), &knows, filter, 1);
            let mut at_once = Log::default();
            at_once.read(session.cluster(), &knows, filter, 1);
            let (one, other): (Vec<_>, Vec<_>) = (step_by_step.lines().collect(), at_once.lines().collect());
            assert_eq!(one, other, "{filter:?} at {ms} ms");
            assert!(one.iter().all(|line| line.at <= SimTime::from_millis(ms)));
            assert!(one.iter().all(|line| filter.class.is_none_or(|class| class == line.class)));
        }
        assert!(step_by_step.lines().count() > 3, "{filter:?}");
    }
    let mut log = Log::default();
    let session = at(&scenario, 1_000);
    log.read(session.cluster(), &knows, Filter::default(), 1);
    let mut with_routine = Log::default();
    with_routine.read(session.cluster(), &knows, Filter { with_routine: true, ..Filter::default() }, 1);
    let signs_of_life = |log: &Log| log.lines().filter(|line| line.words.contains("heartbeat")).count();
    assert!(signs_of_life(&with_routine) > 50);
    // Those that are left bring news: who leads now, or what is committed.
    let messages = log.lines().filter_map(|line| match line.target {
        Some(Target::Message(message)) => knows.crossing(message),
        _ => None,
    });
    assert!(messages.map(|crossing| assert!(crossing.is_foreground(), "{crossing:?}")).count() > 10);
}
