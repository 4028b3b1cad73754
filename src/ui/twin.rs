//! The twin: the same seed and commands with one difference, beside the run and on one clock with it.

use super::apps::Apps;
use super::lab::{Dialog, Lab, Twin, use_lab};
use super::stage::{RulesOff, Stage};
use super::words;
use crate::base::SimTime;
use crate::lesson::{Mark, Scenario, System};
use crate::protocol::leaderless::{Conflicts, LeaderlessConfig, ReadRepair};
use crate::protocol::raft::{Break, RaftConfig, ReadPath};
use crate::session::{Difference, Replay, RunRecord, ScenarioRef, Session};
use crate::sim::Wire;
use crate::view::decisive::{About, decisive};
use crate::view::describe::line_of;
use crate::view::settings::WhenCut;
use leptos::context::Provider;
use leptos::prelude::*;

/// One stage, or two beside each other.
#[component]
pub(super) fn Stages() -> impl IntoView {
    let lab = use_lab();
    let has_twin = Memo::new(move |_| lab.twin.read().is_some());
    let found = Memo::new(move |_| {
        let second = lab.twin.get()?.lab;
        lab.frame.track();
        second.frame.track();
        parting(lab, second)
    });
    Effect::new(move |_| {
        if let (Some(twin), Some(found)) = (lab.twin.get_untracked(), found.get()) {
            mark(lab, &twin, found.difference);
        }
    });
    view! {
        <div class="stages" class:two=move || has_twin.get()>
            <div class="beside">
                <Show when=move || has_twin.get()>
                    <Label side=0 found />
                </Show>
                <RulesOff />
                <Stage />
                <Apps />
            </div>
            {move || {
                lab.twin.get().map(|twin| {
                    view! {
                        <div class="beside">
                            <Label side=1 found />
                            <Provider value=twin.lab>
                                <RulesOff />
                                <Stage />
                                <Apps />
                            </Provider>
                        </div>
                        <Parting twin found />
                    }
                })
            }}
        </div>
    }
}

/// Where two runs part, as far as both were shown.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Found {
    difference: Difference,
    /// What the record is that differs.
    words: String,
}

impl Found {
    fn at(&self) -> SimTime {
        self.difference.first.into_iter().chain(self.difference.second).min().unwrap_or_default()
    }

    /// Whether it is this run in which something else happened first.
    fn is_in(&self, side: usize) -> bool {
        let when = if side == 0 { self.difference.first } else { self.difference.second };
        when == Some(self.at())
    }
}

/// What one of the two runs is, and whether it is the one that went another way first.
#[component]
fn Label(side: usize, found: Memo<Option<Found>>) -> impl IntoView {
    let lab = use_lab();
    let name =
        move || lab.twin.get().map(|twin| if side == 0 { twin.own } else { twin.difference }).unwrap_or_default();
    let parts_here = Memo::new(move |_| {
        let since = lab.twin.read().as_ref().and_then(|twin| twin.lesson).unwrap_or_default();
        found.read().as_ref().is_some_and(|found| found.is_in(side) && found.at() >= since)
    });
    view! {
        <p class="label">
            {name}
            <Show when=move || parts_here.get()>
                <span class="parts-here">" ◆ parts here"</span>
            </Show>
        </p>
    }
}

/// Points at what differed first, on each stage where it has happened.
fn mark(first: Lab, twin: &Twin, difference: Difference) {
    let since = twin.lesson.unwrap_or_default();
    for (lab, when) in [(first, difference.first), (twin.lab, difference.second)] {
        let moment = lab.read(|playback| decisive(playback.session().cluster(), difference.record)).flatten();
        let Some(moment) = moment.filter(|_| when.is_some_and(|when| when >= since)) else { continue };
        let ends = match moment.about {
            About::Message { from, to, .. } => vec![Mark::End(from), Mark::End(to), Mark::Link(Wire::both(from, to))],
            About::End(end) => vec![Mark::End(end)],
            About::Operation(_) | About::All => continue,
        };
        lab.marked.set(ends);
    }
}

/// Where two runs part, once they have, and the way back to one run.
#[component]
fn Parting(twin: Twin, found: Memo<Option<Found>>) -> impl IntoView {
    let lab = use_lab();
    let since = twin.lesson;
    let told = move || match found.get() {
        Some(found) if since.is_some_and(|since| found.at() < since) => {
            view! { <span>"A setting differs: these two runs differ from the beginning."</span> }.into_any()
        }
        Some(found) => {
            let at = found.at();
            let said = since.is_none().then_some(found.words);
            view! {
                <span>"They part at " <b>{words::seconds(at)}</b> {said.map(|words| format!(": {words} "))} ". "</span>
                <button type="button" class="link" on:click=move |_| { lab.change(|playback| playback.seek(at)); }>
                    "Go there"
                </button>
            }
            .into_any()
        }
        None => view! { <span>"So far both runs are the same, event for event."</span> }.into_any(),
    };
    view! {
        <div class="parting">
            <p>{told} <span class="quiet">" The timeline shows only the run without this twin."</span></p>
            {since.is_none().then(|| view! {
                <button type="button" class="link" on:click=move |_| lab.set_twin(None)>"Close the twin"</button>
            })}
        </div>
    }
}

/// The first record that differs as far as both were shown, and what it is: in the second run, if it is there.
fn parting(first: Lab, second: Lab) -> Option<Found> {
    first
        .read(|one| {
            second.read(|other| {
                let (one, other) = (one.session().cluster(), other.session().cluster());
                let difference = one.first_difference(other)?;
                let line = line_of(other, difference.record).or_else(|| line_of(one, difference.record));
                Some(Found { difference, words: line.unwrap_or_default() })
            })
        })
        .flatten()
        .flatten()
}

/// What can be different in a twin.
type Change = (&'static str, fn(&mut System));

/// The differences that are offered. Each changes one thing, and nothing of another system.
const CHANGES: [Change; 12] = [
    ("with check-quorum", |system| raft(system, |raft| raft.check_quorum = true)),
    ("without check-quorum", |system| raft(system, |raft| raft.check_quorum = false)),
    ("with pre-vote", |system| raft(system, |raft| raft.pre_vote = true)),
    ("without pre-vote", |system| raft(system, |raft| raft.pre_vote = false)),
    ("leader answers reads by itself (leases)", |system| raft(system, |raft| raft.reads = ReadPath::Lease)),
    ("leader asks a majority before each read", |system| raft(system, |raft| raft.reads = ReadPath::ReadIndex)),
    ("acknowledges before replicating (a rule off)", |system| {
        raft(system, |raft| raft.break_it = raft.break_it.with(Break::AcknowledgeBeforeReplicating));
    }),
    ("the last writer wins", |system| leaderless(system, |it| it.conflicts = Conflicts::LastWriterWins)),
    ("conflicting versions stay side by side", |system| leaderless(system, |it| it.conflicts = Conflicts::Siblings)),
    ("a read waits for one more replica", |system| leaderless(system, |it| it.r = it.n.min(it.r + 1))),
    ("others stand in for dead replicas", |system| leaderless(system, |it| it.sloppy = true)),
    ("reads repair before they answer", |system| leaderless(system, |it| it.read_repair = ReadRepair::Blocking)),
];

fn raft(system: &mut System, change: impl FnOnce(&mut RaftConfig)) {
    if let System::Raft(raft) = system {
        change(raft);
    }
}

fn leaderless(system: &mut System, change: impl FnOnce(&mut LeaderlessConfig)) {
    if let System::Leaderless(leaderless) = system {
        change(leaderless);
    }
}

/// The choice of a difference.
#[component]
pub(super) fn ChooseTwin() -> impl IntoView {
    let lab = use_lab();
    let Some(record) = lab.record() else { return view! { <p>"There is no run yet."</p> }.into_any() };
    let Some(scenario) = lab.scenario() else { return ().into_any() };
    let now = scenario.system.clone();
    let changes = CHANGES.into_iter().filter(|(_, change)| {
        let mut changed = now.clone();
        change(&mut changed);
        changed != now
    });
    let open = move |scenario: Scenario, record: RunRecord, difference: String| {
        match beside(&scenario, record) {
            Ok(session) => {
                let twin = lab.beside();
                twin.load(session, ScenarioRef::Inline(Box::new(scenario)));
                lab.set_twin(Some(Twin { lab: twin, own: "this run".to_owned(), difference, lesson: None }));
            }
            Err(error) => lab.notice.set(Some(format!("There can be no such twin: {error}"))),
        }
        lab.dialog.set(None);
    };
    let last = record.commands.get((record.applied as usize).wrapping_sub(1)).cloned();
    let without_last = last.map(|_| {
        let (scenario, mut record) = ((*scenario).clone(), record.clone());
        record.commands.truncate(record.applied as usize - 1);
        record.applied -= 1;
        view! {
            <button type="button" class="choice" on:click=move |_| open(scenario.clone(), record.clone(), "without the last intervention".to_owned())>
                "without the last intervention"
            </button>
        }
    });
    let buttons = changes.map(|(words, change)| {
        let (mut changed, record) = ((*scenario).clone(), record.clone());
        change(&mut changed.system);
        view! {
            <button type="button" class="choice" on:click=move |_| open(changed.clone(), record.clone(), words.to_owned())>
                {words}
            </button>
        }
    });
    let other = match WhenCut::of(&now) {
        WhenCut::Refuse => WhenCut::Answer,
        WhenCut::Answer => WhenCut::Refuse,
    };
    let switched = (other.applied(&scenario, None), record.clone());
    let switched = view! {
        <button type="button" class="choice" on:click=move |_| open(switched.0.clone(), switched.1.clone(), other.as_twin().to_owned())>
            {other.as_twin()}
        </button>
    };
    view! {
        <p>"The same seed and the same commands, beside this run and on one clock with it. One thing is different:"</p>
        <div class="choices">{switched} {without_last} {buttons.collect_view()}</div>
    }
    .into_any()
}

/// The run beside: all commands again, at their times.
fn beside(scenario: &Scenario, record: RunRecord) -> Result<Session, String> {
    let at = record.at.time;
    let mut session = Replay::new(scenario, record).and_then(Replay::finish).map_err(|error| error.to_string())?;
    session.seek(at);
    Ok(session)
}

/// The button that opens the choice, or closes the twin.
#[component]
pub(super) fn TwinKey() -> impl IntoView {
    let lab = use_lab();
    let has_twin = Memo::new(move |_| lab.twin.read().is_some());
    view! {
        <button
            type="button"
            class="go quiet"
            aria-pressed=move || if has_twin.get() { "true" } else { "false" }
            on:click=move |_| if has_twin.get_untracked() { lab.set_twin(None) } else { lab.dialog.set(Some(Dialog::Twin)) }
        >
            "Twin"
        </button>
    }
}
