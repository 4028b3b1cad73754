//! Decimal numbers as whole multiples of a unit, exactly: no binary fraction comes in between.

/// Why a text is no such number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NotDecimal {
    /// It is not written as digits with at most one point.
    Malformed,
    /// It has more digits than the unit can hold.
    TooFine,
    /// It is beyond 64 bits.
    TooLarge,
}

/// More digits after the point are too fine for any unit.
const FRACTION_DIGITS: usize = 12;

/// How many times the smallest part is in a number: `1.5` in parts of a thousandth is 1,500.
pub(super) fn parts(text: &str, parts_in_one: u64) -> Result<u64, NotDecimal> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let is_digits = |digits: &str| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if !is_digits(whole) || !is_digits(fraction) {
        return Err(NotDecimal::Malformed);
    }
    let fraction = fraction.trim_end_matches('0');
    if fraction.len() > FRACTION_DIGITS {
        return Err(NotDecimal::TooFine);
    }
    let whole: u64 = whole.parse().map_err(|_| NotDecimal::TooLarge)?;
    let numerator = if fraction.is_empty() { 0 } else { fraction.parse::<u128>().map_err(|_| NotDecimal::TooFine)? };
    let scaled = numerator * u128::from(parts_in_one);
    let denominator = 10_u128.pow(fraction.len() as u32);
    if !scaled.is_multiple_of(denominator) {
        return Err(NotDecimal::TooFine);
    }
    let sum = u128::from(whole) * u128::from(parts_in_one) + scaled / denominator;
    u64::try_from(sum).map_err(|_| NotDecimal::TooLarge)
}

/// The shortest decimal text of a number of parts.
pub(super) fn show(number: u64, parts_in_one: u64) -> String {
    let digits = parts_in_one.ilog10() as usize;
    let fraction = format!("{:0digits$}", number % parts_in_one);
    match fraction.trim_end_matches('0') {
        "" => format!("{}", number / parts_in_one),
        fraction => format!("{}.{fraction}", number / parts_in_one),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decimals_are_exact_or_refused() {
        assert_eq!(parts("1.5", 1_000), Ok(1_500));
        assert_eq!(parts("0.0001", 10_000), Ok(1));
        assert_eq!(parts("007.10", 10), Ok(71));
        assert_eq!(parts("0.00001", 10_000), Err(NotDecimal::TooFine));
        assert_eq!(parts("99999999999999999999", 1), Err(NotDecimal::TooLarge));
        assert_eq!(parts("18446744073709551615", 10), Err(NotDecimal::TooLarge));
        for text in ["", ".", "1.", ".5", "-1", "+1", "1e3", "1_000", "1.2.3", "inf", "１"] {
            assert_eq!(parts(text, 1_000), Err(NotDecimal::Malformed), "{text}");
        }
        assert_eq!(parts(&format!("0.{}", "1".repeat(1_000)), 10), Err(NotDecimal::TooFine));
    }

    #[test]
    fn what_is_shown_reads_back() {
        for number in [0, 1, 10, 999, 1_000, 1_001, 12_340] {
            assert_eq!(parts(&show(number, 1_000), 1_000), Ok(number));
        }
    }
}
