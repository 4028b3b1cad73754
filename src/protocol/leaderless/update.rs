//! What an operation makes of what a replica holds. Operations that need the present value (add, append, include, exclude) are
//! done by a replica of the key on its own copy; whether two that were done at once both count is up to the rule for conflicts.

use std::sync::Arc;

use super::breaks::Break;
use super::config::Conflicts;
use super::version::{Content, Versions, Writer, united};
use super::{Leaderless, LeaderlessNote, Way};
use crate::base::{NodeId, Wall};
use crate::data::{Dot, MergeNote, Stamp, VersionVector};
use crate::protocol::{Context, Effects, Key, Refusal, Update, Value};

/// A write, done on a replica's copy.
pub(super) struct Changed {
    pub(super) versions: Versions,
    pub(super) dot: Option<Dot>,
    pub(super) notes: Vec<MergeNote<Content>>,
    /// What the key holds by it; none for a counter or a set.
    pub(super) content: Option<Content>,
    /// Its stamp, and the stamp of what was here before, where stamps decide.
    pub(super) stamps: Option<(Stamp, Option<Stamp>)>,
}

impl Changed {
    /// A counter or a set has changed.
    fn plainly(versions: Versions) -> Self {
        Self { versions, dot: None, notes: Vec::new(), content: None, stamps: None }
    }
}

/// Whether only a replica of the key can do it, since it needs what is there, or names writes so that none gets a name twice.
pub(super) fn needs_copy(conflicts: Conflicts, update: &Update) -> bool {
    !update.is_read()
        && (conflicts != Conflicts::LastWriterWins || !matches!(update, Update::Write(_) | Update::Delete))
}

/// Whether somebody who is no replica of the key can do it while all of those are away.
pub(super) fn works_without_copy(conflicts: Conflicts, update: &Update) -> bool {
    let is_blind = matches!(update, Update::Read | Update::Write(_) | Update::Delete);
    is_blind && !matches!(conflicts, Conflicts::Counter | Conflicts::Set | Conflicts::Text)
}

impl Leaderless {
    /// What a key holds here, or nothing.
    pub(super) fn copy_of(&self, key: &Key) -> Versions {
        self.store.get(key).cloned().unwrap_or_else(|| self.nothing(key))
    }

    /// Whether replicas give a name to each write of this key: everywhere but where stamps decide.
    pub(super) fn names_writes(&self, key: &Key) -> bool {
        self.config.conflicts_of(key) != Conflicts::LastWriterWins
    }

    pub(super) fn nothing(&self, key: &Key) -> Versions {
        Versions::none(self.config.conflicts_of(key), self.config.breaks(Break::ServerVersionVectors))
    }

    /// Who names this node's writes.
    pub(super) fn actor(&self) -> NodeId {
        if self.config.breaks(Break::SharedActor) { NodeId(1) } else { self.id }
    }

    /// A stamp off the wall clock, later than any other of this node at the same reading.
    fn next_stamp(&mut self) -> Stamp {
        let reading = self.now.wall.0;
        // A clock that was set back gives earlier stamps, and whoever wrote under the later ones wins: that is what it does.
        let is_repeated = (reading..=reading.saturating_add(999)).contains(&self.last_stamp);
        let wall = if is_repeated { self.last_stamp + 1 } else { reading };
        self.last_stamp = wall;
        Stamp { wall: Wall(wall), writer: self.id }
    }

    /// Does a write on a copy of the key's versions.
    pub(super) fn change(
        &mut self,
        key: &Key,
        mut versions: Versions,
        update: &Update,
        context: &Context,
    ) -> Result<Changed, Refusal> {
        let actor = self.actor();
        match (&mut versions, update) {
            (_, Update::CompareAndSet { .. }) => return Err(Refusal::Unsupported),
            (Versions::Counter(counter), Update::Add(amount)) => {
                Arc::make_mut(counter).add(actor, *amount);
                return Ok(Changed::plainly(versions));
            }
            (Versions::Set(set), Update::Include(element)) => {
                Arc::make_mut(set).add(actor, element.clone());
                return Ok(Changed::plainly(versions));
            }
            (Versions::Set(set), Update::Exclude(element)) => {
                Arc::make_mut(set).remove(element);
                return Ok(Changed::plainly(versions));
            }
            (Versions::Counter(_) | Versions::Set(_) | Versions::Text(_), _) => return Err(Refusal::WrongType),
            (Versions::Lww(_) | Versions::Siblings(_) | Versions::ServerVectors(_), _) => {}
        }
        let content = match update {
            Update::Write(value) => Content::Value(value.clone()),
            Update::Delete => Content::Deleted,
            _ => Content::Value(value_after(&versions.resolved(self.config.conflicts_of(key)), update)?),
        };
        let seen = match update {
            Update::Write(_) => seen_by(context),
            Update::Delete if context.0.is_some() => seen_by(context),
            // Whoever changes or deletes what is here has seen what is here.
            _ => seen_by(&versions.context()),
        };
        let minted = self.store.minted(key);
        let writer = Writer { actor, minted, stamp: self.next_stamp(), past: seen };
        let stamps = match &versions {
            Versions::Lww(register) => Some((writer.stamp, register.newest().map(|newest| newest.stamp))),
            _ => None,
        };
        let (dot, notes) = versions.put(&writer, content.clone());
        Ok(Changed { versions, dot, notes, content: Some(content), stamps })
    }

    /// Says what a merge did, if there was anything to decide.
    pub(super) fn account(
        &self,
        key: &Key,
        (from, way): (NodeId, Way),
        (notes, after): (Vec<MergeNote<Content>>, &Versions),
        out: &mut Effects<Self>,
    ) {
        let is_worth_it = if way == Way::Write { notes.iter().any(is_decision) } else { !notes.is_empty() };
        if is_worth_it {
            let held = u8::try_from(after.count()).unwrap_or(u8::MAX);
            out.note(LeaderlessNote::Merged { key: key.clone(), from, way, held, notes });
        }
    }
}

/// Whether a write met something other than what it was meant to replace.
fn is_decision(note: &MergeNote<Content>) -> bool {
    match note {
        MergeNote::Newer { has_come, .. } => !has_come,
        MergeNote::KeptBoth { .. }
        | MergeNote::Outdated { .. }
        | MergeNote::SameStamp { .. }
        | MergeNote::AddWins { .. }
        | MergeNote::StaysRemoved { .. } => true,
        MergeNote::Took { .. }
        | MergeNote::Replaced { .. }
        | MergeNote::Increments { .. }
        | MergeNote::Decrements { .. }
        | MergeNote::Added { .. }
        | MergeNote::Removed { .. }
        | MergeNote::Learnt { .. }
        | MergeNote::Typed { .. }
        | MergeNote::Struck { .. } => false,
    }
}

/// What a client had seen; a context that cannot be read is none.
fn seen_by(context: &Context) -> VersionVector {
    context.0.as_ref().and_then(|bytes| postcard::from_bytes(bytes).ok()).unwrap_or_default()
}

/// The value after an operation that changes what is here. Where siblings are here, lists are united and the greatest of other values
/// counts.
fn value_after(here: &[Value], update: &Update) -> Result<Value, Refusal> {
    Ok(match update {
        Update::Add(amount) => match here.iter().max() {
            None => Value::Int(*amount),
            Some(Value::Int(number)) => Value::Int(number.saturating_add(*amount)),
            Some(_) => return Err(Refusal::WrongType),
        },
        Update::Append(element) => Value::appended(here.iter().max(), element)?,
        Update::Include(element) => {
            let Value::List(mut list) = list_of(here)? else { return Err(Refusal::WrongType) };
            if !list.contains(element) {
                list.push(element.clone());
                list.sort();
            }
            Value::List(list)
        }
        Update::Exclude(element) => {
            let Value::List(mut list) = list_of(here)? else { return Err(Refusal::WrongType) };
            list.retain(|other| other != element);
            Value::List(list)
        }
        Update::Read | Update::Write(_) | Update::Delete | Update::CompareAndSet { .. } => {
            return Err(Refusal::Unsupported);
        }
    })
}

fn list_of(here: &[Value]) -> Result<Value, Refusal> {
    if here.iter().all(|value| matches!(value, Value::List(_))) { Ok(united(here)) } else { Err(Refusal::WrongType) }
}
