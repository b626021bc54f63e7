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
