//! The way of a message to its final reply.
use super::{Scene, account, fields, letter, messages, post, scene, send, states, with};
use crate::peers::smtp::MailServer;
use aiguillage::mail::store;
use chrono::Duration;

/// A house whose account works.
async fn working() -> (Scene, MailServer) {
    let scene = scene().await;
    let server = MailServer::start("starttls", &scene.authority).await;
    account(&scene.house.administrator().await, &fields(&server, "starttls")).await;
    (scene, server)
}

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
async fn each_reply_has_its_consequence() {
    let (scene, server) = working().await;
    for to in ["bounce@x.example", "refuse@x.example", "later@x.example", "good@x.example"] {
        send(&scene.house, to).await;
    }
    scene.house.run_jobs().await;
    let first = states(&scene.house).await;
    assert!(first.starts_with("bounced failed deferred sent"), "{first}");
    let told = server.kept().iter().filter(|mail| mail["to"][0] == "chef@college.example").count();
    assert_eq!(told, 2, "administrators hear of each kind of trouble once a day");

    server.tell("patient");
    scene.house.wait(Duration::minutes(2));
    scene.house.run_jobs().await;

    assert_eq!(messages(&scene.house).await[2].state.as_str(), "sent");
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
async fn a_message_that_was_cut_off_on_its_way_is_uncertain() {
    let (scene, server) = working().await;
    send(&scene.house, "alix@x.example").await;
    let mail = messages(&scene.house).await[0].id;
    let mut tx = scene.house.db().write().await.expect("a transaction");
    let account = store::default_account(&mut tx).await.expect("read").expect("an account");
    store::begin(&mut tx, mail, account.id, scene.house.now()).await.expect("kept");
    tx.commit().await.expect("kept");

    scene.house.run_jobs().await;

    assert_eq!(states(&scene.house).await, "uncertain");
    assert!(server.kept().is_empty());
}

#[actix_web::test]
async fn limits_hold_and_everything_leaves_in_the_end() {
    let scene = scene().await;
    let server = MailServer::start("starttls", &scene.authority).await;
    let admin = scene.house.administrator().await;
    account(&admin, &with(fields(&server, "starttls"), "per_minute", "3")).await;
    for number in 0..8 {
        send(&scene.house, &format!("n{number}@x.example")).await;
    }

    scene.house.run_jobs().await;
    assert_eq!(server.kept().len(), 3);
    let mut before = 3;
    for _ in 0..20 {
        scene.house.wait(Duration::seconds(61));
        scene.house.run_jobs().await;
        let now = server.kept().len();
        assert!(now - before <= 3, "{now} after {before}");
        before = now;
    }
    assert_eq!(before, 8);
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

#[actix_web::test]
async fn an_address_that_bounced_twice_gets_nothing_more() {
    let (scene, server) = working().await;
    for about in ["1", "2", "3"] {
        post(&scene.house, &letter("bounce@x.example", about)).await;
        scene.house.run_jobs().await;
    }
    let own: Vec<_> = messages(&scene.house)
        .await
        .iter()
        .filter(|mail| mail.recipient == "bounce@x.example")
        .map(|mail| mail.state.as_str())
        .collect();
    assert_eq!(own, ["bounced", "bounced", "suppressed"]);
    assert_eq!(server.kept().len(), 1, "the administrators' message");
}

#[actix_web::test]
async fn a_sender_that_is_not_allowed_stops_the_account() {
    let (scene, server) = working().await;
    server.tell("refuse-sender");
    send(&scene.house, "alix@x.example").await;
    scene.house.run_jobs().await;
    assert_eq!(scene.house.last("mail.account_stopped").await.reason, "sender");

    server.forget("refuse-sender");
    scene.house.wait(Duration::minutes(11));
    scene.house.run_jobs().await;
    assert!(server.kept().is_empty(), "stopped until somebody mends it");

    let admin = scene.house.administrator().await;
    let list = admin.get("/admin/mail").await.text;
    let page = list.split("href=\"/admin/mail/accounts/").nth(1).expect("an account");
    let page = format!("/admin/mail/accounts/{}", page.split('"').next().expect("an id"));
    admin.post_from(&page, &format!("{page}/test"), &[]).await;
    scene.house.run_jobs().await;
    assert_eq!(messages(&scene.house).await[0].state.as_str(), "sent");
}

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
