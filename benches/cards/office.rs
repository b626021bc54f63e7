//! A university with an intake: the whole service, students who are signed in, and a manager.
use super::running::{self, Running};
use super::services::{PIC, Services};
use super::table;
use aiguillage::app::Parts;
use aiguillage::clock::Clock;
use aiguillage::config::Config;
use aiguillage::db::Db;
use aiguillage::demo::colleagues::Colleague;
use aiguillage::identity::session::{Lifetimes, Method, NewSession};
use aiguillage::identity::{Account, Attributes, Person, PersonId, store as people};
use aiguillage::on;
use aiguillage::rights::{Grant, Role, Scope};
use aiguillage::web::cookies;
use anyhow::Result;
use chrono::{DateTime, Duration, Utc};
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use tokio::runtime::Runtime;
use uuid::Uuid;

/// The service, and who uses it.
pub(crate) struct Office {
    pub(crate) running: Running,
    pub(crate) parts: Parts,
    pub(crate) students: Vec<Signed>,
    pub(crate) manager: Signed,
    pub(crate) runtime: Runtime,
}

/// Somebody who is signed in.
#[derive(Clone)]
pub(crate) struct Signed {
    /// `Cookie` header.
    pub(crate) cookie: String,
    pub(crate) csrf: String,
}

impl Office {
    pub(crate) fn stop(self) {
        self.running.stop();
    }

    /// How many rows a statement counts.
    pub(crate) fn count(&self, sql: &'static str) -> Result<usize> {
        let count = self.runtime.block_on(async {
            let mut tx = self.parts.db.read().await?;
            on!(&mut tx, |conn| sqlx::query_scalar::<_, i64>(sql).fetch_one(conn).await)
        })?;
        Ok(usize::try_from(count)?)
    }
}

/// Start it with so many students.
pub(crate) fn open(folder: &Path, cards: usize, services: &Services) -> Result<Office> {
    let (folder, router, izly) = (folder.to_owned(), services.router.url(), services.izly.url());
    let ((parts, mut all), running) = running::run(async move |listener: TcpListener| {
        let config = configure(&folder, listener.local_addr()?, (&router, &izly))?;
        let (parts, _) = Parts::build(config, Clock::system(), None).await?;
        let all = enrol(&parts.db, cards, parts.clock.now()).await?;
        let server = parts.clone().serve(listener)?;
        Ok(((parts, all), server))
    })?;
    let manager = all.remove(0);
    Ok(Office { running, parts, students: all, manager, runtime: Runtime::new()? })
}

fn configure(folder: &Path, here: SocketAddr, (router, izly): (&str, &str)) -> Result<Config> {
    for name in ["etabs.ini", "portails.ini"] {
        std::fs::write(folder.join(name), "")?;
    }
    std::fs::create_dir(folder.join("metadata"))?;
    let text = format!(
        "[http]\npublic_url = http://{here}\nlisten = {here}\n[admin]\nlisten = none\n\
         [database]\nurl = sqlite:cards.db\n[files]\netabs = etabs.ini\nportails = portails.ini\n\
         metadata = metadata\nkeys = keys\n[outbound]\nallow = 127.0.0.0/8\n\
         [source:university]\nkind = local\nrole = university\nlabel = University\n\
         [card]\nsources = university\npic = {PIC}\nenable_auto = true\nverso = ou\n\
         applications = access-control:counter:1000\n[print]\ntitle = Université\n\
         [esc]\nurl = {router}\nkey = env:BENCH_KEY\nper_second = 0\n\
         [crous]\nurl = {izly}\naccess_url = {izly}\nclient_id = univ\nclient_secret = env:BENCH_KEY\n\
         rne = 0761904G\nfares = 07:0761904G\nper_second = 0\n"
    );
    running::settings(folder, &text)
}

/// The manager first, then the students.
async fn enrol(db: &Db, cards: usize, now: DateTime<Utc>) -> Result<Vec<Signed>> {
    let mut all = Vec::with_capacity(cards + 1);
    let mut tx = db.write().await?;
    for number in 0..=u64::try_from(cards)? {
        let one = Colleague::of(number);
        let id = PersonId::new();
        let login = format!("{}-{number}", one.login);
        let person = Person { id, display_name: one.name.clone(), mail: Some(one.mail.clone()) };
        let account = Account {
            source: "university".into(),
            source_id: login.clone(),
            attributes: attributes(&one, &login, number),
            login,
        };
        people::insert_person(&mut tx, &person, now).await?;
        let account = people::insert_account(&mut tx, id, &account, 0, now).await?;
        if number == 0 {
            // Who runs the installation brings the zones of chips in.
            for role in [Role::CardManager, Role::Admin] {
                let grant = Grant { role, scope: Scope::Installation };
                people::insert_grant(&mut tx, id, (&grant, people::BY_HAND), None, now).await?;
            }
        }
        let (token, session) = session(id, account, now).begin(now);
        people::insert_session(&mut tx, &token, &session).await?;
        let cookie = format!("{}={}", cookies::SESSION, token.as_str());
        all.push(Signed { cookie, csrf: session.csrf_token });
    }
    tx.commit().await?;
    Ok(all)
}

fn session(person: PersonId, account: Uuid, now: DateTime<Utc>) -> NewSession {
    NewSession {
        person,
        account,
        method: Method::Password,
        authenticated_at: now,
        lifetimes: Lifetimes { absolute: Duration::hours(10), idle: Duration::hours(2) },
        network: "127.0.0.0/24".to_owned(),
        browser: "bench".to_owned(),
        partial_sources: Vec::new(),
    }
}

fn attributes(one: &Colleague, login: &str, number: u64) -> Attributes {
    let mut attributes = Attributes::default();
    for (name, value) in [
        ("uid", login),
        ("displayName", &one.name),
        ("givenName", &one.given),
        ("sn", &one.surname),
        ("mail", &one.mail),
        ("eduPersonPrincipalName", &format!("{login}@univ.example")),
        ("eduPersonAffiliation", "student"),
        ("supannCodeINE", &format!("{number:010}A")),
        ("supannEtuId", &format!("2{number:07}")),
        ("schacDateOfBirth", "20060211"),
        ("schacExpiryDate", "20490930235959Z"),
        ("ou", "Faculté des sciences"),
    ] {
        attributes.add(name, value);
    }
    attributes
}

/// How many rows a second can be kept in the same database, a transaction each.
pub(crate) fn bare_row(office: &Office) -> Result<f64> {
    let db = &office.parts.db;
    table::rate(|| {
        office.runtime.block_on(async {
            let mut tx = db.write().await?;
            let sql = "INSERT INTO certificate_counter (uai, year, last) VALUES ($1, 0, 0)";
            let name = Uuid::new_v4().to_string();
            on!(&mut tx, |conn| sqlx::query(sql).bind(name).execute(conn).await.map(drop))?;
            tx.commit().await?;
            anyhow::Ok(())
        })
    })
}
