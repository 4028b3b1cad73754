//! The whole page: which of its parts the address asks for.

use super::desk::Desk;
use super::lessons::CataloguePage;
use super::palette::provide_palette;
use super::prefs::{provide_theme, take_up};
use super::query::{Query, Wanted};
use super::runs::RunsPage;
use super::whole::provide_whole;
use leptos::prelude::*;

/// The page.
#[component]
pub(super) fn App() -> impl IntoView {
    let query = Query::read();
    take_up();
    provide_theme(query.theme.as_deref());
    provide_palette();
    provide_whole();
    match query.wanted() {
        Wanted::Runs => view! { <div class="runs"><RunsPage query /></div> }.into_any(),
        Wanted::Catalogue => view! { <CataloguePage /> }.into_any(),
        Wanted::Desk => view! { <Desk query /> }.into_any(),
    }
}
