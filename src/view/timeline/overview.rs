//! The strip under the diagram: the whole branch on a straight scale, as far as it was ever run. Owns which marks merge;
//! knows nothing of colours.

use super::Timeline;
use crate::base::SimTime;
use crate::sim::Outcome;
use crate::view::chronicle::{Beat, BeatKind, Chronicle};

/// A mark or a shade, from where to where in pixels.
pub type Stretch = (f64, f64);

/// The strip.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Overview {
    /// Faults.
    pub faults: Vec<Stretch>,
    /// Elections that were won.
    pub elections: Vec<Stretch>,
    /// Commits.
    pub commits: Vec<Stretch>,
    /// Operations and attempts that were refused, or ended unknown.
    pub refusals: Vec<Stretch>,
    /// How far the run has come.
    pub end: f64,
}

/// Marks that are nearer than this become one.
const MERGE: f64 = 2.0;

/// The scale grows by so much at a time, so that marks do not crawl while the run goes on.
const GROWTH: f64 = 1.25;

/// No scale is shorter, in microseconds.
const SHORTEST: f64 = 1_000_000.0;

impl Timeline {
    /// How many microseconds the strip covers: a little more than was run.
    #[must_use]
    pub fn extent(&self) -> SimTime {
        let mut extent = SHORTEST;
        while extent < self.through.0 as f64 {
            extent *= GROWTH;
        }
        SimTime(extent as u64)
    }

    /// The strip at a width.
    #[must_use]
    pub fn overview(&self, chronicle: &Chronicle, width: f64) -> Overview {
        let scale = width / self.extent().0.max(1) as f64;
        let x = |time: SimTime| time.min(self.through).0 as f64 * scale;
        let mut strip = Overview { end: x(self.through), ..Overview::default() };
        for outage in chronicle.outages().iter().take(self.outages.len()) {
            let until = outage.until.filter(|until| until.record.0 < self.known).map_or(self.through, |until| until.at);
            add(&mut strip.faults, (x(outage.from.at), x(until)), 0.0);
        }
        let commits = chronicle.commits();
        let known = commits.partition_point(|commit| commit.when.record.0 < self.known);
        let mut at = 0;
        while let Some(commit) = commits[..known].get(at) {
            let here = x(commit.when.at);
            add(&mut strip.commits, (here, here), MERGE);
            // What falls on the same pixel is passed over.
            let next = SimTime(commit.when.at.0 + (1.0 / scale) as u64);
            at += commits[at..known].partition_point(|commit| commit.when.at <= next).max(1);
        }
        for beat in &chronicle.beats()[..self.read.beats.min(chronicle.beats().len())] {
            let here = (x(beat.when.at), x(beat.when.at));
            match mark(beat) {
                Some(Mark::Election) => add(&mut strip.elections, here, MERGE),
                Some(Mark::Refusal) => add(&mut strip.refusals, here, MERGE),
                None => {}
            }
        }
        strip
    }
}

enum Mark {
    Election,
    Refusal,
}

fn mark(beat: &Beat) -> Option<Mark> {
    match &beat.what {
        BeatKind::Leads { .. } => Some(Mark::Election),
        BeatKind::Refused { .. } | BeatKind::OrderRefused { .. } => Some(Mark::Refusal),
        BeatKind::Ended { outcome: Outcome::Failed(_) | Outcome::Unknown, .. } => Some(Mark::Refusal),
        BeatKind::Ended { outcome: Outcome::Ok { .. }, .. }
        | BeatKind::Command(_)
        | BeatKind::Flapped { .. }
        | BeatKind::TimedOut { .. }
        | BeatKind::Stands { .. }
        | BeatKind::StepsDown { .. }
        | BeatKind::CaughtUp { .. }
        | BeatKind::ShortOfVotes { .. }
        | BeatKind::ShortOfAcks { .. }
        | BeatKind::Committed { .. }
        | BeatKind::Unanswered { .. }
        | BeatKind::QuorumLost { .. }
        | BeatKind::QuorumRegained { .. }
        | BeatKind::Lost(_)
        | BeatKind::Replica(_)
        | BeatKind::Halted(_) => None,
    }
}

fn add(all: &mut Vec<Stretch>, new: Stretch, apart: f64) {
    match all.last_mut() {
        Some(last) if new.0 <= last.1 + apart => last.1 = last.1.max(new.1),
        _ => all.push(new),
    }
}
