//! The head of the page: where one is, and what concerns the whole run.

use super::icon::Icon;
use super::lab::{Dialog, use_lab};
use super::twin::TwinKey;
use super::when_cut::WhenCutSwitch;
use super::whole::use_whole;
use leptos::prelude::*;

/// The head.
#[component]
pub(super) fn Header(#[prop(into)] crumb: Signal<String>) -> impl IntoView {
    let lab = use_lab();
    let whole = use_whole();
    // What a run is, a lesson decides.
    let is_free = Memo::new(move |_| whole.is_here() && lab.allowed.read().is_none());
    view! {
        <header class="top">
            <a class="logo" href="./">"net"<i>"/"</i>"split"</a>
            <p class="crumb">{crumb}</p>
            <nav aria-label="Parts of the page">
                <a href="?page=lessons">"Lessons"</a>
                <a href="?scenario=explore">"Explore"</a>
            </nav>
            <Show when=move || is_free.get()>
                <WhenCutSwitch />
            </Show>
            <div class="head-keys">
                <button type="button" class="quiet-key" aria-label="Preferences" title="Preferences" on:click=move |_| lab.dialog.set(Some(Dialog::Preferences))>
                    <Icon name="wishes" />
                </button>
                <button type="button" class="quiet-key" aria-label="Keyboard" on:click=move |_| lab.dialog.set(Some(Dialog::Keyboard))>
                    <Icon name="keyboard" />
                    <span>"Keyboard"</span>
                </button>
                <Show when=move || lab.allowed.read().is_none()>
                    <TwinKey />
                </Show>
                <button type="button" class="go" id="share" on:click=move |_| lab.dialog.set(Some(Dialog::Share))>
                    "Share"
                </button>
            </div>
        </header>
    }
}
