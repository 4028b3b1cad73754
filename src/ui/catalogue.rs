//! The scenarios that come with the page.

use super::fetch::{self, FetchError};
use crate::lesson::Scenario;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::rc::Rc;

const FOLDER: &str = "scenarios";

/// The version of the index that this page reads.
const FORMAT: u32 = 1;

/// One line of the index.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub(super) struct Entry {
    /// The name in links.
    pub(super) id: String,
    /// The name for people.
    pub(super) title: String,
    /// What happens in it, in a sentence.
    pub(super) summary: String,
    /// The seed that it is shown with.
    pub(super) seed: u32,
    file: String,
}

#[derive(Deserialize)]
struct Index {
    format: u32,
    scenarios: Vec<Entry>,
}

/// Reads the index.
pub(super) async fn load() -> Result<Vec<Entry>, FetchError> {
    let file = format!("{FOLDER}/index.json");
    let index: Index = fetch::json(&file).await?;
    if index.format != FORMAT {
        let reason = format!("it has format {}, the page reads {FORMAT}", index.format);
        return Err(FetchError::Content { file, reason });
    }
    Ok(index.scenarios)
}

/// The scenarios fetched so far, by id: a hundred runs of one fetch it once.
#[derive(Default)]
pub(super) struct Shelf(BTreeMap<String, Rc<Scenario>>);

impl Shelf {
    /// The scenario, if it is here already.
    pub(super) fn get(&self, id: &str) -> Option<Rc<Scenario>> {
        self.0.get(id).cloned()
    }

    /// Keeps a scenario.
    pub(super) fn keep(&mut self, id: &str, scenario: Rc<Scenario>) {
        self.0.insert(id.to_owned(), scenario);
    }
}

/// Fetches one scenario.
pub(super) async fn fetch(entry: &Entry) -> Result<Rc<Scenario>, FetchError> {
    fetch::json(&format!("{FOLDER}/{}", entry.file)).await.map(Rc::new)
}

/// Fetches one scenario by its name, which is looked up in the index first: a wrong name gets a plain answer.
pub(super) async fn scenario(id: &str) -> Result<Rc<Scenario>, FetchError> {
    let file = format!("{id}.json");
    if !id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-') {
        return Err(FetchError::Content { file, reason: "a scenario's name has small letters, digits and hyphens".to_owned() });
    }
    fetch::json(&format!("{FOLDER}/{file}")).await.map(Rc::new)
}
