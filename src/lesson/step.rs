//! The steps of a lesson as data: what is said, what may be touched, what happens, and when a step is done.

use serde::{Deserialize, Serialize};

use super::change::{Act, Change, Until};
use super::claim::{Claim, Predicate};
use super::text::{Block, Span};
use crate::base::{ClientId, Endpoint, NodeId, SimDuration};
use crate::sim::{DropReason, Wire};

/// One step.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Its name within the lesson, for links.
    pub id: String,
    /// Its heading.
    pub title: String,
    /// What the learner reads, at most 60 words.
    pub say: Vec<Block>,
    /// What the page shows besides the stage.
    pub view: StepView,
    /// What may be used, at most three; in an explore step, everything.
    pub allow: Vec<Tool>,
    /// Three for a goal, each telling more; none elsewhere.
    pub hints: Vec<Vec<Span>>,
    /// Which of the lesson's sources it rests on, by number from 0.
    pub sources: Vec<usize>,
    /// For whoever teaches with it.
    pub notes: Option<Vec<Block>>,
    /// What the picture shows when the step is done, for those who do not see it.
    pub alt: String,
    /// What is done before the step is shown.
    pub setup: Setup,
    /// What the learner does.
    pub kind: StepKind,
    /// What holds from its beginning to its end, when it is done as its author means it.
    pub claims: Vec<Claim>,
}

/// What is done before a step is shown.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Setup {
    /// Whether the lesson's run begins anew.
    pub start_over: bool,
    /// Settings that change from here on; empty for none.
    pub change: Change,
    /// What is done, in order, before the learner looks.
    pub acts: Vec<Act>,
}

/// What a step shows besides the stage.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct StepView {
    /// Panels, in order.
    pub panels: Vec<Panel>,
    /// Readings, at most three.
    pub readings: Vec<Reading>,
    /// Whose view it is; none sees everything.
    pub see_as: Option<Endpoint>,
    /// What is marked on the stage.
    pub highlight: Vec<Mark>,
    /// The tool that is pointed at, once.
    pub cue: Option<Tool>,
    /// So much time of the run passes in a second on the screen; none is the story's own pace.
    pub speed: Option<SimDuration>,
}

/// Something on the stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mark {
    /// A node or client.
    End(Endpoint),
    /// A link.
    Link(Wire),
}

macro_rules! words {
    ($(#[doc = $about:literal])+ $name:ident { $($variant:ident = $word:literal, $doc:literal;)+ }) => {
        $(#[doc = $about])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        pub enum $name {
            $(#[doc = $doc] #[serde(rename = $word)] $variant,)+
        }

        impl $name {
            /// All of them: the word for each in files, and what it means.
            pub const ALL: [(&str, Self, &str); [$($word),+].len()] = [$(($word, Self::$variant, $doc)),+];

            /// Its word in files.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }
        }
    };
}

words! {
    /// A panel beside the stage.
    Panel {
        Timeline = "timeline", "The space-time diagram; in a wide window it is always there.";
        Log = "log", "The list of events, in place of the readings.";
        Inspector = "inspector", "The whole state of what is chosen, in place of the readings.";
        Settings = "settings", "The settings of the system, to be read, in place of the readings.";
        Legend = "legend", "What the shapes and colours on the stage mean; in a wide window it is always there.";
    }
}

words! {
    /// A number that is shown live.
    Reading {
        Availability = "availability", "The share of operations that were answered well, by side.";
        Latency = "latency", "How long operations take.";
        Leaders = "leader_changes", "How often the leader changed.";
        Short = "uncommitted", "Entries that are short of a quorum.";
        Messages = "messages", "Messages and bytes a second.";
        Consistency = "consistency", "The verdict of the checkers.";
    }
}

words! {
    /// Something that a learner may use. In a step without `play`, time stands still.
    Tool {
        Play = "play", "Play and pause.";
        Step = "step", "One event on or back.";
        Timeline = "timeline", "Going to any moment so far.";
        Links = "links", "Cutting and mending a link by a click.";
        Knife = "knife", "Cutting links by a stroke across them.";
        Partition = "partition", "The dialog that splits the nodes into sides.";
        Heal = "heal", "Mending every link.";
        Isolate = "isolate", "Cutting a node or client off.";
        LinkSettings = "link_settings", "Delay and loss of a link.";
        Crash = "crash", "Stopping a process.";
        Restart = "restart", "Starting a process again.";
        Pause = "pause", "Freezing a process, and letting it go on.";
        Read = "read", "A read by a client.";
        Write = "write", "A write by a client.";
        Settings = "settings", "The settings of the system.";
        Nodes = "nodes", "The number of nodes.";
    }
}

words! {
    /// What a learner does in a step.
    StepWord {
        Predict = "predict", "Says beforehand what will happen.";
        Run = "run", "Watches something happen.";
        Observe = "observe", "Says what happened, and sees the deciding moment.";
        Explain = "explain", "Explains it, then reads a model answer.";
        Goal = "goal", "Makes something happen.";
        Vary = "vary", "Changes one setting and compares.";
        Twin = "twin", "Watches two runs with one difference.";
        Explore = "explore", "Does anything, with the same state.";
    }
}

/// What the learner does, with all that it takes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepKind {
    /// Says beforehand what will happen; the next step shows it.
    Predict(Question),
    /// Watches something happen.
    Run {
        /// What is done while the learner watches.
        script: Vec<Act>,
        /// When it is over.
        until: Until,
    },
    /// Says what happened, and sees the deciding moment.
    Observe {
        /// What is asked, if anything is.
        question: Option<Question>,
        /// How the deciding record is found.
        deciding: Deciding,
    },
    /// Explains it in own words, then reads a model answer.
    Explain {
        /// What is asked.
        question: Vec<Span>,
        /// A good answer.
        model: Vec<Block>,
    },
    /// Makes something happen.
    Goal {
        /// What must hold.
        reach: Predicate,
        /// A way to get there.
        solution: Vec<Act>,
        /// So long after the solution it holds at the latest.
        limit: SimDuration,
    },
    /// Changes one setting and compares. The run of the lesson goes on afterwards as if nothing had changed.
    Vary {
        /// Where the changed runs begin, and what they share.
        start: Start,
        /// The settings to choose from.
        options: Vec<Variant>,
    },
    /// Watches two runs with one difference. The run of the lesson goes on afterwards as it was.
    Twin {
        /// Where the two runs begin, and what they share.
        start: Start,
        /// The one on the left.
        first: Box<Variant>,
        /// The one on the right.
        second: Box<Variant>,
    },
    /// Does anything.
    Explore,
}

/// A question with choices, of which one is right.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// What is asked.
    pub text: Vec<Span>,
    /// Two to four.
    pub choices: Vec<Choice>,
}

/// One answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// The answer.
    pub text: Vec<Span>,
    /// What is said to who chose it.
    pub why: Vec<Span>,
    /// Whether it is the right one.
    pub is_right: bool,
    /// What holds at the end of the run that decides, exactly if it is the right one.
    pub shows: Predicate,
}

/// Where the runs of a step begin.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Start {
    /// From which moment on.
    pub from: Origin,
    /// What is done before the learner looks.
    pub before: Vec<Act>,
}

/// A moment of the lesson's run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// Where it stands.
    #[default]
    Here,
    /// Its beginning.
    Start,
    /// Where the step with this number was entered.
    Step(usize),
}

/// One run of a step that shows several.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Variant {
    /// Its name for people.
    pub label: String,
    /// What is said when it is over.
    pub say: Vec<Span>,
    /// What differs in its settings; empty for nothing.
    pub change: Change,
    /// What is done while the learner watches. If it is empty, what the learner did from that moment on is done again.
    pub script: Vec<Act>,
    /// When it is over.
    pub until: Until,
    /// What holds from its beginning to its end.
    pub claims: Vec<Claim>,
}

/// How a record is found: the last one since the step's run began.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Deciding {
    /// A client's operation ended.
    Ended(ClientId),
    /// Somebody waited in vain: the record says for whom, and which messages died.
    WaitedInVain(Endpoint),
    /// A message died.
    Dropped {
        /// By whom it was sent; none takes any.
        from: Option<Endpoint>,
        /// To whom; none takes any.
        to: Option<Endpoint>,
        /// Why; none takes any reason.
        why: Option<DropReason>,
    },
    /// A process stopped.
    Stopped(NodeId),
    /// Somebody intervened.
    Command,
}

impl StepKind {
    /// Its word in files.
    #[must_use]
    pub fn word(&self) -> StepWord {
        match self {
            Self::Predict(_) => StepWord::Predict,
            Self::Run { .. } => StepWord::Run,
            Self::Observe { .. } => StepWord::Observe,
            Self::Explain { .. } => StepWord::Explain,
            Self::Goal { .. } => StepWord::Goal,
            Self::Vary { .. } => StepWord::Vary,
            Self::Twin { .. } => StepWord::Twin,
            Self::Explore => StepWord::Explore,
        }
    }
}
