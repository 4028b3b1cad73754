//! What the menus offer: for a node, a link and a client, with the words and the deed of each entry, and what a lesson must
//! allow for it.

use crate::base::{ClientId, Distribution, Endpoint, NodeId, SimDuration};
use crate::lesson::Tool;
use crate::protocol::Order;
use crate::sim::{Command, LinkPatch, Wire};
use crate::ui::deeds;
use crate::ui::lab::{Lab, Selected};
use crate::ui::stage::Gestures;
use crate::view::stage::{LinkState, Look, SeenBy, membership};
use leptos::prelude::*;
use std::sync::Arc;

/// One entry: what a lesson must allow for it, its words, and what it does.
pub(super) type Entry = (Needs, String, Arc<dyn Fn() + Send + Sync>);

/// Which tool of a lesson an entry belongs to.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Needs {
    /// It changes nothing in the run.
    Nothing,
    /// This one.
    Tool(Tool),
    /// No lesson offers it.
    Freedom,
}

impl Needs {
    pub(super) fn is_met(self, lab: Lab) -> bool {
        match self {
            Self::Nothing => true,
            Self::Tool(tool) => untrack(|| lab.allows(tool)),
            Self::Freedom => lab.allowed.read_untracked().is_none(),
        }
    }
}

/// An entry that does nothing: the menu closes with every one.
pub(super) fn close() -> Entry {
    view_only(entry("Close", || {}))
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

/// Everything that can be done to something.
pub(super) fn of(lab: Lab, gestures: Gestures, on: Selected) -> Vec<Entry> {
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
            entries.push(tool(Tool::Isolate, entry("Reconnect", move || deeds::reconnect(lab, node.into()))));
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
        entries.extend(member_entries(lab, node));
    }
    entries.push(entry("Erase its disk", act(Command::Wipe(node))));
    entries.push(view_only(entry("Move…", move || {
        gestures.moving.set(Some(node));
        lab.spoken.set(format!("{node} grabbed. Arrow keys move it, Enter drops it; or click where it is to go."));
    })));
    entries.push(view_only(entry("See as this node", move || lab.see_as(SeenBy::Node(node)))));
    entries
}

/// What can be done to a server's membership; nothing where there is none.
fn member_entries(lab: Lab, node: NodeId) -> Vec<Entry> {
    let members = lab.read(|playback| membership(playback.session().cluster())).flatten();
    let order = |words: &str, order: Order| entry(words, move || deeds::order(lab, order));
    let Some(members) = members else { return Vec::new() };
    let take_out = || order("Take it out of the cluster", Order::RemoveServer(node));
    if members.voters.contains(node) {
        vec![take_out()]
    } else if members.learners.contains(node) {
        vec![order("Give it a vote", Order::AddServer(node)), take_out()]
    } else {
        vec![
            order("Take it into the cluster", Order::AddServer(node)),
            order("Take it in without a vote", Order::AddLearner(node)),
        ]
    }
}

fn client_entries(lab: Lab, client: ClientId) -> Vec<Entry> {
    let frame = lab.frame.get_untracked();
    let is_cut_off = frame.clients.iter().any(|it| it.id == client && it.is_cut_off);
    vec![
        tool(Tool::Write, entry("Write", move || deeds::client_writes(lab, client))),
        tool(Tool::Read, entry("Read", move || deeds::client_reads(lab, client))),
        entry("Start its own work", move || deeds::set_workload(lab, client, true)),
        entry("Stop its own work", move || deeds::set_workload(lab, client, false)),
        if is_cut_off {
            tool(Tool::Isolate, entry("Reconnect", move || deeds::reconnect(lab, client.into())))
        } else {
            tool(Tool::Isolate, entry("Cut it off", move || lab.act(&Command::Isolate(client.into()))))
        },
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
