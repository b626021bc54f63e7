//! The index beside its database: it follows, it survives, it never lies.
mod damage;
mod follows;
mod kills;

use crate::store::{TestDb, now};
use aiguillage::clock::Clock;
use aiguillage::config::IndexPlace;
use aiguillage::demo::colleagues::Colleague;
use aiguillage::identity::cloud::RecordId;
use aiguillage::identity::{PersonId, store};
use aiguillage::lookup::index::{Index, IndexError, IndexRules, Query, Verified, follow, verify};
use aiguillage::on;
use sqlx::query;
use sqlx::types::Json;
use std::path::{Path, PathBuf};
use std::time::Duration;
use tempfile::TempDir;
use tokio::task::JoinHandle;

pub(super) const RULES: IndexRules = IndexRules { with_pupils: false };

/// Somebody to be kept, or changed, in the table that the index follows.
#[derive(Clone)]
pub(super) struct Row {
    id: RecordId,
    colleague: Colleague,
    person: Option<PersonId>,
    state: &'static str,
    claim: String,
    priority: i64,
}

impl Row {
    fn of(number: u64) -> Self {
        let colleague = Colleague::of(number);
        Self {
            id: colleague.record().id,
            claim: colleague.cloud_id(),
            colleague,
            person: None,
            state: "shown",
            priority: 0,
        }
    }

    /// The same record under another name.
    fn named(mut self, name: &str) -> Self {
        name.clone_into(&mut self.colleague.name);
        self
    }
}

/// A database with records, and a folder for an index of them.
pub(super) struct Register {
    pub(super) test: TestDb,
    folder: TempDir,
}

impl Register {
    async fn open() -> Self {
        Self { test: TestDb::open().await, folder: tempfile::tempdir().expect("a folder") }
    }

    /// With so many colleagues.
    async fn with(people: u64) -> Self {
        let register = Self::open().await;
        let rows: Vec<Row> = (0..people).map(Row::of).collect();
        register.keep(&rows).await;
        register
    }

    fn path(&self) -> PathBuf {
        self.folder.path().join("index")
    }

    /// Keep records as an intake would: in one transaction with their changes.
    async fn keep(&self, rows: &[Row]) -> i64 {
        let mut tx = self.test.write().await;
        for row in rows {
            upsert(&mut tx, row).await;
        }
        let ids: Vec<_> = rows.iter().map(|row| row.id.0).collect();
        let seq = store::note_changes(&mut tx, &ids, "cloud", now()).await.expect("noted");
        tx.commit().await.expect("kept");
        seq
    }

    /// Remove a record for good.
    async fn remove(&self, id: RecordId) -> i64 {
        let mut tx = self.test.write().await;
        let sql = "DELETE FROM cloud_record WHERE id = $1";
        on!(&mut tx, |conn| query(sql).bind(id).execute(conn).await.map(drop)).expect("removed");
        let seq = store::note_changes(&mut tx, &[id.0], "cloud", now()).await.expect("noted");
        tx.commit().await.expect("kept");
        seq
    }

    /// Run a statement that takes one person, and note a change of theirs.
    async fn about(&self, person: PersonId, sql: &'static str) -> i64 {
        let mut tx = self.test.write().await;
        on!(&mut tx, |conn| query(sql).bind(person).bind(now()).execute(conn).await.map(drop))
            .expect("the statement runs");
        let seq = store::note_change(&mut tx, person, "person", now()).await.expect("noted");
        tx.commit().await.expect("kept");
        seq
    }

    /// What a comparison of index and database says, whoever holds the folder.
    async fn verified(&self) -> Verified {
        let place = place(&self.path());
        verify(&place, RULES, &self.test.db, |_| ()).await.expect("the database answers")
    }
}

async fn upsert(tx: &mut aiguillage::db::Tx, row: &Row) {
    let sql = "INSERT INTO cloud_record (id, cloud_key, cloud_id, instance, origin, person, fields,
            digest, claim, priority, state, changed_at, active_at, seen_at, signed_at)
        VALUES ($1, $2, $2, $3, 'push', $4, $5, $6, $7, $8, $9, $10, $10, $10, 0)
        ON CONFLICT (id) DO UPDATE SET fields = excluded.fields, state = excluded.state,
            person = excluded.person, claim = excluded.claim, priority = excluded.priority";
    let fields = row.colleague.fields();
    let digest = fields.digest().to_vec();
    on!(tx, |conn| query(sql)
        .bind(row.id)
        .bind(row.colleague.cloud_id())
        .bind(&row.colleague.server)
        .bind(row.person)
        .bind(Json(fields))
        .bind(digest)
        .bind(&row.claim)
        .bind(row.priority)
        .bind(row.state)
        .bind(now())
        .execute(conn)
        .await
        .map(drop))
    .expect("the record is kept");
}

pub(super) fn place(path: &Path) -> IndexPlace {
    IndexPlace { path: path.to_owned(), memory: 16 }
}

/// An index with its follower, both gone with their owner.
pub(super) struct Running {
    index: Index,
    follower: JoinHandle<std::convert::Infallible>,
}

/// The index of a register whose owner stopped. Threads of it may still be at work there, and a
/// program that another test starts at this moment holds its lock until it is itself.
async fn opened(register: &Register, rules: IndexRules) -> Index {
    let place = place(&register.path());
    let mut opened = Index::open(&place, rules);
    for _ in 0..1_000 {
        if !matches!(opened, Err(IndexError::InUse { .. })) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
        opened = Index::open(&place, rules);
    }
    opened.expect("the folder is free")
}

impl Running {
    /// Open the folder of a register and follow.
    async fn on(register: &Register) -> Self {
        let index = opened(register, RULES).await;
        let follower = follow(index.clone(), register.test.db.clone(), Clock::fixed(now()));
        Self { follower: tokio::spawn(follower), index }
    }

    /// Wait until searches show change `seq`.
    async fn shows(&self, seq: i64) {
        self.index.wake();
        self.until(|index| index.state().ready && index.state().seq >= seq).await;
    }

    async fn until(&self, is_so: impl Fn(&Index) -> bool) {
        for _ in 0..6_000 {
            if is_so(&self.index) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("it never came so far: {:?}", self.index.state());
    }

    /// Cloud ids of whoever is found.
    fn find(&self, text: &str) -> Vec<String> {
        let query = Query { text: text.to_owned(), limit: 50, ..Query::default() };
        let hits = self.index.search(&query).expect("the index is ready").hits;
        let ids = hits.iter().map(|hit| {
            let object: serde_json::Value = serde_json::from_slice(&hit.json).expect("JSON");
            object["federationId"].as_str().expect("an id").to_owned()
        });
        ids.collect()
    }

    /// Stop following and let the folder go.
    async fn stop(self) {
        self.follower.abort();
        let _ = self.follower.await;
    }
}
