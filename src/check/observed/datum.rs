//! A value as a history holds it: any JSON value, comparable and cheap to copy. Knows no operation.

use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use crate::protocol::{Element, Value};

/// A value that was written, expected or read. Compared whole; never arithmetic, but for [`Datum::Int`].
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Datum {
    /// Nothing: an absent key, JSON's `null`.
    #[default]
    Nil,
    /// True or false.
    Bool(bool),
    /// A whole number.
    Int(i128),
    /// A number with a fraction, by its bits: it is only ever compared for being the same.
    Real(u64),
    /// Text.
    Text(Arc<str>),
    /// A list.
    List(Arc<[Datum]>),
    /// Names with values, in the order of the names.
    Map(Arc<[(Arc<str>, Datum)]>),
}

/// Values that nest deeper are refused, so that nothing from outside can nest without end.
const DEPTH_MAX: u8 = 32;
/// From here on, a floating-point number does not say which whole number it was.
const EXACT_BELOW: f64 = 9_007_199_254_740_992.0;

impl Datum {
    /// A list of these.
    pub fn list(members: impl IntoIterator<Item = Self>) -> Self {
        Self::List(members.into_iter().collect())
    }

    /// The empty value of its kind: nothing, no letters, or no members.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        match self {
            Self::Nil => true,
            Self::Text(text) => text.is_empty(),
            Self::List(list) => list.is_empty(),
            Self::Bool(_) | Self::Int(_) | Self::Real(_) | Self::Map(_) => false,
        }
    }

    /// What `read` returned in a system whose reads may find several values side by side.
    #[must_use]
    pub fn siblings(values: &[Value]) -> Self {
        match values {
            [] => Self::Nil,
            [value] => value.into(),
            several => Self::Map(Arc::new([(SIBLINGS.into(), Self::list(several.iter().map(Self::from)))])),
        }
    }

    /// The values side by side, where a read found several; otherwise the value itself.
    #[must_use]
    pub fn alternatives(&self) -> &[Self] {
        match self {
            Self::Map(entries) => match &**entries {
                [(name, Self::List(list))] if &**name == SIBLINGS => list,
                _ => std::slice::from_ref(self),
            },
            _ => std::slice::from_ref(self),
        }
    }
}

/// The name under which several values side by side are written.
const SIBLINGS: &str = "siblings";
/// The name under which raw bytes are written, as hexadecimal digits.
const HEX: &str = "hex";

fn hexadecimal(bytes: &[u8]) -> Datum {
    let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    Datum::Map(Arc::new([(HEX.into(), Datum::Text(digits.into()))]))
}

impl From<i64> for Datum {
    fn from(number: i64) -> Self {
        Self::Int(number.into())
    }
}

impl From<&str> for Datum {
    fn from(text: &str) -> Self {
        Self::Text(text.into())
    }
}

impl From<&Value> for Datum {
    fn from(value: &Value) -> Self {
        match value {
            Value::Int(number) => (*number).into(),
            Value::Text(text) => Self::Text(text.clone()),
            Value::Bytes(bytes) => hexadecimal(bytes),
            Value::List(list) => Self::list(list.iter().map(Self::from)),
        }
    }
}

impl From<&Element> for Datum {
    fn from(element: &Element) -> Self {
        match element {
            Element::Int(number) => (*number).into(),
            Element::Text(text) => Self::Text(text.clone()),
            Element::Bytes(bytes) => hexadecimal(bytes),
        }
    }
}

/// As JSON, but for `nothing`.
impl fmt::Display for Datum {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nil => f.write_str("nothing"),
            Self::Bool(is_true) => is_true.fmt(f),
            Self::Int(number) => number.fmt(f),
            Self::Real(bits) => f64::from_bits(*bits).fmt(f),
            Self::Text(text) => write!(f, "{text:?}"),
            Self::List(list) => {
                f.write_str("[")?;
                for (at, member) in list.iter().enumerate() {
                    write!(f, "{}{member}", if at > 0 { ", " } else { "" })?;
                }
                f.write_str("]")
            }
            Self::Map(entries) => {
                f.write_str("{")?;
                for (at, (name, value)) in entries.iter().enumerate() {
                    write!(f, "{}{name:?}: {value}", if at > 0 { ", " } else { "" })?;
                }
                f.write_str("}")
            }
        }
    }
}

impl<'de> Deserialize<'de> for Datum {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Nested(0).deserialize(deserializer)
    }
}

/// Reads a value that stands so deep in others.
#[derive(Clone, Copy)]
struct Nested(u8);

impl<'de> DeserializeSeed<'de> for Nested {
    type Value = Datum;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Datum, D::Error> {
        if self.0 > DEPTH_MAX {
            return Err(D::Error::custom(format_args!("a value is nested more than {DEPTH_MAX} deep")));
        }
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Nested {
    type Value = Datum;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E: Error>(self) -> Result<Datum, E> {
        Ok(Datum::Nil)
    }

    fn visit_none<E: Error>(self) -> Result<Datum, E> {
        Ok(Datum::Nil)
    }

    fn visit_bool<E: Error>(self, is_true: bool) -> Result<Datum, E> {
        Ok(Datum::Bool(is_true))
    }

    fn visit_i64<E: Error>(self, number: i64) -> Result<Datum, E> {
        Ok(Datum::Int(number.into()))
    }

    fn visit_u64<E: Error>(self, number: u64) -> Result<Datum, E> {
        Ok(Datum::Int(number.into()))
    }

    fn visit_f64<E: Error>(self, number: f64) -> Result<Datum, E> {
        if number.fract() != 0.0 || !number.is_finite() {
            return Ok(Datum::Real(number.to_bits()));
        }
        if number.abs() >= EXACT_BELOW {
            return Err(E::custom(format_args!("the number {number} is too large to be exact: write it as text")));
        }
        // 1.0 and 1 are one number, whoever wrote them.
        Ok(Datum::Int(number as i128))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Datum, E> {
        Ok(text.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut members: A) -> Result<Datum, A::Error> {
        let mut list = Vec::new();
        while let Some(member) = members.next_element_seed(Self(self.0 + 1))? {
            list.push(member);
        }
        Ok(Datum::list(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Datum, A::Error> {
        let mut map: BTreeMap<Arc<str>, Datum> = BTreeMap::new();
        while let Some(name) = entries.next_key::<Arc<str>>()? {
            map.insert(name, entries.next_value_seed(Self(self.0 + 1))?);
        }
        Ok(Datum::Map(map.into_iter().collect()))
    }
}
