//! Arrow keys: the next node in a direction.

use super::Layout;
use crate::base::NodeId;

/// An arrow key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// To the left.
    Left,
    /// To the right.
    Right,
    /// Upwards.
    Up,
    /// Downwards.
    Down,
}

impl Layout {
    /// The nearest node in a direction: one that lies rather there than to the side, else any in that half.
    #[must_use]
    pub fn next_node(&self, from: NodeId, direction: Direction) -> Option<NodeId> {
        let start = self.node(from)?.centre;
        let mut best: Option<(bool, f32, NodeId)> = None;
        for node in self.nodes.iter().filter(|node| node.node != from) {
            let way = node.centre.minus(start);
            let (ahead, aside) = match direction {
                Direction::Left => (-way.x, way.y.abs()),
                Direction::Right => (way.x, way.y.abs()),
                Direction::Up => (-way.y, way.x.abs()),
                Direction::Down => (way.y, way.x.abs()),
            };
            if ahead <= 0.5 {
                continue;
            }
            let rank = (aside > ahead, ahead + aside, node.node);
            if best.is_none_or(|best| (rank.0, rank.1) < (best.0, best.1)) {
                best = Some(rank);
            }
        }
        best.map(|(_, _, node)| node)
    }
}
