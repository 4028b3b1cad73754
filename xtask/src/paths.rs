//! Where things are: the checkout, the per-user cache of tools, what a build leaves.

use crate::environment::variable;
use std::env;
use std::path::{Path, PathBuf};

/// The checkout: the folder above this crate's.
pub(crate) fn root() -> PathBuf {
    let manifest =
        variable("CARGO_MANIFEST_DIR").map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    manifest.parent().map_or_else(|| manifest.clone(), Path::to_path_buf)
}

/// The per-user cache that every clone shares: `NETSPLIT_CACHE`, else the desktop's usual place.
pub(crate) fn cache() -> PathBuf {
    if let Some(chosen) = variable("NETSPLIT_CACHE") {
        return PathBuf::from(chosen);
    }
    let base = variable("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .or_else(|| env::home_dir().map(|home| home.join(".cache")))
        .unwrap_or_else(env::temp_dir);
    base.join("netsplit")
}

/// Cargo's build folder.
pub(crate) fn target() -> PathBuf {
    variable("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |path| root().join(path))
}

/// The built page.
pub(crate) fn dist() -> PathBuf {
    root().join("dist")
}

/// The page's data as compiled from `assets`, which Trunk copies into the page.
///
/// It is always inside the checkout, whatever Cargo's build folder is, since `index.html` names it.
pub(crate) fn site() -> PathBuf {
    root().join("target/site")
}

/// The first file of this name in a folder of `PATH`.
pub(crate) fn on_path(name: &str) -> Option<PathBuf> {
    let path = variable("PATH")?;
    env::split_paths(&path)
        .map(|folder| folder.join(format!("{name}{}", env::consts::EXE_SUFFIX)))
        .find(|file| file.is_file())
}
