//! The per-user cache of tools.

use crate::args::Args;
use crate::paths;
use crate::report::{self, Failure, Outcome};
use std::fs;
use std::io::ErrorKind;

/// The task `clean-cache`. Only the folders and files that the tasks made are removed, since
/// `NETSPLIT_CACHE` may have been pointed at a folder with other things in it.
pub(super) fn run(_: &Args) -> Outcome {
    let cache = paths::cache();
    let failed = |error: std::io::Error| Failure::Step(format!("cannot clean {}: {error}", cache.display()));
    let entries = match fs::read_dir(&cache) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => {
            report::note(format!("{} is not there", cache.display()));
            return Ok(());
        }
        Err(error) => return Err(failed(error)),
    };
    for entry in entries {
        let entry = entry.map_err(failed)?;
        let name = entry.file_name();
        let ours =
            ["trunk-", "wasm-bindgen-cli-", "binaryen-"].iter().any(|start| name.to_string_lossy().starts_with(start));
        if ours {
            let path = entry.path();
            report::note(format!("removing {}", path.display()));
            if path.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) }.map_err(failed)?;
        }
    }
    Ok(())
}
