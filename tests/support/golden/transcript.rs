//! What of a trace is written into a golden script. The describer has the words; this folds heartbeats into one line and
//! leaves out what only repeats: a sending that is followed by its arrival, a wait that is followed by its end.

use netsplit::base::{Endpoint, RecordId};
use netsplit::protocol::raft::{AppendOutcome, HEARTBEAT_TIMER, Raft, RaftMessage};
use netsplit::sim::{AttemptEnd, Command, Kind, Payload, TraceRecord, World};
use netsplit::view::describe::Describer;
use std::collections::{BTreeMap, BTreeSet};

/// How much is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Shown {
    /// What a reader needs to follow the story.
    #[default]
    Story,
    /// Also what goes to disk.
    Disk,
    /// Every record.
    All,
}

/// What has been told already.
#[derive(Debug, Default)]
pub(crate) struct Transcript {
    pub(crate) shown: Shown,
    next: u64,
}

/// Heartbeats that mean nothing but "I am here", what became of each by now, and answers that only say "so am I".
#[derive(Debug, Default)]
struct Pulse {
    sent: BTreeMap<RecordId, (Endpoint, Beat, Fate)>,
    /// Every record that belongs to one.
    folded: BTreeSet<RecordId>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Beat {
    /// An append with no entries.
    Heartbeat,
    /// The same append as the last one to this server, since that has not answered.
    Repeat,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fate {
    Answered,
    Died,
    AnswerDied,
    Open,
}

impl Transcript {
    /// For what comes after so many records: the processes' first start is no news.
    pub(crate) fn after(records: u64) -> Self {
        Self { shown: Shown::default(), next: records }
    }

    /// What has happened since the last time, as lines.
    pub(crate) fn news(&mut self, world: &World<Raft>) -> Vec<String> {
        let trace = world.trace();
        let describer = Describer::new(world.config(), trace);
        let pulse = Pulse::of(world);
        let mut lines = Vec::new();
        let mut folded = Vec::new();
        let mut last_time = None;
        for record in trace.iter_from(RecordId(self.next)) {
            folded.extend(pulse.sent.get(&record.id).copied());
            if !self.is_told(&record, &pulse) {
                continue;
            }
            lines.extend(fold(&mut folded));
            let time = record.moment.time;
            let stamp = if last_time == Some(time) { String::new() } else { milliseconds(time.0) };
            last_time = Some(time);
            lines.push(format!("{stamp:>12}  {}", describer.line(&record)));
        }
        lines.extend(fold(&mut folded));
        self.next = trace.len();
        lines
    }

    fn is_told(&self, record: &TraceRecord<Raft>, pulse: &Pulse) -> bool {
        if self.shown == Shown::All {
            return true;
        }
        match &record.kind {
            Kind::Sent { .. } | Kind::Awaits { .. } | Kind::Settled { .. } => false,
            Kind::AttemptEnded { end: AttemptEnd::Answered, .. } | Kind::Command(Command::Invoke { .. }) => false,
            Kind::TimerFired { timer, .. } => *timer != HEARTBEAT_TIMER,
            Kind::Persisting { .. } | Kind::Persisted { .. } => self.shown == Shown::Disk,
            _ => !pulse.folded.contains(&record.id),
        }
    }
}

impl Pulse {
    /// A heartbeat is folded if no decision came of it, nor of the answer to it.
    fn of(world: &World<Raft>) -> Self {
        let records: Vec<TraceRecord<Raft>> = world.trace().iter().collect();
        let mut pulse = Self::default();
        let mut last = BTreeMap::new();
        let has_effect = |delivered: RecordId| {
            let effects = records.iter().filter(|record| record.cause == Some(delivered));
            effects.filter(|record| matches!(record.kind, Kind::Note { .. } | Kind::Persisting { .. })).count() > 0
        };
        for record in &records {
            let Kind::Sent { from, to, payload: Payload::Node(RaftMessage::Append(append)) } = &record.kind else {
                continue;
            };
            let repeats = last
                .insert((*from, *to), append)
                .is_some_and(|before| (before.previous, &before.entries) == (append.previous, &append.entries));
            if !append.entries.is_empty() && !repeats {
                continue;
            }
            let (fate, path) = follow(&records, record.id);
            let (asked, answers) = path.split_at(path.iter().take_while(|&&id| !is_answer(&records, id)).count());
            if !answers.iter().any(|&id| has_effect(id)) && answers.iter().all(|&id| !is_refusal(&records, id)) {
                pulse.folded.extend(answers);
                if !asked.iter().any(|&id| has_effect(id)) {
                    pulse.folded.extend(asked);
                    let kind = if repeats && !append.entries.is_empty() { Beat::Repeat } else { Beat::Heartbeat };
                    pulse.sent.insert(record.id, (*from, kind, fate));
                }
            }
        }
        pulse.fold_repeated_acknowledgements(&records, has_effect);
        pulse
    }

    /// An acknowledgement of what was acknowledged already.
    fn fold_repeated_acknowledgements(&mut self, records: &[TraceRecord<Raft>], has_effect: impl Fn(RecordId) -> bool) {
        let mut known = BTreeSet::new();
        for record in records {
            let (Kind::Delivered { from, to }, Some(sent)) = (&record.kind, record.cause) else { continue };
            if let Some(AppendOutcome::Matched(index)) = sent_answer(records, sent)
                && !known.insert((*from, *to, index))
                && !has_effect(record.id)
            {
                self.folded.insert(record.id);
            }
        }
    }
}

fn sent_answer(records: &[TraceRecord<Raft>], id: RecordId) -> Option<AppendOutcome> {
    match &records[id.0 as usize].kind {
        Kind::Sent { payload: Payload::Node(RaftMessage::AppendReply { outcome, .. }), .. } => Some(*outcome),
        _ => None,
    }
}

fn is_answer(records: &[TraceRecord<Raft>], id: RecordId) -> bool {
    sent_answer(records, id).is_some()
}

fn is_refusal(records: &[TraceRecord<Raft>], id: RecordId) -> bool {
    sent_answer(records, id).is_some_and(|outcome| !matches!(outcome, AppendOutcome::Matched(_)))
}

/// What became of a heartbeat and of the answers to it, with every record on the way.
fn follow(records: &[TraceRecord<Raft>], heartbeat: RecordId) -> (Fate, Vec<RecordId>) {
    let (mut path, mut fate) = (vec![heartbeat], Fate::Open);
    let mut at = 0;
    while let Some(&id) = path.get(at) {
        at += 1;
        for next in records[id.0 as usize..].iter().filter(|record| record.cause == Some(id)) {
            fate = match &next.kind {
                Kind::Dropped { .. } if id == heartbeat => Fate::Died,
                Kind::Dropped { .. } => Fate::AnswerDied,
                Kind::Delivered { to: Endpoint::Node(_), .. } if id != heartbeat => Fate::Answered,
                Kind::Delivered { .. } | Kind::Held { .. } | Kind::Sent { .. } => fate,
                _ => continue,
            };
            let is_new_request =
                matches!(&next.kind, Kind::Sent { payload: Payload::Node(RaftMessage::Append(_)), .. });
            if !is_new_request {
                path.push(next.id);
            }
        }
    }
    (fate, path)
}

/// "9 heartbeats of n1, all answered": one line for each leader.
fn fold(pulses: &mut Vec<(Endpoint, Beat, Fate)>) -> Vec<String> {
    let mut by_leader: BTreeMap<(Endpoint, Beat), BTreeMap<Fate, u32>> = BTreeMap::new();
    for (leader, beat, fate) in pulses.drain(..) {
        *by_leader.entry((leader, beat)).or_default().entry(fate).or_default() += 1;
    }
    let words = |(fate, number): (&Fate, &u32)| match fate {
        Fate::Answered => format!("{number} answered"),
        Fate::Died => format!("{number} died on the way"),
        Fate::AnswerDied => format!("{number} answered in vain"),
        Fate::Open => format!("{number} not answered so far"),
    };
    let line = |((leader, beat), fates): ((Endpoint, Beat), BTreeMap<Fate, u32>)| {
        let total: u32 = fates.values().sum();
        let what = match beat {
            Beat::Heartbeat => "heartbeat",
            Beat::Repeat => "repeated message",
        };
        let name = if total == 1 { what.to_owned() } else { format!("{what}s") };
        let what = match fates.keys().collect::<Vec<_>>()[..] {
            [Fate::Answered] if total > 1 => "all answered".to_owned(),
            [Fate::Died] if total > 1 => "all died on the way".to_owned(),
            _ => fates.iter().map(words).collect::<Vec<_>>().join(", "),
        };
        format!("{:>12}  ({total} {name} of {leader}: {what})", "")
    };
    by_leader.into_iter().map(line).collect()
}

fn milliseconds(us: u64) -> String {
    format!("{}.{:03} ms", us / 1_000, us % 1_000)
}
