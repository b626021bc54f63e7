//! Students whose absences somebody may look after.
use crate::attendance::store::Within;
use crate::db::{Tx, literal};
use crate::identity::{PersonId, Rne};
use crate::on;
use sqlx::query_as;

/// Whether `$1`, a [`Within`], has a student of a school in it: the school, or every programme that
/// they belong to there. Whoever is exempt is so in all of them.
macro_rules! student_within {
    ($student:literal, $rne:literal) => {
        concat!(
            "($1 = '' OR replace($1, ',school:' || ",
            $rne,
            " || ',', '') <> $1 OR (EXISTS (
                SELECT 1 FROM group_member wm JOIN student_group wg ON wg.id = wm.student_group
                WHERE wm.student = ",
            $student,
            " AND wg.rne = ",
            $rne,
            ") AND NOT EXISTS (
                SELECT 1 FROM group_member wm JOIN student_group wg ON wg.id = wm.student_group
                    JOIN programme wp ON wp.id = wg.programme
                WHERE wm.student = ",
            $student,
            " AND wg.rne = ",
            $rne,
            " AND replace($1, ',programme:' || wp.rne || '/' || wp.code || ',', '') = $1)))"
        )
    };
}

pub(super) use student_within;

/// Somebody who can be exempted.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct StudentRow {
    /// Who.
    pub student: PersonId,
    /// At which school.
    pub rne: Rne,
    /// Their name.
    pub display_name: String,
}

/// Students in there whose name has these words in it.
pub async fn students(tx: &mut Tx, within: &Within, words: &str) -> sqlx::Result<Vec<StudentRow>> {
    on!(tx, |conn| query_as(concat!(
        "SELECT DISTINCT m.student, g.rne, p.display_name
         FROM group_member m JOIN student_group g ON g.id = m.student_group
            JOIN person p ON p.id = m.student
         WHERE p.sort_name LIKE $2 ESCAPE '!' AND ",
        student_within!("m.student", "g.rne"),
        " ORDER BY p.display_name, g.rne LIMIT 20"
    ))
    .bind(within.as_str())
    .bind(format!("%{}%", literal(words)))
    .fetch_all(conn)
    .await)
}

/// One student of a school, when they are in there.
pub async fn student(
    tx: &mut Tx,
    within: &Within,
    (student, rne): (PersonId, &Rne),
) -> sqlx::Result<Option<StudentRow>> {
    on!(tx, |conn| query_as(concat!(
        "SELECT DISTINCT m.student, g.rne, p.display_name
         FROM group_member m JOIN student_group g ON g.id = m.student_group
            JOIN person p ON p.id = m.student
         WHERE m.student = $2 AND g.rne = $3 AND ",
        student_within!("m.student", "g.rne"),
    ))
    .bind(within.as_str())
    .bind(student)
    .bind(rne)
    .fetch_optional(conn)
    .await)
}
