//! The page's one animation loop. It runs only while something moves, and knows nothing of what does.

use super::frame;
use gloo_timers::callback::Timeout;
use leptos::prelude::*;

/// When the loop is wanted again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// With the next frame.
    Frame,
    /// With the first frame after so many milliseconds: nothing moves until then that an eye could follow.
    After(u32),
    /// Not until it is started again.
    Never,
}

/// The loop.
#[derive(Clone, Copy)]
pub(super) struct Pulse {
    /// Whether a frame is asked for.
    runs: StoredValue<bool>,
    /// When the last frame was, in milliseconds; none before the first.
    last: StoredValue<Option<f64>>,
}

impl Pulse {
    /// A loop that stands still.
    pub(super) fn new() -> Pulse {
        Pulse { runs: StoredValue::new(false), last: StoredValue::new(None) }
    }

    /// Starts the loop, unless it runs already. `tick` is told how many microseconds have passed, and says when it is
    /// wanted again.
    pub(super) fn start(self, tick: impl Fn(u64) -> Next + Clone + 'static) {
        if self.runs.get_value() {
            return;
        }
        self.runs.set_value(true);
        self.last.set_value(None);
        self.ask(tick);
    }

    fn ask(self, tick: impl Fn(u64) -> Next + Clone + 'static) {
        request_animation_frame(move || {
            let now = frame::now();
            // The first frame only sets the clock: what passed before it is nobody's.
            let passed = self.last.try_get_value().flatten().map_or(0.0, |last| (now - last).max(0.0));
            self.last.try_update_value(|last| *last = Some(now));
            match tick((passed * 1_000.0) as u64) {
                Next::Frame => self.ask(tick),
                Next::After(milliseconds) => {
                    Timeout::new(milliseconds, move || self.ask(tick)).forget();
                }
                Next::Never => {
                    self.runs.try_update_value(|runs| *runs = false);
                }
            }
        });
    }
}
