//! The share link: a run record in the fragment of an address, as `s=1.` and base64url. Owns the text around a record and
//! the check that it came through whole; what a record holds, [`RunRecord`] knows. Old links always decode.

use xxhash_rust::xxh64::xxh64;

use super::base64;
use super::record::{RecordError, RunRecord};

/// No link is longer, in characters of the fragment: more is cut off by too many programs that pass links on.
pub const LINK_MAX: usize = 8_000;

/// The key before the record among the fragment's pairs.
const KEY: &str = "s=";

/// The version of the link's text: what the letters before the dot say.
const VERSION: &str = "1";

/// How many bytes after the record tell whether it came through whole.
const CHECK: usize = 4;

/// The longest text that is looked at: nothing that a record can be has more letters.
const TEXT_MAX: usize = 1_400_000;

/// Punctuation that programs take for a part of a link when it ends a sentence or stands in brackets.
const AROUND: [char; 12] = ['.', ',', ';', ':', '!', '?', ')', ']', '>', '"', '\'', '='];

/// A run that is too long for a link. A file holds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the run is too long for a link: {length} characters, and {LINK_MAX} is the most; save it as a file")]
pub struct TooLong {
    /// How many characters the link would have.
    pub length: usize,
}

/// Why an address leads to no run.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// There is no record in it: it is an address like any other.
    #[error("this address holds no run")]
    NoRun,
    /// There is something where the record should be, but no version before it.
    #[error("this is no link of Netsplit's: no version stands before the run")]
    NotOurs,
    /// Written by a newer program.
    #[error("this link has version {0}, and this page reads up to {VERSION}: reload the page for a newer one")]
    Newer(u32),
    /// Letters that no link has, or fewer than it had.
    #[error("this link is damaged or cut short: copy it again, whole")]
    Damaged,
    /// Longer than any record.
    #[error("this link has {0} characters, more than any run takes")]
    TooLong(usize),
    /// It came through whole, and the record in it cannot be read.
    #[error("the run in this link cannot be read: {0}")]
    Record(#[from] RecordError),
}

/// The fragment of a link to a run, without the `#`.
///
/// # Errors
/// When a link cannot hold the run.
pub fn encode(record: &RunRecord) -> Result<String, TooLong> {
    let text = encode_whole(record);
    if text.len() > LINK_MAX { Err(TooLong { length: text.len() }) } else { Ok(text) }
}

/// The same text for a run of any length, as a file holds it.
#[must_use]
pub fn encode_whole(record: &RunRecord) -> String {
    let mut bytes = record.encode();
    bytes.extend(check(&bytes));
    format!("{KEY}{VERSION}.{}", base64::encode(&bytes))
}

/// Reads the run in a file, an address, or an address's fragment with or without the `#`. Pairs of other keys are left alone.
///
/// # Errors
/// When there is none, or not a whole one that this version can read.
pub fn decode(fragment: &str) -> Result<RunRecord, LinkError> {
    // A whole address is a link too: what is before its fragment says nothing of the run.
    let fragment = fragment.split_once('#').map_or(fragment, |(_, fragment)| fragment);
    let text = fragment.split('&').find_map(|pair| pair.trim_start().strip_prefix(KEY)).ok_or(LinkError::NoRun)?;
    if text.len() > TEXT_MAX {
        return Err(LinkError::TooLong(text.len()));
    }
    let (version, letters) = text.split_once('.').ok_or(LinkError::NotOurs)?;
    if version != VERSION {
        let newer = version.parse::<u32>().ok().filter(|_| !version.starts_with(['0', '+']));
        return Err(newer.map_or(LinkError::NotOurs, LinkError::Newer));
    }
    // A program that wraps long lines puts spaces into a link, and one that ends a sentence a full stop behind it.
    let letters: String = letters.split_ascii_whitespace().collect();
    let bytes = base64::decode(letters.trim_end_matches(AROUND)).ok_or(LinkError::Damaged)?;
    let (record, told) = bytes.split_last_chunk::<CHECK>().ok_or(LinkError::Damaged)?;
    if *told != check(record) {
        return Err(LinkError::Damaged);
    }
    Ok(RunRecord::decode(record)?)
}

/// The bytes that follow a record: the low half of its hash, lowest byte first.
fn check(record: &[u8]) -> [u8; CHECK] {
    (xxh64(record, 0) as u32).to_le_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Moment;
    use crate::session::ScenarioRef;

    fn record(id: &str) -> RunRecord {
        RunRecord {
            engine: "0.1.0".to_owned(),
            scenario: ScenarioRef::Named(id.to_owned()),
            seed: 7,
            commands: Vec::new(),
            at: Moment::default(),
            applied: 0,
            hash: 0xFEED,
        }
    }

    fn text() -> String {
        encode(&record("minority-cut")).expect("it is a short run")
    }

    #[test]
    fn a_link_comes_back_whatever_stands_around_it() {
        let text = text();
        let (start, end) = text.split_at(text.len() / 2);
        for fragment in [
            text.clone(),
            format!("#{text}"),
            format!("#step=3&{text}&view=log&lesson=x"),
            format!("#{text}."),
            format!("{text})."),
            format!("{text}\""),
            format!("{start}\r\n  {end} "),
        ] {
            assert_eq!(decode(&fragment), Ok(record("minority-cut")), "{fragment}");
        }
    }

    #[test]
    fn what_is_no_link_is_told_apart() {
        for fragment in ["", "#", "#step=3", "#S=1.AAAA", "#x&ss=1.A", "#class=1.AAAA"] {
            assert_eq!(decode(fragment), Err(LinkError::NoRun), "{fragment}");
        }
        for fragment in ["#s=", "#s=hello", "#s=.AAAA", "#s=x.AAAA", "#s=0.AAAA", "#s=+2.A", "#s=99999999999.A"] {
            assert_eq!(decode(fragment), Err(LinkError::NotOurs), "{fragment}");
        }
        assert_eq!(decode("#s=2.AAAA&lesson=x"), Err(LinkError::Newer(2)));
    }

    #[test]
    fn damage_is_seen() {
        let text = text();
        for fragment in ["s=1.", "s=1.A", "s=1.AAAA", "s=1.A+/A", "s=1.é", &text[..text.len() - 1], &text[..40]] {
            assert_eq!(decode(fragment), Err(LinkError::Damaged), "{fragment}");
        }
        let long = format!("s=1.{}", "A".repeat(TEXT_MAX));
        assert_eq!(decode(&long), Err(LinkError::TooLong(TEXT_MAX + 2)));
    }

    #[test]
    fn a_whole_link_to_a_record_that_cannot_be_read_says_so() {
        let mut bytes = vec![9, 1, 2, 3];
        bytes.extend(check(&bytes));
        let fragment = format!("#s=1.{}", base64::encode(&bytes));
        assert_eq!(decode(&fragment), Err(LinkError::Record(RecordError::Newer(9))));
    }

    #[test]
    fn a_link_has_a_limit() {
        let long = encode(&record(&"x".repeat(5_990)));
        assert!(long.is_err_and(|error| error.length > LINK_MAX && error.length < LINK_MAX + 100));
        let fits = encode(&record(&"x".repeat(5_900))).expect("it is just short enough");
        assert!(fits.len() <= LINK_MAX);
    }

    #[test]
    fn a_file_has_none_and_may_hold_a_whole_address() {
        let long = record(&"x".repeat(200_000));
        let text = encode_whole(&long);
        assert_eq!(decode(&text).as_ref(), Ok(&long));
        assert_eq!(decode(&format!("https://example.org/lab/?lesson=cart#{text}\n")), Ok(long));
    }
}
