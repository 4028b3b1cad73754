//! The timeline: the space-time diagram as a slider over the run, with the whole branch as a strip below. Owns which part is
//! seen; what lies where is known to `view::timeline`, and where the run stands to the laboratory.

mod paint;
mod pointer;
mod rhythm;
mod strip;

use super::frame::now;
use super::lab::{Clock, Lab, use_lab};
use super::palette::{Palette, use_palette};
use crate::base::SimTime;
use crate::view::describe::Names;
use crate::view::stage::SeenBy;
use crate::view::timeline::{Follower, Lanes, Scene, Window, moment};
use leptos::ev::KeyboardEvent;
use leptos::html::{Canvas, Div};
use leptos::prelude::*;
use paint::Plot;
use rhythm::{Doings, Rhythm};
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::ResizeObserver;

/// The names of the lanes take so much of the width.
const NAMES: f64 = 72.0;
const NAMES_NARROW: f64 = 56.0;

/// What is above and below the lanes.
const ABOVE: f64 = 14.0;
const BELOW: f64 = 22.0;

/// The strip with its edges.
const STRIP: f64 = 26.0;

/// A lane is at least so high, and at most.
const LANE_MIN: f64 = 18.0;
const LANE_MAX: f64 = 26.0;

/// The panel is at least so high.
const HEIGHT_MIN: f64 = 188.0;

/// The cursor is not further right than this share of the width while the run plays.
const CURSOR_AT: f64 = 0.8;

/// A cursor that stands beyond this share of the width, or as near to the left edge, is brought back.
const EDGE: f64 = 0.97;

/// Something is left free before the first column.
const LEAD: f64 = 16.0;

/// Which part is seen.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct View {
    left: f64,
    zoom: f64,
    /// Whether somebody has turned away from the cursor, and since which turn of the run.
    astray: Option<u32>,
}

/// The diagram's state, in handles.
#[derive(Clone, Copy)]
struct Board {
    lab: Lab,
    follower: StoredValue<Follower, LocalStorage>,
    view: StoredValue<View>,
    /// The diagram's own size, without the strip.
    size: RwSignal<(f64, f64)>,
    /// Counts what was done to the view.
    looks: RwSignal<u32>,
    /// What was drawn last, for the pointer.
    drawn: StoredValue<Scene>,
    rhythm: StoredValue<Rhythm>,
    canvas: NodeRef<Canvas>,
    strip: NodeRef<Canvas>,
    /// The moment in words, and in milliseconds with how far it can go.
    told: RwSignal<(String, u64, u64)>,
}

/// The panel.
#[component]
pub(super) fn Timeline() -> impl IntoView {
    let lab = use_lab();
    let panel = NodeRef::<Div>::new();
    let board = Board {
        lab,
        follower: StoredValue::new_local(Follower::default()),
        view: StoredValue::new(View { left: -LEAD, zoom: 1.0, astray: None }),
        size: RwSignal::new((0.0, 0.0)),
        looks: RwSignal::new(0),
        drawn: StoredValue::new(Scene::default()),
        rhythm: StoredValue::new(Rhythm::default()),
        canvas: NodeRef::new(),
        strip: NodeRef::new(),
        told: RwSignal::new((String::new(), 0, 0)),
    };
    follow_size(board);
    let lanes = Memo::new(move |_| lanes(lab));
    let palette = use_palette();
    Effect::new(move |_| {
        let clock = lab.clock.get();
        let turns = (clock.turn, board.looks.get());
        let marked = (lab.hovered.get(), lab.selected.get());
        let doings = Doings { turns, size: board.size.get(), lanes: lanes.get(), marked };
        palette.with(|palette| board.draw(&clock, &doings, palette));
    });
    let pointer = pointer::Pointer::new(board);
    let height =
        move || format!("{}px", (lanes.get().count() as f64 * LANE_MIN + ABOVE + BELOW + STRIP).max(HEIGHT_MIN));
    view! {
        <div class="timeline" node_ref=panel style:height=height>
            <canvas
                class="diagram"
                node_ref=board.canvas
                role="slider"
                tabindex="0"
                aria-label="Moment of the run"
                aria-valuemin="0"
                aria-valuemax=move || board.told.read().2.to_string()
                aria-valuenow=move || board.told.read().1.to_string()
                aria-valuetext=move || board.told.read().0.clone()
                on:keydown=move |event| board.pressed(&event)
                on:pointerdown=move |event| pointer.down(&event)
                on:pointermove=move |event| pointer.moved(&event)
                on:pointerup=move |event| pointer.up(&event)
                on:pointercancel=move |_| pointer.cancel()
                on:pointerleave=move |_| pointer.leave()
                on:wheel=move |event| pointer.wheel(&event)
            ></canvas>
            <canvas
                class="strip"
                node_ref=board.strip
                aria-hidden="true"
                on:pointerdown=move |event| pointer.strip_down(&event)
                on:pointermove=move |event| pointer.strip_moved(&event)
                on:pointerup=move |_| pointer.cancel()
                on:pointercancel=move |_| pointer.cancel()
                on:wheel=move |event| pointer.wheel(&event)
            ></canvas>
        </div>
    }
}

/// Who has a lane.
fn lanes(lab: Lab) -> Lanes {
    let frame = lab.frame.read();
    Lanes { nodes: frame.nodes.len() as u8, clients: frame.clients.len() as u8 }
}

/// Follows the size of the diagram.
fn follow_size(board: Board) {
    Effect::new(move |_| {
        let Some(canvas) = board.canvas.get() else { return };
        let measured = canvas.clone();
        let measure = move || {
            let size = (f64::from(measured.client_width()), f64::from(measured.client_height()));
            if board.size.try_get_untracked().is_some_and(|old| old != size) {
                board.size.try_set(size);
            }
        };
        measure();
        let on_resize = Closure::<dyn FnMut()>::new(measure);
        if let Ok(observer) = ResizeObserver::new(on_resize.as_ref().unchecked_ref()) {
            observer.observe(&canvas);
            on_cleanup(move || observer.disconnect());
        }
        on_resize.forget();
    });
}

impl Board {
    /// The space for the names of the lanes.
    fn names_width(self) -> f64 {
        if self.size.get_untracked().0 < 480.0 { NAMES_NARROW } else { NAMES }
    }

    /// How wide the part right of the names is.
    fn plot_width(self) -> f64 {
        (self.size.get_untracked().0 - self.names_width()).max(1.0)
    }

    /// Where the middle of the first lane is.
    fn first_lane(self) -> f64 {
        ABOVE + self.pitch() / 2.0
    }

    /// How high a lane is.
    fn pitch(self) -> f64 {
        let lanes = lanes_untracked(self.lab).count().max(1) as f64;
        ((self.size.get_untracked().1 - ABOVE - BELOW) / lanes).clamp(LANE_MIN.min(16.0), LANE_MAX)
    }

    /// What is seen.
    fn window(self, view: View) -> Window {
        let seen_by = self.lab.seen_by.get_untracked();
        Window { left: view.left, width: self.plot_width(), zoom: view.zoom, seen_by }
    }

    /// Draws what is to be seen now, and the strip below it if it is time to.
    fn draw(self, clock: &Clock, doings: &Doings, palette: &Palette) {
        let &Doings { size, lanes, marked, .. } = doings;
        let (Some(canvas), true) = (self.canvas.get_untracked(), size.0 > 1.0 && size.1 > 1.0) else { return };
        let is_strip_due =
            self.rhythm.try_update_value(|rhythm| rhythm.is_due(now(), clock.is_playing, *doings)).unwrap_or(true);
        self.lab.read(|playback| {
            let mut follower = self.follower.write_value();
            follower.follow(playback);
            let timeline = follower.timeline();
            let mut view = self.view.get_value();
            let cursor = timeline.axis(view.zoom).x_at(clock.time);
            let end = timeline.width(view.zoom);
            self.keep_in_sight(&mut view, clock, cursor, end);
            self.view.set_value(view);
            let names = Names::new(playback.session().cluster().config());
            let window = self.window(view);
            let scene = timeline.scene(playback.chronicle(), &names, lanes, window);
            let plot = Plot {
                size,
                names: self.names_width(),
                pitch: self.pitch(),
                lanes,
                cursor: cursor - view.left,
                seen_by: window.seen_by,
                marked,
            };
            paint::paint(&canvas, &plot, &scene, &names, palette);
            self.drawn.set_value(scene);
            if let Some(strip) = self.strip.get_untracked().filter(|_| is_strip_due) {
                strip::paint(&strip, timeline, playback.chronicle(), clock.time, window, palette, plot.names);
            }
            self.tell(clock, || match window.seen_by {
                SeenBy::Observer => moment(playback.chronicle(), clock.time, playback.seen()),
                SeenBy::Node(_) | SeenBy::Client(_) => super::words::seconds(clock.time),
            });
        });
    }

    /// Moves what is seen, so that the cursor is in it.
    fn keep_in_sight(self, view: &mut View, clock: &Clock, cursor: f64, end: f64) {
        let width = self.plot_width();
        if view.astray.is_some_and(|turn| turn != clock.turn) {
            view.astray = None;
        }
        let right = (end - width * CURSOR_AT).max(-LEAD);
        if view.astray.is_none() {
            let at = cursor - view.left;
            let wanted = if end + 2.0 * LEAD < width {
                -LEAD
            } else if at > width * if clock.is_playing { CURSOR_AT } else { EDGE } {
                cursor - width * CURSOR_AT
            } else if at < width * (1.0 - EDGE) {
                (cursor - width * (1.0 - CURSOR_AT)).max(-LEAD)
            } else {
                view.left
            };
            // While it plays, what is far off is caught up with in a few drawings; at a seek there are none.
            let off = wanted - view.left;
            view.left += if clock.is_playing && off.abs() < width { off * 0.55 } else { off };
        }
        view.left = view.left.clamp(-LEAD, right);
    }

    /// Tells the moment in words; while the run plays not more often than each second.
    fn tell(self, clock: &Clock, words: impl FnOnce() -> String) {
        let now = clock.time.0 / 1_000;
        let (_, before, _) = *self.told.read_untracked();
        if !clock.is_playing || now.abs_diff(before) >= 1_000 {
            let new = (words(), now, clock.furthest.0 / 1_000);
            if *self.told.read_untracked() != new {
                self.told.set(new);
            }
        }
    }

    /// Goes to a time, but not further than the run ever went.
    fn seek(self, time: SimTime) {
        let through = self.follower.with_value(|follower| follower.timeline().through());
        self.lab.change(|playback| playback.seek(time.min(through)));
    }

    /// Looks somewhere else, without going there.
    fn look(self, change: impl FnOnce(&mut View)) {
        let turn = self.lab.clock.get_untracked().turn;
        self.view.update_value(|view| {
            change(view);
            view.astray = Some(turn);
        });
        self.looks.update(|looks| *looks = looks.wrapping_add(1));
    }

    /// A key was pressed on the slider.
    fn pressed(self, event: &KeyboardEvent) {
        if event.ctrl_key() || event.alt_key() || event.meta_key() {
            return;
        }
        let is_key = event.shift_key();
        let page = self.plot_width() * CURSOR_AT;
        let target = match event.key().as_str() {
            "ArrowLeft" | "ArrowDown" => self.column(false, is_key),
            "ArrowRight" | "ArrowUp" => self.column(true, is_key),
            "Home" => SimTime::ZERO,
            "End" => SimTime(u64::MAX),
            "PageUp" => self.away(page),
            "PageDown" => self.away(-page),
            _ => return,
        };
        event.prevent_default();
        event.stop_propagation();
        self.seek(target);
    }

    /// The column after or before the cursor.
    fn column(self, is_forward: bool, is_key: bool) -> SimTime {
        let now = self.lab.clock.get_untracked().time;
        self.follower.with_value(|follower| {
            let axis = follower.timeline().axis(1.0);
            let mut wanted = axis.columns().iter().filter(|column| column.is_key || !is_key);
            if is_forward {
                wanted.find(|column| column.last > now).map_or(SimTime(u64::MAX), |column| column.last)
            } else {
                wanted.rfind(|column| column.last < now).map_or(SimTime::ZERO, |column| column.last)
            }
        })
    }

    /// The time so many pixels from the cursor.
    fn away(self, pixels: f64) -> SimTime {
        let (now, zoom) = (self.lab.clock.get_untracked().time, self.view.get_value().zoom);
        self.follower.with_value(|follower| {
            let axis = follower.timeline().axis(zoom);
            axis.columns()[axis.nearest((axis.x_at(now) + pixels).max(0.0)).0].last
        })
    }
}

fn lanes_untracked(lab: Lab) -> Lanes {
    untrack(|| lanes(lab))
}
