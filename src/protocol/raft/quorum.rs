//! Majorities, as pure arithmetic: values in, values out.

use crate::base::{NodeId, NodeSet, sort_by_key};

/// How many of so many members make a majority: more than half of the whole membership, up or down.
#[must_use]
pub fn majority(members: usize) -> usize {
    members / 2 + 1
}

/// Whose agreement is needed: a majority of the voters; while two memberships hold at once, a majority of each
/// (section 6, joint consensus).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quorum {
    voters: NodeSet,
    /// The membership that is being left; empty but in joint consensus.
    outgoing: NodeSet,
}

/// Where a vote stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VoteResult {
    /// A majority has agreed.
    Won,
    /// No majority can agree any more.
    Lost,
    /// It depends on those who have not answered.
    Pending,
}

impl Quorum {
    /// A majority of these.
    #[must_use]
    pub fn of(voters: NodeSet) -> Self {
        Self { voters, outgoing: NodeSet::EMPTY }
    }

    /// A majority of each of two memberships.
    #[must_use]
    pub fn joint(incoming: NodeSet, outgoing: NodeSet) -> Self {
        Self { voters: incoming, outgoing }
    }

    /// The highest value that a quorum has reached; nothing for a quorum of nobody, which stands in nobody's way.
    pub fn reached<T: Copy + Ord + Default>(self, at: impl Fn(NodeId) -> T) -> Option<T> {
        match (reached_by_majority(self.voters, &at), reached_by_majority(self.outgoing, &at)) {
            (Some(incoming), Some(outgoing)) => Some(incoming.min(outgoing)),
            (either, other) => either.or(other),
        }
    }

    /// Where a vote stands, given who has answered what. A quorum of nobody has agreed to everything.
    pub fn vote(self, answer: impl Fn(NodeId) -> Option<bool>) -> VoteResult {
        match (majority_vote(self.voters, &answer), majority_vote(self.outgoing, &answer)) {
            (VoteResult::Lost, _) | (_, VoteResult::Lost) => VoteResult::Lost,
            (VoteResult::Pending, _) | (_, VoteResult::Pending) => VoteResult::Pending,
            (VoteResult::Won, VoteResult::Won) => VoteResult::Won,
        }
    }

    /// Whether these are enough.
    #[must_use]
    pub fn is_reached_by(self, members: NodeSet) -> bool {
        self.vote(|member| members.contains(member).then_some(true)) == VoteResult::Won
    }
}

fn reached_by_majority<T: Copy + Ord + Default>(members: NodeSet, at: impl Fn(NodeId) -> T) -> Option<T> {
    let mut values = [T::default(); NodeSet::CAPACITY];
    let mut count = 0;
    for member in members.iter() {
        values[count] = at(member);
        count += 1;
    }
    let values = &mut values[..count];
    sort_by_key(values, |value| *value);
    count.checked_sub(majority(count)).map(|place| values[place])
}

fn majority_vote(members: NodeSet, answer: impl Fn(NodeId) -> Option<bool>) -> VoteResult {
    let count = |wanted| members.iter().filter(|&member| answer(member) == Some(wanted)).count();
    let needed = majority(members.len());
    match members.len() {
        0 => VoteResult::Won,
        _ if count(true) >= needed => VoteResult::Won,
        all if all - count(false) < needed => VoteResult::Lost,
        _ => VoteResult::Pending,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    fn nodes(text: &str) -> NodeSet {
        let list = text.split(',').filter(|name| *name != "none");
        list.map(|name| NodeId(name.trim().parse().expect("a node's number"))).collect()
    }

    fn answers(text: &str) -> BTreeMap<NodeId, &str> {
        let pairs = text.split_whitespace().map(|pair| pair.split_once('=').expect("node=answer"));
        pairs.map(|(node, answer)| (NodeId(node.parse().expect("a node's number")), answer)).collect()
    }

    #[test]
    fn quorums_as_written() {
        let mut cases = 0;
        for line in
            include_str!("fixtures/quorum.txt").lines().filter(|line| !line.is_empty() && !line.starts_with('#'))
        {
            let (question, expected) = line.split_once(" -> ").or_else(|| line.split_once("-> ")).expect("an answer");
            let (head, given) = question.split_once(':').expect("what is given");
            let (verb, members) = head.trim().split_once(' ').expect("whose quorum");
            let (incoming, outgoing) = members.split_once(" & ").unwrap_or((members, "none"));
            let quorum = Quorum::joint(nodes(incoming.trim()), nodes(outgoing.trim()));
            let given = answers(given);
            let found = if verb == "vote" {
                let result = quorum.vote(|node| given.get(&node).map(|answer| *answer == "yes"));
                format!("{result:?}").to_lowercase()
            } else {
                let value = |node| given.get(&node).map_or(0_u64, |value| value.parse().expect("a value"));
                quorum.reached(value).map_or("all".to_owned(), |value| value.to_string())
            };
            assert_eq!(found, expected, "{line}");
            cases += 1;
        }
        assert!(cases >= 40, "only {cases} cases were found");
    }

    /// Openly naive: a value is reached if more than half of every membership has it or more.
    fn naive_reached(sides: [NodeSet; 2], values: &[u64; 8]) -> Option<u64> {
        let holds = |side: NodeSet, value: u64| {
            let reached = side.iter().filter(|node| values[node.slot()] >= value).count();
            side.is_empty() || 2 * reached > side.len()
        };
        let is_reached = |value: &u64| sides.iter().all(|&side| holds(side, *value));
        let all = sides.iter().all(|side| side.is_empty());
        if all { None } else { (0..=20).filter(is_reached).max() }
    }

    /// Openly naive: tries out every way in which those who are silent could answer.
    fn naive_vote(sides: [NodeSet; 2], answers: &[Option<bool>; 8]) -> VoteResult {
        let wins = |votes: u32| {
            let agreed = |side: NodeSet| side.iter().filter(|node| votes >> node.slot() & 1 == 1).count();
            sides.iter().all(|&side| side.is_empty() || 2 * agreed(side) > side.len())
        };
        let fits =
            |votes: &u32| answers.iter().enumerate().all(|(at, it)| it.is_none_or(|yes| (votes >> at & 1 == 1) == yes));
        let given = answers.iter().enumerate().map(|(at, it)| u32::from(*it == Some(true)) << at).sum();
        match (wins(given), (0..256).filter(fits).any(wins)) {
            (true, _) => VoteResult::Won,
            (false, true) => VoteResult::Pending,
            (false, false) => VoteResult::Lost,
        }
    }

    fn set(bits: u8) -> NodeSet {
        (0..8).filter(|at| bits >> at & 1 == 1).map(NodeId::from_slot).collect()
    }

    proptest! {
        #[test]
        fn a_quorum_reaches_what_counting_says(incoming: u8, outgoing: u8, values in prop::array::uniform8(0_u64..20)) {
            let quorum = Quorum::joint(set(incoming), set(outgoing));
            let found = quorum.reached(|node| values[node.slot()]);
            prop_assert_eq!(found, naive_reached([set(incoming), set(outgoing)], &values));
            let alone = Quorum::of(set(incoming)).reached(|node| values[node.slot()]);
            prop_assert_eq!(alone, naive_reached([set(incoming), NodeSet::EMPTY], &values));
        }

        #[test]
        fn a_vote_stands_where_trying_everything_says(
            incoming: u8,
            outgoing: u8,
            answers in prop::array::uniform8(prop::option::of(any::<bool>())),
        ) {
            let quorum = Quorum::joint(set(incoming), set(outgoing));
            let found = quorum.vote(|node| answers[node.slot()]);
            let expected = naive_vote([set(incoming), set(outgoing)], &answers);
            prop_assert_eq!(found, expected);
            let agreed = (0..8).filter(|&at| answers[at] == Some(true)).map(NodeId::from_slot).collect();
            prop_assert_eq!(quorum.is_reached_by(agreed), expected == VoteResult::Won);
        }

        #[test]
        fn any_two_majorities_meet(members: u8, one: u8, other: u8) {
            let quorum = Quorum::of(set(members));
            if !set(members).is_empty() && quorum.is_reached_by(set(one)) && quorum.is_reached_by(set(other)) {
                prop_assert!(!set(one & other & members).is_empty());
            }
        }
    }
}
