//! Links of every released version: each decodes and replays to its hash for ever. Files are only ever added:
//! `UPDATE_GOLDEN=1 cargo test --features cli --test links` writes those of this version that are missing, and none anew.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use netsplit::base::SimTime;
use netsplit::session::{RunRecord, ScenarioRef, Session, link};

use super::replay::named;
use super::stories::{self, KINDS, Story};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/links")
}

#[expect(clippy::disallowed_methods, reason = "a person asks for new files through the environment")]
fn is_update() -> bool {
    std::env::var_os("UPDATE_GOLDEN").is_some()
}

/// A kept link and what it leads to.
struct Kept {
    name: String,
    link: String,
    scenario: String,
    seed: u32,
    at: String,
    hash: String,
    commands: usize,
}

impl Kept {
    fn of(story: &Story) -> Self {
        let record = story.session.record(story.scenario.clone());
        Self {
            name: format!("{}-{}", record.engine, story.name),
            link: link::encode(&record).unwrap_or_else(|error| panic!("{}: {error}", story.name)),
            scenario: scenario_of(&record),
            seed: record.seed,
            at: format!("{} us, {} events", record.at.time.0, record.at.events),
            hash: format!("{:016x}", record.hash),
            commands: record.commands.len(),
        }
    }

    fn write(&self, what: &str) -> String {
        let Self { name: _, link, scenario, seed, at, hash, commands } = self;
        format!(
            "# {what}\nscenario: {scenario}\nseed: {seed}\ncommands: {commands}\nat: {at}\nhash: {hash}\nlink: #{link}\n"
        )
    }

    fn read(path: &Path) -> Self {
        let text = fs::read_to_string(path).expect("a kept link can be read");
        let field = |key: &str| {
            let line = text.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(": "));
            line.unwrap_or_else(|| panic!("{}: no {key}", path.display())).to_owned()
        };
        let number =
            |key: &str| field(key).parse::<u32>().unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        Self {
            name: path.file_stem().and_then(|stem| stem.to_str()).expect("the file's name is text").to_owned(),
            link: field("link"),
            scenario: field("scenario"),
            seed: number("seed"),
            at: field("at"),
            hash: field("hash"),
            commands: number("commands") as usize,
        }
    }
}

fn scenario_of(record: &RunRecord) -> String {
    match &record.scenario {
        ScenarioRef::Named(id) => format!("{id} (named)"),
        ScenarioRef::Inline(scenario) => format!("{} (inline)", scenario.id),
    }
}

fn kept() -> Vec<Kept> {
    let entries = fs::read_dir(folder()).expect("the folder of links is there");
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("a folder entry can be read").path()).collect();
    files.retain(|file| file.extension().is_some_and(|ending| ending == "txt"));
    files.sort();
    files.iter().map(|file| Kept::read(file)).collect()
}

#[test]
fn this_version_keeps_its_links() {
    for story in stories::all() {
        let now = Kept::of(&story);
        let file = folder().join(format!("{}.txt", now.name));
        if !file.exists() && is_update() {
            fs::write(&file, now.write(story.what)).expect("a link can be written");
        }
        assert!(file.exists(), "{} is missing: UPDATE_GOLDEN=1 adds it", file.display());
        let then = Kept::read(&file);
        let why = "the same run gives another link now: a link is for ever, so a format or an engine that changed needs a \
                   new version, not a new file";
        assert_eq!((now.hash, now.link), (then.hash, then.link[1..].to_owned()), "{}: {why}", now.name);
    }
}

#[test]
fn every_kept_link_leads_to_its_run() {
    let all = kept();
    assert!(all.len() >= 5, "only {} links", all.len());
    for kept in all {
        let record = link::decode(&kept.link).unwrap_or_else(|error| panic!("{}: {error}", kept.name));
        assert_eq!(scenario_of(&record), kept.scenario, "{}", kept.name);
        assert_eq!((record.seed, record.commands.len()), (kept.seed, kept.commands), "{}", kept.name);
        let scenario = match &record.scenario {
            ScenarioRef::Named(id) => named(id),
            ScenarioRef::Inline(scenario) => (**scenario).clone(),
        };
        let session = Session::replay(&scenario, &record).unwrap_or_else(|error| panic!("{}: {error}", kept.name));
        let at = format!("{} us, {} events", session.now().time.0, session.now().events);
        assert_eq!((at, format!("{:016x}", session.trace_hash())), (kept.at, kept.hash.clone()), "{}", kept.name);
        assert_eq!(format!("{:016x}", record.hash), kept.hash, "{}", kept.name);
    }
}

#[test]
fn the_stories_have_every_command_and_fit_into_a_link() {
    let mut kinds = BTreeSet::new();
    for story in stories::all() {
        let record = story.session.record(story.scenario.clone());
        assert!(record.at.time > SimTime(0) && record.at.events > 100, "{}: nothing happens", story.name);
        kinds.extend(record.commands.iter().map(|(_, command)| stories::kind(command)));
    }
    assert_eq!(kinds.len(), KINDS, "only {kinds:?}");
}
