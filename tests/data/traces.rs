//! Editing traces of real documents end with the text with which they ended.

use netsplit::data::{Merge, Text, Wire};
use std::path::PathBuf;

use crate::oracle;
use crate::text_traces::Trace;

fn traces() -> Vec<(String, Trace)> {
    let Some(folder) = oracle("text-traces") else { return Vec::new() };
    let entries = std::fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry can be read").path()).collect();
    paths.retain(|path| path.extension().is_some_and(|ending| ending == "gz"));
    paths.sort();
    assert!(!paths.is_empty(), "there are no traces in {}", folder.display());
    let name = |path: &PathBuf| path.file_name().expect("a file has a name").to_string_lossy().into_owned();
    paths.iter().map(|path| (name(path), Trace::load(path))).collect()
}

#[test]
fn one_editor_ends_with_the_text() {
    for (name, trace) in traces().into_iter().filter(|(_, trace)| !trace.is_concurrent()) {
        let (text, changes) = trace.typed();
        assert!(text.text() == trace.end_content, "{name}: another text");
        let (all, deleted) = text.letters().counts();
        assert_eq!(all - deleted, trace.end_content.chars().count() as u64, "{name}");
        // Who gets it all backwards has to let almost all of it wait, so only a part of the changes comes so.
        let mut other = Text::new();
        let (early, late) = changes.split_at(changes.len() - 500);
        early.iter().chain(late.iter().rev()).for_each(|change| drop(other.receive(change.clone())));
        assert!(other == text, "{name}: another text where it was received");
        let bytes: u64 = changes.iter().map(Wire::wire_size).sum();
        let size = text.letters().wire_size();
        println!("{name}: {} edits, {all} letters typed, {bytes} bytes sent, {size} bytes as a whole", trace.edits());
    }
}

#[test]
fn several_editors_end_with_the_text() {
    for (name, trace) in traces().into_iter().filter(|(_, trace)| trace.is_concurrent()) {
        let (replicas, _) = trace.together();
        for into in 0..replicas.len() {
            let mut all = replicas[into].clone();
            let mut letters = replicas[into].letters().clone();
            for from in &replicas {
                all.merge(from);
                letters.merge(from.letters());
            }
            assert!(all.text() == trace.end_content, "{name}: another text by changes");
            assert!(letters.text() == trace.end_content, "{name}: another text by states");
            assert!(letters == *all.letters(), "{name}: changes and states leave different letters");
        }
        println!("{name}: {} edits by {} editors", trace.edits(), replicas.len());
    }
}
