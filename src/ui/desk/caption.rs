//! The caption: one sentence on what matters now, and why.

use crate::ui::lab::use_lab;
use leptos::prelude::*;

/// The caption.
#[component]
pub(in crate::ui) fn CaptionLine() -> impl IntoView {
    let lab = use_lab();
    let text = move || lab.caption.get().filter(|_| !lab.hides_outcomes.get()).map(|caption| caption.text);
    view! { <p class="caption" id=format!("{}caption", lab.prefix)>{text}</p> }
}
