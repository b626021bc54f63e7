//! Tables `card` and `card_change`.
use crate::card::state::{Actor, State};
use crate::card::stop::Why;
use crate::db::Tx;
use crate::identity::PersonId;
use crate::on;
use crate::uploads::Scan;
use chrono::{DateTime, Utc};
use sqlx::{query, query_as, query_scalar};
use uuid::Uuid;

/// A card, and whose it is.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Card {
    /// Its id.
    pub id: Uuid,
    /// Where it is on its way.
    pub state: State,
    /// Since when.
    pub state_at: DateTime<Utc>,
    /// Who brought it there; `None`: the rules, or a station.
    pub state_by: Option<PersonId>,
    /// What was said with the last step.
    pub note: String,
    /// Why it is stopped.
    pub stopped_for: Option<Why>,
    /// Number of its chip.
    pub csn: Option<String>,
    /// When it was asked for.
    pub requested_at: DateTime<Utc>,
    /// When its chip was written for the first time.
    pub encoded_at: Option<DateTime<Utc>>,
    /// The same, the last time.
    pub last_encoded_at: Option<DateTime<Utc>>,
    /// Since when it works, or did.
    pub enabled_at: Option<DateTime<Utc>>,
    /// When it was handed to its holder.
    pub delivered_at: Option<DateTime<Utc>>,
    /// Until when it is good.
    pub due_at: Option<DateTime<Utc>>,
    /// Its photo.
    pub photo: Option<Uuid>,
    /// Whether that can be looked at; `None`: there is none.
    pub photo_scan: Option<Scan>,
    /// The card whose place it takes.
    pub renews: Option<Uuid>,
    /// How often the request was sent back.
    pub rejections: i64,
    /// Its European number.
    pub escn: Option<String>,
    /// Text of its printed code.
    pub qr: String,
    /// Whether it was made elsewhere.
    pub is_external: bool,
    /// What Paybox knows the payment by that its request used.
    pub payment: Option<String>,
    /// Raised by each change.
    pub version: i64,
    /// Whose it is.
    #[sqlx(flatten)]
    pub of: Whose,
}

/// Whose a card is.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Whose {
    /// The holder.
    pub holder: Uuid,
    /// Name of the holder everywhere.
    pub eppn: String,
    /// Type of the holder.
    pub card_type: String,
    /// When the holder's rights end.
    pub rights_until: Option<DateTime<Utc>>,
    /// The account of the holder.
    pub account: Uuid,
    /// The person.
    pub person: PersonId,
    /// What they are called.
    pub display_name: String,
    /// Where they are written to.
    pub mail: Option<String>,
}

/// The columns of [`Card`], with what goes on behind.
#[macro_export]
#[doc(hidden)]
macro_rules! card_columns {
    ($($rest:expr),* $(,)?) => {
        concat!(
            "SELECT c.id, c.holder, c.state, c.state_at, c.state_by, c.note, c.stopped_for, c.csn,
                c.requested_at, c.encoded_at, c.last_encoded_at, c.enabled_at, c.delivered_at,
                c.due_at, c.photo,
                f.scan_state AS photo_scan, c.renews, c.rejections, c.escn, c.qr, c.is_external, c.version, h.eppn,
                y.reference AS payment,
                h.card_type, h.due_at AS rights_until, h.account, a.person, p.display_name, p.mail
             FROM card c JOIN card_holder h ON h.id = c.holder JOIN account a ON a.id = h.account
                JOIN person p ON p.id = a.person
                LEFT JOIN card_photo f ON f.id = c.photo AND f.holder IS NOT NULL
                LEFT JOIN card_payment y ON y.card = c.id ",
            $($rest),*
        )
    };
}

/// One card.
pub async fn card(tx: &mut Tx, id: Uuid) -> sqlx::Result<Option<Card>> {
    on!(tx, |conn| query_as(card_columns!("WHERE c.id = $1")).bind(id).fetch_optional(conn).await)
}

/// The cards of a person, the newest first.
pub async fn cards_of(tx: &mut Tx, person: PersonId) -> sqlx::Result<Vec<Card>> {
    on!(tx, |conn| query_as(card_columns!("WHERE a.person = $1 ORDER BY c.id DESC"))
        .bind(person)
        .fetch_all(conn)
        .await)
}

/// The request of a person that is under way. Joined accounts may have brought two: one that was not
/// sent back counts first.
pub async fn request_of(tx: &mut Tx, person: PersonId) -> sqlx::Result<Option<Card>> {
    on!(tx, |conn| query_as(card_columns!(
        "WHERE a.person = $1 AND c.state IN ('new', 'renewed', 'request_checked', 'rejected',
            'in_print', 'printed', 'in_encode', 'encoded')
         ORDER BY c.state = 'rejected', c.id DESC LIMIT 1"
    ))
    .bind(person)
    .fetch_optional(conn)
    .await)
}

/// The cards of a person that work, the one that was enabled last first. Joined accounts may have
/// brought two, until the next turn of the hour.
pub async fn enabled_of(tx: &mut Tx, person: PersonId) -> sqlx::Result<Vec<Card>> {
    on!(tx, |conn| query_as(card_columns!(
        "WHERE a.person = $1 AND c.state = 'enabled' ORDER BY c.enabled_at DESC, c.id DESC"
    ))
    .bind(person)
    .fetch_all(conn)
    .await)
}

/// Whether a person had a card before, void requests apart.
pub async fn had_card(tx: &mut Tx, person: PersonId) -> sqlx::Result<bool> {
    let count: i64 = on!(tx, |conn| query_scalar(
        "SELECT count(*) FROM card c JOIN card_holder h ON h.id = c.holder
            JOIN account a ON a.id = h.account
         WHERE a.person = $1 AND c.state <> 'canceled'"
    )
    .bind(person)
    .fetch_one(conn)
    .await)?;
    Ok(count > 0)
}

/// Let nobody else change the cards of a person before this is over. Holders are held in the order of
/// their ids, before anything else of theirs is written.
pub async fn hold(tx: &mut Tx, person: PersonId) -> sqlx::Result<()> {
    let holders: Vec<Uuid> = on!(&mut *tx, |conn| query_scalar(
        "SELECT h.id FROM card_holder h JOIN account a ON a.id = h.account
         WHERE a.person = $1 ORDER BY h.id"
    )
    .bind(person)
    .fetch_all(conn)
    .await)?;
    for holder in holders {
        on!(&mut *tx, |conn| query("UPDATE card_holder SET read_at = read_at WHERE id = $1")
            .bind(holder)
            .execute(conn)
            .await
            .map(|_| ()))?;
    }
    Ok(())
}

/// Keep a new card.
pub async fn insert_card(tx: &mut Tx, new: &Card) -> sqlx::Result<()> {
    on!(tx, |conn| query(
        "INSERT INTO card (id, holder, state, state_at, state_by, note, requested_at, due_at,
            photo, renews, rejections, escn, qr, is_external, version)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, 1)"
    )
    .bind(new.id)
    .bind(new.of.holder)
    .bind(new.state)
    .bind(new.state_at)
    .bind(new.state_by)
    .bind(&new.note)
    .bind(new.requested_at)
    .bind(new.due_at)
    .bind(new.photo)
    .bind(new.renews)
    .bind(new.rejections)
    .bind(&new.escn)
    .bind(&new.qr)
    .bind(new.is_external)
    .execute(conn)
    .await
    .map(|_| ()))
}

/// Write a card down as it is now, if nobody changed it since its version. `false`: somebody did.
pub async fn rewrite(tx: &mut Tx, card: &Card) -> sqlx::Result<bool> {
    on!(tx, |conn| query(
        "UPDATE card SET state = $3, state_at = $4, state_by = $5, note = $6, stopped_for = $7,
            csn = $8, requested_at = $9, encoded_at = $10, last_encoded_at = $11,
            enabled_at = $12, due_at = $13, photo = $14, rejections = $15, escn = $16, qr = $17,
            delivered_at = $18, version = version + 1
         WHERE id = $1 AND version = $2"
    )
    .bind(card.id)
    .bind(card.version)
    .bind(card.state)
    .bind(card.state_at)
    .bind(card.state_by)
    .bind(&card.note)
    .bind(card.stopped_for)
    .bind(&card.csn)
    .bind(card.requested_at)
    .bind(card.encoded_at)
    .bind(card.last_encoded_at)
    .bind(card.enabled_at)
    .bind(card.due_at)
    .bind(card.photo)
    .bind(card.rejections)
    .bind(&card.escn)
    .bind(&card.qr)
    .bind(card.delivered_at)
    .execute(conn)
    .await
    .map(|done| done.rows_affected() > 0))
}

/// A step of a card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// The card.
    pub card: Uuid,
    /// When.
    pub at: DateTime<Utc>,
    /// Who, when it was somebody.
    pub by: Option<PersonId>,
    /// In which part.
    pub actor: Actor,
    /// From where; `None`: it began.
    pub was: Option<State>,
    /// To where.
    pub became: State,
    /// What was said.
    pub note: String,
}

/// Write down what became of a card.
pub async fn insert_change(tx: &mut Tx, change: &Change) -> sqlx::Result<()> {
    on!(tx, |conn| query(
        "INSERT INTO card_change (id, card, at, by_whom, actor, was, became, note)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"
    )
    .bind(Uuid::now_v7())
    .bind(change.card)
    .bind(change.at)
    .bind(change.by)
    .bind(change.actor.as_str())
    .bind(change.was)
    .bind(change.became)
    .bind(&change.note)
    .execute(conn)
    .await
    .map(|_| ()))
}

/// A step of a card as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct SeenChange {
    /// When.
    pub at: DateTime<Utc>,
    /// Who, by name.
    pub name: Option<String>,
    /// In which part.
    pub actor: String,
    /// To where.
    pub became: State,
    /// What was said.
    pub note: String,
}

/// What became of a card, the newest first.
pub async fn changes_of(tx: &mut Tx, card: Uuid) -> sqlx::Result<Vec<SeenChange>> {
    on!(tx, |conn| query_as(
        "SELECT e.at, p.display_name AS name, e.actor, e.became, e.note
         FROM card_change e LEFT JOIN person p ON p.id = e.by_whom
         WHERE e.card = $1 ORDER BY e.at DESC, e.id DESC"
    )
    .bind(card)
    .fetch_all(conn)
    .await)
}

/// Cards that ended before this day, and unfinished ones of people whose rights did: a portion, with
/// whose they are.
pub async fn ended(tx: &mut Tx, before: DateTime<Utc>) -> sqlx::Result<Vec<(Uuid, PersonId)>> {
    on!(tx, |conn| query_as(
        "SELECT c.id, a.person FROM card c JOIN card_holder h ON h.id = c.holder
            JOIN account a ON a.id = h.account
         WHERE c.state_at < $1 AND (c.state IN ('canceled', 'destroyed', 'caduc')
            OR (c.state <> 'enabled' AND h.due_at < $1))
         ORDER BY c.id LIMIT 200"
    )
    .bind(before)
    .fetch_all(conn)
    .await)
}

/// Forget a card of somebody who is held, and its history, unless something became of it meanwhile.
pub async fn forget(tx: &mut Tx, id: Uuid, before: DateTime<Utc>) -> sqlx::Result<()> {
    let sql = "DELETE FROM card WHERE id = $1 AND state_at < $2 AND state <> 'enabled'";
    on!(tx, |conn| query(sql).bind(id).bind(before).execute(conn).await.map(|_| ()))
}
