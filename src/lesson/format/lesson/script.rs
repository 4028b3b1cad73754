//! What is done in a lesson's runs: acts, changes of settings, when a run is over, and the runs that are compared.

use std::ops::Range;

use super::text::Line;
use crate::base::{NodeId, SimDuration};
use crate::lesson::format::claim::{NAME, quantified};
use crate::lesson::format::cluster::NETWORK_CHANGE;
use crate::lesson::format::command;
use crate::lesson::format::fact::{PREDICATE, Said};
use crate::lesson::format::form::{Form, Item, Kind, Table};
use crate::lesson::format::kinds::{Length, List, Text, Whole};
use crate::lesson::format::nearest::help;
use crate::lesson::format::reader::Reader;
use crate::lesson::format::sketch::{Guide, Sketch};
use crate::lesson::format::system::SYSTEM_CHANGE;
use crate::lesson::{Act, Change, Claim, Fact, Origin, Predicate, Scenario, Start, Until, Variant};
use crate::sim::Command;

/// The most acts of one script.
const ACTS_MAX: usize = 40;
/// The longest that anything in a lesson takes.
const LIMIT_MAX: SimDuration = SimDuration::from_secs(120);
/// How long something is waited for, unless it is said.
const LIMIT: SimDuration = SimDuration::from_secs(20);

const LENGTH: Length = Length { min: SimDuration(1), max: LIMIT_MAX };

/// Acts in order.
pub(super) const SCRIPT: List<Table<Act>> = List { of: ACT, min: 1, max: ACTS_MAX };

/// The claims of a step or of one of its runs.
pub(super) const CLAIMS: List<Table<Claim>> = List { of: CLAIM, min: 1, max: 20 };

const ACT: Table<Act> = Table {
    name: "act",
    heading: "an act",
    doc: "One act of a script: a command as in `[[at]]` of a scenario, or a wait.",
    form: |form| {
        let wait = form.optional("wait", LENGTH, "Lets so much time pass.");
        let holds = form.optional("until", PREDICATE, "Lets time pass until this holds.");
        let limit = form.optional("limit", LENGTH, "With `until`: no longer than this; `\"20s\"` if it is left out.");
        let mut choice = form.choice("a command");
        command::all(&mut choice);
        let command = choice.end_optional();
        let holds = holds.and_then(|said| seen(form, "until", said));
        match (wait, holds, command) {
            (Some(length), None, None) => Some(Act::Wait(length)),
            (None, Some(holds), None) => Some(Act::Until(Until { holds: Some(holds), limit: limit.unwrap_or(LIMIT) })),
            (None, None, Some(command)) => carried_out(form, command),
            (None, None, None) => {
                // Something that is there and wrong was complained of already.
                let is_said = |table: &toml::de::DeTable<'_>| table.iter().any(|(key, _)| key.get_ref() != "limit");
                if !form.table().is_some_and(is_said) {
                    form.lacks("an act is a command, or `wait`, or `until`");
                }
                None
            }
            _ => {
                form.problem("", "an act is one thing: a command, or `wait`, or `until`");
                None
            }
        }
    },
};

/// A command, if what it names can be; a node that it adds can be named from here on.
fn carried_out(form: &mut Form<'_, '_>, command: Command) -> Option<Act> {
    let names = form.reader().map(|reader| (reader.names.nodes, reader.names.clients.len() as u8));
    if let Some(Err(error)) = names.map(|(nodes, clients)| command.check(nodes, clients)) {
        form.problem("", error.to_string());
        return None;
    }
    if matches!(command, Command::AddNode) {
        name_nodes(form, names.map(|(nodes, _)| nodes.saturating_add(1)));
    }
    Some(Act::Do(command))
}

/// A predicate that is looked at again and again: nothing that costs a search, nor that somebody must have watched.
pub(super) fn seen(form: &mut Form<'_, '_>, key: &str, said: Said) -> Option<Predicate> {
    let predicate = Predicate::from(said);
    if predicate.is_about_history() {
        form.problem(key, "`satisfies` and `violates` cost a search: they can only be claimed with `eventually`");
        return None;
    }
    known(form, key, predicate)
}

/// A predicate that can be looked up at the end of a run.
pub(super) fn known(form: &mut Form<'_, '_>, key: &str, predicate: Predicate) -> Option<Predicate> {
    if predicate.literals().iter().any(|literal| matches!(literal.fact, Fact::Broken(_))) {
        form.problem(key, "`broken` is for scenarios: a lesson's checker watches the invariants by itself");
        return None;
    }
    Some(predicate)
}

/// When a run is over.
pub(super) fn ending(form: &mut Form<'_, '_>) -> Option<Until> {
    let holds = form.optional("until", PREDICATE, "It is over when this holds.");
    let limit = form.optional("limit", LENGTH, "With `until`: it takes no longer; `\"20s\"` if it is left out.");
    let lasts = form.optional("for", LENGTH, "Instead of `until`: it is over after this time.");
    let is_said = |form: &Form<'_, '_>, key: &str| form.table().is_some_and(|table| table.get(key).is_some());
    match (holds, lasts) {
        (Some(said), None) => {
            let holds = Some(seen(form, "until", said)?);
            Some(Until { holds, limit: limit.unwrap_or(LIMIT) })
        }
        (None, Some(limit)) => Some(Until { holds: None, limit }),
        (Some(_), Some(_)) => {
            form.problem("for", "`until` says when it is over: leave `for` out");
            None
        }
        (None, None) => {
            if !is_said(form, "until") && !is_said(form, "for") {
                form.lacks("this needs an end: `until`, or `for`");
            }
            None
        }
    }
}

pub(super) const CHANGE: Table<Change> = Table {
    name: "change",
    heading: "`change`",
    doc: "What differs from the lesson's scenario. It makes a new run: same workload, seed and commands, replayed.",
    form: |form| {
        let nodes = Whole { min: 1, max: Scenario::NODES_MAX };
        let nodes = form.optional("nodes", nodes, "Another number of nodes. Such a run starts over, without commands.");
        let system = form.optional("system", SYSTEM_CHANGE, "Other settings of the system.");
        let network = form.optional("network", NETWORK_CHANGE, "Other settings of the links.");
        let change = Change { nodes, system, network };
        if change.is_nothing() {
            form.lacks("nothing changes: set `nodes`, `system` or `network`");
        }
        Some(change)
    },
};

const CLAIM: Table<Claim> = Table {
    name: "claim of a step",
    heading: "[[claim]]",
    doc: "What holds from the beginning of a step, or of one of its runs, to its end.",
    form: |form| {
        let name = form.required("name", NAME, "What it says, in words.");
        let (quantifier, predicate) = quantified(form)?;
        let predicate = known(form, "name", predicate)?;
        Some(Claim { name: name?, quantifier, predicate, from: crate::base::SimTime::ZERO, until: None })
    },
};

/// Where runs begin that are compared.
pub(super) fn start(form: &mut Form<'_, '_>) -> Option<Start> {
    let doc = "From which moment of the lesson's run: `\"here\"`, `\"start\"`, or where an earlier step was entered.";
    let from = form.or("from", OriginKind, doc, Origin::Here);
    let before = form.optional("before", SCRIPT, "What is done before the learner looks.").unwrap_or_default();
    Some(Start { from, before })
}

/// `"here"`, `"start"`, or a step.
struct OriginKind;

impl Kind for OriginKind {
    type Value = Origin;

    fn read(&self, item: &Item<'_>, reader: &mut Reader) -> Option<Origin> {
        match reader.text(item, "this is \"here\", \"start\", or an earlier step")? {
            "here" => Some(Origin::Here),
            "start" => Some(Origin::Start),
            id => {
                let id = id.to_owned();
                step(&id, item.span(), reader)
            }
        }
    }

    fn sketch(&self, guide: &mut Guide) -> Sketch {
        let doc = "A moment of the lesson's run: `\"here\"`, `\"start\"`, or the id of an earlier step.";
        guide.value("moment", doc, Sketch::Text { min: 1, max: 60 })
    }

    fn show(&self, _: &Origin) -> String {
        "\"here\"".to_owned()
    }
}

fn step(id: &str, span: Range<usize>, reader: &mut Reader) -> Option<Origin> {
    let names = &reader.names;
    let found = names.steps.iter().position(|other| other == id);
    match found {
        Some(at) if at >= names.run_began => Some(Origin::Step(at)),
        Some(_) => {
            reader.problem(span, format!("the run has begun anew since the step `{id}`"));
            None
        }
        None => {
            let help = help(id, names.steps.iter().map(String::as_str).chain(["here", "start"]));
            let message = format!("there is no earlier step `{}`", Reader::shorten(id));
            reader.problem_with_help(span, message, help.unwrap_or_default());
            None
        }
    }
}

/// One of the runs that a step compares.
pub(super) const VARIANT: Table<Variant> = Table {
    name: "variant",
    heading: "a run",
    doc: "One of the runs that a step compares.",
    form: |form| {
        let label = form.required("label", Text { min: 1, max: 40 }, "Its name for people.");
        let say = form.required("say", Line { words: 60 }, "What is said when it is over.");
        let nodes = form.reader().map(|reader| reader.names.nodes);
        let change = form.optional("change", CHANGE, "What differs in its settings.").unwrap_or_default();
        name_nodes(form, change.nodes);
        let doc = "What is done while the learner watches. Without it, what the learner did from that moment on is done \
                   again.";
        let script = form.optional("script", SCRIPT, doc).unwrap_or_default();
        let until = ending(form);
        let claims = form.optional("claim", CLAIMS, "What holds from its beginning to its end.").unwrap_or_default();
        name_nodes(form, nodes);
        Some(Variant { label: label?, say: say?, change, script, until: until?, claims })
    },
};

/// Lets what follows name so many nodes.
pub(super) fn name_nodes(form: &mut Form<'_, '_>, nodes: Option<u8>) {
    if let (Some(reader), Some(nodes)) = (form.reader(), nodes) {
        reader.names.nodes = nodes.min(NodeId::MAX);
    }
}
