//! What the caller says through environment variables.
#![expect(
    clippy::disallowed_methods,
    reason = "the tasks are outside of every run, and this is the one file that asks"
)]

use std::env;
use std::ffi::OsString;

/// The value of a variable, unless it is missing or empty.
pub(crate) fn variable(name: &str) -> Option<OsString> {
    env::var_os(name).filter(|value| !value.is_empty())
}
