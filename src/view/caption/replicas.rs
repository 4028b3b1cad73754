//! The sentences on leaderless replicas. Each says what a record shows, and no more: who has acknowledged, what met, what was
//! thrown away, and who had been told that it was safe.

use super::Rank;
use super::sentence::{Teller, fitting, noun, sentence_start, shown};
use crate::base::{NodeId, NodeSet, OpId, RequestId};
use crate::protocol::leaderless::{Content, Way};
use crate::protocol::{Key, Update};
use crate::sim::Outcome;
use crate::view::chronicle::{HintBeat, ReplicaBeat};
use crate::view::describe::{list, merge};

type Told = Option<(Rank, String)>;

impl Teller<'_> {
    pub(super) fn replica(&self, beat: &ReplicaBeat) -> Told {
        match beat {
            ReplicaBeat::Deleted { node, key } => {
                Some((Rank::Rest, format!("{node} writes a tombstone for {key}: that it is deleted.")))
            }
            ReplicaBeat::Enough { request, acked, home, rival } => self.enough(*request, (*acked, *home), *rival),
            ReplicaBeat::Thrown { .. } => self.thrown(beat),
            ReplicaBeat::ConfirmedInVain { op, kept } => self.in_vain(*op, kept),
            ReplicaBeat::Siblings { node, key, held, met, are_confirmed, is_first } => {
                let rank = if *is_first { Rank::Quorum } else { Rank::Rest };
                Some((rank, siblings(*node, key, *held, met, *are_confirmed)))
            }
            ReplicaBeat::ElementBack { op, element, .. } => {
                let who = self.client_of(*op)?;
                let forms = [
                    format!("{element} is back: {who} removed it and was told ok. Union forgets removals."),
                    format!("{who} removed an element and was told ok. The union has it again."),
                ];
                Some((Rank::LostWrite, fitting(&forms)))
            }
            ReplicaBeat::ValueBack { node, from, key, content, op } => {
                Some(self.value_back(*node, *from, (key, content), *op))
            }
            ReplicaBeat::Got { node, from, key, way, content } => {
                Some((Rank::Rest, got(*node, *from, (key, content), *way)))
            }
            ReplicaBeat::Met { node, key, note } => {
                let said = merge::note(note);
                let short = said.split(':').next().unwrap_or_default().to_owned();
                Some((Rank::Rest, fitting(&[format!("{node}, {key}: {said}."), format!("{node} {short}.")])))
            }
            ReplicaBeat::CopyLost { op } => self.copy_lost(*op),
            ReplicaBeat::Repairs { node, key, behind } => {
                let are = if behind.len() == 1 { "is" } else { "are" };
                let forms = [
                    format!("A read of {key} shows {node}: {} {are} behind, and will be mended.", list(behind.iter())),
                    format!("A read shows {node} that {} replicas are behind.", behind.len()),
                ];
                Some((Rank::Rest, fitting(&forms)))
            }
            ReplicaBeat::Hint { node, home, key, what } => Some((Rank::Rest, hint(*node, *home, key, *what))),
            ReplicaBeat::HintsLost { node, hints, by_wipe } => {
                let what = if *hints == 1 { "a hint".to_owned() } else { format!("{hints} hints") };
                let why = if *by_wipe { "disk" } else { "memory" };
                Some((Rank::Quorum, format!("{node} kept {what} for others: gone with its {why}.")))
            }
            ReplicaBeat::TreesDiffer { node, with, leaves, sent } => {
                Some((Rank::Rest, trees_differ(*node, *with, *leaves, sent)))
            }
            ReplicaBeat::Purged { node, key } => {
                Some((Rank::Rest, format!("{node} forgets that {key} was deleted: the tombstone is collected.")))
            }
            ReplicaBeat::Suspects { node, whom } => {
                Some((Rank::Rest, format!("{node} has no news of {whom} and takes it for dead.")))
            }
            ReplicaBeat::Trusts { node, whom } => {
                Some((Rank::Rest, format!("{node} has news of {whom}, and nobody takes it for dead now.")))
            }
            ReplicaBeat::GaveUp { node, request, need, replied } => self.gave_up(*node, *request, *need, *replied),
            ReplicaBeat::TooFew { node, request, need, alive } => self.too_few(*node, *request, *need, *alive),
            ReplicaBeat::Stale { op, missed } => self.stale(*op, *missed),
        }
    }

    fn client_of(&self, op: OpId) -> Option<String> {
        self.chronicle.operation(op).map(|bar| self.names.client(bar.client))
    }

    fn enough(&self, request: RequestId, (acked, home): (NodeSet, NodeSet), rival: Option<OpId>) -> Told {
        let whose = self.of_client(Some(request))?;
        if let Some(other) = rival.and_then(|op| self.chronicle.operation(op)) {
            let key = &self.chronicle.operation(request.op)?.operation.key;
            let (one, two) = (self.names.client(other.client), self.names.client(request.client));
            let named = format!("Both sides of the cut have written {key}: {one} first, now {two}.");
            let first = (one != two).then_some(named);
            let plain = format!("Both sides of the cut have written {key}.");
            let forms: Vec<String> = first.into_iter().chain([plain]).collect();
            return Some((Rank::Quorum, fitting(&forms)));
        }
        let (missing, stand_ins) = (home.difference(acked), acked.difference(home));
        let who = list(acked.iter());
        let have = if acked.len() == 1 { "has" } else { "have" };
        let (count, of) = (acked.len(), home.len());
        let forms = if !stand_ins.is_empty() {
            let stand = if stand_ins.len() == 1 { "only stands in" } else { "only stand in" };
            let all = format!("{who} {have} acknowledged {whose}: none is its replica, all stand in.");
            let first = (stand_ins == acked).then_some(all);
            let others = [
                format!("{who} {have} acknowledged {whose}. {} {stand}.", list(stand_ins.iter())),
                format!("{count} acknowledged {whose}; {} of them {stand}.", stand_ins.len()),
            ];
            first.into_iter().chain(others).collect()
        } else if missing.is_empty() {
            vec![
                format!("{who} {have} acknowledged {whose}: all {of} replicas."),
                format!("All {of} replicas have acknowledged {whose}."),
            ]
        } else {
            let (absent, has) = (list(missing.iter()), if missing.len() == 1 { "has" } else { "have" });
            vec![
                format!("{who} {have} acknowledged {whose}: enough. {absent} {has} not yet."),
                format!("{who} {have} acknowledged {whose}: {count} of {of}."),
                format!("{count} of {of} replicas have acknowledged {whose}: enough."),
            ]
        };
        Some((Rank::Commit, fitting(&forms)))
    }

    fn thrown(&self, beat: &ReplicaBeat) -> Told {
        let ReplicaBeat::Thrown { node, key, op, dropped, kept, is_at_once, is_confirmed } = beat else {
            return None;
        };
        let who = self.client_of(*op)?;
        let verb = if *is_at_once { "drops" } else { "throws away" };
        let why = format!("{node} {verb} {}: {} has the later stamp.", it(key, dropped), content(kept));
        let short = format!("{node} {verb} {who}'s write of {key}: another has the later stamp.");
        if !is_confirmed {
            return Some((Rank::Quorum, fitting(&[why, short])));
        }
        let forms = [
            format!("{why} {who} was told ok."),
            format!("{node} {verb} {} for {}, stamped later. {who} was told ok.", content(dropped), content(kept)),
            format!("{node} {verb} {who}'s write, stamped earlier. {who} was told ok."),
        ];
        Some((Rank::LostWrite, fitting(&forms)))
    }

    fn in_vain(&self, op: OpId, kept: &Content) -> Told {
        let (bar, who) = (self.chronicle.operation(op)?, self.client_of(op)?);
        let forms = [
            format!("{who} is told ok: {}. But {} has the later stamp.", bar.operation, content(kept)),
            format!("{who} is told ok, but {} has the later stamp and stays.", content(kept)),
            format!("{who} is told ok, but another write has the later stamp and stays."),
        ];
        Some((Rank::LostWrite, fitting(&forms)))
    }

    fn value_back(
        &self,
        node: NodeId,
        from: NodeId,
        (key, value): (&Key, &Content),
        op: Option<OpId>,
    ) -> (Rank, String) {
        let value = it(key, value);
        match op.and_then(|op| self.client_of(op)) {
            Some(who) => {
                let forms = [
                    format!("{value} is back at {node}: {who} had deleted it and was told ok."),
                    format!("{key} is back at {node}: {who} had deleted it and was told ok."),
                ];
                (Rank::LostWrite, fitting(&forms))
            }
            None => {
                let forms = [
                    format!("{value} is back at {node}, from {from}: the deletion is forgotten."),
                    format!("{key} is back at {node}, from {from}: the deletion is forgotten."),
                ];
                (Rank::Quorum, fitting(&forms))
            }
        }
    }

    fn copy_lost(&self, op: OpId) -> Told {
        let (bar, who) = (self.chronicle.operation(op)?, self.client_of(op)?);
        let forms = [
            format!("{who} was told ok, but nobody holds {} any more.", written(&bar.operation.key, bar)),
            format!("{who} was told ok, but nobody holds the write any more."),
        ];
        Some((Rank::LostWrite, fitting(&forms)))
    }

    fn gave_up(&self, node: NodeId, request: RequestId, need: u8, replied: NodeSet) -> Told {
        let whose = self.of_client(Some(request))?;
        let have = replied.len();
        let is_read = self.chronicle.operation(request.op)?.operation.update.is_read();
        let forms = if is_read || have == 0 {
            vec![format!("{node} gives up on {whose}: {have} of the {need} needed answered.")]
        } else {
            vec![
                format!("{node} gives up on {whose}: {have} of {need} acknowledged. What is written stays."),
                format!("{node} gives up on {whose}."),
            ]
        };
        Some((Rank::Quorum, fitting(&forms)))
    }

    fn too_few(&self, node: NodeId, request: RequestId, need: u8, alive: NodeSet) -> Told {
        let who = self.names.client(request.client);
        let replicas = if need == 1 { "1 replica".to_owned() } else { format!("{need} replicas") };
        let seem = match alive.len() {
            0 => "none seems alive".to_owned(),
            1 => format!("only {} seems alive", list(alive.iter())),
            _ => format!("only {} seem alive", list(alive.iter())),
        };
        let forms = [
            format!("{node} refuses {who} at once: it needs {replicas}, {seem}."),
            format!("{node} refuses {who} at once: too few replicas seem alive."),
        ];
        Some((Rank::Quorum, fitting(&forms)))
    }

    fn stale(&self, op: OpId, missed: OpId) -> Told {
        let (read, missed) = (self.chronicle.operation(op)?, self.chronicle.operation(missed)?);
        let who = self.names.client(read.client);
        let (key, what) = (&read.operation.key, written(&missed.operation.key, missed));
        let values = match &read.ended {
            Some((_, Outcome::Ok { values, .. })) => shown(values),
            Some(_) | None => return None,
        };
        let forms = [
            format!("{who} reads {key} = {values}, but {what} was confirmed before."),
            format!("{who} reads stale data: {what} was confirmed before this read began."),
            format!("{who} reads stale data: a later write was confirmed before."),
        ];
        Some((Rank::Outcome, fitting(&forms)))
    }
}

/// What a write leaves: "x = 2", "the deletion of x".
fn written(key: &Key, bar: &crate::view::chronicle::OperationBar) -> String {
    match &bar.operation.update {
        Update::Write(value) | Update::CompareAndSet { value, .. } => format!("{key} = {value}"),
        Update::Delete => format!("the deletion of {key}"),
        Update::Read | Update::Append(_) | Update::Add(_) | Update::Include(_) | Update::Exclude(_) => {
            format!("the {} of {key}", noun(bar))
        }
    }
}

fn it(key: &Key, value: &Content) -> String {
    match value {
        Content::Value(value) => format!("{key} = {value}"),
        Content::Deleted => format!("the deletion of {key}"),
    }
}

fn content(value: &Content) -> String {
    value.to_string()
}

fn siblings(node: NodeId, key: &Key, held: u8, met: &[Content], are_confirmed: bool) -> String {
    let number = match held {
        2 => "two".to_owned(),
        3 => "three".to_owned(),
        several => several.to_string(),
    };
    let is_all = usize::from(held) == met.len();
    let mut forms = Vec::new();
    if are_confirmed && is_all {
        let all = if held == 2 { "Both" } else { "All" };
        forms.push(format!("{node} holds {number} versions of {key}: {}. {all} were confirmed.", list(met)));
        forms.push(format!("{node} holds {number} versions of {key}. {all} were confirmed."));
    } else if is_all {
        forms.push(format!("{node} holds {number} versions of {key}: {}.", list(met)));
    }
    forms.push(format!("{node} holds {number} versions of {key}."));
    fitting(&forms)
}

fn got(node: NodeId, from: NodeId, (key, value): (&Key, &Content), way: Way) -> String {
    let what = it(key, value);
    let forms = match way {
        Way::ReadRepair => vec![
            format!("{node} is mended by a read: it takes {what}."),
            format!("{node} is mended by a read: it takes {key}."),
        ],
        Way::WriteBack => vec![
            format!("{node} takes {what}, written back by a read before it answers."),
            format!("{node} takes {key}, written back by a read."),
        ],
        Way::Handoff => vec![
            format!("{node} takes {what}, which {from} has kept for it."),
            format!("{node} takes {key}, which {from} has kept for it."),
        ],
        Way::AntiEntropy => vec![
            format!("{node} takes {what} from {from}: their trees differed."),
            format!("{node} takes {key} from {from}: their trees differed."),
        ],
        Way::Write | Way::Typing => vec![format!("{node} takes {what}.")],
    };
    fitting(&forms)
}

fn hint(node: NodeId, home: NodeId, key: &Key, what: HintBeat) -> String {
    match what {
        HintBeat::Kept => format!("{node} keeps a hint: {key} is to be handed to {home}."),
        HintBeat::Delivered => format!("{home} has acknowledged {key}: {node} drops its hint."),
        HintBeat::Expired => format!("{node} drops its hint of {key} for {home}: it is too old."),
        HintBeat::Forgotten => format!("{node} sends {key} to {home} and forgets the hint at once."),
    }
}

fn trees_differ(node: NodeId, with: NodeId, leaves: u32, sent: &[Key]) -> String {
    let leaves = if leaves == 1 { "one leaf".to_owned() } else { format!("{leaves} leaves") };
    let mut forms = Vec::new();
    if !sent.is_empty() {
        forms.push(format!("The trees of {node} and {with} differ in {leaves}: {node} sends {}.", list(sent)));
        forms.push(format!("The trees of {node} and {with} differ: {node} sends {} keys.", sent.len()));
    }
    forms.push(format!("The trees of {node} and {with} differ in {leaves}."));
    sentence_start(&fitting(&forms))
}
