//! How the index reads on in a chronicle: each list from where it was left, and the ends of what was open. Owns what counts
//! as known; nothing that lies beyond is taken in.

use super::spans::Spans;
use super::{ReignMark, Timeline};
use crate::base::{RecordId, SimTime};
use crate::view::chronicle::{Chronicle, Crossing, CrossingEnd, Stamp, Standing};

impl Timeline {
    /// After a cut: what was read already.
    pub(super) fn find_places(&mut self, chronicle: &Chronicle, time: SimTime) {
        let crossings = chronicle.crossings().partition_point(|crossing| crossing.sent_at < time);
        self.read.crossings = self.read.crossings.min(crossings);
        self.read.beats = self.read.beats.min(chronicle.first_beat_at(time));
    }

    fn knows(&self, record: RecordId) -> bool {
        record.0 < self.known
    }

    pub(super) fn read_crossings(&mut self, chronicle: &Chronicle) {
        while let Some(crossing) = chronicle.crossings().get(self.read.crossings) {
            if !self.knows(crossing.message) {
                return;
            }
            self.read.crossings += 1;
            if crossing.is_sent_as_foreground {
                self.lines.push(crossing);
                self.columns.add(crossing.sent_at, crossing.message.0, false);
            } else {
                self.quiet.push(crossing);
            }
        }
    }

    fn known_end(&self, crossing: &Crossing) -> Option<CrossingEnd> {
        crossing.end.filter(|end| self.knows(end.record))
    }

    pub(super) fn close_lines(&mut self, chronicle: &Chronicle) {
        let mut open = 0;
        while let Some(&at) = self.lines.open().get(open) {
            let end = chronicle.crossing(self.lines.message(at)).and_then(|crossing| self.known_end(crossing));
            if let Some(end) = end {
                self.lines.close(at, end);
                self.columns.add(end.at, end.record.0, false);
            } else {
                open += 1;
            }
        }
    }

    /// A routine message is over; if it brought news, it was none.
    pub(super) fn close_quiet(&mut self, chronicle: &Chronicle) {
        let mut open = 0;
        while let Some(&at) = self.quiet.open().get(open) {
            let crossing = chronicle.crossing(self.quiet.message(at));
            let known = crossing.and_then(|crossing| Some((crossing, self.known_end(crossing)?)));
            match known {
                // Its end is known, what it brought is not yet.
                Some((crossing, _)) if crossing.news.is_some_and(|news| !self.knows(news.record)) => open += 1,
                Some((crossing, end)) => {
                    self.quiet.close(at, end);
                    if crossing.news.is_some() {
                        self.lines.insert(crossing, end);
                        self.columns.add(crossing.sent_at, crossing.message.0, false);
                        self.columns.add(end.at, end.record.0, false);
                    }
                }
                None => open += 1,
            }
        }
    }

    pub(super) fn read_operations(&mut self, chronicle: &Chronicle) {
        let all = chronicle.operations();
        while let Some(bar) = all.get(self.operations.len()).filter(|bar| self.knows(bar.record)) {
            self.operations.push(bar.invoked_at);
            self.columns.add(bar.invoked_at, bar.record.0, false);
        }
        let known = self.known;
        for stamp in close(&mut self.operations, known, |at| all[at].ended.as_ref().map(|(stamp, _)| *stamp)) {
            self.columns.add(stamp.at, stamp.record.0, true);
        }
    }

    pub(super) fn read_outages(&mut self, chronicle: &Chronicle) {
        let all = chronicle.outages();
        while let Some(outage) = all.get(self.outages.len()).filter(|outage| self.knows(outage.from.record)) {
            self.outages.push(outage.from.at);
            self.columns.add(outage.from.at, outage.from.record.0, false);
        }
        let known = self.known;
        for stamp in close(&mut self.outages, known, |at| all[at].until) {
            self.columns.add(stamp.at, stamp.record.0, false);
        }
    }

    pub(super) fn read_reigns(&mut self, chronicle: &Chronicle) {
        let all = chronicle.reigns();
        while let Some(reign) = all.get(self.reigns.len()).filter(|reign| self.knows(reign.from.record)) {
            let before = self.reigns.len().checked_sub(1).map(|last| (self.reigns[last].led_before, &all[last]));
            let led_before = before.map_or(
                0,
                |(led, last)| {
                    if last.standing == Standing::Leader { led.max(last.term) } else { led }
                },
            );
            self.reigns.push(ReignMark { at: reign.from.at, record: reign.from.record, led_before });
        }
    }

    /// When the next thing will happen, as far as the chronicle has looked ahead. Nothing is shown of it.
    pub(super) fn foreseen(&self, chronicle: &Chronicle) -> Option<SimTime> {
        let beat = chronicle.beats().get(self.read.beats).map(|beat| beat.when.at);
        let before = beat.unwrap_or(SimTime(u64::MAX));
        let ahead = chronicle.crossings()[self.read.crossings..].iter();
        let sent = ahead.take_while(|it| it.sent_at < before).find(|it| it.is_foreground()).map(|it| it.sent_at);
        let open = self.lines.open().iter().filter_map(|&at| chronicle.crossing(self.lines.message(at))?.end);
        open.map(|end| end.at).chain(beat).chain(sent).min()
    }
}

/// Ends what is over; gives the ends.
fn close(spans: &mut Spans, known: u64, until: impl Fn(usize) -> Option<Stamp>) -> Vec<Stamp> {
    let over = |&at: &usize| Some((at, until(at).filter(|stamp| stamp.record.0 < known)?));
    let ends: Vec<(usize, Stamp)> = spans.open().iter().filter_map(over).collect();
    ends.iter().for_each(|(at, stamp)| spans.close(*at, stamp.at));
    ends.into_iter().map(|(_, stamp)| stamp).collect()
}
