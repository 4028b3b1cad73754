//! The space-time diagram over whole runs: it shows what the chronicle holds, all of that and nothing beyond what may be
//! known, however it was fed.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use netsplit::base::{ClientId, NodeId, SimTime};
use netsplit::lesson::Scenario;
use netsplit::protocol::{Operation, Update};
use netsplit::session::{Cluster, Session};
use netsplit::sim::Command;
use netsplit::view::chronicle::{Chronicle, Ending, Standing};
use netsplit::view::describe::Names;
use netsplit::view::pace::Speed;
use netsplit::view::playback::Playback;
use netsplit::view::stage::SeenBy;
use netsplit::view::timeline::{Follower, Lanes, LineEnd, STEP, Scene, Timeline, Touched, Window, moment};

use super::runs::{chronicle, scenario, scenarios, whole};

fn read(told: &Chronicle, scenario: &Scenario) -> Timeline {
    let mut timeline = Timeline::new();
    timeline.read_on(told, told.records(), scenario.until);
    timeline
}

fn lanes(scenario: &Scenario) -> Lanes {
    Lanes { nodes: scenario.world.nodes, clients: scenario.world.clients.len() as u8 }
}

fn window(left: f64, width: f64) -> Window {
    Window { left, width, zoom: 1.0, seen_by: SeenBy::Observer }
}

fn all(timeline: &Timeline) -> Window {
    window(0.0, timeline.width(1.0) + 1.0)
}

fn scene(timeline: &Timeline, told: &Chronicle, scenario: &Scenario, window: Window) -> Scene {
    timeline.scene(told, &Names::new(&scenario.world), lanes(scenario), window)
}

#[test]
fn columns_are_in_order_and_at_least_24_px_apart_in_every_scenario() {
    for scenario in scenarios() {
        let told = chronicle(&whole(&scenario));
        let timeline = read(&told, &scenario);
        for zoom in [1.0, 3.0] {
            let axis = timeline.axis(zoom);
            for (at, pair) in axis.columns().windows(2).enumerate() {
                assert!(pair[0].last < pair[1].first, "{}: {pair:?}", scenario.id);
                assert!(axis.x_of(at + 1) - axis.x_of(at) >= STEP, "{}: column {at}", scenario.id);
                assert_eq!(axis.time_at(axis.x_of(at)), pair[0].last, "{}", scenario.id);
                assert_eq!(axis.x_at(pair[0].first), axis.x_of(at), "{}", scenario.id);
            }
        }
    }
}

#[test]
fn every_message_of_the_foreground_is_a_line_from_its_sender_to_its_receiver() {
    for id in ["zombie-leader", "minority-cut", "lossy-network", "slow-disk", "paused-leader", "follower-read-index"] {
        let scenario = scenario(id);
        let told = chronicle(&whole(&scenario));
        let timeline = read(&told, &scenario);
        let (lanes, axis) = (lanes(&scenario), timeline.axis(1.0));
        let mut seen = 0;
        // In windows as they are seen, not all at once.
        let mut left = 0.0;
        while left < timeline.width(1.0) {
            let window = window(left, 700.0);
            let shown = scene(&timeline, &told, &scenario, window);
            let (from, until) = (axis.time_at(left), axis.time_at(left + 700.0));
            for crossing in told.crossings().iter().filter(|it| it.is_foreground() && it.sent_at <= until) {
                let end = crossing.end.map_or(scenario.until, |end| end.at);
                if end < from {
                    continue;
                }
                let line = shown.lines.iter().find(|line| line.message == crossing.message);
                let line = line.unwrap_or_else(|| panic!("{id}: no line for {}", crossing.message));
                seen += 1;
                assert_eq!(line.from, (axis.x_at(crossing.sent_at) - left, lanes.of(crossing.from).unwrap() as f64));
                let arrived = (axis.x_at(end) - left, lanes.of(crossing.to).unwrap() as f64);
                match crossing.end.map(|end| end.how) {
                    Some(Ending::Delivered | Ending::Held) => {
                        assert_eq!((line.to, line.end), (arrived, LineEnd::Arrived), "{id}: {}", crossing.message);
                    }
                    Some(Ending::Dropped(_)) => {
                        assert_eq!(line.end, LineEnd::Died);
                        assert!((line.to.1 - line.from.1).abs() <= (arrived.1 - line.from.1).abs());
                        assert!((line.to.0 - arrived.0).abs() <= 10.0, "{id}: {line:?}");
                    }
                    None => assert_eq!(line.end, LineEnd::Open),
                }
            }
            left += 650.0;
        }
        assert!(seen > 20, "{id}: {seen} lines");
    }
}

#[test]
fn a_part_of_a_window_shows_what_the_whole_shows_there() {
    let scenario = scenario("five-nodes-writing");
    let told = chronicle(&whole(&scenario));
    let timeline = read(&told, &scenario);
    let whole = scene(&timeline, &told, &scenario, all(&timeline));
    let part = scene(&timeline, &told, &scenario, window(900.0, 600.0));
    let near = |x: f64| (0.0..=600.0).contains(&(x - 900.0));
    let lines = whole.lines.iter().filter(|line| near(line.from.0) || near(line.to.0));
    assert!(lines.clone().count() > 10);
    for line in lines {
        assert!(part.lines.iter().any(|other| other.message == line.message), "{line:?}");
    }
    for reign in whole.reigns.iter().filter(|reign| reign.from <= 900.0 && reign.until >= 1_500.0) {
        let shown = part.reigns.iter().find(|other| (other.lane, other.term) == (reign.lane, reign.term));
        assert_eq!(shown.map(|shown| shown.from), Some(reign.from - 900.0));
    }
}

#[test]
fn nothing_is_shown_of_what_lies_beyond_the_known() {
    for scenario in scenarios() {
        let mut cluster = Cluster::new(&scenario, scenario.seed);
        let known_time = SimTime(scenario.until.0 / 3 + 17);
        cluster.advance(known_time);
        let known = cluster.records();
        let short = chronicle(&cluster);
        cluster.advance(scenario.until);
        let long = chronicle(&cluster);
        let (mut blind, mut seeing) = (Timeline::new(), Timeline::new());
        blind.read_on(&short, known, known_time);
        seeing.read_on(&long, known, known_time);
        assert_eq!(blind.axis(1.0).columns(), seeing.axis(1.0).columns(), "{}", scenario.id);
        let (one, other) =
            (scene(&blind, &short, &scenario, all(&blind)), scene(&seeing, &long, &scenario, all(&seeing)));
        // Only the place of the cursor within the last stretch may tell that the next moment is foreseen.
        let edge = seeing.axis(1.0).end();
        let settled = |scene: &Scene| {
            let lines = scene.lines.iter().filter(|line| line.end != LineEnd::Open && line.to.0 < edge);
            lines.map(|line| (line.message, line.from, line.to)).collect::<Vec<_>>()
        };
        assert_eq!(settled(&one), settled(&other), "{}", scenario.id);
        assert_eq!(one.lines.len(), other.lines.len(), "{}", scenario.id);
        let told = |scene: &Scene| scene.operations.iter().map(|bar| (bar.op, bar.told)).collect::<Vec<_>>();
        assert_eq!(told(&one), told(&other), "{}", scenario.id);
        let reigns = |scene: &Scene| {
            scene.reigns.iter().map(|it| (it.lane, it.term, it.is_over, it.stale.is_some())).collect::<Vec<_>>()
        };
        assert_eq!(reigns(&one), reigns(&other), "{}", scenario.id);
        assert_eq!((one.commits, one.strokes), (other.commits, other.strokes), "{}", scenario.id);
        let end = seeing.width(1.0);
        assert!(other.lines.iter().all(|line| line.to.0 <= end + 10.0), "{}", scenario.id);
    }
}

#[test]
fn it_does_not_matter_how_it_was_fed_nor_what_was_forgotten_meanwhile() {
    for id in ["zombie-leader", "flapping-link", "lossy-network", "paused-leader", "random-faults", "crash-and-return"]
    {
        let scenario = scenario(id);
        let told = chronicle(&whole(&scenario));
        let at_once = read(&told, &scenario);
        let mut fed = Timeline::new();
        let all = told.records();
        for step in 1..=97 {
            fed.read_on(&told, all * step / 97, SimTime(scenario.until.0 * step / 97));
            if step % 20 == 0 {
                fed.cut_back(all * (step - step % 7) / 97 - 3);
            }
        }
        fed.read_on(&told, all, scenario.until);
        assert_eq!(fed, at_once, "{id}");
        let cut = told.records() / 2 + 1;
        fed.cut_back(cut);
        let mut scratch = Timeline::new();
        scratch.read_on(&told, cut, SimTime(scenario.until.0 / 2));
        fed.read_on(&told, cut, SimTime(scenario.until.0 / 2));
        assert_eq!(fed, scratch, "{id}, cut back");
    }
}

#[test]
fn it_follows_a_playback_through_seeks_branches_and_undo() {
    let scenario = scenario("zombie-leader");
    let session = Session::new(&scenario, scenario.seed).expect("the scenario is sound");
    let mut playback = Playback::new(session, Speed::Story { skip_quiet: true });
    let mut follower = Follower::default();
    let check = |playback: &Playback, follower: &mut Follower, what: &str| {
        follower.follow(playback);
        let mut scratch = Follower::default();
        scratch.follow(playback);
        assert_eq!(follower.timeline(), scratch.timeline(), "{what}");
        assert_eq!(follower.timeline().known(), playback.known(), "{what}");
    };
    for ms in [700, 1_300, 2_200, 900, 3_000] {
        playback.seek(SimTime::from_millis(ms));
        check(&playback, &mut follower, "a seek");
    }
    playback.seek(SimTime::from_millis(1_105));
    playback.apply(&Command::Pause(NodeId(4))).expect("it can be frozen");
    check(&playback, &mut follower, "a branch");
    playback.play();
    for _ in 0..200 {
        playback.tick(16_000);
        check(&playback, &mut follower, "play");
    }
    playback.undo().expect("there is something to undo");
    check(&playback, &mut follower, "undo");
    playback.redo().expect("there is something to redo");
    check(&playback, &mut follower, "redo");
    let first = playback.session().branches()[0].id();
    playback.switch_to(first).expect("the first branch is there");
    check(&playback, &mut follower, "another branch");
    let other = Session::new(&scenario, scenario.seed + 1).expect("the scenario is sound");
    playback.replace(other);
    check(&playback, &mut follower, "another run");
}

#[test]
fn while_it_plays_the_cursor_never_leaps() {
    let scenario = scenario("zombie-leader");
    let mut session = Session::new(&scenario, scenario.seed).expect("the scenario is sound");
    session.seek(SimTime::from_millis(990));
    let mut playback = Playback::new(session, Speed::Story { skip_quiet: true });
    let mut follower = Follower::default();
    playback.play();
    let (mut last, mut columns) = (None, 0);
    for _ in 0..900 {
        playback.tick(16_667);
        follower.follow(&playback);
        let timeline = follower.timeline();
        let x = timeline.axis(1.0).x_at(playback.session().now().time);
        let moved = x - last.unwrap_or(x);
        assert!((0.0..30.0).contains(&moved), "{moved} px at {}", playback.session().now());
        (last, columns) = (Some(x), timeline.axis(1.0).columns().len());
    }
    assert!(columns > 20, "{columns} columns");
}

#[test]
fn a_pointer_finds_lines_bars_and_columns() {
    let scenario = scenario("zombie-leader");
    let told = chronicle(&whole(&scenario));
    let timeline = read(&told, &scenario);
    let shown = scene(&timeline, &told, &scenario, all(&timeline));
    let pitch = 18.0;
    for line in shown.lines.iter().filter(|line| line.end == LineEnd::Arrived) {
        let x = f64::midpoint(line.from.0, line.to.0);
        let y = f64::midpoint(line.from.1, line.to.1) * pitch;
        let touched = shown.touched(x, y, pitch);
        assert!(touched.is_some(), "{line:?}");
    }
    for bar in &shown.operations {
        let middle = f64::midpoint(bar.from, bar.until);
        assert_eq!(shown.touched(middle, bar.lane as f64 * pitch, pitch), Some(Touched::Operation(bar.op)));
    }
    assert_eq!(shown.touched(5.0, -40.0, pitch), None);
    let axis = timeline.axis(1.0);
    let column = axis.columns()[20];
    assert_eq!(axis.meant(axis.x_of(20) + 7.0), column.last);
    assert_eq!(axis.meant(axis.x_of(20) - 7.0), column.last);
}

#[test]
fn no_text_of_an_operation_prints_on_that_of_another() {
    let mut scenario = scenario("zombie-leader");
    // Whoever clicks Write again and again: Alice asks on, whatever is open.
    for ms in [1_150, 1_160, 1_300, 1_900] {
        let operation = Operation { key: "x".into(), update: Update::Read };
        let asks = Command::Invoke { client: ClientId(0), operation, contact: None };
        scenario.world.schedule.push((SimTime::from_millis(ms), asks));
    }
    let told = chronicle(&whole(&scenario));
    let timeline = read(&told, &scenario);
    for left in [0.0, timeline.width(1.0) / 3.0] {
        let shown = scene(&timeline, &told, &scenario, window(left, timeline.width(1.0)));
        let mut overlaps = 0;
        for (at, bar) in shown.operations.iter().enumerate() {
            assert!(bar.text_until <= bar.until, "{bar:?}");
            for other in shown.operations[at + 1..].iter().filter(|other| other.lane == bar.lane) {
                overlaps += usize::from(other.from < bar.until);
                assert!(bar.text_until <= other.from, "{bar:?} and {other:?}");
            }
        }
        assert!(overlaps >= 3, "operations of one client do overlap: {overlaps}");
    }
}

/// A window as text: what lies in each lane, in the order of their places.
fn script(shown: &Scene, scenario: &Scenario) -> String {
    let names = Names::new(&scenario.world);
    let lanes = lanes(scenario);
    let mut text = String::new();
    for lane in 0..lanes.count() {
        let name = match lane.checked_sub(usize::from(lanes.nodes)) {
            None => NodeId::from_slot(lane).to_string(),
            Some(client) => names.client(ClientId(client as u8)),
        };
        writeln!(text, "{name}").unwrap();
        for reign in shown.reigns.iter().filter(|reign| reign.lane == lane) {
            let word = match reign.standing {
                Standing::Leader => "leads",
                Standing::Candidate => "stands for",
                Standing::PreCandidate => "asks about",
            };
            let stale = reign.stale.map_or(String::new(), |x| format!(", stale from {x:.0}"));
            let end = if reign.is_over { "" } else { " and on" };
            writeln!(text, "  {:.0} to {:.0}{end}: {word} term {}{stale}", reign.from, reign.until, reign.term)
                .unwrap();
        }
        for (_, x) in shown.commits.iter().filter(|(other, _)| *other == lane) {
            writeln!(text, "  {x:.0}: commit").unwrap();
        }
        for bar in shown.operations.iter().filter(|bar| bar.lane == lane) {
            writeln!(text, "  {:.0} to {:.0}: {}", bar.from, bar.until, bar.text).unwrap();
        }
    }
    for (from, until) in &shown.shades {
        writeln!(text, "cut: {from:.0} to {until:.0}").unwrap();
    }
    let labels: Vec<String> = shown.labels.iter().map(|label| format!("{:.0} [{}]", label.x, label.text)).collect();
    writeln!(text, "{}", labels.join(" ")).unwrap();
    for line in &shown.lines {
        let ((x, lane), (to_x, to)) = (line.from, line.to);
        writeln!(text, "{x:.0} {lane} -> {to_x:.0} {to}: {} {:?}", line.kind.word(), line.end).unwrap();
    }
    text
}

/// Read by a person: n1's bar is stale from where n4 leads term 3, Alice's bars end unknown, Bob's ends ok, and the
/// appends of n1 to the other side die half-way.
#[test]
#[expect(clippy::disallowed_methods, reason = "whether to write the file anew is asked of the environment")]
fn the_zombie_leader_reads_as_it_was_told() {
    let scenario = scenario("zombie-leader");
    let told = chronicle(&whole(&scenario));
    let mut timeline = Timeline::new();
    let known = told.crossings().partition_point(|it| it.sent_at <= SimTime::from_millis(3_000));
    timeline.read_on(&told, told.crossings()[known].message.0, SimTime::from_millis(3_000));
    let axis = timeline.axis(1.0);
    let left = axis.x_at(SimTime::from_millis(1_000)) - 40.0;
    let shown = scene(&timeline, &told, &scenario, window(left, timeline.width(1.0) - left));
    let text = script(&shown, &scenario);
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/view/golden/timeline-zombie-leader.txt");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&file, &text).expect("the golden file can be written");
    }
    let golden = fs::read_to_string(&file).unwrap_or_default();
    assert_eq!(text, golden);
    for label in shown.labels.windows(2) {
        assert!(label[0].x + label[0].width < label[1].x, "{label:?}");
    }
}

#[test]
fn a_moment_is_told_in_words() {
    let scenario = scenario("zombie-leader");
    let mut cluster = Cluster::new(&scenario, scenario.seed);
    let told = chronicle(&whole(&scenario));
    let mut at = |ms| {
        cluster.advance(SimTime::from_millis(ms));
        moment(&told, SimTime::from_millis(ms), cluster.records())
    };
    assert_eq!(at(10), "0.010 s, nobody leads");
    assert_eq!(at(900), "0.900 s, n1 leads term 2");
    assert_eq!(at(2_000), "2.000 s, n4 leads term 3, n1 still claims term 2");
}

#[test]
fn the_strip_shows_the_whole_branch_and_no_more() {
    let scenario = scenario("zombie-leader");
    let told = chronicle(&whole(&scenario));
    let mut timeline = Timeline::new();
    let known = told.crossings().partition_point(|it| it.sent_at <= SimTime::from_millis(1_200));
    timeline.read_on(&told, told.crossings()[known].message.0, SimTime::from_millis(1_200));
    let scale = 1_000.0 / timeline.extent().0 as f64;
    let strip = timeline.overview(&told, 1_000.0);
    assert_eq!(strip.end, 1_200_000.0 * scale);
    assert_eq!(strip.faults, [(1_000_000.0 * scale, strip.end)]);
    assert_eq!(strip.elections.len(), 3, "n4, n1, n4: {strip:?}");
    assert!(strip.commits.is_empty() && strip.refusals.is_empty(), "{strip:?}");
    let strip = read(&told, &scenario).overview(&told, 1_000.0);
    assert_eq!((strip.commits.len(), strip.refusals.len()), (1, 3), "{strip:?}");
}

#[test]
fn a_party_sees_of_its_messages_that_they_left_and_of_others_that_they_came() {
    let mut hidden = 0;
    for scenario in scenarios() {
        let told = chronicle(&whole(&scenario));
        let timeline = read(&told, &scenario);
        let eyes = NodeId(2);
        let lines = |seen_by| scene(&timeline, &told, &scenario, Window { seen_by, ..all(&timeline) }).lines;
        for line in lines(SeenBy::Node(eyes)) {
            let crossing = told.crossing(line.message).expect("a line is of a message");
            let is_right = if crossing.from == eyes.into() {
                line.end == LineEnd::Open && (line.to.1 - line.from.1).abs() < 0.5
            } else {
                line.end == LineEnd::Arrived && crossing.to == eyes.into()
            };
            assert!(is_right, "{}: {line:?} of {crossing:?}", scenario.id);
        }
        hidden += lines(SeenBy::Observer).iter().filter(|line| line.end == LineEnd::Died).count();
    }
    assert!(hidden > 0, "the observer sees some die");
}
