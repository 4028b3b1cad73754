//! Golden scripts: each file of `tests/golden` tells a story in prose, acts it out with commands, and holds the readable
//! conversation that came of it, in the manner of etcd's interaction tests. `UPDATE_GOLDEN=1 cargo test --test golden`
//! writes the files anew; whoever commits that has read every changed line and knows why it is true.

#![cfg(not(target_arch = "wasm32"))]

#[path = "support/golden/mod.rs"]
mod golden;

use std::path::{Path, PathBuf};

fn scripts() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let entries = std::fs::read_dir(&folder).expect("the folder of golden scripts is there");
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("a folder entry can be read").path()).collect();
    files.retain(|path| path.extension().is_some_and(|ending| ending == "txt"));
    files.sort();
    files
}

#[test]
#[expect(clippy::disallowed_methods, reason = "whether to write the files anew is asked of the environment")]
fn every_story_goes_as_written() {
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    let files = scripts();
    assert!(files.len() >= 22, "only {} golden scripts were found", files.len());
    let mut differing = Vec::new();
    for path in files {
        let written = std::fs::read_to_string(&path).expect("a golden script can be read");
        let acted = golden::act(&written).unwrap_or_else(|problem| panic!("{}: {problem}", path.display()));
        if acted == written {
            continue;
        }
        if update {
            std::fs::write(&path, &acted).expect("a golden script can be written");
        } else {
            differing.push(format!("{}:\n{}", path.display(), golden::first_difference(&written, &acted)));
        }
    }
    assert!(differing.is_empty(), "{}\nUPDATE_GOLDEN=1 rewrites; read what changed.", differing.join("\n"));
}

#[test]
fn a_story_that_went_otherwise_is_caught() {
    let script = "cluster nodes=3 seed=1\n----\n3 nodes, seed 1\n\nstatus\n----\nn1 leads for ever\n";
    let acted = golden::act(script).expect("the script is well formed");
    assert_ne!(acted, script);
    assert!(golden::first_difference(script, &acted).contains("n1 leads for ever"));
}

#[test]
fn a_command_that_is_none_is_named_with_its_line() {
    let problem = golden::act("# prose\n\nclustr nodes=3\n----\n").expect_err("there is no such command");
    assert_eq!(problem, "line 3, `clustr nodes=3`: there is no command `clustr`");
    let problem = golden::act("cluster nodes=3 seed=1\n----\n\ncrash n9\n----\n").expect_err("there is no n9");
    assert_eq!(problem, "line 4, `crash n9`: there is no node n9");
}
