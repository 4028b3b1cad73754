//! The author's form of a lesson: Markdown with TOML in it, [`Lesson`] out. As strict as that of scenarios: everything
//! that is wrong is said at once, with its place. Whether what it claims is true is for a proof to find out.

mod front;
mod outline;
mod rules;
mod script;
mod step;
mod text;

use std::ops::Range;
use toml::de::DeTable;

use self::front::{FRONT, Front, Played};
use self::outline::{Part, outline};
use self::text::check_words;
use super::document::is_id;
use super::form::{Kind, Table};
use super::nearest::help;
use super::problem::{Problem, Problems};
use super::reader::Reader;
use super::sketch::Guide;
use super::syntax;
use crate::base::NodeId;
use crate::lesson::{LESSON_FORMAT, Lesson, Scenario, Step, StepWord};
use crate::sim::Command;

/// The most steps.
const STEPS_MAX: usize = 40;

/// What a lesson may refer to.
#[derive(Clone, Copy)]
pub struct Library<'l> {
    /// The ids of the scenarios.
    pub scenarios: &'l [String],
    /// The ids of the lessons.
    pub lessons: &'l [String],
    /// Reads a scenario; says why it cannot be read.
    pub load: &'l dyn Fn(&str) -> Result<Scenario, String>,
}

/// Reads a lesson. `file` is its name in messages; `stem`, if it is known, is what its id must be.
///
/// # Errors
/// Everything that is wrong with it, by place; a syntax error comes alone.
pub fn parse(source: &[u8], file: &str, stem: Option<&str>, library: &Library<'_>) -> Result<Lesson, Problems> {
    let source = super::text_of(source, file, "lesson")?;
    let mut outline = outline(source);
    let mut reader = Reader::new(stem);
    reader.names.lessons = library.lessons.to_vec();
    reader.problems.append(&mut outline.problems);
    if outline.front.is_empty() {
        return Err(Problems::new(file, source, reader.problems));
    }
    let alone = |problem| Problems::new(file, source, vec![problem]);
    let (front, minutes_at) = read(source, outline.front.clone(), &FRONT, &mut reader).map_err(alone)?;
    let scenario = front.as_ref().and_then(|front| scenario(front, library, &mut reader));
    let is_missing = matches!(front.as_ref().map(|front| &front.scenario), Some(Some(Played::Named(..))));
    if is_missing && scenario.is_none() {
        // Nothing is known of what the steps name: what could be said of them would be wrong.
        return Err(Problems::new(file, source, reader.problems));
    }
    know(scenario.as_ref(), &mut reader);
    if outline.steps.len() > STEPS_MAX {
        reader.problem(outline.steps[STEPS_MAX].heading.clone(), format!("a lesson has at most {STEPS_MAX} steps"));
    }
    let mut steps = Vec::new();
    let parts = outline.steps.len();
    for part in outline.steps.into_iter().take(STEPS_MAX) {
        let heading = part.heading.clone();
        let step = read_step(source, part, &mut reader).map_err(alone)?;
        steps.extend(step.map(|step| (heading, step)));
    }
    if parts == 0 {
        reader.problem(outline.front.clone(), "a lesson has steps: `## step-id {kind}` opens one");
    }
    if steps.len() == parts {
        let minutes = front.as_ref().map(|front| front.minutes).zip(minutes_at);
        rules::check(&steps, minutes, &mut reader);
    }
    let steps = steps.into_iter().map(|(_, step)| step).collect();
    match (front, scenario) {
        (Some(front), Some(scenario)) if reader.problems.is_empty() => Ok(lesson(front, scenario, steps)),
        _ => Err(Problems::new(file, source, reader.problems)),
    }
}

/// The first line of each step, by its id: where a proof that fails points.
#[must_use]
pub fn heading_lines(source: &str) -> Vec<(String, usize)> {
    let line = |at: usize| source[..at].matches('\n').count() + 1;
    outline(source).steps.into_iter().map(|part| (part.id, line(part.heading.start))).collect()
}

/// The tables of `docs/lessons.md`: what a lesson has besides what a scenario has.
#[must_use]
pub fn tables() -> String {
    let mut known = Guide::default();
    super::document::SCENARIO.sketch(&mut known);
    let known: Vec<&str> = known.into_definitions().iter().map(|definition| definition.name).collect();
    let mut guide = Guide::default();
    FRONT.sketch(&mut guide);
    for (_, word, _) in StepWord::ALL {
        step::table(word).sketch(&mut guide);
    }
    // These take the keys of a part that is described there.
    let alike = [("scenario of a lesson", "scenario"), ("raft change", "raft"), ("network change", "network")];
    let is_own = |name: &str| !known.contains(&name) && !alike.iter().any(|(other, _)| *other == name);
    let mut tables = super::markdown::parts(guide.into_definitions().iter().filter(|it| is_own(it.name)), &known);
    for (name, there) in alike {
        let own = format!("[{name}](#{})", name.replace(' ', "-"));
        tables = tables.replace(&own, &format!("[{there}](scenarios.md#{there})"));
    }
    tables
}

/// Reads a piece of TOML at its place in the file. A syntax error ends the reading.
fn read<T>(
    source: &str,
    piece: Range<usize>,
    table: &Table<T>,
    reader: &mut Reader,
) -> Result<(Option<T>, Option<Range<usize>>), Problem> {
    // Blanks in place of what comes before make every place the one in the file.
    let padded = " ".repeat(piece.start) + &source[piece.clone()];
    let document = DeTable::parse(&padded).map_err(|error| syntax(&error))?;
    let value = table.read_table(document.get_ref(), piece, reader);
    Ok((value, document.get_ref().get("minutes").map(toml::Spanned::span)))
}

fn scenario(front: &Front, library: &Library<'_>, reader: &mut Reader) -> Option<Scenario> {
    match front.scenario.as_ref()? {
        Played::Inline(scenario) => {
            let (id, title, summary) = (front.id.clone(), front.title.clone(), front.summary.clone());
            Some(Scenario { id, title, summary, ..Scenario::clone(scenario) })
        }
        Played::Named(id, span) if !library.scenarios.contains(id) => {
            let message = format!("there is no scenario `{}`", Reader::shorten(id));
            let help = help(id, library.scenarios.iter().map(String::as_str)).unwrap_or_default();
            reader.problem_with_help(span.clone(), message, help);
            None
        }
        Played::Named(id, span) => {
            let read = (library.load)(id);
            read.map_err(|why| reader.problem(span.clone(), format!("the scenario `{id}` cannot be read: {why}"))).ok()
        }
    }
}

/// What steps may name. Without a scenario, they may name any node.
fn know(scenario: Option<&Scenario>, reader: &mut Reader) {
    if let Some(scenario) = scenario {
        let adds = scenario.world.schedule.iter().filter(|(_, command)| matches!(command, Command::AddNode)).count();
        let nodes = usize::from(scenario.world.nodes) + adds;
        reader.names.nodes = u8::try_from(nodes).unwrap_or(NodeId::MAX).min(NodeId::MAX);
        reader.names.clients = scenario.world.clients.iter().map(|client| client.name.clone()).collect();
        reader.names.system = Some(scenario.system.clone());
        reader.names.network = Some(scenario.world.network.clone());
        reader.names.until = scenario.until;
    }
    reader.names.nodes_at_start = reader.names.nodes;
}

fn read_step(source: &str, part: Part, reader: &mut Reader) -> Result<Option<Step>, Problem> {
    let Part { heading, id, kind, say, said_at, block } = part;
    if kind.is_empty() {
        return Ok(None);
    }
    if !is_id(&id) {
        let message = "a step's id is made of lower-case letters, digits and single hyphens, such as `cut-the-leader`";
        reader.problem(heading.clone(), message);
    } else if reader.names.steps.contains(&id) {
        reader.problem(heading.clone(), format!("another step has the id `{id}`"));
    }
    let word = StepWord::ALL.iter().find(|(word, _, _)| *word == kind).map(|(_, word, _)| *word);
    if word.is_none() {
        let message = format!("`{}` is no kind of step", Reader::shorten(&kind));
        let help = help(&kind, StepWord::ALL.iter().map(|(word, _, _)| *word)).unwrap_or_default();
        reader.problem_with_help(heading.clone(), message, help);
    }
    if block.is_none() {
        reader.problem(heading.clone(), format!("the step `{id}` needs a `toml` block with its `title` and `alt`"));
    }
    check_words(crate::lesson::text::words(&say), rules::SAY_MAX, said_at, reader);
    let step = match (word, block) {
        (Some(word), Some(block)) => read(source, block, &step::table(word), reader)?.0,
        _ => None,
    };
    reader.names.steps.push(id.clone());
    Ok(step.map(|step| Step { id, say, ..step }))
}

fn lesson(front: Front, scenario: Scenario, steps: Vec<Step>) -> Lesson {
    let Front { id, title, summary, section, minutes, level, objectives, misconceptions, prereqs, .. } = front;
    let Front { glossary, sources, .. } = front;
    Lesson {
        format: LESSON_FORMAT,
        id,
        title,
        summary,
        section,
        minutes,
        level,
        objectives,
        misconceptions,
        prereqs,
        glossary,
        sources,
        scenario,
        steps,
    }
}
