//! A link laid open, one way after the other, with what is on it now.

use super::scene::{Scene, length};
use super::{Group, Piece, Sheet, Target};
use crate::base::{Endpoint, SimDuration, SimTime};
use crate::sim::{Link, LinkHealth};
use crate::view::chronicle::Ending;
use crate::view::describe::{Vocabulary, lengths, per_cent};

/// So many messages on a link are listed.
const MESSAGES: usize = 8;

pub(super) fn sheet<P: Vocabulary>(scene: &Scene<'_, P>, from: Endpoint, to: Endpoint) -> Option<Sheet> {
    let way = |a: Endpoint, b: Endpoint| {
        scene.world.links().find(|(one, other, _)| (*one, *other) == (a, b)).map(|(.., link)| link)
    };
    let (there, back) = (way(from, to), way(to, from));
    there.or(back)?;
    let name = |end| scene.names().endpoint(end);
    let mut sheet = Sheet::new(format!("Link {}–{}", name(from), name(to)));
    let mut ends = Group::new("Ends");
    ends.row("between", vec![scene.endpoint(from), Piece::Text(" and ".to_owned()), scene.endpoint(to)]);
    sheet.add(ends);
    for (title, link, a, b) in [("There", there, from, to), ("Back", back, to, from)] {
        if let Some(link) = link {
            sheet.add(one_way(scene, title, link, (a, b)));
        }
    }
    Some(sheet)
}

fn one_way<P: Vocabulary>(
    scene: &Scene<'_, P>,
    title: &'static str,
    link: &Link,
    (from, to): (Endpoint, Endpoint),
) -> Group {
    let mut group = Group::new(title);
    let settings = link.settings();
    group.row("way", vec![scene.endpoint(from), Piece::Text(" → ".to_owned()), scene.endpoint(to)]);
    group.text(
        "state",
        match (link.health(), link.is_flapping()) {
            (LinkHealth::Up, false) => "up",
            (LinkHealth::Up, true) => "flapping, up just now",
            (LinkHealth::Down, _) => "flapping, down just now",
            (LinkHealth::Cut, _) => "cut: what is sent dies on the way, and nobody is told",
        },
    );
    group.text("a message takes", lengths(&settings.delay));
    group.text(
        "loses",
        if settings.loss_ppm == 0 { "nothing".to_owned() } else { per_cent(u64::from(settings.loss_ppm)) },
    );
    group.text(
        "doubles",
        if settings.duplicate_ppm == 0 { "nothing".to_owned() } else { per_cent(u64::from(settings.duplicate_ppm)) },
    );
    group.text("order", if settings.reorder { "messages may overtake" } else { "is kept" });
    group.text("died in the last second", died_lately(scene, from, to).to_string());
    let mut flights: Vec<_> = scene.world.flights().filter(|flight| (flight.from, flight.to) == (from, to)).collect();
    flights.sort_by_key(|flight| flight.message);
    group.text(
        "on it now",
        match flights.len() {
            0 => "nothing".to_owned(),
            1 => "1 message".to_owned(),
            count => format!("{count} messages"),
        },
    );
    for flight in flights.iter().take(MESSAGES) {
        let age = format!(", sent {} ago", length(scene.now.since(flight.sent_at)));
        let words = scene.carries(flight.message);
        group.row("", vec![Piece::Mention(words, Target::Message(flight.message)), Piece::Text(age)]);
    }
    group
}

fn died_lately<P: Vocabulary>(scene: &Scene<'_, P>, from: Endpoint, to: Endpoint) -> usize {
    let since = SimTime(scene.now.0.saturating_sub(SimDuration::from_secs(1).0));
    let recent = scene.crossings().iter().rev().take_while(|crossing| crossing.sent_at >= since);
    let here = recent.filter(|crossing| (crossing.from, crossing.to) == (from, to));
    here.filter(|crossing| matches!(scene.end(crossing).map(|end| end.how), Some(Ending::Dropped(_)))).count()
}
