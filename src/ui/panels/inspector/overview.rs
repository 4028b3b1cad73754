//! All that is on the stage as lists, with what can be done to it as buttons: what is laid open while nothing is selected,
//! and the stage once more for whoever reads rather than looks.

use super::super::Beat;
use crate::base::{ClientId, Endpoint, NodeId};
use crate::lesson::Tool;
use crate::sim::Command;
use crate::ui::deeds;
use crate::ui::lab::{Lab, Selected, use_lab};
use crate::view::stage::{LinkFrame, LinkState, Look, StageFrame};
use leptos::prelude::*;
use std::sync::Arc;

/// The stage as the lists show it, made anew with the panel.
type Shown = Memo<Arc<StageFrame>>;

/// So many nodes the stage has room for.
const MOST_NODES: usize = 9;

/// The lists.
#[component]
pub(super) fn Overview(beat: RwSignal<Beat>) -> impl IntoView {
    let lab = use_lab();
    let shown: Shown = Memo::new(move |_| {
        beat.get();
        lab.frame.get_untracked()
    });
    let nodes = Memo::new(move |_| shown.read().nodes.iter().map(|node| node.id).collect::<Vec<_>>());
    let links = Memo::new(move |_| shown.read().links.iter().map(|link| (link.from, link.to)).collect::<Vec<_>>());
    let clients = Memo::new(move |_| shown.read().clients.iter().map(|client| client.id).collect::<Vec<_>>());
    view! {
        <section class="sheet overview" aria-label="All that is on the stage">
            <p>{move || shown.read().summary.clone()}</p>
            <p>
                <button type="button" class="chip" on:click=move |_| describe(lab)>"Describe now"</button>
            </p>
            <h3 id="all-nodes">"Nodes"</h3>
            <ul class="things" aria-labelledby="all-nodes">
                <For each=move || nodes.get() key=|node| *node children=move |node| node_row(lab, shown, node) />
            </ul>
            <AddServer nodes />
            <h3 id="all-clients">"Clients"</h3>
            <ul class="things" aria-labelledby="all-clients">
                <For each=move || clients.get() key=|client| *client children=move |client| client_row(lab, shown, client) />
            </ul>
            <h3 id="all-links">"Links"</h3>
            <table aria-labelledby="all-links">
                <thead>
                    <tr>
                        <th scope="col">"Link"</th>
                        <th scope="col">"State"</th>
                        <th scope="col">
                            <span class="unseen">"Action"</span>
                        </th>
                    </tr>
                </thead>
                <tbody>
                    <For each=move || links.get() key=|link| *link children=move |(from, to)| link_row(lab, shown, from, to) />
                </tbody>
            </table>
        </section>
    }
}

/// Says what is on the stage, again if it was the last thing said: a live region that does not change says nothing.
fn describe(lab: Lab) {
    lab.spoken.set(String::new());
    let words = lab.frame.read_untracked().summary.clone();
    request_animation_frame(move || lab.spoken.set(words));
}

fn node_row(lab: Lab, shown: Shown, node: NodeId) -> impl IntoView {
    let is_down = Memo::new(move |_| shown.read().node(node).is_some_and(|frame| frame.look == Look::Down));
    let says = move || shown.read().node(node).map_or_else(String::new, |frame| frame.says.clone());
    let deed = move || if is_down.get() { "Start" } else { "Crash" };
    let is_allowed = move || lab.allows(if is_down.get() { Tool::Restart } else { Tool::Crash });
    view! {
        <li>
            {name(lab, Selected::Node(node), node.to_string())}
            <span class="state">{says}</span>
            <button
                type="button"
                class="chip"
                hidden=move || !is_allowed()
                aria-label=move || format!("{} {node}", deed())
                on:click=move |_| deeds::toggle_crash(lab, node)
            >
                {deed}
            </button>
        </li>
    }
}

fn client_row(lab: Lab, shown: Shown, client: ClientId) -> impl IntoView {
    let frame = move || shown.read().clients.iter().find(|frame| frame.id == client).cloned();
    let called = frame().map_or_else(|| client.to_string(), |frame| frame.name);
    let does = move || match frame().and_then(|frame| frame.waits) {
        Some((asked, _)) => format!("{asked}, no answer yet"),
        None => "idle".to_owned(),
    };
    let label = format!("Write as {called}");
    view! {
        <li>
            {name(lab, Selected::Client(client), called)}
            <span class="state">{does}</span>
            <button
                type="button"
                class="chip"
                hidden=move || !lab.allows(Tool::Write)
                aria-label=label
                on:click=move |_| deeds::client_writes(lab, client)
            >
                "Write"
            </button>
        </li>
    }
}

fn link_row(lab: Lab, shown: Shown, from: Endpoint, to: Endpoint) -> impl IntoView {
    let state = Memo::new(move |_| shown.read().link(from, to).map_or(LinkState::Up, |link| link.state));
    let words = move || shown.read().link(from, to).map_or_else(String::new, words);
    let deed = move || match state.get() {
        LinkState::Cut | LinkState::OneWay | LinkState::Flapping => "Heal",
        LinkState::Up | LinkState::Lossy | LinkState::Slow => "Cut",
    };
    view! {
        <tr>
            <th scope="row">{name(lab, Selected::Link(from, to), format!("{from}–{to}"))}</th>
            <td>{words}</td>
            <td>
                <button
                    type="button"
                    class="chip"
                    hidden=move || !lab.allows(Tool::Links)
                    aria-label=move || format!("{} {from}–{to}", deed())
                    on:click=move |_| deeds::toggle_link(lab, from, to)
                >
                    {deed}
                </button>
            </td>
        </tr>
    }
}

fn words(link: &LinkFrame) -> String {
    let mut words = link.state.word().to_owned();
    for more in [&link.delay, &link.loss] {
        if !more.is_empty() && link.state != LinkState::Cut {
            words += &format!(", {more}");
        }
    }
    words
}

/// A name that lays open what it names.
fn name(lab: Lab, on: Selected, words: String) -> impl IntoView {
    view! {
        <button type="button" class="link" on:click=move |_| lab.selected.set(Some(on))>{words}</button>
    }
}

/// One server more: it starts with an empty disk, and belongs to the cluster once its menu's *Take it in* has gone through.
#[component]
fn AddServer(nodes: Memo<Vec<NodeId>>) -> impl IntoView {
    let lab = use_lab();
    let is_full = move || nodes.read().len() >= MOST_NODES;
    let is_raft = move || lab.running().is_some_and(|scenario| scenario.system.has_leaders());
    view! {
        <p hidden=move || !(is_raft() && lab.allows(Tool::Nodes))>
            <button type="button" class="chip" disabled=is_full on:click=move |_| lab.act(&Command::AddNode)>"Start another server"</button>
            <span class="detail">{move || if is_full() { " Nine are the most." } else { " It is empty, and no member until it is taken in." }}</span>
        </p>
    }
}
