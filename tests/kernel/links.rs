//! Links: order, delay, loss, duplication, cuts.

use crate::support::lab::{ALICE, Lab, N1, N2, N3, always, ms, op, setting, us};
use netsplit::base::{Distribution, NodeId, SimDuration};
use netsplit::sim::{Command, DropReason, LinkHealth, LinkPatch, Outcome, Payload, Wire};

fn scattered() -> LinkPatch {
    let delay = Distribution::Uniform { min: SimDuration::from_millis(1), max: SimDuration::from_millis(20) };
    LinkPatch { delay: Some(delay), ..LinkPatch::default() }
}

#[test]
fn a_link_keeps_order_however_long_each_message_takes() {
    let mut lab = Lab::new(&setting(2));
    lab.set_link(N1, N2, scattered()).ask(N1, op("burst", 50)).until(ms(100));
    assert_eq!(lab.ping_numbers(N2), (1..=50).collect::<Vec<_>>());
    let times: Vec<_> = lab.pings(N2).iter().map(|(time, _)| *time).collect();
    assert!(times.first() < times.last(), "the delays were drawn: {times:?}");
}

#[test]
fn a_link_that_may_reorder_does() {
    let mut lab = Lab::new(&setting(2));
    let patch = LinkPatch { reorder: Some(true), ..scattered() };
    lab.set_link(N1, N2, patch).ask(N1, op("burst", 50)).until(ms(100));
    let mut numbers = lab.ping_numbers(N2);
    assert!(!numbers.is_sorted());
    numbers.sort_unstable();
    assert_eq!(numbers, (1..=50).collect::<Vec<_>>(), "all the same, each arrives once");
}

#[test]
fn a_change_of_delay_is_for_messages_sent_later() {
    let mut lab = Lab::new(&setting(2));
    lab.ask(N1, op("burst", 1)).until(ms(1));
    let slow = LinkPatch { delay: Some(always(10)), ..LinkPatch::default() };
    lab.set_link(N1, N2, slow).ask(N1, op("burst", 2)).until(ms(50));
    assert_eq!(lab.pings(N2), [(ms(2), 1), (ms(12), 1), (ms(12), 2)]);
}

#[test]
fn a_quick_message_waits_behind_a_slow_one_sent_before() {
    let mut lab = Lab::new(&setting(2));
    let delay = |length| LinkPatch { delay: Some(always(length)), ..LinkPatch::default() };
    lab.set_link(N1, N2, delay(10)).ask(N1, op("burst", 1)).until(ms(1));
    lab.set_link(N1, N2, delay(1)).ask(N1, op("burst", 1)).until(ms(50));
    assert_eq!(lab.pings(N2), [(ms(11), 1), (ms(11), 1)]);
}

#[test]
fn loss_is_silent_and_of_one_direction() {
    let mut lab = Lab::new(&setting(2));
    lab.set_link(N1, N2, LinkPatch { loss_ppm: Some(1_000_000), ..LinkPatch::default() });
    lab.ask(N1, op("burst", 3)).ask(N2, op("burst", 3)).until(ms(50));
    assert!(lab.pings(N2).is_empty());
    assert_eq!(lab.drops(N1, N2).len(), 3);
    assert!(lab.drops(N1, N2).iter().all(|(_, why)| *why == DropReason::Lost));
    assert_eq!(lab.ping_numbers(N1), [1, 2, 3]);
}

#[test]
fn half_of_the_messages_are_lost_at_half() {
    let mut lab = Lab::new(&setting(2));
    lab.set_link(N1, N2, LinkPatch { loss_ppm: Some(500_000), ..LinkPatch::default() });
    lab.ask(N1, op("burst", 1_000)).until(ms(50));
    // Binomial, 4 sigma: 500 +- 63.
    assert!((437..=563).contains(&lab.pings(N2).len()), "{}", lab.pings(N2).len());
}

#[test]
fn duplicates_are_copies_with_records_of_their_own() {
    let mut lab = Lab::new(&setting(2));
    lab.set_link(N1, N2, LinkPatch { duplicate_ppm: Some(1_000_000), ..LinkPatch::default() });
    lab.ask(N1, op("burst", 3)).until(ms(50));
    assert_eq!(lab.ping_numbers(N2), [1, 1, 2, 2, 3, 3]);
    assert_eq!((lab.world.counters().sent, lab.world.counters().delivered), (5, 8), "copies are not sent, but handled");
}

#[test]
fn a_request_is_never_doubled_but_an_answer_may_be() {
    let mut lab = Lab::new(&setting(1));
    let patch = LinkPatch { duplicate_ppm: Some(1_000_000), ..LinkPatch::default() };
    lab.apply(Command::SetLink { wire: Wire::both(ALICE, N1), patch });
    lab.ask(N1, op("burst", 0)).until(ms(50));
    let requests = lab.handled(N1).into_iter().filter(|(_, payload)| matches!(payload, Payload::Request(_))).count();
    assert_eq!(requests, 1);
    assert_eq!(lab.world.counters().delivered, 3, "the request, and the answer twice");
    assert_eq!(lab.outcomes().len(), 1, "the second answer changes nothing");
}

#[test]
fn the_copy_that_a_request_has_not_holds_up_nobody() {
    let mut lab = Lab::new(&setting(1));
    let delay = Some(Distribution::Uniform { min: SimDuration::from_millis(1), max: SimDuration::from_millis(50) });
    let doubled = LinkPatch { delay, duplicate_ppm: Some(1_000_000), ..LinkPatch::default() };
    lab.apply(Command::SetLink { wire: Wire::one_way(ALICE, N1), patch: doubled });
    lab.ask(N1, op("burst", 0));
    let first = lab.world.flights().next().expect("the request is on its way").arrives_at;
    let plain = LinkPatch { delay: Some(always(0)), duplicate_ppm: Some(0), ..LinkPatch::default() };
    lab.apply(Command::SetLink { wire: Wire::one_way(ALICE, N1), patch: plain }).ask(N1, op("burst", 0));
    let second = lab.world.flights().map(|flight| flight.arrives_at).max();
    assert_eq!(second, Some(first), "right behind the first request, and not behind its copy");
}

#[test]
fn a_cut_kills_what_is_on_the_link_and_tells_nobody() {
    let mut lab = Lab::new(&setting(2));
    lab.ask(N1, op("burst", 2)).until(ms(1));
    assert_eq!(lab.world.flights().count(), 3, "two pings and the answer");
    lab.apply(Command::Cut(Wire::both(N1, N2))).until(ms(50));
    assert_eq!(lab.drops(N1, N2), [(ms(1), DropReason::Cut), (ms(1), DropReason::Cut)]);
    assert!(lab.pings(N2).is_empty());
    assert_eq!(lab.facts(N1).len(), 1, "the sender knows no more than that it woke");
}

#[test]
fn what_is_sent_over_a_cut_link_dies_even_if_the_link_is_mended_meanwhile() {
    let mut lab = Lab::new(&setting(2));
    let slow = LinkPatch { delay: Some(always(10)), ..LinkPatch::default() };
    lab.set_link(N1, N2, slow).apply(Command::Cut(Wire::both(N1, N2))).ask(N1, op("burst", 1)).until(ms(1));
    lab.apply(Command::Heal(Wire::both(N1, N2))).ask(N1, op("burst", 1)).until(ms(50));
    assert_eq!(lab.drops(N1, N2), [(ms(6), DropReason::Cut)], "half-way, as a picture shows it");
    assert_eq!(lab.pings(N2), [(ms(12), 1)]);
}

#[test]
fn a_one_way_cut_leaves_the_other_way_alone() {
    let mut lab = Lab::new(&setting(2));
    lab.apply(Command::Cut(Wire::one_way(N1, N2)));
    lab.ask(N1, op("burst", 1)).ask(N2, op("burst", 1)).until(ms(50));
    assert_eq!((lab.ping_numbers(N1), lab.ping_numbers(N2)), (vec![1], vec![]));
}

#[test]
fn a_client_has_links_like_any_other() {
    let mut lab = Lab::new(&setting(1));
    lab.apply(Command::Cut(Wire::one_way(N1, ALICE))).ask(N1, op("x", 7)).until(ms(200));
    assert_eq!(lab.greatest(N1), Some(7), "the request arrived");
    assert_eq!(lab.outcomes(), [Outcome::Unknown], "and the answer did not");
    assert_eq!(lab.drops(N1, ALICE).len(), 1);
}

#[test]
fn a_partition_is_whole_within_and_cut_between() {
    let mut lab = Lab::new(&setting(3));
    lab.apply(Command::Cut(Wire::both(N1, N2)));
    lab.apply(Command::Partition { groups: vec![vec![N1.into(), N2.into()], vec![N3.into(), ALICE.into()]] });
    for (from, to, link) in lab.world.links() {
        let left = |endpoint| endpoint == N1.into() || endpoint == N2.into();
        let expected = if left(from) == left(to) { LinkHealth::Up } else { LinkHealth::Cut };
        assert_eq!(link.health(), expected, "{from}->{to}");
    }
    lab.apply(Command::HealAll);
    assert!(lab.world.links().all(|(_, _, link)| link.health() == LinkHealth::Up));
}

#[test]
fn an_isolated_node_hears_nobody_and_nobody_it() {
    let mut lab = Lab::new(&setting(3));
    lab.apply(Command::Isolate(N1.into()));
    lab.ask(N1, op("x", 1)).ask(N2, op("burst", 1)).until(ms(200));
    assert_eq!(lab.drops(ALICE, N1).len(), 1);
    assert_eq!(lab.drops(N2, N1).len(), 1);
    assert_eq!(lab.ping_numbers(N3), [1]);
}

#[test]
fn a_flapping_link_goes_down_and_up_and_kills_what_is_on_it() {
    let mut lab = Lab::new(&setting(2));
    lab.apply(Command::Flap { wire: Wire::one_way(N1, N2), up: always(10), down: always(5) });
    for start in [us(0), us(8_500), ms(11), ms(14), ms(16)] {
        lab.until(start).ask(N1, op("burst", 1));
    }
    lab.until(ms(40));
    // The pings leave 1 ms after the asking. The link is down from 10 to 15 ms and from 25 to 30 ms.
    assert_eq!(lab.pings(N2), [(ms(2), 1), (ms(16), 1), (ms(18), 1)]);
    let cut = |at| (at, DropReason::Cut);
    assert_eq!(lab.drops(N1, N2), [cut(ms(10)), cut(us(12_500))]);
}

#[test]
fn mending_ends_the_flapping() {
    let mut lab = Lab::new(&setting(2));
    let wire = Wire::both(N1, N2);
    lab.apply(Command::Flap { wire, up: always(10), down: always(5) }).until(ms(12));
    let is_down = |lab: &Lab| lab.world.links().any(|(_, _, link)| link.health() == LinkHealth::Down);
    assert!(is_down(&lab));
    lab.apply(Command::Heal(wire));
    assert!(!is_down(&lab) && lab.world.links().all(|(_, _, link)| !link.is_flapping()));
    assert_eq!(lab.world.next_event_at(), None, "no flip is left in the queue");
}

#[test]
fn several_links_are_mended_at_once_and_no_others() {
    let mut lab = Lab::new(&setting(3));
    let flaps = Wire::both(N1, N3);
    lab.apply(Command::Isolate(N2.into()));
    lab.apply(Command::Flap { wire: flaps, up: always(10), down: always(5) }).until(ms(12));
    lab.apply(Command::HealMany(vec![Wire::both(N1, N2), Wire::one_way(N3, N2), flaps]));
    let expected = [(N2.into(), N3.into()), (N2.into(), ALICE.into()), (ALICE.into(), N2.into())];
    for (from, to, link) in lab.world.links() {
        let is_cut = expected.contains(&(from, to));
        assert_eq!(link.health() == LinkHealth::Cut, is_cut, "{from}->{to}");
    }
    assert!(lab.world.links().all(|(.., link)| !link.is_flapping()));
    let error = lab.world.apply(&Command::HealMany(vec![Wire::both(N1, N2), Wire::both(N1, NodeId(9))]));
    assert!(error.is_err(), "one of the links is not there");
}

#[test]
fn a_cut_holds_while_the_link_would_flap() {
    let mut lab = Lab::new(&setting(2));
    let wire = Wire::both(N1, N2);
    lab.apply(Command::Flap { wire, up: always(1), down: always(1) }).apply(Command::Cut(wire));
    for step in 0..10 {
        lab.until(ms(step));
        assert!(
            lab.world
                .links()
                .filter(|(from, to, _)| from.node().is_some() && to.node().is_some())
                .all(|(_, _, link)| link.health() == LinkHealth::Cut)
        );
    }
}
