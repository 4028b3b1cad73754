//! x
use leptos::prelude::*;
#[component]
pub(super) fn SettingsPanel() -> impl IntoView {}
