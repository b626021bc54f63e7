//! Séances of a timetable, into the tables.
use super::planned::Planned;
use super::{How, Report, Wrong, kind_of, person, year_of};
use crate::attendance::seance::{State, Times};
use crate::attendance::store::{self, NewSeance};
use crate::db::Tx;
use crate::on;
use openssl::sha::sha256;
use sqlx::{query, query_as, query_scalar};
use std::collections::BTreeSet;
use uuid::Uuid;

/// What is known of a séance that came from a timetable.
#[derive(sqlx::FromRow)]
struct Known {
    id: Uuid,
    state: State,
    ext_digest: Option<Vec<u8>>,
    is_orphan: bool,
}

/// What the timetable says of a séance, to see whether it says something else.
fn digest(one: &Planned) -> Vec<u8> {
    let said = Planned { place: String::new(), ..one.clone() };
    sha256(format!("{said:?}").as_bytes()).to_vec()
}

/// Make or change one.
pub(super) async fn apply(
    tx: &mut Tx,
    how: &How,
    (source, one): (&str, &Planned),
    report: &mut Report,
) -> sqlx::Result<()> {
    let digest = digest(one);
    let known = known(tx, how, source, one).await?;
    if let Some(known) = &known {
        if known.ext_digest.as_ref() == Some(&digest) && !known.is_orphan {
            report.unchanged += 1;
            return Ok(());
        }
        if known.state != State::Planned {
            // Whoever was called was called: somebody has to look.
            conflict(tx, known.id, &digest).await?;
            report.conflicts += 1;
            return Ok(());
        }
    } else if one.is_cancelled {
        report.unchanged += 1;
        return Ok(());
    }
    let id = known.as_ref().map_or_else(Uuid::new_v4, |known| known.id);
    let Some(new) = prepare(tx, how, one, id, report).await? else { return Ok(()) };
    if known.is_some() {
        forget(tx, id).await?;
        report.updated += 1;
    } else {
        report.created += 1;
    }
    insert_planned(tx, how, (source, one), &new).await
}

async fn known(tx: &mut Tx, how: &How, source: &str, one: &Planned) -> sqlx::Result<Option<Known>> {
    on!(tx, |conn| query_as(
        "SELECT id, state, ext_digest, is_orphan FROM class_session
         WHERE rne = $1 AND ext_source = $2 AND ext_uid = $3 AND ext_recurrence = $4"
    )
    .bind(&how.rne)
    .bind(source)
    .bind(&one.uid)
    .bind(&one.recurrence)
    .fetch_optional(conn)
    .await)
}

/// What a séance needs: made when it is missing, but people are not.
async fn prepare(
    tx: &mut Tx,
    how: &How,
    one: &Planned,
    id: Uuid,
    report: &mut Report,
) -> sqlx::Result<Option<NewSeance>> {
    let mut teachers = Vec::new();
    for login in &one.teachers {
        match person(tx, login).await? {
            Ok(teacher) => teachers.push(teacher),
            Err(code) => {
                report.wrong.push(Wrong::new(&one.place, "teachers", code));
                return Ok(None);
            }
        }
    }
    let year = year_of(one.times.starts_at);
    let code = one.programme.as_str();
    let (programme, _) = store::insert_programme(tx, &how.rne, (code, code, &year)).await?;
    let mut groups = Vec::new();
    for name in &one.groups {
        let named = (kind_of(name), name.as_str(), "ical");
        groups.push(store::insert_group(tx, (&how.rne, programme), named).await?.0);
    }
    let subject = store::insert_subject(tx, &how.rne, (&one.subject, &one.subject)).await?;
    let room = match one.room.as_str() {
        "" => None,
        name => Some(match store::room_named(tx, &how.rne, name).await? {
            Some(room) => room,
            None => store::insert_room(tx, &how.rne, ("", name), None).await?,
        }),
    };
    Ok(Some(NewSeance {
        id,
        rne: how.rne.clone(),
        subject,
        kind: one.kind.clone(),
        title: one.title.clone(),
        room,
        times: Times { ..one.times },
        is_static: false,
        groups,
        teachers,
        by: None,
        rules: how.rules.clone(),
    }))
}

/// A planned séance that is written anew: nothing hangs on it yet.
async fn forget(tx: &mut Tx, id: Uuid) -> sqlx::Result<()> {
    on!(tx, |conn| query("DELETE FROM class_session WHERE id = $1 AND state = 'planned'")
        .bind(id)
        .execute(conn)
        .await
        .map(|_| ()))
}

/// Keep a séance with what its timetable calls it.
pub async fn insert_planned(
    tx: &mut Tx,
    how: &How,
    (source, one): (&str, &Planned),
    new: &NewSeance,
) -> sqlx::Result<()> {
    store::insert_seance(tx, new, how.now).await?;
    on!(tx, |conn| query(
        "UPDATE class_session SET ext_source = $2, ext_uid = $3, ext_recurrence = $4,
            ext_digest = $5, is_compulsory = $6,
            state = CASE WHEN $7 THEN 'cancelled' ELSE state END
         WHERE id = $1"
    )
    .bind(new.id)
    .bind(source)
    .bind(&one.uid)
    .bind(&one.recurrence)
    .bind(digest(one))
    .bind(one.is_compulsory)
    .bind(one.is_cancelled)
    .execute(conn)
    .await
    .map(|_| ()))
}

async fn conflict(tx: &mut Tx, id: Uuid, digest: &[u8]) -> sqlx::Result<()> {
    on!(tx, |conn| query(
        "UPDATE class_session SET has_conflict = TRUE, ext_digest = $2, is_orphan = FALSE,
            looked_at = NULL
         WHERE id = $1"
    )
    .bind(id)
    .bind(digest)
    .execute(conn)
    .await
    .map(|_| ()))
}

/// Séances to come that the timetable does not name any more; how many there are new.
pub(super) async fn orphans(
    tx: &mut Tx,
    how: &How,
    source: &str,
    planned: &[Planned],
) -> sqlx::Result<usize> {
    let rows: Vec<(Uuid, String, String)> = on!(&mut *tx, |conn| query_as(
        "SELECT id, ext_uid, ext_recurrence FROM class_session
         WHERE rne = $1 AND ext_source = $2 AND state = 'planned' AND starts_at > $3
            AND NOT is_orphan"
    )
    .bind(&how.rne)
    .bind(source)
    .bind(how.now)
    .fetch_all(conn)
    .await)?;
    let named: BTreeSet<(&str, &str)> =
        planned.iter().map(|one| (one.uid.as_str(), one.recurrence.as_str())).collect();
    let mut count = 0;
    for (id, uid, recurrence) in rows {
        if !named.contains(&(uid.as_str(), recurrence.as_str())) {
            let marked: Option<Uuid> = on!(&mut *tx, |conn| {
                query_scalar(
                "UPDATE class_session SET is_orphan = TRUE, looked_at = NULL WHERE id = $1 RETURNING id"
            )
            .bind(id)
            .fetch_optional(conn)
            .await
            })?;
            count += usize::from(marked.is_some());
        }
    }
    Ok(count)
}
