//! Watching changes nothing: whatever the frame rate, however long the tab was hidden, however often one went back, the
//! run is the same to the byte.

use crate::runs::scenario;
use netsplit::base::{NodeId, SimDuration, SimTime};
use netsplit::lesson::{Fact, Literal, Predicate, Until};
use netsplit::protocol::Role;
use netsplit::session::Session;
use netsplit::session::walk::{self, Entry};
use netsplit::sim::{Command, Wire};
use netsplit::view::pace::{Rate, Speed};
use netsplit::view::playback::{Opening, Playback};

const STORY: Speed = Speed::Story { skip_quiet: true };

fn watched(seed: u32, speed: Speed) -> Playback {
    let session = Session::new(&scenario("home"), seed).expect("the first screen's run");
    let mut playback = Playback::new(session, speed);
    playback.play();
    playback
}

/// Plays to a time by ticks of so many microseconds; how many ticks it took.
fn play_to(playback: &mut Playback, time: SimTime, mut tick: impl FnMut(u64) -> u64) -> u64 {
    playback.stop_at(Some(time));
    playback.play();
    let mut ticks = 0;
    while playback.is_playing() {
        playback.tick(tick(ticks));
        ticks += 1;
        assert!(ticks < 2_000_000, "it never gets to {time}");
    }
    ticks
}

fn cut() -> Command {
    let wire = |a, b| Wire::both(NodeId(a), NodeId(b));
    Command::CutMany(vec![wire(1, 3), wire(1, 4), wire(1, 5), wire(2, 3), wire(2, 4), wire(2, 5)])
}

/// A run with a cut at 2.5 s and a heal at 5 s, watched at a frame rate, to 6 s.
fn story(tick: impl Fn(u64) -> u64, speed: Speed) -> (u64, u64) {
    let mut playback = watched(4, speed);
    play_to(&mut playback, SimTime::from_millis(2_500), &tick);
    playback.apply(&cut()).expect("the cut");
    play_to(&mut playback, SimTime::from_millis(5_000), &tick);
    playback.apply(&Command::HealAll).expect("the heal");
    play_to(&mut playback, SimTime::from_millis(6_000), &tick);
    (playback.session().trace_hash(), playback.seen())
}

#[test]
fn the_frame_rate_changes_nothing() {
    let expected = story(|_| 1_000_000 / 60, STORY);
    assert!(expected.1 > 500, "there is something to compare: {} records", expected.1);
    for rate in [15, 30, 144] {
        assert_eq!(story(|_| 1_000_000 / rate, STORY), expected, "{rate} frames a second");
    }
    assert_eq!(story(|at| [16_667, 900, 33_000, 4_000][at as usize % 4], STORY), expected, "frames that stutter");
    let fast = Speed::Fixed(Rate::per_second(SimDuration::from_secs(20)));
    assert_eq!(story(|_| 16_667, fast), expected, "another speed");
}

#[test]
fn a_tab_that_was_hidden_for_ten_seconds_goes_on_where_it_stood() {
    let expected = story(|_| 16_667, STORY);
    assert_eq!(story(|at| if at == 40 { 10_000_000 } else { 16_667 }, STORY), expected);
    let mut playback = watched(4, STORY);
    let before = playback.session().now().time;
    playback.tick(10_000_000);
    let leapt = playback.session().now().time.since(before);
    assert!(leapt <= SimDuration::from_millis(1_500), "one long tick is cut short, and went {leapt}");
}

#[test]
fn going_back_and_forth_restores_exactly() {
    let mut playback = watched(4, STORY);
    play_to(&mut playback, SimTime::from_millis(3_000), |_| 16_667);
    let (hash, seen) = (playback.session().trace_hash(), playback.seen());
    for time in [2_999, 1_200, 0, 2_500] {
        playback.seek(SimTime::from_millis(time));
    }
    playback.seek(SimTime::from_millis(3_000));
    assert_eq!((playback.session().trace_hash(), playback.seen()), (hash, seen));
    for _ in 0..5 {
        assert!(playback.step_back());
    }
    for _ in 0..5 {
        assert!(playback.step());
    }
    assert_eq!(playback.session().trace_hash(), hash);
}

#[test]
fn acting_in_the_past_opens_a_branch_and_the_old_one_can_be_returned_to() {
    let mut playback = watched(4, STORY);
    play_to(&mut playback, SimTime::from_millis(3_000), |_| 16_667);
    let old = playback.session().trace_hash();
    let main = playback.session().active_branch().id();
    playback.seek(SimTime::from_millis(2_000));
    playback.apply(&cut()).expect("the cut");
    play_to(&mut playback, SimTime::from_millis(3_000), |_| 16_667);
    assert_ne!(playback.session().trace_hash(), old);
    let new = playback.session().trace_hash();
    playback.undo().expect("the cut is taken back");
    play_to(&mut playback, SimTime::from_millis(3_000), |_| 16_667);
    assert_eq!(playback.session().trace_hash(), old, "without the cut it is the old run");
    playback.switch_to(main).expect("the first branch");
    playback.seek(SimTime::from_millis(3_000));
    assert_eq!(playback.session().trace_hash(), old);
    assert_ne!(new, old);
}

#[test]
fn what_is_shown_never_reaches_beyond_what_was_run() {
    let mut playback = watched(4, STORY);
    for _ in 0..600 {
        playback.tick(16_667);
        assert!(playback.chronicle().records() >= playback.seen(), "the look ahead lies ahead");
        assert_eq!(playback.known(), playback.seen(), "and none of it counts as run");
    }
}

#[test]
fn a_broken_rule_is_told_when_the_cursor_has_passed_it_and_not_before() {
    let scenario = scenario("broken-early-acknowledgement");
    let session = Session::new(&scenario, scenario.seed).expect("a run with a rule off");
    let mut playback = Playback::new(session, Speed::Fixed(Rate::REAL));
    let end = scenario.until;
    playback.play();
    play_to(&mut playback, end, |_| 100_000);
    let first = playback.broken().map(|broken| broken.at).min().expect("a rule is off and a monitor sees it");
    playback.seek(SimTime(first.time.0 - 1));
    assert_eq!(playback.broken().count(), 0, "it has not happened yet");
    playback.seek(end);
    assert!(playback.broken().count() > 0);
    // On a branch without the writes nothing is broken: the monitors follow the branch.
    playback.seek(SimTime(0));
    playback.apply(&Command::Isolate(netsplit::base::ClientId(0).into())).expect("the client is cut off");
    let still: Vec<_> = playback.broken().map(|broken| broken.at).collect();
    assert!(still.is_empty(), "{still:?}");
}

#[test]
fn an_opening_in_slices_knows_what_one_in_a_single_go_knows() {
    let scenario = scenario("broken-early-acknowledgement");
    let mut session = Session::new(&scenario, scenario.seed).expect("a run with a rule off");
    session.advance(scenario.until);
    session.seek(SimTime(scenario.until.0 / 2));
    let whole = Playback::new(session.clone(), STORY);
    let mut opening = Opening::new(session);
    let mut slices = 0;
    while !opening.advance_some(7) {
        slices += 1;
    }
    assert!(slices > 20, "it was in slices: {slices}");
    let mut sliced = opening.finish(STORY);
    assert_eq!(sliced.chronicle().records(), whole.chronicle().records());
    assert_eq!(sliced.chronicle().beats(), whole.chronicle().beats());
    assert_eq!((sliced.seen(), sliced.known()), (whole.seen(), whole.known()));
    assert_eq!(sliced.caption(), whole.caption());
    sliced.seek(scenario.until);
    assert!(sliced.broken().count() > 0, "the monitors were shown every event");
}

/// Somebody stands for election: that holds for a moment only, between two frames at most rates.
fn candidacy() -> Until {
    let stands = |node| Literal { holds: true, fact: Fact::Role { node: NodeId(node), is: Role::Candidate } };
    Until { holds: Some(Predicate::Any((1..=5).map(stands).collect())), limit: SimDuration(u64::MAX) }
}

#[test]
fn what_holds_for_a_moment_only_is_seen_at_any_frame_rate() {
    let stops_at = |rate: u64, speed: Speed| {
        let mut playback = watched(4, speed);
        let since = Entry::of(playback.session());
        playback.stop_when(Some((candidacy(), since)));
        let mut ticks = 0_u64;
        while playback.is_playing() {
            playback.tick(1_000_000 / rate);
            ticks += 1;
            assert!(ticks < 100_000, "nobody was seen to stand");
        }
        assert!(walk::is_so(&candidacy().holds.expect("it waits for something"), playback.session(), &since));
        (playback.session().now(), playback.session().trace_hash())
    };
    let fast = Speed::Fixed(Rate::per_second(SimDuration::from_secs(20)));
    let expected = stops_at(144, STORY);
    assert_eq!(stops_at(15, STORY), expected);
    assert_eq!(stops_at(15, fast), expected, "a frame shows more than a second");
    assert_eq!(stops_at(144, fast), expected);
    let mut unseen = watched(4, fast);
    play_to(&mut unseen, SimTime::from_secs(3), |_| 66_667);
    let now = walk::is_so(&candidacy().holds.expect("it waits for something"), unseen.session(), &Entry::default());
    assert!(!now, "a look at the end of a frame would have missed it");
}

/// Two runs of one seed, of which the second is cut at 2 s: the first has quiet times where much happens in the second.
fn pair() -> [Playback; 2] {
    let first = watched(4, STORY);
    let mut session = Session::new(&scenario("home"), 4).expect("the first screen's run");
    session.advance(SimTime::from_millis(2_000));
    session.apply(&cut()).expect("the cut");
    session.seek(SimTime::ZERO);
    [first, Playback::new(session, STORY)]
}

#[test]
fn of_two_runs_on_one_clock_the_slower_pace_counts() {
    let length = |at: SimTime| {
        let [mut first, mut second] = pair();
        first.stop_at(Some(at));
        let mut frames = 0_u64;
        while first.is_playing() {
            first.tick_beside(&mut second, 16_667);
            frames += 1;
            let now = first.session().now().time;
            assert_eq!(second.session().now().time, now, "one clock");
            for run in [&first, &second] {
                let own = run.pace().screen_at(now).0;
                assert!(own <= frames * 16_667, "at {now} its own pace takes {own} us, {frames} frames were shown");
            }
        }
        frames * 16_667
    };
    let alone = |mut run: Playback, at| play_to(&mut run, at, |_| 16_667) * 16_667;
    let at = SimTime::from_millis(4_000);
    let [first, second] = pair();
    let (one, other, both) = (alone(first, at), alone(second, at), length(at));
    assert!(both + 20_000 >= one.max(other), "{both} us for both, {one} and {other} alone");
    assert!(both <= one + other, "no slower than one after the other");
    let [mut first, mut second] = pair();
    first.stop_at(Some(at));
    while first.is_playing() {
        first.tick_beside(&mut second, 66_667);
    }
    let plain = |mut run: Playback| {
        run.seek(at);
        run.session().trace_hash()
    };
    let [one, other] = pair().map(plain);
    assert_eq!(
        (first.session().trace_hash(), second.session().trace_hash()),
        (one, other),
        "and both runs are as ever"
    );
}

#[test]
fn two_runs_on_one_clock_end_where_what_is_watched_for_is_over() {
    let [mut first, mut second] = pair();
    let since = Entry::of(first.session());
    first.stop_when(Some((candidacy(), since)));
    let mut ticks = 0;
    let last = loop {
        let ticked = first.tick_beside(&mut second, 66_667);
        ticks += 1;
        assert!(ticks < 1_000, "nobody was seen to stand");
        if ticked.has_ended {
            break ticked;
        }
    };
    assert!(last.has_moved && !first.is_playing(), "it stands still there");
    assert!(walk::is_so(&candidacy().holds.expect("it waits for something"), first.session(), &since));
    assert_eq!(second.session().now().time, first.session().now().time);
}

#[test]
fn a_step_of_two_runs_is_the_event_that_comes_first() {
    let [mut first, mut second] = pair();
    first.pause();
    let mut last = SimTime::ZERO;
    for _ in 0..2_000 {
        let next = [first.session().clone(), second.session().clone()]
            .map(|mut run| run.next_at())
            .into_iter()
            .flatten()
            .min();
        assert!(first.step_beside(&mut second));
        second.follow(&first);
        let now = first.session().now().time;
        assert_eq!((Some(now), second.session().now().time), (next, now), "after {last}");
        last = now;
    }
    assert!(last > SimTime::from_millis(2_000), "the cut was passed");
}

#[test]
fn a_story_that_begins_in_the_middle_tells_nothing_of_what_was() {
    let mut playback = watched(4, STORY);
    play_to(&mut playback, SimTime::from_millis(3_000), |_| 16_667);
    assert!(playback.caption().is_some());
    let record = playback.seen();
    playback.tell_from(record);
    assert_eq!(playback.caption(), None);
    playback.apply(&cut()).expect("the cut");
    play_to(&mut playback, SimTime::from_millis(4_000), |_| 16_667);
    let told = playback.caption().and_then(|caption| caption.record).expect("something is said of the cut");
    assert!(told.0 >= record);
    playback.seek(SimTime::from_millis(2_000));
    assert_eq!(playback.caption(), None);
}

#[test]
fn who_begins_to_watch_later_knows_what_was_broken_before_and_nothing_else_changes() {
    let scenario = scenario("broken-early-acknowledgement");
    let run = |mut playback: Playback, watch_at: Option<SimTime>| {
        for until in watch_at.into_iter().chain([scenario.until]) {
            play_to(&mut playback, until, |_| 50_000);
            if Some(until) == watch_at {
                assert_eq!(playback.broken().count(), 0, "nobody watched");
                playback.watch_invariants();
            }
        }
        let broken: Vec<_> = playback.broken().map(|broken| (broken.at, broken.invariant)).collect();
        (playback.session().trace_hash(), playback.screen(), broken)
    };
    let session = || Session::new(&scenario, scenario.seed).expect("a run with a rule off");
    let expected = run(Playback::new(session(), STORY), None);
    assert!(!expected.2.is_empty());
    let middle = SimTime(scenario.until.0 / 2);
    assert_eq!(run(Playback::unwatched(session(), STORY), Some(middle)), expected);
}
