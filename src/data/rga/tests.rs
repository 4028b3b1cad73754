//! The text against its naive twin, and what must hold of any list that many edit (Attiya, Burckhardt, Gotsman, Morrison,
//! Yang, Zawirski, "Specification and Complexity of Collaborative Text Editing", PODC 2016: the strong list specification).

use std::collections::BTreeSet;

use super::naive::Naive;
use super::*;
use crate::data::Wire;
use crate::data::laws::{History, Subject};

/// A replica with both texts, and what each letter's name must be unique over.
#[derive(Clone, Debug, Default, PartialEq)]
struct Both {
    text: Rga,
    naive: Naive,
}

/// How often a word is repeated to be longer than a run.
const LONG: usize = 30;

/// What one update does: types a word or deletes letters somewhere.
fn edit(both: &mut Both, at: NodeId, number: usize, what: u8) {
    let length = both.text.len();
    let place = if length == 0 { 0 } else { (number as u64 * 7 + u64::from(what)) % (length + 1) };
    if what >= 8 {
        for range in both.text.strike_at(place, u64::from(what) - 7) {
            both.naive.delete(range.first, range.length);
        }
        return;
    }
    // Words longer than a run, of letters of one, two, three and four bytes.
    let word = ["a", "éb", "語cd", "🦀efgh"][usize::from(what % 4)].repeat(if what == 7 { LONG } else { 1 });
    if what.is_multiple_of(2) {
        let (first, after) = both.text.type_at(at, place, &word);
        both.naive.insert(first, after, &word);
        return;
    }
    // Where others type, a word may come to stand after a deleted letter too.
    let shown = place.checked_sub(1).and_then(|before| both.text.id_at(before));
    let after = if what == 5 { both.text.ids().map(|(id, _)| id).nth(number) } else { shown };
    let first = both.text.next_id(at);
    both.text.insert(first, after, &word).expect("the letter before is here");
    both.naive.insert(first, after, &word);
}

fn merge(both: &mut Both, other: &Both) {
    both.text.merge(&other.text);
    for (id, letter) in &other.naive.letters {
        let own = both.naive.letters.entry(*id).or_insert_with(|| letter.clone());
        own.is_deleted |= letter.is_deleted;
    }
}

/// Whether the text is the naive one's, letter by letter, and places lead to letters and back.
fn agree(both: &Both, _: &History<'_>) -> bool {
    let order: Vec<LetterId> = both.text.ids().map(|(id, _)| id).collect();
    let shown: Vec<LetterId> = both.text.ids().filter(|(_, is_shown)| *is_shown).map(|(id, _)| id).collect();
    let is_placed = |(at, id): (usize, &LetterId)| {
        both.text.id_at(at as u64) == Some(*id) && both.text.place_of(*id) == Some(at as u64)
    };
    order == both.naive.order()
        && both.text.text() == both.naive.text()
        && both.text.len() == shown.len() as u64
        && shown.iter().enumerate().step_by(7).all(is_placed)
}

#[test]
fn it_is_the_walk_through_the_tree() {
    Subject { start: Both::default(), update: edit, merge, means: agree }.check().expect("C1, C2 and C7");
}

/// What a merge of whole texts rests on.
#[test]
fn order_and_names_say_what_a_letter_was_typed_after() {
    let means = |both: &Both, _: &History<'_>| {
        let mut smaller = Vec::new();
        both.text.letters.runs().all(|run| {
            let after = canonical::nearest_smaller(&mut smaller, run.first);
            smaller.push(Range { first: run.first, length: u64::from(run.length) });
            after == both.naive.letters[&run.first].after
        })
    };
    Subject { start: Both::default(), update: edit, merge, means }.check().expect("the nearest smaller name before it");
}

#[test]
fn no_letter_is_lost_or_doubled() {
    let means = |both: &Both, _: &History<'_>| {
        let ids: Vec<LetterId> = both.text.ids().map(|(id, _)| id).collect();
        let unique: BTreeSet<LetterId> = ids.iter().copied().collect();
        let (all, deleted) = both.text.counts();
        let is_deleted = |id: &LetterId| both.naive.letters[id].is_deleted;
        unique.len() == ids.len()
            && all == both.naive.letters.len() as u64
            && deleted == unique.iter().filter(|id| is_deleted(id)).count() as u64
    };
    let start = Both::default();
    Subject { start: start.clone(), update: edit, merge, means }.check().expect("C7");
    let shared = |both: &mut Both, _: NodeId, number: usize, what: u8| edit(both, NodeId(1), number, what);
    let letters = |both: &Both, history: &History<'_>| {
        let typed = |what: u8| [1, 2, 3, 5][usize::from(what % 4)] * if what == 7 { LONG as u64 } else { 1 };
        let sum: u64 =
            history.visible().filter(|(_, update)| update.what < 8).map(|(_, update)| typed(update.what)).sum();
        both.text.counts().0 == sum
    };
    Subject { start: start.clone(), update: edit, merge, means: letters }.check().expect("all that was typed is there");
    let broken = Subject { start, update: shared, merge, means: letters }.check();
    broken.expect_err("two writers with one name lose letters");
}

/// A text without the rule for letters after the same one: what comes last stands first.
#[derive(Clone, Debug, Default, PartialEq)]
struct Careless {
    row: Vec<(LetterId, Option<LetterId>)>,
    clock: u64,
}

impl Careless {
    fn insert(&mut self, id: LetterId, after: Option<LetterId>) {
        if self.row.iter().all(|(other, _)| *other != id) {
            let at = after.map_or(0, |after| 1 + self.row.iter().position(|(id, _)| *id == after).expect("it is here"));
            self.row.insert(at, (id, after));
            self.clock = self.clock.max(id.count);
        }
    }
}

/// With the rule and without it: one property, of rows of letters, that all replicas have one order.
#[test]
fn without_an_order_of_names_texts_stay_apart() {
    let update = |text: &mut Careless, at: NodeId, number: usize, _: u8| {
        let after = (number * 5).checked_rem(text.row.len()).map(|at| text.row[at].0);
        text.insert(LetterId { count: text.clock + 1, actor: at }, after);
    };
    let merge = |text: &mut Careless, other: &Careless| {
        other.row.iter().for_each(|(id, after)| text.insert(*id, *after));
    };
    let means = |_: &Careless, _: &History<'_>| true;
    let broken = Subject { start: Careless::default(), update, merge, means }.check();
    broken.expect_err("each replica has its own order");
    let update = |text: &mut Rga, at: NodeId, number: usize, _: u8| {
        let ids: Vec<LetterId> = text.ids().map(|(id, _)| id).collect();
        let after = (number * 5).checked_rem(ids.len()).map(|at| ids[at]);
        text.insert(text.next_id(at), after, "x").expect("the letter is here");
    };
    let merge = |text: &mut Rga, other: &Rga| drop(text.merge(other));
    Subject { start: Rga::new(), update, merge, means: |_: &Rga, _: &History<'_>| true }.check().expect("one order");
}

fn id(count: u64, actor: u8) -> LetterId {
    LetterId { count, actor: NodeId(actor) }
}

#[test]
fn a_letter_after_a_deleted_one_stays() {
    let mut here = Rga::new();
    here.insert(id(1, 1), None, "xyz").expect("it begins");
    let mut there = here.clone();
    here.delete(Range { first: id(2, 1), length: 1 }).expect("y is here");
    there.insert(id(4, 2), Some(id(2, 1)), "Q").expect("y is here");
    assert_eq!(here.merge(&there), [MergeNote::Typed { by: NodeId(2), letters: 1 }]);
    assert_eq!(there.merge(&here), [MergeNote::Struck { letters: 1 }]);
    assert_eq!((here.text(), there.text()), ("xQz".to_owned(), "xQz".to_owned()), "W37");
    assert_eq!((here.place_of(id(2, 1)), here.id_at(1)), (Some(1), Some(id(4, 2))), "a caret after x stays there");
}

#[test]
fn words_interleave_when_they_are_typed_backwards_and_only_then() {
    let typed = |words: [&str; 2], backwards: bool| {
        let mut both = [Rga::new(), Rga::new()];
        for ((text, word), actor) in both.iter_mut().zip(words).zip([1, 2]) {
            let mut last = None;
            for letter in word.chars() {
                let id = text.next_id(NodeId(actor));
                text.insert(id, last.filter(|_| !backwards), &letter.to_string()).expect("it is here");
                last = Some(id);
            }
        }
        let [mut a, b] = both;
        a.merge(&b);
        a.text()
    };
    assert_eq!(typed(["hello", "WORLD"], false), "WORLDhello");
    assert_eq!(typed(["olleh", "DLROW"], true), "WhOeRlLlDo", "W36");
}

#[test]
fn what_comes_too_early_or_is_misnamed_is_refused() {
    let mut text = Rga::new();
    text.insert(id(3, 1), None, "ab").expect("it begins");
    assert_eq!(text.insert(id(9, 2), Some(id(8, 1)), "c"), Err(RgaError::Missing(id(8, 1))));
    assert_eq!(text.insert(id(4, 0), Some(id(4, 1)), "c"), Err(RgaError::Misnamed(id(4, 0))));
    assert_eq!(text.delete(Range { first: id(4, 1), length: 2 }), Err(RgaError::Missing(id(5, 1))));
    assert_eq!(text.text(), "a", "what was there of it is deleted");
}

#[test]
fn a_patch_says_what_a_text_field_has_to_do() {
    let mut text = Rga::new();
    let patch = |at, removed, inserted: &str| Patch { at, removed, inserted: inserted.to_owned() };
    assert_eq!(text.insert(id(1, 1), None, "abcd"), Ok(vec![patch(0, 0, "abcd")]));
    assert_eq!(text.delete(Range { first: id(2, 1), length: 2 }), Ok(vec![patch(1, 2, "")]));
    assert_eq!(text.delete(Range { first: id(1, 1), length: 3 }), Ok(vec![patch(0, 1, "")]), "two were gone");
    assert_eq!(text.insert(id(5, 2), Some(id(2, 1)), "é"), Ok(vec![patch(0, 0, "é")]));
    assert_eq!(text.insert(id(3, 1), Some(id(2, 1)), "cde"), Ok(vec![patch(2, 0, "e")]), "c and d are known");
    assert_eq!(text.text(), "éde");
}

#[test]
fn it_travels_in_the_longest_runs() {
    let mut text = Rga::new();
    text.insert(id(1, 1), None, &"ab".repeat(500)).expect("it begins");
    // A length; a name of two bytes, a kind, a length of two bytes and a thousand letters.
    assert_eq!(text.wire_size(), 1 + 2 + 1 + 2 + 1_000);
    text.delete(Range { first: id(101, 1), length: 900 }).expect("they are here");
    assert_eq!(text.wire_size(), 1 + (2 + 1 + 1 + 100) + (2 + 1 + 2), "what is deleted costs its name");
    let bytes = postcard::to_allocvec(&text).expect("it can be written");
    assert_eq!((bytes.len() as u64, postcard::from_bytes::<Rga>(&bytes)), (text.wire_size(), Ok(text.clone())));
    assert_eq!(postcard::from_bytes::<Rga>(&bytes).map(|text| text.next_id(NodeId(1))), Ok(id(1_001, 1)));
    let twice: Vec<u8> = [&[2], &bytes[1..105], &bytes[1..105]].concat();
    assert!(postcard::from_bytes::<Rga>(&twice).is_err(), "no letter is there twice");
}
