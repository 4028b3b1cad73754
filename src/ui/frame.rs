//! Working in slices, so that the page answers while it computes.

use gloo_timers::future::TimeoutFuture;
use leptos::prelude::window;

/// The part of a frame, in milliseconds, that a computation may take: at 60 frames a second the
/// browser keeps the rest for input and painting.
const SHARE: f64 = 10.0;

/// A slice of time, which ends on the wall clock. It decides only when to pause, never what is
/// computed.
pub(super) struct Slice {
    ends: f64,
}

impl Slice {
    /// A slice that starts now.
    pub(super) fn start() -> Slice {
        Slice { ends: now() + SHARE }
    }

    /// Whether there is time left.
    pub(super) fn is_over(&self) -> bool {
        now() >= self.ends
    }

    /// Lets the browser do what it has to, and starts again. A timer and not a frame: a hidden tab gets no frames, and a link
    /// that was opened there is to be ready when somebody comes.
    pub(super) async fn next(&mut self) {
        TimeoutFuture::new(0).await;
        *self = Slice::start();
    }
}

/// Milliseconds since the page was opened.
pub(super) fn now() -> f64 {
    window().performance().map_or(0.0, |clock| clock.now())
}
