//! The legend: what is on the stage now, and nothing else.

use crate::ui::frame::now;
use crate::ui::lab::{Lab, use_lab};
use crate::view::chronicle::{MessageKind, Outline};
use crate::view::playback::Playback;
use crate::view::stage::{CellState, LinkState, Look, Mark, StageFrame};
use leptos::prelude::*;

/// One line of the legend.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Sign {
    Role(Look),
    Message(MessageKind),
    Heartbeat,
    Dropped,
    Countdown,
    Committed,
    Uncommitted,
    Lost,
    Home,
    Counts,
    Asked,
    Clock,
    Link(LinkState),
}

/// So long a line stays, in milliseconds.
const STAYS: f64 = 1_500.0;

/// The legend.
#[component]
pub(super) fn Legend() -> impl IntoView {
    let lab = use_lab();
    let seen = StoredValue::new(Vec::new());
    let signs = Memo::new(move |_| {
        // With every event, and not with every frame: what is on its way has been sent by an event.
        let frame = lab.frame.get();
        let (now, plays) = (now(), lab.read(Playback::is_playing) == Some(true));
        seen.try_update_value(|seen| stay(seen, &signs(lab, &frame), now, plays)).unwrap_or_default()
    });
    view! {
        <section class="legend" aria-label="Legend">
            <ul>{move || signs.get().into_iter().map(line).collect_view()}</ul>
        </section>
    }
}

/// While the run plays, what was seen a moment ago stays in the legend, so that it can be read; else it has what is there.
fn stay(seen: &mut Vec<(Sign, f64)>, there: &[Sign], now: f64, plays: bool) -> Vec<Sign> {
    seen.retain(|(sign, at)| plays && now - at < STAYS && !there.contains(sign));
    seen.extend(there.iter().map(|sign| (*sign, now)));
    let mut signs: Vec<Sign> = seen.iter().map(|(sign, _)| *sign).collect();
    signs.sort_unstable();
    signs
}

fn signs(lab: Lab, frame: &StageFrame) -> Vec<Sign> {
    let traffic = lab.traffic.read_untracked();
    let roles = frame.nodes.iter().map(|node| Sign::Role(node.look));
    let links = frame.links.iter().filter(|link| link.state != LinkState::Up).map(|link| Sign::Link(link.state));
    let mut signs: Vec<Sign> = roles.chain(links).collect();
    let movers = traffic.movers.iter();
    signs.extend(movers.map(|mover| if mover.is_foreground { Sign::Message(mover.kind) } else { Sign::Heartbeat }));
    let cells = || frame.nodes.iter().flat_map(|node| &node.cells);
    let holdings = || frame.nodes.iter().filter_map(|node| node.holding.as_ref());
    let marks = || holdings().filter_map(|holding| holding.part).map(|part| part.mark);
    let also = [
        (!traffic.marks.is_empty(), Sign::Dropped),
        (!traffic.countdowns.is_empty(), Sign::Countdown),
        (cells().any(|cell| cell.state == CellState::Committed), Sign::Committed),
        (cells().any(|cell| cell.state == CellState::Uncommitted), Sign::Uncommitted),
        (cells().any(|cell| cell.state == CellState::Lost), Sign::Lost),
        (holdings().any(|holding| holding.home.is_some()), Sign::Home),
        (marks().any(|mark| mark == Mark::Counted), Sign::Counts),
        (marks().any(|mark| mark == Mark::Asked), Sign::Asked),
        (frame.nodes.iter().any(|node| node.clock.is_some()), Sign::Clock),
    ];
    signs.extend(also.into_iter().filter(|(is_there, _)| *is_there).map(|(_, sign)| sign));
    signs.sort_unstable();
    signs.dedup();
    signs
}

fn line(sign: Sign) -> impl IntoView {
    let (class, drawing, word) = match sign {
        Sign::Role(look) => (look.class(), role(look), look.word()),
        Sign::Message(kind) => {
            let shape = kind.shape();
            (if shape.is_filled { "full" } else { "open" }, outline(shape.outline), kind.word())
        }
        Sign::Heartbeat => ("beat", "M1 8H15", "heartbeat"),
        Sign::Dropped => ("open", "M3 3L13 13M13 3L3 13", "died here"),
        Sign::Countdown => ("open", "M8 2A6 6 0 1 1 2 8", "time to election"),
        Sign::Committed => ("committed", "M2 2H14V14H2Z", "committed"),
        Sign::Uncommitted => ("uncommitted", "M2 2H14V14H2Z", "not committed"),
        Sign::Lost => ("open", "M2 2H14V14H2ZM2 2L14 14M14 2L2 14", "overwritten"),
        Sign::Home => ("home", "M15 8A7 7 0 1 1 1 8A7 7 0 1 1 15 8Z", "has the key in view"),
        Sign::Counts => ("full", "M2 2H14V14H2Z", "counts for W or R"),
        Sign::Asked => ("dashed", "M2 2H14V14H2Z", "asked for W or R"),
        Sign::Clock => ("open", "M14 8A6 6 0 1 1 2 8A6 6 0 1 1 14 8M8 8L11 4M8 2V4", "clock: right = ahead"),
        Sign::Link(state) => link(state),
    };
    view! {
        <li>
            <svg width="16" height="16" class=class aria-hidden="true"><path d=drawing></path></svg>
            {word}
        </li>
    }
}

/// A circle, and for who leads another around it; a candidate has corners, who is down a cross.
fn role(look: Look) -> &'static str {
    match look {
        Look::Leader | Look::StaleLeader => "M15 8A7 7 0 1 1 1 8A7 7 0 1 1 15 8M12 8A4 4 0 1 1 4 8A4 4 0 1 1 12 8",
        Look::Candidate => "M5 2H11L15 8L11 14H5L1 8Z",
        Look::Down => "M14 8A6 6 0 1 1 2 8A6 6 0 1 1 14 8M5 5L11 11M11 5L5 11",
        Look::Follower | Look::Learner | Look::Replica | Look::Unknown => "M14 8A6 6 0 1 1 2 8A6 6 0 1 1 14 8Z",
    }
}

fn link(state: LinkState) -> (&'static str, &'static str, &'static str) {
    match state {
        LinkState::Up => ("open", "M0 8H16", "link"),
        LinkState::Cut => ("open", "M0 8H4M12 8H16M6 6L10 10M10 6L6 10", "link cut"),
        LinkState::OneWay => ("open", "M0 8H16M9 3L15 8L9 13", "link, one way only"),
        LinkState::Flapping => ("open", "M0 11H4V5H8V11H12V5H16", "link, up and down"),
        LinkState::Lossy => ("dashed", "M0 8H16", "link, loses messages"),
        LinkState::Slow => ("dashed", "M0 8H16M8 3V8", "link, slow"),
    }
}

fn outline(outline: Outline) -> &'static str {
    match outline {
        Outline::Triangle => "M3 2L14 8L3 14Z",
        Outline::Diamond => "M8 1L15 8L8 15L1 8Z",
        Outline::Circle => "M14 8A6 6 0 1 1 2 8A6 6 0 1 1 14 8Z",
    }
}
