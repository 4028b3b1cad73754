//! The text's speed: editing traces of real documents, typed by one editor, received by another, written by several at once;
//! and a page of 10,000 letters on two replicas that heals.

#[path = "../tests/support/text_traces.rs"]
mod text_traces;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use netsplit::base::NodeId;
use netsplit::data::{Merge, Text, TextChange};
use std::path::{Path, PathBuf};
use text_traces::Trace;

/// The traces, where they are at hand.
fn traces() -> Vec<(String, Trace)> {
    #[expect(clippy::disallowed_methods, reason = "a benchmark is told by its caller where the traces are")]
    let root = std::env::var("NETSPLIT_ORACLES");
    let Ok(root) = root else {
        println!("skipped: NETSPLIT_ORACLES does not say where the editing traces are");
        return Vec::new();
    };
    let entries = std::fs::read_dir(Path::new(&root).join("text-traces")).expect("the folder can be read");
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry can be read").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "gz"));
    paths.sort();
    let name = |path: &PathBuf| path.file_name().expect("a file has a name").to_string_lossy().replace(".json.gz", "");
    paths.iter().map(|path| (name(path), Trace::load(path))).collect()
}

fn received(changes: &[TextChange]) -> Text {
    let mut text = Text::new();
    changes.iter().for_each(|change| drop(text.receive(change.clone())));
    text
}

fn replay(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("text");
    group.sample_size(10);
    for (name, trace) in traces() {
        println!("{name}: {} edits", trace.edits());
        if trace.is_concurrent() {
            let (mut replicas, _) = trace.together();
            let (first, others) = replicas.split_first_mut().expect("somebody wrote");
            others.iter().for_each(|other| drop(first.merge(other)));
            assert!(first.text() == trace.end_content, "a figure of another text says nothing");
            group.bench_function(format!("{name}, at once"), |bencher| bencher.iter(|| trace.together()));
            continue;
        }
        let (text, changes) = trace.typed();
        assert!(text.text() == trace.end_content, "a figure of another text says nothing");
        group.bench_function(format!("{name}, typed"), |bencher| bencher.iter(|| trace.typed()));
        group.bench_function(format!("{name}, received"), |bencher| bencher.iter(|| received(&changes)));
    }
    group.finish();
}

/// Two replicas of a page of 10,000 letters, to each of which 1,000 were typed during a cut: ten at a place, at a hundred places.
fn parted() -> (Text, Text) {
    let mut here = Text::new();
    here.splice(NodeId(1), 0, 0, &"0123456789".repeat(1_000));
    let mut there = here.clone();
    for (text, replica) in [(&mut here, NodeId(1)), (&mut there, NodeId(2))] {
        for number in 0..1_000 {
            // Each letter is a change of its own, as keystrokes are.
            let at = (number / 10 * 97) % 10_000 + number % 10;
            text.splice(replica, at, 0, "x");
        }
    }
    (here, there)
}

fn heal(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("heal");
    let both = parted();
    group.bench_function("10,000 letters, 1,000 more on each side, by changes", |bencher| {
        let merge = |(mut here, mut there): (Text, Text)| {
            here.merge(&there);
            there.merge(&here);
            (here, there)
        };
        bencher.iter_batched(|| both.clone(), merge, BatchSize::LargeInput);
    });
    group.bench_function("the same, by whole texts", |bencher| {
        let letters = || (both.0.letters().clone(), both.1.letters().clone());
        bencher.iter_batched(
            letters,
            |(mut here, there)| {
                here.merge(&there);
                here
            },
            BatchSize::LargeInput,
        );
    });
    group.finish();
}

criterion_group!(text, replay, heal);
criterion_main!(text);
