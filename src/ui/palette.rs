//! The colours of the theme for canvases, read from the styles when the theme changes, here or in the system. Where the
//! system forces colours, they are the system's.

use super::prefs::use_theme;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::MediaQueryList;

/// What the system says of colours.
const QUERIES: [&str; 2] = ["(prefers-color-scheme: dark)", "(forced-colors: active)"];

/// The colours in use.
pub(super) fn use_palette() -> Memo<Palette> {
    expect_context()
}

/// Makes the colours known to the page. The theme must be known before.
pub(super) fn provide_palette() {
    let (theme, turns) = (use_theme(), RwSignal::new(0_u32));
    for query in QUERIES.into_iter().filter_map(query) {
        let on_change = Closure::<dyn Fn()>::new(move || turns.update(|turns| *turns = turns.wrapping_add(1)));
        let _ = query.add_event_listener_with_callback("change", on_change.as_ref().unchecked_ref());
        on_change.forget();
    }
    let read = move |_: Option<&Palette>| {
        theme.track();
        turns.track();
        Palette::read()
    };
    // Whoever paints paints again, also where the new theme has the same colours.
    provide_context(Memo::new_with_compare(read, |_, _| true));
}

fn query(words: &str) -> Option<MediaQueryList> {
    window().match_media(words).ok().flatten()
}

/// The colours by what they mean.
#[derive(Clone, Debug, Default)]
pub(super) struct Palette {
    pub(super) ink: String,
    pub(super) second: String,
    pub(super) line: String,
    pub(super) rule: String,
    pub(super) paper: String,
    pub(super) card: String,
    pub(super) raised: String,
    pub(super) authority: String,
    pub(super) on_authority: String,
    pub(super) candidate: String,
    pub(super) on_candidate: String,
    pub(super) promised: String,
    pub(super) promised_fill: String,
    pub(super) unknown: String,
    pub(super) unknown_fill: String,
    /// The family of the page's text.
    pub(super) font: String,
}

impl Palette {
    /// Reads the colours that hold now.
    fn read() -> Palette {
        let style = document().document_element().and_then(|root| window().get_computed_style(&root).ok().flatten());
        let value =
            |name: &str| style.as_ref().and_then(|style| style.get_property_value(name).ok()).unwrap_or_default();
        let forced = is_forced();
        let colour = |name: &str, system: &str| {
            let own = value(name);
            if forced || own.trim().is_empty() { system.to_owned() } else { own.trim().to_owned() }
        };
        Palette {
            ink: colour("--ink", "CanvasText"),
            second: colour("--second", "CanvasText"),
            line: colour("--line", "CanvasText"),
            rule: colour("--rule", "GrayText"),
            paper: colour("--paper", "Canvas"),
            card: colour("--card", "Canvas"),
            raised: colour("--raised", "Canvas"),
            authority: colour("--authority", "CanvasText"),
            on_authority: colour("--on-authority", "Canvas"),
            candidate: colour("--candidate", "CanvasText"),
            on_candidate: colour("--on-candidate", "Canvas"),
            promised: colour("--promised", "CanvasText"),
            promised_fill: colour("--promised-fill", "Canvas"),
            unknown: colour("--unknown", "CanvasText"),
            unknown_fill: colour("--unknown-fill", "Canvas"),
            font: if value("--font").trim().is_empty() {
                "sans-serif".to_owned()
            } else {
                value("--font").trim().to_owned()
            },
        }
    }
}

fn is_forced() -> bool {
    query(QUERIES[1]).is_some_and(|query| query.matches())
}
