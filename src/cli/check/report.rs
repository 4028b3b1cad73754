//! What was said of each file, as data and as text.

use serde::{Serialize, Serializer};
use std::collections::BTreeSet;
use std::fmt;

use netsplit::check::{BadPattern, ObservedOp, Undecided, Verdict, Violation};

use super::judge::Judged;
use super::read::HistoryFile;
use crate::args::{ModelWord, ReadingWord};
use crate::{BAD_INPUT, FALSE, UNDECIDED};

/// The verdicts on all files.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    /// The word on the command line.
    model: String,
    dialect: &'static str,
    /// The steps that each search was allowed.
    budget: u64,
    /// Of all files the worst.
    verdict: Said,
    pub(super) exit_code: u8,
    files: Vec<FileReport>,
}

/// What can be said, from good to bad.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
enum Said {
    Satisfied,
    Undecided,
    Violated,
    BadInput,
}

/// The verdict on one file.
#[derive(Debug, Serialize)]
pub(super) struct FileReport {
    file: String,
    verdict: Said,
    operations: usize,
    sessions: usize,
    keys: usize,
    /// The operation that cannot be explained.
    operation: Option<Shown>,
    /// What it contradicts.
    against: Vec<Shown>,
    /// The lines in which the operations begin, in an order that explains the history.
    order: Option<Vec<usize>>,
    /// Counts and lengths, where the checker has more to say than its verdict.
    #[serde(serialize_with = "as_map", skip_serializing_if = "Vec::is_empty")]
    figures: Vec<(&'static str, u64)>,
    /// The bad pattern of a history that is not causally consistent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pattern: Option<&'static str>,
    /// Why it is undecided or bad, or what the violation means.
    reason: Option<String>,
    /// What it is if it satisfies the model, and if it does not.
    #[serde(skip)]
    words: (String, String),
    /// Whether more steps might decide it.
    #[serde(skip)]
    is_spent: bool,
}

/// An operation with its place in the file.
#[derive(Debug, Serialize)]
struct Shown {
    /// In words.
    text: String,
    key: Option<String>,
    /// The line in which it begins.
    invoked_line: Option<usize>,
    /// The line in which it ends; none while it is open.
    completed_line: Option<usize>,
}

/// More are counted and not shown.
const AGAINST_MAX: usize = 10;

impl Report {
    pub(super) fn new(model: String, dialect: ReadingWord, budget: u64) -> Self {
        let dialect = match dialect {
            ReadingWord::Jepsen => "jepsen",
            ReadingWord::Porcupine => "porcupine",
            ReadingWord::Plain => "plain",
        };
        Self { model, dialect, budget, verdict: Said::Satisfied, exit_code: 0, files: Vec::new() }
    }

    pub(super) fn add(&mut self, file: FileReport) {
        self.verdict = self.verdict.max(file.verdict);
        self.exit_code = match self.verdict {
            Said::Satisfied => 0,
            Said::Undecided => UNDECIDED,
            Said::Violated => FALSE,
            Said::BadInput => BAD_INPUT,
        };
        self.files.push(file);
    }
}

impl Shown {
    fn new(file: &HistoryFile, at: usize) -> Self {
        let op: &ObservedOp = &file.observed.ops()[at];
        Self {
            text: op.to_string(),
            key: op.key.as_ref().map(|key| key.to_string()),
            invoked_line: file.line(op.invoked),
            completed_line: op.end.as_ref().and_then(|(event, _)| file.line(*event)),
        }
    }
}

impl FileReport {
    pub(super) fn checked(name: String, file: &HistoryFile, judged: &Judged, model: ModelWord) -> Self {
        let ops = file.observed.ops();
        let mut report = Self {
            operations: ops.len(),
            sessions: ops.iter().map(|op| op.session).collect::<BTreeSet<_>>().len(),
            keys: ops.iter().map(|op| &op.key).collect::<BTreeSet<_>>().len(),
            words: model.words(),
            figures: judged.figures.clone(),
            pattern: judged.pattern.map(BadPattern::name),
            ..Self::empty(name, Said::Satisfied)
        };
        match &judged.verdict {
            Verdict::Satisfied(order) => {
                let line = |at: &usize| file.line(ops[*at].invoked);
                report.order = order.as_ref().map(|order| order.iter().filter_map(line).collect());
            }
            Verdict::Violated(Violation { operation, against, .. }) => {
                report.verdict = Said::Violated;
                report.operation = Some(Shown::new(file, *operation));
                report.against = against.iter().map(|at| Shown::new(file, *at)).collect();
                report.reason = Some(model.explanation(judged.pattern).to_owned());
            }
            Verdict::Undecided(why) => {
                report.verdict = Said::Undecided;
                report.is_spent = matches!(why, Undecided::Budget(_));
                report.reason = Some(why.to_string());
            }
        }
        report
    }

    pub(super) fn bad(name: String, reason: String) -> Self {
        Self { reason: Some(reason), ..Self::empty(name, Said::BadInput) }
    }

    fn empty(file: String, verdict: Said) -> Self {
        Self {
            file,
            verdict,
            operations: 0,
            sessions: 0,
            keys: 0,
            operation: None,
            against: Vec::new(),
            order: None,
            figures: Vec::new(),
            pattern: None,
            reason: None,
            words: (String::new(), String::new()),
            is_spent: false,
        }
    }

    fn write_figures(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.figures.is_empty() {
            return Ok(());
        }
        let shown: Vec<String> = self.figures.iter().map(|(name, figure)| format!("{name} {figure}")).collect();
        writeln!(f, "  {}", shown.join(", "))
    }

    fn size(&self) -> String {
        let counted = |count: usize, word: &str| format!("{count} {word}{}", if count == 1 { "" } else { "s" });
        let sizes = [(self.operations, "operation"), (self.sessions, "session"), (self.keys, "key")];
        sizes.map(|(count, word)| counted(count, word)).join(", ")
    }
}

fn as_map<S: Serializer>(figures: &[(&'static str, u64)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(figures.iter().copied())
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.files.iter().try_for_each(|file| file.fmt(f))
    }
}

impl fmt::Display for FileReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (file, (yes, no), size) = (&self.file, &self.words, self.size());
        let reason = self.reason.as_deref().unwrap_or_default();
        match self.verdict {
            Said::Satisfied => {
                writeln!(f, "{file}: satisfied: {yes} ({size})")?;
                self.write_figures(f)?;
                if self.operations == 0 {
                    writeln!(f, "  there is no operation in it: nothing was checked")
                } else {
                    Ok(())
                }
            }
            // What is wrong stands on the standard error.
            Said::BadInput => writeln!(f, "{file}: bad input, not checked"),
            Said::Undecided => {
                writeln!(f, "{file}: undecided: {yes} ({size})")?;
                self.write_figures(f)?;
                writeln!(f, "  {reason}")?;
                if self.is_spent {
                    writeln!(f, "  --budget STEPS allows more; a history that is cut off earlier needs less")?;
                }
                Ok(())
            }
            Said::Violated => {
                writeln!(f, "{file}: violated: {no} ({size})")?;
                self.write_figures(f)?;
                self.pattern.iter().try_for_each(|pattern| writeln!(f, "  {pattern}"))?;
                self.operation.iter().try_for_each(|shown| writeln!(f, "  \u{2717} {shown}"))?;
                writeln!(f, "  {reason}")?;
                for shown in self.against.iter().take(AGAINST_MAX) {
                    writeln!(f, "    {shown}")?;
                }
                match self.against.len().saturating_sub(AGAINST_MAX) {
                    0 => Ok(()),
                    more => writeln!(f, "    ... and {more} more"),
                }
            }
        }
    }
}

impl fmt::Display for Shown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.text.fmt(f)?;
        match (self.invoked_line, self.completed_line) {
            (Some(invoked), Some(completed)) => write!(f, " (lines {invoked} and {completed})"),
            (Some(invoked), None) => write!(f, " (line {invoked}, never ended)"),
            (None, _) => Ok(()),
        }
    }
}
