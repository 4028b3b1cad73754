//! The commands of golden scripts, carried out on a cluster of Raft servers.

use super::transcript::{Shown, Transcript};
use netsplit::base::{ClientId, Distribution, Drift, Endpoint, NodeId, SimDuration, SimTime, TimeSpan};
use netsplit::check::Invariants;
use netsplit::protocol::raft::{FollowerReads, Raft, RaftConfig, RaftRole, ReadPath};
use netsplit::protocol::{Operation, Order, Protocol, Role, Update, Value};
use netsplit::sim::{ClientConfig, Command, LinkPatch, NodeStatus, Wire, World, WorldConfig};
use netsplit::view::describe::raft::entry;
use netsplit::view::describe::{Names, outcome};

/// Where a script plays: nothing until its `cluster` line.
#[derive(Default)]
pub(crate) struct Stage {
    world: Option<World<Raft>>,
    transcript: Transcript,
    invariants: Invariants,
}

type Lines = Vec<String>;

impl Stage {
    /// Carries out one line. Gives what is to be read below it.
    pub(crate) fn perform(&mut self, line: &str) -> Result<Lines, String> {
        let mut words = line.split_whitespace();
        let verb = words.next().unwrap_or_default();
        let words: Vec<&str> = words.collect();
        if verb == "cluster" {
            return self.cluster(&words);
        }
        match verb {
            "run" => self.run(&words),
            "skip" => self.skip(&words),
            "step" => self.step(&words),
            "show" => self.show(&words),
            "status" => self.status(),
            "log" => self.log(&words),
            "disk" => self.disk(&words),
            "members" => self.members(&words),
            "campaign" => self.campaign(&words),
            _ => {
                let command = self.command(verb, &words)?;
                self.world()?.apply(&command).map_err(|error| error.to_string())?;
                self.news()
            }
        }
    }

    fn world(&mut self) -> Result<&mut World<Raft>, String> {
        self.world.as_mut().ok_or_else(|| "a script begins with `cluster`".to_owned())
    }

    fn cluster(&mut self, words: &[&str]) -> Result<Lines, String> {
        let mut config = WorldConfig { nodes: number(words, "nodes", 3)? as u8, ..WorldConfig::default() };
        let mut raft = RaftConfig::default();
        let seed = number(words, "seed", 1)? as u32;
        let patience = value(words, "timeout").map_or(Ok(SimDuration::from_secs(1)), length)?;
        for name in value(words, "clients").unwrap_or("Alice").split(',') {
            let mut client = ClientConfig { name: name.to_owned(), timeout: patience, ..ClientConfig::default() };
            client.retry.attempts = number(words, "attempts", 8)? as u16;
            config.clients.push(client);
        }
        if let Some(sync) = value(words, "sync") {
            config.disk.sync = Distribution::Constant(length(sync)?);
        }
        if let Some((min, max)) = value(words, "election").and_then(|span| span.split_once("..")) {
            raft.election_timeout = TimeSpan { min: length(min)?, max: length(max)? };
        }
        settings(&mut raft, words)?;
        let nodes = config.nodes;
        let world = World::new(&config, &raft, seed);
        self.transcript = Transcript::after(world.trace().len());
        self.world = Some(world);
        self.invariants = Invariants::default();
        Ok(vec![format!("{nodes} nodes, seed {seed}")])
    }

    fn run(&mut self, words: &[&str]) -> Result<Lines, String> {
        let now = self.world()?.now().time;
        let until = match (value(words, "until"), value(words, "for")) {
            (Some(until), None) => SimTime(length(until)?.0),
            (None, Some(lasts)) => now + length(lasts)?,
            _ => return Err("say `until=1s` or `for=1s`".to_owned()),
        };
        let Self { world, invariants, .. } = self;
        let world = world.as_mut().ok_or("a script begins with `cluster`")?;
        while world.step_until(until) {
            invariants.see_raft(world);
        }
        world.advance(until);
        self.news()
    }

    /// Runs on without a word, apart from who leads then.
    fn skip(&mut self, words: &[&str]) -> Result<Lines, String> {
        self.run(words)?;
        let world = self.world()?;
        let leaders = world.nodes().filter_map(|(node, slot)| Some((node, slot.process()?.observe())));
        let leaders = leaders.filter(|(_, seen)| seen.role == Role::Leader);
        let lines: Lines = leaders.map(|(node, seen)| format!("{node} leads term {}", seen.epoch)).collect();
        Ok(if lines.is_empty() { vec!["nobody leads".to_owned()] } else { lines })
    }

    fn step(&mut self, words: &[&str]) -> Result<Lines, String> {
        let steps: u32 = words.first().unwrap_or(&"1").parse().map_err(|_| "how many steps?".to_owned())?;
        let Self { world, invariants, .. } = self;
        let world = world.as_mut().ok_or("a script begins with `cluster`")?;
        for _ in 0..steps {
            world.step_until(SimTime(u64::MAX));
            invariants.see_raft(world);
        }
        self.news()
    }

    /// Which invariants the story has broken so far, by their ids.
    pub(crate) fn broken(&self) -> Vec<&'static str> {
        let mut broken: Vec<_> = self.invariants.broken().iter().map(|broken| broken.invariant).collect();
        broken.sort_unstable();
        broken.into_iter().map(|invariant| invariant.id()).collect()
    }

    fn show(&mut self, words: &[&str]) -> Result<Lines, String> {
        self.transcript.shown = match words {
            ["story"] => Shown::Story,
            ["disk"] => Shown::Disk,
            ["all"] => Shown::All,
            _ => return Err("say `show story`, `show disk` or `show all`".to_owned()),
        };
        Ok(vec!["ok".to_owned()])
    }

    fn news(&mut self) -> Result<Lines, String> {
        let Self { world, transcript, .. } = self;
        let world = world.as_ref().ok_or("a script begins with `cluster`")?;
        let lines = transcript.news(world);
        Ok(if lines.is_empty() { vec!["nothing happens".to_owned()] } else { lines })
    }

    fn status(&mut self) -> Result<Lines, String> {
        let world = self.world()?;
        let names = Names::new(world.config());
        let mut lines: Lines =
            world.nodes().map(|(node, slot)| node_status(node, slot.status(), slot.process())).collect();
        for (client, view) in world.clients() {
            let tally = view.tally;
            let open = world.open_operations().filter(|open| open.client == client).count();
            let name = names.client(client);
            let ended = format!("{} ok, {} failed, {} unknown", tally.ok, tally.failed, tally.unknown);
            lines.push(format!("{name}  {ended}, {open} open; would ask {}", view.contact));
        }
        for open in world.open_operations() {
            let so_far = outcome(&open.operation, &netsplit::sim::Outcome::Unknown);
            lines.push(format!("open: {}, {so_far} so far", open.operation));
        }
        Ok(lines)
    }

    fn log(&mut self, words: &[&str]) -> Result<Lines, String> {
        let world = self.world()?;
        let names = Names::new(world.config());
        let mut lines = Vec::new();
        for (node, slot) in world.nodes().filter(|(node, _)| is_named(words, *node)) {
            match slot.process() {
                None => lines.push(format!("{node}  down")),
                Some(raft) if raft.log().last_index().0 == 0 => lines.push(format!("{node}  empty")),
                Some(raft) => {
                    let covered = raft.log().base().index;
                    lines.extend((covered.0 > 0).then(|| format!("{node}  up to {covered}  in a snapshot")));
                    lines.extend(raft.log().iter().map(|(index, it)| {
                        let committed =
                            if index <= raft.commit_index() { "committed" } else { "not known to be committed" };
                        format!("{node}  {index}  {}, {committed}", entry(it, &names))
                    }));
                }
            }
        }
        Ok(lines)
    }

    fn disk(&mut self, words: &[&str]) -> Result<Lines, String> {
        let world = self.world()?;
        let nodes = world.nodes().filter(|(node, _)| is_named(words, *node));
        Ok(nodes
            .map(|(node, slot)| {
                let held = slot.disk().durable();
                let vote = held.voted_for.map_or("no vote".to_owned(), |vote| format!("vote for {vote}"));
                let unsynced = slot.disk().unsynced();
                format!("{node}  term {}, {vote}, log to {}, {unsynced} not durable", held.term, held.log.last_index())
            })
            .collect())
    }

    /// Who belongs to the cluster, as far as each server knows.
    fn members(&mut self, words: &[&str]) -> Result<Lines, String> {
        let world = self.world()?;
        let list =
            |set: netsplit::base::NodeSet| set.iter().map(|node| node.to_string()).collect::<Vec<_>>().join(", ");
        let line = |(node, slot): (NodeId, &netsplit::sim::NodeSlot<Raft>)| {
            let Some(raft) = slot.process() else { return format!("{node}  down") };
            let now = raft.configuration();
            let learners =
                if now.learners.is_empty() { String::new() } else { format!("; {} only learns", list(now.learners)) };
            format!("{node}  {} have a vote{learners}", list(now.voters))
        };
        Ok(world.nodes().filter(|(node, _)| is_named(words, *node)).map(line).collect())
    }

    /// Lets a server's election timer run out: nothing reaches it until then.
    fn campaign(&mut self, words: &[&str]) -> Result<Lines, String> {
        let candidate = node(words.first().copied())?;
        let world = self.world()?;
        let others: Vec<NodeId> = world.nodes().map(|(node, _)| node).filter(|node| *node != candidate).collect();
        for other in &others {
            let command = Command::Cut(Wire::one_way(*other, candidate));
            world.apply(&command).map_err(|error| error.to_string())?;
        }
        let until = world.now().time + SimDuration::from_secs(2);
        let term = |world: &World<Raft>| world.node(candidate)?.process().map(Raft::term);
        let (before, mut stands) = (term(world), false);
        while !stands && world.step_until(until) {
            let role = world.node(candidate).and_then(|slot| slot.process()).map(Raft::role);
            stands = matches!(role, Some(RaftRole::PreCandidate(_))) || term(world) != before;
        }
        for other in others {
            let command = Command::Heal(Wire::one_way(other, candidate));
            world.apply(&command).map_err(|error| error.to_string())?;
        }
        self.news()
    }

    fn order(&mut self, words: &[&str]) -> Result<Command, String> {
        let (Some(at), Some(what)) = (words.first(), words.get(1)) else { return Err("who is to do what?".to_owned()) };
        let at = if *at == "leader" { None } else { Some(node(Some(at))?) };
        let named = node(words.get(2).copied())?;
        let order = match *what {
            "transfer" => Order::Transfer { to: named },
            "add" => Order::AddServer(named),
            "learn" => Order::AddLearner(named),
            "remove" => Order::RemoveServer(named),
            _ => return Err(format!("there is no order `{what}`")),
        };
        Ok(Command::Order { node: at, order })
    }

    fn command(&mut self, verb: &str, words: &[&str]) -> Result<Command, String> {
        let first = words.first().copied();
        Ok(match verb {
            "cut" => Command::Cut(self.wire(first)?),
            "heal" if words.is_empty() => Command::HealAll,
            "heal" => Command::Heal(self.wire(first)?),
            "part" => Command::Partition { groups: self.groups(&words.concat())? },
            "isolate" => Command::Isolate(self.endpoint(first.unwrap_or_default())?),
            "loss" => {
                let percent: u32 = value(words, "percent").and_then(|text| text.parse().ok()).ok_or("percent=?")?;
                let patch = LinkPatch { loss_ppm: Some(percent * 10_000), ..LinkPatch::default() };
                Command::SetLink { wire: self.wire(first)?, patch }
            }
            "crash" => Command::Crash { node: node(first)?, keep_some: words.contains(&"keep_some") },
            "restart" => Command::Restart(node(first)?),
            "wipe" => Command::Wipe(node(first)?),
            "pause" => Command::Pause(node(first)?),
            "resume" => Command::Resume(node(first)?),
            "lie" => Command::SetLying {
                node: node(first)?,
                flush_after: Some(length(value(words, "for").ok_or("for=?")?)?),
            },
            "sync" => {
                let takes = length(value(words, "takes").ok_or("takes=?")?)?;
                Command::SetSync { node: node(first)?, sync: Distribution::Constant(takes) }
            }
            "drift" => {
                let ppm = value(words, "ppm").and_then(|text| text.parse().ok()).ok_or("ppm=?")?;
                Command::SetDrift { node: node(first)?, drift: Drift(ppm) }
            }
            "write" | "read" => self.invoke(words)?,
            "join" => Command::AddNode,
            "order" => self.order(words)?,
            _ => return Err(format!("there is no command `{verb}`")),
        })
    }

    fn invoke(&mut self, words: &[&str]) -> Result<Command, String> {
        let (Some(name), Some(what)) = (words.first(), words.get(1)) else { return Err("who asks what?".to_owned()) };
        let Endpoint::Client(client) = self.endpoint(name)? else { return Err("only clients ask".to_owned()) };
        let operation = match what.split_once('=') {
            None => Operation { key: (*what).into(), update: Update::Read },
            Some((key, value)) => {
                let value = value.parse().map_or_else(|_| Value::Text(value.into()), Value::Int);
                Operation { key: key.into(), update: Update::Write(value) }
            }
        };
        let contact = value(words, "at").map(|at| node(Some(at))).transpose()?;
        Ok(Command::Invoke { client, operation, contact })
    }

    fn wire(&mut self, text: Option<&str>) -> Result<Wire, String> {
        let text = text.ok_or("which link?")?;
        let one_way = text.split_once("->");
        let (from, to) = one_way.or_else(|| text.split_once('-')).ok_or("a link is `n1-n2` or `n1->n2`")?;
        let (from, to) = (self.endpoint(from)?, self.endpoint(to)?);
        Ok(if one_way.is_some() { Wire::one_way(from, to) } else { Wire::both(from, to) })
    }

    fn groups(&mut self, text: &str) -> Result<Vec<Vec<Endpoint>>, String> {
        text.split('|').map(|group| group.split(',').map(|name| self.endpoint(name)).collect()).collect()
    }

    fn endpoint(&mut self, name: &str) -> Result<Endpoint, String> {
        let clients = &self.world()?.config().clients;
        match clients.iter().position(|client| client.name == name) {
            Some(at) => Ok(ClientId(at as u8).into()),
            None => Ok(node(Some(name))?.into()),
        }
    }
}

fn node_status(node: NodeId, status: NodeStatus, process: Option<&Raft>) -> String {
    let Some(raft) = process else { return format!("{node}  down") };
    let seen = raft.observe();
    let role = match raft.role() {
        RaftRole::Leader(_) => "leader",
        RaftRole::PreCandidate(_) => "pre-candidate",
        RaftRole::Candidate(_) => "candidate",
        RaftRole::Follower { .. } if seen.role == Role::Learner => "learner",
        RaftRole::Follower { .. } => "follower",
    };
    let leader = seen.leader.map_or("no leader".to_owned(), |leader| format!("leader {leader}"));
    let frozen = if status == NodeStatus::Paused { ", frozen" } else { "" };
    let (last, commit) = (seen.last_index, seen.commit_index);
    format!("{node}  {role} in term {}, {leader}, log to {last}, committed to {commit}{frozen}", seen.epoch)
}

/// The settings of a `cluster` line.
fn settings(raft: &mut RaftConfig, words: &[&str]) -> Result<(), String> {
    let is_on = |name| value(words, name) == Some("on");
    raft.noop_on_election = value(words, "noop") != Some("off");
    raft.pre_vote = is_on("pre_vote");
    raft.leader_stickiness = is_on("stickiness");
    raft.check_quorum = is_on("check_quorum");
    raft.max_entries_per_append = number(words, "batch", 64)? as u32;
    raft.snapshot_after =
        value(words, "snapshot_after").map(|_| number(words, "snapshot_after", 0)).transpose()?.map(|it| it as u32);
    raft.reads = match value(words, "reads") {
        None | Some("log") => ReadPath::Log,
        Some("read_index") => ReadPath::ReadIndex,
        Some("lease") => ReadPath::Lease,
        Some(other) => return Err(format!("reads do not go by `{other}`")),
    };
    raft.follower_reads = match value(words, "follower_reads") {
        None | Some("refuse") => FollowerReads::Refuse,
        Some("read_index") => FollowerReads::ReadIndex,
        Some("local") => FollowerReads::Local,
        Some(other) => return Err(format!("followers do not read by `{other}`")),
    };
    Ok(())
}

fn is_named(words: &[&str], node: NodeId) -> bool {
    words.is_empty() || words.contains(&node.to_string().as_str())
}

fn value<'a>(words: &[&'a str], name: &str) -> Option<&'a str> {
    words.iter().find_map(|word| word.strip_prefix(name)?.strip_prefix('='))
}

fn number(words: &[&str], name: &str, default: u64) -> Result<u64, String> {
    value(words, name).map_or(Ok(default), |text| text.parse().map_err(|_| format!("`{name}` is not a number: {text}")))
}

fn node(name: Option<&str>) -> Result<NodeId, String> {
    let name = name.unwrap_or_default();
    let number = name.strip_prefix('n').and_then(|digits| digits.parse().ok());
    number.filter(|&number| number > 0).map(NodeId).ok_or_else(|| format!("`{name}` is no node"))
}

/// `250us`, `20ms`, `2s`.
fn length(text: &str) -> Result<SimDuration, String> {
    let digits = text.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
    let unit = match &text[digits.len()..] {
        "us" => 1,
        "ms" => 1_000,
        "s" => 1_000_000,
        unit => return Err(format!("`{unit}` is no unit of time")),
    };
    digits.parse().map(|number: u64| SimDuration(number * unit)).map_err(|_| format!("`{text}` is no length"))
}
