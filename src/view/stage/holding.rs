//! What a leaderless replica holds of one key, as the strip under a node shows it: each version with what it has seen, whether
//! the node is one of the key's own, and its part in the request that is on its way. Knows no place on the screen.

use super::merging::MergeFrame;
use crate::base::{NodeId, NodeSet};
use crate::data::{Dot, Dotted, Stamp, VersionVector};
use crate::protocol::leaderless::{Conflicts, Content, Leaderless, Phase, Versions, Written};
use crate::protocol::{Key, Value};
use crate::sim::{Command, Kind, World};

/// What one node holds of the key in view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holding {
    /// The key.
    pub key: Key,
    /// The versions, side by side if none has seen the other.
    pub versions: Vec<Version>,
    /// Its place in the key's preference list, from 1; none if the key is not its own.
    pub home: Option<u8>,
    /// For whom it keeps versions that they have missed, of any key.
    pub pocket: NodeSet,
    /// Its part in the request that is on its way.
    pub part: Option<Part>,
    /// What came a moment ago, and what became of it.
    pub merge: Option<MergeFrame>,
}

/// One version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// The value: "cup · lamp", "deleted".
    pub text: String,
    /// What is known of its past, by node; empty where the type keeps nothing of it.
    pub past: Vec<VersionEntry>,
    /// Who took the write, if that is known.
    pub writer: Option<NodeId>,
    /// Whether it says that there is no value any more.
    pub is_deleted: bool,
}

/// What a version has of one node: "n1:3", "+3 −1", a time of its clock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VersionEntry {
    /// The node; none for what is no node's.
    pub node: Option<NodeId>,
    /// In words, its name included.
    pub words: String,
}

/// A node's part in a request that is seen to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    /// Whether the request writes; else it reads.
    pub writes: bool,
    /// How far it is.
    pub mark: Mark,
}

/// How far a node's part is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// It was asked.
    Asked,
    /// It has answered, and counts.
    Counted,
}

/// So many letters of a text are shown under its replica.
const EXCERPT: usize = 60;

/// The key of what somebody asked or typed last; before that, the text that people can type in.
pub(in crate::view) fn in_view(world: &World<Leaderless>) -> Option<Key> {
    match world.trace().last_deed().map(|record| record.kind) {
        Some(Kind::Invoked { operation, .. }) => Some(operation.key),
        Some(Kind::Command(Command::Type { typing, .. })) => Some(typing.key),
        _ => text_key(world),
    }
}

/// The first key whose rule for conflicts says that it is a text.
#[must_use]
pub fn text_key(world: &World<Leaderless>) -> Option<Key> {
    let config = world.protocol();
    let is_text = |key: &Key| config.conflicts_of(key) == Conflicts::Text;
    let has_texts = config.conflicts == Conflicts::Text;
    let ruled = config.rules.iter().map(|rule| &rule.key);
    if !has_texts && !ruled.clone().any(is_text) {
        return None;
    }
    let given = world.config().data.iter().map(|(key, _)| key);
    let held = world.nodes().filter_map(|(_, slot)| slot.process()).flat_map(Leaderless::cells).map(|(key, _)| key);
    // Where every key is a text and none has any letters yet, there is one to begin with.
    let first = given.chain(ruled).chain(held).filter(|key| is_text(key)).min().cloned();
    first.or_else(|| has_texts.then(|| Key::from("page")))
}

/// What a replica holds of a key.
pub(super) fn of(replica: &Leaderless, key: &Key, part: Option<Part>) -> Holding {
    let home = replica.home(key).iter().position(|node| *node == replica.id());
    Holding {
        key: key.clone(),
        versions: replica.versions(key).map(versions).unwrap_or_default(),
        home: home.map(|at| at as u8 + 1),
        pocket: replica.hints().filter(|(.., hint)| hint.is_told).map(|(home, ..)| home).collect(),
        part,
        merge: None,
    }
}

/// Who takes part in the request for a key that is on its way: the latest that the client has no answer to yet, else the latest
/// whose replies still come in.
pub(super) fn parts(world: &World<Leaderless>, key: &Key) -> Vec<(NodeId, Part)> {
    let replicas = world.nodes().filter_map(|(_, slot)| slot.process());
    let open = replicas.flat_map(Leaderless::coordinations).filter(|open| open.key == *key);
    let told = open.filter_map(|open| phase(&open.phase).map(|parts| (!open.is_answered, open.request, parts)));
    // Operations are numbered as they are invoked, whoever invokes them; a request's own order puts its client first.
    told.max_by_key(|(is_open, request, _)| (*is_open, request.op, request.attempt))
        .map(|(.., parts)| parts)
        .unwrap_or_default()
}

fn phase(phase: &Phase) -> Option<Vec<(NodeId, Part)>> {
    let of = |writes: bool, asked: NodeSet, counted: NodeSet| {
        let mark = |node: NodeId| if counted.contains(node) { Mark::Counted } else { Mark::Asked };
        asked.union(counted).iter().map(|node| (node, Part { writes, mark: mark(node) })).collect()
    };
    match phase {
        Phase::Write { targets, acked, .. } => Some(of(true, targets.iter().map(|(node, _)| *node).collect(), *acked)),
        Phase::Read { asked, replies, .. } => Some(of(false, *asked, replies.iter().map(|(node, _)| *node).collect())),
        Phase::WriteBack { holders, .. } => Some(of(true, *holders, *holders)),
        Phase::Forwarded { .. } => None,
    }
}

fn versions(versions: &Versions) -> Vec<Version> {
    match versions {
        Versions::Lww(register) => register.newest().map(|it| stamped(&it.value, it.stamp)).into_iter().collect(),
        Versions::Siblings(siblings) => siblings.versions().iter().map(dotted).collect(),
        Versions::ServerVectors(siblings) => {
            siblings.versions().map(|(clock, it)| version(&it.content, entries(clock, None), None)).collect()
        }
        Versions::Counter(counter) => {
            let shares = |counts: Vec<(NodeId, u64)>, sign: char| counts.into_iter().map(move |it| (it, sign));
            let added = shares(counter.increments().shares().collect(), '+');
            let taken = shares(counter.decrements().shares().collect(), '−');
            let entry = |((node, count), sign): ((NodeId, u64), char)| VersionEntry {
                node: Some(node),
                words: format!("{node}:{sign}{count}"),
            };
            let past = added.chain(taken).filter(|((_, count), _)| *count > 0).map(entry).collect();
            vec![version(&Content::Value(Value::Int(counter.value())), past, None)]
        }
        Versions::Set(set) => {
            let all = Value::List(set.iter().cloned().collect());
            vec![version(&Content::Value(all), entries(set.seen(), None), None)]
        }
        Versions::Text(text) => {
            // No strip is wider than that.
            let shown = Value::Text(text.letters().start(EXCERPT).into());
            vec![version(&Content::Value(shown), entries(text.seen(), None), None)]
        }
    }
}

fn version(content: &Content, past: Vec<VersionEntry>, writer: Option<NodeId>) -> Version {
    let is_deleted = *content == Content::Deleted;
    Version { text: text(content), past, writer, is_deleted }
}

/// What a version holds.
pub(super) fn text(content: &Content) -> String {
    content.value().map_or_else(|| "deleted".to_owned(), plain)
}

/// An element of a list, as the list shows it.
pub(super) fn element(element: &impl ToString) -> String {
    element.to_string().trim_matches('"').to_owned()
}

fn stamped(content: &Content, stamp: Stamp) -> Version {
    // What a key holds before the run has no time of any clock.
    let is_first = stamp.wall.0 == i64::MIN;
    let words =
        if is_first { "from the start".to_owned() } else { format!("{}: {}", stamp.writer, clock(stamp.wall.0)) };
    let node = (!is_first).then_some(stamp.writer);
    version(content, vec![VersionEntry { node, words }], node)
}

/// A wall clock's time in seconds, to the millisecond.
fn clock(micros: i64) -> String {
    let (sign, micros) = (if micros < 0 { "−" } else { "" }, micros.unsigned_abs());
    format!("{sign}{}.{:03} s", micros / 1_000_000, micros / 1_000 % 1_000)
}

fn dotted(it: &Dotted<Written>) -> Version {
    version(&it.value.content, entries(&it.past, Some(it.dot)), Some(it.dot.actor))
}

/// A version vector entry by entry. A write that does not follow what is seen of its own node at once stands after a plus:
/// "n1:1+3" is the third write of n1, which has seen the first and not the second (dotted version vectors).
fn entries(past: &VersionVector, dot: Option<Dot>) -> Vec<VersionEntry> {
    let mut nodes: Vec<NodeId> = past.iter().chain(dot).map(|dot| dot.actor).collect();
    nodes.sort_unstable();
    nodes.dedup();
    let entry = |node: NodeId| {
        let seen = past.get(node);
        let own = dot.filter(|dot| dot.actor == node).map(|dot| dot.count);
        let words = match own {
            Some(count) if count == seen + 1 => format!("{node}:{count}"),
            Some(count) => format!("{node}:{seen}+{count}"),
            None => format!("{node}:{seen}"),
        };
        VersionEntry { node: Some(node), words }
    };
    nodes.into_iter().map(entry).collect()
}

/// What stands between the elements of a list.
pub(super) const APART: &str = " · ";

/// A value as a person would write it: no quotes, a list with dots between.
fn plain(value: &Value) -> String {
    match value {
        Value::Text(text) => text.to_string(),
        Value::List(list) if list.is_empty() => "nothing in it".to_owned(),
        Value::List(list) => {
            let words: Vec<String> = list.iter().map(element).collect();
            words.join(APART)
        }
        Value::Int(_) | Value::Bytes(_) => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(past: &[(u8, u64)], dot: Option<(u8, u64)>) -> Vec<String> {
        let mut vector = VersionVector::new();
        for (actor, count) in past {
            for _ in 0..*count {
                vector.increment(NodeId(*actor));
            }
        }
        let dot = dot.map(|(actor, count)| Dot { actor: NodeId(actor), count });
        entries(&vector, dot).into_iter().map(|entry| entry.words).collect()
    }

    #[test]
    fn a_write_that_follows_at_once_is_one_number() {
        assert_eq!(words(&[(1, 2), (2, 1)], Some((1, 3))), ["n1:3", "n2:1"]);
        assert_eq!(words(&[], Some((2, 1))), ["n2:1"]);
    }

    #[test]
    fn a_gap_between_what_was_seen_and_the_write_shows() {
        assert_eq!(words(&[(1, 1)], Some((1, 3))), ["n1:1+3"]);
        assert_eq!(words(&[], Some((1, 2))), ["n1:0+2"]);
    }

    #[test]
    fn clocks_before_the_beginning_have_a_sign() {
        assert_eq!([clock(-1_500_000), clock(3_020_999)], ["−1.500 s", "3.020 s"]);
    }
}
