//! The native command line, as the page's build uses it: it compiles the scenarios and lessons.

use crate::args::Args;
use crate::cargo::{self, NATIVE, cargo};
use crate::paths;
use crate::process;
use crate::report::{self, Failure, Outcome};
use std::env::consts::EXE_SUFFIX;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const BUILD: [&str; 6] = ["build", "--quiet", "--profile", "test", "--bin", "netsplit"];

/// The file that says from which sources the compiled scenarios were made.
const SOURCES: &str = "sources.txt";

/// Something that authors write and the page reads compiled.
struct Compiled {
    /// What one of them is called, and the command's name.
    word: &'static str,
    /// The folder of the sources, below `assets`; also where the page finds them.
    name: &'static str,
    extension: &'static str,
    /// The folder of the compiled files, below `assets`.
    compiled: &'static str,
}

const COMPILED: [Compiled; 2] = [
    Compiled { word: "scenario", name: "scenarios", extension: "toml", compiled: "compiled" },
    Compiled { word: "lesson", name: "lessons", extension: "md", compiled: "compiled/lessons" },
];

/// The task `scenarios`, which is also Trunk's hook before each build: one file a scenario or lesson
/// and an index of each, packed for the page and as JSON for everybody else, in the folders that Trunk copies.
///
/// The compiled files are committed, and `tests/scenarios.rs` and `tests/lessons.rs` keep them
/// current. So the page can be built without the command line, which saves half a minute of a first
/// run; only when a source was edited is the command line built to compile them anew.
pub(super) fn run(_: &Args) -> Outcome {
    // A lesson may name a scenario, so scenarios come first; and an edited one may change a lesson.
    let mut is_edited = false;
    for what in &COMPILED {
        let assets = paths::root().join("assets");
        let sources = files_in(&assets.join(what.name), what.extension)?;
        let compiled = assets.join(what.compiled);
        let fingerprint = fingerprint(&sources)?;
        is_edited |= fs::read_to_string(compiled.join(SOURCES)).ok().as_deref() != Some(fingerprint.as_str());
        if is_edited {
            compile(what, &sources, &compiled)?;
            fs::write(compiled.join(SOURCES), fingerprint).map_err(|error| cannot_write(&compiled, &error))?;
            report::note(format!("a {} was edited: commit assets/{} with it", what.word, what.compiled));
        }
        copy(&compiled, &paths::site().join(what.name))?;
    }
    Ok(())
}

/// Runs the command line on all sources, into a fresh folder, so that nothing deleted stays.
fn compile(what: &Compiled, sources: &[PathBuf], compiled: &Path) -> Outcome {
    let mut netsplit = Command::new(build()?);
    let fresh = compiled.with_added_extension("new");
    let _ = fs::remove_dir_all(&fresh);
    fs::create_dir_all(&fresh).map_err(|error| cannot_write(&fresh, &error))?;
    netsplit.args([what.word, "build"]).args(sources).arg("--out").arg(&fresh).current_dir(paths::root());
    process::run(&mut netsplit, &format!("netsplit {} build", what.word))?;
    let _ = fs::remove_dir_all(compiled);
    fs::rename(&fresh, compiled).map_err(|error| cannot_write(compiled, &error))
}

/// Copies the compiled files to where Trunk takes them from, and removes what is there besides.
fn copy(compiled: &Path, site: &Path) -> Outcome {
    let _ = fs::remove_dir_all(site);
    fs::create_dir_all(site).map_err(|error| cannot_write(site, &error))?;
    for file in files_in(compiled, "json")?.into_iter().chain(files_in(compiled, "bin")?) {
        let name = file.file_name().unwrap_or_default();
        fs::copy(&file, site.join(name)).map_err(|error| cannot_write(site, &error))?;
    }
    Ok(())
}

fn cannot_write(path: &Path, error: &std::io::Error) -> Failure {
    Failure::Step(format!("cannot write {}: {error}", path.display()))
}

/// A line for each source: its name, and the FNV-1a hash of its bytes with line ends as in the repository.
fn fingerprint(sources: &[PathBuf]) -> Outcome<String> {
    let mut lines = String::new();
    for source in sources {
        let text = fs::read_to_string(source)
            .map_err(|error| Failure::Missing(format!("cannot read {}: {error}", source.display())))?;
        let name = source.file_name().unwrap_or_default().to_string_lossy().into_owned();
        lines += &format!("{:016x} {name}\n", fnv1a(text.replace("\r\n", "\n").as_bytes()));
    }
    Ok(lines)
}

/// FNV-1a in 64 bits (Fowler, Noll, Vo): enough to see an edit, which is all that is asked of it.
fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}

/// Builds the command line and returns where it is.
///
/// The profile is that of the native tests, so that what one has built serves the other; it is
/// optimised a little, and the kernel wants that.
pub(super) fn build() -> Outcome<PathBuf> {
    cargo::run(&mut cargo(BUILD.into_iter().chain(NATIVE)))?;
    Ok(paths::target().join("debug").join(format!("netsplit{EXE_SUFFIX}")))
}

/// Compiles the scenarios of another folder of the checkout.
pub(super) fn compile_scenarios(folder: &str, compiled: &Path) -> Outcome {
    compile(&COMPILED[0], &files_in(&paths::root().join(folder), "toml")?, compiled)
}

/// The files of a kind in a folder, in an order that does not depend on the file system.
fn files_in(folder: &Path, extension: &str) -> Outcome<Vec<PathBuf>> {
    let files =
        fs::read_dir(folder).map_err(|error| Failure::Missing(format!("cannot read {}: {error}", folder.display())))?;
    let mut files: Vec<PathBuf> = files.filter_map(|entry| Some(entry.ok()?.path())).collect();
    files.retain(|file| file.extension().is_some_and(|ext| ext == extension));
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edit_shows_in_the_fingerprint() {
        assert_eq!(fnv1a(b""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fnv1a(b"a"), 0xaf63_dc4c_8601_ec8c);
        assert_ne!(fnv1a(b"seed = 1"), fnv1a(b"seed = 2"));
    }
}
