//! Working in slices between animation frames, so that the page answers while it computes.

use js_sys::Promise;
use leptos::prelude::window;
use wasm_bindgen_futures::JsFuture;

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

    /// Waits for the next frame and starts again.
    pub(super) async fn next(&mut self) {
        let frame = Promise::new(&mut |resolve, _| {
            // Without a frame the computation waits, as it does in a hidden tab.
            let _ = window().request_animation_frame(&resolve);
        });
        let _ = JsFuture::from(frame).await;
        *self = Slice::start();
    }
}

/// Milliseconds since the page was opened.
pub(super) fn now() -> f64 {
    window().performance().map_or(0.0, |clock| clock.now())
}
