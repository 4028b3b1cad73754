//! Text boxes at replicas. What is typed counts here at once, without asking anybody, and goes to the key's other replicas as
//! changes: to each all that it is not known to have, so that they come in causal order. Where hints are kept at all it is kept for
//! them like a hint until they have it on disk; otherwise a comparison finds what was lost. Where letters fall is `data::rga`'s.

use super::version::letters_of;
use super::{Conflicts, Leaderless, LeaderlessMessage, LeaderlessNote, Versions, Way};
use crate::base::NodeId;
use crate::data::{Text, TextChange, VersionVector};
use crate::protocol::{Effects, Key, Typing};
use std::sync::Arc;

impl Leaderless {
    pub(super) fn on_typed(&mut self, typing: Typing, out: &mut Effects<Self>) {
        let Typing { key, at, remove, insert } = typing;
        let Some(held) = self.text_of(&key) else { return out.note(LeaderlessNote::NoText { key }) };
        let mut text = Text::clone(&held);
        let (before, typed) = (text.letters().len(), insert.chars().count() as u64);
        if text.splice(self.actor(), at, remove, &insert).is_none() {
            return;
        }
        let struck = before + typed - text.letters().len();
        out.note(LeaderlessNote::Typed { key: key.clone(), typed, struck });
        self.keep(&key, Some(Versions::Text(Arc::new(text))), None, out);
        let others: Vec<NodeId> = self.home(&key).iter().copied().filter(|home| *home != self.id).collect();
        for home in others {
            self.keep_hint(home, &key, !self.is_alive(home), out);
            self.send_letters(home, &key, out);
        }
    }

    /// The text that is held here under a key, or could be.
    fn text_of(&self, key: &Key) -> Option<Arc<Text>> {
        let is_here = self.config.conflicts_of(key) == Conflicts::Text && self.is_home(key);
        match self.copy_of(key) {
            Versions::Text(text) if is_here => Some(text),
            Versions::Text(_)
            | Versions::Lww(_)
            | Versions::Siblings(_)
            | Versions::ServerVectors(_)
            | Versions::Counter(_)
            | Versions::Set(_) => None,
        }
    }

    /// Sends another replica what it is not known to have, once that is on the disk here.
    pub(super) fn send_letters(&self, home: NodeId, key: &Key, out: &mut Effects<Self>) {
        let Some(Versions::Text(text)) = self.store.get(key) else { return };
        let nothing = VersionVector::new();
        let seen = self.heard.get(&(home, key.clone())).unwrap_or(&nothing);
        let changes: Vec<TextChange> = text.since(seen).cloned().collect();
        out.send_after(self.must_be_named(key), home, LeaderlessMessage::Letters { key: key.clone(), changes });
    }

    pub(super) fn on_letters(&mut self, from: NodeId, key: Key, changes: Vec<TextChange>, out: &mut Effects<Self>) {
        let Some(held) = self.text_of(&key) else { return };
        let mut text = Text::clone(&held);
        let notes = text.receive_all(changes).notes;
        let (has_changed, seen) = (text.seen() != held.seen(), text.seen().clone());
        let after = Versions::Text(Arc::new(text));
        self.account(&key, (from, Way::Typing), (letters_of(notes), &after), out);
        if has_changed {
            self.keep(&key, Some(after), None, out);
        }
        out.send_after(self.must_be_durable(), from, LeaderlessMessage::LettersAck { key, seen });
    }

    /// The other has these changes on disk; what is kept for it may be done with.
    pub(super) fn on_letters_ack(&mut self, from: NodeId, key: Key, seen: &VersionVector, out: &mut Effects<Self>) {
        let known = self.heard.entry((from, key.clone())).or_default();
        known.join(seen);
        let is_all = matches!(self.store.get(&key), Some(Versions::Text(text)) if known.includes(text.seen()));
        if is_all {
            self.deliver_hint(from, &key, out);
        }
    }
}
