//! What a house stands on before its first start: tables and keys, made once and copied.
use super::{MORNING, Setup, configure, ready_made_key};
use crate::peers::postgres::Database;
use crate::proof;
use aiguillage::config::Config;
use aiguillage::db::Db;
use aiguillage::keys::{self, MasterKey, Purpose, State};
use chrono::{DateTime, Utc};
use std::fs;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;
use tokio::sync::OnceCell;

/// Where the database of a house without PostgreSQL is.
const DATABASE: &str = "house.db";
/// Who seals its keys.
const MASTER: &str = "keys/master.key";

/// The files of a house that was never opened.
struct Files {
    database: Vec<u8>,
    master: Vec<u8>,
}

/// Keys that are there from the beginning: making them takes seconds.
pub(super) async fn lay(setup: &Setup, config: &Config, folder: &Path, now: DateTime<Utc>) {
    static MADE: OnceCell<Files> = OnceCell::const_new();
    let is_usual = !setup.real_time && !setup.without_proof_keys;
    if !is_usual || Database::server().is_some() {
        return give_keys(config, now, setup.without_proof_keys).await;
    }
    let files = MADE.get_or_init(make).await;
    fs::write(folder.join(DATABASE), &files.database).expect("the folder is ours");
    fs::create_dir_all(folder.join("keys")).expect("the folder is ours");
    let mut master = fs::OpenOptions::new();
    let master = master.write(true).create_new(true).mode(0o400).open(folder.join(MASTER));
    master.expect("the folder is ours").write_all(&files.master).expect("written");
}

async fn make() -> Files {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let config = configure(&Setup::default(), folder.path(), 1, None);
    give_keys(&config, MORNING.parse().expect("a time"), false).await;
    let read = |name: &str| fs::read(folder.path().join(name)).expect("it was made");
    Files { database: read(DATABASE), master: read(MASTER) }
}

async fn give_keys(config: &Config, now: DateTime<Utc>, without_proof: bool) {
    let db = Db::open(&config.database).await.expect("the database opens");
    db.migrate().await.expect("the tables are made");
    let master = MasterKey::open_or_make(&config.files.keys).expect("a master key");
    let mut all = vec![(Purpose::Saml, ready_made_key("idp"))];
    if !without_proof {
        all.push((Purpose::Presence, proof::ready_made("enc")));
        all.push((Purpose::Certificate, proof::ready_made("sig")));
    }
    for (purpose, key) in all {
        let kept = keys::add(&db, &master, purpose, now, || Ok(key)).await;
        assert_eq!(kept.expect("the key is kept"), State::Current);
    }
    db.close().await;
}
