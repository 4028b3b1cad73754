//! What stands on the stage's edge: text boxes at replicas, and the small apps of clients. Each shows what its own end knows, and
//! nothing of the rest. Knows nothing of elements and events.

mod client;
mod splice;
mod text_box;

pub use client::{App, AppDeed, AppKind, AppStatus, Shown, client_apps};
pub use splice::{Splice, letters_before, units_before};
pub use text_box::{Ink, Page, TextBox, inked, page, text_box};
