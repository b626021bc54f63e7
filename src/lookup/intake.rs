//! Everything that writes records.

/// Writes records, so that the index hears of it.
#[derive(Clone)]
pub struct Intake;
