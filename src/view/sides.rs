//! Sides of a network: which nodes reach each other, and whether a side can decide anything. A pure function of what is
//! up; knows no world and no picture.

use crate::base::{NodeId, NodeSet};
use crate::protocol::raft::quorum::majority;

/// Nodes that reach each other both ways, some perhaps by way of others.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Side {
    /// All nodes on it. One that does not run stands with the first that it has whole links to.
    pub nodes: NodeSet,
    /// Those of them that run and vote.
    pub able: NodeSet,
    /// The most voters that one of them reaches directly both ways, itself counted: it decides with these.
    pub reach: u8,
    /// How many voters the whole membership has.
    pub of: u8,
}

impl Side {
    /// How many of its nodes run and vote.
    #[must_use]
    pub fn size(&self) -> u8 {
        self.able.len() as u8
    }

    /// How many are needed.
    #[must_use]
    pub fn need(&self) -> u8 {
        majority(usize::from(self.of)) as u8
    }

    /// Whether one of its nodes reaches a majority of the whole membership, so that something can be decided here.
    #[must_use]
    pub fn is_quorum(&self) -> bool {
        self.of > 0 && self.reach >= self.need()
    }
}

/// The sides of a network. Whoever can decide comes first, then the larger side, so that a letter and a colour mean the same
/// wherever the cut goes and whoever names the sides; equals are in the order of their first node that runs, and nodes that are cut
/// off from all that run come last. `runs` are the nodes whose process handles what arrives, and `passes` says whether messages pass one way.
#[must_use]
pub fn sides(all: NodeSet, voters: NodeSet, runs: NodeSet, passes: impl Fn(NodeId, NodeId) -> bool) -> Vec<Side> {
    let meets = |a: NodeId, b: NodeId| passes(a, b) && passes(b, a);
    let runs = runs.intersection(all);
    let mut groups: Vec<NodeSet> = Vec::new();
    let mut left = runs;
    while let Some(first) = left.iter().next() {
        let group = connected(first, left, &meets);
        left = left.difference(group);
        groups.push(group);
    }
    let mut sides: Vec<Side> = groups.iter().map(|&group| side(group, voters, &meets)).collect();
    for idle in all.difference(runs).iter() {
        let home = groups.iter().position(|group| group.iter().any(|node| meets(idle, node)));
        match home {
            Some(at) => {
                sides[at].nodes.insert(idle);
            }
            None => sides.push(side(NodeSet::EMPTY, voters, &meets).with_idle(idle)),
        }
    }
    crate::base::sort_by_key(&mut sides, |side| (!side.is_quorum(), u8::MAX - side.size()));
    sides
}

/// The most voters that any node that runs reaches directly both ways, itself counted.
#[must_use]
pub fn best_reach(voters: NodeSet, runs: NodeSet, passes: impl Fn(NodeId, NodeId) -> bool) -> u8 {
    reach(voters.intersection(runs), &|a, b| passes(a, b) && passes(b, a))
}

impl Side {
    fn with_idle(self, idle: NodeId) -> Self {
        Self { nodes: self.nodes.with(idle), ..self }
    }
}

fn side(group: NodeSet, voters: NodeSet, meets: &impl Fn(NodeId, NodeId) -> bool) -> Side {
    let able = group.intersection(voters);
    Side { nodes: group, able, reach: reach(able, meets), of: voters.len() as u8 }
}

fn reach(able: NodeSet, meets: &impl Fn(NodeId, NodeId) -> bool) -> u8 {
    let from = |node: NodeId| 1 + able.iter().filter(|&other| other != node && meets(node, other)).count();
    able.iter().map(from).max().unwrap_or(0) as u8
}

fn connected(first: NodeId, among: NodeSet, meets: &impl Fn(NodeId, NodeId) -> bool) -> NodeSet {
    let mut group = NodeSet::EMPTY.with(first);
    let mut fresh = group;
    while !fresh.is_empty() {
        let near = among.difference(group).iter().filter(|&node| fresh.iter().any(|other| meets(node, other)));
        fresh = near.collect();
        group = group.union(fresh);
    }
    group
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(numbers: &[u8]) -> NodeSet {
        numbers.iter().map(|&number| NodeId(number)).collect()
    }

    fn told(sides: &[Side]) -> Vec<(String, u8, u8, bool)> {
        sides.iter().map(|side| (side.nodes.to_string(), side.size(), side.reach, side.is_quorum())).collect()
    }

    fn all() -> NodeSet {
        NodeSet::first(5)
    }

    #[test]
    fn two_against_three() {
        let passes = |a: NodeId, b: NodeId| (a.0 <= 2) == (b.0 <= 2);
        let found = sides(all(), all(), all(), passes);
        assert_eq!(told(&found), [("{n3, n4, n5}".into(), 3, 3, true), ("{n1, n2}".into(), 2, 2, false)]);
    }

    #[test]
    fn a_majority_is_counted_over_the_whole_membership() {
        let up = set(&[1, 2]);
        let found = sides(all(), all(), up, |_, _| true);
        assert_eq!(told(&found), [("{n1, n2, n3, n4, n5}".into(), 2, 2, false)]);
        assert_eq!((found[0].of, found[0].need()), (5, 3));
    }

    #[test]
    fn a_link_that_passes_one_way_joins_nobody() {
        let passes = |a: NodeId, b: NodeId| a < b;
        assert!(sides(all(), all(), all(), passes).iter().all(|side| side.size() == 1 && !side.is_quorum()));
    }

    #[test]
    fn in_a_chain_only_who_reaches_a_majority_directly_can_decide() {
        let chain = |a: NodeId, b: NodeId| a.0.abs_diff(b.0) == 1;
        let found = sides(all(), all(), all(), chain);
        assert_eq!(told(&found), [("{n1, n2, n3, n4, n5}".into(), 5, 3, true)]);
        let found = sides(all(), all(), set(&[1, 2, 4, 5]), chain);
        assert_eq!(told(&found), [("{n1, n2, n3}".into(), 2, 2, false), ("{n4, n5}".into(), 2, 2, false)]);
    }

    #[test]
    fn a_learner_counts_for_nothing_and_a_lonely_node_that_is_down_stands_alone() {
        let found = sides(all(), set(&[1, 2, 3]), set(&[1, 2, 3, 4]), |a, b| a.0 != 5 && b.0 != 5);
        assert_eq!(told(&found), [("{n1, n2, n3, n4}".into(), 3, 3, true), ("{n5}".into(), 0, 0, false)]);
        assert_eq!(best_reach(set(&[1, 2, 3]), set(&[1, 4]), |_, _| true), 1);
    }
}
