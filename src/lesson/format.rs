//! The author's form of a scenario: TOML in, [`Scenario`] out. Strict: what it does not know it refuses, with the place
//! and the nearest name, everything at once. One set of functions both reads the keys and describes them, so the JSON
//! Schema and the documentation cannot differ from what is read. Native only: the page reads the compiled form.

mod claim;
mod client;
mod cluster;
mod command;
mod comparison;
mod document;
mod fact;
mod faults;
mod form;
mod kinds;
mod leaderless;
pub mod lesson;
mod markdown;
mod nearest;
mod operation;
mod problem;
mod reader;
mod schema;
mod sketch;
mod system;

pub use kinds::duration;
pub use markdown::tables;
pub use nearest::nearest;
pub use problem::{Diagnostic, Problems};
pub use schema::schema;

use toml::de::DeTable;

use self::document::SCENARIO;
use self::problem::Problem;
use self::reader::Reader;
use super::Scenario;

/// A longer file is not read.
pub const SOURCE_MAX: usize = 256 * 1024;

/// Reads a scenario. `file` is its name in messages; `stem`, if it is known, is what its id must be.
///
/// # Errors
/// Everything that is wrong with it, by place; a syntax error comes alone.
pub fn parse(source: &[u8], file: &str, stem: Option<&str>) -> Result<Scenario, Problems> {
    let source = text_of(source, file, "scenario")?;
    let document = DeTable::parse(source).map_err(|error| Problems::new(file, source, vec![syntax(&error)]))?;
    let mut reader = Reader::new(stem);
    let scenario = SCENARIO.read_table(document.get_ref(), 0..0, &mut reader);
    let unplaced = |message: String| Problem { span: 0..0, message, help: None };
    let mut problems = reader.problems;
    // What is found only here is a rule that the forms do not know: it has no place, and is refused all the same.
    match scenario.as_ref() {
        Some(scenario) if problems.is_empty() => {
            problems.extend(scenario.problems().into_iter().map(|error| unplaced(error.to_string())));
        }
        None if problems.is_empty() => problems.push(unplaced("this is no scenario".to_owned())),
        Some(_) | None => {}
    }
    match scenario {
        Some(scenario) if problems.is_empty() => Ok(scenario),
        _ => Err(Problems::new(file, source, problems)),
    }
}

/// The text of a file, if it is one and is not too long.
fn text_of<'s>(source: &'s [u8], file: &str, what: &str) -> Result<&'s str, Problems> {
    if source.len() > SOURCE_MAX {
        let message = format!("the file has {} bytes; a {what} has {SOURCE_MAX} at most", source.len());
        return Err(Problems::new(file, "", vec![Problem { span: 0..0, message, help: None }]));
    }
    str::from_utf8(source).map_err(|error| {
        let at = error.valid_up_to();
        let problem = Problem { span: at..at + 1, message: "this is not UTF-8".to_owned(), help: None };
        Problems::new(file, &String::from_utf8_lossy(source), vec![problem])
    })
}

/// A syntax error of TOML at its place.
fn syntax(error: &toml::de::Error) -> Problem {
    let is_too_deep = error.message().contains("recurs");
    let message = if is_too_deep { "tables and lists go too deep into each other" } else { error.message() };
    Problem { span: error.span().unwrap_or(0..0), message: message.to_owned(), help: None }
}
