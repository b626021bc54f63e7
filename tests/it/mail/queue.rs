//! The way of a message to its final reply.
use super::{account, fields, letter, messages, post, scene, send, with, working};
use crate::peers::smtp::MailServer;
use chrono::Duration;

#[actix_web::test]
async fn an_act_is_told_once() {
    let (scene, server) = working().await;
    assert!(post(&scene.house, &letter("alix@example.org", "absence:1:1")).await);
    assert!(!post(&scene.house, &letter("alix@example.org", "absence:1:1")).await);
    assert!(post(&scene.house, &letter("alix@example.org", "absence:1:2")).await);

    scene.house.run_jobs().await;

    assert_eq!(server.kept().len(), 2);
    let ids: Vec<_> = messages(&scene.house).await.iter().map(|mail| mail.id.to_string()).collect();
    for (kept, id) in server.kept().iter().zip(ids) {
        assert!(kept["content"].as_str().expect("text").contains(&format!("<{id}@localhost>")));
    }
}

#[actix_web::test]
async fn what_is_put_off_for_a_day_is_given_up_and_can_be_sent_again() {
    let (scene, server) = working().await;
    send(&scene.house, "later@x.example").await;
    for _ in 0..30 {
        scene.house.run_jobs().await;
        scene.house.wait(Duration::hours(1));
    }
    let failed = messages(&scene.house).await.remove(0);
    assert_eq!(failed.state.as_str(), "failed");
    assert!(failed.reply.contains("450"), "{}", failed.reply);

    server.tell("patient");
    let admin = scene.house.administrator().await;
    let path = format!("/admin/mail/messages/{}/again", failed.id);
    assert_eq!(admin.post_from("/admin/mail", &path, &[]).await.status, 303);
    scene.house.run_jobs().await;

    assert_eq!(messages(&scene.house).await[0].state.as_str(), "sent");
    assert_eq!(admin.post_from("/admin/mail", &path, &[]).await.status, 409);
}

#[actix_web::test]
async fn test_mode_sends_everything_to_one_address() {
    let scene = scene().await;
    let server = MailServer::start("starttls", &scene.authority).await;
    let admin = scene.house.administrator().await;
    let fields = with(fields(&server, "starttls"), "redirect_to", "essai@college.example");
    account(&admin, &fields).await;
    send(&scene.house, "alix@x.example").await;

    scene.house.run_jobs().await;

    let kept = server.kept();
    assert_eq!(kept[0]["to"], serde_json::json!(["essai@college.example"]));
    assert!(kept[0]["content"].as_str().expect("text").contains("alix@x.example"));
}
