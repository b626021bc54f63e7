//! Table `roll_notice`, and whom mail can reach.
use crate::attendance::store::{Seance, Within, seance_where, seance_within};
use crate::db::Tx;
use crate::identity::{Attributes, PersonId};
use crate::on;
use crate::rights::{Permission, Role};
use chrono::{DateTime, Utc};
use sqlx::types::Json;
use sqlx::{query, query_as, query_scalar};
use uuid::Uuid;

/// Rolls in one message at most, as in [`untold`].
pub const AT_ONCE: usize = 100;

/// Somebody who can be told.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Contact {
    /// Who.
    pub person: PersonId,
    /// Their name.
    pub display_name: String,
    /// Their address, as their accounts have it.
    pub mail: Option<String>,
}

/// Teachers of rolls that should be open by now, of whom some were not reminded.
pub async fn unreminded(
    tx: &mut Tx,
    (begun, now): (DateTime<Utc>, DateTime<Utc>),
) -> sqlx::Result<Vec<(Uuid, PersonId)>> {
    on!(tx, |conn| query_as(
        "SELECT c.id, t.teacher FROM class_session c
            JOIN class_session_teacher t ON t.class_session = c.id
         WHERE c.state = 'planned' AND NOT c.is_orphan AND c.starts_at <= $1 AND c.ends_at > $2
            AND c.starts_at > $3
            AND NOT EXISTS (SELECT 1 FROM roll_notice n WHERE n.class_session = c.id
                AND n.person = t.teacher AND n.kind = 'reminder' AND n.at >= c.starts_at)
         ORDER BY c.id, t.teacher LIMIT 500"
    )
    .bind(begun)
    .bind(now)
    .bind(begun - chrono::TimeDelta::days(1))
    .fetch_all(conn)
    .await)
}

/// Keep that somebody is told of a roll that nobody called. `false`: they were, or it is called now;
/// what they were told before it was moved to a later hour does not count.
pub async fn note(
    tx: &mut Tx,
    (session, person): (Uuid, PersonId),
    kind: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    on!(tx, |conn| query(
        "INSERT INTO roll_notice (class_session, person, kind, at)
         SELECT c.id, $2, $3, $4 FROM class_session c WHERE c.id = $1 AND c.state = 'planned'
         ON CONFLICT (class_session, person, kind) DO UPDATE SET at = excluded.at, mail = NULL
         WHERE roll_notice.at <
            (SELECT c.starts_at FROM class_session c WHERE c.id = excluded.class_session)"
    )
    .bind(session)
    .bind(person)
    .bind(kind)
    .bind(now)
    .execute(conn)
    .await
    .map(|done| done.rows_affected() > 0))
}

/// By which message they are told.
pub async fn note_mail(
    tx: &mut Tx,
    (session, person): (Uuid, PersonId),
    kind: &str,
    mail: Uuid,
) -> sqlx::Result<()> {
    on!(tx, |conn| query(
        "UPDATE roll_notice SET mail = $4 WHERE class_session = $1 AND person = $2 AND kind = $3"
    )
    .bind(session)
    .bind(person)
    .bind(kind)
    .bind(mail)
    .execute(conn)
    .await
    .map(drop))
}

/// Séances of that time whose roll nobody called, of which somebody should know and was not told:
/// their own, and those that they look after.
pub async fn untold(
    tx: &mut Tx,
    within: &Within,
    (since, limit): (DateTime<Utc>, DateTime<Utc>),
    person: PersonId,
) -> sqlx::Result<Vec<Seance>> {
    on!(tx, |conn| query_as(seance_where!(
        "WHERE c.state = 'planned' AND NOT c.is_orphan AND c.ends_at < $3 AND c.starts_at >= $2
            AND (EXISTS (SELECT 1 FROM class_session_teacher t
                WHERE t.class_session = c.id AND t.teacher = $4) OR ",
        seance_within!(),
        ") AND NOT EXISTS (SELECT 1 FROM roll_notice n
            WHERE n.class_session = c.id AND n.person = $4 AND n.kind = 'uncalled')
         ORDER BY c.starts_at, c.id LIMIT 100"
    ))
    .bind(within.as_str())
    .bind(since)
    .bind(limit)
    .bind(person)
    .fetch_all(conn)
    .await)
}

/// Everybody who teaches a séance of that time whose roll nobody called.
pub async fn absent_minded(
    tx: &mut Tx,
    (since, limit): (DateTime<Utc>, DateTime<Utc>),
) -> sqlx::Result<Vec<PersonId>> {
    on!(tx, |conn| query_scalar(
        "SELECT DISTINCT t.teacher FROM class_session c
            JOIN class_session_teacher t ON t.class_session = c.id
         WHERE c.state = 'planned' AND NOT c.is_orphan AND c.ends_at < $2 AND c.starts_at >= $1
         ORDER BY t.teacher"
    )
    .bind(since)
    .bind(limit)
    .fetch_all(conn)
    .await)
}

/// Everybody who looks after rolls somewhere, and is still here.
pub async fn tenders(tx: &mut Tx) -> sqlx::Result<Vec<PersonId>> {
    let tends = |role: &&Role| role.permissions().contains(&Permission::DecideAbsences);
    let mut roles = String::from(",");
    for role in Role::ALL.iter().filter(tends) {
        roles.push_str(role.as_str());
        roles.push(',');
    }
    on!(tx, |conn| query_scalar(
        "SELECT DISTINCT g.person FROM role_grant g
         WHERE replace($1, ',' || g.role || ',', '') <> $1
            AND EXISTS (SELECT 1 FROM account a WHERE a.person = g.person AND a.ended_at IS NULL)
         ORDER BY g.person"
    )
    .bind(roles)
    .fetch_all(conn)
    .await)
}

/// How somebody is reached; whoever left every source is not.
pub async fn contact(tx: &mut Tx, person: PersonId) -> sqlx::Result<Option<Contact>> {
    on!(tx, |conn| query_as(
        "SELECT p.id AS person, p.display_name, CASE WHEN EXISTS (
            SELECT 1 FROM account a WHERE a.person = p.id AND a.ended_at IS NULL
         ) THEN p.mail END AS mail FROM person p WHERE p.id = $1"
    )
    .bind(person)
    .fetch_optional(conn)
    .await)
}

/// What the accounts of somebody say that did not end: an employer of last year hears nothing.
pub async fn present_attributes(tx: &mut Tx, person: PersonId) -> sqlx::Result<Vec<Attributes>> {
    let rows: Vec<Json<Attributes>> = on!(tx, |conn| query_scalar(
        "SELECT attributes FROM account WHERE person = $1 AND ended_at IS NULL
         ORDER BY priority DESC, source, id"
    )
    .bind(person)
    .fetch_all(conn)
    .await)?;
    Ok(rows.into_iter().map(|Json(attributes)| attributes).collect())
}

/// Who teaches a séance.
pub async fn teachers_of(tx: &mut Tx, session: Uuid) -> sqlx::Result<Vec<PersonId>> {
    on!(tx, |conn| query_scalar(
        "SELECT teacher FROM class_session_teacher WHERE class_session = $1 ORDER BY teacher"
    )
    .bind(session)
    .fetch_all(conn)
    .await)
}
