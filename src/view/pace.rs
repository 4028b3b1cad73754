//! TEMPORARY: replaced by the helper's pace.
use crate::base::{SimDuration, SimTime};
use crate::view::chronicle::Chronicle;
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct ScreenTime(pub u64);
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate(pub u64);
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speed { Story { skip_quiet: bool }, Fixed(Rate) }
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Skip { pub length: SimDuration, pub heartbeats: u32 }
#[derive(Clone, Debug)]
pub struct Pace { rate: u64, from: SimTime, through: SimTime }
impl Pace {
    pub fn new(speed: Speed, from: SimTime) -> Self { let rate = match speed { Speed::Story{..} => 25_000, Speed::Fixed(Rate(r)) => r }; Self { rate, from, through: from } }
    pub fn plan(&mut self, _: &Chronicle, known: SimTime) { self.through = self.through.max(known); }
    pub fn planned_through(&self) -> (ScreenTime, SimTime) { (self.screen_at(self.through), self.through) }
    pub fn sim_at(&self, s: ScreenTime) -> SimTime { SimTime(self.from.0 + (u128::from(s.0) * u128::from(self.rate) / 1_000_000) as u64) }
    pub fn screen_at(&self, t: SimTime) -> ScreenTime { ScreenTime((u128::from(t.0.saturating_sub(self.from.0)) * 1_000_000 / u128::from(self.rate)) as u64) }
    pub fn rate_at(&self, _: ScreenTime) -> Rate { Rate(self.rate) }
    pub fn skip_at(&self, _: ScreenTime) -> Option<Skip> { None }
}
