//! Roll call: a séance from end to end, marks under load and under fire, what is refused.
mod attesting;
mod browser;
mod directory;
mod documents;
mod excuse;
mod faces;
mod figures;
mod forgetting;
mod fraud;
mod import;
mod killed;
mod lists;
mod marks;
mod mending;
mod notice;
mod pages;
mod programs;
mod races;
mod readers;
mod seance;
mod setup;

use crate::house::{Answer, House, Person};
use crate::rights::{give, person_of};
use aiguillage::attendance::record::Status;
use aiguillage::attendance::seance::{State, Times};
use aiguillage::attendance::store::{self, NewSeance, Seance};
use aiguillage::config::Attendance;
use aiguillage::db::{Db, Tx};
use aiguillage::identity::{PersonId, Rne};
use aiguillage::rights::{Grant, Role, Scope};
use chrono::{DateTime, Duration, NaiveDate, Utc};
use uuid::Uuid;

/// The university of the demonstration.
const SCHOOL: &str = "0759802X";
const TEACHER: &str = "alain.garnier";
/// The students of group TD2.
const STUDENTS: [&str; 4] = ["maelle.legrand", "tom.girard", "ines.robert", "luc.petit"];

/// A séance of TD2 that begins in two minutes.
struct Class {
    id: Uuid,
    group: Uuid,
    subject: Uuid,
    teacher: PersonId,
}

pub(super) fn school() -> Rne {
    Rne::parse(SCHOOL).expect("a code")
}

/// A role at the university.
fn at_school(role: Role) -> Grant {
    Grant { role, scope: Scope::School(school()) }
}

/// Somebody of another office who looks after the rolls of the university.
async fn secretary(house: &House) -> Person<'_> {
    let rose = house.sign_in("rose.secretaire").await;
    give(house, person_of(house, "rose.secretaire").await, &[at_school(Role::Secretariat)]).await;
    rose
}

impl Class {
    /// The teacher, the students, their group, and a séance of two hours.
    async fn plan(house: &House) -> Self {
        house.invite(&[TEACHER]).await;
        house.invite(&STUDENTS).await;
        let teacher = person_of(house, TEACHER).await;
        let mut students = Vec::new();
        for login in STUDENTS {
            students.push(person_of(house, login).await);
        }
        give(house, teacher, &[at_school(Role::Teacher)]).await;
        let starts_at = house.now() + Duration::minutes(2);
        let mut tx = house.db().write().await.expect("a transaction");
        let class = Self::keep(&mut tx, (teacher, &students), starts_at, house.now()).await;
        tx.commit().await.expect("kept");
        class
    }

    async fn keep(
        tx: &mut Tx,
        (teacher, students): (PersonId, &[PersonId]),
        starts_at: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Self {
        let rne = school();
        let named = ("M1MIAGE", "Master 1 MIAGE", "2026-2027");
        let (programme, _) = store::insert_programme(tx, &rne, named).await.expect("kept");
        let group = store::insert_group(tx, (&rne, programme), ("TD", "TD2", "manual"));
        let (group, _) = group.await.expect("kept");
        let since = NaiveDate::from_ymd_opt(2020, 1, 1).expect("a day");
        for student in students {
            store::add_member(tx, group, *student, since).await.expect("kept");
        }
        let subject = store::insert_subject(tx, &rne, ("SSI", "Sécurité des SI"));
        let subject = subject.await.expect("kept");
        let class = Self { id: Uuid::new_v4(), group, subject, teacher };
        store::insert_seance(tx, &class.planned(starts_at), now).await.expect("kept");
        class
    }

    fn planned(&self, starts_at: DateTime<Utc>) -> NewSeance {
        NewSeance {
            id: self.id,
            rne: school(),
            subject: self.subject,
            kind: "TD".to_owned(),
            title: String::new(),
            room: None,
            times: Times { starts_at, ends_at: starts_at + Duration::hours(2) },
            is_static: false,
            groups: vec![self.group],
            teachers: vec![self.teacher],
            by: None,
            rules: Attendance::default(),
        }
    }

    fn path(&self) -> String {
        format!("/attendance/sessions/{}", self.id)
    }

    async fn seance(&self, db: &Db) -> Seance {
        let mut tx = db.read().await.expect("the database answers");
        store::seance(&mut tx, self.id).await.expect("an answer").expect("a séance")
    }

    async fn state(&self, house: &House) -> State {
        self.seance(house.db()).await.state
    }

    /// What the roll says of somebody, and its flags.
    async fn line(&self, house: &House, login: &str) -> (Status, Vec<String>) {
        let student = person_of(house, login).await;
        let mut tx = house.db().read().await.expect("the database answers");
        let line = store::line_of(&mut tx, self.id, student).await.expect("an answer");
        let line = line.expect("a line");
        (line.status, line.flags.0)
    }

    async fn status(&self, house: &House, login: &str) -> Status {
        self.line(house, login).await.0
    }

    /// The teacher does something with the whole roll.
    async fn act(&self, teacher: &Person<'_>, act: &str, fields: &[(&str, &str)]) -> Answer {
        self.post(teacher, act, fields).await
    }

    async fn post(&self, who: &Person<'_>, what: &str, fields: &[(&str, &str)]) -> Answer {
        let csrf = who.get("/sessions").await.csrf();
        let fields: Vec<_> = fields.iter().copied().chain([("csrf", csrf.as_str())]).collect();
        who.post(&format!("{}/{what}", self.path()), &fields).await
    }

    /// The address that the code on the wall holds now, without our origin.
    async fn code(&self, teacher: &Person<'_>) -> String {
        let next = teacher.get(&format!("{}/codes", self.path())).await.json();
        let address = next["codes"][0]["address"].as_str().expect("an address").to_owned();
        let path = address.splitn(4, '/').nth(3).expect("a path");
        format!("/{path}")
    }

    /// Scan and confirm.
    async fn mark(&self, student: &Person<'_>, code: &str) -> Answer {
        let scanned = student.get(code).await;
        assert_eq!((scanned.status, scanned.location()), (303, "/p/confirm"), "{}", scanned.text);
        self.confirm(student).await
    }

    async fn confirm(&self, student: &Person<'_>) -> Answer {
        let csrf = student.get("/sessions").await.csrf();
        student.post("/p/confirm", &[("csrf", &csrf)]).await
    }

    /// How many presences are good.
    async fn presences(&self, house: &House) -> i64 {
        let mut tx = house.db().read().await.expect("the database answers");
        let sql = "SELECT count(*) FROM presence p JOIN attendance_record a ON a.id = p.record
            WHERE a.class_session = $1 AND p.revoked_at IS NULL";
        aiguillage::on!(&mut tx, |conn| sqlx::query_scalar(sql).bind(self.id).fetch_one(conn).await)
            .expect("a count")
    }
}
