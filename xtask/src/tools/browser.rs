//! Chromium and its driver, for tests only: found on `PATH`, or installed with apt where allowed.

use crate::environment::variable;
use crate::paths;
use crate::process;
use crate::report::{self, Failure, Outcome};
use std::path::PathBuf;
use std::process::Command;

/// Names under which Chromium is packaged.
const CHROMIUM: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/// Debian's names; the font is there because a page without one shows boxes.
const PACKAGES: [&str; 3] = ["chromium", "chromium-driver", "fonts-dejavu-core"];

/// The browser: `NETSPLIT_CHROMIUM`, else the first on `PATH`.
pub(crate) fn chromium() -> Option<PathBuf> {
    variable("NETSPLIT_CHROMIUM").map(PathBuf::from).or_else(|| CHROMIUM.iter().find_map(|name| paths::on_path(name)))
}

/// The browser's driver: `CHROMEDRIVER`, else the one on `PATH`.
pub(crate) fn driver() -> Option<PathBuf> {
    variable("CHROMEDRIVER").map(PathBuf::from).or_else(|| paths::on_path("chromedriver"))
}

/// Installs Chromium and its driver where they are missing and the system lets us.
pub(crate) fn ensure() -> Outcome {
    if chromium().is_some() && driver().is_some() {
        return Ok(());
    }
    if paths::on_path("apt-get").is_some()
        && let Some(mut words) = privileged()
    {
        report::note(format!("installing {} with apt-get", PACKAGES.join(", ")));
        words.push("apt-get");
        // An old list of packages may still do, so a failed update is not the end.
        let _ = process::run(&mut apt(&words, &["update", "-qq"]), "apt-get update");
        let mut install = vec!["install", "-y", "-qq", "--no-install-recommends"];
        install.extend(PACKAGES);
        process::run(&mut apt(&words, &install), "apt-get install")?;
    }
    match (chromium(), driver()) {
        (Some(_), Some(_)) => Ok(()),
        (browser, driver) => Err(Failure::Missing(format!(
            "browser tests need Chromium ({}) and chromedriver ({}) of the same version: on Debian or Ubuntu, \
             `sudo apt-get install {}`; elsewhere put both on PATH, or set NETSPLIT_CHROMIUM and CHROMEDRIVER",
            found(browser),
            found(driver),
            PACKAGES.join(" ")
        ))),
    }
}

fn found(path: Option<PathBuf>) -> String {
    path.map_or_else(|| "missing".to_owned(), |path| path.display().to_string())
}

/// The words before a command that needs root: none for root itself, `sudo -n` where that works
/// without asking, else this is not allowed.
fn privileged() -> Option<Vec<&'static str>> {
    if process::first_line(Command::new("id").arg("-u")).as_deref() == Some("0") {
        return Some(Vec::new());
    }
    let allowed = Command::new("sudo").args(["-n", "true"]).output().is_ok_and(|output| output.status.success());
    allowed.then(|| vec!["sudo", "-n"])
}

fn apt(program: &[&str], words: &[&str]) -> Command {
    let mut command = Command::new(program[0]);
    command.args(&program[1..]).args(words).env("DEBIAN_FRONTEND", "noninteractive");
    command
}
