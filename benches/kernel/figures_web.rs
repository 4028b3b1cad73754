//! The same figures in a browser: run as a WASM test, printed on its console.
#![cfg(target_arch = "wasm32")]

mod cases;
mod measure;
mod memory;

use wasm_bindgen_test::{console_log, wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

#[global_allocator]
static MEMORY: memory::Counting = memory::Counting;

#[wasm_bindgen_test]
fn figures() {
    let performance = web_sys::window().and_then(|window| window.performance()).expect("a browser has a clock");
    measure::all("browser", &|| performance.now(), &mut |line| console_log!("{line}"));
}
