//! Acts that happen once.
#![expect(clippy::unwrap_used, reason = "what cannot be read fails the test")]
use super::{house, may, send};
use crate::house::House;
use aiguillage::api::Scope;
use aiguillage::mail::store::{self, MailId, MailState};
use aiguillage::mail::{Letter, MailAddress, Template};
use aiguillage::on;
use aiguillage::web::lang::Lang;
use chrono::Duration;
use reqwest::Method;
use serde_json::json;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

/// A message that was not taken.
pub(super) async fn failed_mail(house: &House, to: &str) -> MailId {
    let post = &house.parts().mailer.post;
    let letter = Letter {
        to: MailAddress::parse(to).unwrap(),
        person: None,
        template: Template::Test,
        lang: Lang::Fr,
        values: json!({ "account": "x" }),
        about: to.to_owned(),
        account: None,
    };
    let mut tx = house.db().write().await.unwrap();
    let id = post.add(&mut tx, &letter).await.unwrap().unwrap();
    store::settle(&mut tx, id, MailState::Failed, "550 no", house.now()).await.unwrap();
    on!(&mut tx, |conn| sqlx::query("UPDATE job SET state = 'given_up' WHERE kind = 'mail.send'")
        .execute(conn)
        .await
        .map(|_| ()))
    .unwrap();
    tx.commit().await.unwrap();
    id
}

#[actix_web::test]
async fn the_same_request_again_gets_the_same_answer_and_happens_once() {
    let house = house().await;
    let id = failed_mail(&house, "a@x.example").await;
    let program = may(&house, &[Scope::MailWrite]).await;
    let path = format!("/api/v1/mail/outbox/{id}/retry");
    let again = program.clone().with("idempotency-key", "k1");

    let first = again.send(Method::POST, &path, None).await;
    assert_eq!(first.status, 200, "{}", first.text);
    assert_eq!(
        (first.json()["state"].as_str(), first.header("idempotency-replayed")),
        (Some("queued"), "")
    );
    for _ in 0..3 {
        let second = again.send(Method::POST, &path, None).await;
        assert_eq!((second.status, &second.text), (200, &first.text));
        assert_eq!(second.header("idempotency-replayed"), "true");
        assert_eq!(second.header("content-type"), "application/json");
    }
    assert_eq!(house.audit("mail.sent_again").await.len(), 1);

    let other = program.clone().with("idempotency-key", "k2");
    other.send(Method::POST, &path, None).await.must_be(409, "E-JOB-STATE");
}

#[actix_web::test]
async fn a_key_names_one_request_of_one_token_for_a_day() {
    let house = house().await;
    let (one, two) =
        (failed_mail(&house, "a@x.example").await, failed_mail(&house, "b@x.example").await);
    let path = |id: MailId| format!("/api/v1/mail/outbox/{id}/retry");
    let program = may(&house, &[Scope::MailWrite]).await.with("idempotency-key", "k");
    let stranger = may(&house, &[Scope::MailWrite]).await.with("idempotency-key", "k");
    assert_eq!(program.send(Method::POST, &path(one), None).await.status, 200);
    program.send(Method::POST, &path(two), None).await.must_be(422, "E-API-REUSED");
    stranger.send(Method::POST, &path(one), None).await.must_be(409, "E-JOB-STATE");
    house.wait(Duration::hours(24));
    assert_eq!(program.send(Method::POST, &path(two), None).await.status, 200);
}

#[actix_web::test]
async fn what_was_refused_may_be_tried_again_with_the_same_key() {
    let house = house().await;
    let id = failed_mail(&house, "a@x.example").await;
    let program = may(&house, &[Scope::MailWrite]).await.with("idempotency-key", "k");
    let path = format!("/api/v1/mail/outbox/{id}/retry");
    let mut tx = house.db().write().await.unwrap();
    store::settle(&mut tx, id, MailState::Sent, "", house.now()).await.unwrap();
    tx.commit().await.unwrap();
    program.send(Method::POST, &path, None).await.must_be(409, "E-JOB-STATE");
    let mut tx = house.db().write().await.unwrap();
    store::settle(&mut tx, id, MailState::Failed, "550", house.now()).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(program.send(Method::POST, &path, None).await.status, 200);
}

#[actix_web::test]
async fn many_at_once_with_one_key_are_one() {
    let house = house().await;
    let id = failed_mail(&house, "a@x.example").await;
    let program = may(&house, &[Scope::MailWrite]).await.with("idempotency-key", "k");
    let path = format!("/api/v1/mail/outbox/{id}/retry");
    let calls = (0..12).map(|_| program.send(Method::POST, &path, None));
    let answers = futures_util::future::join_all(calls).await;
    let texts: Vec<_> = answers.iter().map(|answer| (answer.status, &answer.text)).collect();
    assert!(texts.iter().all(|one| *one == texts[0] && one.0 == 200), "{texts:?}");
    assert_eq!(house.audit("mail.sent_again").await.len(), 1);
}

#[actix_web::test]
async fn who_hangs_up_before_the_answer_gets_it_by_asking_again() {
    let house = house().await;
    let token = super::token(&house, &[Scope::PeopleWrite], |_| {}).await;
    let body = json!({ "people": [{ "uid": "1", "prenom": "Ada", "nom": "X" }] }).to_string();
    let head = format!(
        "POST /api/v1/people/by-source/rh HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer \
         {token}\r\nIdempotency-Key: k\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    let mut stream = TcpStream::connect(house.address()).await.unwrap();
    stream.write_all(format!("{head}{body}").as_bytes()).await.unwrap();
    drop(stream);
    let program = super::program(&house, &token);
    let (path, body) = ("/api/v1/people/by-source/rh", serde_json::from_str(&body).unwrap());
    let told = send(&program, path, "k", &body).await;
    assert_eq!(told.status, 200, "{}", told.text);
    assert_eq!(send(&program, path, "k", &body).await.text, told.text);
    let written: u64 =
        house.audit("sync.done").await.iter().filter_map(|r| r.fields["appeared"].as_u64()).sum();
    assert_eq!(written, 1);
}

#[actix_web::test]
async fn old_answers_are_forgotten() {
    let house = house().await;
    let id = failed_mail(&house, "a@x.example").await;
    let program = may(&house, &[Scope::MailWrite]).await.with("idempotency-key", "k");
    program.send(Method::POST, &format!("/api/v1/mail/outbox/{id}/retry"), None).await;
    let count = async || -> i64 {
        let mut tx = house.db().read().await.unwrap();
        let sql = "SELECT count(*) FROM idempotency_key";
        on!(&mut tx, |conn| sqlx::query_scalar(sql).fetch_one(conn).await).unwrap()
    };
    house.run_jobs().await;
    assert_eq!(count().await, 1);
    house.wait(Duration::hours(48));
    house.run_jobs().await;
    assert_eq!(count().await, 0);
}
