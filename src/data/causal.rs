//! Causal delivery: an operation waits until all that its maker had seen is here, and comes once (Birman, Schiper, Stephenson,
//! "Lightweight Causal and Atomic Group Multicast", ACM TOCS 1991). Owns what waits; knows nothing of what operations do.

use serde::{Deserialize, Serialize};

use super::version_vector::{Dot, VersionVector};

/// An operation with what its maker had seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CausalOp<M> {
    /// Its name. The operations of one maker are numbered without gaps.
    pub dot: Dot,
    /// What its maker had seen before it, its own operations among them.
    pub after: VersionVector,
    /// The operation.
    pub operation: M,
}

/// What became of an operation that came.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Delivery<M> {
    /// It is delivered, and then those that had waited for it, in the order to apply them in.
    Now(Vec<CausalOp<M>>),
    /// It was delivered before, or waits already.
    Again,
    /// It waits for these.
    Waits {
        /// The last one that is missing of each replica.
        missing: Vec<Dot>,
    },
}

/// What has been delivered, and what waits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CausalBuffer<M> {
    seen: VersionVector,
    /// In the order in which they came.
    waiting: Vec<CausalOp<M>>,
}

impl<M> Default for CausalBuffer<M> {
    fn default() -> Self {
        Self { seen: VersionVector::new(), waiting: Vec::new() }
    }
}

impl<M> CausalBuffer<M> {
    /// Nothing has come.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// What has been delivered.
    #[must_use]
    pub fn seen(&self) -> &VersionVector {
        &self.seen
    }

    /// What waits, in the order in which it came.
    #[must_use]
    pub fn waiting(&self) -> &[CausalOp<M>] {
        &self.waiting
    }

    /// Stamps an operation of this replica, which counts as delivered to it.
    pub fn stamp(&mut self, dot: Dot, operation: M) -> CausalOp<M> {
        let after = self.seen.clone();
        self.seen.include(dot);
        CausalOp { dot, after, operation }
    }

    /// Takes in an operation from elsewhere.
    pub fn receive(&mut self, stamped: CausalOp<M>) -> Delivery<M> {
        let is_known = self.seen.contains(stamped.dot) || self.waiting.iter().any(|other| other.dot == stamped.dot);
        if is_known {
            return Delivery::Again;
        }
        let missing: Vec<Dot> = self.missing(&stamped).collect();
        if !missing.is_empty() {
            self.waiting.push(stamped);
            return Delivery::Waits { missing };
        }
        self.seen.include(stamped.dot);
        let mut delivered = vec![stamped];
        // Each one may be what others have waited for: look again until none is.
        while let Some(at) = self.waiting.iter().position(|other| self.missing(other).next().is_none()) {
            let next = self.waiting.remove(at);
            self.seen.include(next.dot);
            delivered.push(next);
        }
        Delivery::Now(delivered)
    }

    /// The last operation of each replica that must come before this one and has not.
    fn missing(&self, stamped: &CausalOp<M>) -> impl Iterator<Item = Dot> {
        let Dot { actor, count } = stamped.dot;
        let own = (count > 1).then(|| Dot { actor, count: count - 1 });
        let others = stamped.after.iter().filter(move |dot| dot.actor != actor);
        others.chain(own).filter(|dot| !self.seen.contains(*dot))
    }
}

#[cfg(test)]
mod tests {
    use super::super::laws::holds;
    use super::*;
    use crate::base::NodeId;
    use proptest::prelude::*;

    /// Each number is who speaks next, and whether they hear all others first.
    fn conversation(turns: &[(u8, bool)]) -> Vec<CausalOp<usize>> {
        let mut people: Vec<CausalBuffer<usize>> = vec![CausalBuffer::new(); 3];
        let mut said = Vec::new();
        for (number, &(who, hears)) in turns.iter().enumerate() {
            let person = &mut people[usize::from(who)];
            if hears {
                said.iter().cloned().for_each(|earlier| drop(person.receive(earlier)));
            }
            let dot = person.seen().next(NodeId(who + 1));
            said.push(person.stamp(dot, number));
        }
        said
    }

    /// Whether all is heard once, and no answer before what its speaker had heard: with a rule of delivery.
    fn is_causal(
        said: &[CausalOp<usize>],
        order: &[usize],
        mut deliver: impl FnMut(CausalOp<usize>) -> Vec<CausalOp<usize>>,
    ) -> Result<(), String> {
        let mut heard: Vec<Dot> = Vec::new();
        for &at in order {
            for next in deliver(said[at % said.len()].clone()) {
                let earlier = said.iter().filter(|other| next.after.contains(other.dot));
                if let Some(missing) = earlier.map(|other| other.dot).find(|dot| !heard.contains(dot)) {
                    return Err(format!("{} is heard before {missing}", next.dot));
                }
                if heard.contains(&next.dot) {
                    return Err(format!("{} is heard twice", next.dot));
                }
                heard.push(next.dot);
            }
        }
        if heard.len() == said.len() { Ok(()) } else { Err(format!("{} of {} are heard", heard.len(), said.len())) }
    }

    /// A conversation, and an order of delivery with doubles in which all comes.
    fn case() -> impl Strategy<Value = (Vec<(u8, bool)>, Vec<usize>)> {
        prop::collection::vec((0_u8..3, prop::bool::ANY), 1..14).prop_flat_map(|turns| {
            let all: Vec<usize> = (0..turns.len() * 2).collect();
            (Just(turns), Just(all).prop_shuffle())
        })
    }

    fn now(delivery: Delivery<usize>) -> Vec<CausalOp<usize>> {
        match delivery {
            Delivery::Now(delivered) => delivered,
            Delivery::Again | Delivery::Waits { .. } => Vec::new(),
        }
    }

    #[test]
    fn answers_are_heard_after_questions_and_once() {
        let property = |(turns, order): (Vec<(u8, bool)>, Vec<usize>)| {
            let mut buffer = CausalBuffer::new();
            is_causal(&conversation(&turns), &order, |stamped| now(buffer.receive(stamped)))
        };
        holds(case(), property).expect("delivery is causal");
    }

    #[test]
    fn delivery_as_it_comes_is_not_causal() {
        let property = |(turns, order): (Vec<(u8, bool)>, Vec<usize>)| {
            let mut heard = Vec::new();
            let once = |stamped: CausalOp<usize>| {
                let is_new = !heard.contains(&stamped.dot);
                heard.push(stamped.dot);
                is_new.then_some(stamped).into_iter().collect()
            };
            is_causal(&conversation(&turns), &order, once)
        };
        let found = holds(case(), property).expect_err("an answer overtakes its question");
        assert!(found.contains("is heard before"), "{found}");
        let property = |(turns, order): (Vec<(u8, bool)>, Vec<usize>)| {
            is_causal(&conversation(&turns), &order, |stamped| vec![stamped])
        };
        holds(case(), property).expect_err("what comes twice is heard twice");
    }

    #[test]
    fn it_says_what_is_missing() {
        let said = conversation(&[(0, false), (1, true), (1, false)]);
        let mut buffer = CausalBuffer::new();
        let missing = vec![said[0].dot, said[1].dot];
        assert_eq!(buffer.receive(said[2].clone()), Delivery::Waits { missing });
        assert_eq!(buffer.receive(said[2].clone()), Delivery::Again);
        assert_eq!(buffer.receive(said[1].clone()), Delivery::Waits { missing: vec![said[0].dot] });
        assert_eq!(buffer.waiting().len(), 2);
        assert_eq!(buffer.receive(said[0].clone()), Delivery::Now(said));
    }
}
