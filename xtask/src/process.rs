//! Running other programs: watched, captured, or counted while they print.

use crate::report::{Failure, Outcome};
use std::io::{BufRead, BufReader, Write};
use std::process::{Command, ExitStatus, Stdio};

/// Runs a program whose output goes straight to the terminal; `what` names it in the error.
pub(crate) fn run(command: &mut Command, what: &str) -> Outcome {
    let status = command.status().map_err(|error| not_started(command, &error))?;
    check(status, what)
}

/// Becomes another program where the system can, so that a signal to this process reaches it;
/// elsewhere waits for it. Returns only when something is wrong, or there.
pub(crate) fn replace_by(command: &mut Command, what: &str) -> Outcome {
    #[cfg(unix)]
    {
        let _ = what;
        let error = std::os::unix::process::CommandExt::exec(command);
        Err(not_started(command, &error))
    }
    #[cfg(not(unix))]
    run(command, what)
}

/// Runs a program and returns its standard output; standard error goes to the terminal.
pub(crate) fn output(command: &mut Command, what: &str) -> Outcome<String> {
    let output = command.stderr(Stdio::inherit()).output().map_err(|error| not_started(command, &error))?;
    check(output.status, what)?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// The first line that a program prints on standard output, if it starts and ends well.
pub(crate) fn first_line(command: &mut Command) -> Option<String> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
    if !output.status.success() {
        return None;
    }
    let text = String::from_utf8_lossy(&output.stdout);
    text.lines().next().map(str::to_owned)
}

/// Runs a program, passes its standard output on line by line, and shows each line to `watch`.
///
/// Test programs print their counts there; a person sees them as they come.
pub(crate) fn watched(command: &mut Command, mut watch: impl FnMut(&str)) -> Outcome<ExitStatus> {
    let mut child = command.stdout(Stdio::piped()).spawn().map_err(|error| not_started(command, &error))?;
    if let Some(pipe) = child.stdout.take() {
        let mut reader = BufReader::new(pipe);
        let mut line = Vec::new();
        while reader.read_until(b'\n', &mut line).is_ok_and(|count| count > 0) {
            let mut out = std::io::stdout().lock();
            // A closed standard output must not stop the tests: their exit code still counts.
            let _ = out.write_all(&line).and_then(|()| out.flush());
            watch(String::from_utf8_lossy(&line).trim_end());
            line.clear();
        }
    }
    child.wait().map_err(|error| not_started(command, &error))
}

fn check(status: ExitStatus, what: &str) -> Outcome {
    if status.success() { Ok(()) } else { Err(Failure::Step(format!("{what} failed ({status})"))) }
}

fn not_started(command: &Command, error: &std::io::Error) -> Failure {
    Failure::Missing(format!("cannot run {}: {error}", command.get_program().to_string_lossy()))
}
