//! The scenarios that come with the program: each reads, each claim of each holds with its own seed, and what is
//! generated from the format is what is committed. `UPDATE_GOLDEN=1 cargo test --features cli --test scenarios` writes
//! the generated files anew.
#![cfg(all(feature = "cli", not(target_arch = "wasm32")))]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use netsplit::lesson::{Literal, Predicate, Quantifier, Scenario, format};
use netsplit::session::run_scenario;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[expect(clippy::disallowed_methods, reason = "a person asks for new files through the environment")]
fn is_update() -> bool {
    std::env::var_os("UPDATE_GOLDEN").is_some()
}

fn sources() -> Vec<PathBuf> {
    let entries = fs::read_dir(root().join("assets/scenarios")).expect("the folder of scenarios is there");
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("a folder entry can be read").path()).collect();
    files.sort();
    files
}

fn scenarios() -> Vec<Scenario> {
    let read = |path: &PathBuf| {
        let stem = path.file_stem().and_then(|stem| stem.to_str()).expect("a scenario's name is text");
        let source = fs::read(path).expect("a scenario can be read");
        format::parse(&source, stem, Some(stem)).unwrap_or_else(|problems| panic!("{problems}"))
    };
    sources().iter().map(read).collect()
}

#[test]
fn every_claim_holds() {
    let mut failed = Vec::new();
    for scenario in scenarios() {
        let report = run_scenario(&scenario, scenario.seed, scenario.until, |_| true);
        let wrong = report.claims.iter().filter(|claim| !claim.holds);
        failed.extend(wrong.map(|claim| format!("{}: {}", scenario.id, claim.name)));
        let broken = report.broken.iter().filter(|broken| !report.is_claimed(broken));
        failed.extend(broken.map(|broken| format!("{}: {}: {}", scenario.id, broken.invariant, broken.seen)));
        failed.extend(report.halted.map(|halt| format!("{}: {halt}", scenario.id)));
    }
    assert!(failed.is_empty(), "these do not hold:\n{}", failed.join("\n"));
}

#[test]
fn no_scenario_is_without_claims_and_no_claim_is_idle() {
    let all = scenarios();
    assert!(all.len() >= 8, "only {} scenarios", all.len());
    let mut used = Vec::new();
    for scenario in &all {
        let quantifiers: Vec<Quantifier> = scenario.claims.iter().map(|claim| claim.quantifier).collect();
        let happens = |quantifier| matches!(quantifier, Quantifier::Sometimes | Quantifier::Eventually);
        assert!(quantifiers.iter().copied().any(happens), "{}: nothing is claimed to happen", scenario.id);
        used.extend(quantifiers);
    }
    for quantifier in [Quantifier::Always, Quantifier::Sometimes, Quantifier::Eventually, Quantifier::Never] {
        assert!(used.contains(&quantifier), "no claim says {quantifier:?}");
    }
}

#[test]
fn a_claim_that_is_turned_round_fails() {
    for mut scenario in scenarios() {
        for claim in &mut scenario.claims {
            claim.quantifier = match claim.quantifier {
                Quantifier::Always | Quantifier::Sometimes => Quantifier::Never,
                Quantifier::Never => Quantifier::Sometimes,
                Quantifier::Eventually => {
                    claim.predicate = opposite(&claim.predicate);
                    Quantifier::Eventually
                }
            };
        }
        let report = run_scenario(&scenario, scenario.seed, scenario.until, |_| true);
        let held: Vec<_> = report.claims.iter().filter(|claim| claim.holds).map(|claim| &claim.name).collect();
        assert!(held.is_empty(), "{}: the opposite of these holds as well: {held:?}", scenario.id);
    }
}

fn opposite(predicate: &Predicate) -> Predicate {
    let turned = |literals: &[Literal]| {
        literals.iter().map(|literal| Literal { holds: !literal.holds, fact: literal.fact.clone() }).collect()
    };
    match predicate {
        Predicate::All(literals) => Predicate::Any(turned(literals)),
        Predicate::Any(literals) => Predicate::All(turned(literals)),
    }
}

#[test]
fn titles_and_ids_are_unlike_each_other() {
    let all = scenarios();
    let titles: BTreeSet<&str> = all.iter().map(|scenario| scenario.title.as_str()).collect();
    assert_eq!(titles.len(), all.len());
    for scenario in &all {
        assert!(scenario.summary.ends_with('.'), "{}: a summary is made of sentences", scenario.id);
    }
}

#[test]
fn the_schema_is_current() {
    keep(&root().join("assets/scenario.schema.json"), &format::schema());
}

#[test]
fn the_documentation_is_current() {
    const BEGIN: &str = "<!-- generated from here: UPDATE_GOLDEN=1 cargo test --features cli --test scenarios -->\n";
    let path = root().join("docs/scenarios.md");
    let text = fs::read_to_string(&path).expect("the documentation can be read");
    let (by_hand, _) = text.split_once(BEGIN).expect("the documentation has its generated part");
    keep(&path, &format!("{by_hand}{BEGIN}\n{}", format::tables()));
}

/// Compares a committed file with what it should be, or writes it.
fn keep(path: &Path, expected: &str) {
    if is_update() {
        fs::write(path, expected).expect("a generated file can be written");
        return;
    }
    let committed = fs::read_to_string(path).unwrap_or_default();
    assert!(committed == expected, "{} is not current: UPDATE_GOLDEN=1 rewrites it", path.display());
}

#[test]
fn the_compiled_scenarios_are_current() {
    let folder = root().join("assets/compiled");
    let out = Path::new(env!("CARGO_TARGET_TMPDIR")).join("compiled");
    let _ = fs::remove_dir_all(&out);
    let mut netsplit = std::process::Command::new(env!("CARGO_BIN_EXE_netsplit"));
    let run = netsplit.args(["scenario", "build"]).args(sources()).arg("--out").arg(&out).output();
    assert!(run.expect("the command line runs").status.success());
    let read = |folder: &Path| -> Vec<(String, Vec<u8>)> {
        let entries = fs::read_dir(folder).expect("the folder can be read");
        let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry can be read").path()).collect();
        files.retain(|file| file.extension().is_some_and(|extension| extension == "json" || extension == "bin"));
        files.sort();
        let bytes = |file: &PathBuf| fs::read(file).expect("a compiled scenario can be read");
        files
            .iter()
            .map(|file| (file.file_name().expect("a file").to_string_lossy().into_owned(), bytes(file)))
            .collect()
    };
    if is_update() {
        fs::create_dir_all(&folder).expect("the folder can be made");
        for (name, bytes) in read(&out) {
            fs::write(folder.join(name), bytes).expect("a compiled scenario can be written");
        }
    }
    assert!(read(&folder) == read(&out), "assets/compiled is out of date: UPDATE_GOLDEN=1 writes it anew");
}
