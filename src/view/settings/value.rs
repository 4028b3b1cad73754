//! Numbers as people enter them: milliseconds and per cent with decimals, kept as whole microseconds and parts per million.

use crate::base::SimDuration;

/// No timer or delay that is entered is longer, in milliseconds.
const MS_MAX: u64 = 3_600_000;

/// A length in milliseconds: "150", "0.4".
pub(super) fn ms(length: SimDuration) -> String {
    decimal(length.0, 3)
}

/// A length that was entered in milliseconds.
pub(super) fn of_ms(text: &str) -> Result<SimDuration, String> {
    let us = of_decimal(text, 3)?;
    if us > MS_MAX * 1_000 {
        return Err(format!("is longer than {MS_MAX} ms"));
    }
    Ok(SimDuration(us))
}

/// No grace that is entered is longer, in seconds.
const SECONDS_MAX: u64 = 10_000_000;

/// A length in seconds: "864000", "0.5".
pub(super) fn seconds(length: SimDuration) -> String {
    decimal(length.0, 6)
}

/// A length that was entered in seconds.
pub(super) fn of_seconds(text: &str) -> Result<SimDuration, String> {
    let us = of_decimal(text, 6)?;
    if us > SECONDS_MAX * 1_000_000 {
        return Err(format!("is longer than {SECONDS_MAX} s"));
    }
    Ok(SimDuration(us))
}

/// A chance or a share in per cent.
pub(super) fn per_cent(ppm: u32) -> String {
    decimal(u64::from(ppm), 4)
}

/// A share that was entered in per cent.
pub(super) fn of_per_cent(text: &str, max_ppm: u32) -> Result<u32, String> {
    let ppm = of_decimal(text, 4)?;
    if ppm > u64::from(max_ppm) {
        return Err(format!("is above {} %", per_cent(max_ppm)));
    }
    Ok(ppm as u32)
}

/// A whole number within bounds.
pub(super) fn of_whole(text: &str, min: u32, max: u32) -> Result<u32, String> {
    let number: u32 = text.parse().map_err(|_| "is not a whole number".to_owned())?;
    if (min..=max).contains(&number) { Ok(number) } else { Err(format!("is not from {min} to {max}")) }
}

fn decimal(number: u64, places: u32) -> String {
    let unit = 10_u64.pow(places);
    let fraction = format!("{:0width$}", number % unit, width = places as usize);
    match fraction.trim_end_matches('0') {
        "" => (number / unit).to_string(),
        digits => format!("{}.{digits}", number / unit),
    }
}

fn of_decimal(text: &str, places: usize) -> Result<u64, String> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let is_number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || whole.len() > 9 || !is_number(whole) || !is_number(fraction) {
        return Err("is not a number".to_owned());
    }
    if fraction.len() > places {
        return Err(format!("has more than {places} decimals"));
    }
    format!("{whole}{fraction:0<places$}").parse().map_err(|_| "is not a number".to_owned())
}
