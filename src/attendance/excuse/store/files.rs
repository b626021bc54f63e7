//! Table `justification_file`.
use crate::db::Tx;
use crate::identity::PersonId;
use crate::on;
use crate::uploads::Scan;
use chrono::{DateTime, Utc};
use sqlx::{query, query_as};
use uuid::Uuid;

/// A paper as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct PaperRow {
    /// Its id.
    pub id: Uuid,
    /// Of which justification.
    pub justification: Option<Uuid>,
    /// Name of the file.
    pub storage_key: String,
    /// What its owner called it; sealed.
    pub name: Vec<u8>,
    /// What it is.
    pub media_type: String,
    /// Bytes.
    pub size: i64,
    /// Digest of it.
    pub sha256: Vec<u8>,
    /// Whether it may be looked at.
    pub scan_state: Scan,
    /// When it came.
    pub created_at: DateTime<Utc>,
    /// Until when it is kept.
    pub delete_after: DateTime<Utc>,
}

/// Say that a file is about to be written.
pub async fn insert_file(tx: &mut Tx, row: &PaperRow) -> sqlx::Result<()> {
    on!(tx, |conn| query(
        "INSERT INTO justification_file (id, justification, storage_key, name, media_type, size,
            sha256, scan_state, created_at, delete_after)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)"
    )
    .bind(row.id)
    .bind(row.justification)
    .bind(&row.storage_key)
    .bind(&row.name)
    .bind(&row.media_type)
    .bind(row.size)
    .bind(&row.sha256)
    .bind(row.scan_state)
    .bind(row.created_at)
    .bind(row.delete_after)
    .execute(conn)
    .await
    .map(|_| ()))
}

macro_rules! paper_where {
    ($($rest:expr),+ $(,)?) => {
        concat!(
            "SELECT f.id, f.justification, f.storage_key, f.name, f.media_type, f.size, f.sha256,
                f.scan_state, f.created_at, f.delete_after FROM justification_file f ",
            $($rest),+
        )
    };
}

/// The papers of a justification that are there.
pub async fn files_of(
    tx: &mut Tx,
    justification: Uuid,
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<PaperRow>> {
    on!(tx, |conn| query_as(paper_where!(
        "WHERE f.justification = $1 AND f.delete_after > $2 AND f.scan_state <> 'arriving'
         ORDER BY f.created_at, f.id"
    ))
    .bind(justification)
    .bind(now)
    .fetch_all(conn)
    .await)
}

/// One paper that is still kept.
pub async fn paper(tx: &mut Tx, id: Uuid, now: DateTime<Utc>) -> sqlx::Result<Option<PaperRow>> {
    on!(tx, |conn| query_as(paper_where!(
        "WHERE f.id = $1 AND f.delete_after > $2 AND f.justification IS NOT NULL
            AND f.scan_state <> 'arriving'"
    ))
    .bind(id)
    .bind(now)
    .fetch_optional(conn)
    .await)
}

/// Papers in a scan state that are still kept.
pub async fn paper_in(tx: &mut Tx, scan: Scan, now: DateTime<Utc>) -> sqlx::Result<Vec<PaperRow>> {
    on!(tx, |conn| query_as(paper_where!(
        "WHERE f.scan_state = $1 AND f.delete_after > $2 AND f.justification IS NOT NULL
         ORDER BY f.created_at, f.id LIMIT 100"
    ))
    .bind(scan)
    .bind(now)
    .fetch_all(conn)
    .await)
}

/// How many papers a justification has and how many bytes they are, those under way included; and
/// how many its student sent since a day.
pub async fn usage(
    tx: &mut Tx,
    (justification, student): (Uuid, PersonId),
    (month, now): (DateTime<Utc>, DateTime<Utc>),
) -> sqlx::Result<(i64, i64, i64)> {
    let (count, bytes): (i64, i64) = on!(&mut *tx, |conn| query_as(
        "SELECT count(*), CAST(coalesce(sum(size), 0) AS BIGINT) FROM justification_file
         WHERE justification = $1 AND delete_after > $2 AND scan_state <> 'infected'"
    )
    .bind(justification)
    .bind(now)
    .fetch_one(conn)
    .await)?;
    let (recent,): (i64,) = on!(tx, |conn| {
        query_as(
        "SELECT count(*) FROM justification_file f JOIN justification j ON j.id = f.justification
         WHERE j.student = $1 AND f.created_at > $2"
    )
    .bind(student)
    .bind(month)
    .fetch_one(conn)
    .await
    })?;
    Ok((count, bytes, recent))
}

/// Its file is there, and this is what is known of it; kept until then. `false`: it was removed.
pub async fn set_scanned(
    tx: &mut Tx,
    id: Uuid,
    (scan, keep): (Scan, DateTime<Utc>),
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    on!(tx, |conn| query(
        "UPDATE justification_file SET scan_state = $2, delete_after = $3, scanned_at = $4
         WHERE id = $1 AND justification IS NOT NULL"
    )
    .bind(id)
    .bind(scan)
    .bind(keep)
    .bind(now)
    .execute(conn)
    .await
    .map(|done| done.rows_affected() > 0))
}

/// Keep the papers of a justification until then, those under way apart.
pub async fn shorten(
    tx: &mut Tx,
    justification: Uuid,
    keep: DateTime<Utc>,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    on!(tx, |conn| query(
        "UPDATE justification_file SET delete_after = $2
         WHERE justification = $1 AND delete_after > $3 AND scan_state IN ('pending', 'clean')"
    )
    .bind(justification)
    .bind(keep)
    .bind(now)
    .execute(conn)
    .await
    .map(|_| ()))
}

/// Papers whose time is over, and those whose justification is gone.
pub async fn due(tx: &mut Tx, now: DateTime<Utc>) -> sqlx::Result<Vec<(Uuid, String)>> {
    on!(tx, |conn| query_as(
        "SELECT id, storage_key FROM justification_file
         WHERE delete_after <= $1 OR justification IS NULL ORDER BY id LIMIT 1000"
    )
    .bind(now)
    .fetch_all(conn)
    .await)
}

/// Its file is gone.
pub async fn drop_row(tx: &mut Tx, id: Uuid) -> sqlx::Result<()> {
    on!(tx, |conn| query("DELETE FROM justification_file WHERE id = $1")
        .bind(id)
        .execute(conn)
        .await
        .map(|_| ()))
}

/// What the scanner says of a paper that waited for it; an infected one is kept no longer than its
/// owner needs to see why. `false`: it does not wait any more.
pub async fn set_verdict(
    tx: &mut Tx,
    id: Uuid,
    (scan, keep): (Scan, DateTime<Utc>),
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    on!(tx, |conn| query(
        "UPDATE justification_file SET scan_state = $2, scanned_at = $3,
            delete_after = CASE WHEN $4 THEN $5 ELSE delete_after END
         WHERE id = $1 AND scan_state = 'pending'"
    )
    .bind(id)
    .bind(scan)
    .bind(now)
    .bind(scan == Scan::Infected)
    .bind(keep)
    .execute(conn)
    .await
    .map(|done| done.rows_affected() > 0))
}
