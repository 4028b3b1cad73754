//! What a person prefers: theme, motion, the size of letters, keys of one letter, how much is announced. Kept in the browser's
//! storage where there is one; without it they hold until the page is left. All but the theme are attributes of the root and
//! nowhere else, so that styles and code read the same.

use leptos::prelude::*;
use web_sys::Storage;

/// The key of all that is kept, with its version.
const KEY: &str = "netsplit.v1";

/// Light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Theme {
    /// As the system wishes.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    const ALL: [(Theme, &'static str); 3] = [(Theme::System, "auto"), (Theme::Light, "light"), (Theme::Dark, "dark")];

    /// Its name in storage and in addresses.
    pub(super) fn name(self) -> &'static str {
        Self::ALL.iter().find(|(theme, _)| *theme == self).map_or("auto", |(_, name)| name)
    }

    /// The theme of a name.
    pub(super) fn named(name: &str) -> Theme {
        Self::ALL.iter().find(|(_, other)| *other == name).map_or(Theme::System, |(theme, _)| *theme)
    }
}

/// The theme in use.
pub(super) fn use_theme() -> RwSignal<Theme> {
    use_context::<RwSignal<Theme>>().unwrap_or_else(|| RwSignal::new(Theme::System))
}

/// Makes the theme known to the page, and keeps what a person chooses.
pub(super) fn provide_theme(asked: Option<&str>) {
    let kept = read("theme");
    let theme = RwSignal::new(Theme::named(asked.or(kept.as_deref()).unwrap_or("auto")));
    provide_context(theme);
    Effect::new(move |before: Option<Theme>| {
        let theme = theme.get();
        if let Some(root) = document().document_element() {
            let _ = match theme {
                Theme::System => root.remove_attribute("data-theme"),
                Theme::Light | Theme::Dark => root.set_attribute("data-theme", theme.name()),
            };
        }
        if before.is_some_and(|before| before != theme) {
            write("theme", theme.name());
        }
        theme
    });
}

/// What can be chosen beside the theme: its name in storage, and as the root's attribute `data-…`.
pub(super) mod choice {
    /// Motion: as the system wishes, or `still`.
    pub(in crate::ui) const MOTION: &str = "motion";
    /// The size of letters: usual, `large` or `largest`.
    pub(in crate::ui) const TEXT: &str = "text";
    /// Keys of one letter while the diagram has the focus, or `off` (WCAG 2.1.4).
    pub(in crate::ui) const KEYS: &str = "keys";
    /// What a screen reader is told: all that matters, or `outcomes` only.
    pub(in crate::ui) const WORDS: &str = "words";

    pub(super) const ALL: [&str; 4] = [MOTION, TEXT, KEYS, WORDS];
}

/// Takes up what was kept.
pub(super) fn take_up() {
    for name in choice::ALL {
        if let Some(kept) = read(name) {
            mark(name, &kept);
        }
    }
}

/// What is chosen; empty for the usual.
pub(super) fn chosen(name: &str) -> String {
    let root = document().document_element();
    root.and_then(|root| root.get_attribute(&format!("data-{name}"))).unwrap_or_default()
}

/// Chooses, and keeps it.
pub(super) fn choose(name: &str, value: &str) {
    mark(name, value);
    write(name, value);
}

fn mark(name: &str, value: &str) {
    if let Some(root) = document().document_element() {
        let _ = root.set_attribute(&format!("data-{name}"), value);
    }
}

/// Whether a person wants no motion.
pub(super) fn wants_still() -> bool {
    let is_wish = || chosen(choice::MOTION) == "still";
    is_wish() || prefers_reduced()
}

/// Whether the system says that somebody wants no motion.
fn prefers_reduced() -> bool {
    window().match_media("(prefers-reduced-motion: reduce)").ok().flatten().is_some_and(|query| query.matches())
}

/// A kept value. A browser that keeps nothing, as in a frame of another site, gives nothing.
pub(super) fn read(name: &str) -> Option<String> {
    storage()?.get_item(&format!("{KEY}.{name}")).ok().flatten()
}

/// Keeps a value; says whether it could.
pub(super) fn write(name: &str, value: &str) -> bool {
    storage().is_some_and(|storage| storage.set_item(&format!("{KEY}.{name}"), value).is_ok())
}

fn storage() -> Option<Storage> {
    window().local_storage().ok().flatten()
}
