//! Predicates: what can be said of a run at one moment, as tables with one key.

mod links;

use super::comparison::{ComparisonKind, OfNode, bounds};
use super::form::{Choice, Form, Item, Kind, Table};
use super::kinds::{Client, List, Literal as Value, Node, Siblings, Whole, Words};
use super::operation::KEY;
use super::reader::Reader;
use super::sketch::{Guide, Sketch};
use super::system::has_role;
use crate::base::NodeId;
use crate::check::{Consistency, Invariant};
use crate::lesson::{Fact, Literal, NodeWord, OutcomeWord, Predicate};
use crate::protocol::{Key, Role};

/// The most facts under `all` or `any`.
const LITERALS_MAX: usize = 32;

/// A predicate as it is written: one fact needs no list.
pub(super) enum Said {
    One(Literal),
    All(Vec<Literal>),
    Any(Vec<Literal>),
}

impl From<Said> for Predicate {
    fn from(said: Said) -> Self {
        match said {
            Said::One(literal) => Self::All(vec![literal]),
            Said::All(literals) => Self::All(literals),
            Said::Any(literals) => Self::Any(literals),
        }
    }
}

impl From<Fact> for Said {
    fn from(fact: Fact) -> Self {
        Self::One(Literal { holds: true, fact })
    }
}

/// A fact or its opposite, within something larger.
#[derive(Clone, Copy)]
struct Plain;

impl Kind for Plain {
    type Value = Literal;

    fn read(&self, item: &Item<'_>, reader: &mut Reader) -> Option<Literal> {
        match PREDICATE.read(item, reader)? {
            Said::One(literal) => Some(literal),
            Said::All(_) | Said::Any(_) => {
                reader.problem(item.span(), "`all` and `any` do not go into each other, nor into `not`");
                None
            }
        }
    }

    fn sketch(&self, guide: &mut Guide) -> Sketch {
        PREDICATE.sketch(guide)
    }
}

/// Any of them.
pub(super) const PREDICATE: Table<Said> = Table {
    name: "predicate",
    heading: "a predicate",
    doc: "What can be said of a run at one moment: a table with exactly one of these keys. `all` and `any` do not go \
          into each other, nor into `not`.",
    form: |form| {
        refuse_leaders(form);
        refuse_foreign(form);
        let mut choice = form.choice("a fact");
        about_nodes(&mut choice);
        about_logs(&mut choice);
        about_data(&mut choice);
        about_clients(&mut choice);
        links::about_links(&mut choice);
        choice.case("broken", INVARIANT, "This invariant has been seen broken by now.", |invariant| {
            Fact::Broken(invariant).into()
        });
        let several = List { of: Plain, min: 1, max: LITERALS_MAX };
        choice.case("all", several, "All of these hold.", Said::All);
        choice.case("any", several, "One of these holds at least.", Said::Any);
        choice.case("not", Plain, "This one does not hold.", |Literal { holds, fact }| {
            Said::One(Literal { holds: !holds, fact })
        });
        choice.end()
    },
};

/// What needs leaders, terms and a log.
const OF_LEADERS: [&str; 8] =
    ["leaders", "leaders_in_one_term", "leads", "role", "term", "committed", "last_index", "elections"];

/// A system without leaders cannot have these predicates.
fn refuse_leaders(form: &mut Form<'_, '_>) {
    let system = form.reader().and_then(|reader| reader.names.system.clone());
    let Some(system) = system.filter(|system| !system.has_leaders()) else { return };
    for name in OF_LEADERS {
        if form.table().is_some_and(|table| table.get(name).is_some()) {
            form.problem(name, format!("`{name}` makes no sense here: {} has no leaders", system.name()));
        }
    }
}

/// An invariant of another system cannot be broken.
fn refuse_foreign(form: &mut Form<'_, '_>) {
    let system = form.reader().and_then(|reader| reader.names.system.clone());
    let id = form.table().and_then(|table| table.get("broken")).and_then(|item| item.get_ref().as_str());
    let Some((system, invariant)) = system.zip(id.and_then(Invariant::of_id)) else { return };
    if invariant.is_about_leaders() != system.has_leaders() {
        form.problem("broken", format!("{invariant} is none of {}", system.name()));
    }
}

type Predicates<'f, 'a, 's> = Choice<'f, 'a, 's, Said>;

fn about_nodes(choice: &mut Predicates<'_, '_, '_>) {
    let doc = "How many processes say that they lead, frozen ones included.";
    choice.case("leaders", ComparisonKind, doc, |is| Fact::Leaders(is).into());
    let doc = "The most processes that say that they lead one and the same term.";
    choice.case("leaders_in_one_term", ComparisonKind, doc, |is| Fact::LeadersInOneTerm(is).into());
    choice.case("leads", Node, "This node says that it leads.", |node| Fact::Leads(node).into());
    choice.case("role", ROLE, "A node has this role.", |(node, is)| Fact::Role { node, is }.into());
    let node = |is| move |node| Fact::Node { node, is }.into();
    choice.case("up", Node, "This node's process runs.", node(NodeWord::Up));
    choice.case("paused", Node, "This node's process is frozen.", node(NodeWord::Paused));
    choice.case("running", ComparisonKind, "How many nodes have a process that runs.", |is| Fact::Running(is).into());
    choice.case("down", Node, "This node has no process.", node(NodeWord::Down));
}

fn about_logs(choice: &mut Predicates<'_, '_, '_>) {
    let doc = "The term of a node, or the highest of all.";
    choice.case("term", OfNode, doc, |(node, is)| Fact::Term { node, is }.into());
    let doc = "The commit index of a node, or the highest of all.";
    choice.case("committed", OfNode, doc, |(node, is)| Fact::Committed { node, is }.into());
    let doc = "The last log index of a node, or the highest of all.";
    choice.case("last_index", OfNode, doc, |(node, is)| Fact::LastIndex { node, is }.into());
    let doc =
        "By how much the highest term has risen since the claim's `from`: so many elections were begun, at least.";
    choice.case("elections", ComparisonKind, doc, |is| Fact::Elections(is).into());
}

fn about_data(choice: &mut Predicates<'_, '_, '_>) {
    choice.case("value", VALUE, "What a node would serve for a key, trusted alone.", Said::from);
    let doc = "All processes would serve the same for this key.";
    choice.case("agree", KEY, doc, |key| Fact::Agree { key: Key::from(key.as_str()) }.into());
    let doc = "A process holds an update that writes this value, committed or not.";
    choice.case("holds", HOLDS, doc, Said::from);
}

fn about_clients(choice: &mut Predicates<'_, '_, '_>) {
    let doc = "How many operations have ended in some way, or are open.";
    choice.case("operations", OPERATIONS, doc, Said::from);
    choice.case("last_outcome", LAST_OUTCOME, "How a client's last operation ended.", Said::from);
    choice.case("outcome", OUTCOME, "How one of a client's operations ended, or that it is open.", Said::from);
    choice.case("last_read", LAST_READ, "What a client's last good read returned.", Said::from);
    let doc = "A checker finds that the history so far is so. Only with `eventually`.";
    choice.case("satisfies", CONSISTENCY, doc, |it| Fact::Satisfies(it).into());
    let doc = "A checker finds that the history so far is not so. Only with `eventually`; a checker that gives up finds \
               neither.";
    choice.case("violates", CONSISTENCY, doc, |it| Fact::Violates(it).into());
}

const CONSISTENCY: Words<Consistency> = Words {
    what: "a promise about what clients see",
    words: &[
        ("linearizable", Consistency::Linearizable, "Each operation takes effect at one moment while it is open."),
        ("sequential", Consistency::Sequential, "One order explains every answer and keeps each client's own."),
        ("read_your_writes", Consistency::ReadYourWrites, "Nobody misses what it has itself written."),
        ("monotonic_reads", Consistency::MonotonicReads, "Nobody sees time go back."),
        ("monotonic_writes", Consistency::MonotonicWrites, "Nobody sees a client's writes out of their order."),
        ("writes_follow_reads", Consistency::WritesFollowReads, "Nobody sees an answer without what it answers."),
        ("acknowledged_writes", Consistency::AcknowledgedWrites, "What was acknowledged is there in the end."),
        ("safe", Consistency::Safe, "A read that overlaps no write returns the last one."),
        ("regular", Consistency::Regular, "A read returns the last write that had ended, or one that overlaps it."),
        ("causal", Consistency::Causal, "Nobody sees an effect without its cause."),
        ("causal_convergence", Consistency::CausalConvergence, "Causal, and all agree on the last writer."),
        ("causal_memory", Consistency::CausalMemory, "Causal, and each session keeps to one order of writes."),
        ("set_full", Consistency::SetFull, "What was put into a set and acknowledged or seen stays there."),
        ("counter_bounds", Consistency::CounterBounds, "No counter is outside what may have been added."),
        ("convergence", Consistency::Convergence, "Two seconds after the last write, all reads of a key agree."),
        ("causal_reverse", Consistency::CausalReverse, "No element is seen without one that was there before it."),
    ],
};

const INVARIANT: Words<Invariant> = Words { what: "an invariant", words: &INVARIANTS };

/// Each invariant by its id, with what it says.
const INVARIANTS: [(&str, Invariant, &str); Invariant::ALL.len()] = {
    let mut words = [("", Invariant::ElectionSafety, ""); Invariant::ALL.len()];
    let mut at = 0;
    while at < words.len() {
        let invariant = Invariant::ALL[at];
        words[at] = (invariant.id(), invariant, invariant.meaning());
        at += 1;
    }
    words
};

const ROLES: Words<Role> = Words {
    what: "a role",
    words: &[
        ("leader", Role::Leader, "Holds authority, or believes so."),
        ("candidate", Role::Candidate, "Tries to become leader."),
        ("follower", Role::Follower, "Follows a leader, or waits for one."),
        ("learner", Role::Learner, "Gets the data and has no vote."),
        ("replica", Role::Replica, "One of equals."),
    ],
};

const ROLE: Table<(NodeId, Role)> = Table {
    name: "role",
    heading: "`role`",
    doc: "A node and its part in the protocol.",
    form: |form| {
        let node = form.required("node", Node, "Which node.");
        let role = form.required("is", ROLES, "Which role.");
        let system = form.reader().and_then(|reader| reader.names.system.clone());
        if let (Some(system), Some(role)) = (system, role)
            && !has_role(&system, role)
        {
            form.problem("is", format!("no node of {} ever has this role", system.name()));
        }
        Some((node?, role?))
    },
};

const VALUE: Table<Fact> = Table {
    name: "value predicate",
    heading: "`value`",
    doc: "What a node would serve for a key.",
    form: |form| {
        let node = form.required("node", Node, "Which node.");
        let key = form.required("key", KEY, "Which key.");
        let is = Siblings::ask(form);
        Some(Fact::Value { node: node?, key: Key::from(key?.as_str()), is: is? })
    },
};

const ENDS: Words<OutcomeWord> = Words {
    what: "an outcome",
    words: &[
        ("ok", OutcomeWord::Ok, "Done."),
        ("failed", OutcomeWord::Failed, "Definitely not done."),
        ("unknown", OutcomeWord::Unknown, "The client does not know."),
        ("open", OutcomeWord::Open, "Not ended yet."),
    ],
};

const OPERATIONS: Table<Fact> = Table {
    name: "operations",
    heading: "`operations`",
    doc: "How many operations have ended in some way, or are open.",
    form: |form| {
        let client = form.optional("client", Client, "Whose; without it, all clients'.");
        let ended = form.required("ended", ENDS, "How they ended.");
        let is = bounds(form);
        Some(Fact::Operations { client, ended: ended?, is: is? })
    },
};

const LAST_OUTCOME: Table<Fact> = Table {
    name: "last_outcome",
    heading: "`last_outcome`",
    doc: "How a client's last operation ended.",
    form: |form| {
        let client = form.required("client", Client, "Which client.");
        let is = form.required("is", ENDS, "How.");
        if is == Some(OutcomeWord::Open) {
            form.problem("is", "an operation that has ended is not open");
        }
        Some(Fact::LastOutcome { client: client?, is: is? })
    },
};

const OUTCOME: Table<Fact> = Table {
    name: "outcome",
    heading: "`outcome`",
    doc: "How one of a client's operations ended.",
    form: |form| {
        let client = form.required("client", Client, "Which client.");
        let nth = Whole { min: 1, max: u32::MAX };
        let nth = form.required("nth", nth, "Which of its operations, counted from 1 as it invokes them.");
        let is = form.required("is", ENDS, "How.");
        Some(Fact::Outcome { client: client?, nth: nth?, is: is? })
    },
};

const HOLDS: Table<Fact> = Table {
    name: "holds",
    heading: "`holds`",
    doc: "An update that a process holds, committed or not.",
    form: |form| {
        let node = form.optional("node", Node, "Which node; without it, any of them.");
        let key = form.required("key", KEY, "Which key.");
        let value = form.required("value", Value, "The value that is written.");
        Some(Fact::Holds { node, key: Key::from(key?.as_str()), value: value? })
    },
};

const LAST_READ: Table<Fact> = Table {
    name: "last_read",
    heading: "`last_read`",
    doc: "What a client's last good read returned.",
    form: |form| {
        let client = form.required("client", Client, "Which client.");
        let is = Siblings::ask(form);
        Some(Fact::LastRead { client: client?, is: is? })
    },
};
