//! Walks: in slices or in one go, step by step or by a link, a walk comes to the same place; and a rehearsed script is
//! played again exactly.

use std::sync::Arc;

use netsplit::base::SimTime;
use netsplit::lesson::{Lesson, StepKind};
use netsplit::session::walk::{Place, Progress, Walk, play, progress, until};
use netsplit::session::{RunRecord, ScenarioRef, Session};

/// Everything that a learner could tell two places apart by.
fn hashes(place: &Place) -> (usize, Vec<u64>, Vec<usize>) {
    let sessions = || std::iter::once(&place.trunk).chain(place.sides.iter().map(|side| &side.session));
    let planned = |session: &Session| session.active_branch().commands().len();
    (place.step, sessions().map(Session::trace_hash).collect(), sessions().map(planned).collect())
}

fn in_slices(mut walk: Walk, events: u64) -> Place {
    let mut slices = 0_u32;
    while !walk.advance_some(events).expect("the lesson can be walked") {
        slices += 1;
        assert!(slices < 1_000_000, "the walk does not end");
    }
    assert!(walk.is_done());
    walk.into_place()
}

/// The places at which each step is entered, one after the other.
fn step_by_step(lesson: &Arc<Lesson>) -> Vec<Place> {
    let mut place = Walk::start(lesson).and_then(Walk::finish).expect("the lesson begins");
    let mut places = vec![place.clone()];
    for step in 1..lesson.steps.len() {
        let solved = Walk::solve(lesson, place).and_then(Walk::finish).expect("the step can be solved");
        place = Walk::enter(lesson, step, solved).and_then(Walk::finish).expect("the step can be entered");
        places.push(place.clone());
    }
    places
}

#[test]
fn a_link_into_a_step_comes_where_walking_does() {
    for lesson in super::shipped() {
        for (step, walked) in step_by_step(&lesson).iter().enumerate() {
            let linked = Walk::reach(&lesson, step).and_then(Walk::finish).expect("the step can be reached");
            assert_eq!(hashes(&linked), hashes(walked), "{}, step {step}", lesson.id);
            assert_eq!(linked.trail.entry(step), walked.trail.entry(step), "{}, step {step}", lesson.id);
        }
    }
}

#[test]
fn slices_of_any_size_come_to_the_same_place() {
    for lesson in super::shipped() {
        let last = lesson.steps.len() - 1;
        let at_once = Walk::reach(&lesson, last).and_then(Walk::finish).expect("the step can be reached");
        let sliced = in_slices(Walk::reach(&lesson, last).expect("there is such a step"), 7);
        assert_eq!(hashes(&sliced), hashes(&at_once), "{}", lesson.id);
        for (step, place) in step_by_step(&lesson).into_iter().enumerate() {
            let StepKind::Vary { options, .. } = &lesson.steps[step].kind else { continue };
            for option in 0..options.len() {
                let choose = |place: &Place| Walk::choose(&lesson, option, place.clone()).expect("there is a choice");
                let at_once = choose(&place).finish().expect("the choice can be made");
                assert_eq!(hashes(&in_slices(choose(&place), 13)), hashes(&at_once), "{}, {option}", lesson.id);
            }
        }
    }
}

#[test]
fn a_step_plays_to_the_same_end_in_frames_of_any_size() {
    for lesson in super::shipped() {
        for (step, place) in step_by_step(&lesson).into_iter().enumerate() {
            let StepKind::Run { .. } = &lesson.steps[step].kind else { continue };
            let until = until(&lesson.steps[step], 0).expect("a run has an end");
            let solved = Walk::solve(&lesson, place.clone()).and_then(Walk::finish).expect("the run can be solved");
            let since = place.since();
            let mut session = place.trunk.clone();
            assert_eq!(progress(&until, &session, &since), Progress::Open, "{}, step {step}", lesson.id);
            let mut to = session.now().time;
            let over = loop {
                to = SimTime(to.0 + 3_777);
                if let (_, over @ (Progress::Reached | Progress::Overdue)) = play(&mut session, &until, &since, to, 5) {
                    break over;
                }
                to = session.now().time;
            };
            assert_eq!(over, Progress::Reached);
            assert_eq!(session.trace_hash(), solved.trunk.trace_hash(), "{}, step {step}", lesson.id);
        }
    }
}

/// A plain replay knows neither rehearsals nor forks.
#[test]
fn a_walked_run_is_the_run_of_its_record() {
    for lesson in super::shipped() {
        for place in step_by_step(&lesson) {
            for session in std::iter::once(&place.trunk).chain(place.sides.iter().map(|side| &side.session)) {
                let record: RunRecord = session.record(ScenarioRef::Named(lesson.id.clone()));
                let replayed = Session::replay(session.scenario(), &record).expect("the record can be replayed");
                assert_eq!(replayed.trace_hash(), session.trace_hash(), "{}, step {}", lesson.id, place.step);
            }
        }
    }
}

#[test]
fn steps_and_choices_that_are_not_there_are_refused() {
    let lesson = &super::shipped()[0];
    let place = Walk::start(lesson).and_then(Walk::finish).expect("the lesson begins");
    assert!(Walk::reach(lesson, 99).is_err());
    assert!(Walk::enter(lesson, 99, place.clone()).is_err());
    assert!(Walk::choose(lesson, 0, place).is_err(), "the first step is no vary step");
}
