//! Times, lengths and moments in words.

use crate::base::{SimDuration, SimTime};
use crate::view::chronicle::{Chronicle, Reign, Standing};
use crate::view::describe::Names;

/// A time in seconds with its milliseconds.
pub(super) fn seconds(time: SimTime) -> String {
    format!("{}.{:03} s", time.0 / 1_000_000, time.0 / 1_000 % 1_000)
}

/// A length in milliseconds: "0.4 ms", "25 ms", "1,020 ms".
#[must_use]
pub fn length(length: SimDuration) -> String {
    match length.0 {
        us @ 0..10_000 => format!("{}.{} ms", us / 1_000, us / 100 % 10),
        us => match us / 1_000 {
            ms @ 0..1_000 => format!("{ms} ms"),
            ms @ 1_000..1_000_000 => format!("{},{:03} ms", ms / 1_000, ms % 1_000),
            ms => format!("{} s", ms / 1_000),
        },
    }
}

/// A gap: how long it is, and how many heartbeats were sent in it.
pub(super) fn gap(duration: SimDuration, heartbeats: usize) -> String {
    let long = length(duration);
    match heartbeats {
        0 => format!("// +{long}"),
        1 => format!("// +{long}, 1 heartbeat"),
        many => format!("// +{long}, {many} heartbeats"),
    }
}

/// An intervention's word with the client's name that it may hold.
pub(super) fn with_names(word: &str, names: &Names<'_>) -> String {
    match word.strip_prefix("isolate c").and_then(|number| number.parse::<u8>().ok()) {
        Some(number) if number > 0 => format!("isolate {}", names.client(crate::base::ClientId(number - 1))),
        Some(_) | None => word.to_owned(),
    }
}

/// A moment in words, for whoever hears the slider: "7.412 s, n4 leads term 7, n1 still claims term 6".
#[must_use]
pub fn moment(chronicle: &Chronicle, time: SimTime, seen: u64) -> String {
    let lasts =
        |reign: &&Reign| reign.standing == Standing::Leader && reign.until.is_none_or(|until| until.record.0 >= seen);
    let begun = chronicle.reigns().partition_point(|reign| reign.from.record.0 < seen);
    let mut leaders: Vec<&Reign> = chronicle.reigns()[..begun].iter().filter(lasts).collect();
    leaders.sort_unstable_by_key(|reign| std::cmp::Reverse(reign.term));
    let mut words = seconds(time);
    match leaders.split_first() {
        None => words += ", nobody leads",
        Some((first, rest)) => {
            words += &format!(", {} leads term {}", first.node, first.term);
            for reign in rest {
                words += &format!(", {} still claims term {}", reign.node, reign.term);
            }
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_are_told_in_milliseconds() {
        let told = [400, 25_300, 1_020_000, 61_000_000].map(|us| length(SimDuration(us)));
        assert_eq!(told, ["0.4 ms", "25 ms", "1,020 ms", "61,000 ms"]);
        assert_eq!(gap(SimDuration(1_020_000), 9), "// +1,020 ms, 9 heartbeats");
    }
}
