//! Operations: attempts, refusals, silence, and the three outcomes.

use crate::support::lab::{ALICE, Lab, N1, N2, N3, always, crash, done, ms, op, read, setting};
use netsplit::base::{SimDuration, SimTime};
use netsplit::protocol::raft::{Raft, RaftConfig};
use netsplit::protocol::{Element, Operation, Refusal, Update, Value};
use netsplit::sim::{
    AttemptEnd, Command, Contact, Jitter, Kind, LinkPatch, Outcome, Payload, Retry, Wire, World, WorldConfig,
};

/// Alice tries up to so many times, 20 ms apart at first, also when she does not know.
fn stubborn(nodes: u8, attempts: u16) -> WorldConfig {
    let mut config = setting(nodes);
    config.clients[0].retry = Retry { attempts, after_unknown: true, jitter: Jitter::None, ..Retry::default() };
    config
}

fn slow_link(ms: u64) -> LinkPatch {
    LinkPatch { delay: Some(always(ms)), ..LinkPatch::default() }
}

#[test]
fn a_node_that_was_down_before_the_request_was_sent_is_a_definite_failure() {
    let mut lab = Lab::new(&setting(1));
    lab.apply(crash(N1)).ask(N1, op("x", 1)).until(ms(50));
    // 1 ms there, 1 ms back.
    assert_eq!(lab.attempt_ends(), [(ms(2), AttemptEnd::Refused(Refusal::Down))]);
    assert_eq!(lab.outcomes(), [Outcome::Failed(Refusal::Down)]);
}

#[test]
fn a_node_that_crashes_while_the_request_flies_leaves_the_client_in_doubt() {
    let mut lab = Lab::new(&setting(1));
    lab.ask(N1, op("x", 1)).apply(crash(N1)).until(ms(50));
    assert_eq!(lab.attempt_ends(), [(ms(2), AttemptEnd::Reset)]);
    assert_eq!(lab.outcomes(), [Outcome::Unknown]);
}

#[test]
fn a_node_that_is_back_in_time_never_was_away() {
    let mut lab = Lab::new(&setting(1));
    lab.apply(crash(N1)).ask(N1, op("burst", 0)).apply(Command::Restart(N1)).until(ms(50));
    assert_eq!(lab.outcomes(), [done()]);
}

#[test]
fn silence_is_no_failure() {
    let mut lab = Lab::new(&setting(1));
    lab.ask(N1, op("silence", 0)).until(ms(500));
    assert_eq!(lab.attempt_ends(), [(ms(100), AttemptEnd::TimedOut)]);
    assert_eq!(lab.outcomes(), [Outcome::Unknown]);
}

#[test]
fn an_answer_after_the_end_changes_nothing() {
    let mut lab = Lab::new(&setting(1));
    lab.ask(N1, op("late", 300_000)).until(ms(299));
    assert_eq!(lab.outcomes(), [Outcome::Unknown]);
    let records = lab.world.trace().len();
    lab.until(ms(1_000));
    assert_eq!(lab.outcomes(), [Outcome::Unknown]);
    let news: Vec<_> = lab.world.trace().iter_from(netsplit::base::RecordId(records)).collect();
    assert!(news.iter().any(|record| matches!(record.kind, Kind::Delivered { to, .. } if to == ALICE.into())));
    assert!(!news.iter().any(|record| matches!(record.kind, Kind::AttemptEnded { .. } | Kind::Ended { .. })));
    assert_eq!((lab.world.counters().unknown, lab.world.counters().ok), (1, 0));
}

#[test]
fn an_answer_to_an_earlier_attempt_ends_the_operation() {
    let mut lab = Lab::new(&stubborn(1, 3));
    lab.ask(N1, op("late", 130_000)).until(ms(1_000));
    // The first attempt is given up at 100 ms, the second made at 120 ms; at 132 ms the first one's answer is there.
    // Being asked twice, the node has set its timer anew: the second attempt's answer replaces the first one's.
    let (time, _, outcome) = lab.ends()[0].clone();
    assert_eq!(outcome, done());
    assert!(time < ms(1_000));
}

#[test]
fn a_late_refusal_makes_an_unknown_attempt_definite() {
    let mut config = stubborn(2, 2);
    config.clients[0].contact = Contact::Sticky;
    let mut lab = Lab::new(&config);
    // n1's refusal takes 130 ms and so comes after Alice has given that attempt up. n2 refuses at once.
    lab.apply(Command::SetLink { wire: Wire::one_way(N1, ALICE), patch: slow_link(130) });
    lab.apply(Command::SetLink { wire: Wire::one_way(N2, ALICE), patch: slow_link(50) });
    lab.ask_anyone(op("no", 0)).until(ms(1_000));
    let ends: Vec<_> = lab.attempt_ends().into_iter().map(|(_, end)| end).collect();
    assert_eq!(ends, [AttemptEnd::TimedOut, AttemptEnd::Refused(Refusal::Unavailable)]);
    assert_eq!(lab.outcomes(), [Outcome::Failed(Refusal::Unavailable)], "both attempts were refused in the end");
}

#[test]
fn one_attempt_in_doubt_leaves_the_operation_in_doubt() {
    let mut lab = Lab::new(&stubborn(2, 2));
    lab.apply(Command::Cut(Wire::one_way(N1, ALICE))).ask_anyone(op("no", 0)).until(ms(1_000));
    let ends: Vec<_> = lab.attempt_ends().into_iter().map(|(_, end)| end).collect();
    assert_eq!(ends, [AttemptEnd::TimedOut, AttemptEnd::Refused(Refusal::Unavailable)]);
    assert_eq!(lab.outcomes(), [Outcome::Unknown]);
}

#[test]
fn a_hint_is_followed_at_once_and_remembered() {
    let mut config = stubborn(3, 8);
    config.clients[0].retry.after_unknown = false;
    let mut lab = Lab::new(&config);
    lab.ask_anyone(op("try", 3)).until(ms(5));
    // n1 and then n3 itself send Alice to n3: no time passes between the refusal and the next attempt.
    assert_eq!(lab.attempts()[..3], [(ms(0), N1), (ms(2), N3), (ms(4), N3)]);
    assert_eq!(lab.world.clients().next().map(|(_, alice)| alice.contact), Some(N3));
}

#[test]
fn without_a_hint_the_next_node_is_tried_after_a_wait() {
    let mut lab = Lab::new(&stubborn(3, 4));
    lab.ask_anyone(op("no", 0)).until(ms(1_000));
    // 20, 40 and 80 ms after each refusal, which takes 2 ms.
    assert_eq!(lab.attempts(), [(ms(0), N1), (ms(22), N2), (ms(64), N3), (ms(146), N1)]);
}

#[test]
fn a_client_bound_to_a_node_stays_there() {
    let mut config = stubborn(3, 3);
    config.clients[0].contact = Contact::Pinned(N2);
    let mut lab = Lab::new(&config);
    lab.ask_anyone(op("try", 3)).until(ms(1_000));
    assert!(lab.attempts().iter().all(|(_, node)| *node == N2), "{:?}", lab.attempts());
}

#[test]
fn an_operation_bound_to_a_node_does_not_move_its_client() {
    let mut lab = Lab::new(&stubborn(3, 2));
    lab.ask(N3, op("no", 0)).until(ms(1_000));
    assert!(lab.attempts().iter().all(|(_, node)| *node == N3), "{:?}", lab.attempts());
    assert_eq!(lab.world.clients().next().map(|(_, alice)| alice.contact), Some(N1), "Alice was with n1 before");
}

#[test]
fn a_client_of_any_node_asks_them_all() {
    let mut config = setting(3);
    config.clients[0].contact = Contact::Any;
    let mut lab = Lab::new(&config);
    for at in 0..60 {
        lab.until(ms(at * 10)).ask_anyone(op("burst", 0));
    }
    for node in [N1, N2, N3] {
        let share = lab.attempts().iter().filter(|(_, to)| *to == node).count();
        // Binomial, 4 sigma: 20 +- 15.
        assert!((5..=35).contains(&share), "{node}: {share} of 60");
    }
}

#[test]
fn waits_are_drawn_within_their_bounds() {
    for (jitter, floor) in [(Jitter::None, 1.0), (Jitter::Equal, 0.5), (Jitter::Full, 0.0)] {
        let mut config = stubborn(1, 7);
        config.clients[0].retry.jitter = jitter;
        config.clients[0].retry.backoff_max = SimDuration::from_millis(300);
        let mut lab = Lab::new(&config);
        lab.ask_anyone(op("no", 0)).until(ms(5_000));
        let tried: Vec<SimTime> = lab.attempts().into_iter().map(|(time, _)| time).collect();
        assert_eq!(tried.len(), 7);
        let longest = [20_u64, 40, 80, 160, 300, 300];
        for (at, longest) in longest.into_iter().enumerate() {
            let wait = tried[at + 1].since(tried[at]).0 - 2_000;
            let least = (longest as f64 * 1_000.0 * floor) as u64;
            assert!((least..=longest * 1_000).contains(&wait), "{jitter:?}: wait {at} is {wait} us");
        }
    }
}

#[test]
fn what_can_never_work_is_not_tried_again() {
    let mut lab = Lab::new(&stubborn(1, 5));
    lab.ask(N1, op("no", 0)).until(ms(2_000));
    assert_eq!(lab.attempts().len(), 5, "too few replicas: that may change");
    let config = WorldConfig { nodes: 1, clients: stubborn(1, 5).clients, ..WorldConfig::default() };
    let mut world: World<Raft> = World::new(&config, &RaftConfig::default(), 1);
    world.advance(ms(400));
    let set = Operation { key: "x".into(), update: Update::Include(Element::Int(1)) };
    world.apply(&Command::Invoke { client: ALICE, operation: set, contact: None }).expect("Alice may ask");
    world.advance(ms(2_000));
    let tried = world.trace().iter().filter(|record| matches!(record.kind, Kind::Attempted { .. })).count();
    assert_eq!((tried, world.counters().failed), (1, 1), "no set in this system: that will not change");
}

#[test]
fn a_session_names_the_operation_and_not_the_attempt() {
    let mut config = stubborn(1, 3);
    config.clients[0].session = true;
    let mut lab = Lab::new(&config);
    lab.ask(N1, op("no", 0)).until(ms(500)).ask(N1, op("x", 1)).until(ms(600));
    let stamps: Vec<_> = lab
        .handled(N1)
        .into_iter()
        .filter_map(|(_, payload)| if let Payload::Request(request) = payload { request.session } else { None })
        .map(|stamp| (stamp.client, stamp.sequence))
        .collect();
    assert_eq!(stamps, [(ALICE, 1), (ALICE, 1), (ALICE, 1), (ALICE, 2)]);
}

#[test]
fn without_a_session_nothing_is_stamped() {
    let mut lab = Lab::new(&setting(1));
    lab.ask(N1, op("x", 1)).until(ms(50));
    let unstamped = |payload: &Payload<_>| matches!(payload, Payload::Request(request) if request.session.is_none());
    assert!(lab.handled(N1).iter().any(|(_, payload)| unstamped(payload)));
}

#[test]
fn a_client_hands_its_context_back() {
    let mut lab = Lab::new(&setting(1));
    for at in 0..3 {
        lab.until(ms(at * 10)).ask(N1, read("context"));
    }
    lab.until(ms(50)).ask(N1, read("x")).until(ms(60));
    let values: Vec<_> = lab
        .outcomes()
        .into_iter()
        .map(|outcome| match outcome {
            Outcome::Ok { values, .. } => values,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(
        values[..3],
        [1, 2, 3].map(|length| vec![Value::Int(length)]),
        "one byte longer each time, for this key"
    );
    assert_eq!(values[3], [Value::Int(0)], "another key has its own");
}
