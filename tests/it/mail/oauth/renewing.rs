//! Tokens that end, and what becomes of the mail meanwhile.
use super::{begin, stage};
use crate::mail::{account, fields, messages, send, states, with};
use crate::peers::odd_provider::Say;
use crate::peers::smtp::MailServer;
use aiguillage::mail::store;
use chrono::Duration;
use futures_util::future::join_all;

#[actix_web::test]
async fn twenty_that_send_at_once_ask_for_one_new_token() {
    let stage = stage().await;
    let admin = stage.house().administrator().await;
    stage.connected(&admin, "access-1", "refresh-1").await;
    stage.house().wait(Duration::hours(2));
    stage.server.take_tokens(&["access-2"]);
    stage.provider.will("/token", [Say::tokens("access-2", Some("refresh-2"))]);
    for number in 0..20 {
        send(stage.house(), &format!("n{number}@x.example")).await;
    }

    let runner = stage.house().parts().runner();
    let all = join_all((0..20).map(|_| runner.drain()));
    // Who had to wait too long for the database comes back after a minute.
    drop(all.await);
    stage.house().wait(Duration::minutes(2));
    stage.house().run_jobs().await;

    let told = stage.provider.told("/token");
    assert_eq!(told.len(), 2, "connecting, and once more");
    assert_eq!(told[1].fields["grant_type"], "refresh_token");
    assert_eq!(told[1].fields["refresh_token"], "refresh-1");
    assert_eq!(told[1].fields["scope"], "mail offline_access");
    let left = states(stage.house()).await;
    assert_eq!(stage.server.kept().len(), 20, "{left}");
}

#[actix_web::test]
async fn each_new_refresh_token_takes_the_place_of_the_old_one() {
    let stage = stage().await;
    let admin = stage.house().administrator().await;
    stage.connected(&admin, "access-1", "refresh-1").await;
    let new =
        [("access-2", Some("refresh-2")), ("access-3", None), ("access-4", Some("refresh-4"))];
    stage.provider.will("/token", new.map(|(access, refresh)| Say::tokens(access, refresh)));
    stage.server.take_tokens(&["access-2", "access-3", "access-4"]);
    for number in 0..3 {
        stage.house().wait(Duration::minutes(56));
        send(stage.house(), &format!("n{number}@x.example")).await;
        stage.house().run_jobs().await;
    }
    let told = stage.provider.told("/token");
    let shown: Vec<_> =
        told[1..].iter().map(|told| told.fields["refresh_token"].as_str()).collect();
    assert_eq!(shown, ["refresh-1", "refresh-2", "refresh-2"]);
    assert_eq!(stage.server.kept().len(), 3);
}

#[actix_web::test]
async fn a_token_that_is_refused_in_the_middle_is_renewed_once_and_nothing_is_lost() {
    let stage = stage().await;
    let admin = stage.house().administrator().await;
    stage.connected(&admin, "access-1", "refresh-1").await;
    for number in 0..3 {
        send(stage.house(), &format!("a{number}@x.example")).await;
    }
    stage.house().run_jobs().await;
    stage.server.take_tokens(&["access-2"]);
    stage.provider.will("/token", [Say::tokens("access-2", Some("refresh-2"))]);
    for number in 0..5 {
        send(stage.house(), &format!("b{number}@x.example")).await;
    }
    stage.house().run_jobs().await;

    assert_eq!(stage.provider.told("/token").len(), 2);
    assert_eq!(stage.server.kept().len(), 8);
    assert_eq!(stage.standing().await, "Ok");
    assert!(states(stage.house()).await.split(' ').all(|state| state == "sent"));
}

#[actix_web::test]
async fn a_consent_that_ended_holds_the_mail_and_another_account_tells_of_it() {
    let stage = stage().await;
    let admin = stage.house().administrator().await;
    let page = stage.connected(&admin, "access-1", "refresh-1").await;
    let other = MailServer::start("starttls", &stage.scene.authority).await;
    let second = with(fields(&other, "starttls"), "name", "Secrétariat");
    account(&admin, &second).await;
    stage.house().wait(Duration::hours(2));
    stage.provider.will("/token", [Say::error(400, "invalid_grant")]);
    for number in 0..5 {
        send(stage.house(), &format!("n{number}@x.example")).await;
    }
    for _ in 0..4 {
        stage.house().run_jobs().await;
        stage.house().wait(Duration::minutes(11));
    }

    assert_eq!(stage.provider.told("/token").len(), 2, "it is not asked again");
    assert_eq!(stage.standing().await, "NeedsReauth");
    assert_eq!(stage.house().last("mail.account_stopped").await.reason, "invalid_grant");
    let held = messages(stage.house()).await;
    assert_eq!(held.iter().filter(|mail| mail.state.as_str() == "held").count(), 5);
    let told: Vec<_> = other.kept().iter().map(|mail| mail["to"][0].to_string()).collect();
    assert_eq!(told, ["\"chef@college.example\""]);
    let admin = stage.house().administrator().await;
    let list = admin.get("/admin/mail").await.words();
    assert!(list.contains("n’accepte plus l’accord donné au compte"), "{list}");

    stage.server.take_tokens(&["access-3"]);
    stage.provider.will("/device", [Say::code("EEEE-FFFF")]);
    stage.provider.will("/token", [Say::tokens("access-3", Some("refresh-3"))]);
    begin(&admin, &page).await;
    stage.house().run_jobs().await;
    stage.house().wait(Duration::seconds(5));
    stage.house().run_jobs().await;
    assert_eq!(stage.server.kept().len(), 5, "every one of them left");
    assert_eq!(stage.standing().await, "Ok");
}

#[actix_web::test]
async fn a_provider_that_does_not_answer_is_waited_for() {
    let stage = stage().await;
    let admin = stage.house().administrator().await;
    stage.connected(&admin, "access-1", "refresh-1").await;
    stage.house().wait(Duration::minutes(56));
    let bad = || Say::Text(502, "X-Odd: no", "<html>".into());
    stage.provider.will("/token", [bad()]);
    send(stage.house(), "early@x.example").await;
    stage.house().run_jobs().await;
    assert_eq!(stage.server.kept().len(), 1, "the old token is good for some minutes more");

    stage.house().wait(Duration::minutes(10));
    let slow = Say::Text(429, "Retry-After: 100", String::new());
    stage.provider.will("/token", [Say::Nothing, slow]);
    stage.provider.will("/token", [Say::tokens("access-2", None)]);
    stage.server.take_tokens(&["access-2"]);
    send(stage.house(), "late@x.example").await;
    let mut asked_at = Vec::new();
    for second in 0..140 {
        let before = stage.provider.told("/token").len();
        stage.house().run_jobs().await;
        if stage.provider.told("/token").len() > before {
            asked_at.push(second);
        }
        stage.house().wait(Duration::seconds(1));
    }
    assert_eq!(asked_at, [0, 10, 110], "it failed once before; later the provider says when");
    assert_eq!(stage.server.kept().len(), 2);
    assert_eq!(stage.standing().await, "Ok");
}

#[actix_web::test]
async fn tokens_are_renewed_at_night_and_a_dead_one_is_found_before_the_morning() {
    let stage = stage().await;
    let admin = stage.house().administrator().await;
    stage.connected(&admin, "access-1", "refresh-1").await;
    stage.provider.will("/token", [Say::tokens("access-2", Some("refresh-2"))]);
    stage.house().wait(Duration::hours(23));
    stage.house().run_jobs().await;
    assert_eq!(stage.provider.told("/token").len(), 2, "nobody sent anything");

    stage.provider.will("/token", [Say::error(401, "invalid_client")]);
    stage.house().wait(Duration::hours(24));
    stage.house().run_jobs().await;
    assert_eq!(stage.standing().await, "NeedsReauth");
    let admin = stage.house().administrator().await;
    let said = admin.get("/admin/mail").await.words();
    assert!(said.contains("Le secret a peut-être expiré"), "{said}");
}

#[actix_web::test]
async fn who_disconnects_gives_the_tokens_back_and_nothing_is_left_of_them() {
    let stage = stage().await;
    let admin = stage.house().administrator().await;
    let page = stage.connected(&admin, "access-1", "refresh-1").await;
    let connect = format!("{page}/connect");
    stage.provider.will("/revoke", [Say::Text(200, "X-Odd: no", String::new())]);

    let answer = admin.post_from(&connect, &format!("{page}/disconnect"), &[]).await;

    assert_eq!((answer.status, answer.location()), (303, connect.as_str()));
    assert_eq!(stage.provider.told("/revoke")[0].fields["token"], "refresh-1");
    assert_eq!(stage.standing().await, "Incomplete");
    let mut tx = stage.house().db().read().await.expect("a transaction");
    assert!(store::tokens(&mut tx).await.expect("read").is_empty());
    drop(tx);
    send(stage.house(), "alix@x.example").await;
    stage.house().run_jobs().await;
    assert_eq!(states(stage.house()).await, "held");
}

#[actix_web::test]
async fn tokens_go_when_the_account_is_pointed_elsewhere() {
    let stage = stage().await;
    let admin = stage.house().administrator().await;
    let page = stage.connected(&admin, "access-1", "refresh-1").await;
    let same = with(stage.fields("oauth_device"), "name", "Autre nom");
    let pairs: Vec<_> = same.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let saved = admin.post_from(&page, &page, &pairs).await;
    assert_eq!((saved.status, saved.location()), (303, page.as_str()));
    assert_eq!(stage.standing().await, "Untested");
    let mut tx = stage.house().db().read().await.expect("a transaction");
    let token = store::tokens(&mut tx).await.expect("read").remove(0);
    drop(tx);

    for (name, value) in [
        ("host", "smtp.evil.example"),
        ("port", "2525"),
        ("tls", "implicit"),
        ("user", "autre@college.example"),
        ("token_endpoint", "https://evil.example/t"),
        ("device_endpoint", "https://evil.example/d"),
        ("revocation_endpoint", "https://evil.example/r"),
    ] {
        admin.post_from(&page, &page, &pairs).await;
        let mut tx = stage.house().db().write().await.expect("a transaction");
        store::put_token(&mut tx, &token).await.expect("kept");
        tx.commit().await.expect("kept");
        admin.post_from(&page, &page, &pairs).await;
        assert_eq!(stage.standing().await, "Untested", "before {name}");
        let changed = with(stage.fields("oauth_device"), name, value);
        let pairs: Vec<_> = changed.iter().map(|(name, value)| (*name, value.as_str())).collect();
        assert_eq!(admin.post_from(&page, &page, &pairs).await.status, 303);
        assert_eq!(stage.standing().await, "Incomplete", "{name}");
    }
}
