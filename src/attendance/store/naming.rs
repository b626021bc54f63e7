//! The catalogue as programs read it: what its things are called, and their ids.
use super::within::{Within, school_within};
use crate::db::Tx;
use crate::identity::Rne;
use crate::on;
use sqlx::query_as;
use uuid::Uuid;

/// A programme of study.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct ProgrammeName {
    /// Its id.
    pub id: Uuid,
    /// The school.
    pub rne: Rne,
    /// Short name.
    pub code: String,
    /// Long name.
    pub name: String,
    /// `2026-2027`
    pub year_label: String,
}

/// A group of students.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct GroupName {
    /// Its id.
    pub id: Uuid,
    /// The school.
    pub rne: Rne,
    /// Of which programme.
    pub programme: Uuid,
    /// CM, TD, TP, free.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// Whether a directory names its members.
    pub is_of_directory: bool,
}

/// A subject or a room.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct ThingName {
    /// Its id.
    pub id: Uuid,
    /// The school.
    pub rne: Rne,
    /// Code of a subject, campus of a room; may be empty.
    pub code: String,
    /// Its name.
    pub name: String,
}

/// Behind which id, and how many.
type Part = (Uuid, i64);

/// One part of a list in there, in the order of ids.
macro_rules! part {
    ($tx:expr, $within:expr, $part:expr, $select:literal, $table:literal $(, $more:literal, $value:expr)?) => {
        on!($tx, |conn| query_as(concat!(
            $select, " WHERE ", school_within!($table), " AND ", $table, ".id > $2 ",
            $($more,)? "ORDER BY ", $table, ".id LIMIT $3"
        ))
        .bind($within.as_str())
        .bind($part.0)
        .bind($part.1)
        $(.bind($value))?
        .fetch_all(conn)
        .await)
    };
}

/// Programmes.
pub async fn programme_list(
    tx: &mut Tx,
    within: &Within,
    part: Part,
) -> sqlx::Result<Vec<ProgrammeName>> {
    part!(
        tx,
        within,
        part,
        "SELECT p.id, p.rne, p.code, p.name, p.year_label FROM programme p",
        "p"
    )
}

/// Groups, of one programme if it is named.
pub async fn group_list(
    tx: &mut Tx,
    within: &Within,
    programme: Option<Uuid>,
    part: Part,
) -> sqlx::Result<Vec<GroupName>> {
    part!(
        tx,
        within,
        part,
        "SELECT g.id, g.rne, g.programme, g.kind, g.name,
            g.ldap_filter IS NOT NULL AS is_of_directory
         FROM student_group g",
        "g",
        "AND ($4 IS NULL OR g.programme = $4) ",
        programme
    )
}

/// Subjects.
pub async fn subject_list(
    tx: &mut Tx,
    within: &Within,
    part: Part,
) -> sqlx::Result<Vec<ThingName>> {
    part!(tx, within, part, "SELECT s.id, s.rne, s.code, s.name FROM subject s", "s")
}

/// Rooms.
pub async fn room_list(tx: &mut Tx, within: &Within, part: Part) -> sqlx::Result<Vec<ThingName>> {
    part!(tx, within, part, "SELECT r.id, r.rne, r.campus AS code, r.name FROM room r", "r")
}
