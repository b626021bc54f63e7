//! The pages of cards: those of whoever has one, and those of the office.
use super::services::pages::ServiceLine;
use super::state::State;
use super::stop::Why;
use crate::web::page::{Banner, Shell};
use askama::Template;

/// A photo on a page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PhotoShown {
    /// Its id.
    pub id: String,
    /// Key of what stands in its place, or empty where it can be looked at.
    pub instead: &'static str,
}

/// One's own card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnCard {
    /// Its id.
    pub id: String,
    /// Where it is.
    pub state: State,
    /// Since when.
    pub at: String,
    /// Until when it is good, or empty.
    pub due: String,
    /// Why it was sent back, or empty.
    pub note: String,
    /// Why it is stopped.
    pub why: Option<Why>,
    /// Its photo.
    pub photo: Option<PhotoShown>,
    /// Whether the request can be taken back.
    pub may_cancel: bool,
    /// Whether it can be said to be lost.
    pub may_stop: bool,
}

/// One's own cards.
#[expect(clippy::struct_excessive_bools, reason = "each shows a part of the page")]
#[derive(Debug, Default, Template)]
#[template(path = "card/pages/own.html")]
pub struct MyCards {
    /// The frame.
    pub shell: Shell,
    /// Whether there can be cards for this person.
    pub is_known: bool,
    /// Whether one can be asked for.
    pub may_ask: bool,
    /// Key of why not.
    pub told: &'static str,
    /// What has to be paid here first, or empty.
    pub due: String,
    /// Paybox has yet to say what became of a payment.
    pub is_waiting: bool,
    /// What became of a payment.
    pub said: Option<Banner>,
    /// A request was just sent.
    pub is_sent: bool,
    /// A card was just stopped.
    pub is_stopped: bool,
    /// Whether the office knows this person.
    pub has_holder: bool,
    /// Whether others inside may see the photo.
    pub shows_photo: bool,
    /// The newest first.
    pub cards: Vec<OwnCard>,
}

/// The first step: a photo. Posts to `/cards/request/photo`.
#[derive(Debug, Default, Template)]
#[template(path = "card/pages/ask_photo.html")]
pub struct AskPhoto {
    /// The frame.
    pub shell: Shell,
    /// The photo that is known already.
    pub known: Option<PhotoShown>,
}

/// The second step: how it will be, and who may see it.
#[derive(Debug, Default, Template)]
#[template(path = "card/pages/ask_consent.html")]
pub struct AskConsent {
    /// The frame.
    pub shell: Shell,
    /// The photo.
    pub photo: PhotoShown,
    /// Whether others inside may see it.
    pub shows_photo: bool,
}

/// The third step. Posts to `/cards/request`.
#[derive(Debug, Default, Template)]
#[template(path = "card/pages/ask_check.html")]
pub struct AskCheck {
    /// The frame.
    pub shell: Shell,
    /// The photo.
    pub photo: PhotoShown,
    /// Whose card.
    pub name: String,
    /// The same, everywhere.
    pub eppn: String,
    /// Until when it will be good, or empty.
    pub due: String,
    /// Whether others inside may see the photo.
    pub shows_photo: bool,
}

/// A card is lost. Posts to `/cards/ID/stop`.
#[derive(Debug, Template)]
#[template(path = "card/pages/stop.html")]
pub struct StopCard {
    /// The frame.
    pub shell: Shell,
    /// The card.
    pub card: OwnCard,
}

/// Where cards are handed out. Posts to `/cards/office/deliver`.
#[derive(Debug, Default, Template)]
#[template(path = "card/pages/deliver.html")]
pub struct DeliverCards {
    /// The frame.
    pub shell: Shell,
    /// The card that was just handed out.
    pub done: Option<CardLine>,
}

/// A card of the office's list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardLine {
    /// Its id.
    pub id: String,
    /// Raised by each change.
    pub version: i64,
    /// Whose.
    pub name: String,
    /// The same, everywhere.
    pub eppn: String,
    /// Type of the holder.
    pub card_type: String,
    /// Where it is.
    pub state: State,
    /// Since when.
    pub at: String,
    /// Number of its chip, or empty.
    pub csn: String,
}

/// How many cards are in a state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StateCount {
    /// The state.
    pub state: State,
    /// How many.
    pub count: u32,
    /// Where they are listed.
    pub address: String,
    /// Whether they are listed now.
    pub is_here: bool,
}

/// The list of the office. Posts to `/cards/office/bulk`.
#[expect(clippy::struct_excessive_bools, reason = "each shows a part of the page")]
#[derive(Debug, Default, Template)]
#[template(path = "card/pages/office.html")]
pub struct CardOffice {
    /// The frame.
    pub shell: Shell,
    /// Whether there is a card office.
    pub is_open: bool,
    /// Whether cards may be led on.
    pub may_lead: bool,
    /// Whether services outside are told of cards, for who may see to them.
    pub has_services: bool,
    /// Whether cards can be paid for, for who may see payments.
    pub has_payments: bool,
    /// States with cards in them.
    pub counts: Vec<StateCount>,
    /// What was searched for.
    pub words: String,
    /// The state that is listed, or empty.
    pub state: String,
    /// The cards.
    pub rows: Vec<CardLine>,
    /// Whether their pages may be opened.
    pub sees: bool,
    /// What can be done with several of them.
    pub acts: Vec<State>,
    /// The same cards as a table.
    pub csv: String,
    /// Address of the page before.
    pub newer: Option<String>,
    /// Address of the page behind.
    pub older: Option<String>,
    /// What became of several cards.
    pub said: Option<Banner>,
}

/// One more thing that is known of a card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardFact {
    /// Key of its name.
    pub name: &'static str,
    /// What it is.
    pub value: String,
    /// Whether it is written for machines.
    pub is_code: bool,
}

/// What became of a card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HistoryLine {
    /// When.
    pub at: String,
    /// To where.
    pub state: State,
    /// Who did it.
    pub by: String,
    /// What was said, or empty.
    pub note: String,
}

/// One card in the office. Posts to `/cards/office/ID`.
#[derive(Debug, Template)]
#[template(path = "card/pages/one.html")]
pub struct OneCard {
    /// The frame.
    pub shell: Shell,
    /// The card.
    pub card: CardLine,
    /// Its photo.
    pub photo: Option<PhotoShown>,
    /// What is known of it.
    pub facts: Vec<CardFact>,
    /// What applications on its chip know it by.
    pub identifiers: Vec<(String, String)>,
    /// The lines that are printed on it, or about to be.
    pub printed: Vec<String>,
    /// The batch in which it waits, or empty.
    pub batch: String,
    /// What was said with the last step, or empty.
    pub note: String,
    /// Where it can be led from here.
    pub acts: Vec<State>,
    /// How far services outside know of it.
    pub services: Vec<ServiceLine>,
    /// Key of why there is nothing to do.
    pub idle: &'static str,
    /// The newest first.
    pub history: Vec<HistoryLine>,
    /// Other cards of the same person.
    pub others: Vec<CardLine>,
}

impl CardOffice {
    /// Cards on this page.
    fn count(&self) -> u32 {
        u32::try_from(self.rows.len()).unwrap_or(u32::MAX)
    }
}

impl CardOffice {
    /// Whether everything that is listed can be printed at once.
    fn prints_all(&self) -> bool {
        self.acts.contains(&State::InPrint)
    }
}

impl OneCard {
    /// Whether one of the acts stops the card, which needs a reason of its own.
    fn may_stop(&self) -> bool {
        self.acts.contains(&State::Disabled)
    }
}

impl State {
    /// How its button looks.
    pub(super) fn button(self) -> &'static str {
        match self {
            Self::Rejected | Self::Canceled | Self::Disabled | Self::Destroyed => "danger",
            Self::RequestChecked | Self::Printed | Self::Enabled => "main",
            _ => "",
        }
    }
}

impl MyCards {
    /// Key of what stands under an empty list.
    fn empty_help(&self) -> &'static str {
        if self.may_ask { "card-own-none-help" } else { self.told }
    }
}
