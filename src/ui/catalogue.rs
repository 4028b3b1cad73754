//! The scenarios that come with the page.

use super::fetch::{self, FetchError};
pub(super) use crate::lesson::Entry;
use crate::lesson::{INDEX_FORMAT, Index, Scenario};
use std::collections::BTreeMap;
use std::rc::Rc;

const FOLDER: &str = "scenarios";

/// Reads the index.
pub(super) async fn load() -> Result<Vec<Entry>, FetchError> {
    let file = format!("{FOLDER}/index.bin");
    let index: Index = fetch::packed(&file).await?;
    if index.format != INDEX_FORMAT {
        let reason = format!("it has format {}, the page reads {INDEX_FORMAT}", index.format);
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
    fetch::packed(&format!("{FOLDER}/{}.bin", entry.id)).await.map(Rc::new)
}

/// Fetches one scenario by its name. A name that no file can have is told apart from one that has no file.
pub(super) async fn scenario(id: &str) -> Result<Rc<Scenario>, FetchError> {
    let file = format!("{FOLDER}/{id}.bin");
    if !id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-') {
        let reason = "a scenario's name has small letters, digits and hyphens".to_owned();
        return Err(FetchError::Content { file, reason });
    }
    fetch::packed(&file).await.map(Rc::new)
}
