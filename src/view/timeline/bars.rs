//! What lasts: leaderships and candidacies, faults, clients' operations, and commits on their leader's lane. Knows nothing
//! of messages.

use super::scene::Look;
use crate::base::{ClientId, Endpoint, NodeId, OpId, SimTime};
use crate::sim::{Command, Outcome};
use crate::view::chronicle::{BeatKind, Broken, OperationBar, Outage, Reign, Standing};

/// A time in which a node led or stood, as it believed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ReignShape {
    /// The lane.
    pub lane: usize,
    /// Where it begins.
    pub from: f64,
    /// Where it ends, or has come to.
    pub until: f64,
    /// As what.
    pub standing: Standing,
    /// In which term.
    pub term: u64,
    /// Where it is stale: from here on somebody else has led a higher term.
    pub stale: Option<f64>,
    /// Whether it has ended.
    pub is_over: bool,
}

/// A process that does not run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LaneFault {
    /// The lane.
    pub lane: usize,
    /// Where it begins.
    pub from: f64,
    /// Where it ends, or has come to.
    pub until: f64,
    /// Whether it is frozen; else it is down.
    pub is_paused: bool,
}

/// How an operation stands for its client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// It waits.
    Nothing,
    /// Done.
    Ok,
    /// Not done, for sure.
    Failed,
    /// Perhaps done.
    Unknown,
}

/// An operation of a client.
#[derive(Clone, Debug, PartialEq)]
pub struct OperationShape {
    /// The lane.
    pub lane: usize,
    /// Where it begins.
    pub from: f64,
    /// Where it ends, or has come to.
    pub until: f64,
    /// Which.
    pub op: OpId,
    /// What its client was told.
    pub told: Told,
    /// Whether another operation of the client was open when it began: then it lies a little lower.
    pub is_second: bool,
    /// What is asked, and what came of it.
    pub text: String,
    /// The text reaches no further: here it ends, or the next operation of the same client begins.
    pub text_until: f64,
}

impl Told {
    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Nothing => "…",
            Self::Ok => "ok",
            Self::Failed => "failed",
            Self::Unknown => "unknown",
        }
    }
}

impl Look<'_> {
    pub(super) fn reigns(&self) -> Vec<ReignShape> {
        let marks = &self.timeline.reigns;
        let begun = marks.partition_point(|mark| mark.at <= self.until);
        let mut shapes = Vec::new();
        for (at, reign) in self.chronicle.reigns()[..begun].iter().enumerate() {
            let until = reign.until.filter(|until| until.record.0 < self.timeline.known).map(|until| until.at);
            let (Some(lane), true) = (self.lanes.of(reign.node.into()), until.is_none_or(|until| until >= self.from))
            else {
                continue;
            };
            if !self.knows_node(reign.node) {
                continue;
            }
            let (from, end) = self.stretch(reign.from.at, until);
            let stale = self.stale_from(at, reign, until).map(|time| self.x(time));
            let (standing, term, is_over) = (reign.standing, reign.term, until.is_some());
            shapes.push(ReignShape { lane, from, until: end, standing, term, stale, is_over });
        }
        shapes
    }

    /// Since when a leader is not the latest any more.
    fn stale_from(&self, at: usize, reign: &Reign, until: Option<SimTime>) -> Option<SimTime> {
        if reign.standing != Standing::Leader {
            return None;
        }
        if self.timeline.reigns[at].led_before > reign.term {
            return Some(reign.from.at);
        }
        let later = &self.chronicle.reigns()[at + 1..self.timeline.reigns.len()];
        let meanwhile = later.iter().take_while(|other| until.is_none_or(|until| other.from.at < until));
        let mut higher = meanwhile.filter(|other| other.standing == Standing::Leader && other.term > reign.term);
        higher.next().map(|other| other.from.at)
    }

    fn knows_node(&self, node: NodeId) -> bool {
        self.is_seen(node.into())
    }

    fn outages(&self) -> impl Iterator<Item = (&Outage, Option<SimTime>)> {
        let known = self.timeline.known;
        let touching = self.timeline.outages.touching(self.from, self.until).map(|at| &self.chronicle.outages()[at]);
        touching.map(move |outage| (outage, outage.until.filter(|until| until.record.0 < known).map(|until| until.at)))
    }

    pub(super) fn faults(&self) -> Vec<LaneFault> {
        let shape = |(outage, until): (&Outage, Option<SimTime>)| {
            let (node, is_paused) = match outage.what {
                Broken::Down(node) => (node, false),
                Broken::Paused(node) => (node, true),
                Broken::Link { .. } | Broken::Partition(_) => return None,
            };
            let lane = self.lanes.of(node.into()).filter(|_| self.knows_node(node))?;
            let (from, until) = self.stretch(outage.from.at, until);
            Some(LaneFault { lane, from, until, is_paused })
        };
        self.outages().filter_map(shape).collect()
    }

    /// Where some link is cut, each place once. Nobody inside the system can see that.
    pub(super) fn shades(&self) -> Vec<(f64, f64)> {
        if self.window.seen_by != crate::view::stage::SeenBy::Observer {
            return Vec::new();
        }
        let mut shades: Vec<(f64, f64)> = Vec::new();
        for (outage, until) in self.outages() {
            match outage.what {
                Broken::Link { .. } | Broken::Partition(_) => {}
                Broken::Down(_) | Broken::Paused(_) => continue,
            }
            let (from, until) = self.stretch(outage.from.at, until);
            match shades.last_mut() {
                Some(last) if from <= last.1 => last.1 = last.1.max(until),
                _ => shades.push((from, until)),
            }
        }
        shades
    }

    pub(super) fn operations(&self) -> Vec<OperationShape> {
        let touching = self.timeline.operations.touching(self.from, self.until);
        let mut shapes: Vec<OperationShape> = touching.filter_map(|at| self.operation(at)).collect();
        for at in 0..shapes.len() {
            let (until_here, rest) = shapes.split_at_mut(at + 1);
            let shape = &mut until_here[at];
            let next = rest.iter().find(|next| next.lane == shape.lane);
            shape.text_until = next.map_or(shape.until, |next| next.from.min(shape.until));
        }
        shapes
    }

    fn operation(&self, at: usize) -> Option<OperationShape> {
        let bar = &self.chronicle.operations()[at];
        let client = Endpoint::from(bar.client);
        let lane = self.lanes.of(client).filter(|_| self.is_seen(client))?;
        let ended = self.known_outcome(bar);
        let told = match ended {
            None => Told::Nothing,
            Some((_, Outcome::Ok { .. })) => Told::Ok,
            Some((_, Outcome::Failed(_))) => Told::Failed,
            Some((_, Outcome::Unknown)) => Told::Unknown,
        };
        let (from, until) = self.stretch(bar.invoked_at, ended.map(|(time, _)| time));
        let text = format!("{}, {}", bar.operation, told.word());
        let is_second = self.has_open_before(at, bar.client, bar.invoked_at);
        Some(OperationShape { lane, from, until, op: bar.op, told, is_second, text, text_until: until })
    }

    fn known_outcome<'b>(&self, bar: &'b OperationBar) -> Option<(SimTime, &'b Outcome)> {
        let (stamp, outcome) = bar.ended.as_ref()?;
        (stamp.record.0 < self.timeline.known).then_some((stamp.at, outcome))
    }

    fn has_open_before(&self, at: usize, client: ClientId, time: SimTime) -> bool {
        let open = self.timeline.operations.touching(time, time);
        open.take_while(|&other| other < at).any(|other| {
            let bar = &self.chronicle.operations()[other];
            bar.client == client && self.known_outcome(bar).is_none_or(|(end, _)| end > time)
        })
    }

    pub(super) fn commits(&self) -> Vec<(usize, f64)> {
        let all = self.chronicle.commits();
        let first = all.partition_point(|commit| commit.when.at < self.from);
        let known = |commit: &&crate::view::chronicle::Commit| {
            commit.when.record.0 < self.timeline.known && commit.when.at <= self.until
        };
        let mut places: Vec<(usize, f64)> = Vec::new();
        for commit in all[first..].iter().take_while(known).filter(|commit| self.knows_node(commit.node)) {
            let place = self.lanes.of(commit.node.into()).map(|lane| (lane, self.x(commit.when.at)));
            if place.is_some() && places.last().copied() != place {
                places.extend(place);
            }
        }
        places
    }

    /// Where somebody intervened, and how.
    pub(super) fn interventions(&self) -> Vec<(f64, String)> {
        if self.window.seen_by != crate::view::stage::SeenBy::Observer {
            return Vec::new();
        }
        let beats = &self.chronicle.beats()[self.chronicle.first_beat_at(self.from)..];
        let known = |beat: &&crate::view::chronicle::Beat| {
            beat.when.record.0 < self.timeline.known && beat.when.at <= self.until
        };
        let mut all: Vec<(f64, String)> = Vec::new();
        for beat in beats.iter().take_while(known) {
            let BeatKind::Command(command) = &beat.what else { continue };
            let Some(word) = word(command) else { continue };
            let x = self.x(beat.when.at);
            match all.last_mut() {
                Some((last, words)) if *last == x => {
                    if !words.ends_with(&word) {
                        *words += &format!(", {word}");
                    }
                }
                _ => all.push((x, word)),
            }
        }
        all
    }
}

/// What somebody does, in a word or two. A client's own work is a bar.
fn word(command: &Command) -> Option<String> {
    let word = match command {
        Command::Cut(_) | Command::CutMany(_) => "cut".to_owned(),
        Command::Heal(_) | Command::HealMany(_) | Command::HealAll => "heal".to_owned(),
        Command::Partition { groups } if groups.len() < 2 => "heal".to_owned(),
        Command::Partition { .. } => "partition".to_owned(),
        Command::Isolate(endpoint) => format!("isolate {endpoint}"),
        Command::SetLink { .. } => "change link".to_owned(),
        Command::Flap { .. } => "flapping".to_owned(),
        Command::Crash { node, .. } => format!("crash {node}"),
        Command::Restart(node) => format!("start {node}"),
        Command::Wipe(node) => format!("wipe {node}"),
        Command::Pause(node) => format!("freeze {node}"),
        Command::Resume(node) => format!("thaw {node}"),
        Command::SetService { node, .. } => format!("slow {node}"),
        Command::SetSync { node, .. } | Command::SetLying { node, .. } => format!("disk of {node}"),
        Command::SetDrift { node, .. } | Command::StepWall { node, .. } => format!("clock of {node}"),
        Command::AddNode => "new node".to_owned(),
        Command::Order { .. } => "order".to_owned(),
        // Letter by letter there would be no room for anything else.
        Command::Invoke { .. } | Command::SetWorkload { .. } | Command::Type { .. } => return None,
    };
    Some(word)
}
