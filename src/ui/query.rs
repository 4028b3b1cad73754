//! What the page's address asks for: configuration in the query, a run in the fragment.

use leptos::prelude::window;
use web_sys::UrlSearchParams;

/// The address's wishes. What is unknown there is ignored, and what is wrong is said where it is used.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Query {
    /// A part of the page by name: `lessons`, `runs`.
    pub(super) page: Option<String>,
    /// A lesson's id.
    pub(super) lesson: Option<String>,
    /// A step of it: its place from 1, or its name.
    pub(super) step: Option<String>,
    /// Which of the runs that it compares, from 1.
    pub(super) option: Option<String>,
    /// A scenario's id.
    pub(super) scenario: Option<String>,
    /// One seed, or a range of them.
    pub(super) seeds: Option<String>,
    /// Whether to run at once.
    pub(super) run: bool,
    /// Whether the page is shown inside another.
    pub(super) embed: bool,
    /// Whether it offers itself to be measured.
    pub(super) bench: bool,
    /// The theme.
    pub(super) theme: Option<String>,
    /// The fragment, with its sign.
    pub(super) fragment: String,
}

/// A part of the page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    /// The laboratory: home, a lesson, a scenario, or a run from a link.
    Desk,
    /// The list of lessons.
    Catalogue,
    /// Many runs in a row.
    Runs,
}

impl Query {
    /// Reads the address of this page.
    pub(super) fn read() -> Query {
        let location = window().location();
        let search = location.search().unwrap_or_default();
        let fragment = location.hash().unwrap_or_default();
        let Ok(words) = UrlSearchParams::new_with_str(&search) else { return Query { fragment, ..Query::default() } };
        let is_set = |name: &str| words.get(name).is_some_and(|value| !matches!(value.as_str(), "0" | "false" | "no"));
        Query {
            page: words.get("page"),
            lesson: words.get("lesson"),
            step: words.get("step"),
            option: words.get("option"),
            scenario: words.get("scenario"),
            seeds: words.get("seed"),
            run: is_set("run"),
            embed: is_set("embed"),
            bench: is_set("bench"),
            theme: words.get("theme"),
            fragment,
        }
    }

    /// The address of the same page when it is not inside another.
    pub(super) fn whole_page() -> String {
        let location = window().location();
        let search = location.search().unwrap_or_default();
        let words = UrlSearchParams::new_with_str(&search).map(|words| {
            words.delete("embed");
            words.to_string().as_string().unwrap_or_default()
        });
        format!("?{}{}", words.unwrap_or_default(), location.hash().unwrap_or_default())
    }

    /// Which part of the page.
    pub(super) fn wanted(&self) -> Wanted {
        match self.page.as_deref() {
            Some("runs") => Wanted::Runs,
            Some("lessons") => Wanted::Catalogue,
            _ if self.run => Wanted::Runs,
            _ => Wanted::Desk,
        }
    }

    /// Which of the runs that a step compares, from 0.
    pub(super) fn option(&self) -> Option<usize> {
        self.option.as_ref()?.trim().parse::<usize>().ok()?.checked_sub(1)
    }

    /// The one seed that is asked for, if any is.
    ///
    /// # Errors
    /// What stands there, if it is no seed.
    pub(super) fn seed(&self) -> Result<Option<u32>, String> {
        let Some(text) = self.seeds.as_deref().map(str::trim).filter(|text| !text.is_empty()) else { return Ok(None) };
        text.parse().map(Some).map_err(|_| text.chars().take(SEED_SHOWN).collect())
    }
}

/// So much of a text that is no seed is repeated.
const SEED_SHOWN: usize = 40;

#[cfg(test)]
mod tests {
    use super::*;

    fn seed(text: Option<&str>) -> Result<Option<u32>, String> {
        Query { seeds: text.map(str::to_owned), ..Query::default() }.seed()
    }

    #[test]
    fn a_seed_is_a_number_or_what_stands_in_its_place_is_told() {
        assert_eq!(seed(None), Ok(None));
        assert_eq!(seed(Some(" ")), Ok(None));
        assert_eq!(seed(Some(" 7 ")), Ok(Some(7)));
        assert_eq!(seed(Some("4294967295")), Ok(Some(u32::MAX)));
        for wrong in ["4294967296", "-1", "0-39", "seven", "1.5"] {
            assert_eq!(seed(Some(wrong)), Err(wrong.to_owned()));
        }
        assert_eq!(seed(Some(&"é".repeat(900))).map_err(|text| text.chars().count()), Err(SEED_SHOWN));
    }
}
