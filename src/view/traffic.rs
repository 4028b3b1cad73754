//! What moves on the stage at one moment: messages on their way, those that just died or flew by too fast to be seen, and
//! the timers that count down. Knows where on its way a message is, not where on the screen.

use crate::base::{Endpoint, RecordId, SimTime};
use crate::session::{Cluster, Visit};
use crate::sim::{DropReason, Flight, World};
use crate::view::chronicle::{Crossing, Ending, MessageKind};
use crate::view::pace::ScreenTime;
use crate::view::playback::Playback;
use crate::view::stage::{Countdown, SeenBy, countdowns};

/// All that moves.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Traffic {
    /// Messages on their way, by the record of their sending.
    pub movers: Vec<Mover>,
    /// Messages that died a moment ago.
    pub marks: Vec<Mark>,
    /// Messages that were on their way too shortly to be seen: they leave a streak.
    pub streaks: Vec<Streak>,
    /// Timers that count down to an election.
    pub countdowns: Vec<Countdown>,
}

/// A message on its way.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mover {
    /// The record of its sending, which names it.
    pub message: RecordId,
    /// Who sent it.
    pub from: Endpoint,
    /// To whom.
    pub to: Endpoint,
    /// What it is.
    pub kind: MessageKind,
    /// Whether it is to be followed with the eye; others are a faint pulse.
    pub is_foreground: bool,
    /// How far it is, from 0 to 1.
    pub progress: f32,
}

/// A message that died.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mark {
    /// The message.
    pub message: RecordId,
    /// Who sent it.
    pub from: Endpoint,
    /// To whom.
    pub to: Endpoint,
    /// How far it came, from 0 to 1.
    pub progress: f32,
    /// Why it died.
    pub why: DropReason,
    /// How long ago, as a share of the time for which the mark stands.
    pub age: f32,
}

/// A message that flew by.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Streak {
    /// Who sent it.
    pub from: Endpoint,
    /// To whom.
    pub to: Endpoint,
    /// How much of it has faded, from 0 to 1.
    pub age: f32,
}

/// A mark stands for so long on the screen, in microseconds.
const MARK_US: u64 = 900_000;

/// A flight shorter than this on the screen is a streak, and fades for so long.
const STREAK_US: u64 = 120_000;
const FADE_US: u64 = 250_000;

/// Whoever flew by longer ago than so many messages is not looked for.
const LOOK_BACK: usize = 600;

impl Traffic {
    /// What moves where a playback stands, as one party can know of it.
    #[must_use]
    pub fn of(playback: &Playback, seen_by: SeenBy) -> Self {
        let session = playback.session();
        let cluster = session.cluster();
        let now = session.now().time;
        let flights = cluster.visit(Flights);
        let chronicle = playback.chronicle();
        let movers = flights.iter().filter_map(|flight| mover(flight, chronicle.crossing(flight.message)?, now));
        let movers = movers.filter(|mover| is_in_sight(mover, seen_by)).collect();
        let mut traffic = Self { movers, countdowns: own(cluster, now, seen_by), ..Self::default() };
        traffic.look_back(playback, seen_by);
        traffic
    }

    /// The same for somebody who wants no motion: a message stands halfway until it has come, and nothing runs or fades.
    #[must_use]
    pub fn stilled(mut self) -> Self {
        self.movers.retain(|mover| mover.is_foreground);
        self.movers.iter_mut().for_each(|mover| mover.progress = 0.5);
        self.marks.iter_mut().for_each(|mark| mark.age = 0.0);
        self.streaks.clear();
        self.countdowns.clear();
        self
    }

    /// Collects what has ended a moment ago.
    fn look_back(&mut self, playback: &Playback, seen_by: SeenBy) {
        let (pace, here, seen) = (playback.pace(), playback.screen(), playback.seen());
        let crossings = playback.chronicle().crossings();
        let shown = crossings.partition_point(|crossing| crossing.message.0 < seen);
        // Before the plan began nothing was shown of it here; and what ended before this has faded.
        let since = pace.sim_at(ScreenTime(here.0.saturating_sub(MARK_US))).max(pace.from());
        for crossing in crossings[..shown].iter().rev().take(LOOK_BACK) {
            let Some(end) = crossing.end.filter(|end| end.record.0 < seen && end.at >= since) else { continue };
            // Nobody learns where on its way a message died, and only its receiver that it has come.
            if !seen_by.is_at(crossing.to) || seen_by != SeenBy::Observer && matches!(end.how, Ending::Dropped(_)) {
                continue;
            }
            let ended = pace.screen_at(end.at);
            let ago = here.0.saturating_sub(ended.0);
            match end.how {
                Ending::Dropped(why) if ago < MARK_US => self.marks.push(mark(crossing, why, ago)),
                Ending::Delivered | Ending::Held if ago < FADE_US && crossing.is_foreground() => {
                    let flown = ended.0.saturating_sub(pace.screen_at(crossing.sent_at).0);
                    if flown < STREAK_US {
                        let age = ago as f32 / FADE_US as f32;
                        self.streaks.push(Streak { from: crossing.from, to: crossing.to, age });
                    }
                }
                Ending::Dropped(_) | Ending::Delivered | Ending::Held => {}
            }
        }
    }
}

/// What is needed of a message in flight, whatever the protocol is.
struct Seen {
    message: RecordId,
    from: Endpoint,
    to: Endpoint,
    sent_at: SimTime,
    arrives_at: SimTime,
}

struct Flights;

impl Visit for Flights {
    type Out = Vec<Seen>;

    fn visit<P: crate::protocol::Protocol>(self, world: &World<P>) -> Vec<Seen> {
        let mut all: Vec<Seen> = world.flights().map(seen).collect();
        all.sort_unstable_by_key(|flight| flight.message);
        all
    }
}

fn seen<M>(flight: &Flight<M>) -> Seen {
    let Flight { message, from, to, sent_at, arrives_at, .. } = *flight;
    Seen { message, from, to, sent_at, arrives_at }
}

fn mover(flight: &Seen, crossing: &Crossing, now: SimTime) -> Option<Mover> {
    let length = flight.arrives_at.since(flight.sent_at).0.max(1);
    let progress = now.since(flight.sent_at).0 as f32 / length as f32;
    let (from, to, kind) = (flight.from, flight.to, crossing.kind);
    Some(Mover { message: flight.message, from, to, kind, is_foreground: crossing.is_foreground(), progress })
}

/// A party sees its own messages leave and others' reach it; what becomes of them between, nobody can know.
const IN_SIGHT: f32 = 0.3;

fn is_in_sight(mover: &Mover, seen_by: SeenBy) -> bool {
    let leaves = seen_by.is_at(mover.from) && mover.progress <= IN_SIGHT;
    let comes = seen_by.is_at(mover.to) && mover.progress >= 1.0 - IN_SIGHT;
    seen_by == SeenBy::Observer || leaves || comes
}

fn mark(crossing: &Crossing, why: DropReason, ago: u64) -> Mark {
    let progress = match why {
        // It was on its way until here; what would have been its arrival is not known any more.
        DropReason::Cut | DropReason::Lost => 0.5,
        DropReason::Down | DropReason::Full => 1.0,
    };
    let (message, from, to) = (crossing.message, crossing.from, crossing.to);
    Mark { message, from, to, progress, why, age: ago as f32 / MARK_US as f32 }
}

fn own(cluster: &Cluster, now: SimTime, seen_by: SeenBy) -> Vec<Countdown> {
    let is_known = |countdown: &Countdown| match seen_by {
        SeenBy::Observer => true,
        SeenBy::Node(node) => node == countdown.node,
        SeenBy::Client(_) => false,
    };
    countdowns(cluster, now).into_iter().filter(is_known).collect()
}
