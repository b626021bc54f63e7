//! `[audit]`
use super::Reader;
use super::parse::retention;
use chrono::TimeDelta;

/// `[audit]`
#[derive(Debug, Clone, Copy)]
pub struct Audit {
    /// Cut client addresses.
    pub cut_addresses: bool,
    /// How long rows stay.
    pub keep: TimeDelta,
    /// How long it stays known from where people were refused at sign-in.
    pub keep_refused: TimeDelta,
}

impl Audit {
    pub(super) fn read(reader: &mut Reader) -> Self {
        Self {
            cut_addresses: reader.flag("audit", "privacy"),
            keep: reader.value_or("audit", "keep", retention, TimeDelta::days(1096)),
            keep_refused: reader.value_or("audit", "keep_refused", retention, TimeDelta::days(90)),
        }
    }
}
