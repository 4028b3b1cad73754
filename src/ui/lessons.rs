//! Lessons on the page: the catalogue, and the panel that leads through one.

use leptos::prelude::*;

/// The list of lessons.
#[component]
pub(super) fn CataloguePage() -> impl IntoView {
    view! { <main class="page"><h1>"Lessons"</h1></main> }
}
