//! Editing traces of real documents (Joseph Gentle's and Martin Kleppmann's collections), replayed on our texts: by one editor,
//! or by several at the very versions at which they wrote. For tests and benchmarks alike.

use flate2::read::GzDecoder;
use netsplit::base::NodeId;
use netsplit::data::{Dot, Text, TextChange, VersionVector};
use serde::Deserialize;
use std::fs::File;
use std::path::Path;

/// A trace as it lies in its file.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Trace {
    #[serde(default)]
    pub(crate) start_content: String,
    pub(crate) end_content: String,
    /// How many wrote, if they wrote at once.
    #[serde(default)]
    pub(crate) num_agents: usize,
    pub(crate) txns: Vec<Transaction>,
}

/// Edits that were made at once.
#[derive(Deserialize)]
pub(crate) struct Transaction {
    /// The transactions that their writer had seen last.
    #[serde(default)]
    pub(crate) parents: Vec<usize>,
    #[serde(default)]
    pub(crate) agent: usize,
    /// Where, how many letters go, what comes.
    pub(crate) patches: Vec<(u64, u64, String)>,
}

impl Trace {
    pub(crate) fn load(path: &Path) -> Self {
        let file = File::open(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        serde_json::from_reader(GzDecoder::new(file)).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    pub(crate) fn is_concurrent(&self) -> bool {
        self.num_agents > 0
    }

    pub(crate) fn edits(&self) -> usize {
        self.txns.iter().map(|transaction| transaction.patches.len()).sum()
    }

    /// One editor makes all edits: its text, and what it sends.
    pub(crate) fn typed(&self) -> (Text, Vec<TextChange>) {
        let mut text = Text::new();
        let mut changes: Vec<TextChange> = text.splice(NodeId(1), 0, 0, &self.start_content).into_iter().collect();
        for (at, removed, inserted) in self.txns.iter().flat_map(|transaction| &transaction.patches) {
            changes.extend(text.splice(NodeId(1), *at, *removed, inserted));
        }
        (text, changes)
    }

    /// Each editor makes its edits on its own replica, which has then got just what that editor had seen. The replicas, and each
    /// one's changes.
    pub(crate) fn together(&self) -> (Vec<Text>, Vec<Vec<TextChange>>) {
        let mut replicas = vec![Text::new(); self.num_agents];
        let mut sent: Vec<Vec<(usize, TextChange)>> = vec![Vec::new(); self.num_agents];
        // What had been seen after each transaction.
        let mut seen: Vec<VersionVector> = Vec::with_capacity(self.txns.len());
        for (number, transaction) in self.txns.iter().enumerate() {
            let mut version = VersionVector::new();
            transaction.parents.iter().for_each(|parent| version.join(&seen[*parent]));
            let replica = &mut replicas[transaction.agent];
            deliver(replica, &version, &sent);
            assert!(*replica.seen() == version, "an editor had seen less than it wrote itself");
            let author = NodeId::from_slot(transaction.agent);
            for (at, removed, inserted) in &transaction.patches {
                if let Some(change) = replica.splice(author, *at, *removed, inserted) {
                    sent[transaction.agent].push((number, change));
                }
            }
            seen.push(replica.seen().clone());
        }
        let changes = sent.into_iter().map(|sent| sent.into_iter().map(|(_, change)| change).collect());
        (replicas, changes.collect())
    }
}

/// Hands a replica what it lacks of a version, in the order in which it was written.
fn deliver(replica: &mut Text, version: &VersionVector, sent: &[Vec<(usize, TextChange)>]) {
    let mut missing: Vec<&(usize, TextChange)> = Vec::new();
    for Dot { actor, count } in version.iter() {
        missing.extend(&sent[actor.slot()][replica.seen().get(actor) as usize..count as usize]);
    }
    missing.sort_by_key(|(number, _)| *number);
    for (_, change) in missing {
        let received = replica.receive(change.clone());
        assert!(received.missing.is_empty() && received.refused.is_empty(), "what was written before is here");
    }
}
