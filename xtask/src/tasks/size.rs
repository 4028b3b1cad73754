//! The size budget: the bytes of the page's first load, compressed as a plain host would.
//!
//! The first load is what is asked for until the stage moves. The rest of the program comes after that and is printed apart;
//! that nothing asks for it earlier is a test of the browser stage.

use crate::args::Args;
use crate::digest::{self, Sizes};
use crate::paths;
use crate::report::{self, Failure, Outcome};
use std::fs;
use std::path::{Path, PathBuf};

/// The committed figure, in bytes after gzip.
fn budget_file() -> PathBuf {
    paths::root().join("xtask/size-budget.txt")
}

/// The task `size`: holds `dist/` against the budget, or with `--accept` writes a new one with
/// 3 % of air, so that a rounding of the compiler does not fail a build.
pub(super) fn run(args: &Args) -> Outcome {
    let sizes = measure(&paths::dist())?;
    if args.has("--accept") {
        let total = gzip(&sizes.first);
        let budget = (total + total * 3 / 100).next_multiple_of(1000);
        let text =
            format!("# Bytes of the first load after gzip; `cargo xtask size --accept` writes this file.\n{budget}\n");
        fs::write(budget_file(), text).map_err(|error| Failure::Step(format!("cannot write the budget: {error}")))?;
    }
    print(&sizes);
    hold(&sizes.first)
}

/// Fails when the first load is above the budget.
pub(super) fn check() -> Outcome {
    hold(&measure(&paths::dist())?.first)
}

/// The files of a page in the order in which a browser asks for them.
pub(super) struct Page {
    /// Until the stage moves.
    first: Vec<Sizes>,
    /// After that.
    rest: Vec<Sizes>,
}

/// Measures what a browser loads of the page itself: all but scenarios and lessons.
pub(super) fn measure(dist: &Path) -> Outcome<Page> {
    let missing =
        |error: std::io::Error| Failure::Missing(format!("{}: {error}; run `cargo xtask build` first", dist.display()));
    let mut files = Vec::new();
    for entry in fs::read_dir(dist).map_err(missing)? {
        let file = entry.map_err(missing)?.path();
        let loaded =
            file.extension().is_some_and(|ext| ["html", "js", "css", "wasm", "svg"].iter().any(|known| ext == *known));
        if loaded {
            files.push(file);
        }
    }
    files.sort();
    let (rest, first) = digest::sizes(&files)?.into_iter().partition(|size| is_rest(&size.file));
    Ok(Page { first, rest })
}

/// Whether a file is the second part of the program.
fn is_rest(file: &Path) -> bool {
    file.file_name().is_some_and(|name| name.to_string_lossy().starts_with("netsplit-rest-"))
}

/// Prints a line a file and the totals.
pub(super) fn print(page: &Page) {
    table("first load, bytes", &page.first);
    table("afterwards, in the background", &page.rest);
}

fn table(title: &str, sizes: &[Sizes]) {
    println!("\n{title:<48} {:>10} {:>10} {:>10}", "raw", "gzip", "brotli");
    let line = |name: &str, raw, gzip, brotli| {
        println!("{name:<48} {:>10} {:>10} {:>10}", report::bytes(raw), report::bytes(gzip), report::bytes(brotli));
    };
    for size in sizes {
        let name = size.file.file_name().unwrap_or_default().to_string_lossy();
        line(&name, size.raw, size.gzip, size.brotli);
    }
    let sum = |field: fn(&Sizes) -> u64| sizes.iter().map(field).sum::<u64>();
    line("total", sum(|size| size.raw), gzip(sizes), sum(|size| size.brotli));
}

fn gzip(sizes: &[Sizes]) -> u64 {
    sizes.iter().map(|size| size.gzip).sum()
}

fn hold(sizes: &[Sizes]) -> Outcome {
    let file = budget_file();
    let text = fs::read_to_string(&file).map_err(|error| Failure::Missing(format!("{}: {error}", file.display())))?;
    let budget = read_budget(&text).ok_or_else(|| Failure::Step(format!("{}: no number in it", file.display())))?;
    let total = gzip(sizes);
    let told = format!("first load {} bytes after gzip, budget {}", report::bytes(total), report::bytes(budget));
    if total > budget {
        let way = "make it smaller, or raise the budget with `cargo xtask size --accept` and say why in the commit";
        return Err(Failure::Step(format!("{told}: over by {}; {way}", report::bytes(total - budget))));
    }
    report::note(told);
    Ok(())
}

fn read_budget(text: &str) -> Option<u64> {
    text.lines().find(|line| !line.starts_with('#'))?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page(gzip: u64) -> Vec<Sizes> {
        vec![Sizes { file: PathBuf::from("a.wasm"), raw: gzip * 3, gzip, brotli: gzip }]
    }

    #[test]
    fn the_budget_is_the_first_line_that_is_no_comment() {
        assert_eq!(read_budget("# why\n123000\n"), Some(123_000));
        assert_eq!(read_budget("# why\n"), None);
    }

    #[test]
    fn only_the_second_part_of_the_program_comes_afterwards() {
        assert!(is_rest(Path::new("dist/netsplit-rest-0123.wasm")));
        assert!(!is_rest(Path::new("dist/netsplit-page-0123_bg.wasm")));
        assert!(!is_rest(Path::new("netsplit-rest-0123.wasm/index.html")));
    }

    #[test]
    fn a_page_over_the_committed_budget_fails() {
        assert!(hold(&page(1)).is_ok());
        let error = hold(&page(1_000_000_000)).expect_err("no page may be that large");
        assert!(error.to_string().contains("over by"));
    }
}
