//! Persistence: what a replica's disk holds, and which of its writes are durable. A replica answers nothing that rests on a
//! write before that write is durable.

use std::collections::{BTreeMap, VecDeque};

use super::breaks::Break;
use super::hints::Hint;
use super::replica::Own;
use super::version::Versions;
use super::{Conflicts, Leaderless};
use crate::base::{NodeId, NodeSet, PersistToken, SharedMap};
use crate::protocol::{Effects, Key, Value};

/// What survives a crash.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LeaderlessDurable {
    /// How often its process was started: later heartbeats are told from earlier ones by it.
    pub starts: u64,
    /// Data that a scenario has put there, not yet taken over.
    pub preloaded: Vec<(Key, Value)>,
    /// What it holds.
    pub cells: SharedMap<Key, Versions>,
    /// The last name that it gave to a write of a key.
    pub minted: SharedMap<Key, u64>,
    /// What it keeps for others.
    pub hints: BTreeMap<(NodeId, Key), Hint>,
}

/// One write to the disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LeaderlessChange {
    /// A process has started.
    Started(u64),
    /// What the scenario has put there is taken over.
    Adopted,
    /// What a key holds.
    Cell {
        /// The key.
        key: Key,
        /// Its versions; none if it is forgotten.
        versions: Option<Versions>,
        /// The name of the latest write, if this replica has named it.
        minted: Option<u64>,
    },
    /// A hint is kept, or gone.
    Hint {
        /// For whom.
        home: NodeId,
        /// The key.
        key: Key,
        /// The hint; none if it is gone.
        hint: Option<Hint>,
    },
}

impl LeaderlessDurable {
    pub(super) fn preload(&mut self, data: &[(Key, Value)]) {
        self.preloaded.extend_from_slice(data);
    }

    pub(super) fn write(&mut self, change: LeaderlessChange) {
        match change {
            LeaderlessChange::Started(starts) => self.starts = starts,
            LeaderlessChange::Adopted => self.preloaded.clear(),
            LeaderlessChange::Cell { key, versions, minted } => {
                if let Some(minted) = minted.filter(|minted| self.minted.get(&key) < Some(minted)) {
                    self.minted.insert(key.clone(), minted);
                }
                match versions {
                    Some(versions) => self.cells.insert(key, versions),
                    None => self.cells.remove(&key),
                };
            }
            LeaderlessChange::Hint { home, key, hint: Some(hint) } => {
                self.hints.insert((home, key), hint);
            }
            LeaderlessChange::Hint { home, key, hint: None } => {
                self.hints.remove(&(home, key));
            }
        }
    }
}

/// Which writes were asked for, and what waits for them.
#[derive(Clone, Debug, Default)]
pub(super) struct Writes {
    asked: PersistToken,
    durable: PersistToken,
    /// What the own copy owes to requests, in the order of the writes.
    owed: VecDeque<(PersistToken, Own)>,
}

impl Writes {
    pub(super) fn latest_pending(&self) -> Option<PersistToken> {
        (self.asked > self.durable).then_some(self.asked)
    }

    pub(super) fn owe(&mut self, token: PersistToken, own: Own) {
        self.owed.push_back((token, own));
    }

    fn next_owed(&mut self) -> Option<Own> {
        let (token, own) = *self.owed.front()?;
        (token <= self.durable).then(|| {
            self.owed.pop_front();
            own
        })
    }
}

impl Leaderless {
    pub(super) fn persist(&mut self, change: LeaderlessChange, out: &mut Effects<Self>) {
        self.writes.asked.0 += 1;
        out.persist(self.writes.asked, change);
    }

    pub(super) fn on_persisted(&mut self, token: PersistToken, out: &mut Effects<Self>) {
        self.writes.durable = token;
        while let Some(own) = self.writes.next_owed() {
            self.count_own(own, out);
        }
    }

    /// Takes over what the disk holds.
    pub(super) fn recover(&mut self, durable: LeaderlessDurable, out: &mut Effects<Self>) {
        if let Some(comparing) = &self.config.anti_entropy {
            self.store.plant(comparing.depth);
        }
        let has_tombstones = !self.config.breaks(Break::TreeWithoutTombstones);
        for (key, versions) in durable.cells.iter() {
            let sharers = self.sharers(key);
            let minted = durable.minted.get(key).copied();
            self.store.set(key, Some(versions.clone()), minted, sharers, has_tombstones);
        }
        for (key, minted) in durable.minted.iter().filter(|(key, _)| durable.cells.get(key).is_none()) {
            self.store.set(key, None, Some(*minted), NodeSet::EMPTY, has_tombstones);
        }
        self.hints.recover(durable.hints);
        self.gossip.begin(durable.starts + 1);
        self.persist(LeaderlessChange::Started(durable.starts + 1), out);
        if !durable.preloaded.is_empty() {
            self.adopt(&durable.preloaded, out);
        }
    }

    /// Takes over what the scenario has put on the disk: what belongs to this node, as if `n1` had written it before all else.
    fn adopt(&mut self, data: &[(Key, Value)], out: &mut Effects<Self>) {
        for (key, value) in data {
            if !self.is_home(key) {
                continue;
            }
            let conflicts = self.config.conflicts_of(key);
            let mut versions = Versions::preloaded(conflicts, self.config.breaks(Break::ServerVersionVectors), value);
            versions.merge(&self.copy_of(key));
            let is_named = matches!(conflicts, Conflicts::Siblings | Conflicts::Union | Conflicts::Highest);
            let dot = (is_named && self.id == NodeId(1))
                .then(|| crate::data::Dot { actor: self.id, count: self.store.minted(key).max(1) });
            self.keep(key, Some(versions), dot, out);
        }
        self.persist(LeaderlessChange::Adopted, out);
    }
}
