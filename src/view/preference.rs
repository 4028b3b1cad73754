//! The ring of keys as one node sees it: where everybody's places are, where a key stands, whom the walk from there meets, and
//! whom the node takes for dead. The ring decides; this reports it. How it is drawn is in `drawing`.

mod drawing;

pub use drawing::{Label, Tick, arc, at};

use crate::base::{NodeId, NodeSet};
use crate::data::Position;
use crate::protocol::Key;
use crate::protocol::leaderless::Leaderless;
use crate::session::Cluster;
use crate::view::stage::in_view;

/// So many keys are offered.
const KEYS: usize = 40;

/// A key's way round the ring.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preference {
    /// Whose opinion it is who is alive.
    pub by: NodeId,
    /// The key.
    pub key: Key,
    /// The keys that can be asked about, this one among them.
    pub keys: Vec<Key>,
    /// On how many replicas a key lives.
    pub n: u8,
    /// Where the key stands, in millionths of a turn.
    pub stands_at: u32,
    /// All places of all nodes, in the order of the ring, in millionths of a turn.
    pub places: Vec<(u32, NodeId)>,
    /// Whom the walk from the key meets, in this order.
    pub stops: Vec<Stop>,
}

/// A node that the walk meets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stop {
    /// Which.
    pub node: NodeId,
    /// At which of its places, in millionths of a turn.
    pub at: u32,
    /// What it is to the key.
    pub part: StopPart,
    /// Whether it is taken for dead.
    pub is_suspected: bool,
}

/// What a node is to a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StopPart {
    /// One of its own replicas: the first, the second ...
    Home(u8),
    /// It takes writes now for one of the key's own.
    StandsInFor(NodeId),
    /// It may be asked to stand in, after those before it.
    Spare,
    /// Quorums are strict: it has nothing to do with the key.
    Nothing,
}

/// The ring as a node sees it, for a key or, if none is named, for the key in view. None if there is no ring, the node does not
/// run, or there is no key yet.
#[must_use]
pub fn preference(cluster: &Cluster, node: NodeId, key: Option<&Key>) -> Option<Preference> {
    let Cluster::Leaderless(world) = cluster else { return None };
    let replica = world.node(node)?.process()?;
    let mut keys: Vec<Key> = Vec::new();
    for (_, slot) in world.nodes() {
        keys.extend(slot.process().into_iter().flat_map(|it| it.cells().map(|(key, _)| key.clone()).take(KEYS)));
    }
    let in_view = in_view(world);
    keys.extend(in_view.clone());
    keys.sort_unstable();
    keys.dedup();
    let shown = key.filter(|key| keys.contains(key)).cloned().or(in_view).or_else(|| keys.first().cloned())?;
    let own = keys.iter().position(|key| *key == shown).unwrap_or(0);
    // The one that is shown is among those that are offered.
    let from = (own + 1).saturating_sub(KEYS);
    let keys = keys.into_iter().skip(from).take(KEYS).collect();
    Some(of(replica, shown, keys))
}

fn of(replica: &Leaderless, key: Key, keys: Vec<Key>) -> Preference {
    let (ring, config) = (replica.ring(), replica.config());
    let stands_at = Position::of_key(key.as_bytes());
    let home = replica.home(&key);
    let alive: NodeSet = replica.alive();
    let taken = if config.sloppy { ring.sloppy(key.as_bytes(), home.len(), alive) } else { Vec::new() };
    let stops = ring.stops(stands_at).map(|(position, node)| {
        let number = home.iter().position(|own| *own == node).map(|at| at as u8 + 1);
        let stands_in = taken.iter().find(|(taker, _)| *taker == node).and_then(|(_, whom)| *whom);
        let part = match (number, stands_in) {
            (Some(number), _) => StopPart::Home(number),
            (None, Some(whom)) => StopPart::StandsInFor(whom),
            (None, None) if config.sloppy => StopPart::Spare,
            (None, None) => StopPart::Nothing,
        };
        Stop { node, at: turn(position), part, is_suspected: !alive.contains(node) }
    });
    Preference {
        by: replica.id(),
        n: config.n,
        stands_at: turn(stands_at),
        places: ring.places().iter().map(|(position, node)| (turn(*position), *node)).collect(),
        stops: stops.collect(),
        key,
        keys,
    }
}

fn turn(position: Position) -> u32 {
    position.turn_ppm() as u32
}

impl Preference {
    /// What the walk does, for those who do not see the picture, and as its legend.
    #[must_use]
    pub fn sentence(&self) -> String {
        let percent = self.stands_at / 10_000;
        let each = self.places.len() / self.stops.len().max(1);
        format!(
            "{} stands {percent} % of the way round. From there, clockwise, the first {} nodes that the walk meets are its own. Each node has {each} places.",
            self.key, self.n
        )
    }

    /// One node that the walk meets, in words: "1st replica; n3 takes it for dead".
    #[must_use]
    pub fn words(&self, stop: &Stop) -> String {
        let part = match stop.part {
            StopPart::Home(number) => format!("{} replica", ordinal(number)),
            StopPart::StandsInFor(whom) => format!("stands in for {whom}"),
            StopPart::Spare if stop.is_suspected => "passed over".to_owned(),
            StopPart::Spare => "may stand in".to_owned(),
            StopPart::Nothing => format!("no replica of {}", self.key),
        };
        let suspicion = if stop.is_suspected { format!("; {} takes it for dead", self.by) } else { String::new() };
        format!("{part}{suspicion}")
    }
}

fn ordinal(number: u8) -> String {
    let ending = match number {
        1 => "st",
        2 => "nd",
        3 => "rd",
        _ => "th",
    };
    format!("{number}{ending}")
}
