//! `netsplit swarm` as a person or a script meets it.

use super::{err, folder, json, netsplit, out, run};
use serde_json::Value;
use std::process::{Command, Output, Stdio};

fn code(output: &Output) -> Option<i32> {
    output.status.code()
}

#[test]
fn a_good_swarm_says_what_it_went_through() {
    let output = run(&["swarm", "--class", "safe", "--seeds", "6"]);
    assert_eq!(code(&output), Some(0), "{}", out(&output));
    assert_eq!(err(&output), "");
    for part in ["classes     safe\n", "seeds       6, 0 failed\n", "coverage    candidacies ", "fingerprint "] {
        assert!(out(&output).contains(part), "{part:?} is not in\n{}", out(&output));
    }
}

#[test]
fn json_has_what_scripts_read() {
    let report = json(&["swarm", "--seeds", "3", "--json", "--each"]);
    for key in ["format", "classes", "events", "model_seconds", "operations", "wall_seconds", "seeds_per_second"] {
        assert!(report.get(key).is_some(), "{key} is not in {report}");
    }
    assert_eq!((&report["seeds"], &report["failed"]), (&9.into(), &0.into()));
    assert_eq!((&report["interrupted"], &report["failures"]), (&false.into(), &Value::Array(Vec::new())));
    assert!(report["coverage"]["elections"].as_u64().is_some_and(|count| count > 0), "{report}");
    let each = report["each"].as_array().expect("each run is there");
    assert_eq!(each.len(), 9);
    assert_eq!((&each[3]["class"], &each[3]["seed"]), (&"wipe".into(), &1.into()));
}

#[test]
fn shards_are_the_whole_and_threads_change_nothing() {
    let each = |more: &[&str]| {
        let arguments = [&["swarm", "--from", "11", "--count", "7", "--json", "--each"], more].concat();
        let report = json(&arguments);
        report["each"].as_array().expect("each run is there").clone()
    };
    let whole = each(&["--threads", "1"]);
    assert_eq!(whole.len(), 21);
    let mut parts: Vec<Value> = ["1/3", "2/3", "3/3"].iter().flat_map(|part| each(&["--shard", part])).collect();
    let place = |run: &Value| whole.iter().position(|other| other == run).expect("the whole has it too");
    parts.sort_by_key(place);
    assert_eq!(parts, whole);
    assert_eq!(each(&["--threads", "4"]), whole);
}

#[test]
fn a_failure_comes_with_the_command_that_has_it_again() {
    let folder = folder("swarm");
    let to = folder.to_str().expect("the path is text");
    let broken = ["--break", "vote_without_persisting"];
    let arguments = [&["swarm", "--class", "safe", "--seeds", "3", "--json", "--write", to], &broken[..]].concat();
    let output = run(&arguments);
    assert_eq!(code(&output), Some(1), "{}", out(&output));
    let report: Value = serde_json::from_slice(&output.stdout).expect("the output is one JSON object");
    let failure = &report["failures"][0];
    let kind = failure["kind"].as_str().expect("a kind");
    assert!(failure["class"] == "safe" && kind.starts_with('R'), "{failure}");
    let reduced = &failure["reduced"];
    let commands = reduced["commands"].as_array().expect("it was made smaller").len() as u64;
    assert!(commands < reduced["commands_before"].as_u64().expect("a number"), "{reduced}");

    let replay = failure["replay"].as_str().expect("a command");
    let words: Vec<&str> = replay.split(' ').skip(1).collect();
    let again = run(&[&words[..], &["--no-reduce"]].concat());
    assert_eq!(code(&again), Some(1));
    let seen = failure["what"].as_str().expect("words");
    assert!(out(&again).contains(seen) && out(&again).contains(replay), "{}", out(&again));
    assert!(out(&again).starts_with("RULES SWITCHED OFF: vote_without_persisting\n"), "{}", out(&again));

    let file = failure["file"].as_str().expect("it was written");
    let seed = failure["seed"].to_string();
    let run_again = run(&["run", file, "--seed", &seed]);
    assert_eq!(code(&run_again), Some(1), "{}", out(&run_again));
    assert!(out(&run_again).contains(kind), "{}", out(&run_again));
    let judged = run(&["swarm", "--replay", file]);
    assert_eq!(code(&judged), Some(1), "{}", out(&judged));
    assert!(out(&judged).contains("1 failed"), "{}", out(&judged));
}

#[test]
fn leaderless_replicas_have_rules_of_their_own() {
    let folder = folder("swarm-leaderless");
    let to = folder.to_str().expect("the path is text");
    let broken = ["--leaderless", "--break", "acknowledge_before_persisting"];
    let report = run(&[&["swarm", "--class", "safe", "--seeds", "3", "--json", "--write", to], &broken[..]].concat());
    assert_eq!(code(&report), Some(1), "{}", out(&report));
    let report: Value = serde_json::from_slice(&report.stdout).expect("the output is one JSON object");
    assert_eq!(report["break"], serde_json::json!(["acknowledge_before_persisting"]));
    let failure = &report["failures"][0];
    let seen = failure["what"].as_str().expect("words");
    let replay: Vec<&str> = failure["replay"].as_str().expect("a command").split(' ').skip(1).collect();
    let file = failure["file"].as_str().expect("it was written");
    for again in [run(&replay), run(&["swarm", "--replay", file])] {
        assert_eq!(code(&again), Some(1), "{}", err(&again));
        assert!(out(&again).contains(seen) && out(&again).contains("hints kept"), "{}", out(&again));
    }
}

#[test]
fn bad_arguments_are_exit_code_2() {
    let refused = [
        (vec!["--class", "sfe"], "similar value exists: 'safe'"),
        (vec!["--seeds", "0"], "no seeds at all"),
        (vec!["--seed", "1", "--seeds", "2"], "cannot be used with"),
        (vec!["--from", "1"], "--count"),
        (vec!["--from", "4294967295", "--count", "2"], "there is no seed above"),
        (vec!["--shard", "4/3"], "there is no part 4 of 3"),
        (vec!["--shard", "half"], "`half` is no part"),
        (vec!["--threads", "0"], "--threads"),
        (vec!["--break", "vote_without_persistin"], "did you mean `vote_without_persisting`?"),
        (vec!["--break", "?"], "there are vote_without_persisting, "),
        (vec!["--leaderless", "--break", "hint_dropped_on_restar"], "did you mean `hint_dropped_on_restart`?"),
        (vec!["--leaderless", "--break", "no_sessions"], "there are answer_before_quorum, "),
        (vec!["--write", "Cargo.toml"], "cannot make the folder"),
        (vec!["--replay", "no/such.json"], "cannot read no/such.json"),
    ];
    for (arguments, said) in refused {
        let output = run(&[&["swarm"], &arguments[..]].concat());
        assert_eq!(code(&output), Some(2), "{arguments:?}: {}", out(&output));
        assert!(err(&output).contains(said), "{arguments:?}: {}", err(&output));
    }
}

/// Only on Unix can a test press Ctrl-C.
#[cfg(unix)]
#[test]
fn ctrl_c_ends_cleanly_with_what_was_found_so_far() {
    let child = netsplit(&["swarm", "--class", "safe", "--seeds", "4000000", "--json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program can be called");
    assert!(Command::new("sleep").arg("1").status().expect("sleep can be called").success());
    let pressed = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(pressed.expect("kill can be called").success());
    let output = child.wait_with_output().expect("the program ends");
    assert_eq!(code(&output), Some(130));
    let report: Value = serde_json::from_slice(&output.stdout).expect("the output is one JSON object");
    assert_eq!(report["interrupted"], true);
    assert!(report["seeds"].as_u64().is_some_and(|seeds| seeds < 4_000_000), "{report}");
}
