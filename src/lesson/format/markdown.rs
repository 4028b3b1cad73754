//! The tables of `docs/scenarios.md`, made from what the forms ask for.

use std::fmt::Write;

use super::document::SCENARIO;
use super::form::Kind;
use super::sketch::{Body, Definition, Field, Group, Guide, Presence, Sketch};

/// Every part of the format, as Markdown.
#[must_use]
pub fn tables() -> String {
    let mut guide = Guide::default();
    SCENARIO.sketch(&mut guide);
    parts(guide.into_definitions().iter(), &[])
}

/// Some parts of a format; those that are described with the scenarios are linked to there.
pub(super) fn parts<'d>(definitions: impl Iterator<Item = &'d Definition>, of_scenarios: &[&str]) -> String {
    let mut parts: Vec<String> = definitions.map(part).collect();
    for name in of_scenarios {
        let anchor = format!("](#{})", name.replace(' ', "-"));
        let there = format!("](scenarios.md#{})", name.replace(' ', "-"));
        parts.iter_mut().for_each(|part| *part = part.replace(&anchor, &there));
    }
    parts.join("\n")
}

fn part(definition: &Definition) -> String {
    let Definition { name, doc, body, .. } = definition;
    let mut out = format!("### {}\n\n{doc}\n", title(name));
    match body {
        Body::Value(Sketch::Words(words)) => {
            out.push_str("\n| word | meaning |\n|---|---|\n");
            for (word, doc) in words {
                writeln!(out, "| `{word}` | {doc} |").expect("a string takes all");
            }
        }
        Body::Value(sketch) => {
            if let Sketch::Either(_) | Sketch::List { .. } = sketch {
                write!(out, "\nWritten as {}.\n", value(sketch)).expect("a string takes all");
            }
        }
        Body::Table { fields, groups } => {
            out.push_str("\n| key | value | default | meaning |\n|---|---|---|---|\n");
            for field in fields {
                out.push_str(&row(field, groups));
            }
        }
    }
    out
}

fn title(name: &str) -> String {
    let mut letters = name.chars();
    let first = letters.next().map(char::to_uppercase).into_iter().flatten();
    first.chain(letters).collect()
}

fn row(field: &Field, groups: &[Group]) -> String {
    let presence = match &field.presence {
        Presence::Required => "required".to_owned(),
        Presence::Optional => "none".to_owned(),
        Presence::Default(shown) if shown.is_empty() => "see there".to_owned(),
        Presence::Default(shown) => format!("`{shown}`"),
        Presence::OneOf(number) => match groups.get(*number) {
            Some(Group { what, is_required: true, .. }) => format!("exactly one: {what}"),
            Some(Group { what, .. }) => format!("one at most: {what}"),
            None => String::new(),
        },
    };
    let words = match &field.sketch {
        Sketch::Words(words) => words.iter().fold(String::new(), |mut all, (word, doc)| {
            write!(all, " `{word}`: {}.", lower(doc.trim_end_matches('.'))).expect("a string takes all");
            all
        }),
        _ => String::new(),
    };
    format!("| `{}` | {} | {presence} | {}{words} |\n", field.name, value(&field.sketch), field.doc)
}

/// A sentence as the rest of another. A name in capitals stays one.
fn lower(text: &str) -> String {
    if text.chars().nth(1).is_some_and(char::is_uppercase) {
        return text.to_owned();
    }
    let mut letters = text.chars();
    let first = letters.next().map(char::to_lowercase).into_iter().flatten();
    first.chain(letters).collect()
}

fn value(sketch: &Sketch) -> String {
    match sketch {
        Sketch::Flag => "`true` or `false`".to_owned(),
        Sketch::Yes => "`true`".to_owned(),
        Sketch::Whole { min, max } => whole(*min, *max),
        Sketch::Fraction { min, max } => {
            format!("number, {} to {}", f64::from(*min) / 1e3, f64::from(*max) / 1e3)
        }
        Sketch::Text { min: 0, max } => format!("text, up to {max} characters"),
        Sketch::Text { min, max } => format!("text, {min} to {max} characters"),
        Sketch::Pattern(pattern) => format!("text `{}`", pattern.replace('|', "\\|")),
        Sketch::Words(words) => {
            let words: Vec<String> = words.iter().map(|(word, _)| format!("`\"{word}\"`")).collect();
            words.join(" or ")
        }
        Sketch::List { of, min, max } if min == max => format!("list of {min}: {}", value(of)),
        Sketch::List { of, min: 0, max } => format!("list of up to {max}: {}", value(of)),
        Sketch::List { of, min, max } => format!("list of {min} to {max}: {}", value(of)),
        Sketch::Names { key, of, max } => format!("table of up to {max}, by the name of {key}: {}", value(of)),
        Sketch::Either(kinds) => kinds.iter().map(value).collect::<Vec<_>>().join(", or "),
        Sketch::Ref(name) => format!("[{}](#{})", name.replace('_', "\\_"), name.replace(' ', "-")),
    }
}

/// Bounds are said where a person could reach them.
fn whole(min: i128, max: i128) -> String {
    match (min, max) {
        (min, _) if min == i128::from(i64::MIN) => "whole number".to_owned(),
        (min, max) if max == i128::from(u64::MAX) => format!("whole number from {min}"),
        (min, max) => format!("whole number, {min} to {max}"),
    }
}
