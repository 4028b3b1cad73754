//! A world of Raft servers under the product's monitors: a test that runs one shows it to them after every event.

use netsplit::base::SimTime;
use netsplit::check::{InvariantBroken, Invariants};
use netsplit::protocol::raft::Raft;
use netsplit::sim::World;

/// The invariants of one run, as a test asks for them.
#[derive(Clone, Debug, Default)]
pub(crate) struct Watched(Invariants);

impl Watched {
    /// Looks at the world after an event. The error is the first thing that is wrong with the run so far.
    pub(crate) fn look(&mut self, world: &World<Raft>) -> Result<(), String> {
        self.0.see_raft(world);
        self.0.broken().first().map_or(Ok(()), |broken| Err(words(broken)))
    }

    /// Takes every event up to a time and looks after each, whatever is found.
    pub(crate) fn run(&mut self, world: &mut World<Raft>, until: SimTime) {
        while world.step_until(until) {
            self.0.see_raft(world);
        }
        world.advance(until);
    }

    /// The ids of what is broken, in the order of their numbers.
    pub(crate) fn broken(&self) -> Vec<&'static str> {
        let mut broken: Vec<_> = self.0.broken().iter().map(|broken| broken.invariant).collect();
        broken.sort_unstable();
        broken.into_iter().map(|invariant| invariant.id()).collect()
    }

    /// What was seen of each.
    pub(crate) fn words(&self) -> Vec<String> {
        self.0.broken().iter().map(words).collect()
    }

    /// Nothing is broken.
    pub(crate) fn must_be_green(&self) {
        assert!(self.0.broken().is_empty(), "{:#?}", self.words());
    }
}

fn words(broken: &InvariantBroken) -> String {
    format!("{} broken at {}: {}", broken.invariant, broken.at, broken.seen)
}

/// A whole run under the monitors.
pub(crate) fn watch(mut world: World<Raft>, until: SimTime) -> (Watched, World<Raft>) {
    let mut watched = Watched::default();
    watched.run(&mut world, until);
    (watched, world)
}

/// Servers that have applied equally much hold the same. No monitor walks whole stores, so this is for the end of a run.
pub(crate) fn check_stores(world: &World<Raft>) -> Result<(), String> {
    let servers: Vec<_> = world.nodes().filter_map(|(node, slot)| Some((node, slot.process()?))).collect();
    for (at, (a, raft)) in servers.iter().enumerate() {
        for (b, other) in &servers[..at] {
            let applied = raft.applied_index();
            if applied == other.applied_index() && raft.store() != other.store() {
                return Err(format!("{a} and {b} have both applied {applied} entries, and hold different things"));
            }
        }
    }
    Ok(())
}
