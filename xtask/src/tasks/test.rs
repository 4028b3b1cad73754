//! Everything that must pass before a change lands, in stages.

use super::{browser_test, build, lint, size, web_test};
use crate::args::Args;
use crate::cargo::{self, NATIVE, cargo};
use crate::nearest::nearest;
use crate::report::{Failure, Outcome};
use crate::stage::{Count, Stages};
use crate::tools::{self, Need, Toolbox};

/// One stage: its name, what it needs, what it needs another stage for, and what it does.
struct Stage {
    name: &'static str,
    needs: &'static [Need],
    after: Option<&'static str>,
    run: fn(&Toolbox, &mut Count) -> Outcome,
}

/// Quick ones first, so that a slip is told soon; the page before what looks at it.
const STAGES: [Stage; 8] = [
    Stage { name: "format", needs: &[], after: None, run: |_, count| one(count, lint::format_check()) },
    Stage { name: "lint", needs: &[Need::WasmTarget], after: None, run: |_, count| one(count, lint::check()) },
    Stage { name: "docs", needs: &[], after: None, run: |_, count| one(count, lint::docs()) },
    Stage { name: "native", needs: &[], after: None, run: |_, count| native(count) },
    Stage { name: "wasm", needs: &web_test::NEEDS, after: None, run: web_test::check },
    Stage { name: "page", needs: &build::NEEDS, after: None, run: |tools, count| one(count, build::page(tools)) },
    Stage { name: "size", needs: &[Need::Node], after: Some("page"), run: |_, count| one(count, size::check()) },
    Stage {
        name: "browser",
        needs: &browser_test::NEEDS,
        after: Some("page"),
        run: |_, count| browser_test::check(&[], count),
    },
];

/// The names of the stages, in their order.
pub(super) fn stage_names() -> Vec<&'static str> {
    STAGES.iter().map(|stage| stage.name).collect()
}

/// The task `test`.
pub(super) fn run(args: &Args) -> Outcome {
    let chosen = choose(&args.all("--only"), &args.all("--skip"))?;
    let mut stages = Stages::default();
    let needs: Vec<Need> = chosen.iter().flat_map(|stage| stage.needs).copied().collect();
    let mut tools = Toolbox::default();
    stages.run("set-up", |_| {
        tools = tools::ensure(&needs, None)?;
        Ok(())
    });
    let mut failed = Vec::new();
    for stage in chosen {
        let blocked = stage.after.is_some_and(|name| failed.contains(&name));
        let passed = stages.run(stage.name, |count| match stage.after {
            Some(name) if blocked => Err(Failure::Step(format!("not run, since {name} failed"))),
            _ => (stage.run)(&tools, count),
        });
        if !passed {
            failed.push(stage.name);
        }
    }
    stages.close()
}

/// Counts a stage that is one check.
fn one(count: &mut Count, outcome: Outcome) -> Outcome {
    if outcome.is_ok() {
        count.add(Count::ONE);
    }
    outcome
}

/// The core's and the command line's tests, then this tool's own.
fn native(count: &mut Count) -> Outcome {
    let core = cargo::test(&mut cargo(["test", "--no-fail-fast"].into_iter().chain(NATIVE)), count);
    let own = cargo::test(&mut cargo(["test", "--package", "xtask"]), count);
    core.and(own)
}

fn choose(only: &[&str], skip: &[&str]) -> Outcome<Vec<&'static Stage>> {
    for name in only.iter().chain(skip) {
        if !stage_names().contains(name) {
            let hint = nearest(name, stage_names())
                .map_or_else(|| stage_names().join(", "), |near| format!("did you mean {near}?"));
            return Err(Failure::Usage(format!("unknown stage {name}: {hint}")));
        }
    }
    let wanted = |stage: &&Stage| (only.is_empty() || only.contains(&stage.name)) && !skip.contains(&stage.name);
    Ok(STAGES.iter().filter(wanted).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(only: &[&str], skip: &[&str]) -> Vec<&'static str> {
        choose(only, skip).expect("these stages exist").iter().map(|stage| stage.name).collect()
    }

    #[test]
    fn stages_are_chosen_by_name_and_keep_their_order() {
        assert_eq!(names(&["native", "format"], &[]), ["format", "native"]);
        assert!(!names(&[], &["browser"]).contains(&"browser"));
        assert_eq!(names(&[], &[]).len(), STAGES.len());
    }

    #[test]
    fn an_unknown_stage_is_answered_with_the_nearest_one() {
        let error = choose(&["brwser"], &[]).map(|_| ()).expect_err("there is no such stage");
        assert_eq!(error.to_string(), "unknown stage brwser: did you mean browser?");
    }
}
