//! Accounts: to make, to change, to try out.
use super::{account, fields, messages, scene, send, states, with};
use crate::peers::smtp::{MailServer, PASSWORD, USER};
use aiguillage::mail::store;
use aiguillage::on;

#[actix_web::test]
async fn a_test_message_arrives_protected_and_as_it_should_be() {
    let scene = scene().await;
    let server = MailServer::start("starttls", &scene.authority).await;
    let admin = scene.house.administrator().await;
    let page = account(&admin, &fields(&server, "starttls")).await;

    let fields = [("to", "chef@college.example")];
    let answer = admin.post_from(&page, &format!("{page}/test"), &fields).await;

    assert_eq!(answer.status, 200);
    assert!(answer.text.contains("Le compte fonctionne"), "{}", answer.text);
    let kept = server.kept();
    assert_eq!((&kept[0]["from"], &kept[0]["tls"]), (&USER.into(), &true.into()));
    assert_eq!(kept[0]["to"], serde_json::json!(["chef@college.example"]));
    let content = kept[0]["content"].as_str().expect("text");
    for line in [
        "Auto-Submitted: auto-generated",
        "Content-Language: fr",
        "Reply-To: secretariat@college.example",
        "Content-Type: multipart/alternative",
        "@localhost>",
    ] {
        assert!(content.contains(line), "{line} in {content}");
    }
    assert!(content.lines().all(|line| line.len() <= 998 && line.is_ascii()), "{content}");
    let text = content.find("text/plain").expect("a text");
    assert!(text < content.find("text/html").expect("HTML"), "text comes first");
    assert!(admin.get("/admin/mail").await.text.contains("en service"));
    assert_eq!(scene.house.last("mail.tested").await.reason, "ok");
}

#[actix_web::test]
async fn the_password_is_shown_nowhere_and_stays_when_it_is_not_typed_again() {
    let scene = scene().await;
    let server = MailServer::start("starttls", &scene.authority).await;
    let admin = scene.house.administrator().await;
    let page = account(&admin, &fields(&server, "starttls")).await;

    let changed = with(with(fields(&server, "starttls"), "password", ""), "name", "Autre nom");
    let pairs: Vec<_> = changed.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_eq!(admin.post_from(&page, &page, &pairs).await.status, 303);
    let tried = admin.post_from(&page, &format!("{page}/test"), &[]).await;

    assert!(tried.text.contains("Le compte fonctionne"), "{}", tried.text);
    assert!(tried.text.contains("Autre nom") && !tried.text.contains(PASSWORD));
    assert!(server.kept().is_empty(), "only the connection was tried");
    let mut tx = scene.house.db().read().await.expect("a transaction");
    let sql = "SELECT password FROM mail_account";
    let sealed: Vec<u8> =
        on!(&mut tx, |conn| sqlx::query_scalar(sql).fetch_one(conn).await).expect("sealed");
    assert!(!sealed.windows(9).any(|part| part == &PASSWORD.as_bytes()[..9]));
}

#[actix_web::test]
async fn a_wrong_password_stops_the_account_and_loses_nothing() {
    let scene = scene().await;
    let server = MailServer::start("starttls", &scene.authority).await;
    let admin = scene.house.administrator().await;
    let page = account(&admin, &with(fields(&server, "starttls"), "password", "wrong")).await;
    send(&scene.house, "alix@example.org").await;
    send(&scene.house, "zoe@example.org").await;

    scene.house.run_jobs().await;

    assert_eq!(&messages(&scene.house).await[0].state.as_str(), &"held");
    assert_eq!(&messages(&scene.house).await[1].state.as_str(), &"held");
    let list = admin.get("/admin/mail").await.text;
    assert!(list.contains("Le serveur refuse l’identifiant ou le mot de passe"), "{list}");
    assert_eq!(scene.house.last("mail.account_stopped").await.reason, "auth");
    assert!(server.kept().is_empty());

    let good = fields(&server, "starttls");
    let pairs: Vec<_> = good.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_eq!(admin.post_from(&page, &page, &pairs).await.status, 303);
    scene.house.run_jobs().await;

    let to: Vec<_> = server.kept().iter().map(|mail| mail["to"][0].to_string()).collect();
    for name in ["alix", "zoe", "chef"] {
        assert!(to.iter().any(|one| one.contains(name)), "{name}: {to:?}");
    }
    assert_eq!(states(&scene.house).await, "sent sent sent");
}

#[actix_web::test]
async fn mistakes_are_named_and_what_was_typed_stays() {
    let scene = scene().await;
    let server = MailServer::start("none", &scene.authority).await;
    let admin = scene.house.administrator().await;
    let bad = with(fields(&server, "starttls"), "from_address", "a@b.fr, c@d.fr");
    let pairs: Vec<_> = bad.iter().map(|(name, value)| (*name, value.as_str())).collect();

    let answer = admin.post_from("/admin/mail/new", "/admin/mail/new", &pairs).await;

    assert_eq!(answer.status, 422);
    assert!(answer.text.contains("Donnez une seule adresse") && answer.text.contains("c@d.fr"));
    let line = [("name", "x\r\ny"), ("from_address", "a@b.fr")];
    let answer = admin.post_from("/admin/mail/new", "/admin/mail/new", &line).await;
    assert_eq!(answer.status, 400, "a control character is refused as everywhere");
    let teacher = scene.house.sign_in("paul.hoarau").await;
    assert_eq!(teacher.get("/admin/mail").await.status, 403);
    assert_eq!(teacher.post_from("/sessions", "/admin/mail/new", &pairs).await.status, 403);
}

#[actix_web::test]
async fn an_account_that_is_removed_leaves_its_mail_to_the_usual_one() {
    let scene = scene().await;
    let server = MailServer::start("none", &scene.authority).await;
    let admin = scene.house.administrator().await;
    send(&scene.house, "alix@example.org").await;
    scene.house.run_jobs().await;
    assert_eq!(states(&scene.house).await, "held", "there is no account yet");
    let page = account(&admin, &with(fields(&server, "none"), "is_on", "")).await;
    scene.house.run_jobs().await;
    assert_eq!(states(&scene.house).await, "held", "it is switched off");

    assert_eq!(admin.post_from(&page, &format!("{page}/remove"), &[]).await.status, 303);
    account(&admin, &fields(&server, "none")).await;
    scene.house.run_jobs().await;

    assert_eq!(states(&scene.house).await, "sent");
    assert_eq!(admin.get(&page).await.status, 404);
}

#[actix_web::test]
async fn a_password_goes_nowhere_else_unless_it_is_typed_again() {
    let scene = scene().await;
    let server = MailServer::start("starttls", &scene.authority).await;
    let elsewhere = MailServer::start("none", &scene.authority).await;
    let admin = scene.house.administrator().await;
    let page = account(&admin, &fields(&server, "starttls")).await;
    let other_port = elsewhere.port.to_string();
    let untyped = with(fields(&server, "starttls"), "password", "");
    let changes = [("host", "127.0.0.1"), ("port", &other_port), ("tls", "none"), ("user", "x")];
    for (name, value) in changes {
        let changed = with(with(untyped.clone(), name, value), "from_name", "Autre");
        let pairs: Vec<_> = changed.iter().map(|(name, value)| (*name, value.as_str())).collect();

        let answer = admin.post_from(&page, &page, &pairs).await;

        assert_eq!(answer.status, 422, "{name}");
        assert!(answer.text.contains("E-MAIL-PASSWORD"), "{name}: {}", answer.text);
        assert!(answer.text.contains("value=\"Autre\""), "what was typed stays: {}", answer.text);
        let told = scene.house.last("mail.account_changed").await;
        assert_eq!((told.outcome.as_str(), told.reason.as_str()), ("refused", "E-MAIL-PASSWORD"));
    }
    let kept = admin.get(&page).await.text;
    assert!(kept.contains(&format!("value=\"{}\"", server.port)) && !kept.contains("Autre"));
    let moved = with(with(fields(&server, "starttls"), "port", &other_port), "tls", "none");
    let pairs: Vec<_> = moved.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_eq!(admin.post_from(&page, &page, &pairs).await.status, 303, "it was typed again");
}

#[actix_web::test]
async fn an_account_that_was_changed_meanwhile_is_not_said_to_work() {
    let scene = scene().await;
    let server = MailServer::start("starttls", &scene.authority).await;
    let admin = scene.house.administrator().await;
    let page = account(&admin, &fields(&server, "starttls")).await;
    let mut tx = scene.house.db().read().await.expect("a transaction");
    let tried = store::default_account(&mut tx).await.expect("read").expect("an account");
    drop(tx);
    scene.house.wait(chrono::Duration::seconds(1));
    let wrong = with(fields(&server, "starttls"), "password", "wrong");
    let pairs: Vec<_> = wrong.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_eq!(admin.post_from(&page, &page, &pairs).await.status, 303);

    let mut tx = scene.house.db().write().await.expect("a transaction");
    assert!(!store::mark_ok(&mut tx, &tried).await.expect("asked"));
    let now = store::default_account(&mut tx).await.expect("read").expect("an account");
    assert!(store::mark_ok(&mut tx, &now).await.expect("asked"), "only what was tried");
}
