//! A client's app: what it read last, what became of what it did last, and what it can do. Everything it does is a request to the
//! database, which may refuse it or never answer.

use crate::lesson::Tool;
use crate::protocol::{Element, Key};
use crate::sim::Command;
use crate::ui::lab::use_lab;
use crate::view::apps::{App, AppDeed, AppKind, AppStatus, Shown};
use leptos::prelude::*;

/// The card of a client, which shows one of its apps.
#[component]
pub(super) fn ClientCard(apps: Memo<Vec<App>>) -> impl IntoView {
    let lab = use_lab();
    let chosen = RwSignal::new(None::<Key>);
    let app = Memo::new(move |_| {
        let (apps, chosen) = (apps.read(), chosen.get());
        apps.iter().find(|app| Some(&app.key) == chosen.as_ref()).or(apps.first()).cloned()
    });
    let act = Callback::new(move |deed: AppDeed| {
        if let Some(app) = app.get_untracked() {
            let operation = app.operation(deed);
            lab.act(&Command::Invoke { client: app.client, operation, contact: None });
        }
    });
    let kinds = Memo::new(move |_| apps.read().iter().map(|app| (app.key.clone(), app.kind)).collect::<Vec<_>>());
    let kind = Memo::new(move |_| app.read().as_ref().map(|app| app.kind));
    let owner = Memo::new(move |_| app.read().as_ref().map(|app| format!("{}’s ", app.name)).unwrap_or_default());
    let title = move || owner.get() + kind.get().map_or("", AppKind::word);
    let choose = move |word: String| {
        let found = kinds.read_untracked().iter().find(|(_, kind)| kind.word() == word).map(|(key, _)| key.clone());
        chosen.set(found);
    };
    let word = move || match kinds.get().as_slice() {
        [] => ().into_any(),
        [(_, only)] => only.word().into_any(),
        several => choice(several, kind, Callback::new(choose)).into_any(),
    };
    let may = Signal::derive(move || lab.allows(Tool::Write));
    // Only what is read anew is drawn anew: a finger may be on a button.
    let read = Memo::new(move |_| app.read().as_ref().map(|app| (app.kind, app.shown.clone())));
    let body = move || read.get().map(|(kind, read)| shown(kind, &read, act, may));
    let foot = move || kind.get().map(|kind| deeds(kind, app, act, may));
    view! {
        <section class="app client-app" aria-label=title>
            <header>
                <h3>{owner} {word}</h3>
                <p class=move || format!("status {}", status(&app.read()).0)>{move || status(&app.read()).1}</p>
                <button
                    type="button"
                    class="link"
                    disabled=move || !lab.allows(Tool::Read)
                    on:click=move |_| act.run(AppDeed::Refresh)
                >
                    "Refresh"
                </button>
            </header>
            <div class="content">
                {body}
                <div class="deeds">{foot}</div>
            </div>
        </section>
    }
}

/// Which of a client's apps is shown.
fn choice(kinds: &[(Key, AppKind)], shown: Memo<Option<AppKind>>, choose: Callback<String>) -> impl IntoView + use<> {
    let options = kinds.iter().map(|(_, kind)| {
        let kind = *kind;
        view! { <option value=kind.word() selected=move || shown.get() == Some(kind)>{kind.word()}</option> }
    });
    view! {
        <select aria-label="App" on:change=move |event| choose.run(event_target_value(&event))>
            {options.collect_view()}
        </select>
    }
}

fn status(app: &Option<App>) -> (&'static str, String) {
    match app.as_ref().map(|app| app.status.clone()) {
        None | Some(AppStatus::Idle) => ("idle", "Nothing asked yet".to_owned()),
        Some(AppStatus::Waits(words)) => ("waits", words),
        Some(AppStatus::Done(words)) => ("ok", words),
        Some(AppStatus::Refused(words)) => ("failed", words),
        Some(AppStatus::Unknown(words)) => ("unknown", words),
    }
}

/// What the client read last.
fn shown(kind: AppKind, read: &Shown, act: Callback<AppDeed>, may: Signal<bool>) -> AnyView {
    match (read, kind) {
        (Shown::NotRead, _) => view! { <p class="none">"Not looked yet"</p> }.into_any(),
        (Shown::Several(all), _) => {
            let versions = all.iter().map(|one| view! { <li>{one.clone()}</li> });
            view! { <p class="none">{all.len()} " versions that have not seen each other"</p> <ul>{versions.collect_view()}</ul> }
                .into_any()
        }
        (Shown::One(items), AppKind::Cart) if items.is_empty() => view! { <p class="none">"Empty"</p> }.into_any(),
        (Shown::One(items), AppKind::Cart) => {
            let items = items.iter().cloned().map(|item| thing(item, act, may));
            view! { <ul class="things">{items.collect_view()}</ul> }.into_any()
        }
        (Shown::One(items), AppKind::Feed) if items.is_empty() => view! { <p class="none">"No posts"</p> }.into_any(),
        (Shown::One(items), AppKind::Feed) => {
            let posts = items.iter().rev().map(|post| view! { <li>{word(post)}</li> });
            view! { <ul class="posts">{posts.collect_view()}</ul> }.into_any()
        }
        (Shown::One(items), AppKind::Likes) => {
            let likes = items.first().map_or_else(|| "0".to_owned(), word);
            view! { <p class="likes"><span class="heart" aria-hidden="true">"♥"</span> {likes}</p> }.into_any()
        }
        (Shown::One(items), AppKind::Page) => {
            let text = items.iter().map(word).collect::<Vec<_>>().join(", ");
            view! { <p class="wiki">{if text.is_empty() { "An empty page".to_owned() } else { text }}</p> }.into_any()
        }
    }
}

fn word(element: &Element) -> String {
    element.to_string().trim_matches('"').to_owned()
}

/// A thing in the cart.
fn thing(item: Element, act: Callback<AppDeed>, may: Signal<bool>) -> impl IntoView {
    let name = word(&item);
    let label = format!("Remove {name}");
    view! {
        <li>
            {name}
            <button
                type="button"
                aria-label=label
                disabled=move || !may.get()
                on:click=move |_| act.run(AppDeed::Remove(item.clone()))
            >
                "×"
            </button>
        </li>
    }
}

/// What can be done.
fn deeds(kind: AppKind, app: Memo<Option<App>>, act: Callback<AppDeed>, may: Signal<bool>) -> AnyView {
    let is_off = move || !may.get();
    match kind {
        AppKind::Cart => {
            let offer = Memo::new(move |_| app.read().as_ref().and_then(App::offer));
            let put = move |_| {
                if let Some(thing) = offer.get_untracked() {
                    act.run(AppDeed::Put(thing.to_owned()));
                }
            };
            view! {
                <Show when=move || offer.get().is_some()>
                    <button type="button" class="go quiet" disabled=is_off on:click=put>
                        "Add " {move || offer.get()}
                    </button>
                </Show>
            }
            .into_any()
        }
        AppKind::Likes => view! {
            <button type="button" class="go quiet" disabled=is_off on:click=move |_| act.run(AppDeed::Like)>"Like"</button>
        }
        .into_any(),
        AppKind::Page => words(("Rewrite the page", "Save"), act, may).into_any(),
        AppKind::Feed => words(("Say something", "Post"), act, may).into_any(),
    }
}

fn words((label, button): (&'static str, &'static str), act: Callback<AppDeed>, may: Signal<bool>) -> impl IntoView {
    let text = RwSignal::new(String::new());
    let say = move |event: leptos::ev::SubmitEvent| {
        event.prevent_default();
        let words = text.get_untracked().trim().to_owned();
        if !words.is_empty() {
            act.run(AppDeed::Say(words));
            text.set(String::new());
        }
    };
    view! {
        <form on:submit=say>
            <input
                type="text"
                maxlength="60"
                placeholder=label
                aria-label=label
                prop:value=text
                on:input=move |event| text.set(event_target_value(&event))
            />
            <button type="submit" class="go quiet" disabled=move || !may.get()>{button}</button>
        </form>
    }
}
