//! The author's form of scenarios, from any bytes: no panic, no hang; and what is taken survives its own compiled form,
//! breaks no rule, and can begin to run.
#![no_main]

use libfuzzer_sys::fuzz_target;

use netsplit::lesson::{Scenario, format};
use netsplit::session::Cluster;

/// Enough to carry out the first commands, and no more.
const EVENTS: usize = 100;

fuzz_target!(|source: &[u8]| {
    match format::parse(source, "fuzz.toml", None) {
        Ok(scenario) => {
            let compiled = serde_json::to_vec(&scenario).expect("a scenario is plain data");
            let back: Scenario = serde_json::from_slice(&compiled).expect("what was compiled reads back");
            assert_eq!(back, scenario);
            assert!(scenario.problems().is_empty());
            let mut cluster = Cluster::new(&scenario, scenario.seed);
            for _ in 0..EVENTS {
                cluster.step_until(scenario.until);
            }
        }
        Err(problems) => assert!(!problems.to_string().is_empty()),
    }
});
