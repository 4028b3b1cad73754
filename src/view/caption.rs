//! TEMPORARY: replaced by the helper's caption.
use crate::check::InvariantBroken;
use crate::view::chronicle::Chronicle;
use crate::view::pace::ScreenTime;
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caption { pub text: String }
#[derive(Clone, Debug, Default)]
pub struct Captioner { now: Option<Caption> }
impl Captioner {
    pub fn current(&self) -> Option<&Caption> { self.now.as_ref() }
    pub fn standing<T>(_: &Chronicle, _: &[InvariantBroken], _: u64, _: &T) -> Self { Self::default() }
    pub fn look<T>(&mut self, _: &Chronicle, _: &[InvariantBroken], _: u64, _: ScreenTime, _: &T) {}
}
