//! What the page says when it cannot go on. The words' places are in `index.html`, outside of what
//! Leptos draws, since after a panic nothing is drawn any more.

use leptos::prelude::document;
use std::panic::{self, PanicHookInfo};

/// Shows a panic on the page and in the console.
pub(super) fn install_panic_hook() {
    panic::set_hook(Box::new(|info| {
        show_panic(info);
        console_error_panic_hook::hook(info);
    }));
}

/// Takes away what the page shows until the program is there.
pub(super) fn remove_boot_message() {
    if let Some(boot) = document().get_element_by_id("boot") {
        boot.remove();
    }
}

fn show_panic(info: &PanicHookInfo<'_>) {
    let document = document();
    let (Some(trouble), Some(text)) =
        (document.get_element_by_id("trouble"), document.get_element_by_id("trouble-text"))
    else {
        return;
    };
    let place = info.location().map(|at| format!(" ({}:{})", at.file(), at.line())).unwrap_or_default();
    let message = info.payload_as_str().unwrap_or("no message");
    text.set_text_content(Some(&format!("That is an error in Netsplit, not in what you did: {message}{place}")));
    // The section is hidden by an attribute, so that it needs no style of its own under the policy.
    let _ = trouble.remove_attribute("hidden");
}
