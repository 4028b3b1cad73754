//! The runs before other settings: changing a setting sets up another run, and undo and redo go between them. Owns the piles;
//! knows nothing of what a setting is.

use super::Lab;
use crate::session::{ScenarioRef, Session};
use leptos::prelude::*;

/// A run to which one can return, as long as nothing was done in the one that took its place.
pub(super) struct Former {
    session: Session,
    scenario: ScenarioRef,
    /// How many commands and branches the other has while nothing was done in it.
    untouched: (usize, usize),
}

impl Lab {
    /// Sets another run up in the place of this one, to which undo returns.
    pub(in crate::ui) fn change_run(self, session: Session, scenario: ScenarioRef) {
        self.later.update_value(Vec::clear);
        self.exchange(self.former, session, scenario);
    }

    /// Returns to the run before the settings were changed, if that is the last thing that was done. Says whether it did.
    pub(in crate::ui) fn undo_run(self) -> bool {
        self.take_untouched(self.former).is_some_and(|former| {
            self.exchange(self.later, former.session, former.scenario);
            true
        })
    }

    /// Returns to the run that the last [`Lab::undo_run`] left, if nothing was done since. Says whether it did.
    pub(in crate::ui) fn redo_run(self) -> bool {
        self.take_untouched(self.later).is_some_and(|later| {
            self.exchange(self.former, later.session, later.scenario);
            true
        })
    }

    /// Keeps this run on a pile and sets another up.
    fn exchange(self, pile: StoredValue<Vec<Former>, LocalStorage>, session: Session, scenario: ScenarioRef) {
        let untouched = (session.active_branch().commands().len(), session.branches().len());
        let kept = self.read(|playback| playback.session().clone()).zip(self.scenario_ref.get_value());
        if let Some((session, scenario)) = kept {
            pile.update_value(|pile| pile.push(Former { session, scenario, untouched }));
        }
        let (selected, is_playing) = (self.selected.get_untracked(), self.clock.get_untracked().is_playing);
        self.load(session, scenario);
        self.selected.set(selected);
        if is_playing {
            self.play();
        }
    }

    fn take_untouched(self, pile: StoredValue<Vec<Former>, LocalStorage>) -> Option<Former> {
        let now = self.read(|playback| {
            let session = playback.session();
            (session.active_branch().commands().len(), session.branches().len())
        })?;
        pile.try_update_value(|pile| pile.pop_if(|former| former.untouched == now)).flatten()
    }
}
