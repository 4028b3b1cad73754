//! Where there is room: the largest free rectangle beside the overlays, a row for the clients' cards, and the free place
//! nearest to a wish. Does not know what is to be placed.

use super::plane::{Point, Rect};

/// The largest rectangle in the bounds that touches nothing blocked.
pub(super) fn largest_free(bounds: Rect, blocked: &[Rect]) -> Rect {
    let mut edges: Vec<f32> = vec![bounds.x, bounds.right()];
    edges.extend(blocked.iter().flat_map(|rect| [rect.x, rect.right()]));
    edges.retain(|x| (bounds.x..=bounds.right()).contains(x));
    edges.sort_by(f32::total_cmp);
    let mut best = Rect::default();
    for (first, &left) in edges.iter().enumerate() {
        for &right in &edges[first + 1..] {
            let column = Rect::new(left, bounds.y, right - left, bounds.height);
            for free in gaps(column, blocked) {
                if free.width * free.height > best.width * best.height {
                    best = free;
                }
            }
        }
    }
    best
}

/// The free parts of a column, each as wide as the column.
fn gaps(column: Rect, blocked: &[Rect]) -> Vec<Rect> {
    let mut inside: Vec<Rect> = blocked.iter().copied().filter(|rect| rect.overlaps(column)).collect();
    inside.sort_by(|a, b| a.y.total_cmp(&b.y));
    let mut free = Vec::with_capacity(inside.len() + 1);
    let mut top = column.y;
    for rect in inside {
        if rect.y > top {
            free.push(Rect::new(column.x, top, column.width, rect.y - top));
        }
        top = top.max(rect.bottom());
    }
    free.push(Rect::new(column.x, top, column.width, column.bottom() - top));
    free
}

/// The lowest row of a height in which so much width is free, else the widest of the rows.
pub(super) fn lowest_row(bounds: Rect, blocked: &[Rect], height: f32, least: f32) -> Rect {
    let mut bottoms: Vec<f32> = vec![bounds.bottom()];
    bottoms.extend(blocked.iter().map(|rect| rect.y).filter(|y| *y - height >= bounds.y && *y < bounds.bottom()));
    bottoms.sort_by(|a, b| b.total_cmp(a));
    let mut widest = Rect::default();
    for bottom in bottoms {
        let strip = Rect::new(bounds.x, bottom - height, bounds.width, height);
        let mut inside: Vec<Rect> = blocked.iter().copied().filter(|rect| rect.overlaps(strip)).collect();
        inside.sort_by(|a, b| a.x.total_cmp(&b.x));
        let mut left = strip.x;
        let mut row = Rect::default();
        for edge in inside.iter().map(|rect| (rect.x, rect.right())).chain([(strip.right(), strip.right())]) {
            if edge.0 - left > row.width {
                row = Rect::new(left, strip.y, edge.0 - left, height);
            }
            left = left.max(edge.1);
        }
        if row.width >= least {
            return row;
        }
        if row.width > widest.width {
            widest = row;
        }
    }
    widest
}

/// The centre nearest to a wish at which a box of a size lies in the bounds and keeps a gap to every obstacle. Exact:
/// the nearest point of a free region is the wish itself, its projection on an edge, or a corner.
pub(super) fn nearest_free(wish: Point, size: (f32, f32), bounds: Rect, blocked: &[Rect]) -> Option<Point> {
    if size.0 > bounds.width || size.1 > bounds.height {
        return None;
    }
    let centres = bounds.grown(-size.0 / 2.0, -size.1 / 2.0);
    let wish = centres.clamp(wish);
    let closed: Vec<Rect> =
        blocked.iter().filter(|rect| !rect.is_empty()).map(|rect| rect.grown(size.0 / 2.0, size.1 / 2.0)).collect();
    let is_free = |at: Point| !closed.iter().any(|rect| is_inside(*rect, at));
    if is_free(wish) {
        return Some(wish);
    }
    let across = edges(wish.x, centres.x, centres.right(), closed.iter().map(|rect| (rect.x, rect.right())));
    let down = edges(wish.y, centres.y, centres.bottom(), closed.iter().map(|rect| (rect.y, rect.bottom())));
    let mut best: Option<(f32, Point)> = None;
    for &x in &across {
        let far = (x - wish.x) * (x - wish.x);
        if best.is_some_and(|(least, _)| far >= least) {
            break;
        }
        for &y in &down {
            let square = far + (y - wish.y) * (y - wish.y);
            if best.is_some_and(|(least, _)| square >= least) {
                break;
            }
            if is_free(Point::new(x, y)) {
                best = Some((square, Point::new(x, y)));
            }
        }
    }
    best.map(|(_, at)| at)
}

/// The coordinates that matter on one axis, the nearest to the wish first.
fn edges(wish: f32, low: f32, high: f32, closed: impl Iterator<Item = (f32, f32)>) -> Vec<f32> {
    let mut edges = vec![wish, low, high];
    edges.extend(closed.flat_map(|(from, to)| [from, to]).filter(|edge| (low..=high).contains(edge)));
    edges.sort_by(|a, b| (a - wish).abs().total_cmp(&(b - wish).abs()));
    edges
}

/// Inside, with the edge taken as outside even where a sum was rounded.
fn is_inside(rect: Rect, at: Point) -> bool {
    at.x > rect.x + 0.02 && at.x < rect.right() - 0.02 && at.y > rect.y + 0.02 && at.y < rect.bottom() - 0.02
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_free_rectangle_lies_beside_what_is_blocked() {
        let bounds = Rect::new(0.0, 0.0, 100.0, 100.0);
        assert_eq!(largest_free(bounds, &[]), bounds);
        let palette = Rect::new(0.0, 0.0, 20.0, 50.0);
        let caption = Rect::new(0.0, 90.0, 100.0, 10.0);
        assert_eq!(largest_free(bounds, &[palette, caption]), Rect::new(20.0, 0.0, 80.0, 90.0));
    }

    #[test]
    fn a_row_goes_up_until_it_is_wide_enough() {
        let bounds = Rect::new(0.0, 0.0, 100.0, 100.0);
        let legend = Rect::new(0.0, 60.0, 40.0, 40.0);
        assert_eq!(lowest_row(bounds, &[legend], 10.0, 50.0), Rect::new(40.0, 90.0, 60.0, 10.0));
        assert_eq!(lowest_row(bounds, &[legend], 10.0, 70.0), Rect::new(0.0, 50.0, 100.0, 10.0));
    }

    #[test]
    fn the_nearest_free_place_is_beside_the_obstacle() {
        let bounds = Rect::new(0.0, 0.0, 100.0, 100.0);
        let obstacle = Rect::new(40.0, 30.0, 20.0, 40.0);
        let at = nearest_free(Point::new(52.0, 50.0), (10.0, 10.0), bounds, &[obstacle]);
        assert_eq!(at, Some(Point::new(65.0, 50.0)));
        assert_eq!(nearest_free(Point::new(0.0, 0.0), (10.0, 10.0), bounds, &[bounds]), None);
    }
}
