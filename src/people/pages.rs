//! The pages about people in the administration.
mod roles;

pub use roles::{AskRole, RoleRow, Roles};

use crate::rights::Permission;
use crate::web::page::{Banner, Shell, Tone};
use askama::Template;

/// People in order of name, or those whom words find. Filters by `/admin/people?q=&rne=&sort=&skip=`.
#[derive(Debug, Default, Template)]
#[template(path = "people/pages/people.html")]
pub struct People {
    /// The frame.
    pub shell: Shell,
    /// What was looked for.
    pub words: String,
    /// The school whose people to show; empty: every one.
    pub school: String,
    /// Whether the newest stand first.
    pub newest: bool,
    /// Whether somebody was just erased.
    pub is_erased: bool,
    /// Who was found.
    pub rows: Vec<PersonRow>,
    /// Address of the same people as CSV.
    pub csv: String,
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
    /// What they were given, and why.
    pub roles: Vec<GrantRow>,
    /// What the one who looks may do with them.
    pub acts: Vec<Permission>,
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

/// A right of theirs, in words.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GrantRow {
    /// Key of the role's name.
    pub role: String,
    /// On what: a school's code or name; empty: everything.
    pub scope: String,
    /// The rule that gave it; empty: by hand.
    pub rule: String,
    /// Since when.
    pub since: String,
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

/// Before somebody is erased. Posts `csrf`, `reason` and `name` to `…/erase`.
#[derive(Debug, Default, Template)]
#[template(path = "people/pages/erase.html")]
pub struct AskErase {
    /// The frame.
    pub shell: Shell,
    /// The person's id.
    pub person: String,
    /// As people call them: what has to be typed.
    pub name: String,
    /// What goes.
    pub goes: Vec<HeldRow>,
    /// What stays, and why.
    pub stays: Vec<HeldRow>,
    /// The reason as it was typed.
    pub reason: String,
    /// Whether the name or the reason was missing.
    pub is_wrong: bool,
}

/// A table with rows of somebody.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HeldRow {
    /// Its name.
    pub table: &'static str,
    /// How many.
    pub rows: usize,
    /// Key of why they stay; empty: they go.
    pub why: String,
}

impl AskErase {
    fn address(&self) -> String {
        format!("/admin/people/{}/erase", self.person)
    }
}

/// Before an administrator looks as somebody else. Posts `csrf` to `…/see-as`.
#[derive(Debug, Default, Template)]
#[template(path = "people/pages/see_as.html")]
pub struct AskSeeing {
    /// The frame.
    pub shell: Shell,
    /// The person's id.
    pub person: String,
    /// As people call them.
    pub name: String,
}

impl AskSeeing {
    fn address(&self) -> String {
        format!("/admin/people/{}/see-as", self.person)
    }
}

impl PersonPage {
    fn may(&self, act: Permission) -> bool {
        self.acts.contains(&act)
    }

    fn may_join(&self) -> bool {
        self.may(Permission::JoinPeople)
    }

    fn may_grant(&self) -> bool {
        self.may(Permission::GrantRoles)
    }

    fn may_export(&self) -> bool {
        self.may(Permission::ExportPerson)
    }

    fn may_erase(&self) -> bool {
        self.may(Permission::ErasePerson)
    }

    fn may_see_as(&self) -> bool {
        self.may(Permission::SeeAs)
    }

    fn may_end(&self) -> bool {
        self.may(Permission::EndSessions)
    }

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
