//! Keys, sealed in the database and shared by the nodes.
use super::{TestDb, now};
use aiguillage::db::Db;
use aiguillage::keys::{
    KeyError, MasterKey, OpenKey, Purpose, RollError, State, add, list, load_or_make, random_key,
    retire, rotate,
};
use chrono::Duration;
use tempfile::TempDir;
use uuid::Uuid;

fn master() -> (TempDir, MasterKey) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let master = MasterKey::open_or_make(folder.path()).expect("a master key");
    (folder, master)
}

async fn cookie_key(db: &Db, master: &MasterKey) -> OpenKey {
    load_or_make(db, master, Purpose::Cookie, now(), random_key).await.expect("a key")
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

async fn states(test: &TestDb) -> Vec<State> {
    let rows = list(&mut test.read().await).await.expect("the keys");
    rows.iter().map(|row| State::of(row, &rows)).collect()
}

#[actix_web::test]
async fn a_new_key_waits_is_used_and_replaces_the_old_one() {
    let test = TestDb::open().await;
    let (_folder, master) = master();
    let first = cookie_key(&test.db, &master).await;
    let other = add(&test.db, &master, Purpose::Saml, now(), random_key).await.unwrap();
    assert_eq!(other, State::Current, "there was none");
    let second = add(&test.db, &master, Purpose::Cookie, now(), random_key).await.unwrap();
    assert_eq!(second, State::Waiting);
    assert_eq!(cookie_key(&test.db, &master).await.secret, first.secret);

    let id = rotate(&test.db, Purpose::Cookie, false, now()).await.unwrap();

    assert_ne!(cookie_key(&test.db, &master).await.secret, first.secret);
    assert_eq!(states(&test).await, [State::Current, State::Current, State::Replaced]);
    let rows = list(&mut test.read().await).await.unwrap();
    assert_eq!((rows[0].id, rows[0].used_since), (id, Some(now())));
    retire(&test.db, rows[2].id, now()).await.unwrap();
    assert_eq!(states(&test).await, [State::Current, State::Current, State::Retired]);
}

#[actix_web::test]
async fn what_would_leave_nothing_to_sign_with_is_refused() {
    let test = TestDb::open().await;
    let (_folder, master) = master();
    let none = rotate(&test.db, Purpose::Saml, true, now()).await.err();
    assert!(matches!(none, Some(RollError::NoneWaits("saml"))));
    add(&test.db, &master, Purpose::Saml, now(), random_key).await.unwrap();
    let id = list(&mut test.read().await).await.unwrap()[0].id;

    let used = retire(&test.db, id, now()).await.err();
    assert!(matches!(used, Some(RollError::InUse(same)) if same == id));
    let unknown = retire(&test.db, Uuid::now_v7(), now()).await.err();
    assert!(matches!(unknown, Some(RollError::Unknown(_))));

    add(&test.db, &master, Purpose::Saml, now(), random_key).await.unwrap();
    let rows = list(&mut test.read().await).await.unwrap();
    retire(&test.db, rows[0].id, now()).await.expect("one that waits may go");
    let gone = retire(&test.db, rows[0].id, now()).await.err();
    assert!(matches!(gone, Some(RollError::Unknown(_))));
}

#[actix_web::test]
async fn a_signing_key_is_published_for_fourteen_days_before_it_signs() {
    let test = TestDb::open().await;
    let (_folder, master) = master();
    for _ in 0..2 {
        add(&test.db, &master, Purpose::Saml, now(), random_key).await.unwrap();
    }
    let rotate_after = |days| rotate(&test.db, Purpose::Saml, false, now() + Duration::days(days));

    assert!(matches!(rotate_after(13).await, Err(RollError::TooEarly { .. })));
    rotate_after(14).await.unwrap();

    assert_eq!(states(&test).await, [State::Current, State::Replaced]);
}

#[actix_web::test]
async fn another_master_key_opens_nothing_and_makes_nothing() {
    let test = TestDb::open().await;
    let (_folder, master_key) = master();
    cookie_key(&test.db, &master_key).await;
    let (_other_folder, other) = master();

    let refused = load_or_make(&test.db, &other, Purpose::Cookie, now(), random_key).await.err();

    assert!(matches!(refused, Some(KeyError::Sealed)));
    assert_eq!(list(&mut test.read().await).await.unwrap().len(), 1);
}
