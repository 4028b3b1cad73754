//! `netsplit lesson`: checks lessons, proves them by simulation, and compiles them.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use netsplit::lesson::format::lesson::{Library, heading_lines, parse};
use netsplit::lesson::{LESSON_INDEX_FORMAT, Lesson, LessonEntry, LessonIndex};
use netsplit::session::proof::prove;

use crate::compile::write_if_changed;
use crate::{Failure, interrupt, load, output};

/// Lessons by id, each with the file that it is from.
type Lessons = BTreeMap<String, (PathBuf, Arc<Lesson>)>;

/// `netsplit lesson check`.
pub(super) fn check(files: &[PathBuf]) -> Result<bool, Failure> {
    let lessons = load_all(files)?;
    let mut out = output::stdout();
    let is_good = prove_all(&lessons, &mut out)?;
    out.flush()?;
    Ok(is_good)
}

/// `netsplit lesson build`.
pub(super) fn build(files: &[PathBuf], folder: &Path) -> Result<bool, Failure> {
    let lessons = load_all(files)?;
    let mut out = output::stdout();
    if !prove_all(&lessons, &mut out)? {
        out.flush()?;
        return Ok(false);
    }
    if lessons.contains_key("index") {
        return Err(Failure::Input("error: a lesson cannot have the id `index`: that file lists them all".to_owned()));
    }
    fs::create_dir_all(folder)
        .map_err(|error| Failure::Input(format!("error: cannot make the folder {}: {error}", folder.display())))?;
    let mut written = 0;
    for (id, (_, lesson)) in &lessons {
        written += u32::from(write_if_changed(&folder.join(format!("{id}.json")), lesson.as_ref())?);
    }
    let index = LessonIndex { format: LESSON_INDEX_FORMAT, lessons: in_order(&lessons) };
    written += u32::from(write_if_changed(&folder.join("index.json"), &index)?);
    writeln!(out, "{}: {} lessons and their index, {written} files written", folder.display(), lessons.len())?;
    out.flush()?;
    Ok(true)
}

/// The way through them: a lesson comes after all that it builds on; of those that could come next, the easiest, then by
/// section and id.
fn in_order(lessons: &Lessons) -> Vec<LessonEntry> {
    let mut left: Vec<&Lesson> = lessons.values().map(|(_, lesson)| lesson.as_ref()).collect();
    left.sort_by_key(|lesson| (lesson.level, lesson.section, lesson.id.clone()));
    let mut entries: Vec<LessonEntry> = Vec::new();
    while !left.is_empty() {
        let waits = |lesson: &Lesson| left.iter().any(|other| lesson.prereqs.contains(&other.id));
        // Lessons that wait for each other come as they are.
        let next = left.iter().position(|lesson| !waits(lesson)).unwrap_or(0);
        entries.push(LessonEntry::of(left.remove(next)));
    }
    entries
}

/// Reads every file, and fails with everything that is wrong with any of them.
fn load_all(files: &[PathBuf]) -> Result<Lessons, Failure> {
    let mut lessons = Lessons::new();
    let mut problems = Vec::new();
    for path in files {
        interrupt::check()?;
        match file(path, files) {
            Ok(lesson) => {
                let id = lesson.id.clone();
                if lessons.insert(id.clone(), (path.clone(), Arc::new(lesson))).is_some() {
                    problems.push(format!("{}: another file has the id `{id}` too", path.display()));
                }
            }
            Err(Failure::Input(message)) => problems.push(message),
            Err(other) => return Err(other),
        }
    }
    if problems.is_empty() { Ok(lessons) } else { Err(Failure::Input(problems.join("\n"))) }
}

/// The lesson in a file. It may refer to the lessons beside it, and to those that are read with it.
fn file(path: &Path, files: &[PathBuf]) -> Result<Lesson, Failure> {
    let name = path.display().to_string();
    let bytes = load::source(path)?;
    let beside = path.parent().map(|folder| load::ids(folder, "md")).unwrap_or_default();
    let given = files.iter().filter_map(|file| Some(file.file_stem()?.to_str()?.to_owned()));
    let lessons: Vec<String> = beside.into_iter().chain(given).collect();
    let scenarios = load::known();
    let read = |id: &str| match load::scenario(id) {
        Ok(scenario) => Ok(scenario),
        Err(Failure::Input(message)) => Err(message),
        Err(_) => Err("it cannot be read".to_owned()),
    };
    let library = Library { scenarios: &scenarios, lessons: &lessons, load: &read };
    let stem = path.file_stem().and_then(|stem| stem.to_str());
    parse(&bytes, &name, stem, &library).map_err(|problems| Failure::Input(problems.to_string()))
}

/// Proves lessons, and says of each what came of it.
fn prove_all(lessons: &Lessons, out: &mut dyn Write) -> Result<bool, Failure> {
    let mut is_good = true;
    for (id, (path, lesson)) in lessons {
        interrupt::check()?;
        let proof = prove(lesson);
        if proof.is_good() {
            writeln!(out, "{id}: good ({} steps, {} things proven)", lesson.steps.len(), proof.proven.len())?;
            continue;
        }
        is_good = false;
        let source = fs::read_to_string(path).unwrap_or_default();
        let lines = heading_lines(&source);
        for finding in &proof.refuted {
            let line = lines.iter().find(|(step, _)| Some(step) == finding.step.as_ref());
            let place = line.map_or(String::new(), |(_, line)| format!(":{line}"));
            let step = finding.step.as_ref().map_or("the scenario".to_owned(), |step| format!("step `{step}`"));
            writeln!(out, "{}{place}: {step}: {}", path.display(), finding.what)?;
        }
    }
    Ok(is_good)
}
