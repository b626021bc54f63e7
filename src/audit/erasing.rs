//! Erases what is personal in the record. The rows stay, and so does the chain.
use super::chain::Row;
use crate::db::Tx;
use crate::identity::PersonId;
use crate::on;
use chrono::{DateTime, Utc};
use sqlx::types::Json;
use sqlx::{query, query_as};

/// Rows of one transaction (SEC-114).
const PORTION: i64 = 1_000;

/// Erase what is personal in the rows about somebody; their id stays, which then names nobody.
pub async fn forget(tx: &mut Tx, person: PersonId) -> sqlx::Result<()> {
    // First what waits: a row that is sealed at this moment has its part aside when that is deleted.
    let waiting: Vec<Row> = on!(&mut *tx, |conn| query_as(
        "SELECT id, at, event, outcome, reason, person, network, request_id, session, fields
         FROM audit WHERE seq IS NULL AND person = $1"
    )
    .bind(person)
    .fetch_all(conn)
    .await)?;
    for mut row in waiting {
        row.take_personal();
        on!(&mut *tx, |conn| query(
            "UPDATE audit SET network = $1, fields = $2 WHERE id = $3 AND seq IS NULL"
        )
        .bind(&row.network)
        .bind(Json(&row.fields))
        .bind(row.id)
        .execute(conn)
        .await
        .map(|_| ()))?;
    }
    on!(tx, |conn| query(
        "DELETE FROM audit_personal WHERE audit IN (SELECT id FROM audit WHERE person = $1)"
    )
    .bind(person)
    .execute(conn)
    .await
    .map(|_| ()))
}

/// Erase from where and with what words people were refused at sign-in before a moment (D36), in a
/// portion of rows; how many had that.
pub async fn forget_refused(tx: &mut Tx, before: DateTime<Utc>) -> sqlx::Result<u64> {
    on!(tx, |conn| query(
        "DELETE FROM audit_personal WHERE audit IN
             (SELECT audit FROM audit_personal JOIN audit ON audit.id = audit_personal.audit
              WHERE audit.at < $1 AND audit.event IN
                  ('auth.refused', 'auth.bruteforce', 'auth.stuffing', 'auth.flood')
              LIMIT $2)"
    )
    .bind(before)
    .bind(PORTION)
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))
}
