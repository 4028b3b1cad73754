//! The look ahead: a copy of the run beyond what is shown, with all that happens in it indexed and every invariant
//! watched. It is thrown away and begun anew wherever somebody intervenes.

use crate::base::{Moment, SimDuration, SimTime};
use crate::check::{InvariantBroken, Invariants};
use crate::lesson::Scenario;
use crate::session::{Cluster, Session};
use crate::view::chronicle::Chronicle;

/// The look ahead. It is a session of its own, since commands may be planned that lie ahead of what is shown.
#[derive(Debug)]
pub(super) struct Ahead {
    session: Session,
    chronicle: Chronicle,
    /// None where nobody watches yet.
    watch: Option<Watch>,
}

/// The invariants as they stand at the end of the look ahead, and some earlier states of theirs to go back to.
#[derive(Debug)]
struct Watch {
    invariants: Invariants,
    kept: Vec<(Moment, Invariants)>,
    /// So many events from one kept state to the next.
    distance: u64,
}

/// It goes on by so much at a time.
const STRIDE: SimDuration = SimDuration::from_millis(50);

/// So many states of the invariants are kept at most; then every other one goes.
const KEPT_MAX: usize = 64;

impl Ahead {
    /// Of all that a session's branch was ever run, with every invariant watched.
    pub(super) fn of(session: &Session) -> Self {
        let mut ahead = Self::before(session);
        ahead.follow(session.furthest().now(), u64::MAX);
        ahead
    }

    /// The same, with nobody watching.
    pub(super) fn unwatched(session: &Session) -> Self {
        let mut ahead = Self::start(session);
        ahead.follow(session.furthest().now(), u64::MAX);
        ahead
    }

    /// Before a session's first event; what was run of it is still to be followed.
    pub(super) fn before(session: &Session) -> Self {
        let start = Cluster::new(session.scenario(), session.seed());
        Self { watch: Some(Watch::new(&start)), ..Self::start(session) }
    }

    fn start(session: &Session) -> Self {
        let mut ahead = Self { session: session.clone(), chronicle: Chronicle::default(), watch: None };
        ahead.session.seek_moment(Moment::default());
        ahead
    }

    /// Whether the invariants are watched.
    pub(super) fn is_watched(&self) -> bool {
        self.watch.is_some()
    }

    /// Begins anew at the cursor, where somebody has intervened: only so many records are still true.
    pub(super) fn part(&mut self, session: &Session, common: u64) {
        self.chronicle.cut_back(common);
        let from = self.watch.as_mut().map_or_else(|| session.now(), |watch| watch.go_back(session.now()));
        self.session = session.clone();
        self.session.seek_moment(from);
        self.follow(session.now(), u64::MAX);
    }

    /// Makes sure that it lies beyond the cursor.
    pub(super) fn reach(&mut self, session: &Session) {
        while self.session.now() < session.now() && self.go_on() {}
    }

    /// Goes on a little; says whether that was possible.
    pub(super) fn go_on(&mut self) -> bool {
        let until = self.session.now().time + STRIDE;
        if self.session.cluster().halted().is_some() || self.session.now().time >= Scenario::UNTIL_MAX {
            return false;
        }
        if let Some(watch) = &mut self.watch {
            while self.session.step_until(until) {
                watch.see(self.session.cluster());
            }
        }
        self.session.advance(until);
        self.chronicle.read_on(self.session.cluster());
        true
    }

    /// Up to when all is known.
    pub(super) fn through(&self) -> SimTime {
        self.session.now().time
    }

    pub(super) fn chronicle(&self) -> &Chronicle {
        &self.chronicle
    }

    pub(super) fn broken(&self) -> &[InvariantBroken] {
        self.watch.as_ref().map_or(&[], |watch| watch.invariants.broken())
    }

    /// Goes on to a moment, event by event, and watches; by at most so many events. Says whether it got there.
    pub(super) fn follow(&mut self, end: Moment, events: u64) -> bool {
        let last = self.session.now().events.saturating_add(events);
        let Some(watch) = &mut self.watch else {
            self.session.seek_moment(end);
            self.chronicle.read_on(self.session.cluster());
            return true;
        };
        while self.session.now() < end && self.session.step_until(end.time) {
            watch.see(self.session.cluster());
            if self.session.now().events >= last && self.session.now() < end {
                return false;
            }
        }
        self.session.advance(end.time);
        self.chronicle.read_on(self.session.cluster());
        true
    }
}

impl Watch {
    fn new(start: &Cluster) -> Self {
        let mut invariants = Invariants::default();
        // What happened before the first event can only be seen now.
        start.show(&mut invariants);
        let kept = vec![(Moment::default(), invariants.clone())];
        Self { invariants, kept, distance: 1_024 }
    }

    fn see(&mut self, cluster: &Cluster) {
        cluster.show(&mut self.invariants);
        let now = cluster.now();
        let last = self.kept.last().map_or(0, |(moment, _)| moment.events);
        if now.events >= last + self.distance {
            self.kept.push((now, self.invariants.clone()));
            if self.kept.len() > KEPT_MAX {
                self.thin_out();
            }
        }
    }

    fn thin_out(&mut self) {
        let mut at = 0;
        self.kept.retain(|_| {
            at += 1;
            at % 2 == 1
        });
        self.distance *= 2;
    }

    /// Goes back to the latest kept state before a moment; says which that is.
    fn go_back(&mut self, moment: Moment) -> Moment {
        let after = self.kept.partition_point(|(at, _)| *at < moment);
        self.kept.truncate(after.max(1));
        let (at, invariants) = self.kept.last().expect("the first state is never dropped");
        self.invariants = invariants.clone();
        *at
    }
}
