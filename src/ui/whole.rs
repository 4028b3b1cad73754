//! Whether the whole program is here. A release page begins with the part that its first stage needs, and names a promise for the
//! rest (`xtask/split/rest.js`); a page in one part names none. What the stage can do without waits for it.

use js_sys::{Promise, Reflect};
use leptos::prelude::*;
use leptos::task::spawn_local;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;

/// Where a page in two parts leaves its promise.
const PROMISE: &str = "netsplitRest";

/// Whether the whole program is here.
#[derive(Clone, Copy)]
pub(super) struct Whole(RwSignal<bool>);

impl Whole {
    /// Whether it is here; whoever asks is told when it comes.
    pub(super) fn is_here(self) -> bool {
        self.0.get()
    }

    /// Does something as soon as it is here.
    pub(super) fn then(self, work: impl Fn() + 'static) {
        Effect::new(move |_| {
            if self.is_here() {
                work();
            }
        });
    }
}

/// The page's knowledge of it.
pub(super) fn use_whole() -> Whole {
    expect_context()
}

/// Finds out, and lets the page know.
pub(super) fn provide_whole() {
    let rest = Reflect::get(&window(), &PROMISE.into()).ok().and_then(|it| it.dyn_into::<Promise>().ok());
    let is_here = RwSignal::new(rest.is_none());
    provide_context(Whole(is_here));
    if let Some(rest) = rest {
        spawn_local(async move {
            // One that does not come is loaded where it is needed, and told there if it cannot be.
            let _ = JsFuture::from(rest).await;
            is_here.set(true);
        });
    }
}
