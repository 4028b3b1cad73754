//! Raft against data that nobody here wrote: the rule tables, scenarios, quorum cases and interaction logs of etcd's Raft.
//! They are not part of this project: `NETSPLIT_ORACLES` names the folder that holds them, and without it nothing is
//! compared, which is said. Where etcd and this Raft differ on purpose, the case is named, with the reason.
#![cfg(not(target_arch = "wasm32"))]

#[path = "../support/mod.rs"]
mod support;

mod logs;
mod quorums;
mod scenarios;
mod script;
mod tables;

use std::path::PathBuf;

/// Where a file of etcd's data is; none if no data were given.
#[expect(clippy::disallowed_methods, reason = "where the data are is asked of the environment")]
pub(crate) fn data(name: &str) -> Option<PathBuf> {
    let Some(folder) = std::env::var_os("NETSPLIT_ORACLES") else {
        println!("skipped: NETSPLIT_ORACLES is not set");
        return None;
    };
    Some(PathBuf::from(folder).join("etcd-raft").join(name))
}

pub(crate) fn text(name: &str) -> Option<String> {
    let path = data(name)?;
    Some(std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display())))
}
