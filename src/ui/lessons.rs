//! Lessons on the page: the catalogue, and the panel that leads through one. What a step does to a run, `session::walk`
//! knows; what it looks like on the stage, the stage.

mod catalogue;
mod choices;
mod course;
mod fetching;
mod flow;
mod foot;
mod kept;
mod linked;
mod pair;
mod panel;
mod prose;
mod recall;
mod rules;
mod runs;
mod steps;
mod walking;
mod words;

pub(super) use catalogue::CataloguePage;
pub(super) use fetching::{NoLesson, fetch};
pub(super) use linked::Linked;
pub(super) use panel::LessonPanel;
pub(super) use rules::{asks_for, has_no_tools, is_cued, is_link_marked, is_marked, offers, permits};
