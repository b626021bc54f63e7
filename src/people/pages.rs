//! The pages about people in the administration.
use crate::web::page::{Banner, Shell, Tone};
use askama::Template;

/// People in order of name, or those whom words find. Filters by `/admin/people?q=&skip=`.
#[derive(Debug, Default, Template)]
#[template(path = "people/pages/people.html")]
pub struct People {
    /// The frame.
    pub shell: Shell,
    /// What was looked for.
    pub words: String,
    /// Who was found.
    pub rows: Vec<PersonRow>,
    /// Address of the page before this one.
    pub before: Option<String>,
    /// Address of the page behind this one.
    pub behind: Option<String>,
}

/// Somebody in the list.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PersonRow {
    /// Names the page about them.
    pub id: String,
    /// As people call them.
    pub name: String,
    /// Empty: none is known.
    pub mail: String,
    /// Label of the source, and login there.
    pub accounts: Vec<(String, String)>,
}

/// One person: what is known, and from where. Posts `csrf` and `link` to `…/part`, `csrf` and
/// `session` to `…/end`; asks for `…/join?other=`.
#[derive(Debug, Default, Template)]
#[template(path = "people/pages/person.html")]
pub struct PersonPage {
    /// The frame.
    pub shell: Shell,
    /// The person's id.
    pub id: String,
    /// As people call them.
    pub name: String,
    /// Empty: none is known.
    pub mail: String,
    /// Roles in the installation.
    pub roles: Vec<String>,
    /// By whom they are known, the one that names them first.
    pub accounts: Vec<AccountRow>,
    /// Where they belong.
    pub belongs: Vec<BelongsRow>,
    /// Where they are signed in.
    pub sessions: Vec<SessionRow>,
    /// What colleagues find, or would find.
    pub records: Vec<RecordRow>,
    /// Whether colleagues find them not, by their own wish.
    pub is_hidden: bool,
    /// What was joined.
    pub links: Vec<LinkRow>,
    /// What was typed where another account is looked for, when nobody has it.
    pub unknown: Option<String>,
    /// What was just done.
    pub notice: Option<&'static str>,
}

/// An account of theirs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AccountRow {
    /// Label of the source.
    pub label: String,
    /// Name of the source in the settings.
    pub source: String,
    /// Login there.
    pub login: String,
    /// What it calls them.
    pub name: String,
    /// When it was read last.
    pub read: String,
}

/// A school of theirs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct BelongsRow {
    /// Code of the school.
    pub rne: String,
    /// Its name, when `etabs.ini` has it.
    pub school: String,
    /// Key of the profile's name.
    pub profile: String,
    /// Label of the source that says so.
    pub label: String,
}

/// A session of theirs.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SessionRow {
    /// Its id.
    pub id: String,
    /// Browser and system.
    pub browser: String,
    /// When it began.
    pub started: String,
    /// When it was used last.
    pub used: String,
    /// From where.
    pub network: String,
}

/// A record of the search for colleagues.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RecordRow {
    /// Name of the account in clouds.
    pub cloud_id: String,
    /// Who told of it.
    pub origin: String,
    /// When it changed last.
    pub changed: String,
}

/// Something that was joined.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LinkRow {
    /// Label of the source, and login.
    pub account: String,
    /// By what rule, `administrator`, or `person`.
    pub rule: String,
    /// When.
    pub at: String,
    /// Names the link, while it can be undone.
    pub part: Option<String>,
}

/// Before two people become one: who is who. Posts `csrf` and `other` to `…/join`.
#[derive(Debug, Default, Template)]
#[template(path = "people/pages/join.html")]
pub struct Join {
    /// The frame.
    pub shell: Shell,
    /// Who stays.
    pub here: Side,
    /// Whose accounts they get.
    pub there: Side,
}

/// One of two people.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Side {
    /// The person's id.
    pub id: String,
    /// As people call them.
    pub name: String,
    /// Empty: none is known.
    pub mail: String,
    /// Their accounts.
    pub accounts: Vec<AccountRow>,
    /// Whether they have a role: whoever uses one of the accounts gets it.
    pub has_role: bool,
}

impl PersonPage {
    fn address(&self, act: &str) -> String {
        format!("/admin/people/{}/{act}", self.id)
    }

    fn banner(&self) -> Option<Banner> {
        let notice = self.notice.map(|key| Banner::new(Tone::Done, self.shell.t(key)));
        let unknown = self.unknown.as_ref().map(|words| {
            Banner::new(Tone::Warning, self.shell.t_with("person-unknown", &[("words", words)]))
        });
        unknown.or(notice)
    }
}

impl Join {
    fn address(&self) -> String {
        format!("/admin/people/{}/join", self.here.id)
    }

    fn sides(&self) -> [&Side; 2] {
        [&self.here, &self.there]
    }
}
