//! Markdown into the small tree of lesson texts. What the tree cannot hold is refused, with its place.

use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use std::ops::Range;

use crate::lesson::format::form::{Item, Kind};
use crate::lesson::format::problem::Problem;
use crate::lesson::format::reader::Reader;
use crate::lesson::format::sketch::{Guide, Sketch};
use crate::lesson::text::{Block, Span, words};

/// The most characters of a text within a `toml` block.
const CHARS_MAX: usize = 2_000;

/// The events of a piece of Markdown, being read.
pub(super) struct Cursor<'m> {
    events: Vec<(Event<'m>, Range<usize>)>,
    at: usize,
    /// Where the piece begins in the file.
    offset: usize,
    /// The place of every problem, where the piece is a value and its own places mean nothing.
    place: Option<Range<usize>>,
    pub(super) problems: Vec<Problem>,
}

impl<'m> Cursor<'m> {
    /// A piece of a file that begins at an offset.
    pub(super) fn of_file(piece: &'m str, offset: usize) -> Self {
        let events = Parser::new_ext(piece, Options::empty()).into_offset_iter().collect();
        Self { events, at: 0, offset, place: None, problems: Vec::new() }
    }

    fn of_value(piece: &'m str, place: Range<usize>) -> Self {
        Self { place: Some(place), ..Self::of_file(piece, 0) }
    }

    pub(super) fn next(&mut self) -> Option<(Event<'m>, Range<usize>)> {
        let (event, span) = self.events.get(self.at)?.clone();
        self.at += 1;
        Some((event, self.offset + span.start..self.offset + span.end))
    }

    pub(super) fn problem(&mut self, span: Range<usize>, message: impl Into<String>) {
        let span = self.place.clone().unwrap_or(span);
        self.problems.push(Problem { span, message: message.into(), help: None });
    }

    /// The block that begins with this event, or a problem.
    pub(super) fn block(&mut self, first: Event<'m>, span: Range<usize>) -> Option<Block> {
        match first {
            Event::Start(Tag::Paragraph) => Some(Block::Paragraph(self.spans(TagEnd::Paragraph))),
            Event::Start(Tag::List(number)) => {
                let items = self.items();
                Some(if number.is_some() { Block::Numbers(items) } else { Block::Bullets(items) })
            }
            Event::Start(tag) => {
                self.problem(span, format!("a lesson's text has no {}", name(&tag)));
                self.skip(tag.to_end());
                None
            }
            Event::Rule => {
                self.problem(span, "a lesson's text has no rules");
                None
            }
            _ => None,
        }
    }

    fn items(&mut self) -> Vec<Vec<Span>> {
        let mut items = Vec::new();
        while let Some((event, span)) = self.next() {
            match event {
                Event::Start(Tag::Item) => items.push(self.spans(TagEnd::Item)),
                Event::End(TagEnd::List(_)) => break,
                other => drop(self.block(other, span)),
            }
        }
        items
    }

    /// The spans up to the end of a tag.
    fn spans(&mut self, end: TagEnd) -> Vec<Span> {
        let mut spans = Vec::new();
        while let Some((event, span)) = self.next() {
            match event {
                Event::End(tag) if tag == end => break,
                Event::Text(text) => add(&mut spans, Span::Plain(text.into_string())),
                Event::Code(text) => add(&mut spans, Span::Code(text.into_string())),
                Event::SoftBreak | Event::HardBreak => add(&mut spans, Span::Plain(" ".to_owned())),
                Event::Start(Tag::Strong) => add(&mut spans, Span::Strong(self.words(TagEnd::Strong))),
                Event::Start(Tag::Emphasis) => add(&mut spans, Span::Em(self.words(TagEnd::Emphasis))),
                // An item of a loose list holds a paragraph.
                Event::Start(Tag::Paragraph) | Event::End(TagEnd::Paragraph) => {}
                Event::Start(tag) => {
                    self.problem(span, format!("a line of a lesson has no {}", name(&tag)));
                    self.skip(tag.to_end());
                }
                Event::Html(_) | Event::InlineHtml(_) => self.problem(span, "a lesson's text has no HTML"),
                _ => {}
            }
        }
        spans
    }

    /// The words up to the end of a mark; marks do not go into each other.
    fn words(&mut self, end: TagEnd) -> String {
        let mut words = String::new();
        while let Some((event, span)) = self.next() {
            match event {
                Event::End(tag) if tag == end => break,
                Event::Text(text) => words += &text,
                Event::SoftBreak | Event::HardBreak => words.push(' '),
                Event::Start(_) | Event::Code(_) => self.problem(span, "marks do not go into each other"),
                _ => {}
            }
        }
        words
    }

    pub(super) fn skip(&mut self, end: TagEnd) {
        let mut depth = 1;
        while depth > 0 {
            match self.next() {
                Some((Event::Start(tag), _)) if tag.to_end() == end => depth += 1,
                Some((Event::End(tag), _)) if tag == end => depth -= 1,
                Some(_) => {}
                None => break,
            }
        }
    }
}

fn add(spans: &mut Vec<Span>, span: Span) {
    match (spans.last_mut(), &span) {
        (Some(Span::Plain(text)), Span::Plain(more)) => *text += more,
        _ => spans.push(span),
    }
}

fn name(tag: &Tag<'_>) -> &'static str {
    match tag {
        Tag::Heading { .. } => "headings but `## step-id {kind}`",
        Tag::BlockQuote(_) => "quotes",
        Tag::CodeBlock(_) => "blocks but one of `toml` for each step",
        Tag::HtmlBlock => "HTML",
        Tag::List(_) | Tag::Item => "lists within lists",
        Tag::Link { .. } => "links: name it under `sources`",
        Tag::Image { .. } => "images: the stage is the picture",
        Tag::Strong | Tag::Emphasis => "marks there",
        _ => "such parts",
    }
}

/// A text of one or several paragraphs.
#[derive(Clone, Copy)]
pub(super) struct Prose {
    /// The most words.
    pub(super) words: usize,
}

/// A text of one line.
#[derive(Clone, Copy)]
pub(super) struct Line {
    /// The most words.
    pub(super) words: usize,
}

impl Kind for Prose {
    type Value = Vec<Block>;

    fn read(&self, item: &Item<'_>, reader: &mut Reader) -> Option<Vec<Block>> {
        let text = reader.text(item, "this is a text")?;
        if text.chars().count() > CHARS_MAX {
            reader.problem(item.span(), format!("this text has more than {CHARS_MAX} characters"));
            return None;
        }
        let mut cursor = Cursor::of_value(text, item.span());
        let mut blocks = Vec::new();
        while let Some((event, span)) = cursor.next() {
            blocks.extend(cursor.block(event, span));
        }
        reader.problems.append(&mut cursor.problems);
        check_words(words(&blocks), self.words, item.span(), reader);
        Some(blocks)
    }

    fn sketch(&self, guide: &mut Guide) -> Sketch {
        let doc = "Markdown: paragraphs, lists, `**strong**`, `*stressed*`, and code between backticks.";
        guide.value("prose", doc, Sketch::Text { min: 1, max: CHARS_MAX })
    }
}

impl Kind for Line {
    type Value = Vec<Span>;

    fn read(&self, item: &Item<'_>, reader: &mut Reader) -> Option<Vec<Span>> {
        let mut blocks = Prose { words: self.words }.read(item, reader)?;
        match (blocks.pop(), blocks.is_empty()) {
            (Some(Block::Paragraph(spans)), true) => Some(spans),
            (None, _) => None,
            _ => {
                reader.problem(item.span(), "this is one paragraph");
                None
            }
        }
    }

    fn sketch(&self, guide: &mut Guide) -> Sketch {
        let doc = "One paragraph of Markdown: `**strong**`, `*stressed*`, and code between backticks.";
        guide.value("line", doc, Sketch::Text { min: 1, max: CHARS_MAX })
    }
}

pub(super) fn check_words(count: usize, most: usize, span: Range<usize>, reader: &mut Reader) {
    if count == 0 {
        reader.problem(span, "this text says nothing");
    } else if count > most {
        reader.problem(span, format!("this text has {count} words; it may have {most}"));
    }
}
