//! The bottom sheet of a phone: how far it is open, and its handle, which is dragged, clicked or moved by keys. On wider or
//! lower screens there is none, and what would be in it stands in its own place. The sizes are the styles'.

use super::Tab;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent, PointerEvent};

/// The screens that have a sheet. `style/phone.css` asks for the same.
const SCREENS: &str = "(max-width: 37.5rem) and (min-height: 31.25rem)";

/// How far it is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::ui) enum Opening {
    /// Its tabs are seen, and nothing else.
    Closed,
    /// Half of the screen.
    Half,
    /// Nearly all of it.
    Whole,
}

/// A drag of the handle: where it began, how high the sheet was, and whether it has gone far enough to be one.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Drag {
    from: f64,
    height: f64,
    is_far: bool,
}

/// A drag begins after so many pixels.
const SLOP: f64 = 6.0;

/// The sheet.
#[derive(Clone, Copy)]
pub(in crate::ui) struct Sheet {
    /// Whether this screen has one.
    pub(in crate::ui) is_there: RwSignal<bool>,
    /// How far it is open.
    pub(in crate::ui) opening: RwSignal<Opening>,
    /// Which of the contents is shown, in the sheet or in the column.
    pub(in crate::ui) tab: RwSignal<Tab>,
    /// What the guide is called.
    pub(super) guide: &'static str,
    drag: StoredValue<Option<Drag>>,
    /// Whether the click that follows belongs to a drag.
    swallow: StoredValue<bool>,
}

impl Sheet {
    /// The sheet of this screen, which may change.
    pub(in crate::ui) fn new(opening: Opening, guide: &'static str) -> Sheet {
        let is_there = || window().match_media(SCREENS).ok().flatten().is_some_and(|query| query.matches());
        let sheet = Sheet {
            is_there: RwSignal::new(is_there()),
            opening: RwSignal::new(opening),
            tab: RwSignal::new(if is_there() { Tab::Guide } else { Tab::Readings }),
            guide,
            drag: StoredValue::new(None),
            swallow: StoredValue::new(false),
        };
        let handle = window_event_listener(leptos::ev::resize, move |_| {
            let now = is_there();
            if sheet.is_there.get_untracked() != now {
                sheet.is_there.set(now);
                sheet.tab.set(if now { Tab::Guide } else { Tab::Readings });
            }
        });
        on_cleanup(move || handle.remove());
        sheet
    }

    /// Whether one of the contents is in the sheet and not shown there now.
    pub(in crate::ui) fn hides(self, tab: Tab) -> bool {
        self.is_there.get() && self.tab.get() != tab
    }

    /// Shows one of the contents, and opens a closed sheet for it.
    pub(super) fn show(self, tab: Tab) {
        self.tab.set(tab);
        if self.opening.get_untracked() == Opening::Closed {
            self.opening.set(Opening::Half);
        }
    }

    fn down(self, event: &PointerEvent) {
        let Some(handle) = event.current_target().and_then(|it| it.dyn_into::<HtmlElement>().ok()) else { return };
        let _ = handle.set_pointer_capture(event.pointer_id());
        let height = handle.parent_element().map_or(0.0, |sheet| sheet.get_bounding_client_rect().height());
        self.swallow.set_value(false);
        self.drag.set_value(Some(Drag { from: f64::from(event.client_y()), height, is_far: false }));
    }

    fn moved(self, event: &PointerEvent) {
        let Some(drag) = self.drag.get_value() else { return };
        let by = drag.from - f64::from(event.client_y());
        if drag.is_far || by.abs() > SLOP {
            self.drag.set_value(Some(Drag { is_far: true, ..drag }));
            set_height(Some(drag.height + by));
        }
    }

    fn up(self, event: &PointerEvent) {
        let Some(drag) = self.drag.get_value() else { return };
        self.cancel();
        if drag.is_far {
            self.swallow.set_value(true);
            let height = drag.height + drag.from - f64::from(event.client_y());
            let whole = window().inner_height().ok().and_then(|height| height.as_f64()).unwrap_or(1.0).max(1.0);
            self.opening.set(match height / whole {
                share if share < 0.25 => Opening::Closed,
                share if share < 0.66 => Opening::Half,
                _ => Opening::Whole,
            });
        }
    }

    fn cancel(self) {
        self.drag.set_value(None);
        set_height(None);
    }

    fn click(self) {
        if self.swallow.get_value() {
            self.swallow.set_value(false);
            return;
        }
        self.opening.update(|opening| {
            *opening = match opening {
                Opening::Closed => Opening::Half,
                Opening::Half => Opening::Whole,
                Opening::Whole => Opening::Closed,
            };
        });
    }

    fn key(self, event: &KeyboardEvent) {
        let now = self.opening.get_untracked();
        let next = match (event.key().as_str(), now) {
            ("ArrowUp", Opening::Closed) | ("ArrowDown", Opening::Whole) => Opening::Half,
            ("ArrowUp", Opening::Half | Opening::Whole) => Opening::Whole,
            ("ArrowDown", Opening::Half | Opening::Closed) | ("Escape", _) => Opening::Closed,
            _ => return,
        };
        event.prevent_default();
        self.opening.set(next);
    }
}

/// The sheet's height while it is dragged; otherwise the styles say it.
fn set_height(height: Option<f64>) {
    let root = document().document_element().and_then(|root| root.dyn_into::<HtmlElement>().ok());
    if let Some(root) = root {
        let style = HtmlElement::style(&root);
        let _ = match height {
            Some(height) => style.set_property("--sheet", &format!("clamp(2.75rem, {height}px, 92dvh - var(--dock))")),
            None => style.remove_property("--sheet").map(|_| ()),
        };
    }
}

/// The sheet of this page.
pub(in crate::ui) fn use_sheet() -> Sheet {
    expect_context::<Sheet>()
}

/// The handle: a drag is followed, and each click is the next size.
#[component]
pub(super) fn Handle() -> impl IntoView {
    let sheet = use_sheet();
    let label = move || match sheet.opening.get() {
        Opening::Closed => "Panel: closed. Open it half",
        Opening::Half => "Panel: half open. Open it whole",
        Opening::Whole => "Panel: open. Close it",
    };
    view! {
        <Show when=move || sheet.is_there.get()>
            <button
                type="button"
                class="handle"
                aria-label=label
                aria-expanded=move || if sheet.opening.get() == Opening::Closed { "false" } else { "true" }
                on:pointerdown=move |event| sheet.down(&event)
                on:pointermove=move |event| sheet.moved(&event)
                on:pointerup=move |event| sheet.up(&event)
                on:pointercancel=move |_| sheet.cancel()
                on:click=move |_| sheet.click()
                on:keydown=move |event| sheet.key(&event)
            >
                <span class="grip" aria-hidden="true"></span>
            </button>
        </Show>
    }
}
