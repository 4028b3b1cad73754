//! The switch of the head and of the settings: what the cluster does while it is cut. A click runs the same cluster, workload, seed and faults as the
//! other of Raft and leaderless replicas, up to the same moment.

use super::lab::{Lab, use_lab};
use super::rerun::run_again;
use crate::base::{SimDuration, SimTime};
use crate::view::settings::{WhenCut, rerun};
use leptos::prelude::*;
use leptos::task::spawn_local;

/// What the cluster does while it is cut, as far as a run was shown. While a run is made anew there is none for a moment, and it
/// stays as it was.
pub(super) fn when_cut(lab: Lab) -> Memo<Option<WhenCut>> {
    let turn = Memo::new(move |_| lab.clock.get().turn);
    Memo::new(move |before: Option<&Option<WhenCut>>| {
        turn.get();
        let now = lab.read(|playback| WhenCut::of(&playback.session().scenario().system));
        now.or(before.copied().flatten())
    })
}

/// The switch.
#[component]
pub(super) fn WhenCutSwitch() -> impl IntoView {
    let lab = use_lab();
    let now = when_cut(lab);
    let is_busy = RwSignal::new(false);
    let choose = move |to: WhenCut| {
        if now.get_untracked() != Some(to) {
            switch(lab, to, is_busy, Stand::Here);
        }
    };
    let key = move |to: WhenCut| {
        let is_on = move || now.get() == Some(to);
        view! {
            <button
                type="button"
                class:on=is_on
                aria-pressed=move || if is_on() { "true" } else { "false" }
                title=to.sentence()
                on:click=move |_| choose(to)
            >
                {to.word()} " · " <b>{to.letter()}</b>
            </button>
        }
    };
    view! {
        <div class="when-cut" role="group" aria-label="When the cluster is cut" class:busy=move || is_busy.get()>
            <span aria-hidden="true">"when cut"</span>
            <div class="either">{key(WhenCut::Refuse)} {key(WhenCut::Answer)}</div>
        </div>
    }
}

/// The same seconds again, as the other system lives them: from shortly before the cut.
#[component]
pub(super) fn NowAs(to: WhenCut, words: &'static str) -> impl IntoView {
    let lab = use_lab();
    let is_busy = RwSignal::new(false);
    view! {
        <button type="button" class="go quiet" id="now-as" on:click=move |_| switch(lab, to, is_busy, Stand::BeforeTheCut)>
            {words}
        </button>
    }
}

/// Where the new run stands at first.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stand {
    /// At the moment that was shown.
    Here,
    /// Shortly before the first cut, and it plays.
    BeforeTheCut,
}

/// So long before a cut.
const BEFORE: SimDuration = SimDuration::from_millis(200);

fn switch(lab: Lab, to: WhenCut, is_busy: RwSignal<bool>, stand: Stand) {
    if is_busy.get_untracked() {
        return;
    }
    let prepared = lab.read(|playback| {
        let session = playback.session();
        let next = to.applied(session.scenario(), lab.other_system.get_value().as_ref());
        lab.other_system.set_value(Some(session.scenario().system.clone()));
        rerun(session, next)
    });
    let mut prepared = match prepared {
        Some(Ok(prepared)) => prepared,
        Some(Err(problems)) => {
            let words: Vec<String> = problems.iter().map(ToString::to_string).collect();
            lab.notice.set(Some(format!("Nothing changed: {}", words.join("; "))));
            return;
        }
        None => return,
    };
    if stand == Stand::BeforeTheCut {
        let mut cuts = prepared.record.commands.iter().filter(|(_, command)| command.is_cut());
        prepared.now = cuts.next().map_or(prepared.now, |(at, _)| SimTime(at.time.0.saturating_sub(BEFORE.0)));
    }
    is_busy.set(true);
    spawn_local(async move {
        let changed = [to.sentence().trim_end_matches('.').to_owned()];
        run_again(lab, prepared, &changed).await;
        if stand == Stand::BeforeTheCut {
            lab.play();
        }
        is_busy.try_set(false);
    });
}
