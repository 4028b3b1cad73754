//! Who seems alive (the paper, section 4.8.3; R. van Renesse, Y. Minsky, M. Hayden, "A Gossip-Style Failure Detection Service",
//! 1998): each node counts its own heartbeats and tells others the latest counts that it has heard of. A node whose count stands
//! still for too long is taken for dead, by each of the others for itself. News goes round a cut link by way of a third.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

use super::config::Detector;
use super::{GOSSIP_TIMER, Leaderless, LeaderlessMessage, LeaderlessNote};
use crate::base::{NodeId, NodeSet, SimDuration, TimeSpan};
use crate::data::Suspicion;
use crate::protocol::Effects;

/// How many gaps between news of a node are remembered.
const WINDOW: u16 = 32;

/// A heartbeat: the later of two is the greater.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Beat {
    /// How often the node's process was started.
    pub start: u64,
    /// How many heartbeats it has had since.
    pub count: u64,
}

/// What a node has heard of the others.
#[derive(Clone, Debug, Default)]
pub(super) struct Gossip {
    own: Beat,
    beats: BTreeMap<NodeId, Beat>,
    news: BTreeMap<NodeId, Suspicion>,
    suspected: NodeSet,
}

impl Gossip {
    pub(super) fn begin(&mut self, start: u64) {
        self.own = Beat { start, count: 0 };
    }
}

impl Leaderless {
    /// Whether a node is not suspected. Nobody suspects itself.
    #[must_use]
    pub fn is_alive(&self, node: NodeId) -> bool {
        !self.gossip.suspected.contains(node)
    }

    /// Who is not suspected.
    #[must_use]
    pub fn alive(&self) -> NodeSet {
        self.members.difference(self.gossip.suspected)
    }

    pub(super) fn start_gossip(&mut self, out: &mut Effects<Self>) {
        if self.config.detector == Detector::Off {
            return;
        }
        let interval = self.config.gossip_interval;
        for node in self.members.without(self.id).iter() {
            let mut suspicion = Suspicion::new(WINDOW, interval);
            // A process that has just started gives everybody the time to be heard of.
            suspicion.heard(self.now.monotonic);
            self.gossip.news.insert(node, suspicion);
        }
        out.set_timer(GOSSIP_TIMER, TimeSpan { min: SimDuration(1), max: interval });
    }

    pub(super) fn on_gossip_due(&mut self, out: &mut Effects<Self>) {
        out.set_timer_exactly(GOSSIP_TIMER, self.config.gossip_interval);
        self.suspect_silent(out);
        self.gossip.own.count += 1;
        let others: Vec<NodeId> = self.members.without(self.id).iter().collect();
        if others.is_empty() {
            return;
        }
        let mut beats: Vec<(NodeId, Beat)> = self.gossip.beats.iter().map(|(node, beat)| (*node, *beat)).collect();
        beats.push((self.id, self.gossip.own));
        let behind = others.iter().filter(|node| **node < self.id).count();
        let turn = (behind as u64 + self.gossip.own.count) % others.len() as u64;
        out.send_after(self.must_be_durable(), others[turn as usize], LeaderlessMessage::Gossip { beats });
    }

    pub(super) fn on_gossip(&mut self, beats: Vec<(NodeId, Beat)>, out: &mut Effects<Self>) {
        for (node, beat) in beats {
            let is_news = node != self.id && self.gossip.beats.get(&node) < Some(&beat);
            if !is_news {
                continue;
            }
            self.gossip.beats.insert(node, beat);
            if let Some(suspicion) = self.gossip.news.get_mut(&node) {
                if self.gossip.suspected.remove(node) {
                    // The silence was no gap between heartbeats of a living node, and must not count as one.
                    *suspicion = Suspicion::new(WINDOW, self.config.gossip_interval);
                    out.note(LeaderlessNote::Trusts { node });
                }
                suspicion.heard(self.now.monotonic);
            }
        }
    }

    fn suspect_silent(&mut self, out: &mut Effects<Self>) {
        let now = self.now.monotonic;
        for (node, suspicion) in &self.gossip.news {
            let silence = suspicion.last().map_or(SimDuration::ZERO, |last| now.since(last));
            let is_silent = match self.config.detector {
                Detector::Off => false,
                Detector::Timeout(longest) => silence > longest,
                Detector::PhiMilli(threshold) => suspicion.phi_milli(now) > u64::from(threshold),
            };
            if is_silent && self.gossip.suspected.insert(*node) {
                out.note(LeaderlessNote::Suspects { node: *node });
            }
        }
    }
}
