//! The tasks by name, and the words that `--help` says about them.

mod bench;
mod bench_page;
mod browser_test;
mod build;
mod cache;
mod cli;
mod first_load;
mod lint;
mod screenshots;
mod serve;
mod size;
mod test;
mod web_test;

use crate::args::{Accepts, Args};
use crate::nearest::nearest;
use crate::paths;
use crate::report::{Failure, Outcome};

/// One task of `cargo xtask`.
struct Task {
    name: &'static str,
    usage: &'static str,
    summary: &'static str,
    accepts: Accepts,
    run: fn(&Args) -> Outcome,
}

const TASKS: [Task; 15] = [
    Task {
        name: "serve",
        usage: "[--port N] [--open] [--release]",
        summary: "Build the page and serve it on loopback, with live reload",
        accepts: Accepts { flags: &["--open", "--release"], options: &["--port"] },
        run: serve::run,
    },
    Task {
        name: "test",
        usage: "[--only STAGE] [--skip STAGE]",
        summary: "Run every check and test; the stages are named below",
        accepts: Accepts { flags: &[], options: &["--only", "--skip"] },
        run: test::run,
    },
    Task {
        name: "build",
        usage: "",
        summary: "Build the release page into dist/ and print its sizes",
        accepts: Accepts::NOTHING,
        run: build::run,
    },
    Task {
        name: "scenarios",
        usage: "",
        summary: "Compile assets/scenarios and assets/lessons into the page's data (serve and build do it too)",
        accepts: Accepts::NOTHING,
        run: cli::run,
    },
    Task { name: "fmt", usage: "", summary: "Format the code", accepts: Accepts::NOTHING, run: lint::format },
    Task {
        name: "lint",
        usage: "",
        summary: "Clippy on the core, the page and this tool, warnings as errors",
        accepts: Accepts::NOTHING,
        run: lint::run,
    },
    Task {
        name: "web-test",
        usage: "",
        summary: "Test the core as WebAssembly in headless Chromium",
        accepts: Accepts::NOTHING,
        run: web_test::run,
    },
    Task {
        name: "browser-test",
        usage: "[--grep WORDS]",
        summary: "Build the release page and test it in headless Chromium, and in Firefox what could differ there",
        accepts: Accepts { flags: &[], options: &["--grep"] },
        run: browser_test::run,
    },
    Task {
        name: "size",
        usage: "[--accept]",
        summary: "Hold dist/ against the committed size budget, or write a new one",
        accepts: Accepts { flags: &["--accept"], options: &[] },
        run: size::run,
    },
    Task {
        name: "first-load",
        usage: "",
        summary: "Watch which functions the first page needs, and write xtask/first-load.txt, by which the page is made two parts",
        accepts: Accepts::NOTHING,
        run: first_load::run,
    },
    Task {
        name: "bench",
        usage: "[--figures] [--filter WORDS]",
        summary: "Run the benchmarks; with --figures only those that set native and browser side by side",
        accepts: Accepts { flags: &["--figures"], options: &["--filter"] },
        run: bench::run,
    },
    Task {
        name: "bench-page",
        usage: "",
        summary: "Measure the release page in headless Chromium: loading, main thread, frames, seeks, memory",
        accepts: Accepts::NOTHING,
        run: bench_page::run,
    },
    Task {
        name: "screenshots",
        usage: "",
        summary: "Photograph the named views in five sizes, light and dark, into target/screenshots",
        accepts: Accepts::NOTHING,
        run: screenshots::run,
    },
    Task {
        name: "clean-cache",
        usage: "",
        summary: "Remove the per-user cache of tools",
        accepts: Accepts::NOTHING,
        run: cache::run,
    },
    Task { name: "help", usage: "", summary: "Print this text", accepts: Accepts::NOTHING, run: |_| help() },
];

/// Runs the task that the words ask for.
pub(crate) fn dispatch(words: &[String]) -> Outcome {
    let Some((name, rest)) = words.split_first() else { return help() };
    if rest.iter().chain([name]).any(|word| word == "--help" || word == "-h") {
        return help();
    }
    let Some(task) = TASKS.iter().find(|task| task.name == name) else { return Err(unknown(name)) };
    (task.run)(&task.accepts.parse(rest)?)
}

fn unknown(name: &str) -> Failure {
    let hint = match nearest(name, TASKS.iter().map(|task| task.name)) {
        Some(near) => format!("did you mean {near}?"),
        None => "`cargo xtask --help` lists the tasks".to_owned(),
    };
    Failure::Usage(format!("unknown task {name}: {hint}"))
}

fn help() -> Outcome {
    println!("Usage: cargo xtask TASK\n\nTasks:");
    for task in &TASKS {
        println!("  {}\n      {}", format!("{} {}", task.name, task.usage).trim_end(), task.summary);
    }
    println!("\nStages of test: {}", test::stage_names().join(", "));
    println!(
        "\nTools are taken from PATH when the right version is there, else installed once per user in\n{}",
        paths::cache().display()
    );
    println!(
        "\nEnvironment: NETSPLIT_CACHE (that folder), NETSPLIT_CHROMIUM, CHROMEDRIVER and NETSPLIT_FIREFOX (browsers for tests)"
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_task_is_answered_with_the_nearest_one() {
        let words = ["sevre".to_owned()];
        let error = dispatch(&words).expect_err("there is no such task");
        assert_eq!(error.to_string(), "unknown task sevre: did you mean serve?");
        assert_eq!(error.exit_code(), 2);
    }

    #[test]
    fn names_are_unique() {
        let mut names: Vec<&str> = TASKS.iter().map(|task| task.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), TASKS.len());
    }
}
