//! From what stands on the command line to a scenario.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use netsplit::lesson::{Scenario, format};

use crate::Failure;

/// A larger compiled file is not read.
const COMPILED_MAX: usize = 16 << 20;

/// The scenario of a path or an id.
pub(super) fn scenario(argument: &str) -> Result<Scenario, Failure> {
    let path = Path::new(argument);
    let is_path = path.components().count() > 1 || path.extension().is_some() || path.is_file();
    if is_path { file(path) } else { named(argument) }
}

/// The scenario in a file.
pub(super) fn file(path: &Path) -> Result<Scenario, Failure> {
    let name = path.display().to_string();
    let is_compiled = path.extension().is_some_and(|extension| extension == "json");
    let most = if is_compiled { COMPILED_MAX } else { format::SOURCE_MAX };
    let bytes = read(path, most).map_err(|error| Failure::Input(format!("error: cannot read {name}: {error}")))?;
    if is_compiled {
        return compiled(&bytes, &name);
    }
    let stem = path.file_stem().and_then(|stem| stem.to_str());
    format::parse(&bytes, &name, stem).map_err(|problems| Failure::Input(problems.to_string()))
}

/// The bytes of an author's file.
pub(super) fn source(path: &Path) -> Result<Vec<u8>, Failure> {
    read(path, format::SOURCE_MAX)
        .map_err(|error| Failure::Input(format!("error: cannot read {}: {error}", path.display())))
}

/// The ids of the scenarios that can be named.
pub(super) fn known() -> Vec<String> {
    folder().map(|folder| ids(&folder, "toml")).unwrap_or_default()
}

/// Reads no more than is needed to see that a file is too long.
fn read(path: &Path, most: usize) -> std::io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    fs::File::open(path)?.take(most as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn compiled(bytes: &[u8], name: &str) -> Result<Scenario, Failure> {
    if bytes.len() > COMPILED_MAX {
        return Err(Failure::Input(format!("{name}: a compiled scenario has {COMPILED_MAX} bytes at most")));
    }
    let scenario: Scenario = serde_json::from_slice(bytes)
        .map_err(|error| Failure::Input(format!("{name}: this is no compiled scenario: {error}")))?;
    let problems: Vec<String> = scenario.problems().iter().map(|problem| format!("{name}: {problem}")).collect();
    if problems.is_empty() { Ok(scenario) } else { Err(Failure::Input(problems.join("\n"))) }
}

fn named(id: &str) -> Result<Scenario, Failure> {
    let Some(folder) = folder() else {
        return Err(Failure::Input(format!(
            "error: `{id}` is no file, and there is no folder assets/scenarios here to look for it"
        )));
    };
    let path = folder.join(format!("{id}.toml"));
    if path.is_file() {
        return file(&path);
    }
    let ids = ids(&folder, "toml");
    let mut message = format!("error: there is no scenario `{id}` in {}", folder.display());
    match format::nearest(id, ids.iter().map(String::as_str)) {
        Some(nearest) => message.push_str(&format!("\n  = did you mean `{nearest}`?")),
        None => message.push_str(&format!("\n  = there are: {}", ids.join(", "))),
    }
    Err(Failure::Input(message))
}

/// The scenarios of the project that we stand in, or else of the one that this program was built from.
fn folder() -> Option<PathBuf> {
    let here = std::env::current_dir().ok()?;
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    let roots = here.ancestors().chain(std::iter::once(project));
    roots.map(|root| root.join("assets").join("scenarios")).find(|folder| folder.is_dir())
}

/// The names of the files of a kind in a folder, without what they end in.
pub(super) fn ids(folder: &Path, extension: &str) -> Vec<String> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let paths = entries.filter_map(|entry| Some(entry.ok()?.path()));
    let sources = paths.filter(|path| path.extension().is_some_and(|found| found == extension));
    let mut ids: Vec<String> = sources.filter_map(|path| Some(path.file_stem()?.to_str()?.to_owned())).collect();
    ids.sort();
    ids
}
