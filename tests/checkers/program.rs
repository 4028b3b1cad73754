//! `netsplit check` as a person or a script meets it.

use serde_json::Value;
use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

fn check(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_netsplit"));
    command.arg("check").args(arguments).output().expect("the program can be called")
}

fn said(output: &Output) -> (Option<i32>, &str, &str) {
    let text = |bytes| str::from_utf8(bytes).expect("it is text");
    (output.status.code(), text(&output.stdout), text(&output.stderr))
}

/// A file with these lines; its path.
fn file(name: &str, lines: &[&str]) -> String {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("checkers");
    fs::create_dir_all(&folder).expect("a folder can be made");
    let path = folder.join(name);
    fs::write(&path, lines.join("\n")).expect("a file can be written");
    path.to_str().expect("the path is text").to_owned()
}

fn event(process: u8, kind: &str, f: &str, value: &str) -> String {
    format!("{{\"process\":{process},\"type\":\"{kind}\",\"f\":\"{f}\",\"value\":{value}}}")
}

/// A write of 1 that is acknowledged, and a read of this.
fn write_and_read(name: &str, read: &str) -> String {
    let lines = [
        event(0, "invoke", "write", "1"),
        event(0, "ok", "write", "1"),
        event(1, "invoke", "read", "null"),
        event(1, "ok", "read", read),
    ];
    file(name, &lines.each_ref().map(String::as_str))
}

#[test]
fn each_outcome_has_its_exit_code() {
    let good = write_and_read("good.jsonl", "1");
    let output = check(&[&good, "--model", "register"]);
    let (code, out, err) = said(&output);
    assert_eq!((code, err), (Some(0), ""));
    assert_eq!(out, format!("{good}: satisfied: linearizable as a register (2 operations, 2 sessions, 1 key)\n"));

    let bad = write_and_read("stale.jsonl", "0");
    let output = check(&[&bad, "--model", "register", "--init", "0"]);
    let (code, out, _) = said(&output);
    assert_eq!(code, Some(1), "{out}");
    assert!(out.contains("violated: not linearizable as a register"), "{out}");
    assert!(out.contains("read: returned 0 (lines 3 and 4)"), "{out}");

    let output = check(&[&good, "--model", "register", "--budget", "0"]);
    let (code, out, _) = said(&output);
    assert_eq!(code, Some(3), "{out}");
    assert!(out.contains("the budget of 0 steps of search ran out") && out.contains("--budget"), "{out}");
}

#[test]
fn of_several_files_the_worst_decides_and_all_are_checked() {
    let (good, stale) = (write_and_read("good-2.jsonl", "1"), write_and_read("stale-2.jsonl", "0"));
    let cut = file("cut.jsonl", &[&event(0, "invoke", "read", "null"), "{\"process\":0,\"ty"]);
    let codes = |files: &[&str], more: &[&str]| check(&[files, &["--model", "register", "--init", "0"], more].concat());
    assert_eq!(codes(&[&good, &stale, &good], &[]).status.code(), Some(1));
    let output = codes(&[&cut, &stale, &good], &[]);
    let (code, out, err) = said(&output);
    assert_eq!(code, Some(2));
    assert!(err.starts_with(&format!("{cut}:2: the line is cut off after column")), "{err}");
    assert!(out.contains("stale-2.jsonl: violated") && out.contains("good-2.jsonl: satisfied"), "{out}");
    // Few steps are enough to refute the stale one, and not to go through many writes.
    let writes: Vec<String> =
        (0..40).flat_map(|at| ["invoke", "ok"].map(|kind| event(0, kind, "write", &at.to_string()))).collect();
    let long = file("long.jsonl", &writes.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(codes(&[&long], &["--budget", "20"]).status.code(), Some(3));
    assert_eq!(codes(&[&long, &stale], &["--budget", "20"]).status.code(), Some(1));
}

#[test]
fn json_has_what_scripts_read() {
    let (good, stale) = (write_and_read("good-3.jsonl", "1"), write_and_read("stale-3.jsonl", "0"));
    let cut = file("cut-3.jsonl", &["{"]);
    let output = check(&[&good, &stale, &cut, "--model", "cas-register", "--init", "0", "--json"]);
    let report: Value = serde_json::from_slice(&output.stdout).expect("it is one JSON object");
    assert_eq!(output.status.code(), Some(2));
    assert_eq!((&report["model"], &report["dialect"]), (&"cas-register".into(), &"jepsen".into()));
    assert_eq!((&report["verdict"], &report["exit_code"]), (&"bad-input".into(), &2.into()));
    let verdicts: Vec<&Value> = (0..3).map(|at| &report["files"][at]["verdict"]).collect();
    assert_eq!(verdicts, ["satisfied", "violated", "bad-input"]);
    assert_eq!(report["files"][0]["order"], serde_json::json!([1, 3]));
    let operation = &report["files"][1]["operation"];
    assert_eq!((&operation["invoked_line"], &operation["completed_line"]), (&3.into(), &4.into()));
    assert_eq!(report["files"][0]["operations"], 2);
    assert!(report["files"][2]["reason"].as_str().is_some_and(|reason| reason.contains("cut-3.jsonl:1:")));
}

#[test]
fn every_model_can_be_asked_for() {
    let stale = write_and_read("models.jsonl", "2");
    let code = |model: &str| check(&[&stale, "--model", model, "--init", "2"]).status.code();
    for model in ["register", "cas-register", "etcd-cas-register", "append", "kv-append", "linearizable"] {
        assert_eq!(code(model), Some(1), "{model}");
    }
    for model in ["sequential", "read-your-writes", "monotonic-reads", "monotonic-writes", "writes-follow-reads"] {
        assert_eq!(code(model), Some(0), "{model}");
    }
    assert_eq!(code("acknowledged-writes"), Some(1));
    assert_eq!(code("mutex"), Some(2), "a lock has no write");
    assert_eq!(code("nonsense"), Some(2));
    let own = [
        event(0, "invoke", "write", "1"),
        event(0, "ok", "write", "1"),
        event(0, "invoke", "read", "null"),
        event(0, "ok", "read", "2"),
    ];
    let own = file("own.jsonl", &own.each_ref().map(String::as_str));
    let output = check(&[&own, "--model", "read-your-writes", "--init", "2"]);
    let (code, out, _) = said(&output);
    assert_eq!(code, Some(1));
    assert!(out.contains("violated: read-your-writes") && out.contains("    write 1: ok (lines 1 and 2)"), "{out}");
}

#[test]
fn what_clients_of_weaker_systems_see_can_be_asked_for() {
    let at = |ms: u64, event: String| event.replace("{\"process", &format!("{{\"time\":{},\"process", ms * 1_000_000));
    let lines = [
        at(0, event(0, "invoke", "write", "1")),
        at(2, event(0, "ok", "write", "1")),
        at(9, event(1, "invoke", "read", "null")),
        at(10, event(1, "ok", "read", "5")),
    ];
    let stale = file("weak.jsonl", &lines.each_ref().map(String::as_str));
    let ask = |path: &str, model: &str, more: &[&str]| {
        let output = check(&[&[path, "--model", model, "--init", "5"], more].concat());
        let (code, out, err) = said(&output);
        assert_eq!(err, "", "{model}");
        (code, out.to_owned())
    };
    for model in ["safe", "regular", "atomic", "staleness"] {
        assert_eq!(ask(&stale, model, &[]).0, Some(1), "{model}");
    }
    for model in ["causal", "causal-convergence", "causal-memory"] {
        assert_eq!(ask(&stale, model, &[]).0, Some(0), "{model}");
    }
    let (_, out) = ask(&stale, "staleness", &[]);
    assert!(out.contains("reads 1, stale 1, from_nowhere 0, versions_behind_max 1, behind_max_us 7000"), "{out}");
    assert!(out.contains("    write 1: ok (lines 1 and 2)"), "{out}");
    let (_, out) = ask(&stale, "staleness", &["--json"]);
    let report: Value = serde_json::from_str(&out).expect("it is one JSON object");
    assert_eq!(report["files"][0]["figures"]["behind_max_us"], 7000);
    let own = [&lines[..2], &[event(0, "invoke", "read", "null"), event(0, "ok", "read", "5")]].concat();
    let own = file("weak-own.jsonl", &own.iter().map(String::as_str).collect::<Vec<_>>());
    let (code, out) = ask(&own, "causal", &[]);
    assert!(code == Some(1) && out.contains("  WriteCOInitRead\n"), "{out}");
    assert!(out.contains("It returned the initial value, though the write below"), "{out}");
    let twice =
        [&lines[..], &[at(11, event(1, "invoke", "read", "null")), at(12, event(1, "ok", "read", "1"))]].concat();
    let twice = file("weak-twice.jsonl", &twice.iter().map(String::as_str).collect::<Vec<_>>());
    assert_eq!(ask(&twice, "convergence", &["--settle", "5ms"]).0, Some(1));
    assert_eq!(ask(&twice, "convergence", &[]).0, Some(3), "two seconds have not passed");
}

#[test]
fn sets_and_counters_can_be_asked_for() {
    let added = |name: &str, read: &str| {
        let lines = [
            event(0, "invoke", "add", "1"),
            event(0, "ok", "add", "1"),
            event(1, "invoke", "read", "null"),
            event(1, "ok", "read", read),
        ];
        file(name, &lines.each_ref().map(String::as_str))
    };
    let code = |path: &str, model: &str| check(&[path, "--model", model]).status.code();
    let (good, lost) = (added("set-good.jsonl", "[1]"), added("set-lost.jsonl", "[]"));
    assert_eq!((code(&good, "set-full"), code(&lost, "set-full")), (Some(0), Some(1)));
    assert_eq!((code(&good, "causal-reverse"), code(&lost, "causal-reverse")), (Some(0), Some(0)));
    let output = check(&[&lost, "--model", "set-full"]);
    assert!(said(&output).1.contains("stable 0, stale 0, lost 1, never_read 0"), "{}", said(&output).1);
    let (good, short) = (added("counter-good.jsonl", "1"), added("counter-short.jsonl", "0"));
    assert_eq!((code(&good, "counter"), code(&short, "counter")), (Some(0), Some(1)));
}

#[test]
fn the_literature_s_names_bring_their_dialect() {
    let lines = [
        event(0, "invoke", "write", "1"),
        event(0, "ok", "write", "1"),
        event(1, "invoke", "cas", "[1,2]"),
        event(1, "fail", "cas", "[1,2]"),
    ];
    let path = file("dialect.jsonl", &lines.each_ref().map(String::as_str));
    let code = |arguments: &[&str]| check(&[&[path.as_str()], arguments].concat()).status.code();
    assert_eq!(code(&["--model", "etcd-cas-register"]), Some(1), "the compare-and-set should have matched");
    assert_eq!(code(&["--model", "cas-register"]), Some(0));
    assert_eq!(code(&["--model", "cas-register", "--dialect", "porcupine"]), Some(1));
    assert_eq!(code(&["--model", "etcd-cas-register", "--dialect", "jepsen"]), Some(0));
}

#[test]
fn what_is_wrong_is_said_with_its_place() {
    let complaint = |name: &str, lines: &[&str]| {
        let path = file(name, lines);
        let output = check(&[&path, "--model", "register"]);
        assert_eq!(output.status.code(), Some(2), "{name}");
        said(&output).2.replace(&path, "FILE")
    };
    let read = event(0, "invoke", "read", "null");
    assert!(complaint("not-json.jsonl", &[&read, "hello"]).starts_with("FILE:2: column 1: this is not JSON"));
    assert!(complaint("no-type.jsonl", &["{\"process\":1}"]).contains("FILE:1: column 13: this is no event"));
    assert!(complaint("odd-type.jsonl", &[&event(0, "begin", "read", "1")]).contains("unknown variant `begin`"));
    assert!(complaint("two-open.jsonl", &[&read, "", &read]).starts_with("FILE:3: process 0 is still at"));
    assert!(complaint("unknown-f.jsonl", &[&event(0, "invoke", "pop", "1")]).contains("`pop` is no operation"));
    let output = check(&["no-such-file.jsonl", "--model", "register"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).2.starts_with("error: cannot read no-such-file.jsonl"));
    let path = write_and_read("init.jsonl", "1");
    for arguments in [["--init", "{\"a\""], ["--data", "x"], ["--data", "x=["], ["--init", "1e300"]] {
        let output = check(&[&[path.as_str(), "--model", "register"], &arguments[..]].concat());
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(said(&output).2.starts_with("error: --"), "{}", said(&output).2);
    }
}

#[test]
fn what_keys_hold_at_first_is_told_in_words_or_json() {
    let read = |value: &str| {
        let lines = [
            r#"{"process":0,"type":"invoke","f":"read","key":"x"}"#.to_owned(),
            format!("{{\"process\":0,\"type\":\"ok\",\"f\":\"read\",\"key\":\"x\",\"value\":{value}}}"),
        ];
        let name = value.replace(|letter: char| !letter.is_alphanumeric(), "_");
        file(&format!("told-{name}.jsonl"), &lines.each_ref().map(String::as_str))
    };
    let code =
        |path: &str, arguments: &[&str]| check(&[&[path, "--model", "register"], arguments].concat()).status.code();
    let word = read("\"open\"");
    assert_eq!(code(&word, &["--init", "open"]), Some(0));
    assert_eq!(code(&word, &["--init", "\"open\""]), Some(0));
    assert_eq!(code(&word, &["--init", "nil"]), Some(1));
    assert_eq!(code(&word, &["--data", "x=open"]), Some(0));
    assert_eq!(code(&word, &["--data", "y=open"]), Some(1));
    assert_eq!(code(&read("\"\""), &["--init", ""]), Some(0));
    assert_eq!(code(&read("-1"), &["--init", "-1"]), Some(0));
    assert_eq!(code(&read("-1"), &["--init", "\"-1\""]), Some(1));
}

#[test]
fn a_history_may_come_through_a_pipe() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_netsplit"));
    command.args(["check", "-", "--model", "register"]).stdin(Stdio::piped()).stdout(Stdio::piped());
    let mut child = command.spawn().expect("the program can be called");
    let text = format!("{}\n{}\n", event(0, "invoke", "read", "null"), event(0, "ok", "read", "5"));
    child.stdin.take().expect("it is a pipe").write_all(text.as_bytes()).expect("it can be written");
    let output = child.wait_with_output().expect("the program ends");
    let (code, out, _) = said(&output);
    assert_eq!(code, Some(1));
    assert!(out.starts_with("-: violated"), "{out}");
}

#[test]
fn a_run_s_history_can_be_checked() {
    let path = file("run.jsonl", &[]);
    let mut run = Command::new(env!("CARGO_BIN_EXE_netsplit"));
    run.args(["run", "leader-isolated", "--history", &path]).current_dir(env!("CARGO_MANIFEST_DIR"));
    assert_eq!(run.output().expect("the program can be called").status.code(), Some(0));
    for model in ["linearizable", "sequential", "read-your-writes", "monotonic-reads"] {
        let output = check(&[&path, "--model", model]);
        assert_eq!(output.status.code(), Some(0), "{model}: {}{}", said(&output).1, said(&output).2);
    }
}
