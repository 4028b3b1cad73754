//! The author's form of scenarios: what is said of bad files, word for word; that every key and every variant can be
//! written; and that no input makes it panic. `UPDATE_GOLDEN=1 cargo test --features cli --test format` writes the
//! expected messages anew; whoever commits that has read them.
#![cfg(all(feature = "cli", not(target_arch = "wasm32")))]

#[path = "format/coverage.rs"]
mod coverage;
#[path = "format/hostile.rs"]
mod hostile;

use std::fs;
use std::path::{Path, PathBuf};

use netsplit::lesson::format;

fn fixtures() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/format");
    let entries = fs::read_dir(folder).expect("the folder of fixtures is there");
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("a folder entry can be read").path()).collect();
    files.retain(|path| path.extension().is_some_and(|ending| ending == "toml"));
    files.sort();
    files
}

fn said_of(path: &Path) -> String {
    let stem = path.file_stem().and_then(|stem| stem.to_str()).expect("a fixture's name is text");
    let source = fs::read(path).expect("a fixture can be read");
    match format::parse(&source, &format!("{stem}.toml"), Some(stem)) {
        Ok(_) => "good\n".to_owned(),
        Err(problems) => problems.to_string(),
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "a person asks for new files through the environment")]
fn every_message_is_as_written() {
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    let mut differing = Vec::new();
    for path in fixtures() {
        let (beside, said) = (path.with_extension("txt"), said_of(&path));
        if update {
            fs::write(&beside, &said).expect("an expected message can be written");
        } else if fs::read_to_string(&beside).unwrap_or_default() != said {
            differing.push(format!("{}:\n{said}", beside.display()));
        }
    }
    assert!(differing.is_empty(), "{}\nUPDATE_GOLDEN=1 rewrites; read what changed.", differing.join("\n"));
}

#[test]
fn problems_are_in_the_order_of_their_places() {
    for path in fixtures() {
        let source = fs::read(&path).expect("a fixture can be read");
        if let Err(problems) = format::parse(&source, "a.toml", None) {
            let places: Vec<(usize, usize)> = problems.all.iter().map(|it| (it.line, it.column)).collect();
            assert!(places.is_sorted(), "{}: {places:?}", path.display());
        }
    }
}
