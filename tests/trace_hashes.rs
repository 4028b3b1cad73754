//! Same seed, same trace, everywhere: these runs have the hashes that are committed, and `tests/web.rs` asks the same of
//! a browser. `UPDATE_GOLDEN=1 cargo test --test trace_hashes` writes the hashes anew, which is right only when what a
//! run means was changed on purpose.
#![cfg(not(target_arch = "wasm32"))]

#[path = "support/trace_hashes.rs"]
mod trace_hashes;

use std::path::Path;
use trace_hashes::{EXPECTED, line, runs, straight, wandering};

#[test]
#[expect(clippy::disallowed_methods, reason = "a person asks for new hashes through the environment")]
fn runs_have_the_committed_hashes() {
    let lines: Vec<String> = runs().iter().map(|run| line(run, straight(run))).collect();
    let found = lines.join("\n") + "\n";
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/trace-hashes.tsv");
        std::fs::write(file, found).expect("the file of hashes can be written");
        return;
    }
    assert_eq!(found, EXPECTED, "hashes changed; UPDATE_GOLDEN=1 rewrites them if that was meant");
}

#[test]
fn slices_and_jumps_change_nothing() {
    for run in runs() {
        assert_eq!(wandering(&run), straight(&run), "{} with seed {}", run.name, run.seed);
    }
}

#[test]
fn seeds_give_different_runs() {
    let mut hashes: Vec<u64> = runs().iter().map(straight).collect();
    let count = hashes.len();
    hashes.sort_unstable();
    hashes.dedup();
    assert_eq!(hashes.len(), count);
}
