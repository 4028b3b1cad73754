//! D3, trees: two replicas' trees have equal roots if and only if they hold the same of the keys that both are replicas of.

use super::look::Look;
use crate::base::{NodeId, NodeSet};
use crate::check::invariant::{Invariant, Report};
use crate::protocol::Key;
use crate::protocol::leaderless::{Leaderless, Versions};

pub(super) fn see(look: &Look<'_>, changed: NodeSet, report: &mut Report) {
    for node in changed.iter() {
        let Some(replica) = look.world.node(node).and_then(|slot| slot.process()) else { continue };
        for (other, slot) in look.world.nodes().filter(|(other, _)| *other != node) {
            let Some(twin) = slot.process() else { continue };
            let (Some(tree), Some(their)) = (replica.tree(other), twin.tree(node)) else { continue };
            let is_equal = shared(replica, other).eq(shared(twin, node));
            report.must((tree.root() == their.root()) == is_equal, Invariant::Convergence, || {
                let are = if is_equal { "hold the same" } else { "hold different versions" };
                format!("{node} and {other} {are}, and their trees say otherwise")
            });
        }
    }
}

/// What a replica holds of the keys that another is a replica of too.
fn shared(replica: &Leaderless, other: NodeId) -> impl Iterator<Item = (&Key, &Versions)> {
    replica.cells().filter(move |(key, _)| {
        let home = replica.home(key);
        home.contains(&replica.id()) && home.contains(&other)
    })
}
