//! The names of operations in histories, and the shapes of their values, by kind of object.

use std::sync::Arc;

use super::super::{Access, Answer, Ask, Datum};
use super::BadLine;
use crate::check::Model;

/// The operations of a model, for those who have named another.
const fn known(model: Model) -> &'static str {
    match model {
        Model::Any => "read, write, cas, append, add, delete (and get, put)",
        Model::Register => "read, write (and get, put)",
        Model::CasRegister => "read, write, cas (and get, put)",
        Model::Append => "get, put, append (and read, write)",
        Model::Set => "read, add, remove (and include, exclude)",
        Model::Mutex => "acquire, release",
        Model::MultiRegister => "txn",
    }
}

/// What a line asks for.
pub(super) fn ask(model: Model, f: &str, value: &Datum) -> Result<Ask, BadLine> {
    let given = || match value {
        Datum::Nil => Err(bad(f, value, "a value, and not null")),
        value => Ok(value.clone()),
    };
    let has_registers = matches!(model, Model::Any | Model::Register | Model::CasRegister | Model::Append);
    match (f, model) {
        ("read" | "get", Model::Set) => Ok(Ask::Read),
        ("read" | "get", _) if has_registers => Ok(Ask::Read),
        ("write" | "put", _) if has_registers => given().map(Ask::Write),
        ("cas", Model::Any | Model::CasRegister) => swap(f, value),
        ("append", Model::Any | Model::Append) => given().map(Ask::Append),
        ("delete", Model::Any) => Ok(Ask::Delete),
        ("add", Model::Any) => match value {
            Datum::Int(amount) => Ok(Ask::Add(*amount)),
            _ => Err(bad(f, value, "a whole number (with --model set, any member)")),
        },
        ("add" | "include", Model::Set) => given().map(Ask::Include),
        ("remove" | "exclude", Model::Set) => given().map(Ask::Exclude),
        ("acquire", Model::Mutex) => Ok(Ask::Acquire),
        ("release", Model::Mutex) => Ok(Ask::Release),
        ("txn", Model::MultiRegister) => accesses(f, value).map(Ask::Transact),
        _ => Err(BadLine::UnknownOperation { f: f.to_owned(), known: known(model) }),
    }
}

/// What a transaction did; where the end says nothing, its reads may have found anything.
pub(super) fn transacted(f: &str, ask: &Ask, value: &Datum) -> Result<Answer, BadLine> {
    match (ask, value) {
        (Ask::Transact(asked), Datum::Nil) => Ok(Answer::Transacted(asked.clone())),
        _ => accesses(f, value).map(Answer::Transacted),
    }
}

fn bad(f: &str, value: &Datum, needed: &'static str) -> BadLine {
    BadLine::Value { f: f.to_owned(), value: value.clone(), needed }
}

fn swap(f: &str, value: &Datum) -> Result<Ask, BadLine> {
    match value {
        Datum::List(pair) if pair.len() == 2 => {
            Ok(Ask::CompareAndSet { expect: pair[0].clone(), value: pair[1].clone() })
        }
        _ => Err(bad(f, value, "a list of two: what is expected, and what is new")),
    }
}

fn accesses(f: &str, value: &Datum) -> Result<Arc<[Access]>, BadLine> {
    let shape = || bad(f, value, "a list such as [[\"read\", \"x\", null], [\"write\", \"y\", 1]]");
    let Datum::List(list) = value else { return Err(shape()) };
    let access = |entry: &Datum| {
        let Datum::List(parts) = entry else { return Err(shape()) };
        let [Datum::Text(word), Datum::Text(name), value] = &**parts else { return Err(shape()) };
        match (&**word, value) {
            ("read" | "r", Datum::Nil) => Ok(Access::Read(name.clone(), None)),
            ("read" | "r", value) => Ok(Access::Read(name.clone(), Some(value.clone()))),
            ("write" | "w", value) if *value != Datum::Nil => Ok(Access::Write(name.clone(), value.clone())),
            _ => Err(shape()),
        }
    };
    list.iter().map(access).collect()
}
