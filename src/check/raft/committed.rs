//! What was ever committed, in its order: by the first server that called it so. R4 leader completeness and R5 state
//! machine safety are about this list.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::logs::Logs;
use super::look::{Look, Seen};
use crate::base::{NodeId, NodeSet};
use crate::check::invariant::{Invariant, Report};
use crate::protocol::raft::{Command, Configuration, Entry, Index, Log, Raft, Snapshot, Term};

const R3: Invariant = Invariant::LogMatching;
const R4: Invariant = Invariant::LeaderCompleteness;
const R5: Invariant = Invariant::StateMachineSafety;

/// The committed entries of a run.
#[derive(Clone, Debug, Default)]
pub(super) struct Committed {
    list: Vec<Entered>,
    /// How many there were before the last event.
    before: usize,
    /// The membership that was committed last; none before the first look.
    in_force: Option<Configuration>,
    has_new_membership: bool,
    /// The first snapshot that was seen of each index, and where.
    snapshots: BTreeMap<Index, (NodeId, Arc<Snapshot>)>,
    /// Indexes that the last event has shown to be committed in two ways.
    contradicted: Vec<Index>,
    /// Whether an entry was committed in an older term than one before it, as only broken rules can bring about.
    is_mixed: bool,
}

/// One committed entry.
#[derive(Clone, Debug)]
pub(super) struct Entered {
    /// None if it was only ever seen covered by a snapshot: then nothing but its term may be known.
    pub(super) entry: Option<Entry>,
    term: Option<Term>,
    /// The term of the server that first called it committed.
    pub(super) in_term: Term,
    by: NodeId,
    pub(super) is_contradicted: bool,
}

impl Entered {
    fn is(&self, entry: &Entry) -> bool {
        match &self.entry {
            Some(known) => known == entry,
            None => self.term.is_none_or(|term| term == entry.term),
        }
    }
}

impl Committed {
    pub(super) fn len(&self) -> usize {
        self.list.len()
    }

    /// The committed entry at an index.
    pub(super) fn at(&self, index: Index) -> Option<&Entered> {
        self.list.get(index.0.checked_sub(1)? as usize)
    }

    pub(super) fn term_at(&self, index: Index) -> Option<Term> {
        self.at(index)?.term
    }

    /// Whether the last event has committed anything, or a new membership.
    pub(super) fn has_changed(&self) -> bool {
        self.before < self.list.len() || self.has_new_membership
    }

    pub(super) fn contradicted(&self) -> &[Index] {
        &self.contradicted
    }

    /// The membership that was committed last.
    pub(super) fn in_force(&self) -> Configuration {
        self.in_force.unwrap_or_default()
    }

    /// Whether a log holds a committed entry, or covers it by a snapshot.
    pub(super) fn is_held(&self, log: &Log, index: Index) -> bool {
        index <= log.base().index
            || log.get(index).is_some_and(|entry| self.at(index).is_some_and(|entered| entered.is(entry)))
    }

    pub(super) fn see(&mut self, look: &Look<'_>, logs: &Logs, report: &mut Report) {
        self.before = self.list.len();
        self.has_new_membership = false;
        self.contradicted.clear();
        self.in_force.get_or_insert_with(|| Configuration::of(NodeSet::first(look.world.config().nodes)));
        for (node, was, is) in look.servers() {
            if let Some(raft) = look.raft(node) {
                self.see_server(node, (was, is), raft, logs, report);
            }
        }
        for (node, was, is) in look.servers().filter(|(_, _, is)| is.leads()) {
            let Some(raft) = look.raft(node) else { continue };
            let is_new = is.has_come_to_lead(was) || logs.has_dropped(node);
            if is_new || self.before < self.list.len() {
                self.check_leader(node, is.term, raft.log(), if is_new { 0 } else { self.before }, report);
            }
        }
    }

    fn see_server(&mut self, node: NodeId, (was, is): (&Seen, &Seen), raft: &Raft, logs: &Logs, report: &mut Report) {
        let log = raft.log();
        let known = if is.continues(was) { was.commit.min(logs.kept(node)) } else { Index(0) };
        if is.base.index.0 > 0 && (known.0 == 0 || is.base != was.base) {
            self.see_snapshot(node, is, raft, logs, report);
        }
        for at in known.max(is.base.index).0 + 1..=is.commit.min(is.end.index).0 {
            let index = Index(at);
            let Some(entry) = log.get(index) else { continue };
            match self.at(index) {
                None => self.enter(Some(entry.clone()), Some(entry.term), is.term, node),
                Some(entered) if entered.is(entry) => {}
                Some(entered) => {
                    let (first, by) = (entered.term.unwrap_or_default(), entered.by);
                    report.must(false, R5, || {
                        format!(
                            "index {index} is committed as an entry of term {first} at {by}, and as another of term {} \
                             at {node}",
                            entry.term
                        )
                    });
                    self.contradict(index);
                }
            }
        }
    }

    /// What a snapshot covers is committed. If nobody was seen to call it so before, it is what led to the last entry.
    fn see_snapshot(&mut self, node: NodeId, is: &Seen, raft: &Raft, logs: &Logs, report: &mut Report) {
        let base = is.base;
        let first = Index(self.list.len() as u64 + 1);
        if base.index >= first {
            let covered = logs.leading_to(base, first);
            let last = covered.len() - 1;
            for (at, entry) in covered.into_iter().enumerate() {
                let term = entry.as_ref().map(|entry| entry.term).or((at == last).then_some(base.term));
                self.enter(entry, term, is.term, node);
            }
        }
        if let Some(term) = self.term_at(base.index).filter(|term| *term != base.term) {
            report.must(false, R5, || {
                format!(
                    "index {} is committed in term {term}, and in the snapshot of {node} of term {}",
                    base.index, base.term
                )
            });
            self.contradict(base.index);
        }
        let Some(snapshot) = raft.snapshot() else { return };
        let (first, known) = self.snapshots.entry(base.index).or_insert_with(|| (node, snapshot.clone()));
        let same = Arc::ptr_eq(known, snapshot) || known.store.iter().eq(snapshot.store.iter());
        let first = *first;
        report.must(same, R5, || format!("the snapshots of {first} and {node} up to index {} differ", base.index));
    }

    fn enter(&mut self, entry: Option<Entry>, term: Option<Term>, in_term: Term, by: NodeId) {
        self.is_mixed |= self.list.last().is_some_and(|last| last.in_term > in_term);
        if let Some(Entry { command: Command::Configure(next), .. }) = &entry {
            self.in_force = Some(**next);
            self.has_new_membership = true;
        }
        self.list.push(Entered { entry, term, in_term, by, is_contradicted: false });
    }

    fn contradict(&mut self, index: Index) {
        if let Some(entered) = self.list.get_mut(index.0 as usize - 1) {
            entered.is_contradicted = true;
            self.contradicted.push(index);
        }
    }

    /// A leader holds what was committed in older terms, from a place in the list on.
    fn check_leader(&self, node: NodeId, term: Term, log: &Log, from: usize, report: &mut Report) {
        if report.is_broken(R4) {
            return;
        }
        let is_older = |at: &usize| self.list[*at].in_term < term;
        let holds = |at: &usize| self.is_held(log, Index(*at as u64 + 1));
        // By log matching, whoever holds the last of them holds them all.
        let trusts_ends = !self.is_mixed && !report.is_broken(R3) && !report.is_broken(R5);
        let missing = if trusts_ends {
            let older = self.list.partition_point(|entered| entered.in_term < term);
            older.checked_sub(1).filter(|last| *last >= from && !holds(last))
        } else {
            (from..self.list.len()).filter(is_older).find(|at| !holds(at))
        };
        report.must(missing.is_none(), R4, || {
            let at = missing.unwrap_or_default();
            let in_term = self.list[at].in_term;
            format!("{node} leads term {term} without entry {}, committed in term {in_term}", at + 1)
        });
    }
}
