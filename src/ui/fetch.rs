//! Fetching the page's own data: JSON files beside it.

use js_sys::JSON;
use leptos::prelude::window;
use serde::de::DeserializeOwned;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::Response;

/// Why a file could not be had, each with words for a person.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum FetchError {
    /// No answer at all.
    #[error("{file} could not be loaded: no answer from where the page came from")]
    NoAnswer { file: String },
    /// An answer, but not the file.
    #[error("{file} could not be loaded: the answer was {status}")]
    Status { file: String, status: u16 },
    /// The file, but not what this version of the page can read.
    #[error("{file} cannot be read by this version of the page: {reason}")]
    Content { file: String, reason: String },
}

/// Fetches and decodes a file.
///
/// The browser's own JSON parser does the reading: one of ours would be 46 KB more to load.
pub(super) async fn json<T: DeserializeOwned>(file: &str) -> Result<T, FetchError> {
    let text = text(file).await?;
    let unreadable = |reason: String| FetchError::Content { file: file.to_owned(), reason };
    let value = JSON::parse(&text).map_err(|error| unreadable(words(&error)))?;
    serde_wasm_bindgen::from_value(value).map_err(|error| unreadable(error.to_string()))
}

async fn text(file: &str) -> Result<String, FetchError> {
    let no_answer = |_: JsValue| FetchError::NoAnswer { file: file.to_owned() };
    let response = JsFuture::from(window().fetch_with_str(file)).await.map_err(no_answer)?;
    let response: Response = response.dyn_into().map_err(no_answer)?;
    if !response.ok() {
        return Err(FetchError::Status { file: file.to_owned(), status: response.status() });
    }
    let text = JsFuture::from(response.text().map_err(no_answer)?).await.map_err(no_answer)?;
    Ok(text.as_string().unwrap_or_default())
}

/// The message of a JavaScript error.
fn words(error: &JsValue) -> String {
    error.dyn_ref::<js_sys::Error>().map_or_else(|| "not JSON".to_owned(), |error| error.message().into())
}
