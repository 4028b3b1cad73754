//! Numbers and lengths as the page writes them.

use crate::base::{SimDuration, SimTime};
use crate::view::pace::Speed;

/// A time on the clock: "7.412 s".
pub(super) fn seconds(time: SimTime) -> String {
    format!("{}.{:03} s", time.0 / 1_000_000, time.0 / 1_000 % 1_000)
}

/// A length in two or three digits: "0.7 ms", "25 ms", "1.4 s".
pub(super) fn length(length: SimDuration) -> String {
    match length.0 {
        us @ 0..1_000 => format!("{us} µs"),
        us @ 1_000..10_000 => format!("{}.{} ms", us / 1_000, us / 100 % 10),
        us @ 10_000..999_500 => format!("{} ms", (us + 500) / 1_000),
        us => format!("{}.{} s", us / 1_000_000, us / 100_000 % 10),
    }
}

/// A speed: "story", "1/30 ×", "2 ×".
pub(super) fn speed(speed: Speed) -> String {
    let Speed::Fixed(rate) = speed else { return "story".to_owned() };
    match rate.in_a_second().0 {
        us @ 1_000_000.. => match us / 100_000 {
            tenths if tenths % 10 == 0 || tenths >= 100 => format!("{} ×", tenths / 10),
            tenths => format!("{}.{} ×", tenths / 10, tenths % 10),
        },
        us => format!("1/{} ×", (1_000_000 + us / 2) / us.max(1)),
    }
}

/// A length that somebody waits, in tenths of a second.
pub(super) fn tenths(length: SimDuration) -> String {
    format!("{}.{} s", length.0 / 1_000_000, length.0 / 100_000 % 10)
}
