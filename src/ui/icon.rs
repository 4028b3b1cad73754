//! Icons: their drawings are in `index.html`, once each.

use leptos::prelude::*;

/// An icon beside words that say the same.
#[component]
pub(super) fn Icon(#[prop(into)] name: Signal<&'static str>) -> impl IntoView {
    view! {
        <svg class="icon" width="16" height="16" aria-hidden="true" focusable="false">
            <use href=move || format!("#i-{}", name.get())></use>
        </svg>
    }
}
