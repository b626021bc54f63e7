//! What tokens may do: the one list of scopes, beside the one list of operations in
//! [`routes`](super::routes).
use serde::{Deserialize, Serialize};
use std::fmt;

/// What a program may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Scope {
    /// See people, their accounts and schools.
    PeopleRead,
    /// Push people into sources of kind `push`.
    PeopleWrite,
    /// See schools.
    SchoolsRead,
    /// Ask where somebody would land, and why.
    DispatchRead,
    /// Search colleagues.
    LookupRead,
    /// See jobs.
    JobsRead,
    /// Try jobs again.
    JobsWrite,
    /// See the outbox and the accounts of mail.
    MailRead,
    /// Send mail again.
    MailWrite,
    /// Make, change and try out the accounts of mail.
    MailManage,
    /// Read and take away the audit record.
    AuditRead,
    /// See sources and their runs.
    SourcesRead,
    /// Have sources read.
    SourcesRun,
    /// See rolls and their lines.
    AttendanceRead,
    /// Mark holders of cards.
    AttendanceTap,
    /// Make séances, call rolls, bring lists in.
    AttendanceWrite,
    /// See cards, and what their chips carry.
    CardsRead,
    /// See photos of those who agreed.
    CardsPhotos,
    /// See photos of everybody, whether they agreed or not.
    CardsFaces,
    /// Ask for cards, and lead them on.
    CardsWrite,
}

/// One line of the table.
struct Line {
    scope: Scope,
    word: &'static str,
    label: &'static str,
    by_school: bool,
}

const fn line(scope: Scope, word: &'static str, label: &'static str) -> Line {
    Line { scope, word, label, by_school: false }
}

/// The same for what a token limited to schools may have.
const fn by_school(scope: Scope, word: &'static str, label: &'static str) -> Line {
    Line { scope, word, label, by_school: true }
}

/// Scopes, their words, and keys of their names for people.
const TABLE: [Line; 20] = [
    by_school(Scope::PeopleRead, "people:read", "scope-people-read"),
    line(Scope::PeopleWrite, "people:write", "scope-people-write"),
    by_school(Scope::SchoolsRead, "schools:read", "scope-schools-read"),
    line(Scope::DispatchRead, "dispatch:read", "scope-dispatch-read"),
    line(Scope::LookupRead, "lookup:read", "scope-lookup-read"),
    line(Scope::JobsRead, "jobs:read", "scope-jobs-read"),
    line(Scope::JobsWrite, "jobs:write", "scope-jobs-write"),
    line(Scope::MailRead, "mail:read", "scope-mail-read"),
    line(Scope::MailWrite, "mail:write", "scope-mail-write"),
    line(Scope::MailManage, "mail:manage", "scope-mail-manage"),
    line(Scope::AuditRead, "audit:read", "scope-audit-read"),
    line(Scope::SourcesRead, "sources:read", "scope-sources-read"),
    line(Scope::SourcesRun, "sources:run", "scope-sources-run"),
    by_school(Scope::AttendanceRead, "attendance:read", "scope-attendance-read"),
    by_school(Scope::AttendanceTap, "attendance:tap", "scope-attendance-tap"),
    by_school(Scope::AttendanceWrite, "attendance:write", "scope-attendance-write"),
    line(Scope::CardsRead, "cards:read", "scope-cards-read"),
    line(Scope::CardsPhotos, "cards:photos", "scope-cards-photos"),
    line(Scope::CardsFaces, "cards:faces", "scope-cards-faces"),
    line(Scope::CardsWrite, "cards:write", "scope-cards-write"),
];

impl Scope {
    /// All of them, in the order of the table.
    pub fn all() -> impl Iterator<Item = Self> {
        TABLE.iter().map(|line| line.scope)
    }

    /// As in tables, forms and the document.
    pub fn word(self) -> &'static str {
        self.line().word
    }

    /// Key of its name for people.
    pub fn label(self) -> &'static str {
        self.line().label
    }

    /// Whether a token that is limited to schools may have it: what it shows belongs to schools.
    pub fn is_by_school(self) -> bool {
        self.line().by_school
    }

    /// The scope of this word.
    pub fn parse(word: &str) -> Option<Self> {
        TABLE.iter().find(|line| line.word == word).map(|line| line.scope)
    }

    fn line(self) -> &'static Line {
        &TABLE[self as usize]
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl From<Scope> for String {
    fn from(scope: Scope) -> Self {
        scope.word().to_owned()
    }
}

impl TryFrom<String> for Scope {
    type Error = String;

    fn try_from(word: String) -> Result<Self, String> {
        Self::parse(&word).ok_or(word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scope_has_its_own_line() {
        for (place, line) in TABLE.iter().enumerate() {
            assert_eq!(line.scope as usize, place, "{}", line.word);
            assert_eq!(Scope::parse(line.word), Some(line.scope));
        }
        assert_eq!(Scope::parse("people"), None);
    }
}
