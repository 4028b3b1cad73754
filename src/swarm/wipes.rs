//! When a disk may be lost: only if everything that is committed, or may be by what this disk has acknowledged, stays on
//! the disks of a majority of the voters, and if no other voter is without its disk. Whether that is so at a time is
//! found out by running the scenario up to then.

use crate::base::{NodeId, NodeSet, SimTime};
use crate::lesson::Scenario;
use crate::protocol::raft::log::{Index, LogEnd};
use crate::protocol::raft::quorum::majority;
use crate::protocol::raft::{Configuration, Raft};
use crate::session::Cluster;
use crate::sim::{Command, World};

/// Lets a server whose disk must not be lost die with its disk instead: it stays down all the same.
pub(super) fn spare_what_is_needed(scenario: &mut Scenario) {
    for at in 0..scenario.world.schedule.len() {
        let (time, Command::Wipe(node)) = scenario.world.schedule[at] else { continue };
        if !may_lose(scenario, node, time) {
            scenario.world.schedule[at].1 = Command::Crash { node, keep_some: false };
        }
    }
}

/// Whether every disk that a scenario wipes may be lost at that time.
pub(super) fn are_bearable(scenario: &Scenario) -> bool {
    scenario.world.schedule.iter().all(|(time, command)| match command {
        Command::Wipe(node) => may_lose(scenario, *node, *time),
        _ => true,
    })
}

fn may_lose(scenario: &Scenario, node: NodeId, time: SimTime) -> bool {
    let mut cluster = Cluster::new(scenario, scenario.seed);
    cluster.advance(SimTime(time.0.saturating_sub(1)));
    let wiped = scenario.world.schedule.iter().filter_map(|(at, command)| match command {
        Command::Wipe(wiped) if *at < time => Some(*wiped),
        _ => None,
    });
    let gone: NodeSet = wiped.chain([node]).collect();
    let world = cluster.as_raft().expect("a swarm of Raft runs Raft");
    // What this server has acknowledged may be counted on, and committed, after its disk is gone.
    let own = world.node(node).map(|slot| slot.disk().durable().log.end()).unwrap_or_default();
    let Some(committed) = last_committed(world) else { return false };
    let is_bearable = |now: Configuration| {
        let voters = now.voters;
        let has = |voter: NodeId| [committed, own].into_iter().all(|entry| has_on_disk(world, voter, entry));
        let holds = |voter: &NodeId| !gone.contains(*voter) && has(*voter);
        voters.iter().filter(holds).count() >= majority(voters.len()) && gone.intersection(voters).len() <= 1
    };
    configurations(world).into_iter().all(is_bearable)
}

/// The last entry that anybody knows to be committed. None if it cannot be told, since no process that runs knows its
/// term.
fn last_committed(world: &World<Raft>) -> Option<LogEnd> {
    let processes = || world.nodes().filter_map(|(_, slot)| slot.process());
    let index = processes().map(Raft::commit_index).max()?;
    // Those that are down may have known more; what their disks hold beyond is taken for committed.
    let longest = world.nodes().map(|(_, slot)| slot.disk().durable().log.last_index()).max()?;
    let is_whole = processes().count() == world.nodes().count();
    let index: Index = if is_whole { index } else { longest.max(index) };
    let term = processes().find_map(|process| process.log().term_at(index));
    let on_disk = || world.nodes().find_map(|(_, slot)| slot.disk().durable().log.term_at(index));
    Some(LogEnd { term: term.or_else(on_disk)?, index })
}

fn has_on_disk(world: &World<Raft>, node: NodeId, entry: LogEnd) -> bool {
    let Some(slot) = world.node(node) else { return false };
    let log = &slot.disk().durable().log;
    log.base().index >= entry.index || log.term_at(entry.index) == Some(entry.term)
}

/// Every membership that some process acts by.
fn configurations(world: &World<Raft>) -> Vec<Configuration> {
    let mut all: Vec<Configuration> =
        world.nodes().filter_map(|(_, slot)| slot.process()).map(Raft::configuration).collect();
    all.sort_unstable();
    all.dedup();
    all
}
