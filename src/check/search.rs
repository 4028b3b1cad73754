//! The search for an order: operations one after another, each possible in the state that those before it leave. Knows
//! lanes and steps; what they mean is the caller's.
//!
//! Depth first over configurations (what is done, and the state), each visited once: Wing and Gong, "Testing and
//! Verifying Concurrent Objects" (JPDC 1993), section 5, with the memo of Lowe, "Testing for Linearizability" (CCPE
//! 2017), section 4. What changes nothing is done as soon as it can be: if an order exists, one exists that does so.

mod links;
mod memo;
mod problem;
mod states;

use links::Rings;
use memo::Memo;
use problem::{NEVER, Op, Problem};

pub(super) use problem::{Task, TaskOp};

use super::model::is_prefix;

/// What a search came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// An order, by the callers' numbers.
    Order(Vec<usize>),
    /// There is none.
    Nothing {
        /// The event of the earliest end that no order got past.
        reached: u32,
        /// The operation that the longest order had to leave out, by the caller's number.
        stuck: usize,
    },
    /// The steps were not enough.
    Spent,
}

/// How many ends a lane looks ahead for what can no longer be answered.
const LOOKAHEAD: usize = 6;

/// Looks for an order in at most so many steps. A step is one configuration or one operation tried in it.
pub(super) fn search(task: &Task, budget: u64) -> Found {
    let mut search = Search::new(task);
    loop {
        search.settle();
        if search.left == 0 {
            return Found::Order(search.trail.iter().map(|&(op, _)| search.problem.ops[op as usize].id).collect());
        }
        search.note_progress();
        if search.steps > budget {
            return Found::Spent;
        }
        if search.is_new() && search.is_hopeful() {
            search.open_choices();
        }
        if !search.next_choice() {
            let stuck = search.problem.ops[search.stuck as usize].id;
            return Found::Nothing { reached: search.reached, stuck };
        }
    }
}

struct Search {
    problem: Problem,
    /// Each lane's operations that are not done, by their calls, and those that must be done, by their ends.
    calls: Rings,
    ends: Rings,
    lanes: usize,
    /// Each object's state.
    state: Vec<u32>,
    done: Vec<u64>,
    used: Vec<u64>,
    left: usize,
    /// What was done, with the state before it.
    trail: Vec<(u32, u32)>,
    choices: Vec<(u32, u32)>,
    frames: Vec<Frame>,
    memo: Memo,
    key: Vec<u64>,
    steps: u64,
    reached: u32,
    longest: usize,
    stuck: u32,
}

/// A configuration in which several things can be done.
struct Frame {
    /// How long the trail was.
    mark: usize,
    /// Where its choices begin; those that are left reach to the end or to the next frame's, the next one last.
    first: usize,
}

fn bit(at: u32) -> (usize, u64) {
    (at as usize / 64, 1 << (at % 64))
}

impl Search {
    fn new(task: &Task) -> Self {
        let mut problem = Problem::new(task);
        let (mandatory, count) = (problem.mandatory, problem.ops.len());
        let mut by_end = vec![Vec::new(); task.lanes];
        let mut by_call = vec![Vec::new(); task.lanes];
        for (at, op) in problem.ops.iter().enumerate() {
            by_call[op.lane].push(at as u32);
            if at < mandatory {
                by_end[op.lane].push(at as u32);
            }
        }
        for lane in &mut by_call {
            lane.sort_by_key(|&at| problem.ops[at as usize].call);
        }
        let initial = task.initial.iter().enumerate();
        let state = initial.map(|(object, value)| problem.states.number(object, value)).collect();
        Self {
            calls: Rings::new(count, &by_call),
            ends: Rings::new(count, &by_end),
            lanes: task.lanes,
            state,
            done: vec![0; mandatory.div_ceil(64)],
            used: vec![0; (count - mandatory).div_ceil(64)],
            left: mandatory,
            trail: Vec::with_capacity(count),
            choices: Vec::new(),
            frames: Vec::new(),
            memo: Memo::new(),
            key: Vec::new(),
            steps: 0,
            reached: 0,
            longest: 0,
            stuck: 0,
            problem,
        }
    }

    fn op(&self, at: u32) -> &Op {
        &self.problem.ops[at as usize]
    }

    fn is_done(&self, at: u32) -> bool {
        let mandatory = self.problem.mandatory as u32;
        let (words, at) = if at < mandatory { (&self.done, at) } else { (&self.used, at - mandatory) };
        let (word, mask) = bit(at);
        words[word] & mask != 0
    }

    fn flip(&mut self, at: u32) {
        let mandatory = self.problem.mandatory as u32;
        let (words, at) = if at < mandatory { (&mut self.done, at) } else { (&mut self.used, at - mandatory) };
        let (word, mask) = bit(at);
        words[word] ^= mask;
    }

    fn perform(&mut self, at: u32, next: u32) {
        let object = self.op(at).object;
        self.trail.push((at, self.state[object]));
        self.state[object] = next;
        self.flip(at);
        self.calls.take(at);
        if (at as usize) < self.problem.mandatory {
            self.ends.take(at);
            self.left -= 1;
        }
    }

    fn undo_to(&mut self, mark: usize) {
        while self.trail.len() > mark {
            let (at, before) = self.trail.pop().expect("the trail is longer than the mark");
            if (at as usize) < self.problem.mandatory {
                self.ends.put_back(at);
                self.left += 1;
            }
            self.calls.put_back(at);
            self.flip(at);
            let object = self.op(at).object;
            self.state[object] = before;
        }
    }

    /// What comes next in a lane begins before this event: nothing may be overtaken that has ended.
    fn bound(&self, lane: usize) -> u32 {
        self.ends.first(lane).map_or(NEVER, |at| self.op(at).returned)
    }

    fn step(&mut self, at: u32) -> Option<u32> {
        self.steps += 1;
        let Op { object, action, .. } = *self.op(at);
        self.problem.states.step(self.state[object], action)
    }

    /// Does everything that can be done and changes nothing.
    fn settle(&mut self) {
        for lane in 0..self.lanes {
            let mut bound = self.bound(lane);
            let mut next = self.calls.first(lane);
            while let Some(at) = next.filter(|&at| self.op(at).call < bound) {
                next = self.calls.after(at);
                if !self.op(at).is_read_only {
                    continue;
                }
                if let Some(state) = self.step(at) {
                    self.perform(at, state);
                    // With an end gone, more may begin: those stand behind the ones that were looked at.
                    bound = self.bound(lane);
                }
            }
        }
    }

    fn note_progress(&mut self) {
        self.steps += 1;
        if self.lanes == 1 {
            self.reached = self.reached.max(self.bound(0));
        }
        if self.trail.len() >= self.longest {
            let firsts = (0..self.lanes).filter_map(|lane| self.ends.first(lane));
            let stuck = firsts.min_by_key(|&at| self.op(at).returned);
            self.longest = self.trail.len() + 1;
            self.stuck = stuck.expect("something is left to do");
        }
    }

    /// Whether the configuration is one that nobody has looked at.
    fn is_new(&mut self) -> bool {
        self.key.clear();
        for pair in self.state.chunks(2) {
            self.key.push(pair.iter().fold(0, |word, &state| word << 32 | u64::from(state)));
        }
        if self.lanes == 1 {
            // With one lane, all before the first end that is left is done, and little behind it is.
            let first = self.ends.first(0).unwrap_or(0) as usize / 64;
            let last = self.done.iter().rposition(|&word| word != 0).map_or(first, |last| last.max(first));
            self.key.push(first as u64);
            self.key.extend_from_slice(&self.done[first..=last]);
        } else {
            self.key.extend_from_slice(&self.done);
        }
        self.memo.insert(&self.key, &self.used)
    }

    /// Whether the next operations of each lane can still get the states that they need.
    fn is_hopeful(&self) -> bool {
        (0..self.lanes).all(|lane| {
            let ends = std::iter::successors(self.ends.first(lane), |&at| self.ends.after(at));
            ends.take(LOOKAHEAD).all(|at| self.can_get(at))
        })
    }

    fn can_get(&self, at: u32) -> bool {
        let op = self.op(at);
        let Some((need, place)) = op.need else { return true };
        let state = self.state[op.object];
        if state == need {
            return true;
        }
        let states = &self.problem.states;
        if self.problem.grows[op.object]
            && states.value(state).zip(states.value(need)).is_some_and(|(state, need)| is_prefix(state, need))
        {
            return true;
        }
        let sources = &self.problem.sources[place as usize];
        let can_precede = |source: &Op| source.lane != op.lane || source.call < op.returned;
        sources.iter().rev().any(|&source| source != at && can_precede(self.op(source)) && !self.is_done(source))
    }

    /// Lists what can be done next, the best last.
    fn open_choices(&mut self) {
        let first = self.choices.len();
        // An optional operation that is overwritten at once might as well not have been.
        let was_optional = self.trail.last().filter(|(at, _)| *at as usize >= self.problem.mandatory);
        let overwritten = was_optional.map(|&(at, _)| self.op(at).object);
        for lane in 0..self.lanes {
            let bound = self.bound(lane);
            let mut next = self.calls.first(lane);
            while let Some(at) = next.filter(|&at| self.op(at).call < bound) {
                next = self.calls.after(at);
                let op = self.op(at);
                let is_futile = op.is_blind && overwritten == Some(op.object);
                let waits = op.after.is_some_and(|earlier| !self.is_done(earlier));
                if op.is_read_only || is_futile || waits {
                    continue;
                }
                let (object, is_optional) = (op.object, op.returned == NEVER);
                let changed = self.step(at).filter(|&state| !is_optional || state != self.state[object]);
                self.choices.extend(changed.map(|state| (at, state)));
            }
        }
        let ops = &self.problem.ops;
        self.choices[first..].sort_by_key(|&(at, _)| {
            let op = &ops[at as usize];
            std::cmp::Reverse((op.returned, op.call))
        });
        self.frames.push(Frame { mark: self.trail.len(), first });
    }

    /// Goes back to the last configuration with something left to try, and tries it.
    fn next_choice(&mut self) -> bool {
        while let Some(&Frame { mark, first }) = self.frames.last() {
            self.undo_to(mark);
            if self.choices.len() > first {
                let (at, state) = self.choices.pop().expect("there is a choice left");
                self.perform(at, state);
                return true;
            }
            self.frames.pop();
        }
        false
    }
}
