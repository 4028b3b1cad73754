//! What one party can know, and no more: its own messages leave it and others' reach it, and what happens to them in between
//! or to the wires, only the observer sees. And what is left of all motion for somebody who wants none.

use crate::runs::scenario;
use netsplit::base::{ClientId, NodeId, SimTime};
use netsplit::session::Session;
use netsplit::sim::{Command, Wire};
use netsplit::view::inspector::{Target, inspect_as};
use netsplit::view::log::{Class, Filter, Log};
use netsplit::view::pace::Speed;
use netsplit::view::playback::Playback;
use netsplit::view::stage::{SeenBy, StageFrame};
use netsplit::view::traffic::Traffic;

/// The first screen's run with n2 and Alice's wires cut at 2.5 s: what moves, every sixtieth of a second to 4 s.
fn watch(mut see: impl FnMut(&Playback)) {
    let session = Session::new(&scenario("home"), 4).expect("the first screen's run");
    let mut playback = Playback::new(session, Speed::Story { skip_quiet: true });
    for (until, command) in [(2_500, Some(cut())), (4_000, None)] {
        playback.stop_at(Some(SimTime::from_millis(until)));
        playback.play();
        while playback.is_playing() {
            playback.tick(1_000_000 / 60);
            see(&playback);
        }
        if let Some(command) = command {
            playback.apply(&command).expect("the cut");
        }
    }
}

fn cut() -> Command {
    let nodes = [1, 3, 4, 5].map(|other| Wire::both(NodeId(2), NodeId(other)));
    let client = (1..=5).map(|node| Wire::both(ClientId(0), NodeId(node)));
    Command::CutMany(nodes.into_iter().chain(client).collect())
}

/// How many messages were seen halfway, and how many were seen to die.
fn between(seen_by: SeenBy) -> (usize, usize) {
    let (mut halfway, mut died) = (0, 0);
    watch(|playback| {
        let traffic = Traffic::of(playback, seen_by);
        halfway += traffic.movers.iter().filter(|mover| (0.4..0.6).contains(&mover.progress)).count();
        died += traffic.marks.len();
        for mover in &traffic.movers {
            assert!(seen_by.is_at(mover.from) || seen_by.is_at(mover.to), "{seen_by:?} has no part in {mover:?}");
        }
    });
    (halfway, died)
}

#[test]
fn only_the_observer_sees_what_becomes_of_a_message() {
    let (halfway, died) = between(SeenBy::Observer);
    assert!(halfway > 100 && died > 100, "there is something to hide: {halfway} halfway, {died} dead");
    for seen_by in [SeenBy::Node(NodeId(1)), SeenBy::Node(NodeId(2)), SeenBy::Client(ClientId(0))] {
        assert_eq!(between(seen_by), (0, 0), "{seen_by:?}");
    }
}

#[test]
fn a_node_sees_its_own_messages_leave_and_others_come() {
    let (mut left, mut came) = (0, 0);
    watch(|playback| {
        let leader = NodeId(1);
        for mover in Traffic::of(playback, SeenBy::Node(leader)).movers {
            if mover.from == leader.into() { left += 1 } else { came += 1 }
        }
    });
    assert!(left > 0 && came > 0, "{left} left, {came} came");
}

#[test]
fn only_the_observer_knows_that_a_wire_is_cut() {
    let mut observed = false;
    watch(|playback| {
        let cluster = playback.session().cluster();
        let tells = |seen_by| {
            let frame = StageFrame::of(cluster, seen_by);
            frame.nodes.iter().any(|node| node.name.contains("cut")) || frame.clients.iter().any(|it| it.is_cut_off)
        };
        observed |= tells(SeenBy::Observer);
        for seen_by in (1..=5).map(|node| SeenBy::Node(NodeId(node))).chain([SeenBy::Client(ClientId(0))]) {
            assert!(!tells(seen_by), "{seen_by:?} knows of a cut");
        }
    });
    assert!(observed, "the observer sees it");
}

#[test]
fn without_motion_nothing_moves_between_two_events() {
    let mut last: Option<(u64, Traffic)> = None;
    let (mut compared, mut moved) = (0, 0);
    let mut running: Option<Traffic> = None;
    watch(|playback| {
        let traffic = Traffic::of(playback, SeenBy::Observer);
        let (events, still) = (playback.session().trace_hash(), traffic.clone().stilled());
        if let Some((_, before)) = last.as_ref().filter(|(at, _)| *at == events) {
            // A mark goes when its time is over, and nothing else changes.
            assert_eq!(still.movers, before.movers);
            assert!(still.marks.iter().all(|mark| before.marks.contains(mark)));
            assert!(still.streaks.is_empty() && still.countdowns.is_empty());
            compared += 1;
            moved += usize::from(running.as_ref() != Some(&traffic));
        }
        (last, running) = (Some((events, still)), Some(traffic));
    });
    assert!(compared > 50 && moved > 50, "{compared} pairs of frames, of which {moved} differ where motion is wanted");
}

#[test]
fn a_party_lays_open_its_own_state_and_no_reason() {
    let me = SeenBy::Node(NodeId(2));
    let mut looked_at = 0;
    watch(|playback| {
        let (cluster, chronicle) = (playback.session().cluster(), playback.chronicle());
        let open = |seen_by, target| inspect_as(seen_by, cluster, chronicle, target);
        let all = [Target::Node(NodeId(2)), Target::Node(NodeId(1)), Target::Client(ClientId(0))];
        let known = all.map(|target| open(me, target).is_some());
        assert_eq!(known, [true, false, false]);
        assert!(open(me, Target::Link(NodeId(1).into(), NodeId(2).into())).is_none(), "a wire is nobody's");
        assert!(open(me, all[0]).is_some_and(|sheet| sheet.why.is_empty()));
        looked_at += usize::from(open(SeenBy::Observer, all[0]).is_some_and(|sheet| !sheet.why.is_empty()));
    });
    assert!(looked_at > 100, "the observer is told why");
}

#[test]
fn a_party_reads_its_own_lines_in_the_log() {
    let lines = |playback: &Playback, seen_by| {
        let mut log = Log::default();
        let filter = Filter { seen_by, ..Filter::default() };
        log.read(playback.session().cluster(), playback.chronicle(), filter, 0);
        log.lines().map(|line| (line.class, line.words.clone())).collect::<Vec<_>>()
    };
    let mut last = None;
    watch(|playback| {
        if playback.session().now().time >= SimTime::from_millis(3_900) && last.is_none() {
            let parties = [SeenBy::Observer, SeenBy::Node(NodeId(2)), SeenBy::Client(ClientId(0))];
            last = Some(parties.map(|seen_by| lines(playback, seen_by)));
        }
    });
    let [all, node, client] = last.expect("the run gets there");
    assert!(all.iter().any(|(class, _)| *class == Class::Faults), "the observer sees the cut");
    for (who, own) in [("n2", &node), ("Alice", &client)] {
        assert!(!own.is_empty() && own.len() < all.len(), "{who}: {} of {}", own.len(), all.len());
        let is_own = |words: &str| words.starts_with(who) || words.starts_with("attempt");
        assert!(own.iter().all(|(_, words)| is_own(words)), "{own:?}");
        // That its own process has started it knows; of a cut it knows nothing.
        assert!(own.iter().all(|(class, words)| *class != Class::Faults || words.ends_with("starts")), "{own:?}");
    }
}

#[test]
fn silence_is_what_a_cut_looks_like() {
    let mut said = Vec::new();
    let mut asked = Vec::new();
    watch(|playback| {
        let cluster = playback.session().cluster();
        let of = |seen_by| StageFrame::of(cluster, seen_by).nodes.into_iter().map(|node| node.says).collect::<Vec<_>>();
        said.extend(of(SeenBy::Node(NodeId(2))));
        asked.extend(of(SeenBy::Client(ClientId(0))));
    });
    assert!(said.iter().any(|says| says.contains("silent for 0.")), "n2 hears its leader no more");
    assert!(asked.iter().any(|says| says.starts_with("no answer for 0.")), "Alice waits");
}
