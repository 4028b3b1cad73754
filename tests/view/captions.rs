//! The captions of whole runs.
