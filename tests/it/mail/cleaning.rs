//! What is forgotten, and what is not.
use super::{messages, send, working};
use aiguillage::jobs::store as jobs;
use aiguillage::mail::store::{self, MailId, MailRow, MailState};
use chrono::Duration;
use uuid::Uuid;

#[actix_web::test]
async fn what_messages_said_goes_after_a_month_and_the_rest_after_a_year() {
    let (scene, _server) = working().await;
    send(&scene.house, "alix@x.example").await;
    scene.house.run_jobs().await;
    scene.house.wait(Duration::days(32));
    scene.house.run_jobs().await;
    assert_eq!(messages(&scene.house).await[0].vars, None);

    scene.house.wait(Duration::days(350));
    scene.house.run_jobs().await;
    assert!(messages(&scene.house).await.is_empty());
}

#[actix_web::test]
async fn what_still_waits_keeps_what_it_says() {
    let (scene, _server) = working().await;
    let page = scene.house.administrator().await;
    let list = page.get("/admin/mail").await.text;
    let account = list.split("href=\"/admin/mail/accounts/").nth(1).expect("an account");
    let account = format!("/admin/mail/accounts/{}", account.split('"').next().expect("an id"));
    page.post_from(&account, &format!("{account}/remove"), &[]).await;
    send(&scene.house, "alix@x.example").await;
    scene.house.run_jobs().await;
    for _ in 0..3 {
        scene.house.wait(Duration::days(200));
        scene.house.run_jobs().await;
    }

    let waiting = messages(&scene.house).await.remove(0);
    assert_eq!(waiting.state, MailState::Held);
    assert!(waiting.vars.is_some(), "nothing is left to be sent");
}

#[actix_web::test]
async fn a_message_whose_job_was_forgotten_has_failed_and_may_be_sent_again() {
    let (scene, _server) = working().await;
    send(&scene.house, "alix@x.example").await;
    let admin = scene.house.administrator().await;
    let filter = jobs::Filter { kind: "mail.send".into(), limit: 9, ..jobs::Filter::default() };
    let mut tx = scene.house.db().read().await.expect("a transaction");
    let job = jobs::list(&mut tx, &filter).await.expect("jobs").remove(0);
    drop(tx);
    let forget = format!("/admin/jobs/{}/drop", job.id);
    assert_eq!(admin.post_from("/admin/jobs", &forget, &[]).await.status, 303);
    scene.house.run_jobs().await;
    assert_eq!(messages(&scene.house).await[0].state, MailState::Queued);

    scene.house.wait(Duration::days(2));
    scene.house.run_jobs().await;
    let failed = messages(&scene.house).await.remove(0);
    assert_eq!(failed.state, MailState::Failed);

    let admin = scene.house.administrator().await;
    let again = format!("/admin/mail/messages/{}/again", failed.id);
    assert_eq!(admin.post_from("/admin/mail", &again, &[]).await.status, 303);
    scene.house.run_jobs().await;
    assert_eq!(messages(&scene.house).await[0].state, MailState::Sent);
}

#[actix_web::test]
async fn a_large_outbox_is_forgotten_in_portions() {
    let (scene, _server) = working().await;
    send(&scene.house, "alix@x.example").await;
    scene.house.run_jobs().await;
    let sent = messages(&scene.house).await.remove(0);
    let mut tx = scene.house.db().write().await.expect("a transaction");
    for number in 0..1_200 {
        let mail = MailRow { id: MailId(Uuid::now_v7()), ..sent.clone() };
        store::insert(&mut tx, &mail, &format!("old:{number}")).await.expect("kept");
    }
    tx.commit().await.expect("kept");
    scene.house.wait(Duration::days(400));

    scene.house.run_jobs().await;

    assert!(messages(&scene.house).await.is_empty());
    let told = scene.house.audit("retention.cleaned").await;
    let portions: Vec<_> = told.iter().filter(|row| row.reason == "mail").collect();
    let rows: Vec<_> = portions.iter().map(|row| row.fields["rows"].as_u64()).collect();
    assert_eq!(rows, [Some(1_000), Some(201)]);
}
