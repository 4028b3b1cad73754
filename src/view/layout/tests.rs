//! What must hold for every layout, tried for every number of nodes and clients, every look, random drags and random
//! partitions.

use super::*;

/// The stages that the design names.
pub(super) fn looks() -> Vec<(&'static str, Look, StageSize)> {
    let size = |width, height| StageSize { width, height };
    vec![
        ("desktop", Look::Desktop, size(860.0, 640.0)),
        ("desktop-wide", Look::Desktop, size(1100.0, 640.0)),
        ("compact", Look::Compact, size(640.0, 496.0)),
        ("phone", Look::Phone, size(390.0, 390.0)),
        ("phone-small", Look::Phone, size(320.0, 320.0)),
        ("tiny", Look::Tiny, size(480.0, 190.0)),
    ]
}

/// The overlays of the laboratory.
pub(super) fn overlays(look: Look, size: StageSize) -> Vec<Rect> {
    match look {
        Look::Desktop => vec![
            Rect::new(14.0, 14.0, 98.0, 240.0),
            Rect::new(14.0, size.height - 208.0, 130.0, 140.0),
            Rect::new(size.width - 264.0, 14.0, 250.0, 36.0),
            Rect::new(0.0, size.height - 60.0, size.width, 60.0),
        ],
        Look::Compact | Look::Phone | Look::Tiny => Vec::new(),
    }
}

/// The first nodes, dealt out to so many sides in a way that mixes neighbours.
pub(super) fn sides(count: usize, parts: usize) -> Vec<NodeSet> {
    if parts < 2 {
        return Vec::new();
    }
    let side = |part: usize| (0..count).filter(|slot| (slot * parts) / count == part).map(NodeId::from_slot).collect();
    (0..parts).map(side).collect()
}

/// A layout of the first nodes with so many clients, each at home at another node.
pub(super) fn stage(
    look: Look,
    size: StageSize,
    overlays: &[Rect],
    count: usize,
    clients: usize,
    sides: &[NodeSet],
) -> Layout {
    arranged(look, size, overlays, count, clients, sides, &[])
}

fn arranged(
    look: Look,
    size: StageSize,
    overlays: &[Rect],
    count: usize,
    clients: usize,
    sides: &[NodeSet],
    places: &[(NodeId, f32, f32)],
) -> Layout {
    let nodes: Vec<NodeId> = (0..count).map(NodeId::from_slot).collect();
    let caller = |slot: usize| {
        let near = NodeId::from_slot(slot * 2 % count.max(1));
        Caller { client: ClientId(slot as u8), near, contact: near }
    };
    let clients: Vec<Caller> = (0..clients).map(caller).collect();
    let cast = Cast { nodes: &nodes, clients: &clients, places, sides, log_cells: 4 };
    Layout::new(&Stage { look, size, reserved: overlays }, &cast)
}

/// Everything that may lie on nothing else, with a name for each.
fn parts(layout: &Layout) -> Vec<(String, Rect)> {
    let mut parts: Vec<(String, Rect)> = Vec::new();
    parts.extend(layout.nodes.iter().map(|node| (node.node.to_string(), node.outline)));
    parts.extend(layout.clients.iter().map(|client| (client.client.to_string(), client.card)));
    parts.extend(layout.reserved.iter().enumerate().map(|(index, rect)| (format!("overlay {index}"), *rect)));
    parts.extend(layout.areas.iter().filter_map(|area| Some((format!("side {}", area.side), area.label?.rect))));
    parts.extend(layout.links.iter().filter_map(|link| Some((format!("{}-{}", link.from, link.to), link.label?))));
    parts
}

/// What is wrong with a layout.
fn faults(layout: &Layout, sides: &[NodeSet]) -> Vec<String> {
    let stage = Rect::new(0.0, 0.0, layout.size.width, layout.size.height);
    let parts = parts(layout);
    let mut faults = Vec::new();
    for (index, (name, rect)) in parts.iter().enumerate() {
        if !rect.is_within(stage) {
            faults.push(format!("{name} leaves the stage: {rect:?}"));
        }
        let others = parts[index + 1..].iter().filter(|(_, other)| rect.overlaps(*other));
        faults.extend(others.map(|(other, _)| format!("{name} lies on {other}")));
    }
    for node in &layout.nodes {
        for part in [node.role, node.log, node.note, node.hit] {
            if !part.is_empty() && !part.is_within(node.outline) {
                faults.push(format!("a part of {} leaves its outline", node.node));
            }
        }
    }
    for area in &layout.areas {
        let foreign = layout.nodes.iter().filter(|node| !sides[area.side].contains(node.node));
        for node in foreign {
            if area.shapes.iter().any(|shape| areas::meet(shape, &node.outline.corners())) {
                faults.push(format!("the area of side {} covers {}", area.side, node.node));
            }
        }
        for other in layout.areas.iter().filter(|other| other.side > area.side) {
            if area.shapes.iter().any(|one| other.shapes.iter().any(|two| areas::meet(one, two))) {
                faults.push(format!("the areas of {} and {} meet", area.side, other.side));
            }
        }
    }
    faults
}

#[test]
fn nothing_overlaps_on_any_stage_with_any_number_of_nodes_and_clients() {
    let mut faulty = Vec::new();
    for (name, look, size) in looks() {
        for count in 1..=9 {
            for clients in 0..=4 {
                for parts in 1..=count {
                    let sides = sides(count, parts);
                    let layout = stage(look, size, &overlays(look, size), count, clients, &sides);
                    if clients == 2 && parts <= 3 {
                        let labels = layout.links.iter().filter(|link| link.label.is_some()).count();
                        println!(
                            "{name} {count} nodes {parts} sides: {:?} {labels}/{}",
                            layout.shown,
                            layout.links.len()
                        );
                    }
                    let wrong = faults(&layout, &sides);
                    if !wrong.is_empty() {
                        faulty.push(format!("{name}, {count} nodes, {clients} clients, {parts} sides: {wrong:?}"));
                    }
                }
            }
        }
    }
    assert!(faulty.is_empty(), "{} layouts:\n{}", faulty.len(), faulty.join("\n"));
}
