//! Raft's invariants as monitors (numbers as in the list of invariants: R1 election safety and so on). They look on after
//! every event, remember what must never change, and look again in full at the end. Nodes know nothing of them.

use netsplit::base::{NodeId, OpId, RecordId, RequestId};
use netsplit::protocol::raft::quorum::majority;
use netsplit::protocol::raft::store::Store;
use netsplit::protocol::raft::{Ballot, Command, Entry, Index, Log, Raft, RaftMessage, Term};
use netsplit::protocol::{Protocol, Reply, Role};
use netsplit::sim::{Kind, Outcome, Payload, World};
use std::collections::BTreeMap;

/// What a monitor sees of one server that runs.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Seen<'a> {
    pub(crate) node: NodeId,
    pub(crate) incarnation: u32,
    pub(crate) term: Term,
    pub(crate) leads: bool,
    pub(crate) log: &'a Log,
    pub(crate) commit: Index,
    pub(crate) applied: Index,
}

/// What was found of one server so far.
#[derive(Clone, Debug, Default)]
struct Checked {
    incarnation: u32,
    term: Term,
    leads: bool,
    terms: Vec<Term>,
    commit: Index,
}

/// What is known of one committed entry.
#[derive(Clone, Debug)]
struct Committed {
    entry: Entry,
    /// The term of the server that first knew: the term in which it was committed.
    in_term: Term,
    /// The event at which it was first known.
    at_event: u64,
}

/// The monitors of one run.
#[derive(Clone, Debug, Default)]
pub(crate) struct Monitors {
    leaders: BTreeMap<Term, NodeId>,
    entries: BTreeMap<(Index, Term), (Term, Command)>,
    committed: Vec<Committed>,
    nodes: BTreeMap<NodeId, Checked>,
    votes: BTreeMap<(NodeId, Term), NodeId>,
    store: Store,
    answers: BTreeMap<RequestId, (Reply, u64)>,
    next_record: u64,
    fresh: Vec<Index>,
    pub(crate) acknowledged: u64,
}

type Verdict = Result<(), String>;

macro_rules! must {
    ($holds:expr, $($broken:tt)*) => {
        if !$holds {
            return Err(format!($($broken)*));
        }
    };
}

impl Monitors {
    /// Looks at every server after an event, and at the trace now and then.
    pub(crate) fn look(&mut self, world: &World<Raft>) -> Verdict {
        let event = world.now().events;
        let seen: Vec<Seen<'_>> = servers(world).collect();
        for &server in &seen {
            self.see(server, event)?;
        }
        for index in std::mem::take(&mut self.fresh) {
            self.check_completeness_of(index, &seen)?;
            self.check_durability(index, world)?;
        }
        if event.is_multiple_of(512) {
            self.read_trace(world)?;
        }
        Ok(())
    }

    /// One server's state after an event.
    pub(crate) fn see(&mut self, server: Seen<'_>, event: u64) -> Verdict {
        let before = self.nodes.get(&server.node).cloned().unwrap_or_default();
        let is_same_process = before.incarnation == server.incarnation;
        self.check_leader(server, &before, is_same_process)?;
        if is_same_process {
            let (node, was, is) = (server.node, before.term, server.term);
            must!(is >= was, "R7: the term of {node} went back from {was} to {is}");
            let (was, is) = (before.commit, server.commit);
            must!(is >= was, "R6: the commit index of {node} went back from {was} to {is}");
        }
        let kept = self.check_log(server, &before)?;
        let (applied, commit) = (server.applied, server.commit);
        must!(applied == commit, "R6: {} has applied {applied} of {commit} committed entries", server.node);
        let leads_on = is_same_process && before.leads && server.leads && before.term == server.term;
        let (node, length) = (server.node, before.terms.len());
        must!(!leads_on || kept == length, "R2: leader {node} rewrote its own log after index {kept} of {length}");
        let known = if is_same_process { before.commit } else { Index(0) };
        self.check_commit(server, known.min(Index(kept as u64)), event)?;
        self.remember(server, kept, before);
        Ok(())
    }

    fn check_leader(&mut self, server: Seen<'_>, before: &Checked, is_same_process: bool) -> Verdict {
        if !server.leads || (is_same_process && before.leads && before.term == server.term) {
            return Ok(());
        }
        let (node, term) = (server.node, server.term);
        let first = *self.leaders.entry(term).or_insert(node);
        must!(first == node, "R1: {first} and {node} both lead term {term}");
        for (at, committed) in self.committed.iter().enumerate().filter(|(_, committed)| committed.in_term < term) {
            let index = Index(at as u64 + 1);
            let holds = server.log.get(index) == Some(&committed.entry);
            must!(holds, "R4: {node} leads term {term} without entry {index}, committed in term {}", committed.in_term);
        }
        Ok(())
    }

    /// Log matching: the same index and term have one command and one predecessor, everywhere and for ever. Gives how
    /// many entries are as they were.
    fn check_log(&mut self, server: Seen<'_>, before: &Checked) -> Result<usize, String> {
        let length = server.log.last_index().0 as usize;
        let mut kept = before.terms.len().min(length);
        while kept > 0 && server.log.term_at(Index(kept as u64)) != Some(before.terms[kept - 1]) {
            kept -= 1;
        }
        for at in kept + 1..=length {
            self.check_entry(server, Index(at as u64))?;
        }
        Ok(kept)
    }

    fn check_entry(&mut self, server: Seen<'_>, index: Index) -> Verdict {
        let (node, log) = (server.node, server.log);
        let entry = log.get(index).ok_or_else(|| format!("{node} has no entry {index} in the middle of its log"))?;
        let previous = log.term_at(index.previous()).unwrap_or_default();
        must!(previous <= entry.term, "terms go back in the log of {node} at index {index}");
        let found = (previous, entry.command.clone());
        let known = self.entries.entry((index, entry.term)).or_insert_with(|| found.clone());
        must!(
            *known == found,
            "R3: entry {index} of term {} is {:?} elsewhere, and {found:?} at {node}",
            entry.term,
            *known
        );
        Ok(())
    }

    /// State machine safety: what is committed at an index is the same for all, for ever.
    fn check_commit(&mut self, server: Seen<'_>, known: Index, event: u64) -> Verdict {
        let Seen { node, log, commit, .. } = server;
        must!(commit <= log.last_index(), "R6: {node} calls {commit} committed, its log ends at {}", log.last_index());
        for at in known.0..commit.0 {
            let index = Index(at + 1);
            let entry = log.get(index).expect("the commit index is within the log");
            match self.committed.get(at as usize) {
                Some(Committed { entry: first, .. }) => {
                    must!(first == entry, "R5: index {index} is committed as {first:?}, and as {entry:?} at {node}");
                }
                None => self.commit(entry, server.term, event)?,
            }
        }
        Ok(())
    }

    fn commit(&mut self, entry: &Entry, in_term: Term, event: u64) -> Verdict {
        if let Command::Operation(proposal) = &entry.command {
            let request = proposal.request;
            let answer = (self.store.apply(&proposal.operation), event);
            must!(self.answers.insert(request, answer).is_none(), "R13: attempt {request} is committed twice");
        }
        self.committed.push(Committed { entry: entry.clone(), in_term, at_event: event });
        self.fresh.push(Index(self.committed.len() as u64));
        Ok(())
    }

    fn remember(&mut self, server: Seen<'_>, kept: usize, before: Checked) {
        let mut terms = before.terms;
        terms.truncate(kept);
        terms.extend((kept as u64 + 1..=server.log.last_index().0).filter_map(|at| server.log.term_at(Index(at))));
        let Seen { node, incarnation, term, leads, commit, .. } = server;
        self.nodes.insert(node, Checked { incarnation, term, leads, terms, commit });
    }

    /// Leader completeness for those who lead a newer term at the moment of the commit.
    fn check_completeness_of(&self, index: Index, seen: &[Seen<'_>]) -> Verdict {
        let committed = &self.committed[index.0 as usize - 1];
        for leader in seen.iter().filter(|server| server.leads && server.term > committed.in_term) {
            let holds = leader.log.get(index) == Some(&committed.entry);
            let (node, term) = (leader.node, leader.term);
            must!(holds, "R4: {node} leads term {term} without entry {index}, just committed in an older term");
        }
        Ok(())
    }

    /// A committed entry is on a majority of disks, running or not (R6, R9).
    fn check_durability(&self, index: Index, world: &World<Raft>) -> Verdict {
        let entry = &self.committed[index.0 as usize - 1].entry;
        let disks = world.nodes().filter(|(_, slot)| slot.disk().durable().log.get(index) == Some(entry)).count();
        let needed = majority(world.nodes().count());
        must!(disks >= needed, "R6: committed entry {index} is on {disks} disks, and {needed} are a majority");
        Ok(())
    }

    /// Votes and answers to clients, which only the trace shows.
    pub(crate) fn read_trace(&mut self, world: &World<Raft>) -> Verdict {
        let mut attempt = None;
        for record in world.trace().iter_from(RecordId(self.next_record)) {
            match &record.kind {
                Kind::Sent { from, to, payload: Payload::Node(message) } => {
                    if let (Some(from), Some(to)) = (from.node(), to.node()) {
                        self.hear(from, to, message)?;
                    }
                }
                Kind::AttemptEnded { request, .. } => attempt = Some(*request),
                Kind::Ended { op, outcome: Outcome::Ok { values, swapped } } => {
                    let request = attempt.filter(|request| request.op == *op).ok_or("an outcome has no attempt")?;
                    self.check_answer(request, values, *swapped, record.moment.events)?;
                }
                _ => {}
            }
        }
        self.next_record = world.trace().len();
        Ok(())
    }

    /// At most one vote of a server in a term, crashes or not (R7).
    pub(crate) fn hear(&mut self, from: NodeId, to: NodeId, message: &RaftMessage) -> Verdict {
        let (voter, term, candidate) = match message {
            RaftMessage::RequestVote { ballot: Ballot::Pre, .. } | RaftMessage::Vote { ballot: Ballot::Pre, .. } => {
                return Ok(());
            }
            RaftMessage::RequestVote { term, .. } => (from, *term, from),
            RaftMessage::Vote { term, granted: true, .. } => (from, *term, to),
            _ => return Ok(()),
        };
        let first = *self.votes.entry((voter, term)).or_insert(candidate);
        must!(first == candidate, "R7: in term {term}, {voter} votes for {first} and for {candidate}");
        Ok(())
    }

    /// What a client is told is what the committed log says, and was committed before (R13).
    fn check_answer(
        &mut self,
        request: RequestId,
        told: &[netsplit::protocol::Value],
        swapped_told: bool,
        event: u64,
    ) -> Verdict {
        self.acknowledged += 1;
        let (answer, at) =
            self.answers.get(&request).ok_or_else(|| format!("R13: {request} was answered uncommitted"))?;
        must!(*at <= event, "R13: {request} was answered at event {event}, and committed at {at}");
        let Reply::Done { values, swapped, .. } = answer else {
            return Err(format!("R13: {request} was answered well, the log says {answer:?}"));
        };
        let same = (values.as_slice(), *swapped) == (told, swapped_told);
        must!(same, "R13: {request} was told {told:?}, the log says {values:?}");
        Ok(())
    }

    /// Whether an operation was acknowledged and stays in the committed prefix.
    pub(crate) fn is_committed(&self, op: OpId) -> bool {
        self.committed.iter().any(|committed| match &committed.entry.command {
            Command::Operation(proposal) => proposal.request.op == op,
            Command::Noop | Command::Configure(_) => false,
        })
    }

    /// The same invariants once more, openly naive: every pair of logs, every committed entry.
    pub(crate) fn look_in_full(&self, world: &World<Raft>) -> Verdict {
        let seen: Vec<Seen<'_>> = servers(world).collect();
        for (at, a) in seen.iter().enumerate() {
            for b in &seen[at + 1..] {
                check_matching(a, b)?;
            }
            for index in 1..=a.commit.0 {
                let same = a.log.get(Index(index)) == Some(&self.committed[index as usize - 1].entry);
                must!(same, "R5: {} changed committed entry {index}", a.node);
            }
        }
        for index in 1..=self.committed.len() as u64 {
            self.check_durability(Index(index), world)?;
        }
        for (node, slot) in world.nodes() {
            let Some(raft) = slot.process() else { continue };
            let same = *raft.store() == self.replayed(raft.commit_index());
            must!(same, "R5: the state machine of {node} is not what the committed entries make");
        }
        must!(self.committed.is_sorted_by_key(|committed| committed.at_event), "commits are out of order");
        Ok(())
    }
}

impl Monitors {
    /// The state machine after the committed entries up to an index, applied anew.
    fn replayed(&self, through: Index) -> Store {
        let mut store = Store::default();
        for committed in &self.committed[..through.0 as usize] {
            if let Command::Operation(proposal) = &committed.entry.command {
                store.apply(&proposal.operation);
            }
        }
        store
    }
}

/// Log matching for two logs: where they have the same index and term, they are the same up to there.
pub(crate) fn check_matching(a: &Seen<'_>, b: &Seen<'_>) -> Verdict {
    let mut must_agree = false;
    for at in (1..=a.log.last_index().min(b.log.last_index()).0).rev().map(Index) {
        must_agree |= a.log.term_at(at) == b.log.term_at(at);
        let agree = a.log.get(at) == b.log.get(at);
        must!(agree || !must_agree, "R3: the logs of {} and {} meet above {at}, and differ there", a.node, b.node);
    }
    Ok(())
}

fn servers(world: &World<Raft>) -> impl Iterator<Item = Seen<'_>> {
    world.nodes().filter_map(|(node, slot)| {
        let raft = slot.process()?;
        let (incarnation, seen) = (slot.incarnation(), raft.observe());
        let (leads, applied) = (seen.role == Role::Leader, Index(seen.applied_index));
        let (term, log, commit) = (raft.term(), raft.log(), raft.commit_index());
        Some(Seen { node, incarnation, term, leads, log, commit, applied })
    })
}
