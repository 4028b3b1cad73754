//! `[[claim]]`: what a run shows, how often it must, and when. What can be said is in `fact`.

use super::fact::{PREDICATE, Said};
use super::form::{Form, Table};
use super::kinds::{Instant, Text};
use crate::base::SimTime;
use crate::lesson::{Claim, Predicate, Quantifier};

/// One claim.
pub(super) const CLAIM: Table<Claim> = Table {
    name: "claim",
    heading: "[[claim]]",
    doc: "What a run with the scenario's own seed shows. It is looked at after every event, from `from` to `until`.",
    form: claim,
};

fn claim(form: &mut Form<'_, '_>) -> Option<Claim> {
    let name = form.required("name", NAME, "What it says, in words.");
    let said = quantified(form);
    let from = form.or("from", Instant, "From when on it is watched.", SimTime::ZERO);
    let until = form.optional("until", Instant, "Until when; without it, to the end of the run.");
    if until.is_some_and(|until| until < from) {
        form.problem("until", "the claim's time is over before it begins");
    }
    let (quantifier, predicate) = said?;
    Some(Claim { name: name?, quantifier, predicate, from, until })
}

/// The words of a claim.
pub(super) const NAME: Text = Text { min: 1, max: 200 };

/// A predicate and how often it must hold.
pub(super) fn quantified(form: &mut Form<'_, '_>) -> Option<(Quantifier, Predicate)> {
    let mut choice = form.choice("a quantifier");
    let says = |quantifier| move |said: Said| (quantifier, said.into());
    choice.case("always", PREDICATE, "It holds each time.", says(Quantifier::Always));
    choice.case("sometimes", PREDICATE, "It holds at least once.", says(Quantifier::Sometimes));
    choice.case("eventually", PREDICATE, "From some moment on it holds for good.", says(Quantifier::Eventually));
    choice.case("never", PREDICATE, "It does not hold once.", says(Quantifier::Never));
    let (quantifier, predicate): (Quantifier, Predicate) = choice.end()?;
    if quantifier != Quantifier::Eventually && predicate.is_about_history() {
        let key = match quantifier {
            Quantifier::Always => "always",
            Quantifier::Sometimes => "sometimes",
            Quantifier::Eventually => "eventually",
            Quantifier::Never => "never",
        };
        form.problem(key, "what `satisfies` and `violates` say is only asked at the end: use `eventually`");
    }
    Some((quantifier, predicate))
}
