//! The stories of leaderless runs: what captions tell of them is what was read, and every "confirmed" in them is so.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use netsplit::base::{OpId, SimTime};
use netsplit::check::leaderless::divergence;
use netsplit::check::{Consistency, Facts, Verdict};
use netsplit::lesson::{Scenario, System};
use netsplit::protocol::Update;
use netsplit::session::{Cluster, Session};
use netsplit::sim::NodeStatus;
use netsplit::view::caption::{Caption, Rank, candidates};
use netsplit::view::chronicle::{Beat, BeatKind, Chronicle, ReplicaBeat};
use netsplit::view::describe::Names;
use netsplit::view::pace::Speed;
use netsplit::view::playback::Playback;
use netsplit::view::readings::{Fate, Meter, Readings};

use super::runs::{chronicle, scenario, scenarios, whole};

/// Those whose stories were read by a person.
const TOLD: [&str; 20] = [
    "broken-hints-in-memory",
    "cart-set",
    "cart-union",
    "compare-trees",
    "delete-fast-clock",
    "delete-slow-clock",
    "hints-kept",
    "hints-lost",
    "lww-concurrent",
    "lww-skew",
    "lww-skew-small",
    "no-repair",
    "partial-write",
    "quorum-not-atomic",
    "quorum-write-back",
    "siblings-concurrent",
    "sloppy-stale",
    "strict-unavailable",
    "tombstone-kept",
    "tombstone-returns",
];

fn is_leaderless(scenario: &Scenario) -> bool {
    matches!(scenario.system, System::Leaderless(_))
}

/// Every leaderless scenario, with its own seed and with others.
fn leaderless_runs() -> Vec<Scenario> {
    let all = scenarios().into_iter().filter(is_leaderless);
    all.flat_map(|scenario| {
        let seeds = [scenario.seed, 101, 102, 103];
        seeds.map(|seed| Scenario { seed, ..scenario.clone() })
    })
    .collect()
}

fn told(scenario: &Scenario) -> (Chronicle, Vec<Caption>) {
    let cluster = whole(scenario);
    let chronicle = chronicle(&cluster);
    let captions = candidates(&chronicle, &Names::new(cluster.config()), &[]);
    (chronicle, captions)
}

#[test]
#[expect(clippy::disallowed_methods, reason = "whether to write the files anew is asked of the environment")]
fn leaderless_stories_are_told_as_they_were_read() {
    let update = std::env::var_os("UPDATE_GOLDEN").is_some();
    let mut differing = Vec::new();
    for id in TOLD {
        let scenario = scenario(id);
        let mut text = format!("# {}: simulated time, rank, caption\n", scenario.title);
        for caption in told(&scenario).1 {
            let (at, rank) = (caption.at.0 / 100, caption.rank.word());
            let at = format!("{}.{:04}", at / 10_000, at % 10_000);
            writeln!(text, "{at:>9} s  {rank:<10}  {}", caption.text).expect("a string takes all");
        }
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("tests/view/golden/replicas-{id}.txt"));
        if update {
            fs::write(&path, &text).expect("a golden script can be written");
        } else if fs::read_to_string(&path).unwrap_or_default() != text {
            differing.push(id);
        }
    }
    assert!(differing.is_empty(), "{differing:?} are told otherwise: UPDATE_GOLDEN=1 rewrites; read what changed");
}

/// The replicas' moments of a run.
fn moments(chronicle: &Chronicle) -> impl Iterator<Item = (&Beat, &ReplicaBeat)> {
    chronicle.beats().iter().filter_map(|beat| match &beat.what {
        BeatKind::Replica(it) => Some((beat, it)),
        _ => None,
    })
}

/// Whether a client had been told ok when a record was made.
fn was_told(chronicle: &Chronicle, op: OpId, beat: &Beat) -> bool {
    let bar = chronicle.operation(op).expect("a moment names an operation that there is");
    let end = bar.ended.as_ref().map(|(stamp, _)| stamp.record);
    bar.is_acknowledged() && end.is_some_and(|end| end <= beat.when.record)
}

fn at_end(scenario: &Scenario) -> Readings {
    let session = Session::new(scenario, scenario.seed).expect("it can run");
    let mut playback = Playback::new(session, Speed::Story { skip_quiet: true });
    playback.seek(scenario.until);
    Meter::default().read(&playback)
}

#[test]
fn what_is_said_to_be_confirmed_is_so_by_then() {
    let (mut thrown, mut lost) = (0, 0);
    for scenario in &leaderless_runs() {
        let chronicle = told(scenario).0;
        for (beat, it) in moments(&chronicle) {
            match it {
                ReplicaBeat::Thrown { op, is_confirmed, .. } => {
                    assert_eq!(*is_confirmed, was_told(&chronicle, *op, beat), "{}: {it:?}", scenario.id);
                    thrown += 1;
                }
                ReplicaBeat::ConfirmedInVain { op, .. }
                | ReplicaBeat::ElementBack { op, .. }
                | ReplicaBeat::ValueBack { op: Some(op), .. } => {
                    assert!(was_told(&chronicle, *op, beat), "{}: {it:?}", scenario.id);
                }
                ReplicaBeat::Stale { op, missed } => {
                    assert!(was_told(&chronicle, *op, beat), "{}: {it:?}", scenario.id);
                    let (read, missed) = (chronicle.operation(*op), chronicle.operation(*missed));
                    let (read, missed) = (read.expect("it is there"), missed.expect("it is there"));
                    let end = missed.ended.as_ref().expect("it was confirmed").0.record;
                    assert!(missed.is_acknowledged() && end < read.record, "{}: {it:?}", scenario.id);
                }
                ReplicaBeat::CopyLost { op } => {
                    assert!(was_told(&chronicle, *op, beat), "{}: {it:?}", scenario.id);
                    let mut cluster = Cluster::new(scenario, scenario.seed);
                    cluster.advance(scenario.until);
                    let bar = chronicle.operation(*op).expect("it is there");
                    if let Update::Write(value) = &bar.operation.update {
                        let holders = cluster.nodes().into_iter();
                        let mut holders = holders.filter(|node| cluster.holds(*node, &bar.operation.key, value));
                        assert_eq!(holders.next(), None, "{}: it never comes back", scenario.id);
                    }
                    lost += 1;
                }
                _ => {}
            }
        }
    }
    assert!(thrown >= 2 && lost >= 1, "{thrown} thrown away, {lost} lost");
}

/// What is told at a moment rests on nothing that comes later.
#[test]
fn the_moments_of_half_a_run_are_those_of_the_whole_run() {
    for scenario in &leaderless_runs() {
        let whole = told(scenario).0;
        let mut cluster = Cluster::new(scenario, scenario.seed);
        cluster.advance(SimTime(scenario.until.0 / 2));
        let half = chronicle(&cluster);
        assert_eq!(half.beats(), &whole.beats()[..half.beats().len()], "{}", scenario.id);
    }
}

#[test]
fn each_red_case_breaks_its_promise_and_its_green_control_does_not() {
    let fates = |id: &str| {
        let readings = at_end(&scenario(id));
        let all = readings.replicas.expect("it is leaderless").broken;
        all.iter().map(|broken| broken.fate).collect::<Vec<Fate>>()
    };
    for (id, fate) in [
        ("lww-skew", Fate::ThrownAway),
        ("lww-concurrent", Fate::ThrownAway),
        ("cart-union", Fate::Undone),
        ("tombstone-returns", Fate::Undone),
        ("hints-lost", Fate::Gone),
    ] {
        assert_eq!(fates(id), [fate], "{id}");
    }
    for id in [
        "lww-skew-small",
        "lww-skew-versions",
        "siblings-concurrent",
        "cart-set",
        "tombstone-kept",
        "hints-kept",
        "sloppy-stale",
        "partial-write",
        "no-repair",
        "compare-trees",
    ] {
        assert_eq!(fates(id), [], "{id}");
    }
}

/// Reads are said to be stale where the checker of whole histories finds a register that is not regular.
#[test]
fn stale_reads_are_told_where_registers_are_not_regular() {
    let mut irregular = 0;
    for scenario in &leaderless_runs() {
        let cluster = whole(scenario);
        let stale = moments(&chronicle(&cluster)).filter(|(_, it)| matches!(it, ReplicaBeat::Stale { .. })).count();
        match cluster.verdict(Consistency::Regular) {
            Verdict::Violated(_) => {
                assert!(stale > 0, "{}", scenario.id);
                irregular += 1;
            }
            Verdict::Satisfied(()) => assert_eq!(stale, 0, "{}", scenario.id),
            Verdict::Undecided(_) => {}
        }
    }
    assert!(irregular > 3, "only {irregular}");
}

#[test]
fn replicas_are_the_same_in_the_readings_where_they_are_the_same_on_the_disks() {
    let (mut same, mut different) = (0, 0);
    for scenario in scenarios().iter().filter(|scenario| is_leaderless(scenario)) {
        for step in 1..=8 {
            let session = Session::new(scenario, scenario.seed).expect("it can run");
            let mut playback = Playback::new(session, Speed::Story { skip_quiet: true });
            playback.seek(SimTime(scenario.until.0 * step / 8));
            let cluster = playback.session().cluster();
            let Cluster::Leaderless(world) = cluster else { continue };
            let is_up = |node| cluster.status(node) == Some(NodeStatus::Up);
            if !cluster.nodes().into_iter().all(is_up) {
                continue;
            }
            let replicas = Meter::default().read(&playback).replicas.expect("it is leaderless");
            // What a stand-in keeps, the replicas may all lack: then they are the same, and have not the latest.
            let is_kept = replicas.hints > 0;
            let are_same = replicas.same == replicas.keys;
            if are_same || !is_kept {
                assert_eq!(are_same, divergence(world).is_none(), "{}, {step} of 8", scenario.id);
            }
            if are_same { same += 1 } else { different += 1 }
        }
    }
    assert!(same > 20 && different > 20, "{same} the same, {different} not");
}

/// Nobody is told that a write has failed that may have been taken.
#[test]
fn a_partial_write_is_told_as_unknown() {
    let captions = told(&scenario("partial-write")).1;
    let outcomes: Vec<&str> =
        captions.iter().filter(|it| it.rank == Rank::Outcome).map(|it| it.text.as_str()).collect();
    assert_eq!(outcomes, ["Ann does not know: too few replicas have answered. Some may have taken it."]);
    assert!(captions.iter().all(|it| !it.text.contains("fail")));
}
