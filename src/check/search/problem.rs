//! What a search works on: operations by number, what each needs, and who could provide it. Built once for a search.

use std::collections::BTreeMap;

use super::states::States;
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
}

impl Problem {
    pub(super) fn new(task: &Task) -> Self {
        let mut states = States::new();
        let mut sorted: Vec<&TaskOp> = task.ops.iter().collect();
        sorted.sort_by_key(|op| {
            let last = op.returned.unwrap_or(op.call);
            (op.returned.is_none(), op.lane, last, op.call)
        });
        let ops: Vec<Op> = sorted.iter().map(|op| prepared(op, &mut states)).collect();
        let mandatory = ops.iter().filter(|op| op.returned != NEVER).count();
        let asks =
            |object: usize, is: fn(&Ask) -> bool| task.ops.iter().any(|op| op.object == object && is(&op.action.ask));
        let grows = (0..task.initial.len()).map(|object| asks(object, |ask| matches!(ask, Ask::Append(_)))).collect();
        let mut problem = Self { ops, mandatory, sources: Vec::new(), states, grows };
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
    ///
    /// Some objects have other ways to a state (counters, sets, locks, transactions): nothing is looked up for those.
    fn find_sources(&mut self, tasks: &[&TaskOp]) {
        let is_plain = |ask: &Ask| {
            matches!(ask, Ask::Read | Ask::Write(_) | Ask::CompareAndSet { .. } | Ask::Delete | Ask::Append(_))
        };
        let mut makers: Vec<Option<Vec<u32>>> = vec![Some(Vec::new()); self.grows.len()];
        for (at, task) in tasks.iter().enumerate() {
            let list = &mut makers[task.object];
            if !is_plain(&task.action.ask) {
                *list = None;
            } else if task.action.makes().is_some() {
                list.iter_mut().for_each(|list| list.push(at as u32));
            }
        }
        for list in makers.iter_mut().flatten() {
            list.sort_by_key(|&at| self.ops[at as usize].call);
        }
        let makers_max = makers.iter().flatten().map(Vec::len).max().unwrap_or(0);
        if makers_max * self.ops.len() > LOOKAHEAD_MAX {
            return;
        }
        let mut places: BTreeMap<(usize, u32), u32> = BTreeMap::new();
        for (at, task) in tasks.iter().enumerate() {
            let (Some(value), Some(makers)) = (task.action.needs(), &makers[task.object]) else { continue };
            let state = self.states.number(value);
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

fn prepared(task: &TaskOp, states: &mut States) -> Op {
    Op {
        id: task.id,
        lane: task.lane,
        object: task.object,
        action: states.action(task.action.clone()),
        call: task.call,
        returned: task.returned.unwrap_or(NEVER),
        is_read_only: task.action.is_read_only(),
        is_blind: task.action.is_blind(),
        need: None,
        after: None,
    }
}
