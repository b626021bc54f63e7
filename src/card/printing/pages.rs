//! Pages of batches.
use super::store::Outcome;
use crate::web::page::{Banner, Shell};
use askama::Template;

/// A batch of the list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BatchLine {
    /// Its id.
    pub id: String,
    /// When it was made.
    pub at: String,
    /// Who made it, or empty.
    pub by: String,
    /// Cards in it.
    pub cards: u32,
    /// Those that wait.
    pub waiting: u32,
    /// Those that came out well.
    pub printed: u32,
    /// Those that did not.
    pub misprinted: u32,
}

/// `/cards/office/batches?skip=`
#[derive(Debug, Default, Template)]
#[template(path = "card/printing/pages/batches.html")]
pub struct CardBatches {
    /// The frame.
    pub shell: Shell,
    /// The newest first.
    pub rows: Vec<BatchLine>,
    /// Address of the page before.
    pub newer: Option<String>,
    /// Address of the page behind.
    pub older: Option<String>,
}

/// A card in a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PrintLine {
    /// The card.
    pub card: String,
    /// Whose.
    pub name: String,
    /// The same, everywhere.
    pub eppn: String,
    /// What stands on it besides the name.
    pub lines: String,
    /// What became of it.
    pub outcome: Outcome,
}

/// `/cards/office/batches/ID`, which also posts there.
#[derive(Debug, Default, Template)]
#[template(path = "card/printing/pages/batch.html")]
pub struct CardBatch {
    /// The frame.
    pub shell: Shell,
    /// The batch.
    pub batch: BatchLine,
    /// Its cards.
    pub rows: Vec<PrintLine>,
    /// Whether its file may be taken.
    pub may_take: bool,
    /// What was just done.
    pub said: Option<Banner>,
}

impl BatchLine {
    /// Key of its state.
    fn label(&self) -> &'static str {
        if self.waiting > 0 { "card-batch-open" } else { "card-batch-over" }
    }

    fn tone(&self) -> &'static str {
        if self.waiting > 0 { "info" } else { "" }
    }
}

impl Outcome {
    /// Key of its name.
    fn label(self) -> &'static str {
        match self {
            Self::Waiting => "card-print-waiting",
            Self::Printed => "card-print-printed",
            Self::Misprinted => "card-print-misprinted",
        }
    }

    fn tone(self) -> &'static str {
        match self {
            Self::Waiting => "info",
            Self::Printed => "ok",
            Self::Misprinted => "warn",
        }
    }

    fn is_open(self) -> bool {
        self == Self::Waiting
    }
}
