//! What a reader may see of the order of others' writes. A reader learns from values that only one write can have made;
//! it is wrong where every write that can have made a value is known to have been overwritten.

use std::collections::BTreeMap;

use super::Report;
use super::registers::{KeyId, Registers, Sight, Source};

/// Whoever has seen a write has seen those that its session had finished before it.
pub(super) fn monotonic_writes(registers: &Registers<'_>, report: &mut Report) {
    for session in registers.sessions.values() {
        let mut known = KnownWrites::default();
        for sight in &session.sights {
            if let Some(against) = known.contradicted(registers, sight) {
                report.add(sight.op, sight.returned, against);
            }
            for value in &sight.values {
                report.is_ambiguous |= registers.sources(sight, value).nth(1).is_some();
                if let Some(write) = registers.only_writer(sight, value) {
                    known.learn(registers, sight, write);
                }
            }
        }
    }
}

/// What a reader knows by the writes that it has seen.
#[derive(Default)]
struct KnownWrites {
    /// Of each session the write that it began last, with the read that showed it.
    latest: BTreeMap<u64, Shown>,
    /// The same for each key.
    latest_of_key: BTreeMap<(u64, KeyId), Shown>,
}

/// A write that was seen, and the read that showed it.
#[derive(Clone, Copy)]
struct Shown {
    call: usize,
    write: usize,
    read: usize,
}

impl Shown {
    fn against(self) -> Vec<usize> {
        vec![self.write, self.read]
    }
}

fn keep_latest<K: Ord>(map: &mut BTreeMap<K, Shown>, key: K, shown: Shown) {
    let latest = map.entry(key).or_insert(shown);
    if latest.call < shown.call {
        *latest = shown;
    }
}

impl KnownWrites {
    fn learn(&mut self, registers: &Registers<'_>, sight: &Sight, write: usize) {
        let op = registers.op(write);
        let shown = Shown { call: op.invoked, write, read: sight.op };
        keep_latest(&mut self.latest, op.session, shown);
        keep_latest(&mut self.latest_of_key, (op.session, sight.key), shown);
    }

    /// What contradicts a read, if no source of any of its values is free of contradiction.
    fn contradicted(&self, registers: &Registers<'_>, sight: &Sight) -> Option<Vec<usize>> {
        let mut first = None;
        for value in &sight.values {
            for source in registers.sources(sight, value) {
                let against = match source {
                    Source::Initial => self.over_initial(registers, sight.key),
                    Source::Write(write) => self.over(registers, sight.key, write),
                }?;
                first.get_or_insert(against);
            }
        }
        first
    }

    /// A known write on the key, finished by its session before one that was seen: what was there at first is gone.
    fn over_initial(&self, registers: &Registers<'_>, key: KeyId) -> Option<Vec<usize>> {
        self.latest.iter().find_map(|(session, shown)| {
            let (_, earlier) = registers.sessions[session].acknowledged.get(&key)?.latest_before(shown.call)?;
            Some([earlier].into_iter().chain(shown.against()).collect())
        })
    }

    /// A known write of the same session on the key that began after this one was acknowledged.
    fn over(&self, registers: &Registers<'_>, key: KeyId, write: usize) -> Option<Vec<usize>> {
        let op = registers.op(write);
        let returned = op.returned()?;
        if let Some(shown) = self.latest_of_key.get(&(op.session, key)).filter(|shown| shown.call > returned) {
            return Some(shown.against());
        }
        let shown = self.latest.get(&op.session)?;
        let acknowledged = registers.sessions[&op.session].acknowledged.get(&key)?;
        let (call, later) = acknowledged.latest_before(shown.call)?;
        (call > returned).then(|| [later].into_iter().chain(shown.against()).collect())
    }
}

/// Whoever has seen a write has seen what its session had read before it.
pub(super) fn writes_follow_reads(registers: &Registers<'_>, report: &mut Report) {
    let pasts = pasts(registers);
    for session in registers.sessions.values() {
        let mut known = KnownReads::default();
        for sight in &session.sights {
            if let Some(against) = known.contradicted(registers, &pasts, sight) {
                report.add(sight.op, sight.returned, against);
            }
            for value in &sight.values {
                report.is_ambiguous |= registers.sources(sight, value).nth(1).is_some();
                if let Some(write) = registers.only_writer(sight, value) {
                    known.learn(registers, &pasts, sight, write);
                }
            }
        }
    }
}

/// The writes that a session has seen for certain, in the order of its reads.
#[derive(Default)]
struct Past {
    /// The end of the read, the key, the write.
    seen: Vec<(usize, KeyId, usize)>,
    /// The end of the first read that showed a write.
    first: BTreeMap<usize, usize>,
}

fn pasts(registers: &Registers<'_>) -> BTreeMap<u64, Past> {
    let mut pasts: BTreeMap<u64, Past> = BTreeMap::new();
    for (&name, session) in &registers.sessions {
        let past = pasts.entry(name).or_default();
        for sight in &session.sights {
            for write in sight.values.iter().filter_map(|value| registers.only_writer(sight, value)) {
                past.seen.push((sight.returned, sight.key, write));
                past.first.entry(write).or_insert(sight.returned);
            }
        }
    }
    pasts
}

/// What a reader knows by the writes that it has seen, and by what their sessions had seen before them.
#[derive(Default)]
struct KnownReads {
    /// On each key, of each session the known write that it began last.
    latest: BTreeMap<(KeyId, u64), Shown>,
    /// A known write on each key that came before one that was seen.
    before: BTreeMap<KeyId, Shown>,
    /// How much of each session's past is known.
    taken: BTreeMap<u64, usize>,
}

impl KnownReads {
    fn learn(&mut self, registers: &Registers<'_>, pasts: &BTreeMap<u64, Past>, sight: &Sight, write: usize) {
        let op = registers.op(write);
        let shown = Shown { call: op.invoked, write, read: sight.op };
        keep_latest(&mut self.latest, (sight.key, op.session), shown);
        let taken = self.taken.entry(op.session).or_default();
        let Some(past) = pasts.get(&op.session) else { return };
        while let Some(&(_, key, earlier)) = past.seen.get(*taken).filter(|(returned, ..)| *returned < op.invoked) {
            *taken += 1;
            let of = registers.op(earlier);
            let shown = Shown { call: of.invoked, write: earlier, read: sight.op };
            keep_latest(&mut self.latest, (key, of.session), shown);
            self.before.entry(key).or_insert(shown);
        }
    }

    /// What contradicts a read, if no source of any of its values is free of contradiction.
    fn contradicted(
        &self,
        registers: &Registers<'_>,
        pasts: &BTreeMap<u64, Past>,
        sight: &Sight,
    ) -> Option<Vec<usize>> {
        let mut first = None;
        for value in &sight.values {
            for source in registers.sources(sight, value) {
                let shown = match source {
                    Source::Initial => self.before.get(&sight.key).copied(),
                    Source::Write(write) => self.over(pasts, sight.key, write),
                }?;
                first.get_or_insert(shown.against());
            }
        }
        first
    }

    /// A known write on the key whose session had seen this one before.
    fn over(&self, pasts: &BTreeMap<u64, Past>, key: KeyId, write: usize) -> Option<Shown> {
        let of_key = self.latest.range((key, 0)..=(key, u64::MAX));
        of_key.map(|((_, session), shown)| (session, *shown)).find_map(|(session, shown)| {
            let first = *pasts.get(session)?.first.get(&write)?;
            (shown.write != write && first < shown.call).then_some(shown)
        })
    }
}
