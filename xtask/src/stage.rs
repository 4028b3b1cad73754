//! Stages of a task: each is timed, and a failed one does not hide what the later ones say.
#![expect(clippy::disallowed_types, reason = "times of builds and tests are wall time, and outside every simulation")]

use crate::report::{self, Failure, Outcome};
use std::time::{Duration, Instant};

/// A stopwatch.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Clock(Instant);

impl Clock {
    /// Starts now.
    pub(crate) fn start() -> Clock {
        Clock(Instant::now())
    }

    /// The time since the start, for a person.
    pub(crate) fn read(self) -> String {
        report::seconds(self.elapsed())
    }

    fn elapsed(self) -> Duration {
        self.0.elapsed()
    }
}

/// How many tests a stage ran. A stage that is one check counts itself.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Count {
    /// Tests that passed.
    pub(crate) passed: u32,
    /// Tests that failed.
    pub(crate) failed: u32,
}

impl Count {
    /// One check that passed.
    pub(crate) const ONE: Count = Count { passed: 1, failed: 0 };

    /// Adds another count.
    pub(crate) fn add(&mut self, other: Count) {
        self.passed += other.passed;
        self.failed += other.failed;
    }
}

/// What became of a stage.
struct Row {
    name: &'static str,
    time: Duration,
    count: Count,
    failure: Option<Failure>,
}

/// The stages run so far.
#[derive(Default)]
pub(crate) struct Stages {
    rows: Vec<Row>,
}

impl Stages {
    /// Runs one stage and remembers its time, its counts and whether it failed.
    pub(crate) fn run(&mut self, name: &'static str, work: impl FnOnce(&mut Count) -> Outcome) -> bool {
        report::heading(name);
        let clock = Clock::start();
        let mut count = Count::default();
        let failure = work(&mut count).err();
        if failure.is_some() && count.failed == 0 {
            count.failed = 1;
        }
        if let Some(failure) = &failure {
            report::note(format!("{name}: {failure}"));
        }
        let time = clock.elapsed();
        report::note(format!(
            "{name}: {} in {}",
            if failure.is_none() { "passed" } else { "FAILED" },
            report::seconds(time)
        ));
        let passed = failure.is_none();
        self.rows.push(Row { name, time, count, failure });
        passed
    }

    /// Prints the table and the closing line, and fails if a stage did.
    pub(crate) fn close(&self) -> Outcome {
        let mut total = Count::default();
        let mut time = Duration::ZERO;
        println!("\n{:<14} {:>12} {:>8} {:>8}", "stage", "time", "passed", "failed");
        for row in &self.rows {
            total.add(row.count);
            time += row.time;
            println!(
                "{:<14} {:>12} {:>8} {:>8}",
                row.name,
                report::seconds(row.time),
                row.count.passed,
                row.count.failed
            );
        }
        println!("{:<14} {:>12}\n", "total", report::seconds(time));
        println!("{} passed, {} failed", total.passed, total.failed);
        let failed: Vec<&str> = self.rows.iter().filter(|row| row.failure.is_some()).map(|row| row.name).collect();
        if failed.is_empty() { Ok(()) } else { Err(Failure::Step(format!("failed: {}", failed.join(", ")))) }
    }
}
