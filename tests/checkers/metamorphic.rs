//! What must hold of the checkers whatever a history is: no labels are needed.

use netsplit::base::SimDuration;
use netsplit::check::set_full;
use netsplit::check::{
    Answer, Ask, CausalLevel, Consistency, Datum, End, Guarantee, Model, Observed, RegisterLevel, Setup, Verdict,
    causality, linearizable, lost_writes, register, sequential, sequential_by_search, session_guarantee, staleness,
};
use proptest::prelude::*;

use crate::causal::with_own_values;
use crate::histories::{registers, setup};
use crate::oracles::{Case, generated, knossos, porcupine};

/// Histories with what they start from: the recorded ones of registers, and the generated ones.
fn recorded() -> Vec<(String, Observed, Setup)> {
    let listed = |case: Case| (case.name, case.observed, case.setup);
    let logs = porcupine().into_iter().chain(knossos()).map(listed);
    let vectors = generated().into_iter().map(|vector| {
        let setup = Setup::new(Model::Register).with_initial(vector.init.clone());
        (vector.id.clone(), vector.observed(Model::Register), setup)
    });
    logs.chain(vectors).collect()
}

/// The same events in another order. What belongs to what is by operation; a process may then do two things at once.
fn reordered(observed: &Observed, events: &[(usize, bool)]) -> Observed {
    let mut other = Observed::new();
    let mut places = vec![0; observed.ops().len()];
    for &(op, is_end) in events {
        let seen = &observed.ops()[op];
        if is_end {
            let (_, end) = seen.end.clone().expect("it ends");
            other.complete(places[op], end);
        } else {
            places[op] = other.invoke(seen.session, seen.key.clone(), seen.ask.clone());
        }
    }
    other
}

/// The same history with other names for processes and values.
fn renamed(observed: &Observed, process: impl Fn(u64) -> u64, value: &impl Fn(&Datum) -> Datum) -> Observed {
    let mut other = Observed::new();
    for (op, is_end) in observed.events() {
        let seen = &observed.ops()[op];
        if is_end {
            let end = match seen.end.clone().expect("it ends").1 {
                End::Ok(Answer::Value(read)) => End::Ok(Answer::Value(value(&read))),
                same => same,
            };
            other.complete(op, end);
            continue;
        }
        let ask = match &seen.ask {
            Ask::Write(written) => Ask::Write(value(written)),
            Ask::CompareAndSet { expect, value: new } => {
                Ask::CompareAndSet { expect: value(expect), value: value(new) }
            }
            same => same.clone(),
        };
        other.invoke(process(seen.session), seen.key.clone(), ask);
    }
    other
}

/// Linearizable, then sequentially consistent, then no session sees anything wrong and nothing is lost.
fn implications(name: &str, observed: &Observed, setup: &Setup) {
    let is_linearizable = linearizable(observed, setup).is_satisfied();
    let is_sequential = sequential(observed, setup).is_satisfied();
    assert!(is_sequential || !is_linearizable, "{name}");
    if is_sequential {
        for guarantee in Guarantee::ALL {
            let verdict = session_guarantee(observed, guarantee, setup);
            assert!(!verdict.is_violated(), "{name}: {guarantee:?}: {verdict:?}");
        }
    }
    let causal = CausalLevel::ALL.map(|level| causality(observed, level, setup).verdict(observed));
    for verdict in &causal {
        assert!(!(is_sequential && verdict.is_violated()), "{name}: {verdict:?}");
        assert!(!(verdict.is_satisfied() && causal[0].is_violated()), "{name}: causal is the weakest");
    }
    for guarantee in Guarantee::ALL {
        // Reads that go back are causal only where each read may order writes anew.
        let stronger = if guarantee == Guarantee::MonotonicReads { &causal[1..] } else { &causal[..] };
        let is_broken = session_guarantee(observed, guarantee, setup).is_violated();
        assert!(!(is_broken && stronger.iter().any(Verdict::is_satisfied)), "{name}: {guarantee:?}");
    }
    let levels = RegisterLevel::ALL.map(|level| register(observed, level, setup));
    assert!(levels.windows(2).all(|pair| !(pair[1].is_satisfied() && pair[0].is_violated())), "{name}: {levels:?}");
    let is_stale = staleness(observed, setup).verdict(observed).is_violated();
    assert_eq!(is_stale, levels[1].is_violated(), "{name}: regular is never stale");
    if is_linearizable {
        let lost = lost_writes(observed, setup, None);
        assert!(lost.lost.is_empty(), "{name}: {lost:?}");
    }
}

#[test]
fn the_stronger_implies_the_weaker_on_recorded_histories() {
    for (name, observed, setup) in recorded() {
        // What is not linearizable is looked through for an order at length only where it is short.
        let budget = if observed.len() > 30 { 20_000 } else { setup.budget };
        implications(&name, &observed, &Setup { budget, ..setup });
    }
}

#[test]
fn the_search_for_a_sequential_order_finds_linearizations_too() {
    let mut short = 0;
    for (name, observed, setup) in recorded() {
        if observed.len() <= 30 && linearizable(&observed, &setup).is_satisfied() {
            assert!(sequential_by_search(&observed, &setup).is_satisfied(), "{name}");
            short += 1;
        }
    }
    println!("{short} short linearizable histories");
}

#[test]
fn recorded_histories_keep_their_verdicts_under_other_names() {
    for (name, observed, setup) in recorded() {
        if matches!(setup.model, Model::Append | Model::MultiRegister) {
            continue;
        }
        // Other numbers, in another order; nothing stays nothing.
        let value = |value: &Datum| match value {
            Datum::Nil => Datum::Nil,
            Datum::Int(number) => Datum::Text(format!("v{}", 1_000 - number).into()),
            other => Datum::list([other.clone()]),
        };
        let other = renamed(&observed, |process| 977 - process, &value);
        let other_setup = Setup { initial: setup.initial.as_ref().map(value), ..setup.clone() };
        let (before, after) = (linearizable(&observed, &setup), linearizable(&other, &other_setup));
        assert_eq!(before.violation(), after.violation(), "{name}");
        assert_eq!(before.is_satisfied(), after.is_satisfied(), "{name}");
        for consistency in Consistency::ALL {
            // The two searches come by themselves; and other names for numbers are no numbers.
            let is_other = [Consistency::Linearizable, Consistency::Sequential, Consistency::CounterBounds];
            if is_other.contains(&consistency) {
                continue;
            }
            let (before, after) = (consistency.check(&observed, &setup), consistency.check(&other, &other_setup));
            assert_eq!(before.is_satisfied(), after.is_satisfied(), "{name}: {consistency:?}");
            assert_eq!(before.is_violated(), after.is_violated(), "{name}: {consistency:?}");
        }
        for guarantee in Guarantee::ALL {
            let (before, after) =
                (session_guarantee(&observed, guarantee, &setup), session_guarantee(&other, guarantee, &other_setup));
            assert_eq!(before, after, "{name}: {guarantee:?}");
        }
        if observed.len() <= 30 {
            let (before, after) = (sequential(&observed, &setup), sequential(&other, &other_setup));
            assert_eq!(before.is_satisfied(), after.is_satisfied(), "{name}");
        }
    }
}

/// All histories that differ from this one in that one operation begins earlier or ends later.
fn stretched(observed: &Observed) -> impl Iterator<Item = Observed> {
    let events: Vec<(usize, bool)> = observed.events().collect();
    (0..events.len()).map(move |at| {
        let mut events = events.clone();
        let (op, is_end) = events.remove(at);
        let to = if is_end { (at + 3).min(events.len()) } else { at.saturating_sub(3) };
        // Its own other end stays on its side.
        let own = events.iter().position(|(other, _)| *other == op);
        let to = match own {
            Some(own) if is_end => to.max(own + 1),
            Some(own) => to.min(own),
            None => to,
        };
        events.insert(to, (op, is_end));
        reordered(observed, &events)
    })
}

#[test]
fn cut_off_or_stretched_linearizable_histories_stay_so() {
    for (name, observed, setup) in recorded() {
        if !linearizable(&observed, &setup).is_satisfied() {
            continue;
        }
        let step = if observed.len() > 60 { 97 } else { 1 };
        for events in (0..observed.len()).step_by(step) {
            assert!(linearizable(&observed.prefix(events), &setup).is_satisfied(), "{name} cut at {events}");
        }
        for (at, longer) in stretched(&observed).enumerate().step_by(step) {
            assert!(linearizable(&longer, &setup).is_satisfied(), "{name} with event {at} stretched");
        }
    }
}

/// The same history with inclusions for writes, and reads of what the bits of a number say.
fn including(observed: &Observed, member: impl Fn(i64) -> Datum) -> Observed {
    let mut other = Observed::new();
    for (op, is_end) in observed.events() {
        let seen = &observed.ops()[op];
        if is_end {
            let end = match seen.end.clone().expect("it ends").1 {
                End::Ok(Answer::Value(read)) => {
                    let bits = if let Datum::Int(number) = read { number + 1 } else { 0 };
                    End::Ok(Answer::Value(Datum::list((0..3).filter(|bit| bits >> bit & 1 == 1).map(&member))))
                }
                End::Ok(Answer::Mismatch) => End::Ok(Answer::Done),
                same => same,
            };
            other.complete(op, end);
            continue;
        }
        let ask = match &seen.ask {
            Ask::Read => Ask::Read,
            Ask::Write(Datum::Int(number)) => Ask::Include(member((number % 3) as i64)),
            _ => Ask::Include(member(1)),
        };
        other.invoke(seen.session, seen.key.clone(), ask);
    }
    other
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(1_500) })]

    #[test]
    fn the_stronger_implies_the_weaker(observed in registers(10, 2)) {
        implications("random", &observed, &setup(Model::Any, "0"));
    }

    #[test]
    fn other_names_change_no_verdict(observed in registers(10, 2), is_own in any::<bool>()) {
        let observed = if is_own { with_own_values(&observed) } else { observed };
        let value = |value: &Datum| match value {
            Datum::Nil => Datum::Nil,
            Datum::Int(number) => Datum::Text(format!("v{}", 1_000 - number).into()),
            other => other.clone(),
        };
        let other = renamed(&observed, |process| 977 - process, &value);
        let before = Setup { settle: SimDuration::ZERO, ..setup(Model::Any, "0") };
        let after = Setup { initial: Some(value(&0.into())), ..before.clone() };
        // Other names for numbers are no numbers.
        for consistency in Consistency::ALL.into_iter().filter(|it| *it != Consistency::CounterBounds) {
            let (one, two) = (consistency.check(&observed, &before), consistency.check(&other, &after));
            prop_assert_eq!(one.is_satisfied(), two.is_satisfied(), "{:?}", consistency);
            prop_assert_eq!(one.is_violated(), two.is_violated(), "{:?}", consistency);
        }
        let stale = |observed: &Observed, setup: &Setup| staleness(observed, setup);
        prop_assert_eq!(stale(&observed, &before), stale(&other, &after));
    }

    #[test]
    fn other_names_change_nothing_of_sets_and_counters(observed in registers(12, 2)) {
        let before = Setup { settle: SimDuration::ZERO, ..Setup::new(Model::Set) };
        let sets = including(&observed, |number| number.into());
        let other = including(&renamed(&observed, |process| 977 - process, &Datum::clone), |number| {
            Datum::Text(format!("v{}", 9 - number).into())
        });
        for consistency in [Consistency::SetFull, Consistency::CausalReverse, Consistency::Convergence] {
            let (one, two) = (consistency.check(&sets, &before), consistency.check(&other, &before));
            prop_assert_eq!(one.is_satisfied(), two.is_satisfied(), "{:?}", consistency);
            prop_assert_eq!(one.is_violated(), two.is_violated(), "{:?}", consistency);
        }
        let (one, two) = (set_full(&sets, &before), set_full(&other, &before));
        prop_assert_eq!(one.stable.len(), two.stable.len());
        prop_assert_eq!((one.lost.len(), one.never_read.len()), (two.lost.len(), two.never_read.len()));
        if linearizable(&sets, &before).is_satisfied() {
            prop_assert!(one.lost.is_empty() && one.stale().next().is_none(), "what is linearizable is never stale");
            prop_assert!(!Consistency::CausalReverse.check(&sets, &before).is_violated());
        }
    }

    #[test]
    fn cut_off_or_stretched_random_histories_stay_linearizable(observed in registers(8, 1)) {
        let setup = setup(Model::Any, "0");
        if linearizable(&observed, &setup).is_satisfied() {
            for events in 0..observed.len() {
                prop_assert!(linearizable(&observed.prefix(events), &setup).is_satisfied());
            }
            for longer in stretched(&observed) {
                prop_assert!(!matches!(linearizable(&longer, &setup), Verdict::Violated(_)));
            }
        }
    }
}
