//! Commands carried out. Each is recorded first, and is the cause of what follows from it at once.

use super::{Event, Halt, Kind, NodeSlot, NodeStatus, World};
use crate::base::{Distribution, Endpoint, NodeId, RecordId, range};
use crate::protocol::{Input, Order, Protocol, Role, Typing};
use crate::sim::command::{Command, Wire};
use crate::sim::disk::Disk;
use crate::sim::node::Waiting;

impl<P: Protocol> World<P> {
    pub(super) fn on_scheduled(&mut self, index: u32) {
        let (_, command) = self.config.schedule[index as usize].clone();
        // A scenario is checked before it runs; what names nothing even so changes nothing.
        if command.check(self.node_count(), self.clients.len() as u8).is_ok() {
            self.intervene(&command);
        }
    }

    pub(super) fn intervene(&mut self, command: &Command) {
        let cause = self.record(None, &Kind::Command(command.clone()));
        self.counters.commands += 1;
        match command {
            Command::Cut(wire) => self.set_cut(*wire, true),
            Command::CutMany(wires) => wires.iter().for_each(|&wire| self.set_cut(wire, true)),
            Command::Heal(wire) => self.heal(*wire),
            Command::HealMany(wires) => wires.iter().for_each(|&wire| self.heal(wire)),
            Command::Partition { groups } => self.partition(groups),
            Command::HealAll => self.heal_all(),
            Command::Isolate(endpoint) => self.isolate(*endpoint),
            Command::SetLink { wire, patch } => {
                for (from, to) in wire.directed() {
                    self.network.link_mut(from, to).settings_mut().apply(patch);
                }
            }
            Command::Flap { wire, up, down } => self.flap(*wire, *up, *down),
            Command::Crash { node, keep_some } => self.crash(*node, *keep_some, cause),
            Command::Restart(node) => self.restart(*node, cause),
            Command::Wipe(node) => self.wipe(*node, cause),
            Command::Pause(node) => self.pause(*node),
            Command::Resume(node) => self.resume(*node),
            Command::SetService { node, service } => self.nodes[node.slot()].service = *service,
            Command::SetSync { node, sync } => self.nodes[node.slot()].disk.sync = *sync,
            Command::SetLying { node, flush_after } => self.nodes[node.slot()].disk.set_lying(*flush_after),
            Command::SetDrift { node, drift } => {
                self.nodes[node.slot()].clock.set_drift(self.now.time, *drift);
                self.move_deadlines(*node);
            }
            Command::StepWall { node, by_us } => self.nodes[node.slot()].clock.step_wall(*by_us),
            Command::Invoke { client, operation, contact } => {
                self.invoke(*client, operation.clone(), *contact, false, Some(cause));
            }
            Command::SetWorkload { client, on: true } => self.start_workload(*client),
            Command::SetWorkload { client, on: false } => self.stop_workload(*client),
            Command::AddNode => self.add_node(cause),
            Command::Order { node, order } => self.order(*node, *order, cause),
            Command::Type { node, typing } => self.type_at(*node, typing.clone(), cause),
        }
    }

    fn set_cut(&mut self, wire: Wire, is_cut: bool) {
        for (from, to) in wire.directed() {
            self.network.link_mut(from, to).set_cut(is_cut);
            if is_cut {
                self.kill_flights(from, to);
            }
        }
    }

    fn heal(&mut self, wire: Wire) {
        self.set_cut(wire, false);
        for (from, to) in wire.directed() {
            self.network.link_mut(from, to).stop_flapping();
        }
    }

    fn partition(&mut self, groups: &[Vec<Endpoint>]) {
        for (at, group) in groups.iter().enumerate() {
            for (other_at, other) in groups.iter().enumerate() {
                for (&from, &to) in group.iter().flat_map(|from| other.iter().map(move |to| (from, to))) {
                    let is_link = from != to && (from.node().is_some() || to.node().is_some());
                    match Wire::one_way(from, to) {
                        wire if is_link && at != other_at => self.set_cut(wire, true),
                        wire if is_link => self.heal(wire),
                        _ => {}
                    }
                }
            }
        }
    }

    fn heal_all(&mut self) {
        let all: Vec<_> = self.network.iter().map(|(from, to, _)| Wire::one_way(from, to)).collect();
        for wire in all {
            self.heal(wire);
        }
    }

    fn isolate(&mut self, endpoint: Endpoint) {
        for other in self.network.others(endpoint) {
            self.set_cut(Wire::both(endpoint, other), true);
        }
    }

    fn flap(&mut self, wire: Wire, up: Distribution, down: Distribution) {
        for (from, to) in wire.directed() {
            let (arming, first) = self.network.link_mut(from, to).start_flapping(self.now.time, up, down);
            let link = self.network.number(from, to);
            self.queue.push(first, Event::Flap { link, arming });
        }
    }

    fn crash(&mut self, node: NodeId, keep_some: bool, cause: RecordId) {
        let slot = &mut self.nodes[node.slot()];
        if slot.status == NodeStatus::Down {
            return;
        }
        let survivors = if keep_some { Self::draw_survivors(slot) } else { 0 };
        let lost = slot.disk.crash(survivors);
        self.stop_process(node, lost, cause);
    }

    fn draw_survivors(slot: &mut NodeSlot<P>) -> usize {
        let n = slot.crashes;
        slot.crashes += 1;
        let unsynced = slot.disk.unsynced() as u64;
        range(slot.crash_draws.at(n), 0, unsynced) as usize
    }

    fn stop_process(&mut self, node: NodeId, lost_writes: usize, cause: RecordId) {
        let inbox = self.nodes[node.slot()].lose_process(self.now.time);
        self.record(Some(cause), &Kind::Stopped { node, lost_writes: lost_writes as u32 });
        for waiting in inbox {
            if let Waiting::Message { from, message, payload } = waiting {
                self.lose_held(node, from, message, &payload);
            }
        }
    }

    fn restart(&mut self, node: NodeId, cause: RecordId) {
        if self.nodes[node.slot()].status == NodeStatus::Down {
            self.start_process(node, Some(cause));
        }
    }

    fn wipe(&mut self, node: NodeId, cause: RecordId) {
        let slot = &mut self.nodes[node.slot()];
        let (was_up, unsynced) = (slot.status != NodeStatus::Down, slot.disk.unsynced());
        slot.disk.wipe();
        if was_up {
            self.stop_process(node, unsynced, cause);
        }
    }

    fn pause(&mut self, node: NodeId) {
        let slot = &mut self.nodes[node.slot()];
        if slot.status == NodeStatus::Up {
            slot.status = NodeStatus::Paused;
            slot.draining = None;
        }
    }

    fn resume(&mut self, node: NodeId) {
        let slot = &mut self.nodes[node.slot()];
        if slot.status == NodeStatus::Paused {
            slot.status = NodeStatus::Up;
            self.drain_inbox(node);
        }
    }

    /// The operator's own connection is not part of the simulated network. To a node that is down nothing can be said.
    fn order(&mut self, node: Option<NodeId>, order: Order, cause: RecordId) {
        let Some(node) = node.or_else(|| self.present_leader()) else { return };
        let slot = &self.nodes[node.slot()];
        match slot.status {
            NodeStatus::Down => {}
            _ if slot.must_wait() => self.wait_in_inbox(node, Waiting::Order { order, record: cause }),
            NodeStatus::Up | NodeStatus::Paused => self.handle(node, Input::Order(order), cause),
        }
    }

    /// A text box is part of the replica that it stands at. While that is down nothing can be typed.
    fn type_at(&mut self, node: NodeId, typing: Typing, cause: RecordId) {
        let slot = &self.nodes[node.slot()];
        match slot.status {
            NodeStatus::Down => {}
            _ if slot.must_wait() => self.wait_in_inbox(node, Waiting::Typed { typing, record: cause }),
            NodeStatus::Up | NodeStatus::Paused => self.handle(node, Input::Typed(typing), cause),
        }
    }

    /// Of the nodes that run and take themselves for the leader, the one in the latest epoch.
    fn present_leader(&self) -> Option<NodeId> {
        let leads = |(node, slot): (NodeId, &NodeSlot<P>)| {
            let seen = slot.process.as_ref().filter(|_| slot.status == NodeStatus::Up)?.observe();
            (seen.role == Role::Leader).then_some((seen.epoch, node))
        };
        self.nodes().filter_map(leads).max().map(|(_, node)| node)
    }

    fn add_node(&mut self, cause: RecordId) {
        if self.nodes.len() >= usize::from(NodeId::MAX) {
            return self.halt(Halt::Nodes);
        }
        let node = NodeId::from_slot(self.nodes.len());
        self.nodes.push(NodeSlot::new(self.seed, node, Disk::new(self.config.disk.sync)));
        self.network.add_node();
        self.start_process(node, Some(cause));
    }
}
