//! Fetching lessons, and what is said when one does not come.

use crate::lesson::{LESSON_FORMAT, LESSON_INDEX_FORMAT, Lesson, LessonEntry, LessonIndex};
use crate::ui::fetch::{FetchError, packed};
use leptos::prelude::*;
use std::sync::Arc;

const FOLDER: &str = "lessons";

/// Fetches the list of lessons.
pub(super) async fn index() -> Result<Vec<LessonEntry>, FetchError> {
    let file = format!("{FOLDER}/index.bin");
    let index: LessonIndex = packed(&file).await?;
    known(&file, index.format, LESSON_INDEX_FORMAT)?;
    Ok(index.lessons)
}

/// Fetches a lesson, and finds the step that an address asks for: by its name, or by its place from 1.
pub(in crate::ui) async fn fetch(id: &str, step: Option<&str>) -> Result<(Arc<Lesson>, usize), String> {
    if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-') {
        return Err("A lesson's name has small letters, digits and hyphens".to_owned());
    }
    let file = format!("{FOLDER}/{id}.bin");
    let lesson: Lesson = packed(&file).await.map_err(|error| match error {
        FetchError::Status { status: 404, .. } => format!("There is no lesson \"{id}\""),
        other => format!("The lesson \"{id}\" did not come: {other}"),
    })?;
    known(&file, lesson.format, LESSON_FORMAT).map_err(|error| error.to_string())?;
    let step = step.and_then(|wanted| {
        let by_number = || wanted.parse::<usize>().ok().and_then(|number| number.checked_sub(1));
        lesson.step_named(wanted).or_else(by_number)
    });
    // A step that is not there is the nearest one that is: a lesson may have become shorter since the link was made.
    let step = step.unwrap_or(0).min(lesson.steps.len().saturating_sub(1));
    Ok((Arc::new(lesson), step))
}

fn known(file: &str, format: u32, own: u32) -> Result<(), FetchError> {
    if format == own {
        return Ok(());
    }
    let reason = format!("it has format {format}, the page reads {own}");
    Err(FetchError::Content { file: file.to_owned(), reason })
}

/// The lesson did not come: why, and a way on.
#[component]
pub(in crate::ui) fn NoLesson(reason: String) -> impl IntoView {
    view! {
        <section class="trouble" id="no-lesson">
            <h1>"No such lesson here"</h1>
            <p>{reason} "."</p>
            <p>
                <a href="?page=lessons">"See all lessons"</a>
                ", or "
                <a href="./">"begin with the first run"</a>
                "."
            </p>
        </section>
    }
}
