//! Text boxes at replicas: what a replica shows of a text, letter by letter with who typed it.

use super::Splice;
use crate::base::{NodeId, NodeSet};
use crate::data::Text;
use crate::protocol::Key;
use crate::protocol::leaderless::{Leaderless, Versions};
use crate::session::Cluster;
use crate::sim::{NodeStatus, World};
use crate::view::stage::{SeenBy, text_key};
use std::sync::Arc;

/// A text, and the replicas at which somebody can type in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Its key.
    pub key: Key,
    /// Its replicas, in the order of their names.
    pub replicas: Vec<NodeId>,
}

/// Letters side by side that one replica's people typed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ink {
    /// At which replica.
    pub by: NodeId,
    /// The letters.
    pub letters: String,
}

/// A box.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TextBox {
    /// The text that is held; none if nothing was ever typed.
    pub text: Option<Arc<Text>>,
    /// Why nobody can type there now.
    pub closed: Option<String>,
}

impl TextBox {
    /// What is shown.
    #[must_use]
    pub fn shown(&self) -> String {
        self.text.as_ref().map(|text| text.text()).unwrap_or_default()
    }

    /// How many letters that are.
    #[must_use]
    pub fn letters(&self) -> u64 {
        self.text.as_ref().map_or(0, |text| text.letters().len())
    }

    /// Whether it is too long for that.
    #[must_use]
    pub fn is_long(&self) -> bool {
        self.letters() > INK_MAX
    }

    /// The letters by who typed them; none of a text that is too long to be drawn letter by letter in the time of a frame.
    #[must_use]
    pub fn ink(&self) -> Option<Vec<Ink>> {
        (!self.is_long()).then(|| self.text.as_deref().map(ink).unwrap_or_default())
    }
}

/// A text of more letters is shown without who typed them.
const INK_MAX: u64 = 3_000;

/// The text that the run is about: the first key whose rule for conflicts says that it is one.
#[must_use]
pub fn page(cluster: &Cluster) -> Option<Page> {
    let world = cluster.as_leaderless()?;
    let key = text_key(world)?;
    // Every process places keys alike.
    let replica = world.nodes().find_map(|(_, slot)| slot.process())?;
    let replicas: NodeSet = replica.home(&key).iter().copied().collect();
    Some(Page { key, replicas: replicas.iter().collect() })
}

/// A box at a replica, as somebody sees it; none if they cannot know of it.
#[must_use]
pub fn text_box(cluster: &Cluster, key: &Key, node: NodeId, seen_by: SeenBy) -> Option<TextBox> {
    let is_known = match seen_by {
        SeenBy::Observer => true,
        SeenBy::Node(other) => other == node,
        SeenBy::Client(_) => false,
    };
    let world = cluster.as_leaderless().filter(|_| is_known)?;
    let (_, slot) = world.nodes().find(|(id, _)| *id == node)?;
    let closed = match slot.status() {
        NodeStatus::Up => None,
        NodeStatus::Paused => Some(format!("{node} is frozen: nothing can be typed")),
        NodeStatus::Down => Some(format!("{node} is down: nothing can be typed")),
    };
    Some(TextBox { text: held(world, node, key), closed })
}

fn held(world: &World<Leaderless>, node: NodeId, key: &Key) -> Option<Arc<Text>> {
    let (_, slot) = world.nodes().find(|(id, _)| *id == node)?;
    match slot.process()?.versions(key)? {
        Versions::Text(text) => Some(text.clone()),
        Versions::Lww(_)
        | Versions::Siblings(_)
        | Versions::ServerVectors(_)
        | Versions::Counter(_)
        | Versions::Set(_) => None,
    }
}

fn ink(text: &Text) -> Vec<Ink> {
    let letters = text.text();
    let shown = text.letters().ids().filter(|(_, is_shown)| *is_shown).map(|(id, _)| id.actor);
    let mut all: Vec<Ink> = Vec::new();
    for (by, letter) in shown.zip(letters.chars()) {
        match all.last_mut().filter(|last| last.by == by) {
            Some(last) => last.letters.push(letter),
            None => all.push(Ink { by, letters: letter.to_string() }),
        }
    }
    all
}

/// The same letters with a change that the replica does not know of yet.
#[must_use]
pub fn inked(ink: &[Ink], splice: &Splice, by: NodeId) -> Vec<Ink> {
    let (mut all, mut place) = (Vec::new(), 0);
    let end = splice.at + splice.remove;
    let mut new = Some(Ink { by, letters: splice.insert.clone() }).filter(|ink| !ink.letters.is_empty());
    for piece in ink {
        let part = |keep: &dyn Fn(u64) -> bool| {
            let letters: String =
                piece.letters.chars().zip(place..).filter(|(_, at)| keep(*at)).map(|(letter, _)| letter).collect();
            (!letters.is_empty()).then_some(Ink { by: piece.by, letters })
        };
        let (before, after) = (part(&|at| at < splice.at), part(&|at| at >= end));
        place += piece.letters.chars().count() as u64;
        all.extend(before);
        if place >= splice.at {
            all.extend(new.take());
        }
        all.extend(after);
    }
    all.extend(new);
    all
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ink(pieces: &[(u8, &str)]) -> Vec<Ink> {
        pieces.iter().map(|(by, letters)| Ink { by: NodeId(*by), letters: (*letters).to_owned() }).collect()
    }

    fn typed(pieces: &[(u8, &str)], at: u64, remove: u64, insert: &str) -> Vec<Ink> {
        inked(&ink(pieces), &Splice { at, remove, insert: insert.to_owned() }, NodeId(3))
    }

    #[test]
    fn what_is_typed_stands_where_it_was_typed() {
        let page = [(1, "the "), (2, "cat")];
        assert_eq!(typed(&page, 0, 0, "x"), ink(&[(3, "x"), (1, "the "), (2, "cat")]));
        assert_eq!(typed(&page, 4, 0, "x"), ink(&[(1, "the "), (3, "x"), (2, "cat")]));
        assert_eq!(typed(&page, 5, 1, "x"), ink(&[(1, "the "), (2, "c"), (3, "x"), (2, "t")]));
        assert_eq!(typed(&page, 7, 0, "x"), ink(&[(1, "the "), (2, "cat"), (3, "x")]));
        assert_eq!(typed(&page, 2, 4, ""), ink(&[(1, "th"), (2, "t")]));
        assert_eq!(typed(&[], 0, 0, "x"), ink(&[(3, "x")]));
    }
}
