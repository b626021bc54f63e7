//! While somebody is signed in, their provider is asked about them again.
use super::upstream::Abroad;
use crate::house::{House, Person};
use serde_json::json;

/// A minute passed for the session and for its token.
async fn a_while(house: &House) {
    for sql in [
        "UPDATE session_grant SET asked_at = '2020-01-01T00:00:00+00:00'",
        "UPDATE session_grant SET due_at = '2020-01-01T00:00:00+00:00'",
    ] {
        let mut tx = house.db().write().await.expect("a transaction");
        aiguillage::on!(&mut tx, |conn| sqlx::query(sql).execute(conn).await.map(drop))
            .expect("the table is there");
        tx.commit().await.expect("it is kept");
    }
    ask(house).await;
}

async fn ask(house: &House) {
    let desk = house.parts().jobs.clone();
    let mut tx = house.db().write().await.expect("a transaction");
    desk.queue.add(&mut tx, &aiguillage::sso::AskAgain {}).await.expect("it is queued");
    desk.queue.commit(tx).await.expect("it is kept");
    house.run_jobs().await;
}

async fn tokens(house: &House) -> Vec<Vec<u8>> {
    let mut tx = house.db().read().await.expect("a transaction");
    aiguillage::on!(&mut tx, |conn| {
        sqlx::query_scalar("SELECT refresh_token FROM session_grant").fetch_all(conn).await
    })
    .expect("the table is there")
}

async fn anne(abroad: &Abroad) -> Person<'_> {
    abroad.provider.become_somebody("anne").await;
    let anne = abroad.house.visitor();
    abroad.come(&anne, "/login").await;
    assert_eq!(anne.get("/sessions").await.status, 200);
    anne
}

#[actix_web::test]
async fn a_new_school_counts_while_the_session_goes_on() {
    let abroad = Abroad::open_with("refresh = 1m").await;
    let anne = anne(&abroad).await;
    let first = tokens(&abroad.house).await;
    assert_eq!(first.len(), 1, "{}", abroad.provider.log());

    let schools =
        ["9740091F$UAJ$PU$ENS$9740091F$T3$CLG$340", "9741046U$UAJ$PU$ENS$9741046U$T3$LYC$300"];
    abroad.provider.change("anne", &json!({ "FrEduRne": schools })).await;
    ask(&abroad.house).await;
    assert!(!anne.get("/api/v1/dispatch/me").await.text.contains("9741046U"), "it is not due");

    a_while(&abroad.house).await;
    let me = anne.get("/api/v1/dispatch/me").await;
    assert!(me.text.contains("9741046U"), "{} {}", me.text, abroad.provider.log());
    let second = tokens(&abroad.house).await;
    assert_ne!(first, second, "the provider gave another token");
    a_while(&abroad.house).await;
    assert_eq!(anne.get("/sessions").await.status, 200, "and that one is good as well");
    assert!(abroad.house.audit("upstream.refused").await.is_empty());
}

#[actix_web::test]
async fn whom_the_provider_forgot_is_signed_out_here() {
    let abroad = Abroad::open_with("refresh = 1m").await;
    let anne = anne(&abroad).await;
    abroad.provider.forget().await;
    a_while(&abroad.house).await;
    assert!(anne.get("/sessions").await.location().starts_with("/login"));
    let row = abroad.house.last("auth.logout").await;
    assert_eq!((row.reason.as_str(), &row.fields["idp"]), ("idp", &"rectorat".into()));
    assert!(tokens(&abroad.house).await.is_empty());
}

#[actix_web::test]
async fn a_token_that_was_lost_on_the_way_signs_nobody_out() {
    let abroad = Abroad::open_with("refresh = 1m").await;
    let anne = anne(&abroad).await;
    // A node asked, and died before it could keep the answer.
    let mut tx = abroad.house.db().write().await.expect("a transaction");
    aiguillage::on!(&mut tx, |conn| {
        sqlx::query("UPDATE session_grant SET is_waiting = TRUE").execute(conn).await.map(drop)
    })
    .expect("the table is there");
    tx.commit().await.expect("it is kept");
    abroad.provider.forget().await;
    a_while(&abroad.house).await;
    assert_eq!(anne.get("/sessions").await.status, 200);
    assert!(tokens(&abroad.house).await.is_empty(), "nobody is asked any more");
}

#[actix_web::test]
async fn a_provider_that_is_away_signs_nobody_out_and_is_asked_later() {
    let abroad = Abroad::open_with("refresh = 1m").await;
    let anne = anne(&abroad).await;
    let before = tokens(&abroad.house).await;
    let Abroad { house, provider } = &abroad;
    provider.pause(true).await;
    a_while(house).await;
    assert_eq!(anne.get("/sessions").await.status, 200);
    assert_eq!(tokens(house).await, before, "the same token");
    provider.pause(false).await;
    a_while(house).await;
    assert_ne!(tokens(house).await, before, "{}", provider.log());
}

#[actix_web::test]
async fn somebody_else_s_answer_is_not_believed() {
    let abroad = Abroad::open_with("refresh = 1m").await;
    let anne = anne(&abroad).await;
    let mut tx = abroad.house.db().write().await.expect("a transaction");
    aiguillage::on!(&mut tx, |conn| {
        sqlx::query("UPDATE session_provenance SET name_id = 'marc'").execute(conn).await.map(drop)
    })
    .expect("the table is there");
    tx.commit().await.expect("it is kept");
    a_while(&abroad.house).await;
    let row = abroad.house.last("upstream.refused").await;
    assert_eq!((row.reason.as_str(), &row.fields["idp"]), ("subject", &"rectorat".into()));
    assert!(tokens(&abroad.house).await.is_empty());
    assert_eq!(anne.get("/sessions").await.status, 200, "the session was opened rightly");
}

#[actix_web::test]
async fn nothing_is_kept_where_nobody_asks_again_and_tokens_go_with_their_session() {
    let abroad = Abroad::open_with("").await;
    anne(&abroad).await;
    assert!(tokens(&abroad.house).await.is_empty());

    let abroad = Abroad::open_with("refresh = 1m").await;
    let anne = anne(&abroad).await;
    assert_eq!(tokens(&abroad.house).await.len(), 1);
    anne.post_from("/logout", "/logout", &[]).await;
    ask(&abroad.house).await;
    assert!(tokens(&abroad.house).await.is_empty());
}
