//! The bad patterns of each level, looked for in a causal order.

use std::collections::BTreeMap;

use super::bits::Bits;
use super::order::{Node, Order, Source, Stop, sorted, spend};
use super::{BadPattern, CausalLevel};

/// Looks for the patterns of a level; those of the order itself are not there any more.
pub(super) fn find(order: &Order, level: CausalLevel, steps: &mut u64) -> Result<(), Stop> {
    causal(order, steps)?;
    match level {
        CausalLevel::Causal => Ok(()),
        CausalLevel::Convergent => convergent(order, steps),
        CausalLevel::Memory => memory(order, steps),
    }
}

/// The reads, each with what it saw.
fn reads(order: &Order) -> impl Iterator<Item = (usize, &Node, &[Source])> {
    order.nodes.iter().enumerate().filter_map(|(at, node)| Some((at, node, node.seen.as_deref()?)))
}

/// The reads that saw one certain write, with the write.
fn sure_reads(order: &Order) -> impl Iterator<Item = (usize, usize)> {
    reads(order).filter_map(|(at, _, seen)| match seen {
        [Source::Write(write)] => Some((at, *write)),
        _ => None,
    })
}

/// Reads of what had causally been replaced.
fn causal(order: &Order, steps: &mut u64) -> Result<(), Stop> {
    for (at, node, seen) in reads(order) {
        let (past, writes) = (&order.past[at], &order.writes[node.key]);
        let mut first = None;
        for source in seen {
            spend(steps, Bits::words(order.nodes.len()))?;
            let replaced = match *source {
                Source::Unclear => None,
                Source::Initial => past.common(writes).next().map(|by| (BadPattern::WriteCoInitRead, vec![by])),
                Source::Write(write) => {
                    let mut later = past.common(writes).filter(|&by| by != write && order.past[by].has(write));
                    later.next().map(|by| (BadPattern::WriteCoRead, vec![write, by]))
                }
            };
            let Some(replaced) = replaced else {
                first = None;
                break;
            };
            first.get_or_insert(replaced);
        }
        if let Some((pattern, others)) = first {
            return Err(bad(order, pattern, [at].into_iter().chain(others)));
        }
    }
    Ok(())
}

/// Whoever read one write with another before it shows that the other was replaced by it. With the causal order, that must
/// be no circle.
fn convergent(order: &Order, steps: &mut u64) -> Result<(), Stop> {
    let mut before = order.before.clone();
    let mut shown: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    for (read, write) in sure_reads(order) {
        spend(steps, Bits::words(order.nodes.len()))?;
        for other in order.past[read].common(&order.writes[order.nodes[read].key]) {
            if other != write && !order.past[write].has(other) && !shown.contains_key(&(other, write)) {
                spend(steps, 1)?;
                before[write].push(other);
                shown.insert((other, write), read);
            }
        }
    }
    let Err(circle) = sorted(&before) else { return Ok(()) };
    let mut reads = Vec::new();
    let mut writes = Vec::new();
    for (place, &at) in circle.iter().enumerate() {
        let earlier = circle[(place + 1) % circle.len()];
        if let Some(&read) = shown.get(&(earlier, at)) {
            reads.push(read);
            writes.extend([earlier, at]);
        }
    }
    Err(bad(order, BadPattern::CyclicCf, reads.into_iter().chain(writes)))
}

/// For each session, what its reads show of the order of the writes that they depend on, as far as its last read.
fn memory(order: &Order, steps: &mut u64) -> Result<(), Stop> {
    let mut sessions: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
    for (at, node, _) in reads(order) {
        sessions.entry(node.session).or_default().push(at);
    }
    for session in sessions.values() {
        let is_earlier = |first: usize, second: usize| order.nodes[first].is_earlier_in_session(&order.nodes[second]);
        // Of reads one after another, the last in the list is the last; only those beside it may be last as well.
        let is_last = |&&at: &&usize| !session.iter().rev().any(|&later| is_earlier(at, later));
        for &last in session.iter().filter(is_last) {
            let own = |&&at: &&usize| at == last || is_earlier(at, last);
            let own: Vec<usize> = session.iter().filter(own).copied().collect();
            HappensBefore::new(order, last, steps)?.saturate(&own, steps)?;
        }
    }
    Ok(())
}

/// The order of all that comes causally before one read, with what its session's reads show of it.
struct HappensBefore<'o> {
    order: &'o Order,
    /// What is before each; empty for what does not come before the read.
    past: Vec<Bits>,
    members: Vec<usize>,
}

impl<'o> HappensBefore<'o> {
    fn new(order: &'o Order, last: usize, steps: &mut u64) -> Result<Self, Stop> {
        let count = order.nodes.len();
        let all = &order.past[last];
        let members: Vec<usize> = all.common(all).chain([last]).collect();
        spend(steps, (members.len() + 1) * Bits::words(count) + count)?;
        let mut past = vec![Bits::new(0); count];
        for &at in &members {
            past[at] = order.past[at].clone();
        }
        Ok(Self { order, past, members })
    }

    /// Adds what the reads show until they show nothing new.
    fn saturate(&mut self, own: &[usize], steps: &mut u64) -> Result<(), Stop> {
        let mut is_new = true;
        while is_new {
            is_new = false;
            for &read in own {
                let node = &self.order.nodes[read];
                let (writes, seen) = (&self.order.writes[node.key], node.seen.as_deref().unwrap_or_default());
                spend(steps, Bits::words(self.order.nodes.len()))?;
                match *seen {
                    [Source::Initial] => {
                        if let Some(write) = self.past[read].common(writes).next() {
                            return Err(bad(self.order, BadPattern::WriteHbInitRead, [read, write]));
                        }
                    }
                    [Source::Write(write)] => {
                        let is_unknown = |&other: &usize| other != write && !self.past[write].has(other);
                        let others: Vec<usize> = self.past[read].common(writes).filter(is_unknown).collect();
                        for other in others {
                            is_new = true;
                            self.put_before(read, other, write, steps)?;
                        }
                    }
                    _ => {}
                }
            }
        }
        Ok(())
    }

    fn put_before(&mut self, read: usize, first: usize, second: usize, steps: &mut u64) -> Result<(), Stop> {
        if self.past[first].has(second) {
            return Err(bad(self.order, BadPattern::CyclicHb, [read, first, second]));
        }
        spend(steps, self.members.len())?;
        let mut more = self.past[first].clone();
        more.add(first);
        for &at in &self.members {
            if at == second || self.past[at].has(second) {
                spend(steps, Bits::words(self.order.nodes.len()))?;
                self.past[at].join(&more);
            }
        }
        Ok(())
    }
}

/// A pattern, with its operations once each.
fn bad(order: &Order, pattern: BadPattern, nodes: impl IntoIterator<Item = usize>) -> Stop {
    let mut ops: Vec<usize> = Vec::new();
    for at in nodes {
        let op = order.nodes[at].op;
        if !ops.contains(&op) {
            ops.push(op);
        }
    }
    Stop::Bad(pattern, ops)
}
