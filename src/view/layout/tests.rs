//! What must hold for every layout, tried for every number of nodes and clients, every look, random drags and random
//! partitions.

use super::*;
use proptest::prelude::*;

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

/// A look, how many nodes and clients, the number of each node's side, and drags: a node and where it is dropped.
type Scene = (usize, usize, usize, Vec<usize>, Vec<(usize, f32, f32)>);

fn scenes() -> impl Strategy<Value = Scene> {
    let drags = prop::collection::vec((0..9_usize, -0.2..1.2_f32, -0.2..1.2_f32), 0..6);
    (0..6_usize, 1..=9_usize, 0..=4_usize, prop::collection::vec(0..3_usize, 9), drags)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(600) })]

    #[test]
    fn nothing_overlaps_after_any_drags_and_any_partition((look, count, clients, parts, drags) in scenes()) {
        let (_, look, size) = looks()[look];
        let overlays = overlays(look, size);
        let side = |part: usize| (0..count).filter(|slot| parts[*slot] == part).map(NodeId::from_slot).collect();
        let sides: Vec<NodeSet> = (0..3).map(side).filter(|side: &NodeSet| !side.is_empty()).collect();
        let parted = stage(look, size, &overlays, count, clients, &sides);
        prop_assert_eq!(faults(&parted, if sides.len() > 1 { &sides } else { &[] }), Vec::<String>::new());
        prop_assert!(parted.areas.iter().all(|area| area.label.is_some() && area.shapes.len() == 1));
        let mut places: Vec<(NodeId, f32, f32)> = Vec::new();
        let mut layout = parted;
        for (slot, x, y) in drags {
            let node = NodeId::from_slot(slot % count);
            let (x, y) = layout.drop_at(node, Point::new(x * size.width, y * size.height));
            let before = layout.clone();
            places.retain(|(other, ..)| *other != node);
            places.push((node, x, y));
            layout = arranged(look, size, &overlays, count, clients, &sides, &places);
            prop_assert_eq!(faults(&layout, &sides), Vec::<String>::new());
            let rest = layout.node(node).expect("it is on the stage").centre;
            if before.shown == layout.shown && before.areas.is_empty() {
                let wish = Point::new(x * size.width, y * size.height);
                prop_assert!(rest.distance(wish) < 1.0, "{node} was to rest at {wish:?} and rests at {rest:?}");
            }
        }
    }

    #[test]
    fn a_stage_of_any_size_takes_any_cast(
        width in 0.0..900.0_f32,
        height in 0.0..700.0_f32,
        (look, count, clients, parts, _) in scenes(),
    ) {
        let (_, look, _) = looks()[look];
        let side = |part: usize| (0..count).filter(|slot| parts[*slot] == part).map(NodeId::from_slot).collect();
        let sides: Vec<NodeSet> = (0..3).map(side).collect();
        let layout = arranged(look, StageSize { width, height }, &[], count, clients, &sides, &[(NodeId(1), 0.5, 0.5)]);
        for node in &layout.nodes {
            prop_assert!(node.centre.x.is_finite() && node.centre.y.is_finite() && node.radius.is_finite());
        }
        prop_assert_eq!(faults(&layout, &sides), Vec::<String>::new());
    }

    #[test]
    fn arrow_keys_reach_every_node((look, count, clients, _, drags) in scenes()) {
        let (_, look, size) = looks()[look];
        let places: Vec<_> = drags.iter().map(|(slot, x, y)| (NodeId::from_slot(*slot), *x, *y)).collect();
        let layout = arranged(look, size, &overlays(look, size), count, clients, &[], &places);
        for start in NodeSet::first(count as u8).iter() {
            let mut reached = NodeSet::EMPTY.with(start);
            let mut open = vec![start];
            while let Some(node) = open.pop() {
                for way in [Direction::Left, Direction::Right, Direction::Up, Direction::Down] {
                    open.extend(layout.next_node(node, way).filter(|next| reached.insert(*next)));
                }
            }
            prop_assert_eq!(reached.len(), count, "from {} only {}", start, reached);
        }
    }
}

#[test]
fn a_stage_of_no_size_makes_no_noise() {
    for (_, look, _) in looks() {
        for size in [(0.0, 0.0), (0.0, 300.0), (f32::NAN, f32::INFINITY), (3.0, 2.0)] {
            let size = StageSize { width: size.0, height: size.1 };
            let layout = stage(look, size, &[Rect::new(14.0, 14.0, 98.0, 240.0)], 9, 4, &sides(9, 2));
            assert!(layout.nodes.iter().all(|node| node.centre.x.is_finite() && node.outline.width.is_finite()));
            let far = layout.message_at(NodeId(1).into(), ClientId(0).into(), f32::NAN).expect("both are there");
            assert!(far.point.x.is_finite() && far.heading.is_finite());
            let (x, y) = layout.drop_at(NodeId(1), Point::new(f32::NAN, 0.0));
            assert!(x.is_finite() && y.is_finite());
        }
    }
}

#[test]
fn the_first_node_stands_on_top_and_two_sides_stand_beside_one_another() {
    for (name, look, size) in looks() {
        for count in [3, 4, 5, 7, 9] {
            let whole = stage(look, size, &overlays(look, size), count, 2, &[]);
            let top = whole.nodes.iter().map(|node| node.centre.y).fold(f32::MAX, f32::min);
            assert!(whole.nodes[0].centre.y < top + 24.0, "{name}, {count} nodes");
            let sides = sides(count, 2);
            let parted = stage(look, size, &overlays(look, size), count, 2, &sides);
            let line = parted.cuts.first().expect("two sides have a line between them");
            assert_eq!(line.from.y == line.to.y, look == Look::Phone, "{name}, {count} nodes");
            for link in parted.links.iter().filter(|link| sides[0].contains(link.from) != sides[0].contains(link.to)) {
                let cross = link.stubs().cross;
                let off = if look == Look::Phone { cross.y - line.from.y } else { cross.x - line.from.x };
                assert!(off.abs() < 60.0, "{name}, {count} nodes: the gap of {link:?} is {off} px off the cut");
            }
        }
    }
}

#[test]
fn sizes_follow_the_design_where_there_is_room() {
    let radius = |index: usize, count| {
        let (_, look, size) = looks()[index];
        stage(look, size, &overlays(look, size), count, 2, &[]).shown.radius
    };
    assert_eq!([radius(0, 5), radius(0, 9), radius(2, 5), radius(3, 9), radius(5, 9)], [34.0, 28.0, 34.0, 22.0, 18.0]);
    let (_, look, size) = looks()[0];
    let layout = stage(look, size, &overlays(look, size), 5, 2, &sides(5, 2));
    assert_eq!((layout.shown.role, layout.shown.cells, layout.shown.note), (RoleLine::Full, 4, true));
    for (_, look, size) in looks() {
        for count in 1..=9 {
            let layout = stage(look, size, &overlays(look, size), count, 4, &[]);
            assert!(layout.nodes.iter().all(|node| node.hit.width >= 44.0 && node.hit.height >= 44.0));
        }
    }
}

#[test]
fn no_link_runs_through_a_circle_that_is_not_its_own_on_the_large_stages() {
    for (name, look, size) in looks().into_iter().take(3) {
        for count in 1..=9 {
            let layout = stage(look, size, &overlays(look, size), count, 2, &[]);
            for link in &layout.links {
                let others = layout.nodes.iter().filter(|node| node.node != link.from && node.node != link.to);
                for node in others {
                    let far = link.distance(node.centre);
                    assert!(far > node.radius, "{name}, {count}: {}-{} runs through {}", link.from, link.to, node.node);
                }
            }
        }
    }
}

#[test]
fn three_sides_of_one_node_each_leave_every_link_in_sight() {
    for (name, look, size) in looks() {
        let layout = stage(look, size, &overlays(look, size), 3, 2, &sides(3, 3));
        for link in &layout.links {
            let others = layout.nodes.iter().filter(|node| node.node != link.from && node.node != link.to);
            for node in others {
                let far = link.distance(node.centre);
                assert!(far > node.radius, "{name}: {}-{} runs through {}", link.from, link.to, node.node);
            }
        }
    }
}

#[test]
fn pointer_knife_and_messages_agree_on_where_things_are() {
    let (_, look, size) = looks()[0];
    let layout = stage(look, size, &overlays(look, size), 5, 2, &[]);
    let one = layout.nodes[0];
    assert_eq!(layout.hit(one.centre), Some(Hit::Node(NodeId(1))));
    assert_eq!(layout.hit(layout.clients[1].card.centre()), Some(Hit::Client(ClientId(1))));
    let link = layout.link(NodeId(4), NodeId(3)).expect("all pairs are linked");
    let on_link = link.middle();
    assert_eq!(layout.hit(on_link), Some(Hit::Link(NodeId(3).into(), NodeId(4).into())));
    let stroke = [on_link.plus(Point::new(0.0, -4.0)), on_link.plus(Point::new(0.0, 4.0))];
    assert_eq!(layout.crossed_by(&stroke), [(NodeId(3).into(), NodeId(4).into())]);
    let around = [Point::new(0.0, 0.0), Point::new(size.width, 0.0)];
    assert_eq!(layout.crossed_by(&around), []);
    assert_eq!(layout.hit(Point::new(size.width - 2.0, size.height - 2.0)), None);
    let there = layout.message_at(NodeId(3).into(), NodeId(4).into(), 0.5).expect("both are there");
    let back = layout.message_at(NodeId(4).into(), NodeId(3).into(), 0.5).expect("both are there");
    assert!((there.point.distance(back.point) - 10.0).abs() < 0.1, "requests and replies keep apart");
    assert!((there.heading - back.heading).abs() > 179.0);
    let sent = layout.message_at(ClientId(0).into(), one.node.into(), 0.0).expect("both are there");
    assert!(sent.point.distance(layout.clients[0].wire.expect("it has a contact").start) < 6.0);
    assert_eq!(layout.message_at(ClientId(0).into(), ClientId(1).into(), 0.0), None);
    assert_eq!(layout.message_at(NodeId(1).into(), NodeId(63).into(), 0.0), None);
}
