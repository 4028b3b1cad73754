//! Lists, and tables whose keys the author chooses.

use toml::de::DeValue;

use crate::lesson::format::form::{Item, Kind};
use crate::lesson::format::reader::Reader;
use crate::lesson::format::sketch::{Guide, Sketch};

/// So many values of one kind. What is wrong with one does not keep the others from being read.
#[derive(Clone, Copy)]
pub(in crate::lesson::format) struct List<K> {
    pub(in crate::lesson::format) of: K,
    pub(in crate::lesson::format) min: usize,
    pub(in crate::lesson::format) max: usize,
}

/// The same, where what is right is wanted even if something else is wrong.
pub(in crate::lesson::format) struct Each<K>(pub(in crate::lesson::format) List<K>);

impl<K: Kind> Kind for Each<K> {
    type Value = Vec<Option<K::Value>>;

    fn read(&self, item: &Item<'_>, reader: &mut Reader) -> Option<Self::Value> {
        let List { of, min, max } = &self.0;
        let DeValue::Array(items) = item.get_ref() else {
            reader.expect(item, "this is a list");
            return None;
        };
        if !(*min..=*max).contains(&items.len()) {
            let message = format!("this list has {} elements; it may have {min} to {max}", items.len());
            reader.problem(item.span(), message);
            return None;
        }
        reader.enter(item)?;
        let values = items.iter().map(|item| of.read(item, reader)).collect();
        reader.leave();
        Some(values)
    }

    fn sketch(&self, guide: &mut Guide) -> Sketch {
        let List { of, min, max } = &self.0;
        Sketch::List { of: Box::new(of.sketch(guide)), min: *min, max: *max }
    }
}

impl<K: Kind + Copy> Kind for List<K> {
    type Value = Vec<K::Value>;

    fn read(&self, item: &Item<'_>, reader: &mut Reader) -> Option<Self::Value> {
        Each(*self).read(item, reader)?.into_iter().collect()
    }

    fn sketch(&self, guide: &mut Guide) -> Sketch {
        Each(*self).sketch(guide)
    }
}

/// A table whose keys the author chooses, in the order of the keys.
pub(in crate::lesson::format) struct Named<K> {
    /// What a key is, in words.
    pub(in crate::lesson::format) key: &'static str,
    pub(in crate::lesson::format) of: K,
    pub(in crate::lesson::format) max: usize,
    pub(in crate::lesson::format) key_max: usize,
}

impl<K: Kind> Kind for Named<K> {
    type Value = Vec<(String, K::Value)>;

    fn read(&self, item: &Item<'_>, reader: &mut Reader) -> Option<Self::Value> {
        let DeValue::Table(table) = item.get_ref() else {
            reader.expect(item, "this is a table");
            return None;
        };
        if table.len() > self.max {
            let message = format!("this table has {} keys; it may have {}", table.len(), self.max);
            reader.problem(item.span(), message);
            return None;
        }
        let mut values = Vec::new();
        for (key, item) in table {
            let name: &str = key.get_ref();
            if name.is_empty() || name.chars().count() > self.key_max || name.chars().any(char::is_control) {
                let message = format!("the name of {} has 1 to {} printable characters", self.key, self.key_max);
                reader.problem(key.span(), message);
            }
            values.push(self.of.read(item, reader).map(|value| (name.to_owned(), value)));
        }
        values.into_iter().collect()
    }

    fn sketch(&self, guide: &mut Guide) -> Sketch {
        Sketch::Names { key: self.key, of: Box::new(self.of.sketch(guide)), max: self.max }
    }
}
