//! The menu of a node, a link or a client: everything that can be done to it, reachable by keys alone. It stands beside what
//! it is about, with a pointer to it; on a phone it is a sheet from below.

mod entries;
mod place;

use super::lab::{Lab, Selected, use_lab};
use super::panels::use_sheet;
use super::stage::placing::Placing;
use super::stage::{Gestures, Opened, focus_on};
use crate::view::layout::Point;
use entries::Entry;
use leptos::html::Div;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent};

/// The open menu, if there is one.
#[component]
pub(super) fn Menu() -> impl IntoView {
    let gestures = expect_context::<Gestures>();
    move || gestures.menu.get().map(|opened| view! { <Open opened /> })
}

#[component]
fn Open(opened: Opened) -> impl IntoView {
    let (lab, gestures) = (use_lab(), expect_context::<Gestures>());
    let list = NodeRef::<Div>::new();
    let entries = entries::of(lab, gestures, opened.on);
    let close = move || {
        gestures.menu.set(None);
        focus_on(lab, opened.on);
    };
    Effect::new(move |_| {
        if let Some(list) = list.get() {
            focus_entry(&list, 0);
        }
    });
    let has_sheet = use_sheet().is_there.get_untracked();
    let mut entries: Vec<Entry> = entries.into_iter().filter(|(needs, ..)| needs.is_met(lab)).collect();
    if has_sheet {
        entries.push(entries::close());
    }
    let stands = place::beside(gestures, &expect_context::<Placing>().now(), opened.on, entries.len());
    let (rect, pointer) = (stands.rect, stands.pointer);
    let items = entries.into_iter().map(|(_, words, deed)| {
        view! {
            <button
                type="button"
                role="menuitem"
                tabindex="-1"
                on:click=move |_| {
                    close();
                    deed();
                }
            >
                {words}
            </button>
        }
    });
    view! {
        <svg class="menu-pointer" aria-hidden="true">
            <path d=line(pointer)></path>
            <circle cx=pointer.1.x cy=pointer.1.y r="3"></circle>
        </svg>
        <div
            class="menu"
            role="menu"
            aria-label=move || title(lab, opened.on)
            node_ref=list
            style:left=format!("{}px", rect.x as i32)
            style:top=format!("{}px", rect.y as i32)
            // A press on the heading takes the focus away from no entry: keys go on to work.
            on:mousedown=move |event| event.prevent_default()
            on:keydown=move |event| {
                if key(&event, list) {
                    close();
                }
            }
            on:focusout=move |event| {
                let goes_to = event.related_target().and_then(|target| target.dyn_into::<web_sys::Node>().ok());
                let stays = list.get_untracked().is_some_and(|list| list.contains(goes_to.as_ref()));
                if !stays && goes_to.is_some() {
                    gestures.menu.set(None);
                }
            }
        >
            <p class="title" role="presentation">{move || title(lab, opened.on)}</p>
            {items.collect_view()}
        </div>
    }
}

fn line((from, to): (Point, Point)) -> String {
    format!("M{:.1} {:.1}L{:.1} {:.1}", from.x, from.y, to.x, to.y)
}

fn title(lab: Lab, on: Selected) -> String {
    let frame = lab.frame.get();
    match on {
        Selected::Node(node) => {
            frame.node(node).map_or_else(|| node.to_string(), |node| format!("{}, {}", node.id, node.says))
        }
        Selected::Client(client) => {
            frame.clients.iter().find(|it| it.id == client).map_or_else(String::new, |it| it.name.clone())
        }
        Selected::Link(from, to) => frame.link(from, to).map_or_else(String::new, |link| link.name.clone()),
        Selected::Message(_) | Selected::Operation(_) => String::new(),
    }
}

/// Keys in a menu; says whether it is to close.
fn key(event: &KeyboardEvent, list: NodeRef<Div>) -> bool {
    let Some(list) = list.get_untracked() else { return false };
    let (here, count) = place(&list);
    event.stop_propagation();
    let next = match event.key().as_str() {
        "ArrowDown" => (here + 1) % count.max(1),
        "ArrowUp" => (here + count.max(1) - 1) % count.max(1),
        "Home" => 0,
        "End" => count.saturating_sub(1),
        "Escape" | "Tab" => {
            event.prevent_default();
            return true;
        }
        _ => return false,
    };
    event.prevent_default();
    focus_entry(&list, next);
    false
}

/// Which entry has the focus, and how many there are.
fn place(list: &HtmlElement) -> (usize, usize) {
    let Ok(entries) = list.query_selector_all("button") else { return (0, 0) };
    let active = document().active_element();
    let here = (0..entries.length()).find(|&at| {
        entries.item(at).is_some_and(|entry| active.as_ref().is_some_and(|active| entry.is_same_node(Some(active))))
    });
    (here.unwrap_or(0) as usize, entries.length() as usize)
}

fn focus_entry(list: &HtmlElement, at: usize) {
    let entry = list.query_selector_all("button").ok().and_then(|entries| entries.item(at as u32));
    if let Some(entry) = entry.and_then(|entry| entry.dyn_into::<HtmlElement>().ok()) {
        let _ = entry.focus();
    }
}
