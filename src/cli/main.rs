//! The native command line: runs scenarios, compiles them and lessons, checks histories, and prints what they come to.
//! Owns arguments, files and exit codes; the runs are the library's.

mod args;
mod check;
mod compile;
mod hashes;
mod interrupt;
mod lesson;
mod load;
mod output;
mod progress;
mod run;
mod summary;
mod swarm;

use clap::Parser;
use std::io;
use std::process::ExitCode;

use args::{Arguments, LessonTask, ScenarioTask, Task};

/// Why a command did not do what it should.
#[derive(Debug)]
enum Failure {
    /// What came from outside is wrong; the text says what and where.
    Input(String),
    /// Something cannot be written.
    Output(io::Error),
    /// Somebody pressed Ctrl-C.
    Interrupted,
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Output(error)
    }
}

/// A claim, an invariant or a check failed.
const FALSE: u8 = 1;
/// The input is bad.
const BAD_INPUT: u8 = 2;
/// A checker does not know.
const UNDECIDED: u8 = 3;
/// What a shell reports for a program that Ctrl-C ended.
const INTERRUPTED: u8 = 130;

fn main() -> ExitCode {
    interrupt::install();
    let arguments = Arguments::parse();
    let code = |is_good: bool| if is_good { 0 } else { FALSE };
    let result = match &arguments.task {
        Task::Run(run) => run::run(run).map(code),
        Task::Check(check) => check::check(check),
        Task::Scenario { task: ScenarioTask::Check { files } } => compile::check(files).map(code),
        Task::Scenario { task: ScenarioTask::Build { files, out } } => compile::build(files, out).map(code),
        Task::Scenario { task: ScenarioTask::Schema } => compile::schema().map(code),
        Task::Lesson { task: LessonTask::Check { files } } => lesson::check(files).map(code),
        Task::Lesson { task: LessonTask::Build { files, out } } => lesson::build(files, out).map(code),
        Task::Hashes(hashes) => hashes::run(hashes).map(code),
        Task::Swarm(swarm) => swarm::run(swarm).map(code),
    };
    match result {
        Ok(code) => ExitCode::from(code),
        // Whoever read our output has enough of it: that is no error.
        Err(Failure::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(Failure::Interrupted) => ExitCode::from(INTERRUPTED),
        Err(Failure::Input(message)) => {
            output::complain(&message);
            ExitCode::from(BAD_INPUT)
        }
        Err(Failure::Output(error)) => {
            output::complain(&format!("error: cannot write: {error}"));
            ExitCode::from(BAD_INPUT)
        }
    }
}
