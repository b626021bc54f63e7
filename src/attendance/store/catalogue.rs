//! Programmes, subjects, groups, rooms and networks.
use super::within::{Within, school_within};
use crate::attendance::catalogue::year_of;
use crate::db::{Tx, literal};
use crate::identity::Rne;
use crate::on;
use chrono::{Months, NaiveDate};
use sqlx::{query, query_as, query_scalar};
use uuid::Uuid;

/// A programme of study.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Programme {
    /// Its id.
    pub id: Uuid,
    /// Short name.
    pub code: String,
    /// Long name.
    pub name: String,
    /// `2026-2027`
    pub year_label: String,
}

/// Something with a name.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct NamedRow {
    /// Its id.
    pub id: Uuid,
    /// The school.
    pub rne: Rne,
    /// Its name.
    pub name: String,
}

/// A group of students.
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct GroupRow {
    /// Its id.
    pub id: Uuid,
    /// The school.
    pub rne: Rne,
    /// Code of the programme.
    pub programme: String,
    /// CM, TD, TP, free.
    pub kind: String,
    /// Its name.
    pub name: String,
    /// Members today.
    pub members: i64,
}

/// The programmes of a school.
pub async fn programmes(tx: &mut Tx, rne: &Rne) -> sqlx::Result<Vec<Programme>> {
    on!(tx, |conn| query_as(
        "SELECT id, code, name, year_label FROM programme WHERE rne = $1 AND is_active
         ORDER BY code, year_label"
    )
    .bind(rne)
    .fetch_all(conn)
    .await)
}

/// Whether `$1`, a [`Within`], has the school of the group `g` in it, or its programme `p`.
macro_rules! group_within {
    () => {
        "($1 = '' OR replace($1, ',school:' || g.rne || ',', '') <> $1
            OR replace($1, ',programme:' || p.rne || '/' || p.code || ',', '') <> $1)"
    };
}

/// A group in there, whatever its year; nobody counts its members.
pub async fn group_named(tx: &mut Tx, within: &Within, id: Uuid) -> sqlx::Result<Option<GroupRow>> {
    on!(tx, |conn| query_as(concat!(
        "SELECT g.id, g.rne, p.code AS programme, g.kind, g.name, CAST(0 AS BIGINT) AS members
         FROM student_group g JOIN programme p ON p.id = g.programme WHERE g.id = $2 AND ",
        group_within!()
    ))
    .bind(within.as_str())
    .bind(id)
    .fetch_optional(conn)
    .await)
}

/// A subject of the schools in there.
pub async fn subject_named(
    tx: &mut Tx,
    within: &Within,
    id: Uuid,
) -> sqlx::Result<Option<NamedRow>> {
    on!(tx, |conn| query_as(concat!(
        "SELECT id, rne, name FROM subject WHERE id = $2 AND ",
        school_within!("subject")
    ))
    .bind(within.as_str())
    .bind(id)
    .fetch_optional(conn)
    .await)
}

/// A room of the schools in there.
pub async fn room_of(tx: &mut Tx, within: &Within, id: Uuid) -> sqlx::Result<Option<NamedRow>> {
    on!(tx, |conn| query_as(concat!(
        "SELECT id, rne, name FROM room WHERE id = $2 AND ",
        school_within!("room")
    ))
    .bind(within.as_str())
    .bind(id)
    .fetch_optional(conn)
    .await)
}

/// Groups in there of the school year of a day and of the next one, whose name or programme has
/// these words in it, with their members of the day; so many at most.
pub async fn groups(
    tx: &mut Tx,
    within: &Within,
    day: NaiveDate,
    (words, limit): (&str, i64),
) -> sqlx::Result<Vec<GroupRow>> {
    let next = day.checked_add_months(Months::new(12)).unwrap_or(day);
    on!(tx, |conn| query_as(concat!(
        "SELECT g.id, g.rne, p.code AS programme, g.kind, g.name, (
            SELECT count(*) FROM group_member m WHERE m.student_group = g.id AND m.since <= $2
                AND (m.until IS NULL OR m.until > $2)) AS members
         FROM student_group g JOIN programme p ON p.id = g.programme
         WHERE p.is_active AND ",
        group_within!(),
        " AND p.year_label IN ($3, $4) AND lower(p.code || ' ' || g.name) LIKE $5 ESCAPE '!'
         ORDER BY g.rne, p.code, g.kind, g.name LIMIT $6"
    ))
    .bind(within.as_str())
    .bind(day)
    .bind(year_of(day))
    .bind(year_of(next))
    .bind(format!("%{}%", literal(&words.to_lowercase())))
    .bind(limit)
    .fetch_all(conn)
    .await)
}

/// The subjects of the schools in there.
pub async fn subjects(tx: &mut Tx, within: &Within) -> sqlx::Result<Vec<NamedRow>> {
    on!(tx, |conn| query_as(concat!(
        "SELECT id, rne, name FROM subject WHERE ",
        school_within!("subject"),
        " ORDER BY name, id LIMIT 1000"
    ))
    .bind(within.as_str())
    .fetch_all(conn)
    .await)
}

/// The rooms of the schools in there.
pub async fn rooms(tx: &mut Tx, within: &Within) -> sqlx::Result<Vec<NamedRow>> {
    on!(tx, |conn| query_as(concat!(
        "SELECT id, rne, name FROM room WHERE ",
        school_within!("room"),
        " ORDER BY name, id LIMIT 1000"
    ))
    .bind(within.as_str())
    .fetch_all(conn)
    .await)
}

/// The schools in there that have programmes.
pub async fn schools_within(tx: &mut Tx, within: &Within) -> sqlx::Result<Vec<Rne>> {
    on!(tx, |conn| query_scalar(concat!(
        "SELECT DISTINCT programme.rne FROM programme WHERE ",
        school_within!("programme"),
        " ORDER BY programme.rne LIMIT 500"
    ))
    .bind(within.as_str())
    .fetch_all(conn)
    .await)
}

/// The programme of this code and year, made when it is missing; and whether it was.
pub async fn insert_programme(
    tx: &mut Tx,
    rne: &Rne,
    (code, name, year): (&str, &str, &str),
) -> sqlx::Result<(Uuid, bool)> {
    let id = Uuid::now_v7();
    let is_new = on!(&mut *tx, |conn| query(
        "INSERT INTO programme (id, rne, code, name, year_label, is_active)
         VALUES ($1, $2, $3, $4, $5, TRUE) ON CONFLICT (rne, code, year_label) DO NOTHING"
    )
    .bind(id)
    .bind(rne)
    .bind(code)
    .bind(name)
    .bind(year)
    .execute(conn)
    .await
    .map(|done| done.rows_affected() > 0))?;
    let id = on!(tx, |conn| query_scalar(
        "SELECT id FROM programme WHERE rne = $1 AND code = $2 AND year_label = $3"
    )
    .bind(rne)
    .bind(code)
    .bind(year)
    .fetch_one(conn)
    .await)?;
    Ok((id, is_new))
}

/// The subject of this code, made when it is missing.
pub async fn insert_subject(
    tx: &mut Tx,
    rne: &Rne,
    (code, name): (&str, &str),
) -> sqlx::Result<Uuid> {
    on!(&mut *tx, |conn| query(
        "INSERT INTO subject (id, rne, code, name) VALUES ($1, $2, $3, $4)
         ON CONFLICT (rne, code) DO NOTHING"
    )
    .bind(Uuid::now_v7())
    .bind(rne)
    .bind(code)
    .bind(name)
    .execute(conn)
    .await
    .map(|_| ()))?;
    on!(tx, |conn| query_scalar("SELECT id FROM subject WHERE rne = $1 AND code = $2")
        .bind(rne)
        .bind(code)
        .fetch_one(conn)
        .await)
}

/// The group of this kind and name, made when it is missing; and whether it was.
pub async fn insert_group(
    tx: &mut Tx,
    (rne, programme): (&Rne, Uuid),
    (kind, name, source): (&str, &str, &str),
) -> sqlx::Result<(Uuid, bool)> {
    let is_new = on!(&mut *tx, |conn| query(
        "INSERT INTO student_group (id, rne, programme, kind, name, source)
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (rne, programme, kind, name) DO NOTHING"
    )
    .bind(Uuid::now_v7())
    .bind(rne)
    .bind(programme)
    .bind(kind)
    .bind(name)
    .bind(source)
    .execute(conn)
    .await
    .map(|done| done.rows_affected() > 0))?;
    let id = on!(tx, |conn| query_scalar(
        "SELECT id FROM student_group
         WHERE rne = $1 AND programme = $2 AND kind = $3 AND name = $4"
    )
    .bind(rne)
    .bind(programme)
    .bind(kind)
    .bind(name)
    .fetch_one(conn)
    .await)?;
    Ok((id, is_new))
}

/// The networks of a school under a name, made when they are missing.
pub async fn insert_zone(
    tx: &mut Tx,
    rne: &Rne,
    name: &str,
    networks: &[ipnet::IpNet],
) -> sqlx::Result<Uuid> {
    on!(&mut *tx, |conn| query(
        "INSERT INTO network_zone (id, rne, name) VALUES ($1, $2, $3)
         ON CONFLICT (rne, name) DO NOTHING"
    )
    .bind(Uuid::now_v7())
    .bind(rne)
    .bind(name)
    .execute(conn)
    .await
    .map(|_| ()))?;
    let id: Uuid = on!(&mut *tx, |conn| query_scalar(
        "SELECT id FROM network_zone WHERE rne = $1 AND name = $2"
    )
    .bind(rne)
    .bind(name)
    .fetch_one(conn)
    .await)?;
    for network in networks {
        on!(&mut *tx, |conn| query(
            "INSERT INTO network_zone_cidr (network_zone, cidr) VALUES ($1, $2)
             ON CONFLICT (network_zone, cidr) DO NOTHING"
        )
        .bind(id)
        .bind(network.to_string())
        .execute(conn)
        .await
        .map(|_| ()))?;
    }
    Ok(id)
}

/// A room of this name, on whichever campus; those without a campus first.
pub async fn room_named(tx: &mut Tx, rne: &Rne, name: &str) -> sqlx::Result<Option<Uuid>> {
    on!(tx, |conn| query_scalar(
        "SELECT id FROM room WHERE rne = $1 AND name = $2 ORDER BY campus LIMIT 1"
    )
    .bind(rne)
    .bind(name)
    .fetch_optional(conn)
    .await)
}

/// The room of this name, made when it is missing.
pub async fn insert_room(
    tx: &mut Tx,
    rne: &Rne,
    (campus, name): (&str, &str),
    zone: Option<Uuid>,
) -> sqlx::Result<Uuid> {
    on!(&mut *tx, |conn| query(
        "INSERT INTO room (id, rne, campus, name, network_zone) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (rne, campus, name) DO NOTHING"
    )
    .bind(Uuid::now_v7())
    .bind(rne)
    .bind(campus)
    .bind(name)
    .bind(zone)
    .execute(conn)
    .await
    .map(|_| ()))?;
    on!(tx, |conn| query_scalar("SELECT id FROM room WHERE rne = $1 AND campus = $2 AND name = $3")
        .bind(rne)
        .bind(campus)
        .bind(name)
        .fetch_one(conn)
        .await)
}
