//! The command line as a person or a script meets it: the built program, its exit codes and what it prints.
#![cfg(all(feature = "cli", not(target_arch = "wasm32")))]

#[path = "cli/streams.rs"]
mod streams;
#[path = "cli/swarm.rs"]
mod swarm;

use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The program, called from the project's root.
fn netsplit(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_netsplit"));
    command.args(arguments).current_dir(env!("CARGO_MANIFEST_DIR"));
    command
}

fn run(arguments: &[&str]) -> Output {
    netsplit(arguments).output().expect("the program can be called")
}

fn out(output: &Output) -> &str {
    str::from_utf8(&output.stdout).expect("the output is text")
}

fn err(output: &Output) -> &str {
    str::from_utf8(&output.stderr).expect("the messages are text")
}

fn json(arguments: &[&str]) -> Value {
    serde_json::from_slice(&run(arguments).stdout).expect("the output is one JSON object")
}

/// A folder of its own for each test, empty.
fn folder(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cli").join(name);
    drop(fs::remove_dir_all(&folder));
    fs::create_dir_all(&folder).expect("a folder can be made");
    folder
}

/// A small scenario with one claim.
fn write(folder: &Path, id: &str, claim: &str) -> String {
    let source = format!(
        "id = \"{id}\"\ntitle = \"A title\"\nsummary = \"A summary.\"\nuntil = \"1s\"\n[cluster]\nnodes = 3\n\
         [system.raft]\n[[claim]]\nname = \"it is so\"\n{claim}\n"
    );
    let path = folder.join(format!("{id}.toml"));
    fs::write(&path, source).expect("a file can be written");
    path.to_str().expect("the path is text").to_owned()
}

#[test]
fn a_good_run_says_what_it_came_to() {
    let output = run(&["run", "minority-cut"]);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    assert_eq!(err(&output), "");
    for part in
        ["leaders\n", "operations  ", "latency     p50 ", "commands\n", "claims\n", "  \u{2713} ", "trace_hash  "]
    {
        assert!(out(&output).contains(part), "{part:?} is not in\n{}", out(&output));
    }
    assert!(out(&output).contains("xxh64-chain-1"));
}

#[test]
fn json_has_what_scripts_read() {
    let summary = json(&["run", "assets/scenarios/minority-cut.toml", "--json"]);
    let keys =
        ["trace_hash", "hash", "scenario", "seed", "events", "records", "time_us", "operations", "claims", "latency"];
    for key in keys.into_iter().chain(["leaders", "messages", "commands", "invariants", "halted", "good"]) {
        assert!(summary.get(key).is_some(), "{key} is not in {summary}");
    }
    assert_eq!(summary["scenario"], "minority-cut");
    assert_eq!(summary["time_us"], 20_000_000);
    assert_eq!(summary["good"], true);
    let hash = summary["trace_hash"].as_str().expect("the hash is text");
    assert!(hash.len() == 16 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()), "{hash}");
    let operations = &summary["operations"];
    let ended: u64 = ["ok", "failed", "unknown", "open"].iter().filter_map(|key| operations[key].as_u64()).sum();
    assert_eq!(operations["invoked"].as_u64(), Some(ended));
    assert!(summary["latency"]["p50_us"].as_u64() <= summary["latency"]["p99_us"].as_u64());
}

#[test]
fn below_a_hundred_operations_there_is_no_p99() {
    let summary = json(&["run", "three-nodes-quiet", "--json"]);
    assert!(summary["latency"]["p99_us"].is_null() && summary["latency"]["max_us"].is_u64(), "{summary}");
}

#[test]
fn a_false_claim_is_exit_code_1_only_for_the_run_that_it_is_about() {
    let path = write(&folder("claims"), "wrong", "never = { leaders = 1 }");
    let output = run(&["run", &path]);
    assert_eq!(output.status.code(), Some(1));
    assert!(out(&output).contains("\u{2717} it is so (decided at "), "{}", out(&output));
    for otherwise in [["--seed", "7"], ["--until", "900ms"]] {
        let output = run(&["run", &path, otherwise[0], otherwise[1]]);
        assert_eq!(output.status.code(), Some(0));
        assert!(out(&output).contains("only reported"), "{}", out(&output));
    }
}

#[test]
fn a_run_that_reaches_a_limit_is_exit_code_1() {
    let folder = folder("limits");
    let path = write(&folder, "limited", "sometimes = { leaders = 0 }\n[limits]\nevents = 5");
    let output = run(&["run", &path]);
    assert_eq!(output.status.code(), Some(1));
    assert!(out(&output).contains("too many events"), "{}", out(&output));
}

/// A scenario in which asking for pre-votes raises terms, and a claim about it.
fn write_without_a_rule(folder: &Path, id: &str, claim: &str) -> String {
    let path = write(folder, id, claim);
    let source = fs::read_to_string(&path).expect("it was just written");
    let rules = "[system.raft]\nbreak_it = [\"pre_vote_raises_term\", \"no_sessions\"]\npre_vote = true\n";
    fs::write(&path, source.replace("[system.raft]\n", rules)).expect("a file can be written");
    path
}

#[test]
fn a_run_without_some_rules_says_so_first_and_may_break_what_it_claims_to() {
    let folder = folder("rules");
    let path = write_without_a_rule(&folder, "claimed", "eventually = { broken = \"R10\" }");
    let output = run(&["run", &path]);
    assert_eq!(output.status.code(), Some(0), "{}{}", out(&output), err(&output));
    assert_eq!(
        out(&output).lines().next(),
        Some("RULES SWITCHED OFF: pre_vote_raises_term, no_sessions"),
        "{}",
        out(&output)
    );
    assert!(
        out(&output).contains("\u{2713} R10 pre-vote and check-quorum: broken, as claimed, at "),
        "{}",
        out(&output)
    );
    let summary = json(&["run", &path, "--json"]);
    assert_eq!(summary["break_it"], serde_json::json!(["pre_vote_raises_term", "no_sessions"]));
    assert_eq!(summary["invariants"][0]["id"], "R10");
    assert_eq!(summary["invariants"][0]["is_claimed"], true);
    assert_eq!(json(&["run", "three-nodes-quiet", "--json"])["break_it"], serde_json::json!([]));

    for claim in
        ["sometimes = { leaders = 0 }", "never = { broken = \"R4\" }", "always = { not = { broken = \"R4\" } }"]
    {
        let path = write_without_a_rule(&folder, "unclaimed", claim);
        let output = run(&["run", &path]);
        assert_eq!(output.status.code(), Some(1), "{}", out(&output));
        assert!(out(&output).contains("\u{2717} R10 pre-vote and check-quorum: broken at "), "{}", out(&output));
    }
}

#[test]
fn bad_input_is_exit_code_2_and_names_the_place() {
    let path = write(&folder("bad"), "bad", "always = { leders = 1 }");
    let output = run(&["run", &path]);
    assert_eq!(output.status.code(), Some(2));
    assert!(err(&output).contains("bad.toml:10:12: unknown key `leders` in a predicate"), "{}", err(&output));
    assert!(err(&output).contains("did you mean `leaders`?"));
    assert_eq!(out(&output), "");

    let refused = [
        (vec!["run", "three-nodes-quite"], "did you mean `three-nodes-quiet`?"),
        (vec!["run", "no/such/file.toml"], "cannot read no/such/file.toml"),
        (vec!["run", "src"], "there is no scenario `src`"),
        (vec!["run", "assets/scenarios"], "cannot read assets/scenarios"),
        (vec!["run", "three-nodes-quiet", "--until", "25h"], "at most"),
        (vec!["run", "three-nodes-quiet", "--until", "soon"], "`soon` is no length of time"),
        (vec!["run", "three-nodes-quiet", "--seed", "-1"], "--seed"),
        (vec!["run", "three-nodes-quiet", "--trace", "no/such/folder/t"], "cannot write no/such/folder/t"),
        (vec!["run", "Cargo.toml"], "unknown key"),
        (vec!["hashes", "three-nodes-quiet", "--seeds", "3-1"], "the last seed is before the first"),
        (vec!["hashes", "three-nodes-quiet", "--seeds", "0-4294967295"], "more than"),
        (vec!["scenario", "check"], "required"),
        (vec![], "Usage"),
    ];
    for (arguments, said) in refused {
        let output = run(&arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(err(&output).contains(said), "{arguments:?}: {}", err(&output));
    }
}

#[test]
fn check_reports_every_file() {
    let folder = folder("check");
    let good = write(&folder, "good", "always = { leaders = { at_most = 1 } }");
    let (bad, worse) = (write(&folder, "bad", "always = {}"), write(&folder, "worse", "olways = {}"));
    let output = run(&["scenario", "check", &good]);
    assert_eq!((output.status.code(), out(&output)), (Some(0), "good: good (1 claim)\n"));
    let output = run(&["scenario", "check", &good, &bad, &worse]);
    assert_eq!(output.status.code(), Some(2));
    assert!(err(&output).contains("bad.toml:") && err(&output).contains("worse.toml:"), "{}", err(&output));
}

#[test]
fn build_writes_what_changed_and_nothing_when_anything_is_wrong() {
    let folder = folder("build");
    let (one, two) =
        (write(&folder, "one", "always = { leaders = 0 }"), write(&folder, "two", "never = { leaders = 2 }"));
    let to = folder.join("out");
    let to_text = to.to_str().expect("the path is text");
    let built = |files: &[&str]| run(&[&["scenario", "build"], files, &["--out", to_text]].concat());
    let output = built(&[&two, &one]);
    assert_eq!(output.status.code(), Some(0), "{}", err(&output));
    assert!(out(&output).contains("3 files written"), "{}", out(&output));
    assert!(out(&built(&[&one, &two])).contains("0 files written"));

    let index: Value = serde_json::from_slice(&fs::read(to.join("index.json")).expect("there is an index"))
        .expect("the index is JSON");
    assert_eq!(index["format"], 1);
    assert_eq!(index["scenarios"][0]["id"], "one");
    assert_eq!(index["scenarios"][1]["file"], "two.json");
    assert_eq!(index["scenarios"][1]["until_us"], 1_000_000);

    let compiled = to.join("two.json");
    let of_source = json(&["run", &two, "--json"]);
    assert_eq!(json(&["run", compiled.to_str().expect("the path is text"), "--json"]), of_source);

    let bad = write(&folder, "bad", "always = {}");
    assert_eq!(built(&[&one, &bad]).status.code(), Some(2));
    assert_eq!(built(&[&one, &one]).status.code(), Some(2));
    let mut files: Vec<_> =
        fs::read_dir(&to).expect("the folder is there").map(|it| it.expect("an entry").file_name()).collect();
    files.sort();
    assert_eq!(files, ["index.bin", "index.json", "one.bin", "one.json", "two.bin", "two.json"]);
}

#[test]
fn a_damaged_compiled_scenario_is_refused() {
    let folder = folder("damaged");
    let good = write(&folder, "good", "always = { leaders = { at_most = 1 } }");
    run(&["scenario", "build", &good, "--out", folder.to_str().expect("the path is text")]);
    let path = folder.join("good.json");
    let text = fs::read_to_string(&path).expect("it was built");
    let refused = [
        ("{", "no compiled scenario"),
        (&*text.replace("\"format\":1", "\"format\":2"), "format 2"),
        (&*text.replace("\"nodes\":3", "\"nodes\":0"), "1 to 9 nodes"),
        (&*text.replace("\"claims\"", "\"clams\""), "unknown field `clams`"),
    ];
    for (text, said) in refused {
        fs::write(&path, text).expect("a file can be written");
        let output = run(&["run", path.to_str().expect("the path is text")]);
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(err(&output).contains(said), "{}", err(&output));
    }
}

#[test]
fn hashes_are_those_of_runs() {
    let text = run(&["hashes", "three-nodes-quiet", "--seeds", "1-3"]);
    let lines: Vec<&str> = out(&text).lines().collect();
    assert_eq!(lines.len(), 3);
    let summary = json(&["run", "three-nodes-quiet", "--seed", "2", "--json"]);
    let hash = summary["trace_hash"].as_str().expect("the hash is text");
    assert_eq!(lines[1], format!("three-nodes-quiet 2 {hash}"));
    let all = json(&["hashes", "three-nodes-quiet", "--seeds", "1-3", "--json"]);
    assert_eq!(all["runs"][1]["trace_hash"], hash);
    assert_eq!(all["runs"][1]["events"], summary["events"]);
}

#[test]
fn help_says_what_decides_the_exit_code() {
    let output = run(&["run", "--help"]);
    assert_eq!(output.status.code(), Some(0));
    assert!(out(&output).contains("do not decide the exit code"), "{}", out(&output));
    assert!(out(&run(&["--help"])).contains("Exit codes: 0 good"));
}

#[test]
fn the_schema_is_the_committed_one() {
    let committed = fs::read_to_string("assets/scenario.schema.json").expect("the schema is there");
    assert!(out(&run(&["scenario", "schema"])) == committed, "UPDATE_GOLDEN=1 with --test scenarios rewrites it");
}
