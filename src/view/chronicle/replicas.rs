//! What leaderless replicas note, as key moments. Keeps what is needed to say what was confirmed, what was seen by whom, and who
//! may hold what; all of it from the trace. It would rather say nothing than something that need not be so.

use imbl::{OrdMap, Vector};
use std::sync::Arc;

use super::beats::BeatKind;
use super::book::Book;
use super::mesh::apart_since;
use super::promised::{adds, came_after, confirmed_at, is_confirmed, knew, last_deletion, lists};
use super::replica_beats::{HintBeat, ReplicaBeat};
use super::spans::{OperationBar, Stamp};
use crate::base::{NodeId, NodeSet, OpId, RecordId, RequestId};
use crate::check::{Age, Datum, LiveRegisters, Model, Setup, asked, end_of};
use crate::data::{self, MergeNote, Stamped};
use crate::protocol::leaderless::{Break, Conflicts, Content, LeaderlessConfig, LeaderlessNote, Way};
use crate::protocol::{Element, Key, Operation, Update};
use crate::sim::{Outcome, WorldConfig};

/// So far back is it followed who had seen whom.
const CHAIN: usize = 64;

/// Everything that the next note is read with. A copy shares what it holds.
#[derive(Clone, Debug, Default)]
pub(super) struct Replicas {
    nodes: NodeSet,
    config: Option<Arc<LeaderlessConfig>>,
    registers: Option<LiveRegisters>,
    /// Writes by their stamps, where stamps decide.
    stamped: OrdMap<(Key, data::Stamp), Write>,
    /// Which operations have written this.
    writers: OrdMap<(Key, Content), Vector<OpId>>,
    /// Who took an operation's latest attempt, and when.
    taken: OrdMap<OpId, (NodeId, Stamp)>,
    /// The latest write of a key that a node has confirmed.
    enough: OrdMap<(Key, NodeId), OpId>,
    /// How many faults there had been when a key was last told to be written on two sides.
    parted: OrdMap<Key, usize>,
    /// What was told to be gone, and is not told again.
    gone: OrdMap<OpId, ()>,
    /// Writes that were thrown away before their clients were told ok, and for what.
    in_vain: OrdMap<OpId, Content>,
    /// The latest stamp that a node may hold.
    may_hold: OrdMap<(NodeId, Key), data::Stamp>,
    /// The stamps on their way.
    cargo: OrdMap<RecordId, Arc<[(Key, data::Stamp)]>>,
    hints: OrdMap<(NodeId, NodeId, Key), ()>,
    purged: OrdMap<(NodeId, Key), ()>,
    met: OrdMap<(Key, Vec<Content>), ()>,
    /// By whom each node is taken for dead.
    suspected: OrdMap<NodeId, NodeSet>,
}

/// A write with a stamp.
#[derive(Clone, Debug)]
struct Write {
    op: OpId,
    /// What whoever took it held before.
    over: Option<data::Stamp>,
    has_copy: bool,
}

impl Replicas {
    pub(super) fn new(config: &LeaderlessConfig, world: &WorldConfig) -> Self {
        let mut setup = Setup::new(Model::Any);
        setup.data = world.data.iter().map(|(key, value)| (key.name().clone(), Datum::from(value))).collect();
        let registers = Some(LiveRegisters::new(setup));
        let nodes = NodeSet::first(world.nodes);
        Self { nodes, config: Some(Arc::new(config.clone())), registers, ..Self::default() }
    }

    pub(super) fn started(&mut self, node: NodeId) {
        self.nodes.insert(node);
    }

    fn breaks(&self, rule: Break) -> bool {
        self.config.as_ref().is_some_and(|config| config.breaks(rule))
    }

    pub(super) fn invoked(&mut self, op: OpId, operation: &Operation, session: u64) {
        if let Some(registers) = self.registers.as_mut() {
            let number = registers.invoke(session, Some(operation.key.name().clone()), asked(&operation.update));
            debug_assert_eq!(number + 1, op.0 as usize, "operations are numbered from 1 as they are invoked");
        }
    }

    /// What is to be said of an outcome beyond it.
    pub(super) fn ended(&mut self, bar: &OperationBar, outcome: &Outcome) -> Option<ReplicaBeat> {
        let registers = self.registers.as_mut()?;
        let update = &bar.operation.update;
        registers.complete(bar.op.0 as usize - 1, end_of(update, Some(outcome)));
        if !matches!(outcome, Outcome::Ok { .. }) {
            return None;
        }
        if let Some(kept) = self.in_vain.get(&bar.op) {
            let kept = kept.clone();
            self.gone.insert(bar.op, ());
            return Some(ReplicaBeat::ConfirmedInVain { op: bar.op, kept });
        }
        let sight = registers.last_sight(bar.operation.key.name()).filter(|_| update.is_read())?;
        match sight.age {
            Age::Behind { missed, .. } if sight.op + 1 == bar.op.0 as usize => {
                Some(ReplicaBeat::Stale { op: bar.op, missed: OpId(missed as u32 + 1) })
            }
            Age::Behind { .. } | Age::Fresh | Age::Nowhere => None,
        }
    }

    /// A message leaves with these stamps.
    pub(super) fn sent(&mut self, message: RecordId, brings: Vec<(Key, data::Stamp)>) {
        if !brings.is_empty() {
            self.cargo.insert(message, brings.into());
        }
    }

    pub(super) fn duplicated(&mut self, original: RecordId, copy: RecordId) {
        if let Some(cargo) = self.cargo.get(&original).cloned() {
            self.cargo.insert(copy, cargo);
        }
    }

    pub(super) fn delivered(&mut self, message: RecordId, node: NodeId) {
        for (key, stamp) in self.cargo.remove(&message).iter().flat_map(|cargo| cargo.iter()) {
            self.holds(node, key, *stamp);
        }
    }

    pub(super) fn dropped(&mut self, message: RecordId) {
        self.cargo.remove(&message);
    }

    fn holds(&mut self, node: NodeId, key: &Key, stamp: data::Stamp) {
        let name = (node, key.clone());
        if self.may_hold.get(&name).is_none_or(|held| *held < stamp) {
            self.may_hold.insert(name, stamp);
        }
    }

    /// A disk is erased.
    pub(super) fn wiped(&mut self, node: NodeId, when: Stamp, book: &mut Book) {
        self.hints_lost(node, true, when, book);
        let own: Vec<(Key, data::Stamp)> =
            self.may_hold.iter().filter(|((at, _), _)| *at == node).map(|((_, key), at)| (key.clone(), *at)).collect();
        for (key, stamp) in own {
            self.may_hold.remove(&(node, key.clone()));
            self.purged.remove(&(node, key.clone()));
            let is_elsewhere = self.may_hold.iter().any(|((_, other), held)| *other == key && *held >= stamp)
                || self.cargo.values().any(|cargo| cargo.iter().any(|(other, held)| *other == key && *held >= stamp));
            let op = self.stamped.get(&(key, stamp)).map(|write| write.op);
            if let Some(op) = op.filter(|op| !is_elsewhere && is_confirmed(book, *op)) {
                self.gone.insert(op, ());
                beat(book, when, ReplicaBeat::CopyLost { op });
            }
        }
    }

    /// A process ends, and its memory with it.
    pub(super) fn stopped(&mut self, node: NodeId, when: Stamp, book: &mut Book) {
        self.suspected = self.suspected.iter().map(|(whom, by)| (*whom, by.without(node))).collect();
        if self.breaks(Break::HintDroppedOnRestart) {
            self.hints_lost(node, false, when, book);
        }
    }

    fn hints_lost(&mut self, node: NodeId, by_wipe: bool, when: Stamp, book: &mut Book) {
        let own: Vec<_> = self.hints.keys().filter(|(keeper, ..)| *keeper == node).cloned().collect();
        for hint in &own {
            self.hints.remove(hint);
        }
        if !own.is_empty() {
            beat(book, when, ReplicaBeat::HintsLost { node, hints: own.len() as u32, by_wipe });
        }
    }

    /// A replica says what it has decided.
    pub(super) fn note(&mut self, node: NodeId, note: &LeaderlessNote, when: Stamp, book: &mut Book) {
        match note {
            LeaderlessNote::TooFewAlive { request, need, alive, .. } => {
                beat(book, when, ReplicaBeat::TooFew { node, request: *request, need: *need, alive: *alive });
            }
            LeaderlessNote::GaveUp { request, need, replied } => {
                beat(book, when, ReplicaBeat::GaveUp { node, request: *request, need: *need, replied: *replied });
            }
            LeaderlessNote::Wrote { request, key, content, stamps, has_copy } => {
                self.wrote(node, request.op, (key, content.as_ref()), *stamps, *has_copy, when, book);
            }
            LeaderlessNote::Enough { request, acked, home } => {
                self.has_enough(node, *request, (*acked, *home), when, book);
            }
            LeaderlessNote::Merged { key, from, way, held, notes } => {
                let place = Place { node, from: *from, way: *way, when };
                self.merged(place, key, (notes, *held), book);
            }
            LeaderlessNote::Repairs { key, behind } => {
                beat(book, when, ReplicaBeat::Repairs { node, key: key.clone(), behind: *behind });
            }
            LeaderlessNote::HintKept { home, key } => self.hint((node, *home, key), HintBeat::Kept, when, book),
            LeaderlessNote::HintDelivered { home, key } => {
                self.hint((node, *home, key), HintBeat::Delivered, when, book)
            }
            LeaderlessNote::HintExpired { home, key } => self.hint((node, *home, key), HintBeat::Expired, when, book),
            LeaderlessNote::HintForgotten { home, key } => {
                self.hint((node, *home, key), HintBeat::Forgotten, when, book)
            }
            LeaderlessNote::TreesDiffer { with, leaves, sent } => {
                beat(book, when, ReplicaBeat::TreesDiffer { node, with: *with, leaves: *leaves, sent: sent.clone() });
            }
            LeaderlessNote::Purged { key } => {
                self.purged.insert((node, key.clone()), ());
                self.may_hold.remove(&(node, key.clone()));
                beat(book, when, ReplicaBeat::Purged { node, key: key.clone() });
            }
            LeaderlessNote::Suspects { node: whom } => self.suspects(node, *whom, when, book),
            LeaderlessNote::Trusts { node: whom } => self.trusts(node, *whom, when, book),
            // What is typed is seen where it is typed; that it came elsewhere is told there.
            LeaderlessNote::Typed { .. } | LeaderlessNote::NoText { .. } => {}
        }
    }

    /// All that take a node for dead say much the same: the first is told, and who is the last to take it for alive again.
    fn suspects(&mut self, node: NodeId, whom: NodeId, when: Stamp, book: &mut Book) {
        let by = self.suspected.get(&whom).copied().unwrap_or_default();
        if by.is_empty() {
            beat(book, when, ReplicaBeat::Suspects { node, whom });
        }
        self.suspected.insert(whom, by.with(node));
    }

    fn trusts(&mut self, node: NodeId, whom: NodeId, when: Stamp, book: &mut Book) {
        let by = self.suspected.get(&whom).copied().unwrap_or_default();
        if by == NodeSet::EMPTY.with(node) {
            beat(book, when, ReplicaBeat::Trusts { node, whom });
        }
        self.suspected.insert(whom, by.without(node));
    }

    fn hint(&mut self, (node, home, key): (NodeId, NodeId, &Key), what: HintBeat, when: Stamp, book: &mut Book) {
        let name = (node, home, key.clone());
        if what == HintBeat::Kept {
            self.hints.insert(name, ());
        } else {
            self.hints.remove(&name);
        }
        beat(book, when, ReplicaBeat::Hint { node, home, key: key.clone(), what });
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of one note")]
    fn wrote(
        &mut self,
        node: NodeId,
        op: OpId,
        (key, content): (&Key, Option<&Content>),
        stamps: Option<(data::Stamp, Option<data::Stamp>)>,
        has_copy: bool,
        when: Stamp,
        book: &mut Book,
    ) {
        self.taken.insert(op, (node, when));
        if has_copy {
            self.purged.remove(&(node, key.clone()));
        }
        let Some(content) = content else { return };
        let writers = self.writers.entry((key.clone(), content.clone())).or_default();
        if writers.last() != Some(&op) {
            writers.push_back(op);
        }
        if let Some((stamp, over)) = stamps {
            self.stamped.insert((key.clone(), stamp), Write { op, over, has_copy });
            if has_copy {
                self.holds(node, key, stamp);
            }
        }
        if *content == Content::Deleted {
            beat(book, when, ReplicaBeat::Deleted { node, key: key.clone() });
        }
    }

    fn has_enough(
        &mut self,
        node: NodeId,
        request: RequestId,
        (acked, home): (NodeSet, NodeSet),
        when: Stamp,
        book: &mut Book,
    ) {
        let Some(key) = book.operation(request.op).map(|bar| bar.operation.key.clone()) else { return };
        let rival = self.rival(node, &key, book);
        self.enough.insert((key.clone(), node), request.op);
        if rival.is_some() {
            self.parted.insert(key, book.outages.len());
        }
        beat(book, when, ReplicaBeat::Enough { request, acked, home, rival });
    }

    /// A write that another has confirmed, who was out of reach all the time since it was taken.
    fn rival(&self, node: NodeId, key: &Key, book: &Book) -> Option<OpId> {
        if self.parted.get(key) == Some(&book.outages.len()) || book.outages.iter().all(|it| it.until.is_some()) {
            return None;
        }
        let others = self.enough.iter().filter(|((other, at), _)| other == key && *at != node);
        let mut others = others.map(|(_, op)| *op);
        others.find(|op| {
            let Some((at, since)) = self.taken.get(op) else { return false };
            is_confirmed(book, *op) && apart_since(&book.outages, self.nodes, (*at, node), *since)
        })
    }

    fn merged(&mut self, place: Place, key: &Key, (notes, held): (&[MergeNote<Content>], u8), book: &mut Book) {
        for note in notes {
            match note {
                MergeNote::Newer { kept, dropped, has_come } => {
                    self.newer(place, key, (kept, dropped), *has_come, book);
                }
                MergeNote::Took { value } => self.took(place, key, value, book),
                MergeNote::KeptBoth { ours, theirs } => {
                    let met: Vec<Content> = ours.iter().chain(theirs).cloned().collect();
                    self.siblings(place, key, met, held, book);
                }
                MergeNote::Added { .. }
                | MergeNote::Removed { .. }
                | MergeNote::AddWins { .. }
                | MergeNote::SameStamp { .. }
                | MergeNote::StaysRemoved { .. }
                | MergeNote::Typed { .. }
                | MergeNote::Struck { .. } => self.met(place, key, note, book),
                // Whether what was replaced had been seen is taken from vectors, which may be wrong where a rule is off.
                MergeNote::Replaced { .. } | MergeNote::Outdated { .. } => {}
                // What came in is seen on the stage.
                MergeNote::Increments { .. } | MergeNote::Decrements { .. } | MergeNote::Learnt { .. } => {}
            }
        }
        self.purged.remove(&(place.node, key.clone()));
    }

    /// What came in with a write is no news, unless it met something.
    fn met(&self, place: Place, key: &Key, note: &MergeNote<Content>, book: &mut Book) {
        let is_plain = matches!(note, MergeNote::Added { .. } | MergeNote::Removed { .. });
        if !(is_plain && place.way == Way::Write) {
            let (node, key, note) = (place.node, key.clone(), note.clone());
            beat(book, place.when, ReplicaBeat::Met { node, key, note });
        }
    }

    fn newer(
        &mut self,
        place: Place,
        key: &Key,
        (kept, dropped): (&Stamped<Content>, &Stamped<Content>),
        has_come: bool,
        book: &mut Book,
    ) {
        let Place { node, from, way, when } = place;
        // Where the latest to come stays, or what repairs overwrites, the account says what should have been.
        if self.breaks(Break::LastArrivalWins) || self.breaks(Break::RepairOverwrites) {
            return;
        }
        let (loser, winner) =
            (self.stamped.get(&(key.clone(), dropped.stamp)), self.stamped.get(&(key.clone(), kept.stamp)));
        let is_told = |op: &OpId| self.gone.contains_key(op) || self.in_vain.contains_key(op);
        let Some(loser) = loser.filter(|loser| !is_told(&loser.op)) else {
            return self.got(place, key, &kept.value, has_come, book);
        };
        let op = loser.op;
        let is_at_once = way == Way::Write && from == node && !has_come;
        let is_known = winner.is_some_and(|winner| knew(book, winner.op, op, &dropped.value));
        // Whoever has no copy of its own could not have seen it: a write that came later stands for it.
        let is_blind = winner.is_none_or(|winner| !winner.has_copy && came_after(book, winner.op, op));
        if !is_at_once && (self.saw(key, winner, dropped.stamp) || is_known || is_blind) {
            return self.got(place, key, &kept.value, has_come, book);
        }
        let is_confirmed = is_confirmed(book, op);
        if is_confirmed {
            self.gone.insert(op, ());
        } else {
            self.in_vain.insert(op, kept.value.clone());
        }
        let (dropped, kept, key) = (dropped.value.clone(), kept.value.clone(), key.clone());
        beat(book, when, ReplicaBeat::Thrown { node, key, op, dropped, kept, is_at_once, is_confirmed });
    }

    /// Whether whoever took a write held another then, or something that was written over it.
    fn saw(&self, key: &Key, winner: Option<&Write>, seen: data::Stamp) -> bool {
        let mut over = winner.and_then(|winner| winner.over);
        for _ in 0..CHAIN {
            match over {
                None => return false,
                Some(stamp) if stamp == seen => return true,
                Some(stamp) => over = self.stamped.get(&(key.clone(), stamp)).and_then(|write| write.over),
            }
        }
        true
    }

    /// A replica lacked something, and has it now.
    fn got(&self, place: Place, key: &Key, content: &Content, has_come: bool, book: &mut Book) {
        let Place { node, from, way, when } = place;
        if has_come && way != Way::Write {
            let (key, content) = (key.clone(), content.clone());
            beat(book, when, ReplicaBeat::Got { node, from, key, way, content });
        }
    }

    fn took(&mut self, place: Place, key: &Key, content: &Content, book: &mut Book) {
        let Place { node, from, when, .. } = place;
        let is_back = self.purged.contains_key(&(node, key.clone())) && *content != Content::Deleted;
        match last_deletion(book, key).filter(|_| is_back) {
            Some((op, is_confirmed)) => {
                let (key, content) = (key.clone(), content.clone());
                let op = is_confirmed.then_some(op);
                beat(book, when, ReplicaBeat::ValueBack { node, from, key, content, op });
            }
            None => self.got(place, key, content, true, book),
        }
    }

    fn siblings(&mut self, place: Place, key: &Key, mut met: Vec<Content>, held: u8, book: &mut Book) {
        let Place { node, when, .. } = place;
        met.sort();
        let are_confirmed = met.iter().all(|content| self.is_promised(book, key, content));
        let is_first = self.met.insert((key.clone(), met.clone()), ()).is_none();
        let is_union = self.config.as_ref().is_some_and(|config| config.conflicts_of(key) == Conflicts::Union);
        let back = if is_union { self.elements_back(book, key, &met) } else { Vec::new() };
        let key = key.clone();
        beat(book, when, ReplicaBeat::Siblings { node, key: key.clone(), held, met, are_confirmed, is_first });
        for (op, element) in back {
            self.gone.insert(op, ());
            beat(book, when, ReplicaBeat::ElementBack { node, key: key.clone(), op, element });
        }
    }

    /// Whether all who have written this were told ok.
    fn is_promised(&self, book: &Book, key: &Key, content: &Content) -> bool {
        let writers = self.writers.get(&(key.clone(), content.clone()));
        writers.is_some_and(|writers| writers.iter().all(|op| is_confirmed(book, *op)))
    }

    /// Elements that some of these lists have, that a client has removed and was told so, and that nobody has added since.
    fn elements_back(&self, book: &Book, key: &Key, met: &[Content]) -> Vec<(OpId, Element)> {
        let held = |element: &Element| met.iter().any(|content| lists(content, element));
        let of_key = || book.operations.iter().filter(|bar| bar.operation.key == *key);
        let mut back = Vec::new();
        for bar in of_key() {
            let Update::Exclude(element) = &bar.operation.update else { continue };
            let is_settled = |addition: &&OperationBar| {
                addition
                    .ended
                    .as_ref()
                    .is_some_and(|(stamp, outcome)| *outcome != Outcome::Unknown && stamp.record < bar.record)
            };
            let is_news = confirmed_at(bar).is_some() && !self.gone.contains_key(&bar.op) && held(element);
            if is_news && of_key().filter(|other| adds(&other.operation.update, element)).all(|it| is_settled(&it)) {
                back.push((bar.op, element.clone()));
            }
        }
        back
    }
}

/// Where and when versions met.
#[derive(Clone, Copy)]
struct Place {
    node: NodeId,
    from: NodeId,
    way: Way,
    when: Stamp,
}

fn beat(book: &mut Book, when: Stamp, what: ReplicaBeat) {
    book.beat(when, BeatKind::Replica(what));
}
