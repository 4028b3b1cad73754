//! How a tool gets into the cache: built aside, then renamed, so that a broken or interrupted
//! installation is never found and two clones can install at once.

use crate::paths;
use crate::report::{Failure, Outcome};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process;

/// The folder of a tool in the cache; the version is part of its name.
pub(crate) fn folder(name: &str, version: &str) -> PathBuf {
    paths::cache().join(format!("{name}-{version}"))
}

/// Fills `folder` by calling `fill` on a fresh folder beside it. A second process that wants the
/// same tool waits for the first and then finds it there.
pub(crate) fn once(folder: &Path, fill: impl FnOnce(&Path) -> Outcome) -> Outcome {
    let lock = folder.with_added_extension("lock");
    let fresh = folder.with_added_extension(format!("new-{}", process::id()));
    let held = lock_file(&lock).map_err(|error| unusable(&lock, &error))?;
    if !folder.is_dir() {
        let filled = fs::create_dir_all(&fresh)
            .map_err(|error| unusable(&fresh, &error))
            .and_then(|()| fill(&fresh))
            .and_then(|()| fs::rename(&fresh, folder).map_err(|error| unusable(folder, &error)));
        if filled.is_err() {
            // The failure itself is what matters; a leftover is removed by `clean-cache`.
            let _ = fs::remove_dir_all(&fresh);
        }
        filled?;
    }
    drop(held);
    Ok(())
}

fn lock_file(path: &Path) -> std::io::Result<File> {
    fs::create_dir_all(paths::cache())?;
    let file = File::create(path)?;
    file.lock()?;
    Ok(file)
}

fn unusable(path: &Path, error: &std::io::Error) -> Failure {
    Failure::Missing(format!(
        "cannot write {}: {error} (NETSPLIT_CACHE chooses another folder for tools)",
        path.display()
    ))
}
