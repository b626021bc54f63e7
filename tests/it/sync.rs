//! People kept in step with lists and directories, on the database of this run.
mod files;
mod killed;
mod ldap;
mod linked;
mod locks;
mod mariadb;
mod page;
mod sql;
mod town;

use crate::store::{TestDb, now};
use aiguillage::app::sync_engine;
use aiguillage::audit::{self, Record, Search};
use aiguillage::clock::Clock;
use aiguillage::config::Config;
use aiguillage::demo::colleagues::Colleague;
use aiguillage::identity::store::{self, StoredAccount};
use aiguillage::sync::{
    Change, Counts, Engine, Finished, Mode, Order, Progress, Rejected, SyncError, SyncedSource,
};
use chrono::Duration;
use std::fmt::Write as _;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use tempfile::TempDir;

/// A database, sources, and a clock that goes on by a minute with each run.
struct Office {
    test: TestDb,
    folder: TempDir,
    clock: Clock,
    engine: Engine,
    sources: Vec<SyncedSource>,
}

impl Office {
    /// With these sections; `{folder}` stands for its own folder.
    async fn open(sections: &str) -> Self {
        let test = TestDb::open().await;
        let folder = tempfile::tempdir().expect("a temporary folder");
        let clock = Clock::fixed(now());
        let (engine, sources) = engine(&test, &folder, &clock, sections);
        Self { test, folder, clock, engine, sources }
    }

    /// The same office after somebody changed the configuration.
    fn reopen(&mut self, sections: &str) {
        (self.engine, self.sources) = engine(&self.test, &self.folder, &self.clock, sections);
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) {
        fs::write(self.path(name), text).expect("the folder is ours");
    }

    fn source(&self, name: &str) -> &SyncedSource {
        let found = self.sources.iter().find(|source| source.name == name);
        found.expect("a source of this test")
    }

    /// Read everybody; whatever comes of it.
    async fn try_run(
        &self,
        source: &str,
        order: &Order,
    ) -> (Result<Finished, SyncError>, Vec<Rejected>) {
        self.clock.advance(Duration::minutes(1));
        let mut told = Vec::new();
        let mut report = |rejected: &Rejected| told.push(rejected.clone());
        let progress = Progress::default();
        let done = self.engine.run(self.source(source), order, &progress, &mut report).await;
        (done, told)
    }

    /// Read everybody.
    async fn run(&self, source: &str) -> Finished {
        self.try_run(source, &order()).await.0.unwrap_or_else(|error| panic!("{error:?}"))
    }

    async fn counts(&self, source: &str) -> [u64; 6] {
        brief(&self.run(source).await.counts)
    }

    async fn account(&self, source: &str, id: &str) -> StoredAccount {
        let mut tx = self.test.read().await;
        let account = store::account_by_source_id(&mut tx, source, id).await;
        account.expect("the database answers").unwrap_or_else(|| panic!("nobody is {id}"))
    }

    /// People, and the number of the newest change.
    async fn kept(&self) -> (i64, i64) {
        let mut tx = self.test.read().await;
        let people = store::count_people(&mut tx).await.expect("the database answers");
        let newest = store::newest_change(&mut tx).await.expect("the database answers");
        (people, newest.map_or(0, |change| change.seq))
    }

    async fn audit(&self, event: &str) -> Vec<Record> {
        let search = Search { event: event.to_owned(), limit: 1_000, ..Search::default() };
        let mut tx = self.test.read().await;
        audit::search(&mut tx, &search).await.expect("the database answers")
    }
}

fn engine(
    test: &TestDb,
    folder: &TempDir,
    clock: &Clock,
    sections: &str,
) -> (Engine, Vec<SyncedSource>) {
    let secret = folder.path().join("reader");
    fs::write(&secret, "lecteur").expect("the folder is ours");
    fs::set_permissions(&secret, Permissions::from_mode(0o600)).expect("the file is ours");
    let sections = sections.replace("{folder}", &folder.path().display().to_string());
    let ini = format!("[http]\npublic_url = http://localhost:8080\n{sections}");
    let path = folder.path().join("aiguillage.ini");
    let config = Config::read(&path, ini.as_bytes(), &|_| None);
    let (config, _) = config.unwrap_or_else(|findings| panic!("{findings:?}"));
    sync_engine(&config, &test.db, clock).expect("sources that can be read")
}

fn order() -> Order {
    Order { mode: Mode::Full, dry_run: false, force: false, asked_by: "command".to_owned() }
}

/// Appeared, changed, returned, unchanged, vanished, rejected.
fn brief(counts: &Counts) -> [u64; 6] {
    let Counts { appeared, changed, returned, unchanged, vanished, rejected, .. } = *counts;
    [appeared, changed, returned, unchanged, vanished, rejected]
}

/// People of a school by number, as a list of columns.
pub(crate) fn list(people: impl IntoIterator<Item = u64>) -> String {
    let mut list = "login;prenom;nom;courriel;etablissement;profil\n".to_owned();
    for n in people {
        let Colleague { login, given, surname, mail, .. } = Colleague::of(n);
        let _ = writeln!(list, "{login};{given};{surname};{mail};9740091F;National_ENS");
    }
    list
}

const LIST: &str = "[source:staff]\nkind = csv\nrole = agents\npriority = 5\n\
    path = {folder}/staff.csv\nattr.uid = login\nattr.sn = nom\nattr.givenName = prenom\n\
    attr.displayName = join(' ', prenom, nom)\nattr.mail = lower(courriel)\n\
    attr.rne = upper(etablissement)\nattr.ENTPersonProfils = profil\n";
