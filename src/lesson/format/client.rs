//! `[[client]]`: who asks, of whom, how patiently, and what by itself.

use super::form::{Form, Item, Kind, Table};
use super::kinds::{Flag, Instant, Length, Percent, Tempo, Text, Whole, Words};
use super::reader::{Reader, node_number};
use super::sketch::{Guide, Sketch};
use crate::base::{SimDuration, SimTime};
use crate::sim::{ClientConfig, Contact, Jitter, Mix, Pace, Retry, ValueKind, Workload};

/// One client.
pub(super) const CLIENT: Table<ClientConfig> =
    Table { name: "client entry", heading: "[[client]]", doc: "One client.", form: client };

fn client(form: &mut Form<'_, '_>) -> Option<ClientConfig> {
    let usual = ClientConfig::default();
    let doc = "Its name: letters, digits and `_`, beginning with a letter, and not that of a node.";
    let name = form.required("name", Text { min: 1, max: 32 }, doc);
    if let Some(name) = &name {
        enter_name(form, name);
    }
    let doc = "Which node it talks to: `\"sticky\"`, `\"any\"`, or only ever one node such as `\"n1\"`.";
    let contact = form.or("contact", ContactKind, doc, usual.contact);
    let patience = Length { min: SimDuration::from_millis(1), ..Length::ANY };
    let timeout = form.or("timeout", patience, "How long it waits for an answer to one attempt.", usual.timeout);
    let retry = form.or("retry", RETRY, "What it does when an attempt has failed.", usual.retry);
    let doc = "Whether it keeps a session, so that a retry can be told from a new operation.";
    let session = form.or("session", Flag, doc, usual.session);
    let workload = form.optional("workload", WORKLOAD, "What it does by itself; without it, it waits for commands.");
    Some(ClientConfig { name: name?, contact, timeout, retry, session, workload })
}

/// Makes a name known to what follows, so that a client with other faults can still be named.
fn enter_name(form: &mut Form<'_, '_>, name: &str) {
    let is_word = name.starts_with(char::is_alphabetic)
        && name.chars().all(|character| character.is_alphanumeric() || character == '_');
    if !is_word {
        form.problem("name", "a client's name is made of letters, digits and `_`, and begins with a letter");
    }
    if node_number(name).is_some() {
        form.problem("name", format!("`{name}` is the name of a node"));
    }
    if form.reader().is_some_and(|reader| reader.names.clients.iter().any(|other| other == name)) {
        form.problem("name", format!("another client is called `{name}`"));
    }
    if let Some(reader) = form.reader() {
        reader.names.clients.push(name.to_owned());
    }
}

/// `"sticky"`, `"any"` or a node.
struct ContactKind;

impl Kind for ContactKind {
    type Value = Contact;

    fn read(&self, item: &Item<'_>, reader: &mut Reader) -> Option<Contact> {
        match reader.text(item, "this is \"sticky\", \"any\", or a node such as \"n1\"")? {
            name if node_number(name).is_some() => reader.node(name, item.span()).map(Contact::Pinned),
            _ => CONTACTS.read(item, reader),
        }
    }

    fn sketch(&self, guide: &mut Guide) -> Sketch {
        Sketch::Either(vec![CONTACTS.sketch(guide), super::kinds::Node.sketch(guide)])
    }

    fn show(&self, contact: &Contact) -> String {
        CONTACTS.show(contact)
    }
}

const CONTACTS: Words<Contact> = Words {
    what: "a contact: the name of a node, \"sticky\" or \"any\"",
    words: &[
        ("sticky", Contact::Sticky, "Stays with a node that answers, follows hints, moves on when one fails."),
        ("any", Contact::Any, "Draws a node for each attempt."),
    ],
};

const JITTERS: Words<Jitter> = Words {
    what: "a jitter",
    words: &[
        ("none", Jitter::None, "The whole wait, always."),
        ("equal", Jitter::Equal, "Between half of it and all of it."),
        ("full", Jitter::Full, "Between nothing and all of it."),
    ],
};

const RETRY: Table<Retry> = Table {
    name: "retry",
    heading: "`retry`",
    doc: "What a client does when an attempt has failed.",
    form: |form| {
        let usual = Retry::default();
        let attempts = Whole { min: 1, max: 1_000 };
        let attempts = form.or("attempts", attempts, "How many attempts an operation gets in all.", usual.attempts);
        let doc = "Whether it also tries again after an attempt without an answer; without a session, that may apply it twice.";
        let after_unknown = form.or("after_unknown", Flag, doc, usual.after_unknown);
        let backoff = form.or("backoff", Length::ANY, "The first wait between attempts.", usual.backoff);
        let doc = "How much longer each further wait is: `\"200%\"` doubles it. Whole per cents.";
        let growth = form.or("growth", Percent { max_ppm: 100_000_000 }, doc, usual.growth_percent * PPM_IN_PERCENT);
        if !growth.is_multiple_of(PPM_IN_PERCENT) {
            form.problem("growth", "this is a whole number of per cents");
        }
        let backoff_max = form.or("backoff_max", Length::ANY, "No wait is longer.", usual.backoff_max);
        let jitter = form.or("jitter", JITTERS, "How much of a wait is drawn.", usual.jitter);
        Some(Retry { attempts, after_unknown, backoff, growth_percent: growth / PPM_IN_PERCENT, backoff_max, jitter })
    },
};

const PPM_IN_PERCENT: u32 = 10_000;

const WORKLOAD: Table<Workload> =
    Table { name: "workload", heading: "[client.workload]", doc: "What a client does by itself.", form: workload };

fn workload(form: &mut Form<'_, '_>) -> Option<Workload> {
    let usual = Workload::default();
    let start = form.or("start", Instant, "When it begins.", usual.start);
    let stop = form.optional("stop", Instant, "When it ends; without it, with the run.");
    if stop.is_some_and(|stop: SimTime| stop < start) {
        form.problem("stop", "the workload ends before it begins");
    }
    let count = Whole { min: 0, max: u32::MAX };
    let operations = form.optional("operations", count, "After how many operations it ends.");
    let mut pace = form.choice("a pace");
    let doc = "Closed loop: so long after the last operation has ended. `\"100ms\"` if neither is there.";
    pace.case("think", Tempo, doc, |think| Pace::Closed { think });
    let doc = "Open loop: so long after the last operation was invoked, whatever became of it.";
    pace.case("every", Tempo, doc, |interval| Pace::Open { interval });
    let pace = pace.end_optional().unwrap_or(usual.pace);
    let mix = form.or("mix", MIX, "Which operations, by weight. Without it, reads and writes alike.", usual.mix);
    let doc = "On how many keys, all alike: `k0`, `k1`, ... One key alone is called `x`.";
    let keys = form.or("keys", Whole { min: 1, max: 100_000 }, doc, usual.keys);
    let doc = "What is written: `\"int\"`, or `{ bytes = 64 }` for a payload of that size. Each value is written once.";
    let values = form.or("values", ValuesKind, doc, usual.values);
    let adds_to_bytes = mix.add > 0 && values != ValueKind::Int;
    if adds_to_bytes {
        form.problem("mix", "additions need `values = \"int\"`");
    }
    Some(Workload { start, stop, operations, pace, mix, keys, values })
}

const MIX: Table<Mix> = Table {
    name: "mix",
    heading: "`mix`",
    doc: "Weights of the operations; what is left out weighs 0.",
    form: |form| {
        let mut weight = |name, doc| form.or(name, Whole { min: 0, max: 1_000_000 }, doc, 0);
        let read = weight("read", "Reads.");
        let write = weight("write", "Writes of a new value.");
        let cas = weight("cas", "Compare-and-sets from the value that this client last saw.");
        let append = weight("append", "Appends of a new element.");
        let add = weight("add", "Additions of 1.");
        let mix = Mix { read, write, cas, append, add };
        if mix.total() == 0 {
            form.lacks("no operation has a weight above 0");
        }
        Some(mix)
    },
};

/// `"int"` or `{ bytes = 64 }`.
struct ValuesKind;

const INT: Words<ValueKind> = Words { what: "a kind of values", words: &[("int", ValueKind::Int, "Whole numbers.")] };

const BYTES: Table<ValueKind> = Table {
    name: "payload",
    heading: "`values`",
    doc: "A payload; its first eight bytes hold a number.",
    form: |form| form.required("bytes", Whole { min: 8, max: 65_536 }, "Its size.").map(ValueKind::Bytes),
};

impl Kind for ValuesKind {
    type Value = ValueKind;

    fn read(&self, item: &Item<'_>, reader: &mut Reader) -> Option<ValueKind> {
        if item.get_ref().is_table() { BYTES.read(item, reader) } else { INT.read(item, reader) }
    }

    fn sketch(&self, guide: &mut Guide) -> Sketch {
        Sketch::Either(vec![INT.sketch(guide), BYTES.sketch(guide)])
    }

    fn show(&self, values: &ValueKind) -> String {
        INT.show(values)
    }
}
