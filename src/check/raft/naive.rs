//! The same invariants, openly naive: every state is kept whole, and after every event everything is looked at again,
//! from the first entry and the first record on. Slow, and short enough to be believed: tests compare the monitors with it.

mod clients;
mod leaders;
mod logs;

use super::super::invariant::{Invariant, Report};
use crate::base::{Endpoint, Moment, Monotonic, NodeId, NodeSet, RecordId};
use crate::protocol::raft::log::LogEnd;
use crate::protocol::raft::{
    Command, Configuration, Entry, Index, Log, Raft, RaftConfig, RaftDurable, RaftMessage, RaftRole, Snapshot, Term,
};
use crate::protocol::{Key, Value};
use crate::sim::{Kind, NodeSlot, NodeStatus, Payload, TraceRecord, World};
use std::sync::Arc;

/// A run, remembered whole.
#[derive(Clone, Debug, Default)]
pub struct Naive {
    states: Vec<State>,
    records: Vec<TraceRecord<Raft>>,
    report: Report,
    logs: Vec<Log>,
    snapshots: Vec<Arc<Snapshot>>,
    committed: Vec<Entered>,
}

/// Everything at one moment.
#[derive(Clone, Debug)]
struct State {
    moment: Moment,
    config: RaftConfig,
    first_members: NodeSet,
    data: Vec<(Key, Value)>,
    servers: Vec<Server>,
    /// The first record that was new then.
    first_record: usize,
    /// How much had been committed before.
    committed_before: usize,
}

#[derive(Clone, Debug)]
struct Server {
    node: NodeId,
    incarnation: u32,
    can_act: bool,
    process: Option<Raft>,
    disk: RaftDurable,
    reading: Monotonic,
    /// What its clock read when its process started.
    started_at: Monotonic,
}

#[derive(Clone, Debug)]
struct Entered {
    entry: Option<Entry>,
    term: Option<Term>,
    in_term: Term,
    is_contradicted: bool,
}

impl Entered {
    fn is(&self, entry: &Entry) -> bool {
        self.entry.as_ref().map_or(self.term.is_none_or(|term| term == entry.term), |known| known == entry)
    }
}

impl Server {
    fn is_erased(&self) -> bool {
        self.process.is_none() && self.disk.term == Term(0) && self.disk.log.last_index() == Index(0)
    }

    fn leads(&self) -> bool {
        self.process.as_ref().is_some_and(|raft| matches!(raft.role(), RaftRole::Leader(_)))
    }

    fn term(&self) -> Term {
        self.process.as_ref().map_or(Term(0), Raft::term)
    }
}

impl Naive {
    /// Keeps the state after an event and looks at everything.
    pub fn see(&mut self, world: &World<Raft>) {
        let first_record = self.records.len();
        self.records.extend(world.trace().iter_from(RecordId(first_record as u64)));
        let committed_before = self.committed.len();
        let servers = world.nodes().map(|(node, slot)| self.server(node, slot, world, first_record)).collect();
        self.states.push(State {
            moment: world.now(),
            config: world.protocol().clone(),
            first_members: NodeSet::first(world.config().nodes),
            data: world.config().data.clone(),
            servers,
            first_record,
            committed_before,
        });
        self.report.set_moment(world.now());
        let mut report = std::mem::take(&mut self.report);
        self.remember();
        self.commit(&mut report);
        self.look_at_leaders(&mut report);
        self.look_at_logs(&mut report);
        self.look_at_clients(&mut report);
        self.report = report;
    }

    fn server(&self, node: NodeId, slot: &NodeSlot<Raft>, world: &World<Raft>, first: usize) -> Server {
        let started = self.records[first..].iter().rev().find_map(|record| match record.kind {
            Kind::Started { node: started, .. } if started == node => Some(slot.clock(record.moment.time).monotonic),
            _ => None,
        });
        let before = self.states.last().and_then(|state| state.servers.get(node.slot()));
        Server {
            node,
            incarnation: slot.incarnation(),
            can_act: slot.status() == NodeStatus::Up && slot.inbox_len() == 0,
            process: slot.process().cloned(),
            disk: slot.disk().durable().clone(),
            reading: slot.clock(world.now().time).monotonic,
            started_at: started.or(before.map(|before| before.started_at)).unwrap_or_default(),
        }
    }

    /// The first time that each invariant was broken, in order.
    #[must_use]
    pub fn broken(&self) -> Vec<(Invariant, Moment)> {
        self.report.broken().iter().map(|broken| (broken.invariant, broken.at)).collect()
    }

    fn now(&self) -> &State {
        self.states.last().expect("a state has just been kept")
    }

    /// A server now, with the same process before, if it ran then.
    fn pairs(&self) -> impl Iterator<Item = (Option<&Server>, &Server)> {
        let before = self.states.len().checked_sub(2).map(|at| &self.states[at]);
        self.now().servers.iter().map(move |server| {
            let was = before.and_then(|state| state.servers.get(server.node.slot()));
            let same = |was: &&Server| was.incarnation == server.incarnation && was.process.is_some();
            (was.filter(same).filter(|_| server.process.is_some()), server)
        })
    }

    fn new_records(&self) -> &[TraceRecord<Raft>] {
        &self.records[self.now().first_record..]
    }

    /// The message between servers that a record names, be it an original or a copy.
    fn message(&self, id: RecordId) -> Option<(NodeId, NodeId, &RaftMessage)> {
        let record = self.records.get(id.0 as usize)?;
        match &record.kind {
            Kind::Sent { from: Endpoint::Node(from), to: Endpoint::Node(to), payload: Payload::Node(message) } => {
                Some((*from, *to, message))
            }
            Kind::Duplicated { .. } => self.message(record.cause?),
            _ => None,
        }
    }

    /// The message that a record says was handled.
    fn handled(&self, record: &TraceRecord<Raft>) -> Option<(NodeId, NodeId, &RaftMessage)> {
        if matches!(record.kind, Kind::Delivered { .. }) { self.message(record.cause?) } else { None }
    }

    fn remember(&mut self) {
        let (logs, snapshots) = (&mut self.logs, &mut self.snapshots);
        let state = self.states.last().expect("a state has just been kept");
        for raft in state.servers.iter().filter_map(|server| server.process.as_ref()) {
            if !logs.contains(raft.log()) {
                logs.push(raft.log().clone());
            }
            if let Some(snapshot) = raft.snapshot().filter(|snapshot| !snapshots.contains(snapshot)) {
                snapshots.push(snapshot.clone());
            }
        }
    }

    /// The entry at an index of a log that goes on to this end, in any log that ever was.
    fn entry_leading_to(&self, end: LogEnd, index: Index) -> Option<Entry> {
        let leads_there = |log: &&Log| log.term_at(end.index) == Some(end.term) && log.get(index).is_some();
        self.logs.iter().find(leads_there)?.get(index).cloned()
    }

    /// Goes through everything that is called committed, from the first entry on (R5).
    fn commit(&mut self, report: &mut Report) {
        let state = self.now().clone();
        for server in &state.servers {
            let Some(raft) = &server.process else { continue };
            let (log, base) = (raft.log(), raft.log().base());
            for at in 1..=raft.commit_index().min(log.last_index()).0 {
                let index = Index(at);
                let entry = log.get(index).cloned();
                let Some(known) = self.committed.get_mut(at as usize - 1) else {
                    let entry = entry.or_else(|| self.entry_leading_to(base, index));
                    let covered_last = (index == base.index).then_some(base.term);
                    let term = entry.as_ref().map(|entry| entry.term).or(covered_last);
                    self.committed.push(Entered { entry, term, in_term: raft.term(), is_contradicted: false });
                    continue;
                };
                let is_same = match &entry {
                    Some(entry) => known.is(entry),
                    None => index != base.index || known.term.is_none_or(|term| term == base.term),
                };
                known.is_contradicted |= !is_same;
                report.must(is_same, Invariant::StateMachineSafety, String::new);
            }
        }
    }

    /// The membership that was committed last.
    fn in_force(&self) -> Configuration {
        let configured = self.committed.iter().rev().find_map(|entered| match &entered.entry {
            Some(Entry { command: Command::Configure(next), .. }) => Some(**next),
            _ => None,
        });
        configured.unwrap_or(Configuration::of(self.now().first_members))
    }

    /// Whether a log holds a committed entry, or covers it by a snapshot.
    fn is_held(&self, log: &Log, index: Index) -> bool {
        let entered = &self.committed[index.0 as usize - 1];
        index <= log.base().index || log.get(index).is_some_and(|entry| entered.is(entry))
    }
}

fn is_majority(some: NodeSet, of: NodeSet) -> bool {
    of.is_empty() || 2 * some.intersection(of).len() > of.len()
}
