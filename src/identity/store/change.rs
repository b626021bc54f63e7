//! Tables `change_counter` and `change`: what followers have to hear of (D9, REL-33).
use crate::db::Tx;
use crate::identity::PersonId;
use crate::on;
use chrono::{DateTime, Utc};
use sqlx::{QueryBuilder, query_as, query_scalar};
use uuid::Uuid;

/// One change, to be followed in order of `seq`.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct ChangeRow {
    /// Without gaps, in commit order.
    pub seq: i64,
    /// Tells this history from another one with the same numbers (REL-19).
    pub change_id: Uuid,
    /// Who changed: a person, or for kind `cloud` a record.
    pub entity: Uuid,
    /// What changed: `person`, `affiliation` or `cloud`.
    pub kind: String,
}

/// Note that something about a person changed, in the transaction that changes it.
pub async fn note_change(
    tx: &mut Tx,
    person: PersonId,
    kind: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<i64> {
    note_changes(tx, &[person.0], kind, now).await
}

/// The same for many at once; the number of the last one. Numbers are given in order.
pub async fn note_changes(
    tx: &mut Tx,
    entities: &[Uuid],
    kind: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<i64> {
    let changes: Vec<_> = entities.iter().map(|entity| (*entity, kind)).collect();
    number_changes(tx, &changes, now).await
}

/// The same for changes of several kinds.
pub async fn number_changes(
    tx: &mut Tx,
    changes: &[(Uuid, &str)],
    now: DateTime<Utc>,
) -> sqlx::Result<i64> {
    let count = i64::try_from(changes.len()).unwrap_or(i64::MAX);
    let last: i64 = on!(&mut *tx, |conn| query_scalar(
        "UPDATE change_counter SET last = last + $1 WHERE id = 1 RETURNING last"
    )
    .bind(count)
    .fetch_one(conn)
    .await)?;
    let numbered: Vec<_> = (last - count + 1..).zip(changes).collect();
    for chunk in numbered.chunks(500) {
        on!(&mut *tx, |conn| {
            let mut sql =
                QueryBuilder::new("INSERT INTO change (seq, change_id, entity, kind, at) ");
            sql.push_values(chunk, |mut row, (seq, (entity, kind))| {
                row.push_bind(*seq).push_bind(Uuid::new_v4()).push_bind(*entity);
                row.push_bind(*kind).push_bind(now);
            });
            sql.build().execute(conn).await.map(|_| ())
        })?;
    }
    Ok(last)
}

/// Changes behind `seq`, at most `limit`.
pub async fn changes_after(tx: &mut Tx, seq: i64, limit: i64) -> sqlx::Result<Vec<ChangeRow>> {
    on!(tx, |conn| query_as(
        "SELECT seq, change_id, entity, kind FROM change WHERE seq > $1 ORDER BY seq LIMIT $2"
    )
    .bind(seq)
    .bind(limit)
    .fetch_all(conn)
    .await)
}

/// The newest change of all; `None` before the first one.
pub async fn newest_change(tx: &mut Tx) -> sqlx::Result<Option<ChangeRow>> {
    on!(tx, |conn| query_as(
        "SELECT seq, change_id, entity, kind FROM change ORDER BY seq DESC LIMIT 1"
    )
    .fetch_optional(conn)
    .await)
}
