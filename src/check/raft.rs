//! Raft's invariants R1 to R13 as monitors. They look at a cluster from outside after every event: at processes, disks,
//! clocks, and the trace's new records. Nodes know nothing of them. What is remembered makes each look cost as much as
//! has changed; [`naive`] remembers whole states instead, and tests compare the two.
//!
//! Log matching (R3) is what lets monitors look at the ends of logs only. Once it is broken, they look at everything.
//!
//! One file for each concern: `elections` (R1, R7), `votes` (R8, R10, R11: who may get a vote), `contacts` (R10:
//! check-quorum), `logs` (R2, R3, and R8 for a leader's own term), `committed` (R4, R5), `disks` (R6, R9), `commits` (R6,
//! R8, R9: what processes say), `leases` (R11), `reads` (R12), `answers` (R13). What they share: `look`, `mail`, `terms`.

mod answers;
mod commits;
mod committed;
mod contacts;
mod disks;
mod elections;
mod leases;
mod logs;
mod look;
mod mail;
pub mod naive;
mod reads;
mod terms;
mod votes;

use self::answers::Answers;
use self::committed::Committed;
use self::contacts::Contacts;
use self::disks::Disks;
use self::elections::Elections;
use self::leases::Leases;
use self::logs::Logs;
use self::look::{Look, Seen};
use self::mail::{Handled, Mail};
use self::reads::Reads;
use self::votes::Votes;
use super::invariant::{Invariant, InvariantBroken, Report};
use crate::protocol::raft::Raft;
use crate::sim::{TraceCursor, TraceRecord, World};

/// The monitors of one run. Show them the world after every event, from the first.
#[derive(Clone, Debug, Default)]
pub struct RaftMonitors {
    place: TraceCursor,
    records: Vec<TraceRecord<Raft>>,
    handled: Vec<Handled>,
    was: Vec<Seen>,
    is: Vec<Seen>,
    mail: Mail,
    elections: Elections,
    votes: Votes,
    contacts: Contacts,
    logs: Logs,
    committed: Committed,
    disks: Disks,
    leases: Leases,
    reads: Reads,
    answers: Answers,
    report: Report,
}

impl RaftMonitors {
    /// Looks at the cluster after an event.
    pub fn see(&mut self, world: &World<Raft>) {
        self.report.set_moment(world.now());
        self.read_trace(world);
        std::mem::swap(&mut self.was, &mut self.is);
        self.is.clear();
        self.is.extend(world.nodes().map(|(_, slot)| Seen::of(slot)));
        self.was.resize(self.is.len(), Seen::default());
        let look = Look {
            world,
            config: world.protocol(),
            now: world.now().time,
            was: &self.was,
            is: &self.is,
            records: &self.records,
            handled: &self.handled,
        };
        let report = &mut self.report;
        self.reads.note_invocations(&look, &self.committed);
        self.elections.see(&look, report);
        self.votes.see(&look, report);
        self.contacts.see(&look, report);
        self.logs.see(&look, report);
        self.committed.see(&look, &self.logs, report);
        self.disks.see(&look, &self.committed, report);
        commits::see(&look, &self.committed, &self.disks, report);
        self.leases.see(&look, report);
        self.reads.see(&look, report);
        self.answers.see(&look, &self.committed, report);
    }

    fn read_trace(&mut self, world: &World<Raft>) {
        self.records.clear();
        self.handled.clear();
        while let Some(record) = world.trace().read_on(&mut self.place) {
            self.mail.read(&record, &mut self.handled);
            self.records.push(record);
        }
    }

    /// What was seen broken, each invariant once, in the order of its first time.
    #[must_use]
    pub fn broken(&self) -> &[InvariantBroken] {
        self.report.broken()
    }

    /// Whether an invariant has been seen broken by now.
    #[must_use]
    pub fn is_broken(&self, invariant: Invariant) -> bool {
        self.report.is_broken(invariant)
    }
}
