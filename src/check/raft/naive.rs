//! The same invariants, openly naive.
