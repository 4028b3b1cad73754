//! Node.js and npm, which a person installs.

use crate::process;
use crate::report::{Failure, Outcome};
use std::fs;
use std::path::Path;
use std::process::Command;

/// The oldest version that every npm package here accepts.
const OLDEST: u32 = 20;

/// Fails with one clear line unless Node and npm are there.
pub(super) fn check() -> Outcome {
    let version = process::first_line(Command::new("node").arg("--version"));
    let major = version.as_deref().and_then(|text| text.strip_prefix('v')?.split('.').next()?.parse::<u32>().ok());
    let npm = process::first_line(Command::new("npm").arg("--version"));
    match major {
        Some(major) if major >= OLDEST && npm.is_some() => Ok(()),
        _ => Err(Failure::Missing(format!(
            "this task needs Node.js {OLDEST} or later with npm (found: {}); install it from your system's packages or nodejs.org",
            version.as_deref().unwrap_or("none")
        ))),
    }
}

/// Installs a folder's locked npm packages, unless that was done since the lock file changed.
pub(crate) fn npm_ci(folder: &Path) -> Outcome {
    let installed = folder.join("node_modules/.package-lock.json");
    if modified(&installed)
        .is_some_and(|done| modified(&folder.join("package-lock.json")).is_some_and(|lock| lock <= done))
    {
        return Ok(());
    }
    process::run(npm(&["ci"]).current_dir(folder), "npm ci")
}

/// Installs one npm package of an exact version into a folder.
pub(super) fn npm_install(package: &str, version: &str, folder: &Path) -> Outcome {
    let manifest = format!("{{ \"private\": true, \"dependencies\": {{ \"{package}\": \"{version}\" }} }}\n");
    fs::write(folder.join("package.json"), manifest)
        .map_err(|error| Failure::Step(format!("cannot write {}: {error}", folder.display())))?;
    process::run(npm(&["install"]).current_dir(folder), "npm install")
}

fn npm(words: &[&str]) -> Command {
    let mut command = Command::new("npm");
    command.args(words).args(["--no-audit", "--no-fund", "--loglevel=error"]);
    // The tests drive the system's browser; a second one would be a download of 150 MB.
    command.env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
    command
}

fn modified(file: &Path) -> Option<impl PartialOrd + use<>> {
    file.metadata().and_then(|data| data.modified()).ok()
}
