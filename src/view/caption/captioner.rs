//! Which caption is seen, and how long: at least 1.5 s unless a weightier one comes, and what matters is never lost: it
//! waits for its turn. Knows screen time and nothing of words.

use super::{Caption, Rank, candidates};
use crate::check::InvariantBroken;
use crate::view::chronicle::Chronicle;
use crate::view::describe::Names;
use crate::view::pace::{Pace, ScreenTime};

/// A caption stays so long, unless it is outranked.
const STAYS: u64 = 1_500_000;
/// A caption of little weight that could not be shown for so long is old news.
const STALE: u64 = 2_000_000;
/// News of a majority that could not be shown for so long is old as well; what weighs more never is.
const LATE: u64 = 5_000_000;
/// What was outranked earlier than this was not read, and is shown again.
const GLANCE: u64 = 1_000_000;

/// Decides which caption is seen.
#[derive(Clone, Debug, Default)]
pub struct Captioner {
    shown: Option<Line>,
    /// What matters and waits, in the order of coming.
    waiting: Vec<Line>,
    /// The one of little weight that waits.
    small: Option<Line>,
}

/// A caption and since when it is seen, or waits.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Since when.
    pub since: ScreenTime,
    /// The caption.
    pub caption: Caption,
}

impl Captioner {
    /// Brings a caption whose moment has come. Says whether another is seen now.
    pub fn offer(&mut self, caption: Caption, now: ScreenTime) -> bool {
        let changed = self.tick(now);
        if self.is_known(&caption) {
            return changed;
        }
        let line = Line { since: now, caption };
        match &self.shown {
            Some(shown) if !shown.is_over(now) && line.caption.rank <= shown.caption.rank => {
                self.wait(line);
                changed
            }
            Some(_) | None => {
                self.show(line, now);
                true
            }
        }
    }

    /// Lets time pass. Says whether another caption is seen now.
    pub fn tick(&mut self, now: ScreenTime) -> bool {
        let mut changed = false;
        while let Some(due) = self.shown.as_ref().map_or(Some(now), Line::over_at).filter(|due| *due <= now) {
            let Some(next) = self.next(due) else { break };
            self.show(next, due);
            changed = true;
        }
        changed
    }

    /// What is seen.
    #[must_use]
    pub fn shown(&self) -> Option<&Caption> {
        self.shown.as_ref().map(|line| &line.caption)
    }

    /// Something that is seen or waits already need not be said again.
    fn is_known(&self, caption: &Caption) -> bool {
        let lines = self.shown.iter().chain(&self.waiting).chain(&self.small);
        lines.map(|line| &line.caption).any(|known| known.text == caption.text)
    }

    fn show(&mut self, line: Line, now: ScreenTime) {
        let before = self.shown.replace(Line { since: now, ..line });
        if let Some(before) = before.filter(|before| now.0 < before.since.0 + GLANCE) {
            self.wait(Line { since: now, ..before });
        }
    }

    fn wait(&mut self, line: Line) {
        if line.caption.rank >= Rank::Quorum {
            self.waiting.push(line);
        } else if self.small.as_ref().is_none_or(|small| small.caption.rank <= line.caption.rank) {
            self.small = Some(line);
        }
    }

    /// The weightiest that waits, the oldest of them.
    fn next(&mut self, now: ScreenTime) -> Option<Line> {
        self.waiting.retain(|line| line.caption.rank >= Rank::Leader || now.0 <= line.since.0 + LATE);
        let best = self.waiting.iter().enumerate().max_by_key(|(at, line)| (line.caption.rank, usize::MAX - at));
        if let Some(at) = best.map(|(at, _)| at) {
            return Some(self.waiting.remove(at));
        }
        self.small.take().filter(|line| now.0 <= line.since.0 + STALE)
    }
}

impl Line {
    fn over_at(&self) -> Option<ScreenTime> {
        Some(ScreenTime(self.since.0 + STAYS))
    }

    fn is_over(&self, now: ScreenTime) -> bool {
        now.0 >= self.since.0 + STAYS
    }
}

/// The captions of a whole run at a pace, as a person would see them one after the other; what was recorded before
/// `tells_from` is old news.
#[must_use]
pub fn script(
    chronicle: &Chronicle,
    names: &Names<'_>,
    broken: &[InvariantBroken],
    pace: &Pace,
    tells_from: u64,
) -> Vec<Line> {
    let mut captioner = Captioner::default();
    let mut lines: Vec<Line> = Vec::new();
    let (end, through) = pace.planned_through();
    let is_new = |it: &Caption| it.record.is_none_or(|record| record.0 >= tells_from);
    let is_due = |it: &Caption| it.at >= pace.from() && it.at <= through && is_new(it);
    let due = candidates(chronicle, names, broken).into_iter().filter(is_due);
    for caption in due {
        let now = pace.screen_at(caption.at);
        // What waited has its turn before what comes now, one at a time.
        while let Some(next) = captioner.shown.as_ref().and_then(Line::over_at).filter(|next| *next < now) {
            if !captioner.tick(next) {
                break;
            }
            lines.extend(captioner.shown.clone());
        }
        if captioner.offer(caption, now) {
            lines.extend(captioner.shown.clone());
        }
    }
    let end = ScreenTime(end.0.saturating_add(60_000_000));
    while let Some(next) = captioner.shown.as_ref().and_then(Line::over_at).filter(|next| *next < end) {
        if !captioner.tick(next) {
            break;
        }
        lines.extend(captioner.shown.clone());
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::SimTime;

    fn caption(rank: Rank, text: &str) -> Caption {
        Caption { rank, at: SimTime::ZERO, record: None, text: text.to_owned() }
    }

    fn seen(captioner: &Captioner) -> &str {
        captioner.shown().map_or("", |caption| &caption.text)
    }

    #[test]
    fn a_caption_stays_unless_it_is_outranked_and_what_matters_waits() {
        let mut captioner = Captioner::default();
        captioner.offer(caption(Rank::Commit, "commit"), ScreenTime(0));
        captioner.offer(caption(Rank::Rest, "rest"), ScreenTime(100_000));
        assert_eq!(seen(&captioner), "commit", "less weight waits");
        captioner.offer(caption(Rank::Outcome, "unknown"), ScreenTime(1_100_000));
        assert_eq!(seen(&captioner), "unknown", "more weight comes at once");
        captioner.offer(caption(Rank::Leader, "leads"), ScreenTime(1_200_000));
        captioner.offer(caption(Rank::Leader, "steps down"), ScreenTime(1_300_000));
        captioner.tick(ScreenTime(2_599_999));
        assert_eq!(seen(&captioner), "unknown");
        captioner.tick(ScreenTime(2_600_000));
        assert_eq!(seen(&captioner), "leads");
        captioner.tick(ScreenTime(4_100_000));
        assert_eq!(seen(&captioner), "steps down");
        captioner.tick(ScreenTime(60_000_000));
        assert_eq!(seen(&captioner), "steps down", "old news of little weight is not shown any more");
    }

    #[test]
    fn what_was_outranked_before_it_could_be_read_is_shown_again() {
        let mut captioner = Captioner::default();
        captioner.offer(caption(Rank::Leader, "leads"), ScreenTime(0));
        captioner.offer(caption(Rank::Invariant, "broken"), ScreenTime(200_000));
        assert_eq!(seen(&captioner), "broken");
        captioner.tick(ScreenTime(1_700_000));
        assert_eq!(seen(&captioner), "leads");
    }
}
