//! What is planned: séances that nobody called yet, with their groups and teachers.
use super::seances::NewSeance;
use crate::db::{Tx, among};
use crate::identity::PersonId;
use crate::on;
use chrono::{DateTime, Utc};
use sqlx::{QueryBuilder, query};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Rows of one statement: 20 values each stay below what SQLite takes.
const LOT: usize = 200;

/// What a timetable calls a séance, and what else it says of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Which timetable.
    pub source: String,
    /// What it calls it.
    pub uid: String,
    /// Which one of a series, or empty.
    pub recurrence: String,
    /// Of all that it said.
    pub digest: Vec<u8>,
    /// Whether it counts in rates.
    pub is_compulsory: bool,
    /// Whether it does not take place.
    pub is_cancelled: bool,
}

/// A séance of a timetable to be written.
pub type ListedSeance = (NewSeance, Listed);

/// Keep a new séance that somebody planned by hand.
pub async fn insert_seance(tx: &mut Tx, new: &NewSeance, now: DateTime<Utc>) -> sqlx::Result<()> {
    insert(tx, &[(new, None)], now).await?;
    insert_around(tx, &[new]).await
}

/// Keep new séances of a timetable, without their groups and teachers.
pub async fn insert_listed(
    tx: &mut Tx,
    new: &[&ListedSeance],
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let rows: Vec<_> = new.iter().map(|(seance, listed)| (seance, Some(listed))).collect();
    insert(tx, &rows, now).await
}

async fn insert(
    tx: &mut Tx,
    rows: &[(&NewSeance, Option<&Listed>)],
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    for lot in rows.chunks(LOT) {
        on!(&mut *tx, |conn| {
            let mut sql = QueryBuilder::new(
                "INSERT INTO class_session (id, rne, subject, kind, title, room, starts_at, ends_at,
                    state, mode, is_compulsory, zone_policy, device_policy, late_after_min,
                    refuse_after_min, rotation_s, has_spoken_code, created_by, created_at,
                    ext_source, ext_uid, ext_recurrence, ext_digest, is_ext_cancelled,
                    is_provisional, is_orphan, has_conflict) ",
            );
            sql.push_values(lot, |mut row, (new, listed)| {
                let is_cancelled = listed.is_some_and(|it| it.is_cancelled);
                row.push_bind(new.id).push_bind(&new.rne).push_bind(new.subject);
                row.push_bind(&new.kind).push_bind(&new.title).push_bind(new.room);
                row.push_bind(new.times.starts_at).push_bind(new.times.ends_at);
                row.push_bind(if is_cancelled { "cancelled" } else { "planned" });
                row.push_bind(mode(new)).push_bind(listed.is_none_or(|it| it.is_compulsory));
                row.push_bind(new.rules.zone).push_bind(new.rules.device);
                row.push_bind(new.rules.late_after.num_minutes());
                row.push_bind(new.rules.refuse_after.map(|after| after.num_minutes()));
                row.push_bind(new.rules.rotation.num_seconds()).push_bind(new.rules.spoken_code);
                row.push_bind(new.by).push_bind(now);
                row.push_bind(listed.map(|it| &it.source)).push_bind(listed.map(|it| &it.uid));
                row.push_bind(listed.map(|it| &it.recurrence));
                row.push_bind(listed.map(|it| &it.digest)).push_bind(is_cancelled);
                row.push("FALSE").push("FALSE").push("FALSE");
            });
            sql.build().execute(conn).await.map(drop)
        })?;
    }
    Ok(())
}

fn mode(new: &NewSeance) -> &'static str {
    if new.is_static { "static" } else { "rotating" }
}

/// Keep groups and teachers of séances.
pub async fn insert_around(tx: &mut Tx, new: &[&NewSeance]) -> sqlx::Result<()> {
    let groups = new.iter().flat_map(|new| new.groups.iter().map(|group| (new.id, *group)));
    let groups: Vec<(Uuid, Uuid)> = groups.collect();
    for lot in groups.chunks(LOT) {
        on!(&mut *tx, |conn| {
            let mut sql = QueryBuilder::new(
                "INSERT INTO class_session_group (class_session, student_group) ",
            );
            sql.push_values(lot, |mut row, (session, group)| {
                row.push_bind(*session).push_bind(*group);
            });
            sql.push(" ON CONFLICT (class_session, student_group) DO NOTHING");
            sql.build().execute(conn).await.map(drop)
        })?;
    }
    let teachers = new.iter().flat_map(|new| new.teachers.iter().map(|person| (new.id, *person)));
    let teachers: Vec<(Uuid, PersonId)> = teachers.collect();
    for lot in teachers.chunks(LOT) {
        on!(&mut *tx, |conn| {
            let mut sql =
                QueryBuilder::new("INSERT INTO class_session_teacher (class_session, teacher) ");
            sql.push_values(lot, |mut row, (session, teacher)| {
                row.push_bind(*session).push_bind(*teacher);
            });
            sql.push(" ON CONFLICT (class_session, teacher) DO NOTHING");
            sql.build().execute(conn).await.map(drop)
        })?;
    }
    Ok(())
}

/// Take groups and teachers off séances that the caller holds.
pub async fn clear_around(tx: &mut Tx, sessions: &[Uuid]) -> sqlx::Result<()> {
    for lot in sessions.chunks(LOT) {
        for table in ["class_session_group", "class_session_teacher"] {
            on!(&mut *tx, |conn| {
                let mut sql = QueryBuilder::new("DELETE FROM ");
                sql.push(table).push(" WHERE class_session");
                among(&mut sql, lot.iter().copied()).build().execute(conn).await.map(drop)
            })?;
        }
    }
    Ok(())
}

/// Change a séance that is still planned. `false`: it is not.
pub async fn replan(tx: &mut Tx, id: Uuid, new: &NewSeance) -> sqlx::Result<bool> {
    let done = on!(&mut *tx, |conn| {
        query(
        "UPDATE class_session SET subject = $3, kind = $4, room = $5, starts_at = $6, ends_at = $7,
            mode = $8, has_spoken_code = $9
         WHERE id = $1 AND rne = $2 AND state = 'planned'"
    )
    .bind(id)
    .bind(&new.rne)
    .bind(new.subject)
    .bind(&new.kind)
    .bind(new.room)
    .bind(new.times.starts_at)
    .bind(new.times.ends_at)
    .bind(mode(new))
    .bind(new.rules.spoken_code)
    .execute(conn)
    .await
    .map(|done| done.rows_affected())
    })?;
    if done == 0 {
        return Ok(false);
    }
    clear_around(tx, &[id]).await?;
    insert_around(tx, &[&NewSeance { id, ..new.clone() }]).await?;
    Ok(true)
}

/// Change a séance as its timetable says, except groups and teachers. `false`: it is not planned any
/// more, and was not cancelled by the timetable.
pub async fn replan_listed(tx: &mut Tx, (new, listed): &ListedSeance) -> sqlx::Result<bool> {
    on!(tx, |conn| query(
        "UPDATE class_session SET subject = $2, kind = $3, title = $4, room = $5, starts_at = $6,
            ends_at = $7, ext_digest = $8, is_compulsory = $9, is_ext_cancelled = $10,
            state = CASE WHEN $10 THEN 'cancelled' ELSE 'planned' END,
            is_orphan = FALSE, has_conflict = FALSE, looked_at = NULL
         WHERE id = $1 AND (state = 'planned' OR (state = 'cancelled' AND is_ext_cancelled))"
    )
    .bind(new.id)
    .bind(new.subject)
    .bind(&new.kind)
    .bind(&new.title)
    .bind(new.room)
    .bind(new.times.starts_at)
    .bind(new.times.ends_at)
    .bind(&listed.digest)
    .bind(listed.is_compulsory)
    .bind(listed.is_cancelled)
    .execute(conn)
    .await
    .map(|done| done.rows_affected() > 0))
}

/// Groups of a séance, and who calls its roll.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Around {
    /// Its groups.
    pub groups: Vec<Uuid>,
    /// Whoever calls its roll.
    pub teachers: Vec<PersonId>,
}

/// Groups and teachers of these séances; one without any is not in it. A few hundred at most.
pub async fn around(tx: &mut Tx, sessions: &[Uuid]) -> sqlx::Result<BTreeMap<Uuid, Around>> {
    let mut around: BTreeMap<Uuid, Around> = BTreeMap::new();
    if sessions.is_empty() {
        return Ok(around);
    }
    let groups: Vec<(Uuid, Uuid)> = on!(&mut *tx, |conn| {
        let mut sql = QueryBuilder::new(
            "SELECT class_session, student_group FROM class_session_group WHERE class_session",
        );
        let sql = among(&mut sql, sessions.iter().copied()).push(" ORDER BY 1, 2");
        sql.build_query_as().fetch_all(conn).await
    })?;
    for (session, group) in groups {
        around.entry(session).or_default().groups.push(group);
    }
    let teachers: Vec<(Uuid, PersonId)> = on!(tx, |conn| {
        let mut sql = QueryBuilder::new(
            "SELECT class_session, teacher FROM class_session_teacher WHERE class_session",
        );
        let sql = among(&mut sql, sessions.iter().copied()).push(" ORDER BY 1, 2");
        sql.build_query_as().fetch_all(conn).await
    })?;
    for (session, teacher) in teachers {
        around.entry(session).or_default().teachers.push(teacher);
    }
    Ok(around)
}
