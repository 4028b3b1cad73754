//! A run of a lesson, watched event by event: its claims, and the invariants of its system.

use crate::base::SimTime;
use crate::check::{InvariantBroken, Invariants};
use crate::lesson::{Claim, Quantifier, Until};
use crate::session::Session;
use crate::session::walk::{Entry, Progress, is_so, play};

/// Plays a run to its end; says how far it came, and which claims hold from its beginning to its end.
pub(super) fn watch(
    session: &mut Session,
    since: &Entry,
    until: &Until,
    claims: &[Claim],
) -> (Progress, Vec<(String, bool)>) {
    let mut seen: Vec<Seen> = claims.iter().map(|_| Seen::default()).collect();
    let mut look = |session: &Session| {
        for (claim, seen) in claims.iter().zip(&mut seen) {
            // What costs a search is only asked at the end.
            if claim.quantifier != Quantifier::Eventually {
                seen.look(is_so(&claim.predicate, session, since));
            }
        }
    };
    let over = loop {
        look(session);
        if let (true, over) = play(session, until, since, SimTime(u64::MAX), 1) {
            break over;
        }
    };
    look(session);
    let holds = |claim: &Claim, seen: &Seen| match claim.quantifier {
        Quantifier::Always => !seen.missed,
        Quantifier::Sometimes => seen.held,
        Quantifier::Never => !seen.held,
        Quantifier::Eventually => is_so(&claim.predicate, session, since),
    };
    let named = claims.iter().zip(&seen).map(|(claim, seen)| (claim.name.clone(), holds(claim, seen)));
    (over, named.collect())
}

#[derive(Clone, Copy, Debug, Default)]
struct Seen {
    held: bool,
    missed: bool,
}

impl Seen {
    fn look(&mut self, holds: bool) {
        self.held |= holds;
        self.missed |= !holds;
    }
}

/// The first invariant that a run breaks, from its beginning to where it stands.
pub(super) fn broken(session: &Session) -> Option<InvariantBroken> {
    let mut again = session.fork_at(0, SimTime::ZERO, true);
    let mut invariants = Invariants::default();
    again.cluster().show(&mut invariants);
    let end = session.now();
    while again.now() < end {
        let is_there = again.advance_some(end.time, 1);
        again.cluster().show(&mut invariants);
        if is_there {
            break;
        }
    }
    invariants.broken().first().cloned()
}
