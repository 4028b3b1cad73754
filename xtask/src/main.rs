//! The project's tasks: set-up, build, serve, test. Run as `cargo xtask TASK`.
//!
//! This crate has no dependencies: it is compiled before anything else can start, so every crate
//! here would be waited for on a fresh machine.

mod args;
mod cargo;
mod digest;
mod dist;
mod environment;
mod locked;
mod nearest;
mod parts;
mod paths;
mod process;
mod report;
mod stage;
mod tasks;
mod tools;

use std::process::ExitCode;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match tasks::dispatch(&words) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            report::failure(&failure);
            ExitCode::from(failure.exit_code())
        }
    }
}
