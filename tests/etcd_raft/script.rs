//! Acts out an interaction log of etcd's: its directives move the servers of a `Group`, and what it tells of terms, roles,
//! votes, commit indexes, logs and progress is compared. The words of messages are etcd's own affair.
//!
//! Two things differ on purpose, and are compared as they are meant. At etcd a leader tells its followers at once that
//! more is committed; here they learn it with the next message, so a follower may know of less for a while, never of more.
//! And what etcd reports of its own transport (`report-unreachable`) has no counterpart: a follower that is silent is found
//! out by its answers.

use crate::support::raft_group::{Group, log_end};
use netsplit::base::NodeId;
use netsplit::protocol::raft::snapshot::Snapshot;
use netsplit::protocol::raft::store::Store;
use netsplit::protocol::raft::{
    Command, Configuration, HEARTBEAT_TIMER, Index, Log, Raft, RaftConfig, RaftDurable, RaftMessage, RaftRole, Term,
};
use netsplit::protocol::{Input, Operation, Update, Value};
use std::collections::BTreeMap;
use std::sync::Arc;

type Message = (NodeId, NodeId, RaftMessage);

/// One directive, and what etcd's log says came of it.
pub(crate) struct Block<'a> {
    pub(crate) line: usize,
    directive: &'a str,
    output: Vec<&'a str>,
}

impl Block<'_> {
    pub(crate) fn directive(&self) -> &str {
        self.directive
    }

    pub(crate) fn is_setup(&self) -> bool {
        self.directive.starts_with("add-nodes")
    }
}

pub(crate) fn blocks(text: &str) -> Vec<Block<'_>> {
    let mut blocks: Vec<Block<'_>> = Vec::new();
    let mut lines = text.lines().enumerate();
    while let Some((number, line)) = lines.next() {
        if line.starts_with('#') || line.trim().is_empty() {
            continue;
        }
        assert_eq!(lines.next().map(|(_, rule)| rule), Some("----"), "after line {}", number + 1);
        let output = lines.by_ref().map(|(_, line)| line).take_while(|line| !line.trim().is_empty()).collect();
        blocks.push(Block { line: number + 1, directive: line, output });
    }
    blocks
}

/// The servers, what each has not sent yet, and what is on its way.
pub(crate) struct Play {
    group: Group,
    unsent: Vec<Message>,
    network: Vec<Message>,
    /// How many statements were compared.
    pub(crate) compared: usize,
}

impl Play {
    /// Servers whose log begins after an index, of term 1, as etcd's do.
    pub(crate) fn new(directive: &str) -> Self {
        let mut words = directive.split_whitespace();
        assert_eq!(words.next(), Some("add-nodes"));
        let size: u8 = words.next().and_then(|size| size.parse().ok()).expect("how many servers");
        let mut config = RaftConfig::default();
        let mut index = 0;
        for word in words {
            match word.split_once('=').expect("a setting") {
                ("voters", voters) => assert_eq!(ids(voters).len(), size as usize, "all of them vote"),
                ("index", text) => index = text.parse().expect("an index"),
                ("prevote", "true") => config.pre_vote = true,
                // At etcd, check-quorum brings leader stickiness with it.
                ("checkquorum", "true") => (config.check_quorum, config.leader_stickiness) = (true, true),
                _ => panic!("nobody has told what `{word}` is here"),
            }
        }
        let (last, members) = (log_end(1, index), (1..=size).map(NodeId).collect());
        let snapshot = Snapshot { last, configuration: Configuration::of(members), store: Store::default() };
        let disk = RaftDurable { log: Log::after(last), snapshot: Some(Arc::new(snapshot)), ..RaftDurable::default() };
        let mut group = Group::starting_with(size, &config, &disk);
        // Whatever a server that has just started must assume is over.
        group.pass_all(200);
        Self { group, unsent: Vec::new(), network: Vec::new(), compared: 0 }
    }

    /// Carries a directive out, and compares.
    pub(crate) fn act(&mut self, block: &Block<'_>) {
        let mut words = block.directive.split_whitespace();
        let verb = words.next().unwrap_or_default();
        let rest: Vec<&str> = words.collect();
        let nodes: Vec<u8> = rest.iter().filter_map(|word| word.parse().ok()).collect();
        match verb {
            "campaign" => self.group.time_out(nodes[0]),
            "propose" => self.propose(nodes[0], rest[1]),
            "tick-heartbeat" => self.group.feed(nodes[0], Input::Timer(HEARTBEAT_TIMER)),
            // A tick is one heartbeat interval, and an election timeout is three of them.
            "tick-election" => self.group.pass(nodes[0], 150),
            "process-ready" => self.send(&nodes),
            "deliver-msgs" => self.deliver_or_drop(&rest, &nodes),
            "stabilize" => self.stabilize(&nodes),
            "log-level" | "report-unreachable" | "status" | "raft-log" => {}
            _ => panic!("nobody has told what `{}` is here", block.directive),
        }
        self.unsent.extend(self.group.queue.drain(..));
        match verb {
            "status" => self.compare_progress(nodes[0], &block.output),
            "raft-log" => self.compare_log(nodes[0], &block.output),
            _ => {
                self.compare_roles(&block.output);
                self.compare_hard_states(verb, &nodes, &block.output);
            }
        }
    }

    /// Whatever was still under way arrives, and one more heartbeat: then everybody knows what the leader knows.
    pub(crate) fn end(&mut self) {
        self.stabilize(&[]);
        let leads = |server: &&crate::support::raft_group::Server| server.leads();
        let Some(leader) = self.group.servers.values().filter(leads).map(|server| server.id.0).next_back() else {
            return;
        };
        for _ in 0..2 {
            self.group.feed(leader, Input::Timer(HEARTBEAT_TIMER));
            self.stabilize(&[]);
        }
        let standing = |raft: &Raft| (raft.term(), raft.commit_index(), raft.log().end());
        let expected = standing(&self.group.at(leader).raft);
        for server in self.group.servers.values() {
            assert_eq!(standing(&server.raft), expected, "n{} as its leader n{leader}", server.id.0);
        }
    }

    fn propose(&mut self, id: u8, data: &str) {
        let operation = Operation { key: "x".into(), update: Update::Write(Value::Text(data.into())) };
        self.group.request(id, operation, None);
    }

    fn send(&mut self, nodes: &[u8]) {
        let is_meant = |from: NodeId| nodes.is_empty() || nodes.contains(&from.0);
        self.network.extend(self.unsent.extract_if(.., |(from, ..)| is_meant(*from)));
    }

    fn deliver(&mut self, nodes: &[u8]) -> bool {
        let is_meant = |to: NodeId| nodes.is_empty() || nodes.contains(&to.0);
        let mut arriving: Vec<Message> = self.network.extract_if(.., |(_, to, _)| is_meant(*to)).collect();
        // Each server reads all of its own messages before the next one does.
        arriving.sort_by_key(|(_, to, _)| *to);
        let any = !arriving.is_empty();
        for message in arriving {
            self.group.deliver(message);
            self.unsent.extend(self.group.queue.drain(..));
        }
        any
    }

    fn deliver_or_drop(&mut self, words: &[&str], nodes: &[u8]) {
        for word in words.iter().filter_map(|word| word.strip_prefix("drop=")) {
            let dropped = ids(word);
            self.network.retain(|(_, to, _)| !dropped.contains(&to.0));
        }
        if !nodes.is_empty() {
            self.deliver(nodes);
        }
    }

    fn stabilize(&mut self, nodes: &[u8]) {
        self.unsent.extend(self.group.queue.drain(..));
        loop {
            self.send(nodes);
            if !self.deliver(nodes) {
                return;
            }
        }
    }

    /// "INFO 1 became leader at term 1": the last word on each server counts.
    fn compare_roles(&mut self, output: &[&str]) {
        let mut last = BTreeMap::new();
        for line in output {
            let words: Vec<&str> = line.split_whitespace().collect();
            if let ["INFO", id, "became", role, "at", "term", term] = words[..] {
                last.insert(id.parse().expect("a server"), (role.replace('-', ""), term.parse().expect("a term")));
            }
        }
        for (id, (role, term)) in last {
            let server = self.group.at(id);
            let found = (server.role().to_owned(), server.raft.term().0);
            // A server that is alone wins once its vote is on disk. etcd waits for a `stabilize` to write it; here it is
            // written at once.
            let wins_alone = self.group.servers.len() == 1 && found == ("leader".to_owned(), term);
            if wins_alone && role == "candidate" {
                continue;
            }
            assert_eq!(found, (role, term), "n{id}");
            self.compared += 1;
        }
    }

    /// "HardState Term:1 Vote:1 Commit:3", below the server that it is of.
    fn compare_hard_states(&mut self, verb: &str, nodes: &[u8], output: &[&str]) {
        let mut last = BTreeMap::new();
        let mut of = (verb == "process-ready").then(|| nodes[0]);
        for line in output {
            let words: Vec<&str> = line.split_whitespace().collect();
            match words[..] {
                [">", id, ..] => of = id.parse().ok(),
                ["HardState", ..] => drop(of.map(|id| last.insert(id, words))),
                _ => {}
            }
        }
        for (id, words) in last {
            let value = |name| words.iter().find_map(|word| word.strip_prefix(name)?.parse::<u64>().ok());
            let raft = &self.group.at(id).raft;
            assert_eq!(Some(raft.term().0), value("Term:"), "n{id}");
            assert_eq!(raft.voted_for().map(|node| u64::from(node.0)), value("Vote:"), "n{id} in term {}", raft.term());
            let commit = value("Commit:").expect("a commit index");
            match raft.role() {
                RaftRole::Leader(_) => assert_eq!(raft.commit_index().0, commit, "n{id}"),
                _ => assert!(raft.commit_index() <= Index(commit), "n{id} knows of more than at etcd"),
            }
            self.compared += 1;
        }
    }

    /// "2: StateReplicate match=11 next=12".
    fn compare_progress(&mut self, id: u8, output: &[&str]) {
        let RaftRole::Leader(leadership) = self.group.at(id).raft.role() else { panic!("n{id} does not lead") };
        for line in output {
            let (follower, rest) = line.split_once(": ").expect("a server");
            let follower = NodeId(follower.parse().expect("a server"));
            let value = |name| rest.split_whitespace().find_map(|word| word.strip_prefix(name)?.parse::<u64>().ok());
            let Some((_, known)) = leadership.followers().iter().find(|(node, _)| *node == follower) else { continue };
            assert_eq!((Some(known.matched.0), Some(known.next.0)), (value("match="), value("next=")), "{line}");
            self.compared += 1;
        }
    }

    /// `1/12 EntryNormal "prop_1_12"`.
    fn compare_log(&mut self, id: u8, output: &[&str]) {
        let log = self.group.at(id).raft.log();
        let found: Vec<String> = log.iter().map(|(index, entry)| shown(entry.term, index, &entry.command)).collect();
        assert_eq!(found, output, "the log of n{id}");
        self.compared += output.len();
    }
}

fn shown(term: Term, index: Index, command: &Command) -> String {
    let data = match command {
        Command::Operation(proposal) => match &proposal.operation.update {
            Update::Write(Value::Text(text)) => text.to_string(),
            other => panic!("nobody proposed {other:?}"),
        },
        Command::Noop | Command::Configure(_) => String::new(),
    };
    format!("{term}/{index} EntryNormal \"{data}\"")
}

/// `(1,2,3)`.
fn ids(list: &str) -> Vec<u8> {
    let numbers = list.trim_matches(['(', ')']).split(',');
    numbers.map(|id| id.parse().expect("a server's number")).collect()
}
