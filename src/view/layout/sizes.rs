//! How large things are: by the look of the stage, and by how much detail there is room for. Owns the numbers, and the
//! fixed order in which parts are given up. Does not know where anything stands.

/// Which of the four designs the stage follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// The whole laboratory, with overlays on the stage.
    Desktop,
    /// The embed of 960 x 540: larger text, the stage is 640 x 496.
    Compact,
    /// A phone: the stage is about a square as wide as the screen.
    Phone,
    /// The embed of 480 x 270: the stage is 480 x 190 and shows no logs.
    Tiny,
}

/// How much of the line under a circle is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RoleLine {
    /// "says: leader, term 6".
    Full,
    /// "term 6": the role is told by colour, shape and the letter of the badge.
    Short,
    /// Nothing.
    None,
}

/// How much of a partition side's label is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SideText {
    /// "B".
    Letter,
    /// "B: 2 of 5".
    Short,
    /// "side B: 2 of 5, no quorum".
    Full,
}

/// What there is room for. Parts go in this order: the note, larger circles, log cells beyond three, the long role
/// line, still larger circles, the log, the role line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Shown {
    /// The radius of the circles.
    pub radius: f32,
    /// How many cells of each log, counted from its end.
    pub cells: u8,
    /// The line under the circle.
    pub role: RoleLine,
    /// Whether there is a line for a note under the log.
    pub note: bool,
    /// How the sides of a partition are labelled; an area may still have to do with less.
    pub side_text: SideText,
    /// Whether delays are written beside all links; single ones may still be missing for want of room. Where they are
    /// not, [`super::Layout::delay_label`] finds room beside a link that is selected.
    pub link_labels: bool,
}

/// The sizes of text and parts that a look has, whatever the number of nodes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sizes {
    /// Text size of node names.
    pub name: f32,
    /// Text size of role lines.
    pub role: f32,
    /// Width and height of a log cell.
    pub cell: f32,
    /// Text size in log cells.
    pub cell_text: f32,
    /// Text size of notes and of the delays beside links.
    pub note: f32,
    /// Text size of the labels of partition sides.
    pub side: f32,
    /// Height of a client's card.
    pub card_height: f32,
    /// Width of a client's card where there is room.
    pub card_width: f32,
    /// Width under which a card is not pressed while a row higher up has room.
    pub card_least: f32,
    /// The room around a circle for the arc of the election timer and the double ring.
    pub halo: f32,
    /// The least gap between two things.
    pub gap: f32,
    /// The gap between the areas of two sides.
    pub side_gap: f32,
    /// The room between an area's edge and what it encloses.
    pub side_pad: f32,
}

impl Sizes {
    /// The sizes of a look.
    #[must_use]
    pub fn of(look: Look) -> Self {
        let desktop = Self {
            name: 16.0,
            role: 13.0,
            cell: 34.0,
            cell_text: 12.0,
            note: 12.0,
            side: 13.0,
            card_height: 52.0,
            card_width: 184.0,
            card_least: 160.0,
            halo: 8.0,
            gap: 12.0,
            side_gap: 48.0,
            side_pad: 8.0,
        };
        match look {
            Look::Desktop => desktop,
            Look::Compact => Self {
                name: 18.0,
                role: 14.0,
                cell: 36.0,
                cell_text: 14.0,
                note: 14.0,
                side: 14.0,
                card_least: 132.0,
                side_gap: 40.0,
                ..desktop
            },
            Look::Phone => Self {
                role: 12.0,
                cell: 28.0,
                side: 12.0,
                card_height: 40.0,
                card_width: 180.0,
                card_least: 68.0,
                halo: 4.0,
                gap: 8.0,
                side_gap: 24.0,
                side_pad: 4.0,
                ..desktop
            },
            Look::Tiny => Self {
                name: 14.0,
                role: 12.0,
                side: 12.0,
                card_height: 32.0,
                card_width: 144.0,
                card_least: 96.0,
                halo: 4.0,
                gap: 4.0,
                side_gap: 24.0,
                side_pad: 4.0,
                ..desktop
            },
        }
    }

    /// The width that a side's label takes.
    #[must_use]
    pub fn side_width(self, text: SideText) -> f32 {
        match text {
            SideText::Full => ceil4(14.5 * self.side),
            SideText::Short => ceil4(5.4 * self.side),
            SideText::Letter => ceil4(1.3 * self.side),
        }
    }

    /// The height of a line of text.
    #[must_use]
    pub fn line(text: f32) -> f32 {
        ceil4(text * 1.3)
    }

    /// Width and height of the delay beside a link.
    #[must_use]
    pub fn delay(self) -> (f32, f32) {
        (ceil4(4.4 * self.note), Self::line(self.note))
    }
}

/// Up to the next multiple of four pixels, the grid of the design.
#[must_use]
pub(super) fn ceil4(pixels: f32) -> f32 {
    (pixels / 4.0).ceil() * 4.0
}

/// The extents of everything that belongs to a node, seen from the centre of its circle.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Extent {
    /// Width of the outline; the circle's centre is in its middle.
    pub(super) width: f32,
    /// From the outline's top to the circle's centre.
    pub(super) up: f32,
    /// Height of the outline.
    pub(super) height: f32,
}

impl Extent {
    /// The box that a node fills with these parts shown.
    pub(super) fn of(sizes: Sizes, shown: Shown) -> Self {
        let up = (shown.radius + sizes.halo).max(22.0_f32.min(shown.radius * 2.0));
        let mut width = 2.0 * up;
        let mut height = 2.0 * up;
        let role = match shown.role {
            RoleLine::Full => ceil4(11.3 * sizes.role),
            RoleLine::Short => ceil4(4.2 * sizes.role),
            RoleLine::None => 0.0,
        };
        if role > 0.0 {
            width = width.max(role);
            height += Sizes::line(sizes.role);
        }
        if shown.cells > 0 {
            width = width.max(f32::from(shown.cells) * (sizes.cell + 2.0) - 2.0);
            height += 4.0 + sizes.cell;
        }
        if shown.note {
            width = width.max(ceil4(12.3 * sizes.note));
            height += 4.0 + Sizes::line(sizes.note);
        }
        Self { width, up, height }
    }
}

/// The details to try, from the richest to the barest.
pub(super) fn steps(look: Look, nodes: usize, cells: u8) -> Vec<Shown> {
    let (large, small, cells, note) = match look {
        Look::Desktop | Look::Compact => (if nodes >= 8 { 28.0 } else { 34.0 }, 28.0, cells, true),
        Look::Phone => (22.0, 22.0, cells.min(3), false),
        Look::Tiny => (18.0, 18.0, 0, false),
    };
    let role = if matches!(look, Look::Tiny) { RoleLine::Short } else { RoleLine::Full };
    let link_labels = match look {
        Look::Desktop | Look::Compact => nodes <= 6,
        Look::Phone => nodes <= 5,
        Look::Tiny => nodes <= 3,
    };
    let first = Shown { radius: large, cells, role, note, side_text: SideText::Full, link_labels };
    let bare = Shown { note: false, ..first };
    let three = Shown { cells: cells.min(3), radius: small, ..bare };
    let short = Shown { role: RoleLine::Short, ..three };
    let without_log = Shown { cells: 0, ..short };
    let mut steps = vec![
        first,
        bare,
        Shown { radius: small, ..bare },
        three,
        short,
        Shown { radius: small.min(22.0), ..short },
        Shown { role, radius: small.min(22.0), ..without_log },
        Shown { radius: small.min(22.0), ..without_log },
        Shown { radius: 18.0, ..without_log },
        Shown { radius: 18.0, role: RoleLine::None, ..without_log },
    ];
    steps.dedup();
    steps
}
