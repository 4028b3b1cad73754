//! The format as data: what the tables of a scenario file hold, in words and bounds. The JSON Schema and the tables of
//! the documentation are made from it, and it is made by asking the same functions that read a file.

use std::collections::BTreeMap;

/// What one value may be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Sketch {
    /// `true` or `false`.
    Flag,
    /// Only `true`: the key alone says it all.
    Yes,
    /// A whole number within bounds.
    Whole { min: i128, max: i128 },
    /// A number that may have a fraction, within bounds.
    Fraction { min: u32, max: u32 },
    /// Any text of so many characters.
    Text { min: usize, max: usize },
    /// A text that matches a regular expression.
    Pattern(&'static str),
    /// One of some words, each with what it means.
    Words(Vec<(&'static str, &'static str)>),
    /// A list.
    List { of: Box<Sketch>, min: usize, max: usize },
    /// A table of names that the author chooses.
    Names { key: &'static str, of: Box<Sketch>, max: usize },
    /// Any one of several.
    Either(Vec<Sketch>),
    /// What is described elsewhere, by its name.
    Ref(&'static str),
}

/// Whether a key must be there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Presence {
    /// It must.
    Required,
    /// It need not, and nothing takes its place.
    Optional,
    /// It need not; this takes its place.
    Default(String),
    /// Exactly one key of the group with this number must be there.
    OneOf(usize),
}

/// One key of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) doc: &'static str,
    pub(super) sketch: Sketch,
    pub(super) presence: Presence,
}

/// A group of keys of which one must be there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Group {
    pub(super) what: &'static str,
    pub(super) is_required: bool,
    pub(super) names: Vec<&'static str>,
}

/// What a name stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Body {
    /// A table with fixed keys.
    Table { fields: Vec<Field>, groups: Vec<Group> },
    /// A value.
    Value(Sketch),
}

/// One named part of the format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Definition {
    pub(super) name: &'static str,
    /// As it is called in messages and headings.
    pub(super) heading: &'static str,
    pub(super) doc: &'static str,
    pub(super) body: Body,
}

/// Gathers the named parts of the format, in the order in which they are first mentioned.
#[derive(Debug, Default)]
pub(super) struct Guide {
    numbers: BTreeMap<&'static str, usize>,
    definitions: Vec<Option<Definition>>,
}

impl Guide {
    /// Describes a named part unless that was done, or is being done further up.
    pub(super) fn define(&mut self, name: &'static str, describe: impl FnOnce(&mut Self) -> Definition) -> Sketch {
        if !self.numbers.contains_key(name) {
            let number = self.definitions.len();
            self.numbers.insert(name, number);
            self.definitions.push(None);
            let definition = describe(self);
            self.definitions[number] = Some(definition);
        }
        Sketch::Ref(name)
    }

    /// A named kind of value.
    pub(super) fn value(&mut self, name: &'static str, doc: &'static str, sketch: Sketch) -> Sketch {
        self.define(name, |_| Definition { name, heading: name, doc, body: Body::Value(sketch) })
    }

    /// All parts.
    pub(super) fn into_definitions(self) -> Vec<Definition> {
        self.definitions.into_iter().flatten().collect()
    }
}
