//! The front matter: what a lesson is about, for whom, how long, and the scenario that it plays in.

use std::ops::Range;

use super::text::Line;
use crate::lesson::format::document::{check_id, is_id, world};
use crate::lesson::format::form::{Form, Item, Kind, Table};
use crate::lesson::format::kinds::{List, Named, Text, Whole, Words};
use crate::lesson::format::nearest::help;
use crate::lesson::format::reader::Reader;
use crate::lesson::format::sketch::{Guide, Sketch};
use crate::lesson::text::Span;
use crate::lesson::{GlossaryEntry, Level, Scenario, Section, Source};

/// What the front matter says.
pub(super) struct Front {
    pub(super) id: String,
    pub(super) title: String,
    pub(super) summary: String,
    pub(super) section: Section,
    pub(super) minutes: u8,
    pub(super) level: Level,
    pub(super) objectives: Vec<Vec<Span>>,
    pub(super) misconceptions: Vec<Vec<Span>>,
    pub(super) prereqs: Vec<String>,
    pub(super) glossary: Vec<GlossaryEntry>,
    pub(super) sources: Vec<Source>,
    pub(super) scenario: Option<Played>,
}

/// The scenario of a lesson.
pub(super) enum Played {
    Named(String, Range<usize>),
    Inline(Box<Scenario>),
}

pub(super) const FRONT: Table<Front> = Table {
    name: "front matter",
    heading: "the front matter",
    doc: "What stands between the two lines `+++` at the top of a lesson.",
    form: front,
};

fn front(form: &mut Form<'_, '_>) -> Option<Front> {
    let doc =
        "Its name in links and file names: lower-case words with hyphens, the same as the file's name without `.md`.";
    let id = form.required("id", Text { min: 1, max: 60 }, doc);
    if let Some(id) = &id {
        check_id(form, id, "md");
    }
    let title = form.required("title", Text { min: 1, max: 80 }, "Its name for people.");
    let summary = form.required("summary", Text { min: 1, max: 400 }, "What it is about, in a sentence or two.");
    let section = form.required("section", SECTIONS, "Its section of the catalogue.");
    let doc = "How long it takes: at least the time to read it at 200 words a minute, and to do its steps.";
    let minutes = form.required("minutes", Whole { min: 1, max: 60 }, doc);
    let level = form.required("level", LEVELS, "For whom it is.");
    let lines = |max| List { of: Line { words: 30 }, min: 1, max };
    let objectives = form.required("objectives", lines(5), "What the learner can do afterwards.");
    let doc = "What many believe, and what the lesson shows to be otherwise.";
    let misconceptions = form.required("misconceptions", lines(5), doc);
    let prereqs = List { of: LessonId, min: 0, max: 5 };
    let prereqs = form.optional("prereqs", prereqs, "Lessons to take before, by id.").unwrap_or_default();
    if id.as_ref().is_some_and(|id| prereqs.contains(id)) {
        form.problem("prereqs", "a lesson does not come before itself");
    }
    let glossary = Named { key: "a word", of: Line { words: 40 }, max: 12, key_max: 40 };
    let glossary = form.optional("glossary", glossary, "Words that it explains, each with what it means.");
    let sources = List { of: SOURCE, min: 1, max: 10 };
    let sources = form.required("sources", sources, "What it rests on: papers, manuals.").unwrap_or_default();
    if let Some(reader) = form.reader() {
        reader.names.sources = sources.iter().map(|(id, _)| id.clone()).collect();
    }
    let doc = "The scenario that it plays in: the id of one in `assets/scenarios`, or one written here.";
    let scenario = form.required("scenario", PlayedKind, doc);
    let glossary = glossary.unwrap_or_default().into_iter();
    Some(Front {
        id: id?,
        title: title?,
        summary: summary?,
        section: section?,
        minutes: minutes?,
        level: level?,
        objectives: objectives?,
        misconceptions: misconceptions?,
        prereqs,
        glossary: glossary.map(|(word, meaning)| GlossaryEntry { word, meaning }).collect(),
        sources: sources.into_iter().map(|(_, source)| source).collect(),
        scenario,
    })
}

const SECTIONS: Words<Section> = Words {
    what: "a section",
    words: &[
        ("I", Section::I, "Why CAP matters to the business."),
        ("II", Section::II, "CP: when truth matters more than uptime."),
        ("III", Section::III, "AP: when revenue and engagement rule."),
        ("IV", Section::IV, "PACELC: the everyday trade-off."),
        ("V", Section::V, "Interviews."),
    ],
};

const LEVELS: Words<Level> = Words {
    what: "a level",
    words: &[
        ("beginner", Level::Beginner, "For everybody."),
        ("intermediate", Level::Intermediate, "For who knows what a replica is."),
        ("advanced", Level::Advanced, "For who runs or builds such systems."),
    ],
};

const SOURCE: Table<(String, Source)> = Table {
    name: "source",
    heading: "a source",
    doc: "Something to read.",
    form: |form| {
        let id = form.required("id", Text { min: 1, max: 30 }, "Its name within the lesson.");
        let title = form.required("title", Text { min: 1, max: 200 }, "Who wrote what, and when.");
        let url =
            form.optional("url", Text { min: 1, max: 300 }, "Where it is: an address that begins with `https://`.");
        if url.as_ref().is_some_and(|url| !url.starts_with("https://")) {
            form.problem("url", "an address begins with `https://`");
        }
        Some((id?, Source { title: title?, url }))
    },
};

/// The id of a lesson that exists.
#[derive(Clone, Copy)]
struct LessonId;

impl Kind for LessonId {
    type Value = String;

    fn read(&self, item: &Item<'_>, reader: &mut Reader) -> Option<String> {
        let id = reader.text(item, "this is the id of a lesson")?;
        if !reader.names.lessons.iter().any(|lesson| lesson == id) {
            let help = help(id, reader.names.lessons.iter().map(String::as_str)).unwrap_or_default();
            reader.problem_with_help(item.span(), format!("there is no lesson `{}`", Reader::shorten(id)), help);
        }
        Some(id.to_owned())
    }

    fn sketch(&self, guide: &mut Guide) -> Sketch {
        guide.value("lesson id", "The id of a lesson.", Sketch::Text { min: 1, max: 60 })
    }
}

/// `"minority-cut"`, or a table.
struct PlayedKind;

const INLINE: Table<Scenario> = Table {
    name: "scenario of a lesson",
    heading: "[scenario]",
    doc: "A scenario within a lesson: the keys of a scenario file but `id`, `title` and `summary`.",
    form: world,
};

impl Kind for PlayedKind {
    type Value = Played;

    fn read(&self, item: &Item<'_>, reader: &mut Reader) -> Option<Played> {
        if item.get_ref().is_table() {
            return INLINE.read(item, reader).map(|scenario| Played::Inline(Box::new(scenario)));
        }
        let id = reader.text(item, "this is the id of a scenario, or a scenario")?;
        if !is_id(id) {
            reader.problem(item.span(), "this is no id of a scenario");
            return None;
        }
        Some(Played::Named(id.to_owned(), item.span()))
    }

    fn sketch(&self, guide: &mut Guide) -> Sketch {
        Sketch::Either(vec![Sketch::Text { min: 1, max: 60 }, INLINE.sketch(guide)])
    }
}
