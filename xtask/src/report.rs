//! What the tasks print: headings, times, failures. Progress goes to standard error, so that
//! standard output holds only what a task was asked for.

use std::fmt;
use std::time::Duration;

/// Why a task stopped.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The words of the command line make no sense.
    Usage(String),
    /// Something that the task needs is not there and cannot be installed.
    Missing(String),
    /// A step of the task failed; its own output says why.
    Step(String),
}

/// The result of a task or a part of one.
pub(crate) type Outcome<T = ()> = Result<T, Failure>;

impl Failure {
    /// The exit code: 2 for bad input, as everywhere in this project, else 1.
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Failure::Usage(_) => 2,
            Failure::Missing(_) | Failure::Step(_) => 1,
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Failure::Usage(text) | Failure::Missing(text) | Failure::Step(text) => out.write_str(text),
        }
    }
}

/// Prints the reason why the program ends badly.
pub(crate) fn failure(failure: &Failure) {
    eprintln!("\nerror: {failure}");
}

/// Prints one line of progress.
pub(crate) fn note(text: impl fmt::Display) {
    eprintln!("   {text}");
}

/// Prints the heading of a stage.
pub(crate) fn heading(text: impl fmt::Display) {
    eprintln!("\n== {text}");
}

/// A time in the words of a person who waits for it.
pub(crate) fn seconds(time: Duration) -> String {
    let tenths = time.as_millis().div_ceil(100);
    match tenths {
        0..=599 => format!("{}.{} s", tenths / 10, tenths % 10),
        _ => format!("{} min {:02} s", tenths / 600, tenths % 600 / 10),
    }
}

/// A size in bytes, grouped by thousands.
pub(crate) fn bytes(size: u64) -> String {
    let digits = size.to_string();
    let mut grouped = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_read_well_from_tenths_to_minutes() {
        assert_eq!(seconds(Duration::from_millis(250)), "0.3 s");
        assert_eq!(seconds(Duration::from_millis(59_900)), "59.9 s");
        assert_eq!(seconds(Duration::from_secs(165)), "2 min 45 s");
    }

    #[test]
    fn sizes_are_grouped_by_thousands() {
        assert_eq!(bytes(7), "7");
        assert_eq!(bytes(1_234_567), "1,234,567");
        assert_eq!(bytes(999_000), "999,000");
    }
}
