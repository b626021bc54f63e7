//! The audit record as a chain: what is sealed, erased or purged can be verified, and what somebody
//! did to the tables is found.
#![expect(clippy::unwrap_used, reason = "what cannot be read fails the test")]
use super::{TestDb, now};
use aiguillage::audit::{
    self, Event, Kind, Report, Sealer, Search, Seen, Trace, forget, forget_refused, purge, search,
    verify,
};
use aiguillage::clock::Clock;
use aiguillage::db::{Db, Tx};
use aiguillage::identity::PersonId;
use chrono::{DateTime, TimeDelta, Utc};
use serde_json::json;
use sqlx::AssertSqlSafe;

fn trace() -> Trace {
    Trace { network: "10.205.3.0/24".into(), request_id: "r1".into(), forwarded: true }
}

/// So many rows, some about somebody, some with words from outside; one second apart.
async fn record(test: &TestDb, count: u32, person: PersonId, clock: &Clock) {
    let mut tx = test.write().await;
    for number in 0..count {
        clock.advance(TimeDelta::seconds(1));
        let event = Event::refused("auth.refused", "E-PASSWORD").field("number", number);
        let event = event.field("half", 0.5).field("much", 1e16).field("é", ["b", "a"]);
        let event = match number % 3 {
            0 => event.about(person),
            1 => event.field("place", "203.0.113.0/24").field("detail", "alix@example.org"),
            _ => event,
        };
        event.record(&mut tx, &trace(), clock.now()).await.unwrap();
    }
    tx.commit().await.unwrap();
}

async fn report(db: &Db) -> Report {
    verify(db, &[], |_, _| {}).await.unwrap()
}

/// A chain of so many rows.
async fn sealed(count: u32) -> (TestDb, PersonId, Clock) {
    let (test, person, clock) = (TestDb::open().await, PersonId::new(), Clock::fixed(now()));
    record(&test, count, person, &clock).await;
    seal(&test, &clock).await;
    (test, person, clock)
}

/// What a process does before it ends: no row waits, and the chain is free.
async fn seal(test: &TestDb, clock: &Clock) {
    Sealer::new(&test.db, clock).end().await.unwrap();
}

/// Do something behind the back of the program.
async fn tamper(test: &TestDb, sql: &str) {
    let mut tx = test.write().await;
    for order in sql.split(';') {
        let order = AssertSqlSafe(order.to_owned());
        let touched = match &mut tx {
            Tx::Sqlite(tx) => sqlx::query(order).execute(&mut **tx).await.unwrap().rows_affected(),
            Tx::Postgres(tx) => {
                sqlx::query(order).execute(&mut **tx).await.unwrap().rows_affected()
            }
        };
        assert!(touched > 0, "{sql}");
    }
    tx.commit().await.unwrap();
}

#[actix_web::test]
async fn rows_are_sealed_in_order_and_read_as_they_were_recorded() {
    let test = TestDb::open().await;
    let (person, clock) = (PersonId::new(), Clock::fixed(now()));
    record(&test, 450, person, &clock).await;
    let all = Search { limit: 1_000, ..Search::default() };
    let before = search(&mut test.read().await, &all).await.unwrap();
    assert_eq!(report(&test.db).await.waiting, 450);

    seal(&test, &clock).await;

    assert_eq!(search(&mut test.read().await, &all).await.unwrap(), before);
    assert_eq!(before[0].network, "10.205.3.0/24");
    let said = Search { words: "ALIX@example".into(), ..all.clone() };
    assert_eq!(search(&mut test.read().await, &said).await.unwrap().len(), 150);
    let report = report(&test.db).await;
    assert!(report.is_whole(), "{report:?}");
    assert_eq!((report.waiting, report.chains.len(), report.chains[0].rows), (0, 1, 450));
}

#[actix_web::test]
async fn whatever_is_done_to_the_tables_is_found_and_the_first_row_is_named() {
    for (sql, kind, seq) in [
        ("UPDATE audit SET reason = 'E-PASSWORE' WHERE seq = 7", Kind::Changed, 7),
        ("UPDATE audit SET fields = '{}' WHERE seq = 9", Kind::Changed, 9),
        ("DELETE FROM audit WHERE seq = 7", Kind::Removed, 7),
        ("DELETE FROM audit WHERE seq >= 19", Kind::Removed, 19),
        ("DELETE FROM audit", Kind::Removed, 1),
        ("UPDATE audit SET seq = NULL, node = NULL WHERE seq = 7", Kind::Removed, 7),
        (
            "UPDATE audit SET seq = 1000 WHERE seq = 7; UPDATE audit SET seq = 7 WHERE seq = 8; \
             UPDATE audit SET seq = 8 WHERE seq = 1000",
            Kind::Swapped,
            7,
        ),
        (
            "UPDATE audit SET seq = seq + 1000 WHERE seq >= 7; \
             UPDATE audit SET seq = seq - 999 WHERE seq >= 1007; \
             UPDATE audit_chain SET seq = seq + 1; \
             INSERT INTO audit (id, at, event, outcome, reason, network, request_id, session, fields, \
                 node, seq, sealed_at, hash) \
             SELECT '01890000-0000-7000-8000-000000000000', at, event, outcome, reason, network, \
                 request_id, session, fields, node, 7, sealed_at, hash FROM audit WHERE seq = 6",
            Kind::Inserted,
            7,
        ),
        (
            "UPDATE audit_personal SET facts = '{\"network\":\"192.0.2.0/24\"}' \
             WHERE audit = (SELECT id FROM audit WHERE seq = 7)",
            Kind::Personal,
            7,
        ),
        ("UPDATE audit_chain SET seq = 12", Kind::Head, 12),
        ("DELETE FROM audit_chain", Kind::Inserted, 1),
        (
            "UPDATE audit_chain SET base_seq = 7, base_hash = (SELECT hash FROM audit WHERE seq = 7); \
             DELETE FROM audit WHERE seq <= 7",
            Kind::Checkpoint,
            7,
        ),
    ] {
        let (test, ..) = sealed(20).await;
        let sql = match &test.db {
            // Ids are bytes here.
            Db::Sqlite { .. } => sql.replace(
                "'01890000-0000-7000-8000-000000000000'",
                "x'01890000000070008000000000000000'",
            ),
            Db::Postgres(_) => sql.replace("SELECT '01890000-", "SELECT uuid '01890000-"),
        };
        tamper(&test, &sql).await;
        let report = report(&test.db).await;
        let fault = report.chains[0].fault.unwrap_or_else(|| panic!("not found: {sql}"));
        assert_eq!((fault.kind, fault.seq), (kind, seq), "{sql}");
        assert!(!report.is_whole());
    }
}

#[actix_web::test]
async fn a_person_is_erased_and_the_chain_still_holds() {
    let (test, person, clock) = sealed(30).await;
    record(&test, 6, person, &clock).await;
    let mut tx = test.write().await;
    forget(&mut tx, person).await.unwrap();
    tx.commit().await.unwrap();
    seal(&test, &clock).await;

    let report = report(&test.db).await;
    assert!(report.is_whole(), "{report:?}");
    assert_eq!((report.chains[0].rows, report.chains[0].erased), (36, 10));
    let all = Search { limit: 99, ..Search::default() };
    for row in search(&mut test.read().await, &all).await.unwrap() {
        let is_erased = row.person == Some(person);
        assert_eq!(row.network.is_empty(), is_erased, "{row:?}");
    }

    let mut tx = test.write().await;
    let later = clock.now() - TimeDelta::seconds(3);
    assert_eq!(forget_refused(&mut tx, later).await.unwrap(), 21);
    tx.commit().await.unwrap();
    let report = verify(&test.db, &[], |_, _| {}).await.unwrap();
    assert_eq!((report.is_whole(), report.chains[0].erased), (true, 31));
}

/// Everything that a purge does, step by step.
async fn purge_all(db: &Db, before: DateTime<Utc>, at: DateTime<Utc>) -> u64 {
    let mut removed = 0;
    loop {
        let mut tx = db.write().await.unwrap();
        let Some(step) = purge(&mut tx, before, at).await.unwrap() else { return removed };
        tx.commit().await.unwrap();
        removed += step;
    }
}

#[actix_web::test]
async fn after_a_purge_the_chain_goes_on_from_its_checkpoint() {
    let (test, person, clock) = sealed(30).await;
    let (before, seen) = (now() + TimeDelta::seconds(21), report(&test.db).await.chains[0].clone());

    assert_eq!(purge_all(&test.db, before, clock.now()).await, 20);
    assert_eq!(purge_all(&test.db, before, clock.now()).await, 0, "nothing is left to do");
    record(&test, 5, person, &clock).await;
    seal(&test, &clock).await;

    let after = report(&test.db).await;
    assert!(after.is_whole(), "{after:?}");
    let chain = &after.chains[0];
    assert_eq!((chain.base, chain.rows, chain.seq), (20, 16, 36), "10 rows, the purge, 5 rows");
    let purged = Search { event: "audit.purged".into(), limit: 9, ..Search::default() };
    let purged = search(&mut test.read().await, &purged).await.unwrap();
    assert_eq!(purged.len(), 1);
    assert_eq!(purged[0].fields["rows"], 20);

    let seen: Seen = format!("1:{}:{}", seen.seq, seen.hash).parse().unwrap();
    assert!(verify(&test.db, &[seen], |_, _| {}).await.unwrap().is_whole());
    // Everything goes, and the chain is still one.
    let far = clock.now() + TimeDelta::days(1);
    assert_eq!(purge_all(&test.db, far, far).await, 16);
    seal(&test, &clock).await;
    let last = report(&test.db).await;
    assert!(last.is_whole(), "{last:?}");
    assert_eq!((last.chains[0].base, last.chains[0].rows), (36, 1));
}

#[actix_web::test]
async fn a_purge_that_broke_off_is_finished_by_the_next_one() {
    let (test, person, clock) = sealed(30).await;
    purge_all(&test.db, now() + TimeDelta::seconds(11), clock.now()).await;
    // What a purge that was killed leaves: rows before its checkpoint.
    record(&test, 1, person, &clock).await;
    seal(&test, &clock).await;
    tamper(
        &test,
        "UPDATE audit SET seq = 3 WHERE seq = 32; UPDATE audit_chain SET seq = 31, \
                   hash = (SELECT hash FROM audit WHERE seq = 31)",
    )
    .await;

    let found = report(&test.db).await;
    assert_eq!((found.is_whole(), found.left), (true, 1), "it is told, but no fault");
    assert_eq!(purge_all(&test.db, now(), clock.now()).await, 1);
    let found = report(&test.db).await;
    assert_eq!((found.is_whole(), found.left), (true, 0));
}

#[actix_web::test]
async fn rows_that_nobody_sealed_are_found_in_whatever_chain_they_say_they_stand() {
    for (node, seq) in [("0", 1), ("-1", 6), ("NULL", 6), ("1", 0), ("1", -9)] {
        let (test, person, clock) = sealed(5).await;
        record(&test, 1, person, &clock).await;
        let forged = format!("UPDATE audit SET node = {node}, seq = {seq} WHERE seq IS NULL");
        tamper(&test, &forged).await;
        let found = report(&test.db).await;
        assert_eq!((found.is_whole(), found.strays), (false, 1), "{node} {seq}");
    }
    // The highest number there is ends the walk, and not the memory.
    let (test, person, clock) = sealed(5).await;
    record(&test, 1, person, &clock).await;
    tamper(&test, &format!("UPDATE audit SET node = {}, seq = 1 WHERE seq IS NULL", i64::MAX))
        .await;
    let found = report(&test.db).await;
    assert_eq!((found.strays, found.chains.len()), (1, 2));
    assert_eq!(found.chains[1].fault.map(|it| it.kind), Some(Kind::Inserted));
}

#[actix_web::test]
async fn a_head_that_was_seen_is_compared_at_the_checkpoint_and_not_before() {
    let (test, ..) = sealed(20).await;
    let old = report(&test.db).await.chains[0].hash;
    let seen = |seq: i64| format!("1:{seq}:{old}").parse::<Seen>().unwrap();
    // Somebody wants the beginning to be forgotten, and writes the row that a purge would.
    tamper(
        &test,
        "UPDATE audit_chain SET base_seq = 12, base_hash = (SELECT hash FROM audit WHERE seq = 12); \
         DELETE FROM audit WHERE seq <= 12",
    )
    .await;
    let at = verify(&test.db, &[seen(12)], |_, _| {}).await.unwrap();
    assert_eq!(at.chains[0].fault.map(|it| (it.kind, it.seq)), Some((Kind::Rewritten, 12)));
    let before = verify(&test.db, &[seen(11)], |_, _| {}).await.unwrap();
    assert_eq!(before.unseen, 1, "nothing can be said, and that is said");
}

#[actix_web::test]
async fn two_processes_seal_two_chains_and_each_row_once() {
    let test = TestDb::open().await;
    let (person, clock) = (PersonId::new(), Clock::fixed(now()));
    let other = Db::open(&test.settings()).await.unwrap();
    let nodes = [Sealer::new(&test.db, &clock), Sealer::new(&other, &clock)];
    for _ in 0..6 {
        record(&test, 150, person, &clock).await;
        let (one, two) = tokio::join!(nodes[0].turn(), nodes[1].turn());
        one.and(two).unwrap();
    }
    // A row may be locked by the other one at the very end.
    nodes[0].turn().await.unwrap();

    let report = report(&test.db).await;
    assert!(report.is_whole(), "{report:?}");
    assert_eq!(report.chains.iter().map(|chain| chain.rows).sum::<i64>(), 900);
    assert_eq!(report.waiting, 0);
    let chains = if matches!(test.db, Db::Postgres(_)) { 1..=2 } else { 1..=1 };
    assert!(chains.contains(&report.chains.len()), "{report:?}");

    // Whoever starts anew takes a chain that was given back.
    let before = report.chains.len();
    for node in &nodes {
        node.end().await.unwrap();
    }
    record(&test, 1, person, &clock).await;
    Sealer::new(&other, &clock).end().await.unwrap();
    let after = verify(&test.db, &[], |_, _| {}).await.unwrap();
    assert_eq!((after.is_whole(), after.chains.len(), after.waiting), (true, before, 0));
    other.close().await;
}

#[actix_web::test]
async fn every_row_is_exported_once_and_whole() {
    let (test, person, clock) = sealed(7).await;
    record(&test, 2, person, &clock).await;
    let (mut last, mut rows) = (None, Vec::new());
    loop {
        let page = audit::after(&mut test.read().await, last, 4).await.unwrap();
        let Some(end) = page.last() else { break };
        last = Some(end.id);
        rows.extend(page);
    }
    assert_eq!(rows.len(), 9);
    assert_eq!(rows[1].fields["detail"], json!("alix@example.org"));
    assert!(rows.iter().all(|row| row.network == "10.205.3.0/24"));
}
