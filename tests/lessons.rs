//! Lessons: each that comes with the program reads, and what it says is so; each rule has a lesson that breaks it, with
//! what is said of it, word for word; and a walk comes to the same place whichever way it is made.
//! `UPDATE_GOLDEN=1 cargo test --features cli --test lessons` writes the expected files anew; whoever commits that has
//! read them.
#![cfg(all(feature = "cli", not(target_arch = "wasm32")))]

#[path = "lessons/facts.rs"]
mod facts;
#[path = "lessons/turned.rs"]
mod turned;
#[path = "lessons/walking.rs"]
mod walking;

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use netsplit::lesson::format::lesson::{Library, parse, tables};
use netsplit::lesson::{Lesson, LessonIndex, Scenario, format};
use netsplit::session::proof::prove;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[expect(clippy::disallowed_methods, reason = "a person asks for new files through the environment")]
fn is_update() -> bool {
    std::env::var_os("UPDATE_GOLDEN").is_some()
}

fn files(folder: &str, extension: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(root().join(folder)).expect("the folder is there");
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("a folder entry can be read").path()).collect();
    files.retain(|path| path.extension().is_some_and(|ending| ending == extension));
    files.sort();
    files
}

fn stem(path: &Path) -> String {
    path.file_stem().and_then(|stem| stem.to_str()).expect("the file's name is text").to_owned()
}

fn load(id: &str) -> Result<Scenario, String> {
    let path = root().join("assets/scenarios").join(format!("{id}.toml"));
    let source = fs::read(path).map_err(|error| error.to_string())?;
    format::parse(&source, id, Some(id)).map_err(|problems| problems.to_string())
}

/// Reads a lesson; says what is wrong with it if it cannot be read.
fn read(path: &Path) -> Result<Arc<Lesson>, String> {
    let scenarios: Vec<String> = files("assets/scenarios", "toml").iter().map(|path| stem(path)).collect();
    let beside = path.parent().expect("a lesson is in a folder").strip_prefix(root()).expect("of this project");
    let lessons: Vec<String> = files(&beside.display().to_string(), "md").iter().map(|path| stem(path)).collect();
    let library = Library { scenarios: &scenarios, lessons: &lessons, load: &load };
    let source = fs::read(path).expect("a lesson can be read");
    let name = format!("{}.md", stem(path));
    parse(&source, &name, Some(&stem(path)), &library).map(Arc::new).map_err(|problems| problems.to_string())
}

/// The lessons that come with the program.
fn shipped() -> Vec<Arc<Lesson>> {
    let read = |path: &PathBuf| read(path).unwrap_or_else(|problems| panic!("{problems}"));
    files("assets/lessons", "md").iter().map(read).collect()
}

#[test]
fn what_every_lesson_says_is_so() {
    let all = shipped();
    assert!(all.len() >= 5, "only {} lessons", all.len());
    for lesson in all {
        let proof = prove(&lesson);
        assert!(proof.is_good(), "{}: {:#?}", lesson.id, proof.refuted);
        assert!(proof.proven.len() > lesson.steps.len(), "{}: hardly anything is looked at", lesson.id);
    }
}

#[test]
fn what_is_said_of_every_wrong_lesson_is_as_written() {
    let mut differing = Vec::new();
    for path in files("tests/lessons", "md") {
        let said = match read(&path) {
            Err(problems) => problems,
            Ok(lesson) => {
                let proof = prove(&lesson);
                let line = |finding: &netsplit::session::proof::Finding| {
                    format!("{}: {}\n", finding.step.as_deref().unwrap_or("the scenario"), finding.what)
                };
                let refuted: String = proof.refuted.iter().map(line).collect();
                if refuted.is_empty() { "good\n".to_owned() } else { refuted }
            }
        };
        let beside = path.with_extension("txt");
        if is_update() {
            fs::write(&beside, &said).expect("an expected message can be written");
        } else if fs::read_to_string(&beside).unwrap_or_default() != said {
            differing.push(format!("{}:\n{said}", beside.display()));
        }
        assert_eq!(said == "good\n", stem(&path) == "good", "{}: {said}", path.display());
    }
    assert!(differing.is_empty(), "{}\nUPDATE_GOLDEN=1 rewrites; read what changed.", differing.join("\n"));
}

#[test]
fn no_input_makes_the_reader_panic() {
    let source = fs::read_to_string(root().join("tests/lessons/good.md")).expect("the good lesson can be read");
    let library = Library { scenarios: &[], lessons: &[], load: &load };
    let mut refused = 0;
    for (at, letter) in source.char_indices() {
        let cut = &source[..at];
        let without = format!("{cut}{}", &source[at + letter.len_utf8()..]);
        for text in [cut, without.as_str()] {
            refused += u32::from(parse(text.as_bytes(), "a.md", None, &library).is_err());
        }
    }
    assert!(refused > 1_000, "only {refused} of the damaged lessons were refused");
}

#[test]
fn the_compiled_lessons_are_current() {
    let folder = root().join("assets/compiled/lessons");
    let out = Path::new(env!("CARGO_TARGET_TMPDIR")).join("compiled-lessons");
    let _ = fs::remove_dir_all(&out);
    let mut netsplit = std::process::Command::new(env!("CARGO_BIN_EXE_netsplit"));
    let run = netsplit.args(["lesson", "build"]).args(files("assets/lessons", "md")).arg("--out").arg(&out).output();
    assert!(run.expect("the command line runs").status.success());
    let text = |path: PathBuf| fs::read_to_string(path).unwrap_or_default();
    let mut names: Vec<String> = shipped().iter().map(|lesson| format!("{}.json", lesson.id)).collect();
    names.push("index.json".to_owned());
    for name in names {
        let fresh = text(out.join(&name));
        if is_update() {
            fs::create_dir_all(&folder).expect("the folder can be made");
            fs::write(folder.join(&name), &fresh).expect("a compiled lesson can be written");
        }
        assert!(text(folder.join(&name)) == fresh, "{name} is out of date: UPDATE_GOLDEN=1 writes it anew");
    }
}

#[test]
fn the_command_says_what_came_of_a_lesson_by_its_exit_code() {
    let check = |name: &str| {
        let mut netsplit = std::process::Command::new(env!("CARGO_BIN_EXE_netsplit"));
        let file = Path::new("tests/lessons").join(name);
        let run = netsplit.current_dir(root()).args(["lesson", "check"]).arg(file).output().expect("it runs");
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("the output is text");
        (run.status.code(), text(run.stdout), text(run.stderr))
    };
    let (code, out, _) = check("good.md");
    assert!(code == Some(0) && out.starts_with("good: good (7 steps, "), "{out}");
    let (code, out, _) = check("unreachable.md");
    let line = "tests/lessons/unreachable.md:84: step `fourth`: the solution does not reach the goal\n";
    assert_eq!((code, out.as_str()), (Some(1), line));
    let (code, out, complaint) = check("names.md");
    assert!(code == Some(2) && out.is_empty() && complaint.contains("names.md:65:12: there is no source `raff`"));
}

#[test]
fn nothing_is_written_when_a_lesson_is_not_so() {
    let out = Path::new(env!("CARGO_TARGET_TMPDIR")).join("no-lessons");
    let _ = fs::remove_dir_all(&out);
    let mut netsplit = std::process::Command::new(env!("CARGO_BIN_EXE_netsplit"));
    let files = ["good.md", "false-key.md"].map(|name| root().join("tests/lessons").join(name));
    let run = netsplit.args(["lesson", "build"]).args(files).arg("--out").arg(&out).output().expect("it runs");
    assert_eq!(run.status.code(), Some(1));
    assert!(!out.exists());
}

#[test]
fn the_page_reads_what_is_compiled() {
    let folder = root().join("assets/compiled/lessons");
    let index = fs::read(folder.join("index.json")).expect("the index is there");
    let index: LessonIndex = serde_json::from_slice(&index).expect("the index can be read");
    let ids: Vec<&str> = index.lessons.iter().map(|entry| entry.id.as_str()).collect();
    let order = [
        "the-cut",
        "quorum-arithmetic",
        "minority-lockdown",
        "cart",
        "zombie-leader",
        "election-timeout",
        "gray-failure",
        "lww-wiki",
        "crdts",
        "r-plus-w",
        "hinted-handoff",
        "anti-entropy",
        "siblings",
        "causal-chat",
        "tombstones",
    ];
    assert_eq!(ids, order);
    for (at, entry) in index.lessons.iter().enumerate() {
        let comes_before = |id: &String| ids[..at].contains(&id.as_str());
        assert!(entry.prereqs.iter().all(comes_before), "{} comes before what it asks for", entry.id);
    }
    for lesson in shipped() {
        let bytes = fs::read(folder.join(format!("{}.json", lesson.id))).expect("the lesson is there");
        let compiled: Lesson = serde_json::from_slice(&bytes).expect("the lesson can be read");
        assert_eq!(compiled, *lesson);
    }
}

/// It shows what a lesson looks like, and lacks what it says that it lacks.
#[test]
fn the_example_of_the_documentation_reads() {
    let text = fs::read_to_string(root().join("docs/lessons.md")).expect("the documentation can be read");
    let example = text.split("````").nth(1).and_then(|block| block.strip_prefix("md\n")).expect("there is an example");
    let example = example.replace("# or: scenario = \"an-id\", one of assets/scenarios", "");
    let library = Library { scenarios: &[], lessons: &[], load: &load };
    let refused =
        parse(example.as_bytes(), "one-crash.md", Some("one-crash"), &library).expect_err("it is no whole one");
    let said: Vec<&str> = refused.all.iter().map(|problem| problem.message.as_str()).collect();
    let lacks =
        ["a lesson ends with a step `{explore}`", "a lesson has a step `{goal}`", "a lesson has a step `{vary}`"];
    assert_eq!(said.len(), lacks.len(), "{said:?}");
    assert!(lacks.iter().zip(&said).all(|(lack, said)| said.starts_with(lack)), "{said:?}");
}

#[test]
fn the_documentation_is_current() {
    const BEGIN: &str = "<!-- generated from here: UPDATE_GOLDEN=1 cargo test --features cli --test lessons -->\n";
    let path = root().join("docs/lessons.md");
    let text = fs::read_to_string(&path).expect("the documentation can be read");
    let (by_hand, _) = text.split_once(BEGIN).expect("the documentation has its generated part");
    let expected = format!("{by_hand}{BEGIN}\n{}", tables());
    if is_update() {
        fs::write(&path, &expected).expect("the documentation can be written");
    }
    assert!(fs::read_to_string(&path).is_ok_and(|text| text == expected), "docs/lessons.md is not current");
}
