//! A leaderless replica without a world: fed by hand, one input at a time, with a clock and a disk that go on when the test says so.

use netsplit::base::{
    ClientId, LocalTime, Monotonic, NodeId, NodeSet, OpId, PersistToken, RequestId, SimDuration, TimerId, Wall,
};
use netsplit::data::{TextChange, VersionVector};
use netsplit::protocol::leaderless::{
    HANDOFF_TIMER, Leaderless, LeaderlessChange, LeaderlessConfig, LeaderlessDurable, LeaderlessMessage, LeaderlessNote,
};
use netsplit::protocol::{Context, Effect, Effects, Input, Operation, Protocol, Request, Typing, Update};
use std::collections::VecDeque;

pub(crate) type Outcome = Vec<Effect<Leaderless>>;

/// One replica, of as many as keys have.
pub(crate) struct Replica {
    id: NodeId,
    pub(crate) process: Leaderless,
    disk: LeaderlessDurable,
    config: LeaderlessConfig,
    clock: SimDuration,
    unsynced: VecDeque<(PersistToken, LeaderlessChange)>,
}

impl Replica {
    /// One of three. All of them hold all keys.
    pub(crate) fn of_three(id: u8, config: &LeaderlessConfig) -> Self {
        let (id, config) = (NodeId(id), config.clone());
        let process = Leaderless::new(id, NodeSet::first(3), &config);
        let (disk, clock) = (LeaderlessDurable::default(), SimDuration::ZERO);
        let mut replica = Self { id, process, disk, config, clock, unsynced: VecDeque::new() };
        replica.feed(Input::Start(replica.disk.clone()));
        replica.sync();
        replica
    }

    /// Crashes and starts again, with what its disk holds.
    pub(crate) fn restart(&mut self) {
        self.unsynced.clear();
        self.process = Leaderless::new(self.id, NodeSet::first(3), &self.config);
        self.feed(Input::Start(self.disk.clone()));
        self.sync();
    }

    pub(crate) fn feed(&mut self, input: Input<Leaderless>) -> Outcome {
        let mut out = Effects::default();
        let wall = Wall(i64::try_from(self.clock.0).expect("no test takes so long"));
        self.process.handle(LocalTime { monotonic: Monotonic(self.clock.0), wall }, input, &mut out);
        let effects: Outcome = out.drain().collect();
        for effect in &effects {
            if let Effect::Persist { token, change } = effect {
                self.unsynced.push_back((*token, change.clone()));
            }
        }
        effects
    }

    /// Its disk is done with everything.
    pub(crate) fn sync(&mut self) -> Outcome {
        let mut effects = Outcome::new();
        while let Some((token, change)) = self.unsynced.pop_front() {
            Leaderless::write(&mut self.disk, change);
            effects.extend(self.feed(Input::Persisted(token)));
        }
        effects
    }

    pub(crate) fn pass(&mut self, ms: u64) {
        self.clock = self.clock + SimDuration::from_millis(ms);
    }

    pub(crate) fn hear(&mut self, from: u8, body: LeaderlessMessage) -> Outcome {
        self.feed(Input::Message { from: NodeId(from), body })
    }

    pub(crate) fn types(&mut self, at: u64, remove: u64, insert: &str) -> Outcome {
        let typing = Typing { key: "page".into(), at, remove, insert: insert.to_owned() };
        self.feed(Input::Typed(typing))
    }

    pub(crate) fn asked(&mut self, update: Update) -> Outcome {
        let id = RequestId { client: ClientId(0), op: OpId(1), attempt: 1 };
        let operation = Operation { key: "page".into(), update };
        self.feed(Input::Request(Box::new(Request { id, operation, session: None, context: Context::default() })))
    }

    pub(crate) fn hands_over(&mut self) -> Outcome {
        self.feed(Input::Timer::<Leaderless>(timer()))
    }

    pub(crate) fn shows(&self) -> String {
        let values = self.process.values(&"page".into());
        values.first().map_or_else(String::new, |value| value.to_string().trim_matches('"').to_owned())
    }
}

const fn timer() -> TimerId {
    HANDOFF_TIMER
}

/// What is sent to whom, and whether it waits for the disk.
pub(crate) fn sent(effects: &Outcome) -> Vec<(u8, LeaderlessMessage, bool)> {
    let one = |effect: &Effect<Leaderless>| match effect {
        Effect::Send { to, body, after } => Some((to.0, body.clone(), after.is_some())),
        _ => None,
    };
    effects.iter().filter_map(one).collect()
}

/// The changes of a text that go to somebody.
pub(crate) fn letters(effects: &Outcome, to: u8) -> Vec<TextChange> {
    let one = |(whom, body, _): (u8, LeaderlessMessage, bool)| match body {
        LeaderlessMessage::Letters { changes, .. } if whom == to => Some(changes),
        _ => None,
    };
    sent(effects).into_iter().filter_map(one).flatten().collect()
}

/// What somebody says to have of the text.
pub(crate) fn acknowledged(effects: &Outcome) -> Option<VersionVector> {
    sent(effects).into_iter().find_map(|(_, body, _)| match body {
        LeaderlessMessage::LettersAck { seen, .. } => Some(seen),
        _ => None,
    })
}

pub(crate) fn notes(effects: &Outcome) -> Vec<LeaderlessNote> {
    let one = |effect: &Effect<Leaderless>| if let Effect::Note(note) = effect { Some(note.clone()) } else { None };
    effects.iter().filter_map(one).collect()
}
