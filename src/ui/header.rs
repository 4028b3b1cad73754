//! The head of the page: where one is, and what concerns the whole run.

use super::icon::Icon;
use super::lab::{Dialog, use_lab};
use super::prefs::{Theme, use_theme};
use super::twin::TwinKey;
use super::when_cut::WhenCutSwitch;
use super::whole::use_whole;
use leptos::prelude::*;

/// The head.
#[component]
pub(super) fn Header(#[prop(into)] crumb: Signal<String>) -> impl IntoView {
    let lab = use_lab();
    let (theme, whole) = (use_theme(), use_whole());
    // What a run is, a lesson decides.
    let is_free = Memo::new(move |_| whole.is_here() && lab.allowed.read().is_none());
    let other = move || match theme.get() {
        Theme::Dark => Theme::Light,
        Theme::Light => Theme::System,
        Theme::System => Theme::Dark,
    };
    let themed = move || match theme.get() {
        Theme::System => "Theme: as the system",
        Theme::Light => "Theme: light",
        Theme::Dark => "Theme: dark",
    };
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
                <button type="button" class="quiet-key" aria-label=themed title=themed on:click=move |_| theme.set(other())>
                    <Icon name="theme" />
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
