//! Tools that are Rust packages: Trunk and wasm-bindgen.

use super::install;
use crate::report::{self, Failure, Outcome};
use crate::stage::Clock;
use crate::{paths, process};
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;

/// A Rust package whose programs a task needs.
#[derive(Clone, Debug)]
pub(crate) struct CargoTool {
    /// The package's name in the registry.
    pub(crate) package: &'static str,
    /// The programs that are used; the first one tells the version.
    pub(crate) programs: &'static [&'static str],
    /// The exact version.
    pub(crate) version: String,
}

/// Build settings for tools: they run for a second at a time, so what counts is that they are
/// built soon.
///
/// Measured on two quiet cores, from an empty build folder: wasm-bindgen-cli 56 s and Trunk 165 s
/// with these, 81 s and 207 s at level 1, and minutes each with the packages' own settings. Of
/// Trunk's time 57 s go into one generated table, whatever the settings.
const CHEAP: [(&str, &str); 6] = [
    ("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0"),
    ("CARGO_PROFILE_RELEASE_LTO", "off"),
    ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16"),
    ("CARGO_PROFILE_RELEASE_DEBUG", "false"),
    ("CARGO_PROFILE_RELEASE_STRIP", "true"),
    ("CARGO_PROFILE_RELEASE_INCREMENTAL", "false"),
];

/// Finds or installs the tools, the last one in the foreground, and returns the folders of those
/// that are not on `PATH`.
pub(crate) fn ensure_all(tools: &[CargoTool], meanwhile: Option<fn() -> Outcome>) -> Outcome<Vec<PathBuf>> {
    let homes: Vec<PathBuf> = tools.iter().filter(|tool| !tool.on_path()).map(CargoTool::programs_folder).collect();
    let missing: Vec<&CargoTool> = tools.iter().filter(|tool| !tool.on_path() && !tool.in_cache()).collect();
    let Some((slowest, others)) = missing.split_first() else { return Ok(homes) };
    thread::scope(|scope| {
        let behind = scope.spawn(|| {
            others.iter().try_for_each(|tool| tool.install(Output::Log))?;
            meanwhile.map_or(Ok(()), |work| work())
        });
        slowest.install(Output::Terminal)?;
        behind.join().unwrap_or_else(|_| Err(Failure::Step("an installation in the background stopped".to_owned())))
    })?;
    Ok(homes)
}

/// Where the output of an installation goes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Output {
    Terminal,
    /// To a file in the cache, since two progress bars cannot share a terminal.
    Log,
}

impl CargoTool {
    fn home(&self) -> PathBuf {
        install::folder(self.package, &self.version)
    }

    fn programs_folder(&self) -> PathBuf {
        self.home().join("bin")
    }

    fn in_cache(&self) -> bool {
        self.home().is_dir()
    }

    fn on_path(&self) -> bool {
        self.programs.iter().all(|program| paths::on_path(program).is_some())
            && self.programs.first().is_some_and(|program| self.is_right_version(Path::new(program)))
    }

    /// Whether `PROGRAM --version` says `NAME VERSION`.
    fn is_right_version(&self, program: &Path) -> bool {
        let line = process::first_line(Command::new(program).arg("--version"));
        line.is_some_and(|line| line.split_whitespace().nth(1) == Some(&self.version))
    }

    fn install(&self, output: Output) -> Outcome {
        let clock = Clock::start();
        let log = self.home().with_added_extension("log");
        let where_to = match output {
            Output::Terminal => String::new(),
            Output::Log => format!(" in the background, log in {}", log.display()),
        };
        report::note(format!("installing {} {}{where_to}", self.package, self.version));
        install::once(&self.home(), |fresh| {
            if self.binstall(fresh, output, &log) || self.compile(fresh, output, &log) {
                return Ok(());
            }
            let hint = if output == Output::Log { format!("; see {}", log.display()) } else { String::new() };
            Err(Failure::Missing(format!("cannot install {} {}{hint}", self.package, self.version)))
        })?;
        report::note(format!("installed {} {} in {}", self.package, self.version, clock.read()));
        Ok(())
    }

    /// Takes a ready-made program where `cargo binstall` is there and finds one.
    fn binstall(&self, home: &Path, output: Output, log: &Path) -> bool {
        if paths::on_path("cargo-binstall").is_none() {
            return false;
        }
        let mut command = cargo("binstall", home);
        command.args(["--no-confirm", "--disable-strategies", "compile"]);
        command.arg(format!("{}@{}", self.package, self.version));
        let done = succeeds(&mut command, output, log)
            && self.programs.iter().all(|program| self.is_right_version(&home.join("bin").join(program)));
        if !done {
            report::note(format!("cargo binstall has no {} {}; compiling it", self.package, self.version));
        }
        done
    }

    fn compile(&self, home: &Path, output: Output, log: &Path) -> bool {
        let build = home.join("build");
        let mut command = cargo("install", home);
        // Without default features: TLS and update checks, which nothing here asks for.
        command.args(["--locked", "--no-default-features", "--version", &self.version, self.package]);
        command.arg("--target-dir").arg(&build).envs(CHEAP);
        let done = succeeds(&mut command, output, log);
        // A gigabyte of build folder is worth nothing once the programs are there.
        let _ = fs::remove_dir_all(&build);
        done
    }
}

/// A cargo command that installs into `home`, away from the project's own configuration.
fn cargo(task: &str, home: &Path) -> Command {
    let mut command = Command::new("cargo");
    command.arg(task).arg("--root").arg(home).current_dir(paths::cache());
    for name in ["CARGO_TARGET_DIR", "CARGO_BUILD_TARGET", "CARGO_ENCODED_RUSTFLAGS", "RUSTFLAGS"] {
        command.env_remove(name);
    }
    command
}

fn succeeds(command: &mut Command, output: Output, log: &Path) -> bool {
    if output == Output::Log
        && let Ok(file) = File::options().create(true).append(true).open(log)
        && let Ok(copy) = file.try_clone()
    {
        command.stdout(Stdio::from(file)).stderr(Stdio::from(copy));
    }
    process::run(command.stdin(Stdio::null()), "installation").is_ok()
}
