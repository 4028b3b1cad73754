//! The sides of a partition, chosen without a drag. What each side could do is said while one chooses.

use crate::base::{Endpoint, NodeSet};
use crate::ui::deeds;
use crate::ui::lab::{Lab, use_lab};
use crate::view::split::{self, Rules};
use crate::view::stage::{StageFrame, side_letter};
use leptos::prelude::*;

/// So many sides there can be.
const SIDES: usize = 3;

/// A node or a client, and the side that it is to stand on.
#[derive(Clone)]
struct Member {
    end: Endpoint,
    name: String,
    side: RwSignal<usize>,
}

/// One radio group a node or client.
#[component]
pub(super) fn Partition() -> impl IntoView {
    let lab = use_lab();
    let members = members(&lab.frame.get_untracked());
    let rows = members.iter().map(choice).collect_view();
    let chosen = members.clone();
    let preview = move || {
        let rules = lab.read(|playback| Rules::of(playback.session().cluster())).unwrap_or(Rules::Majority);
        let lines = split::preview(&lab.frame.read_untracked(), &rules, &sides(&chosen));
        lines.into_iter().map(|line| view! { <li>{line}</li> }).collect_view()
    };
    view! {
        <p>"No message passes between two sides; within a side all links are whole."</p>
        <div class="sides">{rows}</div>
        <div role="status">
            <ul class="preview" aria-label="What each side could do">{preview}</ul>
        </div>
        <button type="button" class="go" on:click=move |_| part(lab, &members)>"Part it"</button>
    }
}

/// Everybody, with the sides that are offered. A client goes with the node that it talks to; where that puts all on one
/// side, the last goes to another, so that both are asked.
fn members(frame: &StageFrame) -> Vec<Member> {
    let offered = split::offered(frame);
    let home = |node| offered.iter().position(|side| side.contains(node)).unwrap_or_default().min(SIDES - 1);
    let nodes = frame.nodes.iter().map(|node| (Endpoint::Node(node.id), node.id.to_string(), home(node.id)));
    let mut with: Vec<usize> = frame.clients.iter().map(|client| home(client.contact)).collect();
    if let [first, others @ .., last] = with.as_mut_slice()
        && others.iter().chain([&*last]).all(|side| *side == *first)
        && frame.clients.last().is_some_and(|client| client.bound.is_none())
    {
        *last = usize::from(*first == 0).min(offered.len().saturating_sub(1));
    }
    let clients = frame.clients.iter().zip(with);
    let clients = clients.map(|(client, side)| (Endpoint::Client(client.id), client.name.clone(), side));
    nodes.chain(clients).map(|(end, name, side)| Member { end, name, side: RwSignal::new(side) }).collect()
}

fn choice(member: &Member) -> impl IntoView + use<> {
    let Member { end, name, side } = member.clone();
    let options = (0..SIDES).map(|at| {
        view! {
            <label>
                <input
                    type="radio"
                    name=format!("side-{end}")
                    prop:checked=move || side.get() == at
                    on:change=move |_| side.set(at)
                />
                {side_letter(at).to_string()}
            </label>
        }
    });
    view! {
        <fieldset>
            <legend>{name}</legend>
            {options.collect_view()}
        </fieldset>
    }
}

/// Who stands on which side now: nodes, and clients by name.
fn sides(members: &[Member]) -> Vec<(NodeSet, Vec<String>)> {
    let on = |at: usize| members.iter().filter(move |member| member.side.get() == at);
    let side = |at: usize| {
        let nodes = on(at).filter_map(|member| member.end.node()).collect();
        (nodes, on(at).filter(|member| member.end.node().is_none()).map(|member| member.name.clone()).collect())
    };
    (0..SIDES).map(side).collect()
}

fn part(lab: Lab, members: &[Member]) {
    let group = |at: usize| -> Vec<Endpoint> {
        members.iter().filter(|member| member.side.get_untracked() == at).map(|member| member.end).collect()
    };
    let groups: Vec<Vec<Endpoint>> = (0..SIDES).map(group).filter(|group| !group.is_empty()).collect();
    lab.dialog.set(None);
    deeds::part(lab, groups);
}
