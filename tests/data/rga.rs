//! Documents that Automerge was driven through: the same names, in any order that respects what had been seen, give its text.

use netsplit::base::NodeId;
use netsplit::data::{CausalOp, Dot, Edit, LetterId, Merge, Range, Text, TextChange, VersionVector};
use serde_json::Value;

use crate::{Draws, cases, number};

fn actor(name: &Value) -> NodeId {
    NodeId(name.as_str().expect("an actor has a name").as_bytes()[0] - b'A' + 1)
}

fn letter(id: &Value) -> LetterId {
    LetterId { count: number(&id[0]), actor: actor(&id[1]) }
}

fn edit(op: &Value) -> Edit {
    match op["ins"].as_str() {
        Some(letters) => {
            let after = Some(&op["after"]).filter(|after| !after.is_null()).map(letter);
            Edit::Insert { first: letter(&op["id"]), after, letters: letters.to_owned() }
        }
        None => Edit::Delete(Range { first: letter(&op["del"]), length: 1 }),
    }
}

/// The changes of a document, each with what its author had seen.
fn changes(document: &Value) -> Vec<TextChange> {
    let mut seen: Vec<VersionVector> = Vec::new();
    let mut changes = Vec::new();
    for change in document["changes"].as_array().expect("there are changes") {
        let mut after = VersionVector::new();
        for dep in change["deps"].as_array().expect("a list of changes") {
            after.join(&seen[number(dep) as usize]);
        }
        let dot = Dot { actor: actor(&change["actor"]), count: number(&change["seq"]) };
        let operation: Vec<Edit> = change["ops"].as_array().expect("there are ops").iter().map(edit).collect();
        seen.push(after.clone().joined(&[dot].into_iter().collect()));
        changes.push(CausalOp { dot, after, operation });
    }
    changes
}

fn apply<'c>(changes: impl Iterator<Item = &'c TextChange>) -> Text {
    let mut text = Text::new();
    for change in changes {
        let received = text.receive(change.clone());
        assert!(received.refused.is_empty(), "{:?}", received.refused);
    }
    text
}

/// An order in which every change comes after those that its author had seen.
fn respectful<'c>(changes: &'c [TextChange], draws: &mut Draws) -> Vec<&'c TextChange> {
    let mut left: Vec<&TextChange> = changes.iter().collect();
    let mut order: Vec<&TextChange> = Vec::new();
    let mut seen = VersionVector::new();
    while !left.is_empty() {
        let is_ready = |change: &&TextChange| seen.includes(&change.after);
        let ready: Vec<usize> = (0..left.len()).filter(|at| is_ready(&left[*at])).collect();
        let next = left.remove(ready[draws.below(ready.len())]);
        seen.include(next.dot);
        order.push(next);
    }
    order
}

#[test]
fn documents_of_automerge() {
    let (mut ops, mut checkpoints) = (0, 0);
    for document in cases("automerge-generated/rga.dev.jsonl") {
        let id = document["id"].as_str().expect("a document has a name");
        let changes = changes(&document);
        let text = apply(changes.iter());
        assert_eq!(text.text(), document["final"], "{id}: in the order of the file");
        ops += changes.iter().map(|change| change.operation.len()).sum::<usize>();
        let mut draws = Draws(11);
        for _ in 0..20 {
            let other = apply(respectful(&changes, &mut draws).into_iter());
            assert!(other == text, "{id}: {:?} and not {:?}", other.text(), text.text());
        }
        for _ in 0..5 {
            let mut order: Vec<&TextChange> = changes.iter().chain(&changes).collect();
            (1..order.len()).for_each(|at| order.swap(at, draws.below(at + 1)));
            let other = apply(order.into_iter());
            assert!(other == text && other.waiting().is_empty(), "{id}: without any order, each twice");
        }
        for checkpoint in document["checkpoints"].as_array().expect("a list") {
            let mut version = VersionVector::new();
            for head in checkpoint["heads"].as_array().expect("a list of changes") {
                let change = &changes[number(head) as usize];
                version.join(&change.after);
                version.include(change.dot);
            }
            let then = apply(changes.iter().filter(|change| version.contains(change.dot)));
            assert_eq!(then.text(), checkpoint["text"], "{id} at {}", checkpoint["heads"]);
            let (mut ahead, mut letters) = (then.clone(), then.letters().clone());
            ahead.merge(&text);
            letters.merge(text.letters());
            assert!(ahead == text && letters == *text.letters(), "{id}: who was there catches up");
            checkpoints += 1;
        }
    }
    println!("{ops} operations, {checkpoints} checkpoints");
}
