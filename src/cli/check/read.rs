//! From a file of lines to a history, with the place of everything that is wrong.

use std::fs::File;
use std::io::{self, BufRead, BufReader};
use std::path::Path;

use netsplit::check::{EventLine, LineReader, Model, Observed, Reading};

use crate::{Failure, interrupt};

/// A larger file is not read.
const BYTES_MAX: u64 = 256 << 20;
/// How many lines are read between two looks at Ctrl-C.
const LINES_AT_ONCE: usize = 4_096;

/// A history with the lines that it stands in.
pub(super) struct HistoryFile {
    pub(super) observed: Observed,
    /// The line of each event, from 1.
    pub(super) lines: Vec<usize>,
}

impl HistoryFile {
    /// The line of an event.
    pub(super) fn line(&self, event: usize) -> Option<usize> {
        self.lines.get(event).copied()
    }
}

/// Reads a file, or the standard input where it is called `-`.
pub(super) fn history(path: &Path, model: Model, reading: Reading) -> Result<HistoryFile, Failure> {
    let name = path.display().to_string();
    let refuse = |error: io::Error| Failure::Input(format!("error: cannot read {name}: {error}"));
    if path == Path::new("-") {
        return lines(io::stdin().lock(), &name, model, reading);
    }
    if path.is_dir() {
        return Err(refuse(io::ErrorKind::IsADirectory.into()));
    }
    let file = File::open(path).map_err(refuse)?;
    lines(BufReader::new(file), &name, model, reading)
}

fn lines(source: impl BufRead, name: &str, model: Model, reading: Reading) -> Result<HistoryFile, Failure> {
    let mut source = source.take(BYTES_MAX + 1);
    let mut reader = LineReader::new(model, reading);
    let mut line = Vec::new();
    let mut number = 0;
    loop {
        line.clear();
        let read = source.read_until(b'\n', &mut line);
        if read.map_err(|error| Failure::Input(format!("error: cannot read {name}: {error}")))? == 0 {
            break;
        }
        if source.limit() == 0 {
            return Err(Failure::Input(format!("error: {name} is larger than {} MB", BYTES_MAX >> 20)));
        }
        number += 1;
        if number % LINES_AT_ONCE == 0 {
            interrupt::check()?;
        }
        let bad = |reason: String| Failure::Input(format!("{name}:{number}: {reason}"));
        if line.trim_ascii().is_empty() {
            continue;
        }
        let text = line.trim_ascii_end();
        // Some editors begin a file with a byte order mark.
        let text = if number == 1 { text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text) } else { text };
        if text.trim_ascii_start().starts_with(b"[") {
            return Err(bad("this is a list: each line is one JSON object".to_owned()));
        }
        let event: EventLine = serde_json::from_slice(text).map_err(|error| bad(reason(&error, text)))?;
        reader.take(number, event).map_err(|problem| bad(problem.to_string()))?;
    }
    let (observed, lines) = reader.finish();
    Ok(HistoryFile { observed, lines })
}

/// What is wrong with a line that is no event, and what to do about it.
fn reason(error: &serde_json::Error, line: &[u8]) -> String {
    let text = error.to_string();
    // There is one line, and its number has been said.
    let what = text.rsplit_once(" at line ").map_or(text.as_str(), |(what, _)| what);
    let column = error.column();
    match error.classify() {
        serde_json::error::Category::Eof => {
            format!(
                "the line is cut off after column {column} ({what}): complete it, or remove it if the file was cut off here"
            )
        }
        serde_json::error::Category::Syntax if line.trim_ascii_start().starts_with(b"{:") => {
            "this is EDN: write each map as one JSON object, see docs/checking.md".to_owned()
        }
        serde_json::error::Category::Syntax => {
            format!("column {column}: this is not JSON ({what}): each line is one JSON object")
        }
        serde_json::error::Category::Data | serde_json::error::Category::Io => {
            format!(
                "column {column}: this is no event ({what}): it needs `process`, `type` (invoke, ok, fail or info), `f` and `value`"
            )
        }
    }
}
