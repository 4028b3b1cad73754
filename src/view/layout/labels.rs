//! Places for labels: delays beside links and the names of sides. A label lies on nothing else, or is not shown. Owns
//! the search, not the texts.

use super::areas::{AreaLabel, AreaPlace};
use super::links::LinkPlace;
use super::plane::{Point, Rect};
use super::sizes::{SideText, Sizes};

/// How far a delay keeps from its own line.
const BESIDE: f32 = 3.0;

/// Finds a place for the label of each area that has none: over, under or beside one of its nodes.
pub(super) fn label_areas(
    areas: &mut [AreaPlace],
    outlines: &dyn Fn(usize) -> Vec<Rect>,
    taken: &mut Vec<Rect>,
    field: &Field,
) {
    for area in areas.iter_mut().filter(|area| area.label.is_none()) {
        let own = outlines(area.side);
        area.label = [field.side_text, SideText::Short, SideText::Letter]
            .into_iter()
            .filter(|text| *text <= field.side_text)
            .find_map(|text| beside_nodes(&own, text, taken, field));
        taken.extend(area.label.map(|label| label.rect));
    }
}

/// What labels have to keep within, and how large they are.
#[derive(Clone, Copy, Debug)]
pub(super) struct Field {
    pub(super) stage: Rect,
    pub(super) sizes: Sizes,
    pub(super) side_text: SideText,
}

fn beside_nodes(own: &[Rect], text: SideText, taken: &[Rect], field: &Field) -> Option<AreaLabel> {
    let (width, height) = (field.sizes.side_width(text), Sizes::line(field.sizes.side));
    let pad = 2.0;
    let over = |node: &Rect| Point::new(node.centre().x, node.y - pad - height / 2.0);
    let under = |node: &Rect| Point::new(node.centre().x, node.bottom() + pad + height / 2.0);
    let right = |node: &Rect| Point::new(node.right() + pad + width / 2.0, node.centre().y);
    let left = |node: &Rect| Point::new(node.x - pad - width / 2.0, node.centre().y);
    let mut by_height = own.to_vec();
    by_height.sort_by(|a, b| a.y.total_cmp(&b.y));
    let all = by_height.iter().map(over).chain(by_height.iter().rev().map(under));
    let all = all.chain(by_height.iter().map(right)).chain(by_height.iter().map(left));
    all.map(|centre| Rect::around(centre, width, height))
        .find(|rect| rect.is_within(field.stage) && !taken.iter().any(|other| rect.overlaps(*other)))
        .map(|rect| AreaLabel { rect, text })
}

/// Finds room for the delay of each link that a filter lets through.
pub(super) fn label_links(
    links: &mut [LinkPlace],
    wanted: &dyn Fn(&LinkPlace) -> bool,
    taken: &mut Vec<Rect>,
    field: &Field,
) {
    let lines: Vec<(Point, Point)> = links.iter().map(|link| (link.start, link.end)).collect();
    for link in links.iter_mut().filter(|link| wanted(link)) {
        link.label = room_beside(link, &lines, taken, field);
        taken.extend(link.label);
    }
}

/// Room beside a link: near its middle first, on either side, across as few other lines as possible.
pub(super) fn room_beside(link: &LinkPlace, lines: &[(Point, Point)], taken: &[Rect], field: &Field) -> Option<Rect> {
    let mut best: Option<(usize, Rect)> = None;
    for rect in beside_line(link, field) {
        if !rect.is_within(field.stage) || taken.iter().any(|other| rect.overlaps(*other)) {
            continue;
        }
        // It keeps off its own line, so that only others count.
        let crossed = lines.iter().filter(|(from, to)| rect.meets(*from, *to)).count();
        if best.is_none_or(|(least, _)| crossed < least) {
            best = Some((crossed, rect));
        }
        if crossed == 0 {
            break;
        }
    }
    best.map(|(_, rect)| rect)
}

/// Rooms that touch a line without lying on it.
fn beside_line(link: &LinkPlace, field: &Field) -> impl Iterator<Item = Rect> {
    let (width, height) = field.sizes.delay();
    let normal = link.end.minus(link.start).unit().turned();
    let reach = (normal.x.abs() * width + normal.y.abs() * height) / 2.0 + BESIDE;
    let (start, end) = (link.start, link.end);
    [0.5, 0.4, 0.6, 0.3, 0.7, 0.22, 0.78].into_iter().flat_map(move |along| {
        [1.0, -1.0].map(|side| Rect::around(start.towards(end, along).plus(normal.times(side * reach)), width, height))
    })
}
