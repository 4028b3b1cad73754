//! The text of lessons as a small closed tree, so that the page needs no Markdown and no text can bring markup with it.

use serde::{Deserialize, Serialize};

/// A piece of text that stands by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Block {
    /// A paragraph.
    Paragraph(Vec<Span>),
    /// A list without numbers.
    Bullets(Vec<Vec<Span>>),
    /// A list with numbers from 1.
    Numbers(Vec<Vec<Span>>),
}

/// A piece of text within a line. Spans do not nest.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Span {
    /// As it is.
    Plain(String),
    /// Important.
    Strong(String),
    /// Stressed.
    Em(String),
    /// A name from the program, or code.
    Code(String),
}

impl Span {
    /// Its words.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Plain(text) | Self::Strong(text) | Self::Em(text) | Self::Code(text) => text,
        }
    }
}

impl Block {
    /// Its lines, as a reader sees them.
    #[must_use]
    pub fn lines(&self) -> Vec<&[Span]> {
        match self {
            Self::Paragraph(spans) => vec![spans],
            Self::Bullets(items) | Self::Numbers(items) => items.iter().map(Vec::as_slice).collect(),
        }
    }
}

/// The text of a line, without its marks.
#[must_use]
pub fn plain(spans: &[Span]) -> String {
    spans.iter().map(Span::text).collect()
}

/// How many words a line has.
#[must_use]
pub fn words_in_line(spans: &[Span]) -> usize {
    plain(spans).split_whitespace().count()
}

/// How many words some blocks have.
#[must_use]
pub fn words(blocks: &[Block]) -> usize {
    blocks.iter().flat_map(Block::lines).map(words_in_line).sum()
}
