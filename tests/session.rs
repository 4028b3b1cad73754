//! Sessions: whatever a person does with the cursor, the run is the run of its record. Each test compares with a plain
//! run of the same commands, which knows neither seeks nor checkpoints nor branches.

use netsplit::base::{ClientId, Distribution, Moment, NodeId, SimDuration, SimTime};
use netsplit::check::Invariants;
use netsplit::lesson::{SCENARIO_FORMAT, Scenario, System};
use netsplit::protocol::raft::RaftConfig;
use netsplit::protocol::{Operation, Update, Value};
use netsplit::session::{Cluster, Ensemble, RunRecord, ScenarioRef, Session, SessionError, Spacing};
use netsplit::sim::plan::{FaultKinds, FaultPlan};
use netsplit::sim::{ClientConfig, Command, CommandError, LinkPatch, Wire, Workload, WorldConfig};
use proptest::prelude::*;

/// Five nodes, two clients that write and read, and now and then a fault.
fn scenario() -> Scenario {
    let client = |name: &str| ClientConfig {
        name: name.to_owned(),
        timeout: SimDuration::from_millis(300),
        workload: Some(Workload { keys: 3, ..Workload::default() }),
        ..ClientConfig::default()
    };
    let kinds =
        FaultKinds { cut: 2, crash: 1, loss: 1, duplicate: 1, delay: 1, pause: 1, flap: 1, ..FaultKinds::default() };
    Scenario {
        format: SCENARIO_FORMAT,
        id: "for-tests".to_owned(),
        title: "For tests".to_owned(),
        summary: String::new(),
        seed: 1,
        until: SimTime::from_secs(8),
        system: System::Raft(RaftConfig::default()),
        world: WorldConfig { nodes: 5, clients: vec![client("Alice"), client("Bob")], ..WorldConfig::default() },
        faults: Some(FaultPlan { stop: SimTime::from_secs(6), kinds, ..FaultPlan::default() }),
        claims: Vec::new(),
    }
}

fn session(seed: u32) -> Session {
    Session::new(&scenario(), seed).expect("the scenario can run")
}

/// What the same commands lead to, by nothing but going forward.
fn plain_hash(record: &RunRecord) -> u64 {
    let mut cluster = Cluster::new(&scenario(), record.seed);
    let mut invariants = Invariants::default();
    for (moment, command) in &record.commands[..record.applied as usize] {
        advance_to(&mut cluster, *moment, &mut invariants);
        cluster.apply(command).expect("the record's commands can be carried out");
    }
    advance_to(&mut cluster, record.at, &mut invariants);
    assert!(invariants.broken().is_empty(), "{:#?}", invariants.broken());
    cluster.trace_hash()
}

/// Event by event, under the monitors of the system.
fn advance_to(cluster: &mut Cluster, moment: Moment, invariants: &mut Invariants) {
    while cluster.now().events < moment.events && cluster.step_until(moment.time) {
        cluster.show(invariants);
    }
    cluster.advance_to(moment);
}

fn record(session: &Session) -> RunRecord {
    session.record(ScenarioRef::Named("for-tests".to_owned()))
}

fn cut(a: u8, b: u8) -> Command {
    Command::Cut(Wire::both(NodeId(a), NodeId(b)))
}

const fn ms(ms: u64) -> SimTime {
    SimTime::from_millis(ms)
}

#[test]
fn a_step_back_and_forward_again_is_the_same_run() {
    let mut session = session(3);
    session.advance(ms(700));
    session.apply(&cut(1, 2)).expect("there is such a link");
    session.advance(ms(1_200));
    let (here, hash) = (session.now(), session.trace_hash());
    for _ in 0..40 {
        assert!(session.step_back());
    }
    assert_eq!(session.now().events, here.events - 40);
    for _ in 0..40 {
        assert!(session.step());
    }
    session.advance(ms(1_200));
    assert_eq!((session.now(), session.trace_hash()), (here, hash));
    assert_eq!(session.branches().len(), 1, "looking back opens no branch");
}

#[test]
fn steps_take_commands_back_and_carry_them_out_again() {
    let mut session = session(3);
    session.advance(ms(500));
    session.apply(&cut(1, 2)).expect("there is such a link");
    session.advance(ms(520));
    let hash = session.trace_hash();
    session.seek(ms(400));
    while session.now().time < ms(520) && session.step() {}
    session.seek(ms(520));
    assert_eq!(session.trace_hash(), hash);
    assert_eq!(record(&session).applied, 1);
}

#[test]
fn acting_in_the_past_keeps_the_old_future() {
    let mut session = session(5);
    session.advance(ms(2_000));
    let old_future = session.trace_hash();
    session.seek(ms(1_000));
    session.apply(&cut(1, 3)).expect("there is such a link");
    assert_eq!(session.branches().len(), 2);
    session.advance(ms(2_000));
    assert_ne!(session.trace_hash(), old_future);
    assert_eq!(session.trace_hash(), plain_hash(&record(&session)));
    let main = session.branches()[0].id();
    session.switch_to(main).expect("the first branch is there");
    assert_eq!(session.now().time, ms(1_000), "it was left there");
    session.seek(ms(2_000));
    assert_eq!(session.trace_hash(), old_future);
}

#[test]
fn undo_goes_to_just_before_the_command_and_redo_to_where_it_was_left() {
    let mut session = session(7);
    session.advance(ms(900));
    let before = session.trace_hash();
    session.apply(&cut(2, 3)).expect("there is such a link");
    session.apply(&Command::Crash { node: NodeId(1), keep_some: false }).expect("there is such a node");
    session.advance(ms(1_500));
    let left = (session.now(), session.trace_hash());
    session.undo().expect("a crash to take back");
    assert_eq!(session.now().time, ms(900));
    session.undo().expect("a cut to take back");
    assert_eq!(session.trace_hash(), before);
    assert_eq!(session.undo(), Err(SessionError::NothingToUndo));
    session.redo().expect("the cut comes back");
    session.redo().expect("the crash comes back");
    assert_eq!((session.now(), session.trace_hash()), left);
    assert_eq!(session.redo(), Err(SessionError::NothingToRedo));
    assert_eq!(session.branches().len(), 3, "the branches that undo opened stay listed");
}

#[test]
fn a_new_command_after_an_undo_ends_redo() {
    let mut session = session(7);
    session.advance(ms(900));
    session.apply(&cut(2, 3)).expect("there is such a link");
    session.undo().expect("a cut to take back");
    session.apply(&cut(3, 4)).expect("there is such a link");
    assert_eq!(session.redo(), Err(SessionError::NothingToRedo));
}

#[test]
fn a_command_that_names_nothing_changes_nothing() {
    let mut session = session(1);
    session.advance(ms(400));
    let (hash, commands) = (session.trace_hash(), record(&session).commands.len());
    let refusals = [
        (cut(1, 9), CommandError::NoNode(NodeId(9))),
        (cut(2, 2), CommandError::NoLink(NodeId(2).into(), NodeId(2).into())),
        (
            Command::SetLink {
                wire: Wire::both(NodeId(1), NodeId(2)),
                patch: LinkPatch { loss_ppm: Some(1_000_001), ..LinkPatch::default() },
            },
            CommandError::Chance(1_000_001),
        ),
        (Command::SetWorkload { client: ClientId(2), on: false }, CommandError::NoClient(ClientId(2))),
    ];
    for (command, error) in refusals {
        assert_eq!(session.apply(&command), Err(SessionError::Command(error)));
    }
    let impossible = Distribution::Uniform { min: SimDuration(2), max: SimDuration(1) };
    let slow = Command::SetSync { node: NodeId(1), sync: impossible };
    assert!(matches!(session.apply(&slow), Err(SessionError::Command(CommandError::Distribution(_)))));
    assert_eq!((session.trace_hash(), record(&session).commands.len()), (hash, commands));
}

#[test]
fn two_commands_at_one_moment_keep_their_order() {
    let mut session = session(2);
    session.advance(ms(800));
    let write = |value| Command::Invoke {
        client: ClientId(0),
        operation: Operation { key: "x".into(), update: Update::Write(Value::Int(value)) },
        contact: None,
    };
    session.apply(&write(1)).expect("Alice can write");
    session.apply(&write(2)).expect("Alice can write");
    session.advance(ms(1_600));
    let hash = session.trace_hash();
    session.seek(ms(100));
    session.seek(ms(1_600));
    assert_eq!(session.trace_hash(), hash);
    assert_eq!(plain_hash(&record(&session)), hash);
}

#[test]
fn a_record_replays_to_its_moment_and_hash_through_its_bytes() {
    let mut session = session(11);
    session.advance(ms(1_000));
    session.apply(&Command::Isolate(NodeId(2).into())).expect("there is such a node");
    session.advance(ms(2_500));
    session.apply(&Command::HealAll).expect("links can be healed");
    session.advance(ms(3_000));
    session.seek(ms(2_600));
    let record = record(&session);
    let bytes = record.encode();
    let decoded = RunRecord::decode(&bytes).expect("the record is whole");
    let replayed = Session::replay(&scenario(), &decoded).expect("the record can be replayed");
    assert_eq!((replayed.now(), replayed.trace_hash()), (record.at, record.hash));
    assert!(bytes.len() < 120, "a short record takes {} bytes", bytes.len());
}

#[test]
fn a_record_that_names_what_is_not_there_says_which_command() {
    let at = Moment { time: ms(10), events: 5 };
    let record = RunRecord { commands: vec![(at, cut(1, 8))], applied: 1, at, ..record(&session(1)) };
    let error = Session::replay(&scenario(), &record).expect_err("there is no n8");
    assert!(matches!(error, SessionError::Replay { number: 1, .. }), "{error}");
}

#[test]
fn a_hostile_moment_neither_panics_nor_hangs() {
    for at in [
        Moment { time: ms(20), events: u64::MAX },
        Moment { time: SimTime(0), events: 1_000 },
        Moment { time: ms(5_000), events: 0 },
    ] {
        let record = RunRecord { commands: vec![(at, cut(1, 2))], applied: 1, at, ..record(&session(1)) };
        let replayed = Session::replay(&scenario(), &record).expect("the command itself is possible");
        assert!(replayed.now().time <= ms(5_000));
    }
}

#[test]
fn a_long_run_thins_its_checkpoints_out() {
    let spacing = Spacing { events: 10, most: 16 };
    let mut session = Session::with_spacing(&scenario(), 1, spacing).expect("the scenario can run");
    session.advance(SimTime::from_secs(8));
    assert!(session.checkpoints() <= 16, "{} checkpoints", session.checkpoints());
    let hash = session.trace_hash();
    session.seek(ms(3_333));
    session.seek(SimTime::from_secs(8));
    assert_eq!(session.trace_hash(), hash);
}

#[test]
fn twins_are_one_run_up_to_their_one_difference() {
    let mut twins = Ensemble::new(vec![session(4), session(4)]);
    twins.advance(ms(1_500));
    let [first, second] = twins.sessions() else { panic!("there are two") };
    assert_eq!(first.cluster().first_difference(second.cluster()), None);
    twins.session_mut(1).expect("there is a second").apply(&cut(1, 2)).expect("there is such a link");
    twins.advance(ms(2_500));
    let [first, second] = twins.sessions() else { panic!("there are two") };
    let difference = first.cluster().first_difference(second.cluster()).expect("one of them was cut");
    assert_eq!(difference.second, Some(ms(1_500)), "the cut itself is the first difference");
    assert!(difference.first > difference.second);
    twins.seek(ms(1_400));
    let [first, second] = twins.sessions() else { panic!("there are two") };
    assert_eq!(first.trace_hash(), second.trace_hash(), "before the cut they are one run");
    assert_eq!((first.now().time, second.now().time), (ms(1_400), ms(1_400)));
}

/// What a person does with a session.
#[derive(Clone, Debug)]
enum Deed {
    Advance(u64),
    AdvanceSome(u64, u64),
    Seek(u64),
    Step,
    StepBack,
    Act(Command),
    Undo,
    Redo,
    Switch(usize),
}

fn deeds() -> impl Strategy<Value = Deed> {
    let node = || (1_u8..=5).prop_map(NodeId);
    let wire = || (1_u8..=5, 1_u8..=4).prop_map(|(a, step)| Wire::both(NodeId(a), NodeId((a - 1 + step) % 5 + 1)));
    let command = prop_oneof![
        wire().prop_map(Command::Cut),
        wire().prop_map(Command::Heal),
        node().prop_map(|node| Command::Isolate(node.into())),
        Just(Command::HealAll),
        (wire(), wire()).prop_map(|(one, other)| Command::CutMany(vec![one, other])),
        (wire(), wire()).prop_map(|(one, other)| Command::HealMany(vec![one, other])),
        node().prop_map(|node| Command::Crash { node, keep_some: true }),
        node().prop_map(Command::Restart),
        node().prop_map(Command::Pause),
        node().prop_map(Command::Resume),
        Just(Command::AddNode),
    ];
    prop_oneof![
        3 => (0_u64..400).prop_map(Deed::Advance),
        2 => (0_u64..400, 1_u64..300).prop_map(|(ms, events)| Deed::AdvanceSome(ms, events)),
        2 => (0_u64..3_000).prop_map(Deed::Seek),
        1 => Just(Deed::Step),
        1 => Just(Deed::StepBack),
        3 => command.prop_map(Deed::Act),
        1 => Just(Deed::Undo),
        1 => Just(Deed::Redo),
        1 => (0_usize..6).prop_map(Deed::Switch),
    ]
}

fn act(session: &mut Session, deed: &Deed) {
    let now = session.now().time;
    match deed {
        Deed::Advance(length) => session.advance(now + SimDuration::from_millis(*length)),
        Deed::AdvanceSome(length, events) => {
            session.advance_some(now + SimDuration::from_millis(*length), *events);
        }
        Deed::Seek(at) => session.seek(ms(*at)),
        Deed::Step => {
            session.step();
        }
        Deed::StepBack => {
            session.step_back();
        }
        Deed::Act(command) => session.apply(command).expect("the drawn commands name what is there"),
        Deed::Undo => {
            let _nothing_is_fine = session.undo();
        }
        Deed::Redo => {
            let _nothing_is_fine = session.redo();
        }
        Deed::Switch(at) => {
            let branch = session.branches()[at % session.branches().len()].id();
            session.switch_to(branch).expect("the branch is listed");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn whatever_is_done_the_hash_is_that_of_the_record(
        seed in 0_u32..50,
        events in 1_u64..600,
        most in 2_usize..40,
        deeds in proptest::collection::vec(deeds(), 1..25),
    ) {
        let spacing = Spacing { events, most };
        let mut session = Session::with_spacing(&scenario(), seed, spacing).expect("the scenario can run");
        for deed in &deeds {
            act(&mut session, deed);
            let record = record(&session);
            prop_assert_eq!(record.hash, plain_hash(&record), "after {:?}", deed);
        }
        // Every branch that was ever left still leads to the run of its own record.
        for branch in 0..session.branches().len() {
            act(&mut session, &Deed::Switch(branch));
            let record = record(&session);
            prop_assert_eq!(record.hash, plain_hash(&record), "branch {}", branch);
        }
    }
}
