//! The trace: every record in one canonical binary encoding, and the running hash over it.
//!
//! A record is encoded by postcard (integers as little-endian base-128, sequences with their length) as
//! `(time since the last record, events since the last record, distance to the cause or 0, kind)`. The hash is chained:
//! each record's bytes are hashed by XXH64 (Y. Collet) with the hash so far as seed, from 0. The bytes are what is kept
//! as well, in sealed chunks that all copies of a world share.

use serde::Serialize;
use serde::de::DeserializeOwned;
use std::marker::PhantomData;
use std::sync::Arc;
use xxhash_rust::xxh64::xxh64;

use super::command::Command;
use super::packing::Packer;
use super::record::{Kind, Payload, Record};
use crate::base::{Moment, OpId, RecordId, SharedVec, SimTime};
use crate::protocol::Protocol;

/// The name of the hash, for outputs that carry it.
pub const TRACE_HASH_NAME: &str = "xxh64-chain-1";

/// A record of a protocol's run.
pub type TraceRecord<P> = Record<Payload<<P as Protocol>::Message>, <P as Protocol>::Note>;

/// A place in a trace, for a reader who comes again and again and wants only what is new.
#[derive(Clone, Debug, Default)]
pub struct TraceCursor {
    chunk: usize,
    /// How many records and bytes of the chunk were read.
    records: u64,
    bytes: usize,
    /// The moment of the last record read.
    moment: Moment,
}

/// A chunk is sealed once it holds so many records or bytes.
const CHUNK_RECORDS: u64 = 256;
const CHUNK_BYTES: usize = 4096;

/// The records of one run so far.
#[derive(Clone, Debug)]
pub struct Trace<P: Protocol> {
    sealed: SharedVec<Arc<Chunk>>,
    /// The records of the operations' invocations, in the order of the operations.
    invoked: SharedVec<RecordId>,
    /// The record of what somebody asked or typed last.
    last_deed: Option<RecordId>,
    open: Chunk,
    last: Moment,
    len: u64,
    bytes: u64,
    hash: u64,
    protocol: PhantomData<fn() -> P>,
}

/// Some records in a row, with what is needed to decode them.
#[derive(Clone, Debug, Default)]
struct Chunk {
    first: u64,
    records: u64,
    /// The moment of the record before the first.
    before: Moment,
    bytes: Vec<u8>,
}

impl<P: Protocol> Default for Trace<P> {
    fn default() -> Self {
        let (sealed, invoked, open) = (SharedVec::default(), SharedVec::default(), Chunk::default());
        let last = Moment::default();
        Self { sealed, invoked, last_deed: None, open, last, len: 0, bytes: 0, hash: 0, protocol: PhantomData }
    }
}

impl<P: Protocol> Trace<P> {
    /// How many records there are.
    #[must_use]
    pub fn len(&self) -> u64 {
        self.len
    }

    /// Whether nothing has happened yet.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// How many bytes the records take.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The running hash over all records.
    #[must_use]
    pub fn hash(&self) -> u64 {
        self.hash
    }

    /// Adds a record.
    pub(super) fn push<N: Serialize>(
        &mut self,
        moment: Moment,
        cause: Option<RecordId>,
        kind: &Kind<&Payload<P::Message>, &N>,
    ) -> RecordId {
        let id = RecordId(self.len);
        if let Kind::Invoked { op, .. } = kind {
            self.invoked.push(id);
            debug_assert_eq!(op.0 as usize, self.invoked.len(), "operations are numbered from 1 as they are invoked");
        }
        if matches!(kind, Kind::Invoked { .. } | Kind::Command(Command::Type { .. })) {
            self.last_deed = Some(id);
        }
        let start = self.open.bytes.len();
        let head: Head = (moment.time.since(self.last.time).0, moment.events - self.last.events, distance(id, cause));
        encode(&(head, kind), &mut self.open.bytes);
        self.hash = xxh64(&self.open.bytes[start..], self.hash);
        self.bytes += (self.open.bytes.len() - start) as u64;
        self.open.records += 1;
        self.len += 1;
        self.last = moment;
        if self.open.records == CHUNK_RECORDS || self.open.bytes.len() >= CHUNK_BYTES {
            self.seal();
        }
        id
    }

    fn seal(&mut self) {
        // The copy is as long as what it holds; the next records go where these were, in memory that has grown already.
        self.sealed.push(Arc::new(self.open.clone()));
        let mut bytes = std::mem::take(&mut self.open.bytes);
        bytes.clear();
        self.open = Chunk { first: self.len, records: 0, before: self.last, bytes };
    }

    /// One record.
    #[must_use]
    pub fn get(&self, id: RecordId) -> Option<TraceRecord<P>> {
        self.iter_from(id).next()
    }

    /// The record of an operation's invocation, which says whose it is and what it asks.
    #[must_use]
    pub fn invocation(&self, op: OpId) -> Option<TraceRecord<P>> {
        let at = usize::try_from(op.0).ok()?.checked_sub(1)?;
        self.get(*self.invoked.get(at)?)
    }

    /// The record of what somebody asked or typed last: an operation's invocation, or a typing.
    #[must_use]
    pub fn last_deed(&self) -> Option<TraceRecord<P>> {
        self.get(self.last_deed?)
    }

    /// All records in order.
    pub fn iter(&self) -> impl Iterator<Item = TraceRecord<P>> {
        self.iter_from(RecordId(0))
    }

    /// The records from one on, in order.
    pub fn iter_from(&self, first: RecordId) -> impl Iterator<Item = TraceRecord<P>> {
        let skipped = self.chunk_of(first);
        let chunks = self.sealed.iter_from(skipped).map(Arc::as_ref).chain(std::iter::once(&self.open));
        chunks.flat_map(decode_chunk::<P>).skip_while(move |record| record.id < first)
    }

    /// The record at a place, which moves on behind it; none at the end of the trace. Unlike [`Trace::iter_from`], which
    /// begins with the chunk, this decodes nothing twice.
    pub fn read_on(&self, place: &mut TraceCursor) -> Option<TraceRecord<P>> {
        let mut chunk = self.chunk(place.chunk)?;
        if place.records == chunk.records && place.chunk < self.sealed.len() {
            *place = TraceCursor { chunk: place.chunk + 1, records: 0, bytes: 0, moment: place.moment };
            chunk = self.chunk(place.chunk)?;
        }
        if place.records == chunk.records {
            return None;
        }
        let id = RecordId(chunk.first + place.records);
        let (record, rest) = decode_record::<P>(id, place.moment, &chunk.bytes[place.bytes..]);
        place.bytes = chunk.bytes.len() - rest.len();
        place.records += 1;
        place.moment = record.moment;
        Some(record)
    }

    fn chunk(&self, at: usize) -> Option<&Chunk> {
        if at == self.sealed.len() { Some(&self.open) } else { self.sealed.get(at).map(Arc::as_ref) }
    }

    /// The first record that is not before a time.
    #[must_use]
    pub fn first_at(&self, time: SimTime) -> RecordId {
        let mut chunk = 0;
        let (mut low, mut high) = (0, self.sealed.len());
        while low < high {
            let middle = usize::midpoint(low, high);
            if self.sealed.get(middle).is_some_and(|chunk| chunk.before.time < time) {
                chunk = middle;
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        let start = self.sealed.get(chunk).map_or(0, |chunk| chunk.first);
        let later = self.iter_from(RecordId(start)).find(|record| record.moment.time >= time);
        later.map_or(RecordId(self.len), |record| record.id)
    }

    /// Which sealed chunk holds a record; their number if none does.
    fn chunk_of(&self, id: RecordId) -> usize {
        let (mut low, mut high) = (0, self.sealed.len());
        while low < high {
            let middle = usize::midpoint(low, high);
            let is_before = self.sealed.get(middle).is_some_and(|chunk| chunk.first + chunk.records <= id.0);
            if is_before { low = middle + 1 } else { high = middle }
        }
        low
    }
}

fn decode_chunk<P: Protocol>(chunk: &Chunk) -> impl Iterator<Item = TraceRecord<P>> {
    let (mut rest, mut moment) = (chunk.bytes.as_slice(), chunk.before);
    (0..chunk.records).map(move |offset| {
        let (record, after) = decode_record::<P>(RecordId(chunk.first + offset), moment, rest);
        (rest, moment) = (after, record.moment);
        record
    })
}

/// The record at the beginning of some bytes, and the bytes after it; `before` is the moment of the record before.
fn decode_record<P: Protocol>(id: RecordId, before: Moment, bytes: &[u8]) -> (TraceRecord<P>, &[u8]) {
    let (((time, events, back), kind), rest) = decode(bytes).expect("the trace decodes what it encoded itself");
    let moment = Moment { time: SimTime(before.time.0 + time), events: before.events + events };
    (Record { id, cause: cause_at(id, back), moment, kind }, rest)
}

/// What comes before a record's kind: time and events since the last record, and the distance to the cause.
type Head = (u64, u64, u64);

fn decode<K: DeserializeOwned>(bytes: &[u8]) -> postcard::Result<((Head, K), &[u8])> {
    postcard::take_from_bytes(bytes)
}

/// Causes are near: their distance takes fewer bytes than their number. 0 stands for none.
fn distance(id: RecordId, cause: Option<RecordId>) -> u64 {
    cause.map_or(0, |cause| id.0 - cause.0)
}

fn cause_at(id: RecordId, distance: u64) -> Option<RecordId> {
    (distance > 0).then(|| RecordId(id.0 - distance))
}

fn encode<T: Serialize>(value: &T, bytes: &mut Vec<u8>) {
    value.serialize(&mut Packer(bytes)).expect("all that is recorded knows its length");
}
