//! Who is expected: the members of the groups on the day, less the exempt.
use super::Seance;
use crate::attendance::record::Status;
use crate::db::Tx;
use crate::identity::{Attributes, PersonId, Rne};
use crate::on;
use chrono::NaiveDate;
use sqlx::types::Json;
use sqlx::{query, query_as, query_scalar};
use uuid::Uuid;

/// Members of the groups of a séance on its day, and whether each is exempt.
pub async fn expected_students(
    tx: &mut Tx,
    of: &Seance,
    day: NaiveDate,
) -> sqlx::Result<Vec<(PersonId, bool)>> {
    let rows: Vec<(PersonId, i64)> = on!(tx, |conn| query_as(
        "SELECT m.student, (SELECT count(*) FROM exemption e
            WHERE e.student = m.student AND e.rne = $3 AND e.since <= $2 AND e.until >= $2
              AND (e.scope = 'period' OR (e.scope = 'session' AND e.class_session = $1)
                OR (e.scope = 'subject' AND e.subject = $4)
                OR (e.scope = 'kind' AND e.kind = $5))) AS exempt
         FROM group_member m
         JOIN class_session_group g ON g.student_group = m.student_group
         WHERE g.class_session = $1 AND m.since <= $2 AND (m.until IS NULL OR m.until > $2)
         GROUP BY m.student ORDER BY m.student"
    )
    .bind(of.id)
    .bind(day)
    .bind(&of.rne)
    .bind(of.subject)
    .bind(&of.kind)
    .fetch_all(conn)
    .await)?;
    Ok(rows.into_iter().map(|(student, exempt)| (student, exempt > 0)).collect())
}

/// Write a line of a roll. `false`: there is one already.
pub async fn insert_line(
    tx: &mut Tx,
    of: &Seance,
    student: PersonId,
    status: Status,
) -> sqlx::Result<bool> {
    let flags: [&str; 0] = [];
    on!(tx, |conn| query(
        "INSERT INTO attendance_record (id, rne, class_session, student, status, minutes_late,
            zone_result, flags, origin, note, version)
         VALUES ($1, $2, $3, $4, $5, 0, 'unknown', $6, 'group', '', 1)
         ON CONFLICT (rne, class_session, student) DO NOTHING"
    )
    .bind(Uuid::now_v7())
    .bind(&of.rne)
    .bind(of.id)
    .bind(student)
    .bind(status)
    .bind(Json(flags))
    .execute(conn)
    .await
    .map(|done| done.rows_affected() > 0))
}

/// Séance and student of a line.
pub async fn whose(tx: &mut Tx, line: Uuid) -> sqlx::Result<Option<(Uuid, PersonId)>> {
    on!(tx, |conn| query_as("SELECT class_session, student FROM attendance_record WHERE id = $1")
        .bind(line)
        .fetch_optional(conn)
        .await)
}

/// What the accounts of somebody say, the first one before the others.
pub async fn attributes_of(tx: &mut Tx, person: PersonId) -> sqlx::Result<Vec<Attributes>> {
    let rows: Vec<Json<Attributes>> = on!(tx, |conn| query_scalar(
        "SELECT attributes FROM account WHERE person = $1
         ORDER BY ended_at IS NOT NULL, priority DESC, source, id"
    )
    .bind(person)
    .fetch_all(conn)
    .await)?;
    Ok(rows.into_iter().map(|Json(attributes)| attributes).collect())
}

/// The same for everybody on a roll.
pub async fn attributes_on_roll(
    tx: &mut Tx,
    session: Uuid,
) -> sqlx::Result<Vec<(PersonId, Attributes)>> {
    let rows: Vec<(PersonId, Json<Attributes>)> = on!(tx, |conn| query_as(
        "SELECT k.person, k.attributes FROM account k
            JOIN attendance_record a ON a.student = k.person
         WHERE a.class_session = $1
         ORDER BY k.ended_at IS NOT NULL, k.priority DESC, k.source, k.id"
    )
    .bind(session)
    .fetch_all(conn)
    .await)?;
    Ok(rows.into_iter().map(|(person, Json(attributes))| (person, attributes)).collect())
}

/// Names of the programmes to whose groups somebody belongs on a day, with their years; of one school
/// if it is named.
pub async fn programme_names(
    tx: &mut Tx,
    student: PersonId,
    day: NaiveDate,
    school: Option<&Rne>,
) -> sqlx::Result<Vec<String>> {
    on!(tx, |conn| query_scalar(
        "SELECT DISTINCT p.name || ', ' || p.year_label FROM group_member m
            JOIN student_group g ON g.id = m.student_group JOIN programme p ON p.id = g.programme
         WHERE m.student = $1 AND m.since <= $2 AND (m.until IS NULL OR m.until > $2)
            AND ($3 IS NULL OR g.rne = $3) ORDER BY 1"
    )
    .bind(student)
    .bind(day)
    .bind(school)
    .fetch_all(conn)
    .await)
}
