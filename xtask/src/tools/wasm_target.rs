//! Rust's standard library for WebAssembly.

use crate::process;
use crate::report::{self, Failure, Outcome};
use std::path::Path;
use std::process::Command;

/// The target of the page.
pub(crate) const TARGET: &str = "wasm32-unknown-unknown";

/// Adds the target through rustup unless the toolchain has it.
pub(crate) fn ensure() -> Outcome {
    let libraries = process::first_line(Command::new("rustc").args(["--print", "target-libdir", "--target", TARGET]));
    if libraries.is_some_and(|folder| Path::new(&folder).is_dir()) {
        return Ok(());
    }
    report::note(format!("adding the Rust target {TARGET}"));
    let add = process::run(Command::new("rustup").args(["target", "add", TARGET]), "rustup target add");
    add.map_err(|error| {
        Failure::Missing(format!(
            "the Rust target {TARGET} is missing ({error}); install rustup, or the target with your system's packages"
        ))
    })
}
