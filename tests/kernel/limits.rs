//! Limits: a run that would grow without end stands still and says why.

use crate::support::lab::{ALICE, Lab, N1, always, ms, op, setting};
use netsplit::base::{Distribution, NodeId, SimDuration};
use netsplit::sim::{Command, CommandError, Halt, Kind, LinkPatch, Pace, Wire, Workload, WorldConfig};

fn flood() -> WorldConfig {
    let mut config = setting(2);
    let pace = Pace::Open { interval: Distribution::Constant(SimDuration(10)) };
    config.clients[0].workload = Some(Workload { pace, ..Workload::default() });
    config
}

fn halts(mut lab: Lab) -> Halt {
    lab.until(ms(60_000));
    let halt = lab.world.halted().expect("the run stands still");
    let last = lab.records().pop().expect("there are records");
    assert_eq!(last.kind, Kind::Halted(halt), "the last record says so");
    assert!(lab.world.now().time < ms(60_000), "time does not go on");
    let (now, records) = (lab.world.now(), lab.world.trace().len());
    lab.until(ms(70_000));
    assert_eq!((lab.world.now(), lab.world.trace().len()), (now, records));
    assert_eq!(lab.world.next_event_at(), None);
    assert_eq!(lab.world.apply(&Command::HealAll), Err(CommandError::Halted(halt)));
    halt
}

#[test]
fn too_many_open_operations() {
    let mut config = flood();
    config.limits.open_operations = 50;
    let mut lab = Lab::new(&config);
    lab.apply(Command::Cut(Wire::both(ALICE, N1)));
    assert_eq!(halts(lab), Halt::OpenOperations);
}

#[test]
fn too_many_messages_in_flight() {
    let mut config = setting(2);
    config.limits.messages_in_flight = 100;
    let mut lab = Lab::new(&config);
    let slow = LinkPatch { delay: Some(always(1_000)), ..LinkPatch::default() };
    lab.apply(Command::SetLink { wire: Wire::both(N1, NodeId(2)), patch: slow }).ask(N1, op("burst", 101));
    assert_eq!(halts(lab), Halt::MessagesInFlight);
}

#[test]
fn too_long_a_trace() {
    let mut config = flood();
    config.limits.trace_bytes = 10_000;
    assert_eq!(halts(Lab::new(&config)), Halt::TraceBytes);
}

#[test]
fn too_many_events() {
    let mut config = flood();
    config.limits.events = 1_000;
    let mut lab = Lab::new(&config);
    lab.until(ms(60_000));
    assert_eq!(lab.world.now().events, 1_000);
    assert_eq!(halts(lab), Halt::Events);
}

#[test]
fn a_loop_in_which_nothing_takes_any_time() {
    let nothing = Distribution::Constant(SimDuration::ZERO);
    let mut config = setting(1);
    config.network.between_nodes.delay = nothing;
    config.network.to_clients.delay = nothing;
    config.disk.sync = nothing;
    config.clients[0].workload = Some(Workload { pace: Pace::Closed { think: nothing }, ..Workload::default() });
    assert_eq!(halts(Lab::new(&config)), Halt::Standstill);
}

#[test]
fn too_many_nodes() {
    let mut lab = Lab::new(&setting(1));
    for _ in 0..62 {
        lab.apply(Command::AddNode);
    }
    assert_eq!(lab.world.nodes().count(), usize::from(NodeId::MAX));
    lab.apply(Command::AddNode);
    assert_eq!(lab.world.halted(), Some(Halt::Nodes));
    assert_eq!(lab.world.nodes().count(), usize::from(NodeId::MAX));
}

#[test]
fn the_reason_reads_like_one() {
    assert_eq!(Halt::OpenOperations.to_string(), "too many open operations (limits.open_operations)");
}

#[test]
fn lengths_that_cannot_be_drawn_are_refused_before_anything_is() {
    let mut lab = Lab::new(&setting(2));
    let upside_down = Distribution::Uniform { min: SimDuration(2), max: SimDuration(1) };
    let wire = Wire::both(N1, NodeId(2));
    let patch = LinkPatch { delay: Some(upside_down), ..LinkPatch::default() };
    for command in [
        Command::SetLink { wire, patch },
        Command::Flap { wire, up: upside_down, down: always(1) },
        Command::SetService { node: N1, service: upside_down },
        Command::SetSync { node: N1, sync: upside_down },
        Command::StepWall { node: N1, by_us: i64::MIN },
    ] {
        assert!(lab.world.apply(&command).is_err(), "{command:?}");
    }
    assert!(lab.records().iter().all(|record| !matches!(record.kind, Kind::Command(_))), "nothing was recorded");
}
