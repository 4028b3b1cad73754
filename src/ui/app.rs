//! The whole page: its heading, and the laboratory or why there is none.

use super::lab::{Lab, Listing};
use super::query::Query;
use super::results::Results;
use super::run_form::RunForm;
use leptos::prelude::*;

/// The page.
#[component]
pub(super) fn App() -> impl IntoView {
    let lab = Lab::new();
    lab.load();
    view! {
        <header class="page">
            <h1>"Netsplit"</h1>
            <p class="line">"Pull the cable and see what your database does."</p>
        </header>
        <main class="page">
            {move || match lab.listing.get() {
                Listing::Loading => view! { <p role="status">"Loading the scenarios …"</p> }.into_any(),
                Listing::Failed(reason) => view! { <Unlisted lab reason /> }.into_any(),
                Listing::Ready(entries) => {
                    view! {
                        <RunForm lab entries query=Query::read() />
                        <Results lab />
                    }
                        .into_any()
                }
            }}
        </main>
    }
}

/// The list of scenarios did not come: why, and a way on.
#[component]
fn Unlisted(lab: Lab, reason: String) -> impl IntoView {
    view! {
        <section class="trouble" role="alert" id="unlisted">
            <h2>"The scenarios did not come"</h2>
            <p>{reason} "."</p>
            <button type="button" on:click=move |_| lab.load()>
                "Try again"
            </button>
        </section>
    }
}
