//! Something to call the roll of: a programme, its groups, and a séance that begins now.
use crate::attendance::record::Status;
use crate::attendance::seance::{State, Times};
use crate::attendance::store::{self as rolls, NewSeance};
use crate::config::Attendance;
use crate::db::{Db, Tx};
use crate::identity::store::account_by_source_id;
use crate::identity::{PersonId, Rne};
use crate::on;
use anyhow::Result;
use chrono::{DateTime, Datelike, TimeDelta, Utc};
use sqlx::query;
use uuid::Uuid;

/// The university of the demonstration.
const SCHOOL: &str = "0759802X";
/// Where its people are.
const SOURCE: &str = "university";
const TEACHER: &str = "alain.garnier";
/// Login, and number of the TD group.
const STUDENTS: [(&str, usize); 5] = [
    ("maelle.legrand", 1),
    ("tom.girard", 1),
    ("ines.robert", 1),
    ("luc.petit", 0),
    ("ines.moreau", 0),
];

/// Make what is not there yet; a séance only when none of the teacher's goes on now.
pub(super) async fn plan(db: &Db, now: DateTime<Utc>) -> Result<()> {
    let rne = Rne::parse(SCHOOL)?;
    let mut tx = db.write().await?;
    let Some(teacher) = person(&mut tx, TEACHER).await? else { return Ok(()) };
    let year = if now.month() >= 8 { now.year() } else { now.year() - 1 };
    let label = format!("{year}-{}", year + 1);
    let made = ("M1MIAGE", "Master 1 MIAGE", label.as_str());
    let (programme, _) = rolls::insert_programme(&mut tx, &rne, made).await?;
    let mut groups = Vec::new();
    for (kind, name) in [("TD", "TD1"), ("TD", "TD2"), ("CM", "CM")] {
        let named = (kind, name, "manual");
        let (group, _) = rolls::insert_group(&mut tx, (&rne, programme), named).await?;
        groups.push(group);
    }
    for (login, group) in STUDENTS {
        if let Some(student) = person(&mut tx, login).await? {
            let since = now.date_naive() - TimeDelta::days(30);
            rolls::add_member(&mut tx, groups[group], student, since).await?;
            rolls::add_member(&mut tx, groups[2], student, since).await?;
        }
    }
    let security = rolls::insert_subject(&mut tx, &rne, ("SSI", "Sécurité des SI")).await?;
    rolls::insert_subject(&mut tx, &rne, ("BDA", "Bases de données avancées")).await?;
    let room = rolls::insert_room(&mut tx, &rne, ("Valrose", "B-214"), None).await?;
    let around = (now - TimeDelta::hours(3), now + TimeDelta::hours(1));
    let mut running = rolls::of_teacher(&mut tx, teacher, around).await?.into_iter();
    let goes_on = |it: &rolls::Seance| it.ends_at > now && it.state != State::Cancelled;
    if !running.any(|it| goes_on(&it)) {
        let new = NewSeance {
            id: Uuid::new_v4(),
            rne,
            subject: security,
            kind: "TD".to_owned(),
            title: String::new(),
            room: Some(room),
            times: from_now(now),
            is_static: false,
            groups: vec![groups[1]],
            teachers: vec![teacher],
            by: None,
            rules: Attendance::default(),
        };
        rolls::insert_seance(&mut tx, &new, now).await?;
    }
    if rolls::of_teacher(&mut tx, teacher, (now - TimeDelta::days(9), around.0)).await?.is_empty() {
        let days = (1..=7).map(|days| now - TimeDelta::days(days));
        for day in days.filter(|day| day.weekday().num_days_from_monday() < 5) {
            last_week(&mut tx, (teacher, groups[1]), security, day).await?;
        }
    }
    Ok(tx.commit().await?)
}

/// A roll of the week before, closed: Tom is always away, and Inès, who has a good reason on some days.
async fn last_week(
    tx: &mut Tx,
    (teacher, group): (PersonId, Uuid),
    subject: Uuid,
    day: DateTime<Utc>,
) -> Result<()> {
    let times = from_now(day);
    let new = NewSeance {
        id: Uuid::new_v4(),
        rne: Rne::parse(SCHOOL)?,
        subject,
        kind: "TD".to_owned(),
        title: String::new(),
        room: None,
        times,
        is_static: false,
        groups: vec![group],
        teachers: vec![teacher],
        by: None,
        rules: Attendance::default(),
    };
    rolls::insert_seance(tx, &new, day).await?;
    let Some(here) = rolls::seance(tx, new.id).await? else { return Ok(()) };
    let (away, excused) = (Status::Absent, Status::Excused);
    let ines = if day.timestamp() / 86_400 % 2 == 0 { excused } else { away };
    for (login, status) in
        [("maelle.legrand", Status::Present), ("tom.girard", away), ("ines.robert", ines)]
    {
        if let Some(student) = person(tx, login).await? {
            rolls::insert_line(tx, &here, student, status).await?;
        }
    }
    let sql = "UPDATE class_session SET state = 'closed', opened_at = starts_at, opened_by = $2,
        closed_at = ends_at, closed_by = $2 WHERE id = $1";
    on!(tx, |conn| query(sql).bind(new.id).bind(teacher).execute(conn).await.map(drop))?;
    Ok(())
}

/// Two hours from the last full five minutes on.
fn from_now(now: DateTime<Utc>) -> Times {
    let begun = TimeDelta::seconds(now.timestamp().rem_euclid(300));
    let begun = begun + TimeDelta::milliseconds(i64::from(now.timestamp_subsec_millis()));
    let starts_at = now - begun;
    Times { starts_at, ends_at: starts_at + TimeDelta::hours(2) }
}

async fn person(tx: &mut Tx, login: &str) -> sqlx::Result<Option<PersonId>> {
    Ok(account_by_source_id(tx, SOURCE, login).await?.map(|account| account.person))
}
