//! The catalogue as administrators keep it: list, add, change, remove what nothing uses.
use super::within::{Within, school_within};
use crate::attendance::catalogue::{Catalogue, Draft};
use crate::db::Tx;
use crate::identity::Rne;
use crate::on;
use sqlx::{query, query_as, query_scalar};
use uuid::Uuid;

/// An entry of a list. Its fields are those of [`Catalogue::fields`].
#[derive(Debug, Clone, PartialEq, Eq, sqlx::FromRow)]
pub struct Entry {
    /// Its id.
    pub id: Uuid,
    /// The school.
    pub rne: Rne,
    /// The first field.
    pub a: String,
    /// The second.
    pub b: String,
    /// The third, or empty.
    pub c: String,
    /// The entry of the other list that it names.
    pub of_id: Option<Uuid>,
    /// What that is called, or empty.
    pub of_name: String,
    /// How much hangs on it.
    pub uses: i64,
}

impl Entry {
    /// A field by its name.
    pub fn field(&self, name: &str) -> &str {
        match name {
            "a" => &self.a,
            "b" => &self.b,
            _ => &self.c,
        }
    }
}

macro_rules! listed {
    ($select:literal, $table:literal) => {
        concat!($select, " WHERE ", school_within!($table), " ORDER BY 2, 3, 4, 1 LIMIT 2000")
    };
}

/// The entries of a list in there.
pub async fn entries(tx: &mut Tx, list: Catalogue, within: &Within) -> sqlx::Result<Vec<Entry>> {
    let sql = match list {
        Catalogue::Programmes => listed!(
            "SELECT p.id, p.rne, p.code AS a, p.name AS b, p.year_label AS c, CAST(NULL AS UUID) AS of_id,
                '' AS of_name, (SELECT count(*) FROM student_group g WHERE g.programme = p.id) AS uses
             FROM programme p",
            "p"
        ),
        Catalogue::Groups => listed!(
            "SELECT g.id, g.rne, g.kind AS a, g.name AS b, '' AS c, g.programme AS of_id,
                p.code || ' ' || p.year_label AS of_name,
                (SELECT count(*) FROM class_session_group c WHERE c.student_group = g.id)
                + (SELECT count(*) FROM group_member m WHERE m.student_group = g.id) AS uses
             FROM student_group g JOIN programme p ON p.id = g.programme",
            "g"
        ),
        Catalogue::Subjects => listed!(
            "SELECT s.id, s.rne, s.code AS a, s.name AS b, '' AS c, CAST(NULL AS UUID) AS of_id, '' AS of_name,
                (SELECT count(*) FROM class_session c WHERE c.subject = s.id) AS uses
             FROM subject s",
            "s"
        ),
        Catalogue::Rooms => listed!(
            "SELECT r.id, r.rne, r.campus AS a, r.name AS b, '' AS c, r.network_zone AS of_id,
                coalesce(z.name, '') AS of_name,
                (SELECT count(*) FROM class_session c WHERE c.room = r.id) AS uses
             FROM room r LEFT JOIN network_zone z ON z.id = r.network_zone",
            "r"
        ),
        Catalogue::Zones => listed!(
            "SELECT z.id, z.rne, z.name AS a, '' AS b, '' AS c, CAST(NULL AS UUID) AS of_id, '' AS of_name,
                (SELECT count(*) FROM room r WHERE r.network_zone = z.id) AS uses
             FROM network_zone z",
            "z"
        ),
    };
    let mut found: Vec<Entry> =
        on!(&mut *tx, |conn| query_as(sql).bind(within.as_str()).fetch_all(conn).await)?;
    if list == Catalogue::Zones {
        for entry in &mut found {
            entry.b = networks_of(tx, entry.id).await?.join(", ");
        }
    }
    Ok(found)
}

async fn networks_of(tx: &mut Tx, zone: Uuid) -> sqlx::Result<Vec<String>> {
    on!(tx, |conn| query_scalar(
        "SELECT cidr FROM network_zone_cidr WHERE network_zone = $1 ORDER BY cidr"
    )
    .bind(zone)
    .fetch_all(conn)
    .await)
}

/// Add an entry; `None`: the school has one of that name.
pub async fn add_entry(
    tx: &mut Tx,
    (list, rne): (Catalogue, &Rne),
    draft: &Draft,
) -> sqlx::Result<Option<Uuid>> {
    let sql = match list {
        Catalogue::Programmes => {
            "INSERT INTO programme (id, rne, code, name, year_label, is_active)
             SELECT $1, $2, $3, $4, $5, TRUE WHERE $6 IS NULL
             ON CONFLICT (rne, code, year_label) DO NOTHING"
        }
        Catalogue::Groups => {
            "INSERT INTO student_group (id, rne, kind, name, source, programme)
             SELECT $1, $2, $3, $4, 'manual' || $5, p.id FROM programme p
             WHERE p.id = $6 AND p.rne = $2
             ON CONFLICT (rne, programme, kind, name) DO NOTHING"
        }
        Catalogue::Subjects => {
            "INSERT INTO subject (id, rne, code, name) SELECT $1, $2, $3, $4
             WHERE $5 = '' AND $6 IS NULL ON CONFLICT (rne, code) DO NOTHING"
        }
        Catalogue::Rooms => {
            "INSERT INTO room (id, rne, campus, name, network_zone) SELECT $1, $2, $3, $4,
                (SELECT z.id FROM network_zone z WHERE z.id = $6 AND z.rne = $2) WHERE $5 = ''
             ON CONFLICT (rne, campus, name) DO NOTHING"
        }
        Catalogue::Zones => {
            "INSERT INTO network_zone (id, rne, name) SELECT $1, $2, $3
             WHERE $4 <> '' AND $5 = '' AND $6 IS NULL ON CONFLICT (rne, name) DO NOTHING"
        }
    };
    let id = Uuid::now_v7();
    let done = bound(tx, sql, (id, rne), draft).await?;
    if done && list == Catalogue::Zones {
        keep_networks(tx, id, draft).await?;
    }
    Ok(done.then_some(id))
}

/// Change an entry. `false`: the school has another one of that name, or the entry is gone.
pub async fn change_entry(
    tx: &mut Tx,
    (list, rne, id): (Catalogue, &Rne, Uuid),
    draft: &Draft,
) -> sqlx::Result<bool> {
    let sql = match list {
        Catalogue::Programmes => {
            "UPDATE programme SET code = $3, name = $4, year_label = $5
             WHERE id = $1 AND rne = $2 AND $6 IS NULL AND NOT EXISTS (SELECT 1 FROM programme o
                WHERE o.rne = $2 AND o.code = $3 AND o.year_label = $5 AND o.id <> $1)"
        }
        Catalogue::Groups => {
            "UPDATE student_group SET kind = $3, name = $4, programme = $6
             WHERE id = $1 AND rne = $2 AND $5 = ''
                AND EXISTS (SELECT 1 FROM programme p WHERE p.id = $6 AND p.rne = $2)
                AND NOT EXISTS (SELECT 1 FROM student_group o WHERE o.rne = $2
                    AND o.programme = $6 AND o.kind = $3 AND o.name = $4 AND o.id <> $1)"
        }
        Catalogue::Subjects => {
            "UPDATE subject SET code = $3, name = $4
             WHERE id = $1 AND rne = $2 AND $5 = '' AND $6 IS NULL AND NOT EXISTS (
                SELECT 1 FROM subject o WHERE o.rne = $2 AND o.code = $3 AND o.id <> $1)"
        }
        Catalogue::Rooms => {
            "UPDATE room SET campus = $3, name = $4, network_zone =
                (SELECT z.id FROM network_zone z WHERE z.id = $6 AND z.rne = $2)
             WHERE id = $1 AND rne = $2 AND $5 = '' AND NOT EXISTS (SELECT 1 FROM room o
                WHERE o.rne = $2 AND o.campus = $3 AND o.name = $4 AND o.id <> $1)"
        }
        Catalogue::Zones => {
            "UPDATE network_zone SET name = $3
             WHERE id = $1 AND rne = $2 AND $4 <> '' AND $5 = '' AND $6 IS NULL AND NOT EXISTS (
                SELECT 1 FROM network_zone o WHERE o.rne = $2 AND o.name = $3 AND o.id <> $1)"
        }
    };
    let done = bound(tx, sql, (id, rne), draft).await?;
    if done && list == Catalogue::Zones {
        on!(&mut *tx, |conn| query("DELETE FROM network_zone_cidr WHERE network_zone = $1")
            .bind(id)
            .execute(conn)
            .await
            .map(drop))?;
        keep_networks(tx, id, draft).await?;
    }
    Ok(done)
}

/// Remove an entry on which nothing hangs. `false`: something does, or it is gone.
pub async fn remove_entry(tx: &mut Tx, list: Catalogue, rne: &Rne, id: Uuid) -> sqlx::Result<bool> {
    let sql = match list {
        Catalogue::Programmes => {
            "DELETE FROM programme WHERE id = $1 AND rne = $2
                AND NOT EXISTS (SELECT 1 FROM student_group g WHERE g.programme = $1)
                AND NOT EXISTS (SELECT 1 FROM alert_rule a WHERE a.programme = $1)"
        }
        Catalogue::Groups => {
            "DELETE FROM student_group WHERE id = $1 AND rne = $2
                AND NOT EXISTS (SELECT 1 FROM class_session_group c WHERE c.student_group = $1)
                AND NOT EXISTS (SELECT 1 FROM group_member m WHERE m.student_group = $1)
                AND NOT EXISTS (SELECT 1 FROM alert_rule a WHERE a.student_group = $1)"
        }
        Catalogue::Subjects => {
            "DELETE FROM subject WHERE id = $1 AND rne = $2
                AND NOT EXISTS (SELECT 1 FROM class_session c WHERE c.subject = $1)
                AND NOT EXISTS (SELECT 1 FROM exemption e WHERE e.subject = $1)
                AND NOT EXISTS (SELECT 1 FROM alert_rule a WHERE a.of_subject = $1)"
        }
        Catalogue::Rooms => {
            "DELETE FROM room WHERE id = $1 AND rne = $2
                AND NOT EXISTS (SELECT 1 FROM class_session c WHERE c.room = $1)"
        }
        Catalogue::Zones => {
            "DELETE FROM network_zone WHERE id = $1 AND rne = $2
                AND NOT EXISTS (SELECT 1 FROM room r WHERE r.network_zone = $1)"
        }
    };
    on!(tx, |conn| query(sql)
        .bind(id)
        .bind(rne)
        .execute(conn)
        .await
        .map(|done| done.rows_affected() > 0))
}

async fn bound(
    tx: &mut Tx,
    sql: &'static str,
    (id, rne): (Uuid, &Rne),
    draft: &Draft,
) -> sqlx::Result<bool> {
    on!(tx, |conn| query(sql)
        .bind(id)
        .bind(rne)
        .bind(&draft.a)
        .bind(&draft.b)
        .bind(&draft.c)
        .bind(draft.of)
        .execute(conn)
        .await
        .map(|done| done.rows_affected() > 0))
}

async fn keep_networks(tx: &mut Tx, zone: Uuid, draft: &Draft) -> sqlx::Result<()> {
    for network in draft.networks().unwrap_or_default() {
        on!(&mut *tx, |conn| query(
            "INSERT INTO network_zone_cidr (network_zone, cidr) VALUES ($1, $2)
             ON CONFLICT (network_zone, cidr) DO NOTHING"
        )
        .bind(zone)
        .bind(network.to_string())
        .execute(conn)
        .await
        .map(drop))?;
    }
    Ok(())
}
