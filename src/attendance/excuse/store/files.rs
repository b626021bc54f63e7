//! Table `justification_file`.
use crate::db::Tx;
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

/// Papers that the scanner has to see and that nobody tried to show it since: those that were never
/// tried first.
pub async fn to_scan(tx: &mut Tx, now: DateTime<Utc>) -> sqlx::Result<Vec<PaperRow>> {
    on!(tx, |conn| {
        query_as(paper_where!(
            "WHERE f.scan_state = 'pending' AND f.delete_after > $1 AND f.justification IS NOT NULL
                AND (f.scanned_at IS NULL OR f.scanned_at < $1)
             ORDER BY f.scanned_at IS NOT NULL, f.scanned_at, f.created_at, f.id LIMIT 100"
        ))
        .bind(now)
        .fetch_all(conn)
        .await
    })
}

/// It was tried, and the scanner could not see it.
pub async fn set_tried(tx: &mut Tx, id: Uuid, now: DateTime<Utc>) -> sqlx::Result<()> {
    on!(tx, |conn| query(
        "UPDATE justification_file SET scanned_at = $2 WHERE id = $1 AND scan_state = 'pending'"
    )
    .bind(id)
    .bind(now)
    .execute(conn)
    .await
    .map(|_| ()))
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
    .bind((scan != Scan::Pending).then_some(now))
    .execute(conn)
    .await
    .map(|done| done.rows_affected() > 0))
}

/// Keep the papers of a justification until then, those under way apart.
pub async fn keep_until(
    tx: &mut Tx,
    justification: Uuid,
    until: DateTime<Utc>,
) -> sqlx::Result<()> {
    on!(tx, |conn| query(
        "UPDATE justification_file SET delete_after = $2
         WHERE justification = $1 AND scan_state IN ('pending', 'clean')"
    )
    .bind(justification)
    .bind(until)
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
