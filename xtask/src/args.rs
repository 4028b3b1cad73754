//! The words of a command line: flags, options with a value, and clear errors for the rest.

use crate::nearest::nearest;
use crate::report::{Failure, Outcome};

/// What a task accepts.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Accepts {
    /// Flags without a value, such as `--open`.
    pub(crate) flags: &'static [&'static str],
    /// Options with a value, such as `--port N`.
    pub(crate) options: &'static [&'static str],
}

/// The words of one call, sorted.
#[derive(Debug, Default)]
pub(crate) struct Args {
    flags: Vec<String>,
    options: Vec<(String, String)>,
}

impl Accepts {
    /// Nothing at all.
    pub(crate) const NOTHING: Accepts = Accepts { flags: &[], options: &[] };

    /// Sorts the words; `--name=value` is the same as `--name value`.
    pub(crate) fn parse(self, words: &[String]) -> Outcome<Args> {
        let mut args = Args::default();
        let mut words = words.iter();
        while let Some(word) = words.next() {
            let (name, inline) = match word.split_once('=') {
                Some((name, value)) => (name, Some(value.to_owned())),
                None => (word.as_str(), None),
            };
            if self.flags.contains(&name) && inline.is_none() {
                args.flags.push(name.to_owned());
            } else if self.options.contains(&name) {
                let value = inline.or_else(|| words.next().cloned());
                let value = value.ok_or_else(|| Failure::Usage(format!("{name} needs a value")))?;
                args.options.push((name.to_owned(), value));
            } else {
                return Err(self.unknown(word));
            }
        }
        Ok(args)
    }

    fn unknown(self, word: &str) -> Failure {
        let known: Vec<&str> = self.flags.iter().chain(self.options).copied().collect();
        let hint = match nearest(word, known.iter().copied()) {
            Some(name) => format!("did you mean {name}?"),
            None if known.is_empty() => "this task takes no arguments".to_owned(),
            None => format!("this task takes {}", known.join(", ")),
        };
        Failure::Usage(format!("unknown argument {word}: {hint}"))
    }
}

impl Args {
    /// Whether a flag was given.
    pub(crate) fn has(&self, flag: &str) -> bool {
        self.flags.iter().any(|given| given == flag)
    }

    /// Every value of an option, in order.
    pub(crate) fn all(&self, option: &str) -> Vec<&str> {
        self.options.iter().filter(|(name, _)| name == option).map(|(_, value)| value.as_str()).collect()
    }

    /// The last value of an option.
    pub(crate) fn last(&self, option: &str) -> Option<&str> {
        self.all(option).last().copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SERVE: Accepts = Accepts { flags: &["--open", "--release"], options: &["--port"] };

    fn parse(line: &str) -> Outcome<Args> {
        let words: Vec<String> = line.split_whitespace().map(str::to_owned).collect();
        SERVE.parse(&words)
    }

    #[test]
    fn both_spellings_of_an_option_are_read_and_the_last_one_holds() {
        let args = parse("--port 1 --open --port=2").expect("these words are fine");
        assert_eq!(args.all("--port"), ["1", "2"]);
        assert_eq!(args.last("--port"), Some("2"));
        assert!(args.has("--open") && !args.has("--release"));
    }

    #[test]
    fn errors_name_the_nearest_argument() {
        let told = |line| parse(line).expect_err("these words are wrong").to_string();
        assert_eq!(told("--prot 1"), "unknown argument --prot: did you mean --port?");
        assert_eq!(told("--port"), "--port needs a value");
        assert!(told("everything").contains("--open, --release, --port"));
    }
}
