//! Text boxes at replicas: what is typed counts at once, leaves once it is on the disk, and is repeated until the others have it.

use crate::support::replica_alone::{Outcome, Replica, acknowledged, letters, notes, sent};
use netsplit::base::NodeId;
use netsplit::protocol::leaderless::{Conflicts, LeaderlessConfig, LeaderlessMessage, LeaderlessNote, Way};
use netsplit::protocol::{Effect, Key, Refusal, Reply, Update, Value};

fn settings() -> LeaderlessConfig {
    LeaderlessConfig { conflicts: Conflicts::Text, ..LeaderlessConfig::default() }
}

fn page() -> Key {
    "page".into()
}

/// Takes what one replica sends another; gives what that answers.
fn take(to: &mut Replica, from: u8, effects: &Outcome, number: u8) -> Outcome {
    let mut answers = Outcome::new();
    for (whom, body, _) in sent(effects) {
        if whom == number {
            answers.extend(to.hear(from, body));
        }
    }
    answers
}

fn hint_told(effects: &Outcome) -> bool {
    notes(effects).iter().any(|note| matches!(note, LeaderlessNote::HintKept { .. }))
}

#[test]
fn it_counts_at_once_and_leaves_when_it_is_on_the_disk() {
    let mut n1 = Replica::of_three(1, &settings());
    let effects = n1.types(0, 0, "hi");
    assert_eq!(n1.shows(), "hi");
    assert_eq!(notes(&effects), [LeaderlessNote::Typed { key: page(), typed: 2, struck: 0 }]);
    let waits: Vec<(u8, bool)> = sent(&effects).into_iter().map(|(to, _, waits)| (to, waits)).collect();
    assert_eq!(waits, [(2, true), (3, true)], "a crash before then must not give the names of these letters again");
    let replaced = n1.types(1, 1, "ey");
    assert_eq!(n1.shows(), "hey");
    assert_eq!(notes(&replaced), [LeaderlessNote::Typed { key: page(), typed: 2, struck: 1 }]);
}

#[test]
fn others_take_it_and_say_what_they_have() {
    let (mut n1, mut n2) = (Replica::of_three(1, &settings()), Replica::of_three(2, &settings()));
    let typed = n1.types(0, 0, "hi");
    let answer = take(&mut n2, 1, &typed, 2);
    assert_eq!(n2.shows(), "hi");
    let merged = notes(&answer);
    assert!(
        matches!(&merged[..], [LeaderlessNote::Merged { from: NodeId(1), way: Way::Typing, .. }]),
        "one account of all that came: {merged:?}"
    );
    let seen = acknowledged(&answer).expect("it says what it has");
    let done = n1.hear(2, LeaderlessMessage::LettersAck { key: page(), seen });
    assert!(notes(&done).is_empty(), "that a message has arrived is no news");
    assert!(n1.process.hints().all(|(home, ..)| home == NodeId(3)), "n3 has not said anything yet");
}

#[test]
fn what_is_not_acknowledged_is_sent_again_with_what_came_after_it() {
    let (mut n1, mut n2) = (Replica::of_three(1, &settings()), Replica::of_three(2, &settings()));
    n1.types(0, 0, "a");
    let second = n1.types(1, 0, "b");
    assert_eq!(letters(&second, 2).len(), 2, "n2 is not known to have the first");
    n1.pass(100);
    assert!(!hint_told(&n1.hands_over()), "a message may take so long");
    n1.pass(100);
    let again = n1.hands_over();
    assert!(hint_told(&again), "n2 has missed it");
    let answer = take(&mut n2, 1, &again, 2);
    assert_eq!(n2.shows(), "ab");
    let seen = acknowledged(&answer).expect("it says what it has");
    let done = n1.hear(2, LeaderlessMessage::LettersAck { key: page(), seen });
    assert_eq!(notes(&done), [LeaderlessNote::HintDelivered { home: NodeId(2), key: page() }]);
    assert_eq!(letters(&n1.types(2, 0, "c"), 2).len(), 1, "n2 has the others");
}

#[test]
fn an_acknowledgement_of_less_does_not_end_it() {
    let (mut n1, mut n2) = (Replica::of_three(1, &settings()), Replica::of_three(2, &settings()));
    let first = n1.types(0, 0, "a");
    let seen = acknowledged(&take(&mut n2, 1, &first, 2)).expect("it says what it has");
    n1.types(1, 0, "b");
    n1.hear(2, LeaderlessMessage::LettersAck { key: page(), seen });
    assert!(n1.process.hints().any(|(home, ..)| home == NodeId(2)));
    assert_eq!(letters(&n1.hands_over(), 2).len(), 1, "only b is missing");
}

#[test]
fn after_a_crash_letters_that_left_keep_their_names() {
    let (mut n1, mut n2) = (Replica::of_three(1, &settings()), Replica::of_three(2, &settings()));
    let typed = n1.types(0, 0, "kept ");
    n1.sync();
    take(&mut n2, 1, &typed, 2);
    n1.types(5, 0, "lost");
    n1.restart();
    assert_eq!(n1.shows(), "kept ", "what had not reached the disk is gone");
    let again = n1.types(5, 0, "new");
    take(&mut n2, 1, &again, 2);
    assert_eq!([n1.shows(), n2.shows()], ["kept new", "kept new"]);
}

#[test]
fn who_holds_no_such_text_says_so() {
    let mut n1 = Replica::of_three(1, &LeaderlessConfig::default());
    assert_eq!(notes(&n1.types(0, 0, "a")), [LeaderlessNote::NoText { key: page() }]);
    let away = settings();
    let mut all: Vec<Replica> =
        (1..=3).map(|id| Replica::of_three(id, &LeaderlessConfig { n: 1, ..away.clone() })).collect();
    let takes: Vec<bool> = all.iter_mut().map(|replica| replica.types(0, 0, "a").len() > 1).collect();
    assert_eq!(takes.iter().filter(|takes| **takes).count(), 1, "one of them is its only replica");
}

#[test]
fn clients_cannot_write_a_text_as_a_whole() {
    let mut n1 = Replica::of_three(1, &settings());
    let effects = n1.asked(Update::Write(Value::Text("all new".into())));
    let refused =
        |effect: &Effect<_>| matches!(effect, Effect::Reply { reply: Reply::Refused(Refusal::WrongType), .. });
    assert!(effects.iter().any(refused), "{effects:?}");
}
