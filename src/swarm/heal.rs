//! How everything is mended: links whole and quiet, every server that stays up and quick, disks honest, clocks true.

use super::faults::all_of;
use super::members::Members;
use crate::base::{ClientId, Distribution, Drift, Endpoint, NodeId, SimDuration};
use crate::sim::{Command, DiskSettings, LinkSettings, Wire};

/// The commands that mend what is left of the faults, in their order. Only what may be amiss is mentioned.
pub(super) fn heal(
    members: &Members,
    clients: u8,
    (link, sync): (&LinkSettings, Distribution),
    faults: &[&Command],
) -> Vec<Command> {
    let quiet = LinkSettings::default();
    let mut commands = vec![Command::HealAll];
    let mut wires: Vec<Wire> = Vec::new();
    if *link == quiet {
        for command in faults {
            if let Command::SetLink { wire, .. } = command
                && !wires.contains(wire)
            {
                wires.push(*wire);
            }
        }
    } else {
        wires = every_wire(members, clients);
    }
    commands.extend(wires.into_iter().map(|wire| Command::SetLink { wire, patch: all_of(&quiet) }));
    let disk = DiskSettings::default();
    for life in &members.lives {
        let node = life.node;
        let was = |test: fn(&Command) -> Option<NodeId>| faults.iter().any(|command| test(command) == Some(node));
        if was(|command| if let Command::SetService { node, .. } = command { Some(*node) } else { None }) {
            let service = Distribution::Constant(SimDuration::ZERO);
            commands.push(Command::SetService { node, service });
        }
        if sync != disk.sync
            || was(|command| if let Command::SetSync { node, .. } = command { Some(*node) } else { None })
        {
            commands.push(Command::SetSync { node, sync: disk.sync });
        }
        if was(|command| if let Command::SetLying { node, .. } = command { Some(*node) } else { None }) {
            commands.push(Command::SetLying { node, flush_after: None });
        }
        if was(|command| if let Command::SetDrift { node, .. } = command { Some(*node) } else { None }) {
            commands.push(Command::SetDrift { node, drift: Drift(0) });
        }
        if was(|command| if let Command::Pause(node) = command { Some(*node) } else { None }) {
            commands.push(Command::Resume(node));
        }
    }
    commands.extend(members.staying().map(Command::Restart));
    commands
}

fn every_wire(members: &Members, clients: u8) -> Vec<Wire> {
    let nodes: Vec<NodeId> = members.lives.iter().map(|life| life.node).collect();
    let mut wires = Vec::new();
    for (at, &node) in nodes.iter().enumerate() {
        wires.extend(nodes[at + 1..].iter().map(|&other| Wire::both(node, other)));
        wires.extend((0..clients).map(|client| Wire::both(Endpoint::from(ClientId(client)), node)));
    }
    wires
}
