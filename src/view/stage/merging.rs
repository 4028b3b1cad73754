//! What became of versions that met at a replica a moment ago: what came from whom, what was kept, what was thrown away, and
//! whether a client had been told that it was safe. How long a moment is follows from the trace alone: as long as what came was
//! on its way, several times over; and it ends as soon as the replica holds something else.

use super::StageFrame;
use super::holding::{APART, Holding, element, text};
use crate::base::{NodeId, SimDuration, SimTime};
use crate::data::MergeNote;
use crate::protocol::Update;
use crate::protocol::leaderless::Content;
use crate::view::chronicle::{Merge, OperationBar};
use crate::view::playback::Playback;

/// A merge is shown for so many times the time that its message took. A quiet that long is run through in a second or two.
const FLIGHTS: u64 = 50;
/// And no longer than this.
const LONGEST: SimDuration = SimDuration::from_secs(3);
/// So many merges are looked through for the latest of each node.
const REACH: usize = 200;

/// A merge, as a strip shows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MergeFrame {
    /// What became of what.
    pub lines: Vec<MergeLine>,
}

/// One side of a merge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MergeLine {
    /// Where it comes from.
    pub whence: Whence,
    /// What it is.
    pub text: String,
    /// What became of it.
    pub fate: SideFate,
    /// Whether a client had been told ok for what is undone by this.
    pub breaks: bool,
}

/// Where a side of a merge comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whence {
    /// It was here.
    Here,
    /// A client has just written it here.
    Written,
    /// Another replica has sent it.
    Node(NodeId),
}

/// What becomes of a side of a merge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SideFate {
    /// It is held.
    Held,
    /// It is thrown away.
    Out,
    /// The other knew that it had been removed.
    Removed,
}

/// Adds the merges of a moment ago to a frame: those of the key in view.
pub fn show_merges(frame: &mut StageFrame, playback: &Playback) {
    let (seen, now) = (playback.seen(), playback.session().now().time);
    let merges = playback.chronicle().merges();
    let passed = &merges[..merges.partition_point(|merge| merge.when.record.0 < seen)];
    for node in frame.nodes.iter_mut().filter(|node| !node.is_dim) {
        let Some(holding) = node.holding.as_mut() else { continue };
        let mut own = passed.iter().rev().take(REACH);
        let latest = own.find(|merge| merge.node == node.id && merge.key == holding.key);
        holding.merge = latest.filter(|merge| now <= until(merge)).and_then(|merge| of(merge, holding, playback));
        if let Some(merge) = &holding.merge {
            node.name += &format!(", {}", merge.words());
        }
    }
}

fn until(merge: &Merge) -> SimTime {
    merge.when.at + SimDuration(merge.flight.0.saturating_mul(FLIGHTS)).min(LONGEST)
}

/// The merge, if what it left is still held.
fn of(merge: &Merge, holding: &Holding, playback: &Playback) -> Option<MergeFrame> {
    let mut lines: Vec<MergeLine> = Vec::new();
    for note in merge.notes.iter() {
        add(&mut lines, note, if merge.from == merge.node { Whence::Written } else { Whence::Node(merge.from) });
    }
    let is_so = lines.iter().all(|line| line.is_out() != is_held(holding, &line.text));
    if lines.is_empty() || !is_so {
        return None;
    }
    let undone = merge.undoes.iter().filter_map(|op| playback.chronicle().operation(*op));
    let is_told = |bar: &&OperationBar| bar.ended.as_ref().is_some_and(|(stamp, _)| stamp.record.0 < playback.seen());
    for bar in undone.filter(|bar| bar.is_acknowledged()).filter(is_told) {
        lines.iter_mut().for_each(|line| line.breaks |= is_broken_in(&bar.operation.update, line));
    }
    Some(MergeFrame { lines: together(lines) })
}

/// Whether it is here that a confirmed update is undone: what it removed is there again, or what it wrote is thrown away.
fn is_broken_in(update: &Update, line: &MergeLine) -> bool {
    match update {
        Update::Exclude(removed) => !line.is_out() && line.text.split(APART).any(|part| part == element(removed)),
        Update::Delete => !line.is_out() && line.whence != Whence::Here,
        Update::Read
        | Update::Write(_)
        | Update::CompareAndSet { .. }
        | Update::Append(_)
        | Update::Add(_)
        | Update::Include(_) => line.is_out(),
    }
}

/// Whether a version, an element of one or a node's share is held.
fn is_held(holding: &Holding, text: &str) -> bool {
    holding.versions.iter().any(|version| {
        version.text == text
            || version.text.split(APART).any(|part| part == text)
            || version.past.iter().any(|entry| entry.words == text)
    })
}

fn add(lines: &mut Vec<MergeLine>, note: &MergeNote<Content>, sender: Whence) {
    let mut line = |came: bool, text: String, fate: SideFate| {
        lines.push(MergeLine { whence: if came { sender } else { Whence::Here }, text, fate, breaks: false });
    };
    use SideFate::{Held, Out, Removed};
    match note {
        MergeNote::Took { value } => line(true, text(value), Held),
        MergeNote::Newer { kept, dropped, has_come } => {
            line(*has_come, text(&kept.value), Held);
            line(!*has_come, text(&dropped.value), Out);
        }
        MergeNote::Replaced { old, by } => {
            by.iter().for_each(|by| line(true, text(by), Held));
            line(false, text(old), Out);
        }
        MergeNote::Outdated { old, by } => {
            by.iter().for_each(|by| line(false, text(by), Held));
            line(true, text(old), Out);
        }
        MergeNote::KeptBoth { ours, theirs } => {
            ours.iter().for_each(|own| line(false, text(own), Held));
            theirs.iter().for_each(|it| line(true, text(it), Held));
        }
        // Which of the two came is not told.
        MergeNote::SameStamp { kept, dropped } => {
            line(false, text(&kept.value), Held);
            line(false, text(dropped), Out);
        }
        MergeNote::Increments { by, to, .. } => line(true, format!("{by}:+{to}"), Held),
        MergeNote::Decrements { by, to, .. } => line(true, format!("{by}:−{to}"), Held),
        MergeNote::Added { element: it } => line(true, one(it), Held),
        MergeNote::AddWins { element: it } => line(false, one(it), Held),
        MergeNote::Removed { element: it } => line(true, one(it), Removed),
        MergeNote::StaysRemoved { element: it } => line(true, one(it), Out),
        // Nothing is held otherwise by these, or letter by letter.
        MergeNote::Learnt { .. } | MergeNote::Typed { .. } | MergeNote::Struck { .. } => {}
    }
}

/// An element of a set.
fn one(content: &Content) -> String {
    element(&text(content))
}

/// Lines of one kind as one, and none twice.
fn together(lines: Vec<MergeLine>) -> Vec<MergeLine> {
    let mut out: Vec<MergeLine> = Vec::new();
    for line in lines {
        match out.iter_mut().find(|it| (it.whence, it.fate) == (line.whence, line.fate)) {
            Some(same) => {
                same.breaks |= line.breaks;
                if same.text.split(APART).all(|part| part != line.text) && same.text != line.text {
                    same.text = format!("{}{APART}{}", same.text, line.text);
                }
            }
            None => out.push(line),
        }
    }
    // What is thrown away stands last, where it is seen first.
    crate::base::sort_by_key(&mut out, |line| line.fate);
    out
}

impl MergeLine {
    /// Whether it is not held.
    #[must_use]
    pub fn is_out(&self) -> bool {
        self.fate != SideFate::Held
    }
}

impl MergeFrame {
    /// It in words: "a merge: b came from n3, a thrown away, which had been confirmed".
    #[must_use]
    pub fn words(&self) -> String {
        let of = |line: &MergeLine| {
            let whence = match line.whence {
                Whence::Here => "was here".to_owned(),
                Whence::Written => "was just written".to_owned(),
                Whence::Node(from) => format!("came from {from}"),
            };
            let fate = if line.is_out() { " and is thrown away" } else { "" };
            let broken = if line.breaks { ", although a client was told otherwise" } else { "" };
            match line.fate {
                SideFate::Removed => format!("the removal of {} {whence}{broken}", line.text),
                SideFate::Held | SideFate::Out => format!("{} {whence}{fate}{broken}", line.text),
            }
        };
        let all: Vec<String> = self.lines.iter().map(of).collect();
        format!("a merge: {}", all.join("; "))
    }
}
