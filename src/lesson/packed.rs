//! The page's own data in few bytes: what is compiled for it, in postcard's encoding behind a short heading. Owns the
//! heading; what is packed, the caller knows. JSON beside it is for people and other programs.
//!
//! Reading postcard takes the page 15 KB less than reading JSON does, and share links need it anyway.

use serde::Serialize;
use serde::de::DeserializeOwned;

/// What packed data begins with, so that another file is told apart from a damaged one.
const HEADING: [u8; 3] = *b"NSP";

/// The format that is written, and the only one that is read: the page and its data are published together.
pub const PACKED_FORMAT: u8 = 1;

/// Why some bytes cannot be unpacked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PackedError {
    /// Another kind of file, such as a host's own page for what it does not have.
    #[error("it is no file of Netsplit's")]
    Foreign,
    /// Written for another version of the page.
    #[error("it has format {0}, and this page reads {PACKED_FORMAT}")]
    Format(u8),
    /// The bytes make no sense.
    #[error("it is damaged or cut short")]
    Damaged,
}

/// Packs a value.
#[must_use]
pub fn pack(value: &impl Serialize) -> Vec<u8> {
    let [a, b, c] = HEADING;
    postcard::to_extend(value, vec![a, b, c, PACKED_FORMAT]).expect("a vector takes all bytes")
}

/// Unpacks a value of the type that was packed.
///
/// # Errors
/// When the bytes are not that.
pub fn unpack<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, PackedError> {
    let (format, body) = bytes.strip_prefix(&HEADING).and_then(<[u8]>::split_first).ok_or(PackedError::Foreign)?;
    if *format != PACKED_FORMAT {
        return Err(PackedError::Format(*format));
    }
    match postcard::take_from_bytes(body) {
        Ok((value, [])) => Ok(value),
        Ok(_) | Err(_) => Err(PackedError::Damaged),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_packed_comes_back() {
        let value = (7_u32, "seven".to_owned(), vec![None, Some(-7_i64)]);
        assert_eq!(unpack(&pack(&value)), Ok(value));
    }

    #[test]
    fn what_is_wrong_is_told_apart() {
        let bytes = pack(&(7_u32, 8_u32));
        let read = unpack::<(u32, u32)>;
        assert_eq!(read(b"<!doctype html>"), Err(PackedError::Foreign));
        assert_eq!(read(b"NSP"), Err(PackedError::Foreign));
        assert_eq!(read(&[b"NSP".as_slice(), &[9], &bytes[4..]].concat()), Err(PackedError::Format(9)));
        assert_eq!(read(&bytes[..bytes.len() - 1]), Err(PackedError::Damaged));
        assert_eq!(read(&[bytes.as_slice(), &[0]].concat()), Err(PackedError::Damaged));
    }
}
