//! The kinds of values that an author writes. Each says how it is read, what is wrong with it, and how it is described.

mod basic;
mod decimal;
mod distribution;
mod names;
mod several;
mod time;
mod value;

pub(super) use basic::{Flag, Percent, Text, Whole, Words, Yes};
pub(super) use distribution::{Delay, Tempo};
pub(super) use names::{Client, End, Link, Node};
pub(super) use several::{Each, List, Named};
pub use time::duration;
pub(super) use time::{Instant, Length, Shift, Span};
pub(super) use value::{Literal, Member, Siblings};
