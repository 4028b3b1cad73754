//! What stands on the stage's edge: text boxes at replicas, and the small apps of clients. Owns the elements; what they show is the
//! view's, and what is done in them are commands.

mod client;
mod text_box;

use super::lab::use_lab;
use super::whole::use_whole;
use crate::base::ClientId;
use crate::view::apps::{App, Page, client_apps, page};
use client::ClientCard;
use leptos::prelude::*;
use text_box::TextCard;

/// How many boxes a text has: enough to type on both sides of a cut.
const BOXES: usize = 2;

/// The row of them, if the run has any.
#[component]
pub(super) fn Apps() -> impl IntoView {
    let whole = use_whole();
    view! {
        <Show when=move || whole.is_here()>
            <Row />
        </Show>
    }
}

#[component]
fn Row() -> impl IntoView {
    let lab = use_lab();
    let text = Memo::new(move |_| {
        lab.frame.track();
        lab.read(|playback| page(playback.session().cluster())).flatten()
    });
    let apps = Memo::new(move |_| {
        lab.frame.track();
        let seen_by = lab.seen_by.get();
        // What people were told is part of the answer to a question of a lesson.
        if lab.hides_outcomes.get() {
            return Vec::new();
        }
        let apps = lab.read(|playback| {
            let scenario = playback.session().scenario();
            client_apps(scenario, playback.chronicle(), playback.seen(), seen_by)
        });
        apps.unwrap_or_default()
    });
    // A card stays where it is while what it shows changes: a finger may be on its button.
    let owners = Memo::new(move |_| {
        let mut owners: Vec<ClientId> = apps.read().iter().map(|app| app.client).collect();
        owners.dedup();
        owners
    });
    let is_there = move || text.read().is_some() || !owners.read().is_empty();
    view! {
        <Show when=is_there>
            <section class="apps" aria-label="Apps">
                {move || text.get().map(|page| boxes(&page))}
                <For each=move || owners.get() key=|owner| *owner let(owner)>
                    <ClientCard apps=Memo::new(move |_| apps_of(&apps.read(), owner)) />
                </For>
            </section>
        </Show>
    }
}

fn apps_of(apps: &[App], owner: ClientId) -> Vec<App> {
    apps.iter().filter(|app| app.client == owner).cloned().collect()
}

/// The boxes begin as far apart as the replicas' names are.
fn boxes(page: &Page) -> impl IntoView + use<> {
    let ends = [page.replicas.first().copied(), page.replicas.last().copied()];
    let shown = page.replicas.len().min(BOXES);
    let ends = ends.into_iter().flatten().take(shown).enumerate();
    let cards = ends.map(|(place, node)| view! { <TextCard page=page.clone() node place /> });
    cards.collect_view()
}
