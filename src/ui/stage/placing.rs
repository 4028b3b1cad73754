//! Where things stand on this screen: the layout for the stage's size and cast, and the short glide from one layout to the
//! next. Knows nothing of what is drawn there.

use crate::base::{ClientId, NodeId, NodeSet};
use crate::ui::frame;
use crate::ui::lab::Lab;
use crate::view::layout::{Caller, Cast, Layout, Look, Rect, Stage, StageSize};
use crate::view::stage::StageFrame;
use leptos::html::Div;
use leptos::prelude::*;
use std::sync::Arc;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::ResizeObserver;

/// A layout that is compared by identity: it changes only when it is made anew.
#[derive(Clone, Debug)]
pub(in crate::ui) struct Placed(pub(in crate::ui) Arc<Layout>);

impl PartialEq for Placed {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

impl std::ops::Deref for Placed {
    type Target = Layout;

    fn deref(&self) -> &Layout {
        &self.0
    }
}

/// Who is on the stage, as far as places depend on it.
#[derive(Clone, Debug, Default, PartialEq)]
struct Who {
    nodes: Vec<NodeId>,
    clients: Vec<(ClientId, NodeId, Option<NodeId>)>,
    sides: Vec<NodeSet>,
}

/// Where things stand.
#[derive(Clone, Copy)]
pub(in crate::ui) struct Placing {
    /// The stage's size in CSS pixels.
    pub(in crate::ui) size: RwSignal<StageSize>,
    /// Whether a hand moves a node: what a hand moves does not glide after it.
    pub(in crate::ui) is_in_hand: StoredValue<bool>,
    /// Where everything is shown just now.
    pub(in crate::ui) layout: RwSignal<Placed>,
}

/// How long a glide takes, in milliseconds.
const GLIDE: f64 = 350.0;

impl Placing {
    /// Follows the size of an element and the cast of a laboratory.
    pub(in crate::ui) fn new(lab: Lab, ground: NodeRef<Div>) -> Placing {
        let size = RwSignal::new(StageSize::default());
        follow_size(ground, size);
        let who = Memo::new(move |_| who(&lab.frame.read()));
        let target = Memo::new(move |_| {
            let (size, who, places) = (size.get(), who.get(), lab.places.get());
            Placed(Arc::new(arrange(size, &who, &places)))
        });
        let layout = RwSignal::new(target.get_untracked());
        let placing = Placing { size, layout, is_in_hand: StoredValue::new(false) };
        let run = StoredValue::new(0_u32);
        Effect::watch(
            move || target.get(),
            move |to, from, _| {
                run.update_value(|run| *run = run.wrapping_add(1));
                match from {
                    Some(from) if !placing.is_in_hand.get_value() && glides(from, to) => {
                        placing.glide(run, placing.layout.get_untracked(), to.clone())
                    }
                    _ => placing.layout.set(to.clone()),
                }
            },
            // The size may be known before this runs for the first time.
            true,
        );
        placing
    }

    /// The layout that is shown, without following it.
    pub(in crate::ui) fn now(self) -> Placed {
        self.layout.get_untracked()
    }

    /// Goes from one layout to another within a moment.
    fn glide(self, run: StoredValue<u32>, from: Placed, to: Placed) {
        let (own, began) = (run.get_value(), frame::now());
        fn step(placing: Placing, run: StoredValue<u32>, own: u32, began: f64, from: Placed, to: Placed) {
            if run.try_get_value() != Some(own) {
                return;
            }
            let share = ((frame::now() - began) / GLIDE).clamp(0.0, 1.0) as f32;
            if share >= 1.0 {
                placing.layout.try_set(to);
                return;
            }
            let eased = share * share * (3.0 - 2.0 * share);
            placing.layout.try_set(Placed(Arc::new(to.between(&from, eased))));
            request_animation_frame(move || step(placing, run, own, began, from, to));
        }
        step(self, run, own, began, from, to);
    }
}

/// Only another arrangement of the same nodes on the same ground glides; who wants no motion sees none.
fn glides(from: &Placed, to: &Placed) -> bool {
    from.size == to.size && from.nodes.len() == to.nodes.len() && !crate::ui::prefs::wants_still()
}

fn who(frame: &StageFrame) -> Who {
    Who {
        nodes: frame.nodes.iter().map(|node| node.id).collect(),
        clients: frame.clients.iter().map(|client| (client.id, client.contact, client.bound)).collect(),
        sides: frame.sides.iter().map(|side| side.nodes).collect(),
    }
}

fn arrange(size: StageSize, who: &Who, places: &[(NodeId, f32, f32)]) -> Layout {
    let count = who.nodes.len().max(1);
    // Nodes go round from the top to the right: the first client sits on the left, the last on the right.
    let near = |at: usize| who.nodes.get((count - 1).saturating_sub(at * count / who.clients.len().max(1))).copied();
    let callers: Vec<Caller> = who
        .clients
        .iter()
        .enumerate()
        .map(|(at, (client, contact, bound))| Caller {
            client: *client,
            near: bound.or_else(|| near(at)).unwrap_or(*contact),
            contact: *contact,
        })
        .collect();
    let cast = Cast { nodes: &who.nodes, clients: &callers, places, sides: &who.sides, log_cells: 5 };
    let look = look(size);
    Layout::new(&Stage { look, size, reserved: &reserved(look, size) }, &cast)
}

/// Which design a stage of this size follows.
fn look(size: StageSize) -> Look {
    match size {
        StageSize { height, .. } if height < 240.0 => Look::Tiny,
        StageSize { width, .. } if width < 480.0 => Look::Phone,
        StageSize { width, height } if width < 700.0 || height < 520.0 => Look::Compact,
        _ => Look::Desktop,
    }
}

/// What lies over the stage: tools, the choice of eyes, the legend, the caption.
fn reserved(look: Look, size: StageSize) -> Vec<Rect> {
    match look {
        Look::Desktop if size.width < 760.0 => vec![Rect::new(0.0, size.height - 64.0, size.width, 64.0)],
        Look::Desktop => vec![
            Rect::new(0.0, 0.0, 112.0, 262.0),
            Rect::new(size.width - 300.0, 0.0, 300.0, 60.0),
            Rect::new(0.0, size.height - 190.0, 150.0, 190.0),
            Rect::new(150.0, size.height - 64.0, size.width - 150.0, 64.0),
        ],
        // What is skipped is said above the nodes; in frames, beside the keys.
        Look::Phone => vec![Rect::new(0.0, 0.0, size.width, 24.0)],
        Look::Compact | Look::Tiny => Vec::new(),
    }
}

fn follow_size(ground: NodeRef<Div>, size: RwSignal<StageSize>) {
    Effect::new(move |_| {
        let Some(ground) = ground.get() else { return };
        let element: web_sys::Element = (*ground).clone().unchecked_into();
        let measure = {
            let element = element.clone();
            move || {
                let (width, height) = (element.client_width() as f32, element.client_height() as f32);
                let now = StageSize { width, height };
                if size.try_get_untracked().is_some_and(|size| size != now) {
                    size.set(now);
                }
            }
        };
        measure();
        let on_resize = Closure::<dyn FnMut()>::new(measure);
        if let Ok(observer) = ResizeObserver::new(on_resize.as_ref().unchecked_ref()) {
            observer.observe(&element);
        }
        // The observer lives as long as the page: there is one stage.
        on_resize.forget();
    });
}
