//! What is known while a file is read: the problems so far, and the names that later parts may use.

use std::ops::Range;
use toml::de::DeValue;

use super::form::Item;
use super::nearest::help;
use super::problem::Problem;
use crate::base::{ClientId, NodeId, SimTime};
use crate::lesson::{Scenario, System};
use crate::sim::NetworkConfig;

/// The state of one reading.
#[derive(Debug)]
pub(super) struct Reader {
    pub(super) problems: Vec<Problem>,
    pub(super) names: Names,
    /// What the id must be, if the file's name is known.
    pub(super) stem: Option<String>,
    depth: u32,
}

/// What later parts of a file may name.
#[derive(Debug)]
pub(super) struct Names {
    /// How many nodes there are, those that timed commands add included.
    pub(super) nodes: u8,
    /// The same before any step of a lesson changed it.
    pub(super) nodes_at_start: u8,
    /// The clients, in their order.
    pub(super) clients: Vec<String>,
    /// The protocol; none while the file does not say which.
    pub(super) system: Option<System>,
    /// The links; only a lesson asks.
    pub(super) network: Option<NetworkConfig>,
    /// When the run ends.
    pub(super) until: SimTime,
    /// The lessons there are.
    pub(super) lessons: Vec<String>,
    /// The sources of a lesson, in order.
    pub(super) sources: Vec<String>,
    /// The steps of a lesson so far, in order.
    pub(super) steps: Vec<String>,
    /// The first step that belongs to the run of the lesson as it is now.
    pub(super) run_began: usize,
}

/// Tables and lists within each other. No honest file comes near.
const DEPTH_MAX: u32 = 24;
/// A longer text is shown in part.
const SHOWN_CHARS: usize = 40;

impl Reader {
    /// A reader that takes any node and any time, until the file says which there are.
    pub(super) fn new(stem: Option<&str>) -> Self {
        let names = Names {
            nodes: NodeId::MAX,
            nodes_at_start: NodeId::MAX,
            clients: Vec::new(),
            system: None,
            network: None,
            until: Scenario::UNTIL_MAX,
            lessons: Vec::new(),
            sources: Vec::new(),
            steps: Vec::new(),
            run_began: 0,
        };
        Self { problems: Vec::new(), names, stem: stem.map(str::to_owned), depth: 0 }
    }

    /// Notes something that is wrong.
    pub(super) fn problem(&mut self, span: Range<usize>, message: impl Into<String>) {
        self.problems.push(Problem { span, message: message.into(), help: None });
    }

    /// Notes something that is wrong, and what may help.
    pub(super) fn problem_with_help(&mut self, span: Range<usize>, message: String, help: impl Into<String>) {
        self.problems.push(Problem { span, message, help: Some(help.into()) });
    }

    /// Notes that a value is of the wrong kind.
    pub(super) fn expect(&mut self, item: &Item<'_>, expected: &str) {
        let found = match item.get_ref() {
            DeValue::String(_) => "a text",
            DeValue::Integer(_) => "a whole number",
            DeValue::Float(_) => "a number with a fraction",
            DeValue::Boolean(_) => "`true` or `false`",
            DeValue::Datetime(_) => "a date",
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a table",
        };
        self.problem(item.span(), format!("{expected}, not {found}"));
    }

    /// The text of a value, or a note that it is none.
    pub(super) fn text<'i>(&mut self, item: &'i Item<'_>, expected: &str) -> Option<&'i str> {
        let text = item.get_ref().as_str();
        if text.is_none() {
            self.expect(item, expected);
        }
        text
    }

    /// Goes one level deeper, unless that is too deep.
    pub(super) fn enter(&mut self, item: &Item<'_>) -> Option<()> {
        if self.depth == DEPTH_MAX {
            self.problem(item.span(), format!("tables and lists within each other go {DEPTH_MAX} levels deep at most"));
            return None;
        }
        self.depth += 1;
        Some(())
    }

    /// Comes back.
    pub(super) fn leave(&mut self) {
        self.depth -= 1;
    }

    /// A text that is short enough for a message.
    pub(super) fn shorten(text: &str) -> String {
        let mut short: String = text.chars().take(SHOWN_CHARS).flat_map(char::escape_debug).collect();
        if text.chars().nth(SHOWN_CHARS).is_some() {
            short.push_str("...");
        }
        short
    }

    /// The node of a name.
    pub(super) fn node(&mut self, name: &str, span: Range<usize>) -> Option<NodeId> {
        let number = node_number(name);
        let is_there = number.is_some_and(|number| (1..=self.names.nodes).contains(&number));
        if !is_there {
            let message = format!("there is no node `{}`", Self::shorten(name));
            let help = match self.names.nodes {
                1 => "the only node is `n1`".to_owned(),
                nodes => format!("the nodes are `n1` to `n{nodes}`"),
            };
            self.problem_with_help(span, message, help);
            return None;
        }
        number.map(NodeId)
    }

    /// The client of a name.
    pub(super) fn client(&mut self, name: &str, span: Range<usize>) -> Option<ClientId> {
        let slot = self.names.clients.iter().position(|client| client == name);
        if slot.is_none() {
            let message = format!("there is no client `{}`", Self::shorten(name));
            let help = help(name, self.names.clients.iter().map(String::as_str));
            self.problem_with_help(span, message, help.unwrap_or_else(|| "the scenario has no [[client]]".to_owned()));
        }
        slot.and_then(|slot| u8::try_from(slot).ok()).map(ClientId)
    }
}

/// `n7` is 7. A name with leading zeros is none.
pub(super) fn node_number(name: &str) -> Option<u8> {
    let digits = name.strip_prefix('n')?;
    let is_plain = digits.bytes().all(|byte| byte.is_ascii_digit()) && !digits.starts_with('0');
    digits.parse().ok().filter(|_| is_plain)
}
