//! A lesson whose claims are turned round is refuted, claim by claim: so no claim holds by accident of how it is looked
//! at. The same for every answer that is called right.

use std::sync::Arc;

use netsplit::lesson::{Claim, Lesson, Literal, Predicate, Quantifier, Question, StepKind};
use netsplit::session::proof::prove;

fn turned(claim: &mut Claim) {
    claim.quantifier = match claim.quantifier {
        Quantifier::Always | Quantifier::Sometimes => Quantifier::Never,
        Quantifier::Never => Quantifier::Sometimes,
        Quantifier::Eventually => {
            claim.predicate = opposite(&claim.predicate);
            Quantifier::Eventually
        }
    };
}

fn opposite(predicate: &Predicate) -> Predicate {
    let turned = |literals: &[Literal]| {
        literals.iter().map(|literal| Literal { holds: !literal.holds, fact: literal.fact.clone() }).collect()
    };
    match predicate {
        Predicate::All(literals) => Predicate::Any(turned(literals)),
        Predicate::Any(literals) => Predicate::All(turned(literals)),
    }
}

fn claims(lesson: &mut Lesson) -> Vec<&mut Claim> {
    let mut all = Vec::new();
    for step in &mut lesson.steps {
        all.extend(&mut step.claims);
        match &mut step.kind {
            StepKind::Vary { options, .. } => all.extend(options.iter_mut().flat_map(|option| &mut option.claims)),
            StepKind::Twin { first, second, .. } => {
                all.extend(&mut first.claims);
                all.extend(&mut second.claims);
            }
            _ => {}
        }
    }
    all
}

fn questions(lesson: &mut Lesson) -> Vec<&mut Question> {
    fn question(kind: &mut StepKind) -> Option<&mut Question> {
        match kind {
            StepKind::Predict(question) => Some(question),
            StepKind::Observe { question, .. } => question.as_mut(),
            _ => None,
        }
    }
    lesson.steps.iter_mut().filter_map(|step| question(&mut step.kind)).collect()
}

#[test]
fn every_claim_that_is_turned_round_is_refuted() {
    for lesson in super::shipped() {
        let mut lesson = Lesson::clone(&lesson);
        let mut count = 0;
        for claim in claims(&mut lesson) {
            turned(claim);
            count += 1;
        }
        assert!(count >= 5, "{}: only {count} claims", lesson.id);
        let refuted = prove(&Arc::new(lesson.clone())).refuted;
        let claimed = refuted.iter().filter(|finding| finding.what.contains("the claim does not hold")).count();
        assert_eq!(claimed, count, "{}: {refuted:#?}", lesson.id);
    }
}

#[test]
fn every_wrong_answer_that_is_called_right_is_refuted() {
    for lesson in super::shipped() {
        let mut lesson = Lesson::clone(&lesson);
        let mut count = 0;
        for question in questions(&mut lesson) {
            count += question.choices.len();
            for choice in &mut question.choices {
                choice.is_right = !choice.is_right;
            }
        }
        let refuted = prove(&Arc::new(lesson.clone())).refuted;
        assert_eq!(refuted.len(), count, "{}: {refuted:#?}", lesson.id);
    }
}
