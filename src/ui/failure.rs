//! What the page says when it cannot go on. The words' places are in `index.html`, outside of what
//! Leptos draws, since after a panic nothing is drawn any more.

use crate::session::{RunRecord, link};
use leptos::prelude::document;
use std::panic::{self, PanicHookInfo};

#[expect(clippy::disallowed_types, reason = "the page has one thread, and a panic can be told nothing in another way")]
mod kept {
    use crate::session::RunRecord;
    use std::cell::RefCell;

    thread_local! {
        /// The run as of the last thing that somebody did, so that a panic can offer it.
        pub(super) static RUN: RefCell<Option<RunRecord>> = const { RefCell::new(None) };
    }
}
use kept::RUN;

/// Keeps the run for a report.
pub(super) fn remember(record: Option<&RunRecord>) {
    RUN.with(|run| {
        if let Ok(mut run) = run.try_borrow_mut() {
            *run = record.cloned();
        }
    });
}

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
    offer_run(&document);
    // The section is hidden by an attribute, so that it needs no style of its own under the policy.
    let _ = trouble.remove_attribute("hidden");
}

/// Offers the run so far: whoever opens its link gets to the same place.
fn offer_run(document: &web_sys::Document) {
    let run = RUN.with(|run| run.try_borrow().ok().and_then(|run| run.clone()));
    // Whole, however long it is: what is too long for an address opens from a file, or pasted where runs are opened.
    let fragment = run.map(|run| link::encode_whole(&run));
    let (Some(fragment), Some(part), Some(field)) =
        (fragment, document.get_element_by_id("trouble-run"), document.get_element_by_id("trouble-link"))
    else {
        return;
    };
    let base = document.base_uri().ok().flatten().unwrap_or_default();
    let base = base.split(['#', '?']).next().unwrap_or_default();
    let _ = field.set_attribute("value", &format!("{base}#{fragment}"));
    let _ = part.remove_attribute("hidden");
}
