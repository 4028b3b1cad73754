//! A source file as the rules see it: as it was written, and with everything that is no code blanked out.

/// One Rust file.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    /// Its path below the root, with slashes.
    pub(crate) path: String,
    /// As it was written.
    pub(crate) text: String,
    /// The same lines, with spaces for what stands in comments, strings and characters.
    pub(crate) code: String,
}

impl Source {
    pub(crate) fn new(path: &str, text: &str) -> Self {
        Self { path: path.replace('\\', "/"), text: text.to_owned(), code: blank_out(text) }
    }

    /// The lines of code with their numbers, from 1.
    pub(crate) fn code_lines(&self) -> impl Iterator<Item = (usize, &str)> {
        self.code.lines().enumerate().map(|(at, line)| (at + 1, line))
    }

    /// The top folder or file below `src`: the layer; none for what is elsewhere.
    pub(crate) fn layer(&self) -> Option<&str> {
        let below = self.path.strip_prefix("src/")?;
        let first = below.split('/').next().unwrap_or(below);
        Some(first.strip_suffix(".rs").unwrap_or(first))
    }
}

enum State {
    Code,
    LineComment,
    BlockComment(u32),
    Text { hashes: usize, raw: bool },
}

/// Spaces for everything but code; lines stay lines.
fn blank_out(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let mut state = State::Code;
    let mut at = 0;
    while at < letters.len() {
        let (next, width) = step(&letters[at..], &state, at.checked_sub(1).map(|before| letters[before]));
        let was_code = matches!(state, State::Code) && matches!(next, State::Code);
        for &letter in &letters[at..at + width] {
            let is_kept = letter == '\n' || (was_code && width == 1);
            out.push(if is_kept { letter } else { ' ' });
        }
        state = next;
        at += width;
    }
    out
}

/// What the letters ahead lead to, and how many of them belong to it.
fn step(ahead: &[char], state: &State, before: Option<char>) -> (State, usize) {
    let begins = |with: &str| with.chars().enumerate().all(|(at, letter)| ahead.get(at) == Some(&letter));
    match *state {
        State::Code if begins("//") => (State::LineComment, 2),
        State::Code if begins("/*") => (State::BlockComment(1), 2),
        State::Code if begins("\"") => (State::Text { hashes: 0, raw: false }, 1),
        State::Code if ahead[0] == 'r' && !before.is_some_and(is_word) => raw_text(ahead),
        State::Code if ahead[0] == '\'' => (State::Code, character_width(ahead)),
        State::Code => (State::Code, 1),
        State::LineComment if ahead[0] == '\n' => (State::Code, 1),
        State::LineComment => (State::LineComment, 1),
        State::BlockComment(depth) if begins("/*") => (State::BlockComment(depth + 1), 2),
        State::BlockComment(1) if begins("*/") => (State::Code, 2),
        State::BlockComment(depth) if begins("*/") => (State::BlockComment(depth - 1), 2),
        State::BlockComment(depth) => (State::BlockComment(depth), 1),
        State::Text { raw: false, .. } if ahead[0] == '\\' => {
            (State::Text { hashes: 0, raw: false }, 2.min(ahead.len()))
        }
        State::Text { hashes, raw } if ahead[0] == '"' => {
            let closes = ahead[1..].iter().take(hashes).filter(|&&letter| letter == '#').count() == hashes;
            if closes { (State::Code, 1 + hashes) } else { (State::Text { hashes, raw }, 1) }
        }
        State::Text { hashes, raw } => (State::Text { hashes, raw }, 1),
    }
}

fn is_word(letter: char) -> bool {
    letter.is_alphanumeric() || letter == '_'
}

/// `r"`, `r#"` and so on begin a raw text; anything else that begins with an r is a word.
fn raw_text(ahead: &[char]) -> (State, usize) {
    let hashes = ahead[1..].iter().take_while(|&&letter| letter == '#').count();
    match ahead.get(1 + hashes) {
        Some('"') => (State::Text { hashes, raw: true }, 2 + hashes),
        _ => (State::Code, 1),
    }
}

/// `'a'` and `'\n'` are characters; `'a` is a lifetime, of which only the quote is looked at.
fn character_width(ahead: &[char]) -> usize {
    let longest = ahead.len().min(12);
    match (ahead.get(1), ahead.get(2)) {
        (Some('\\'), _) => ahead[3..longest].iter().position(|&letter| letter == '\'').map_or(1, |at| at + 4),
        (Some(_), Some('\'')) => 3,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_code_is_left() {
        let code = |text: &str| blank_out(text).split_whitespace().collect::<Vec<_>>().join(" ");
        assert_eq!(code("let a = 1; // todo!()"), "let a = 1;");
        assert_eq!(code("a /* x /* y */ z */ b"), "a b");
        assert_eq!(code(r#"f("dbg!(", 'x', '"', "\"")"#), "f( , , , )");
        assert_eq!(code("r#\"a \" b\"# c"), "c");
        assert_eq!(code("fn f<'a>(x: &'a str) {}"), "fn f<'a>(x: &'a str) {}");
        assert_eq!(code("var\"x\""), "var");
    }

    #[test]
    fn lines_stay_lines() {
        let text = "a\n/* b\nc */\n\"d\ne\"\nf\n";
        assert_eq!(blank_out(text).lines().count(), text.lines().count());
    }

    #[test]
    fn a_layer_is_a_folder_or_a_file() {
        let layer = |path: &str| Source::new(path, "").layer().map(str::to_owned);
        assert_eq!(layer("src/sim/world/timers.rs").as_deref(), Some("sim"));
        assert_eq!(layer("src/sim.rs").as_deref(), Some("sim"));
        assert_eq!(layer("tests/tidy.rs"), None);
    }
}
