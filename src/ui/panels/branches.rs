//! x
use leptos::prelude::*;
#[component]
pub(super) fn BranchesPanel() -> impl IntoView {}
