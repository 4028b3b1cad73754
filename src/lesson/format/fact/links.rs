//! Facts about links: who can reach whom.

use super::Said;
use crate::base::NodeId;
use crate::lesson::Fact;
use crate::lesson::format::form::{Choice, Item, Kind};
use crate::lesson::format::kinds::{End, Link, List, Node, Whole};
use crate::lesson::format::reader::Reader;
use crate::lesson::format::sketch::{Guide, Sketch};

/// No cluster has more sides.
const SIDES_MAX: usize = 9;

pub(super) fn about_links(choice: &mut Choice<'_, '_, '_, Said>) {
    let doc = "The nodes are split into exactly these sides: everybody on a side reaches the others on it both ways, and \
               nothing passes between sides. Every node is on one; clients do not count.";
    choice.case("sides", Sides, doc, |sides| Fact::Sides(sides).into());
    let doc = "The nodes are split into sides of these sizes, whoever is on them.";
    choice.case("side_sizes", Sizes, doc, |sizes| Fact::SideSizes(sizes).into());
    choice.case("cut", Link, "No message passes on this link.", |wire| Fact::Cut(wire).into());
    let doc = "Nothing passes between this node and any other node, or between this client and any node.";
    choice.case("isolated", End, doc, |end| Fact::Isolated(end).into());
}

/// Who is on which side. Every node is on one.
struct Sides;

impl Kind for Sides {
    type Value = Vec<Vec<NodeId>>;

    fn read(&self, item: &Item<'_>, reader: &mut Reader) -> Option<Self::Value> {
        let side = List { of: Node, min: 1, max: usize::from(NodeId::MAX) };
        let sides = List { of: side, min: 1, max: SIDES_MAX }.read(item, reader)?;
        for number in 1..=reader.names.nodes {
            let node = NodeId(number);
            match sides.iter().flatten().filter(|other| **other == node).count() {
                0 => reader.problem(item.span(), format!("{node} is on no side")),
                1 => {}
                _ => reader.problem(item.span(), format!("{node} is on two sides")),
            }
        }
        Some(sides)
    }

    fn sketch(&self, guide: &mut Guide) -> Sketch {
        let side = Sketch::List { of: Box::new(Node.sketch(guide)), min: 1, max: usize::from(NodeId::MAX) };
        let doc = "Who is on which side: `[[\"n1\", \"n2\"], [\"n3\", \"n4\", \"n5\"]]`. Every node is on one.";
        guide.value("sides", doc, Sketch::List { of: Box::new(side), min: 1, max: SIDES_MAX })
    }
}

/// How large the sides are.
struct Sizes;

const SIZES: List<Whole<u8>> = List { of: Whole { min: 1, max: NodeId::MAX }, min: 1, max: SIDES_MAX };

impl Kind for Sizes {
    type Value = Vec<u8>;

    fn read(&self, item: &Item<'_>, reader: &mut Reader) -> Option<Vec<u8>> {
        let mut sizes = SIZES.read(item, reader)?;
        let (sum, nodes) = (sizes.iter().map(|size| u32::from(*size)).sum::<u32>(), reader.names.nodes);
        if sum != u32::from(nodes) {
            reader.problem(item.span(), format!("these sides have {sum} nodes in all, and there are {nodes}"));
        }
        sizes.sort_unstable_by(|one, other| other.cmp(one));
        Some(sizes)
    }

    fn sketch(&self, guide: &mut Guide) -> Sketch {
        SIZES.sketch(guide)
    }
}
