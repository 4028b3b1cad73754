//! What clients had been told, and what they knew, by the operations that were read so far.

use super::book::Book;
use super::spans::OperationBar;
use crate::base::{OpId, RecordId};
use crate::protocol::leaderless::Content;
use crate::protocol::{Element, Key, Update, Value};
use crate::sim::Outcome;

/// So many operations before a write are looked through for what its writer had read.
const READS: usize = 1_000;

/// Whether its client was told ok.
pub(super) fn is_confirmed(book: &Book, op: OpId) -> bool {
    book.operation(op).is_some_and(OperationBar::is_acknowledged)
}

/// The record by which its client was told ok.
pub(super) fn confirmed_at(bar: &OperationBar) -> Option<RecordId> {
    bar.ended.as_ref().filter(|_| bar.is_acknowledged()).map(|(stamp, _)| stamp.record)
}

/// Whether an operation began after another's client had been told ok.
pub(super) fn came_after(book: &Book, later: OpId, earlier: OpId) -> bool {
    let end = book.operation(earlier).and_then(confirmed_at);
    matches!((end, book.operation(later)), (Some(end), Some(later)) if end < later.record)
}

/// Whether a writer knew of an earlier write by itself: its own, or one that it had read.
pub(super) fn knew(book: &Book, writer: OpId, earlier: OpId, content: &Content) -> bool {
    let (Some(bar), Some(other)) = (book.operation(writer), book.operation(earlier)) else { return false };
    let has_read = |read: &&OperationBar| {
        let is_its = read.client == bar.client && read.operation.key == bar.operation.key;
        let values = match &read.ended {
            Some((stamp, Outcome::Ok { values, .. })) if stamp.record < bar.record => values,
            _ => return false,
        };
        let is_there = match content {
            Content::Value(value) => values.contains(value),
            Content::Deleted => values.is_empty(),
        };
        is_its && read.operation.update.is_read() && is_there
    };
    (bar.client == other.client && came_after(book, writer, earlier))
        || book.operations.iter().rev().skip_while(|read| read.record > bar.record).take(READS).any(|it| has_read(&it))
}

/// The deletion that came after all other writes of a key, and whether its client was told ok; none where that is not certain.
pub(super) fn last_deletion(book: &Book, key: &Key) -> Option<(OpId, bool)> {
    let of_key = || book.operations.iter().filter(|bar| bar.operation.key == *key && !bar.operation.update.is_read());
    let last = of_key().next_back().filter(|bar| bar.operation.update == Update::Delete)?;
    let is_settled = |bar: &OperationBar| {
        bar.op == last.op
            || bar.operation.update == Update::Delete
            || bar
                .ended
                .as_ref()
                .is_some_and(|(stamp, outcome)| *outcome != Outcome::Unknown && stamp.record < last.record)
    };
    of_key().all(is_settled).then(|| (last.op, last.is_acknowledged()))
}

pub(super) fn lists(content: &Content, element: &Element) -> bool {
    matches!(content, Content::Value(Value::List(list)) if list.contains(element))
}

/// Whether an operation may leave an element behind that was not there.
pub(super) fn adds(update: &Update, element: &Element) -> bool {
    match update {
        Update::Include(added) | Update::Append(added) => added == element,
        Update::Write(Value::List(list)) => list.contains(element),
        Update::Write(_) | Update::CompareAndSet { .. } => true,
        Update::Read | Update::Delete | Update::Add(_) | Update::Exclude(_) => false,
    }
}
