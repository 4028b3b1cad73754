//! What a register holds, as an author writes it.

use std::sync::Arc;
use toml::de::DeValue;

use super::several::List;
use super::{Text, Yes};
use crate::lesson::format::form::{Form, Item, Kind, Table};
use crate::lesson::format::reader::Reader;
use crate::lesson::format::sketch::{Guide, Sketch};
use crate::protocol::{Element, Value};

/// A value: a whole number, a text, a list of those, or `{ hex = "00ff" }` for raw bytes.
#[derive(Clone, Copy)]
pub(in crate::lesson::format) struct Literal;

const TEXT_MAX: usize = 4_096;
const LIST_MAX: usize = 256;
const TEXT: Text = Text { min: 0, max: TEXT_MAX };
const LIST: List<Member> = List { of: Member, min: 0, max: LIST_MAX };

/// What a list holds: a value that is no list.
#[derive(Clone, Copy)]
pub(in crate::lesson::format) struct Member;

const HEX: Table<Arc<[u8]>> = Table {
    name: "raw bytes",
    heading: "a value of raw bytes",
    doc: "Raw bytes.",
    form: |form| {
        let digits = form.required("hex", TEXT, "The bytes, two hexadecimal digits each.")?;
        let bytes = bytes(&digits);
        if bytes.is_none() {
            form.problem("hex", "these are not pairs of hexadecimal digits");
        }
        bytes.map(Arc::from)
    },
};

fn bytes(digits: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> = digits.chars().map(|digit| digit.to_digit(16).map(|digit| digit as u8)).collect();
    let digits = digits.filter(|digits| digits.len().is_multiple_of(2))?;
    Some(digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect())
}

impl Kind for Member {
    type Value = Element;

    fn read(&self, item: &Item<'_>, reader: &mut Reader) -> Option<Element> {
        match item.get_ref() {
            DeValue::Integer(number) => {
                let number = i64::from_str_radix(number.as_str(), number.radix()).ok();
                if number.is_none() {
                    reader.problem(item.span(), "this number does not fit in 64 bits");
                }
                number.map(Element::Int)
            }
            DeValue::String(_) => TEXT.read(item, reader).map(|text| Element::Text(text.into())),
            DeValue::Table(_) => HEX.read(item, reader).map(Element::Bytes),
            DeValue::Array(_) | DeValue::Float(_) | DeValue::Boolean(_) | DeValue::Datetime(_) => {
                reader.expect(item, "an element is a whole number, a text, or { hex = \"00ff\" }");
                None
            }
        }
    }

    fn sketch(&self, guide: &mut Guide) -> Sketch {
        let doc = "A whole number, a text, or raw bytes as `{ hex = \"00ff\" }`.";
        let number = Sketch::Whole { min: i128::from(i64::MIN), max: i128::from(i64::MAX) };
        let kinds = vec![number, TEXT.sketch(guide), HEX.sketch(guide)];
        guide.value("element", doc, Sketch::Either(kinds))
    }
}

impl Kind for Literal {
    type Value = Value;

    fn read(&self, item: &Item<'_>, reader: &mut Reader) -> Option<Value> {
        match item.get_ref() {
            DeValue::Array(_) => LIST.read(item, reader).map(Value::List),
            DeValue::Integer(_) | DeValue::String(_) | DeValue::Table(_) => {
                Member.read(item, reader).map(|element| match element {
                    Element::Int(number) => Value::Int(number),
                    Element::Text(text) => Value::Text(text),
                    Element::Bytes(bytes) => Value::Bytes(bytes),
                })
            }
            DeValue::Float(_) | DeValue::Boolean(_) | DeValue::Datetime(_) => {
                reader.expect(item, "a value is a whole number, a text, a list, or { hex = \"00ff\" }");
                None
            }
        }
    }

    fn sketch(&self, guide: &mut Guide) -> Sketch {
        let doc = "What a key holds: an element, or a list of elements. Lists do not nest.";
        let kinds = vec![Member.sketch(guide), LIST.sketch(guide)];
        guide.value("value", doc, Sketch::Either(kinds))
    }
}

/// What is read under a key, as keys of the table around: one value, siblings, or nothing.
pub(in crate::lesson::format) struct Siblings;

impl Siblings {
    /// Asks for them.
    pub(in crate::lesson::format) fn ask(form: &mut Form<'_, '_>) -> Option<Vec<Value>> {
        let mut choice = form.choice("what is read");
        choice.case("is", Literal, "This one value.", |value| vec![value]);
        let several = List { of: Literal, min: 2, max: LIST_MAX };
        choice.case("siblings", several, "These values side by side, in order.", |values| values);
        choice.case("absent", Yes, "Nothing: the key holds no value.", |()| Vec::new());
        choice.end()
    }
}
