//! The encoder of the demonstration.
use crate::card::state::State;
use crate::web::page::Shell;
use askama::Template;

/// A card at the encoder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoEncoded {
    /// Whose.
    pub name: String,
    /// The same, everywhere.
    pub eppn: String,
    /// Where it is.
    pub state: State,
    /// Number of its chip, or empty.
    pub csn: String,
}

/// The encoder. Posts to itself.
#[derive(Debug, Default, Template)]
#[template(path = "demo/pages/encoder.html")]
pub struct DemoEncoder {
    /// The frame.
    pub shell: Shell,
    /// The card that was just written.
    pub done: Option<DemoEncoded>,
    /// Those that wait, the next one first.
    pub waiting: Vec<DemoEncoded>,
}
