//! How often the strip under the diagram is drawn. While the run plays that is less often than the diagram, since it changes
//! slowly; but whatever somebody does is shown at once. Knows nothing of what is drawn.

use super::Lanes;
use crate::base::RecordId;
use crate::ui::lab::Selected;

/// While the run plays, the strip is drawn no more often than this, in milliseconds.
const APART: f64 = 250.0;

/// What was done to the run and to the view: if anything of it is new, the strip is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Doings {
    /// How often somebody intervened, sought, or looked elsewhere.
    pub(super) turns: (u32, u32),
    /// The diagram's own size.
    pub(super) size: (f64, f64),
    /// Who has a lane.
    pub(super) lanes: Lanes,
    /// The message under the pointer, and what is selected.
    pub(super) marked: (Option<RecordId>, Option<Selected>),
}

/// When it was drawn last, in milliseconds, and after what doings.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Rhythm {
    drawn_at: f64,
    doings: Doings,
}

impl Rhythm {
    /// Whether the strip is to be drawn at a time; takes it as drawn then.
    pub(super) fn is_due(&mut self, now: f64, is_playing: bool, doings: Doings) -> bool {
        let is_due = !is_playing || self.doings != doings || now - self.drawn_at >= APART;
        if is_due {
            *self = Self { drawn_at: now, doings };
        }
        is_due
    }
}
