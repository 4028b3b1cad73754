//! What a person prefers: theme and motion. Kept in the browser's storage where there is one; without it they hold until
//! the page is left.

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

/// Whether a person wants no motion.
pub(super) fn wants_still() -> bool {
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
