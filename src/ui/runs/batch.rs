//! The page's state and the one loop that moves it: runs are taken from a list, one after another,
//! in slices between frames.

use super::super::catalogue::{self, Entry, Shelf};
use super::super::frame::Slice;
use super::runner::{Outcome, Runner};
use crate::lesson::Scenario;
use leptos::prelude::*;
use leptos::task::spawn_local;
use std::rc::Rc;
use std::sync::Arc;

/// The list of scenarios, which is fetched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Listing {
    /// On its way.
    Loading,
    /// Here.
    Ready(Arc<Vec<Entry>>),
    /// Not to be had, and why.
    Failed(String),
}

/// A run that came to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Done {
    /// The call to `Batch::run` that asked for it: rows of another call are other rows.
    pub(super) call: u32,
    /// The scenario's id.
    pub(super) scenario: String,
    /// The scenario's title.
    pub(super) title: String,
    /// The seed.
    pub(super) seed: u32,
    /// What came of it.
    pub(super) outcome: Outcome,
}

/// How far the runs that were asked for are.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Progress {
    /// Runs at their end.
    pub(super) done: usize,
    /// Runs asked for.
    pub(super) wanted: usize,
    /// How much of all of them is behind, from 0 to 1.
    pub(super) share: f64,
}

/// The page's state. Handles only, so it is copied into every handler.
#[derive(Clone, Copy)]
pub(super) struct Batch {
    /// The scenarios to choose from.
    pub(super) listing: RwSignal<Listing>,
    /// Runs at their end, in the order in which they were asked for.
    pub(super) done: RwSignal<Vec<Done>>,
    /// While runs are under way, how far they are.
    pub(super) progress: RwSignal<Option<Progress>>,
    /// What went wrong last, in words.
    pub(super) notice: RwSignal<Option<String>>,
    /// Counts calls to run, so that an older loop sees that it is no longer wanted.
    call: RwSignal<u32>,
    shelf: StoredValue<Shelf, LocalStorage>,
}

/// One run that is asked for.
type Wish = (Entry, u32);

impl Batch {
    /// An empty laboratory.
    pub(super) fn new() -> Batch {
        Batch {
            listing: RwSignal::new(Listing::Loading),
            done: RwSignal::new(Vec::new()),
            progress: RwSignal::new(None),
            notice: RwSignal::new(None),
            call: RwSignal::new(0),
            shelf: StoredValue::new_local(Shelf::default()),
        }
    }

    /// Fetches the list of scenarios.
    pub(super) fn load(self) {
        self.listing.set(Listing::Loading);
        spawn_local(async move {
            match catalogue::load().await {
                Ok(entries) => self.listing.set(Listing::Ready(Arc::new(entries))),
                Err(error) => self.listing.set(Listing::Failed(error.to_string())),
            }
        });
    }

    /// Runs every wish to its end and forgets earlier results.
    pub(super) fn run(self, wishes: Vec<Wish>) {
        let call = self.call.get_untracked().wrapping_add(1);
        self.call.set(call);
        self.done.set(Vec::new());
        self.notice.set(None);
        self.progress.set(Some(Progress { wanted: wishes.len(), ..Progress::default() }));
        spawn_local(async move {
            let failed = self.work(call, wishes).await.err();
            if self.is_wanted(call) {
                self.progress.set(None);
                self.notice.set(failed);
            }
        });
    }

    /// Stops after the slice that is being computed; results so far stay.
    pub(super) fn stop(self) {
        self.call.update(|call| *call = call.wrapping_add(1));
        self.progress.set(None);
    }

    fn is_wanted(self, call: u32) -> bool {
        self.call.try_get_untracked() == Some(call)
    }

    async fn work(self, call: u32, wishes: Vec<Wish>) -> Result<(), String> {
        let mut slice = Slice::start();
        let mut finished = Vec::new();
        let wanted = wishes.len();
        for (done, (entry, seed)) in wishes.into_iter().enumerate() {
            let scenario = self.scenario(&entry).await?;
            let mut runner =
                Runner::new(&scenario, seed).map_err(|error| format!("“{}” cannot be run: {error}", entry.title))?;
            while !runner.advance(&slice) {
                let share = (done as f64 + runner.progress()) / wanted as f64;
                self.show(&mut finished, Progress { done, wanted, share });
                slice.next().await;
                if !self.is_wanted(call) {
                    return Ok(());
                }
            }
            let outcome = runner.outcome();
            finished.push(Done { call, scenario: entry.id, title: entry.title, seed, outcome });
        }
        self.show(&mut finished, Progress { done: wanted, wanted, share: 1.0 });
        Ok(())
    }

    /// Publishes what has come since the last frame, all at once.
    fn show(self, finished: &mut Vec<Done>, progress: Progress) {
        if !finished.is_empty() {
            self.done.update(|all| all.append(finished));
        }
        self.progress.set(Some(progress));
    }

    async fn scenario(self, entry: &Entry) -> Result<Rc<Scenario>, String> {
        if let Some(scenario) = self.shelf.with_value(|shelf| shelf.get(&entry.id)) {
            return Ok(scenario);
        }
        let scenario = catalogue::fetch(entry).await.map_err(|error| error.to_string())?;
        self.shelf.update_value(|shelf| shelf.keep(&entry.id, scenario.clone()));
        Ok(scenario)
    }
}
