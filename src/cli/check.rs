//! `netsplit check`: histories from files, and what a checker says of them.

mod judge;
mod read;
mod report;
mod words;

use std::io::Write;

use netsplit::check::{Datum, Model, Reading, Setup};

use crate::args::{CheckArguments, ModelWord, ReadingWord};
use crate::{Failure, interrupt, output};
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
                let judged = judge::judge(model, &file.observed, &setup);
                interrupt::check()?;
                report.add(FileReport::checked(name, &file, &judged, model));
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
    setup.settle = arguments.settle;
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
            Self::Set | Self::SetFull | Self::CausalReverse => Model::Set,
            Self::Mutex => Model::Mutex,
            Self::MultiRegister => Model::MultiRegister,
            _ => Model::Any,
        }
    }
}
