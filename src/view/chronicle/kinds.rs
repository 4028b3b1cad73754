//! Kinds of messages, and the shape and the word that stand for each in pictures and legends. Knows no message itself.

/// What a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MessageKind {
    /// Entries for a follower.
    Append,
    /// The answer to entries or to a snapshot.
    AppendAck,
    /// A sign of life.
    Heartbeat,
    /// The answer to it.
    HeartbeatAck,
    /// A candidate asks for a vote.
    VoteRequest,
    /// The answer to it.
    Vote,
    /// A server asks whether it would get a vote.
    PreVoteRequest,
    /// The answer to it.
    PreVote,
    /// What dropped entries have come to.
    Snapshot,
    /// The leader asks its successor to stand.
    TimeoutNow,
    /// A follower asks up to where it must have applied to read.
    ReadIndex,
    /// The answer to it.
    ReadIndexReply,
    /// A version for a replica: a write, a hint, or what it lacks.
    Version,
    /// The answer to it.
    VersionAck,
    /// A replica is asked what it holds.
    Ask,
    /// The answer to it.
    Held,
    /// Replicas compare their trees.
    Compare,
    /// The answer to it.
    Compared,
    /// A node tells another whom it has heard of.
    Gossip,
    /// A client asks.
    Request,
    /// A client is answered.
    Reply,
    /// A client's connection breaks.
    Reset,
}

/// How a message is drawn. What asks is filled, what answers is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Shape {
    /// Its outline.
    pub outline: Outline,
    /// Whether it is filled.
    pub is_filled: bool,
}

/// An outline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outline {
    /// Replication.
    Triangle,
    /// Elections.
    Diamond,
    /// Clients, and what servers ask each other on their behalf.
    Circle,
}

impl MessageKind {
    /// All of them, in the order of a legend.
    pub const ALL: [Self; 22] = [
        Self::Request,
        Self::Reply,
        Self::Reset,
        Self::Append,
        Self::AppendAck,
        Self::Heartbeat,
        Self::HeartbeatAck,
        Self::Snapshot,
        Self::PreVoteRequest,
        Self::PreVote,
        Self::VoteRequest,
        Self::Vote,
        Self::TimeoutNow,
        Self::ReadIndex,
        Self::ReadIndexReply,
        Self::Version,
        Self::VersionAck,
        Self::Ask,
        Self::Held,
        Self::Compare,
        Self::Compared,
        Self::Gossip,
    ];

    /// How it is drawn.
    #[must_use]
    pub fn shape(self) -> Shape {
        let outline = match self {
            Self::Append
            | Self::AppendAck
            | Self::Heartbeat
            | Self::HeartbeatAck
            | Self::Snapshot
            | Self::Version
            | Self::VersionAck
            | Self::Gossip => Outline::Triangle,
            Self::VoteRequest
            | Self::Vote
            | Self::PreVoteRequest
            | Self::PreVote
            | Self::TimeoutNow
            | Self::Compare
            | Self::Compared => Outline::Diamond,
            Self::ReadIndex
            | Self::ReadIndexReply
            | Self::Ask
            | Self::Held
            | Self::Request
            | Self::Reply
            | Self::Reset => Outline::Circle,
        };
        Shape { outline, is_filled: !self.is_answer() }
    }

    /// Whether it answers another message.
    #[must_use]
    pub fn is_answer(self) -> bool {
        match self {
            Self::AppendAck
            | Self::HeartbeatAck
            | Self::Vote
            | Self::PreVote
            | Self::ReadIndexReply
            | Self::VersionAck
            | Self::Held
            | Self::Compared
            | Self::Reply
            | Self::Reset => true,
            Self::Append
            | Self::Heartbeat
            | Self::VoteRequest
            | Self::PreVoteRequest
            | Self::Snapshot
            | Self::TimeoutNow
            | Self::ReadIndex
            | Self::Version
            | Self::Ask
            | Self::Compare
            | Self::Gossip
            | Self::Request => false,
        }
    }

    /// The word for it in a legend.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Append => "append",
            Self::AppendAck => "ack",
            Self::Heartbeat => "heartbeat",
            Self::HeartbeatAck => "heartbeat ack",
            Self::VoteRequest => "vote request",
            Self::Vote => "vote",
            Self::PreVoteRequest => "pre-vote request",
            Self::PreVote => "pre-vote",
            Self::Snapshot => "snapshot",
            Self::TimeoutNow => "stand now",
            Self::ReadIndex => "read index",
            Self::ReadIndexReply => "read index answer",
            Self::Version => "version",
            Self::VersionAck => "version ack",
            Self::Ask => "question",
            Self::Held => "what it holds",
            Self::Compare => "hashes",
            Self::Compared => "what differs",
            Self::Gossip => "gossip",
            Self::Request => "request",
            Self::Reply => "reply",
            Self::Reset => "broken connection",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn each_kind_has_a_word_of_its_own_and_every_answer_a_question_of_its_shape() {
        let words: BTreeSet<_> = MessageKind::ALL.iter().map(|kind| kind.word()).collect();
        assert_eq!(words.len(), MessageKind::ALL.len());
        for kind in MessageKind::ALL {
            let shape = kind.shape();
            let other = Shape { is_filled: !shape.is_filled, ..shape };
            assert!(MessageKind::ALL.iter().any(|other_kind| other_kind.shape() == other), "{kind:?}");
        }
    }
}
