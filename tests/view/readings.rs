//! The readings against whole runs: what they say at a moment is what a check of all before it says, however the cursor came
//! there.

use netsplit::base::{NodeId, RecordId, SimTime};
use netsplit::check::{Consistency, Facts, Verdict};
use netsplit::lesson::Scenario;
use netsplit::session::Session;
use netsplit::sim::Command;
use netsplit::view::pace::Speed;
use netsplit::view::playback::Playback;
use netsplit::view::readings::{Meter, Readings, Word};
use netsplit::view::stage::{SeenBy, StageFrame};

use super::runs::{scenario, scenarios};

fn playback(scenario: &Scenario) -> Playback {
    let session = Session::new(scenario, scenario.seed).expect("it can run");
    Playback::new(session, Speed::Story { skip_quiet: true })
}

fn at(playback: &mut Playback, ms: u64) -> Readings {
    playback.seek(SimTime::from_millis(ms));
    Meter::default().read(playback)
}

/// The verdict is that of the checker of whole histories, at each of some moments.
fn must_agree(playback: &Playback, readings: &Readings, what: &str) {
    let told = &readings.consistency.word;
    match playback.session().cluster().verdict(Consistency::Linearizable) {
        Verdict::Satisfied(()) => assert!(matches!(told, Word::Nothing | Word::Linearizable), "{what}: {told:?}"),
        Verdict::Violated(_) => assert!(matches!(told, Word::NotLinearizable(_)), "{what}: {told:?}"),
        Verdict::Undecided(_) => assert!(matches!(told, Word::Undecided(_)), "{what}: {told:?}"),
    }
}

#[test]
fn the_verdict_is_that_of_the_whole_history_wherever_the_cursor_comes_from() {
    let mut wrong = 0;
    for scenario in scenarios() {
        let (mut playback, mut meter) = (playback(&scenario), Meter::default());
        let end = scenario.until.0 / 1_000;
        // Forth, back and forth again: the meter has seen more than the cursor shows.
        for (step, part) in [10, 50, 100, 30, 70, 5, 100].into_iter().enumerate() {
            playback.seek(SimTime::from_millis(end * part / 100));
            let readings = meter.read(&playback);
            let what = format!("{}, step {step}, at {part} %", scenario.id);
            must_agree(&playback, &readings, &what);
            assert_eq!(readings, Meter::default().read(&playback), "{what}: as if it was read for the first time");
            wrong += usize::from(matches!(readings.consistency.word, Word::NotLinearizable(_)));
        }
    }
    assert!(wrong > 0, "some scenario shows a wrong answer");
}

/// A lesson's step that begins again has the same run, of which less is known.
#[test]
fn the_same_run_taken_back_is_read_no_further_than_it_is_known() {
    let scenario = scenario("minority-cut");
    let (mut whole, mut meter) = (playback(&scenario), Meter::default());
    whole.seek(scenario.until);
    meter.read(&whole);
    for part in [10, 50] {
        let back = whole.session().fork_at(0, SimTime(scenario.until.0 * part / 100), true);
        let again = Playback::new(back, Speed::Story { skip_quiet: true });
        assert!(again.chronicle().beats().len() < whole.chronicle().beats().len());
        assert_eq!(meter.read(&again), Meter::default().read(&again), "at {part} %");
    }
}

#[test]
fn a_branch_is_read_as_if_there_had_never_been_another() {
    let scenario = scenario("minority-cut");
    let (mut playback, mut meter) = (playback(&scenario), Meter::default());
    let end = scenario.until.0 / 1_000;
    playback.seek(scenario.until);
    let whole = meter.read(&playback);
    playback.seek(SimTime::from_millis(end / 3));
    meter.read(&playback);
    playback.apply(&Command::Isolate(NodeId(1).into())).expect("n1 is there");
    playback.apply(&Command::Isolate(NodeId(2).into())).expect("n2 is there");
    playback.apply(&Command::Isolate(NodeId(3).into())).expect("n3 is there");
    for part in [40, 90] {
        playback.seek(SimTime::from_millis(end * part / 100));
        let readings = meter.read(&playback);
        assert_eq!(readings, Meter::default().read(&playback), "on the branch, at {part} %");
        must_agree(&playback, &readings, "on the branch");
    }
    let first = playback.session().branches()[0].id();
    playback.switch_to(first).expect("the first branch is there");
    playback.seek(scenario.until);
    assert_eq!(meter.read(&playback), whole, "the first branch is as it was");
}

#[test]
fn nothing_of_the_future_is_told() {
    let scenario = scenario("minority-cut");
    let mut short = playback(&scenario);
    let half = SimTime(scenario.until.0 / 2);
    short.seek(half);
    let mut long = playback(&scenario);
    long.seek(scenario.until);
    let mut meter = Meter::default();
    meter.read(&long);
    long.seek(half);
    assert_eq!(meter.read(&long), meter.read(&short));
}

#[test]
fn what_is_told_of_a_partition_afterwards_has_the_sides_of_the_stage() {
    let mut parted = 0;
    for scenario in scenarios() {
        let mut playback = playback(&scenario);
        for step in 1..=12 {
            playback.seek(SimTime(scenario.until.0 * step / 12));
            let stage = StageFrame::of(playback.session().cluster(), SeenBy::Observer).sides;
            let Some(last) = playback.seen().checked_sub(1).filter(|_| !stage.is_empty()) else { continue };
            let told = playback.chronicle().sides_at(RecordId(last));
            if told.first().map(|side| side.of) != Some(stage[0].of) {
                // Where a rule of memberships is switched off, servers differ on who votes: there is no one answer.
                assert!(scenario.id.starts_with("broken-"), "{}: {stage:?} and {told:?}", scenario.id);
                continue;
            }
            assert_eq!(stage, told, "{}, {step} of 12", scenario.id);
            parted += usize::from(!stage[0].nodes.contains(NodeId(1)));
        }
    }
    assert!(parted > 5, "often enough n1 is not on the side that comes first: {parted}");
}

#[test]
fn the_zombie_leader_owes_answers_and_breaks_no_promise() {
    let mut playback = playback(&scenario("zombie-leader"));
    let waiting = at(&mut playback, 1_300);
    assert_eq!((waiting.untold.waiting.len(), waiting.untold.unknown.len()), (1, 0));
    let age = waiting.untold.longest.expect("Alice waits").1;
    assert_eq!(age.0 / 1_000, 200, "invoked at 1.1 s");
    assert_eq!(waiting.short, 1, "her write is on two disks of five");
    let told = at(&mut playback, 3_000);
    assert_eq!(told.untold.unknown.iter().map(|(_, count)| *count).collect::<Vec<_>>(), [2]);
    assert_eq!(told.short, 2, "n1 and n2 hold two entries that no majority has");
    assert_eq!(told.leaders.now.len(), 2, "n1 takes itself for a leader still");
    assert!(told.leaders.now[0].1 > told.leaders.now[1].1, "the newer term comes first");
    assert!(told.promises.is_empty());
    // Her first write was invoked at 1.1 s: its second is over at 2.1 s.
    assert_eq!(at(&mut playback, 2_050).answered.all.of(), 0);
    let answered = at(&mut playback, 2_150).answered;
    assert_eq!((answered.all.ok, answered.all.unknown), (0, 1));
    let b_side = answered.sides.iter().filter(|share| share.unknown == 1).count();
    assert_eq!((answered.sides.len(), b_side), (2, 1), "the network is parted, and she is on one side");
    // Side B is the minority with n1 in it, on the stage as in the readings.
    let stage = StageFrame::of(playback.session().cluster(), SeenBy::Observer).sides;
    assert!(!stage[1].is_quorum() && stage[1].nodes.contains(NodeId(1)));
    assert_eq!((answered.sides[0].unknown, answered.sides[1].unknown), (0, 1));
    let healed = at(&mut playback, 5_900);
    assert_eq!((healed.short, healed.leaders.now.len()), (0, 1));
    assert!(healed.promises.is_empty(), "what was lost was never promised");
}

#[test]
fn a_write_that_was_acknowledged_and_lost_is_a_broken_promise() {
    let lossy: Vec<String> = scenarios()
        .iter()
        .filter(|scenario| {
            let mut playback = playback(scenario);
            playback.seek(scenario.until);
            let readings = Meter::default().read(&playback);
            let lost = readings.promises.lost.len();
            assert!(lost == 0 || readings.promises.count() >= lost);
            lost > 0
        })
        .map(|scenario| scenario.id.clone())
        .collect();
    assert!(lossy.iter().any(|id| id.starts_with("broken-") || id.contains("lying")), "{lossy:?}");
}

#[test]
fn an_order_explains_every_answer() {
    let scenario = scenario("minority-cut");
    let mut playback = playback(&scenario);
    playback.seek(scenario.until);
    let meter = Meter::default();
    let order = meter.order(&playback, usize::MAX).expect("it is linearizable");
    assert!(!order.is_empty());
    let latest = meter.order(&playback, 2).expect("it is linearizable");
    assert_eq!(latest, order[order.len() - 2..]);
}
