//! The link to this very run, at this very moment; a file where it is too long for one.

use super::file::RunFile;
use crate::session::link;
use crate::ui::lab::use_lab;
use leptos::html::Input;
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen_futures::JsFuture;

/// The link, and a button that copies it.
#[component]
pub(super) fn Share() -> impl IntoView {
    let lab = use_lab();
    let field = NodeRef::<Input>::new();
    let done = RwSignal::new(String::new());
    let made = lab.record().map(|record| link::encode(&record));
    // In a lesson the link leads to the step, with the run as it stands there.
    let place = lab.address.get_untracked();
    let about = match (place.is_empty(), &made) {
        (true, _) => "Whoever opens it sees the same run, event for event, at this moment.",
        (false, Some(Ok(_))) => "Whoever opens it comes to this step of the lesson, with the run as it stands now.",
        (false, _) => {
            "Whoever opens it comes to this step of the lesson. The run is too long for a link: the step begins anew."
        }
    };
    let made = match made {
        Some(Err(_)) if !place.is_empty() => Some(Ok(String::new())),
        made => made,
    };
    let in_file = lab.record().map(|record| view! { <RunFile record /> });
    let link = match made {
        Some(Ok(fragment)) => {
            let location = window().location();
            let base = location.href().unwrap_or_default();
            let base = base.split(['#', '?']).next().unwrap_or_default().to_owned();
            let fragment = if fragment.is_empty() { fragment } else { format!("#{fragment}") };
            let address = format!("{base}{place}{fragment}");
            let _ = window()
                .history()
                .and_then(|history| history.replace_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some(&address)));
            let text = address.clone();
            let copy = move |_| {
                let text = text.clone();
                if let Some(field) = field.get_untracked() {
                    field.select();
                }
                spawn_local(async move {
                    let copied = JsFuture::from(window().navigator().clipboard().write_text(&text)).await.is_ok();
                    done.set(
                        if copied {
                            "Copied."
                        } else {
                            "Copying is not allowed here: the link is selected, copy it by hand."
                        }
                        .to_owned(),
                    );
                });
            };
            view! {
                <p>{about}</p>
                <label class="address">"Link" <input node_ref=field type="text" readonly prop:value=address id="share-link" /></label>
                <button type="button" class="go" on:click=copy>"Copy the link"</button>
                <p role="status">{move || done.get()}</p>
            }
            .into_any()
        }
        Some(Err(error)) => view! { <p>{error.to_string()} "."</p> }.into_any(),
        None => view! { <p>"There is no run yet."</p> }.into_any(),
    };
    view! {
        {link}
        {in_file}
    }
}
