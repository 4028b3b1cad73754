//! Fetching the page's own data: packed files beside it.

use crate::lesson::packed;
use js_sys::Uint8Array;
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

/// Fetches and unpacks a file.
pub(super) async fn packed<T: DeserializeOwned>(file: &str) -> Result<T, FetchError> {
    let bytes = bytes(file).await?;
    packed::unpack(&bytes).map_err(|error| FetchError::Content { file: file.to_owned(), reason: error.to_string() })
}

async fn bytes(file: &str) -> Result<Vec<u8>, FetchError> {
    let no_answer = |_: JsValue| FetchError::NoAnswer { file: file.to_owned() };
    let response = JsFuture::from(window().fetch_with_str(file)).await.map_err(no_answer)?;
    let response: Response = response.dyn_into().map_err(no_answer)?;
    if !response.ok() {
        return Err(FetchError::Status { file: file.to_owned(), status: response.status() });
    }
    let buffer = JsFuture::from(response.array_buffer().map_err(no_answer)?).await.map_err(no_answer)?;
    Ok(Uint8Array::new(&buffer).to_vec())
}
