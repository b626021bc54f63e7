//! The pages of the demonstration: its start page, and two portals that look like strangers.
use crate::web::lang::Lang;
use crate::web::page::Shell;
use crate::web::pages::Link;
use askama::Template;

mod encoder;
mod mail;
mod search;
mod services;

pub use encoder::{DemoEncoded, DemoEncoder};
pub use mail::{DemoCode, DemoInbox, DemoLetter};
pub use search::{DemoColleague, DemoSearch};
pub use services::{DemoCall, DemoFile, DemoServices};

/// Where the demonstration begins. Posts `zone` to `/demo/place`.
#[derive(Debug, Default, Template)]
#[template(path = "demo/pages/start.html")]
pub struct DemoStart {
    /// The frame.
    pub shell: Shell,
    /// Whether others than those at this machine can come.
    pub is_lan: bool,
    /// The made-up people, by what they show.
    pub stories: Vec<Story>,
    /// Places one may pretend to be at.
    pub places: Vec<DemoPlace>,
    /// The file that may be changed: people come and go.
    pub list: String,
    /// More to look at: metadata, administration, documentation.
    pub links: Vec<Link>,
}

/// People who show the same thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Story {
    /// What they show.
    pub plot: Plot,
    /// Who they are.
    pub accounts: Vec<DemoAccount>,
}

/// What a story shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Plot {
    /// One school: straight into its portal.
    Straight,
    /// Several schools: the choice.
    Choice,
    /// Parents and pupils.
    Family,
    /// Administration.
    Office,
    /// What goes wrong, and how that is said.
    Trouble,
}

impl Plot {
    fn title(self) -> &'static str {
        match self {
            Self::Straight => "plot-straight",
            Self::Choice => "plot-choice",
            Self::Family => "plot-family",
            Self::Office => "plot-office",
            Self::Trouble => "plot-trouble",
        }
    }

    fn lead(self) -> &'static str {
        match self {
            Self::Straight => "plot-straight-lead",
            Self::Choice => "plot-choice-lead",
            Self::Family => "plot-family-lead",
            Self::Office => "plot-office-lead",
            Self::Trouble => "plot-trouble-lead",
        }
    }
}

/// A made-up person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoAccount {
    /// What to type.
    pub login: String,
    /// Their name.
    pub name: String,
    /// What is special about them.
    pub about: String,
}

/// A network of `portails.ini` to pretend to be in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoPlace {
    /// What the form sends.
    pub id: String,
    /// What it is called.
    pub label: String,
    /// Whether one is there now.
    pub is_here: bool,
}

/// What a portal looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Look {
    /// The portal of the collèges.
    #[default]
    Envole,
    /// The portal of the lycées.
    Ent,
}

impl Look {
    fn class(self) -> &'static str {
        match self {
            Self::Envole => "portal-envole",
            Self::Ent => "portal-ent",
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Envole => "Envole",
            Self::Ent => "ENT",
        }
    }
}

/// Where one lands: the portal greets, and shows what it was told.
#[derive(Debug, Default, Template)]
#[template(path = "demo/pages/portal.html")]
pub struct DemoPortal {
    /// Language of the page.
    pub lang: Lang,
    /// Which portal.
    pub look: Look,
    /// Name of the school.
    pub school: String,
    /// Name of the person.
    pub person: String,
    /// What was checked before anything was believed.
    pub checks: Vec<Check>,
    /// Name identifier and its format.
    pub name_id: (String, String),
    /// The facts of the assertion.
    pub facts: Vec<(Received, String)>,
    /// Attributes and their values, in their order.
    pub attributes: Vec<(String, Vec<String>)>,
    /// Where another school is chosen.
    pub change_school: String,
    /// Where the form of the sign-out goes.
    pub sign_out: String,
    /// Token of that form.
    pub csrf: String,
}

/// The application that signs people in by CAS.
#[derive(Debug, Default, Template)]
#[template(path = "demo/pages/application.html")]
pub struct DemoApplication {
    /// Language of the page.
    pub lang: Lang,
    /// How it looks.
    pub look: Look,
    /// What it calls itself.
    pub school: String,
    /// Login of the person.
    pub person: String,
    /// Attributes and their values.
    pub attributes: Vec<(String, Vec<String>)>,
    /// Where people sign out everywhere and come back.
    pub sign_out: String,
}

/// A check of the assertion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Check {
    /// The signature of the answer.
    ResponseSignature,
    /// The signature of the assertion.
    AssertionSignature,
    /// It is meant for this portal.
    Audience,
    /// It is neither too early nor too late.
    Time,
    /// It was not seen before.
    Replay,
}

impl Check {
    fn key(self) -> &'static str {
        match self {
            Self::ResponseSignature => "check-response",
            Self::AssertionSignature => "check-assertion",
            Self::Audience => "check-audience",
            Self::Time => "check-time",
            Self::Replay => "check-replay",
        }
    }
}

/// A fact of the assertion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Received {
    /// Who says so.
    Issuer,
    /// Whom it is for.
    Audience,
    /// When the person signed in.
    SignedIn,
    /// Until when it counts.
    ValidUntil,
    /// The session at the identity provider.
    SessionIndex,
    /// How the person signed in.
    Context,
    /// The message it answers, if any.
    InResponseTo,
    /// What came beside it.
    RelayState,
}

impl Received {
    fn key(self) -> &'static str {
        match self {
            Self::Issuer => "received-issuer",
            Self::Audience => "received-audience",
            Self::SignedIn => "received-signed-in",
            Self::ValidUntil => "received-valid-until",
            Self::SessionIndex => "received-session",
            Self::Context => "received-context",
            Self::InResponseTo => "received-in-response-to",
            Self::RelayState => "received-relay-state",
        }
    }
}

/// An academic portal: says which one it is and whom it is for.
#[derive(Debug, Default, Template)]
#[template(path = "demo/pages/academic.html")]
pub struct AcademicPortal {
    /// Language of the page.
    pub lang: Lang,
    /// Its name.
    pub name: String,
    /// Zones that lead here.
    pub zones: Vec<String>,
    /// Where a school is chosen.
    pub back: String,
}

/// An identity provider that asks who one would like to be.
#[derive(Debug, Default, Template)]
#[template(path = "demo/pages/provider.html")]
pub struct DemoProvider {
    /// Language of the page.
    pub lang: Lang,
    /// What it is called.
    pub title: String,
    /// How it vouches for people.
    pub protocol: &'static str,
    /// Who can be tried.
    pub people: Vec<DemoVisitor>,
    /// Where saying no leads to.
    pub refuse: Option<String>,
}

/// The made-up Paybox: what should become of a payment?
#[derive(Debug, Default, Template)]
#[template(path = "demo/pages/paybox.html")]
pub struct DemoPaybox {
    /// Language of the page.
    pub lang: Lang,
    /// What is to be paid.
    pub cost: String,
    /// Of which order.
    pub reference: String,
    /// Keys of what can become of it, and where that is.
    pub choices: Vec<(&'static str, String)>,
}

/// Somebody whose account is elsewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoVisitor {
    /// Their name.
    pub name: String,
    /// What is special about them.
    pub about: String,
    /// Where being them leads to.
    pub address: String,
}

/// The portal did not believe what it was told.
#[derive(Debug, Default, Template)]
#[template(path = "demo/pages/portal_refused.html")]
pub struct DemoPortalRefused {
    /// Language of the page.
    pub lang: Lang,
    /// Which portal.
    pub look: Look,
    /// Name of the school.
    pub school: String,
    /// What was wrong, for technicians.
    pub reason: String,
    /// Where a new try starts.
    pub again: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_click_fills_the_sign_in_form() {
        let account = DemoAccount {
            login: "jean hoarau&co".into(),
            name: "Jean Hoarau".into(),
            about: String::new(),
        };
        let story = Story { plot: Plot::Family, accounts: vec![account] };
        let page = DemoStart { stories: vec![story], ..DemoStart::default() };

        assert!(page.render().unwrap().contains(r#"href="/login?login=jean%20hoarau%26co""#));
    }

    #[test]
    fn a_portal_shows_what_it_received_as_text() {
        let page = DemoPortal {
            attributes: vec![("displayName".into(), vec!["<b>Marie</b>".into(), "Dupont".into()])],
            ..DemoPortal::default()
        };
        let html = page.render().unwrap();

        assert!(!html.contains("<b>Marie"));
        assert!(html.contains("Dupont"));
    }
}
