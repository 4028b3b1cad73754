//! Everything that a scenario can hold can be written: every key of the schema is used by some good file, and every
//! variant comes out of one.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use netsplit::base::Distribution;
use netsplit::lesson::{Fact, NodeWord, OutcomeWord, Predicate, Scenario, format};
use netsplit::protocol::{Element, Operation, Order, Role, Update, Value};
use netsplit::sim::{Command, Contact, Direction, Jitter, Pace, ValueKind, Wire};

fn good_files() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let entries = fs::read_dir(root.join("assets/scenarios")).expect("the folder of scenarios is there");
    let scenarios = entries.map(|entry| entry.expect("a folder entry can be read").path());
    scenarios
        .chain(
            ["everything.toml", "raft-in-full.toml", "leaderless-in-full.toml"]
                .map(|name| root.join("tests/format").join(name)),
        )
        .collect()
}

fn read(path: &Path) -> Scenario {
    let source = fs::read(path).expect("a good file can be read");
    format::parse(&source, &path.display().to_string(), None).unwrap_or_else(|problems| panic!("{problems}"))
}

/// Keys, and texts that may be words.
fn gather(value: &toml::Value, all: &mut BTreeSet<String>) {
    match value {
        toml::Value::Table(table) => table.iter().for_each(|(key, value)| {
            all.insert(key.clone());
            gather(value, all);
        }),
        toml::Value::Array(values) => values.iter().for_each(|value| gather(value, all)),
        toml::Value::String(text) => drop(all.insert(text.clone())),
        _ => {}
    }
}

/// Keys and words of the schema.
fn expected(schema: &serde_json::Value, all: &mut BTreeSet<String>) {
    match schema {
        serde_json::Value::Object(map) => {
            if let Some(serde_json::Value::Object(properties)) = map.get("properties") {
                all.extend(properties.keys().cloned());
            }
            if let Some(serde_json::Value::String(word)) = map.get("const") {
                all.insert(word.clone());
            }
            map.values().for_each(|value| expected(value, all));
        }
        serde_json::Value::Array(values) => values.iter().for_each(|value| expected(value, all)),
        _ => {}
    }
}

#[test]
fn every_key_is_used() {
    let mut used = BTreeSet::new();
    for path in good_files() {
        let text = fs::read_to_string(&path).expect("a good file can be read");
        gather(&toml::Value::Table(text.parse().expect("a good file is TOML")), &mut used);
    }
    let mut known = BTreeSet::new();
    expected(&serde_json::from_str(&format::schema()).expect("the schema is JSON"), &mut known);
    // Roles that no system of this version has: a claim that names one is refused, which a fixture shows.
    let not_yet = BTreeSet::from(["replica".to_owned()]);
    let unused: Vec<&String> = known.difference(&used).filter(|key| !not_yet.contains(*key)).collect();
    assert!(unused.is_empty(), "no good file uses {unused:?}");
    assert!(known.len() > 150, "only {} keys and words in the schema", known.len());
}

/// The names of what occurs. Each match is exhaustive: what is new must be named here, and then be written in a file.
#[derive(Default)]
struct Seen(BTreeSet<&'static str>);

impl Seen {
    fn scenario(&mut self, scenario: &Scenario) {
        let world = &scenario.world;
        self.distribution(&world.disk.sync);
        self.distribution(&world.network.between_nodes.delay);
        self.distribution(&world.network.to_clients.delay);
        for rule in &world.network.rules {
            rule.patch.delay.iter().for_each(|delay| self.distribution(delay));
        }
        for client in &world.clients {
            self.0.insert(match client.contact {
                Contact::Sticky => "sticky",
                Contact::Pinned(_) => "pinned",
                Contact::Any => "any contact",
            });
            self.0.insert(match client.retry.jitter {
                Jitter::None => "no jitter",
                Jitter::Equal => "equal jitter",
                Jitter::Full => "full jitter",
            });
            if let Some(workload) = &client.workload {
                self.0.insert(match workload.pace {
                    Pace::Closed { .. } => "closed",
                    Pace::Open { .. } => "open pace",
                });
                self.0.insert(match workload.values {
                    ValueKind::Int => "int values",
                    ValueKind::Bytes(_) => "bytes values",
                });
            }
        }
        world.data.iter().for_each(|(_, value)| self.value(value));
        world.schedule.iter().for_each(|(_, command)| self.command(command));
        for claim in &scenario.claims {
            let (name, literals) = match &claim.predicate {
                Predicate::All(literals) => ("all", literals),
                Predicate::Any(literals) => ("any", literals),
            };
            self.0.insert(name);
            for literal in literals {
                self.0.insert(if literal.holds { "holds" } else { "not" });
                self.fact(&literal.fact);
            }
        }
    }

    fn distribution(&mut self, distribution: &Distribution) {
        self.0.insert(match distribution {
            Distribution::Constant(_) => "constant",
            Distribution::Uniform { .. } => "uniform",
            Distribution::Exponential { .. } => "exponential",
            Distribution::LogNormal { .. } => "log-normal",
            Distribution::Pareto { .. } => "pareto",
        });
    }

    fn value(&mut self, value: &Value) {
        let name = match value {
            Value::Int(_) => "int",
            Value::Text(_) => "text",
            Value::Bytes(_) => "bytes",
            Value::List(list) => {
                list.iter().for_each(|element| self.element(element));
                "list"
            }
        };
        self.0.insert(name);
    }

    fn element(&mut self, element: &Element) {
        self.0.insert(match element {
            Element::Int(_) => "int element",
            Element::Text(_) => "text element",
            Element::Bytes(_) => "bytes element",
        });
    }

    fn wire(&mut self, wire: Wire) {
        self.0.insert(match wire.direction {
            Direction::Both => "both ways",
            Direction::OneWay => "one way",
        });
    }

    fn command(&mut self, command: &Command) {
        let name = match command {
            Command::Cut(wire) => {
                self.wire(*wire);
                "cut"
            }
            Command::Heal(wire) => {
                self.wire(*wire);
                "heal"
            }
            Command::CutMany(_) => "cut many",
            Command::HealMany(_) => "heal many",
            Command::Partition { .. } => "partition",
            Command::HealAll => "heal all",
            Command::Isolate(_) => "isolate",
            Command::SetLink { .. } => "set link",
            Command::Flap { .. } => "flap",
            Command::Crash { keep_some: true, .. } => "crash that keeps some",
            Command::Crash { keep_some: false, .. } => "crash",
            Command::Restart(_) => "restart",
            Command::Wipe(_) => "wipe",
            Command::Pause(_) => "pause",
            Command::Resume(_) => "resume",
            Command::SetService { .. } => "set service",
            Command::SetSync { .. } => "set sync",
            Command::SetLying { flush_after: Some(_), .. } => "lying disk",
            Command::SetLying { flush_after: None, .. } => "honest disk",
            Command::SetDrift { .. } => "drift",
            Command::StepWall { .. } => "step",
            Command::Invoke { operation, contact, .. } => {
                self.operation(operation);
                if contact.is_some() { "invoke at" } else { "invoke" }
            }
            Command::SetWorkload { on: true, .. } => "start",
            Command::SetWorkload { on: false, .. } => "stop",
            Command::Type { .. } => "type",
            Command::AddNode => "add node",
            Command::Order { node: Some(_), .. } => "order at",
            Command::Order { node: None, order } => match order {
                Order::Transfer { .. } => "transfer",
                Order::AddServer(_) => "add server",
                Order::AddLearner(_) => "add learner",
                Order::RemoveServer(_) => "remove server",
            },
        };
        self.0.insert(name);
    }

    fn operation(&mut self, operation: &Operation) {
        self.0.insert(match &operation.update {
            Update::Read => "read",
            Update::Write(_) => "write",
            Update::CompareAndSet { expect: Some(_), .. } => "cas",
            Update::CompareAndSet { expect: None, .. } => "cas of nothing",
            Update::Append(_) => "append",
            Update::Add(_) => "add",
            Update::Delete => "delete",
            Update::Include(_) => "include",
            Update::Exclude(_) => "exclude",
        });
    }

    fn fact(&mut self, fact: &Fact) {
        self.0.insert(match fact {
            Fact::Leaders(_) => "leaders",
            Fact::LeadersInOneTerm(_) => "leaders in one term",
            Fact::Satisfies(_) => "satisfies",
            Fact::Violates(_) => "violates",
            Fact::Broken(_) => "broken",
            Fact::Leads(_) => "leads",
            Fact::Role { is, .. } => match is {
                Role::Leader => "leader",
                Role::Candidate => "candidate",
                Role::Follower => "follower",
                Role::Learner => "learner",
                Role::Replica => "a role that Raft has not",
            },
            Fact::Node { is: NodeWord::Up, .. } => "up",
            Fact::Node { is: NodeWord::Paused, .. } => "paused",
            Fact::Node { is: NodeWord::Down, .. } => "down",
            Fact::Term { node: Some(_), .. } => "term of a node",
            Fact::Term { node: None, .. } => "term",
            Fact::Committed { .. } => "committed",
            Fact::LastIndex { .. } => "last index",
            Fact::Value { .. } => "value",
            Fact::Agree { .. } => "agree",
            Fact::Operations { ended, .. } => match ended {
                OutcomeWord::Ok => "ok",
                OutcomeWord::Failed => "failed",
                OutcomeWord::Unknown => "unknown",
                OutcomeWord::Open => "open",
            },
            Fact::LastOutcome { .. } => "last outcome",
            Fact::LastRead { .. } => "last read",
            Fact::Sides(_) => "sides",
            Fact::SideSizes(_) => "side sizes",
            Fact::Cut(_) => "a cut link",
            Fact::Isolated(_) => "isolated",
            Fact::Outcome { .. } => "outcome",
            Fact::Holds { node: Some(_), .. } => "holds of a node",
            Fact::Holds { node: None, .. } => "holds anywhere",
            Fact::Running(_) => "running",
            Fact::Elections(_) => "elections",
        });
    }
}

/// How many names there are above: a name that is not seen is missing from the good files.
const NAMES: usize = 103;

#[test]
fn every_variant_can_be_written() {
    let mut seen = Seen::default();
    good_files().iter().for_each(|path| seen.scenario(&read(path)));
    assert_eq!(seen.0.len(), NAMES, "{:?}", seen.0);
}
