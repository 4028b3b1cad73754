//! The causal order of a history: what each session did before, and which write each read saw, and all that follows.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::BadPattern;
use super::bits::Bits;
use crate::check::observed::{Datum, Observed, ObservedOp};
use crate::check::setup::Setup;

/// Why the search ends early.
#[derive(Debug)]
pub(super) enum Stop {
    /// A pattern was found, with its operations.
    Bad(BadPattern, Vec<usize>),
    /// The steps are used up.
    Spent,
}

/// Uses up some steps.
pub(super) fn spend(steps: &mut u64, cost: usize) -> Result<(), Stop> {
    *steps = steps.checked_sub(cost as u64).ok_or(Stop::Spent)?;
    Ok(())
}

/// A read or a write. An operation that is both is two of these.
#[derive(Debug)]
pub(super) struct Node {
    pub(super) op: usize,
    pub(super) session: u64,
    invoked: usize,
    returned: Option<usize>,
    /// The key by its place in the order of the names.
    pub(super) key: usize,
    /// What a read saw; none for a write.
    pub(super) seen: Option<Vec<Source>>,
}

/// Where a value came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    Initial,
    Write(usize),
    /// More than one of these, and nobody knows which.
    Unclear,
}

impl Node {
    /// Whether it comes before another in their session.
    pub(super) fn is_earlier_in_session(&self, other: &Self) -> bool {
        self.session == other.session && self.returned.is_some_and(|returned| returned < other.invoked)
    }
}

/// All reads and writes, with what comes causally before each.
#[derive(Debug)]
pub(super) struct Order {
    pub(super) nodes: Vec<Node>,
    /// What comes directly before each: in its session, or as the write that it saw.
    pub(super) before: Vec<Vec<usize>>,
    /// All that comes causally before each.
    pub(super) past: Vec<Bits>,
    /// The writes of each key.
    pub(super) writes: Vec<Bits>,
    pub(super) has_others: bool,
    pub(super) is_ambiguous: bool,
}

/// Who wrote a value of a key.
type Writers<'o> = BTreeMap<(usize, &'o Datum), Vec<usize>>;

impl Order {
    pub(super) fn new(observed: &Observed, setup: &Setup, steps: &mut u64) -> Result<Self, Stop> {
        let mut keys: BTreeMap<Option<&Arc<str>>, bool> = BTreeMap::new();
        for op in observed.ops() {
            *keys.entry(op.key.as_ref()).or_insert(true) &= op.ask.is_of_register();
        }
        let initial: Vec<Datum> = keys.keys().map(|key| setup.initial(*key)).collect();
        let registers = keys.iter().enumerate().filter(|(_, (_, is_register))| **is_register);
        let places: BTreeMap<Option<&Arc<str>>, usize> = registers.map(|(at, (key, _))| (*key, at)).collect();
        let mut order = Self {
            nodes: Vec::new(),
            before: Vec::new(),
            past: Vec::new(),
            writes: Vec::new(),
            has_others: keys.values().any(|is_register| !is_register),
            is_ambiguous: false,
        };
        let mut writers: Writers<'_> = BTreeMap::new();
        for (at, op) in observed.ops().iter().enumerate() {
            if let Some(&key) = places.get(&op.key.as_ref()) {
                order.place(at, op, key, &mut writers);
            }
        }
        let count = order.nodes.len();
        spend(steps, count * Bits::words(count))?;
        order.before = vec![Vec::new(); count];
        order.follow_sessions();
        order.follow_reads(observed, &initial, &writers)?;
        order.writes = vec![Bits::new(count); keys.len()];
        for (at, node) in order.nodes.iter().enumerate().filter(|(_, node)| node.seen.is_none()) {
            order.writes[node.key].add(at);
        }
        order.close(steps)?;
        Ok(order)
    }

    fn place<'o>(&mut self, at: usize, op: &'o ObservedOp, key: usize, writers: &mut Writers<'o>) {
        let (session, invoked, returned) = (op.session, op.invoked, op.returned());
        let node = |seen| Node { op: at, session, invoked, returned, key, seen };
        if op.saw().is_some() {
            self.nodes.push(node(Some(Vec::new())));
        }
        if let Some(value) = op.written() {
            writers.entry((key, value)).or_default().push(self.nodes.len());
            self.nodes.push(node(None));
        }
    }

    /// What had its answer before another of its session began comes before it. Only the last of those are noted: the
    /// others come before these.
    fn follow_sessions(&mut self) {
        let mut sessions: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
        for (at, node) in self.nodes.iter().enumerate() {
            if at > 0 && self.nodes[at - 1].op == node.op {
                self.before[at].push(at - 1);
            } else {
                sessions.entry(node.session).or_default().push(at);
            }
        }
        for firsts in sessions.values() {
            let nodes = &self.nodes;
            let mut ended: Vec<(usize, usize)> =
                firsts.iter().filter_map(|&at| nodes[at].returned.map(|returned| (returned, at))).collect();
            ended.sort_unstable();
            let latest: Vec<usize> = ended
                .iter()
                .scan(0, |latest, &(_, at)| {
                    *latest = nodes[at].invoked.max(*latest);
                    Some(*latest)
                })
                .collect();
            for &at in firsts {
                let known = ended.partition_point(|&(returned, _)| returned < nodes[at].invoked);
                let Some(latest) = known.checked_sub(1).map(|last| latest[last]) else { continue };
                let last = ended[..known].iter().rev().take_while(|(returned, _)| *returned > latest);
                let is_two = |first: usize| nodes.get(first + 1).is_some_and(|next| next.op == nodes[first].op);
                let before: Vec<usize> = last.map(|&(_, first)| first + usize::from(is_two(first))).collect();
                self.before[at].extend(before);
            }
        }
    }

    /// A read comes after the write that it saw.
    fn follow_reads(&mut self, observed: &Observed, initial: &[Datum], writers: &Writers<'_>) -> Result<(), Stop> {
        for at in 0..self.nodes.len() {
            let node = &self.nodes[at];
            let Some(value) = observed.ops()[node.op].saw().filter(|_| node.seen.is_some()) else { continue };
            let sources = |value: &Datum| self.sources(at, value, initial, writers);
            let whole = sources(value);
            let all = if whole.is_some() { vec![whole] } else { value.alternatives().iter().map(sources).collect() };
            let Some(seen) = all.into_iter().collect::<Option<Vec<Source>>>().filter(|all| !all.is_empty()) else {
                return Err(Stop::Bad(BadPattern::ThinAirRead, vec![node.op]));
            };
            for source in &seen {
                match source {
                    Source::Initial => {}
                    Source::Write(write) => self.before[at].push(*write),
                    Source::Unclear => self.is_ambiguous = true,
                }
            }
            self.nodes[at].seen = Some(seen);
        }
        Ok(())
    }

    /// Where a value can have come from; none if from nowhere.
    fn sources(&self, read: usize, value: &Datum, initial: &[Datum], writers: &Writers<'_>) -> Option<Source> {
        let Node { op, key, .. } = self.nodes[read];
        let writers = writers.get(&(key, value)).map_or(&[][..], Vec::as_slice);
        let mut others = writers.iter().filter(|write| self.nodes[**write].op != op);
        match (initial[key] == *value, others.next(), others.next()) {
            (true, None, _) => Some(Source::Initial),
            (false, Some(write), None) => Some(Source::Write(*write)),
            (false, None, _) => None,
            _ => Some(Source::Unclear),
        }
    }

    /// Finds all that comes before each, or a circle.
    fn close(&mut self, steps: &mut u64) -> Result<(), Stop> {
        let count = self.nodes.len();
        let sorted = sorted(&self.before).map_err(|circle| {
            let mut ops: Vec<usize> = circle.iter().map(|&at| self.nodes[at].op).collect();
            ops.dedup();
            let first = circle.iter().position(|&at| self.nodes[at].seen.is_some()).unwrap_or(0);
            let first = ops.iter().position(|&op| op == self.nodes[circle[first]].op).unwrap_or(0);
            ops.rotate_left(first);
            Stop::Bad(BadPattern::CyclicCo, ops)
        })?;
        self.past = vec![Bits::new(count); count];
        for at in sorted {
            let mut past = Bits::new(count);
            spend(steps, self.before[at].len() * Bits::words(count))?;
            for &earlier in &self.before[at] {
                past.join(&self.past[earlier]);
                past.add(earlier);
            }
            self.past[at] = past;
        }
        Ok(())
    }
}

/// All in an order in which each comes after what is before it; if there is none, a circle: each of it after the next one.
pub(super) fn sorted(before: &[Vec<usize>]) -> Result<Vec<usize>, Vec<usize>> {
    let mut after: Vec<Vec<usize>> = vec![Vec::new(); before.len()];
    let mut waits: Vec<usize> = before.iter().map(Vec::len).collect();
    for (at, all) in before.iter().enumerate() {
        all.iter().for_each(|&earlier| after[earlier].push(at));
    }
    let mut sorted: Vec<usize> = (0..before.len()).filter(|&at| waits[at] == 0).collect();
    let mut next = 0;
    while let Some(&at) = sorted.get(next) {
        next += 1;
        for &later in &after[at] {
            waits[later] -= 1;
            if waits[later] == 0 {
                sorted.push(later);
            }
        }
    }
    let Some(mut at) = waits.iter().position(|&waits| waits > 0) else { return Ok(sorted) };
    // Whatever waits, waits for something that waits too.
    let mut way: Vec<usize> = Vec::new();
    while !way.contains(&at) {
        way.push(at);
        at = *before[at].iter().find(|&&earlier| waits[earlier] > 0).expect("one of these waits");
    }
    let start = way.iter().position(|&other| other == at).expect("the way has come back");
    Err(way.split_off(start))
}
