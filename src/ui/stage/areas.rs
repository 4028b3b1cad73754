//! The areas of a parted cluster's sides, each with what it can still do.

use super::placing::Placing;
use crate::ui::lab::use_lab;
use crate::view::layout::SideText;
use crate::view::sides::Side;
use crate::view::stage::{side_letter, side_words, side_words_short};
use leptos::prelude::*;

/// The areas.
#[component]
pub(super) fn Areas() -> impl IntoView {
    let (lab, placing) = (use_lab(), expect_context::<Placing>());
    let sides = Memo::new(move |_| lab.frame.read().sides.clone());
    move || {
        let (sides, layout) = (sides.get(), placing.layout.get());
        let areas = layout.areas.iter().filter_map(|area| {
            let side = sides.get(area.side)?;
            let label = area.label.map(|label| {
                let centre = label.rect.centre();
                view! { <text x=centre.x y=centre.y + 4.0 class="side-text">{words(side, area.side, label.text)}</text> }
            });
            Some(view! {
                <g class=format!("side side-{}", area.side % 3)>
                    <path d=area.path() fill=format!("url(#side-{})", area.side % 3)></path>
                    {label}
                </g>
            })
        });
        view! { <g class="areas">{areas.collect_view()}</g> }
    }
}

fn words(side: &Side, at: usize, text: SideText) -> String {
    match text {
        SideText::Letter => side_letter(at).to_string(),
        SideText::Short => side_words_short(side, at),
        SideText::Full => side_words(side, at),
    }
}
