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
mod tools;

use super::desk::CaptionLine;
use super::lab::use_lab;
use super::menu::Menu;
use areas::Areas;
use clients::Clients;
pub(super) use gestures::{Gestures, Opened};
pub(super) use keys::focus_on;
use leptos::html::Div;
use leptos::prelude::*;
use leptos::svg::Svg;
use legend::Legend;
use links::Links;
use messages::Messages;
use nodes::Nodes;
use overlays::{PaceLine, SeeAs};
use placing::Placing;
use tools::Tools;

/// The stage.
#[component]
pub(super) fn Stage() -> impl IntoView {
    let lab = use_lab();
    let ground = NodeRef::<Div>::new();
    let svg = NodeRef::<Svg>::new();
    let placing = Placing::new(lab, ground);
    provide_context(placing);
    let gestures = Gestures::new(lab, placing, svg);
    provide_context(gestures);
    let summary = Memo::new(move |_| lab.frame.read().summary.clone());
    let view_box = move || {
        let size = placing.size.get();
        format!("0 0 {} {}", size.width, size.height)
    };
    view! {
        <section class="stage" aria-labelledby="stage-heading">
            <h2 id="stage-heading" class="unseen">"Cluster"</h2>
            <p id="stage-summary" class="unseen">{summary}</p>
            <p id="stage-help" class="unseen">
                "Arrow keys go from node to node, square brackets through its links. Enter opens actions, Space cuts or heals a link."
            </p>
            <div class="ground" node_ref=ground>
                <svg
                    node_ref=svg
                    role="group"
                    aria-labelledby="stage-heading"
                    aria-describedby="stage-summary stage-help"
                    viewBox=view_box
                    class:knife=move || gestures.is_cutting()
                    on:pointerdown=move |event| gestures.down(&event)
                    on:pointermove=move |event| gestures.moved(&event)
                    on:pointerup=move |event| gestures.up(&event)
                    on:pointercancel=move |_| gestures.cancel()
                    on:pointerleave=move |_| gestures.hover(None)
                    on:contextmenu=move |event| gestures.context_menu(&event)
                    on:keydown=move |event| keys::pressed(lab, placing, gestures, &event)
                >
                    <brush::Patterns />
                    <Areas />
                    <Links />
                    <Clients />
                    <Nodes />
                    <path class="stroke" d=move || gestures.stroke_path() />
                </svg>
                <Messages />
                <Menu />
            </div>
            <Tools />
            <SeeAs />
            <Legend />
            <PaceLine />
            <CaptionLine />
        </section>
    }
}
