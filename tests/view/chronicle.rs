//! The chronicle against the worlds that it was read from.

use netsplit::base::{Endpoint, NodeSet, RecordId, SimTime};
use netsplit::protocol::Role;
use netsplit::protocol::raft::{Command as Entry, Raft};
use netsplit::session::Cluster;
use netsplit::sim::{Command, LinkHealth, NodeStatus, World};
use netsplit::view::chronicle::{BeatKind, Broken, Cell, Chronicle, Content, Ending, MessageKind, Standing};

use super::runs::{chronicle, scenario, scenarios, whole};

fn raft(cluster: &Cluster) -> &World<Raft> {
    cluster.as_raft().expect("these are runs of Raft")
}

fn entry(index: u64, entry: &netsplit::protocol::raft::Entry) -> Cell {
    let (content, request) = match &entry.command {
        Entry::Noop => (Content::Opening, None),
        Entry::Operation(proposal) => (Content::Operation(proposal.operation.clone()), Some(proposal.request)),
        Entry::Configure(next) => (Content::Membership { voters: next.voters, learners: next.learners }, None),
    };
    Cell { index, term: entry.term.0, content, request }
}

/// Logs, terms, roles, links, processes and messages are those of the world at this moment.
fn must_agree(chronicle: &Chronicle, cluster: &Cluster, what: &str) {
    let world = raft(cluster);
    let at = format!("{what} at {}", world.now());
    for (node, slot) in world.nodes() {
        let process = slot.process();
        let log = process.map_or(&slot.disk().durable().log, Raft::log);
        let entries: Vec<Cell> = log.iter().map(|(index, it)| entry(index.0, it)).collect();
        let told: Vec<Cell> = chronicle.log(node).iter().map(|cell| Cell::clone(cell)).collect();
        assert_eq!(told, entries, "{at}: the log of {node}");
        let base = log.base();
        assert_eq!(chronicle.snapshot_end(node), (base.index.0, base.term.0), "{at}: the snapshot of {node}");
        if let (Some(process), Some(term)) = (process, chronicle.term(node)) {
            assert_eq!(term, process.term().0, "{at}: the term of {node}");
        }
        let reign = chronicle.reigns().iter().find(|reign| reign.node == node && reign.until.is_none());
        let role = process.map(|process| netsplit::protocol::Protocol::observe(process).role);
        let expected = match reign.map(|reign| reign.standing) {
            Some(Standing::Leader) => role == Some(Role::Leader),
            Some(Standing::Candidate | Standing::PreCandidate) => role == Some(Role::Candidate),
            None => !matches!(role, Some(Role::Leader | Role::Candidate)),
        };
        assert!(expected, "{at}: {node} is {role:?}, told {reign:?}");
        let is_open = |broken: Broken| chronicle.outages().iter().any(|it| it.until.is_none() && it.what == broken);
        assert_eq!(is_open(Broken::Down(node)), slot.status() == NodeStatus::Down, "{at}: {node} down");
        assert_eq!(is_open(Broken::Paused(node)), slot.status() == NodeStatus::Paused, "{at}: {node} paused");
    }
    for (from, to, link) in world.links() {
        let is_open = chronicle.outages().iter().any(|it| it.until.is_none() && it.what == Broken::Link { from, to });
        assert_eq!(is_open, link.health() != LinkHealth::Up, "{at}: {from}->{to}");
    }
    let mut flying: Vec<RecordId> = world.flights().map(|flight| flight.message).collect();
    flying.sort_unstable();
    let open = chronicle.crossings().iter().filter(|crossing| crossing.end.is_none());
    assert_eq!(open.map(|crossing| crossing.message).collect::<Vec<_>>(), flying, "{at}: messages on their way");
    let open: Vec<_> = chronicle.operations().iter().filter(|bar| bar.ended.is_none()).map(|bar| bar.op).collect();
    assert_eq!(open, world.open_operations().map(|open| open.id).collect::<Vec<_>>(), "{at}: open operations");
    let counters = world.counters();
    assert_eq!(chronicle.operations().len() as u64, counters.invoked, "{at}");
    let sent = chronicle.crossings().len() as u64;
    assert!(sent >= counters.sent, "{at}");
}

#[test]
fn what_is_told_is_what_the_worlds_hold() {
    for scenario in scenarios().into_iter().filter(|scenario| scenario.system.has_leaders()) {
        let mut cluster = Cluster::new(&scenario, scenario.seed);
        let mut told = Chronicle::new();
        for step in 1..=40 {
            cluster.advance(SimTime(scenario.until.0 * step / 40));
            told.read_on(&cluster);
            must_agree(&told, &cluster, &scenario.id);
        }
    }
}

#[test]
fn a_chronicle_that_was_cut_back_is_the_one_built_anew() {
    for id in ["zombie-leader", "random-faults", "flapping-link", "crash-and-return", "broken-membership"] {
        let scenario = scenario(id);
        let first = whole(&scenario);
        let mut branch = Cluster::new(&scenario, scenario.seed);
        for tenth in 1..=9 {
            branch.advance(SimTime(scenario.until.0 * tenth / 10));
            let mut other = branch.clone();
            let at = other.records();
            other.apply(&Command::Isolate(Endpoint::Node(netsplit::base::NodeId(1)))).expect("there is an n1");
            other.advance(scenario.until);
            let mut cut = chronicle(&first);
            cut.cut_back(at);
            assert!(cut.records() <= at);
            must_hold_nothing_of(&cut, RecordId(at));
            cut.read_on(&other);
            must_be_equal(&cut, &chronicle(&other));
            cut.cut_back(at);
            cut.read_on(&first);
            must_be_equal(&cut, &chronicle(&first));
        }
    }
}

#[test]
fn branches_of_random_runs_at_random_records_are_told_as_if_from_the_beginning() {
    let scenario = scenario("random-faults");
    for seed in 1..=16_u32 {
        let mut first = Cluster::new(&scenario, seed);
        first.advance(scenario.until);
        let target = u64::from(seed).wrapping_mul(2_654_435_761) % first.records();
        let mut branch = Cluster::new(&scenario, seed);
        while branch.records() < target && branch.step_until(scenario.until) {}
        let at = branch.records();
        let node = netsplit::base::NodeId(seed as u8 % 3 + 1);
        branch.apply(&Command::Crash { node, keep_some: true }).expect("there are three nodes");
        branch.apply(&Command::HealAll).expect("it can always be asked");
        branch.advance(scenario.until);
        let mut cut = chronicle(&first);
        cut.cut_back(at);
        cut.read_on(&branch);
        must_be_equal(&cut, &chronicle(&branch));
        must_agree(&cut, &branch, "a branch");
    }
}

fn must_hold_nothing_of(chronicle: &Chronicle, first: RecordId) {
    let ends = chronicle.crossings().iter().filter_map(|crossing| crossing.end).map(|end| end.record);
    let untils = chronicle.reigns().iter().filter_map(|reign| reign.until).map(|until| until.record);
    let beats = chronicle.beats().iter().map(|beat| beat.when.record);
    assert!(ends.chain(untils).chain(beats).all(|record| record < first));
}

fn must_be_equal(one: &Chronicle, other: &Chronicle) {
    assert_eq!(one.records(), other.records());
    assert_eq!(one.crossings(), other.crossings());
    assert_eq!(one.operations(), other.operations());
    assert_eq!(one.reigns(), other.reigns());
    assert_eq!(one.terms(), other.terms());
    assert_eq!(one.outages(), other.outages());
    assert_eq!(one.losses(), other.losses());
    assert_eq!(one.commits(), other.commits());
    assert_eq!(one.beats(), other.beats());
    for node in NodeSet::first(5).iter() {
        assert_eq!((one.log(node), one.term(node)), (other.log(node), other.term(node)));
    }
}

#[test]
fn reading_in_small_steps_tells_the_same() {
    let scenario = scenario("random-faults");
    let mut cluster = Cluster::new(&scenario, scenario.seed);
    let mut told = Chronicle::new();
    while cluster.step_until(scenario.until) {
        told.read_on(&cluster);
    }
    must_be_equal(&told, &chronicle(&cluster));
}

#[test]
fn signs_of_life_stay_in_the_background_and_elections_do_not() {
    let told = chronicle(&whole(&scenario("three-nodes-quiet")));
    let count = |kind, is_foreground| {
        let all = told.crossings().iter().filter(|it| it.kind == kind && it.is_foreground() == is_foreground);
        all.count()
    };
    assert!(count(MessageKind::Heartbeat, false) > 50 && count(MessageKind::HeartbeatAck, false) > 50);
    assert_eq!(count(MessageKind::VoteRequest, false) + count(MessageKind::Vote, false), 0);
    assert!(count(MessageKind::VoteRequest, true) > 0);
    let loud = count(MessageKind::Heartbeat, true) + count(MessageKind::HeartbeatAck, true);
    assert!(loud <= 8, "{loud} signs of life in the foreground");
}

#[test]
fn the_zombie_loses_two_entries_that_nobody_was_promised() {
    let told = chronicle(&whole(&scenario("zombie-leader")));
    let of_n1: Vec<_> = told.losses().iter().filter(|loss| loss.node.0 == 1).collect();
    assert_eq!(of_n1.iter().map(|loss| loss.cells.len()).sum::<usize>(), 2);
    let cells = || told.losses().iter().flat_map(|loss| &loss.cells);
    assert!(cells().all(|lost| !lost.was_acknowledged && matches!(lost.cell.content, Content::Operation(_))));
    assert!(cells().any(|lost| lost.is_gone) && cells().any(|lost| !lost.is_gone), "the last log to drop it tells");
    let short = told.beats().iter().find_map(|beat| match beat.what {
        BeatKind::ShortOfAcks { node, tally, .. } => Some((node.0, tally.have, tally.of, tally.need)),
        _ => None,
    });
    assert_eq!(short, Some((1, 2, 5, 3)), "stored on 2 of 5, and 3 are needed");
    let died =
        told.crossings().iter().filter(|it| matches!(it.end, Some(end) if matches!(end.how, Ending::Dropped(_))));
    assert!(died.count() > 10);
}

#[test]
fn an_acknowledged_write_that_is_overwritten_is_a_broken_promise() {
    let told = chronicle(&whole(&scenario("broken-early-acknowledgement")));
    assert!(told.losses().iter().flat_map(|loss| &loss.cells).any(|lost| lost.is_broken_promise()));
}

#[test]
fn no_sound_scenario_has_a_broken_promise() {
    for scenario in scenarios().into_iter().filter(|scenario| scenario.system.has_leaders()) {
        if scenario.id.starts_with("broken-") || scenario.id.starts_with("hostile-") {
            continue;
        }
        let told = chronicle(&whole(&scenario));
        let lost = told.losses().iter().flat_map(|loss| &loss.cells).find(|lost| lost.is_broken_promise());
        assert!(lost.is_none(), "{}: {lost:?}", scenario.id);
    }
}
