//! The `toml` block of a step: what all kinds have, and what each kind has besides.

use super::script::{CHANGE, CLAIMS, SCRIPT, VARIANT, ending, known, name_nodes, seen, start};
use super::text::{Line, Prose};
use crate::base::{Endpoint, SimDuration};
use crate::lesson::format::fact::PREDICATE;
use crate::lesson::format::form::{Form, Item, Kind, Table};
use crate::lesson::format::kinds::{Client, End, Flag, Length, Link, List, Node, Text, Words, Yes};
use crate::lesson::format::nearest::help;
use crate::lesson::format::reader::Reader;
use crate::lesson::format::sketch::{Guide, Sketch};
use crate::lesson::{
    Choice, Claim, Deciding, Mark, Panel, Question, Reading, Setup, Step, StepKind, StepView, StepWord, Tool,
};
use crate::sim::DropReason;

/// The most controls, and the most readings, of one step.
const AT_ONCE_MAX: usize = 3;
/// The longest that a goal may take after its solution.
const GOAL_MAX: SimDuration = SimDuration::from_secs(60);

/// The table of a kind of step.
pub(super) fn table(word: StepWord) -> Table<Step> {
    let (name, doc, form): (_, _, fn(&mut Form<'_, '_>) -> Option<Step>) = match word {
        StepWord::Predict => ("predict step", "The learner says beforehand what the next step will show.", predict),
        StepWord::Run => ("run step", "The learner watches something happen.", run),
        StepWord::Observe => ("observe step", "The learner says what happened, and sees the deciding moment.", observe),
        StepWord::Explain => ("explain step", "The learner explains it, then reads a model answer.", explain),
        StepWord::Goal => ("goal step", "The learner makes something happen.", goal),
        StepWord::Vary => ("vary step", "The learner changes one setting and compares.", vary),
        StepWord::Twin => ("twin step", "The learner watches two runs with one difference.", twin),
        StepWord::Explore => ("explore step", "The learner does anything, with the same state.", explore),
    };
    Table { name, heading: "the step", doc, form }
}

/// What every step has; the kind is filled in by what reads the rest.
fn common(form: &mut Form<'_, '_>, takes_tools: bool) -> Option<Step> {
    let title = form.required("title", Text { min: 1, max: 60 }, "Its heading.");
    let doc = "What the picture shows when the step is done, for those who do not see it.";
    let alt = form.required("alt", Text { min: 20, max: 600 }, doc);
    let view = form.or("view", VIEW, "What the page shows besides the stage.", StepView::default());
    let allow = if takes_tools { tools(form, &view) } else { Vec::new() };
    let sources = List { of: SourceId, min: 1, max: 5 };
    let sources = form.optional("sources", sources, "Which of the lesson's sources it rests on.").unwrap_or_default();
    let notes = form.optional("notes", Prose { words: 200 }, "For whoever teaches with it.");
    let setup = setup(form);
    let (id, say) = Default::default();
    let (hints, claims, kind) = (Vec::new(), Vec::new(), StepKind::Explore);
    Some(Step { id, title: title?, say, view, allow, hints, sources, notes, alt: alt?, setup, kind, claims })
}

fn tools(form: &mut Form<'_, '_>, view: &StepView) -> Vec<Tool> {
    let tools = List { of: ToolKind, min: 0, max: AT_ONCE_MAX };
    let allow = form.optional("allow", tools, "What may be used: three at most.").unwrap_or_default();
    if view.cue.is_some_and(|cue| !allow.contains(&cue)) {
        form.problem("view", "`cue` points at a tool that `allow` does not have");
    }
    allow
}

fn setup(form: &mut Form<'_, '_>) -> Setup {
    let start_over = form.or("start_over", Flag, "Whether the lesson's run begins anew.", false);
    let change = form.optional("change", CHANGE, "Settings that change from here on.").unwrap_or_default();
    if let Some(reader) = form.reader()
        && (start_over || change.starts_over())
    {
        reader.names.run_began = reader.names.steps.len();
        reader.names.nodes = reader.names.nodes_at_start;
    }
    name_nodes(form, change.nodes);
    let acts = form.optional("setup", SCRIPT, "What is done before the learner looks.").unwrap_or_default();
    Setup { start_over, change, acts }
}

fn claims(form: &mut Form<'_, '_>) -> Vec<Claim> {
    let doc = "What holds from its beginning to its end, done as its author would.";
    form.optional("claim", CLAIMS, doc).unwrap_or_default()
}

fn predict(form: &mut Form<'_, '_>) -> Option<Step> {
    let step = common(form, true);
    let question = question(form, true)?;
    Some(Step { kind: StepKind::Predict(question?), ..step? })
}

/// None if there is none and there need not be one; nothing in it if it is wrong.
#[expect(clippy::option_option, reason = "left out and wrong are two things")]
fn question(form: &mut Form<'_, '_>, is_required: bool) -> Option<Option<Question>> {
    let is_there = is_required || form.table().is_none_or(|table| table.get("question").is_some());
    let choices = List { of: CHOICE, min: 2, max: 4 };
    let (doc, choices_doc) = ("What is asked.", "The answers, of which one is right.");
    let (text, choices) = if is_required {
        (form.required("question", Line { words: 40 }, doc), form.required("choice", choices, choices_doc))
    } else {
        (form.optional("question", Line { words: 40 }, doc), form.optional("choice", choices, choices_doc))
    };
    if let Some(choices) = &choices {
        let right = choices.iter().filter(|choice| choice.is_right).count();
        if right != 1 {
            form.problem("choice", format!("exactly one answer is right, and {right} have `right = true`"));
        }
    }
    if !is_there {
        return None;
    }
    Some(text.zip(choices).map(|(text, choices)| Question { text, choices }))
}

const CHOICE: Table<Choice> = Table {
    name: "choice",
    heading: "[[choice]]",
    doc: "One answer.",
    form: |form| {
        let text = form.required("text", Line { words: 20 }, "The answer.");
        let why = form.required("why", Line { words: 60 }, "What is said to who chose it.");
        let is_right = form.or("right", Flag, "Whether it is the right one.", false);
        let doc = "What holds at the end of the run that decides, exactly if this is the right answer.";
        let shows = form.required("shows", PREDICATE, doc)?;
        let shows = known(form, "shows", shows.into())?;
        Some(Choice { text: text?, why: why?, is_right, shows })
    },
};

fn run(form: &mut Form<'_, '_>) -> Option<Step> {
    let step = common(form, true);
    let script = form.optional("script", SCRIPT, "What is done while the learner watches.").unwrap_or_default();
    let until = ending(form);
    let claims = claims(form);
    Some(Step { claims, kind: StepKind::Run { script, until: until? }, ..step? })
}

fn observe(form: &mut Form<'_, '_>) -> Option<Step> {
    let step = common(form, true);
    let question = question(form, false);
    let doc = "The deciding record: the last one of its kind since the last run began.";
    let deciding = form.required("deciding", DECIDING, doc);
    Some(Step { kind: StepKind::Observe { question: question.flatten(), deciding: deciding? }, ..step? })
}

const DECIDING: Table<Deciding> = Table {
    name: "deciding",
    heading: "`deciding`",
    doc: "How a record is found: the last one of its kind.",
    form: |form| {
        let mut choice = form.choice("a kind of record");
        choice.case("ended", Client, "An operation of this client ended.", Deciding::Ended);
        let doc = "This node or client waited in vain: the record says for whom, and which messages died.";
        choice.case("waited_in_vain", End, doc, Deciding::WaitedInVain);
        choice.case("dropped", DROPPED, "A message died.", |deciding| deciding);
        choice.case("stopped", Node, "This node's process stopped.", Deciding::Stopped);
        choice.case("command", Yes, "Somebody intervened.", |()| Deciding::Command);
        choice.end()
    },
};

const DROPPED: Table<Deciding> = Table {
    name: "dropped",
    heading: "`dropped`",
    doc: "A message that died.",
    form: |form| {
        let from = form.optional("from", End, "By whom it was sent; without it, by anybody.");
        let to = form.optional("to", End, "To whom; without it, to anybody.");
        let why = form.optional("why", REASONS, "Why; without it, for any reason.");
        Some(Deciding::Dropped { from, to, why })
    },
};

const REASONS: Words<DropReason> = Words {
    what: "a reason",
    words: &[
        ("cut", DropReason::Cut, "The link was cut."),
        ("lost", DropReason::Lost, "The link lost it."),
        ("down", DropReason::Down, "The receiver's process was down."),
        ("full", DropReason::Full, "Too many inputs waited there."),
    ],
};

fn explain(form: &mut Form<'_, '_>) -> Option<Step> {
    let step = common(form, true);
    let question = form.required("question", Line { words: 40 }, "What is asked.");
    let model = form.required("model", Prose { words: 120 }, "A good answer.");
    Some(Step { kind: StepKind::Explain { question: question?, model: model? }, ..step? })
}

fn goal(form: &mut Form<'_, '_>) -> Option<Step> {
    let step = common(form, true);
    let hints = List { of: Line { words: 30 }, min: 3, max: 3 };
    let hints = form.required("hints", hints, "Three hints, each telling more.");
    let reach = form.required("reach", PREDICATE, "What the learner makes true.");
    let reach = reach.and_then(|said| seen(form, "reach", said));
    let solution = form.required("solution", SCRIPT, "A way to get there.");
    let limit = Length { min: SimDuration::ZERO, max: GOAL_MAX };
    let doc = "How long after the solution it may take.";
    let limit = form.or("limit", limit, doc, SimDuration::from_secs(10));
    let claims = claims(form);
    let kind = StepKind::Goal { reach: reach?, solution: solution?, limit };
    Some(Step { hints: hints?, claims, kind, ..step? })
}

fn vary(form: &mut Form<'_, '_>) -> Option<Step> {
    let step = common(form, true);
    let start = start(form);
    let options = List { of: VARIANT, min: 2, max: 9 };
    let options = form.required("option", options, "The runs to choose from.");
    Some(Step { kind: StepKind::Vary { start: start?, options: options? }, ..step? })
}

fn twin(form: &mut Form<'_, '_>) -> Option<Step> {
    let step = common(form, true);
    let start = start(form);
    let first = form.required("first", VARIANT, "The run on the left.").map(Box::new);
    let second = form.required("second", VARIANT, "The run on the right.").map(Box::new);
    if let Some(step) = &step
        && step.allow.iter().any(|tool| !matches!(tool, Tool::Play | Tool::Step | Tool::Timeline))
    {
        form.problem("allow", "two runs with one difference are only watched: `play`, `step` and `timeline` at most");
    }
    Some(Step { kind: StepKind::Twin { start: start?, first: first?, second: second? }, ..step? })
}

fn explore(form: &mut Form<'_, '_>) -> Option<Step> {
    common(form, false)
}

const TOOLS: Words<Tool> = Words { what: "a tool", words: &Tool::ALL };
const PANELS: Words<Panel> = Words { what: "a panel", words: &Panel::ALL };
const READINGS: Words<Reading> = Words { what: "a reading", words: &Reading::ALL };

/// At least so fast that no message is followed, and no faster than the page can show it.
const SPEED: Length = Length { min: SimDuration::from_millis(500), max: SimDuration::from_secs(100) };

const VIEW: Table<StepView> = Table {
    name: "view",
    heading: "`view`",
    doc: "What the page shows besides the stage.",
    form: |form| {
        let panels = List { of: PANELS, min: 0, max: AT_ONCE_MAX };
        let panels = form
            .optional("panels", panels, "Panels that the step opens; of those that share a place, the first.")
            .unwrap_or_default();
        let readings = List { of: READINGS, min: 0, max: AT_ONCE_MAX };
        let readings = form.optional("readings", readings, "Readings: three at most.").unwrap_or_default();
        let see_as = form.optional("see_as", End, "Whose view it is; without it, all is seen.");
        let marks = List { of: MarkKind, min: 0, max: 9 };
        let highlight = form.optional("highlight", marks, "What is marked on the stage.").unwrap_or_default();
        let cue = form.optional("cue", ToolKind, "The tool that is pointed at, once.");
        let doc = "So much time of the run in each second on the screen, for what is counted and not followed; without it, \
                   as fast as an eye can follow the messages.";
        let speed = form.optional("speed", SPEED, doc);
        Some(StepView { panels, readings, see_as, highlight, cue, speed })
    },
};

/// A tool; described once, since every kind of step names tools.
#[derive(Clone, Copy)]
struct ToolKind;

impl Kind for ToolKind {
    type Value = Tool;

    fn read(&self, item: &Item<'_>, reader: &mut Reader) -> Option<Tool> {
        TOOLS.read(item, reader)
    }

    fn sketch(&self, guide: &mut Guide) -> Sketch {
        let words = TOOLS.sketch(guide);
        guide.value("tool", "Something that a learner may use. Without `play`, time stands still.", words)
    }
}

/// A node, a client or a link.
#[derive(Clone, Copy)]
struct MarkKind;

impl Kind for MarkKind {
    type Value = Mark;

    fn read(&self, item: &Item<'_>, reader: &mut Reader) -> Option<Mark> {
        let name = reader.text(item, "this is a node, a client or a link")?;
        if name.contains('-') { Link.read(item, reader).map(Mark::Link) } else { end(item, reader).map(Mark::End) }
    }

    fn sketch(&self, guide: &mut Guide) -> Sketch {
        Sketch::Either(vec![End.sketch(guide), Link.sketch(guide)])
    }
}

fn end(item: &Item<'_>, reader: &mut Reader) -> Option<Endpoint> {
    End.read(item, reader)
}

/// The name of one of the lesson's sources.
#[derive(Clone, Copy)]
struct SourceId;

impl Kind for SourceId {
    type Value = usize;

    fn read(&self, item: &Item<'_>, reader: &mut Reader) -> Option<usize> {
        let id = reader.text(item, "this is the id of a source")?;
        let found = reader.names.sources.iter().position(|source| source == id);
        if found.is_none() {
            let help = help(id, reader.names.sources.iter().map(String::as_str)).unwrap_or_default();
            reader.problem_with_help(item.span(), format!("there is no source `{}`", Reader::shorten(id)), help);
        }
        found
    }

    fn sketch(&self, guide: &mut Guide) -> Sketch {
        guide.value("source id", "The `id` of one of the lesson's sources.", Sketch::Text { min: 1, max: 30 })
    }
}
