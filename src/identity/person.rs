//! A person and the accounts by which sources know them.
use super::Attributes;
use serde::{Deserialize, Serialize};
use std::fmt;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;
use uuid::Uuid;

/// Names a person in every table and feature (UUID v7).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, sqlx::Type,
)]
#[sqlx(transparent)]
#[serde(transparent)]
pub struct PersonId(pub Uuid);

impl PersonId {
    /// A new one; they sort by the time they were made.
    pub fn new() -> Self {
        Self(Uuid::now_v7())
    }
}

impl Default for PersonId {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Display for PersonId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A human being, as the account with the highest priority describes them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, sqlx::FromRow)]
pub struct Person {
    /// Our name for them.
    pub id: PersonId,
    /// What pages and partners call them.
    pub display_name: String,
    /// Their address, when a source knows one.
    pub mail: Option<String>,
}

impl Person {
    /// The name without accents and case, for sorting: collations differ between databases.
    pub fn sort_name(&self) -> String {
        fold(&self.display_name)
    }
}

/// Text without accents and case, as names are searched and sorted.
pub fn fold(text: &str) -> String {
    let plain = text.nfd().filter(|c| !is_combining_mark(*c));
    plain.collect::<String>().to_lowercase()
}

/// A login as failures are counted for it. Directories take many spellings for one: other case,
/// accents, blanks, wide letters; none of them must be a fresh start.
pub fn plain_login(login: &str) -> String {
    let folded = fold(&login.nfkc().collect::<String>());
    folded.chars().filter(|c| c.is_alphanumeric() || c.is_ascii_graphic()).collect()
}

/// Longest mail address, in bytes (RFC 5321 4.5.3.1.3). What is longer fits into no index.
const LONGEST_MAIL: usize = 254;

/// How one source knows a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Name of the source: `[source:NAME]`.
    pub source: String,
    /// What the source calls them, stable (a uid, a DN, a `NameID`).
    pub source_id: String,
    /// What they type at sign-in.
    pub login: String,
    /// What the source told, as read last.
    pub attributes: Attributes,
}

impl Account {
    /// The name to show: what the directory says, else the login.
    pub fn display_name(&self) -> String {
        self.told_name().unwrap_or_else(|| self.login.clone())
    }

    /// The name that the directory says, if it says one.
    pub fn told_name(&self) -> Option<String> {
        let told = self.attributes.first("displayName").or_else(|| self.attributes.first("cn"));
        let told = told.map(str::trim).filter(|name| !name.is_empty()).map(str::to_owned);
        told.or_else(|| self.given_and_surname())
    }

    /// The first mail address; what no address can be is none.
    pub fn mail(&self) -> Option<String> {
        let mail = self.attributes.first("mail").or_else(|| self.attributes.first("ctemail"));
        mail.filter(|mail| mail.len() <= LONGEST_MAIL).map(str::to_owned)
    }

    fn given_and_surname(&self) -> Option<String> {
        Some(format!("{} {}", self.attributes.given_name()?, self.attributes.surname()?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_that_a_directory_takes_for_one_login_are_one() {
        for spelling in [
            "paul.hoarau",
            " PAUL.Hoarau ",
            "paul. hoarau",
            "ｐａｕｌ.hoarau",
            "pa\u{ad}ul.hoa\u{200b}rau",
            "paul.hoaráu",
        ] {
            assert_eq!(plain_login(spelling), "paul.hoarau", "{spelling:?}");
        }
        assert_ne!(plain_login("paul-hoarau"), plain_login("paul.hoarau"));
    }

    #[test]
    fn names_come_from_what_the_directory_says() {
        let account = |pairs: &[(&str, &str)]| Account {
            source: "agents".into(),
            source_id: "1".into(),
            login: "mdupont".into(),
            attributes: pairs.iter().copied().collect(),
        };
        assert_eq!(account(&[("displayName", "Marie Dupont")]).display_name(), "Marie Dupont");
        assert_eq!(
            account(&[("ctfn", "Marie"), ("ctln", "Dupont")]).display_name(),
            "Marie Dupont"
        );
        assert_eq!(account(&[("cn", " ")]).display_name(), "mdupont");
    }

    #[test]
    fn accents_do_not_change_the_order() {
        let person =
            |name: &str| Person { id: PersonId::new(), display_name: name.into(), mail: None };
        assert_eq!(person("Émile Zola").sort_name(), "emile zola");
    }
}
