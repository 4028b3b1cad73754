//! A line above a stage whose cluster runs without some of its rules: nobody is to take it for the protocol. It is there
//! before it says anything, so that what it comes to say is announced.

use crate::ui::lab::use_lab;
use crate::view::switched_off;
use leptos::prelude::*;

/// The line.
#[component]
pub(in crate::ui) fn RulesOff() -> impl IntoView {
    let lab = use_lab();
    let words = Memo::new(move |_| lab.running().and_then(|scenario| switched_off::words(&scenario.system)));
    view! { <p class="rules-off" role="status" id=format!("{}rules-off", lab.prefix)>{move || words.get()}</p> }
}
