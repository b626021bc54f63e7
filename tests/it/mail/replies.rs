//! What follows from what servers say.
use super::{account, fields, letter, messages, post, scene, send, states, with, working};
use crate::peers::smtp::MailServer;
use aiguillage::on;
use chrono::Duration;

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
async fn a_server_that_does_not_send_for_us_stops_the_account_and_blames_no_recipient() {
    let (scene, server) = working().await;
    send(&scene.house, "relay@x.example").await;
    scene.house.run_jobs().await;

    assert_eq!(messages(&scene.house).await[0].state.as_str(), "held");
    assert_eq!(scene.house.last("mail.account_stopped").await.reason, "relay");
    let shown = scene.house.administrator().await.get("/admin/mail").await.text;
    assert!(shown.contains("refuse de transmettre"), "{shown}");
    assert!(server.kept().is_empty());
}

#[actix_web::test]
async fn a_test_address_that_is_refused_stops_the_account_and_blames_no_recipient() {
    let scene = scene().await;
    let server = MailServer::start("starttls", &scene.authority).await;
    let admin = scene.house.administrator().await;
    let fields = with(fields(&server, "starttls"), "redirect_to", "bounce@college.example");
    account(&admin, &fields).await;
    send(&scene.house, "alix@x.example").await;

    scene.house.run_jobs().await;

    assert_eq!(messages(&scene.house).await[0].state.as_str(), "held");
    assert_eq!(scene.house.last("mail.account_stopped").await.reason, "redirect");
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
async fn whoever_sends_a_blocked_message_again_lifts_the_block() {
    let (scene, server) = working().await;
    for about in ["1", "2", "3"] {
        post(&scene.house, &letter("bounce@x.example", about)).await;
        scene.house.run_jobs().await;
    }
    let blocked = messages(&scene.house).await.remove(3);
    assert_eq!(blocked.state.as_str(), "suppressed");
    let shown = scene.house.administrator().await.get("/admin/mail").await.text;
    assert!(shown.contains("Lever le blocage et renvoyer"), "{shown}");

    server.tell("patient");
    super::again(&scene.house, blocked.id).await;
    scene.house.run_jobs().await;
    post(&scene.house, &letter("bounce@x.example", "4")).await;
    scene.house.run_jobs().await;

    let rows = messages(&scene.house).await;
    assert_eq!(rows[3].state.as_str(), "sent");
    assert_eq!(rows[4].state.as_str(), "sent", "and the next one leaves as well");
    let told = scene.house.last("mail.unsuppressed").await;
    assert!(told.fields.to_string().contains(&blocked.id.to_string()), "{told:?}");
}

#[actix_web::test]
async fn what_servers_say_stays_with_the_message_and_is_erased_with_it() {
    let (scene, server) = working().await;
    send(&scene.house, "bounce.martin@x.example").await;
    send(&scene.house, "relay.martin@x.example").await;
    scene.house.run_jobs().await;
    assert_eq!(states(&scene.house).await.split(' ').next(), Some("bounced"));
    assert!(messages(&scene.house).await[0].reply.contains("bounce.martin"), "it is kept there");

    let mut tx = scene.house.db().read().await.expect("a transaction");
    let sql = "SELECT last_error FROM job";
    let errors: Vec<String> =
        on!(&mut tx, |conn| sqlx::query_scalar(sql).fetch_all(conn).await).expect("rows");
    drop(tx);
    let audit = format!("{:?}", scene.house.audit("").await);
    assert!(audit.contains("mail.account_stopped"), "{audit}");
    for (place, told) in [("job", format!("{errors:?}")), ("audit", audit)] {
        for word in ["martin", "nobody of this name", "relaying"] {
            assert!(!told.contains(word), "{word} in {place}: {told}");
        }
    }
    drop(server);
}
