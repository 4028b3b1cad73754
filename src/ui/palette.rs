//! The colours of the theme for canvases, read from the styles once for each theme. Where the system forces colours, they
//! are the system's.

use leptos::prelude::{document, window};

/// The colours by what they mean.
#[derive(Clone, Debug, Default)]
pub(super) struct Palette {
    pub(super) ink: String,
    pub(super) second: String,
    pub(super) line: String,
    pub(super) rule: String,
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
    pub(super) fn read() -> Palette {
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
    window().match_media("(forced-colors: active)").ok().flatten().is_some_and(|query| query.matches())
}
