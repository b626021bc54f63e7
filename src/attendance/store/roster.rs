//! Who is expected: the members of the groups on the day, less the exempt.
use super::Seance;
use crate::attendance::record::Status;
use crate::db::Tx;
use crate::identity::PersonId;
use crate::on;
use chrono::NaiveDate;
use sqlx::types::Json;
use sqlx::{query, query_as};
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
