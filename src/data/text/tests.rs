//! Replicas that edit one text: in any order, twice, late, and with the rules of delivery switched off.

use proptest::prelude::*;

use super::*;
use crate::data::Wire;
use crate::data::laws::{History, Subject, holds};

/// Types and deletes. What was typed in full words has no letter of another word between, as long as it is typed forwards.
fn edit(text: &mut Text, at: NodeId, number: usize, what: u8) {
    let place = (number as u64 * 5 + u64::from(what)) % (text.letters().len() + 1);
    text.splice(at, place, u64::from(what % 3), ["", "a", "bc", "déf"][usize::from(what % 4)]);
}

fn merge(text: &mut Text, other: &Text) {
    text.merge(other);
}

/// Whether the changes that were seen are those of the history.
fn means(text: &Text, history: &History<'_>) -> bool {
    text.seen().iter().map(|dot| dot.count).sum::<u64>() <= history.visible().count() as u64
        && text.waiting().is_empty()
}

#[test]
fn copies_with_the_same_changes_are_equal() {
    Subject { start: Text::new(), update: edit, merge, means }.check().expect("C1 and C2");
}

#[test]
fn a_text_that_had_to_refuse_letters_is_read_as_it_was_written() {
    let (a, b) = (NodeId(1), NodeId(2));
    let (mut before, mut after) = (Text::new(), Text::new());
    before.splice(a, 0, 0, "abc");
    let change = before.splice(a, 3, 0, "d").expect("a letter is typed");
    // Its disk was wiped: the first names are given again, to other letters.
    after.splice(a, 0, 0, "x").expect("a letter is typed");
    after.splice(b, 0, 0, "y").expect("a letter is typed");
    let received = after.receive(change);
    assert!(!received.refused.is_empty(), "its place is unknown here");
    let bytes = postcard::to_allocvec(&after).expect("a text can be written");
    let again: Text = postcard::from_bytes(&bytes).expect("and read");
    assert_eq!((again.text(), again == after), (after.text(), true));
}

#[test]
fn two_replicas_with_one_name_lose_letters() {
    let shared = |text: &mut Text, _: NodeId, number: usize, what: u8| edit(text, NodeId(1), number, what);
    let broken = Subject { start: Text::new(), update: shared, merge, means }.check();
    broken.expect_err("two changes have one name, and the second to come is passed over");
}

/// Three replicas type at random places, and hear of each other at times: all their changes, in the order of their making.
fn session(steps: &[(u8, u8, bool)]) -> Vec<TextChange> {
    let mut replicas = vec![Text::new(); 3];
    let mut all: Vec<TextChange> = Vec::new();
    for (number, &(at, what, hears)) in steps.iter().enumerate() {
        let replica = &mut replicas[usize::from(at)];
        if hears {
            all.iter().cloned().for_each(|change| drop(replica.receive(change)));
        }
        let place = (number as u64 * 5 + u64::from(what)) % (replica.letters().len() + 1);
        all.extend(replica.splice(NodeId(at + 1), place, u64::from(what % 3), ["x", "yz"][usize::from(what % 2)]));
    }
    all
}

type Case = (Vec<(u8, u8, bool)>, Vec<usize>);

/// A session, and an order in which its changes come, each twice.
fn case() -> impl Strategy<Value = Case> {
    prop::collection::vec((0_u8..3, 0_u8..12, prop::bool::ANY), 1..24).prop_flat_map(|steps| {
        let order: Vec<usize> = (0..steps.len() * 2).collect();
        (Just(steps), Just(order).prop_shuffle())
    })
}

/// Whether a text that gets the changes in a drawn order is the one that gets them in the order of their making.
fn any_order(
    (steps, order): Case,
    text_of: impl Fn(&mut dyn Iterator<Item = TextChange>) -> String,
) -> Result<(), String> {
    let changes = session(&steps);
    let first = text_of(&mut changes.iter().cloned());
    let other = text_of(&mut order.iter().map(|at| changes[at % changes.len()].clone()));
    if first == other { Ok(()) } else { Err(format!("{first:?} is not {other:?}")) }
}

#[test]
fn changes_may_come_in_any_order_and_twice() {
    let causal = |changes: &mut dyn Iterator<Item = TextChange>| {
        let mut text = Text::new();
        changes.for_each(|change| drop(text.receive(change)));
        assert!(text.waiting().is_empty(), "all that was missing has come");
        text.text()
    };
    holds(case(), |case| any_order(case, causal)).expect("C3");
}

#[test]
fn without_causal_delivery_letters_are_lost() {
    let as_it_comes = |changes: &mut dyn Iterator<Item = TextChange>| {
        let mut text = Text::new();
        changes.for_each(|change| drop(text.apply(&change)));
        text.text()
    };
    holds(case(), |case| any_order(case, as_it_comes)).expect_err("what comes too early finds no place");
}

/// The strong list specification: one order of all letters ever typed, which the order on every replica is a part of at any time.
#[test]
fn all_replicas_see_parts_of_one_order() {
    let property = |(steps, order): Case| {
        let changes = session(&steps);
        let mut whole = Text::new();
        changes.iter().cloned().for_each(|change| drop(whole.receive(change)));
        let mut text = Text::new();
        for at in order {
            text.receive(changes[at % changes.len()].clone());
            let mut rest = whole.letters().ids();
            if let Some((id, _)) = text.letters().ids().find(|(id, _)| !rest.any(|(other, _)| other == *id)) {
                return Err(format!("{id:?} stands elsewhere in the end"));
            }
        }
        Ok(())
    };
    holds(case(), property).expect("C7");
}

/// A text field that does as the patches say shows the text.
#[test]
fn patches_make_the_text() {
    let property = |(steps, order): Case| {
        let changes = session(&steps);
        let (mut text, mut field) = (Text::new(), Vec::new());
        for at in order {
            for Patch { at, removed, inserted } in text.receive(changes[at % changes.len()].clone()).patches {
                field.splice(at as usize..(at + removed) as usize, inserted.chars());
            }
            let shown: String = field.iter().collect();
            if shown != text.text() {
                return Err(format!("the field shows {shown:?} and not {:?}", text.text()));
            }
        }
        Ok(())
    };
    holds(case(), property).expect("they say all");
}

#[test]
fn who_was_away_catches_up() {
    let (n1, n2) = (NodeId(1), NodeId(2));
    let (mut here, mut there) = (Text::new(), Text::new());
    let change = here.splice(n1, 0, 0, "hello").expect("something is typed");
    assert_eq!(there.receive(change.clone()).notes, [MergeNote::Typed { by: n1, letters: 5 }]);
    assert_eq!(there.receive(change), Received::default(), "the second time it does nothing");
    here.splice(n1, 5, 0, " you").expect("something is typed");
    let late = here.splice(n1, 0, 1, "H").expect("something is changed");
    there.splice(n2, 5, 0, "!").expect("something is typed");
    assert_eq!(there.receive(late).missing, [Dot { actor: n1, count: 2 }]);
    assert_eq!(there.waiting().len(), 1);
    assert_eq!(here.since(there.seen()).count(), 2);
    let notes = there.merge(&here);
    assert_eq!(notes, [MergeNote::Typed { by: n1, letters: 5 }, MergeNote::Struck { letters: 1 }]);
    here.merge(&there);
    assert_eq!((here.text(), &here), ("Hello! you".to_owned(), &there), "the greater name stands first");
    assert_eq!(here.splice(n1, 99, 1, ""), None, "beyond the end there is nothing");
}

#[test]
fn a_change_is_small_and_a_text_is_its_changes() {
    let mut text = Text::new();
    let typed = text.splice(NodeId(1), 0, 0, "a").expect("something is typed");
    // Name 2, nothing before it 1, one edit 1: its kind, name 2, no letter before 1, a length and a letter.
    assert_eq!(typed.wire_size(), 2 + 1 + 1 + (1 + 2 + 1 + 2));
    let deleted = text.splice(NodeId(2), 0, 1, "").expect("something is deleted");
    assert_eq!(deleted.wire_size(), 2 + 3 + 1 + (1 + 2 + 1));
    assert_eq!(text.wire_size(), 1 + typed.wire_size() + deleted.wire_size());
    let bytes = postcard::to_allocvec(&text).expect("it can be written");
    assert_eq!(postcard::from_bytes::<Text>(&bytes), Ok(text));
}
