//! The first screen's words: one sentence, one thing to do, and where to go from here.

use crate::ui::deeds;
use crate::ui::glossary::{ON_HOME, Word};
use crate::ui::lab::use_lab;
use crate::ui::when_cut::{NowAs, when_cut};
use crate::ui::whole::use_whole;
use crate::view::settings::WhenCut;
use crate::view::split::{self, Rules};
use crate::view::stage::LinkState;
use leptos::prelude::*;

/// A knife that hovers once over the wires, then rests: the one obvious thing to do.
#[component]
pub(in crate::ui) fn KnifeHint() -> impl IntoView {
    let lab = use_lab();
    let is_due = Memo::new(move |_| {
        lab.is_home.get()
            && lab.clock.get().events > 0
            && lab.frame.read().links.iter().all(|link| link.state == LinkState::Up)
    });
    view! {
        <Show when=move || is_due.get()>
            <p class="try">"Drag across the wires to cut them"</p>
            <svg class="hint" viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden="true">
                <path d="M66 14L38 88" pathLength="100" vector-effect="non-scaling-stroke"></path>
            </svg>
        </Show>
    }
}

/// The words of the first screen.
#[component]
pub(super) fn HomePanel() -> impl IntoView {
    let lab = use_lab();
    let (whole, system) = (use_whole(), when_cut(lab));
    let other = Memo::new(move |_| {
        Some(match system.get()? {
            WhenCut::Refuse => (WhenCut::Answer, "Now as AP"),
            WhenCut::Answer => (WhenCut::Refuse, "Now as CP"),
        })
    });
    let parted = Memo::new(move |_| {
        let frame = lab.frame.read();
        if frame.sides.is_empty() {
            return None;
        }
        let rules = lab.read(|playback| Rules::of(playback.session().cluster()))?;
        split::now(&frame, &rules)
    });
    let is_parted = Memo::new(move |_| parted.read().is_some());
    let is_cut = Memo::new(move |_| {
        let frame = lab.frame.read();
        let is_cut = |state: LinkState| matches!(state, LinkState::Cut | LinkState::OneWay);
        frame.links.iter().any(|link| is_cut(link.state)) || frame.clients.iter().any(|client| client.is_cut_off)
    });
    let was_parted = Memo::new(move |before: Option<&bool>| before.copied().unwrap_or(false) || is_parted.get());
    view! {
        <h1>"Pull the cable and see what your database does."</h1>
        <p>"Five copies of one number, and wires that you can cut. Alice and Bob write to it."</p>
        <div class="card" class:done=move || is_parted.get()>
            <p><strong>"Try it: "</strong> "drag across the wires, so that two nodes are cut off from three."</p>
        </div>
        <Show when=move || is_cut.get()>
            <p id="what-now">{move || parted.get().unwrap_or_else(|| WHOLE.to_owned())}</p>
            <p class="deeds">
                <button type="button" class="go" id="heal" on:click=move |_| deeds::heal_all(lab)>"Heal it"</button>
                <Show when=move || whole.is_here() && is_parted.get()>
                    {move || other.get().map(|(to, words)| view! { <NowAs to words /> })}
                </Show>
            </p>
        </Show>
        <Show when=move || was_parted.get() && !is_cut.get()>
            <p id="healed">
                {move || match system.get() {
                    Some(WhenCut::Answer) => HEALED_ANSWER,
                    Some(WhenCut::Refuse) | None => HEALED_REFUSE,
                }}
            </p>
        </Show>
        <p class="words">"Words on this page: " {ON_HOME.map(|word| view! { <Word word place="home" /> " " }).into_iter().collect_view()}</p>
        <nav class="ways" aria-label="Where to go">
            <a href="?page=lessons">"Learn it step by step"</a>
            <a href="?scenario=explore">"Explore"</a>
        </nav>
    }
}

/// What is said after the cut, of Raft.
const HEALED_REFUSE: &str = "Healed: the copies become one again. A write that too few had stored may survive or be overwritten. Nobody was told ok for it.";

/// The same of leaderless replicas.
const HEALED_ANSWER: &str = "Healed: the copies exchange what they missed. Where both sides wrote, the write with the later clock stays. The other is thrown away, though somebody was told ok for it.";

/// What is said while some links are cut and no group of nodes is cut off.
const WHOLE: &str = "No message passes the wires that you cut. No group of nodes is cut off from the others yet.";
