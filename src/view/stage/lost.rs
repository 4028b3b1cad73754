//! Entries that were overwritten a moment ago: they stay at the end of the strip and break up.

use super::StageFrame;
use super::nodes::{Cell, CellState};
use super::raft::short_operation;
use crate::view::chronicle::Content;
use crate::view::playback::Playback;

/// So long on the screen, in microseconds, an entry takes to break up.
const BREAKS_UP: u64 = 1_600_000;

/// Adds what was lost a moment ago to a frame.
pub fn show_losses(frame: &mut StageFrame, playback: &Playback) {
    let (pace, here, seen) = (playback.pace(), playback.screen(), playback.seen());
    let losses = playback.chronicle().losses();
    let shown = losses.partition_point(|loss| loss.when.record.0 < seen);
    for loss in losses[..shown].iter().rev() {
        let is_gone = loss.when.at < pace.from() || here.0.saturating_sub(pace.screen_at(loss.when.at).0) > BREAKS_UP;
        if is_gone {
            break;
        }
        let Some(node) = frame.nodes.iter_mut().find(|node| node.id == loss.node && !node.is_dim) else { continue };
        node.cells.extend(loss.cells.iter().map(|lost| Cell {
            index: lost.cell.index,
            term: lost.cell.term,
            text: text(&lost.cell.content),
            state: CellState::Lost,
        }));
    }
}

fn text(content: &Content) -> String {
    match content {
        Content::Opening => "–".to_owned(),
        Content::Operation(operation) => short_operation(operation),
        Content::Membership { .. } => "mem".to_owned(),
    }
}
