//! Everything that is kept: each store function on the database of this run, SQLite or the
//! PostgreSQL that `TEST_POSTGRES` names.
mod arrivals;
mod bind_failures;
mod chain;
mod changes;
mod grants;
mod keys;
mod links;
mod people;
mod readings;
mod record;
mod schema;
mod sessions;
mod sign_in;

use crate::peers::postgres::Database;
use aiguillage::db::{DatabaseSettings, Db, Tx};
use aiguillage::identity::{Account, Affiliation, Detail, Person, PersonId, Profile, Rne, store};
use chrono::{DateTime, Utc};
use std::path::Path;
use tempfile::TempDir;
use uuid::Uuid;

/// A database of one test, with the tables of this program.
pub(crate) struct TestDb {
    pub(crate) db: Db,
    folder: TempDir,
    postgres: Option<Database>,
}

impl TestDb {
    /// With tables.
    pub(crate) async fn open() -> Self {
        let open = Self::on(Database::ready().await).await;
        open.db.migrate().await.expect("the tables are made");
        open
    }

    /// Without tables.
    pub(crate) async fn empty() -> Self {
        Self::on(Database::fresh().await).await
    }

    async fn on(postgres: Option<Database>) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let settings = settings(postgres.as_ref(), folder.path());
        let db = Db::open(&settings).await.expect("the database opens");
        Self { db, folder, postgres }
    }

    /// What another process would open.
    pub(crate) fn settings(&self) -> DatabaseSettings {
        settings(self.postgres.as_ref(), self.folder.path())
    }

    /// The same as an address, from any folder.
    pub(crate) fn url(&self) -> String {
        let path = self.folder.path().join("test.db");
        self.postgres.as_ref().map_or(format!("sqlite:{}", path.display()), |p| p.url().to_owned())
    }

    pub(crate) async fn read(&self) -> Tx {
        self.db.read().await.expect("a transaction begins")
    }

    pub(crate) async fn write(&self) -> Tx {
        self.db.write().await.expect("a transaction begins")
    }

    /// Somebody of this name, with one account.
    pub(crate) async fn person(&self, name: &str, source: &str) -> (PersonId, Uuid) {
        let mut tx = self.write().await;
        let person = person(name);
        store::insert_person(&mut tx, &person, now()).await.expect("kept");
        let account = account(source, name);
        let account = store::insert_account(&mut tx, person.id, &account, 0, now()).await;
        tx.commit().await.expect("kept");
        (person.id, account.expect("kept"))
    }
}

fn settings(postgres: Option<&Database>, folder: &Path) -> DatabaseSettings {
    let url = postgres.map_or("sqlite:test.db", Database::url);
    DatabaseSettings::parse(url, folder).expect("an address of a database")
}

/// A moment with milliseconds, which every database must keep.
pub(crate) fn now() -> DateTime<Utc> {
    DateTime::from_timestamp_millis(1_795_337_012_345).expect("a time")
}

pub(crate) fn person(name: &str) -> Person {
    Person { id: PersonId::new(), display_name: name.to_owned(), mail: None }
}

pub(crate) fn account(source: &str, login: &str) -> Account {
    Account {
        source: source.to_owned(),
        source_id: login.to_owned(),
        login: login.to_owned(),
        attributes: [("displayName", login)].into_iter().collect(),
    }
}

pub(crate) fn affiliation(rne: &str, profile: Profile, source: &str) -> Affiliation {
    Affiliation {
        rne: Rne::parse(rne).expect("a school code"),
        profile,
        sources: vec![source.to_owned()],
        details: vec![Detail::Class("6°B « l'été »".to_owned())],
    }
}
