//! The stage: nodes, links and clients as SVG that can be pointed at and focused, messages on a canvas above it. Owns what
//! is drawn and where the pointer went; what a gesture does, `deeds` knows.

mod areas;
mod brush;
mod clients;
pub(super) mod gestures;
mod keys;
mod legend;
mod links;
mod messages;
mod nodes;
mod overlays;
pub(super) mod placing;
mod rules_off;
mod siblings;
mod strip;
mod tools;
mod values;
mod zoom;

use super::desk::{CaptionLine, KnifeHint};
use super::lab::use_lab;
use super::menu::Menu;
use super::whole::use_whole;
use crate::view::layout::Sizes;
use areas::Areas;
use clients::Clients;
pub(super) use gestures::{Gestures, Opened};
pub(super) use keys::focus_on;
use legend::Legend;
use leptos::html::Div;
use leptos::prelude::*;
use leptos::svg::Svg;
use links::Links;
use messages::Messages;
use nodes::Nodes;
use overlays::{PaceLine, SeeAs};
use placing::Placing;
pub(super) use rules_off::RulesOff;
use siblings::Siblings;
use tools::Tools;
use zoom::ZoomKeys;

/// The stage.
#[component]
pub(super) fn Stage() -> impl IntoView {
    let (lab, whole) = (use_lab(), use_whole());
    let ground = NodeRef::<Div>::new();
    let svg = NodeRef::<Svg>::new();
    let placing = Placing::new(lab, ground);
    provide_context(placing);
    let gestures = Gestures::new(lab, placing, svg);
    provide_context(gestures);
    let summary = Memo::new(move |_| lab.frame.read().summary.clone());
    let id = move |part: &str| format!("{}stage-{part}", lab.prefix);
    let view_box = move || {
        let size = placing.size.get();
        format!("0 0 {} {}", size.width, size.height)
    };
    // Texts are as large as the layout has left room for.
    let sizes = Memo::new(move |_| placing.layout.read().sizes);
    let pixels = move |of: fn(Sizes) -> f32| format!("{}px", of(sizes.get()));
    view! {
        <section class="stage" aria-labelledby=id("heading")>
            <h2 id=id("heading") class="unseen">{if lab.prefix.is_empty() { "Cluster" } else { "Twin" }}</h2>
            <p id=id("summary") class="unseen">{summary}</p>
            <p id=id("help") class="unseen">
                "Arrow keys go from node to node, square brackets through its links. Enter opens actions, Space cuts or heals a link."
            </p>
            <div class="window"><div
                class="ground"
                node_ref=ground
                style:transform=move || gestures.zoom.get().style()
                style=("--name", move || pixels(|sizes| sizes.name))
                style=("--role", move || pixels(|sizes| sizes.role))
                style=("--note", move || pixels(|sizes| sizes.note))
                style=("--cell", move || pixels(|sizes| sizes.cell_text))
                style=("--label", move || pixels(|sizes| sizes.side))
            >
                <svg
                    node_ref=svg
                    role="group"
                    aria-labelledby=id("heading")
                    aria-describedby=format!("{} {}", id("summary"), id("help"))
                    viewBox=view_box
                    class=move || gestures.in_hand()
                    on:pointerdown=move |event| gestures.down(&event)
                    on:pointermove=move |event| gestures.moved(&event)
                    on:pointerup=move |event| gestures.up(&event)
                    on:pointercancel=move |_| gestures.cancel()
                    on:pointerleave=move |_| gestures.hover(None)
                    on:contextmenu=move |event| gestures.context_menu(&event)
                    on:wheel=move |event| gestures.wheel(&event)
                    on:keydown=move |event| keys::pressed(lab, placing, gestures, &event)
                >
                    {lab.prefix.is_empty().then(|| view! { <brush::Patterns /> })}
                    <Areas />
                    <Links />
                    <Clients />
                    <Nodes />
                    <path class="stroke" d=move || gestures.stroke_path() />
                </svg>
                <Messages />
                <KnifeHint />
            </div></div>
            <Menu />
            {lab.prefix.is_empty().then(|| view! { <Tools /> <SeeAs /> <Legend /> <PaceLine /> })}
            <ZoomKeys />
            <Show when=move || whole.is_here()>
                <Siblings />
            </Show>
            <CaptionLine />
        </section>
    }
}
