//! Which places the nodes get: on the ring, apart by sides, or where a person has put them, with as much detail as fits.

use super::boxes::NodePlace;
use super::plane::{Point, Rect};
use super::ring::Boxes;
use super::room::{largest_free, lowest_row, nearest_free};
use super::sides::Parting;
use super::sizes::{Extent, RoleLine, Shown, SideText, Sizes, steps};
use super::{Cast, CutLine, Look, MARGIN, Stage, StageSize};

/// Nodes on a stage, and what the rest of the layout needs to know of how they came there.
#[derive(Clone, Debug)]
pub(super) struct Arrangement {
    pub(super) size: StageSize,
    pub(super) sizes: Sizes,
    pub(super) shown: Shown,
    pub(super) nodes: Vec<NodePlace>,
    /// Room for the label of each side, where sides stand apart.
    pub(super) titles: Vec<Option<Rect>>,
    pub(super) cuts: Vec<CutLine>,
    /// The row of the clients' cards.
    pub(super) row: Rect,
    pub(super) closed: Vec<Rect>,
}

/// The stage as nodes see it.
struct Ground<'a> {
    cast: &'a Cast<'a>,
    sizes: Sizes,
    look: Look,
    size: StageSize,
    /// The stage without its edge.
    bounds: Rect,
    /// Overlays and cards, with a gap.
    closed: Vec<Rect>,
    /// The largest part of the bounds that is not closed.
    region: Rect,
    sides: Vec<Vec<usize>>,
}

/// How the nodes are to stand.
#[derive(Clone, Copy, Debug)]
enum Wish {
    /// Where a person has put them.
    ByHand { strict: bool },
    /// Sides apart, in the direction that the look prefers or in either.
    Apart { either: bool },
    /// On the ring.
    Ring { strict: bool },
}

impl Wish {
    /// Whether details are given up rather than have a link run through a circle that is not its own.
    fn is_strict(self) -> bool {
        match self {
            Self::ByHand { strict } | Self::Ring { strict } => strict,
            Self::Apart { .. } => false,
        }
    }
}

/// Centres of outlines, rooms for titles, cuts.
type Places = (Vec<Point>, Vec<Option<Rect>>, Vec<CutLine>);

impl Arrangement {
    pub(super) fn new(stage: &Stage<'_>, cast: &Cast<'_>) -> Self {
        let finite = |length: f32| if length.is_finite() { length.max(0.0) } else { 0.0 };
        let size = StageSize { width: finite(stage.size.width), height: finite(stage.size.height) };
        let sizes = Sizes::of(stage.look);
        let margin = MARGIN.min(size.width / 4.0).min(size.height / 4.0);
        let bounds = Rect::new(0.0, 0.0, size.width, size.height).grown(-margin, -margin);
        let mut closed: Vec<Rect> = stage.reserved.iter().map(|rect| rect.grown(MARGIN, MARGIN)).collect();
        let row = card_row(bounds, &closed, cast.clients.len(), sizes);
        if !row.is_empty() {
            closed.push(row.grown(sizes.gap, sizes.gap));
        }
        let region = largest_free(bounds, &closed);
        let slots = |side: &crate::base::NodeSet| {
            (0..cast.nodes.len()).filter(|slot| side.contains(cast.nodes[*slot])).collect::<Vec<_>>()
        };
        let sides = if cast.sides.len() > 1 { cast.sides.iter().map(slots).collect() } else { Vec::new() };
        let ground = Ground { cast, sizes, look: stage.look, size, bounds, closed, region, sides };
        let (shown, extent, (places, titles, cuts)) = ground.arrange();
        let place = |(node, middle): (&_, Point)| NodePlace::new(*node, middle, extent, sizes, shown);
        let nodes = cast.nodes.iter().zip(places).map(place).collect();
        Self { size, sizes, shown, nodes, titles, cuts, row, closed: ground.closed }
    }
}

/// The lowest row with room for the cards.
fn card_row(bounds: Rect, closed: &[Rect], count: usize, sizes: Sizes) -> Rect {
    let bare = count as f32 * (24.0 + sizes.gap);
    if count == 0 || bounds.height < 2.0 * sizes.card_height || bounds.width < bare {
        return Rect::default();
    }
    let least = count as f32 * (sizes.card_least + sizes.gap) - sizes.gap;
    lowest_row(bounds, closed, sizes.card_height, least)
}

impl Ground<'_> {
    /// The richest detail for which there are places.
    fn arrange(&self) -> (Shown, Extent, Places) {
        let is_parted = matches!(self.sides.len(), 2 | 3);
        let is_large = matches!(self.look, Look::Desktop | Look::Compact);
        let mut wishes = Vec::with_capacity(6);
        if !self.cast.places.is_empty() {
            wishes.extend([Wish::ByHand { strict: true }, Wish::ByHand { strict: false }]);
        } else if is_parted {
            wishes.extend([Wish::Apart { either: false }, Wish::Apart { either: true }]);
        }
        wishes.extend([Wish::Ring { strict: true }, Wish::Ring { strict: false }]);
        // On small stages a link through a circle is the lesser evil: few links are drawn, and details matter more.
        wishes.retain(|wish| is_large || !wish.is_strict());
        let steps = steps(self.look, self.cast.nodes.len(), self.cast.log_cells);
        for wish in wishes {
            for shown in &steps {
                if let Some((shown, boxes, places)) = self.attempt(wish, *shown) {
                    return (shown, boxes.extent, places);
                }
            }
        }
        self.squeeze()
    }

    /// The places for one wish and one amount of detail.
    fn attempt(&self, wish: Wish, shown: Shown) -> Option<(Shown, Boxes, Places)> {
        if wish.is_strict() && shown.cells < self.cast.log_cells.min(3) {
            return None;
        }
        let extent = Extent::of(self.sizes, shown);
        let boxes = Boxes { extent, gap: self.sizes.gap, clear: shown.radius + self.sizes.halo / 2.0 };
        if let Wish::Apart { either } = wish {
            let home = boxes.ellipse(self.cast.nodes.len(), self.region);
            let (side_text, places) = self.apart(boxes, &home, either)?;
            return Some((Shown { side_text, ..shown }, boxes, places));
        }
        let (ring, pierced) = boxes.ring(self.cast.nodes.len(), self.region)?;
        if wish.is_strict() && pierced > 0 {
            return None;
        }
        match wish {
            Wish::ByHand { .. } => Some((shown, boxes, (self.by_hand(boxes, ring)?, Vec::new(), Vec::new()))),
            Wish::Ring { .. } if self.sides.len() > 3 => self.many_sides(boxes, shown),
            Wish::Apart { .. } | Wish::Ring { .. } => Some((shown, boxes, (ring, Vec::new(), Vec::new()))),
        }
    }

    /// The nodes that a person has put somewhere at the free places nearest to that, the others on the ring.
    fn by_hand(&self, boxes: Boxes, mut places: Vec<Point>) -> Option<Vec<Point>> {
        let size = (boxes.extent.width, boxes.extent.height);
        let slot = |node| self.cast.nodes.iter().position(|other| *other == node);
        let put: Vec<(usize, Point)> = self
            .cast
            .places
            .iter()
            .filter_map(|(node, x, y)| {
                let lift = boxes.extent.height / 2.0 - boxes.extent.up;
                Some((slot(*node)?, Point::new(x * self.size.width, y * self.size.height + lift)))
            })
            .filter(|(_, point)| point.x.is_finite() && point.y.is_finite())
            .collect();
        let mut blocked = self.closed.clone();
        for (slot, place) in places.iter().enumerate() {
            if !put.iter().any(|(other, _)| *other == slot) {
                blocked.push(Rect::around(*place, size.0, size.1).grown(boxes.gap, boxes.gap));
            }
        }
        for (slot, wish) in put {
            places[slot] = nearest_free(wish, size, self.bounds, &blocked)?;
            blocked.push(Rect::around(places[slot], size.0, size.1).grown(boxes.gap, boxes.gap));
        }
        Some(places)
    }

    /// More sides than regions can be told apart: the ring, with room for a label over the topmost node of each side.
    fn many_sides(&self, boxes: Boxes, shown: Shown) -> Option<(Shown, Boxes, Places)> {
        let line = Sizes::line(self.sizes.side);
        let head = line + 2.0 * self.sizes.side_pad.min(4.0);
        let extent = Extent { height: boxes.extent.height + head, up: boxes.extent.up + head, ..boxes.extent };
        let (ring, _) = Boxes { extent, ..boxes }.ring(self.cast.nodes.len(), self.region)?;
        let places: Vec<Point> = ring.into_iter().map(|middle| middle.plus(Point::new(0.0, head / 2.0))).collect();
        let texts = [SideText::Full, SideText::Short, SideText::Letter].into_iter();
        let side_text = texts.into_iter().find(|text| self.sizes.side_width(*text) <= extent.width)?;
        let title = |side: &Vec<usize>| {
            let top = side.iter().map(|slot| places[*slot]).min_by(|a, b| a.y.total_cmp(&b.y))?;
            let bottom = top.y - boxes.extent.height / 2.0 - 2.0;
            let width = self.sizes.side_width(side_text);
            Some(Rect::new(top.x - width / 2.0, bottom - line, width, line))
        };
        let titles = self.sides.iter().map(title).collect();
        Some((Shown { side_text, ..shown }, boxes, (places, titles, Vec::new())))
    }

    /// The sides in regions of their own, with the longest labels that fit.
    fn apart(&self, boxes: Boxes, ring: &[Point], either: bool) -> Option<(SideText, Places)> {
        let stacked = matches!(self.look, Look::Phone);
        let wide = self.sizes;
        let narrow = Sizes { side_gap: wide.side_gap / 2.0, side_pad: wide.side_pad / 2.0, ..wide };
        let tries = [(wide, SideText::Full), (wide, SideText::Short), (narrow, SideText::Short)];
        for (sizes, text) in tries.into_iter().take(if either { 3 } else { 2 }) {
            let parting = Parting { boxes, sizes, sides: &self.sides, home: ring, stacked, either };
            let Some(parted) = parting.arrange(self.region, text) else { continue };
            let (width, height) = (self.sizes.side_width(text), Sizes::line(self.sizes.side));
            let title = |side: &Vec<usize>| {
                let boxes =
                    side.iter().map(|node| Rect::around(parted.places[*node], boxes.extent.width, boxes.extent.height));
                let around = boxes.fold(Rect::default(), Rect::union);
                (!side.is_empty())
                    .then(|| Rect::new(around.centre().x - width / 2.0, around.y - 4.0 - height, width, height))
            };
            let titles = self.sides.iter().map(title).collect();
            let cuts = parted.cuts.iter().map(|(from, to)| CutLine { from: *from, to: *to }).collect();
            return Some((text, (parted.places, titles, cuts)));
        }
        None
    }

    /// Where even the barest detail does not fit: circles as large as a grid allows, down to nothing on no stage.
    fn squeeze(&self) -> (Shown, Extent, Places) {
        let count = self.cast.nodes.len().max(1);
        let columns = (1..=count).max_by(|a, b| self.cell(count, *a).total_cmp(&self.cell(count, *b))).unwrap_or(1);
        let (rows, side) = (count.div_ceil(columns), self.cell(count, columns));
        let radius = (side / 2.0 - self.sizes.halo).max(side / 4.0);
        let shown = Shown {
            radius,
            cells: 0,
            role: RoleLine::None,
            note: false,
            side_text: SideText::Letter,
            link_labels: false,
        };
        let (across, down) = (self.region.width / columns as f32, self.region.height / rows as f32);
        let at = |slot: usize| {
            let (column, row) = ((slot % columns) as f32, (slot / columns) as f32);
            Point::new(self.region.x + (column + 0.5) * across, self.region.y + (row + 0.5) * down)
        };
        let half = (side / 2.0 - 0.5).max(0.0);
        let extent = Extent { width: 2.0 * half, up: half, height: 2.0 * half };
        (shown, extent, ((0..self.cast.nodes.len()).map(at).collect(), Vec::new(), Vec::new()))
    }

    /// The side of the largest square cell in so many columns.
    fn cell(&self, count: usize, columns: usize) -> f32 {
        (self.region.width / columns as f32).min(self.region.height / count.div_ceil(columns) as f32)
    }
}
