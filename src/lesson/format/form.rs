//! A form: the one way in which the functions of this module ask for keys. Asked of a file, it reads and notes what is
//! wrong; asked of nobody, it writes down what was asked, which becomes the JSON Schema and the documentation. So the
//! two cannot differ.

use std::ops::Range;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::nearest::{help, one_of};
use super::problem::Problem;
use super::reader::Reader;
use super::sketch::{Body, Definition, Field, Group, Guide, Presence, Sketch};

/// A value with its place in the source.
pub(super) type Item<'s> = Spanned<DeValue<'s>>;

/// A kind of value: how it is read, described, and shown.
pub(super) trait Kind {
    /// What it is read into.
    type Value;

    /// Reads a value, or notes what is wrong with it.
    fn read(&self, item: &Item<'_>, reader: &mut Reader) -> Option<Self::Value>;

    /// Describes what may be written.
    fn sketch(&self, guide: &mut Guide) -> Sketch;

    /// How an author would write a default. Kinds that are never a default need not say.
    fn show(&self, _value: &Self::Value) -> String {
        String::new()
    }
}

/// One table, being read or described.
pub(super) struct Form<'a, 's> {
    work: Work<'a, 's>,
    heading: &'static str,
}

enum Work<'a, 's> {
    Read(Reading<'a, 's>),
    Describe { guide: &'a mut Guide, fields: Vec<Field>, groups: Vec<Group> },
}

struct Reading<'a, 's> {
    reader: &'a mut Reader,
    table: &'a DeTable<'s>,
    at: Range<usize>,
    asked: Vec<&'static str>,
    /// What is not there but should be; said only if no unknown key explains it.
    missing: Vec<String>,
}

/// A table with fixed keys.
pub(super) struct Table<T> {
    /// Its name in the schema.
    pub(super) name: &'static str,
    /// As it is called in messages: `[network]`.
    pub(super) heading: &'static str,
    /// What it is about.
    pub(super) doc: &'static str,
    /// Asks for its keys.
    pub(super) form: fn(&mut Form<'_, '_>) -> Option<T>,
}

impl<T> Clone for Table<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Table<T> {}

impl<T> Kind for Table<T> {
    type Value = T;

    fn read(&self, item: &Item<'_>, reader: &mut Reader) -> Option<T> {
        let DeValue::Table(table) = item.get_ref() else {
            reader.expect(item, &format!("{} is a table of keys", self.heading));
            return None;
        };
        reader.enter(item)?;
        let read = self.read_table(table, item.span(), reader);
        reader.leave();
        read
    }

    fn sketch(&self, guide: &mut Guide) -> Sketch {
        let Self { name, heading, doc, form } = *self;
        guide.define(name, |guide| {
            let mut described =
                Form { work: Work::Describe { guide, fields: Vec::new(), groups: Vec::new() }, heading };
            form(&mut described);
            let Work::Describe { fields, groups, .. } = described.work else { unreachable!("a form keeps its work") };
            Definition { name, heading, doc, body: Body::Table { fields, groups } }
        })
    }
}

impl<T> Table<T> {
    /// Reads the keys of a table, then says which of them nobody asked for.
    pub(super) fn read_table(&self, table: &DeTable<'_>, at: Range<usize>, reader: &mut Reader) -> Option<T> {
        let reading = Reading { reader, table, at, asked: Vec::new(), missing: Vec::new() };
        let mut form = Form { work: Work::Read(reading), heading: self.heading };
        let value = (self.form)(&mut form);
        let Work::Read(reading) = form.work else { unreachable!("a form keeps its work") };
        reading.finish(self.heading);
        value
    }
}

impl Reading<'_, '_> {
    fn finish(self, heading: &str) {
        let mut is_explained = false;
        for (key, _) in self.table.iter().filter(|(key, _)| !self.asked.contains(&key.get_ref().as_ref())) {
            is_explained = true;
            let message = format!("unknown key `{}` in {heading}", Reader::shorten(key.get_ref()));
            let help = help(key.get_ref(), self.asked.iter().copied());
            self.reader.problems.push(Problem { span: key.span(), message, help });
        }
        for message in self.missing.into_iter().filter(|_| !is_explained) {
            self.reader.problem(self.at.clone(), message);
        }
    }
}

impl<'a, 's> Form<'a, 's> {
    /// A key that need not be there.
    pub(super) fn optional<K: Kind>(&mut self, name: &'static str, kind: K, doc: &'static str) -> Option<K::Value> {
        self.ask(name, &kind, doc, |_| Presence::Optional)
    }

    /// A key that must be there.
    pub(super) fn required<K: Kind>(&mut self, name: &'static str, kind: K, doc: &'static str) -> Option<K::Value> {
        if let Work::Read(reading) = &mut self.work
            && reading.table.get(name).is_none()
        {
            reading.missing.push(format!("{} needs the key `{name}`", self.heading));
        }
        self.ask(name, &kind, doc, |_| Presence::Required)
    }

    /// A key with a default.
    pub(super) fn or<K: Kind>(
        &mut self,
        name: &'static str,
        kind: K,
        doc: &'static str,
        default: K::Value,
    ) -> K::Value {
        self.ask(name, &kind, doc, |kind| Presence::Default(kind.show(&default))).unwrap_or(default)
    }

    fn ask<K: Kind>(
        &mut self,
        name: &'static str,
        kind: &K,
        doc: &'static str,
        presence: impl FnOnce(&K) -> Presence,
    ) -> Option<K::Value> {
        match &mut self.work {
            Work::Read(reading) => {
                reading.asked.push(name);
                let item = reading.table.get(name)?;
                kind.read(item, reading.reader)
            }
            Work::Describe { guide, fields, .. } => {
                let sketch = kind.sketch(guide);
                fields.push(Field { name, doc, sketch, presence: presence(kind) });
                None
            }
        }
    }

    /// Keys of which exactly one must be there.
    pub(super) fn choice<T>(&mut self, what: &'static str) -> Choice<'_, 'a, 's, T> {
        Choice { form: self, what, names: Vec::new(), found: Vec::new() }
    }

    /// What the reader knows by now; none when nothing is read.
    pub(super) fn reader(&mut self) -> Option<&mut Reader> {
        match &mut self.work {
            Work::Read(reading) => Some(reading.reader),
            Work::Describe { .. } => None,
        }
    }

    /// The table as the author wrote it; none when nothing is read.
    pub(super) fn table(&self) -> Option<&'a DeTable<'s>> {
        match &self.work {
            Work::Read(reading) => Some(reading.table),
            Work::Describe { .. } => None,
        }
    }

    /// Notes what the table lacks, unless an unknown key explains that.
    pub(super) fn lacks(&mut self, message: impl Into<String>) {
        if let Work::Read(reading) = &mut self.work {
            reading.missing.push(message.into());
        }
    }

    /// Notes what is wrong with one entry of a list of tables, or with a key of it.
    pub(super) fn problem_of_entry(&mut self, list: &str, at: usize, name: Option<&str>, message: String) {
        let Work::Read(reading) = &mut self.work else { return };
        let entry = reading.table.get(list).and_then(|list| list.get_ref().get(at));
        let place = name.and_then(|name| entry?.get_ref().get(name)).or(entry);
        let span = place.map_or_else(|| reading.at.clone(), Spanned::span);
        reading.reader.problem(span, message);
    }

    /// Notes what is wrong with the value of a key, or with the whole table if it has no such key.
    pub(super) fn problem(&mut self, name: &str, message: impl Into<String>) {
        if let Work::Read(reading) = &mut self.work {
            let span = reading.table.get(name).map_or_else(|| reading.at.clone(), Spanned::span);
            reading.reader.problem(span, message);
        }
    }
}

/// Keys of which exactly one must be there, being asked for.
pub(super) struct Choice<'f, 'a, 's, T> {
    form: &'f mut Form<'a, 's>,
    what: &'static str,
    names: Vec<&'static str>,
    found: Vec<(&'static str, Range<usize>, Option<T>)>,
}

impl<T> Choice<'_, '_, '_, T> {
    /// One of the keys, and what its value stands for.
    pub(super) fn case<K: Kind>(
        &mut self,
        name: &'static str,
        kind: K,
        doc: &'static str,
        make: impl FnOnce(K::Value) -> T,
    ) {
        self.names.push(name);
        let group = self.form.group_count();
        let value = self.form.ask(name, &kind, doc, |_| Presence::OneOf(group));
        if let Some((key, _)) = self.form.table().and_then(|table| table.get_key_value(name)) {
            self.found.push((name, key.span(), value.map(make)));
        }
    }

    /// The one that is there.
    pub(super) fn end(self) -> Option<T> {
        self.finish(true)
    }

    /// The one that is there, or none.
    pub(super) fn end_optional(self) -> Option<T> {
        self.finish(false)
    }

    fn finish(mut self, is_required: bool) -> Option<T> {
        self.found.sort_by_key(|(_, span, _)| span.start);
        let heading = self.form.heading;
        match &mut self.form.work {
            Work::Read(reading) => {
                let mut found = self.found.into_iter();
                let first = found.next();
                if first.is_none() && is_required {
                    reading.missing.push(format!("{heading} needs {}: {}", self.what, one_of(&self.names)));
                }
                let (first_name, _, value) = first?;
                for (name, span, _) in found {
                    let what = self.what;
                    let message = format!("{heading} takes {what} only once: `{first_name}` and `{name}` are two");
                    reading.reader.problem(span, message);
                }
                value
            }
            Work::Describe { groups, .. } => {
                groups.push(Group { what: self.what, is_required, names: self.names });
                None
            }
        }
    }
}

impl Form<'_, '_> {
    fn group_count(&self) -> usize {
        match &self.work {
            Work::Read(_) => 0,
            Work::Describe { groups, .. } => groups.len(),
        }
    }
}
