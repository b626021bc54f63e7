//! The change log, and writers who write at once.
use super::{TestDb, now, person};
use aiguillage::identity::{PersonId, store};
use futures_util::future::join_all;

#[actix_web::test]
async fn changes_are_read_in_order_behind_a_number() {
    let test = TestDb::open().await;
    let (one, two) = (PersonId::new(), PersonId::new());
    let mut tx = test.write().await;
    assert_eq!(store::note_change(&mut tx, one, "person", now()).await.unwrap(), 1);
    assert_eq!(store::note_change(&mut tx, two, "affiliation", now()).await.unwrap(), 2);
    assert_eq!(store::note_change(&mut tx, one, "person", now()).await.unwrap(), 3);
    tx.commit().await.unwrap();

    let mut tx = test.read().await;
    let after = store::changes_after(&mut tx, 1, 10).await.unwrap();
    let seen: Vec<_> = after.iter().map(|c| (c.seq, PersonId(c.entity), c.kind.as_str())).collect();
    assert_eq!(seen, [(2, two, "affiliation"), (3, one, "person")]);
    assert_ne!(after[0].change_id, after[1].change_id);
    assert_eq!(store::changes_after(&mut tx, 0, 2).await.unwrap().len(), 2);
    assert!(store::changes_after(&mut tx, 3, 10).await.unwrap().is_empty());
}

#[actix_web::test]
async fn eight_writers_leave_no_gap_even_when_some_give_up() {
    let test = TestDb::open().await;
    let writer = |number: usize| {
        let db = test.db.clone();
        async move {
            for round in 0..10 {
                let mut tx = db.write().await.unwrap();
                store::insert_person(&mut tx, &person("x"), now()).await.unwrap();
                store::note_change(&mut tx, PersonId::new(), "person", now()).await.unwrap();
                if (number + round).is_multiple_of(3) {
                    drop(tx);
                } else {
                    tx.commit().await.unwrap();
                }
            }
        }
    };
    let writers: Vec<_> = (0..8).map(|n| tokio::spawn(writer(n))).collect();
    for done in join_all(writers).await {
        done.unwrap();
    }

    let mut tx = test.read().await;
    let seqs: Vec<_> =
        store::changes_after(&mut tx, 0, 1000).await.unwrap().iter().map(|c| c.seq).collect();
    let people = store::count_people(&mut tx).await.unwrap();
    assert_eq!(seqs, (1..=people).collect::<Vec<_>>());
    assert!(people > 40, "{people}");
}

#[actix_web::test]
async fn a_reader_sees_what_was_committed_while_a_writer_is_at_work() {
    let test = TestDb::open().await;
    let mut writer = test.write().await;
    store::insert_person(&mut writer, &person("x"), now()).await.unwrap();

    assert_eq!(store::count_people(&mut test.read().await).await.unwrap(), 0);
    writer.commit().await.unwrap();
    assert_eq!(store::count_people(&mut test.read().await).await.unwrap(), 1);
}

#[actix_web::test]
async fn a_second_writer_waits_for_the_first() {
    let test = TestDb::open().await;
    let mut first = test.write().await;
    store::note_change(&mut first, PersonId::new(), "person", now()).await.unwrap();
    let db = test.db.clone();
    let second = tokio::spawn(async move {
        let mut tx = db.write().await.unwrap();
        let seq = store::note_change(&mut tx, PersonId::new(), "person", now()).await.unwrap();
        tx.commit().await.unwrap();
        seq
    });
    tokio::task::yield_now().await;
    assert!(!second.is_finished());

    first.commit().await.unwrap();

    assert_eq!(second.await.unwrap(), 2);
}
