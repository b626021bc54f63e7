//! A run beside people who sign in: nobody waits for more than the one row that both of them write.
//! On PostgreSQL; SQLite has one writer at a time.
#![expect(clippy::unwrap_used, reason = "what cannot be read fails the test")]
use super::{LIST, Office, list};
use crate::store::TestDb;
use aiguillage::db::{Db, Tx};
use aiguillage::demo::colleagues::Colleague;
use aiguillage::identity::formats::Reading;
use aiguillage::identity::keeping::{self, Told};
use aiguillage::identity::store::{self, StoredAccount};
use aiguillage::sync::store as runs;
use chrono::Duration;
use sqlx::query_scalar;

const WAITING: &str = "SELECT l.virtualtransaction FROM pg_locks l
    JOIN pg_stat_activity a ON a.pid = l.pid
    WHERE NOT l.granted AND a.datname = current_database()";

/// Whether one transaction may wait for another on this database.
pub(super) fn can_wait(test: &TestDb) -> bool {
    matches!(test.db, Db::Postgres(_))
}

async fn who_waits(test: &TestDb) -> Vec<String> {
    let Db::Postgres(pool) = &test.db else { return Vec::new() };
    query_scalar(WAITING).fetch_all(pool).await.expect("the server answers")
}

/// Wait until so many transactions wait for others: which ones.
pub(super) async fn waiting(test: &TestDb, count: usize) -> Vec<String> {
    for _ in 0..2_000 {
        let waiting = who_waits(test).await;
        if waiting.len() >= count {
            return waiting;
        }
        tokio::time::sleep(std::time::Duration::from_millis(2)).await;
    }
    panic!("{count} transactions should wait by now");
}

/// Twenty people who are about to change school, and a transaction that has the account of the last
/// one, as a sign-in would.
async fn office() -> Option<(Office, StoredAccount, Tx)> {
    let office = Office::open(LIST).await;
    if !can_wait(&office.test) {
        return None;
    }
    office.write("staff.csv", list(0..20));
    office.run("staff").await;
    office.write("staff.csv", list(0..20).replace("9740091F", "9749801K"));
    let last = office.account("staff", &Colleague::of(19).login).await;
    let mut tx = office.test.write().await;
    let told = last.clone().into_account();
    store::update_account(&mut tx, last.id, &told, 5, office.clock.now()).await.unwrap();
    Some((office, last, tx))
}

#[actix_web::test]
async fn whoever_signs_in_does_not_wait_for_the_rest_of_a_portion() {
    let Some((office, last, mut signing_in)) = office().await else { return };
    let now = office.clock.now();
    let sign_in = async {
        waiting(&office.test, 1).await;
        let mut other = office.test.write().await;
        store::note_change(&mut other, last.person, "person", now).await.expect("no wait");
        other.commit().await.unwrap();
        store::note_change(&mut signing_in, last.person, "person", now).await.expect("no deadlock");
        signing_in.commit().await.unwrap();
    };

    let (finished, ()) = tokio::join!(office.run("staff"), sign_in);

    assert_eq!(finished.counts.changed, 20);
    let first = office.account("staff", &Colleague::of(0).login).await;
    assert_eq!(first.attributes.first("rne"), Some("9749801K"));
}

#[actix_web::test]
async fn an_order_of_the_page_is_kept_while_a_portion_is_written() {
    let Some((office, _, signing_in)) = office().await else { return };
    let wanted = runs::Wanted { dry_run: true, force: false, asked_by: "somebody".into() };
    let click = async {
        waiting(&office.test, 1).await;
        let mut tx = office.test.write().await;
        runs::want(&mut tx, "staff", &wanted, office.clock.now()).await.expect("no wait");
        tx.commit().await.unwrap();
        drop(signing_in);
    };

    tokio::join!(office.run("staff"), click);

    let mut tx = office.test.read().await;
    assert_eq!(runs::wanted(&mut tx, "staff").await.unwrap(), Some(wanted));
}

#[actix_web::test]
async fn a_portion_that_waited_too_long_is_tried_once_more() {
    let Some((office, _, signing_in)) = office().await else { return };
    let slow = async {
        let first = waiting(&office.test, 1).await;
        while waiting(&office.test, 1).await == first {}
        drop(signing_in);
    };

    let (finished, ()) = tokio::join!(office.run("staff"), slow);

    assert_eq!(finished.counts.changed, 20);
}

#[actix_web::test]
async fn what_a_sign_in_told_while_a_run_read_is_not_undone() {
    let office = Office::open(LIST).await;
    office.write("staff.csv", list(0..5));
    office.run("staff").await;
    let somebody = office.account("staff", &Colleague::of(3).login).await;
    let (id, person) = (somebody.id, somebody.person);
    let mut account = somebody.into_account();
    account.attributes = [("displayName", "Autre Nom")].into_iter().collect();
    let told =
        Told { account: &account, priority: 5, reading: Some(&Reading::default()), links: &[] };
    // The next run begins a minute later, this is a minute after that.
    let at = office.clock.now() + Duration::minutes(2);
    let mut tx = office.test.write().await;
    keeping::keep(&mut tx, (person, Some(id)), &told, at).await.unwrap();
    tx.commit().await.unwrap();

    assert_eq!(office.counts("staff").await, [0, 0, 0, 5, 0, 0]);
    let kept = office.account("staff", &account.source_id).await;
    assert_eq!(kept.attributes.first("displayName"), Some("Autre Nom"));
    assert_eq!(office.counts("staff").await, [0, 1, 0, 4, 0, 0], "the next one knows better");
}
