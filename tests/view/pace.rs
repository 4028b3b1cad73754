//! The pace over whole runs.
