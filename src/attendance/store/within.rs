//! Schools and programmes that a question keeps to.
use crate::identity::Rne;
use crate::rights::{Reach, Scope};
use std::fmt::Write as _;

/// Where somebody may look, as statements take it: empty for everywhere, else
/// `,school:9740091F,programme:0750654D/M1,`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Within(String);

impl Within {
    /// As far as a permission reaches.
    pub fn of(reach: &Reach) -> Self {
        let Reach::Only(scopes) = reach else { return Self(String::new()) };
        let mut text = String::from(",");
        for scope in scopes {
            if matches!(scope, Scope::School(_) | Scope::Programme(_)) {
                let _ = write!(text, "{scope},");
            }
        }
        Self(text)
    }

    /// In these schools; `None`: everywhere.
    pub fn schools(schools: Option<&[Rne]>) -> Self {
        let Some(schools) = schools else { return Self::all() };
        let only = schools.iter().cloned().map(Scope::School).collect();
        Self::of(&Reach::Only(only))
    }

    /// Everywhere.
    pub fn all() -> Self {
        Self(String::new())
    }

    /// The school, when it is one school as a whole.
    pub fn only_school(&self) -> Option<Rne> {
        let only = self.0.strip_prefix(",school:")?.strip_suffix(',')?;
        Rne::parse(only).ok()
    }

    /// To be bound.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Whether `$1`, a [`Within`], has the school of the séance `c` in it, or one of its programmes.
/// Taking a text out that is there changes the whole: a search that both databases spell alike.
macro_rules! seance_within {
    () => {
        "($1 = '' OR replace($1, ',school:' || c.rne || ',', '') <> $1 OR EXISTS (
            SELECT 1 FROM class_session_group wg
                JOIN student_group ws ON ws.id = wg.student_group
                JOIN programme wp ON wp.id = ws.programme
            WHERE wg.class_session = c.id
                AND replace($1, ',programme:' || wp.rne || '/' || wp.code || ',', '') <> $1))"
    };
}

/// Whether `$1`, a [`Within`], has the school of this table's row in it, or a programme there.
macro_rules! school_within {
    ($table:literal) => {
        concat!(
            "($1 = '' OR replace($1, ',school:' || ",
            $table,
            ".rne || ',', '') <> $1 OR EXISTS (
                SELECT 1 FROM programme wp WHERE wp.rne = ",
            $table,
            ".rne AND replace($1, ',programme:' || wp.rne || '/' || wp.code || ',', '') <> $1))"
        )
    };
}
pub(super) use school_within;
pub(in crate::attendance) use seance_within;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schools_and_programmes_stand_apart_in_the_text() {
        let school = Scope::School(Rne::parse("9740091F").expect("a code"));
        let programme = Scope::parse("programme:0750654D/M1 MIAGE").expect("a programme");
        let reach = Reach::Only([school, programme].into());
        assert_eq!(Within::of(&reach).as_str(), ",school:9740091F,programme:0750654D/M1 MIAGE,");
        assert_eq!(Within::of(&Reach::All), Within::all());
    }
}
