//! Lengths and points of time, as texts with a unit.

use std::ops::Range;
use toml::de::DeValue;

use super::decimal::{self, NotDecimal};
use crate::base::{SimDuration, SimTime, TimeSpan};
use crate::lesson::format::form::{Item, Kind};
use crate::lesson::format::reader::Reader;
use crate::lesson::format::sketch::{Guide, Sketch};

/// The units, the longer names first where one ends like another.
const UNITS: [(&str, u64); 5] = [("us", 1), ("ms", 1_000), ("min", 60_000_000), ("s", 1_000_000), ("h", 3_600_000_000)];
const PATTERN: &str = r"^[0-9]+(\.[0-9]+)? *(us|ms|s|min|h)$";
const SIGNED_PATTERN: &str = r"^[+-]?[0-9]+(\.[0-9]+)? *(us|ms|s|min|h)$";
const DOC: &str = "A length of time with its unit: `\"200us\"`, `\"1.5ms\"`, `\"2s\"`, `\"10min\"`, `\"1h\"`. No finer than a microsecond.";
const EXPECTED: &str = "this is a length of time with its unit, such as \"150ms\"";

/// Microseconds of a text.
fn microseconds(text: &str) -> Result<u64, NotDecimal> {
    let unit = UNITS.iter().find_map(|(name, us)| text.strip_suffix(name).map(|number| (number, *us)));
    let (number, us) = unit.ok_or(NotDecimal::Malformed)?;
    decimal::parts(number.trim_end(), us)
}

/// How an author would write a length.
pub(super) fn show(length: SimDuration) -> String {
    if length.is_zero() { "\"0s\"".to_owned() } else { format!("\"{}\"", length.to_string().replace(' ', "")) }
}

/// A length of time with its unit, as in scenario files.
///
/// # Errors
/// What is wrong with it, in words.
pub fn duration(text: &str) -> Result<SimDuration, String> {
    microseconds(text).map(SimDuration).map_err(|why| {
        let shown = Reader::shorten(text);
        match why {
            NotDecimal::TooFine => format!("`{shown}` is finer than a microsecond"),
            NotDecimal::TooLarge => format!("`{shown}` is too long"),
            NotDecimal::Malformed => {
                format!("`{shown}` is no length of time: write it with its unit, such as 500ms or 2s")
            }
        }
    })
}

fn read_length(text: &str, span: Range<usize>, reader: &mut Reader) -> Option<SimDuration> {
    let message = match duration(text) {
        Ok(length) => return Some(length),
        Err(message) => message,
    };
    if microseconds(text) == Err(NotDecimal::Malformed) {
        reader.problem_with_help(span, message, "write a number and us, ms, s, min or h, such as \"150ms\"");
    } else {
        reader.problem(span, message);
    }
    None
}

/// A length within bounds.
#[derive(Clone, Copy)]
pub(in crate::lesson::format) struct Length {
    pub(in crate::lesson::format) min: SimDuration,
    pub(in crate::lesson::format) max: SimDuration,
}

impl Length {
    /// From nothing to an hour: delays, timeouts, waits.
    pub(in crate::lesson::format) const ANY: Self = Self { min: SimDuration::ZERO, max: SimDuration::from_secs(3_600) };
    /// At least a tenth of a millisecond, so that what repeats leaves time to pass.
    pub(in crate::lesson::format) const REPEATED: Self = Self { min: SimDuration(100), ..Self::ANY };

    /// Says whether a length is within the bounds, or why not.
    pub(super) fn check(&self, length: SimDuration, span: Range<usize>, reader: &mut Reader) -> Option<SimDuration> {
        if length < self.min {
            reader.problem(span, format!("{length} is too short: at least {}", self.min));
        } else if length > self.max {
            reader.problem(span, format!("{length} is too long: at most {}", self.max));
        } else {
            return Some(length);
        }
        None
    }
}

impl Kind for Length {
    type Value = SimDuration;

    fn read(&self, item: &Item<'_>, reader: &mut Reader) -> Option<SimDuration> {
        let text = reader.text(item, EXPECTED)?;
        let length = read_length(text, item.span(), reader)?;
        self.check(length, item.span(), reader)
    }

    fn sketch(&self, guide: &mut Guide) -> Sketch {
        guide.value("duration", DOC, Sketch::Pattern(PATTERN))
    }

    fn show(&self, length: &SimDuration) -> String {
        show(*length)
    }
}

/// A point of the run, as the time since its start.
pub(in crate::lesson::format) struct Instant;

impl Kind for Instant {
    type Value = SimTime;

    fn read(&self, item: &Item<'_>, reader: &mut Reader) -> Option<SimTime> {
        let text = reader.text(item, EXPECTED)?;
        let time = SimTime(read_length(text, item.span(), reader)?.0);
        let until = reader.names.until;
        if time > until {
            let message = format!("{} is after the end of the run, {}", SimDuration(time.0), SimDuration(until.0));
            reader.problem(item.span(), message);
            return None;
        }
        Some(time)
    }

    fn sketch(&self, guide: &mut Guide) -> Sketch {
        guide.value("duration", DOC, Sketch::Pattern(PATTERN))
    }

    fn show(&self, time: &SimTime) -> String {
        show(SimDuration(time.0))
    }
}

/// A step forward or back, in microseconds: `"-300ms"`.
pub(in crate::lesson::format) struct Shift {
    pub(in crate::lesson::format) max: SimDuration,
}

impl Kind for Shift {
    type Value = i64;

    fn read(&self, item: &Item<'_>, reader: &mut Reader) -> Option<i64> {
        let text = reader.text(item, "this is a length of time, forward or back, such as \"-300ms\"")?;
        let bare = text.strip_prefix(['-', '+']).unwrap_or(text);
        let length = read_length(bare, item.span(), reader)?;
        let within = Length { min: SimDuration::ZERO, max: self.max }.check(length, item.span(), reader)?;
        let us = i64::try_from(within.0).ok()?;
        Some(if text.starts_with('-') { -us } else { us })
    }

    fn sketch(&self, guide: &mut Guide) -> Sketch {
        let doc = "A length of time forward or, with a minus, back: `\"300ms\"`, `\"-1.5s\"`.";
        guide.value("signed duration", doc, Sketch::Pattern(SIGNED_PATTERN))
    }
}

/// A range of lengths: one text for always the same, a list of two for anything between.
pub(in crate::lesson::format) struct Span(pub(in crate::lesson::format) Length);

impl Kind for Span {
    type Value = TimeSpan;

    fn read(&self, item: &Item<'_>, reader: &mut Reader) -> Option<TimeSpan> {
        let DeValue::Array(ends) = item.get_ref() else {
            return self.0.read(item, reader).map(TimeSpan::exactly);
        };
        let [min, max] = ends.iter().as_slice() else {
            reader.problem(item.span(), "a range has two ends, such as [\"150ms\", \"300ms\"]");
            return None;
        };
        let (shortest, longest) = (self.0.read(min, reader), self.0.read(max, reader));
        let span = TimeSpan { min: shortest?, max: longest? };
        if span.min > span.max {
            let message = format!("the shortest, {}, is longer than the longest, {}", span.min, span.max);
            reader.problem(item.span(), message);
            return None;
        }
        Some(span)
    }

    fn sketch(&self, guide: &mut Guide) -> Sketch {
        let length = self.0.sketch(guide);
        let pair = Sketch::List { of: Box::new(length.clone()), min: 2, max: 2 };
        let doc = "A range of lengths: `[\"150ms\", \"300ms\"]`, both ends included, or one length alone.";
        guide.value("range", doc, Sketch::Either(vec![length, pair]))
    }

    fn show(&self, span: &TimeSpan) -> String {
        format!("[{}, {}]", show(span.min), show(span.max))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_unit_reads_and_nothing_else_does() {
        let read = |text| microseconds(text).ok();
        assert_eq!(read("200us"), Some(200));
        assert_eq!(read("1.5ms"), Some(1_500));
        assert_eq!(read("2 s"), Some(2_000_000));
        assert_eq!(read("10min"), Some(600_000_000));
        assert_eq!(read("1h"), Some(3_600_000_000));
        for text in ["", "s", "5", "-5s", "5m", "5 S", "1,5s", "5ss", "0.1us"] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
