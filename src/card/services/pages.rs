//! The pages of services: what they were told of a card, and what nobody handled.
use super::crous::NewName;
use super::told::ToldState;
use crate::card::pages::CardLine;
use crate::web::page::Shell;
use askama::Template;

/// A card at a service, on the page of the card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceLine {
    /// What the service is called.
    pub name: String,
    /// Where there is more; empty for who may only read.
    pub address: String,
    /// How far it came; `None`: nothing was told yet.
    pub state: Option<ToldState>,
    /// When it was tried last, or empty.
    pub at: String,
    /// What was said against it.
    pub said: Said,
    /// Whether it is about to be told.
    pub is_open: bool,
}

/// What was said against something.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Said {
    /// In our words; empty: the service's stand alone.
    pub text: String,
    /// Code of the service.
    pub code: String,
    /// In its words.
    pub message: String,
    /// Field, method and path of the call, or empty.
    pub call: String,
}

/// A text that a service gets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Key of what it is about.
    pub name: &'static str,
    /// JSON.
    pub text: String,
}

/// What the office decides of a holder at the CROUS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IzlySwitch {
    /// Where it is posted.
    pub address: String,
    /// Why nothing is told of them; `None`: it is.
    pub off: Option<String>,
}

/// One card at one service. Posts to itself: tell it again.
#[derive(Debug, Template)]
#[template(path = "card/services/pages/service.html")]
pub struct CardService {
    /// The frame.
    pub shell: Shell,
    /// The card.
    pub card: CardLine,
    /// How far it came.
    pub line: ServiceLine,
    /// What would be told now, or is.
    pub told: Vec<Told>,
    /// Why nothing would be told, or empty.
    pub nothing: String,
    /// What the service says of the holder: names and values.
    pub kept: Vec<(&'static str, String)>,
    /// Where another name is asked for, or empty.
    pub rename: String,
    /// What the office may decide; only at the CROUS.
    pub izly: Option<IzlySwitch>,
    /// It was just asked for.
    pub is_asked: bool,
}

/// How a service does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServiceHealth {
    /// What it is called.
    pub name: String,
    /// What is wrong with it, or empty.
    pub trouble: String,
    /// Since when, or when it answered last, or empty.
    pub at: String,
    /// When it is tried again, or empty.
    pub again: String,
}

/// A kind of refusal, and how many there are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CodeCount {
    /// Where they are listed.
    pub address: String,
    /// What it is.
    pub text: String,
    /// How many.
    pub count: u32,
    /// Whether they are listed now.
    pub is_here: bool,
}

/// A card that a service refuses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedLine {
    /// Whose.
    pub name: String,
    /// The same, everywhere.
    pub eppn: String,
    /// What the service is called.
    pub service: String,
    /// Where there is more.
    pub address: String,
    /// How far the service knows of it all the same.
    pub state: ToldState,
    /// What was said.
    pub said: Said,
    /// When.
    pub at: String,
}

/// What nobody handled.
#[derive(Debug, Default, Template)]
#[template(path = "card/services/pages/list.html")]
pub struct CardServices {
    /// The frame.
    pub shell: Shell,
    /// How each service does.
    pub health: Vec<ServiceHealth>,
    /// Kinds of refusals.
    pub counts: Vec<CodeCount>,
    /// Whether zones of chips can be brought in.
    pub sets_up: bool,
    /// Whether all kinds are listed.
    pub is_all: bool,
    /// The kind that is listed: a service and a code.
    pub kind: (String, String),
    /// Words that what was said has in it, or empty.
    pub message: String,
    /// Whether it keeps cards from being known; `None`: it does not matter.
    pub blocking: Option<bool>,
    /// Whether one of these two is set.
    pub is_filtered: bool,
    /// The same cards as a table.
    pub csv: String,
    /// The cards.
    pub rows: Vec<RefusedLine>,
    /// Address of the page before.
    pub newer: Option<String>,
    /// Address of the page behind.
    pub older: Option<String>,
}

/// A line of a supplier's file that cannot be taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadZone {
    /// From 1.
    pub line: u64,
    /// Key of what is wrong.
    pub why: &'static str,
}

/// Zones of the CROUS on chips. Posts to itself.
#[derive(Debug, Default, Template)]
#[template(path = "card/services/pages/zones.html")]
pub struct CardZones {
    /// The frame.
    pub shell: Shell,
    /// A file was just read.
    pub is_read: bool,
    /// Chips that were not known.
    pub added: u32,
    /// Chips that were.
    pub known: u32,
    /// Lines that cannot be taken.
    pub refused: u32,
    /// The first of them.
    pub bad: Vec<BadZone>,
}

impl CardZones {
    /// Tone of what is said of a file.
    fn tone(&self) -> &'static str {
        if self.refused > 0 { "warn" } else { "ok" }
    }
}

impl BadZone {
    fn number(&self) -> String {
        self.line.to_string()
    }
}

/// A name that the CROUS did not change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedName {
    /// As it is there.
    pub was: String,
    /// As it should be.
    pub becomes: String,
    /// What was said against it.
    pub said: String,
}

/// Names of right holders that are to be changed. Posts to itself, and to `…/act`.
#[derive(Debug, Default, Template)]
#[template(path = "card/services/pages/names.html")]
pub struct CardNames {
    /// The frame.
    pub shell: Shell,
    /// Names that somebody has to look at first.
    pub listed: u32,
    /// Names that are being sent.
    pub waiting: u32,
    /// Names that were changed.
    pub done: u32,
    /// Names that were not.
    pub refused: u32,
    /// The first that are listed.
    pub preview: Vec<NewName>,
    /// The first that were refused.
    pub refusals: Vec<RefusedName>,
    /// Lines that cannot be taken.
    pub bad: Vec<BadZone>,
}

impl CardNames {
    fn has_any(&self) -> bool {
        self.listed + self.done + self.refused > 0
    }

    fn can_send(&self) -> bool {
        self.listed + self.refused > 0
    }
}
