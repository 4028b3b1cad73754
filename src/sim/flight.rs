//! Messages in flight, each with the fate that it was sent with.

use super::record::{DropReason, Payload};
use crate::base::{Endpoint, RecordId, SimTime, sort_by_key};

/// One message on its way.
#[derive(Clone, Debug)]
pub struct Flight<M> {
    /// The record of its sending (or duplication), which names it.
    pub message: RecordId,
    /// Who sent it.
    pub from: Endpoint,
    /// Who is to get it.
    pub to: Endpoint,
    /// When it was sent.
    pub sent_at: SimTime,
    /// When it would arrive, were nothing to stop it.
    pub arrives_at: SimTime,
    /// What becomes of it, as far as is known by now.
    pub fate: Fate,
    /// Whether the receiver's process was down when it was sent: then it has not been sent at all in the eyes of the
    /// sender, since nothing listened.
    pub refused: bool,
    /// What it carries.
    pub payload: Payload<M>,
}

/// What becomes of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It arrives.
    Arrives,
    /// It dies on the way.
    Dies {
        /// When.
        at: SimTime,
        /// Why.
        why: DropReason,
    },
}

impl<M> Flight<M> {
    /// When it arrives or dies.
    #[must_use]
    pub fn ends_at(&self) -> SimTime {
        match self.fate {
            Fate::Arrives => self.arrives_at,
            Fate::Dies { at, .. } => at,
        }
    }
}

/// All messages in flight. A slot is used again; its ticket tells an event for an earlier tenant from one for this.
#[derive(Clone, Debug)]
pub(super) struct Flights<M> {
    slots: Vec<Slot<M>>,
    free: Vec<u32>,
}

#[derive(Clone, Debug)]
struct Slot<M> {
    ticket: u32,
    flight: Option<Flight<M>>,
}

impl<M> Default for Flights<M> {
    fn default() -> Self {
        Self { slots: Vec::new(), free: Vec::new() }
    }
}

impl<M> Flights<M> {
    pub(super) fn len(&self) -> usize {
        self.slots.len() - self.free.len()
    }

    /// Takes a message in; gives its slot and ticket.
    pub(super) fn insert(&mut self, flight: Flight<M>) -> (u32, u32) {
        if let Some(at) = self.free.pop() {
            let slot = &mut self.slots[at as usize];
            slot.ticket = slot.ticket.wrapping_add(1);
            slot.flight = Some(flight);
            return (at, slot.ticket);
        }
        self.slots.push(Slot { ticket: 0, flight: Some(flight) });
        (self.slots.len() as u32 - 1, 0)
    }

    pub(super) fn is_current(&self, slot: u32, ticket: u32) -> bool {
        let slot = &self.slots[slot as usize];
        slot.ticket == ticket && slot.flight.is_some()
    }

    pub(super) fn take(&mut self, slot: u32) -> Flight<M> {
        self.free.push(slot);
        self.slots[slot as usize].flight.take().expect("the event for this flight is current")
    }

    /// Takes out all messages on one directed link, in the order of their sending.
    pub(super) fn take_on(&mut self, from: Endpoint, to: Endpoint) -> Vec<Flight<M>> {
        let mut taken = Vec::new();
        for (at, slot) in self.slots.iter_mut().enumerate() {
            if slot.flight.as_ref().is_some_and(|flight| flight.from == from && flight.to == to) {
                taken.extend(slot.flight.take());
                self.free.push(at as u32);
            }
        }
        sort_by_key(&mut taken, |flight| flight.message);
        taken
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Flight<M>> {
        self.slots.iter().filter_map(|slot| slot.flight.as_ref())
    }
}
