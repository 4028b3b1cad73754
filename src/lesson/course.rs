//! A lesson: data that the page fetches, compiled from an author's text, with the scenario that it plays in.

use serde::{Deserialize, Serialize};

use super::scenario::Scenario;
use super::step::Step;
use super::text::Span;

/// The version of the compiled form. Older ones are read for ever.
pub const LESSON_FORMAT: u32 = 1;

/// One lesson.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lesson {
    /// The version of this form: [`LESSON_FORMAT`].
    pub format: u32,
    /// Its name in links and file names: lower-case words with hyphens.
    pub id: String,
    /// Its name for people.
    pub title: String,
    /// What it is about, in a sentence or two.
    pub summary: String,
    /// Where it stands in the catalogue.
    pub section: Section,
    /// How long it takes.
    pub minutes: u8,
    /// For whom it is.
    pub level: Level,
    /// What the learner can do afterwards.
    pub objectives: Vec<Vec<Span>>,
    /// What many believe, and what this lesson shows to be otherwise.
    pub misconceptions: Vec<Vec<Span>>,
    /// Lessons to take before, by id.
    pub prereqs: Vec<String>,
    /// Words that it explains.
    pub glossary: Vec<GlossaryEntry>,
    /// What it rests on.
    pub sources: Vec<Source>,
    /// What its run is set up with, seed included.
    pub scenario: Scenario,
    /// Its steps.
    pub steps: Vec<Step>,
}

/// A section of the catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Section {
    /// Why CAP matters to the business.
    I,
    /// CP: when truth matters more than uptime.
    II,
    /// AP: when revenue and engagement rule.
    III,
    /// PACELC: the everyday trade-off.
    IV,
    /// Interviews.
    V,
}

impl Section {
    /// Its heading in the catalogue.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::I => "Why CAP matters to the business",
            Self::II => "CP: when truth matters more than uptime",
            Self::III => "AP: when revenue and engagement rule",
            Self::IV => "PACELC: the everyday trade-off",
            Self::V => "Interviews",
        }
    }
}

/// For whom a lesson is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// For everybody.
    Beginner,
    /// For who knows what a replica is.
    Intermediate,
    /// For who runs or builds such systems.
    Advanced,
}

/// A word and what it means.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GlossaryEntry {
    /// The word.
    pub word: String,
    /// What it means.
    pub meaning: Vec<Span>,
}

/// Something to read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Who wrote what, and when.
    pub title: String,
    /// Where it is.
    pub url: Option<String>,
}

impl Lesson {
    /// The step of this id, by number from 0.
    #[must_use]
    pub fn step_named(&self, id: &str) -> Option<usize> {
        self.steps.iter().position(|step| step.id == id)
    }
}

/// The version of the index.
pub const LESSON_INDEX_FORMAT: u32 = 1;

/// What the catalogue shows, in one file: `index.json` beside the lessons.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LessonIndex {
    /// The version of this form: [`LESSON_INDEX_FORMAT`].
    pub format: u32,
    /// The lessons, in the order in which they build on each other: whoever takes them so has taken what each one asks for.
    pub lessons: Vec<LessonEntry>,
}

/// One line of the catalogue.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LessonEntry {
    /// Its id.
    pub id: String,
    /// Its name for people.
    pub title: String,
    /// What it is about.
    pub summary: String,
    /// Its section.
    pub section: Section,
    /// How long it takes.
    pub minutes: u8,
    /// For whom it is.
    pub level: Level,
    /// Lessons to take before.
    pub prereqs: Vec<String>,
    /// The ids of its steps.
    pub steps: Vec<String>,
    /// Its file.
    pub file: String,
}

impl LessonEntry {
    /// The line of a lesson.
    #[must_use]
    pub fn of(lesson: &Lesson) -> Self {
        Self {
            id: lesson.id.clone(),
            title: lesson.title.clone(),
            summary: lesson.summary.clone(),
            section: lesson.section,
            minutes: lesson.minutes,
            level: lesson.level,
            prereqs: lesson.prereqs.clone(),
            steps: lesson.steps.iter().map(|step| step.id.clone()).collect(),
            file: format!("{}.json", lesson.id),
        }
    }
}
