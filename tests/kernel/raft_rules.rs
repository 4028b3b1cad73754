//! Raft's answers to messages that come late, twice or from a term that is over. One server, fed by hand: what random runs
//! meet too seldom.

use netsplit::base::{ClientId, LocalTime, Monotonic, NodeId, NodeSet, OpId, PersistToken, RequestId};
use netsplit::protocol::raft::log::LogEnd;
use netsplit::protocol::raft::{
    Append, AppendOutcome, Ballot, Command, ELECTION_TIMER, Entry, Index, Raft, RaftConfig, RaftDurable, RaftMessage,
    RaftRole, Term,
};
use netsplit::protocol::{
    Context, Effect, Effects, Input, Operation, Protocol, Refusal, Reply, Request, Update, Value,
};

const N1: NodeId = NodeId(1);
const N2: NodeId = NodeId(2);
const N3: NodeId = NodeId(3);

/// n1 of three, with a disk that is done when the test says so.
struct Server {
    raft: Raft,
    written: PersistToken,
    disk: RaftDurable,
}

impl Server {
    fn new() -> Self {
        let raft = Raft::new(N1, NodeSet::first(3), &RaftConfig::default());
        let mut server = Self { raft, written: PersistToken(0), disk: RaftDurable::default() };
        server.feed(Input::Start(RaftDurable::default()));
        server
    }

    fn feed(&mut self, input: Input<Raft>) -> Vec<Effect<Raft>> {
        let mut out = Effects::default();
        self.raft.handle(LocalTime::default(), input, &mut out);
        let effects: Vec<Effect<Raft>> = out.drain().collect();
        for effect in &effects {
            if let Effect::Persist { token, change } = effect {
                self.written = *token;
                Raft::write(&mut self.disk, change.clone());
            }
        }
        effects
    }

    fn hear(&mut self, from: NodeId, body: RaftMessage) -> Vec<Effect<Raft>> {
        self.feed(Input::Message { from, body })
    }

    /// The disk is done with everything.
    fn sync(&mut self) -> Vec<Effect<Raft>> {
        self.feed(Input::Persisted(self.written))
    }

    /// Stands, and wins with the vote of n2.
    fn lead(&mut self) -> Term {
        self.feed(Input::Timer(ELECTION_TIMER));
        self.sync();
        let term = self.raft.term();
        self.hear(N2, RaftMessage::Vote { term, granted: true, ballot: Ballot::Real });
        assert!(self.leads());
        self.sync();
        term
    }

    fn leads(&self) -> bool {
        matches!(self.raft.role(), RaftRole::Leader(_))
    }

    fn acknowledge(&mut self, from: NodeId, term: Term, index: u64) {
        self.hear(from, RaftMessage::AppendReply { term, outcome: AppendOutcome::Matched(Index(index)), round: 0 });
    }

    fn request(&mut self, number: u32) -> Vec<Effect<Raft>> {
        let id = RequestId { client: ClientId(0), op: OpId(number), attempt: 1 };
        let operation = Operation { key: "x".into(), update: Update::Write(Value::Int(i64::from(number))) };
        self.feed(Input::Request(Box::new(Request { id, operation, session: None, context: Context::default() })))
    }
}

fn append(term: u64, previous: (u64, u64), terms: &[u64], commit: u64) -> RaftMessage {
    let entries = terms.iter().map(|&term| Entry { term: Term(term), command: Command::Noop }).collect();
    let previous = LogEnd { term: Term(previous.0), index: Index(previous.1) };
    RaftMessage::Append(Append { term: Term(term), previous, entries, commit: Index(commit), round: 0 })
}

fn replies(effects: &[Effect<Raft>]) -> usize {
    effects.iter().filter(|effect| matches!(effect, Effect::Reply { .. })).count()
}

#[test]
fn an_acknowledgement_of_an_older_term_is_not_counted() {
    let mut server = Server::new();
    let old = server.lead();
    server.hear(N3, append(old.0 + 1, (0, 0), &[], 0));
    assert!(!server.leads());
    let term = server.lead();
    assert!(term > old);
    // Of the entries that n2 acknowledged in the old term, nothing is known by now.
    server.acknowledge(N2, old, 2);
    assert_eq!(server.raft.commit_index(), Index(0));
    server.acknowledge(N2, term, 2);
    assert_eq!(server.raft.commit_index(), Index(2));
}

#[test]
fn a_vote_of_an_older_term_elects_nobody() {
    let mut server = Server::new();
    server.feed(Input::Timer(ELECTION_TIMER));
    server.feed(Input::Timer(ELECTION_TIMER));
    server.sync();
    server.hear(N2, RaftMessage::Vote { term: Term(1), granted: true, ballot: Ballot::Real });
    assert!(!server.leads());
    server.hear(N2, RaftMessage::Vote { term: Term(2), granted: true, ballot: Ballot::Real });
    assert!(server.leads());
}

#[test]
fn one_voter_is_one_vote() {
    let mut raft = Raft::new(N1, NodeSet::first(5), &RaftConfig::default());
    let mut out = Effects::default();
    let granted = RaftMessage::Vote { term: Term(1), granted: true, ballot: Ballot::Real };
    raft.handle(LocalTime::default(), Input::Start(RaftDurable::default()), &mut out);
    raft.handle(LocalTime::default(), Input::Timer(ELECTION_TIMER), &mut out);
    raft.handle(LocalTime::default(), Input::Persisted(PersistToken(1)), &mut out);
    for _ in 0..3 {
        raft.handle(LocalTime::default(), Input::Message { from: N2, body: granted.clone() }, &mut out);
    }
    assert!(!matches!(raft.role(), RaftRole::Leader(_)));
    raft.handle(LocalTime::default(), Input::Message { from: N3, body: granted }, &mut out);
    assert!(matches!(raft.role(), RaftRole::Leader(_)));
}

#[test]
fn a_candidate_s_own_vote_counts_once_its_disk_has_it() {
    let mut server = Server::new();
    server.feed(Input::Timer(ELECTION_TIMER));
    server.hear(N2, RaftMessage::Vote { term: Term(1), granted: true, ballot: Ballot::Real });
    assert!(!server.leads(), "one vote of three");
    server.sync();
    assert!(server.leads());

    let mut server = Server::new();
    server.hear(N3, append(1, (0, 0), &[], 0));
    let earlier = server.written;
    server.feed(Input::Timer(ELECTION_TIMER));
    server.hear(N2, RaftMessage::Vote { term: Term(2), granted: true, ballot: Ballot::Real });
    server.feed(Input::Persisted(earlier));
    assert!(!server.leads(), "that was an earlier write");
    server.sync();
    assert!(server.leads());
}

#[test]
fn nothing_leaves_before_what_it_rests_on_is_durable() {
    let mut server = Server::new();
    let gates = |effects: &[Effect<Raft>]| -> Vec<Option<PersistToken>> {
        let sends = effects
            .iter()
            .filter_map(|effect| if let Effect::Send { after, .. } = effect { Some(*after) } else { None });
        sends.collect()
    };
    let asked = server.feed(Input::Timer(ELECTION_TIMER));
    assert_eq!(gates(&asked), [Some(server.written); 2]);
    let voted =
        server.hear(N2, RaftMessage::RequestVote { term: Term(5), last: LogEnd::default(), ballot: Ballot::Real });
    assert_eq!(gates(&voted), [Some(server.written)]);
    assert_eq!((server.disk.term, server.disk.voted_for), (Term(5), Some(N2)));
    let took = server.hear(N2, append(5, (0, 0), &[5], 0));
    assert_eq!(gates(&took), [Some(server.written)]);
    server.sync();
    let heartbeat = server.hear(N2, append(5, (5, 1), &[], 0));
    assert_eq!(gates(&heartbeat), [None], "all is durable, so nothing need wait");
}

#[test]
fn a_leader_counts_itself_once_its_disk_has_the_entry() {
    let mut server = Server::new();
    let term = server.lead();
    server.request(1);
    server.acknowledge(N2, term, 2);
    assert_eq!(server.raft.commit_index(), Index(1), "n2 alone holds entry 2 on its disk");
    let done = server.sync();
    assert_eq!((server.raft.commit_index(), replies(&done)), (Index(2), 1));
}

#[test]
fn a_late_append_does_not_shorten_the_log() {
    let mut server = Server::new();
    server.hear(N2, append(1, (0, 0), &[1, 1, 1], 0));
    server.hear(N2, append(1, (0, 0), &[1], 0));
    assert_eq!(server.raft.log().last_index(), Index(3));
    server.hear(N2, append(1, (0, 0), &[], 0));
    assert_eq!((server.raft.log().last_index(), server.disk.log.last_index()), (Index(3), Index(3)));
}

#[test]
fn a_conflict_drops_what_follows_it_on_disk_as_well() {
    let mut server = Server::new();
    server.hear(N2, append(1, (0, 0), &[1, 1, 1], 0));
    server.hear(N3, append(2, (1, 1), &[2], 0));
    let terms = |log: &netsplit::protocol::raft::Log| log.iter().map(|(_, entry)| entry.term.0).collect::<Vec<_>>();
    assert_eq!((terms(server.raft.log()), terms(&server.disk.log)), (vec![1, 2], vec![1, 2]));
}

#[test]
fn a_follower_commits_no_further_than_it_is_known_to_agree() {
    let mut server = Server::new();
    server.hear(N2, append(1, (0, 0), &[1, 1, 1], 0));
    // The new leader has committed three entries, but says only that the first is as here.
    server.hear(N3, append(2, (1, 1), &[], 3));
    assert_eq!(server.raft.commit_index(), Index(1));
}

#[test]
fn a_leader_of_an_older_term_is_refused_and_told_why() {
    let mut server = Server::new();
    server.hear(N2, append(7, (0, 0), &[], 0));
    server.sync();
    let effects = server.hear(N3, append(6, (0, 0), &[6], 0));
    let refusal = RaftMessage::AppendReply { term: Term(7), outcome: AppendOutcome::OldTerm, round: 0 };
    assert!(effects.iter().any(|effect| matches!(effect, Effect::Send { to: N3, body, .. } if *body == refusal)));
    assert_eq!(server.raft.log().last_index(), Index(0));
}

#[test]
fn a_server_that_is_no_member_never_stands() {
    let mut raft = Raft::new(NodeId(4), NodeSet::first(3), &RaftConfig::default());
    let mut out = Effects::default();
    raft.handle(LocalTime::default(), Input::Start(RaftDurable::default()), &mut out);
    assert!(out.drain().all(|effect| !matches!(effect, Effect::SetTimer { .. })), "it waits to be spoken to");
}

#[test]
fn a_restart_knows_term_vote_and_log_and_nothing_else() {
    let mut server = Server::new();
    server.hear(N2, append(3, (0, 0), &[3, 3], 2));
    server.hear(
        N3,
        RaftMessage::RequestVote {
            term: Term(4),
            last: LogEnd { term: Term(3), index: Index(2) },
            ballot: Ballot::Real,
        },
    );
    let mut raft = Raft::new(N1, NodeSet::first(3), &RaftConfig::default());
    let mut out = Effects::default();
    raft.handle(LocalTime::default(), Input::Start(server.disk), &mut out);
    assert_eq!((raft.term(), raft.voted_for(), raft.log().last_index()), (Term(4), Some(N3), Index(2)));
    assert_eq!((raft.commit_index(), raft.store().iter().count()), (Index(0), 0));
}

/// Found by the swarm: a learner whose membership was lost with its leader sent clients to that leader for ever.
#[test]
fn a_server_without_a_vote_forgets_a_leader_that_it_hears_no_more() {
    let config = RaftConfig::default();
    let mut learner = Raft::new(NodeId(4), NodeSet::first(3), &config);
    let mut at = |ms: u64, input| {
        let mut out = Effects::default();
        let now = LocalTime { monotonic: Monotonic(ms * 1_000), ..LocalTime::default() };
        learner.handle(now, input, &mut out);
        out.drain().collect::<Vec<Effect<Raft>>>()
    };
    let ask = |number| {
        let id = RequestId { client: ClientId(0), op: OpId(number), attempt: 1 };
        let operation = Operation { key: "x".into(), update: Update::Write(Value::Int(1)) };
        Input::Request(Box::new(Request { id, operation, session: None, context: Context::default() }))
    };
    let hint = |effects: Vec<Effect<Raft>>| match effects.as_slice() {
        [Effect::Reply { reply: Reply::Refused(Refusal::NotLeader { hint }), .. }] => *hint,
        other => panic!("the learner must refuse, and it does {other:?}"),
    };
    at(0, Input::Start(RaftDurable::default()));
    at(1_000, Input::Message { from: N3, body: append(1, (0, 0), &[], 0) });
    assert_eq!(hint(at(1_300, ask(1))), Some(N3));
    assert_eq!(hint(at(1_301, ask(2))), None);
}

#[test]
fn a_vote_in_a_term_that_is_known_already_is_written_too() {
    let mut server = Server::new();
    server.hear(N2, append(3, (0, 0), &[3], 0));
    assert_eq!((server.disk.term, server.disk.voted_for), (Term(3), None));
    let last = LogEnd { term: Term(3), index: Index(1) };
    let effects = server.hear(N3, RaftMessage::RequestVote { term: Term(3), last, ballot: Ballot::Real });
    assert_eq!((server.disk.term, server.disk.voted_for), (Term(3), Some(N3)));
    let is_gated = |effect: &Effect<Raft>| matches!(effect, Effect::Send { to: N3, after: Some(_), .. });
    assert!(effects.iter().any(is_gated), "and the answer waits for it");
}

/// Found by the swarm: the refusal came from a server that had reached this term, and named a round of an older one.
#[test]
fn a_refusal_of_an_older_term_s_message_confirms_no_round() {
    let mut server = Server::new();
    let term = server.lead();
    let round = |server: &Server| match server.raft.role() {
        RaftRole::Leader(leadership) => leadership.followers()[0].1.round,
        other => panic!("n1 leads, and is {other:?}"),
    };
    server.hear(N2, RaftMessage::AppendReply { term, outcome: AppendOutcome::OldTerm, round: 1 });
    assert_eq!(round(&server), 0);
    server.hear(N2, RaftMessage::AppendReply { term, outcome: AppendOutcome::Matched(Index(1)), round: 1 });
    assert_eq!(round(&server), 1);
}
