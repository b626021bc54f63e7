//! Table `absence_reason`.
use crate::attendance::excuse::reason::DEFAULTS;
use crate::db::Tx;
use crate::identity::Rne;
use crate::on;
use sqlx::{query, query_as, query_scalar};
use uuid::Uuid;

/// A reason of a school.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Reason {
    /// Its id.
    pub id: Uuid,
    /// Its stable code.
    pub code: String,
    /// Its name, or empty when nobody wrote one.
    pub label: String,
    /// What it says besides.
    #[sqlx(flatten)]
    pub flags: ReasonFlags,
}

/// What a reason says besides its name.
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of its own")]
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, sqlx::FromRow)]
pub struct ReasonFlags {
    /// Excuses what was announced with it, without anybody deciding.
    pub is_accepted: bool,
    /// Tells something of somebody's health.
    pub is_health: bool,
    /// Parents may give it.
    pub is_guardian_allowed: bool,
    /// Can be chosen.
    pub is_active: bool,
}

/// Give a school the reasons that every school begins with, when it has none.
pub async fn begin_reasons(tx: &mut Tx, rne: &Rne) -> sqlx::Result<()> {
    let sql = "SELECT count(*) FROM absence_reason WHERE rne = $1 AND kind = 'absence'";
    let count: i64 = on!(&mut *tx, |conn| query_scalar(sql).bind(rne).fetch_one(conn).await)?;
    if count > 0 {
        return Ok(());
    }
    for reason in DEFAULTS {
        let flags = ReasonFlags {
            is_accepted: reason.is_accepted,
            is_health: reason.is_health,
            is_guardian_allowed: reason.is_guardian_allowed,
            is_active: true,
        };
        insert_reason(tx, rne, (reason.code, ""), flags).await?;
    }
    Ok(())
}

/// Keep a reason. `false`: there is one of this code.
pub async fn insert_reason(
    tx: &mut Tx,
    rne: &Rne,
    (code, label): (&str, &str),
    flags: ReasonFlags,
) -> sqlx::Result<bool> {
    on!(tx, |conn| query(
        "INSERT INTO absence_reason (id, rne, code, label, kind, is_accepted, is_health, is_active,
            is_guardian_allowed)
         VALUES ($1, $2, $3, $4, 'absence', $5, $6, $7, $8) ON CONFLICT (rne, code) DO NOTHING"
    )
    .bind(Uuid::now_v7())
    .bind(rne)
    .bind(code)
    .bind(label)
    .bind(flags.is_accepted)
    .bind(flags.is_health)
    .bind(flags.is_active)
    .bind(flags.is_guardian_allowed)
    .execute(conn)
    .await
    .map(|done| done.rows_affected() > 0))
}

/// The reasons of absences of a school, in the order in which they were made.
pub async fn reasons(tx: &mut Tx, rne: &Rne) -> sqlx::Result<Vec<Reason>> {
    on!(tx, |conn| query_as(
        "SELECT id, code, label, is_accepted, is_health, is_guardian_allowed, is_active
         FROM absence_reason WHERE rne = $1 AND kind = 'absence' ORDER BY id LIMIT 200"
    )
    .bind(rne)
    .fetch_all(conn)
    .await)
}

/// Change a reason of a school. `false`: it is not one of there.
pub async fn set_reason(
    tx: &mut Tx,
    (rne, id): (&Rne, Uuid),
    label: &str,
    flags: ReasonFlags,
) -> sqlx::Result<bool> {
    on!(tx, |conn| query(
        "UPDATE absence_reason SET label = $3, is_accepted = $4, is_health = $5, is_active = $6,
            is_guardian_allowed = $7
         WHERE rne = $1 AND id = $2 AND kind = 'absence'"
    )
    .bind(rne)
    .bind(id)
    .bind(label)
    .bind(flags.is_accepted)
    .bind(flags.is_health)
    .bind(flags.is_active)
    .bind(flags.is_guardian_allowed)
    .execute(conn)
    .await
    .map(|done| done.rows_affected() > 0))
}
