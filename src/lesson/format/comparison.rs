//! Comparisons of a number: exactly so many, or bounds.

use toml::de::DeValue;

use super::form::{Form, Item, Kind, Table};
use super::kinds::{Node, Whole};
use super::reader::Reader;
use super::sketch::{Guide, Sketch};
use crate::base::NodeId;
use crate::lesson::Comparison;

/// Asks for the bounds of a number.
pub(super) fn bounds(form: &mut Form<'_, '_>) -> Option<Comparison> {
    let number = || Whole { min: 0, max: u64::MAX };
    let exactly = form.optional("is", number(), "This number and no other.");
    let at_least = form.optional("at_least", number(), "The smallest number that will do.");
    let at_most = form.optional("at_most", number(), "The largest number that will do.");
    let bound = match (exactly, at_least, at_most) {
        (Some(number), None, None) => Comparison::exactly(number),
        (None, Some(_), _) | (None, _, Some(_)) => Comparison { at_least, at_most },
        (Some(_), _, _) => {
            form.problem("is", "`is` says it all: leave out `at_least` and `at_most`");
            return None;
        }
        (None, None, None) => {
            let is_said = |name: &str| form.table().is_some_and(|table| table.get(name).is_some());
            if !["is", "at_least", "at_most"].into_iter().any(is_said) {
                form.lacks("this needs a number: `is`, `at_least` or `at_most`");
            }
            return None;
        }
    };
    if at_least.zip(at_most).is_some_and(|(least, most)| least > most) {
        form.problem("at_least", "no number is both: `at_least` is larger than `at_most`");
    }
    Some(bound)
}

/// A number for exactly that many, or a table of bounds.
pub(super) struct ComparisonKind;

const COMPARISON: Table<Comparison> =
    Table { name: "bounds", heading: "a comparison", doc: "A bound on a number; both ends may be set.", form: bounds };

impl Kind for ComparisonKind {
    type Value = Comparison;

    fn read(&self, item: &Item<'_>, reader: &mut Reader) -> Option<Comparison> {
        match item.get_ref() {
            DeValue::Table(_) => COMPARISON.read(item, reader),
            _ => Whole { min: 0, max: u64::MAX }.read(item, reader).map(Comparison::exactly),
        }
    }

    fn sketch(&self, guide: &mut Guide) -> Sketch {
        let number = Whole { min: 0, max: u64::MAX }.sketch(guide);
        let either = Sketch::Either(vec![number, COMPARISON.sketch(guide)]);
        guide.value("comparison", "A number for exactly that many, or a table of bounds.", either)
    }
}

/// A comparison, of one node or of the highest.
pub(super) struct OfNode;

const NODE_BOUNDS: Table<(Option<NodeId>, Comparison)> = Table {
    name: "node bounds",
    heading: "a comparison",
    doc: "A bound on a number of one node, or on the highest of all nodes.",
    form: |form| {
        let node = form.optional("node", Node, "Which node; without it, the highest of all.");
        Some((node, bounds(form)?))
    },
};

impl Kind for OfNode {
    type Value = (Option<NodeId>, Comparison);

    fn read(&self, item: &Item<'_>, reader: &mut Reader) -> Option<Self::Value> {
        match item.get_ref() {
            DeValue::Table(_) => NODE_BOUNDS.read(item, reader),
            _ => ComparisonKind.read(item, reader).map(|is| (None, is)),
        }
    }

    fn sketch(&self, guide: &mut Guide) -> Sketch {
        let number = Whole { min: 0, max: u64::MAX }.sketch(guide);
        let either = Sketch::Either(vec![number, NODE_BOUNDS.sketch(guide)]);
        guide.value(
            "node comparison",
            "A number for exactly that many, or a table of bounds, perhaps of one node.",
            either,
        )
    }
}
