//! What the run comes to at the cursor, in numbers and words: the verdict of the checkers, who was answered, who does not
//! know, what was promised and lost, how long answers took. Owns what each number means; knows nothing of how it looks.
//!
//! All of it is about the records before the cursor. The chronicle reaches beyond it, and nothing of that is told.

mod answered;
mod grades;
mod latency;
mod promises;
mod replicas;
mod traffic;
mod verdicts;

pub use answered::{Answered, Share, Untold, Waiting};
pub use grades::{Grade, Grades};
pub use latency::{Bar, Latency};
pub use promises::{LostWrite, Promises, RuleBroken};
pub use replicas::{Behind, BrokenByRule, Fate, Replicas};
pub use traffic::{Leaders, Traffic};
pub use verdicts::{Consistency, Offender, Word};

use crate::base::{OpId, RecordId, SimDuration, SimTime};
use crate::lesson::{Scenario, System};
use crate::protocol::leaderless::ReadRepair;
use crate::protocol::raft::FollowerReads;
use crate::session::Cluster;
use crate::view::chronicle::{Chronicle, OperationBar};
use crate::view::describe::{Names, outcome};
use crate::view::playback::Playback;
use crate::view::stage::asked;
use verdicts::Verdicts;

/// Whoever asks for an answer within this time, and has none, counts as not answered; and the readings that slide look
/// back by it.
pub const WINDOW: SimDuration = SimDuration::from_secs(1);

/// All readings at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Readings {
    /// The moment.
    pub now: SimTime,
    /// Whether what clients saw is consistent.
    pub consistency: Consistency,
    /// Who was answered in time.
    pub answered: Answered,
    /// Who does not know what became of an operation.
    pub untold: Untold,
    /// Which promises are broken.
    pub promises: Promises,
    /// What replicas hold, where nobody leads.
    pub replicas: Option<Replicas>,
    /// How long operations took.
    pub latency: Latency,
    /// Who led.
    pub leaders: Leaders,
    /// Entries that too few disks hold.
    pub short: u64,
    /// What went over the links in the last second.
    pub traffic: Traffic,
}

/// Takes the readings of one run, and remembers what it has checked: to go back and forth costs no second search.
#[derive(Clone, Debug, Default)]
pub struct Meter {
    verdicts: Verdicts,
    grades: grades::Graded,
}

impl Meter {
    /// The readings at the cursor.
    pub fn read(&mut self, playback: &Playback) -> Readings {
        self.verdicts.follow(playback);
        let seen = Seen::of(playback);
        let consistency = self.verdicts.at(&seen);
        let promises = promises::promises(&seen, playback, &consistency);
        Readings {
            now: seen.now,
            answered: answered::answered(&seen),
            untold: answered::untold(&seen),
            replicas: replicas::replicas(&seen),
            latency: latency::latency(&seen),
            leaders: traffic::leaders(&seen),
            short: traffic::short(&seen),
            traffic: traffic::traffic(&seen),
            consistency,
            promises,
        }
    }

    /// The history before the cursor by weaker measures than one copy. The same history is not checked twice.
    pub fn grades(&mut self, playback: &Playback) -> Grades {
        self.verdicts.follow(playback);
        let seen = Seen::of(playback);
        self.grades.of(&seen, &self.verdicts.at(&seen))
    }

    /// The latest operations of an order that explains every answer before the cursor, the last one last; none where there
    /// is no such order.
    #[must_use]
    pub fn order(&self, playback: &Playback, latest: usize) -> Option<Vec<(OpId, String)>> {
        let seen = Seen::of(playback);
        let order = verdicts::order(&seen)?;
        let skipped = order.len().saturating_sub(latest);
        Some(
            order
                .into_iter()
                .skip(skipped)
                .filter_map(|op| Some((op, told(&seen, seen.chronicle.operation(op)?))))
                .collect(),
        )
    }
}

/// What lies before the cursor.
#[derive(Clone, Copy)]
struct Seen<'a> {
    cluster: &'a Cluster,
    chronicle: &'a Chronicle,
    scenario: &'a Scenario,
    /// So many records.
    records: u64,
    now: SimTime,
}

impl<'a> Seen<'a> {
    fn of(playback: &'a Playback) -> Self {
        let session = playback.session();
        Self {
            cluster: session.cluster(),
            chronicle: playback.chronicle(),
            scenario: session.scenario(),
            records: playback.seen(),
            now: session.now().time,
        }
    }

    fn has(&self, record: RecordId) -> bool {
        record.0 < self.records
    }

    /// The operations that were invoked.
    fn operations(&self) -> &'a [OperationBar] {
        let all = self.chronicle.operations();
        &all[..all.partition_point(|bar| self.has(bar.record))]
    }

    fn names(&self) -> Names<'a> {
        Names::new(self.cluster.config())
    }

    /// Why a wrong answer breaks no promise, where it breaks none.
    fn why_not_promised(&self) -> &'static str {
        match &self.scenario.system {
            System::Raft(_) => "With local reads at followers this was not promised.",
            System::Leaderless(it) if it.sloppy => "With stand-ins this was not promised.",
            System::Leaderless(it) if !it.quorums_overlap() => {
                "This was not promised: R + W is not more than N, so a read can miss a write."
            }
            System::Leaderless(_) => "This was not promised: a read answers before others hold what it found.",
        }
    }

    /// Whether the system promises that clients see one copy of the data.
    fn promises_one_copy(&self) -> bool {
        match &self.scenario.system {
            System::Raft(raft) => raft.follower_reads != FollowerReads::Local,
            System::Leaderless(leaderless) => {
                leaderless.quorums_overlap() && !leaderless.sloppy && leaderless.read_repair == ReadRepair::Blocking
            }
        }
    }
}

/// An operation with what its client was told, by a name: "Bob reads x: 5".
fn told(seen: &Seen<'_>, bar: &OperationBar) -> String {
    let whose = format!("{} {}", seen.names().client(bar.client), asked(&bar.operation));
    match bar.ended.as_ref().filter(|(stamp, _)| seen.has(stamp.record)) {
        Some((_, end)) => format!("{whose}: {}", outcome(&bar.operation, end)),
        None => format!("{whose}: no answer yet"),
    }
}
