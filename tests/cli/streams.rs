//! Files and streams: what `--trace` and `--history` write, a reader that goes away, and Ctrl-C.

use serde_json::Value;
use std::fs;
use std::io::{BufRead, BufReader, Read};
use std::process::{Command, Stdio};

use super::{err, folder, json, netsplit, out, run};

fn lines(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).expect("each line is JSON")).collect()
}

#[test]
fn a_trace_has_a_line_for_each_record() {
    let path = folder("trace").join("trace.jsonl");
    let output = run(&["run", "leader-isolated", "--json", "--trace", path.to_str().expect("the path is text")]);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    let summary: Value = serde_json::from_str(out(&output)).expect("the summary is printed as well");
    let records = lines(&fs::read_to_string(&path).expect("the trace is there"));
    assert_eq!(Some(records.len() as u64), summary["records"].as_u64());
    for (at, record) in records.iter().enumerate() {
        assert_eq!(record["id"].as_u64(), Some(at as u64));
        assert!(record["cause"].as_u64().is_none_or(|cause| cause < at as u64), "{record}");
        assert!(record["time_us"].is_u64() && record["event"].is_u64(), "{record}");
    }
    for kind in ["started", "sent", "delivered", "timer_fired", "command", "invoked", "attempt_ended", "note"] {
        assert!(records.iter().any(|record| record["kind"] == kind && record["data"].is_object()), "no {kind}");
    }
    let piped = run(&["run", "leader-isolated", "--trace", "-"]);
    assert_eq!(lines(out(&piped)), records, "a stream holds the trace and nothing else");
}

#[test]
fn a_history_is_one_that_jepsen_would_write() {
    let events = lines(out(&run(&["run", "minority-cut", "--history", "-"])));
    let mut open: Vec<(u64, Value)> = Vec::new();
    let mut crashed: Vec<u64> = Vec::new();
    for (at, event) in events.iter().enumerate() {
        assert_eq!(event["index"].as_u64(), Some(at as u64));
        let process = event["process"].as_u64().expect("a process is a number");
        assert!(!crashed.contains(&process), "process {process} goes on after `info`");
        let of_process = open.iter().position(|(other, _)| *other == process);
        match (event["type"].as_str(), of_process) {
            (Some("invoke"), None) => open.push((process, event["f"].clone())),
            (Some("ok" | "fail" | "info"), Some(place)) => {
                assert_eq!(open.remove(place).1, event["f"]);
                if event["type"] == "info" {
                    crashed.push(process);
                }
            }
            other => panic!("{other:?} in {event}"),
        }
    }
    assert!(!crashed.is_empty(), "nobody was left without an answer");
    assert!(events.windows(2).all(|pair| pair[0]["time"].as_u64() <= pair[1]["time"].as_u64()));
}

#[test]
fn a_mismatch_is_said_in_the_dialect_that_is_asked_for() {
    let said = |dialect: &str| run(&["run", "random-faults", "--history", "-", "--dialect", dialect]);
    let (jepsen, plain) = (said("jepsen"), said("plain"));
    let mismatches = lines(out(&jepsen)).iter().filter(|event| event["error"] == "mismatch").count();
    let unswapped =
        lines(out(&plain)).iter().filter(|event| event["swapped"] == false && event["type"] == "ok").count();
    assert!(mismatches > 0, "no compare-and-set found another value");
    assert_eq!(mismatches, unswapped);
    assert!(!out(&plain).contains("mismatch"));
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    for arguments in
        [vec!["run", "random-faults", "--trace", "-"], vec!["hashes", "three-nodes-quiet", "--seeds", "1-3000"]]
    {
        let mut child = netsplit(&arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program can be called");
        let mut reader = BufReader::new(child.stdout.take().expect("the output is a pipe"));
        let mut first = String::new();
        reader.read_line(&mut first).expect("there is a first line");
        assert!(!first.is_empty());
        drop(reader);
        let mut said = String::new();
        child.stderr.take().expect("the messages are a pipe").read_to_string(&mut said).expect("messages are text");
        assert_eq!(child.wait().expect("the program ends").code(), Some(0), "{said}");
        assert_eq!(said, "");
    }
}

/// Only on Unix can a test press Ctrl-C.
#[cfg(unix)]
#[test]
fn ctrl_c_ends_cleanly_and_leaves_no_part_of_a_file() {
    let folder = folder("interrupt");
    let path = folder.join("trace.jsonl");
    fs::write(&path, "the old one").expect("a file can be written");
    let mut child =
        netsplit(&["run", "random-faults", "--until", "24h", "--trace", path.to_str().expect("the path is text")])
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program can be called");
    std::thread::scope(|scope| {
        // The handler is in place long before the run has come half as far as this.
        let pause = Command::new("sleep").arg("1").status().expect("sleep can be called");
        assert!(pause.success());
        let pid = child.id().to_string();
        scope.spawn(move || Command::new("kill").args(["-INT", &pid]).status().expect("kill can be called"));
    });
    let status = child.wait().expect("the program ends");
    assert_eq!(status.code(), Some(130));
    let files: Vec<_> = fs::read_dir(&folder).expect("the folder is there").collect();
    assert_eq!(files.len(), 1, "{files:?}");
    assert_eq!(fs::read_to_string(&path).expect("the file is there"), "the old one");
}

#[test]
fn files_that_are_no_files_can_be_written_to() {
    if cfg!(unix) {
        let summary = json(&["run", "three-nodes-quiet", "--json", "--trace", "/dev/null", "--history", "/dev/null"]);
        assert_eq!(summary["good"], true);
    }
}

/// A file that is passed on without the summary must not be taken for the protocol's.
#[test]
fn files_of_a_run_with_rules_off_begin_by_saying_so() {
    let folder = folder("rules-off");
    let path = |name: &str| folder.join(name).to_str().expect("the path is text").to_owned();
    let (trace, history) = (path("trace.jsonl"), path("history.jsonl"));
    let output = run(&["run", "broken-pre-vote", "--trace", &trace, "--history", &history]);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    assert!(out(&output).starts_with("RULES SWITCHED OFF: pre_vote_raises_term\n"));
    let first = |path: &str| lines(&fs::read_to_string(path).expect("it was written")).swap_remove(0);
    assert_eq!(first(&trace)["rules_switched_off"][0], "pre_vote_raises_term");
    let said = first(&history);
    assert_eq!((&said["process"], &said["value"][0]), (&"nemesis".into(), &"pre_vote_raises_term".into()));
    let checked = run(&["check", &history, "--model", "linearizable"]);
    assert_eq!(checked.status.code(), Some(0), "whoever reads histories passes over it: {}", err(&checked));
}
