//! Flags, numbers, shares, texts and words.

use std::fmt::Display;
use std::ops::Range;
use toml::de::DeValue;

use super::decimal::{self, NotDecimal};
use crate::lesson::format::form::{Item, Kind};
use crate::lesson::format::nearest::help;
use crate::lesson::format::reader::Reader;
use crate::lesson::format::sketch::{Guide, Sketch};

/// `true` or `false`.
pub(in crate::lesson::format) struct Flag;

impl Kind for Flag {
    type Value = bool;

    fn read(&self, item: &Item<'_>, reader: &mut Reader) -> Option<bool> {
        let flag = item.get_ref().as_bool();
        if flag.is_none() {
            reader.expect(item, "this is `true` or `false`");
        }
        flag
    }

    fn sketch(&self, _: &mut Guide) -> Sketch {
        Sketch::Flag
    }

    fn show(&self, flag: &bool) -> String {
        flag.to_string()
    }
}

/// Only `true`: what the key says needs no value, and TOML wants one.
pub(in crate::lesson::format) struct Yes;

impl Kind for Yes {
    type Value = ();

    fn read(&self, item: &Item<'_>, reader: &mut Reader) -> Option<()> {
        if item.get_ref().as_bool() == Some(true) {
            return Some(());
        }
        reader.problem(item.span(), "this can only be `true`; leave the key out otherwise");
        None
    }

    fn sketch(&self, _: &mut Guide) -> Sketch {
        Sketch::Yes
    }
}

/// A whole number within bounds.
#[derive(Clone, Copy)]
pub(in crate::lesson::format) struct Whole<T> {
    pub(in crate::lesson::format) min: T,
    pub(in crate::lesson::format) max: T,
}

impl<T: Copy + Display + Into<i128> + TryFrom<i128>> Kind for Whole<T> {
    type Value = T;

    fn read(&self, item: &Item<'_>, reader: &mut Reader) -> Option<T> {
        let DeValue::Integer(number) = item.get_ref() else {
            reader.expect(item, &format!("this is a whole number from {} to {}", self.min, self.max));
            return None;
        };
        let (min, max) = (self.min.into(), self.max.into());
        let value = i128::from_str_radix(number.as_str(), number.radix()).ok();
        match value.filter(|value| (min..=max).contains(value)) {
            Some(value) => T::try_from(value).ok(),
            None => {
                let shown = Reader::shorten(number.as_str());
                reader.problem(item.span(), format!("{shown} is out of range: a whole number from {min} to {max}"));
                None
            }
        }
    }

    fn sketch(&self, _: &mut Guide) -> Sketch {
        Sketch::Whole { min: self.min.into(), max: self.max.into() }
    }

    fn show(&self, number: &T) -> String {
        number.to_string()
    }
}

/// A number with at most three digits after the point, kept in thousandths.
pub(in crate::lesson::format) struct Fraction {
    pub(in crate::lesson::format) min_milli: u32,
    pub(in crate::lesson::format) max_milli: u32,
}

impl Kind for Fraction {
    type Value = u32;

    fn read(&self, item: &Item<'_>, reader: &mut Reader) -> Option<u32> {
        let text = match item.get_ref() {
            DeValue::Integer(number) if number.radix() == 10 => number.as_str(),
            DeValue::Float(number) => number.as_str(),
            _ => {
                reader.expect(item, "this is a number such as 1.5");
                return None;
            }
        };
        let bounds = self.min_milli..=self.max_milli;
        let milli = decimal::parts(text.strip_prefix('+').unwrap_or(text), 1_000);
        match milli.ok().and_then(|milli| u32::try_from(milli).ok()).filter(|milli| bounds.contains(milli)) {
            Some(milli) => Some(milli),
            None => {
                let (min, max) =
                    (decimal::show(self.min_milli.into(), 1_000), decimal::show(self.max_milli.into(), 1_000));
                let message = format!("this is a number from {min} to {max} with at most three digits after the point");
                reader.problem(item.span(), message);
                None
            }
        }
    }

    fn sketch(&self, _: &mut Guide) -> Sketch {
        Sketch::Fraction { min: self.min_milli, max: self.max_milli }
    }
}

/// A share with its sign, `"5%"`, kept in parts per million.
pub(in crate::lesson::format) struct Percent {
    pub(in crate::lesson::format) max_ppm: u32,
}

impl Percent {
    /// A chance: nothing is more than certain.
    pub(in crate::lesson::format) const CHANCE: Self = Self { max_ppm: 1_000_000 };

    fn complain(&self, span: Range<usize>, text: &str, why: NotDecimal, reader: &mut Reader) {
        let (text, max) = (Reader::shorten(text), decimal::show(self.max_ppm.into(), 10_000));
        match why {
            NotDecimal::Malformed => {
                reader.problem(span, format!("`{text}` is no share: write it as \"5%\" or \"0.1%\""))
            }
            NotDecimal::TooFine => reader.problem(span, format!("`{text}` is finer than one in a million")),
            NotDecimal::TooLarge => reader.problem(span, format!("`{text}` is more than {max}%")),
        }
    }
}

impl Kind for Percent {
    type Value = u32;

    fn read(&self, item: &Item<'_>, reader: &mut Reader) -> Option<u32> {
        let text = reader.text(item, "this is a share with its sign, such as \"5%\"")?;
        let number = text.strip_suffix('%').ok_or(NotDecimal::Malformed);
        let ppm = number.and_then(|number| decimal::parts(number.trim_end(), 10_000));
        let ppm = ppm.and_then(|ppm| u32::try_from(ppm).map_err(|_| NotDecimal::TooLarge));
        match ppm.and_then(|ppm| if ppm > self.max_ppm { Err(NotDecimal::TooLarge) } else { Ok(ppm) }) {
            Ok(ppm) => Some(ppm),
            Err(why) => {
                self.complain(item.span(), text, why, reader);
                None
            }
        }
    }

    fn sketch(&self, guide: &mut Guide) -> Sketch {
        let doc =
            "A share in per cent, with its sign: `\"5%\"`, `\"0.1%\"`. No finer than one in a million, `\"0.0001%\"`.";
        guide.value("share", doc, Sketch::Pattern(r"^[0-9]+(\.[0-9]+)? *%$"))
    }

    fn show(&self, ppm: &u32) -> String {
        format!("\"{}%\"", decimal::show(u64::from(*ppm), 10_000))
    }
}

/// A text of so many characters, without control characters.
pub(in crate::lesson::format) struct Text {
    pub(in crate::lesson::format) min: usize,
    pub(in crate::lesson::format) max: usize,
}

impl Kind for Text {
    type Value = String;

    fn read(&self, item: &Item<'_>, reader: &mut Reader) -> Option<String> {
        let text = reader.text(item, "this is a text")?;
        let length = text.chars().count();
        if !(self.min..=self.max).contains(&length) {
            let message = format!("this text has {length} characters; it may have {} to {}", self.min, self.max);
            reader.problem(item.span(), message);
            return None;
        }
        if text.chars().any(|character| character.is_control() && character != '\n') {
            reader.problem(item.span(), "this text has control characters");
            return None;
        }
        Some(text.to_owned())
    }

    fn sketch(&self, _: &mut Guide) -> Sketch {
        Sketch::Text { min: self.min, max: self.max }
    }
}

/// One of some words.
#[derive(Clone, Copy)]
pub(in crate::lesson::format) struct Words<T: 'static> {
    /// What they are called together.
    pub(in crate::lesson::format) what: &'static str,
    /// Each word, what it stands for, and what it means.
    pub(in crate::lesson::format) words: &'static [(&'static str, T, &'static str)],
}

impl<T: Copy + PartialEq> Kind for Words<T> {
    type Value = T;

    fn read(&self, item: &Item<'_>, reader: &mut Reader) -> Option<T> {
        let word = reader.text(item, &format!("this is {}, as a text", self.what))?;
        let found = self.words.iter().find(|(name, _, _)| *name == word);
        if found.is_none() {
            let message = format!("`{}` is not {}", Reader::shorten(word), self.what);
            let help = help(word, self.words.iter().map(|(name, _, _)| *name)).unwrap_or_default();
            reader.problem_with_help(item.span(), message, help);
        }
        found.map(|(_, value, _)| *value)
    }

    fn sketch(&self, _: &mut Guide) -> Sketch {
        Sketch::Words(self.words.iter().map(|(name, _, doc)| (*name, *doc)).collect())
    }

    fn show(&self, value: &T) -> String {
        let word = self.words.iter().find(|(_, known, _)| known == value);
        word.map_or(String::new(), |(name, _, _)| format!("\"{name}\""))
    }
}
