//! Table `card_photo`.
use crate::db::Tx;
use crate::hex::hex;
use crate::identity::PersonId;
use crate::on;
use crate::uploads::Scan;
use chrono::{DateTime, Utc};
use sqlx::{query, query_as};
use uuid::Uuid;

/// A photo as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Photo {
    /// Its id.
    pub id: Uuid,
    /// Whose.
    pub holder: Option<Uuid>,
    /// Name of the file.
    pub storage_key: String,
    /// Whether it may be looked at.
    pub scan_state: Scan,
}

/// A photo that is about to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPhoto {
    /// Its id.
    pub id: Uuid,
    /// Whose.
    pub holder: Uuid,
    /// Name of the file.
    pub storage_key: String,
    /// Bytes.
    pub size: i64,
    /// Digest of it.
    pub sha256: Vec<u8>,
    /// When it came.
    pub created_at: DateTime<Utc>,
    /// Until when it is kept.
    pub delete_after: DateTime<Utc>,
}

macro_rules! photo_where {
    ($rest:expr) => {
        concat!("SELECT f.id, f.holder, f.storage_key, f.scan_state FROM card_photo f ", $rest)
    };
}

/// Say that a file is about to be written.
pub async fn insert_photo(tx: &mut Tx, new: &NewPhoto) -> sqlx::Result<()> {
    on!(tx, |conn| query(
        "INSERT INTO card_photo (id, holder, storage_key, size, sha256, scan_state, created_at,
            delete_after)
         VALUES ($1, $2, $3, $4, $5, 'arriving', $6, $7)"
    )
    .bind(new.id)
    .bind(new.holder)
    .bind(&new.storage_key)
    .bind(new.size)
    .bind(&new.sha256)
    .bind(new.created_at)
    .bind(new.delete_after)
    .execute(conn)
    .await
    .map(|_| ()))
}

/// One photo that is still kept.
pub async fn photo(tx: &mut Tx, id: Uuid, now: DateTime<Utc>) -> sqlx::Result<Option<Photo>> {
    on!(tx, |conn| query_as(photo_where!(
        "WHERE f.id = $1 AND f.holder IS NOT NULL AND f.scan_state <> 'arriving'
            AND (f.delete_after IS NULL OR f.delete_after > $2)"
    ))
    .bind(id)
    .bind(now)
    .fetch_optional(conn)
    .await)
}

/// The photo of a holder that came last.
pub async fn latest(tx: &mut Tx, holder: Uuid, now: DateTime<Utc>) -> sqlx::Result<Option<Photo>> {
    on!(tx, |conn| query_as(photo_where!(
        "WHERE f.holder = $1 AND f.scan_state IN ('pending', 'clean')
            AND (f.delete_after IS NULL OR f.delete_after > $2)
         ORDER BY f.created_at DESC, f.id DESC LIMIT 1"
    ))
    .bind(holder)
    .bind(now)
    .fetch_optional(conn)
    .await)
}

/// The photo that a card of somebody bears, who lets others inside see it: the newest.
pub async fn shown_photo(
    tx: &mut Tx,
    person: PersonId,
    now: DateTime<Utc>,
) -> sqlx::Result<Option<Photo>> {
    on!(tx, |conn| query_as(photo_where!(
        "JOIN card_holder h ON h.id = f.holder JOIN account a ON a.id = h.account
         WHERE a.person = $1 AND h.shows_photo AND f.scan_state = 'clean'
            AND (f.delete_after IS NULL OR f.delete_after > $2)
            AND EXISTS (SELECT 1 FROM card c WHERE c.photo = f.id
                AND c.state NOT IN ('new', 'rejected', 'canceled'))
         ORDER BY f.created_at DESC, f.id DESC LIMIT 1"
    ))
    .bind(person)
    .bind(now)
    .fetch_optional(conn)
    .await)
}

/// A photo, and what its bytes are known by.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Face {
    /// The photo.
    #[sqlx(flatten)]
    pub photo: Photo,
    /// SHA-256 of it.
    pub sha256: Vec<u8>,
}

impl Face {
    /// The same in hexadecimal digits.
    pub fn digest(&self) -> String {
        hex(&self.sha256)
    }
}

/// The photo that a card bears, whose holder lets others see it.
pub async fn face_on(tx: &mut Tx, card: Uuid) -> sqlx::Result<Option<Face>> {
    on!(tx, |conn| query_as(
        "SELECT f.id, f.holder, f.storage_key, f.scan_state, f.sha256 FROM card_photo f
            JOIN card c ON c.photo = f.id JOIN card_holder h ON h.id = c.holder
         WHERE c.id = $1 AND h.shows_photo AND f.scan_state = 'clean'"
    )
    .bind(card)
    .fetch_optional(conn)
    .await)
}

/// How many photos a holder sent since then.
pub async fn usage(tx: &mut Tx, holder: Uuid, since: DateTime<Utc>) -> sqlx::Result<i64> {
    let sql = "SELECT count(*) FROM card_photo WHERE holder = $1 AND created_at > $2";
    on!(tx, |conn| sqlx::query_scalar(sql).bind(holder).bind(since).fetch_one(conn).await)
}

/// Its file is there, and it is kept until then. `false`: it was removed.
pub async fn set_scanned(
    tx: &mut Tx,
    id: Uuid,
    (scan, keep): (Scan, DateTime<Utc>),
) -> sqlx::Result<bool> {
    on!(tx, |conn| query(
        "UPDATE card_photo SET scan_state = $2, delete_after = $3
         WHERE id = $1 AND holder IS NOT NULL AND scan_state = 'arriving'"
    )
    .bind(id)
    .bind(scan)
    .bind(keep)
    .execute(conn)
    .await
    .map(|done| done.rows_affected() > 0))
}

/// A card needs it from now on. `false`: it is about to be removed.
pub async fn attach(tx: &mut Tx, id: Uuid) -> sqlx::Result<bool> {
    let sql = "UPDATE card_photo SET delete_after = NULL WHERE id = $1 AND holder IS NOT NULL";
    on!(tx, |conn| query(sql).bind(id).execute(conn).await.map(|done| done.rows_affected() > 0))
}

/// Its time is over, and no card can get it any more. `false`: one got it meanwhile.
pub async fn give_up(tx: &mut Tx, id: Uuid, now: DateTime<Utc>) -> sqlx::Result<bool> {
    on!(tx, |conn| query(
        "UPDATE card_photo SET holder = NULL
         WHERE id = $1 AND (delete_after <= $2 OR holder IS NULL)"
    )
    .bind(id)
    .bind(now)
    .execute(conn)
    .await
    .map(|done| done.rows_affected() > 0))
}

/// Photos that the scanner has to see and that nobody tried to show it since: those that were never
/// tried first.
pub async fn to_scan(tx: &mut Tx, now: DateTime<Utc>) -> sqlx::Result<Vec<Photo>> {
    on!(tx, |conn| query_as(photo_where!(
        "WHERE f.scan_state = 'pending' AND f.holder IS NOT NULL
            AND (f.delete_after IS NULL OR f.delete_after > $1)
            AND (f.tried_at IS NULL OR f.tried_at < $1)
         ORDER BY f.tried_at IS NOT NULL, f.tried_at, f.created_at, f.id LIMIT 100"
    ))
    .bind(now)
    .fetch_all(conn)
    .await)
}

/// It was tried, and the scanner could not see it.
pub async fn set_tried(tx: &mut Tx, id: Uuid, now: DateTime<Utc>) -> sqlx::Result<()> {
    on!(tx, |conn| query(
        "UPDATE card_photo SET tried_at = $2 WHERE id = $1 AND scan_state = 'pending'"
    )
    .bind(id)
    .bind(now)
    .execute(conn)
    .await
    .map(|_| ()))
}

/// What the scanner says. `false`: it does not wait any more.
pub async fn set_verdict(tx: &mut Tx, id: Uuid, scan: Scan) -> sqlx::Result<bool> {
    on!(tx, |conn| query(
        "UPDATE card_photo SET scan_state = $2 WHERE id = $1 AND scan_state = 'pending'"
    )
    .bind(id)
    .bind(scan)
    .execute(conn)
    .await
    .map(|done| done.rows_affected() > 0))
}

/// Photos that no card needs since `before`: the next turn removes them.
pub async fn release(tx: &mut Tx, before: DateTime<Utc>, now: DateTime<Utc>) -> sqlx::Result<()> {
    on!(tx, |conn| query(
        "UPDATE card_photo SET delete_after = $2
         WHERE delete_after IS NULL AND NOT EXISTS (SELECT 1 FROM card c
            WHERE c.photo = card_photo.id AND (c.state_at > $1
                OR c.state NOT IN ('canceled', 'destroyed', 'caduc')))"
    )
    .bind(before)
    .bind(now)
    .execute(conn)
    .await
    .map(|_| ()))
}

/// Photos whose time is over, and those whose holder is gone, behind this one.
pub async fn due(
    tx: &mut Tx,
    behind: Uuid,
    now: DateTime<Utc>,
) -> sqlx::Result<Vec<(Uuid, String)>> {
    on!(tx, |conn| query_as(
        "SELECT id, storage_key FROM card_photo
         WHERE id > $2 AND (delete_after <= $1 OR holder IS NULL) ORDER BY id LIMIT 500"
    )
    .bind(now)
    .bind(behind)
    .fetch_all(conn)
    .await)
}

/// Its file is gone.
pub async fn drop_photo(tx: &mut Tx, id: Uuid) -> sqlx::Result<()> {
    on!(tx, |conn| query("DELETE FROM card_photo WHERE id = $1")
        .bind(id)
        .execute(conn)
        .await
        .map(|_| ()))
}

/// Whether a photo is one of this holder, and kept.
pub async fn kept_file(
    tx: &mut Tx,
    (id, holder): (Uuid, Uuid),
    now: DateTime<Utc>,
) -> sqlx::Result<Option<Photo>> {
    Ok(photo(tx, id, now).await?.filter(|photo| photo.holder == Some(holder)))
}
