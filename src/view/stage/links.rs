//! Links between nodes on the stage: what state each way is in, and what it takes.

use super::SeenBy;
use crate::base::{Distribution, Endpoint, SimDuration};
use crate::protocol::Protocol;
use crate::sim::{Link, LinkHealth, LinkSettings, World};
use crate::view::describe::per_cent;

/// One link between two endpoints, both ways.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LinkFrame {
    /// The end with the lower name.
    pub from: Endpoint,
    /// The other end.
    pub to: Endpoint,
    /// Whether messages pass from the first end to the second.
    pub there: bool,
    /// Whether they pass back.
    pub back: bool,
    /// What sets it apart from the cluster's usual links, most telling first.
    pub state: LinkState,
    /// How long a message takes: "20 ms", "15–25 ms".
    pub delay: String,
    /// How many messages it loses, in words; empty where none are: "30 % lost".
    pub loss: String,
    /// Its name and state for those who cannot see it: "Link n1–n2, up".
    pub name: String,
    /// Whether whoever looks can know nothing of it.
    pub is_dim: bool,
}

/// What a link is, at a glance.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum LinkState {
    /// Messages pass both ways as usual.
    Up,
    /// None pass.
    Cut,
    /// They pass one way only.
    OneWay,
    /// It goes down and up by itself.
    Flapping,
    /// Some are lost.
    Lossy,
    /// They take longer than usual.
    Slow,
}

impl LinkState {
    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Cut => "cut",
            Self::OneWay => "one way",
            Self::Flapping => "flapping",
            Self::Lossy => "lossy",
            Self::Slow => "slow",
        }
    }

    /// The name of its line in styles.
    #[must_use]
    pub fn class(self) -> &'static str {
        match self {
            Self::Up => "link",
            Self::Cut => "link cut",
            Self::OneWay => "link one-way",
            Self::Flapping => "link flapping",
            Self::Lossy => "link lossy",
            Self::Slow => "link slow",
        }
    }
}

/// All links between nodes.
pub(super) fn links<P: Protocol>(world: &World<P>, seen_by: SeenBy) -> Vec<LinkFrame> {
    let usual = &world.config().network.between_nodes;
    let all: Vec<(Endpoint, Endpoint, &Link)> = world.links().collect();
    let is_pair =
        |(from, to, _): &&(Endpoint, Endpoint, &Link)| from.node().zip(to.node()).is_some_and(|(from, to)| from < to);
    let pairs = all.iter().filter(is_pair);
    let both = pairs.filter_map(|(from, to, there)| {
        let (_, _, back) = all.iter().find(|(other, one, _)| other == to && one == from)?;
        Some(frame((*from, *to), there, back, usual, seen_by))
    });
    both.collect()
}

fn frame(
    (from, to): (Endpoint, Endpoint),
    there: &Link,
    back: &Link,
    usual: &LinkSettings,
    seen_by: SeenBy,
) -> LinkFrame {
    let is_dim = seen_by != SeenBy::Observer;
    let passes = |link: &Link| link.health() == LinkHealth::Up || is_dim;
    let state = if is_dim { LinkState::Up } else { state(there, back, usual) };
    let delay = delay(&there.settings().delay);
    let loss = there.settings().loss_ppm.max(back.settings().loss_ppm);
    let mut name = format!("Link {from}–{to}, {}", state.word());
    if state == LinkState::OneWay {
        let (from, to) = if passes(there) { (from, to) } else { (to, from) };
        name += &format!(", only from {from} to {to}");
    }
    let loss = if loss > 0 { format!("{} lost", per_cent(u64::from(loss))) } else { String::new() };
    if !loss.is_empty() {
        name += &format!(", {loss}");
    }
    LinkFrame { from, to, there: passes(there), back: passes(back), state, delay, loss, name, is_dim }
}

fn state(there: &Link, back: &Link, usual: &LinkSettings) -> LinkState {
    let is_cut = |link: &Link| link.health() == LinkHealth::Cut;
    let differs = |link: &Link| link.settings().delay.median() > usual.delay.median();
    let loses = |link: &Link| link.settings().loss_ppm > 0;
    match (is_cut(there), is_cut(back)) {
        (true, true) => LinkState::Cut,
        (true, false) | (false, true) => LinkState::OneWay,
        (false, false) if there.is_flapping() || back.is_flapping() => LinkState::Flapping,
        (false, false) if loses(there) || loses(back) => LinkState::Lossy,
        (false, false) if differs(there) || differs(back) => LinkState::Slow,
        (false, false) => LinkState::Up,
    }
}

/// How long a message takes, as a label on a line.
fn delay(delay: &Distribution) -> String {
    match delay {
        Distribution::Constant(length) => length.to_string(),
        Distribution::Uniform { min, max } => range(*min, *max),
        Distribution::Exponential { .. } | Distribution::LogNormal { .. } | Distribution::Pareto { .. } => {
            format!("~{}", delay.median())
        }
    }
}

/// Two lengths in one unit: "15–25 ms".
fn range(min: SimDuration, max: SimDuration) -> String {
    let (low, high) = (min.to_string(), max.to_string());
    match (low.split_once(' '), high.split_once(' ')) {
        (Some((number, unit)), Some((_, other))) if unit == other => format!("{number}–{high}"),
        _ => format!("{low} – {high}"),
    }
}
