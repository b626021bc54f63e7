//! What is known of one presence, as the roll call tells it.
use crate::attendance::record::Channel;
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// Everything that proofs speak of. Texts are as people read them; empty: not known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// Names the presence. Nobody outside ever sees it in clear.
    pub presence: Uuid,
    /// Who certifies.
    pub establishment: Establishment,
    /// Who was there.
    pub student: Student,
    /// `Master 1 MIAGE`
    pub programme: String,
    /// `2026-2027`
    pub year: String,
    /// `Sécurité des SI`
    pub subject: String,
    /// `CM`, `TD`, `TP`, …
    pub kind: String,
    /// `TD 2`
    pub group: String,
    /// Names the séance.
    pub session: Uuid,
    /// When it was planned to begin.
    pub starts_at: DateTime<Utc>,
    /// When it was planned to end.
    pub ends_at: DateTime<Utc>,
    /// When the presence was noted.
    pub marked_at: DateTime<Utc>,
    /// In time or not.
    pub status: Status,
    /// How it was noted.
    pub channel: Channel,
    /// `B-214`
    pub room: String,
    /// `Valrose`
    pub campus: String,
    /// `NDIAYE Awa`
    pub teacher: String,
    /// Whether it holds.
    pub standing: Standing,
    /// What was changed by hand, the oldest first.
    pub corrections: Vec<Correction>,
}

/// A school or university.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Establishment {
    /// `Université d’Exemple`
    pub name: String,
    /// `0062999Z`
    pub uai: String,
    /// In one line.
    pub address: String,
    /// Mail address for questions about personal data.
    pub dpo: String,
}

/// Somebody who was there.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Student {
    /// `LEGRAND`
    pub family_name: String,
    /// `Maëlle`
    pub given_name: String,
    /// The number of the student.
    pub number: String,
}

impl Student {
    /// `LEGRAND Maëlle`
    pub fn name(&self) -> String {
        format!("{} {}", self.family_name, self.given_name).trim().to_owned()
    }

    /// `M. L.`
    pub fn initials(&self) -> String {
        let first = |name: &str| {
            let letter = name.chars().find(|letter| letter.is_alphanumeric());
            letter.map(|letter| format!("{}.", letter.to_uppercase()))
        };
        let letters = [first(&self.given_name), first(&self.family_name)];
        letters.into_iter().flatten().collect::<Vec<_>>().join(" ")
    }
}

/// In time or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// In time.
    Present,
    /// So many minutes after the planned beginning.
    Late(u32),
}

/// Whether a presence holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// The roll call is still open: it may change.
    Open,
    /// It holds.
    Closed,
    /// It was taken back.
    Revoked(DateTime<Utc>),
}

/// A change by hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Correction {
    /// When.
    pub at: DateTime<Utc>,
    /// What was changed, and why.
    pub what: String,
}

/// How much somebody may see of a presence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sight {
    /// What the document says that they hold (D44).
    Bearer,
    /// Everything: staff in charge, and the student.
    Full,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_all_that_a_name_gives_away() {
        let initials = |given: &str, family: &str| {
            let (given_name, family_name) = (given.to_owned(), family.to_owned());
            Student { family_name, given_name, number: String::new() }.initials()
        };
        assert_eq!(initials("Maëlle", "LEGRAND"), "M. L.");
        assert_eq!(initials("élodie", "d’Arc"), "É. D.");
        assert_eq!(initials("", "Suharto"), "S.");
        assert_eq!(initials("(", ""), "");
    }
}
