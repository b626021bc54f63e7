//! Wrong passwords as a directory counts them.
use super::{TestDb, now};
use aiguillage::identity::store::{count_bind, forgive_binds, last_bind_failure, uncount_bind};
use chrono::{DateTime, Duration, Utc};
use futures_util::future::join_all;

/// Count one more try; whether it may be made.
async fn counted(test: &TestDb, entry: &[u8], allowed: i64, at: DateTime<Utc>) -> bool {
    let mut tx = test.write().await;
    let anew = at - Duration::minutes(15);
    let done = count_bind(&mut tx, entry, (allowed, anew), at).await.expect("a table");
    tx.commit().await.expect("kept");
    done
}

#[actix_web::test]
async fn as_many_tries_are_made_as_are_allowed() {
    let test = TestDb::open().await;
    let minutes = |n| now() + Duration::minutes(n);
    assert!(counted(&test, b"alix", 2, minutes(0)).await);
    assert!(counted(&test, b"alix", 2, minutes(14)).await);
    assert!(!counted(&test, b"alix", 2, minutes(15)).await, "the first still counts");
    assert!(counted(&test, b"alix", 3, minutes(16)).await, "a known browser");
    assert!(counted(&test, "zoé".as_bytes(), 2, minutes(16)).await, "somebody else");

    let last = last_bind_failure(&mut test.read().await, b"alix").await.expect("a table");
    assert_eq!(last, Some(minutes(16)), "what was not allowed was not counted");
    assert!(!counted(&test, b"alix", 3, minutes(30)).await);
    assert!(counted(&test, b"alix", 2, minutes(31)).await, "the directory begins anew");
    assert!(counted(&test, b"alix", 2, minutes(31)).await);
}

#[actix_web::test]
async fn a_good_try_forgives_and_one_never_made_is_taken_back() {
    let test = TestDb::open().await;
    for _ in 0..2 {
        assert!(counted(&test, b"alix", 2, now()).await);
    }
    let mut tx = test.write().await;
    uncount_bind(&mut tx, b"alix").await.expect("a table");
    tx.commit().await.expect("kept");
    assert!(counted(&test, b"alix", 2, now()).await);
    assert!(!counted(&test, b"alix", 2, now()).await);

    let mut tx = test.write().await;
    forgive_binds(&mut tx, b"alix", now() - Duration::minutes(15)).await.expect("a table");
    tx.commit().await.expect("kept");
    assert!(counted(&test, b"alix", 2, now()).await);
}

#[actix_web::test]
async fn tries_at_once_are_not_more() {
    let test = TestDb::open().await;
    let tries = (0..12).map(|_| counted(&test, b"alix", 3, now()));
    let made = join_all(tries).await.into_iter().filter(|made| *made).count();
    assert_eq!(made, 3);
}
