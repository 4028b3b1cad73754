//! The outline of a lesson file: front matter, and steps with their text and their `toml` block. Knows nothing of what
//! the blocks mean.

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Tag, TagEnd};
use std::ops::Range;

use super::text::Cursor;
use crate::lesson::format::problem::Problem;
use crate::lesson::text::Block;

/// The line before and after the front matter.
const FENCE: &str = "+++";

/// A file in its parts.
#[derive(Debug, Default)]
pub(super) struct Outline {
    /// Where the front matter is.
    pub(super) front: Range<usize>,
    pub(super) steps: Vec<Part>,
    pub(super) problems: Vec<Problem>,
}

/// One step, unread.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) heading: Range<usize>,
    pub(super) id: String,
    pub(super) kind: String,
    pub(super) say: Vec<Block>,
    /// Where the text begins and ends.
    pub(super) said_at: Range<usize>,
    /// Where the `toml` block is.
    pub(super) block: Option<Range<usize>>,
}

/// Takes a file apart.
pub(super) fn outline(source: &str) -> Outline {
    let mut out = Outline::default();
    let Some(body) = front_matter(source, &mut out) else { return out };
    let mut cursor = Cursor::of_file(&source[body..], body);
    while let Some((event, span)) = cursor.next() {
        match event {
            Event::Start(Tag::Heading { level: HeadingLevel::H2, .. }) => heading(&mut cursor, span, &mut out.steps),
            Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(word))) if *word == *"toml" => {
                let inside = block(&mut cursor, &span);
                match out.steps.last_mut() {
                    Some(step) if step.block.is_none() => step.block = Some(inside),
                    Some(_) => cursor.problem(span, "a step has one `toml` block"),
                    None => cursor.problem(span, "this stands before the first step"),
                }
            }
            event => {
                let read = cursor.block(event, span.clone());
                match (read, out.steps.last_mut()) {
                    (Some(read), Some(step)) => {
                        step.said_at = if step.say.is_empty() { span } else { step.said_at.start..span.end };
                        step.say.push(read);
                    }
                    (Some(_), None) => cursor.problem(span, "this stands before the first step: `## step-id {kind}`"),
                    (None, _) => {}
                }
            }
        }
    }
    out.problems.append(&mut cursor.problems);
    out
}

/// Finds the front matter; gives where the body begins.
fn front_matter(source: &str, out: &mut Outline) -> Option<usize> {
    let mut lines = source.split_inclusive('\n');
    let first = lines.next().unwrap_or("");
    let mut at = first.len();
    if first.trim_end() != FENCE {
        let message = "a lesson begins with its front matter between two lines `+++`".to_owned();
        out.problems.push(Problem { span: 0..first.trim_end().len(), message, help: None });
        return None;
    }
    let begin = at;
    for line in lines {
        if line.trim_end() == FENCE {
            out.front = begin..at;
            return Some(at + line.len());
        }
        at += line.len();
    }
    let message = "the front matter has no end: a line `+++`".to_owned();
    out.problems.push(Problem { span: 0..FENCE.len(), message, help: None });
    None
}

fn heading(cursor: &mut Cursor<'_>, span: Range<usize>, steps: &mut Vec<Part>) {
    let mut text = String::new();
    while let Some((event, _)) = cursor.next() {
        match event {
            Event::Text(more) | Event::Code(more) => text += &more,
            Event::End(TagEnd::Heading(_)) => break,
            _ => {}
        }
    }
    let parts = text.trim().strip_suffix('}').and_then(|rest| rest.split_once(" {"));
    let Some((id, kind)) = parts.map(|(id, kind)| (id.trim(), kind.trim())) else {
        cursor.problem(span.clone(), "a step is opened by `## step-id {kind}`");
        steps.push(Part::new(span, String::new(), String::new()));
        return;
    };
    steps.push(Part::new(span, id.to_owned(), kind.to_owned()));
}

impl Part {
    fn new(heading: Range<usize>, id: String, kind: String) -> Self {
        let said_at = heading.clone();
        Self { heading, id, kind, say: Vec::new(), said_at, block: None }
    }
}

/// Where the inside of a fenced block is.
fn block(cursor: &mut Cursor<'_>, span: &Range<usize>) -> Range<usize> {
    let mut inside: Option<Range<usize>> = None;
    while let Some((event, at)) = cursor.next() {
        match event {
            Event::Text(_) => inside = Some(inside.map_or(at.clone(), |inside| inside.start..at.end)),
            Event::End(TagEnd::CodeBlock) => break,
            _ => {}
        }
    }
    inside.unwrap_or(span.end..span.end)
}
