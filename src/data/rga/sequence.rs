//! Runs in order, found by place and by name: a row of blocks, each a short row of runs. A copy of a text is the row's
//! pointers, and a change copies one block. Owns where things are; the rule of where they belong is the text's.

use std::sync::Arc;

use super::LetterId;
use super::run::{Run, push};
use crate::base::{NodeId, SharedMap};

/// The most runs that a block holds; beyond, it is halved.
const RUNS: usize = 64;

/// The name of a block, which it keeps wherever it moves.
type BlockId = u32;

/// A letter's place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    block: usize,
    run: usize,
    /// Which letter of the run.
    pub(super) offset: u32,
}

#[derive(Clone, Debug)]
struct Block {
    id: BlockId,
    /// How many letters in it are shown.
    visible: u32,
    runs: Arc<Vec<Run>>,
}

/// Runs in order.
#[derive(Clone, Debug, Default)]
pub(super) struct Sequence {
    /// None is empty.
    blocks: Vec<Block>,
    /// The block of each run, by the name of the run's first letter.
    homes: SharedMap<(NodeId, u64), BlockId>,
    /// How many blocks there have been.
    made: u32,
    visible: u64,
}

fn key(id: LetterId) -> (NodeId, u64) {
    (id.actor, id.count)
}

impl Sequence {
    pub(super) fn visible(&self) -> u64 {
        self.visible
    }

    pub(super) fn runs(&self) -> impl Iterator<Item = &Run> {
        self.blocks.iter().flat_map(|block| block.runs.iter())
    }

    pub(super) fn run(&self, place: Place) -> &Run {
        &self.blocks[place.block].runs[place.run]
    }

    pub(super) fn id(&self, place: Place) -> LetterId {
        self.run(place).first.plus(u64::from(place.offset))
    }

    /// The place of a letter by its name.
    pub(super) fn find(&self, id: LetterId) -> Option<Place> {
        let (_, home) = self.homes.floor(&key(id))?;
        let block = self.blocks.iter().position(|block| block.id == *home)?;
        let runs = self.blocks[block].runs.iter().enumerate();
        runs.filter_map(|(run, it)| Some(Place { block, run, offset: it.offset_of(id)? })).next()
    }

    /// How many names from this one on, which is not here, are not here either.
    pub(super) fn unknown_from(&self, id: LetterId) -> u64 {
        let next = self.homes.above(&key(id)).filter(|((actor, _), _)| *actor == id.actor);
        next.map_or(u64::MAX, |((_, count), _)| count - id.count)
    }

    /// The place of the letter that is shown so many letters after the start.
    pub(super) fn shown_at(&self, at: u64) -> Option<Place> {
        if at >= self.visible {
            return None;
        }
        let mut left = at;
        let mut block = 0;
        while left >= u64::from(self.blocks[block].visible) {
            left -= u64::from(self.blocks[block].visible);
            block += 1;
        }
        let mut run = 0;
        let runs = &self.blocks[block].runs;
        while left >= u64::from(runs[run].visible()) {
            left -= u64::from(runs[run].visible());
            run += 1;
        }
        Some(Place { block, run, offset: left as u32 })
    }

    /// How many letters are shown before a place.
    pub(super) fn shown_before(&self, place: Place) -> u64 {
        let blocks: u64 = self.blocks[..place.block].iter().map(|block| u64::from(block.visible)).sum();
        let runs: u32 = self.blocks[place.block].runs[..place.run].iter().map(Run::visible).sum();
        blocks + u64::from(runs + place.offset.min(self.run(place).visible()))
    }

    /// How many letters are shown up to a place, its own letter among them.
    pub(super) fn shown_upto(&self, place: Place) -> u64 {
        self.shown_before(place) + u64::from(self.run(place).letters.is_some())
    }

    /// The first letter of the run after the one at a place.
    fn run_after(&self, place: Place) -> Option<Place> {
        if place.run + 1 < self.blocks[place.block].runs.len() {
            return Some(Place { run: place.run + 1, offset: 0, ..place });
        }
        (place.block + 1 < self.blocks.len()).then_some(Place { block: place.block + 1, run: 0, offset: 0 })
    }

    /// The letter after the one at a place, shown or not; the first of all after none.
    pub(super) fn letter_after(&self, place: Option<Place>) -> Option<Place> {
        match place {
            None => (!self.blocks.is_empty()).then_some(Place { block: 0, run: 0, offset: 0 }),
            Some(place) if place.offset + 1 < self.run(place).length => {
                Some(Place { offset: place.offset + 1, ..place })
            }
            Some(place) => self.run_after(place),
        }
    }

    /// The last letter of the run at a place.
    pub(super) fn end_of_run(&self, place: Place) -> Place {
        Place { offset: self.run(place).length - 1, ..place }
    }

    /// Puts a run after a letter, or at the start.
    pub(super) fn insert_after(&mut self, place: Option<Place>, new: Run) {
        if self.blocks.is_empty() {
            self.blocks.push(Block { id: self.made, visible: 0, runs: Arc::default() });
            self.made += 1;
            return self.edit(0, 0, |_, runs| push(runs, new));
        }
        match place {
            None => self.edit(0, 0, |first, runs| {
                push(runs, new);
                first.into_iter().for_each(|first| push(runs, first));
            }),
            Some(Place { block, run, offset }) => self.edit(block, run, |old, runs| {
                let mut old = old.expect("there is a letter at the place");
                let rest = old.split_off(offset + 1);
                [old, new, rest].into_iter().for_each(|run| push(runs, run));
            }),
        }
    }

    /// Puts a run at the end.
    pub(super) fn append(&mut self, run: Run) {
        let last = self.blocks.len().checked_sub(1);
        let place = last.map(|block| {
            let run = self.blocks[block].runs.len() - 1;
            self.end_of_run(Place { block, run, offset: 0 })
        });
        self.insert_after(place, run);
    }

    /// Deletes so many letters of one run, from a place on.
    pub(super) fn strike(&mut self, place: Place, length: u32) {
        self.edit(place.block, place.run, |old, runs| {
            let mut old = old.expect("there is a letter at the place");
            let mut struck = old.split_off(place.offset);
            let rest = struck.split_off(length);
            [old, Run::deleted(struck.first, length), rest].into_iter().for_each(|run| push(runs, run));
        });
    }

    /// Replaces one run by what is pushed for it, joined with its neighbours in the block where they go on.
    fn edit(&mut self, block: usize, run: usize, change: impl FnOnce(Option<Run>, &mut Vec<Run>)) {
        let Block { id, visible, runs } = &mut self.blocks[block];
        let runs = Arc::make_mut(runs);
        let from = run.saturating_sub(1);
        let to = (run + 2).min(runs.len());
        let had_before = run > from;
        let mut old = runs.drain(from..to);
        let (mut before, mut after, mut new) = (Vec::with_capacity(3), Vec::with_capacity(5), Vec::with_capacity(5));
        let mut shown = 0_u32;
        let mut take = |old: Option<Run>| {
            old.inspect(|run| {
                before.push(key(run.first));
                shown += run.visible();
            })
        };
        if had_before && let Some(previous) = take(old.next()) {
            push(&mut new, previous);
        }
        let middle = take(old.next());
        let next = take(old.next());
        drop(old);
        change(middle, &mut new);
        next.into_iter().for_each(|next| push(&mut new, next));
        let shows: u32 = new.iter().map(Run::visible).sum();
        *visible = *visible + shows - shown;
        self.visible = self.visible + u64::from(shows) - u64::from(shown);
        new.iter().for_each(|run| after.push(key(run.first)));
        runs.splice(from..from, new);
        let (id, is_full) = (*id, runs.len() > RUNS);
        for name in before.iter().filter(|name| !after.contains(name)) {
            self.homes.remove(name);
        }
        for name in after.into_iter().filter(|name| !before.contains(name)) {
            self.homes.insert(name, id);
        }
        if is_full {
            self.halve(block);
        }
    }

    /// Cuts a block that is too long into blocks of half the length.
    fn halve(&mut self, block: usize) {
        let all = std::mem::take(Arc::make_mut(&mut self.blocks[block].runs));
        let mut rest = all.into_iter();
        let mut pieces = std::iter::from_fn(|| {
            let runs: Vec<Run> = rest.by_ref().take(RUNS / 2).collect();
            (!runs.is_empty()).then_some(runs)
        });
        let visible = |runs: &[Run]| runs.iter().map(Run::visible).sum();
        let first = pieces.next().expect("a block that is too long is not empty");
        self.blocks[block].visible = visible(&first);
        self.blocks[block].runs = Arc::new(first);
        let mut more = Vec::new();
        for runs in pieces {
            for run in &runs {
                self.homes.insert(key(run.first), self.made);
            }
            more.push(Block { id: self.made, visible: visible(&runs), runs: Arc::new(runs) });
            self.made += 1;
        }
        self.blocks.splice(block + 1..block + 1, more);
    }
}
