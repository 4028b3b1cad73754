//! `[faults]`: random faults, by weight.

use super::form::{Form, Table};
use super::kinds::{Delay, Instant, Tempo, Whole};
use crate::base::SimTime;
use crate::sim::plan::{FaultKinds, FaultPlan};

/// The plan.
pub(super) const FAULTS: Table<FaultPlan> = Table {
    name: "faults",
    heading: "[faults]",
    doc: "Random faults: drawn from the seed before the run, the same for every system. All are mended at `stop`.",
    form: |form| {
        let usual = FaultPlan::default();
        let until = form.reader().map_or(usual.stop, |reader| reader.names.until);
        let start = form.or("start", Instant, "When the first fault may strike.", usual.start.min(until));
        let doc = "When every fault is over; without it, at 10 s or the end of the run, whichever comes first.";
        let stop = form.optional("stop", Instant, doc).unwrap_or_else(|| stop(usual.stop, until));
        if stop <= start {
            form.problem("stop", "the faults are over before the first may strike");
        }
        let every = form.or("every", Tempo, "How long from one fault to the next.", usual.every);
        let lasts = form.or("lasts", Delay, "How long a fault lasts.", usual.lasts);
        let kinds = form.required("kinds", KINDS, "Which faults, by weight.");
        Some(FaultPlan { start, stop, every, lasts, kinds: kinds? })
    },
};

fn stop(usual: SimTime, until: SimTime) -> SimTime {
    usual.min(until)
}

const KINDS: Table<FaultKinds> =
    Table { name: "fault kinds", heading: "[faults.kinds]", doc: "Weights; what is left out weighs 0.", form: kinds };

fn kinds(form: &mut Form<'_, '_>) -> Option<FaultKinds> {
    let mut weight = |name, doc| form.or(name, Whole { min: 0, max: 1_000_000 }, doc, 0);
    let kinds = FaultKinds {
        cut: weight("cut", "One link, both ways."),
        one_way: weight("one_way", "One link, one way."),
        partition: weight("partition", "The nodes in two groups."),
        isolate: weight("isolate", "One node, from everybody."),
        loss: weight("loss", "One link loses up to half of its messages."),
        duplicate: weight("duplicate", "One link doubles up to half of its messages."),
        delay: weight("delay", "One link takes up to 100 ms longer and lets messages overtake."),
        flap: weight("flap", "One link goes down and up."),
        crash: weight("crash", "One process stops, and starts again."),
        pause: weight("pause", "One process freezes."),
        slow: weight("slow", "One node takes up to 20 ms over each input."),
        slow_disk: weight("slow_disk", "One disk takes up to 50 ms for a write."),
        drift: weight("drift", "One clock drifts by up to 1 per cent."),
        step: weight("step", "One wall clock steps by up to a second."),
        lying_disk: weight(
            "lying_disk",
            "One disk reports writes as durable that it flushes up to 500 ms later; hostile together with crashes.",
        ),
        wipe: weight("wipe", "One process stops, its disk is erased, and it returns under its old name; hostile."),
    };
    if kinds.total() == 0 {
        form.lacks("no kind of fault has a weight above 0");
    }
    Some(kinds)
}
