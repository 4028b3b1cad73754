//! Browsers, for tests only: Chromium with its driver, and Firefox. Found on `PATH`, or installed with apt where allowed.

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

/// Names under which Firefox is packaged; Debian's is the first.
const FIREFOX: [&str; 2] = ["firefox-esr", "firefox"];

/// The browser: `NETSPLIT_CHROMIUM`, else the first on `PATH`.
pub(crate) fn chromium() -> Option<PathBuf> {
    variable("NETSPLIT_CHROMIUM").map(PathBuf::from).or_else(|| CHROMIUM.iter().find_map(|name| paths::on_path(name)))
}

/// The browser's driver: `CHROMEDRIVER`, else the one on `PATH`.
pub(crate) fn driver() -> Option<PathBuf> {
    variable("CHROMEDRIVER").map(PathBuf::from).or_else(|| paths::on_path("chromedriver"))
}

/// Stock Firefox: `NETSPLIT_FIREFOX`, else the first on `PATH`.
pub(crate) fn firefox() -> Option<PathBuf> {
    variable("NETSPLIT_FIREFOX").map(PathBuf::from).or_else(|| FIREFOX.iter().find_map(|name| paths::on_path(name)))
}

/// Installs Chromium and its driver where they are missing and the system lets us.
pub(crate) fn ensure_chromium() -> Outcome {
    if chromium().is_some() && driver().is_some() {
        return Ok(());
    }
    install(&PACKAGES)?;
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

/// Installs Firefox where it is missing and the system lets us.
pub(crate) fn ensure_firefox() -> Outcome {
    if firefox().is_some() {
        return Ok(());
    }
    // Its name is another outside of Debian, so a package that is not there is told below like everything else.
    let installed = install(&FIREFOX[..1]);
    if firefox().is_some() {
        return Ok(());
    }
    let why = installed.err().map_or_else(String::new, |failure| format!(" ({failure})"));
    Err(Failure::Missing(format!(
        "the browser tests need stock Firefox too, and there is none{why}: on Debian, `sudo apt-get install {}`; \
         elsewhere put it on PATH, or set NETSPLIT_FIREFOX; `cargo xtask test --skip browser` does without",
        FIREFOX[0]
    )))
}

/// Installs packages where there is apt and we may use it; where not, nothing happens, and the caller sees what is missing.
fn install(packages: &[&str]) -> Outcome {
    if paths::on_path("apt-get").is_none() {
        return Ok(());
    }
    let Some(mut words) = privileged() else { return Ok(()) };
    report::note(format!("installing {} with apt-get", packages.join(", ")));
    words.push("apt-get");
    // An old list of packages may still do, so a failed update is not the end.
    let _ = process::run(&mut apt(&words, &["update", "-qq"]), "apt-get update");
    let mut install = vec!["install", "-y", "-qq", "--no-install-recommends"];
    install.extend(packages);
    process::run(&mut apt(&words, &install), "apt-get install")
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
