//! Clients' sessions (section 8; thesis, 6.3): what was applied for whom, so that a request that comes twice is applied
//! once. Part of the replicated state, and so the same on every server and in every snapshot.

use serde::{Deserialize, Serialize};

use crate::base::{ClientId, SharedMap};
use crate::protocol::{Refusal, Reply, SessionStamp};

/// All sessions.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "Vec<(ClientId, Session)>", from = "Vec<(ClientId, Session)>")]
pub(super) struct Sessions {
    by_client: SharedMap<ClientId, Session>,
}

/// One client's session.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "(u32, Vec<(u32, Reply)>)", from = "(u32, Vec<(u32, Reply)>)")]
struct Session {
    /// The client waits for nothing below this number, and will never ask for it again.
    outstanding_from: u32,
    /// The answers to what it may ask for again.
    answers: SharedMap<u32, Reply>,
}

impl Sessions {
    /// What was answered to this request when it was applied; none if it never was.
    pub(super) fn answer(&self, stamp: SessionStamp) -> Option<Reply> {
        let session = self.by_client.get(&stamp.client)?;
        if stamp.sequence < session.outstanding_from {
            // The client has given it up: nobody reads this answer, and it must not be applied now.
            return Some(Reply::Refused(Refusal::Unavailable));
        }
        session.answers.get(&stamp.sequence).cloned()
    }

    /// Keeps an answer, and forgets those that the client cannot ask for again.
    pub(super) fn record(&mut self, stamp: SessionStamp, reply: Reply) {
        let session = self.by_client.get_or_insert_with(stamp.client, Session::default);
        session.outstanding_from = session.outstanding_from.max(stamp.outstanding_from);
        session.answers.insert(stamp.sequence, reply);
        let oldest_needed = session.outstanding_from;
        while let Some(oldest) = session.answers.first().map(|(oldest, _)| *oldest).filter(|it| *it < oldest_needed) {
            session.answers.remove(&oldest);
        }
    }
}

impl From<Sessions> for Vec<(ClientId, Session)> {
    fn from(sessions: Sessions) -> Self {
        sessions.by_client.iter().map(|(client, session)| (*client, session.clone())).collect()
    }
}

impl From<Vec<(ClientId, Session)>> for Sessions {
    fn from(list: Vec<(ClientId, Session)>) -> Self {
        Self { by_client: list.into_iter().collect() }
    }
}

impl From<Session> for (u32, Vec<(u32, Reply)>) {
    fn from(session: Session) -> Self {
        let answers = session.answers.iter().map(|(sequence, reply)| (*sequence, reply.clone())).collect();
        (session.outstanding_from, answers)
    }
}

impl From<(u32, Vec<(u32, Reply)>)> for Session {
    fn from((outstanding_from, answers): (u32, Vec<(u32, Reply)>)) -> Self {
        Self { outstanding_from, answers: answers.into_iter().collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stamp(sequence: u32, outstanding_from: u32) -> SessionStamp {
        SessionStamp { client: ClientId(0), sequence, outstanding_from }
    }

    #[test]
    fn a_request_is_answered_as_the_first_time_until_its_client_has_the_answer() {
        let mut sessions = Sessions::default();
        assert_eq!(sessions.answer(stamp(1, 1)), None);
        sessions.record(stamp(1, 1), Reply::done());
        sessions.record(stamp(3, 1), Reply::read(None));
        assert_eq!(sessions.answer(stamp(1, 1)), Some(Reply::done()));
        assert_eq!(sessions.answer(stamp(2, 1)), None, "they may come in any order");
        sessions.record(stamp(4, 3), Reply::done());
        assert_eq!(
            sessions.answer(stamp(1, 1)),
            Some(Reply::Refused(Refusal::Unavailable)),
            "given up, never applied now"
        );
        assert_eq!(sessions.answer(stamp(2, 1)), Some(Reply::Refused(Refusal::Unavailable)));
        assert_eq!(sessions.answer(stamp(3, 1)), Some(Reply::read(None)));
        assert_eq!(
            sessions.by_client.get(&ClientId(0)).map(|session| session.answers.len()),
            Some(2),
            "what nobody can ask for is forgotten"
        );
    }

    #[test]
    fn sessions_come_back_from_what_was_written() {
        let mut sessions = Sessions::default();
        sessions.record(stamp(2, 1), Reply::done());
        let bytes = postcard::to_allocvec(&sessions).expect("sessions can be written");
        assert_eq!(postcard::from_bytes::<Sessions>(&bytes).expect("and read"), sessions);
    }
}
