//! What the page's address asks for: `?scenario=ID&seed=N&run=1`.

use leptos::prelude::window;
use web_sys::UrlSearchParams;

/// The address's wishes. What is unknown there is ignored, and what is wrong is said where it is
/// used.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Query {
    /// The scenario's id.
    pub(super) scenario: Option<String>,
    /// One seed, or a range of them.
    pub(super) seeds: Option<String>,
    /// Whether to run at once.
    pub(super) run: bool,
}

impl Query {
    /// Reads the address of this page.
    pub(super) fn read() -> Query {
        let search = window().location().search().unwrap_or_default();
        let Ok(words) = UrlSearchParams::new_with_str(&search) else { return Query::default() };
        Query {
            scenario: words.get("scenario"),
            seeds: words.get("seed"),
            run: words.get("run").is_some_and(|value| !matches!(value.as_str(), "0" | "false" | "no")),
        }
    }
}
