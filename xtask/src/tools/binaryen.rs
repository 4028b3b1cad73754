//! Binaryen's library for Node, from its npm package: it reads, checks, optimises and writes the page's module.

use super::{install, node};
use crate::report::{self, Outcome};
use std::path::PathBuf;

const VERSION: &str = "132.0.0";

/// The folder that the package is installed into.
pub(crate) fn folder() -> PathBuf {
    install::folder("binaryen", VERSION)
}

/// Installs the package unless it is there.
pub(super) fn ensure() -> Outcome {
    let folder = folder();
    if folder.is_dir() {
        return Ok(());
    }
    report::note(format!("installing binaryen {VERSION} from npm"));
    install::once(&folder, |fresh| node::npm_install("binaryen", VERSION, fresh))
}
