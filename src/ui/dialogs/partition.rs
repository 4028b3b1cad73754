//! The sides of a partition, chosen without a drag.

use crate::base::Endpoint;
use crate::ui::deeds;
use crate::ui::lab::use_lab;
use leptos::prelude::*;

/// One radio group a node or client.
#[component]
pub(super) fn Partition() -> impl IntoView {
    let lab = use_lab();
    let frame = lab.frame.get_untracked();
    let side_of = |at: usize, whole: usize| usize::from(at * 2 >= whole);
    let nodes = frame.nodes.iter().enumerate().map(|(at, node)| {
        let now = frame.sides.iter().position(|side| side.nodes.contains(node.id));
        (Endpoint::Node(node.id), node.id.to_string(), now.unwrap_or(side_of(at, frame.nodes.len())).min(2))
    });
    let clients = frame
        .clients
        .iter()
        .enumerate()
        .map(|(at, client)| (Endpoint::Client(client.id), client.name.clone(), side_of(at, frame.clients.len())));
    let members: Vec<(Endpoint, String, RwSignal<usize>)> =
        nodes.chain(clients).map(|(end, name, side)| (end, name, RwSignal::new(side))).collect();
    let rows = members.clone().into_iter().map(|(end, name, side)| {
        let group = format!("side-{end}");
        let choice = move |at: usize, letter: &'static str| {
            let group = group.clone();
            view! {
                <label>
                    <input type="radio" name=group prop:checked=move || side.get() == at on:change=move |_| side.set(at) />
                    {letter}
                </label>
            }
        };
        view! {
            <fieldset>
                <legend>{name}</legend>
                {choice(0, "A")} {choice(1, "B")} {choice(2, "C")}
            </fieldset>
        }
    });
    let rows = rows.collect_view();
    let part = move |_| {
        let group = |at: usize| -> Vec<Endpoint> {
            members.iter().filter(|(_, _, side)| side.get_untracked() == at).map(|(end, ..)| *end).collect()
        };
        let groups: Vec<Vec<Endpoint>> = (0..3).map(group).filter(|group| !group.is_empty()).collect();
        lab.dialog.set(None);
        deeds::part(lab, groups);
    };
    view! {
        <p>"No message passes between two sides; within a side all links are whole."</p>
        <div class="sides">{rows}</div>
        <button type="button" class="go" on:click=part>"Part it"</button>
    }
}
