//! Dialogs: native ones, so that focus, Escape and the backdrop are the browser's.

mod file;
mod keyboard;
mod partition;
mod preferences;
mod share;

use super::lab::{Dialog, use_lab};
use super::twin::ChooseTwin;
use keyboard::Keyboard;
use leptos::html;
use leptos::prelude::*;
use partition::Partition;
use preferences::Preferences;
use share::Share;

/// The open dialog.
#[component]
pub(super) fn Dialogs() -> impl IntoView {
    let lab = use_lab();
    move || {
        lab.dialog.get().map(|dialog| {
            let (title, body) = match dialog {
                Dialog::Partition => ("Part the network", view! { <Partition /> }.into_any()),
                Dialog::Share => ("Share this run", view! { <Share /> }.into_any()),
                Dialog::Keyboard => ("Keyboard", view! { <Keyboard /> }.into_any()),
                Dialog::Preferences => ("Preferences", view! { <Preferences /> }.into_any()),
                Dialog::Twin => ("A twin of this run", view! { <ChooseTwin /> }.into_any()),
            };
            view! { <Sheet title>{body}</Sheet> }
        })
    }
}

#[component]
fn Sheet(title: &'static str, children: Children) -> impl IntoView {
    let lab = use_lab();
    let dialog = NodeRef::<html::Dialog>::new();
    Effect::new(move |_| {
        if let Some(dialog) = dialog.get() {
            let _ = dialog.show_modal();
        }
    });
    view! {
        <dialog node_ref=dialog aria-labelledby="dialog-title" on:close=move |_| lab.dialog.set(None)>
            <h2 id="dialog-title">{title}</h2>
            {children()}
            <form method="dialog" class="close">
                <button type="submit">"Close"</button>
            </form>
        </dialog>
    }
}
