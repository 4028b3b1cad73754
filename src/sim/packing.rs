//! Writing in postcard's format at the end of a vector that is there already. The trace writes some 25 records for each operation of a
//! client, nearly all of them small numbers: these go straight to the vector, where postcard's own writer, which can write to
//! anything, spells each of them out beside it first. What is written here, postcard reads.

use serde::ser::{
    SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple, SerializeTupleStruct,
    SerializeTupleVariant,
};
use serde::{Serialize, Serializer};
use std::fmt;

/// Writes at the end of a vector. It fails only at a sequence that does not know its length.
pub(super) struct Packer<'a>(pub(super) &'a mut Vec<u8>);

impl Packer<'_> {
    /// Seven bits to a byte, the lowest first, and the eighth says that there are more.
    fn number(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.0.push(number as u8 | 0x80);
            number >>= 7;
        }
        self.0.push(number as u8);
    }

    /// A number near 0 is short whatever its sign is: 0, -1, 1, -2, 2, ...
    fn signed(&mut self, number: i64) {
        self.number((number << 1 ^ number >> 63) as u64);
    }

    fn length(&mut self, length: Option<usize>) -> Result<(), fmt::Error> {
        self.number(length.ok_or(fmt::Error)? as u64);
        Ok(())
    }
}

/// Kinds of numbers, each with how it is written.
macro_rules! numbers {
    ($($method:ident($type:ty) $number:ident as $wide:ty;)*) => {
        $(fn $method(self, number: $type) -> Result<(), fmt::Error> {
            self.$number(number as $wide);
            Ok(())
        })*
    };
}

impl Serializer for &mut Packer<'_> {
    type Ok = ();
    type Error = fmt::Error;
    type SerializeSeq = Self;
    type SerializeTuple = Self;
    type SerializeTupleStruct = Self;
    type SerializeTupleVariant = Self;
    type SerializeMap = Self;
    type SerializeStruct = Self;
    type SerializeStructVariant = Self;

    numbers! {
        serialize_u16(u16) number as u64;
        serialize_u32(u32) number as u64;
        serialize_u64(u64) number as u64;
        serialize_i16(i16) signed as i64;
        serialize_i32(i32) signed as i64;
        serialize_i64(i64) signed as i64;
    }

    fn is_human_readable(&self) -> bool {
        false
    }

    fn serialize_bool(self, value: bool) -> Result<(), fmt::Error> {
        self.serialize_u8(u8::from(value))
    }

    fn serialize_u8(self, value: u8) -> Result<(), fmt::Error> {
        self.0.push(value);
        Ok(())
    }

    fn serialize_i8(self, value: i8) -> Result<(), fmt::Error> {
        self.serialize_u8(value as u8)
    }

    fn serialize_f32(self, value: f32) -> Result<(), fmt::Error> {
        self.0.extend_from_slice(&value.to_le_bytes());
        Ok(())
    }

    fn serialize_f64(self, value: f64) -> Result<(), fmt::Error> {
        self.0.extend_from_slice(&value.to_le_bytes());
        Ok(())
    }

    fn serialize_char(self, value: char) -> Result<(), fmt::Error> {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, text: &str) -> Result<(), fmt::Error> {
        self.serialize_bytes(text.as_bytes())
    }

    fn serialize_bytes(self, bytes: &[u8]) -> Result<(), fmt::Error> {
        self.number(bytes.len() as u64);
        self.0.extend_from_slice(bytes);
        Ok(())
    }

    fn serialize_none(self) -> Result<(), fmt::Error> {
        self.serialize_u8(0)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), fmt::Error> {
        self.0.push(1);
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), fmt::Error> {
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), fmt::Error> {
        Ok(())
    }

    fn serialize_unit_variant(self, _: &'static str, variant: u32, _: &'static str) -> Result<(), fmt::Error> {
        self.serialize_u32(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<(), fmt::Error> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        variant: u32,
        _: &'static str,
        value: &T,
    ) -> Result<(), fmt::Error> {
        self.number(variant.into());
        value.serialize(self)
    }

    fn serialize_seq(self, length: Option<usize>) -> Result<Self, fmt::Error> {
        self.length(length).map(|()| self)
    }

    fn serialize_tuple(self, _: usize) -> Result<Self, fmt::Error> {
        Ok(self)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self, fmt::Error> {
        Ok(self)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        variant: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self, fmt::Error> {
        self.number(variant.into());
        Ok(self)
    }

    fn serialize_map(self, length: Option<usize>) -> Result<Self, fmt::Error> {
        self.length(length).map(|()| self)
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self, fmt::Error> {
        Ok(self)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        variant: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self, fmt::Error> {
        self.number(variant.into());
        Ok(self)
    }
}

/// What is made of parts is written part by part, with nothing between them and without names.
macro_rules! parts {
    ($($of:ident: $method:ident($($name:ident: $type:ty)?);)*) => {
        $(impl $of for &mut Packer<'_> {
            type Ok = ();
            type Error = fmt::Error;

            fn $method<T: Serialize + ?Sized>(&mut self, $($name: $type,)? value: &T) -> Result<(), fmt::Error> {
                value.serialize(&mut **self)
            }

            fn end(self) -> Result<(), fmt::Error> {
                Ok(())
            }
        })*
    };
}

parts! {
    SerializeSeq: serialize_element();
    SerializeTuple: serialize_element();
    SerializeTupleStruct: serialize_field();
    SerializeTupleVariant: serialize_field();
    SerializeStruct: serialize_field(_name: &'static str);
    SerializeStructVariant: serialize_field(_name: &'static str);
}

impl SerializeMap for &mut Packer<'_> {
    type Ok = ();
    type Error = fmt::Error;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), fmt::Error> {
        key.serialize(&mut **self)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), fmt::Error> {
        value.serialize(&mut **self)
    }

    fn end(self) -> Result<(), fmt::Error> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeMap;

    #[derive(Clone, Debug, Serialize)]
    enum Thing {
        Nothing,
        One(u64),
        Two(i64, char),
        Named { text: String, many: Vec<Thing>, by_name: BTreeMap<String, Option<i16>> },
        Numbers((u8, u16, u32), (i8, i32), (f32, f64), bool),
        Plain(Unit, Wrapped, Pair),
    }

    #[derive(Clone, Debug, Serialize)]
    struct Unit;

    #[derive(Clone, Debug, Serialize)]
    struct Wrapped(Option<()>);

    #[derive(Clone, Debug, Serialize)]
    struct Pair(u64, i64);

    fn thing() -> impl Strategy<Value = Thing> {
        let numbers = (any::<(u8, u16, u32)>(), any::<(i8, i32)>(), any::<(f32, f64)>(), any::<bool>());
        let plain = prop_oneof![
            Just(Thing::Nothing),
            any::<u64>().prop_map(Thing::One),
            (0_u64..300).prop_map(Thing::One),
            any::<(i64, char)>().prop_map(|(number, letter)| Thing::Two(number, letter)),
            numbers.prop_map(|(a, b, c, d)| Thing::Numbers(a, b, c, d)),
            any::<(Option<()>, u64, i64)>().prop_map(|(unit, a, b)| Thing::Plain(Unit, Wrapped(unit), Pair(a, b))),
        ];
        plain.prop_recursive(4, 40, 10, |inner| {
            let by_name = prop::collection::btree_map(any::<String>(), any::<Option<i16>>(), 0..4);
            (any::<String>(), prop::collection::vec(inner, 0..10), by_name)
                .prop_map(|(text, many, by_name)| Thing::Named { text, many, by_name })
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(512) })]

        #[test]
        fn it_writes_what_postcard_writes(thing in thing()) {
            let mut bytes = vec![7];
            thing.serialize(&mut Packer(&mut bytes)).expect("its lengths are known");
            prop_assert_eq!(&bytes[1..], postcard::to_allocvec(&thing).expect("postcard takes it too"));
        }
    }
}
