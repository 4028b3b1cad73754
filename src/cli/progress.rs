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
    shape: &'static str,
    begun: Clock,
}

impl Progress {
    /// Nothing of `whole` is done yet.
    pub(super) fn new(whole: u64, what: &'static str) -> Self {
        Self { bar: None, whole, what, shape: "{msg} {wide_bar} {percent}% {eta}", begun: Clock::now() }
    }

    /// The same for things that are counted: it shows how many there were in a second.
    pub(super) fn counting(whole: u64, what: &'static str) -> Self {
        let mut progress = Self::new(whole, what);
        progress.shape = "{msg} {wide_bar} {human_pos}/{human_len} {per_sec} {eta}";
        progress
    }

    /// How long it has taken so far.
    pub(super) fn elapsed(&self) -> Duration {
        self.begun.elapsed()
    }

    /// Says something above the bar, if there is one.
    pub(super) fn say(&self, what: &str) {
        if let Some(bar) = &self.bar {
            bar.println(what);
        }
    }

    /// So much is done.
    pub(super) fn set(&mut self, done: u64) {
        if let Some(bar) = &self.bar {
            bar.set_position(done);
        } else if self.begun.elapsed() > PATIENCE && io::stderr().is_terminal() {
            let style = ProgressStyle::with_template(self.shape);
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
