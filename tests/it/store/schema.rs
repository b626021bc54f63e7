//! Migrations: repeated, at once, and by a program of another age.
use super::TestDb;
use aiguillage::db::{Db, SchemaError, SchemaState, Tx};
use aiguillage::on;
use futures_util::future::join_all;
use sqlx::{AssertSqlSafe, Row, query};
use uuid::Uuid;

#[actix_web::test]
async fn an_empty_database_is_behind_and_migrating_twice_is_migrating_once() {
    let test = TestDb::empty().await;
    let SchemaState::Behind { missing } = test.db.schema().await.unwrap() else {
        panic!("an empty database needs migrations");
    };
    let refused = test.db.prepare(false).await;
    assert!(matches!(refused, Err(SchemaError::Behind { missing: n }) if n == missing));

    test.db.migrate().await.unwrap();
    test.db.migrate().await.unwrap();

    assert_eq!(test.db.schema().await.unwrap(), SchemaState::Current);
    test.db.prepare(false).await.unwrap();
    test.db.prepare(true).await.unwrap();
}

#[actix_web::test]
async fn nodes_may_migrate_at_the_same_time() {
    let test = TestDb::empty().await;
    let nodes = join_all((0..4).map(|_| async {
        let node = Db::open(&test.settings()).await.unwrap();
        let migrated = node.migrate().await;
        node.close().await;
        migrated
    }));
    for migrated in nodes.await {
        migrated.unwrap();
    }
    assert_eq!(test.db.schema().await.unwrap(), SchemaState::Current);
}

#[actix_web::test]
async fn tables_of_a_newer_program_are_left_alone() {
    let test = TestDb::open().await;
    let mut tx = test.write().await;
    on!(&mut tx, |conn| query(
        "INSERT INTO _sqlx_migrations
            (version, description, installed_on, success, checksum, execution_time)
         SELECT 9999, 'from the future', installed_on, success, checksum, 1
         FROM _sqlx_migrations WHERE version = (SELECT min(version) FROM _sqlx_migrations)"
    )
    .execute(conn)
    .await
    .map(|_| ()))
    .unwrap();
    tx.commit().await.unwrap();

    assert_eq!(test.db.schema().await.unwrap(), SchemaState::Ahead);
    assert!(matches!(test.db.migrate().await, Err(SchemaError::Ahead)));
    assert!(matches!(test.db.prepare(false).await, Err(SchemaError::Ahead)));
}

#[actix_web::test]
async fn a_missing_migration_is_noticed_and_made_up_for() {
    let test = TestDb::open().await;
    let mut tx = test.write().await;
    for sql in [
        "DROP TABLE audit_chain",
        "DROP TABLE audit_personal",
        "DROP TABLE audit",
        "DROP TABLE signing_key",
        "DELETE FROM _sqlx_migrations WHERE version IN (3, 17)",
    ] {
        on!(&mut tx, |conn| query(sql).execute(conn).await.map(|_| ())).unwrap();
    }
    tx.commit().await.unwrap();

    assert_eq!(test.db.schema().await.unwrap(), SchemaState::Behind { missing: 2 });
    test.db.migrate().await.unwrap();
    assert_eq!(test.db.schema().await.unwrap(), SchemaState::Current);
}

#[actix_web::test]
async fn a_file_serves_one_process() {
    let test = TestDb::open().await;
    let settings = test.settings();
    let claim = settings.claim().unwrap();
    let is_file = matches!(settings, aiguillage::db::DatabaseSettings::Sqlite(_));
    assert_eq!(settings.claim().is_err(), is_file);
    drop(claim);
    settings.claim().unwrap();
}

#[actix_web::test]
async fn what_is_asked_of_every_account_of_a_source_has_an_index() {
    let test = TestDb::open().await;
    let nobody = format!("'{}'", Uuid::nil());
    let sessions = format!(
        "UPDATE session SET end_reason = '' WHERE ended_at IS NULL AND account IN ({nobody})"
    );
    let links =
        format!("SELECT id FROM account_link WHERE to_person = {nobody} OR from_person = {nobody}");
    for (sql, index) in
        [(&sessions, "session_account"), (&links, "account_link_to"), (&links, "account_link_from")]
    {
        let plan: Vec<String> = match &mut test.write().await {
            Tx::Sqlite(tx) => {
                let rows = query(AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}")));
                let rows = rows.fetch_all(&mut **tx).await.unwrap();
                rows.iter().map(|row| row.get("detail")).collect()
            }
            Tx::Postgres(tx) => {
                query("SET LOCAL enable_seqscan = off").execute(&mut **tx).await.unwrap();
                let rows = query(AssertSqlSafe(format!("EXPLAIN {sql}")));
                let rows = rows.fetch_all(&mut **tx).await.unwrap();
                rows.iter().map(|row| row.get(0)).collect()
            }
        };
        assert!(plan.iter().any(|line| line.contains(index)), "{index}: {plan:#?}");
    }
}
