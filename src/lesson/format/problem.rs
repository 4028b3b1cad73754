//! What is wrong with a file, and how that is shown: place, source line, caret, nearest name. Knows nothing of what the
//! file means.

use std::fmt;
use std::ops::Range;

/// One thing that is wrong, by its place in the source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Problem {
    pub(super) span: Range<usize>,
    pub(super) message: String,
    pub(super) help: Option<String>,
}

/// One thing that is wrong, ready to be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1, in characters.
    pub column: usize,
    /// What is wrong.
    pub message: String,
    /// What may help, such as the nearest name.
    pub help: Option<String>,
    excerpt: Excerpt,
}

/// Everything that is wrong with one file, by place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problems {
    /// The file, as it is named in messages.
    pub file: String,
    /// The problems, in the order of their places.
    pub all: Vec<Diagnostic>,
}

/// More are not shown: a file of nonsense must not fill the screen.
const SHOWN_MAX: usize = 50;
/// A longer source line is shown in part.
const EXCERPT_CHARS: usize = 100;

impl Problems {
    pub(super) fn new(file: &str, source: &str, mut problems: Vec<Problem>) -> Self {
        problems.sort_by_key(|problem| (problem.span.start, problem.span.end));
        problems.dedup();
        let starts = line_starts(source);
        let locate = |problem: Problem| Diagnostic::locate(source, &starts, problem);
        Self { file: file.to_owned(), all: problems.into_iter().map(locate).collect() }
    }
}

impl std::error::Error for Problems {}

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, problem) in self.all.iter().take(SHOWN_MAX).enumerate() {
            let blank = if at > 0 { "\n" } else { "" };
            writeln!(f, "{blank}{}:{}:{}: {}", self.file, problem.line, problem.column, problem.message)?;
            problem.excerpt.show(problem.line, f)?;
            if let Some(help) = &problem.help {
                let gutter = problem.line.to_string().len();
                writeln!(f, "{:gutter$} = {help}", "")?;
            }
        }
        match self.all.len().saturating_sub(SHOWN_MAX) {
            0 => Ok(()),
            more => writeln!(f, "\n{}: and {more} more", self.file),
        }
    }
}

fn line_starts(source: &str) -> Vec<usize> {
    std::iter::once(0).chain(source.match_indices('\n').map(|(at, _)| at + 1)).collect()
}

impl Diagnostic {
    fn locate(source: &str, starts: &[usize], problem: Problem) -> Self {
        let start = on_boundary(source, problem.span.start);
        let line = starts.partition_point(|&line| line <= start) - 1;
        let text = source[starts[line]..].lines().next().unwrap_or("");
        let text_end = starts[line] + text.len();
        let before = &source[starts[line]..start.min(text_end)];
        let end = on_boundary(source, problem.span.end).clamp(start.min(text_end), text_end);
        let marked = source[start.min(text_end)..end].chars().count();
        let column = before.chars().count();
        Self {
            line: line + 1,
            column: column + 1,
            message: problem.message,
            help: problem.help,
            excerpt: Excerpt::new(text, column, marked),
        }
    }
}

/// The nearest place at or before this one that does not split a character.
fn on_boundary(source: &str, at: usize) -> usize {
    let mut at = at.min(source.len());
    while !source.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// The part of a source line that is shown, and what is marked in it, counted in characters.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Excerpt {
    text: String,
    caret: usize,
    carets: usize,
}

impl Excerpt {
    fn new(line: &str, column: usize, marked: usize) -> Self {
        let length = line.chars().count();
        // A line that is too long is cut so that the caret is in view, with what comes after it where there is room.
        let least = (column + 1).saturating_sub(EXCERPT_CHARS);
        let skipped = column.saturating_sub(EXCERPT_CHARS / 2).min(length.saturating_sub(EXCERPT_CHARS)).max(least);
        let (before, after) = (skipped > 0, length > skipped + EXCERPT_CHARS);
        let shown: String = line.chars().skip(skipped).take(EXCERPT_CHARS).map(printable).collect();
        let carets = marked.clamp(1, EXCERPT_CHARS - (column - skipped));
        let (head, tail) = (if before { "... " } else { "" }, if after { " ..." } else { "" });
        Self { text: format!("{head}{shown}{tail}"), caret: column - skipped + head.len(), carets }
    }

    fn show(&self, line: usize, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let gutter = line.to_string().len();
        writeln!(f, "{:gutter$} |", "")?;
        writeln!(f, "{line} | {}", self.text.trim_end())?;
        writeln!(f, "{:gutter$} | {:caret$}{}", "", "", "^".repeat(self.carets), caret = self.caret)
    }
}

/// Tabs would shift the caret, and control characters of a hostile file would reach the terminal.
fn printable(character: char) -> char {
    match character {
        '\t' => ' ',
        character if character.is_control() => '\u{FFFD}',
        character => character,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(source: &str, span: Range<usize>) -> String {
        let problem = Problem { span, message: "wrong".to_owned(), help: Some("right".to_owned()) };
        Problems::new("a.toml", source, vec![problem]).to_string()
    }

    #[test]
    fn a_problem_shows_its_line_and_a_caret_under_it() {
        let expected = "a.toml:2:5: wrong\n  |\n2 | b = 22\n  |     ^^\n  = right\n";
        assert_eq!(shown("a = 1\nb = 22\n", 10..12), expected);
    }

    #[test]
    fn columns_count_characters_and_spans_end_with_their_line() {
        assert!(shown("é = \"x\"\n", 5..8).starts_with("a.toml:1:5: wrong\n  |\n1 | é = \"x\"\n  |     ^^^\n"));
        assert!(shown("a = [\n1]\n", 4..8).contains("1 | a = [\n  |     ^\n"));
    }

    #[test]
    fn any_place_can_be_shown() {
        for source in ["", "\n", "é", "a\r\n\tb\u{7}", &"x".repeat(500)] {
            for start in 0..=source.len() + 2 {
                for end in start..=(start + 3) {
                    assert!(shown(source, start..end).contains("wrong"));
                }
            }
        }
    }
}
