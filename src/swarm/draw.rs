//! From a class and a seed to a whole scenario, with every fault as a command of its schedule: so it can be shown, written
//! down, replayed by `netsplit run`, and made smaller.

use super::class::Class;
use super::clients;
use super::draws::{Draws, Topic};
use super::faults::{self, Target};
use super::heal::heal;
use super::members::Members;
use super::settings;
use super::wipes;
use crate::base::{ClientId, SimDuration, SimTime};
use crate::lesson::{Claim, Fact, Literal, OutcomeWord, Predicate, Quantifier, SCENARIO_FORMAT, Scenario, System};
use crate::protocol::raft::{Breaks, RaftConfig};
use crate::protocol::{Operation, Update, Value};
use crate::sim::{ClientConfig, Command, Limits, NetworkConfig, WorldConfig};

/// Once all is mended, a new write is acknowledged within so many maximum election timeouts.
pub const PATIENCE: u64 = 30;

/// No seed's run is larger than this: what goes beyond it has run away.
const EVENTS_MAX: u64 = 3_000_000;

/// The scenario of a class and a seed, with some rules of the protocol switched off.
#[must_use]
pub fn draw(class: Class, seed: u32, breaks: Breaks) -> Scenario {
    let mut draws = Draws::new(class, seed, Topic::Settings);
    let least = if class == Class::Wipe { 3 } else { 1 };
    let nodes = settings::nodes(&mut draws).max(least);
    let raft = settings::raft(&mut draws, breaks);
    let (link, disk) = (settings::link(&mut draws, &raft), settings::disk(&mut draws));
    let start = draws.time(SimTime::ZERO, SimTime::from_millis(800));
    let heal_at = SimTime(start.0 + draws.range(1_500_000, 5_000_000));
    let mut clients = clients::clients(&mut Draws::new(class, seed, Topic::Clients), nodes, &raft, heal_at);
    let members = Members::draw(&mut Draws::new(class, seed, Topic::Members), class, nodes, start, heal_at);
    let with_workloads = clients.len() as u8;
    clients.push(clients::probe());
    let target = Target {
        members: &members,
        raft: &raft,
        link: &link,
        sync: disk.sync,
        clients: with_workloads,
        start,
        heal_at,
    };
    let mut mood = Draws::new(class, seed, Topic::Mood);
    let faults = faults::faults(class, &mut mood, &mut Draws::new(class, seed, Topic::Faults), &target);
    let struck: Vec<&Command> = faults.iter().map(|(_, command)| command).collect();
    let healed = heal(&members, with_workloads + 1, (&link, disk.sync), &struck);
    let probe = ClientId(with_workloads);
    let again = if mood.percent(60) { orders_again(&members, &raft, heal_at) } else { Vec::new() };
    let mut schedule = faults;
    schedule.extend(members.commands);
    schedule.extend(healed.into_iter().map(|command| (heal_at, command)));
    schedule.push((heal_at, ask(probe)));
    schedule.extend(again);
    schedule.sort_by_key(|(time, _)| *time);
    let world = WorldConfig {
        nodes,
        network: NetworkConfig { between_nodes: link.clone(), to_clients: link, rules: Vec::new() },
        disk,
        data: Vec::new(),
        clients,
        schedule,
        limits: Limits { events: EVENTS_MAX, ..Limits::default() },
    };
    let mut scenario = assemble(class, seed, raft, world, (heal_at, probe));
    if class == Class::Wipe {
        wipes::spare_what_is_needed(&mut scenario);
    }
    scenario
}

fn ask(client: ClientId) -> Command {
    let operation = Operation { key: "probe".into(), update: Update::Write(Value::Int(1)) };
    Command::Invoke { client, operation, contact: None }
}

/// An operator goes on with what did not come through.
fn orders_again(members: &Members, raft: &RaftConfig, heal_at: SimTime) -> Vec<(SimTime, Command)> {
    let gap = raft.election_timeout.max.0;
    let mut all = Vec::new();
    for (n, &order) in members.unfinished.iter().enumerate() {
        for time in 1..=2 {
            let at = SimTime(heal_at.0 + time * gap + n as u64 * gap / 4);
            all.push((at, Command::Order { node: None, order }));
        }
    }
    all
}

fn assemble(
    class: Class,
    seed: u32,
    raft: RaftConfig,
    world: WorldConfig,
    (heal_at, probe): (SimTime, ClientId),
) -> Scenario {
    let end = heal_at + SimDuration(PATIENCE * raft.election_timeout.max.0);
    let progress = Claim {
        name: format!("once all is mended, a new write is acknowledged within {PATIENCE} maximum election timeouts"),
        quantifier: Quantifier::Sometimes,
        predicate: Predicate::All(vec![Literal {
            holds: true,
            fact: Fact::LastOutcome { client: probe, is: OutcomeWord::Ok },
        }]),
        from: heal_at,
        until: Some(end),
    };
    Scenario {
        format: SCENARIO_FORMAT,
        id: format!("swarm-{class}-{seed}"),
        title: format!("Swarm, class {class}, seed {seed}"),
        summary: "Drawn at random to find what breaks.".to_owned(),
        seed,
        until: end,
        system: System::Raft(raft),
        world,
        faults: None,
        claims: if class.demands_progress() { vec![progress] } else { Vec::new() },
    }
}

/// The client that asks once all is mended, if the scenario still has it.
pub(super) fn probe_of(clients: &[ClientConfig]) -> Option<ClientId> {
    clients.iter().position(|client| client.name == clients::PROBE).map(|at| ClientId(at as u8))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_drawn_can_run_and_is_drawn_alike_again() {
        for class in Class::ALL {
            for seed in 0..200 {
                let scenario = draw(class, seed, Breaks::NONE);
                assert_eq!(scenario.problems(), [], "{class} {seed}");
                assert_eq!(scenario, draw(class, seed, Breaks::NONE));
            }
        }
    }
}
