//! Distributions of lengths: a text for always the same, a table with one key for the others.

use toml::de::DeValue;

use super::basic::Fraction;
use super::time::{Length, Span, show};
use crate::base::{Distribution, SimDuration};
use crate::lesson::format::form::{Form, Item, Kind, Table};
use crate::lesson::format::reader::Reader;
use crate::lesson::format::sketch::{Guide, Sketch};

/// Any distribution.
#[derive(Clone, Copy)]
pub(in crate::lesson::format) struct Delay;

const TABLE: Table<Distribution> = Table {
    name: "distribution table",
    heading: "a distribution",
    doc: "A distribution of lengths, drawn anew each time.",
    form: ask,
};

const EXPONENTIAL: Table<Distribution> = Table {
    name: "exponential",
    heading: "`exponential`",
    doc: "A floor plus an exponential tail.",
    form: |form| {
        let min = form.or("min", Length::ANY, "The floor.", SimDuration::ZERO);
        let mean = form.required("mean", Length::ANY, "The mean of the part above the floor.");
        Some(Distribution::Exponential { min, mean: mean? })
    },
};

const LOG_NORMAL: Table<Distribution> = Table {
    name: "log-normal",
    heading: "`log_normal`",
    doc: "Log-normal, as measured delays on busy networks are.",
    form: |form| {
        let median = form.required("median", Length::ANY, "Half of the lengths are shorter.");
        let sigma = Fraction { min_milli: 0, max_milli: 5_000 };
        let sigma_milli = form.required("sigma", sigma, "The standard deviation of the natural logarithm.");
        Some(Distribution::LogNormal { median: median?, sigma_milli: sigma_milli? })
    },
};

const PARETO: Table<Distribution> = Table {
    name: "pareto",
    heading: "`pareto`",
    doc: "Pareto: a heavy tail, as of disks and of garbage collection. No length is longer than an hour.",
    form: |form| {
        let min = form.required("min", Length::ANY, "The shortest length.");
        let shape = Fraction { min_milli: 100, max_milli: 100_000 };
        let shape_milli = form.required("shape", shape, "The tail's exponent; smaller is heavier.");
        Some(Distribution::Pareto { min: min?, shape_milli: shape_milli? })
    },
};

fn ask(form: &mut Form<'_, '_>) -> Option<Distribution> {
    let mut choice = form.choice("a kind of distribution");
    choice.case("constant", Length::ANY, "Always the same length.", Distribution::Constant);
    choice.case("uniform", Span(Length::ANY), "Any length between two, all alike.", |span| Distribution::Uniform {
        min: span.min,
        max: span.max,
    });
    let doc = "A floor (`min`) plus an exponential tail of this `mean`.";
    choice.case("exponential", EXPONENTIAL, doc, |distribution| distribution);
    let doc = "Log-normal: its `median`, and the `sigma` of the natural logarithm.";
    choice.case("log_normal", LOG_NORMAL, doc, |distribution| distribution);
    let doc = "Pareto: a heavy tail above `min`, with the exponent `shape`.";
    choice.case("pareto", PARETO, doc, |distribution| distribution);
    choice.end()
}

impl Kind for Delay {
    type Value = Distribution;

    fn read(&self, item: &Item<'_>, reader: &mut Reader) -> Option<Distribution> {
        match item.get_ref() {
            DeValue::String(_) => Length::ANY.read(item, reader).map(Distribution::Constant),
            DeValue::Table(_) => TABLE.read(item, reader),
            _ => {
                reader.expect(item, "this is a length of time such as \"5ms\", or { uniform = [\"1ms\", \"5ms\"] }");
                None
            }
        }
    }

    fn sketch(&self, guide: &mut Guide) -> Sketch {
        let either = Sketch::Either(vec![Length::ANY.sketch(guide), TABLE.sketch(guide)]);
        let doc = "How long something takes: one length for always the same, or a table with the kind of distribution.";
        guide.value("distribution", doc, either)
    }

    fn show(&self, distribution: &Distribution) -> String {
        match *distribution {
            Distribution::Constant(length) => show(length),
            Distribution::Uniform { min, max } => format!("{{ uniform = [{}, {}] }}", show(min), show(max)),
            Distribution::Exponential { min, mean } => {
                format!("{{ exponential = {{ min = {}, mean = {} }} }}", show(min), show(mean))
            }
            Distribution::LogNormal { .. } | Distribution::Pareto { .. } => String::new(),
        }
    }
}

/// A distribution of pauses between things that repeat: so short that time hardly passes, it would be a flood.
pub(in crate::lesson::format) struct Tempo;

impl Kind for Tempo {
    type Value = Distribution;

    fn read(&self, item: &Item<'_>, reader: &mut Reader) -> Option<Distribution> {
        let distribution = Delay.read(item, reader)?;
        let typical = match distribution {
            Distribution::Constant(length) => length,
            Distribution::Uniform { min, max } => SimDuration(min.0.midpoint(max.0)),
            Distribution::Exponential { min, mean } => min + mean,
            Distribution::LogNormal { median, .. } => median,
            Distribution::Pareto { min, .. } => min,
        };
        if typical < Length::REPEATED.min {
            let message =
                format!("every {typical} is too often: at least {} from one to the next", Length::REPEATED.min);
            reader.problem(item.span(), message);
            return None;
        }
        Some(distribution)
    }

    fn sketch(&self, guide: &mut Guide) -> Sketch {
        Delay.sketch(guide)
    }

    fn show(&self, distribution: &Distribution) -> String {
        Delay.show(distribution)
    }
}
