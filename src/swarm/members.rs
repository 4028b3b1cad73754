//! Changes of membership as an operator makes them: an order is given again and again, since it is refused where there
//! is no leader, or one that may not change anything yet. A server that was removed is shut down. A server whose disk was
//! wiped stays down, is removed, and another takes its place under a new name.
//!
//! Whether an order comes through is not known beforehand. However few do, a majority of the voters must be there when
//! all is mended: so fewer than half of the first servers are ever wiped or removed.

use super::class::Class;
use super::draws::Draws;
use crate::base::{NodeId, SimDuration, SimTime};
use crate::protocol::Order;
use crate::sim::Command;

/// How many changes a seed has at most.
const CHANGES_MAX: u64 = 5;

/// When a server is there.
#[derive(Clone, Copy, Debug)]
pub(super) struct Life {
    pub(super) node: NodeId,
    pub(super) from: SimTime,
    /// From when on it must not be started; none if it is to be there at the end.
    pub(super) until: Option<SimTime>,
}

/// The changes of one seed.
pub(super) struct Members {
    pub(super) commands: Vec<(SimTime, Command)>,
    pub(super) lives: Vec<Life>,
    /// The last order about each server, to be given again once all is mended.
    pub(super) unfinished: Vec<Order>,
    /// How many servers may still be lost.
    spare: usize,
}

impl Members {
    /// Draws them.
    pub(super) fn draw(draws: &mut Draws, class: Class, nodes: u8, start: SimTime, heal_at: SimTime) -> Self {
        let lives = (1..=nodes).map(|node| Life { node: NodeId(node), from: SimTime::ZERO, until: None }).collect();
        let spare = usize::from(nodes.saturating_sub(1) / 2);
        let mut members = Self { commands: Vec::new(), lives, unfinished: Vec::new(), spare };
        let is_eventful = class == Class::Wipe || draws.percent(45);
        let changes = if is_eventful { draws.range(1, CHANGES_MAX) } else { 0 };
        let mut at = draws.time(start, SimTime(start.0 + 1_000_000));
        // An operator who does not wait gives orders while another change is still under way.
        let is_hasty = draws.percent(35);
        for n in 0..changes {
            let is_wipe = class == Class::Wipe && (n == 0 || draws.percent(35));
            let next = match draws.range(0, 9) {
                _ if is_wipe && members.spare > 0 => members.replace_wiped(draws, at),
                0..=4 => members.add(draws, at),
                5 => members.add_learner(draws, at),
                _ if members.spare > 0 => members.remove(draws, at),
                _ => members.add(draws, at),
            };
            at = if is_hasty { at + draws.any_size(500, 60_000) } else { next + draws.any_size(1_000, 800_000) };
            if at + SimDuration::from_millis(500) > heal_at {
                break;
            }
        }
        members.commands.retain(|(time, _)| *time < heal_at);
        members.lives.retain(|life| life.from < heal_at);
        let there: Vec<NodeId> = members.lives.iter().map(|life| life.node).collect();
        members.unfinished.retain(|order| there.contains(&order.node()));
        members
    }

    /// Those that are to be there at the end.
    pub(super) fn staying(&self) -> impl Iterator<Item = NodeId> {
        self.lives.iter().filter(|life| life.until.is_none()).map(|life| life.node)
    }

    /// Those that may be struck at a time.
    pub(super) fn at(&self, time: SimTime) -> Vec<NodeId> {
        let lives = |life: &&Life| life.from <= time && life.until.is_none_or(|until| time < until);
        self.lives.iter().filter(lives).map(|life| life.node).collect()
    }

    /// Whether a server may be started at a time.
    pub(super) fn may_start(&self, node: NodeId, time: SimTime) -> bool {
        self.lives.iter().any(|life| life.node == node && life.until.is_none_or(|until| time < until))
    }

    /// A server that comes later gets a later name. Gives its name and when it is there.
    fn new_node(&mut self, at: SimTime) -> (NodeId, SimTime) {
        let node = NodeId(self.lives.len() as u8 + 1);
        let at = self.lives.last().map_or(at, |last| at.max(last.from));
        self.commands.push((at, Command::AddNode));
        self.lives.push(Life { node, from: at, until: None });
        (node, at)
    }

    /// Gives an order several times; says when the last time was.
    fn order(&mut self, draws: &mut Draws, order: Order, at: SimTime) -> SimTime {
        let gap = draws.any_size(20_000, 400_000);
        let times = draws.range(2, 6);
        for n in 0..times {
            self.commands.push((SimTime(at.0 + n * gap.0), Command::Order { node: None, order }));
        }
        self.unfinished.retain(|earlier| earlier.node() != order.node());
        self.unfinished.push(order);
        SimTime(at.0 + (times - 1) * gap.0)
    }

    fn add(&mut self, draws: &mut Draws, at: SimTime) -> SimTime {
        let (node, at) = self.new_node(at);
        let wait = draws.any_size(1_000, 50_000);
        self.order(draws, Order::AddServer(node), at + wait)
    }

    fn add_learner(&mut self, draws: &mut Draws, at: SimTime) -> SimTime {
        let (node, at) = self.new_node(at);
        let wait = draws.any_size(1_000, 50_000);
        self.order(draws, Order::AddLearner(node), at + wait)
    }

    fn remove(&mut self, draws: &mut Draws, at: SimTime) -> SimTime {
        let there = self.at(at);
        let node = draws.pick(&there);
        let ordered = self.order(draws, Order::RemoveServer(node), at);
        let shut_down_at = ordered + draws.any_size(1_000, 600_000);
        self.commands.push((shut_down_at, Command::Crash { node, keep_some: false }));
        self.lose(node, shut_down_at);
        shut_down_at
    }

    fn replace_wiped(&mut self, draws: &mut Draws, at: SimTime) -> SimTime {
        let there = self.at(at);
        let node = draws.pick(&there);
        self.commands.push((at, Command::Wipe(node)));
        self.lose(node, at);
        let wait = draws.any_size(1_000, 300_000);
        let (first, second) = if draws.percent(50) {
            let removed = self.order(draws, Order::RemoveServer(node), at + wait);
            (removed, self.add(draws, removed + SimDuration::from_millis(20)))
        } else {
            let added = self.add(draws, at + wait);
            (added, self.order(draws, Order::RemoveServer(node), added + SimDuration::from_millis(20)))
        };
        first.max(second)
    }

    fn lose(&mut self, node: NodeId, at: SimTime) {
        self.spare = self.spare.saturating_sub(1);
        if let Some(life) = self.lives.iter_mut().find(|life| life.node == node) {
            life.until = Some(at);
        }
    }
}
