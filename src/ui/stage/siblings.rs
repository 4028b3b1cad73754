//! Versions that a client has read and that conflict, offered to whoever looks on: which of them is to hold?

use crate::lesson::Tool;
use crate::ui::deeds;
use crate::ui::lab::{Lab, use_lab};
use crate::view::stage::{Conflict, SeenBy, conflicts};
use leptos::prelude::*;

/// The offers, one a client.
#[component]
pub(super) fn Siblings() -> impl IntoView {
    let lab = use_lab();
    let open = Memo::new(move |_| {
        let frame = lab.frame.read();
        let knows = |conflict: &Conflict| match lab.seen_by.get() {
            SeenBy::Observer => true,
            SeenBy::Client(client) => client == conflict.client,
            SeenBy::Node(_) => false,
        };
        // What people were told is part of the answer to a question of a lesson.
        if lab.hides_outcomes.get() || !lab.allows(Tool::Write) {
            return Vec::new();
        }
        let clients = frame.clients.len();
        let all = lab.read(|playback| conflicts(playback.chronicle(), clients, playback.seen())).unwrap_or_default();
        all.into_iter().filter(knows).take(1).collect::<Vec<_>>()
    });
    view! {
        <div class="conflicts" aria-live="polite">
            {move || open.get().into_iter().map(|conflict| offer(lab, conflict)).collect_view()}
        </div>
    }
}

fn offer(lab: Lab, conflict: Conflict) -> impl IntoView {
    let frame = lab.frame.get_untracked();
    let name = frame.clients.iter().find(|it| it.id == conflict.client).map(|it| it.name.clone()).unwrap_or_default();
    let count = conflict.values.len();
    let says =
        format!("{name} has read {count} versions of {}. None has seen another. Which is to hold?", conflict.key);
    let ways = conflict.ways_out().into_iter().map(|(words, value)| {
        let conflict = conflict.clone();
        view! {
            <button type="button" class="go quiet" on:click=move |_| deeds::settle(lab, &conflict, value.clone())>
                {words}
            </button>
        }
    });
    view! {
        <section class="conflict" aria-label="Conflicting versions">
            <p>{says}</p>
            <p class="ways">{ways.collect_view()}</p>
        </section>
    }
}
