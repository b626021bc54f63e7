//! The pages about roles.
use crate::rights::{Role, ScopeKind};
use crate::web::page::{Banner, Shell, Tone};
use askama::Template;

/// Who has what, and why. Filters by `/admin/roles?role=&origin=&q=&skip=`, asks for
/// `/admin/roles/grant?person=&role=&scope=` and `/admin/roles/revoke?…`.
#[derive(Debug, Default, Template)]
#[template(path = "people/pages/roles.html")]
pub struct Roles {
    /// The frame.
    pub shell: Shell,
    /// The rows of this page.
    pub rows: Vec<RoleRow>,
    /// Only this role; empty: every one.
    pub role: String,
    /// `hand`, `map` or empty.
    pub origin: String,
    /// Part of a name or of a scope.
    pub words: String,
    /// Address of the same rows as CSV.
    pub csv: String,
    /// Address of the page before this one.
    pub before: Option<String>,
    /// Address of the page behind this one.
    pub behind: Option<String>,
    /// Whether the one who looks may give and take.
    pub may_grant: bool,
    /// What was just done.
    pub notice: Option<&'static str>,
}

/// A right of somebody.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RoleRow {
    /// The person's id.
    pub person: String,
    /// As people call them.
    pub name: String,
    /// Key of the role's name.
    pub role: String,
    /// The role's own name.
    pub code: String,
    /// On what.
    pub scope: String,
    /// The rule that gave it; empty: by hand.
    pub rule: String,
    /// Since when.
    pub since: String,
    /// Whether it can be taken here.
    pub may_take: bool,
}

/// Before a role is given or taken. Posts `csrf`, `person`, `role` and `scope` to where it stands.
#[derive(Debug, Default, Template)]
#[template(path = "people/pages/ask_role.html")]
pub struct AskRole {
    /// The frame.
    pub shell: Shell,
    /// Given, or taken.
    pub gives: bool,
    /// The person's id.
    pub person: String,
    /// As people call them.
    pub name: String,
    /// Key of the role's name.
    pub role: String,
    /// The role's own name.
    pub code: String,
    /// On what.
    pub scope: String,
    /// What it opens.
    pub opens: Vec<&'static str>,
    /// Whether it is the whole installation.
    pub is_admin: bool,
}

impl Roles {
    fn banner(&self) -> Option<Banner> {
        let key = self.notice?;
        let tone = if key == "role-unclear" { Tone::Warning } else { Tone::Done };
        Some(Banner::new(tone, self.shell.t(key)))
    }

    /// Name, and key of its name for people, of every role.
    fn roles(&self) -> Vec<(&'static str, String)> {
        Role::ALL.iter().map(|role| (role.as_str(), self.shell.t(role.label()))).collect()
    }

    /// The same with what a scope looks like.
    fn offers(&self) -> Vec<(&'static str, String)> {
        let kinds = |role: &Role| {
            let kinds = role.kinds().iter().map(|kind| match kind {
                ScopeKind::Installation => "installation",
                ScopeKind::School => "school:RNE",
                ScopeKind::Programme => "programme:RNE/CODE",
                ScopeKind::CardType => "card_type:TYPE",
            });
            kinds.collect::<Vec<_>>().join(", ")
        };
        let offer = |role: &Role| {
            (role.as_str(), format!("{} ({})", self.shell.t(role.label()), kinds(role)))
        };
        Role::ALL.iter().map(offer).collect()
    }
}

impl RoleRow {
    fn take(&self) -> String {
        let fields = [("person", &self.person), ("role", &self.code), ("scope", &self.scope)];
        let fields = serde_urlencoded::to_string(fields).unwrap_or_default();
        format!("/admin/roles/revoke?{fields}")
    }
}

impl AskRole {
    fn action(&self) -> &'static str {
        if self.gives { "/admin/roles/grant" } else { "/admin/roles/revoke" }
    }

    fn title(&self) -> String {
        self.said(if self.gives { "role-give-title" } else { "role-take-title" })
    }

    fn lead(&self) -> String {
        self.said(if self.gives { "role-give-lead" } else { "role-take-lead" })
    }

    fn yes(&self) -> String {
        self.said(if self.gives { "role-give-yes" } else { "role-take-yes" })
    }

    fn said(&self, key: &str) -> String {
        let role = self.shell.t(&self.role);
        self.shell.t_with(key, &[("name", &self.name), ("role", &role)])
    }
}
