//! Patterns that tell the sides of a partition and a crashed node apart without colour.

use leptos::prelude::*;

/// The patterns, once for the whole stage.
#[component]
pub(super) fn Patterns() -> impl IntoView {
    view! {
        <defs>
            <pattern id="side-0" width="11" height="11" patternUnits="userSpaceOnUse">
                <circle cx="2" cy="2" r="1.2" class="side-a-ink"></circle>
            </pattern>
            <pattern id="side-1" width="9" height="9" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
                <path d="M0 0V9" class="side-b-ink"></path>
            </pattern>
            <pattern id="side-2" width="10" height="10" patternUnits="userSpaceOnUse">
                <path d="M0 5H10" class="side-c-ink"></path>
            </pattern>
            <pattern id="crossed" width="8" height="8" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
                <path d="M0 0H8M0 0V8" class="crossed-ink"></path>
            </pattern>
        </defs>
    }
}
