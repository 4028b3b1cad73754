//! Whatever somebody writes into an address: a plain message or a record, and never a panic.

use netsplit::session::{RunRecord, ScenarioRef, Session, link};
use proptest::prelude::*;

use super::stories;

fn links() -> Vec<(RunRecord, String)> {
    let record = |story: &stories::Story| story.session.record(story.scenario.clone());
    let linked = |record: RunRecord| {
        let text = link::encode(&record).expect("the stories fit into links");
        (record, text)
    };
    stories::all().iter().map(|story| linked(record(story))).collect()
}

/// What is taken must be sound: it goes into a link again, and replaying its start does not panic.
fn examine(fragment: &str) {
    match link::decode(fragment) {
        Ok(record) => {
            if let Ok(text) = link::encode(&record) {
                assert_eq!(link::decode(&text).as_ref(), Ok(&record));
            }
        }
        Err(error) => assert!(error.to_string().len() > 20, "{error} says too little"),
    }
}

#[test]
fn links_survive_being_links() {
    for (record, text) in links() {
        assert_eq!(link::decode(&format!("#{text}")).as_ref(), Ok(&record));
        assert!(text.len() <= link::LINK_MAX);
        assert!(text.bytes().all(|letter| letter.is_ascii_alphanumeric() || b"-_.=".contains(&letter)));
    }
}

#[test]
fn no_link_that_is_cut_short_or_has_one_other_letter_is_taken() {
    for (_, text) in links() {
        for length in 0..text.len() {
            assert!(link::decode(&text[..length]).is_err(), "cut to {length} letters");
        }
        for at in 4..text.len() {
            let mut letters = text.clone().into_bytes();
            letters[at] = if letters[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(letters).expect("letters are text");
            assert!(link::decode(&changed).is_err(), "another letter at {at}");
        }
    }
}

fn fragment() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        any::<String>().prop_map(|text| format!("#s=1.{text}")),
        "#?(a=b&)?s=[0-9]{0,3}\\.[A-Za-z0-9_-]{0,400}",
    ]
}

proptest! {
    #![proptest_config(settings())]

    #[test]
    fn any_text_is_answered(text in fragment()) {
        examine(&text);
    }
}

fn settings() -> ProptestConfig {
    ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2_000) }
}

/// Bytes that came through whole, whoever made them: a record that was tampered with, under a new check.
#[test]
fn a_forged_record_is_answered() {
    let records: Vec<Vec<u8>> = links().iter().map(|(record, _)| record.encode()).collect();
    let index = any::<prop::sample::Index>;
    let changes = proptest::collection::vec((index(), any::<u8>()), 1..6);
    proptest!(settings(), |(which in index(), changes in changes)| {
        let mut bytes = records[which.index(records.len())].clone();
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Ok(forged) = RunRecord::decode(&bytes) {
            let again = RunRecord::decode(&forged.encode());
            prop_assert_eq!(again.as_ref(), Ok(&forged));
            if let ScenarioRef::Inline(scenario) = &forged.scenario {
                // It can be set up, or says why not; how long it would run is for slices.
                let _answered = Session::new(scenario, forged.seed);
            }
        }
    });
}
