//! What a replica holds of one key, and how two replicas' versions become one. Which type a key has follows from the rule for its
//! conflicts; the types themselves are in `data`.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::Arc;
use xxhash_rust::xxh64::xxh64;

use super::config::Conflicts;
use crate::base::{NodeId, SimDuration, Wall};
use crate::data::{
    Dot, LwwRegister, Merge, MergeNote, OptOrSet, PnCounter, ServerVectorSiblings, Siblings, Stamp, Text, VersionVector,
};
use crate::protocol::{Context, Element, Value};

/// Most versions take no more bytes than this when they are written.
const FEW: usize = 128;

/// What was written: a value, or that there is none any more. Of a value and a deletion with one stamp, the deletion is the later.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Content {
    /// A value.
    Value(Value),
    /// A tombstone.
    Deleted,
}

impl Content {
    /// The value, if there is one.
    #[must_use]
    pub fn value(&self) -> Option<&Value> {
        match self {
            Self::Value(value) => Some(value),
            Self::Deleted => None,
        }
    }
}

impl fmt::Display for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Value(value) => value.fmt(f),
            Self::Deleted => f.write_str("the deletion"),
        }
    }
}

/// What was written, and when by the clock of whoever took the write: a tombstone's age is told by it, and nothing is decided.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Written {
    /// What.
    pub content: Content,
    /// When.
    pub at: Wall,
}

/// All versions that a replica holds of one key. A copy is a pointer: memory, disk, messages and whoever looks on share them
/// until one of them changes.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Versions {
    /// The write with the latest stamp.
    Lww(Arc<LwwRegister<Content>>),
    /// The writes that have not seen each other.
    Siblings(Arc<Siblings<Written>>),
    /// The same with plain version vectors, which lose some.
    ServerVectors(Arc<ServerVectorSiblings<Written>>),
    /// A counter.
    Counter(Arc<PnCounter>),
    /// A set.
    Set(Arc<OptOrSet<Element>>),
    /// A text.
    Text(Arc<Text>),
}

/// The writer's name and clock, for one write.
#[derive(Clone, Debug)]
pub struct Writer {
    /// Who names the write.
    pub actor: NodeId,
    /// Its last name for a write of this key.
    pub minted: u64,
    /// The stamp.
    pub stamp: Stamp,
    /// What the client had seen.
    pub past: VersionVector,
}

impl Versions {
    /// A key that nobody has written to.
    #[must_use]
    pub fn none(conflicts: Conflicts, has_server_vectors: bool) -> Self {
        match conflicts {
            Conflicts::LastWriterWins => Self::Lww(Arc::default()),
            Conflicts::Counter => Self::Counter(Arc::default()),
            Conflicts::Set => Self::Set(Arc::default()),
            Conflicts::Text => Self::Text(Arc::default()),
            Conflicts::Siblings | Conflicts::Union | Conflicts::Highest if has_server_vectors => {
                Self::ServerVectors(Arc::default())
            }
            Conflicts::Siblings | Conflicts::Union | Conflicts::Highest => Self::Siblings(Arc::default()),
        }
    }

    /// What a key holds when the run begins, written by `n1` before all others.
    #[must_use]
    pub fn preloaded(conflicts: Conflicts, has_server_vectors: bool, value: &Value) -> Self {
        let mut versions = Self::none(conflicts, has_server_vectors);
        let first = NodeId(1);
        match (&mut versions, value) {
            (Self::Counter(counter), Value::Int(number)) => Arc::make_mut(counter).add(first, *number),
            (Self::Set(set), Value::List(elements)) => {
                let set = Arc::make_mut(set);
                for element in elements {
                    set.add(first, element.clone());
                }
            }
            (Self::Text(text), Value::Text(letters)) => drop(Arc::make_mut(text).splice(first, 0, 0, letters)),
            (Self::Counter(_) | Self::Set(_) | Self::Text(_), _) => {}
            (Self::Lww(_) | Self::Siblings(_) | Self::ServerVectors(_), value) => {
                let stamp = Stamp { wall: Wall(i64::MIN), writer: first };
                let writer = Writer { actor: first, minted: 0, stamp, past: VersionVector::new() };
                versions.put(&writer, Content::Value(value.clone()));
            }
        }
        versions
    }

    /// A replica takes a write. Says how it names it, where it does, and what became of what was here. Counters, sets and texts
    /// take no whole values.
    pub fn put(&mut self, writer: &Writer, content: Content) -> (Option<Dot>, Vec<MergeNote<Content>>) {
        let written = |content| Written { content, at: writer.stamp.wall };
        match self {
            Self::Lww(register) => (None, Arc::make_mut(register).write(writer.stamp, content).into_iter().collect()),
            Self::Siblings(siblings) => {
                let known = siblings.context().joined(&writer.past).get(writer.actor);
                let dot = Dot { actor: writer.actor, count: known.max(writer.minted) + 1 };
                let notes = Arc::make_mut(siblings).put_named(dot, writer.past.clone(), written(content));
                (Some(dot), contents_of(notes))
            }
            Self::ServerVectors(siblings) => {
                let notes = Arc::make_mut(siblings).put(writer.actor, &writer.past, written(content));
                (None, contents_of(notes))
            }
            Self::Counter(_) | Self::Set(_) | Self::Text(_) => (None, Vec::new()),
        }
    }

    /// Takes in what another replica holds. Versions of different types have nothing in common: then what is here stays.
    pub fn merge(&mut self, other: &Self) -> Vec<MergeNote<Content>> {
        match (self, other) {
            (Self::Lww(ours), Self::Lww(theirs)) => join(ours, theirs),
            (Self::Siblings(ours), Self::Siblings(theirs)) => contents_of(join(ours, theirs)),
            (Self::ServerVectors(ours), Self::ServerVectors(theirs)) => contents_of(join(ours, theirs)),
            (Self::Counter(ours), Self::Counter(theirs)) => {
                let shown = |number: i64| Content::Value(Value::Int(number));
                join(ours, theirs).into_iter().map(|note| note.map(shown)).collect()
            }
            (Self::Set(ours), Self::Set(theirs)) => {
                let shown = |element| Content::Value(value_of(element));
                join(ours, theirs).into_iter().map(|note| note.map(shown)).collect()
            }
            (Self::Text(ours), Self::Text(theirs)) => letters_of(Arc::make_mut(ours).merge(theirs)),
            _ => Vec::new(),
        }
    }

    /// How many versions are held; a counter, a set or a text is always one.
    #[must_use]
    pub fn count(&self) -> usize {
        match self {
            Self::Lww(register) => usize::from(register.value().is_some()),
            Self::Siblings(siblings) => siblings.versions().len(),
            Self::ServerVectors(siblings) => siblings.values().count(),
            Self::Counter(_) | Self::Set(_) | Self::Text(_) => 1,
        }
    }

    /// What is held, version by version.
    #[must_use]
    pub fn contents(&self) -> Vec<Content> {
        match self {
            Self::Lww(register) => register.value().cloned().into_iter().collect(),
            Self::Siblings(siblings) => siblings.values().map(|written| written.content.clone()).collect(),
            Self::ServerVectors(siblings) => siblings.values().map(|written| written.content.clone()).collect(),
            Self::Counter(counter) => vec![Content::Value(Value::Int(counter.value()))],
            Self::Set(set) => vec![Content::Value(Value::List(set.iter().cloned().collect()))],
            Self::Text(text) => vec![Content::Value(Value::Text(text.text().into()))],
        }
    }

    /// What a read answers with.
    #[must_use]
    pub fn resolved(&self, conflicts: Conflicts) -> Vec<Value> {
        let values: Vec<Value> = match self {
            Self::Lww(register) => register.value().and_then(Content::value).cloned().into_iter().collect(),
            _ => self.contents().iter().filter_map(|content| content.value().cloned()).collect(),
        };
        match conflicts {
            Conflicts::Union if values.len() > 1 => vec![united(&values)],
            Conflicts::Highest => values.into_iter().max().into_iter().collect(),
            Conflicts::LastWriterWins
            | Conflicts::Siblings
            | Conflicts::Union
            | Conflicts::Counter
            | Conflicts::Set
            | Conflicts::Text => values,
        }
    }

    /// What whoever reads all of this has seen, for the client to hand back.
    #[must_use]
    pub fn context(&self) -> Context {
        let seen = match self {
            Self::Siblings(siblings) => siblings.context(),
            Self::ServerVectors(siblings) => siblings.context(),
            Self::Lww(_) | Self::Counter(_) | Self::Set(_) | Self::Text(_) => return Context::default(),
        };
        Context(postcard::to_allocvec(&seen).ok().map(Into::into))
    }

    /// Whether nothing but deletions is held, and for how long by a wall clock: the age of the youngest.
    #[must_use]
    pub fn deleted_for(&self, now: Wall) -> Option<SimDuration> {
        let since = match self {
            Self::Lww(register) => {
                let newest = register.newest()?;
                (newest.value == Content::Deleted).then_some(newest.stamp.wall)?
            }
            Self::Siblings(siblings) => youngest(siblings.values())?,
            Self::ServerVectors(siblings) => youngest(siblings.values())?,
            Self::Counter(_) | Self::Set(_) | Self::Text(_) => return None,
        };
        Some(SimDuration(u64::try_from(now.0.saturating_sub(since.0)).unwrap_or(0)))
    }

    /// A number that two replicas have in common if they hold the same.
    ///
    /// # Panics
    /// Never: all that travels can be written.
    #[must_use]
    pub fn digest(&self) -> u64 {
        match self {
            // Two replicas may have come to the same letters in different orders.
            Self::Text(text) => text.digest(),
            whole => {
                // Most are short, and need no memory of their own to be written to.
                let mut few = [0; FEW];
                match postcard::to_slice(whole, &mut few) {
                    Ok(bytes) => xxh64(bytes, 0),
                    Err(_) => xxh64(&postcard::to_allocvec(whole).expect("versions can be written"), 0),
                }
            }
        }
    }
}

/// Merges one into the other. Where what came is all there is then, it is shared and not held twice.
fn join<T: Merge + Clone + PartialEq>(ours: &mut Arc<T>, theirs: &Arc<T>) -> Vec<MergeNote<T::Value>> {
    if Arc::ptr_eq(ours, theirs) {
        return Vec::new();
    }
    let mut merged = T::clone(ours);
    let notes = merged.merge(theirs);
    if merged == **theirs {
        *ours = theirs.clone();
    } else if merged != **ours {
        *ours = Arc::new(merged);
    }
    notes
}

/// When the latest of these deletions was written; none if one of them is none.
fn youngest<'a>(versions: impl Iterator<Item = &'a Written>) -> Option<Wall> {
    let mut latest = None;
    for written in versions {
        if written.content != Content::Deleted {
            return None;
        }
        latest = latest.max(Some(written.at));
    }
    latest
}

fn contents_of(notes: Vec<MergeNote<Written>>) -> Vec<MergeNote<Content>> {
    notes.into_iter().map(|note| note.map(|written| written.content)).collect()
}

/// The account of a merge of texts. It counts letters and names none.
pub(super) fn letters_of(notes: Vec<MergeNote<char>>) -> Vec<MergeNote<Content>> {
    let shown = |letter: char| Content::Value(Value::Text(letter.to_string().into()));
    notes.into_iter().map(|note| note.map(shown)).collect()
}

fn value_of(element: Element) -> Value {
    match element {
        Element::Int(number) => Value::Int(number),
        Element::Text(text) => Value::Text(text),
        Element::Bytes(bytes) => Value::Bytes(bytes),
    }
}

/// All elements of all lists, each once, in their order; what is no list counts as one element.
#[must_use]
pub fn united(values: &[Value]) -> Value {
    let mut all: Vec<Element> = Vec::new();
    for value in values {
        match value {
            Value::List(list) => all.extend(list.iter().cloned()),
            Value::Int(number) => all.push(Element::Int(*number)),
            Value::Text(text) => all.push(Element::Text(text.clone())),
            Value::Bytes(bytes) => all.push(Element::Bytes(bytes.clone())),
        }
    }
    all.sort();
    all.dedup();
    Value::List(all)
}
