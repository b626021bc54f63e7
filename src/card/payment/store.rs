//! Table `card_payment`.
use super::answer::Told;
use crate::db::{Tx, among};
use crate::identity::PersonId;
use crate::on;
use chrono::{DateTime, Utc};
use sqlx::{QueryBuilder, query, query_as, query_scalar};
use uuid::Uuid;

/// An order, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Payment {
    /// Its id.
    pub id: Uuid,
    /// Whose; `None`: erased.
    pub holder: Option<Uuid>,
    /// What Paybox knows it by.
    pub reference: String,
    /// Cents.
    pub amount: i64,
    /// For another card than the first.
    pub is_renewal: bool,
    /// When it was ordered.
    pub asked_at: DateTime<Utc>,
    /// The last code of Paybox, or empty.
    pub error: String,
    /// When it was paid.
    pub paid_at: Option<DateTime<Utc>>,
    /// By which transaction.
    pub transaction_id: Option<String>,
    /// When a request used it.
    pub used_at: Option<DateTime<Utc>>,
    /// The card of that request.
    pub card: Option<Uuid>,
    /// When somebody gave it back.
    pub refunded_at: Option<DateTime<Utc>>,
}

/// A payment of the office's list.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Listed {
    /// The payment.
    #[sqlx(flatten)]
    pub of: Payment,
    /// Whose, or empty.
    pub name: Option<String>,
    /// The same, everywhere.
    pub eppn: Option<String>,
    /// Type of the holder.
    pub card_type: Option<String>,
}

/// What is listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Kind {
    /// Everything that was paid.
    #[default]
    Paid,
    /// Paid, and no request used it.
    Unused,
    /// Used by a request.
    Used,
    /// Given back.
    Refunded,
    /// Refused, or not answered yet.
    Open,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 5] = [Self::Paid, Self::Unused, Self::Used, Self::Refunded, Self::Open];

    /// Its stable name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Paid => "paid",
            Self::Unused => "unused",
            Self::Used => "used",
            Self::Refunded => "refunded",
            Self::Open => "open",
        }
    }

    fn condition(self) -> &'static str {
        match self {
            Self::Paid => " AND y.paid_at IS NOT NULL",
            Self::Unused => {
                " AND y.paid_at IS NOT NULL AND y.used_at IS NULL AND y.refunded_at IS NULL"
            }
            Self::Used => " AND y.used_at IS NOT NULL",
            Self::Refunded => " AND y.refunded_at IS NOT NULL",
            Self::Open => " AND y.paid_at IS NULL",
        }
    }
}

const COLUMNS: &str =
    "SELECT y.id, y.holder, y.reference, y.amount, y.is_renewal, y.asked_at, y.error,
        y.paid_at, y.transaction_id, y.used_at, y.card, y.refunded_at,
        p.display_name AS name, h.eppn, h.card_type
    FROM card_payment y LEFT JOIN card_holder h ON h.id = y.holder
        LEFT JOIN account a ON a.id = h.account LEFT JOIN person p ON p.id = a.person WHERE TRUE";

/// Keep an order.
pub async fn insert(tx: &mut Tx, new: &Payment) -> sqlx::Result<()> {
    on!(tx, |conn| {
        query(
        "INSERT INTO card_payment (id, holder, reference, amount, is_renewal, asked_at, error, approval)
         VALUES ($1, $2, $3, $4, $5, $6, '', '')"
    )
    .bind(new.id)
    .bind(new.holder)
    .bind(&new.reference)
    .bind(new.amount)
    .bind(new.is_renewal)
    .bind(new.asked_at)
    .execute(conn)
    .await
    .map(|_| ())
    })
}

/// How many orders a holder made since then.
pub async fn orders(tx: &mut Tx, holder: Uuid, since: DateTime<Utc>) -> sqlx::Result<i64> {
    let sql = "SELECT count(*) FROM card_payment WHERE holder = $1 AND asked_at > $2";
    on!(tx, |conn| query_scalar(sql).bind(holder).bind(since).fetch_one(conn).await)
}

/// The order of this reference.
pub async fn by_reference(tx: &mut Tx, reference: &str) -> sqlx::Result<Option<Payment>> {
    on!(tx, |conn| {
        query_as(
        "SELECT id, holder, reference, amount, is_renewal, asked_at, error, paid_at, transaction_id,
            used_at, card, refunded_at
         FROM card_payment WHERE reference = $1"
    )
    .bind(reference)
    .fetch_optional(conn)
    .await
    })
}

/// It is paid. `false`: it was before.
pub async fn set_paid(
    tx: &mut Tx,
    id: Uuid,
    told: &Told,
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    on!(tx, |conn| query(
        "UPDATE card_payment SET paid_at = $2, answered_at = $2, error = $3, transaction_id = $4,
            approval = $5
         WHERE id = $1 AND paid_at IS NULL"
    )
    .bind(id)
    .bind(now)
    .bind(&told.error)
    .bind(&told.transaction)
    .bind(&told.approval)
    .execute(conn)
    .await
    .map(|done| done.rows_affected() > 0))
}

/// It was refused; what is paid stays paid.
pub async fn set_refused(
    tx: &mut Tx,
    id: Uuid,
    error: &str,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    on!(tx, |conn| query(
        "UPDATE card_payment SET error = $2, answered_at = $3 WHERE id = $1 AND paid_at IS NULL"
    )
    .bind(id)
    .bind(error)
    .bind(now)
    .execute(conn)
    .await
    .map(|_| ()))
}

/// Whether a person has a payment that no request used.
pub async fn has_unused(tx: &mut Tx, person: PersonId) -> sqlx::Result<bool> {
    let count: i64 = on!(tx, |conn| query_scalar(
        "SELECT count(*) FROM card_payment y JOIN card_holder h ON h.id = y.holder
            JOIN account a ON a.id = h.account
         WHERE a.person = $1 AND y.paid_at IS NOT NULL AND y.used_at IS NULL
            AND y.refunded_at IS NULL"
    )
    .bind(person)
    .fetch_one(conn)
    .await)?;
    Ok(count > 0)
}

/// This card uses the oldest payment of a person that none used yet. `false`: there is none.
pub async fn take(
    tx: &mut Tx,
    (person, card): (PersonId, Uuid),
    now: DateTime<Utc>,
) -> sqlx::Result<bool> {
    on!(tx, |conn| query(
        "UPDATE card_payment SET used_at = $3, card = $2
         WHERE used_at IS NULL AND refunded_at IS NULL AND id IN (
            SELECT y.id FROM card_payment y JOIN card_holder h ON h.id = y.holder
                JOIN account a ON a.id = h.account
            WHERE a.person = $1 AND y.paid_at IS NOT NULL AND y.used_at IS NULL
                AND y.refunded_at IS NULL
            ORDER BY y.paid_at, y.id LIMIT 1)"
    )
    .bind(person)
    .bind(card)
    .bind(now)
    .execute(conn)
    .await
    .map(|done| done.rows_affected() > 0))
}

/// The request of a card is void: its payment can be used again. `false`: it had none.
pub async fn give_back(tx: &mut Tx, card: Uuid) -> sqlx::Result<bool> {
    let sql = "UPDATE card_payment SET used_at = NULL, card = NULL WHERE card = $1";
    on!(tx, |conn| query(sql).bind(card).execute(conn).await.map(|done| done.rows_affected() > 0))
}

/// The money was given back. `false`: a request used it, or it was given back before.
pub async fn set_refunded(tx: &mut Tx, id: Uuid, now: DateTime<Utc>) -> sqlx::Result<bool> {
    on!(tx, |conn| query(
        "UPDATE card_payment SET refunded_at = $2
         WHERE id = $1 AND paid_at IS NOT NULL AND used_at IS NULL AND refunded_at IS NULL"
    )
    .bind(id)
    .bind(now)
    .execute(conn)
    .await
    .map(|done| done.rows_affected() > 0))
}

/// One payment.
pub async fn one(tx: &mut Tx, id: Uuid) -> sqlx::Result<Option<Listed>> {
    on!(tx, |conn| {
        let mut sql = QueryBuilder::new(COLUMNS);
        sql.push(" AND y.id = ").push_bind(id);
        sql.build_query_as().fetch_optional(conn).await
    })
}

/// Payments of holders of these types (`None`: of any, those of nobody included), the newest first.
pub async fn list(
    tx: &mut Tx,
    (kind, types): (Kind, Option<&[String]>),
    (skip, limit): (i64, i64),
) -> sqlx::Result<Vec<Listed>> {
    if types.is_some_and(<[String]>::is_empty) {
        return Ok(Vec::new());
    }
    on!(tx, |conn| {
        let mut sql = QueryBuilder::new(COLUMNS);
        sql.push(kind.condition());
        if let Some(types) = types {
            sql.push(" AND h.card_type");
            among(&mut sql, types);
        }
        sql.push(" ORDER BY y.asked_at DESC, y.id DESC LIMIT ").push_bind(limit);
        sql.push(" OFFSET ").push_bind(skip);
        sql.build_query_as().fetch_all(conn).await
    })
}

/// Remove orders that nobody answered since `silent`, and what ended before `old`: what was refused then,
/// given back, or used by a card that is forgotten, and what nobody can use any more.
pub async fn clean(tx: &mut Tx, silent: DateTime<Utc>, old: DateTime<Utc>) -> sqlx::Result<u64> {
    on!(tx, |conn| query(
        "DELETE FROM card_payment WHERE (answered_at IS NULL AND asked_at < $1)
            OR (paid_at IS NULL AND answered_at < $2)
            OR refunded_at < $2
            OR (card IS NULL AND used_at < $2)
            OR (holder IS NULL AND card IS NULL AND asked_at < $2
                AND (paid_at IS NULL OR used_at IS NOT NULL OR refunded_at IS NOT NULL))"
    )
    .bind(silent)
    .bind(old)
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))
}
