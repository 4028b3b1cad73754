//! Messages as they are sent, doubled, delivered, held and dropped. A routine message stays in the background unless it
//! brings news; an answer is of the rank of what it answers.

use std::sync::Arc;

use super::book::Book;
use super::kinds::MessageKind;
use super::logs::LogModel;
use super::reader::{Handling, Reader};
use super::said::{About, Chronicled, Said, WaitFor};
use super::spans::{Cell, Crossing, CrossingEnd, Ending, Stamp};
use crate::base::{Endpoint, NodeId, RecordId};
use crate::sim::{DropReason, Payload};

impl Reader {
    pub(super) fn sent<P: Chronicled>(
        &mut self,
        (from, to): (Endpoint, Endpoint),
        payload: &Payload<P::Message>,
        cause: Option<RecordId>,
        when: Stamp,
        book: &mut Book,
    ) {
        let (kind, is_foreground) = match payload {
            Payload::Node(message) => {
                let own = payload.request().and_then(|request| book.operation(request.op));
                let own = own.map(|bar| bar.operation.key.clone());
                let stamps = P::stamps(message).into_iter();
                let brings = stamps.filter_map(|(key, stamp)| Some((key.or_else(|| own.clone())?, stamp)));
                self.replicas.sent(when.record, brings.collect());
                self.said((from, to), P::said(message), when, book)
            }
            Payload::Request(_) => (MessageKind::Request, true),
            Payload::Reply { .. } => (MessageKind::Reply, true),
            Payload::Reset { .. } => (MessageKind::Reset, true),
        };
        book.crossings.push(Crossing {
            message: when.record,
            from,
            to,
            kind,
            is_sent_as_foreground: is_foreground,
            news: None,
            sent_at: when.at,
            end: None,
            released: None,
            bytes: size(payload),
            request: payload.request(),
            cause,
        });
    }

    /// What a message between nodes is, and whether it is foreground.
    fn said(
        &mut self,
        (from, to): (Endpoint, Endpoint),
        said: Said,
        when: Stamp,
        book: &mut Book,
    ) -> (MessageKind, bool) {
        let (Some(from), Some(to)) = (from.node(), to.node()) else { return (said.kind, true) };
        if let Some(term) = said.term {
            self.shows_term(from, term, when, book);
        }
        // What a timer sends is routine until it turns out otherwise: signs of life, and entries sent again.
        let is_wanted = !self.handling.is_timer;
        match said.about {
            About::Entries(cells) => {
                if let (Some(first), Some(last)) = (cells.first(), cells.last()) {
                    let asked = self.waits.acks_through(from, first.index, last.index);
                    self.waits.asked(from, asked, to);
                    let shared = cells.iter().map(|cell| self.shared(from, cell)).collect();
                    self.cargo.insert(when.record, shared);
                }
                (said.kind, is_wanted)
            }
            About::Answer(matched) => {
                let Some(question) = self.owed_to(from, to) else { return (said.kind, true) };
                let asked = &book.crossings[question];
                let is_routine = asked.kind == MessageKind::Heartbeat && matched.is_some();
                self.answers_push(when.record, matched);
                (if is_routine { MessageKind::HeartbeatAck } else { said.kind }, asked.is_foreground())
            }
            About::Vote(wait, is_given) => {
                self.votes_push(when.record, wait, is_given);
                (said.kind, true)
            }
            About::Ask(wait) => {
                self.waits.asked(from, [wait], to);
                (said.kind, true)
            }
            About::Snapshot | About::Other => (said.kind, true),
            About::Routine => (said.kind, false),
        }
    }

    /// The oldest message of a node that another has handled and not answered: answers come in the order of the questions.
    fn owed_to(&mut self, node: NodeId, asker: NodeId) -> Option<usize> {
        let owed = &mut self.node(node).owed;
        let at = owed.iter().position(|(from, _)| *from == asker.into())?;
        owed.remove(at).map(|(_, crossing)| crossing)
    }

    /// The leader's own copy of an entry, if the model of its log holds it.
    fn shared(&mut self, leader: NodeId, cell: &Cell) -> Arc<Cell> {
        let own = self.node(leader).log.get(cell.index).filter(|own| ***own == *cell);
        own.map_or_else(|| Arc::new(cell.clone()), Arc::clone)
    }

    pub(super) fn duplicated(&mut self, original: Option<RecordId>, when: Stamp, book: &mut Book) {
        let Some(at) = original.and_then(|message| book.crossing_at(message)) else { return };
        let first = &book.crossings[at];
        self.replicas.duplicated(first.message, when.record);
        if let Some(cargo) = self.cargo.get(&first.message).cloned() {
            self.cargo.insert(when.record, cargo);
        }
        if let Some(answer) = self.answers.get(&first.message).copied() {
            self.answers.insert(when.record, answer);
        }
        let copy = Crossing { message: when.record, cause: original, end: None, news: None, ..first.clone() };
        book.crossings.push(copy);
    }

    pub(super) fn held(&mut self, message: Option<RecordId>, when: Stamp, book: &mut Book) {
        let Some(at) = message.and_then(|message| book.crossing_at(message)) else { return };
        book.crossings[at].end = Some(end(when, Ending::Held));
    }

    pub(super) fn delivered(&mut self, message: Option<RecordId>, when: Stamp, book: &mut Book) {
        let at = message.and_then(|message| book.crossing_at(message));
        self.handling = Handling { crossing: at, is_timer: false };
        let Some(at) = at else { return };
        book.crossings[at].over(end(when, Ending::Delivered));
        let (from, to, kind) = (book.crossings[at].from, book.crossings[at].to, book.crossings[at].kind);
        let Some(receiver) = to.node() else { return };
        self.replicas.delivered(book.crossings[at].message, receiver);
        if matches!(kind, MessageKind::Append | MessageKind::Heartbeat | MessageKind::Snapshot) {
            self.node(receiver).owed.push_back((from, at));
        }
        let answer = self.answers.remove(&book.crossings[at].message);
        if let (Some(answer), Some(from)) = (answer, from.node()) {
            let waits = self.concerned(receiver, answer);
            let short = self.waits.answered(receiver, waits, (from, answer.is_good()), when);
            self.tell_short(receiver, short, book);
        }
    }

    pub(super) fn dropped(&mut self, message: Option<RecordId>, why: DropReason, when: Stamp, book: &mut Book) {
        let Some(at) = message.and_then(|message| book.crossing_at(message)) else { return };
        let crossing = &mut book.crossings[at];
        crossing.over(end(when, Ending::Dropped(why)));
        let (message, kind, from, to) = (crossing.message, crossing.kind, crossing.from, crossing.to);
        self.replicas.dropped(message);
        let cargo = self.cargo.remove(&message);
        let answer = self.answers.remove(&message);
        let (Some(from), Some(to)) = (from.node(), to.node()) else { return };
        let (asker, other, waits) = match (kind, cargo, answer) {
            (MessageKind::VoteRequest | MessageKind::PreVoteRequest, _, _) => (from, to, self.waits.votes(from)),
            (_, Some(cargo), _) => {
                let (first, last) =
                    (cargo.first().map_or(1, |cell| cell.index), cargo.last().map_or(0, |cell| cell.index));
                (from, to, self.waits.acks_through(from, first, last))
            }
            (_, None, Some(answer)) if answer.is_good() => (to, from, self.concerned(to, answer)),
            (_, None, Some(_) | None) => return,
        };
        let short = self.waits.answered(asker, waits, (other, false), when);
        self.tell_short(asker, short, book);
    }

    /// The waits that an answer is for. A refused vote does not say which candidacy it refuses.
    fn concerned(&self, asker: NodeId, answer: Answer) -> Vec<WaitFor> {
        match answer {
            Answer::Matched(index) => self.waits.acks_through(asker, 0, index),
            Answer::Voted(wait) => vec![wait],
            Answer::Refused => self.waits.votes(asker),
        }
    }

    fn answers_push(&mut self, message: RecordId, matched: Option<u64>) {
        if let Some(index) = matched {
            self.answers.insert(message, Answer::Matched(index));
        }
    }

    fn votes_push(&mut self, message: RecordId, wait: WaitFor, is_given: bool) {
        self.answers.insert(message, if is_given { Answer::Voted(wait) } else { Answer::Refused });
    }
}

/// An answer on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Answer {
    /// The logs agree up to here.
    Matched(u64),
    /// A vote.
    Voted(WaitFor),
    /// No vote.
    Refused,
}

impl Answer {
    fn is_good(self) -> bool {
        match self {
            Self::Matched(_) | Self::Voted(_) => true,
            Self::Refused => false,
        }
    }
}

impl Crossing {
    /// It was handled or died, perhaps after it was held.
    fn over(&mut self, end: CrossingEnd) {
        if self.end.is_some() {
            self.released = Some(end);
        } else {
            self.end = Some(end);
        }
    }
}

fn end(when: Stamp, how: Ending) -> CrossingEnd {
    CrossingEnd { record: when.record, at: when.at, how }
}

/// How many bytes a message takes in the trace's encoding.
fn size<M: serde::Serialize>(payload: &Payload<M>) -> u32 {
    let counted = postcard::serialize_with_flavor(payload, postcard::ser_flavors::Size::default());
    counted.map_or(0, |bytes| u32::try_from(bytes).unwrap_or(u32::MAX))
}

impl Reader {
    /// What a leader's own disk is known to hold.
    pub(super) fn holds(log: &LogModel, index: u64) -> bool {
        log.reported() >= index
    }
}
