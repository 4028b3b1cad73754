//! The data types against traces and texts of other libraries. They are not part of this project: `NETSPLIT_ORACLES` names the
//! folder that holds them, and without it nothing is compared, which is said.
#![cfg(not(target_arch = "wasm32"))]

mod generated;
mod hand;
mod rga;
#[path = "../support/text_traces.rs"]
mod text_traces;
mod traces;

use serde_json::Value;
use std::path::{Path, PathBuf};

/// Where a file of other people's data is; none if no data were given.
#[expect(clippy::disallowed_methods, reason = "where the data are is asked of the environment")]
pub(crate) fn oracle(name: &str) -> Option<PathBuf> {
    let Some(folder) = std::env::var_os("NETSPLIT_ORACLES") else {
        println!("skipped: NETSPLIT_ORACLES does not say where {name} is");
        return None;
    };
    Some(Path::new(&folder).join(name))
}

/// The cases of a file, one a line; none if no data were given.
pub(crate) fn cases(name: &str) -> Vec<Value> {
    let Some(path) = oracle(name) else { return Vec::new() };
    let text = std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    let cases: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).expect("each line is a case")).collect();
    assert!(!cases.is_empty(), "{name} has no cases");
    println!("{name}: {} cases", cases.len());
    cases
}

pub(crate) fn number(value: &Value) -> u64 {
    value.as_u64().unwrap_or_else(|| panic!("{value} is not a count"))
}

/// A fixed sequence of numbers (a linear congruential generator, Knuth's MMIX).
pub(crate) struct Draws(pub(crate) u64);

impl Draws {
    pub(crate) fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound
    }
}
