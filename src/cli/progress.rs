//! A bar on the standard error, on long runs at a terminal.

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use std::io::{self, IsTerminal};
use std::time::Duration;

#[expect(clippy::disallowed_types, reason = "how long a person has waited is no part of any run")]
type Clock = std::time::Instant;

/// Shorter runs need no bar.
const PATIENCE: Duration = Duration::from_millis(700);

/// How far something has come.
pub(super) struct Progress {
    bar: Option<ProgressBar>,
    whole: u64,
    what: &'static str,
    begun: Clock,
}

impl Progress {
    /// Nothing of `whole` is done yet.
    pub(super) fn new(whole: u64, what: &'static str) -> Self {
        Self { bar: None, whole, what, begun: Clock::now() }
    }

    /// So much is done.
    pub(super) fn set(&mut self, done: u64) {
        if let Some(bar) = &self.bar {
            bar.set_position(done);
        } else if self.begun.elapsed() > PATIENCE && io::stderr().is_terminal() {
            let style = ProgressStyle::with_template("{msg} {wide_bar} {percent}% {eta}");
            let bar = ProgressBar::with_draw_target(Some(self.whole), ProgressDrawTarget::stderr());
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
            bar.set_message(self.what);
            bar.set_position(done);
            self.bar = Some(bar);
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}
