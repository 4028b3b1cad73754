//! Whether a lesson is true: walks it as its author would, with the seed that it ships, and finds out if what it says,
//! asks and promises is what happens. Knows nothing of how a lesson is written.

mod watch;

use std::sync::Arc;

use self::watch::{broken, watch};
use super::run::run_scenario;
use super::steering::Session;
use super::walk::{Entry, Place, Progress, Side, Walk, WalkError, deciding, is_so, progress};
use crate::lesson::{Claim, Deciding, Lesson, Question, Step, StepKind, Until, Variant, text};

/// What came of a lesson.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proof {
    /// What was found to be so.
    pub proven: Vec<Finding>,
    /// What was found not to be so.
    pub refuted: Vec<Finding>,
}

/// One thing that was looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// The step; none for what is about the lesson's scenario.
    pub step: Option<String>,
    /// What is so, or what is wrong.
    pub what: String,
}

impl Proof {
    /// Whether everything is so.
    #[must_use]
    pub fn is_good(&self) -> bool {
        self.refuted.is_empty()
    }
}

/// Walks a lesson and looks at everything that it says.
#[must_use]
pub fn prove(lesson: &Arc<Lesson>) -> Proof {
    let mut prover = Prover { lesson: lesson.clone(), step: None, proof: Proof::default(), asked: None };
    prover.scenario();
    let mut place = None;
    for step in 0..lesson.steps.len() {
        prover.step = Some(lesson.steps[step].id.clone());
        if lesson.steps[step].setup.start_over
            && let Some(before) = &place
        {
            prover.run_is_sound(before);
        }
        match prover.walk_step(step, place) {
            Ok(next) => place = Some(next),
            Err(error) => {
                prover.refute(format!("it cannot be walked: {error}"));
                return prover.proof;
            }
        }
    }
    if let Some(place) = &place {
        prover.run_is_sound(place);
    }
    prover.proof
}

struct Prover {
    lesson: Arc<Lesson>,
    step: Option<String>,
    proof: Proof,
    /// The question that the next run decides.
    asked: Option<Question>,
}

impl Prover {
    fn refute(&mut self, what: impl Into<String>) {
        self.proof.refuted.push(Finding { step: self.step.clone(), what: what.into() });
    }

    fn find(&mut self, is_so: bool, what: impl Into<String>, otherwise: impl Into<String>) {
        if is_so {
            self.proof.proven.push(Finding { step: self.step.clone(), what: what.into() });
        } else {
            self.refute(otherwise);
        }
    }

    /// The scenario's own claims, if it has any.
    fn scenario(&mut self) {
        let scenario = &self.lesson.clone().scenario;
        if scenario.claims.is_empty() {
            return;
        }
        let report = run_scenario(scenario, scenario.seed, scenario.until, |_| true);
        for claim in &report.claims {
            let otherwise = format!("the scenario's claim does not hold: {}", claim.name);
            self.find(claim.holds, &claim.name, otherwise);
        }
        self.find(report.is_safe(), "the scenario is safe", "the scenario breaks an invariant or reaches a limit");
    }

    /// Enters a step, looks at it, and leaves it as the author would.
    fn walk_step(&mut self, step: usize, place: Option<Place>) -> Result<Place, WalkError> {
        let lesson = self.lesson.clone();
        let walk = match place {
            Some(place) => Walk::enter(&lesson, step, Place { missed: 0, ..place }),
            None => Walk::start(&lesson),
        };
        let place = walk?.finish()?;
        if place.missed > 0 {
            self.refute("something that its setup or script waits for does not come within its limit");
        }
        let this = &lesson.steps[step];
        match &this.kind {
            StepKind::Predict(question) => self.asked = Some(question.clone()),
            StepKind::Run { until, .. } => return Ok(self.run(this, until, place)),
            StepKind::Goal { reach, limit, .. } => {
                let reach = Until { holds: Some(reach.clone()), limit: *limit };
                return self.goal(this, &reach, place);
            }
            StepKind::Observe { question, deciding } => self.observe(question.as_ref(), *deciding, &place),
            StepKind::Vary { options, .. } => self.vary(options, &place)?,
            StepKind::Twin { first, second, .. } => self.twin(first, second, &place),
            StepKind::Explain { .. } | StepKind::Explore => {}
        }
        Ok(Place { sides: Vec::new(), ..place })
    }

    fn run(&mut self, step: &Step, until: &Until, mut place: Place) -> Place {
        let since = place.since();
        self.play(&mut place.trunk, &since, until, &step.claims, "");
        let asked = self.asked.take();
        self.answers(asked, &place.trunk, &since);
        place
    }

    /// Plays a run to its end, and looks at its claims on the way.
    fn play(&mut self, session: &mut Session, since: &Entry, until: &Until, claims: &[Claim], name: &str) {
        if until.holds.is_some() && progress(until, session, since) == Progress::Reached {
            self.refute(format!("{name}what it runs until holds before it begins"));
        }
        let (over, claims) = watch(session, since, until, claims);
        let what = format!("{name}it is over within {}", until.limit);
        self.find(
            over == Progress::Reached,
            what,
            format!("{name}what it runs until does not come in {}", until.limit),
        );
        for (claim, holds) in claims {
            let otherwise = format!("{name}the claim does not hold: {claim}");
            self.find(holds, format!("{name}{claim}"), otherwise);
        }
    }

    fn goal(&mut self, step: &Step, reach: &Until, place: Place) -> Result<Place, WalkError> {
        let since = place.since();
        if progress(reach, &place.trunk, &since) == Progress::Reached {
            self.refute("the goal is reached before the learner does anything");
            return Ok(place);
        }
        let mut idle = place.trunk.clone();
        let solved = Walk::solve(&self.lesson, Place { missed: 0, ..place })?.finish()?;
        let is_reached = progress(reach, &solved.trunk, &since) == Progress::Reached;
        self.find(is_reached, "the solution reaches the goal", "the solution does not reach the goal");
        let took = solved.trunk.now().time.since(since.moment.time);
        let waited = Until { limit: took + reach.limit, ..reach.clone() };
        let (over, _) = watch(&mut idle, &since, &waited, &[]);
        let otherwise = "the goal is reached by waiting, without doing anything";
        self.find(over != Progress::Reached, "waiting does not reach the goal", otherwise);
        let mut again = solved.trunk.fork_at(since.applied, since.moment.time, true);
        let all = Until { holds: None, limit: took };
        let (_, claims) = watch(&mut again, &since, &all, &step.claims);
        for (claim, holds) in claims {
            self.find(holds, &claim, format!("the claim does not hold: {claim}"));
        }
        Ok(solved)
    }

    fn observe(&mut self, question: Option<&Question>, what: Deciding, place: &Place) {
        let since = place.observed_since(&self.lesson);
        let record = deciding(what, &place.trunk, &since);
        self.find(record.is_some(), "the deciding record is there", "there is no such deciding record");
        self.answers(question.cloned(), &place.trunk, &since);
    }

    /// The right answer is so, and no other is.
    fn answers(&mut self, question: Option<Question>, session: &Session, since: &Entry) {
        for choice in question.into_iter().flat_map(|question| question.choices) {
            let answer = text::plain(&choice.text);
            match (is_so(&choice.shows, session, since), choice.is_right) {
                (true, true) => self.find(true, format!("the right answer is so: {answer}"), ""),
                (false, false) => self.find(true, format!("a wrong answer is not so: {answer}"), ""),
                (false, true) => self.refute(format!("the run contradicts the right answer: {answer}")),
                (true, false) => self.refute(format!("the run bears out a wrong answer: {answer}")),
            }
        }
    }

    fn vary(&mut self, options: &[Variant], place: &Place) -> Result<(), WalkError> {
        for (at, option) in options.iter().enumerate() {
            let made = Walk::choose(&self.lesson, at, Place { missed: 0, ..place.clone() })?.finish()?;
            if made.missed > 0 {
                self.refute(format!("{}: something that it waits for does not come", option.label));
            }
            let mut sides = made.sides;
            if let Some(Side { session, since, .. }) = sides.first_mut() {
                self.side(option, session, since);
                let asked = if at == 0 { self.asked.take() } else { None };
                self.answers(asked, session, since);
            }
        }
        Ok(())
    }

    fn twin(&mut self, first: &Variant, second: &Variant, place: &Place) {
        let mut sides = place.sides.clone();
        for (side, variant) in sides.iter_mut().zip([first, second]) {
            self.side(variant, &mut side.session, &side.since);
        }
        let [one, other] = sides.as_slice() else { return };
        let asked = self.asked.take();
        self.answers(asked, &other.session, &other.since);
        let difference = one.session.cluster().first_difference(other.session.cluster());
        self.find(difference.is_some(), "the two runs differ", "the two runs do not differ in any event");
    }

    fn side(&mut self, variant: &Variant, session: &mut Session, since: &Entry) {
        let name = format!("{}: ", variant.label);
        self.play(session, since, &variant.until, &variant.claims, &name);
        self.is_sound(session, &name);
    }

    fn run_is_sound(&mut self, place: &Place) {
        self.is_sound(&place.trunk, "the lesson's run up to here: ");
    }

    /// A run with all its rules breaks no invariant, and none stands still.
    fn is_sound(&mut self, session: &Session, name: &str) {
        if let Some(halt) = session.cluster().halted() {
            self.refute(format!("{name}the run stands still: {halt}"));
        }
        if !session.scenario().system.switched_off().is_empty() {
            return;
        }
        match broken(session) {
            None => self.find(true, format!("{name}no invariant is broken"), ""),
            Some(seen) => self.refute(format!("{name}{}: {}", seen.invariant, seen.seen)),
        }
    }
}
