//! What a search works on: operations by number, what each needs, and who could provide it. Built once for a search.

use std::collections::BTreeMap;

use super::states::{Compared, States};
use crate::check::model::{Action, is_prefix};
use crate::check::observed::{Ask, Datum};

/// What is asked of a search.
#[derive(Clone, Debug)]
pub(in crate::check) struct Task {
    pub(in crate::check) ops: Vec<TaskOp>,
    /// How many lanes there are. Within a lane, an operation that ended before another began comes before it; between
    /// lanes there is no order. Linearizability has one lane for all, sequential consistency one for each session.
    pub(in crate::check) lanes: usize,
    /// What each object holds at the start.
    pub(in crate::check) initial: Vec<Datum>,
}

#[derive(Clone, Debug)]
pub(in crate::check) struct TaskOp {
    /// The caller's number for it.
    pub(in crate::check) id: usize,
    pub(in crate::check) lane: usize,
    /// Which object.
    pub(in crate::check) object: usize,
    pub(in crate::check) action: Action,
    /// The event at which it begins.
    pub(in crate::check) call: u32,
    /// The event at which it ends. Without one it need not be done at all.
    pub(in crate::check) returned: Option<u32>,
}

/// An operation, prepared. Those that must be done come first, by lane and then by their ends.
#[derive(Clone, Debug)]
pub(super) struct Op {
    pub(super) id: usize,
    pub(super) lane: usize,
    pub(super) object: usize,
    pub(super) action: u32,
    pub(super) call: u32,
    /// `u32::MAX` where it need not be done.
    pub(super) returned: u32,
    pub(super) is_read_only: bool,
    pub(super) is_blind: bool,
    /// The state that it needs and its place in `sources`, where that can be looked up.
    pub(super) need: Option<(u32, u32)>,
    /// Of several optional operations that are alike, the one to be used before this one.
    pub(super) after: Option<u32>,
}

pub(super) const NEVER: u32 = u32::MAX;

/// Above this product of needs and makers, nobody looks ahead.
const LOOKAHEAD_MAX: usize = 4_000_000;

pub(super) struct Problem {
    pub(super) ops: Vec<Op>,
    /// How many must be done.
    pub(super) mandatory: usize,
    /// For each need, the operations that can provide it or a beginning of it, by their calls.
    pub(super) sources: Vec<Vec<u32>>,
    pub(super) states: States,
    /// Whether an object's states grow by appending.
    pub(super) grows: Vec<bool>,
    /// Whether an object has operations for which nothing is looked up.
    is_opaque: Vec<bool>,
}

impl Problem {
    pub(super) fn new(task: &Task) -> Self {
        let compared = compared(task);
        let grows = compared.iter().map(|object| object.grows).collect();
        let is_opaque = compared.iter().map(|object| object.is_opaque).collect();
        let mut states = States::new(compared);
        let mut sorted: Vec<&TaskOp> = task.ops.iter().collect();
        sorted.sort_by_key(|op| {
            let last = op.returned.unwrap_or(op.call);
            (op.returned.is_none(), op.lane, last, op.call)
        });
        let ops: Vec<Op> = sorted.iter().map(|op| prepared(op, &mut states)).collect();
        let mandatory = ops.iter().filter(|op| op.returned != NEVER).count();
        let mut problem = Self { ops, mandatory, sources: Vec::new(), states, grows, is_opaque };
        problem.order_alike();
        problem.find_sources(&sorted);
        problem
    }

    /// Optional operations that do the same and could be done whenever an earlier one could be are used in one order.
    fn order_alike(&mut self) {
        let mut last: BTreeMap<(usize, usize, u32), u32> = BTreeMap::new();
        for at in self.mandatory..self.ops.len() {
            let op = &mut self.ops[at];
            op.after = last.insert((op.lane, op.object, op.action), at as u32);
        }
    }

    /// For each operation that needs one certain state: who could have made it, or what it is an extension of.
    fn find_sources(&mut self, tasks: &[&TaskOp]) {
        let mut makers: Vec<Vec<u32>> = vec![Vec::new(); self.grows.len()];
        for (at, task) in tasks.iter().enumerate() {
            if task.action.makes().is_some() {
                makers[task.object].push(at as u32);
            }
        }
        for list in &mut makers {
            list.sort_by_key(|&at| self.ops[at as usize].call);
        }
        let makers_max = makers.iter().map(Vec::len).max().unwrap_or(0);
        if makers_max * self.ops.len() > LOOKAHEAD_MAX {
            return;
        }
        let mut places: BTreeMap<(usize, u32), u32> = BTreeMap::new();
        for (at, task) in tasks.iter().enumerate() {
            let Some(value) = task.action.needs().filter(|_| !self.is_opaque[task.object]) else { continue };
            let state = self.states.number(task.object, value);
            let makers = &makers[task.object];
            let grows = self.grows[task.object];
            let place = *places.entry((task.object, state)).or_insert_with(|| {
                let provides = |&&maker: &&u32| {
                    let made = tasks[maker as usize].action.makes();
                    made.is_some_and(|made| if grows { is_prefix(made, value) } else { made == value })
                };
                self.sources.push(makers.iter().filter(provides).copied().collect());
                self.sources.len() as u32 - 1
            });
            self.ops[at].need = Some((state, place));
        }
    }
}

/// With what each object's state is compared.
///
/// Some objects have other ways to a state (counters, sets, locks, transactions): for those nothing is looked up.
fn compared(task: &Task) -> Vec<Compared> {
    let mut all = vec![Compared::default(); task.initial.len()];
    for op in &task.ops {
        let object = &mut all[op.object];
        match &op.action.ask {
            Ask::Append(_) => object.grows = true,
            Ask::CompareAndSet { expect, .. } => object.values.push(expect.clone()),
            Ask::Read => object.values.extend(op.action.needs().cloned()),
            Ask::Write(_) | Ask::Delete => {}
            _ => object.is_opaque = true,
        }
    }
    all
}

fn prepared(task: &TaskOp, states: &mut States) -> Op {
    Op {
        id: task.id,
        lane: task.lane,
        object: task.object,
        action: states.action(task.object, task.action.clone()),
        call: task.call,
        returned: task.returned.unwrap_or(NEVER),
        is_read_only: task.action.is_read_only(),
        is_blind: task.action.is_blind(),
        need: None,
        after: None,
    }
}
