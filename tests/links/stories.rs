//! The runs of which each release keeps a link: plain ones, one with every command, one that holds its scenario whole.

use std::fs;
use std::path::Path;

use netsplit::base::{ClientId, Distribution, Drift, NodeId, SimDuration, SimTime};
use netsplit::lesson::{Scenario, format};
use netsplit::protocol::{Element, Operation, Order, Typing, Update, Value};
use netsplit::session::{ScenarioRef, Session};
use netsplit::sim::{Command, LinkPatch, Wire};

use super::replay::named;

/// A run worth keeping: its name in the file's, what it is in a sentence, and where it stands.
pub(crate) struct Story {
    pub(crate) name: &'static str,
    pub(crate) what: &'static str,
    pub(crate) session: Session,
    pub(crate) scenario: ScenarioRef,
}

/// The stories of this version. A later version adds to them and takes none away.
pub(crate) fn all() -> Vec<Story> {
    vec![plain(), every_command(), left_in_the_past(), inline_everything(), inline_rules_off(), reconnected(), typed()]
}

const fn ms(ms: u64) -> SimTime {
    SimTime::from_millis(ms)
}

fn session(id: &str, seed: u32) -> (Session, ScenarioRef) {
    let session = Session::new(&named(id), seed).expect("the scenario can run");
    (session, ScenarioRef::Named(id.to_owned()))
}

fn act(session: &mut Session, at: SimTime, commands: impl IntoIterator<Item = Command>) {
    session.advance(at);
    for command in commands {
        session.apply(&command).unwrap_or_else(|error| panic!("{command:?}: {error}"));
    }
}

fn plain() -> Story {
    let (mut session, scenario) = session("minority-cut", 7);
    session.advance(ms(3_000));
    Story { name: "plain", what: "A scenario that comes with the page, and nothing done to it.", session, scenario }
}

fn left_in_the_past() -> Story {
    let (mut session, scenario) = session("five-nodes-writing", 4_294_967_295);
    act(&mut session, ms(900), [Command::Isolate(NodeId(3).into())]);
    act(&mut session, ms(1_800), [Command::HealAll]);
    session.advance(ms(2_500));
    session.seek(SimTime(1_234_567));
    let what = "The cursor stands between two commands, so the later one is still to come.";
    Story { name: "past", what, session, scenario }
}

fn inline_everything() -> Story {
    let scenario = whole("tests/format/everything.toml", "everything");
    let mut session = Session::new(&scenario, 12).expect("the scenario can run");
    act(&mut session, ms(1_000), [Command::HealAll]);
    session.advance(ms(1_100));
    let what = "A scenario of a person's own that uses every key of the format, whole in the link.";
    Story { name: "inline-everything", what, session, scenario: ScenarioRef::Inline(Box::new(scenario)) }
}

fn inline_rules_off() -> Story {
    let mut scenario = named("broken-any-candidate");
    scenario.id = "mine".to_owned();
    let mut session = Session::new(&scenario, scenario.seed).expect("the scenario can run");
    session.advance(scenario.until);
    let what = "A scenario of a person's own, with a rule of the protocol switched off.";
    Story { name: "inline-rules-off", what, session, scenario: ScenarioRef::Inline(Box::new(scenario)) }
}

fn reconnected() -> Story {
    let (mut session, scenario) = session("five-nodes-writing", 8);
    let n1 = NodeId(1);
    act(&mut session, ms(1_000), [Command::Isolate(n1.into())]);
    let wires = vec![Wire::both(n1, NodeId(2)), Wire::one_way(NodeId(3), n1), Wire::both(ClientId(0), n1)];
    act(&mut session, ms(2_000), [Command::HealMany(wires)]);
    session.advance(ms(3_000));
    let what = "Several links mended at once, a command that was added after the others.";
    Story { name: "reconnected", what, session, scenario }
}

fn typed() -> Story {
    let (mut session, scenario) = session("text-two-boxes", 1);
    let typing = |at, remove, insert: &str| Typing { key: "page".into(), at, remove, insert: insert.to_owned() };
    act(&mut session, ms(600), [Command::Type { node: NodeId(1), typing: typing(0, 3, "Ürömqi 🐈") }]);
    act(&mut session, ms(650), [Command::Type { node: NodeId(3), typing: typing(12, 99, "!") }]);
    session.advance(ms(4_000));
    let what = "What was typed on both sides of a cut, in letters of two, three and four bytes.";
    Story { name: "typed", what, session, scenario }
}

fn whole(file: &str, id: &str) -> Scenario {
    let source = fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).expect("the scenario can be read");
    format::parse(&source, id, None).unwrap_or_else(|problems| panic!("{problems}"))
}

fn every_command() -> Story {
    let (mut session, scenario) = session("five-nodes-writing", 3);
    for (at, commands) in (1_u64..).zip(every()) {
        act(&mut session, ms(at * 250), commands);
    }
    session.advance(ms(5_000));
    Story { name: "every-command", what: "Every command there is, with what it can hold.", session, scenario }
}

/// Every command, in groups that are carried out at one moment each.
fn every() -> Vec<Vec<Command>> {
    let [n1, n2, n3, n4, n5, n6] = [1, 2, 3, 4, 5, 6].map(NodeId);
    let length = SimDuration::from_millis;
    let constant = |ms| Distribution::Constant(length(ms));
    let patch = LinkPatch {
        delay: Some(Distribution::Exponential { min: length(2), mean: length(9) }),
        loss_ppm: Some(50_000),
        duplicate_ppm: Some(10_000),
        reorder: Some(true),
    };
    let (up, down) = (Distribution::Uniform { min: length(40), max: length(80) }, constant(30));
    let service = Distribution::LogNormal { median: length(1), sigma_milli: 250 };
    let sync = Distribution::Pareto { min: length(1), shape_milli: 1_500 };
    vec![
        vec![Command::AddNode, order(None, Order::AddLearner(n6)), Command::Cut(Wire::both(n1, n2))],
        vec![Command::Heal(Wire::both(n1, n2)), Command::Cut(Wire::one_way(ClientId(0), n2))],
        vec![
            Command::SetLink { wire: Wire::both(n2, n3), patch },
            Command::Flap { wire: Wire::both(n4, n5), up, down },
        ],
        vec![
            Command::SetService { node: n2, service },
            Command::SetSync { node: n3, sync },
            Command::SetLying { node: n4, flush_after: Some(length(70)) },
        ],
        vec![Command::SetDrift { node: n5, drift: Drift(-200) }, Command::StepWall { node: n5, by_us: -1_500_000 }],
        vec![
            Command::SetLying { node: n4, flush_after: None },
            Command::SetWorkload { client: ClientId(0), on: false },
        ],
        updates().into_iter().map(invoke).collect(),
        vec![Command::SetWorkload { client: ClientId(0), on: true }, Command::Isolate(n1.into()), Command::Pause(n2)],
        vec![Command::HealAll, Command::Resume(n2), Command::Crash { node: n3, keep_some: true }],
        vec![Command::Partition {
            groups: vec![vec![n1.into(), n2.into()], vec![n4.into(), n5.into(), ClientId(0).into()]],
        }],
        vec![Command::CutMany(vec![Wire::both(n1, n4), Wire::one_way(ClientId(0), n5)])],
        vec![Command::HealAll, Command::Restart(n3), Command::Crash { node: n4, keep_some: false }],
        vec![Command::Wipe(n4), order(None, Order::AddServer(n6))],
        vec![order(None, Order::Transfer { to: n2 }), order(Some(n5), Order::RemoveServer(n4))],
    ]
}

fn order(node: Option<NodeId>, order: Order) -> Command {
    Command::Order { node, order }
}

fn updates() -> Vec<Update> {
    let bytes = || [0_u8, 127, 255].as_slice().into();
    let list = vec![Element::Int(-1), Element::Text("é".into()), Element::Bytes(bytes())];
    vec![
        Update::Read,
        Update::Write(Value::List(list)),
        Update::Write(Value::Bytes(bytes())),
        Update::CompareAndSet { expect: None, value: Value::Text("a".into()) },
        Update::CompareAndSet { expect: Some(Value::Int(1)), value: Value::Int(300) },
        Update::Append(Element::Int(i64::MIN)),
        Update::Add(-7),
        Update::Delete,
        Update::Include(Element::Int(4)),
        Update::Exclude(Element::Text("b".into())),
    ]
}

fn invoke(update: Update) -> Command {
    let contact = matches!(update, Update::Read).then_some(NodeId(4));
    Command::Invoke { client: ClientId(0), operation: Operation { key: "k1".into(), update }, contact }
}

/// The name of a command's kind. A new kind must be added here, and to `every`.
pub(crate) fn kind(command: &Command) -> &'static str {
    match command {
        Command::Cut(_) => "cut",
        Command::CutMany(_) => "cut_many",
        Command::Heal(_) => "heal",
        Command::HealMany(_) => "heal_many",
        Command::Partition { .. } => "partition",
        Command::HealAll => "heal_all",
        Command::Isolate(_) => "isolate",
        Command::SetLink { .. } => "set_link",
        Command::Flap { .. } => "flap",
        Command::Crash { .. } => "crash",
        Command::Restart(_) => "restart",
        Command::Wipe(_) => "wipe",
        Command::Pause(_) => "pause",
        Command::Resume(_) => "resume",
        Command::SetService { .. } => "set_service",
        Command::SetSync { .. } => "set_sync",
        Command::SetLying { .. } => "set_lying",
        Command::SetDrift { .. } => "set_drift",
        Command::StepWall { .. } => "step_wall",
        Command::Invoke { .. } => "invoke",
        Command::SetWorkload { .. } => "set_workload",
        Command::AddNode => "add_node",
        Command::Order { .. } => "order",
        Command::Type { .. } => "type",
    }
}

/// How many kinds `kind` tells apart.
pub(crate) const KINDS: usize = 24;
