//! Base64 with the letters that addresses may hold (RFC 4648, section 5), without padding. One text for each row of
//! bytes: what is decoded encodes to the same letters.

const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Three bytes are four letters; a rest of one or two bytes is two or three.
pub(super) fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let bits = group.iter().enumerate().fold(0_u32, |bits, (at, byte)| bits | u32::from(*byte) << (16 - 8 * at));
        for letter in 0..=group.len() {
            text.push(LETTERS[(bits >> (18 - 6 * letter) & 63) as usize] as char);
        }
    }
    text
}

/// Nothing, if a letter is none of ours, one is missing, or the last one has bits that no byte needs.
pub(super) fn decode(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3 + 2);
    for group in text.as_bytes().chunks(4) {
        let mut bits = 0_u32;
        for (at, letter) in group.iter().enumerate() {
            bits |= u32::from(value(*letter)?) << (18 - 6 * at);
        }
        let whole = group.len().checked_sub(1).filter(|whole| *whole > 0)?;
        let [_, high, middle, low] = bits.to_be_bytes();
        if bits & (0x00FF_FFFF >> (8 * whole)) != 0 {
            return None;
        }
        bytes.extend_from_slice(&[high, middle, low][..whole]);
    }
    Some(bytes)
}

fn value(letter: u8) -> Option<u8> {
    match letter {
        b'A'..=b'Z' => Some(letter - b'A'),
        b'a'..=b'z' => Some(letter - b'a' + 26),
        b'0'..=b'9' => Some(letter - b'0' + 52),
        b'-' => Some(62),
        b'_' => Some(63),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_examples_of_the_standard() {
        let examples = ["", "Zg", "Zm8", "Zm9v", "Zm9vYg", "Zm9vYmE", "Zm9vYmFy"];
        for (length, text) in examples.into_iter().enumerate() {
            let bytes = &b"foobar"[..length];
            assert_eq!(encode(bytes), text);
            assert_eq!(decode(text).as_deref(), Some(bytes));
        }
        assert_eq!(encode(&[0xFB, 0xFF, 0xBF]), "-_-_");
    }

    #[test]
    fn each_text_is_that_of_its_bytes_or_none() {
        for first in 0..=u8::MAX {
            for text in [vec![first], vec![b'Z', first], vec![b'Z', b'm', first], vec![b'Z', b'm', b'9', first]] {
                let Ok(text) = String::from_utf8(text) else { continue };
                if let Some(bytes) = decode(&text) {
                    assert_eq!(encode(&bytes), text);
                }
            }
        }
        for bad in ["Z", "Zh", "Zm9", "Zm9v=", "Zm9v Zg", "Zm+v", "Zm9vZ"] {
            assert_eq!(decode(bad), None, "{bad}");
        }
    }
}
