//! x
use super::Beat;
use leptos::prelude::*;
#[component]
pub(super) fn InspectorPanel(beat: RwSignal<Beat>) -> impl IntoView {
    let _ = beat;
}
