//! The nodes of the stage: shape, badge, role line, log strip. Each is one button; what pressing it does is not known here.

use super::gestures::Gestures;
use super::placing::Placing;
use crate::base::NodeId;
use crate::ui::lab::{Selected, use_lab};
use crate::ui::lessons::is_marked;
use crate::view::layout::{NodePlace, RoleLine};
use crate::view::stage::{Cell, CellState, Look, NodeFrame};
use leptos::prelude::*;

/// All nodes.
#[component]
pub(super) fn Nodes() -> impl IntoView {
    let lab = use_lab();
    let ids = Memo::new(move |_| lab.frame.read().nodes.iter().map(|node| node.id).collect::<Vec<NodeId>>());
    view! {
        <g role="list" aria-label="Nodes">
            <For each=move || ids.get() key=|id| *id children=|id| view! { <Node id /> } />
        </g>
    }
}

#[component]
fn Node(id: NodeId) -> impl IntoView {
    let (lab, placing, gestures) = (use_lab(), expect_context::<Placing>(), expect_context::<Gestures>());
    let frame = Memo::new(move |_| lab.frame.read().node(id).cloned());
    let place = Memo::new(move |_| placing.layout.read().node(id).copied());
    let look = Memo::new(move |_| frame.read().as_ref().map_or(Look::Unknown, |frame| frame.look));
    let is_selected = Memo::new(move |_| lab.selected.get() == Some(Selected::Node(id)));
    let class = move || {
        let frame = frame.read();
        let (dim, frozen) = frame.as_ref().map_or((false, false), |frame| (frame.is_dim, frame.is_paused));
        let mut class = format!("node {}", look.get().class());
        let is_marked = is_marked(lab, id.into());
        for (is_so, name) in
            [(dim, " dim"), (frozen, " frozen"), (is_selected.get(), " selected"), (is_marked, " marked")]
        {
            class += if is_so { name } else { "" };
        }
        class
    };
    let at = move || place.get().map(|place| format!("translate({} {})", place.centre.x, place.centre.y));
    let name = move || frame.read().as_ref().map(|frame| frame.name.clone());
    view! {
        <g role="listitem" class=class>
            <g
                id=format!("{}node-{id}", lab.prefix)
                role="button"
                aria-haspopup="menu"
                aria-expanded=move || if gestures.has_menu(Selected::Node(id)) { "true" } else { "false" }
                aria-label=name
                tabindex=move || if gestures.is_stop(Selected::Node(id)) { "0" } else { "-1" }
                transform=at
                on:focus=move |_| gestures.focus(Selected::Node(id))
                on:click=move |event| gestures.click(Selected::Node(id), &event)
            >
                {move || place.get().map(|place| body(look.get(), &place))}
                <text class="name" y="5">{id.to_string()}</text>
            </g>
            // What can be read is outside of the button, whose name says it in its own words.
            <g class="badge" aria-hidden="true" transform=at>{move || place.get().map(|place| badge(look.get(), &place))}</g>
            {move || place.get().zip(frame.get()).map(|(place, frame)| lines(&place, &frame, placing.layout.read().shown.role))}
        </g>
    }
}

/// The shape of a role around its own centre.
fn body(look: Look, place: &NodePlace) -> impl IntoView + use<> {
    let r = place.radius;
    let shape = match look {
        Look::Leader | Look::StaleLeader => view! {
            <circle class="shape" r=r></circle>
            <circle class="inner" r=(r - 5.0).max(0.0)></circle>
        }
        .into_any(),
        Look::Candidate => view! { <path class="shape" d=hexagon(r + 2.0)></path> }.into_any(),
        Look::Down => view! {
            <circle class="shape" r=r></circle>
            <circle class="hatch" r=r fill="url(#crossed)"></circle>
        }
        .into_any(),
        Look::Follower | Look::Learner | Look::Unknown => view! { <circle class="shape" r=r></circle> }.into_any(),
    };
    view! {
        <circle class="hit" r=r.max(22.0)></circle>
        <circle class="ring" r=r + 6.0></circle>
        <circle class="ring-gap" r=r + 3.5></circle>
        {shape}
    }
}

/// The letter of a role.
fn badge(look: Look, place: &NodePlace) -> impl IntoView + use<> {
    let at = place.badge.minus(place.centre);
    view! {
        <circle cx=at.x cy=at.y r=place.badge_radius></circle>
        <text x=at.x y=at.y + 4.5>{look.letter()}</text>
    }
}

fn hexagon(r: f32) -> String {
    let (half, high) = (r / 2.0, r * 0.866);
    format!("M{r} 0L{half} {high}L-{half} {high}L-{r} 0L-{half} -{high}L{half} -{high}Z")
}

/// What stands under the circle.
fn lines(place: &NodePlace, frame: &NodeFrame, role: RoleLine) -> impl IntoView + use<> {
    let words = match role {
        RoleLine::Full => frame.says.clone(),
        RoleLine::Short => frame.says.rsplit(", ").next().unwrap_or_default().to_owned(),
        RoleLine::None => String::new(),
    };
    let centre = place.role.centre();
    let role = view! { <text class="role" x=centre.x y=centre.y + 4.5>{words}</text> };
    let shown = frame.cells.len().min(usize::from(place.cells));
    let skipped = frame.cells.len() - shown;
    let cells: Vec<_> = frame.cells[skipped..]
        .iter()
        .enumerate()
        .map(|(at, it)| {
            let corner = place.cell_at(at as u8, shown as u8);
            cell(it, corner.x, corner.y, place.cell)
        })
        .collect();
    let below = place.note.centre();
    let note = match frame.waits {
        Some(tally) => tally.words(),
        None => frame.oddities.join(", "),
    };
    let note = (place.note.width > 0.0).then(|| {
        view! { <text class="note" class:waits=frame.waits.is_some() x=below.x y=below.y + 4.0>{note}</text> }
    });
    view! { <g class="lines" aria-hidden="true">{role} {cells} {note}</g> }
}

fn cell(cell: &Cell, x: f32, y: f32, side: f32) -> impl IntoView + use<> {
    let class = match cell.state {
        CellState::Committed => "cell committed",
        CellState::Uncommitted => "cell uncommitted",
        CellState::Lost => "cell lost",
    };
    let is_small = side < 30.0;
    view! {
        <g class=class transform=format!("translate({x} {y})")>
            <rect width=side height=side rx="4"></rect>
            <text x=side / 2.0 y=side * if is_small { 0.62 } else { 0.45 } class="value">{cell.text.clone()}</text>
            {(!is_small).then(|| view! { <text x=side / 2.0 y=side * 0.86 class="term">{format!("t {}", cell.term)}</text> })}
        </g>
    }
}
