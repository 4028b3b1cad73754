//! The same text as one row of letters, each with what it was typed after, rebuilt from nothing at every look: slow, and easy
//! to see to be right. The rules can be switched off one by one.

use std::collections::BTreeMap;

use super::LetterId;

/// A letter as it was typed.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::data) struct Letter {
    pub(in crate::data) after: Option<LetterId>,
    pub(in crate::data) letter: char,
    pub(in crate::data) is_deleted: bool,
}

/// All letters by their names.
#[derive(Clone, Debug, Default, PartialEq)]
pub(in crate::data) struct Naive {
    pub(in crate::data) letters: BTreeMap<LetterId, Letter>,
}

impl Naive {
    pub(in crate::data) fn insert(&mut self, first: LetterId, after: Option<LetterId>, text: &str) {
        let mut after = after;
        for (at, letter) in text.chars().enumerate() {
            let id = first.plus(at as u64);
            self.letters.entry(id).or_insert(Letter { after, letter, is_deleted: false });
            after = Some(id);
        }
    }

    pub(in crate::data) fn delete(&mut self, first: LetterId, length: u64) {
        for at in 0..length {
            if let Some(letter) = self.letters.get_mut(&first.plus(at)) {
                letter.is_deleted = true;
            }
        }
    }

    /// All names in order: a walk through the tree of what was typed after what, the greatest name first.
    pub(in crate::data) fn order(&self) -> Vec<LetterId> {
        let mut children: BTreeMap<Option<LetterId>, Vec<LetterId>> = BTreeMap::new();
        for (id, letter) in &self.letters {
            children.entry(letter.after).or_default().push(*id);
        }
        let mut order = Vec::new();
        // The names ascend, so the greatest is taken from the end first.
        let mut open = children.remove(&None).unwrap_or_default();
        while let Some(id) = open.pop() {
            order.push(id);
            open.extend(children.remove(&Some(id)).unwrap_or_default());
        }
        order
    }

    pub(in crate::data) fn text(&self) -> String {
        let shown = |id: &LetterId| Some(&self.letters[id]).filter(|letter| !letter.is_deleted);
        self.order().iter().filter_map(shown).map(|letter| letter.letter).collect()
    }
}
