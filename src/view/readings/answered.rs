//! Who was answered in time, by the side of the network where the client's contact stands, and who does not know.

use super::{Seen, WINDOW};
use crate::base::{ClientId, NodeId, OpId, SimDuration, SimTime};
use crate::sim::Outcome;
use crate::view::chronicle::OperationBar;
use crate::view::stage::parted;

/// Of the operations that were invoked in one second, how many were answered well within one second. The window ends a
/// second before the cursor: only then has every operation in it had its time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answered {
    /// When the window begins.
    pub from: SimTime,
    /// When it ends.
    pub to: SimTime,
    /// All of them.
    pub all: Share,
    /// By side, in the order of the sides, while the network is parted; empty while it is whole.
    pub sides: Vec<Share>,
}

/// So many of so many.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Share {
    /// Answered well.
    pub ok: u32,
    /// Definitely not done.
    pub failed: u32,
    /// No answer in time: their clients did not know.
    pub unknown: u32,
}

impl Share {
    /// How many there are.
    #[must_use]
    pub fn of(self) -> u32 {
        self.ok + self.failed + self.unknown
    }

    /// In per cent, rounded down, so that 100 means all; none where nothing was asked.
    #[must_use]
    pub fn per_cent(self) -> Option<u32> {
        (self.ok * 100).checked_div(self.of())
    }

    fn count(&mut self, end: Told) {
        match end {
            Told::Ok => self.ok += 1,
            Told::Failed => self.failed += 1,
            Told::Nothing => self.unknown += 1,
        }
    }
}

#[derive(Clone, Copy)]
enum Told {
    Ok,
    Failed,
    Nothing,
}

pub(super) fn answered(seen: &Seen<'_>) -> Answered {
    let to = SimTime(seen.now.0.saturating_sub(WINDOW.0));
    let from = SimTime(to.0.saturating_sub(WINDOW.0));
    let has_begun = seen.now.0 >= WINDOW.0;
    let bars = seen.operations();
    let first = bars.partition_point(|bar| bar.invoked_at <= from && from > SimTime::ZERO);
    let last = if has_begun { bars.partition_point(|bar| bar.invoked_at <= to) } else { first };
    let parted = parted(seen.cluster);
    let (mut all, mut sides) = (Share::default(), vec![Share::default(); parted.len()]);
    for bar in &bars[first..last.max(first)] {
        let told = told_in_time(seen, bar);
        all.count(told);
        let home = contact(bar).and_then(|node| parted.iter().position(|side| side.nodes.contains(node)));
        if let Some(home) = home {
            sides[home].count(told);
        }
    }
    Answered { from, to, all, sides }
}

/// What the client had been told when its second was over.
fn told_in_time(seen: &Seen<'_>, bar: &OperationBar) -> Told {
    match &bar.ended {
        Some((stamp, end)) if stamp.at <= bar.invoked_at + WINDOW && seen.has(stamp.record) => match end {
            Outcome::Ok { .. } => Told::Ok,
            Outcome::Failed(_) => Told::Failed,
            Outcome::Unknown => Told::Nothing,
        },
        Some(_) | None => Told::Nothing,
    }
}

/// The node of the latest attempt within the second.
fn contact(bar: &OperationBar) -> Option<NodeId> {
    let in_time = bar.attempts.iter().rev().find(|attempt| attempt.made.at <= bar.invoked_at + WINDOW);
    in_time.map(|attempt| attempt.to)
}

/// Operations of which nobody has told their clients what became of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Untold {
    /// Those that ended as unknown, by client.
    pub unknown: Vec<(ClientId, u32)>,
    /// Those that wait for an answer, oldest first.
    pub waiting: Vec<Waiting>,
    /// The one that took longest, waiting ones at their present age.
    pub longest: Option<(OpId, SimDuration)>,
}

/// An operation that waits for an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// Which.
    pub op: OpId,
    /// Whose.
    pub client: ClientId,
    /// Since when.
    pub since: SimTime,
}

impl Untold {
    /// How many there are.
    #[must_use]
    pub fn count(&self) -> usize {
        self.unknown.iter().map(|(_, count)| *count as usize).sum::<usize>() + self.waiting.len()
    }
}

pub(super) fn untold(seen: &Seen<'_>) -> Untold {
    let mut untold = Untold::default();
    let mut by_client = vec![0_u32; seen.cluster.config().clients.len()];
    for bar in seen.operations() {
        let length = match bar.ended.as_ref().filter(|(stamp, _)| seen.has(stamp.record)) {
            None => {
                untold.waiting.push(Waiting { op: bar.op, client: bar.client, since: bar.invoked_at });
                seen.now.since(bar.invoked_at)
            }
            Some((stamp, Outcome::Unknown)) => {
                if let Some(count) = by_client.get_mut(bar.client.slot()) {
                    *count += 1;
                }
                stamp.at.since(bar.invoked_at)
            }
            Some((_, Outcome::Ok { .. } | Outcome::Failed(_))) => continue,
        };
        if untold.longest.is_none_or(|(_, longest)| length > longest) {
            untold.longest = Some((bar.op, length));
        }
    }
    let counted = by_client.into_iter().enumerate().filter(|(_, count)| *count > 0);
    untold.unknown = counted.map(|(at, count)| (ClientId(at as u8), count)).collect();
    untold
}
