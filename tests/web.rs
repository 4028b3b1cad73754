//! The core as WebAssembly, in a browser: it must do there what it does natively. `tests/trace_hashes.rs` is the native
//! twin and says where the expected hashes come from.
#![cfg(target_arch = "wasm32")]

#[path = "support/trace_hashes.rs"]
mod trace_hashes;

use trace_hashes::{EXPECTED, line, runs, straight, wandering};
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
fn runs_have_the_hashes_that_they_have_natively() {
    let expected: Vec<&str> = EXPECTED.lines().collect();
    let found: Vec<String> = runs().iter().map(|run| line(run, straight(run))).collect();
    assert_eq!(found, expected);
}

#[wasm_bindgen_test]
fn slices_and_jumps_change_nothing() {
    for run in runs().iter().filter(|run| run.seed == 1) {
        assert_eq!(wandering(run), straight(run), "{} with seed {}", run.name, run.seed);
    }
}
