//! Files and functions that fit a head, and files that say what they own.

use super::source::Source;

/// No file is longer.
pub(crate) const FILE_LINES: usize = 500;
/// No function is longer, from its `fn` to its closing brace.
pub(crate) const FUNCTION_LINES: usize = 70;

pub(crate) fn file_is_short(source: &Source) -> Vec<(usize, String)> {
    let lines = source.text.lines().count();
    let problem = format!("the file has {lines} lines, and {FILE_LINES} is the most");
    (lines > FILE_LINES).then_some((lines, problem)).into_iter().collect()
}

pub(crate) fn functions_are_short(source: &Source) -> Vec<(usize, String)> {
    let long = |(name, first, lines): (String, usize, usize)| {
        let problem = format!("`{name}` has {lines} lines, and {FUNCTION_LINES} is the most");
        (lines > FUNCTION_LINES).then_some((first, problem))
    };
    functions(source).into_iter().filter_map(long).collect()
}

/// Name, first line and number of lines of each function that has a body.
fn functions(source: &Source) -> Vec<(String, usize, usize)> {
    let mut found = Vec::new();
    let mut open: Vec<(String, usize, u32)> = Vec::new();
    let mut named: Option<(String, usize)> = None;
    let (mut depth, mut brackets) = (0_u32, 0_i32);
    for (number, line) in source.code_lines() {
        named = function_name(line).map(|name| (name, number)).or(named);
        for letter in line.chars() {
            match letter {
                '{' => {
                    depth += 1;
                    open.extend(named.take().map(|(name, first)| (name, first, depth)));
                }
                '}' => {
                    if let Some((name, first, _)) = open.pop_if(|(_, _, at)| *at == depth) {
                        found.push((name, first, number + 1 - first));
                    }
                    depth = depth.saturating_sub(1);
                }
                '(' | '[' => brackets += 1,
                ')' | ']' => brackets -= 1,
                // A declaration without a body ends here; `[u8; 4]` among the parameters does not end it.
                ';' if brackets == 0 => named = None,
                _ => {}
            }
        }
    }
    found
}

/// The name after `fn`, if the line begins a function.
fn function_name(line: &str) -> Option<String> {
    let at = line.find("fn ").filter(|&at| at == 0 || line[..at].ends_with(' '))?;
    let name: String = line[at + 3..].chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect();
    (!name.is_empty()).then_some(name)
}

pub(crate) fn opens_with_what_it_owns(source: &Source) -> Vec<(usize, String)> {
    let is_said = source.text.starts_with("//! ");
    let problem = "the first line must be `//!` and say what the file owns".to_owned();
    (!is_said).then_some((1, problem)).into_iter().collect()
}

/// Files below `src` that no `mod` line leads to: nobody compiles them.
pub(crate) fn files_that_no_module_names(sources: &[Source]) -> Vec<String> {
    let is_root = |path: &str| matches!(path, "src/lib.rs" | "src/main.rs" | "src/cli/main.rs");
    let is_named = |source: &Source| {
        let stem = source.path.trim_end_matches(".rs").trim_end_matches("/mod");
        let (folder, name) = stem.rsplit_once('/').unwrap_or(("", stem));
        let parents = [
            format!("{folder}.rs"),
            format!("{folder}/mod.rs"),
            format!("{folder}/lib.rs"),
            format!("{folder}/main.rs"),
        ];
        let line = format!("mod {name};");
        sources.iter().filter(|other| parents.contains(&other.path)).any(|parent| parent.code.contains(&line))
    };
    let below = sources.iter().filter(|source| source.path.starts_with("src/") && !is_root(&source.path));
    below.filter(|source| !is_named(source)).map(|source| source.path.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::super::found;
    use super::*;

    fn function_of(lines: usize) -> String {
        format!("fn long() {{\n{}}}\n", "    step();\n".repeat(lines - 2))
    }

    #[test]
    fn a_long_function_is_caught() {
        assert_eq!(
            found(functions_are_short, "src/a.rs", &function_of(71)),
            ["src/a.rs:1: `long` has 71 lines, and 70 is the most"]
        );
        assert!(found(functions_are_short, "src/a.rs", &function_of(70)).is_empty());
        let method = format!("impl A {{\n    fn short(&self) -> bool;\n{}}}\n", function_of(80));
        assert_eq!(found(functions_are_short, "src/a.rs", &method).len(), 1);
    }

    #[test]
    fn functions_are_measured_apart() {
        let text = format!("{}{}", function_of(40), function_of(40));
        assert!(found(functions_are_short, "src/a.rs", &text).is_empty());
        let of_many_lines = "fn f(\n    a: [u8; 4],\n    b: u8,\n) -> u8 {\n    b\n}\n";
        assert_eq!(functions(&Source::new("src/a.rs", of_many_lines)), [("f".to_owned(), 1, 6)]);
    }

    #[test]
    fn a_long_file_is_caught() {
        assert_eq!(found(file_is_short, "src/a.rs", &"a\n".repeat(501)).len(), 1);
        assert!(found(file_is_short, "src/a.rs", &"a\n".repeat(500)).is_empty());
    }

    #[test]
    fn a_file_that_does_not_say_what_it_owns_is_caught() {
        assert_eq!(found(opens_with_what_it_owns, "src/a.rs", "use b;\n").len(), 1);
        assert_eq!(found(opens_with_what_it_owns, "src/a.rs", "//!\n").len(), 1);
        assert!(found(opens_with_what_it_owns, "src/a.rs", "//! Owns a.\n").is_empty());
    }

    #[test]
    fn a_dead_file_is_caught() {
        let all = ["src/lib.rs", "src/a.rs", "src/a/b.rs", "src/a/c.rs", "tests/x.rs"];
        let text = |path: &str| match path {
            "src/lib.rs" => "pub mod a;",
            "src/a.rs" => "mod b;",
            _ => "",
        };
        let sources: Vec<Source> = all.iter().map(|path| Source::new(path, text(path))).collect();
        assert_eq!(files_that_no_module_names(&sources), ["src/a/c.rs"]);
    }
}
