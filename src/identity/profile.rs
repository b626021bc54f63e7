//! What a person is in a school, and which word of which directory means it (`dispatch.md` 4.2).
use crate::finding::Finding;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// One of the seven profiles.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, sqlx::Type,
)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Profile {
    /// Goes to school there.
    Pupil,
    /// Has a child there.
    Parent,
    /// Teaches there.
    Teacher,
    /// Leads the school or its finances.
    Head,
    /// School life: counsellors, supervisors.
    SchoolLife,
    /// Any other member of the staff.
    Staff,
    /// Known, but not as any of these.
    Other,
}

impl Profile {
    /// All of them, in the order in which pages list them.
    pub const ALL: [Self; 7] = [
        Self::Pupil,
        Self::Parent,
        Self::Teacher,
        Self::Head,
        Self::SchoolLife,
        Self::Staff,
        Self::Other,
    ];

    /// The name in files, columns and answers: `school_life`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pupil => "pupil",
            Self::Parent => "parent",
            Self::Teacher => "teacher",
            Self::Head => "head",
            Self::SchoolLife => "school_life",
            Self::Staff => "staff",
            Self::Other => "other",
        }
    }

    /// The profile of that name, in either case.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|profile| profile.as_str().eq_ignore_ascii_case(name.trim()))
    }

    /// The national name that partners expect (`National_ENS`); [`Profile::Other`] has none.
    pub fn national_name(self) -> Option<&'static str> {
        match self {
            Self::Pupil => Some("National_ELV"),
            Self::Parent => Some("National_TUT"),
            Self::Teacher => Some("National_ENS"),
            Self::Head => Some("National_DIR"),
            Self::SchoolLife => Some("National_EVS"),
            Self::Staff => Some("National_ETA"),
            Self::Other => None,
        }
    }
}

impl fmt::Display for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// An attribute whose words are mapped to profiles: a column of the table, a section of the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Column {
    /// First field of `FrEduVecteur`.
    Vector,
    /// `FrEduCtPersonAffiliation` of EduConnect.
    EduConnect,
    /// `ENTPersonProfils`, with names (`National_ENS`) or numbers (`National_3`).
    National,
    /// Function in `FrEduRne`.
    Post,
    /// Code in `ENTPersonFonctions`.
    Function,
    /// `eduPersonAffiliation`.
    EduPerson,
    /// `title`, for the schools of a single attribute `rne`.
    Title,
}

impl Column {
    const ALL: [Self; 7] = [
        Self::Vector,
        Self::EduConnect,
        Self::National,
        Self::Post,
        Self::Function,
        Self::EduPerson,
        Self::Title,
    ];

    /// The attribute, which is also the name of the section in `profiles.ini`.
    pub fn section(self) -> &'static str {
        match self {
            Self::Vector => "FrEduVecteur",
            Self::EduConnect => "FrEduCtPersonAffiliation",
            Self::National => "ENTPersonProfils",
            Self::Post => "FrEduRne",
            Self::Function => "ENTPersonFonctions",
            Self::EduPerson => "eduPersonAffiliation",
            Self::Title => "title",
        }
    }

    fn of_section(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|column| column.section().eq_ignore_ascii_case(name.trim()))
    }
}

/// Stands for every word that a column does not name.
const ANY: &str = "*";

/// Which word of which directory means which profile. Words are compared without regard to case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileMap(BTreeMap<(Column, String), Profile>);

impl ProfileMap {
    /// The built-in table, overridden by (section, key, value) of `profiles.ini`:
    /// section = attribute, key = word or `*`, value = one of the seven names.
    ///
    /// Findings: `W-PROFILE-SECTION` (no such attribute), `W-PROFILE-NAME` (no such profile); the
    /// entry is dropped.
    pub fn from_entries<'a>(
        entries: impl Iterator<Item = (&'a str, &'a str, &'a str)>,
    ) -> (Self, Vec<Finding>) {
        let mut map = Self::default();
        let mut findings = Vec::new();
        for (section, key, value) in entries {
            if let Err(finding) = map.set(section, key, value) {
                findings.push(finding);
            }
        }
        (map, findings)
    }

    fn set(&mut self, section: &str, key: &str, value: &str) -> Result<(), Finding> {
        let column = Column::of_section(section)
            .ok_or_else(|| Finding::about("W-PROFILE-SECTION", section))?;
        let profile = Profile::parse(value).ok_or_else(|| {
            Finding::about("W-PROFILE-NAME", format!("{section}.{key}")).detail(value)
        })?;
        self.0.insert((column, folded(key)), profile);
        Ok(())
    }

    /// The profile that `word` means in `column`; a word that is not listed means what `*` says.
    pub fn profile(&self, column: Column, word: &str) -> Profile {
        self.listed(column, word).or_else(|| self.listed(column, ANY)).unwrap_or(Profile::Other)
    }

    fn listed(&self, column: Column, word: &str) -> Option<Profile> {
        self.0.get(&(column, folded(word))).copied()
    }
}

impl Default for ProfileMap {
    fn default() -> Self {
        let rows = DEFAULTS.iter().flat_map(|(column, profile, words)| {
            words.iter().map(|word| ((*column, folded(word)), *profile))
        });
        Self(rows.collect())
    }
}

fn folded(word: &str) -> String {
    word.trim().to_lowercase()
}

/// The table of `dispatch.md` 4.2.
const DEFAULTS: &[(Column, Profile, &[&str])] = &[
    (Column::Vector, Profile::Pupil, &["3", "4"]),
    (Column::Vector, Profile::Parent, &["1", "2"]),
    (Column::Vector, Profile::Other, &[ANY]),
    (Column::EduConnect, Profile::Pupil, &["eleve1d", "eleve2d"]),
    (Column::EduConnect, Profile::Parent, &["resp1d", "resp2d"]),
    (Column::EduConnect, Profile::Other, &[ANY]),
    (Column::National, Profile::Pupil, &["National_ELV", "National_1"]),
    (Column::National, Profile::Parent, &["National_TUT", "National_2"]),
    (Column::National, Profile::Teacher, &["National_ENS", "National_3"]),
    (Column::National, Profile::Head, &["National_DIR"]),
    (Column::National, Profile::SchoolLife, &["National_EVS"]),
    (
        Column::National,
        Profile::Staff,
        // The number 4 covers heads, school life and staff alike: only the last is certain.
        &["National_ETA", "National_ACA", "National_DOC", "National_COL", "National_4"],
    ),
    (Column::National, Profile::Other, &[ANY]),
    (Column::Post, Profile::Teacher, &["ENS"]),
    (Column::Post, Profile::Head, &["DIR"]),
    (Column::Post, Profile::SchoolLife, &["EDU"]),
    (Column::Post, Profile::Staff, &[ANY]),
    (Column::Function, Profile::Teacher, &["ENS", "DOC", "CFC"]),
    (Column::Function, Profile::Head, &["DIR", "ADF"]),
    (Column::Function, Profile::SchoolLife, &["EDU", "AED"]),
    (Column::Function, Profile::Staff, &[ANY]),
    (Column::EduPerson, Profile::Pupil, &["student"]),
    (Column::EduPerson, Profile::Teacher, &["teacher", "faculty"]),
    (Column::EduPerson, Profile::Staff, &["staff", "employee"]),
    (Column::EduPerson, Profile::Other, &[ANY]),
    (Column::Title, Profile::Teacher, &["ENS"]),
    (Column::Title, Profile::Head, &["DIR"]),
    (Column::Title, Profile::SchoolLife, &["EDU"]),
    (Column::Title, Profile::Staff, &[ANY]),
];

#[cfg(test)]
mod tests;
