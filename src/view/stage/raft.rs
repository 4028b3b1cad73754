//! Raft servers on the stage: roles with their terms, the ends of logs, votes and copies as they are counted.

use super::clients::{tenths, unanswered};
use super::clocks::{ClockFace, face};
use super::nodes::{Cell, CellState, Counted, Look, NodeFrame, Tally};
use super::{Countdown, SeenBy};
use crate::base::{Endpoint, Monotonic, NodeId, NodeSet, SimTime};
use crate::protocol::raft::{Command, Configuration, ELECTION_TIMER, Entry, Index, Leadership, Raft, RaftRole};
use crate::protocol::{Operation, Protocol, Update, Value};
use crate::sim::{LinkHealth, NodeSlot, NodeStatus, World};
use crate::view::sides::{self, Side};

/// How many log entries a strip can show.
const CELLS: u64 = 5;

/// All nodes.
pub(super) fn nodes(world: &World<Raft>, seen_by: SeenBy) -> Vec<NodeFrame> {
    world.nodes().map(|(id, slot)| node(world, id, slot, seen_by)).collect()
}

/// The election timers that run.
pub(super) fn countdowns(world: &World<Raft>, now: SimTime) -> Vec<Countdown> {
    let runs = |(node, slot): (NodeId, &NodeSlot<Raft>)| {
        let is_leader = slot.process().is_none_or(|raft| matches!(raft.role(), RaftRole::Leader(_)));
        let (set_at, due) = slot.timer(ELECTION_TIMER).filter(|_| !is_leader)?;
        let length = due.since(set_at).0.max(1);
        Some(Countdown { node, share: (now.since(set_at).0 as f32 / length as f32).min(1.0) })
    };
    world.nodes().filter_map(runs).collect()
}

/// The sides of a parted network; none while it is whole.
pub(super) fn sides(world: &World<Raft>) -> Vec<Side> {
    let all: NodeSet = world.nodes().map(|(node, _)| node).collect();
    let runs = world.nodes().filter(|(_, slot)| slot.status() == NodeStatus::Up).map(|(node, _)| node).collect();
    let up: Vec<(Endpoint, Endpoint)> =
        world.links().filter(|(_, _, link)| link.health() == LinkHealth::Up).map(|(from, to, _)| (from, to)).collect();
    let sides = sides::sides(all, voters(world), runs, |from, to| up.contains(&(from.into(), to.into())));
    if sides.len() > 1 { sides } else { Vec::new() }
}

/// Who votes, by the newest membership that a server knows.
fn voters(world: &World<Raft>) -> NodeSet {
    membership(world).map_or(NodeSet::EMPTY, |members| members.voters)
}

/// Who belongs to the cluster, as the server has it that knows of most commits.
pub(super) fn membership(world: &World<Raft>) -> Option<Configuration> {
    let known = world.nodes().filter_map(|(_, slot)| slot.process());
    known.max_by_key(|raft| (raft.commit_index(), raft.term())).map(Raft::configuration)
}

fn node(world: &World<Raft>, id: NodeId, slot: &NodeSlot<Raft>, seen_by: SeenBy) -> NodeFrame {
    if !seen_by.is_at(id.into()) {
        return unseen(world, id, seen_by);
    }
    let Some(raft) = slot.process() else { return down(world, id, seen_by) };
    let look = look(world, id, raft, seen_by);
    let says = says(raft, id, look, slot.status());
    let (cells, earlier) = cells(raft);
    let waits = waits(raft, id);
    let name = spoken(raft, id, &says, waits) + &cut_links(world, id, seen_by);
    let is_paused = slot.status() == NodeStatus::Paused;
    let clock = face(world, id, seen_by);
    NodeFrame {
        id,
        look,
        is_paused,
        says,
        cells,
        earlier,
        holding: None,
        waits,
        clock,
        oddities: oddities(slot, clock),
        is_dim: false,
        name,
    }
}

pub(super) fn down<P: Protocol>(world: &World<P>, id: NodeId, seen_by: SeenBy) -> NodeFrame {
    let name = format!("{id}, down{}", cut_links(world, id, seen_by));
    blank(id, Look::Down, "down".to_owned(), name)
}

/// A node that whoever looks cannot see: what they believe of it.
fn unseen(world: &World<Raft>, id: NodeId, seen_by: SeenBy) -> NodeFrame {
    let says = belief(world, id, seen_by).unwrap_or_default();
    let name = if says.is_empty() { format!("{id}, nothing known") } else { format!("{id}, {says}") };
    NodeFrame { is_dim: true, ..blank(id, Look::Unknown, says, name) }
}

pub(super) fn blank(id: NodeId, look: Look, says: String, name: String) -> NodeFrame {
    let (cells, oddities) = (Vec::new(), Vec::new());
    let (is_paused, is_dim) = (false, false);
    let (holding, waits, clock) = (None, None, None);
    NodeFrame { id, look, is_paused, says, cells, earlier: 0, holding, waits, clock, oddities, is_dim, name }
}

/// What one node knows of another: a leader counts answers, a follower knows its leader's name.
fn belief(world: &World<Raft>, other: NodeId, seen_by: SeenBy) -> Option<String> {
    let eyes = match seen_by {
        SeenBy::Node(eyes) => eyes,
        SeenBy::Client(client) => return unanswered(world, other, client),
        SeenBy::Observer => return None,
    };
    let slot = world.node(eyes)?;
    let raft = slot.process()?;
    let now = slot.clock(world.now().time).monotonic;
    match raft.role() {
        RaftRole::Leader(leadership) => {
            let (_, progress) = leadership.followers().iter().find(|(node, _)| *node == other)?;
            Some(format!("holds {}, heard {} ago", progress.matched, tenths(now.since(progress.heard_at))))
        }
        RaftRole::Follower { leader: Some(leader) } if *leader == other => Some(leads(raft, now)),
        RaftRole::Candidate(candidacy) if candidacy.votes().contains(other) => Some("voted for me".to_owned()),
        RaftRole::PreCandidate(candidacy) if candidacy.votes().contains(other) => Some("would vote for me".to_owned()),
        RaftRole::Follower { .. } | RaftRole::Candidate(_) | RaftRole::PreCandidate(_) => None,
    }
}

/// What a follower knows of its leader. Silence shorter than a few heartbeats says nothing.
fn leads(raft: &Raft, now: Monotonic) -> String {
    let silence = raft.heard_leader_at().map(|at| now.since(at));
    let told = silence.filter(|silence| silence.0 >= 3 * raft.config().heartbeat_interval.0);
    let words = told.map_or_else(String::new, |silence| format!(", silent for {}", tenths(silence)));
    format!("leads term {}{words}", raft.term())
}

fn look(world: &World<Raft>, id: NodeId, raft: &Raft, seen_by: SeenBy) -> Look {
    match raft.role() {
        RaftRole::Leader(_) if seen_by == SeenBy::Observer && has_been_left(world, raft) => Look::StaleLeader,
        RaftRole::Leader(_) => Look::Leader,
        RaftRole::PreCandidate(_) | RaftRole::Candidate(_) => Look::Candidate,
        RaftRole::Follower { .. } if !raft.configuration().voters.contains(id) => Look::Learner,
        RaftRole::Follower { .. } => Look::Follower,
    }
}

/// Whether a quorum of a leader's voters is in a newer term: it cannot commit anything any more.
fn has_been_left(world: &World<Raft>, leader: &Raft) -> bool {
    let is_newer = |node: &NodeId| {
        let other = world.node(*node).and_then(NodeSlot::process);
        other.is_some_and(|other| other.term() > leader.term())
    };
    let newer = leader.configuration().voters.iter().filter(is_newer).collect();
    leader.configuration().quorum().is_reached_by(newer)
}

fn says(raft: &Raft, id: NodeId, look: Look, status: NodeStatus) -> String {
    let is_member = raft.configuration().members().contains(id);
    let role = match look {
        Look::Learner | Look::Follower if !is_member => "no member",
        Look::StaleLeader => "says: leader",
        Look::Leader => "leader",
        Look::Candidate if matches!(raft.role(), RaftRole::PreCandidate(_)) => "asks around",
        Look::Candidate => "candidate",
        Look::Learner => "learner",
        Look::Follower | Look::Replica | Look::Down | Look::Unknown => "follower",
    };
    let frozen = if status == NodeStatus::Paused { "frozen " } else { "" };
    format!("{frozen}{role}, term {}", raft.term())
}

fn cells(raft: &Raft) -> (Vec<Cell>, u64) {
    let log = raft.log();
    let last = log.last_index().0;
    let first = last.saturating_sub(CELLS).max(log.base().index.0) + 1;
    let state = |index: u64| {
        if index <= raft.commit_index().0 { CellState::Committed } else { CellState::Uncommitted }
    };
    let cell = |index: u64| {
        let entry = log.get(Index(index))?;
        Some(Cell { index, term: entry.term.0, text: short(entry), state: state(index) })
    };
    ((first..=last).filter_map(cell).collect(), first - 1)
}

/// What an entry does, in four characters.
pub(in crate::view) fn short(entry: &Entry) -> String {
    match &entry.command {
        Command::Noop => "–".to_owned(),
        Command::Configure(_) => "mem".to_owned(),
        Command::Operation(proposal) => short_operation(&proposal.operation),
    }
}

pub(super) fn short_operation(operation: &Operation) -> String {
    match &operation.update {
        Update::Read => "read".to_owned(),
        Update::Write(value) | Update::CompareAndSet { value, .. } => short_value(value),
        Update::Append(value) | Update::Include(value) => clip(&format!("+{value}")),
        Update::Exclude(value) => clip(&format!("−{value}")),
        Update::Add(amount) => clip(&format!("{amount:+}")),
        Update::Delete => "del".to_owned(),
    }
}

fn short_value(value: &Value) -> String {
    match value {
        Value::Text(text) => clip(text),
        Value::Int(_) | Value::Bytes(_) | Value::List(_) => clip(&value.to_string()),
    }
}

fn clip(text: &str) -> String {
    if text.chars().count() <= 4 { text.to_owned() } else { text.chars().take(3).chain(['…']).collect() }
}

/// What a server counts just now.
fn waits(raft: &Raft, own: NodeId) -> Option<Tally> {
    let voters = raft.configuration().voters;
    let members = voters.len() as u8;
    let need = members / 2 + 1;
    match raft.role() {
        RaftRole::Leader(leadership) => {
            let have = copies(raft, leadership, own)?;
            Some(Tally { of: Counted::Copies, have, members, need })
        }
        RaftRole::Candidate(candidacy) => {
            Some(Tally { of: Counted::Votes, have: candidacy.votes().len() as u8, members, need })
        }
        RaftRole::PreCandidate(candidacy) => {
            Some(Tally { of: Counted::PreVotes, have: candidacy.votes().len() as u8, members, need })
        }
        RaftRole::Follower { .. } => None,
    }
}

/// On how many disks the leader knows its first uncommitted entry to be; none if all is committed.
fn copies(raft: &Raft, leadership: &Leadership, own: NodeId) -> Option<u8> {
    let next = raft.commit_index().next();
    (next <= raft.log().last_index()).then(|| {
        let voters = raft.configuration().voters;
        let others = leadership.followers().iter();
        let holders = others.filter(|(node, progress)| voters.contains(*node) && progress.matched >= next).count();
        let holds_itself = voters.contains(own) && raft.durable_index() >= next;
        holders as u8 + u8::from(holds_itself)
    })
}

pub(super) fn oddities<P: Protocol>(slot: &NodeSlot<P>, clock: Option<ClockFace>) -> Vec<String> {
    let mut words: Vec<String> = clock.and_then(ClockFace::words).into_iter().collect();
    if slot.inbox_len() > 0 {
        words.push(format!("{} waiting", slot.inbox_len()));
    }
    words
}

fn spoken(raft: &Raft, id: NodeId, says: &str, waits: Option<Tally>) -> String {
    let mut name = format!("{id}, {says}");
    let mut held = raft.store().iter();
    match (held.next(), held.next()) {
        (Some((key, value)), None) => name += &format!(", {key} = {value}"),
        (Some(_), Some(_)) => name += &format!(", holds {} keys", raft.store().iter().count()),
        (None, _) => {}
    }
    if let Some(tally) = waits {
        name += &format!(", {}", tally.words());
    }
    name
}

/// How many of its links are cut, which only the observer knows: a node hears nothing, and cannot tell why.
pub(super) fn cut_links<P: Protocol>(world: &World<P>, id: NodeId, seen_by: SeenBy) -> String {
    if seen_by != SeenBy::Observer {
        return String::new();
    }
    let own = || world.links().filter(|(from, to, _)| *from == id.into() && to.node().is_some_and(|to| to != id));
    let cut = own().filter(|(_, _, link)| link.health() != LinkHealth::Up).count();
    if cut == 0 { String::new() } else { format!(", {cut} of {} links cut", own().count()) }
}
