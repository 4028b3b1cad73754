//! The user interface: Leptos components on the core.
//!
//! It starts runs and shows what came of them. What a run is, it does not know: `runner` is the one
//! file that speaks with the core.

#![expect(
    unreachable_pub,
    reason = "the component macro writes public items for components that only this module sees"
)]

mod app;
mod catalogue;
mod failure;
mod fetch;
mod frame;
mod lab;
mod query;
mod results;
mod run_form;
mod runner;
mod seeds;

use leptos::prelude::*;

/// Starts the page: from here on a panic is shown to the person who looks at it.
pub fn mount() {
    failure::install_panic_hook();
    mount_to_body(app::App);
    failure::remove_boot_message();
}
