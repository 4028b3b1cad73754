//! `netsplit scenario`: checks and compiles files, and prints their schema.

use serde::Serialize;
use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use netsplit::lesson::{Entry, INDEX_FORMAT, Index, Scenario, format, packed};

use crate::output::{self, NewFile};
use crate::{Failure, interrupt, load};

/// Reads every file, and fails with everything that is wrong with any of them.
fn load_all(files: &[PathBuf]) -> Result<BTreeMap<String, Scenario>, Failure> {
    let mut scenarios: BTreeMap<String, Scenario> = BTreeMap::new();
    let mut problems = Vec::new();
    for path in files {
        interrupt::check()?;
        match load::file(path) {
            Ok(scenario) => {
                let id = scenario.id.clone();
                if scenarios.insert(id.clone(), scenario).is_some() {
                    problems.push(format!("{}: another file has the id `{id}` too", path.display()));
                }
            }
            Err(Failure::Input(message)) => problems.push(message),
            Err(other) => return Err(other),
        }
    }
    if problems.is_empty() { Ok(scenarios) } else { Err(Failure::Input(problems.join("\n"))) }
}

/// `netsplit scenario check`.
pub(super) fn check(files: &[PathBuf]) -> Result<bool, Failure> {
    let scenarios = load_all(files)?;
    let mut out = output::stdout();
    for (id, scenario) in &scenarios {
        let claims = scenario.claims.len();
        writeln!(out, "{id}: good ({claims} {})", if claims == 1 { "claim" } else { "claims" })?;
    }
    out.flush()?;
    Ok(true)
}

/// `netsplit scenario build`.
pub(super) fn build(files: &[PathBuf], folder: &Path) -> Result<bool, Failure> {
    let scenarios = load_all(files)?;
    if scenarios.contains_key("index") {
        return Err(Failure::Input(
            "error: a scenario cannot have the id `index`: that file lists them all".to_owned(),
        ));
    }
    fs::create_dir_all(folder)
        .map_err(|error| Failure::Input(format!("error: cannot make the folder {}: {error}", folder.display())))?;
    let mut entries = Vec::new();
    let mut written = 0;
    for (id, scenario) in scenarios {
        interrupt::check()?;
        let file = format!("{id}.json");
        written += u32::from(write_if_changed(&folder.join(&file), &scenario)?);
        let Scenario { title, summary, seed, until, .. } = scenario;
        entries.push(Entry { id, title, summary, seed, until_us: until.0, file });
    }
    let count = entries.len();
    let index = Index { format: INDEX_FORMAT, scenarios: entries };
    written += u32::from(write_if_changed(&folder.join("index.json"), &index)?);
    let mut out = output::stdout();
    writeln!(out, "{}: {count} scenarios and their index, {written} files written", folder.display())?;
    out.flush()?;
    Ok(true)
}

/// Writes JSON for people and other programs, and beside it what the page reads. Says whether it wrote.
pub(super) fn write_if_changed(path: &Path, value: &impl Serialize) -> Result<bool, Failure> {
    let mut json = serde_json::to_vec(value).expect("what is compiled is plain data");
    json.push(b'\n');
    let (json, packed) = (write_bytes(path, &json)?, write_bytes(&path.with_extension("bin"), &packed::pack(value))?);
    Ok(json || packed)
}

fn write_bytes(path: &Path, bytes: &[u8]) -> Result<bool, Failure> {
    if fs::read(path).is_ok_and(|old| old == bytes) {
        return Ok(false);
    }
    let mut file = NewFile::create(path)?;
    file.write_all(bytes)?;
    file.finish()?;
    Ok(true)
}

/// `netsplit scenario schema`.
pub(super) fn schema() -> Result<bool, Failure> {
    let mut out = output::stdout();
    out.write_all(format::schema().as_bytes())?;
    out.flush()?;
    Ok(true)
}
