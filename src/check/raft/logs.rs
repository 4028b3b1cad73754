//! R2 leader append-only, R3 log matching, and from R8: nobody's log reaches further in a leader's term than its own.

use super::look::{Look, Seen};
use super::terms::Terms;
use crate::base::NodeId;
use crate::check::invariant::{Invariant, Report};
use crate::protocol::raft::log::LogEnd;
use crate::protocol::raft::{Command, Entry, Index, Log, Term};

const R2: Invariant = Invariant::LeaderAppendOnly;
const R3: Invariant = Invariant::LogMatching;
const R8: Invariant = Invariant::ElectionAndCommitRules;

/// The logs as they were last seen, and every entry that ever was in one.
#[derive(Clone, Debug, Default)]
pub(super) struct Logs {
    mirrors: Vec<Mirror>,
    entries: Entries,
    /// Whether some log holds an older term after a newer one, as only broken rules and disks can bring about.
    is_out_of_order: bool,
}

#[derive(Clone, Debug, Default)]
struct Mirror {
    terms: Terms,
    /// Up to which index the log is as it was before the last event.
    kept: Index,
    /// How long it was.
    length: Index,
}

impl Mirror {
    /// Nothing has changed.
    fn rest(&mut self) {
        self.length = self.terms.last_index();
        self.kept = self.length;
    }
}

/// Every entry that was ever seen in a log, by index and term, with the term before it.
#[derive(Clone, Debug, Default)]
struct Entries {
    by_index: Vec<Vec<Known>>,
}

#[derive(Clone, Debug)]
struct Known {
    term: Term,
    previous: Term,
    command: Command,
    /// Where it was seen first.
    node: NodeId,
}

impl Logs {
    pub(super) fn see(&mut self, look: &Look<'_>, report: &mut Report) {
        self.mirrors.resize_with(look.is.len(), Mirror::default);
        for (node, was, is) in look.servers() {
            if is.continues(was) && (is.base, is.end) == (was.base, was.end) {
                // By log matching, a log that begins and ends as it did is as it was.
                self.mirrors[node.slot()].rest();
            } else if let Some(raft) = look.raft(node) {
                self.see_log(node, (was, is), raft.log(), report);
            }
        }
        for (node, was, is) in look.servers().filter(|(_, _, is)| is.runs()) {
            let mirror = &self.mirrors[node.slot()];
            if is.has_come_to_lead(was) || (is.leads() && mirror.kept < mirror.length) {
                self.check_own_term(node, is, look, report);
            } else if mirror.kept < mirror.terms.last_index() || !is.continues(was) {
                self.check_against_leaders(node, !is.continues(was), look, report);
            }
        }
    }

    /// Up to which index a server's log is as it was before the last event.
    pub(super) fn kept(&self, node: NodeId) -> Index {
        self.mirrors[node.slot()].kept
    }

    /// Whether a server's log has lost or changed entries that were in it before the last event.
    pub(super) fn has_dropped(&self, node: NodeId) -> bool {
        let mirror = &self.mirrors[node.slot()];
        mirror.kept < mirror.length
    }

    fn see_log(&mut self, node: NodeId, (was, is): (&Seen, &Seen), log: &Log, report: &mut Report) {
        let mirror = &mut self.mirrors[node.slot()];
        mirror.length = mirror.terms.last_index();
        mirror.kept = mirror.terms.update(log);
        let (kept, length) = (mirror.kept, mirror.length);
        for index in kept.0 + 1..=log.last_index().0 {
            self.see_entry(node, Index(index), log, report);
        }
        // An election changes no log: whoever leads now has led, or had this very log when it was elected.
        let must_keep = is.leads() && is.continues(was);
        report.must(!must_keep || kept >= length, R2, || {
            format!(
                "{node} leads term {} and has dropped or changed entries {} to {length} of its log",
                is.term,
                kept.next()
            )
        });
    }

    fn see_entry(&mut self, node: NodeId, index: Index, log: &Log, report: &mut Report) {
        let Some(entry) = log.get(index) else { return };
        let previous = log.term_at(index.previous()).unwrap_or_default();
        self.is_out_of_order |= entry.term < previous;
        let known = self.entries.meet(node, index, previous, entry);
        report.must(known.previous == previous && known.command == entry.command, R3, || {
            let what = if known.command == entry.command { "follow different entries" } else { "are different" };
            format!("entries {index} of term {} at {} and {node} {what}", entry.term, known.node)
        });
    }

    fn greatest_of(&self, node: NodeId, term: Term) -> Index {
        self.mirrors[node.slot()].terms.greatest_of(term, !self.is_out_of_order)
    }

    /// Nobody holds more of a leader's term than the leader.
    fn check_own_term(&self, leader: NodeId, is: &Seen, look: &Look<'_>, report: &mut Report) {
        let own = self.greatest_of(leader, is.term);
        for (node, _, _) in look.servers().filter(|(_, _, other)| other.runs()) {
            let theirs = self.greatest_of(node, is.term);
            report.must(theirs <= own, R8, || further(leader, is.term, own, node, theirs));
        }
    }

    /// The new entries of a log, or all of a log that has come back, against those who lead their terms.
    fn check_against_leaders(&self, node: NodeId, is_back: bool, look: &Look<'_>, report: &mut Report) {
        let mirror = &self.mirrors[node.slot()];
        for (leader, is) in look.leaders().filter(|(leader, _)| *leader != node) {
            let theirs = mirror.terms.greatest_of(is.term, !self.is_out_of_order);
            if is_back || theirs > mirror.kept {
                let own = self.greatest_of(leader, is.term);
                report.must(theirs <= own, R8, || further(leader, is.term, own, node, theirs));
            }
        }
    }

    /// The entries that a snapshot up to `last` covers from `first` on, oldest first, as far back as they were ever seen:
    /// by log matching, what leads to its last entry.
    pub(super) fn leading_to(&self, last: LogEnd, first: Index) -> Vec<Option<Entry>> {
        let mut found = Vec::new();
        let mut term = Some(last.term);
        for index in (first.0..=last.index.0).rev() {
            let known = term.and_then(|term| self.entries.find(Index(index), term));
            found.push(known.map(|known| Entry { term: known.term, command: known.command.clone() }));
            term = known.map(|known| known.previous);
        }
        found.reverse();
        found
    }
}

impl Entries {
    fn find(&self, index: Index, term: Term) -> Option<&Known> {
        self.by_index.get(index.0.checked_sub(1)? as usize)?.iter().find(|known| known.term == term)
    }

    /// What is known of the entry of that index and term; takes note of it if it is new.
    fn meet(&mut self, node: NodeId, index: Index, previous: Term, entry: &Entry) -> &Known {
        let place = index.0 as usize - 1;
        if self.by_index.len() <= place {
            self.by_index.resize_with(place + 1, Vec::new);
        }
        let known = &mut self.by_index[place];
        let at = known.iter().position(|known| known.term == entry.term).unwrap_or_else(|| {
            known.push(Known { term: entry.term, previous, command: entry.command.clone(), node });
            known.len() - 1
        });
        &known[at]
    }
}

fn further(leader: NodeId, term: Term, own: Index, node: NodeId, theirs: Index) -> String {
    format!("{leader} leads term {term} and holds its entries up to index {own}, {node} up to index {theirs}")
}
