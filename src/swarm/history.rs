//! What clients were told, judged as a whole: one order of all operations must explain every answer, and what the cluster
//! holds in the end counts as one more read of each key, by somebody who comes last.

use std::collections::BTreeSet;

use crate::base::SimTime;
use crate::check::{Answer, Ask, Datum, End, Facts, History, Model, Observed, Setup, Verdict, linearizable};
use crate::lesson::Scenario;
use crate::protocol::Key;
use crate::session::RunReport;

/// A search that takes more steps than this is given up: a swarm has other seeds.
const BUDGET: u64 = 300_000;

/// What the checker says of a history.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Judgement {
    /// It can be explained.
    Explained,
    /// It cannot.
    Wrong {
        /// When that became certain.
        at: SimTime,
        /// Which operation, in words.
        what: String,
    },
    /// The search was given up.
    Undecided,
}

/// Asks whether a history, and what the cluster holds in the end, are linearizable.
pub(super) fn judge(scenario: &Scenario, report: &RunReport, history: &History) -> Judgement {
    let mut observed = Observed::of(history);
    let keys: BTreeSet<&Key> = history.operations().iter().map(|recorded| &recorded.operation.key).collect();
    for key in keys {
        let read = observed.invoke(u64::MAX, Some(key.name().clone()), Ask::Read);
        observed.complete(read, End::Ok(Answer::Value(last_value(report, key))));
    }
    let mut setup = Setup::new(Model::Any);
    setup.budget = BUDGET;
    setup.data = scenario.world.data.iter().map(|(key, value)| (key.name().clone(), Datum::from(value))).collect();
    match linearizable(&observed, &setup) {
        Verdict::Satisfied(_) => Judgement::Explained,
        Verdict::Undecided(_) => Judgement::Undecided,
        Verdict::Violated(violation) => match history.operations().get(violation.operation) {
            Some(recorded) => Judgement::Wrong {
                at: recorded.end.as_ref().map_or(report.end.time, |(time, _)| *time),
                what: format!("no order explains the answer to {} ({})", recorded.operation, recorded.id),
            },
            None => Judgement::Wrong {
                at: report.end.time,
                what: "no order of what was acknowledged explains what the cluster holds in the end".to_owned(),
            },
        },
    }
}

/// What the server that has applied the most holds.
fn last_value(report: &RunReport, key: &Key) -> Datum {
    let cluster = &report.cluster;
    let applied = |node| cluster.observation(node).map(|seen| (seen.applied_index, node));
    let values = cluster.nodes().into_iter().filter_map(applied).max().and_then(|(_, node)| cluster.values(node, key));
    values.map_or(Datum::Nil, |values| Datum::siblings(&values))
}
