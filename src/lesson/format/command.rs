//! `[[at]]`: commands at known times, one an entry.

use super::cluster::wire_and_patch;
use super::form::{Choice, Form, Item, Kind, Table};
use super::kinds::{Client, Delay, Each, End, Flag, Instant, Length, Link, List, Node, Shift, Tempo, Whole, Yes};
use super::operation::{INVOKE, TYPE};
use super::reader::Reader;
use super::sketch::{Guide, Sketch};
use crate::base::{Drift, Endpoint, NodeId, SimDuration, SimTime};
use crate::protocol::Order;
use crate::sim::Command;

/// The most `[[at]]` entries.
pub(super) const ENTRIES_MAX: usize = 1_000;

/// The entries in the order of the file, once they are known to make sense together.
pub(super) fn schedule(form: &mut Form<'_, '_>, nodes: u8, clients: u8) -> Vec<(SimTime, Command)> {
    let list = Each(List { of: AT, min: 0, max: ENTRIES_MAX });
    let entries = form.optional("at", list, "Commands at known times. At one time they act in the order of the file.");
    let entries = entries.unwrap_or_default();
    let mut order: Vec<(usize, SimTime)> =
        entries.iter().enumerate().filter_map(|(at, entry)| Some((at, entry.as_ref()?.0))).collect();
    order.sort_by_key(|(_, time)| *time);
    let mut nodes = nodes;
    for (at, _) in order {
        let Some((time, command)) = &entries[at] else { continue };
        if let Err(error) = command.check(nodes, clients) {
            form.problem_of_entry("at", at, None, format!("at {}, {error}", SimDuration(time.0)));
        }
        if matches!(command, Command::AddNode) {
            nodes = nodes.saturating_add(1);
        }
    }
    entries.into_iter().flatten().collect()
}

const AT: Table<(SimTime, Command)> = Table {
    name: "at entry",
    heading: "[[at]]",
    doc: "One command, and when it is carried out.",
    form: |form| {
        let time = form.required("time", Instant, "When.");
        let mut choice = form.choice("a command");
        all(&mut choice);
        let command = choice.end();
        Some((time?, command?))
    },
};

/// Every command there is.
pub(super) fn all(choice: &mut Choice<'_, '_, '_, Command>) {
    links(choice);
    processes(choice);
    nodes(choice);
    clients(choice);
    orders(choice);
}

fn links(choice: &mut Choice<'_, '_, '_, Command>) {
    let doc = "Cuts a link: messages in flight on it die, later ones die on the way, and nobody is told.";
    choice.case("cut", Link, doc, Command::Cut);
    let doc = "Cuts several links at once, as a knife does.";
    choice.case("cut_many", List { of: Link, min: 1, max: 200 }, doc, Command::CutMany);
    choice.case("heal", Link, "Mends a link, and stops its flapping.", Command::Heal);
    let doc = "Mends several links at once, and stops their flapping.";
    choice.case("heal_many", List { of: Link, min: 1, max: 200 }, doc, Command::HealMany);
    let doc = "Sets every link between the nodes and clients named: cut between groups, whole within one.";
    choice.case("partition", Groups, doc, |groups| Command::Partition { groups });
    choice.case("heal_all", Yes, "Mends every link that was cut, and stops every flapping.", |()| Command::HealAll);
    choice.case("isolate", End, "Cuts every link of one node or client.", Command::Isolate);
    choice.case("set_link", SET_LINK, "Changes some settings of a link.", |command| command);
    choice.case("flap", FLAP, "Lets a link go down and up by itself; `heal` ends it.", |command| command);
}

fn processes(choice: &mut Choice<'_, '_, '_, Command>) {
    let doc = "Stops a process at once; its disk keeps what it has made durable. `\"n3\"`, or a table.";
    choice.case("crash", CrashKind, doc, |command| command);
    choice.case("restart", Node, "Starts a process that is down, with what its disk holds.", Command::Restart);
    choice.case("wipe", Node, "Stops a process and erases its disk.", Command::Wipe);
    choice.case("pause", Node, "Freezes a process: it keeps its role, and what arrives waits.", Command::Pause);
    choice.case("resume", Node, "Lets a frozen process go on.", Command::Resume);
    let doc = "Starts a new process with an empty disk, under the next free name.";
    choice.case("add_node", Yes, doc, |()| Command::AddNode);
}

fn nodes(choice: &mut Choice<'_, '_, '_, Command>) {
    choice.case("set_service", SET_SERVICE, "Sets how long a node takes over each input.", |command| command);
    choice.case("set_sync", SET_SYNC, "Sets how long a node's disk takes to make a write durable.", |command| command);
    let doc = "Makes a disk lie: it reports a write as durable, and keeps it in a cache that a crash loses.";
    choice.case("lying_disk", LYING_DISK, doc, |command| command);
    let doc = "Makes a disk honest again; what it kept in its cache becomes durable.";
    choice.case("honest_disk", Node, doc, |node| Command::SetLying { node, flush_after: None });
    choice.case("drift", DRIFT, "Sets how fast a node's clocks run.", |command| command);
    choice.case("step_wall", STEP_WALL, "Steps a node's wall clock, forward or back.", |command| command);
}

fn clients(choice: &mut Choice<'_, '_, '_, Command>) {
    choice.case("invoke", INVOKE, "Lets a client invoke one operation.", |command| command);
    choice.case("type", TYPE, "Types into a text box at a replica, or deletes there.", |command| command);
    let set = |on| move |client| Command::SetWorkload { client, on };
    choice.case("start_workload", Client, "Starts a client's workload anew.", set(true));
    choice.case("stop_workload", Client, "Stops a client's workload.", set(false));
}

fn orders(choice: &mut Choice<'_, '_, '_, Command>) {
    let to_leader = |order| Command::Order { node: None, order };
    let doc = "Asks the leader to hand leadership to this node.";
    choice.case("transfer", Node, doc, move |to| to_leader(Order::Transfer { to }));
    let doc = "Asks the leader to take this node into the cluster; it votes once it has caught up.";
    choice.case("add_server", Node, doc, move |node| to_leader(Order::AddServer(node)));
    let doc = "Asks the leader to let this node have the data, without a vote.";
    choice.case("add_learner", Node, doc, move |node| to_leader(Order::AddLearner(node)));
    let doc = "Asks the leader to take this node out of the cluster.";
    choice.case("remove_server", Node, doc, move |node| to_leader(Order::RemoveServer(node)));
    choice.case("order", ORDER, "Asks a certain node, leader or not, for one of these.", |command| command);
}

const ORDER: Table<Command> = Table {
    name: "order",
    heading: "`order`",
    doc: "What an operator asks of a certain node.",
    form: |form| {
        let node = form.required("at", Node, "Which node is asked.");
        let mut choice = form.choice("an order");
        choice.case("transfer", Node, "Hand leadership to this node.", |to| Order::Transfer { to });
        choice.case("add_server", Node, "Take this node into the cluster.", Order::AddServer);
        choice.case("add_learner", Node, "Let this node have the data, without a vote.", Order::AddLearner);
        choice.case("remove_server", Node, "Take this node out of the cluster.", Order::RemoveServer);
        let order = choice.end();
        Some(Command::Order { node: Some(node?), order: order? })
    },
};

/// The sides of a partition. Nobody is on two sides.
struct Groups;

const GROUPS_MAX: usize = 16;
const MEMBERS_MAX: usize = 64;

impl Kind for Groups {
    type Value = Vec<Vec<Endpoint>>;

    fn read(&self, item: &Item<'_>, reader: &mut Reader) -> Option<Self::Value> {
        let mut seen = Vec::new();
        for member in
            item.get_ref().as_array().into_iter().flatten().filter_map(|side| side.get_ref().as_array()).flatten()
        {
            match member.get_ref().as_str() {
                Some(name) if seen.contains(&name) => {
                    reader.problem(member.span(), format!("`{}` is in two groups", Reader::shorten(name)));
                }
                Some(name) if seen.len() < GROUPS_MAX * MEMBERS_MAX => seen.push(name),
                Some(_) | None => {}
            }
        }
        let side = List { of: End, min: 1, max: MEMBERS_MAX };
        let groups = List { of: side, min: 2, max: GROUPS_MAX }.read(item, reader)?;
        Some(groups)
    }

    fn sketch(&self, guide: &mut Guide) -> Sketch {
        let side = Sketch::List { of: Box::new(End.sketch(guide)), min: 1, max: MEMBERS_MAX };
        let doc = "The sides of a partition: `[[\"n1\", \"n2\", \"Alice\"], [\"n3\", \"n4\", \"n5\"]]`.";
        guide.value("groups", doc, Sketch::List { of: Box::new(side), min: 2, max: GROUPS_MAX })
    }
}

const SET_LINK: Table<Command> = Table {
    name: "set_link",
    heading: "`set_link`",
    doc: "What changes about a link; the rest stays.",
    form: |form| {
        let (wire, patch) = wire_and_patch(form);
        Some(Command::SetLink { wire: wire?, patch })
    },
};

const FLAP: Table<Command> = Table {
    name: "flap",
    heading: "`flap`",
    doc: "A link that goes down and up by itself.",
    form: |form| {
        let wire = form.required("link", Link, "Which link.");
        let up = form.required("up", Tempo, "How long it stays up.");
        let down = form.required("down", Tempo, "How long it stays down.");
        Some(Command::Flap { wire: wire?, up: up?, down: down? })
    },
};

/// `"n3"`, or a table that says more.
struct CrashKind;

const CRASH: Table<Command> = Table {
    name: "crash",
    heading: "`crash`",
    doc: "A crash that says what becomes of writes that were under way.",
    form: |form| {
        let node = form.required("node", Node, "Which node.");
        let doc = "Whether a drawn number of the unsynced writes survive, as they may on a real disk.";
        let keep_some = form.or("keep_some", Flag, doc, false);
        Some(Command::Crash { node: node?, keep_some })
    },
};

impl Kind for CrashKind {
    type Value = Command;

    fn read(&self, item: &Item<'_>, reader: &mut Reader) -> Option<Command> {
        if item.get_ref().is_table() {
            return CRASH.read(item, reader);
        }
        Node.read(item, reader).map(|node| Command::Crash { node, keep_some: false })
    }

    fn sketch(&self, guide: &mut Guide) -> Sketch {
        Sketch::Either(vec![Node.sketch(guide), CRASH.sketch(guide)])
    }
}

/// A node and a length of something.
macro_rules! node_and_delay {
    ($name:ident, $key:literal, $heading:literal, $doc:literal, $make:expr) => {
        const $name: Table<Command> = Table {
            name: $key,
            heading: $heading,
            doc: $doc,
            form: |form| {
                let node = form.required("node", Node, "Which node.");
                let takes = form.required("takes", Delay, "How long.");
                let make: fn(NodeId, _) -> Command = $make;
                Some(make(node?, takes?))
            },
        };
    };
}

node_and_delay!(
    SET_SERVICE,
    "set_service",
    "`set_service`",
    "How long a node takes over each input.",
    |node, service| { Command::SetService { node, service } }
);
node_and_delay!(SET_SYNC, "set_sync", "`set_sync`", "How long a disk takes to make a write durable.", |node, sync| {
    Command::SetSync { node, sync }
});

const LYING_DISK: Table<Command> = Table {
    name: "lying_disk",
    heading: "`lying_disk`",
    doc: "A disk that lies about syncing. Hostile: no protocol is safe on it.",
    form: |form| {
        let node = form.required("node", Node, "Which node.");
        let doc = "How long a write stays in the cache that a crash loses.";
        let flush_after = form.required("flush_after", Length::REPEATED, doc);
        Some(Command::SetLying { node: node?, flush_after: Some(flush_after?) })
    },
};

const DRIFT: Table<Command> = Table {
    name: "drift",
    heading: "`drift`",
    doc: "How fast a node's oscillator runs.",
    form: |form| {
        let node = form.required("node", Node, "Which node.");
        let ppm = Whole { min: -Drift::MAX_PPM, max: Drift::MAX_PPM };
        let ppm = form.required("ppm", ppm, "How much faster than true time, in parts per million; minus is slower.");
        Some(Command::SetDrift { node: node?, drift: Drift(ppm?) })
    },
};

const STEP_WALL: Table<Command> = Table {
    name: "step_wall",
    heading: "`step_wall`",
    doc: "A step of a node's wall clock.",
    form: |form| {
        let node = form.required("node", Node, "Which node.");
        let by = form.required("by", Shift { max: SimDuration::from_secs(86_400) }, "By how much.");
        Some(Command::StepWall { node: node?, by_us: by? })
    },
};
