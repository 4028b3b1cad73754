//! The caption: one sentence on what matters now, and why. It is the observer's, who sees all; whoever sees with other eyes
//! is told so instead.

use crate::ui::lab::{Lab, use_lab};
use crate::view::stage::SeenBy;
use leptos::prelude::*;

/// The caption.
#[component]
pub(in crate::ui) fn CaptionLine() -> impl IntoView {
    let lab = use_lab();
    let text = move || match lab.seen_by.get() {
        SeenBy::Observer => lab.caption.get().filter(|_| !lab.hides_outcomes.get()).map(|caption| caption.text),
        SeenBy::Node(node) => Some(format!("This is what {node} can know. The rest is faded.")),
        SeenBy::Client(client) => Some(format!("This is what {} can know. The rest is faded.", name(lab, client))),
    };
    view! { <p class="caption" id=format!("{}caption", lab.prefix)>{text}</p> }
}

fn name(lab: Lab, client: crate::base::ClientId) -> String {
    let frame = lab.frame.read();
    frame.clients.iter().find(|it| it.id == client).map_or_else(|| client.to_string(), |client| client.name.clone())
}
