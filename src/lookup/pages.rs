//! The pages of the lookup: administration, set-up of a Nextcloud, and what others find.
use crate::web::page::Shell;
use askama::Template;

mod admin;

pub use admin::{
    AdminLookup, ConflictRow, Counts, HitRow, IndexNow, IntakeRow, ServerRow, SlowRow, SourceRow,
    StepRow, Trial, millis,
};

/// What others find about the person who is signed in. Posts `hidden` and `csrf` to `/lookup/me`.
#[derive(Debug, Default, Template)]
#[template(path = "lookup/pages/own.html")]
pub struct OwnPage {
    /// The frame.
    pub shell: Shell,
    /// Whether the lookup is switched on at all.
    pub is_open: bool,
    /// Whether the person chose not to be found.
    pub is_hidden: bool,
    /// Who may search for them.
    pub audience: Audience,
    /// Their accounts on Nextcloud servers.
    pub records: Vec<OwnRecord>,
}

/// Who may search for somebody.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Audience {
    /// Servers that we know.
    #[default]
    Servers,
    /// Everybody, and they did not agree to that.
    NotAgreed,
    /// Everybody.
    Everybody,
}

/// One account of the person.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct OwnRecord {
    /// `user@server`
    pub cloud_id: String,
    /// What the server is called.
    pub server: String,
    /// Whether it is found, and why not.
    pub state: Finding,
    /// Who told us, as people say it.
    pub origin: String,
    /// When it changed last, as people say it.
    pub changed: String,
    /// What is seen, and by whom.
    pub views: Vec<View>,
}

/// Whether an account is found.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Finding {
    /// Yes.
    #[default]
    Found,
    /// The person does not want it.
    Hidden,
    /// Its server names it no more.
    Stale,
    /// Another account of the same person is found instead.
    Elsewhere,
    /// Pupils are not shown.
    Pupil,
}

impl Finding {
    fn key(self) -> &'static str {
        match self {
            Self::Found => "own-found",
            Self::Hidden => "own-hidden",
            Self::Stale => "own-stale",
            Self::Elsewhere => "own-elsewhere",
            Self::Pupil => "own-pupil",
        }
    }

    fn tone(self) -> &'static str {
        match self {
            Self::Found => "ok",
            Self::Hidden | Self::Pupil => "lock",
            Self::Stale | Self::Elsewhere => "info",
        }
    }
}

/// What some servers are told.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct View {
    /// Which servers; empty: all of them, or all others.
    pub servers: Vec<String>,
    /// Name of the field and its value.
    pub fields: Vec<(String, String)>,
}

impl OwnPage {
    /// Several views need their servers named.
    fn names_servers(&self) -> bool {
        self.records.iter().any(|record| record.views.len() > 1)
    }
}

/// What a Nextcloud administrator writes, and whether it works from here.
#[derive(Debug, Default, Template)]
#[template(path = "lookup/pages/setup.html")]
pub struct SetupPage {
    /// The frame.
    pub shell: Shell,
    /// Our address without a slash at the end.
    pub base: String,
    /// Whether Nextcloud has to be told that private addresses are fine.
    pub is_private: bool,
    /// Whether servers of the closed set push their users.
    pub takes_pushes: bool,
    /// The address that we see, when we see one.
    pub address: Option<String>,
    /// What stands between us.
    pub between: Between,
    /// Whether a search from there is answered.
    pub verdict: Verdict,
}

impl SetupPage {
    fn test_command(&self) -> String {
        format!("curl -sS '{}/lookup/setup/test'", self.base)
    }

    /// The search of the sharing dialogue, answer and status.
    fn search_command(&self) -> String {
        format!("curl -sS -i '{}/users?search=martin'", self.base)
    }

    fn answered(&self) -> &'static str {
        if self.verdict.is_answered() { "setup-answered" } else { "setup-refused" }
    }
}

/// What stands between the visitor and us.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Between {
    /// Nothing that we know of.
    #[default]
    Nothing,
    /// A proxy that we trust.
    Proxy,
    /// Somebody who sends a forwarding header without being trusted (D48).
    Stranger,
}

/// Whether a search is answered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Verdict {
    /// Yes: from everywhere.
    Open,
    /// Yes: the address is known.
    Network,
    /// No: the address is not known.
    #[default]
    Unknown,
    /// No: the lookup is switched off.
    Off,
}

impl Between {
    /// The word for programs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Proxy => "proxy",
            Self::Stranger => "untrusted",
        }
    }

    fn key(self) -> &'static str {
        match self {
            Self::Nothing => "setup-between-nothing",
            Self::Proxy => "setup-between-proxy",
            Self::Stranger => "setup-between-stranger",
        }
    }
}

impl Verdict {
    /// The word for programs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Network => "network",
            Self::Unknown => "unknown address",
            Self::Off => "switched off",
        }
    }

    /// Whether a search gets an answer.
    pub fn is_answered(self) -> bool {
        matches!(self, Self::Open | Self::Network)
    }

    fn key(self) -> &'static str {
        match self {
            Self::Open => "setup-verdict-open",
            Self::Network => "setup-verdict-network",
            Self::Unknown => "setup-verdict-unknown",
            Self::Off => "setup-verdict-off",
        }
    }

    fn tone(self) -> &'static str {
        if self.is_answered() { "ok" } else { "warn" }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_can_be_copied_as_they_stand() {
        let page = SetupPage {
            base: "https://portail.ac-exemple.fr".into(),
            takes_pushes: true,
            ..SetupPage::default()
        };
        let html = page.render().unwrap();

        for line in [
            "'gs.enabled' => true,",
            "'lookup_server' => 'https://portail.ac-exemple.fr',",
            "'gs.federation' => 'global',",
            "'gss.jwt.key'",
            "https://portail.ac-exemple.fr/l/",
        ] {
            assert!(html.contains(line), "{line} in {html}");
        }
        assert!(!html.contains("'allow_local_remote_servers'"));
    }

    #[test]
    fn whoever_has_no_account_reads_what_will_be_here() {
        let html = OwnPage { is_open: true, ..OwnPage::default() }.render().unwrap();

        assert!(html.contains("class=\"empty\""), "{html}");
        assert!(html.contains("name=\"hidden\" value=\"1\""), "one may hide before one is known");
    }

    #[test]
    fn values_of_a_record_stay_text() {
        let view = View { fields: vec![("nom".into(), "<b>Marie</b>".into())], ..View::default() };
        let record = OwnRecord { views: vec![view], ..OwnRecord::default() };
        let page = OwnPage { is_open: true, records: vec![record], ..OwnPage::default() };

        assert!(!page.render().unwrap().contains("<b>Marie"));
    }
}
