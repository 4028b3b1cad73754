//! Figure 8 of the Raft paper: an entry of an older term on a majority of disks is not committed by that, since it can
//! still be overwritten. Whoever wins each election plays the paper's S1 or S5; the cuts leave nobody else a chance.

use crate::support::lab::ALICE;
use crate::support::watched::Watched;
use netsplit::base::{Endpoint, NodeId, SimDuration};
use netsplit::protocol::raft::{Index, Raft, RaftConfig, RaftRole, Term};
use netsplit::protocol::{Operation, Update, Value};
use netsplit::sim::{ClientConfig, Command, World, WorldConfig};

struct Play {
    world: World<Raft>,
    watched: Watched,
}

impl Play {
    /// Five servers. No leader opens its term with an empty entry, as in the paper's figure.
    fn new(seed: u32) -> Self {
        let client = ClientConfig { timeout: SimDuration::from_secs(60), ..ClientConfig::default() };
        let config = WorldConfig { nodes: 5, clients: vec![client], ..WorldConfig::default() };
        let raft = RaftConfig { noop_on_election: false, ..RaftConfig::default() };
        Self { world: World::new(&config, &raft, seed), watched: Watched::default() }
    }

    fn pass(&mut self, length_ms: u64) {
        let until = self.world.now().time + SimDuration::from_millis(length_ms);
        self.watched.run(&mut self.world, until);
        self.watched.must_be_green();
    }

    fn apply(&mut self, command: Command) {
        self.world.apply(&command).expect("the command names what exists");
    }

    fn crash(&mut self, node: NodeId) {
        self.apply(Command::Crash { node, keep_some: false });
    }

    /// Only these hear each other; clients hear everybody.
    fn leave_together(&mut self, nodes: &[NodeId]) {
        let together: Vec<Endpoint> = nodes.iter().map(|&node| node.into()).collect();
        let alone = self.all().into_iter().filter(|node| !nodes.contains(node)).map(|node| vec![node.into()]);
        let groups = std::iter::once(together).chain(alone).collect();
        self.apply(Command::HealAll);
        self.apply(Command::Partition { groups });
    }

    fn all(&self) -> Vec<NodeId> {
        self.world.nodes().map(|(node, _)| node).collect()
    }

    fn write(&mut self, node: NodeId, number: i64) {
        let operation = Operation { key: "x".into(), update: Update::Write(Value::Int(number)) };
        self.apply(Command::Invoke { client: ALICE, operation, contact: Some(node) });
    }

    fn raft(&self, node: NodeId) -> &Raft {
        self.world.node(node).and_then(|slot| slot.process()).expect("the server runs")
    }

    /// Who leads the newest term among these.
    fn leader(&self, nodes: &[NodeId]) -> NodeId {
        let leads = |node: &&NodeId| matches!(self.raft(**node).role(), RaftRole::Leader(_));
        *nodes.iter().filter(leads).max_by_key(|node| self.raft(**node).term()).expect("somebody leads")
    }

    fn term_at(&self, node: NodeId, index: u64) -> Option<Term> {
        self.raft(node).log().term_at(Index(index))
    }

    fn disks_with(&self, index: u64, term: Term) -> usize {
        let holds = |node: &NodeId| {
            let slot = self.world.node(*node).expect("the node is there");
            slot.disk().durable().log.term_at(Index(index)) == Some(term)
        };
        self.all().iter().filter(|node| holds(node)).count()
    }
}

fn figure_eight(seed: u32) {
    let mut play = Play::new(seed);
    play.pass(1_000);
    let everybody = play.all();
    let first = play.leader(&everybody);
    play.write(first, 1);
    play.pass(200);

    // (a) The first leader has its second entry on one other disk.
    let friend = *everybody.iter().find(|node| **node != first).expect("there are five");
    play.leave_together(&[first, friend]);
    play.write(first, 2);
    play.pass(100);
    let old = play.term_at(friend, 2).expect("the friend has entry 2");

    // (b) It crashes. Another leads the other three, and puts its own entry 2 on its own disk alone.
    play.crash(first);
    let others: Vec<NodeId> = everybody.iter().copied().filter(|node| ![first, friend].contains(node)).collect();
    play.leave_together(&others);
    play.pass(2_000);
    let rival = play.leader(&others);
    play.leave_together(&[rival]);
    play.write(rival, 3);
    play.pass(100);
    assert!(play.term_at(rival, 2) > Some(old));

    // (c) That one crashes and the first returns. With the old entry 2, only it or its friend can win; it brings the
    // entry to a third disk, which makes a majority. The entry is of an older term: it is not committed.
    play.crash(rival);
    play.apply(Command::Restart(first));
    let (third, fourth) = match others.iter().copied().filter(|node| *node != rival).collect::<Vec<_>>()[..] {
        [third, fourth] => (third, fourth),
        _ => unreachable!("five servers without three are two"),
    };
    play.leave_together(&[first, friend, third]);
    play.pass(3_000);
    let again = play.leader(&[first, friend]);
    assert_eq!(play.disks_with(2, old), 3, "seed {seed}: a majority of disks hold the old entry");
    assert_eq!(play.raft(again).commit_index(), Index(1), "seed {seed}: and still it is not committed");

    // (d) The rival returns. Its last term is newer than that of the others, so they elect it, and it overwrites entry 2.
    play.crash(again);
    play.apply(Command::Restart(rival));
    play.leave_together(&[rival, third, fourth]);
    play.pass(3_000);
    assert_eq!(play.leader(&[rival, third, fourth]), rival);
    assert!(play.term_at(third, 2) > Some(old), "seed {seed}: what a majority held is gone");
}

#[test]
fn what_a_majority_holds_can_be_overwritten_if_it_is_of_an_older_term() {
    (1..=5).for_each(figure_eight);
}

/// (e) of the figure: with an entry of its own term on a majority of disks, the leader commits the older one as well.
#[test]
fn an_entry_of_the_leader_s_own_term_commits_the_older_ones_with_it() {
    let mut play = Play::new(1);
    play.pass(1_000);
    let everybody = play.all();
    let first = play.leader(&everybody);
    let friend = *everybody.iter().find(|node| **node != first).expect("there are five");
    play.leave_together(&[first, friend]);
    play.write(first, 1);
    play.pass(100);
    play.crash(first);
    play.apply(Command::Restart(first));
    let third = *everybody.iter().find(|node| ![first, friend].contains(node)).expect("there are five");
    play.leave_together(&[first, friend, third]);
    play.pass(3_000);
    let leader = play.leader(&[first, friend]);
    assert_eq!(play.raft(leader).commit_index(), Index(0));
    play.write(leader, 2);
    play.pass(100);
    assert_eq!(play.raft(leader).commit_index(), Index(2));
}
