//! The event log: what happened up to the cursor as lines, filtered, the latest of them. Owns what belongs to which filter;
//! the words are the describer's.

use std::collections::VecDeque;

use crate::base::{Endpoint, RecordId, SimTime};
use crate::session::Cluster;
use crate::sim::{Kind, Place, TraceRecord, World};
use crate::view::chronicle::Chronicle;
use crate::view::describe::{Describer, Vocabulary};
use crate::view::inspector::Target;
use crate::view::stage::SeenBy;

/// What kinds of lines there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    /// Messages on their ways.
    Messages,
    /// What nodes decide, wait for and write.
    Decisions,
    /// What clients ask and are told.
    Clients,
    /// What breaks and what is mended.
    Faults,
}

impl Class {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Messages, Self::Decisions, Self::Clients, Self::Faults];

    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Messages => "Messages",
            Self::Decisions => "Decisions",
            Self::Clients => "Clients",
            Self::Faults => "Faults",
        }
    }
}

/// Which lines are wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// Only of this kind.
    pub class: Option<Class>,
    /// Only what happened at one place, or on its links.
    pub about: Option<Endpoint>,
    /// Only what a party can know.
    pub seen_by: SeenBy,
    /// With signs of life and their answers, and what is only routine.
    pub with_routine: bool,
}

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// The record.
    pub record: RecordId,
    /// When.
    pub at: SimTime,
    /// Its kind.
    pub class: Class,
    /// What happened.
    pub words: String,
    /// What it is about.
    pub target: Option<Target>,
}

/// So many lines are kept.
pub const LINES: usize = 200;

/// So many records are looked through at most when the log is made anew.
const BACK: u64 = 8_192;

/// The latest lines. Reads only what is new, as long as time goes forward.
#[derive(Clone, Debug, Default)]
pub struct Log {
    filter: Filter,
    turn: Option<u32>,
    /// The records that were looked through: from the first to before the last.
    from: u64,
    through: u64,
    lines: VecDeque<Line>,
}

impl Log {
    /// Brings it to the cluster's moment. `turn` changes whenever anything but the passing of time has changed the run.
    pub fn read(&mut self, cluster: &Cluster, chronicle: &Chronicle, filter: Filter, turn: u32) {
        let seen = cluster.records();
        if self.filter != filter || self.turn != Some(turn) || seen < self.through {
            let from = seen.saturating_sub(BACK);
            *self = Self { filter, turn: Some(turn), from, through: from, lines: VecDeque::new() };
        }
        match cluster {
            Cluster::Raft(world) => self.read_world(world, chronicle),
            Cluster::Leaderless(world) => self.read_world(world, chronicle),
        }
    }

    /// The lines, oldest first.
    pub fn lines(&self) -> impl DoubleEndedIterator<Item = &Line> {
        self.lines.iter()
    }

    /// Whether there may be earlier lines than those.
    #[must_use]
    pub fn has_earlier(&self) -> bool {
        self.from > 0 || self.lines.len() == LINES
    }

    fn read_world<P: Vocabulary>(&mut self, world: &World<P>, chronicle: &Chronicle) {
        let describer = Describer::new(world.config(), world.trace());
        for record in world.trace().iter_from(RecordId(self.through)) {
            if !self.wants(&record, world, chronicle) {
                continue;
            }
            let words = describer.line(&record);
            let (class, target) = (class(&record.kind), target::<P>(&record));
            self.lines.push_back(Line { record: record.id, at: record.moment.time, class, words, target });
            if self.lines.len() > LINES {
                self.lines.pop_front();
            }
        }
        self.through = world.trace().len();
    }

    fn wants<P: Vocabulary>(&self, record: &TraceRecord<P>, world: &World<P>, chronicle: &Chronicle) -> bool {
        let Filter { class: wanted, about, seen_by, with_routine } = self.filter;
        wanted.is_none_or(|wanted| wanted == class(&record.kind))
            && is_known(record, seen_by, world)
            && (with_routine || !is_routine(record, world, chronicle))
            && about.is_none_or(|end| is_at(record, end, world))
    }
}

fn class<B, N>(kind: &Kind<B, N>) -> Class {
    match kind {
        Kind::Command(_) | Kind::Started { .. } | Kind::Stopped { .. } | Kind::Flapped { .. } | Kind::Halted(_) => {
            Class::Faults
        }
        Kind::Sent { .. }
        | Kind::Duplicated { .. }
        | Kind::Dropped { .. }
        | Kind::Held { .. }
        | Kind::Delivered { .. } => Class::Messages,
        Kind::TimerFired { .. }
        | Kind::Persisting { .. }
        | Kind::Persisted { .. }
        | Kind::Note { .. }
        | Kind::Awaits { .. }
        | Kind::Settled { .. }
        | Kind::WaitingFor { .. } => Class::Decisions,
        Kind::Invoked { .. } | Kind::Attempted { .. } | Kind::AttemptEnded { .. } | Kind::Ended { .. } => {
            Class::Clients
        }
    }
}

/// What a line lets one look at.
fn target<P: Vocabulary>(record: &TraceRecord<P>) -> Option<Target> {
    match &record.kind {
        Kind::Sent { .. } | Kind::Duplicated { .. } => Some(Target::Message(record.id)),
        Kind::Dropped { .. } | Kind::Held { .. } | Kind::Delivered { .. } => record.cause.map(Target::Message),
        Kind::Invoked { op, .. } | Kind::Ended { op, .. } => Some(Target::Operation(*op)),
        Kind::Attempted { request, .. } | Kind::AttemptEnded { request, .. } => Some(Target::Operation(request.op)),
        other => match other.place() {
            Place::At(Endpoint::Node(node)) => Some(Target::Node(node)),
            Place::At(Endpoint::Client(client)) => Some(Target::Client(client)),
            Place::Link(from, to) => Some(Target::Link(from.min(to), from.max(to))),
            Place::World | Place::Operation(_) => None,
        },
    }
}

/// Whether a record only says that all goes its usual way: signs of life, and a disk that works.
fn is_routine<P: Vocabulary>(record: &TraceRecord<P>, world: &World<P>, chronicle: &Chronicle) -> bool {
    let message = match &record.kind {
        Kind::Sent { .. } | Kind::Duplicated { .. } => Some(record.id),
        Kind::Dropped { .. } | Kind::Held { .. } | Kind::Delivered { .. } => record.cause,
        Kind::Persisting { .. } | Kind::Persisted { .. } => return true,
        Kind::TimerFired { timer, .. } => return P::is_routine(*timer),
        _ => None,
    };
    let Some(crossing) = message.and_then(|message| chronicle.crossing(message)) else { return false };
    let has_news = crossing.news.is_some_and(|news| news.record.0 < world.trace().len());
    !crossing.is_sent_as_foreground && !has_news
}

/// Whether a party knows of a record: of what goes on where it is, of what it sends, and of what becomes of its own operations.
fn is_known<P: Vocabulary>(record: &TraceRecord<P>, seen_by: SeenBy, world: &World<P>) -> bool {
    match record.kind.place() {
        _ if seen_by == SeenBy::Observer => true,
        Place::World => false,
        Place::At(place) => seen_by.is_at(place),
        Place::Link(from, _) => matches!(&record.kind, Kind::Sent { .. }) && seen_by.is_at(from),
        Place::Operation(op) => match world.trace().invocation(op).map(|record| record.kind) {
            Some(Kind::Invoked { client, .. }) => seen_by.is_at(client.into()),
            _ => false,
        },
    }
}

fn is_at<P: Vocabulary>(record: &TraceRecord<P>, end: Endpoint, world: &World<P>) -> bool {
    match record.kind.place() {
        Place::World => matches!(&record.kind, Kind::Command(_)),
        Place::At(place) => {
            place == end
                || matches!(&record.kind, Kind::Delivered { from, .. } | Kind::Held { from, .. } if *from == end)
        }
        Place::Link(from, to) => from == end || to == end,
        Place::Operation(op) => match world.trace().invocation(op).map(|record| record.kind) {
            Some(Kind::Invoked { client, .. }) => Endpoint::Client(client) == end,
            _ => false,
        },
    }
}
