//! The nearest valid name to one that is not.

/// A longer word is no slip of the pen.
const WORD_MAX: usize = 48;
/// Two names that share their beginning are near from here on (Jaro and Winkler's measure, 1 at most).
const ALIKE: f64 = 0.85;

/// The name that was most probably meant, if one is near enough.
pub fn nearest<'n>(word: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    if word.len() > WORD_MAX {
        return None;
    }
    let folded = word.to_lowercase();
    let slips = |name: &str| strsim::osa_distance(&folded, &name.to_lowercase());
    let best = names.into_iter().map(|name| (slips(name), name)).min_by_key(|(slips, _)| *slips);
    let (slips, name) = best?;
    let few = word.chars().count().max(name.chars().count()) / 3;
    let is_near = slips <= few.max(1) || strsim::jaro_winkler(&folded, &name.to_lowercase()) >= ALIKE;
    (is_near && !word.is_empty()).then_some(name)
}

/// The help line for a name that does not exist: the nearest one, or all where they are few.
pub(super) fn help<'n>(word: &str, names: impl IntoIterator<Item = &'n str>) -> Option<String> {
    let names: Vec<&str> = names.into_iter().collect();
    match nearest(word, names.iter().copied()) {
        Some(name) => Some(format!("did you mean `{name}`?")),
        None if names.is_empty() => None,
        None => Some(format!("it can be {}", one_of(&names))),
    }
}

/// `a`, `b` or `c`.
pub(super) fn one_of(names: &[&str]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    match quoted.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => quoted.concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_found_and_other_words_are_not() {
        let names = ["heartbeat_interval", "election_timeout", "noop_on_election"];
        assert_eq!(nearest("heartbeet_interval", names), Some("heartbeat_interval"));
        assert_eq!(nearest("heartbeat", names), Some("heartbeat_interval"));
        assert_eq!(nearest("Election_Timeout", names), Some("election_timeout"));
        assert_eq!(nearest("colour", names), None);
        assert_eq!(nearest("", names), None);
        assert_eq!(nearest(&"x".repeat(100_000), names), None);
    }
}
