//! An operation laid open: its attempts, what the client was told, and what has become of it in truth.

use super::scene::{Scene, length};
use super::{Group, Piece, Sheet, Table, Target};
use crate::base::{OpId, RecordId};
use crate::sim::{Kind, Outcome};
use crate::view::chronicle::OperationBar;
use crate::view::describe::{Vocabulary, attempt_end, outcome};

/// A party that waits in vain says so within so many records of the end.
const BACK: u64 = 24;

pub(super) fn sheet<P: Vocabulary>(scene: &Scene<'_, P>, op: OpId) -> Option<Sheet> {
    let bar = scene.chronicle.operation(op).filter(|bar| scene.has(bar.record))?;
    let client = scene.names().client(bar.client);
    let ended = bar.ended.as_ref().filter(|(stamp, _)| scene.has(stamp.record));
    let told = ended.map_or_else(|| "no answer yet".to_owned(), |(_, end)| outcome(&bar.operation, end));
    let mut sheet = Sheet::new(format!("{op}, {}: {told}", bar.operation));
    let mut group = Group::new("Operation");
    group.row("asked by", vec![Piece::Mention(client, Target::Client(bar.client))]);
    group.row("invoked", vec![Piece::Moment(bar.invoked_at)]);
    match ended {
        Some((stamp, _)) => {
            group.row("told", vec![Piece::Text(format!("{told}, at ")), Piece::Moment(stamp.at)]);
            group.text("took", length(stamp.at.since(bar.invoked_at)));
        }
        None => group.text("waits for", length(scene.now.since(bar.invoked_at))),
    }
    group.row("in truth", truth(scene, bar));
    sheet.add(group);
    sheet.add(attempts(scene, bar));
    if let Some((stamp, Outcome::Unknown)) = ended {
        sheet.add(why_unknown(scene, bar, stamp.record));
    }
    sheet.why = scene.reasons(ended.map_or(bar.record, |(stamp, _)| stamp.record));
    Some(sheet)
}

fn attempts<P: Vocabulary>(scene: &Scene<'_, P>, bar: &OperationBar) -> Group {
    let mut group = Group::new("Attempts");
    let made = bar.attempts.iter().enumerate().filter(|(_, attempt)| scene.has(attempt.made.record));
    let rows = made.map(|(at, attempt)| {
        let ended = attempt.ended.filter(|(stamp, _)| scene.has(stamp.record));
        let (came, took) = match ended {
            Some((stamp, end)) => {
                (attempt_end(end, scene.names().patience(bar.client)), stamp.at.since(attempt.made.at))
            }
            None => ("waits".to_owned(), scene.now.since(attempt.made.at)),
        };
        vec![(at + 1).to_string(), attempt.to.to_string(), came, length(took)]
    });
    group.table = Some(Table { head: vec!["no.", "at", "came to", "after"], rows: rows.collect(), left_out: 0 });
    group
}

/// What an observer knows and the client may not.
fn truth<P: Vocabulary>(scene: &Scene<'_, P>, bar: &OperationBar) -> Vec<Piece> {
    if let Some(committed) = bar.committed.filter(|stamp| scene.has(stamp.record)) {
        return vec![Piece::Text("committed, at ".to_owned()), Piece::Moment(committed.at)];
    }
    let is_its = |request: Option<crate::base::RequestId>| request.is_some_and(|request| request.op == bar.op);
    let losses = scene.chronicle.losses();
    let passed = &losses[..losses.partition_point(|loss| scene.has(loss.when.record))];
    let gone = passed.iter().rev().find(|loss| loss.cells.iter().any(|cell| is_its(cell.cell.request) && cell.is_gone));
    if let Some(loss) = gone {
        return vec![Piece::Text("gone from every log, since ".to_owned()), Piece::Moment(loss.when.at)];
    }
    if bar.operation.update.is_read() {
        return vec![Piece::Text("a read changes nothing".to_owned())];
    }
    vec![Piece::Text("not committed".to_owned())]
}

fn why_unknown<P: Vocabulary>(scene: &Scene<'_, P>, bar: &OperationBar, ended: RecordId) -> Group {
    let mut group = Group::new("Why unknown");
    let patience = length(scene.names().patience(bar.client));
    let text = format!(
        "It asked, and an attempt had no answer within {patience} or lost its connection. What it asked for may be done, or may yet be done."
    );
    group.text("", text);
    let from = RecordId(ended.0.saturating_sub(BACK));
    let near = scene.world.trace().iter_from(from).take_while(|record| record.id <= ended);
    let vain =
        near.filter(|record| matches!(record.kind, Kind::WaitingFor { party, .. } if party == bar.client.into()));
    if let Some(record) = vain.last() {
        group.row("", scene.pieces(&scene.describer.line(&record)));
    }
    group
}
