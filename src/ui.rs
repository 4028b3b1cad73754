//! The user interface: Leptos components on the core.
//!
//! The run lives outside the reactive graph: `lab` holds it, moves it once a frame and publishes what can be seen.
//! Components read frames and speak in commands; they hold no word of a protocol but through `view`.

#![expect(
    unreachable_pub,
    reason = "the component macro writes public items for components that only this module sees"
)]

mod app;
mod apps;
mod bench;
mod canvas;
mod catalogue;
mod deeds;
mod desk;
mod dialogs;
mod failure;
mod fetch;
mod frame;
mod glossary;
mod header;
mod icon;
mod lab;
mod lessons;
mod menu;
mod palette;
mod panels;
mod prefs;
mod pulse;
mod query;
mod rerun;
mod runs;
mod stage;
mod timeline;
mod transport;
mod twin;
mod when_cut;
mod whole;
mod words;

use leptos::prelude::*;

/// Starts the page: from here on a panic is shown to the person who looks at it.
pub fn mount() {
    failure::install_panic_hook();
    mount_to_body(app::App);
    failure::remove_boot_message();
}
