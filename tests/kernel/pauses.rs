//! Frozen and slow nodes: timers run out and messages wait, and all is handled in the order of arrival.

use crate::support::gossip::{ALARM_TIMER, ROUND_TIMER};
use crate::support::lab::{Lab, N1, N2, always, ms, op, setting};
use crate::support::{Fact, Gossip, Rounds};
use netsplit::base::{Distribution, SimDuration, TimeSpan};
use netsplit::protocol::raft::{ELECTION_TIMER, Raft, RaftConfig, RaftNote};
use netsplit::protocol::{Protocol, Role};
use netsplit::sim::{Command, DropReason, Kind, NodeStatus, World, WorldConfig};

#[test]
fn a_frozen_node_keeps_what_it_has_and_handles_nothing() {
    let mut lab = Lab::new(&setting(2));
    lab.ask(N2, op("x", 5)).until(ms(10)).apply(Command::Pause(N2)).ask(N1, op("burst", 3)).until(ms(30));
    assert_eq!((lab.greatest(N2), lab.pings(N2).len()), (Some(5), 0));
    let node = lab.world.node(N2).expect("n2 is there");
    assert_eq!((node.status(), node.inbox_len(), node.incarnation()), (NodeStatus::Paused, 3, 1));
    lab.apply(Command::Resume(N2)).until(ms(31));
    assert_eq!(lab.pings(N2), [(ms(30), 1), (ms(30), 2), (ms(30), 3)]);
}

#[test]
fn timers_and_messages_are_handled_by_when_they_came() {
    let mut lab = Lab::new(&setting(2));
    lab.ask(N2, op("alarm", 5_000)).until(ms(3)).apply(Command::Pause(N2));
    // The alarm rings at 6 ms; one ping comes before it, one after.
    lab.ask(N1, op("burst", 1)).until(ms(8)).ask(N1, op("burst", 1)).until(ms(20));
    lab.apply(Command::Resume(N2)).until(ms(21));
    let facts: Vec<_> = lab.facts(N2).into_iter().skip(1).collect();
    let kinds: Vec<_> = facts.iter().map(|(_, fact)| matches!(fact, Fact::Rang(..))).collect();
    assert_eq!(kinds, [false, true, false], "{facts:?}");
    assert!(facts.iter().all(|(time, _)| *time == ms(20)));
}

#[test]
fn setting_a_timer_anew_takes_back_an_expiry_that_waits() {
    let mut lab = Lab::new(&setting(2));
    lab.ask(N2, op("alarm", 10_000)).until(ms(3)).apply(Command::Pause(N2));
    // This request arrives at 4 ms and sets the alarm anew; the old alarm runs out at 11 ms. Both wait.
    lab.ask(N2, op("alarm", 50_000)).until(ms(20));
    assert_eq!(lab.world.node(N2).map(|node| node.inbox_len()), Some(2));
    lab.apply(Command::Resume(N2)).until(ms(100));
    assert_eq!(lab.rings(N2), [ms(70)], "50 ms after the request was handled, at 20 ms");
}

#[test]
fn a_heartbeat_that_came_in_time_keeps_a_thawed_follower_calm() {
    // The same with Raft: the freeze outlasts the election timeout, but a heartbeat had arrived before that ran out.
    let config = WorldConfig { nodes: 3, ..WorldConfig::default() };
    let mut world: World<Raft> = World::new(&config, &RaftConfig::default(), 1);
    world.advance(ms(400));
    let follower =
        world.nodes().find(|(_, slot)| slot.process().is_some_and(|raft| raft.observe().role == Role::Follower));
    let follower = follower.expect("somebody follows").0;
    world.apply(&Command::Pause(follower)).expect("a node can be frozen");
    world.advance(ms(1_000));
    assert_eq!(world.node(follower).and_then(|slot| slot.timer(ELECTION_TIMER)), None, "the timer has run out");
    world.apply(&Command::Resume(follower)).expect("a node can be thawed");
    world.advance(ms(2_000));
    let stood = world.trace().iter().filter(|record| {
        matches!(&record.kind, Kind::Note { node, note: RaftNote::BecameCandidate { .. } } if *node == follower)
    });
    assert_eq!(stood.count(), 0);
    assert!(world.node(follower).is_some_and(|slot| slot.timer(ELECTION_TIMER).is_some()));
}

#[test]
fn a_frozen_node_s_disk_works_on_and_its_report_waits() {
    let mut lab = Lab::new(&setting(1));
    lab.ask(N1, op("x", 5)).until(ms(2)).apply(Command::Pause(N1)).until(ms(20));
    assert_eq!(lab.kept(N1), 5);
    assert!(lab.outcomes().is_empty());
    lab.apply(Command::Resume(N1)).until(ms(30));
    assert_eq!(lab.ends()[0].0, ms(21), "handled at 20 ms, and 1 ms back");
}

#[test]
fn a_full_inbox_drops_messages_but_neither_timers_nor_reports() {
    let mut config = setting(2);
    config.limits.inbox = 2;
    let mut lab = Lab::new(&config);
    lab.ask(N2, op("alarm", 6_000)).ask(N2, op("x", 5)).until(ms(2)).apply(Command::Pause(N2));
    lab.ask(N1, op("burst", 5)).until(ms(20));
    // The report of the disk came at 3 ms, a ping at 4 ms, and then there was no room for a message. The alarm found its own.
    assert_eq!(lab.drops(N1, N2), [(ms(4), DropReason::Full); 4]);
    assert_eq!(lab.world.node(N2).map(|node| node.inbox_len()), Some(3));
    lab.apply(Command::Resume(N2)).until(ms(30));
    assert_eq!((lab.pings(N2).len(), lab.rings(N2).len(), lab.outcomes().len()), (1, 1, 3));
}

#[test]
fn a_slow_node_takes_one_thing_after_another() {
    let mut lab = Lab::new(&setting(2));
    lab.apply(Command::SetService { node: N2, service: always(10) }).ask(N1, op("burst", 3)).until(ms(100));
    assert_eq!(lab.pings(N2), [(ms(12), 1), (ms(22), 2), (ms(32), 3)]);
}

#[test]
fn a_node_that_is_fast_again_still_keeps_the_order() {
    let mut lab = Lab::new(&setting(2));
    lab.apply(Command::SetService { node: N2, service: always(10) }).ask(N1, op("burst", 3)).until(ms(5));
    lab.apply(Command::SetService { node: N2, service: Distribution::Constant(SimDuration::ZERO) });
    lab.ask(N1, op("burst", 4)).until(ms(100));
    assert_eq!(lab.ping_numbers(N2), [1, 2, 3, 1, 2, 3, 4]);
    assert!(lab.pings(N2).iter().all(|(time, _)| *time == ms(12)), "the input under way takes as long as it began");
}

#[test]
fn a_slow_node_that_freezes_loses_nothing() {
    let mut lab = Lab::new(&setting(2));
    lab.apply(Command::SetService { node: N2, service: always(10) }).ask(N1, op("burst", 3)).until(ms(15));
    lab.apply(Command::Pause(N2)).until(ms(50)).apply(Command::Resume(N2)).until(ms(100));
    assert_eq!(lab.pings(N2), [(ms(12), 1), (ms(60), 2), (ms(70), 3)]);
}

#[test]
fn rounds_of_a_frozen_node_do_not_pile_up() {
    let span = TimeSpan::exactly(SimDuration::from_millis(10));
    let mut world: World<Gossip> = World::new(&setting(2), &Rounds(Some(span)), 1);
    world.apply(&Command::Pause(N1)).expect("n1 can be frozen");
    world.advance(ms(1_000));
    assert!(world.node(N1).is_some_and(|node| node.timer(ROUND_TIMER).is_none() && node.timer(ALARM_TIMER).is_none()));
    world.apply(&Command::Resume(N1)).expect("n1 can be thawed");
    world.advance(ms(1_009));
    let rings =
        world.trace().iter().filter(|record| matches!(record.kind, Kind::TimerFired { node, .. } if node == N1));
    assert_eq!(rings.count(), 1, "a timer runs out once, however long nobody looks");
}
