//! The column beside the stage: readings, inspector, log, settings and branches, one of them at a time. On a phone it is
//! the bottom sheet, which takes in the guide and the timeline too. Owns the tabs and how often their contents are made
//! anew; each content has a file of its own.

mod branches;
mod inspector;
mod log;
mod readings;
mod settings;
mod sheet;

use super::frame;
use super::lab::{Lab, Selected, use_lab};
use super::lessons::asks_for;
use super::whole::use_whole;
use crate::base::SimTime;
use crate::lesson::Panel;
use crate::view::inspector::Target;
use crate::view::playback::Playback;
use branches::BranchesPanel;
use inspector::InspectorPanel;
use leptos::prelude::*;
use log::LogPanel;
use readings::{ReadingsPanel, Taken};
use settings::SettingsPanel;
use sheet::Handle;
pub(super) use sheet::{Opening, Sheet, use_sheet};
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent};

/// One of the contents.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tab {
    Guide,
    Readings,
    Timeline,
    Inspect,
    Log,
    Settings,
    Branches,
}

impl Tab {
    const ALL: [Self; 7] =
        [Self::Guide, Self::Readings, Self::Timeline, Self::Inspect, Self::Log, Self::Settings, Self::Branches];

    fn name(self, sheet: Sheet) -> &'static str {
        match self {
            Self::Guide => sheet.guide,
            Self::Readings => "Readings",
            Self::Timeline => "Timeline",
            Self::Inspect => "Inspect",
            Self::Log => "Log",
            Self::Settings => "Settings",
            Self::Branches => "Branches",
        }
    }

    /// Whether a learner may open it: the guide and the timeline have their own places where there is no sheet, and what
    /// would make another run of a lesson's is not there in a lesson. Where a step shows the settings, they can be read and
    /// not changed.
    fn is_open_to(self, lab: Lab, sheet: Sheet) -> bool {
        match self {
            Self::Guide => sheet.is_there.get(),
            Self::Timeline => sheet.is_there.get() && asks_for(lab, Panel::Timeline),
            Self::Readings | Self::Inspect | Self::Log => true,
            Self::Settings => lab.allowed.read().is_none() || lab.panels.read().contains(&Panel::Settings),
            Self::Branches => lab.allowed.read().is_none(),
        }
    }

    /// The tab beside the stage that shows a lesson's panel; none for what stands elsewhere.
    fn of(panel: Panel) -> Option<Self> {
        match panel {
            Panel::Log => Some(Self::Log),
            Panel::Inspector => Some(Self::Inspect),
            Panel::Settings => Some(Self::Settings),
            Panel::Timeline | Panel::Legend => None,
        }
    }

    fn id(self) -> &'static str {
        match self {
            Self::Guide => "tab-guide",
            Self::Readings => "tab-readings",
            Self::Timeline => "tab-timeline",
            Self::Inspect => "tab-inspect",
            Self::Log => "tab-log",
            Self::Settings => "tab-settings",
            Self::Branches => "tab-branches",
        }
    }

    /// The element that it shows.
    fn panel(self) -> &'static str {
        match self {
            Self::Guide => "guide",
            Self::Timeline => "time-panel",
            Self::Readings | Self::Inspect | Self::Log | Self::Settings | Self::Branches => "panel",
        }
    }
}

/// What the contents were made of last: they are made anew when it changes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Beat {
    turn: u32,
    events: u64,
    time: SimTime,
}

/// While it plays, contents are made anew no more often than this, in milliseconds.
const EVERY: f64 = 500.0;

/// The column.
#[component]
pub(super) fn Panels() -> impl IntoView {
    let lab = use_lab();
    let sheet = use_sheet();
    let tab = sheet.tab;
    let beat = beat(lab);
    let (taken, whole) = (Taken::new(), use_whole());
    Effect::new(move |before: Option<Option<Selected>>| {
        let now = lab.selected.get();
        if now.is_some() && before.flatten() != now && tab.get_untracked() == Tab::Readings {
            tab.set(Tab::Inspect);
        }
        now
    });
    Effect::new(move |before: Option<Vec<Panel>>| {
        let panels = lab.panels.get();
        if before.as_ref().is_some_and(|before| *before != panels) || !panels.is_empty() && before.is_none() {
            // In a sheet the lesson's text comes first, and Next with it: its panels are one tap away.
            let asked = panels.iter().find_map(|panel| Tab::of(*panel)).unwrap_or(Tab::Readings);
            tab.set(if sheet.is_there.get_untracked() { Tab::Guide } else { asked });
        }
        panels
    });
    Effect::new(move |_| {
        if !tab.get().is_open_to(lab, sheet) {
            tab.set(Tab::Readings);
        }
    });
    let tabs = Tab::ALL.map(|it| view! { <TabKey it /> }).into_iter().collect_view();
    view! {
        <aside class="readings" aria-label="Readings and details">
            <Handle />
            <div class="tabs" role="tablist" aria-label="Readings and details" on:keydown=move |event| turn_tab(&event, lab, sheet)>
                {tabs}
            </div>
            <div class="panel" id="panel" role="tabpanel" tabindex="0" hidden=move || tab.get().panel() != "panel" aria-labelledby=move || tab.get().id()>
                {move || match whole.is_here().then(|| tab.get()) {
                    None | Some(Tab::Guide | Tab::Timeline) => ().into_any(),
                    Some(Tab::Readings) => view! { <ReadingsPanel beat taken /> }.into_any(),
                    Some(Tab::Inspect) => view! { <InspectorPanel beat /> }.into_any(),
                    Some(Tab::Log) => view! { <LogPanel beat /> }.into_any(),
                    Some(Tab::Settings) => view! {
                        <fieldset class="plain" disabled=move || lab.allowed.read().is_some()><SettingsPanel /></fieldset>
                    }
                    .into_any(),
                    Some(Tab::Branches) => view! { <BranchesPanel /> }.into_any(),
                }}
            </div>
        </aside>
    }
}

#[component]
fn TabKey(it: Tab) -> impl IntoView {
    let (lab, sheet) = (use_lab(), use_sheet());
    let is_shown = move || sheet.tab.get() == it;
    view! {
        <button
            type="button"
            role="tab"
            hidden=move || !it.is_open_to(lab, sheet)
            id=it.id()
            aria-controls=it.panel()
            aria-selected=move || if is_shown() { "true" } else { "false" }
            tabindex=move || if is_shown() { "0" } else { "-1" }
            on:click=move |_| sheet.show(it)
        >
            {it.name(sheet)}
        </button>
    }
}

/// Arrows, Home and End go from tab to tab and open it.
fn turn_tab(event: &KeyboardEvent, lab: Lab, sheet: Sheet) {
    let tab = sheet.tab;
    let open: Vec<Tab> = Tab::ALL.into_iter().filter(|it| untrack(|| it.is_open_to(lab, sheet))).collect();
    let count = open.len();
    let here = open.iter().position(|it| *it == tab.get_untracked()).unwrap_or(0);
    let next = match event.key().as_str() {
        "ArrowRight" => (here + 1) % count,
        "ArrowLeft" => (here + count - 1) % count,
        "Home" => 0,
        "End" => count - 1,
        _ => return,
    };
    event.prevent_default();
    sheet.show(open[next]);
    let key = document().get_element_by_id(open[next].id()).and_then(|key| key.dyn_into::<HtmlElement>().ok());
    if let Some(key) = key {
        let _ = key.focus();
    }
}

/// Changes with what is to be shown: exactly while it stands, a few times a second while it plays.
fn beat(lab: Lab) -> RwSignal<Beat> {
    let beat = RwSignal::new(Beat::default());
    let last = StoredValue::new(0.0_f64);
    Effect::new(move |_| {
        let clock = lab.clock.get();
        let fresh = Beat { turn: clock.turn, events: clock.events, time: clock.time };
        let shown = beat.get_untracked();
        let now = frame::now();
        let waits = clock.is_playing && fresh.turn == shown.turn && now - last.get_value() < EVERY;
        if fresh != shown && !waits {
            last.set_value(now);
            beat.set(fresh);
        }
    });
    beat
}

/// Goes to a moment and stands there.
fn go_to(lab: Lab, at: SimTime) {
    lab.change(|playback: &mut Playback| {
        playback.pause();
        playback.seek(at);
    });
}

impl From<Target> for Selected {
    fn from(target: Target) -> Self {
        match target {
            Target::Node(node) => Self::Node(node),
            Target::Link(from, to) => Self::Link(from, to),
            Target::Client(client) => Self::Client(client),
            Target::Message(message) => Self::Message(message),
            Target::Operation(op) => Self::Operation(op),
        }
    }
}

impl From<Selected> for Target {
    fn from(selected: Selected) -> Self {
        match selected {
            Selected::Node(node) => Self::Node(node),
            Selected::Link(from, to) => Self::Link(from, to),
            Selected::Client(client) => Self::Client(client),
            Selected::Message(message) => Self::Message(message),
            Selected::Operation(op) => Self::Operation(op),
        }
    }
}
