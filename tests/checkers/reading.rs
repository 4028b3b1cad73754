//! Histories from lines: the dialects, and what is wrong with a line.

use netsplit::check::{Answer, Ask, BadLine, Datum, End, EventLine, LineReader, Model, Observed, Reading};

fn read(model: Model, reading: Reading, lines: &[&str]) -> Result<Observed, (usize, BadLine)> {
    let mut reader = LineReader::new(model, reading);
    for (at, line) in lines.iter().enumerate() {
        let line: EventLine = serde_json::from_str(line).unwrap_or_else(|error| panic!("{line}: {error}"));
        reader.take(at + 1, line).map_err(|problem| (at + 1, problem))?;
    }
    Ok(reader.finish().0)
}

/// How the one operation of these two lines ended.
fn end(reading: Reading, begin: &str, end: &str) -> Option<End> {
    let observed = read(Model::Any, reading, &[begin, end]).expect("the lines are good");
    observed.ops()[0].end.clone().map(|(_, end)| end)
}

const CAS: &str = r#"{"process":1,"type":"invoke","f":"cas","value":[1,2]}"#;
const READ: &str = r#"{"process":1,"type":"invoke","f":"read","value":null}"#;

#[test]
fn a_failed_compare_and_set_is_what_the_dialect_means() {
    let failed = r#"{"process":1,"type":"fail","f":"cas","value":[1,2]}"#;
    assert_eq!(end(Reading::Jepsen, CAS, failed), Some(End::Failed));
    assert_eq!(end(Reading::Porcupine, CAS, failed), Some(End::Ok(Answer::Mismatch)));
    assert_eq!(end(Reading::Plain, CAS, failed), Some(End::Failed));
    let refused = r#"{"process":1,"type":"fail","f":"cas","value":[1,2],"error":"unavailable"}"#;
    assert_eq!(end(Reading::Porcupine, CAS, refused), Some(End::Failed), "something else was the reason");
    let mismatch = r#"{"process":1,"type":"fail","f":"cas","value":[1,2],"error":"mismatch"}"#;
    assert_eq!(end(Reading::Porcupine, CAS, mismatch), Some(End::Ok(Answer::Mismatch)));
    assert_eq!(end(Reading::Jepsen, CAS, mismatch), Some(End::Failed));
    let unswapped = r#"{"process":1,"type":"ok","f":"cas","value":[1,2],"swapped":false}"#;
    assert_eq!(end(Reading::Plain, CAS, unswapped), Some(End::Ok(Answer::Mismatch)));
    let unknown = r#"{"process":1,"type":"info","f":"cas","value":":timed-out"}"#;
    assert_eq!(end(Reading::Porcupine, CAS, unknown), Some(End::Unknown));
}

#[test]
fn a_null_that_was_read_is_what_the_dialect_means() {
    let null = r#"{"process":1,"type":"ok","f":"read","value":null}"#;
    assert_eq!(end(Reading::Jepsen, READ, null), Some(End::Ok(Answer::Unsaid)));
    assert_eq!(end(Reading::Porcupine, READ, null), Some(End::Ok(Answer::Value(Datum::Nil))));
    assert_eq!(end(Reading::Plain, READ, null), Some(End::Ok(Answer::Value(Datum::Nil))));
    let absent = r#"{"process":1,"type":"ok","f":"read","value":null,"absent":true}"#;
    assert_eq!(end(Reading::Jepsen, READ, absent), Some(End::Ok(Answer::Value(Datum::Nil))));
    let failed = r#"{"process":1,"type":"fail","f":"read","value":":timed-out"}"#;
    assert_eq!(end(Reading::Porcupine, READ, failed), Some(End::Failed));
}

#[test]
fn the_nemesis_does_no_operation() {
    let lines = [
        r#"{"process":"nemesis","type":"info","f":"start","value":"cut"}"#,
        READ,
        r#"{"process":"nemesis","type":"info","value":["n1"]}"#,
        r#"{"process":1,"type":"ok","f":"read","value":3,"time":12,"index":7}"#,
    ];
    let observed = read(Model::Register, Reading::Jepsen, &lines).expect("the lines are good");
    assert_eq!((observed.ops().len(), observed.len()), (1, 2));
}

#[test]
fn values_of_any_shape_are_values() {
    let shapes = [
        "true",
        "-7",
        "18446744073709551615",
        "1.5",
        "\"\u{e9}\"",
        "[]",
        "[1,[2,{\"a\":null}]]",
        "{\"siblings\":[1,2]}",
        "{\"hex\":\"00ff\"}",
    ];
    for shape in shapes {
        let write = format!("{{\"process\":1,\"type\":\"invoke\",\"f\":\"write\",\"value\":{shape}}}");
        let observed = read(Model::Register, Reading::Jepsen, &[&write]).expect(shape);
        let Ask::Write(value) = &observed.ops()[0].ask else { panic!("it is a write") };
        assert!(!value.to_string().is_empty());
    }
    let value = |text: &str| serde_json::from_str::<Datum>(text);
    assert_eq!(value("1.0").ok(), value("1").ok());
    assert_ne!(value("18446744073709551615").ok(), value("18446744073709551614").ok());
    assert!(value("1e300").is_err(), "nobody knows which number that is");
    assert!(value(&format!("{}{}", "[".repeat(60), "]".repeat(60))).is_err(), "nested too deep");
    assert_eq!(value("{\"b\":1,\"a\":2}").ok(), value("{\"a\":2,\"b\":1}").ok());
}

#[test]
fn what_is_wrong_with_a_line_is_said() {
    let wrong = |model, lines: &[&str]| {
        let (line, problem) = read(model, Reading::Jepsen, lines).expect_err("a line is wrong");
        format!("{line}: {problem}")
    };
    let ok = r#"{"process":1,"type":"ok","f":"read","value":1}"#;
    assert!(wrong(Model::Any, &[ok]).starts_with("1: process 1 has no open operation"));
    assert!(wrong(Model::Any, &[READ, ok, ok]).starts_with("3: process 1 has no open operation"));
    assert!(wrong(Model::Any, &[READ, READ]).starts_with("2: process 1 is still at the operation of line 1"));
    assert!(wrong(Model::Any, &[CAS, ok]).contains("ends `read`, but process 1 began `cas` in line 1"));
    assert!(wrong(Model::Register, &[CAS]).contains("`cas` is no operation of this model; it has read, write"));
    let invoke =
        |f: &str, value: &str| format!("{{\"process\":1,\"type\":\"invoke\",\"f\":\"{f}\",\"value\":{value}}}");
    for (f, value) in [("cas", "[1]"), ("cas", "3"), ("write", "null"), ("add", "\"x\""), ("append", "null")] {
        let said = wrong(Model::Any, &[&invoke(f, value)]);
        assert!(said.starts_with(&format!("1: the value of `{f}` is ")), "{said}");
    }
    assert!(wrong(Model::MultiRegister, &[&invoke("txn", "[[\"read\"]]")]).contains("a list such as"));
    assert!(wrong(Model::Any, &[r#"{"process":[1],"type":"invoke","f":"read"}"#]).contains("`process` is [1]"));
    assert!(wrong(Model::Any, &[r#"{"process":1,"type":"invoke","f":"read","key":[1]}"#]).contains("`key` is [1]"));
    assert!(wrong(Model::Any, &[r#"{"process":1,"type":"invoke"}"#]).contains("there is no `f`"));
}

#[test]
fn after_unknown_a_process_may_go_on() {
    let info = r#"{"process":1,"type":"info","f":"read"}"#;
    let observed = read(Model::Any, Reading::Jepsen, &[READ, info, READ]).expect("the lines are good");
    assert_eq!(observed.ops().len(), 2);
}
