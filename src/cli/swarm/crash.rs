//! Should the program itself fall over, it says which seed did it: that is a failure like any other, and the worst kind.

use std::panic;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use netsplit::swarm::Class;

use super::tested::Tested;
use crate::output;

/// What each worker is at.
pub(super) struct Watch(Arc<Vec<AtomicU64>>);

/// The name of a worker's thread.
pub(super) fn name(worker: usize) -> String {
    format!("swarm-{worker}")
}

impl Watch {
    /// Looks after so many workers.
    pub(super) fn new(workers: usize, tested: Tested) -> Self {
        let jobs: Arc<Vec<AtomicU64>> = Arc::new((0..workers).map(|_| AtomicU64::new(u64::MAX)).collect());
        let (seen, usual) = (jobs.clone(), panic::take_hook());
        panic::set_hook(Box::new(move |crash| {
            let worker = thread::current().name().and_then(|name| name.strip_prefix("swarm-")?.parse::<usize>().ok());
            let job = worker.and_then(|worker| seen.get(worker)).map(|job| job.load(Ordering::Relaxed));
            if let Some((class, seed)) = job.and_then(unpack) {
                output::complain(&format!("crashed: {class} {seed}; replay: {}", tested.command(class, seed)));
            }
            usual(crash);
        }));
        Self(jobs)
    }

    /// A worker begins with a seed.
    pub(super) fn begin(&self, worker: usize, class: Class, seed: u32) {
        self.0[worker].store((class as u64) << 32 | u64::from(seed), Ordering::Relaxed);
    }
}

fn unpack(job: u64) -> Option<(Class, u32)> {
    let class = Class::ALL.into_iter().find(|class| *class as u64 == job >> 32)?;
    Some((class, job as u32))
}
