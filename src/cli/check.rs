//! `netsplit check`: histories from files, and what a checker says of them.

mod read;
mod report;

use std::io::Write;

use netsplit::check::{
    Datum, Guarantee, Model, Reading, Setup, Verdict, linearizable, lost_writes, sequential, session_guarantee,
};

use crate::args::{CheckArguments, ModelWord, ReadingWord};
use crate::{Failure, interrupt, output};
use read::HistoryFile;
use report::{FileReport, Report};

/// The exit code: of all files the worst.
pub(super) fn check(arguments: &CheckArguments) -> Result<u8, Failure> {
    let model = arguments.model;
    let setup = setup(arguments)?;
    let word = arguments.dialect.unwrap_or(model.dialect());
    let mut report = Report::new(model.name(), word, arguments.budget);
    for path in &arguments.files {
        interrupt::check()?;
        let name = path.display().to_string();
        match read::history(path, setup.model, Reading::from(word)) {
            Ok(file) => {
                let verdict = model.verdict(&file, &setup);
                interrupt::check()?;
                report.add(FileReport::checked(name, &file, &verdict, model));
            }
            Err(Failure::Input(message)) => {
                output::complain(&message);
                report.add(FileReport::bad(name, message));
            }
            Err(other) => return Err(other),
        }
    }
    let mut out = output::stdout();
    if arguments.json {
        serde_json::to_writer(&mut out, &report).map_err(std::io::Error::from)?;
        writeln!(out)?;
    } else {
        write!(out, "{report}")?;
    }
    out.flush()?;
    Ok(report.exit_code)
}

fn setup(arguments: &CheckArguments) -> Result<Setup, Failure> {
    let mut setup = Setup::new(arguments.model.object());
    setup.budget = arguments.budget;
    setup.initial = arguments.init.as_deref().map(|text| value("--init", text)).transpose()?;
    for entry in &arguments.data {
        let Some((key, text)) = entry.split_once('=') else {
            return Err(Failure::Input(format!("error: --data {entry}: write it as KEY=VALUE, such as x=1")));
        };
        setup.data.insert(key.into(), value("--data", text)?);
    }
    Ok(setup)
}

/// A value as JSON, or a plain word as the text that it is.
fn value(option: &str, text: &str) -> Result<Datum, Failure> {
    if text == "nil" {
        return Ok(Datum::Nil);
    }
    match serde_json::from_str(text) {
        Ok(value) => Ok(value),
        // What begins like JSON was meant to be JSON.
        Err(error) if text.starts_with(['{', '[', '"']) => {
            Err(Failure::Input(format!("error: {option} {text}: it is not JSON: {error}")))
        }
        Err(_) if text.parse::<f64>().is_ok() => {
            Err(Failure::Input(format!("error: {option} {text}: the number is not exact as JSON; write it as text")))
        }
        Err(_) => Ok(text.into()),
    }
}

impl ModelWord {
    /// The word as it stands on the command line.
    fn name(self) -> String {
        clap::ValueEnum::to_possible_value(&self).map_or_else(String::new, |value| value.get_name().to_owned())
    }

    /// How the histories in the literature's model of this name are written.
    fn dialect(self) -> ReadingWord {
        match self {
            Self::EtcdCasRegister | Self::KvAppend => ReadingWord::Porcupine,
            _ => ReadingWord::Jepsen,
        }
    }

    /// The kind of object that every key is.
    fn object(self) -> Model {
        match self {
            Self::Register => Model::Register,
            Self::CasRegister | Self::EtcdCasRegister => Model::CasRegister,
            Self::Append | Self::KvAppend => Model::Append,
            Self::Set => Model::Set,
            Self::Mutex => Model::Mutex,
            Self::MultiRegister => Model::MultiRegister,
            _ => Model::Any,
        }
    }

    fn guarantee(self) -> Option<Guarantee> {
        match self {
            Self::ReadYourWrites => Some(Guarantee::ReadYourWrites),
            Self::MonotonicReads => Some(Guarantee::MonotonicReads),
            Self::MonotonicWrites => Some(Guarantee::MonotonicWrites),
            Self::WritesFollowReads => Some(Guarantee::WritesFollowReads),
            _ => None,
        }
    }

    /// What the checker says; with a yes, the order that shows it, where there is one.
    fn verdict(self, file: &HistoryFile, setup: &Setup) -> Verdict<Option<Vec<usize>>> {
        let observed = &file.observed;
        match (self, self.guarantee()) {
            (_, Some(guarantee)) => session_guarantee(observed, guarantee, setup).map(|()| None),
            (Self::AcknowledgedWrites, _) => lost_writes(observed, setup, None).verdict().map(|()| None),
            (Self::Sequential, _) => sequential(observed, setup).map(Some),
            _ => linearizable(observed, setup).map(Some),
        }
    }

    /// What a history is that satisfies it, and what one is that does not, in words.
    fn words(self) -> (String, String) {
        let yes = match self {
            Self::Register => "linearizable as a register",
            Self::CasRegister | Self::EtcdCasRegister => "linearizable as a cas-register",
            Self::Append | Self::KvAppend => "linearizable as an append object",
            Self::Set => "linearizable as a set",
            Self::Mutex => "linearizable as a mutex",
            Self::MultiRegister => "linearizable as a multi-register",
            Self::Linearizable => "linearizable",
            Self::Sequential => "sequentially consistent",
            other => return (other.name(), other.name()),
        };
        (yes.to_owned(), format!("not {yes}"))
    }

    /// How to read a no.
    fn explanation(self) -> &'static str {
        match self {
            Self::Sequential => {
                "No order of all operations that keeps each process's own explains the history. The longest one that \
                 was found has no place for this operation."
            }
            Self::ReadYourWrites => {
                "The process had its acknowledgement for the write below before it began to read. What it read then was \
                 there before: no other process can have written it."
            }
            Self::MonotonicReads => {
                "The process had already read something newer: it read this value, then another, and now this one again, \
                 although nobody has written it once more."
            }
            Self::MonotonicWrites => {
                "The process had already seen a later write of the same session. What it read now was there before an \
                 earlier one."
            }
            Self::WritesFollowReads => {
                "The process had already seen a write whose session had read something newer before it wrote."
            }
            Self::AcknowledgedWrites => {
                "The last reads show neither this write nor anything that may have come after it, though its client was \
                 told that it is done."
            }
            _ => {
                "All before this end can be explained. With it, no order of the operations that had begun by then gives \
                 every client the answer that it got."
            }
        }
    }
}
