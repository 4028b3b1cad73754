//! A run as a file: for one that is too long for a link, or that is to be kept.

use crate::session::RunRecord;
use crate::session::link;
use crate::ui::desk::SavedRuns;
use crate::ui::lab::use_lab;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, Event, HtmlAnchorElement, HtmlInputElement, Url};

/// What the file is called.
const NAME: &str = "netsplit-run.txt";

/// Saves the run as a file, and opens one. A lesson's step has a run of its own, and no other is opened in it.
#[component]
pub(super) fn RunFile(record: RunRecord) -> impl IntoView {
    let lab = use_lab();
    let saved = expect_context::<SavedRuns>();
    let done = RwSignal::new(String::new());
    let save = move |_| {
        done.set(match download(&link::encode_whole(&record)) {
            Ok(()) => format!("Saved as {NAME}, where this browser keeps downloads."),
            Err(_) => "This browser does not allow it here.".to_owned(),
        });
    };
    let open = move |event: Event| {
        let Some(input) = event.target().and_then(|target| target.dyn_into::<HtmlInputElement>().ok()) else { return };
        let Some(file) = input.files().and_then(|files| files.get(0)) else { return };
        // The same file, chosen again, is to be opened again.
        input.set_value("");
        done.set("Opening …".to_owned());
        spawn_local(async move {
            let name = file.name();
            let opened = match JsFuture::from(file.text()).await {
                Ok(text) => saved.open(lab, &text.as_string().unwrap_or_default()).await,
                Err(_) => Err("this browser could not read it".to_owned()),
            };
            match opened {
                Ok(()) => lab.dialog.set(None),
                Err(reason) => done.set(format!("{name} cannot be opened: {reason}.")),
            }
        });
    };
    let is_in_lesson = !lab.address.get_untracked().is_empty();
    view! {
        <div class="run-file">
            <button type="button" class="go quiet" on:click=save>"Save the run as a file"</button>
            <Show when=move || !is_in_lesson>
                <label class="go quiet open-run">
                    "Open a saved run"
                    <input type="file" accept=".txt,text/plain" class="unseen" on:change=open />
                </label>
            </Show>
            <p role="status">{move || done.get()}</p>
        </div>
    }
}

/// Has the browser save a text.
fn download(text: &str) -> Result<(), JsValue> {
    let blob = Blob::new_with_str_sequence(&js_sys::Array::of1(&JsValue::from_str(text)))?;
    let address = Url::create_object_url_with_blob(&blob)?;
    let anchor: HtmlAnchorElement = document().create_element("a")?.dyn_into().map_err(|_| JsValue::NULL)?;
    anchor.set_href(&address);
    anchor.set_download(NAME);
    anchor.click();
    Url::revoke_object_url(&address)
}
