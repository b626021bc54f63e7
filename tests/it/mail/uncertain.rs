//! Messages of which nobody knows whether they arrived.
use super::{again, messages, send, states, working};
use aiguillage::mail::store;
use aiguillage::on;
use chrono::Duration;

#[actix_web::test]
async fn what_may_have_arrived_is_not_sent_again_by_itself() {
    let (scene, server) = working().await;
    send(&scene.house, "vanish@x.example").await;
    scene.house.run_jobs().await;
    scene.house.wait(Duration::days(2));
    scene.house.run_jobs().await;

    assert_eq!(messages(&scene.house).await[0].state.as_str(), "uncertain");
    let to = |to: &str| server.kept().iter().filter(|mail| mail["to"][0] == to).count();
    assert_eq!(to("vanish@x.example"), 1);
    assert_eq!(to("chef@college.example"), 1);
}

#[actix_web::test]
async fn a_message_whose_node_died_before_the_final_reply_waits_for_a_person() {
    let (scene, server) = working().await;
    send(&scene.house, "alix@x.example").await;
    let mail = messages(&scene.house).await[0].id;
    let mut tx = scene.house.db().write().await.expect("a transaction");
    store::begin(&mut tx, mail).await.expect("kept");
    tx.commit().await.expect("kept");

    scene.house.run_jobs().await;
    assert_eq!(states(&scene.house).await, "uncertain");
    // The same once more: the node died again, between the message's row and that of its job.
    let mut tx = scene.house.db().write().await.expect("a transaction");
    let sql = "UPDATE job SET state = 'waiting', finished_at = NULL WHERE kind = 'mail.send'";
    on!(&mut tx, |conn| sqlx::query(sql).execute(conn).await.map(drop)).expect("changed");
    tx.commit().await.expect("kept");
    for _ in 0..3 {
        scene.house.run_jobs().await;
        scene.house.wait(Duration::days(2));
    }

    assert_eq!(states(&scene.house).await, "uncertain");
    assert!(server.kept().is_empty());
    again(&scene.house, mail).await;
    scene.house.run_jobs().await;
    assert_eq!(states(&scene.house).await, "sent");
    assert_eq!(server.kept().len(), 1);
}
