//! The runs that these tests look at: the scenarios that come with the program.

use std::fs;
use std::path::{Path, PathBuf};

use netsplit::lesson::Scenario;
use netsplit::session::Cluster;
use netsplit::view::chronicle::Chronicle;

/// Every compiled scenario, in the order of their names.
pub(crate) fn scenarios() -> Vec<Scenario> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("assets/compiled");
    let entries = fs::read_dir(&folder).expect("the folder of compiled scenarios is there");
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("a folder entry can be read").path()).collect();
    files.retain(|file| file.extension().is_some_and(|ending| ending == "json") && !file.ends_with("index.json"));
    files.sort();
    assert!(files.len() >= 40, "only {} compiled scenarios", files.len());
    files.iter().map(|file| read(file)).collect()
}

/// One compiled scenario.
pub(crate) fn scenario(id: &str) -> Scenario {
    read(&Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("assets/compiled/{id}.json")))
}

fn read(file: &Path) -> Scenario {
    let text = fs::read(file).expect("a compiled scenario can be read");
    serde_json::from_slice(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()))
}

/// A scenario's run to its end, with its own seed.
pub(crate) fn whole(scenario: &Scenario) -> Cluster {
    let mut cluster = Cluster::new(scenario, scenario.seed);
    cluster.advance(scenario.until);
    cluster
}

/// Everything that a run's trace tells.
pub(crate) fn chronicle(cluster: &Cluster) -> Chronicle {
    let mut chronicle = Chronicle::new();
    chronicle.read_on(cluster);
    chronicle
}
