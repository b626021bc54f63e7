//! A hall that marks itself: students over a minute, as telephones do it (GET of the code, GET of the
//! question, POST), with a bare insert and a bare RSA encryption beside it.
use super::connection::Connection;
use super::service::Service;
use super::table;
use super::timing::{By, compare_by};
use aiguillage::attendance::proof::PublicKey;
use aiguillage::attendance::seance::Times;
use aiguillage::attendance::store::{self, NewSeance};
use aiguillage::config::Attendance;
use aiguillage::db::Db;
use aiguillage::identity::session::{Lifetimes, Method, NewSession};
use aiguillage::identity::{Account, Attributes, Person, PersonId, Rne, store as people};
use aiguillage::keys::{self, Purpose};
use aiguillage::on;
use aiguillage::rights::{Grant, Role, Scope};
use aiguillage::web::cookies;
use anyhow::{Context, Result, anyhow, ensure};
use chrono::{DateTime, Duration, Utc};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{self, Instant};
use tokio::runtime::Runtime;
use uuid::Uuid;

/// Students of one roll.
const HALL: usize = 250;
/// Telephones that wait for an answer at the same time, at most.
const AT_ONCE: usize = 32;
/// In which time all of them mark.
const MINUTE: f64 = 60.0;

/// Somebody with a telephone.
struct Student {
    cookie: String,
    csrf: String,
    /// Address of the code, without our origin.
    code: String,
}

/// What telephones saw.
#[derive(Default)]
struct Seen {
    took: Vec<f64>,
    wrong: usize,
}

pub(crate) fn measure(service: &Service) -> Result<()> {
    let runtime = Runtime::new()?;
    println!(
        "{:<44} {:>12} {:>12} {:>8}  {:>10} {:>10}; lost, doubled, wrong answers",
        "marks over a minute", "p50", "p95", "p99", "CPU each", "at once"
    );
    for count in [1_000, 10_000] {
        hall(&runtime, service, count)?;
    }
    beside(&runtime, service)
}

fn hall(runtime: &Runtime, service: &Service, count: usize) -> Result<()> {
    let (db, now) = (&service.parts.db, service.parts.clock.now());
    let students = Arc::new(runtime.block_on(prepare(db, service, count, now))?);
    let before = runtime.block_on(presences(db))?;
    let (spent, seen) = (processor_time(), minute(service, &students)?);
    let spent = processor_time() - spent;
    let kept = usize::try_from(runtime.block_on(presences(db))? - before)?;
    let doubled = runtime.block_on(doubles(db))?;
    let mut took = seen.took;
    took.sort_by(f64::total_cmp);
    let at = |percent: usize| {
        let place = (took.len() * percent / 100).min(took.len().saturating_sub(1));
        format!("{:.1} ms", 1e3 * took.get(place).unwrap_or(&0.0))
    };
    println!(
        "{:<44} {:>12} {:>12} {:>8}  {:>7.2} ms {:>10}; {}, {doubled}, {}",
        format!("{count} students"),
        at(50),
        at(95),
        at(99),
        1e3 * spent / f64::from(u32::try_from(count)?),
        AT_ONCE,
        count - kept,
        seen.wrong,
    );
    Ok(())
}

/// Everybody marks once, 30 % of them in the first ten seconds.
fn minute(service: &Service, students: &Arc<Vec<Student>>) -> Result<Seen> {
    let (start, next) = (Instant::now(), Arc::new(AtomicUsize::new(0)));
    let address = service.ours.address;
    let workers: Vec<_> = (0..AT_ONCE)
        .map(|_| {
            let (students, next) = (Arc::clone(students), Arc::clone(&next));
            thread::spawn(move || -> Result<Seen> {
                let mut line = Connection::open(address)?;
                let mut seen = Seen::default();
                loop {
                    let place = next.fetch_add(1, Ordering::Relaxed);
                    let Some(student) = students.get(place) else { return Ok(seen) };
                    let due = start + due(place, students.len());
                    while Instant::now() < due {
                        thread::park_timeout(due.saturating_duration_since(Instant::now()));
                    }
                    if let Ok(took) = mark(&mut line, student, &address.to_string()) {
                        seen.took.push(took);
                    } else {
                        seen.wrong += 1;
                        line = Connection::open(address)?;
                    }
                }
            })
        })
        .collect();
    let mut all = Seen::default();
    for worker in workers {
        let seen = worker.join().map_err(|_| anyhow!("a telephone gave up"))??;
        all.took.extend(seen.took);
        all.wrong += seen.wrong;
    }
    Ok(all)
}

fn due(place: usize, of: usize) -> time::Duration {
    let number = |number: usize| f64::from(u32::try_from(number).unwrap_or(u32::MAX));
    let part = number(place) / number(of);
    let seconds =
        if part < 0.3 { part / 0.3 * 10.0 } else { 10.0 + (part - 0.3) / 0.7 * (MINUTE - 10.0) };
    time::Duration::from_secs_f64(seconds)
}

/// The three requests; how long the last one took.
fn mark(line: &mut Connection, student: &Student, host: &str) -> Result<f64> {
    let get = |path: &str, cookie: &str| {
        format!(
            "GET {path} HTTP/1.1\r\nHost: {host}\r\nCookie: {cookie}\r\nAccept: text/html\r\n\r\n"
        )
    };
    ensure!(line.ask(get(&student.code, &student.cookie).as_bytes())? == 303, "the code");
    let scan = format!("{}=", cookies::SCAN);
    let ticket = line.head().lines().find_map(|it| it.split_once(&scan)).context("no ticket")?.1;
    let ticket = ticket.split(';').next().unwrap_or_default();
    let cookie = format!("{}; {scan}{ticket}", student.cookie);
    ensure!(line.ask(get("/p/confirm", &cookie).as_bytes())? == 200, "the question");
    let body = format!("csrf={}", student.csrf);
    let post = format!(
        "POST /p/confirm HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nCookie: {cookie}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let start = Instant::now();
    ensure!(line.ask(post.as_bytes())? == 303, "the mark");
    Ok(start.elapsed().as_secs_f64())
}

/// Halls of students whose rolls are open.
async fn prepare(
    db: &Db,
    service: &Service,
    count: usize,
    now: DateTime<Utc>,
) -> Result<Vec<Student>> {
    let rne = Rne::parse("9740091F")?;
    let (teacher, cookie, csrf) = somebody(db, "prof", now).await?;
    let mut tx = db.write().await?;
    let grant = Grant { role: Role::Teacher, scope: Scope::School(rne.clone()) };
    people::insert_grant(&mut tx, teacher, (&grant, people::BY_HAND), None, now).await?;
    tx.commit().await?;
    let mut students = Vec::new();
    for hall in 0..count.div_ceil(HALL) {
        let mut here = Vec::new();
        for _ in 0..HALL.min(count - students.len()) {
            here.push(somebody(db, "etudiant", now).await?);
        }
        let id = plan(db, &rne, teacher, (&format!("{count}-{hall}"), &here), now).await?;
        let code = open(service, id, &cookie, &csrf)?;
        let with = |(_, cookie, csrf): (PersonId, String, String)| Student {
            cookie,
            csrf,
            code: code.clone(),
        };
        students.extend(here.into_iter().map(with));
    }
    // Halls are not full one after the other.
    let halls = count.div_ceil(HALL);
    let mut mixed: Vec<_> = students.into_iter().enumerate().collect();
    mixed.sort_by_key(|(place, _)| (place % HALL, place / HALL % halls));
    Ok(mixed.into_iter().map(|(_, student)| student).collect())
}

async fn somebody(db: &Db, login: &str, now: DateTime<Utc>) -> Result<(PersonId, String, String)> {
    let id = PersonId::new();
    let login = format!("{login}-{id}");
    let person = Person { id, display_name: login.clone(), mail: None };
    let account = Account {
        source: "agents".into(),
        source_id: login.clone(),
        login,
        attributes: Attributes::default(),
    };
    let mut tx = db.write().await?;
    people::insert_person(&mut tx, &person, now).await?;
    let account = people::insert_account(&mut tx, id, &account, 0, now).await?;
    let new = NewSession {
        person: id,
        account,
        method: Method::Password,
        authenticated_at: now,
        lifetimes: Lifetimes { absolute: Duration::hours(10), idle: Duration::hours(2) },
        network: "127.0.0.0/24".to_owned(),
        browser: "bench".to_owned(),
        partial_sources: Vec::new(),
    };
    let (token, session) = new.begin(now);
    people::insert_session(&mut tx, &token, &session).await?;
    tx.commit().await?;
    Ok((id, format!("{}={}", cookies::SESSION, token.as_str()), session.csrf_token))
}

async fn plan(
    db: &Db,
    rne: &Rne,
    teacher: PersonId,
    (name, here): (&str, &[(PersonId, String, String)]),
    now: DateTime<Utc>,
) -> Result<Uuid> {
    let mut tx = db.write().await?;
    let year = ("M1", "Master 1", "2026-2027");
    let (programme, _) = store::insert_programme(&mut tx, rne, year).await?;
    let (group, _) = store::insert_group(&mut tx, (rne, programme), ("CM", name, "manual")).await?;
    for (student, ..) in here {
        store::add_member(&mut tx, group, *student, now.date_naive()).await?;
    }
    let subject = store::insert_subject(&mut tx, rne, ("SSI", "Sécurité des SI")).await?;
    let id = Uuid::new_v4();
    let new = NewSeance {
        id,
        rne: rne.clone(),
        subject,
        kind: "CM".to_owned(),
        title: String::new(),
        room: None,
        times: Times { starts_at: now, ends_at: now + Duration::hours(2) },
        // A code that changes would have to be read again: that is the beamer's work.
        is_static: true,
        groups: vec![group],
        teachers: vec![teacher],
        by: None,
        rules: Attendance::default(),
    };
    store::insert_seance(&mut tx, &new, now).await?;
    tx.commit().await?;
    Ok(id)
}

fn open(service: &Service, id: Uuid, cookie: &str, csrf: &str) -> Result<String> {
    let (host, mut line) = (service.ours.address, Connection::open(service.ours.address)?);
    let body = format!("csrf={csrf}");
    let post = format!(
        "POST /attendance/sessions/{id}/open HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\n\
         Cookie: {cookie}\r\nContent-Type: application/x-www-form-urlencoded\r\n\
         Content-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let status = line.ask(post.as_bytes())?;
    ensure!(status == 303, "{status}: {}", String::from_utf8_lossy(line.body()));
    Ok(format!("/p/{}", aiguillage::attendance::code::short(id)))
}

async fn presences(db: &Db) -> Result<i64> {
    let mut tx = db.read().await?;
    let sql = "SELECT count(*) FROM presence p JOIN presence_token t ON t.presence = p.id";
    Ok(on!(&mut tx, |conn| sqlx::query_scalar(sql).fetch_one(conn).await)?)
}

async fn doubles(db: &Db) -> Result<i64> {
    let mut tx = db.read().await?;
    let sql = "SELECT count(*) - count(DISTINCT record) FROM presence WHERE revoked_at IS NULL";
    Ok(on!(&mut tx, |conn| sqlx::query_scalar(sql).fetch_one(conn).await)?)
}

/// What a mark cannot do without: a row that is kept, and the encryption of its token.
fn beside(runtime: &Runtime, service: &Service) -> Result<()> {
    let db = &service.parts.db;
    let rows = runtime.block_on(async {
        let mut tx = db.read().await?;
        keys::standing(&mut tx, Purpose::Presence).await
    })?;
    let key = rows.into_iter().find(|row| row.used_since.is_some()).context("the key is there")?;
    let key = PublicKey::from_pem(&key.certificate)?;
    let text = Uuid::new_v4().to_string();
    let insert = || {
        let kept = runtime.block_on(async {
            let mut tx = db.write().await?;
            let sql = "INSERT INTO certificate_counter (uai, year, last) VALUES ($1, 0, 0)";
            let name = Uuid::new_v4().to_string();
            on!(&mut tx, |conn| sqlx::query(sql).bind(name).execute(conn).await.map(drop))?;
            tx.commit().await
        });
        assert!(kept.is_ok(), "a row is kept");
    };
    let encrypt = || assert!(key.encrypt(text.as_bytes()).is_ok(), "the key encrypts");
    let pair = compare_by(By::Clock, 5, insert, encrypt);
    let row = table::Row {
        what: "a bare row, kept",
        baseline: "bare OAEP-SHA-512, 4096 bits",
        aim: "what a mark cannot do without",
    };
    table::time(&row, pair);
    Ok(())
}

/// Seconds of processors that this program took, telephones included.
fn processor_time() -> f64 {
    let told = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<_> = told.rsplit(')').next().unwrap_or_default().split_whitespace().collect();
    let ticks =
        |place: usize| fields.get(place).and_then(|it| it.parse::<f64>().ok()).unwrap_or(0.0);
    (ticks(11) + ticks(12)) / 100.0
}
