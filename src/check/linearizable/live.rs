//! Linearizability while a run goes on: event by event, with the verdict that a check of all so far would give.
//!
//! For each key it keeps one order that explains the history so far. Most ends fit into it: what was answered goes to its
//! end, and what changed nothing to any place that its own time allows. Where one does not fit, the key is searched anew,
//! and either there is another order or the history has gone wrong at this very end.

use imbl::{OrdMap, Vector};
use std::sync::Arc;

use crate::check::observed::{Answer, Ask, Datum, End, Observed, ObservedOp};
use crate::check::search::{Found, Task, TaskOp, search};
use crate::check::setup::{Setup, task_op};
use crate::check::verdict::{Undecided, Verdict, Violation};

/// The checker. A clone shares all that it holds, so that it can be kept with every checkpoint.
#[derive(Clone, Debug)]
pub struct LiveLinearizability {
    setup: Arc<Setup>,
    objects: OrdMap<Option<Arc<str>>, Object>,
    /// The key of each operation that has not ended, and its place there.
    open: OrdMap<usize, (Option<Arc<str>>, usize)>,
    ops: usize,
    events: usize,
    broken: Option<Violation>,
    /// Whether some key has been given up.
    is_lost: bool,
}

/// What is known of one key.
#[derive(Clone, Debug)]
struct Object {
    initial: Datum,
    ops: Vector<ObservedOp>,
    /// An order that explains all answers so far.
    order: Vector<Placed>,
    /// Whether the steps were not enough once: nothing is known from there on.
    is_lost: bool,
}

/// An operation in the order.
#[derive(Clone, Debug)]
struct Placed {
    op: usize,
    /// The state after it.
    state: Datum,
}

impl LiveLinearizability {
    /// The steps that the search at one end may take.
    pub const BUDGET: u64 = 200_000;

    /// A checker before the first event. Its [`Setup::budget`] is for each search, of which most ends need none.
    #[must_use]
    pub fn new(setup: Setup) -> Self {
        let (objects, open) = (OrdMap::new(), OrdMap::new());
        Self { setup: Arc::new(setup), objects, open, ops: 0, events: 0, broken: None, is_lost: false }
    }

    /// A client begins an operation. Its number, from 0, as in [`Observed::ops`].
    pub fn invoke(&mut self, session: u64, key: Option<Arc<str>>, ask: Ask) -> usize {
        let number = self.ops;
        let initial = || self.setup.initial(key.as_ref());
        let object = self.objects.entry(key.clone()).or_insert_with(|| Object::new(initial()));
        self.open.insert(number, (key.clone(), object.ops.len()));
        object.ops.push_back(ObservedOp { session, key, ask, invoked: self.events, end: None });
        self.ops += 1;
        self.events += 1;
        number
    }

    /// An operation ends. One that has ended already is passed over.
    pub fn complete(&mut self, op: usize, end: End) {
        let event = self.events;
        self.events += 1;
        let Some((key, place)) = self.open.remove(&op) else { return };
        let Some(object) = self.objects.get_mut(&key) else { return };
        object.ops[place].end = Some((event, end));
        if self.broken.is_some() || object.is_lost || object.fits(place, &self.setup) {
            return;
        }
        match object.search(&self.setup, event + 1) {
            Found::Order(order) => object.arrange(&order, &self.setup),
            Found::Nothing { .. } => self.broken = Some(Violation { operation: op, event, against: Vec::new() }),
            Found::Spent => {
                object.is_lost = true;
                self.is_lost = true;
            }
        }
    }

    /// The verdict on all so far. Once violated, it stays so; once undecided, it can only become violated.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        match &self.broken {
            Some(violation) => Verdict::Violated(violation.clone()),
            None if self.is_lost => Verdict::Undecided(Undecided::Budget(self.setup.budget)),
            None => Verdict::Satisfied(()),
        }
    }

    /// Follows a history from its first event; the verdict after each. For a checker that has seen nothing.
    pub fn follow<'o>(&'o mut self, observed: &'o Observed) -> impl Iterator<Item = Verdict> + 'o {
        observed.events().enumerate().map(move |(event, (op, is_end))| {
            let seen = &observed.ops()[op];
            match &seen.end {
                _ if !is_end => {
                    self.invoke(seen.session, seen.key.clone(), seen.ask.clone());
                }
                Some((at, end)) if *at == event => self.complete(op, end.clone()),
                _ => self.complete(op, End::Unknown),
            }
            self.verdict()
        })
    }
}

impl Object {
    fn new(initial: Datum) -> Self {
        Self { initial, ops: Vector::new(), order: Vector::new(), is_lost: false }
    }

    /// Whether the order explains the operation's end as well, if need be with the operation put into it.
    fn fits(&mut self, place: usize, setup: &Setup) -> bool {
        let op = &self.ops[place];
        match (&op.end, self.has_placed(place)) {
            (Some((_, End::Unknown)) | None, _) | (Some((_, End::Failed)), false) => true,
            (Some((_, End::Failed)), true) => false,
            // It was taken to have been done, and so it was. What it has read is another matter.
            (Some((_, End::Ok(answer))), true) => *answer == Answer::Done && !matches!(op.ask, Ask::Transact(_)),
            (Some((_, End::Ok(_))), false) => self.put(place, setup),
        }
    }

    /// Whether the operation is in the order. It is not before what had ended when it began.
    fn has_placed(&self, place: usize) -> bool {
        let op = &self.ops[place];
        let mut later = self.order.iter().rev().take_while(|placed| !self.ops[placed.op].precedes(op));
        later.any(|placed| placed.op == place)
    }

    /// Puts an operation that was answered into the order, if that is easy.
    fn put(&mut self, place: usize, setup: &Setup) -> bool {
        let op = &self.ops[place];
        let action = setup.model.canonical_action(&op.ask, op.answer());
        if action.is_idle() {
            return true;
        }
        let last = self.order.last().map_or(&self.initial, |placed| &placed.state);
        if let Some(state) = action.step(last) {
            self.order.push_back(Placed { op: place, state });
            return true;
        }
        if !action.is_read_only() {
            return false;
        }
        // From the end back to what had ended before the operation began.
        for at in (0..self.order.len()).rev() {
            if self.ops[self.order[at].op].precedes(op) {
                return false;
            }
            let before = at.checked_sub(1).map_or(&self.initial, |at| &self.order[at].state);
            if let Some(state) = action.step(before) {
                self.order.insert(at, Placed { op: place, state });
                return true;
            }
        }
        false
    }

    fn search(&self, setup: &Setup, events: usize) -> Found {
        let ops = self.ops.iter().enumerate().filter_map(|(id, op)| {
            let op = task_op(op, setup.model, events)?;
            Some(TaskOp { id, ..op })
        });
        search(&Task { ops: ops.collect(), lanes: 1, initial: vec![self.initial.clone()] }, setup.budget)
    }

    fn arrange(&mut self, order: &[usize], setup: &Setup) {
        let mut state = self.initial.clone();
        self.order.clear();
        for &place in order {
            let op = &self.ops[place];
            let action = setup.model.canonical_action(&op.ask, op.answer());
            state = action.step(&state).expect("an order that was found can be followed");
            self.order.push_back(Placed { op: place, state: state.clone() });
        }
    }
}
