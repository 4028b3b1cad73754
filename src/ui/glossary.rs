//! The words of the page that a newcomer may not know, each with what it means. A word can be pressed, focused or pointed
//! at; the browser's own popover tells its meaning, stays while one reads it, and Escape closes it.

use leptos::html;
use leptos::prelude::*;
use std::time::Duration;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlElement, PointerEvent};

/// A word that is explained.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Explained {
    Leader,
    Follower,
    Term,
    Quorum,
    Heartbeat,
    Append,
    Committed,
    Unknown,
    Linearizable,
}

/// The words that the first screen shows.
pub(super) const ON_HOME: [Explained; 9] = [
    Explained::Leader,
    Explained::Follower,
    Explained::Term,
    Explained::Quorum,
    Explained::Heartbeat,
    Explained::Append,
    Explained::Committed,
    Explained::Unknown,
    Explained::Linearizable,
];

impl Explained {
    fn word(self) -> &'static str {
        match self {
            Self::Leader => "leader",
            Self::Follower => "follower",
            Self::Term => "term",
            Self::Quorum => "quorum",
            Self::Heartbeat => "heartbeat",
            Self::Append => "append",
            Self::Committed => "committed",
            Self::Unknown => "unknown",
            Self::Linearizable => "linearizable",
        }
    }

    fn meaning(self) -> &'static str {
        match self {
            Self::Leader => "the one server that takes writes and sends them to the others.",
            Self::Follower => "a server that stores what the leader sends, and waits for its heartbeats.",
            Self::Term => {
                "a time with at most one leader. Terms are numbered; each election begins a new one. Under an entry of a log, \
                 t 1 says that it was written in term 1."
            }
            Self::Quorum => {
                "a majority: more than half of all servers, 3 of 5. Two majorities always share a server, so two of them \
                 never decide against each other."
            }
            Self::Heartbeat => {
                "what a leader sends, again and again, to show that it is there. A follower that hears none for a while \
                 calls an election."
            }
            Self::Append => {
                "a leader sends the next entry of its list of writes. The answer, an ack, says that it is stored."
            }
            Self::Committed => "stored by a quorum, so that no later leader lacks it. Only then is a client told ok.",
            Self::Unknown => "no answer came in time. The write may be done or not, and the client cannot tell.",
            Self::Linearizable => {
                "every answer is one that a single copy could have given: each operation counts as done at one moment \
                 between the question and its answer."
            }
        }
    }
}

/// How long the meaning stays after the pointer has left, so that it can be reached.
const LINGER: Duration = Duration::from_millis(250);

/// The word as a button, and its meaning.
#[component]
pub(super) fn Word(
    word: Explained,
    /// Where it stands, so that its name is its own on the page.
    place: &'static str,
) -> impl IntoView {
    let id = format!("{place}-{}", word.word());
    let (button, card) = (NodeRef::<html::Button>::new(), NodeRef::<html::Span>::new());
    // Whether it was pressed: it stays until it is closed then.
    let is_pinned = StoredValue::new(false);
    let show = move || {
        if let (Some(button), Some(card)) = (button.get_untracked(), card.get_untracked()) {
            put_below(&button, &card);
            call(&card, "showPopover");
        }
    };
    let leave = move |_: PointerEvent| {
        let close = move || {
            let (Some(Some(button)), Some(Some(card))) = (button.try_get_untracked(), card.try_get_untracked()) else {
                return;
            };
            let is_pointed_at = |element: &Element| element.matches(":hover").unwrap_or(false);
            if !is_pinned.get_value() && !is_pointed_at(&button) && !is_pointed_at(&card) {
                call(&card, "hidePopover");
            }
        };
        set_timeout(close, LINGER);
    };
    let enter = move |event: PointerEvent| {
        if event.pointer_type() == "mouse" {
            is_pinned.set_value(false);
            show();
        }
    };
    view! {
        <button
            type="button"
            class="term"
            node_ref=button
            aria-describedby=id.clone()
            on:pointerenter=enter
            on:pointerleave=leave
            on:click=move |_| {
                is_pinned.set_value(true);
                show();
            }
        >
            {word.word()}
        </button>
        <span class="meaning" popover="auto" id=id node_ref=card on:pointerleave=leave>
            <strong>{word.word()} ": "</strong>
            {word.meaning()}
        </span>
    }
}

/// Puts a card under a button, inside the window.
fn put_below(button: &HtmlElement, card: &HtmlElement) {
    let rect = button.get_bounding_client_rect();
    let size = |length: Result<JsValue, JsValue>| length.ok().and_then(|it| it.as_f64()).unwrap_or(400.0);
    let (width, height) = (size(window().inner_width()), size(window().inner_height()));
    let style = HtmlElement::style(card);
    let left = rect.left().min(width - CARD).max(8.0);
    let _ = style.set_property("left", &format!("{left}px"));
    // Above it where there is no room below.
    let (top, bottom) = if rect.bottom() + ROOM < height {
        (format!("{}px", rect.bottom() + 6.0), "auto".to_owned())
    } else {
        ("auto".to_owned(), format!("{}px", height - rect.top() + 6.0))
    };
    let _ = style.set_property("top", &top);
    let _ = style.set_property("bottom", &bottom);
}

/// The width of a card with its edge, and the height that one takes at most, in pixels.
const CARD: f64 = 300.0;
const ROOM: f64 = 140.0;

/// Calls a method that has no binding yet. A browser without popovers shows the meaning to screen readers only.
fn call(card: &HtmlElement, method: &str) {
    let found = js_sys::Reflect::get(card, &method.into()).ok().and_then(|it| it.dyn_into::<js_sys::Function>().ok());
    if let Some(method) = found {
        // It throws where the card is open, or closed, already.
        let _ = method.call0(card);
    }
}
