//! The transport: play, steps, speed, undo. Knows nothing of what is played.

use super::icon::Icon;
use super::lab::{Lab, use_lab};
use super::query::Query;
use super::words;
use crate::base::{SimDuration, SimTime};
use crate::lesson::Tool;
use crate::view::pace::{Rate, Speed};
use crate::view::playback::Playback;
use leptos::prelude::*;

/// The transport.
#[component]
pub(super) fn Transport() -> impl IntoView {
    let lab = use_lab();
    let is_wide = RwSignal::new(false);
    let no_step = Signal::derive(move || !lab.allows(Tool::Step));
    view! {
        <section class="transport" class:wide=move || is_wide.get() aria-label="Playback">
            <div class="keys">
                <Key icon="undo" label="Undo" press=move || undo(lab) />
                <Key icon="redo" label="Redo" press=move || redo(lab) />
                <Key icon="back" label="Step back" press=move || { lab.change(Playback::step_back); } is_off=no_step />
                <PlayKey />
                <Key icon="step" label="Step" press=move || lab.step() is_off=no_step />
                <Framed no_step />
                <output class="time" aria-label="Simulated time">{move || words::seconds(lab.clock.get().time)}</output>
                <button
                    type="button"
                    class="key speed-key"
                    aria-label="Speed"
                    aria-expanded=move || if is_wide.get() { "true" } else { "false" }
                    on:click=move |_| is_wide.update(|wide| *wide = !*wide)
                >
                    <Icon name="clock" />
                </button>
            </div>
            <Speeds />
        </section>
    }
}

/// A round or square key with an icon and a name.
#[component]
fn Key(
    icon: &'static str,
    label: &'static str,
    press: impl Fn() + 'static,
    #[prop(into, optional)] is_off: Signal<bool>,
) -> impl IntoView {
    view! {
        <button type="button" class="key" aria-label=label title=label disabled=is_off on:click=move |_| press()>
            <Icon name=icon />
        </button>
    }
}

/// Keys for who sees the page inside of another, where there is little room: to the beginning, and out into a window of
/// its own. The styles show them there alone.
#[component]
fn Framed(no_step: Signal<bool>) -> impl IntoView {
    let lab = use_lab();
    view! {
        <span class="framed">
            <Key icon="restart" label="Restart" press=move || { lab.change(|playback| playback.seek(SimTime::ZERO)); } is_off=no_step />
            <a class="key" href=Query::whole_page() target="_blank" rel="noopener" aria-label="Open in a window of its own" title="Open in a window of its own">
                <Icon name="open" />
            </a>
        </span>
    }
}

#[component]
fn PlayKey() -> impl IntoView {
    let lab = use_lab();
    let plays = Memo::new(move |_| lab.clock.get().is_playing);
    let label = move || if plays.get() { "Pause" } else { "Play" };
    view! {
        <button
            type="button"
            class="key play"
            class:cue=move || lab.cue.get() == Some(Tool::Play)
            id="play"
            aria-label=label
            title=label
            disabled=move || !lab.allows(Tool::Play)
            on:click=move |_| lab.toggle()
        >
            <Icon name=Signal::derive(move || if plays.get() { "pause" } else { "play" }) />
        </button>
    }
}

/// Story pace with or without the quiet, or a speed by hand.
#[component]
fn Speeds() -> impl IntoView {
    let lab = use_lab();
    let is_story = Memo::new(move |_| matches!(lab.speed.get(), Speed::Story { .. }));
    let skips = Memo::new(move |_| lab.speed.get() == Speed::Story { skip_quiet: true });
    let by_hand = move || match lab.speed.get() {
        Speed::Fixed(rate) => notch(rate),
        Speed::Story { .. } => 0,
    };
    view! {
        <div class="speeds">
            <button
                type="button"
                class="chip"
                aria-pressed=move || if is_story.get() { "true" } else { "false" }
                on:click=move |_| lab.set_speed(if is_story.get_untracked() { Speed::Fixed(rate_of(0)) } else { Speed::Story { skip_quiet: true } })
            >
                "story pace"
            </button>
            <button
                type="button"
                class="chip"
                aria-pressed=move || if skips.get() { "true" } else { "false" }
                on:click=move |_| lab.set_speed(Speed::Story { skip_quiet: !skips.get_untracked() })
            >
                "skip the quiet"
            </button>
            <label class="by-hand" class:idle=move || is_story.get()>
                <span>"speed " <b>{move || words::speed(lab.speed.get())}</b></span>
                <input
                    type="range"
                    min="-30"
                    max="20"
                    step="1"
                    prop:value=move || by_hand().to_string()
                    aria-valuetext=move || words::speed(lab.speed.get())
                    on:input=move |event| {
                        let notch = event_target_value(&event).parse().unwrap_or(0);
                        lab.set_speed(Speed::Fixed(rate_of(notch)));
                    }
                />
            </label>
        </div>
    }
}

/// The slider has ten notches for each power of ten: a person can aim at 1/30 as well as at 30.
fn rate_of(notch: i32) -> Rate {
    Rate::per_second(SimDuration((1_000_000.0 * libm::pow(10.0, f64::from(notch) / 10.0)) as u64))
}

fn notch(rate: Rate) -> i32 {
    libm::round(10.0 * libm::log10(rate.in_a_second().0 as f64 / 1_000_000.0)) as i32
}

/// Takes the last intervention back.
pub(super) fn undo(lab: Lab) {
    if lab.undo_run() {
        return;
    }
    if lab.read(|playback| playback.session().applied()).is_some_and(|applied| applied <= lab.floor.get_untracked()) {
        lab.spoken.set("There is nothing of yours to take back".to_owned());
        return;
    }
    if let Some(Err(error)) = lab.change(Playback::undo) {
        lab.notice.set(Some(format!("Nothing changed: {error}")));
    }
}

/// Returns to what the last undo left.
pub(super) fn redo(lab: Lab) {
    if lab.redo_run() {
        return;
    }
    if let Some(Err(error)) = lab.change(Playback::redo) {
        lab.notice.set(Some(format!("Nothing changed: {error}")));
    }
}
