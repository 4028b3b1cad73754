//! Draws layouts as SVG files for people to look at: one sheet a look, into the folder named by
//! `NETSPLIT_LAYOUT_PICTURES`. Without it the test only draws into memory.

use super::tests::{looks, overlays, sides, stage};
use super::*;
use std::fmt::Write;

fn rect(out: &mut String, rect: Rect, style: &str) {
    writeln!(out, r#"<rect x="{}" y="{}" width="{}" height="{}" {style}/>"#, rect.x, rect.y, rect.width, rect.height)
        .expect("a string takes any text");
}

fn line(out: &mut String, (from, to): (Point, Point), style: &str) {
    writeln!(out, r#"<path d="M{} {}L{} {}" {style}/>"#, from.x, from.y, to.x, to.y).expect("a string takes any text");
}

fn text(out: &mut String, at: Point, size: f32, words: &str, fill: &str) {
    let y = at.y + size * 0.35;
    writeln!(out, r#"<text x="{}" y="{y}" font-size="{size}" text-anchor="middle" fill="{fill}">{words}</text>"#, at.x)
        .expect("a string takes any text");
}

/// One layout as SVG elements.
fn draw(layout: &Layout, overlays: &[Rect], cut: bool) -> String {
    let mut out = String::new();
    let stage = Rect::new(0.0, 0.0, layout.size.width, layout.size.height);
    rect(&mut out, stage, r##"fill="#0f1318" stroke="#444""##);
    overlays.iter().for_each(|overlay| rect(&mut out, *overlay, r##"fill="#1c232c" stroke="#2a333e""##));
    let colours = ["#f28a3c", "#56b4e9", "#8fe0b0", "#c98fe0"];
    for area in &layout.areas {
        let colour = colours[area.side % colours.len()];
        writeln!(out, r#"<path d="{}" fill="{colour}" fill-opacity=".14" stroke="{colour}"/>"#, area.path())
            .expect("a string takes any text");
    }
    let side = |node| layout.areas.iter().position(|area| area.contains(layout.node(node).expect("placed").centre));
    for link in &layout.links {
        if cut && side(link.from) != side(link.to) {
            let stubs = link.stubs();
            line(&mut out, stubs.first, r##"stroke="#4a5868" stroke-width="1.6""##);
            line(&mut out, stubs.second, r##"stroke="#4a5868" stroke-width="1.6""##);
            text(&mut out, stubs.cross, 12.0, "x", "#e8edf2");
        } else {
            line(&mut out, (link.start, link.end), r##"stroke="#71829a" stroke-width="2""##);
        }
        if let Some(label) = link.label {
            text(&mut out, label.centre(), layout.sizes.note, "0.7 ms", "#93a1af");
        }
    }
    layout
        .cuts
        .iter()
        .for_each(|cut| line(&mut out, (cut.from, cut.to), r##"stroke="#e8edf2" stroke-dasharray="2 6""##));
    for area in &layout.areas {
        let Some(label) = area.label else { continue };
        let letter = char::from(b'A' + area.side as u8);
        let words = match label.text {
            SideText::Full => format!("side {letter}: 2 of 5, no quorum"),
            SideText::Short => format!("{letter}: 2 of 5"),
            SideText::Letter => letter.to_string(),
        };
        text(&mut out, label.rect.centre(), layout.sizes.side, &words, "#f7b888");
    }
    for client in &layout.clients {
        if let Some(wire) = client.wire {
            writeln!(out, r##"<path d="{}" fill="none" stroke="#93a1af" stroke-dasharray="2 4"/>"##, wire.path())
                .expect("a string takes any text");
        }
        rect(&mut out, client.card, r##"rx="8" fill="#1c232c" stroke="#4a5868""##);
        text(&mut out, client.card.centre(), 13.0, "Alice no answer", "#e8edf2");
    }
    layout.nodes.iter().for_each(|node| draw_node(&mut out, layout, node));
    out
}

fn draw_node(out: &mut String, layout: &Layout, node: &NodePlace) {
    let circle = |out: &mut String, at: Point, radius: f32, style: &str| {
        writeln!(out, r#"<circle cx="{}" cy="{}" r="{radius}" {style}/>"#, at.x, at.y)
            .expect("a string takes any text");
    };
    rect(out, node.outline, r##"fill="none" stroke="#333" stroke-dasharray="1 3""##);
    circle(out, node.centre, node.arc, r##"fill="none" stroke="#444""##);
    circle(out, node.centre, node.radius, r##"fill="#1c232c" stroke="#a7b1c0" stroke-width="2""##);
    text(out, node.centre, layout.sizes.name, &node.node.to_string(), "#e8edf2");
    circle(out, node.badge, node.badge_radius, r##"fill="#0f1318" stroke="#a7b1c0""##);
    text(out, node.badge, 12.0, "F", "#e8edf2");
    let role = match layout.shown.role {
        RoleLine::Full => "says: leader, term 6",
        RoleLine::Short => "term 6",
        RoleLine::None => "",
    };
    text(out, node.role.centre(), layout.sizes.role, role, "#8ecbf2");
    for index in 0..node.cells {
        let at = node.cell_at(index, node.cells);
        rect(out, Rect::new(at.x, at.y, node.cell, node.cell), r##"rx="4" fill="#1d5c41" stroke="#46c08a""##);
        let middle = Rect::new(at.x, at.y, node.cell, node.cell).centre();
        text(out, middle.plus(Point::new(0.0, -7.0)), layout.sizes.cell_text, "3", "#fff");
        text(out, middle.plus(Point::new(0.0, 7.0)), layout.sizes.cell_text, "t 12", "#fff");
    }
    if !node.note.is_empty() {
        text(out, node.note.centre(), layout.sizes.note, "stored on 2 of 5, needs 3", "#f2b134");
    }
}

#[test]
fn sheets_of_all_looks_can_be_drawn() {
    #[expect(clippy::disallowed_methods, reason = "where to put pictures is the person's wish, not part of a layout")]
    let folder = std::env::var("NETSPLIT_LAYOUT_PICTURES").ok();
    for (name, look, size) in looks() {
        let overlays = overlays(look, size);
        let (wide, high) = (size.width + 20.0, size.height + 20.0);
        for parts in 1..=4 {
            let mut sheet = String::new();
            for (place, count) in (parts..=9).enumerate() {
                let clients = [1, 2, 2, 3, 2, 1, 2, 0, 4][count - 1];
                let layout = stage(look, size, &overlays, count, clients, &sides(count, parts));
                let drawn = draw(&layout, &overlays, parts > 1);
                let (x, y) = ((place % 3) as f32 * wide, (place / 3) as f32 * high);
                writeln!(sheet, r#"<g transform="translate({x},{y})">{drawn}</g>"#).expect("a string takes any text");
            }
            assert_eq!(sheet.matches(">n1<").count(), 10 - parts, "each picture has its first node");
            let Some(folder) = &folder else { continue };
            let head = r#"<svg xmlns="http://www.w3.org/2000/svg" font-family="Inter,sans-serif""#;
            let picture = format!(r#"{head} width="{}" height="{}">{sheet}</svg>"#, wide * 3.0, high * 3.0);
            let path = std::path::Path::new(folder).join(format!("{name}-{parts}.svg"));
            std::fs::write(path, picture).expect("the folder can be written");
        }
    }
}
