//! Versions as `Cargo.lock` pins them.

use crate::paths;
use crate::report::{Failure, Outcome};
use std::fs;

/// The version of a package in the project's `Cargo.lock`.
pub(crate) fn version_of(package: &str) -> Outcome<String> {
    let file = paths::root().join("Cargo.lock");
    let text = fs::read_to_string(&file)
        .map_err(|error| Failure::Missing(format!("cannot read {}: {error}", file.display())))?;
    find(&text, package).ok_or_else(|| Failure::Missing(format!("{} has no package {package}", file.display())))
}

fn find(lock: &str, package: &str) -> Option<String> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name);
    lines.next()?;
    let version = lines.next()?.strip_prefix("version = \"")?;
    Some(version.trim_end_matches('"').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = "[[package]]\nname = \"wasm-bindgen-macro\"\nversion = \"0.1.0\"\n\n\
                        [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.129\"\nsource = \"r\"\n";

    #[test]
    fn the_exact_name_is_found_among_its_longer_cousins() {
        assert_eq!(find(LOCK, "wasm-bindgen").as_deref(), Some("0.2.129"));
        assert_eq!(find(LOCK, "wasm"), None);
    }
}
