//! The bench: one scenario or all, with one seed or many, run to their ends as fast as can be. For those who want to see
//! that the same seed gives the same run here and in a terminal.

mod batch;
mod results;
mod run_form;
mod runner;
mod seeds;

use super::query::Query;
use batch::{Batch, Listing};
use leptos::prelude::*;
use results::Results;
use run_form::RunForm;

/// The page of runs.
#[component]
pub(super) fn RunsPage(query: Query) -> impl IntoView {
    let batch = Batch::new();
    batch.load();
    let query = StoredValue::new(query);
    view! {
        <header class="page">
            <h1><a href="./" class="home">"Netsplit"</a></h1>
            <p class="line">"Pull the cable and see what your database does."</p>
        </header>
        <main class="page">
            {move || match batch.listing.get() {
                Listing::Loading => view! { <p role="status">"Loading the scenarios …"</p> }.into_any(),
                Listing::Failed(reason) => view! { <Unlisted batch reason /> }.into_any(),
                Listing::Ready(entries) => {
                    view! {
                        <RunForm batch entries query=query.get_value() />
                        <Results batch />
                    }
                        .into_any()
                }
            }}
        </main>
    }
}

/// The list of scenarios did not come: why, and a way on.
#[component]
fn Unlisted(batch: Batch, reason: String) -> impl IntoView {
    view! {
        <section class="trouble" role="alert" id="unlisted">
            <h2>"The scenarios did not come"</h2>
            <p>{reason} "."</p>
            <button type="button" on:click=move |_| batch.load()>
                "Try again"
            </button>
        </section>
    }
}
