//! A lesson's text on the page: blocks and spans as elements, and the words that it explains as buttons with their meaning.

use super::course::Course;
use crate::lesson::text::{Block, Span};
use crate::lesson::{GlossaryEntry, Source};
use leptos::html::Span as SpanElement;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// A line of text.
pub(super) fn line(spans: &[Span]) -> impl IntoView + use<> {
    spans.iter().map(span).collect_view()
}

fn span(span: &Span) -> AnyView {
    match span {
        Span::Plain(text) => text.clone().into_any(),
        Span::Strong(text) => view! { <strong>{text.clone()}</strong> }.into_any(),
        Span::Em(text) => view! { <em>{text.clone()}</em> }.into_any(),
        Span::Code(text) => view! { <code>{text.clone()}</code> }.into_any(),
    }
}

/// Some blocks of text.
pub(super) fn blocks(blocks: &[Block]) -> impl IntoView + use<> {
    blocks.iter().map(|it| block(it, &mut Terms::none())).collect_view()
}

/// The text of a step: the first time that it uses a word of the glossary, the word can be pressed.
pub(super) fn step_text(course: Course, text: &[Block]) -> impl IntoView + use<> {
    let lesson = course.lesson();
    let mut terms = Terms { left: lesson.glossary.iter().collect() };
    text.iter().map(|it| block(it, &mut terms)).collect_view()
}

fn block(block: &Block, terms: &mut Terms<'_>) -> AnyView {
    let mut items = |items: &[Vec<Span>]| {
        items.iter().map(|item| view! { <li>{terms.line(item)}</li> }.into_any()).collect::<Vec<AnyView>>()
    };
    match block {
        Block::Paragraph(spans) => view! { <p>{terms.line(spans)}</p> }.into_any(),
        Block::Bullets(list) => view! { <ul>{items(list)}</ul> }.into_any(),
        Block::Numbers(list) => view! { <ol>{items(list)}</ol> }.into_any(),
    }
}

/// The words of the glossary that a text has not used yet.
struct Terms<'a> {
    left: Vec<&'a GlossaryEntry>,
}

impl Terms<'_> {
    fn none() -> Self {
        Self { left: Vec::new() }
    }

    fn line(&mut self, spans: &[Span]) -> Vec<AnyView> {
        let mut out = Vec::new();
        for it in spans {
            match it {
                Span::Plain(text) => self.split(text, &mut out),
                Span::Strong(_) | Span::Em(_) | Span::Code(_) => out.push(span(it)),
            }
        }
        out
    }

    /// Text, cut at the words that are explained.
    fn split(&mut self, text: &str, out: &mut Vec<AnyView>) {
        let found = self.left.iter().enumerate().filter_map(|(at, entry)| Some((find(text, &entry.word)?, at))).min();
        let Some((start, at)) = found else {
            out.push(text.to_owned().into_any());
            return;
        };
        let entry = self.left.remove(at);
        let end = start + entry.word.len();
        out.push(text[..start].to_owned().into_any());
        let (word, meaning) = (text[start..end].to_owned(), entry.meaning.clone());
        out.push(view! { <Term word meaning /> }.into_any());
        self.split(&text[end..], out);
    }
}

/// Where a text has a word, as a whole.
fn find(text: &str, word: &str) -> Option<usize> {
    let is_letter = |letter: Option<char>| letter.is_some_and(char::is_alphanumeric);
    text.match_indices(word)
        .map(|(at, _)| at)
        .find(|&at| !is_letter(text[..at].chars().next_back()) && !is_letter(text[at + word.len()..].chars().next()))
}

/// A word that can be pressed: the browser's own popover tells what it means, and Escape closes it.
#[component]
fn Term(word: String, meaning: Vec<Span>) -> impl IntoView {
    let id = format!("term-{}", word.replace(' ', "-"));
    let card = NodeRef::<SpanElement>::new();
    let target = id.clone();
    let place = move |event: leptos::ev::MouseEvent| {
        let button = event.current_target().and_then(|target| target.dyn_into::<HtmlElement>().ok());
        if let (Some(button), Some(card)) = (button, card.get_untracked()) {
            let rect = button.get_bounding_client_rect();
            let left = rect.left().min(window_width() - 300.0).max(8.0);
            let style = HtmlElement::style(&card);
            let _ = style.set_property("left", &format!("{left}px"));
            let _ = style.set_property("top", &format!("{}px", rect.bottom() + 6.0));
        }
    };
    let heading = word.clone();
    view! {
        <button type="button" class="term" popovertarget=target on:click=place>{word}</button>
        <span class="meaning" popover="auto" id=id node_ref=card>
            <strong>{heading} ": "</strong>
            {line(&meaning)}
        </span>
    }
}

fn window_width() -> f64 {
    window().inner_width().ok().and_then(|width| width.as_f64()).unwrap_or(400.0)
}

/// What a step rests on.
pub(super) fn sources(all: &[Source], used: &[usize]) -> Option<impl IntoView + use<>> {
    let items: Vec<AnyView> = used.iter().filter_map(|at| all.get(*at)).map(source).collect();
    (!items.is_empty())
        .then(|| view! { <details class="sources"><summary>"Sources"</summary><ul>{items}</ul></details> })
}

fn source(source: &Source) -> AnyView {
    let title = source.title.clone();
    match source.url.clone() {
        Some(url) => view! { <li><a href=url target="_blank" rel="noopener noreferrer">{title}</a></li> }.into_any(),
        None => view! { <li>{title}</li> }.into_any(),
    }
}
