//! A node's log strip, kept by hand: what is shown is compared entry by entry with what is to be shown, and only what differs
//! touches the page. An entry keeps its place in the page while the strip moves on, so a commit moves groups and sets no text.

use crate::view::layout::NodePlace;
use crate::view::stage::{Cell, CellState, NodeFrame};
use leptos::prelude::document;
use web_sys::Element;

const SVG: &str = "http://www.w3.org/2000/svg";

/// A cell narrower than this has no room for its term.
const TERM_FROM: f32 = 30.0;

/// What a cell says, for whoever points at it.
const MEANING: &str =
    "An entry of the log: what is written, and below it t and the number of the term in which it was written.";

/// The strip of one node.
pub(super) struct Strip {
    group: Element,
    slots: Vec<Slot>,
    /// The side of a cell that the slots were made for.
    side: f32,
}

/// The place in the page of one cell.
struct Slot {
    group: Element,
    value: Element,
    term: Option<Element>,
    shows: Shows,
}

/// What a slot shows; with an empty class nothing.
#[derive(Default, PartialEq)]
struct Shows {
    class: &'static str,
    at: String,
    text: String,
    term: String,
}

impl Strip {
    /// An empty strip in a group of its own.
    pub(super) fn new(group: Element) -> Strip {
        Strip { group, slots: Vec::new(), side: 0.0 }
    }

    /// Shows the end of a log, as much as there is room for.
    pub(super) fn show(&mut self, place: &NodePlace, frame: &NodeFrame) {
        let room = usize::from(place.cells);
        if self.slots.len() != room || (self.side - place.cell).abs() > f32::EPSILON {
            self.make(room, place.cell);
        }
        let shown = frame.cells.len().min(room);
        let skipped = frame.cells.len() - shown;
        let first = frame.cells.get(skipped).map_or(0, |cell| cell.index as usize);
        for (at, cell) in frame.cells[skipped..].iter().enumerate() {
            let corner = place.cell_at(at as u8, shown as u8);
            let at_corner = format!("translate({} {})", corner.x, corner.y);
            self.put(first + at, Shows::of(cell, at_corner));
        }
        for at in shown..room {
            self.put(first + at, Shows::default());
        }
    }

    /// Shows something in the slot that belongs to an index.
    fn put(&mut self, index: usize, shows: Shows) {
        let slots = self.slots.len().max(1);
        if let Some(slot) = self.slots.get_mut(index % slots) {
            slot.show(shows);
        }
    }

    fn make(&mut self, room: usize, side: f32) {
        self.group.set_text_content(None);
        self.side = side;
        self.slots = (0..room).filter_map(|_| Slot::new(&self.group, side)).collect();
    }
}

impl Slot {
    /// An empty slot at the end of a group; none if the page makes no elements any more.
    fn new(parent: &Element, side: f32) -> Option<Slot> {
        let group = child(parent, "g", &[])?;
        let length = side.to_string();
        child(&group, "rect", &[("width", &length), ("height", &length), ("rx", "4")])?;
        let has_term = side >= TERM_FROM;
        child(&group, "title", &[])?.set_text_content(Some(MEANING));
        let (middle, line) = ((side / 2.0).to_string(), (side * if has_term { 0.45 } else { 0.62 }).to_string());
        let value = child(&group, "text", &[("class", "value"), ("x", &middle), ("y", &line)])?;
        let below = (side * 0.86).to_string();
        let term = has_term.then(|| child(&group, "text", &[("class", "term"), ("x", &middle), ("y", &below)]));
        let _ = group.set_attribute("class", "cell none");
        Some(Slot { group, value, term: term.flatten(), shows: Shows::default() })
    }

    fn show(&mut self, shows: Shows) {
        if self.shows == shows {
            return;
        }
        if self.shows.class != shows.class {
            let class = if shows.class.is_empty() { "cell none" } else { shows.class };
            let _ = self.group.set_attribute("class", class);
        }
        if self.shows.at != shows.at {
            let _ = self.group.set_attribute("transform", &shows.at);
        }
        if self.shows.text != shows.text {
            self.value.set_text_content(Some(&shows.text));
        }
        if let Some(term) = self.term.as_ref().filter(|_| self.shows.term != shows.term) {
            term.set_text_content(Some(&shows.term));
        }
        self.shows = shows;
    }
}

impl Shows {
    fn of(cell: &Cell, at: String) -> Shows {
        let class = match cell.state {
            CellState::Committed => "cell committed",
            CellState::Uncommitted => "cell uncommitted",
            CellState::Lost => "cell lost",
        };
        Shows { class, at, text: cell.text.clone(), term: format!("t {}", cell.term) }
    }
}

/// A new element at the end of another.
fn child(parent: &Element, tag: &str, attributes: &[(&str, &str)]) -> Option<Element> {
    let element = document().create_element_ns(Some(SVG), tag).ok()?;
    for (name, value) in attributes {
        element.set_attribute(name, value).ok()?;
    }
    parent.append_child(&element).ok()?;
    Some(element)
}
