//! A role of PostgreSQL that serves and does not own the tables: it adds to the record and can change
//! nothing of it, whoever took the service over.
#![expect(clippy::unwrap_used, reason = "what cannot be read fails the test")]
use super::{TestDb, person};
use crate::program::{Installation, PASSWORD};
use aiguillage::audit::{self, Event, Sealer, Trace, forget, purge, verify};
use aiguillage::clock::Clock;
use aiguillage::db::{DatabaseSettings, Db, Tx, grants};
use aiguillage::identity::{PersonId, store};
use chrono::TimeDelta;
use sqlx::{AssertSqlSafe, raw_sql};
use url::Url;
use uuid::Uuid;

/// Two years.
const KEEP: TimeDelta = TimeDelta::days(730);

/// A database with its owner's connection, and the role that serves from it.
struct Shared {
    test: TestDb,
    role: String,
    service: Db,
}

impl Shared {
    /// `None`: this run is for SQLite, which knows no roles.
    async fn open() -> Option<Self> {
        let test = TestDb::open().await;
        if matches!(test.db, Db::Sqlite { .. }) {
            return None;
        }
        let role = format!("service_{}", Uuid::new_v4().simple());
        execute(&test.db, &format!("CREATE ROLE {role} LOGIN")).await.unwrap();
        execute(&test.db, &grants(&role, KEEP).unwrap()).await.unwrap();
        let settings = DatabaseSettings::parse(&address(&test, &role), "/".as_ref()).unwrap();
        Some(Self { service: Db::open(&settings).await.unwrap(), test, role })
    }

    /// What the service's role gets for a statement.
    async fn refusal(&self, sql: &str) -> String {
        let error = execute(&self.service, sql).await.expect_err(sql);
        let error = error.as_database_error().expect("the server's answer");
        format!("{} {}", error.code().unwrap_or_default(), error.message())
    }

    async fn record(&self, count: u32, person: PersonId, clock: &Clock) {
        let mut tx = self.service.write().await.unwrap();
        for number in 0..count {
            let event = Event::ok("auth.login").about(person).field("number", number);
            let trace = Trace { network: "10.0.0.0/24".into(), ..Trace::default() };
            event.field("place", "10.0.0.0/24").record(&mut tx, &trace, clock.now()).await.unwrap();
        }
        tx.commit().await.unwrap();
        Sealer::new(&self.service, clock).end().await.unwrap();
    }

    async fn close(self) {
        self.service.close().await;
        let Self { test, role, .. } = self;
        execute(&test.db, &format!("DROP OWNED BY {role}; DROP ROLE {role}")).await.unwrap();
    }
}

/// Where the role comes in.
fn address(test: &TestDb, role: &str) -> String {
    let mut url = Url::parse(&test.url()).unwrap();
    url.set_username(role).unwrap();
    url.into()
}

async fn execute(db: &Db, sql: &str) -> sqlx::Result<()> {
    let mut tx = db.write().await?;
    let Tx::Postgres(open) = &mut tx else { unreachable!("only called on PostgreSQL") };
    raw_sql(AssertSqlSafe(sql.to_owned())).execute(&mut **open).await?;
    tx.commit().await
}

#[actix_web::test]
async fn the_role_that_serves_can_change_and_remove_nothing_of_the_record() {
    let Some(shared) = Shared::open().await else { return };
    let clock = Clock::system();
    shared.record(20, PersonId::new(), &clock).await;

    for sql in [
        "UPDATE audit SET event = 'auth.logout'",
        "UPDATE audit SET at = now()",
        "UPDATE audit SET person = NULL",
        "UPDATE audit SET fields = '{}'",
        "UPDATE audit SET seq = NULL",
        "DELETE FROM audit",
        "DELETE FROM audit WHERE seq = 20",
        // As a purge would do it that is in a hurry.
        "UPDATE audit_chain SET base_seq = 10; DELETE FROM audit WHERE seq <= 10",
        "TRUNCATE audit CASCADE",
        "UPDATE audit_personal SET facts = '{}'",
        "DELETE FROM audit_chain",
        "DELETE FROM _sqlx_migrations",
        "ALTER TABLE audit DISABLE TRIGGER audit_stays",
        "DROP TRIGGER audit_stays ON audit",
        "CREATE OR REPLACE FUNCTION audit_stays() RETURNS trigger LANGUAGE sql AS 'SELECT NULL'",
        "INSERT INTO audit (id, at, event, outcome, reason, network, request_id, session, fields, \
             node, seq) SELECT gen_random_uuid(), at, event, outcome, reason, network, request_id, \
             session, fields, node, 21 FROM audit WHERE seq = 20",
    ] {
        let refusal = shared.refusal(sql).await;
        assert!(refusal.starts_with("42501"), "{sql}: {refusal}");
    }
    let report = verify(&shared.test.db, &[], |_, _| {}).await.unwrap();
    assert!(report.is_whole(), "{report:?}");
    assert_eq!(report.chains[0].rows, 20);
    shared.close().await;
}

#[actix_web::test]
async fn the_role_that_serves_seals_erases_and_purges_as_before() {
    let Some(shared) = Shared::open().await else { return };
    let clock = Clock::fixed(Clock::system().now() - KEEP - TimeDelta::days(1));
    let (old, young) = (PersonId::new(), PersonId::new());
    shared.record(30, old, &clock).await;
    clock.advance(KEEP);
    shared.record(10, young, &clock).await;
    clock.advance(TimeDelta::days(1));

    let mut tx = shared.service.write().await.unwrap();
    forget(&mut tx, young).await.unwrap();
    tx.commit().await.unwrap();
    let mut removed = 0;
    loop {
        let mut tx = shared.service.write().await.unwrap();
        let gone = purge(&mut tx, clock.now() - KEEP, clock.now()).await.unwrap();
        tx.commit().await.unwrap();
        match gone {
            Some(rows) => removed += rows,
            None => break,
        }
    }

    assert_eq!(removed, 30);
    Sealer::new(&shared.service, &clock).end().await.unwrap();
    let report = verify(&shared.service, &[], |_, _| {}).await.unwrap();
    assert!(report.is_whole(), "{report:?}");
    let mut tx = shared.service.read().await.unwrap();
    let about = audit::Search { limit: 100, ..audit::Search::default() };
    let rows = audit::search(&mut tx, &about).await.unwrap();
    assert_eq!(rows.len(), 11, "those of yesterday and the purge");
    assert!(rows.iter().all(|row| row.network.is_empty()), "what is personal is gone");
    drop(tx);

    // And people are its own affair.
    let mut tx = shared.service.write().await.unwrap();
    store::insert_person(&mut tx, &person("Alix"), clock.now()).await.unwrap();
    tx.commit().await.unwrap();
    shared.close().await;
}

#[actix_web::test]
async fn the_program_serves_as_a_role_that_owns_nothing() {
    let Some(shared) = Shared::open().await else { return };
    let url = address(&shared.test, &shared.role);
    let house = Installation::with(&format!("[database]\nurl = {url}\nmigrate = never\n"));
    house.add("alix", &["--admin"]).good();
    let printed = house.run(&["migrate", "--print-grants", &shared.role]).good();
    // A second time, as after each migration.
    execute(&shared.test.db, &printed).await.unwrap();

    let mut service = house.serve().await;
    service.until("/metrics", |_, text| text.contains("audit_sealing_lag_seconds 0.0")).await;
    service.process.signal("TERM");
    assert_eq!(service.ended().await, Some(0));

    assert!(house.run(&["audit", "verify"]).good().contains("whole"));
    let rows = house.run(&["audit", "export"]).good();
    for event in ["person.changed", "service.start", "service.stop"] {
        assert!(rows.contains(event), "{event}: {rows}");
    }
    assert!(!rows.contains(PASSWORD));
    shared.close().await;
}

#[actix_web::test]
async fn an_owner_gets_no_grants_that_would_mean_nothing() {
    let Some(shared) = Shared::open().await else { return };

    let refused = execute(&shared.test.db, &grants("postgres", KEEP).unwrap()).await;

    let refused = refused.expect_err("it owns them").to_string();
    assert!(refused.contains("make a role of its own"), "{refused}");
    shared.close().await;
}
