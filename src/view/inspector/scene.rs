//! What every sheet is made from: the world at the cursor, what the chronicle tells of the time before, and the describer's
//! words, in which names can be looked at.

use super::{Piece, Reason, Target};
use crate::base::{ClientId, Endpoint, NodeId, OpId, RecordId, SimDuration, SimTime};
use crate::sim::{Kind, World};
use crate::view::chronicle::{Chronicle, Crossing, CrossingEnd, OperationBar};
use crate::view::describe::{Describer, Names, Vocabulary, payload};

/// No chain of reasons is longer.
const REASONS: usize = 7;

pub(super) struct Scene<'a, P: Vocabulary> {
    pub(super) world: &'a World<P>,
    pub(super) chronicle: &'a Chronicle,
    pub(super) describer: Describer<'a, P>,
    pub(super) now: SimTime,
    /// So many records lie before the cursor.
    seen: u64,
}

impl<'a, P: Vocabulary> Scene<'a, P> {
    pub(super) fn new(world: &'a World<P>, chronicle: &'a Chronicle) -> Self {
        let describer = Describer::new(world.config(), world.trace());
        Self { world, chronicle, describer, now: world.now().time, seen: world.trace().len() }
    }

    pub(super) fn names(&self) -> &Names<'a> {
        self.describer.names()
    }

    pub(super) fn has(&self, record: RecordId) -> bool {
        record.0 < self.seen
    }

    pub(super) fn operations(&self) -> &'a [OperationBar] {
        let all = self.chronicle.operations();
        &all[..all.partition_point(|bar| self.has(bar.record))]
    }

    pub(super) fn crossings(&self) -> &'a [Crossing] {
        let all = self.chronicle.crossings();
        &all[..all.partition_point(|crossing| self.has(crossing.message))]
    }

    /// How a message ended, as far as is known.
    pub(super) fn end(&self, crossing: &Crossing) -> Option<CrossingEnd> {
        let known = |end: Option<CrossingEnd>| end.filter(|end| self.has(end.record));
        known(crossing.released).or_else(|| known(crossing.end))
    }

    /// What a message carries.
    pub(super) fn carries(&self, message: RecordId) -> String {
        let Some(record) = self.world.trace().get(message) else { return "a message".to_owned() };
        match (&record.kind, record.cause) {
            (Kind::Sent { payload: it, .. }, _) => payload(it, self.names()),
            (Kind::Duplicated { .. }, Some(original)) => format!("{} (second copy)", self.carries(original)),
            _ => "a message".to_owned(),
        }
    }

    /// What happened, and what led to it, step by step.
    pub(super) fn reasons(&self, record: RecordId) -> Vec<Reason> {
        let mut reasons = Vec::new();
        let mut next = Some(record);
        while let Some(record) = next.filter(|_| reasons.len() < REASONS).and_then(|id| self.world.trace().get(id)) {
            let words = self.pieces(&self.describer.line(&record));
            reasons.push(Reason { at: record.moment.time, words });
            next = record.cause;
        }
        reasons
    }

    pub(super) fn endpoint(&self, endpoint: Endpoint) -> Piece {
        let target = match endpoint {
            Endpoint::Node(node) => Target::Node(node),
            Endpoint::Client(client) => Target::Client(client),
        };
        Piece::Mention(self.names().endpoint(endpoint), target)
    }

    /// Words with the names in them marked.
    pub(super) fn pieces(&self, words: &str) -> Vec<Piece> {
        let mut pieces = Vec::new();
        let mut plain = String::new();
        let mut rest = words;
        while !rest.is_empty() {
            let is_word = |letter: char| letter.is_alphanumeric() || letter == '_';
            let begins = rest.starts_with(is_word);
            let end = rest.find(|letter| is_word(letter) != begins).unwrap_or(rest.len());
            let (word, after) = rest.split_at(end);
            match self.named(word).filter(|_| begins) {
                Some(target) => {
                    if !plain.is_empty() {
                        pieces.push(Piece::Text(std::mem::take(&mut plain)));
                    }
                    pieces.push(Piece::Mention(word.to_owned(), target));
                }
                None => plain.push_str(word),
            }
            rest = after;
        }
        if !plain.is_empty() {
            pieces.push(Piece::Text(plain));
        }
        pieces
    }

    /// What a word names, if it names something that is there.
    fn named(&self, word: &str) -> Option<Target> {
        let number = |prefix: &str| word.strip_prefix(prefix).and_then(|digits| digits.parse::<u32>().ok());
        if let Some(node) = number("n").and_then(|number| u8::try_from(number).ok()).map(NodeId) {
            return self.world.node(node).map(|_| Target::Node(node));
        }
        if let Some(op) = number("op").map(OpId) {
            return self.chronicle.operation(op).filter(|bar| self.has(bar.record)).map(|_| Target::Operation(op));
        }
        let clients = (0..self.world.config().clients.len()).map(|at| ClientId(at as u8));
        clients.into_iter().find(|client| self.names().client(*client) == word).map(Target::Client)
    }
}

/// A length in two or three digits: "0.7 ms", "25 ms", "1.4 s".
pub(super) fn length(length: SimDuration) -> String {
    match length.0 {
        us @ 0..1_000 => format!("{us} µs"),
        us @ 1_000..10_000 => format!("{}.{} ms", us / 1_000, us / 100 % 10),
        us @ 10_000..1_000_000 => format!("{} ms", us / 1_000),
        us => format!("{}.{:02} s", us / 1_000_000, us / 10_000 % 100),
    }
}
