//! How far a service knows of a card.
use serde::{Deserialize, Serialize};

/// What is kept in place of a digest while nobody knows whether it arrived.
pub(super) const PERHAPS: &str = "?";
/// What was to be told of a card that does not work.
pub(super) const OFF: &str = "off";

/// The code of an answer 5xx.
pub(super) const BROKEN: &str = "broken";

/// The state of a card at a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum ToldState {
    /// It is known there, and works.
    On,
    /// It was known there, and does not work any more.
    Off,
    /// It is told with the next file.
    Waiting,
    /// It is none of that service's business; the code says why.
    Nothing,
    /// It did not work so far, and is tried again.
    Failing,
    /// It will not work before somebody changes something.
    Refused,
}

impl ToldState {
    /// Its stable name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::On => "on",
            Self::Off => "off",
            Self::Waiting => "waiting",
            Self::Nothing => "nothing",
            Self::Failing => "failing",
            Self::Refused => "refused",
        }
    }

    /// Key of its name.
    pub fn label(self) -> &'static str {
        match self {
            Self::On => "card-told-state-on",
            Self::Off => "card-told-state-off",
            Self::Waiting => "card-told-state-waiting",
            Self::Nothing => "card-told-state-nothing",
            Self::Failing => "card-told-state-failing",
            Self::Refused => "card-told-state-refused",
        }
    }

    /// Its tone.
    pub fn tone(self) -> &'static str {
        match self {
            Self::On => "ok",
            Self::Off | Self::Nothing => "",
            Self::Waiting => "info",
            Self::Failing => "warn",
            Self::Refused => "danger",
        }
    }
}
