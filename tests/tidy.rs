//! Rules that are enforced by a test and not by review: which layer may use which, how long files and functions are, and
//! what must not be written at all. Each rule is a function over one file's text, and is itself tested with a text that
//! breaks it.
#![cfg(not(target_arch = "wasm32"))]

#[path = "support/tidy/mod.rs"]
mod tidy;

use std::path::{Path, PathBuf};
use tidy::source::Source;
use tidy::{broken_in, layers, shape, words};

/// Every Rust file of the product, its tests and its tasks, in the order of their names.
fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut files = Vec::new();
    for folder in ["src", "tests", "xtask/src", "benches", "examples"] {
        collect(&root.join(folder), &mut files);
    }
    files.sort();
    let named = |path: &PathBuf| path.strip_prefix(root).expect("the file is below the root").display().to_string();
    let read = |path: &PathBuf| std::fs::read_to_string(path).expect("a source file can be read");
    files.iter().map(|path| Source::new(&named(path), &read(path))).collect()
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries {
        let path = entry.expect("a folder entry can be read").path();
        if path.is_dir() && !path.ends_with("node_modules") {
            collect(&path, files);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            files.push(path);
        }
    }
}

fn check(rules: &[tidy::Rule]) {
    let sources = sources();
    assert!(sources.len() > 40, "only {} source files were found", sources.len());
    let broken: Vec<String> = sources.iter().flat_map(|source| broken_in(source, rules)).collect();
    assert!(broken.is_empty(), "\n{}\n", broken.join("\n"));
}

#[test]
fn layers_use_only_what_is_below_them() {
    check(&[layers::uses_only_lower_layers, layers::keeps_the_browser_out, layers::keeps_protocols_out_of_the_kernel]);
}

#[test]
fn files_and_functions_are_short_and_say_what_they_own() {
    check(&[shape::file_is_short, shape::functions_are_short, shape::opens_with_what_it_owns]);
}

#[test]
fn nothing_is_left_undone() {
    check(&[words::nothing_is_left_undone]);
}

#[test]
fn the_core_has_no_ambient_order_or_time() {
    check(&[words::core_is_deterministic]);
}

#[test]
fn every_file_is_part_of_the_crate() {
    let sources = sources();
    let dead = shape::files_that_no_module_names(&sources);
    assert!(dead.is_empty(), "no `mod` line names {dead:?}");
}
