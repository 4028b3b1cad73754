//! Clocks: timers run on a monotonic clock that drifts and stops with the process; the wall clock also steps.

use crate::support::Fact;
use crate::support::gossip::ALARM_TIMER;
use crate::support::lab::{Lab, N1, crash, ms, op, setting, us};
use netsplit::base::{Drift, LocalTime, Monotonic, SimDuration, Wall};
use netsplit::sim::{Command, CommandError};

fn drift(ppm: i32) -> Command {
    Command::SetDrift { node: N1, drift: Drift(ppm) }
}

/// What the node's clocks read when its alarm rang.
fn readings(lab: &Lab) -> Vec<LocalTime> {
    let facts = lab.facts(N1).into_iter();
    facts.filter_map(|(_, fact)| if let Fact::Rang(_, at) = fact { Some(at) } else { None }).collect()
}

#[test]
fn a_timer_on_a_slow_clock_is_late_by_the_clock_s_error() {
    for (ppm, expected_us) in [(0, 100_000), (-200_000, 125_000), (250_000, 80_000), (-100_000, 111_112)] {
        let mut lab = Lab::new(&setting(1));
        lab.apply(drift(ppm)).ask(N1, op("alarm", 100_000)).until(ms(500));
        // The alarm is set at 1 ms. 100 ms of local time take 100 / (1 + drift) of true time, rounded up to the first
        // microsecond at which the clock reads so much; what it read at 1 ms was rounded down.
        let rang = lab.rings(N1)[0];
        let late = rang.0 as i64 - (1_000 + expected_us);
        assert!((0..=1).contains(&late) || (-1..=0).contains(&late), "{ppm} ppm: rang at {rang}");
    }
}

#[test]
fn a_timer_never_rings_before_its_local_time() {
    for ppm in [-499_999, -333_333, -7, 7, 333_333, 499_999] {
        let mut lab = Lab::new(&setting(1));
        lab.apply(drift(ppm)).until(us(12_345)).ask(N1, op("alarm", 98_765)).until(ms(13));
        let slot = lab.world.node(N1).expect("n1 is there");
        let before = slot.clock(us(13_345)).monotonic;
        lab.until(ms(500));
        let passed = readings(&lab)[0].monotonic.since(before);
        assert!(passed >= SimDuration(98_765), "{ppm} ppm: {passed}");
        assert!(passed <= SimDuration(98_767), "{ppm} ppm: {passed}");
    }
}

#[test]
fn a_change_of_drift_moves_a_timer_that_runs() {
    // Half of the 100 ms at true speed, the rest at half speed: 50 + 100 ms after 1 ms.
    let mut lab = Lab::new(&setting(1));
    lab.ask(N1, op("alarm", 100_000)).until(ms(51)).apply(drift(-500_000));
    assert_eq!(lab.world.node(N1).and_then(|node| node.timer(ALARM_TIMER)), Some((ms(1), ms(151))));
    lab.until(ms(500));
    assert_eq!(lab.rings(N1), [ms(151)]);

    // And the other way: 50 ms at half speed tick 25, the other 75 go at one and a half.
    let mut lab = Lab::new(&setting(1));
    lab.apply(drift(-500_000)).ask(N1, op("alarm", 100_000)).until(ms(51)).apply(drift(500_000)).until(ms(500));
    assert_eq!(lab.rings(N1), [ms(101)]);
}

#[test]
fn many_changes_of_drift_ring_once() {
    let mut lab = Lab::new(&setting(1));
    lab.ask(N1, op("alarm", 100_000));
    for step in 0..50 {
        lab.until(ms(2 + step)).apply(drift(if step % 2 == 0 { 400_000 } else { -400_000 }));
    }
    lab.until(ms(500));
    assert_eq!(lab.rings(N1).len(), 1);
}

#[test]
fn a_step_of_the_wall_clock_moves_no_timer_and_no_monotonic_reading() {
    let run = |step: Option<i64>| {
        let mut lab = Lab::new(&setting(1));
        lab.apply(drift(-123_456)).ask(N1, op("alarm", 100_000)).until(us(33_333));
        if let Some(by_us) = step {
            lab.apply(Command::StepWall { node: N1, by_us });
        }
        lab.until(ms(500));
        (lab.rings(N1), readings(&lab)[0])
    };
    let (rings, plain) = run(None);
    for by_us in [5_000_000, -5_000_000] {
        let (stepped_rings, stepped) = run(Some(by_us));
        assert_eq!((stepped_rings, stepped.monotonic), (rings.clone(), plain.monotonic));
        assert_eq!(stepped.wall, Wall(plain.wall.0 + by_us));
    }
}

#[test]
fn the_monotonic_clock_stands_still_while_the_node_is_down_and_the_wall_clock_does_not() {
    let mut lab = Lab::new(&setting(1));
    lab.until(ms(100)).apply(crash(N1)).until(ms(400)).apply(Command::Restart(N1)).until(ms(500));
    let read = lab.world.node(N1).expect("n1 is there").clock(ms(500));
    assert_eq!(read, LocalTime { monotonic: Monotonic(200_000), wall: Wall(500_000) });
}

#[test]
fn a_frozen_node_s_clock_runs_on() {
    let mut lab = Lab::new(&setting(1));
    lab.until(ms(100)).apply(Command::Pause(N1)).until(ms(400)).apply(Command::Resume(N1));
    assert_eq!(lab.world.node(N1).expect("n1 is there").clock(ms(500)).monotonic, Monotonic(500_000));
}

#[test]
fn a_crash_stops_timers_for_good() {
    let mut lab = Lab::new(&setting(1));
    lab.ask(N1, op("alarm", 100_000)).until(ms(10)).apply(crash(N1)).until(ms(20)).apply(Command::Restart(N1));
    lab.until(ms(500));
    assert!(lab.rings(N1).is_empty());
}

#[test]
fn a_timer_set_anew_rings_once_and_at_the_later_time() {
    let mut lab = Lab::new(&setting(1));
    lab.ask(N1, op("alarm", 10_000)).until(ms(5)).ask(N1, op("alarm", 50_000)).until(ms(8));
    lab.ask(N1, op("alarm", 30_000)).until(ms(500));
    assert_eq!(lab.rings(N1), [ms(39)]);
}

#[test]
fn a_clock_beyond_belief_is_refused() {
    let mut lab = Lab::new(&setting(1));
    assert_eq!(lab.world.apply(&drift(500_001)), Err(CommandError::Drift(500_001)));
    assert_eq!(lab.world.apply(&drift(-500_001)), Err(CommandError::Drift(-500_001)));
    assert!(lab.world.apply(&drift(500_000)).is_ok());
}
