//! The menu of a node, a link or a client: everything that can be done to it, reachable by keys alone.

use super::deeds;
use super::lab::{Lab, Selected, use_lab};
use super::stage::placing::Placing;
use super::stage::{Gestures, Opened, focus_on};
use crate::base::Distribution;
use crate::base::{ClientId, Endpoint, NodeId, SimDuration};
use crate::lesson::Tool;
use crate::sim::{Command, LinkPatch, Wire};
use crate::view::stage::{LinkState, Look, SeenBy};
use leptos::html::Div;
use leptos::prelude::*;
use std::sync::Arc;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent};

/// How wide a menu is, and how high one of its rows, in pixels: what it takes to keep it on the stage.
const WIDTH: f32 = 232.0;
const ROW: f32 = 32.0;

/// One entry: what a lesson must allow for it, its words, and what it does.
type Entry = (Needs, String, Arc<dyn Fn() + Send + Sync>);

/// Which tool of a lesson an entry belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Needs {
    /// It changes nothing in the run.
    Nothing,
    /// This one.
    Tool(Tool),
    /// No lesson offers it.
    Freedom,
}

impl Needs {
    fn is_met(self, lab: Lab) -> bool {
        match self {
            Self::Nothing => true,
            Self::Tool(tool) => untrack(|| lab.allows(tool)),
            Self::Freedom => lab.allowed.read_untracked().is_none(),
        }
    }
}

/// The open menu, if there is one.
#[component]
pub(super) fn Menu() -> impl IntoView {
    let gestures = expect_context::<Gestures>();
    move || gestures.menu.get().map(|opened| view! { <Open opened /> })
}

#[component]
fn Open(opened: Opened) -> impl IntoView {
    let (lab, gestures) = (use_lab(), expect_context::<Gestures>());
    let list = NodeRef::<Div>::new();
    let entries = entries(lab, gestures, opened.on);
    let close = move || {
        gestures.menu.set(None);
        focus_on(lab, opened.on);
    };
    Effect::new(move |_| {
        if let Some(list) = list.get() {
            focus_entry(&list, 0);
        }
    });
    // It stays on the stage, whose edge may be the screen's.
    let size = expect_context::<Placing>().size.get_untracked();
    let entries: Vec<Entry> = entries.into_iter().filter(|(needs, ..)| needs.is_met(lab)).collect();
    let height = (36.0 + ROW * entries.len() as f32).min(size.height);
    let items = entries.into_iter().map(|(_, words, deed)| {
        view! {
            <button
                type="button"
                role="menuitem"
                tabindex="-1"
                on:click=move |_| {
                    close();
                    deed();
                }
            >
                {words}
            </button>
        }
    });
    view! {
        <div
            class="menu"
            role="menu"
            aria-label=title(lab, opened.on)
            node_ref=list
            style:left=format!("{}px", opened.at.x.min(size.width - WIDTH).max(0.0) as i32)
            style:top=format!("{}px", opened.at.y.min(size.height - height).max(0.0) as i32)
            on:keydown=move |event| {
                if key(&event, list) {
                    close();
                }
            }
            on:focusout=move |event| {
                let goes_to = event.related_target().and_then(|target| target.dyn_into::<web_sys::Node>().ok());
                let stays = list.get_untracked().is_some_and(|list| list.contains(goes_to.as_ref()));
                if !stays && goes_to.is_some() {
                    gestures.menu.set(None);
                }
            }
        >
            <p class="title" role="presentation">{title(lab, opened.on)}</p>
            {items.collect_view()}
        </div>
    }
}

fn title(lab: Lab, on: Selected) -> String {
    let frame = lab.frame.get_untracked();
    match on {
        Selected::Node(node) => {
            frame.node(node).map_or_else(|| node.to_string(), |node| format!("{}, {}", node.id, node.says))
        }
        Selected::Client(client) => {
            frame.clients.iter().find(|it| it.id == client).map_or_else(String::new, |it| it.name.clone())
        }
        Selected::Link(from, to) => frame.link(from, to).map_or_else(String::new, |link| link.name.clone()),
        Selected::Message(_) | Selected::Operation(_) => String::new(),
    }
}

fn entry(words: impl Into<String>, deed: impl Fn() + Send + Sync + 'static) -> Entry {
    (Needs::Freedom, words.into(), Arc::new(deed))
}

/// An entry that a lesson may allow.
fn tool(tool: Tool, (_, words, deed): Entry) -> Entry {
    (Needs::Tool(tool), words, deed)
}

/// An entry that changes nothing in the run.
fn view_only((_, words, deed): Entry) -> Entry {
    (Needs::Nothing, words, deed)
}

fn entries(lab: Lab, gestures: Gestures, on: Selected) -> Vec<Entry> {
    match on {
        Selected::Node(node) => node_entries(lab, gestures, node),
        Selected::Client(client) => client_entries(lab, client),
        Selected::Link(from, to) => link_entries(lab, from, to),
        Selected::Message(_) | Selected::Operation(_) => Vec::new(),
    }
}

fn node_entries(lab: Lab, gestures: Gestures, node: NodeId) -> Vec<Entry> {
    let frame = lab.frame.get_untracked();
    let Some(now) = frame.node(node) else { return Vec::new() };
    let is_down = now.look == Look::Down;
    let is_cut_off = frame
        .links
        .iter()
        .filter(|link| link.from == node.into() || link.to == node.into())
        .all(|link| link.state == LinkState::Cut);
    let act = move |command: Command| move || lab.act(&command);
    let mut entries = Vec::new();
    if !is_down {
        entries.push(tool(Tool::Write, entry("Write through it", move || deeds::write_through(lab, node))));
        entries.push(tool(Tool::Read, entry("Read through it", move || deeds::read_through(lab, node))));
    }
    entries.push(tool(
        if is_down { Tool::Restart } else { Tool::Crash },
        entry(if is_down { "Start again" } else { "Crash" }, move || deeds::toggle_crash(lab, node)),
    ));
    if !is_down {
        entries.push(tool(
            Tool::Pause,
            entry(if now.is_paused { "Let it go on" } else { "Freeze" }, move || deeds::toggle_freeze(lab, node)),
        ));
    }
    if frame.nodes.len() > 1 {
        if is_cut_off {
            entries.push(tool(Tool::Isolate, entry("Reconnect", move || reconnect(lab, node))));
        } else {
            entries.push(tool(Tool::Isolate, entry("Isolate", act(Command::Isolate(node.into())))));
        }
    }
    if !is_down {
        entries.push(entry("Slow it down", move || deeds::set_slow(lab, node, true)));
        entries.push(entry("As fast as can be", move || deeds::set_slow(lab, node, false)));
        entries.push(entry("Clock +0.5 s", move || deeds::step_clock(lab, node, 500_000)));
        entries.push(entry("Clock −0.5 s", move || deeds::step_clock(lab, node, -500_000)));
        entries.push(entry("Make it the leader", move || deeds::transfer(lab, node)));
    }
    entries.push(entry("Erase its disk", act(Command::Wipe(node))));
    entries.push(view_only(entry("Move…", move || {
        gestures.moving.set(Some(node));
        lab.spoken.set(format!("{node} grabbed. Arrow keys move it, Enter drops it; or click where it is to go."));
    })));
    entries.push(view_only(entry("See as this node", move || lab.see_as(SeenBy::Node(node)))));
    entries
}

/// Mends a node's links, one by one: others stay as they are.
fn reconnect(lab: Lab, node: NodeId) {
    let frame = lab.frame.get_untracked();
    for link in frame.links.iter().filter(|link| link.from == node.into() || link.to == node.into()) {
        lab.act(&Command::Heal(Wire::both(link.from, link.to)));
    }
    for client in &frame.clients {
        lab.act(&Command::Heal(Wire::both(client.id, node)));
    }
}

fn client_entries(lab: Lab, client: ClientId) -> Vec<Entry> {
    vec![
        tool(Tool::Write, entry("Write", move || deeds::client_writes(lab, client))),
        tool(Tool::Read, entry("Read", move || deeds::client_reads(lab, client))),
        entry("Start its own work", move || deeds::set_workload(lab, client, true)),
        entry("Stop its own work", move || deeds::set_workload(lab, client, false)),
        tool(Tool::Isolate, entry("Cut it off", move || lab.act(&Command::Isolate(client.into())))),
        view_only(entry("See as this client", move || lab.see_as(SeenBy::Client(client)))),
    ]
}

fn link_entries(lab: Lab, from: Endpoint, to: Endpoint) -> Vec<Entry> {
    let state = lab.frame.get_untracked().link(from, to).map_or(LinkState::Up, |link| link.state);
    let patch = move |patch: LinkPatch| move || deeds::set_link(lab, from, to, patch.clone());
    let slow = LinkPatch { delay: Some(Distribution::Constant(SimDuration::from_millis(200))), ..LinkPatch::default() };
    let lossy = LinkPatch { loss_ppm: Some(300_000), ..LinkPatch::default() };
    let usual =
        lab.read(|playback| playback.session().scenario().world.network.between_nodes.clone()).unwrap_or_default();
    let restored = LinkPatch { delay: Some(usual.delay), loss_ppm: Some(usual.loss_ppm), ..LinkPatch::default() };
    let mut entries = vec![tool(
        Tool::Links,
        entry(
            if matches!(state, LinkState::Cut | LinkState::OneWay | LinkState::Flapping) { "Heal" } else { "Cut" },
            move || deeds::toggle_link(lab, from, to),
        ),
    )];
    let mute = || LinkPatch { loss_ppm: Some(1_000_000), ..LinkPatch::default() };
    for (sender, receiver) in [(from, to), (to, from)] {
        let command = Command::SetLink { wire: Wire::one_way(sender, receiver), patch: mute() };
        let words = format!("Lose all that {sender} sends to {receiver}");
        entries.push(tool(Tool::LinkSettings, entry(words, move || lab.act(&command))));
    }
    entries.push(entry(format!("Only from {from} to {to}"), move || lab.act(&Command::Cut(Wire::one_way(to, from)))));
    entries.push(entry(format!("Only from {to} to {from}"), move || lab.act(&Command::Cut(Wire::one_way(from, to)))));
    entries.push(tool(Tool::LinkSettings, entry("Slow, 200 ms each way", patch(slow))));
    entries.push(tool(Tool::LinkSettings, entry("Lose 30 % of messages", patch(lossy))));
    entries.push(tool(Tool::LinkSettings, entry("Flap: up and down by itself", move || deeds::flap(lab, from, to))));
    entries.push(tool(Tool::LinkSettings, entry("As usual", patch(restored))));
    entries
}

/// Keys in a menu; says whether it is to close.
fn key(event: &KeyboardEvent, list: NodeRef<Div>) -> bool {
    let Some(list) = list.get_untracked() else { return false };
    let (here, count) = place(&list);
    event.stop_propagation();
    let next = match event.key().as_str() {
        "ArrowDown" => (here + 1) % count.max(1),
        "ArrowUp" => (here + count.max(1) - 1) % count.max(1),
        "Home" => 0,
        "End" => count.saturating_sub(1),
        "Escape" | "Tab" => {
            event.prevent_default();
            return true;
        }
        _ => return false,
    };
    event.prevent_default();
    focus_entry(&list, next);
    false
}

/// Which entry has the focus, and how many there are.
fn place(list: &HtmlElement) -> (usize, usize) {
    let Ok(entries) = list.query_selector_all("button") else { return (0, 0) };
    let active = document().active_element();
    let here = (0..entries.length()).find(|&at| {
        entries.item(at).is_some_and(|entry| active.as_ref().is_some_and(|active| entry.is_same_node(Some(active))))
    });
    (here.unwrap_or(0) as usize, entries.length() as usize)
}

fn focus_entry(list: &HtmlElement, at: usize) {
    let entry = list.query_selector_all("button").ok().and_then(|entries| entries.item(at as u32));
    if let Some(entry) = entry.and_then(|entry| entry.dyn_into::<HtmlElement>().ok()) {
        let _ = entry.focus();
    }
}
