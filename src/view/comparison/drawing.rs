//! A comparison as a tree with its root on top: each branch that was compared as a knot, and below an equal one what nobody had to
//! look at. Where many leaves differ, so many are drawn as there is room for. Owns places; knows no messages.

use std::collections::BTreeMap;

use super::{Compared, Exchange};
use crate::data::Branch;
use crate::view::layout::Point;

/// So many knots stand side by side in the lowest row.
const COLUMNS: usize = 14;
/// The drawing is so wide, a level so high, and so much is left at the edges.
const WIDTH: f32 = 200.0;
const LEVEL: f32 = 26.0;
const EDGE: f32 = 9.0;

/// The drawing of a comparison.
#[derive(Clone, Debug, PartialEq)]
pub struct Picture {
    /// Its height; it is always 200 wide.
    pub height: f32,
    /// The branches, each before those below it.
    pub knots: Vec<Knot>,
    /// How many of the leaves that differ there was no room for.
    pub left_out: usize,
}

/// A branch that was compared.
#[derive(Clone, Debug, PartialEq)]
pub struct Knot {
    /// Which.
    pub branch: Branch,
    /// Where it stands.
    pub at: Point,
    /// Where the branch stands that it forks off; none for the root.
    pub above: Option<Point>,
    /// How it compared.
    pub compared: Compared,
    /// Whether something is below it that is not drawn: not looked at if it is equal, left out if it differs.
    pub hides: bool,
}

impl Exchange {
    /// It drawn.
    #[must_use]
    pub fn picture(&self) -> Picture {
        let leaves: Vec<u32> = self.leaves().collect();
        let mut shown = leaves.len();
        // At least one way down is drawn whole.
        while shown > 1 && self.tree(&leaves[..shown]).columns() > COLUMNS {
            shown -= 1;
        }
        let tree = self.tree(&leaves[..shown]);
        let step = (WIDTH - 2.0 * EDGE) / tree.columns().max(1) as f32;
        let mut knots = Vec::new();
        tree.stand(&mut 0, step, &mut knots);
        let rows = knots.iter().map(|knot| knot.branch.level).max().unwrap_or(0);
        Picture { height: f32::from(rows) * LEVEL + 4.0 * EDGE, knots, left_out: leaves.len() - shown }
    }

    /// What was compared, down to the leaves that are shown.
    fn tree(&self, leaves: &[u32]) -> Fork {
        Fork::of(Branch::ROOT, Compared::Asked, &self.branches, (self.depth, leaves))
    }
}

/// A branch with those below it that are drawn.
struct Fork {
    branch: Branch,
    compared: Compared,
    below: Vec<Fork>,
    hides: bool,
}

impl Fork {
    fn of(
        branch: Branch,
        otherwise: Compared,
        all: &BTreeMap<Branch, Compared>,
        (depth, leaves): (u8, &[u32]),
    ) -> Self {
        let compared = all.get(&branch).copied().unwrap_or(otherwise);
        let leads = |leaf: &u32| leaf >> (depth - branch.level) == branch.index;
        let is_known = branch.level < depth && all.contains_key(&branch.children()[0]);
        let is_wanted = leaves.iter().any(leads)
            || !all.iter().any(|(other, it)| {
                *it == Compared::Differs
                    && other.level == depth
                    && other.index >> (depth - branch.level) == branch.index
            });
        let below: Vec<Self> = if compared == Compared::Differs && is_known && is_wanted {
            branch.children().map(|child| Self::of(child, Compared::Asked, all, (depth, leaves))).into()
        } else {
            Vec::new()
        };
        let hides = below.is_empty()
            && branch.level < depth
            && compared != Compared::Asked
            && (is_known || compared == Compared::Equal);
        Self { branch, compared, below, hides }
    }

    fn columns(&self) -> usize {
        if self.below.is_empty() { 1 } else { self.below.iter().map(Self::columns).sum() }
    }

    /// Gives all below and then itself a place. Its own is the first in the row of knots.
    fn stand(&self, column: &mut usize, step: f32, knots: &mut Vec<Knot>) -> Point {
        let own = knots.len();
        let y = EDGE + f32::from(self.branch.level) * LEVEL;
        let (branch, compared, hides) = (self.branch, self.compared, self.hides);
        knots.push(Knot { branch, at: Point::new(0.0, y), above: None, compared, hides });
        let mut x = EDGE + (*column as f32 + 0.5) * step;
        if self.below.is_empty() {
            *column += 1;
        } else {
            let mut places = Vec::with_capacity(2);
            for fork in &self.below {
                places.push((knots.len(), fork.stand(column, step, knots)));
            }
            x = places.iter().map(|(_, at)| at.x).sum::<f32>() / places.len() as f32;
            places.iter().for_each(|(at, _)| knots[*at].above = Some(Point::new(x, y)));
        }
        knots[own].at.x = x;
        knots[own].at
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{NodeId, SimTime};
    use crate::data::MerkleTree;

    /// What two replicas would find out whose trees differ in these keys.
    fn exchange(depth: u8, keys: u32) -> Exchange {
        let (mut one, other) = (MerkleTree::new(depth), MerkleTree::new(depth));
        (0..keys).for_each(|key| one.update(&key.to_le_bytes(), None, Some(1)));
        let of = |differs| if differs { Compared::Differs } else { Compared::Equal };
        let branches = one.compare(&other).compared.into_iter().map(|(branch, differs)| (branch, of(differs)));
        Exchange {
            asker: NodeId(1),
            asked: NodeId(2),
            at: SimTime::ZERO,
            depth,
            branches: branches.collect(),
            keys: Vec::new(),
            messages: 0,
            bytes: 0,
            full_copy: None,
            is_broken: false,
            since: 0,
        }
    }

    #[test]
    fn one_difference_is_one_way_down_and_all_else_is_not_looked_at() {
        let picture = exchange(6, 1).picture();
        assert_eq!(picture.knots.len(), 13, "the root, and two on each of six levels");
        let hidden = picture.knots.iter().filter(|knot| knot.hides).count();
        assert_eq!(hidden, 5, "an equal leaf hides nothing");
        assert!(
            picture.knots.iter().all(|knot| knot.hides == (knot.compared == Compared::Equal && knot.branch.level < 6))
        );
        assert_eq!(picture.left_out, 0);
    }

    #[test]
    fn no_knot_lies_on_another_and_all_are_in_the_window() {
        for (depth, keys) in [(0, 0), (0, 1), (3, 0), (3, 2), (4, 40), (6, 3), (6, 30), (10, 7), (16, 2)] {
            let it = exchange(depth, keys);
            let Picture { height, knots, left_out } = it.picture();
            let drawn = knots.iter().filter(|knot| knot.branch.level == depth && knot.compared == Compared::Differs);
            assert_eq!(drawn.count() + left_out, it.leaves().count(), "{depth} {keys}");
            for (at, knot) in knots.iter().enumerate() {
                assert!((0.0..=WIDTH).contains(&knot.at.x) && knot.at.y + EDGE <= height, "{depth} {keys} {knot:?}");
                let near = knots[at + 1..].iter().find(|other| other.at.distance(knot.at) < 8.0);
                // A single way down may be as deep as it likes: its columns get narrow, and its levels lie apart.
                assert!(near.is_none() || depth > 13, "{depth} {keys}: {knot:?} and {near:?}");
            }
        }
    }

    #[test]
    fn what_has_no_answer_yet_is_neither_equal_nor_different() {
        let mut it = exchange(6, 1);
        it.branches.retain(|branch, _| branch.level < 3);
        it.branches.iter_mut().filter(|(branch, _)| branch.level == 2).for_each(|(_, it)| *it = Compared::Asked);
        let picture = it.picture();
        let asked: Vec<_> = picture.knots.iter().filter(|knot| knot.compared == Compared::Asked).collect();
        assert_eq!(asked.len(), 2);
        assert!(asked.iter().all(|knot| knot.branch.level == 2 && !knot.hides), "{asked:?}");
    }
}
