//! The describer's words, each where a reader would stumble if they were wrong.

use super::*;
use crate::base::{Drift, NodeId, RequestId, SimDuration, SimTime};
use crate::protocol::raft::log::LogEnd;
use crate::protocol::raft::{Ballot, Index, Raft, RaftConfig, RaftNote, Term, VoteRefusal};
use crate::protocol::{Refusal, Update, Value};
use crate::sim::{ClientConfig, Command, LinkPatch, Wire, World};

const N1: NodeId = NodeId(1);
const N3: NodeId = NodeId(3);

fn setting() -> WorldConfig {
    WorldConfig { nodes: 3, clients: vec![ClientConfig::default()], ..WorldConfig::default() }
}

fn said(note: RaftNote) -> String {
    note.describe(&Names::new(&setting()))
}

fn told(it: Command) -> String {
    command(&it, &Names::new(&setting()))
}

fn write_x(value: i64) -> Operation {
    Operation { key: "x".into(), update: Update::Write(Value::Int(value)) }
}

/// The lines of a run of three nodes, in which Alice asks n1 for one write at 500 ms.
fn lines(commands: &[Command], until_ms: u64) -> Vec<String> {
    let mut config = setting();
    let write = Command::Invoke { client: ClientId(0), operation: write_x(1), contact: None };
    let start = SimTime::from_millis(500);
    config.schedule = commands.iter().cloned().chain([write]).map(|command| (start, command)).collect();
    let mut world: World<Raft> = World::new(&config, &RaftConfig::default(), 1);
    world.advance(SimTime::from_millis(until_ms));
    let describer = Describer::new(&config, world.trace());
    world.trace().iter().map(|record| describer.line(&record)).collect()
}

#[test]
fn a_refused_vote_says_what_was_compared() {
    let end = |term, index| LogEnd { term: Term(term), index: Index(index) };
    let refused = |theirs, own| {
        said(RaftNote::VoteRefused {
            candidate: N3,
            term: Term(8),
            ballot: Ballot::Real,
            why: VoteRefusal::LogBehind { theirs, own },
        })
    };
    let behind = "refuses n3 its vote in term 8: the candidate's log is behind,";
    assert_eq!(refused(end(6, 9), end(7, 2)), format!("{behind} last term 6 < 7"));
    assert_eq!(refused(end(7, 4), end(7, 5)), format!("{behind} same last term 7, last index 4 < 5"));
}

#[test]
fn interventions_read_as_news() {
    assert_eq!(told(Command::Cut(Wire::both(N1, N3))), "the link n1-n3 is cut");
    assert_eq!(told(Command::Cut(Wire::one_way(N1, ClientId(0)))), "the link n1->Alice, this way only, is cut");
    let wires = vec![Wire::both(N1, N3), Wire::one_way(N1, ClientId(0))];
    assert_eq!(told(Command::CutMany(wires.clone())), "these links are cut: n1-n3 and n1->Alice");
    assert_eq!(told(Command::HealMany(wires)), "these links are mended: n1-n3 and n1->Alice");
    let groups = vec![vec![N1.into(), ClientId(0).into()], vec![N3.into()]];
    assert_eq!(told(Command::Partition { groups }), "the network parts: n1 and Alice | n3");
    assert_eq!(told(Command::SetDrift { node: N1, drift: Drift(-150_000) }), "the clock of n1 runs 15 % slow");
    let patch = LinkPatch { loss_ppm: Some(250_000), reorder: Some(true), ..LinkPatch::default() };
    let changed = told(Command::SetLink { wire: Wire::both(N1, N3), patch });
    assert_eq!(changed, "the link n1-n3 changes: loses 25 %, messages may overtake");
    let stepped = told(Command::StepWall { node: N1, by_us: -1_500 });
    assert_eq!(stepped, "the wall clock of n1 steps back by 1.5 ms");
}

#[test]
fn every_outcome_is_told_to_its_client() {
    let config = setting();
    let names = Names::new(&config);
    let tell = |operation: &Operation, outcome, last| operation::ended(&names, ClientId(0), operation, &outcome, last);
    let write = write_x(1);
    let read = Operation { key: "x".into(), update: Update::Read };
    let ok = |values| Outcome::Ok { values, swapped: true };
    assert_eq!(tell(&write, ok(vec![]), None), "Alice is told ok (write x = 1)");
    assert_eq!(tell(&read, ok(vec![]), None), "Alice reads x = nothing");
    assert_eq!(tell(&read, ok(vec![Value::Int(1), Value::Int(2)]), None), "Alice reads x = 1 or 2");
    let failed = Outcome::Failed(Refusal::Down);
    assert_eq!(tell(&write, failed, None), "Alice is told no, nothing listens there: nothing was done (write x = 1)");
    let unknown = |last| tell(&write, Outcome::Unknown, Some(last));
    assert_eq!(unknown(AttemptEnd::TimedOut), "Alice does not know: no answer within 1 s (write x = 1)");
    assert_eq!(unknown(AttemptEnd::Reset), "Alice does not know: the connection broke (write x = 1)");
    let refused = AttemptEnd::Refused(Refusal::Unavailable);
    assert_eq!(unknown(refused), "Alice does not know: an earlier attempt had no answer (write x = 1)");
}

#[test]
fn a_run_reads_from_the_request_to_the_answer() {
    let lines = lines(&[], 1_000);
    let expected = [
        "Alice is to ask: write x = 1",
        "Alice asks: write x = 1 (op1)",
        "Alice tries n1 (attempt 1 of op1)",
        "Alice sends n1: request to write x = 1",
        "Alice is told ok (write x = 1)",
    ];
    let mut rest = lines.iter();
    for line in expected {
        assert!(rest.any(|found| found == line), "in order, {line:?}: {lines:#?}");
    }
}

#[test]
fn silence_is_explained_by_the_messages_that_died() {
    let lines = lines(&[Command::Isolate(ClientId(0).into())], 2_000);
    let why = "Alice has waited in vain for n1; 1 message between them died lately (the link was cut)";
    assert!(lines.iter().any(|line| line == why), "{lines:#?}");
    assert!(lines.iter().any(|line| line == "Alice does not know: no answer within 1 s (write x = 1)"));
}

#[test]
fn an_attempt_names_its_operation() {
    let request = RequestId { client: ClientId(0), op: OpId(7), attempt: 2 };
    let note = RaftNote::Appended { index: Index(4), term: Term(2), request: Some(request) };
    assert_eq!(said(note), "appends entry 4 in term 2, for Alice (op7)");
    let end = AttemptEnd::Refused(Refusal::NotLeader { hint: Some(N3) });
    assert_eq!(attempt_end(end, SimDuration::ZERO), "refused, not the leader, try n3");
}
