//! Keys, sealed in the database and shared by the nodes.
use super::{TestDb, now};
use aiguillage::db::Db;
use aiguillage::keys::{
    KeyError, MasterKey, OpenKey, Purpose, add, list, load_or_make, make_cookie_key, newest, retire,
};
use tempfile::TempDir;
use uuid::Uuid;

fn master() -> (TempDir, MasterKey) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let master = MasterKey::open_or_make(folder.path()).expect("a master key");
    (folder, master)
}

async fn cookie_key(db: &Db, master: &MasterKey) -> OpenKey {
    load_or_make(db, master, Purpose::Cookie, now(), make_cookie_key).await.expect("a key")
}

#[actix_web::test]
async fn a_key_is_made_once_and_opened_afterwards() {
    let test = TestDb::open().await;
    let (_folder, master) = master();

    let made = cookie_key(&test.db, &master).await;
    let again = cookie_key(&test.db, &master).await;

    assert_eq!(made.secret, again.secret);
    let rows = list(&mut test.read().await).await.unwrap();
    assert_eq!(rows.len(), 1);
    assert_eq!((rows[0].purpose.as_str(), rows[0].created_at), ("cookie", now()));
    assert!(!rows[0].sealed.windows(32).any(|bytes| bytes == made.secret.as_slice()));
}

#[actix_web::test]
async fn nodes_that_start_together_use_the_same_key() {
    let test = TestDb::open().await;
    let (_folder, master) = master();
    let second = Db::open(&test.settings()).await.unwrap();

    let (one, two, three) = tokio::join!(
        cookie_key(&test.db, &master),
        cookie_key(&second, &master),
        cookie_key(&test.db, &master)
    );

    assert_eq!(one.secret, two.secret);
    assert_eq!(one.secret, three.secret);
    assert_eq!(list(&mut test.read().await).await.unwrap().len(), 1);
    second.close().await;
}

#[actix_web::test]
async fn the_newest_key_in_use_counts() {
    let test = TestDb::open().await;
    let (_folder, master) = master();
    let first = cookie_key(&test.db, &master).await;
    add(&test.db, &master, Purpose::Cookie, now(), make_cookie_key).await.unwrap();
    add(&test.db, &master, Purpose::Saml, now(), make_cookie_key).await.unwrap();
    let mut tx = test.write().await;
    let rows = list(&mut tx).await.unwrap();
    assert_eq!(rows.len(), 3);
    let second = newest(&mut tx, Purpose::Cookie).await.unwrap().unwrap();
    assert_eq!(second.id, rows[1].id);

    assert!(retire(&mut tx, second.id, now()).await.unwrap());
    assert!(!retire(&mut tx, second.id, now()).await.unwrap());
    assert!(!retire(&mut tx, Uuid::now_v7(), now()).await.unwrap());
    tx.commit().await.unwrap();

    assert_eq!(cookie_key(&test.db, &master).await.secret, first.secret);
    let rows = list(&mut test.read().await).await.unwrap();
    assert_eq!(rows[1].retired_at, Some(now()));
}

#[actix_web::test]
async fn another_master_key_opens_nothing_and_makes_nothing() {
    let test = TestDb::open().await;
    let (_folder, master_key) = master();
    cookie_key(&test.db, &master_key).await;
    let (_other_folder, other) = master();

    let refused =
        load_or_make(&test.db, &other, Purpose::Cookie, now(), make_cookie_key).await.err();

    assert!(matches!(refused, Some(KeyError::Sealed)));
    assert_eq!(list(&mut test.read().await).await.unwrap().len(), 1);
}
