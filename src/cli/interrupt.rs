//! Ctrl-C: the first lets what is under way end cleanly, the second ends the program at once.

use std::process;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::{Failure, INTERRUPTED};

static INTERRUPT: AtomicBool = AtomicBool::new(false);

/// Listens for Ctrl-C from now on. Where that cannot be, Ctrl-C ends the program as ever.
pub(super) fn install() {
    let on_interrupt = || {
        if INTERRUPT.swap(true, Ordering::Relaxed) {
            process::exit(INTERRUPTED.into());
        }
    };
    drop(ctrlc::set_handler(on_interrupt));
}

/// Whether somebody pressed Ctrl-C.
pub(super) fn is_wanted() -> bool {
    INTERRUPT.load(Ordering::Relaxed)
}

/// Ends the command if somebody pressed Ctrl-C.
pub(super) fn check() -> Result<(), Failure> {
    if is_wanted() { Err(Failure::Interrupted) } else { Ok(()) }
}
