//! The figures of one machine as JSON lines, for the table that sets native and browser side by side. Times are plain
//! wall times of one thread; `criterion.rs` has the careful native ones.

#![expect(clippy::disallowed_types, reason = "a benchmark stands outside of every run and takes real time")]

mod cases;
mod measure;
mod memory;

use std::time::Instant;

#[global_allocator]
static MEMORY: memory::Counting = memory::Counting;

fn main() {
    let start = Instant::now();
    let clock = move || start.elapsed().as_secs_f64() * 1_000.0;
    measure::all("native", &clock, &mut |line| println!("{line}"));
}
