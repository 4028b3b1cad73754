//! The last comparison of two Merkle trees, drawn, with the keys that were exchanged and what it cost. What is drawn where is
//! `view`'s.

use super::super::{Beat, go_to};
use crate::ui::lab::{Lab, use_lab};
use crate::ui::words;
use crate::view::comparison::{Compared, Exchange, Knot, exchange};
use leptos::prelude::*;

/// The comparison, if a replica or the link between two is selected that have compared their trees.
#[component]
pub(super) fn TreesPicture(beat: RwSignal<Beat>) -> impl IntoView {
    let lab = use_lab();
    let it = Memo::new(move |_| {
        beat.get();
        let target = lab.selected.get()?.into();
        lab.read(|playback| exchange(playback.session().cluster(), playback.chronicle(), target)).flatten()
    });
    move || it.get().map(|it| shown(lab, &it))
}

fn shown(lab: Lab, it: &Exchange) -> impl IntoView + use<> {
    let (at, time) = (it.at, words::seconds(it.at));
    let picture = it.picture();
    let more = (picture.left_out > 0).then(|| format!("{} more leaves differ than are drawn.", picture.left_out));
    let knots = picture.knots.iter().map(knot).collect_view();
    let keys = it.keys.iter().take(KEYS).map(|key| view! { <li>{key.words()}</li> }).collect_view();
    let left_out = it.keys.len().saturating_sub(KEYS);
    let left_out = (left_out > 0).then(|| view! { <li>{format!("and {left_out} more")}</li> });
    let says = it.sentences();
    let drawn = (!it.is_equal()).then(|| {
        let only = it.only_leaf().and_then(|(leaf, keys)| {
            let knot = picture.knots.iter().find(|knot| (knot.branch.level, knot.branch.index) == (it.depth, leaf))?;
            Some(view! { <text x=knot.at.x y=knot.at.y + 19.0>{keys}</text> })
        });
        view! {
            <svg viewBox=format!("0 0 200 {}", picture.height) role="img" aria-label=says.first().cloned()>{knots} {only}</svg>
            <ul class="plain detail">
                <li><span class="sample differs">"≠"</span> " something below differs"</li>
                <li><span class="sample equal">"="</span> " equal: nothing below was looked at"</li>
            </ul>
            <ul class="plain">{keys} {left_out}</ul>
        }
    });
    view! {
        <section class="picture trees">
            <h3>"Trees compared"</h3>
            <p class="detail">
                <button type="button" class="when" title="Go there" aria-label=format!("{time}, go there") on:click=move |_| go_to(lab, at)>
                    {time.clone()}
                </button>
                {format!(" {} asked {} about its tree.", it.asker, it.asked)}
            </p>
            {drawn}
            {says.into_iter().map(|line| view! { <p class="detail">{line}</p> }).collect_view()}
            {more.map(|more| view! { <p class="detail">{more}</p> })}
        </section>
    }
}

/// So many keys are listed.
const KEYS: usize = 12;

fn knot(it: &Knot) -> impl IntoView + use<> {
    let (x, y) = (it.at.x, it.at.y);
    let class = match it.compared {
        Compared::Equal => "knot equal",
        Compared::Differs => "knot differs",
        Compared::Asked => "knot asked",
    };
    let fork = it.above.map(|above| view! { <line x1=above.x y1=above.y + 5.0 x2=x y2=y - 5.0></line> });
    let below = it.hides.then(|| {
        view! { <path class="hidden" d=format!("M{x} {}l-5 10h10z", y + 6.0)></path> }
    });
    let signs = match it.compared {
        Compared::Equal => Some(format!("M{} {y}m-2.2 -1.5h4.4m-4.4 3h4.4", x)),
        Compared::Differs => Some(format!("M{} {y}m-2.4 -1.5h4.8m-4.8 3h4.8m-4 1.8l3.2 -6.6", x)),
        Compared::Asked => None,
    };
    let signs = signs.map(|d| view! { <path class="sign" d=d></path> });
    view! { <g class=class>{fork} {below} <circle cx=x cy=y r="5"></circle> {signs}</g> }
}
