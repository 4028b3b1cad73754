//! Same seed, same trace: however time is cut into slices, from any copy, and with draws that nobody else's faults move.
#![cfg(not(target_arch = "wasm32"))]

mod support;

use netsplit::base::{Distribution, Endpoint, Moment, NodeId, SimDuration, SimTime, TimeSpan};
use netsplit::protocol::Protocol;
use netsplit::protocol::raft::{Raft, RaftConfig};
use netsplit::sim::plan::{FaultKinds, FaultPlan};
use netsplit::sim::{
    ClientConfig, Command, DropReason, Kind, LinkPatch, LinkRule, Pace, Retry, Wire, Workload, World, WorldConfig,
};
use proptest::prelude::*;
use std::collections::BTreeMap;
use support::faults::{plan, with_faults};
use support::lab::{Lab, N1, N2, ms, op};
use support::{Gossip, Rounds};

const END: SimTime = ms(3_000);

/// Five servers, two busy clients with retries, and a random plan of faults.
fn setting(plan_seed: u32, kinds: FaultKinds) -> WorldConfig {
    let mut config = WorldConfig { nodes: 5, ..WorldConfig::default() };
    for (name, interval) in [("Alice", 9), ("Bob", 31)] {
        let interval = Distribution::Exponential { min: SimDuration::ZERO, mean: SimDuration::from_millis(interval) };
        let workload = Some(Workload { pace: Pace::Open { interval }, keys: 5, ..Workload::default() });
        let retry = Retry { after_unknown: true, ..Retry::default() };
        let timeout = SimDuration::from_millis(120);
        config.clients.push(ClientConfig {
            name: name.to_owned(),
            timeout,
            retry,
            workload,
            ..ClientConfig::default()
        });
    }
    let plan = FaultPlan { kinds, ..plan(ms(2_500)) };
    with_faults(&config, &plan, plan_seed)
}

fn world(seed: u32, plan_seed: u32, kinds: FaultKinds) -> World<Raft> {
    World::new(&setting(plan_seed, kinds), &RaftConfig::default(), seed)
}

/// All that must be the same.
fn mark<P: Protocol>(world: &World<P>) -> (u64, u64, Moment) {
    (world.trace().hash(), world.trace().len(), world.now())
}

fn any_kinds() -> impl Strategy<Value = FaultKinds> {
    proptest::array::uniform16(0_u32..3).prop_map(|weights| {
        let [cut, one_way, partition, isolate, loss, duplicate, delay, rest @ ..] = weights;
        let [flap, crash, pause, slow, slow_disk, drift, step, lying_disk, wipe] = rest;
        FaultKinds {
            cut,
            one_way,
            partition,
            isolate,
            loss,
            duplicate,
            delay,
            flap,
            crash,
            pause,
            slow,
            slow_disk,
            drift,
            step,
            lying_disk,
            wipe,
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn slices_of_time_leave_no_mark(
        seed: u32,
        plan_seed: u32,
        kinds in any_kinds(),
        slices in proptest::collection::vec(0_u64..40_000, 1..200),
    ) {
        let mut whole = world(seed, plan_seed, kinds);
        whole.advance(END);
        let mut sliced = world(seed, plan_seed, kinds);
        for (at, slice) in slices.iter().enumerate() {
            let until = sliced.now().time + SimDuration(*slice);
            sliced.advance(until.min(END));
            if at % 3 == 0 {
                // To ask what comes next is no event.
                sliced.next_event_at();
            }
        }
        sliced.advance(END);
        prop_assert_eq!(mark(&sliced), mark(&whole));
        let mut stepped = world(seed, plan_seed, kinds);
        while stepped.step_until(END) {}
        stepped.advance(END);
        prop_assert_eq!(mark(&stepped), mark(&whole));
    }

    #[test]
    fn a_copy_goes_on_as_the_original(
        seed: u32,
        plan_seed: u32,
        kinds in any_kinds(),
        stops in proptest::collection::vec(0_u64..3_000_000, 1..6),
        extra_steps in 0_u32..50,
    ) {
        let mut original = world(seed, plan_seed, kinds);
        let mut copies = Vec::new();
        let mut stops = stops;
        stops.sort_unstable();
        for stop in stops {
            original.advance(SimTime(stop));
            for _ in 0..extra_steps {
                // Between two events of one time as well.
                original.step_until(END);
            }
            copies.push(original.clone());
        }
        original.advance(END);
        for mut copy in copies {
            copy.advance(END);
            prop_assert_eq!(mark(&copy), mark(&original));
        }
    }

    #[test]
    fn a_moment_is_reached_from_any_copy_before_it(
        seed: u32,
        plan_seed: u32,
        kinds in any_kinds(),
        events in 0_u64..4_000,
        share in 0_u64..100,
    ) {
        let mut first = world(seed, plan_seed, kinds);
        let mut earlier = None;
        while first.now().events < events && first.step_until(END) {
            if first.now().events == events * share / 100 {
                earlier = Some(first.clone());
            }
        }
        let mut again = world(seed, plan_seed, kinds);
        again.advance_to(first.now());
        prop_assert_eq!(mark(&again), mark(&first));
        if let Some(mut earlier) = earlier {
            earlier.advance_to(first.now());
            prop_assert_eq!(mark(&earlier), mark(&first));
        }
    }

    #[test]
    fn interventions_at_one_moment_give_one_trace(
        seed: u32,
        times in proptest::collection::vec(0_u64..2_000_000, 1..10),
    ) {
        let mut times = times;
        times.sort_unstable();
        let run = |step: u64| {
            let mut world = world(seed, 1, FaultKinds::default());
            for (at, time) in times.iter().enumerate() {
                while world.now().time < SimTime(*time) {
                    let next = world.now().time + SimDuration(step);
                    world.advance(next.min(SimTime(*time)));
                }
                let node = NodeId(at as u8 % 5 + 1);
                let command = match at % 4 {
                    0 => Command::Pause(node),
                    1 => Command::Crash { node, keep_some: true },
                    2 => Command::HealAll,
                    _ => Command::Isolate(node.into()),
                };
                world.apply(&command).expect("the nodes exist");
            }
            world.advance(END);
            mark(&world)
        };
        prop_assert_eq!(run(1_000_000), run(777));
    }
}

#[test]
fn other_seeds_give_other_traces() {
    let hashes: std::collections::BTreeSet<u64> = (0..20)
        .map(|seed| {
            let mut world = world(seed, 1, FaultKinds::default());
            world.advance(ms(500));
            world.trace().hash()
        })
        .collect();
    assert_eq!(hashes.len(), 20);
}

/// How long the n-th message on each directed link took, by (link, n); only what arrived can say.
type Delays = BTreeMap<(Endpoint, Endpoint, usize), SimDuration>;

fn delays(config: &WorldConfig, seed: u32) -> Delays {
    let mut world: World<Raft> = World::new(config, &RaftConfig::default(), seed);
    world.advance(END);
    let mut sent = BTreeMap::new();
    let mut numbers: BTreeMap<(Endpoint, Endpoint), usize> = BTreeMap::new();
    let mut delays = Delays::new();
    for record in world.trace().iter() {
        match (&record.kind, record.cause) {
            (Kind::Sent { from, to, .. }, _) => {
                let n = numbers.entry((*from, *to)).or_default();
                sent.insert(record.id, ((*from, *to, *n), record.moment.time));
                *n += 1;
            }
            (Kind::Delivered { .. }, Some(message)) => {
                if let Some((key, at)) = sent.get(&message) {
                    delays.insert(*key, record.moment.time.since(*at));
                }
            }
            _ => {}
        }
    }
    delays
}

/// No link keeps order, so that a message arrives as long after its sending as was drawn for it.
fn unordered() -> WorldConfig {
    let mut config = setting(1, FaultKinds::default());
    for link in [&mut config.network.between_nodes, &mut config.network.to_clients] {
        link.reorder = true;
        link.delay = Distribution::Uniform { min: SimDuration(300), max: SimDuration(20_000) };
    }
    config
}

/// Compares the messages of all links but that between n1 and n2; gives how many there were to compare.
fn compare(plain: &Delays, changed: &Delays) -> usize {
    let is_elsewhere = |(from, to, _): &&(Endpoint, Endpoint, usize)| {
        let ends = [*from, *to];
        !(ends.contains(&N1.into()) && ends.contains(&N2.into()))
    };
    let both = plain.keys().filter(is_elsewhere).filter(|key| changed.contains_key(key));
    both.inspect(|key| assert_eq!(plain[key], changed[key], "{key:?}")).count()
}

#[test]
fn a_fault_on_one_link_moves_no_delay_on_another() {
    let wire = Wire::both(N1, N2);
    let loss = LinkPatch { loss_ppm: Some(400_000), ..LinkPatch::default() };
    let doubles = LinkPatch { duplicate_ppm: Some(400_000), ..LinkPatch::default() };
    let flap = Distribution::Exponential { min: SimDuration(1_000), mean: SimDuration(20_000) };
    let faults = [
        Command::SetLink { wire, patch: loss },
        Command::SetLink { wire, patch: doubles },
        Command::Cut(wire),
        Command::Flap { wire, up: flap, down: flap },
    ];
    let plain: Vec<Delays> = (1..=5).map(|seed| delays(&unordered(), seed)).collect();
    for fault in &faults {
        let mut config = unordered();
        config.schedule.push((ms(100), fault.clone()));
        let changed: Vec<Delays> = (1..=5).map(|seed| delays(&config, seed)).collect();
        let compared: usize = plain.iter().zip(&changed).map(|(plain, changed)| compare(plain, changed)).sum();
        assert!(compared > 5_000, "only {compared} messages with {fault:?}");
        assert!(plain != changed, "{fault:?} made no other run, so nothing was shown");
    }
}

#[test]
fn another_client_moves_no_delay_between_the_others() {
    for seed in 1..=5 {
        let mut config = unordered();
        let plain = delays(&config, seed);
        config.clients.push(config.clients[0].clone());
        assert!(compare(&plain, &delays(&config, seed)) > 1_000);
    }
}

/// Two nodes, with one exception for what n1 sends to n2.
fn two_nodes(patch: LinkPatch) -> WorldConfig {
    let mut config = support::lab::setting(2);
    config.network.rules.push(LinkRule { wire: Wire::one_way(N1, N2), patch });
    config
}

/// Which of the messages from n1 to n2 were lost, by their number.
fn lost(patch: &LinkPatch) -> Vec<usize> {
    let mut lab = Lab::new(&two_nodes(patch.clone()));
    lab.ask(N1, op("burst", 400)).until(ms(500));
    let mut numbers = BTreeMap::new();
    let mut lost = Vec::new();
    for record in lab.world.trace().iter() {
        match (&record.kind, record.cause) {
            (Kind::Sent { from, .. }, _) if *from == N1.into() => {
                numbers.insert(record.id, numbers.len());
            }
            (Kind::Dropped { why: DropReason::Lost, .. }, Some(message)) => lost.push(numbers[&message]),
            _ => {}
        }
    }
    lost
}

#[test]
fn loss_does_not_depend_on_delay_and_duplication() {
    let patch = LinkPatch { loss_ppm: Some(250_000), reorder: Some(true), ..LinkPatch::default() };
    let plain = lost(&patch);
    assert!((60..=140).contains(&plain.len()), "{}", plain.len());
    assert_eq!(lost(&LinkPatch { duplicate_ppm: Some(500_000), ..patch.clone() }), plain);
    let delay = Some(Distribution::Constant(SimDuration(1_000)));
    let mut others = lost(&LinkPatch { delay, ..patch.clone() });
    others.sort_unstable();
    let mut plain = plain;
    plain.sort_unstable();
    assert_eq!(others, plain);
}

/// How long each ping from n1 to n2 took, by its number on the link; none for what died.
fn ping_delays(patch: LinkPatch, cut_first: bool) -> Vec<Option<SimDuration>> {
    let mut lab = Lab::new(&two_nodes(patch));
    if cut_first {
        lab.apply(Command::Cut(Wire::both(N1, N2)));
    }
    lab.ask(N1, op("burst", 200)).until(ms(50)).apply(Command::HealAll).ask(N1, op("burst", 200)).until(ms(500));
    let mut sent = BTreeMap::new();
    let mut delays = Vec::new();
    for record in lab.records() {
        match (&record.kind, record.cause) {
            (Kind::Sent { from, to, .. }, _) if (*from, *to) == (N1.into(), N2.into()) => {
                sent.insert(record.id, (delays.len(), record.moment.time));
                delays.push(None);
            }
            (Kind::Delivered { .. }, Some(message)) => {
                if let Some((number, at)) = sent.get(&message) {
                    delays[*number] = Some(record.moment.time.since(*at));
                }
            }
            _ => {}
        }
    }
    delays
}

#[test]
fn what_dies_takes_its_own_draw_and_no_other() {
    let delay = Some(Distribution::Uniform { min: SimDuration(1_000), max: SimDuration(20_000) });
    let patch = LinkPatch { delay, reorder: Some(true), ..LinkPatch::default() };
    let (plain, after_a_cut) = (ping_delays(patch.clone(), false), ping_delays(patch, true));
    assert_eq!(after_a_cut[..200], vec![None; 200]);
    assert_eq!(after_a_cut[200..], plain[200..], "the numbers of the link go on while it is cut");
}

#[test]
fn a_message_that_is_lost_is_as_quick_as_any_other() {
    let delay = Some(Distribution::Uniform { min: SimDuration(1_000), max: SimDuration(21_000) });
    let loss_ppm = Some(250_000);
    let patch = LinkPatch { delay, loss_ppm, reorder: Some(true), ..LinkPatch::default() };
    let arrived: Vec<SimDuration> = ping_delays(patch, false).into_iter().flatten().collect();
    let quick = arrived.iter().filter(|delay| delay.0 < 6_000).count();
    // Of about 300 that arrive, a quarter takes less than 6 ms: binomial, 4 sigma, 75 +- 30. Were one draw for both, none.
    assert!((45..=105).contains(&quick), "{quick} of {}", arrived.len());
}

/// The lengths of each node's timer, one after another.
fn rounds(schedule: Vec<(SimTime, Command)>, seed: u32) -> BTreeMap<NodeId, Vec<SimDuration>> {
    let span = TimeSpan { min: SimDuration::from_millis(5), max: SimDuration::from_millis(25) };
    let config = WorldConfig { schedule, ..support::lab::setting(4) };
    let mut world: World<Gossip> = World::new(&config, &Rounds(Some(span)), seed);
    world.advance(END);
    let mut last: BTreeMap<NodeId, SimTime> = BTreeMap::new();
    let mut lengths: BTreeMap<NodeId, Vec<SimDuration>> = BTreeMap::new();
    for record in world.trace().iter() {
        if let Kind::TimerFired { node, .. } = record.kind {
            let before = last.insert(node, record.moment.time).unwrap_or(SimTime::ZERO);
            lengths.entry(node).or_default().push(record.moment.time.since(before));
        }
    }
    lengths
}

#[test]
fn faults_elsewhere_move_no_timer() {
    let loss = LinkPatch { loss_ppm: Some(500_000), duplicate_ppm: Some(500_000), ..LinkPatch::default() };
    let faults = vec![
        (ms(50), Command::SetLink { wire: Wire::both(N1, N2), patch: loss }),
        (ms(100), Command::Isolate(N1.into())),
        (ms(500), Command::Crash { node: N2, keep_some: true }),
        (ms(900), Command::Pause(N1)),
    ];
    for seed in 1..=10 {
        let (plain, struck) = (rounds(Vec::new(), seed), rounds(faults.clone(), seed));
        assert!(plain.values().all(|lengths| lengths.len() > 100));
        for (node, lengths) in &struck {
            let same = lengths.iter().zip(&plain[node]).take_while(|(a, b)| a == b).count();
            assert_eq!(same, lengths.len(), "seed {seed}, {node}: the n-th length is the n-th draw");
        }
        assert!(struck[&N2].len() < plain[&N2].len(), "n2 was down from 500 ms on");
    }
}

#[test]
fn a_restarted_node_goes_on_with_its_next_draw() {
    let restart = vec![(ms(500), Command::Crash { node: N1, keep_some: false }), (ms(500), Command::Restart(N1))];
    let (plain, struck) = (rounds(Vec::new(), 3), rounds(restart, 3));
    let before = struck[&N1].iter().zip(&plain[&N1]).take_while(|(a, b)| a == b).count();
    // The draw under way at the crash is spent; after the first ring of the new process all are one further.
    let pairs: Vec<_> = struck[&N1][before + 1..].iter().zip(&plain[&N1][before + 2..]).collect();
    assert!(pairs.len() > 100 && pairs.iter().all(|(after, drawn)| after == drawn));
}
