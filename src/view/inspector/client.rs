//! A client laid open: whom it talks to, what it waits for, what it was told.

use super::scene::{Scene, length};
use super::{Group, Piece, Sheet, Target};
use crate::base::ClientId;
use crate::sim::{ClientView, Mix, Pace, Workload};
use crate::view::chronicle::OperationBar;
use crate::view::describe::{Vocabulary, lengths, outcome};

/// So many answers are listed.
const LATEST: usize = 6;

pub(super) fn sheet<P: Vocabulary>(scene: &Scene<'_, P>, client: ClientId) -> Option<Sheet> {
    let (_, view) = scene.world.clients().find(|(id, _)| *id == client)?;
    let mut sheet = Sheet::new(format!("{}, a client", scene.names().client(client)));
    sheet.add(setting(scene, &view));
    sheet.add(tally(&view));
    let mut open = Group::new("Waits for an answer to");
    for operation in scene.world.open_operations().filter(|operation| operation.client == client) {
        let age = format!(", attempt {}, for {}", operation.attempt, length(scene.now.since(operation.invoked_at)));
        open.row(
            "",
            vec![Piece::Mention(operation.operation.to_string(), Target::Operation(operation.id)), Piece::Text(age)],
        );
    }
    sheet.add(open);
    sheet.add(answers(scene, client));
    Some(sheet)
}

fn setting<P: Vocabulary>(scene: &Scene<'_, P>, view: &ClientView<'_>) -> Group {
    let mut group = Group::new("Client");
    group.row("talks to", vec![scene.endpoint(view.contact.into())]);
    group.text("waits for an answer", format!("{} at most", length(view.config.timeout)));
    group.text(
        "tries",
        match view.config.retry.attempts {
            1 => "once".to_owned(),
            attempts => format!("up to {attempts} times"),
        },
    );
    group.text("session", if view.config.session { "kept: a retry is told from a new operation" } else { "none" });
    match &view.config.workload {
        Some(workload) => {
            group.text("by itself", if view.is_running { work(workload) } else { "stands still".to_owned() });
        }
        None => group.text("by itself", "does nothing"),
    }
    group
}

fn work(workload: &Workload) -> String {
    let Mix { read, write, cas, append, add } = workload.mix;
    let all = [(read, "reads"), (write, "writes"), (cas, "swaps"), (append, "appends"), (add, "additions")];
    let mix: Vec<String> =
        all.iter().filter(|(weight, _)| *weight > 0).map(|(weight, what)| format!("{weight} {what}")).collect();
    let pace = match &workload.pace {
        Pace::Closed { think } => format!("{} after each answer", lengths(think)),
        Pace::Open { interval } => format!("{} after each question", lengths(interval)),
    };
    format!("{}; next {pace}", mix.join(" to "))
}

fn tally(view: &ClientView<'_>) -> Group {
    let mut group = Group::new("Its operations");
    let tally = view.tally;
    group.text("invoked", tally.invoked.to_string());
    group.text("told ok", tally.ok.to_string());
    group.text("told no", tally.failed.to_string());
    group.text("unknown", tally.unknown.to_string());
    group
}

fn answers<P: Vocabulary>(scene: &Scene<'_, P>, client: ClientId) -> Group {
    let mut group = Group::new("Told last");
    let is_told = |bar: &&OperationBar| {
        bar.client == client && bar.ended.as_ref().is_some_and(|(stamp, _)| scene.has(stamp.record))
    };
    for bar in scene.operations().iter().rev().filter(is_told).take(LATEST) {
        if let Some((stamp, end)) = &bar.ended {
            let words = format!("{}: {}", bar.operation, outcome(&bar.operation, end));
            let after = format!(", after {}", length(stamp.at.since(bar.invoked_at)));
            group.row(
                "",
                vec![
                    Piece::Moment(stamp.at),
                    Piece::Text(" ".to_owned()),
                    Piece::Mention(words, Target::Operation(bar.op)),
                    Piece::Text(after),
                ],
            );
        }
    }
    group
}
