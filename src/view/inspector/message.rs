//! A message laid open: what it carries, what became of it and what came of that, and why it was sent.

use super::scene::{Scene, length};
use super::{Group, Piece, Sheet, Target};
use crate::base::RecordId;
use crate::sim::{DropReason, Kind};
use crate::view::chronicle::{Crossing, Ending};
use crate::view::describe::Vocabulary;

/// So many consequences of a message are told.
const CAME_OF_IT: usize = 5;
/// They are looked for among so many records.
const AHEAD: usize = 64;

pub(super) fn sheet<P: Vocabulary>(scene: &Scene<'_, P>, message: RecordId) -> Option<Sheet> {
    let crossing = scene.chronicle.crossing(message).filter(|_| scene.has(message))?;
    let name = |end| scene.names().endpoint(end);
    let mut sheet = Sheet::new(format!("{}, {} → {}", crossing.kind.word(), name(crossing.from), name(crossing.to)));
    let mut group = Group::new("Message");
    group.row("carries", scene.pieces(&scene.carries(message)));
    group.row("way", vec![scene.endpoint(crossing.from), Piece::Text(" → ".to_owned()), scene.endpoint(crossing.to)]);
    group.row("sent", vec![Piece::Moment(crossing.sent_at)]);
    group.row("became of it", fate(scene, crossing));
    group.text("size", format!("{} bytes", crossing.bytes));
    if let Some(request) = crossing.request {
        let target = Target::Operation(request.op);
        group.row(
            "about",
            vec![Piece::Mention(request.op.to_string(), target), Piece::Text(format!(", attempt {}", request.attempt))],
        );
    }
    sheet.add(group);
    sheet.add(came_of_it(scene, crossing));
    sheet.why = scene.reasons(message);
    Some(sheet)
}

fn fate<P: Vocabulary>(scene: &Scene<'_, P>, crossing: &Crossing) -> Vec<Piece> {
    let Some(end) = scene.end(crossing) else {
        return vec![Piece::Text(format!("on its way for {}", length(scene.now.since(crossing.sent_at))))];
    };
    let after = length(end.at.since(crossing.sent_at));
    let words = match end.how {
        Ending::Delivered => format!("handled after {after}, at "),
        Ending::Held => format!("arrived after {after}, and waits for a receiver that is frozen or busy, since "),
        Ending::Dropped(why) => format!("died after {after}: {}, at ", died(why)),
    };
    vec![Piece::Text(words), Piece::Moment(end.at)]
}

/// Why a message died.
pub(super) fn died(why: DropReason) -> &'static str {
    match why {
        DropReason::Cut => "the link was cut",
        DropReason::Lost => "the link lost it",
        DropReason::Down => "the process was down",
        DropReason::Full => "the inbox was full",
    }
}

/// What the receiver did about it: its decisions, and what it sent.
fn came_of_it<P: Vocabulary>(scene: &Scene<'_, P>, crossing: &Crossing) -> Group {
    let mut group = Group::new("What came of it");
    let Some(end) = scene.end(crossing).filter(|end| end.how == Ending::Delivered) else { return group };
    let after = scene.world.trace().iter_from(RecordId(end.record.0 + 1)).take(AHEAD);
    let led_to = after.filter(|record| record.cause == Some(end.record));
    let tells = led_to.filter(|record| {
        matches!(record.kind, Kind::Note { .. } | Kind::Sent { .. } | Kind::AttemptEnded { .. } | Kind::Ended { .. })
    });
    for record in tells.take(CAME_OF_IT) {
        let line = scene.describer.line(&record);
        let value = match record.kind {
            Kind::Sent { .. } => vec![Piece::Mention(line, Target::Message(record.id))],
            _ => scene.pieces(&line),
        };
        group.row("", value);
    }
    group
}
