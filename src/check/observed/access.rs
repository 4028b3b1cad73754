//! An operation looked at as one on a register: what it has seen there, and what it leaves there. Knows no history.

use super::{Answer, Ask, Datum, End, ObservedOp};

impl Ask {
    /// Whether registers have this operation.
    pub(in crate::check) fn is_of_register(&self) -> bool {
        matches!(self, Self::Read | Self::Write(_) | Self::CompareAndSet { .. } | Self::Delete)
    }

    /// What the operation leaves in its register, if it takes effect.
    pub(in crate::check) fn leaves(&self) -> Option<&Datum> {
        match self {
            Self::Write(value) | Self::CompareAndSet { value, .. } => Some(value),
            Self::Delete => Some(&Datum::Nil),
            _ => None,
        }
    }
}

impl ObservedOp {
    /// What it has left in its register, or may have, or may yet.
    pub(in crate::check) fn written(&self) -> Option<&Datum> {
        match self.end {
            Some((_, End::Failed | End::Ok(Answer::Mismatch))) => None,
            Some((_, End::Ok(_) | End::Unknown)) | None => self.ask.leaves(),
        }
    }

    /// What it has seen in its register.
    pub(in crate::check) fn saw(&self) -> Option<&Datum> {
        match (&self.ask, self.answer()) {
            (Ask::Read, Some(Answer::Value(value))) => Some(value),
            (Ask::CompareAndSet { expect, .. }, Some(Answer::Done)) => Some(expect),
            _ => None,
        }
    }
}
