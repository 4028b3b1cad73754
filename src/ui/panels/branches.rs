//! The branches of the run: each course of events that was opened by acting in the past, with a way to it.

use crate::session::{Branch, BranchId};
use crate::ui::lab::{Lab, use_lab};
use crate::ui::words;
use leptos::prelude::*;

/// One branch, as it is listed.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Listed {
    id: BranchId,
    name: String,
    about: String,
    is_active: bool,
}

/// The branches.
#[component]
pub(super) fn BranchesPanel() -> impl IntoView {
    let lab = use_lab();
    let turn = Memo::new(move |_| lab.clock.get().turn);
    let branches = Memo::new(move |_| {
        turn.get();
        listed(lab)
    });
    view! {
        <p class="detail">"Acting in the past opens a branch; what came after stays listed here. Undo opens one as well."</p>
        {move || branches.get().into_iter().map(|branch| view! { <Row branch /> }).collect_view()}
    }
}

fn listed(lab: Lab) -> Vec<Listed> {
    let all = lab.read(|playback| {
        let session = playback.session();
        let active = session.active_branch().id();
        let branches = session.branches();
        branches
            .iter()
            .map(|branch| Listed {
                id: branch.id(),
                name: branch.name().to_owned(),
                about: about(branch, branches),
                is_active: branch.id() == active,
            })
            .collect()
    });
    all.unwrap_or_default()
}

fn about(branch: &Branch, all: &[Branch]) -> String {
    let commands = match branch.commands().len() {
        0 => "nothing done".to_owned(),
        1 => "1 thing done".to_owned(),
        count => format!("{count} things done"),
    };
    let end = words::seconds(branch.furthest().time);
    match branch.parent() {
        Some((parent, at)) => {
            let name = all.iter().find(|other| other.id() == parent).map_or("another", Branch::name);
            format!("parted from {name} at {}; {commands}; seen up to {end}", words::seconds(at.time))
        }
        None => format!("{commands}; seen up to {end}"),
    }
}

#[component]
fn Row(branch: Listed) -> impl IntoView {
    let lab = use_lab();
    let Listed { id, name, about, is_active } = branch;
    let go = move |_| {
        if let Some(Err(error)) = lab.change(|playback| playback.switch_to(id)) {
            lab.notice.set(Some(format!("Nothing changed: {error}")));
        }
    };
    let rename = move |event| {
        let name = event_target_value(&event);
        if !name.trim().is_empty() {
            lab.change(|playback| playback.rename_branch(name.trim()));
        }
    };
    view! {
        <section class="branch" class:active=is_active>
            {if is_active {
                view! { <input type="text" maxlength="40" aria-label="Name of this branch" prop:value=name.clone() on:change=rename /> }.into_any()
            } else {
                view! { <p class="name">{name.clone()}</p> }.into_any()
            }}
            <p class="detail">{is_active.then_some("You are here: ")} {about}</p>
            {(!is_active).then(|| view! { <button type="button" class="chip" aria-label=format!("Go there, to {name}") on:click=go>"Go there"</button> })}
        </section>
    }
}
