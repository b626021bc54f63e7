//! How much an account sends.
use super::{account, fields, scene, send, states, with};
use crate::peers::smtp::MailServer;
use chrono::Duration;

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
async fn two_who_send_at_once_keep_the_limit_together() {
    let scene = scene().await;
    let server = MailServer::start("starttls", &scene.authority).await;
    let admin = scene.house.administrator().await;
    account(&admin, &with(fields(&server, "starttls"), "per_minute", "1")).await;
    send(&scene.house, "alix@x.example").await;
    send(&scene.house, "zoe@x.example").await;
    server.tell("slow");
    let (here, there) = (scene.house.parts().runner(), scene.house.parts().runner());

    let (here, there) = tokio::join!(here.drain(), there.drain());

    here.and(there).expect("done");
    assert_eq!(server.kept().len(), 1, "{}", states(&scene.house).await);
    scene.house.wait(Duration::minutes(3));
    scene.house.run_jobs().await;
    assert_eq!(states(&scene.house).await, "sent sent");
}

#[actix_web::test]
async fn what_did_not_leave_is_not_counted() {
    let scene = scene().await;
    let server = MailServer::start("starttls", &scene.authority).await;
    let admin = scene.house.administrator().await;
    account(&admin, &with(fields(&server, "starttls"), "per_day", "1")).await;
    send(&scene.house, "later@x.example").await;
    scene.house.run_jobs().await;
    assert_eq!(states(&scene.house).await, "deferred");

    send(&scene.house, "alix@x.example").await;
    scene.house.run_jobs().await;

    assert_eq!(states(&scene.house).await, "deferred sent");
}
