//! The real program, killed in the middle of many marks.
use super::Class;
use crate::program::{Installation, PASSWORD, Service, cookie};
use aiguillage::attendance::store;
use aiguillage::clock::Clock;
use aiguillage::db::{DatabaseSettings, Db};
use aiguillage::identity::session::{Lifetimes, Method, NewSession};
use aiguillage::identity::{self, Account, Attributes, Person, PersonId};
use aiguillage::rights::Role;
use chrono::{DateTime, Duration, Utc};
use futures_util::StreamExt;
use futures_util::stream;
use std::sync::atomic::{AtomicUsize, Ordering};
use uuid::Uuid;

/// Students in the hall.
const MANY: usize = 300;
/// Marks that got their answer before the power goes.
const BEFORE: usize = 60;

/// A student with an open session.
struct Student {
    id: PersonId,
    session: String,
    csrf: String,
    ticket: String,
}

async fn add_students(db: &Db, now: DateTime<Utc>) -> Vec<Student> {
    let mut tx = db.write().await.expect("a transaction");
    let mut students = Vec::new();
    for number in 0..MANY {
        let id = PersonId::new();
        let person = Person { id, display_name: format!("Élève {number:04}"), mail: None };
        identity::store::insert_person(&mut tx, &person, now).await.expect("kept");
        let login = format!("eleve{number}");
        let account = Account {
            source: "local".into(),
            source_id: login.clone(),
            login,
            attributes: Attributes::default(),
        };
        let account = identity::store::insert_account(&mut tx, id, &account, 0, now).await;
        let new = NewSession {
            person: id,
            account: account.expect("kept"),
            method: Method::Password,
            authenticated_at: now,
            lifetimes: Lifetimes { absolute: Duration::hours(9), idle: Duration::hours(9) },
            network: "127.0.0.0/24".into(),
            browser: "Firefox".into(),
            partial_sources: vec![],
        };
        let (token, session) = new.begin(now);
        identity::store::insert_session(&mut tx, &token, &session).await.expect("kept");
        students.push(Student {
            id,
            session: format!("__Host-sid={}", token.as_str()),
            csrf: session.csrf_token,
            ticket: String::new(),
        });
    }
    tx.commit().await.expect("kept");
    students
}

async fn get(service: &Service<'_>, path: &str, cookie: &str) -> reqwest::Response {
    let request = service.client.get(service.url(path)).header("Cookie", cookie);
    request.send().await.expect("an answer")
}

async fn post(
    service: &Service<'_>,
    path: &str,
    cookie: &str,
    csrf: &str,
) -> reqwest::Result<reqwest::Response> {
    let request = service.client.post(service.url(path)).form(&[("csrf", csrf)]);
    request.header("Cookie", cookie).header("Origin", service.url("")).send().await
}

/// Who has a presence that is good.
async fn present(db: &Db, session: Uuid) -> Vec<PersonId> {
    let mut tx = db.read().await.expect("a transaction");
    let sql = "SELECT a.student FROM presence p JOIN attendance_record a ON a.id = p.record
        WHERE a.class_session = $1 AND a.status IN ('present', 'late') AND p.revoked_at IS NULL";
    let found = aiguillage::on!(&mut tx, |conn| sqlx::query_scalar(sql)
        .bind(session)
        .fetch_all(conn)
        .await);
    found.expect("rows")
}

#[actix_web::test]
async fn every_mark_that_was_answered_outlives_the_power() {
    let house = Installation::new();
    house.add("alix", &[]).good();
    let file = DatabaseSettings::Sqlite(house.path("var/aiguillage.db"));
    let db = Db::open(&file).await.expect("the database opens");
    let now = Clock::system().now();
    let mut students = add_students(&db, now).await;
    let ids: Vec<PersonId> = students.iter().map(|student| student.id).collect();
    let mut tx = db.write().await.expect("a transaction");
    let alix = identity::store::accounts_by_login(&mut tx, "alix").await.expect("an answer");
    let given = (&super::at_school(Role::Secretariat), identity::store::BY_HAND);
    let kept = identity::store::insert_grant(&mut tx, alix[0].person, given, None, now).await;
    kept.expect("kept");
    let class = Class::keep(&mut tx, (ids[0], &ids), now, now).await;
    tx.commit().await.expect("kept");

    let service = house.serve().await;
    let signed_in = service.sign_in("alix", PASSWORD).await;
    let admin = cookie(&signed_in, "__Host-sid").expect("a session");
    let page = get(&service, "/sessions", &admin).await.text().await.expect("a page");
    let csrf = page.split("name=\"csrf\" value=\"").nth(1).expect("a hidden field");
    let csrf = csrf.split('"').next().unwrap_or_default();
    let opened = post(&service, &format!("{}/open", class.path()), &admin, csrf).await;
    assert_eq!(opened.expect("an answer").status(), 303);
    let codes = get(&service, &format!("{}/codes", class.path()), &admin).await;
    let codes: serde_json::Value = codes.json().await.expect("JSON");
    let code = codes["codes"][0]["address"].as_str().expect("an address").to_owned();
    for student in &mut students {
        let scanned = service.client.get(&code).send().await.expect("an answer");
        student.ticket = cookie(&scanned, "__Host-scan").expect("a ticket");
    }

    let answered = AtomicUsize::new(0);
    let pid = &service.process;
    let marks = stream::iter(&students).map(|student| {
        let (service, answered) = (&service, &answered);
        async move {
            let cookies = format!("{}; {}", student.session, student.ticket);
            let answer = post(service, "/p/confirm", &cookies, &student.csrf).await;
            let is_good = answer.is_ok_and(|answer| answer.status() == 303);
            if is_good && answered.fetch_add(1, Ordering::SeqCst) + 1 == BEFORE {
                pid.signal("KILL");
            }
            is_good.then_some(student.id)
        }
    });
    let good: Vec<_> =
        marks.buffer_unordered(16).filter_map(|it| async move { it }).collect().await;
    service.process.kill();
    assert!((BEFORE..MANY).contains(&good.len()), "{} of {MANY} were answered", good.len());
    let kept = present(&db, class.id).await;
    let lost: Vec<_> = good.iter().filter(|student| !kept.contains(student)).collect();
    assert!(lost.is_empty(), "answered and lost: {lost:?}");

    // Every telephone tries again with the scan that it has.
    let service = house.serve().await;
    for student in &students {
        let cookies = format!("{}; {}", student.session, student.ticket);
        let answer = post(&service, "/p/confirm", &cookies, &student.csrf).await;
        assert_eq!(answer.expect("an answer").status(), 303);
    }
    let mut kept = present(&db, class.id).await;
    kept.sort_unstable();
    let mut all = ids;
    all.sort_unstable();
    assert_eq!(kept, all, "each once");
    let mut tx = db.read().await.expect("a transaction");
    let lines = store::lines(&mut tx, class.id).await.expect("lines");
    assert!(lines.iter().all(|line| line.version == 2), "no line was written twice");
}
