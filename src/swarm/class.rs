//! Classes of faults: what a swarm may do to a cluster, and so what it may ask of it.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Which faults may be drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Class {
    /// All but wiped disks, lying disks, and clocks beyond the drift bound: every promise must be kept.
    Safe,
    /// The same, and servers whose disks are wiped, and who come back under a new name: every promise must be kept.
    Wipe,
    /// Anything: what rests on an assumption that was not kept is not asked for.
    Hostile,
}

impl Class {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Safe, Self::Wipe, Self::Hostile];

    /// Its name on the command line and in every output.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Safe => "safe",
            Self::Wipe => "wipe",
            Self::Hostile => "hostile",
        }
    }

    /// Whether a new write must be acknowledged once all is mended.
    #[must_use]
    pub const fn demands_progress(self) -> bool {
        !matches!(self, Self::Hostile)
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
