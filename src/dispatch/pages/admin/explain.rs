//! Why somebody would land where they would land: the decision step by step.
use super::lint::code_text;
use crate::web::lang::Lang;
use crate::web::page::Shell;
use askama::Template;

/// Asks `/admin/explain?login=&ip=&peer=&xff=`; nothing is executed.
#[derive(Debug, Default, Template)]
#[template(path = "dispatch/pages/admin/explain.html")]
pub struct AdminExplain {
    /// The frame.
    pub shell: Shell,
    /// What was asked.
    pub question: Question,
    /// The steps, none before anything was asked.
    pub steps: Vec<Step>,
    /// How it ends.
    pub verdict: Option<Verdict>,
}

/// Who, and from where.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Question {
    /// Login of the person.
    pub login: String,
    /// Address of the client, instead of the two below.
    pub ip: String,
    /// Address of the TCP peer.
    pub peer: String,
    /// Value of the forwarding header.
    pub xff: String,
    /// An application by its address, or a portal.
    pub service: String,
}

/// One step with what was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    /// Which address counts.
    Client(Vec<Fact>),
    /// Which network it is in.
    Zone(Vec<Fact>),
    /// Which directories know the person.
    Sources(Vec<Fact>),
    /// What was wrong with what they say.
    Findings(Vec<Fact>),
    /// Which schools and profiles they name.
    Affiliations(Vec<Fact>),
    /// Which portals those have.
    Destinations(Vec<Fact>),
    /// What an application or a portal would be told.
    Received(Vec<Fact>),
}

/// One thing that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    /// The TCP peer is the client.
    PeerIsClient(String),
    /// The header is not believed: the peer is no trusted proxy.
    HeaderIgnored(String),
    /// The header of a trusted proxy names the client.
    HeaderNames(String),
    /// The header of a trusted proxy names nobody usable.
    AddressUnknown,
    /// Network and its portal.
    Zone {
        /// The network.
        network: String,
        /// Its portal.
        portal: String,
    },
    /// No network holds the address and there is no default.
    NoZone,
    /// A directory knows the person.
    Known(String),
    /// A directory does not know the person.
    NotKnown(String),
    /// A directory did not answer.
    NoAnswer(String),
    /// No school at all.
    NoSchool,
    /// School, profile and directory, ready made.
    School(String),
    /// A code that looks mistyped, and the one that was probably meant.
    MaybeMeant {
        /// As found.
        code: String,
        /// With the right check letter.
        meant: String,
    },
    /// Something was wrong with an attribute.
    Finding {
        /// Its code.
        code: String,
        /// Directory, code and value, ready made.
        subject: String,
    },
    /// No file describes that service.
    NoSuchService,
    /// The service, and what says what it is told.
    Service {
        /// Its name.
        name: String,
        /// File and line, filter or set, shape: ready made.
        by: String,
    },
    /// A name that it receives, with its values.
    Told {
        /// The name, behind its section.
        name: String,
        /// The values, comma between.
        values: String,
    },
    /// A school and whether one can go there.
    Portal {
        /// The school.
        school: String,
        /// Its portal, empty when there is none.
        portal: String,
        /// The state.
        state: super::super::State,
    },
}

/// How a decision ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// Straight into this portal.
    Single(String),
    /// Straight into the remembered portal.
    Remembered(String),
    /// The choice page with so many schools.
    Choice(usize),
    /// The academic portal only.
    ArenaOnly,
    /// An error page with this code.
    Refused(String),
    /// Nobody knows that login.
    Nobody,
}

impl Step {
    fn title(&self) -> &'static str {
        match self {
            Self::Client(_) => "explain-client",
            Self::Zone(_) => "explain-zone",
            Self::Sources(_) => "explain-sources",
            Self::Findings(_) => "explain-findings",
            Self::Affiliations(_) => "explain-affiliations",
            Self::Destinations(_) => "explain-destinations",
            Self::Received(_) => "explain-received",
        }
    }

    fn facts(&self) -> &[Fact] {
        match self {
            Self::Client(facts)
            | Self::Zone(facts)
            | Self::Sources(facts)
            | Self::Findings(facts)
            | Self::Affiliations(facts)
            | Self::Destinations(facts)
            | Self::Received(facts) => facts,
        }
    }
}

impl Fact {
    fn text(&self, lang: Lang) -> String {
        match self {
            Self::PeerIsClient(address) => lang.t_with("fact-peer", &[("address", address)]),
            Self::HeaderIgnored(value) => lang.t_with("fact-header-ignored", &[("value", value)]),
            Self::HeaderNames(address) => lang.t_with("fact-header", &[("address", address)]),
            Self::AddressUnknown => lang.t("fact-address-unknown"),
            Self::Zone { network, portal } => {
                lang.t_with("fact-zone", &[("network", network), ("portal", portal)])
            }
            Self::NoZone => lang.t("fact-no-zone"),
            Self::Known(source) => lang.t_with("fact-known", &[("source", source)]),
            Self::NotKnown(source) => lang.t_with("fact-not-known", &[("source", source)]),
            Self::NoAnswer(source) => lang.t_with("fact-no-answer", &[("source", source)]),
            Self::NoSchool => lang.t("fact-no-school"),
            Self::School(text) => text.clone(),
            Self::MaybeMeant { code, meant } => {
                lang.t_with("fact-maybe-meant", &[("code", code), ("meant", meant)])
            }
            Self::Finding { code, subject } => {
                format!("{subject} — {}", code_text(code, lang).unwrap_or_default())
            }
            Self::NoSuchService => lang.t("fact-no-service"),
            Self::Service { name, by } if by.is_empty() => name.clone(),
            Self::Service { name, by } => format!("{name} ({by})"),
            Self::Told { name, values } => format!("{name} = {values}"),
            Self::Portal { school, portal, state } => match portal.as_str() {
                "" => format!("{school} → {}", state.word(lang)),
                portal => format!("{school} → {portal} ({})", state.word(lang)),
            },
        }
    }

    fn tone(&self) -> &'static str {
        match self {
            Self::HeaderIgnored(_)
            | Self::AddressUnknown
            | Self::NoAnswer(_)
            | Self::NoZone
            | Self::NoSchool
            | Self::MaybeMeant { .. }
            | Self::NoSuchService
            | Self::Finding { .. } => "warn",
            Self::Portal { state, .. } if *state != super::super::State::Open => "warn",
            Self::NotKnown(_) => "info",
            _ => "ok",
        }
    }
}

impl Verdict {
    fn text(&self, lang: Lang) -> String {
        match self {
            Self::Single(portal) => lang.t_with("verdict-single", &[("portal", portal)]),
            Self::Remembered(portal) => lang.t_with("verdict-remembered", &[("portal", portal)]),
            Self::Choice(count) => lang.t_with("verdict-choice", &[("count", count)]),
            Self::ArenaOnly => lang.t("verdict-arena-only"),
            Self::Refused(code) => lang.t_with("verdict-refused", &[("code", code)]),
            Self::Nobody => lang.t("verdict-nobody"),
        }
    }

    fn tone(&self) -> &'static str {
        match self {
            Self::Refused(_) | Self::Nobody => "danger",
            Self::Single(_) | Self::Remembered(_) | Self::Choice(_) | Self::ArenaOnly => "ok",
        }
    }
}
