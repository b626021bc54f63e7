//! Figures of attendance: the worked week, every figure of it, and what is taken away.
mod exports;
mod oracle;
mod week;

pub(super) use week::keep as keep_week;

use super::school;
use crate::house::House;
use crate::rights::person_of;
use aiguillage::attendance::figures::{By, Period, Row, rows};
use aiguillage::attendance::record::Status;
use aiguillage::attendance::seance::{State, Times};
use aiguillage::attendance::store::{self, NewSeance, Within};
use aiguillage::config::Attendance;
use aiguillage::db::Tx;
use aiguillage::identity::PersonId;
use aiguillage::on;
use aiguillage::web::lang::Lang;
use chrono::{DateTime, Duration, NaiveDate, Utc};
use chrono_tz::Europe::Paris;
use sqlx::query;
use uuid::Uuid;

/// E1 to E6.
const STUDENTS: [&str; 6] =
    ["maelle.legrand", "tom.girard", "ines.robert", "luc.petit", "ines.moreau", "hugo.techer"];

/// Whom and what rolls are about.
pub(super) struct Ground {
    pub(super) students: Vec<PersonId>,
    pub(super) teacher: PersonId,
    pub(super) all: Uuid,
    pub(super) td1: Uuid,
    pub(super) td2: Uuid,
    pub(super) ssi: Uuid,
    pub(super) bda: Uuid,
}

/// A séance with its roll as it is in the end.
pub(super) struct Roll<'r> {
    pub(super) starts_at: DateTime<Utc>,
    pub(super) minutes: i64,
    pub(super) kind: &'r str,
    pub(super) subject: Uuid,
    pub(super) group: Uuid,
    pub(super) state: State,
    pub(super) is_provisional: bool,
    pub(super) is_compulsory: bool,
    /// Minutes from the beginning to the opening.
    pub(super) opened: Option<i64>,
    pub(super) lines: Vec<(PersonId, Status, i64)>,
}

impl Ground {
    pub(super) async fn lay(house: &House) -> Self {
        house.invite(&STUDENTS).await;
        house.invite(&[super::TEACHER]).await;
        let teacher = person_of(house, super::TEACHER).await;
        let mut students = Vec::new();
        for login in STUDENTS {
            students.push(person_of(house, login).await);
        }
        let (rne, mut tx) = (school(), house.db().write().await.expect("a transaction"));
        let named = ("M1MIAGE", "Master 1 MIAGE", "2026-2027");
        let (programme, _) = store::insert_programme(&mut tx, &rne, named).await.expect("kept");
        let mut groups = Vec::new();
        for (kind, name, members) in [
            ("CM", "CM", &students[..]),
            ("TD", "TD1", &students[..3]),
            ("TD", "TD2", &students[3..]),
        ] {
            let group = store::insert_group(&mut tx, (&rne, programme), (kind, name, "manual"));
            let (group, _) = group.await.expect("kept");
            let since = NaiveDate::from_ymd_opt(2026, 9, 1).expect("a day");
            for student in members {
                store::add_member(&mut tx, group, *student, since).await.expect("kept");
            }
            groups.push(group);
        }
        let ssi = store::insert_subject(&mut tx, &rne, ("SSI", "Sécurité des SI")).await;
        let bda = store::insert_subject(&mut tx, &rne, ("BDA", "=Bases de données")).await;
        tx.commit().await.expect("kept");
        let (ssi, bda) = (ssi.expect("kept"), bda.expect("kept"));
        Self { students, teacher, all: groups[0], td1: groups[1], td2: groups[2], ssi, bda }
    }

    pub(super) async fn keep(&self, tx: &mut Tx, roll: Roll<'_>) -> Uuid {
        let id = Uuid::new_v4();
        let ends_at = roll.starts_at + Duration::minutes(roll.minutes);
        let new = NewSeance {
            id,
            rne: school(),
            subject: roll.subject,
            kind: roll.kind.to_owned(),
            title: String::new(),
            room: None,
            times: Times { starts_at: roll.starts_at, ends_at },
            is_static: false,
            groups: vec![roll.group],
            teachers: vec![self.teacher],
            by: None,
            rules: Attendance::default(),
        };
        store::insert_seance(tx, &new, roll.starts_at).await.expect("kept");
        let here = store::seance(tx, id).await.expect("an answer").expect("a séance");
        for (student, status, late) in roll.lines {
            store::insert_line(tx, &here, student, status).await.expect("kept");
            let sql = "UPDATE attendance_record SET minutes_late = $3
                WHERE class_session = $1 AND student = $2";
            on!(&mut *tx, |conn| query(sql)
                .bind(id)
                .bind(student)
                .bind(late)
                .execute(conn)
                .await
                .map(drop))
            .expect("kept");
        }
        let sql = "UPDATE class_session SET state = $2, is_provisional = $3, is_compulsory = $4,
            opened_at = $5 WHERE id = $1";
        on!(tx, |conn| query(sql)
            .bind(id)
            .bind(roll.state)
            .bind(roll.is_provisional)
            .bind(roll.is_compulsory)
            .bind(roll.opened.map(|late| roll.starts_at + Duration::minutes(late)))
            .execute(conn)
            .await
            .map(drop))
        .expect("kept");
        id
    }
}

fn period(since: &str, until: &str) -> Period {
    let at = |text: &str| text.parse().expect("a time");
    let (since, until) = (at(since), at(until));
    Period { since, until, zone: Paris, programme: None, subject: None, kind: None }
}

async fn figures(house: &House, by: By, of: &Period) -> Vec<Row> {
    let mut tx = house.db().read().await.expect("the database answers");
    let found = rows(&mut tx, (by, &Within::all()), of, (Lang::Fr, house.now())).await;
    found.expect("figures")
}
