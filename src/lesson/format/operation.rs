//! `invoke`: one operation of one client. `type`: what somebody types at a replica.

use super::document::KEY_CHARS;
use super::form::{Form, Kind, Table};
use super::kinds::{Client, Literal, Member, Node, Text, Whole, Yes};
use crate::protocol::{Element, Key, Operation, Typing, Update, Value};
use crate::sim::Command;

/// The name of a key.
pub(super) const KEY: Text = Text { min: 1, max: KEY_CHARS };

/// One operation.
pub(super) const INVOKE: Table<Command> = Table {
    name: "invoke",
    heading: "`invoke`",
    doc: "One operation of one client.",
    form: |form| {
        let client = form.required("client", Client, "Which client.");
        let contact = form.optional("at", Node, "At which node; without it, the client chooses as always.");
        let mut choice = form.choice("an operation");
        choice.case("read", KEY, "Reads a key.", |key| operation(&key, Update::Read));
        choice.case("write", WRITE, "Replaces the value of a key.", with(Update::Write));
        choice.case("cas", CAS, "Replaces the value of a key if it is the one expected.", |operation| operation);
        choice.case("append", APPEND, "Appends to a text or a list.", with(Update::Append));
        choice.case("add", ADD, "Adds to a number.", |(key, by)| operation(&key, Update::Add(by)));
        choice.case("delete", KEY, "Removes the value of a key.", |key| operation(&key, Update::Delete));
        choice.case("include", INCLUDE, "Puts an element into a set.", with(Update::Include));
        choice.case("exclude", EXCLUDE, "Takes an element out of a set.", with(Update::Exclude));
        let operation = choice.end();
        Some(Command::Invoke { client: client?, operation: operation?, contact })
    },
};

fn operation(key: &str, update: Update) -> Operation {
    Operation { key: key.into(), update }
}

fn with<V>(make: fn(V) -> Update) -> impl FnOnce((String, V)) -> Operation {
    move |(key, value)| operation(&key, make(value))
}

/// What somebody types in a text box at a node.
pub(super) const TYPE: Table<Command> = Table {
    name: "type",
    heading: "`type`",
    doc: "What somebody types in a text box at a replica. Letters are Unicode code points.",
    form: |form| {
        let node = form.required("at", Node, "At which node; it must be a replica of the key.");
        let key = form.required("key", KEY, "Which text: a key whose `conflicts` are `\"text\"`.");
        let count = Whole { min: 0, max: u64::from(u32::MAX) };
        let at = form.or("place", count, "Behind how many of the letters that this replica shows.", 0);
        let count = Whole { min: 0, max: u64::from(u32::MAX) };
        let remove = form.or("remove", count, "How many letters are deleted from there.", 0);
        let insert = form.or("insert", Text { min: 0, max: Typing::LETTERS_MAX }, "What is typed.", String::new());
        let typing = Typing { key: key?.as_str().into(), at, remove, insert };
        Some(Command::Type { node: node?, typing })
    },
};

/// A key, and a value of some kind.
fn key_and<K: Kind>(form: &mut Form<'_, '_>, kind: K) -> Option<(String, K::Value)> {
    let key = form.required("key", KEY, "Which key.");
    let value = form.required("value", kind, "Which value.");
    Some((key?, value?))
}

const WRITE: Table<(String, Value)> =
    Table { name: "write", heading: "`write`", doc: "A new value of a key.", form: |form| key_and(form, Literal) };

const fn of_element(name: &'static str, heading: &'static str, doc: &'static str) -> Table<(String, Element)> {
    Table { name, heading, doc, form: |form| key_and(form, Member) }
}

const APPEND: Table<(String, Element)> = of_element("append", "`append`", "An element for a text or a list.");
const INCLUDE: Table<(String, Element)> = of_element("include", "`include`", "An element for a set.");
const EXCLUDE: Table<(String, Element)> = of_element("exclude", "`exclude`", "An element out of a set.");

const ADD: Table<(String, i64)> = Table {
    name: "add",
    heading: "`add`",
    doc: "An addition; a key that holds nothing counts as 0.",
    form: |form| {
        let key = form.required("key", KEY, "Which key.");
        let by = form.or("by", Whole { min: i64::MIN, max: i64::MAX }, "How much.", 1);
        Some((key?, by))
    },
};

const CAS: Table<Operation> = Table {
    name: "cas",
    heading: "`cas`",
    doc: "A compare-and-set. A mismatch is a good answer: the value was not the one expected.",
    form: |form| {
        let key = form.required("key", KEY, "Which key.");
        let mut expected = form.choice("an expectation");
        expected.case("expect", Literal, "What the key must hold.", Some);
        expected.case("expect_absent", Yes, "That it must hold nothing.", |()| None);
        let expect = expected.end();
        let value = form.required("value", Literal, "What it then gets.");
        let update = Update::CompareAndSet { expect: expect?, value: value? };
        Some(Operation { key: Key::from(key?.as_str()), update })
    },
};
