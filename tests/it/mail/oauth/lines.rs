//! How a token goes over the wire.
use super::{Stage, stage, stage_with};
use crate::mail::{account, scene_with, send, states, with};
use crate::peers::odd_provider::{OddProvider, Say};
use serde_json::json;

/// What the server was shown first, with these settings and an access token of this length.
async fn shown(stage: &Stage, change: &[(&'static str, &str)], long: usize) -> serde_json::Value {
    let admin = stage.house().administrator().await;
    let access = "x".repeat(long);
    let page = stage.connected(&admin, &access, "refresh-1").await;
    let before = stage.server.shown().len();
    let fields = change
        .iter()
        .fold(stage.fields("oauth_device"), |fields, (name, value)| with(fields, name, value));
    let pairs: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_eq!(admin.post_from(&page, &page, &pairs).await.status, 303);
    let tried = admin.post_from(&page, &format!("{page}/test"), &[]).await;
    assert!(tried.text.contains("Le compte fonctionne"), "{}", tried.text);
    let told = stage.server.shown().remove(before);
    assert_eq!(told[3], access.as_str());
    json!([told[0], told[1]])
}

#[actix_web::test]
async fn short_tokens_go_in_one_line_and_long_ones_in_two() {
    let stage = stage().await;
    assert_eq!(shown(&stage, &[], 100).await, json!(["OAUTHBEARER", 1]));
    let stage = super::stage().await;
    assert_eq!(shown(&stage, &[], 600).await, json!(["OAUTHBEARER", 2]));
    let stage = super::stage().await;
    assert_eq!(shown(&stage, &[("first_answer", "never")], 100).await, json!(["OAUTHBEARER", 2]));
}

#[actix_web::test]
async fn large_providers_and_servers_without_the_standard_get_xoauth2() {
    let stage = stage().await;
    assert_eq!(shown(&stage, &[("provider", "microsoft")], 99).await, json!(["XOAUTH2", 1]));
    let stage = super::stage().await;
    assert_eq!(shown(&stage, &[("sasl", "xoauth2")], 600).await, json!(["XOAUTH2", 2]));
    let stage = stage_with(&[("LEFT_OUT", "OAUTHBEARER")]).await;
    assert_eq!(shown(&stage, &[], 99).await, json!(["XOAUTH2", 1]));
}

#[actix_web::test]
async fn a_refusal_is_heard_to_its_end_with_each_mechanism() {
    for sasl in ["xoauth2", "oauthbearer"] {
        let stage = stage().await;
        let admin = stage.house().administrator().await;
        let fields = with(stage.fields("oauth_device"), "sasl", sasl);
        let page = super::new(&admin, &fields).await;
        stage.provider.will("/device", [Say::code("AAAA-BBBB")]);
        let tokens = ["access-1", "access-2"].map(|token| Say::tokens(token, Some("refresh")));
        stage.provider.will("/token", tokens);
        super::begin(&admin, &page).await;
        stage.house().wait(chrono::Duration::seconds(5));
        stage.house().run_jobs().await;

        let mechanism = sasl.to_uppercase();
        let user = crate::peers::smtp::USER;
        let expected = [
            json!([mechanism, 1, user, "access-1"]),
            json!(["last word", true]),
            json!([mechanism, 1, user, "access-2"]),
            json!(["last word", true]),
        ];
        assert_eq!(stage.server.shown(), expected, "one more try with a new token, no third");
        assert_eq!(stage.standing().await, "NeedsReauth");
        assert_eq!(stage.house().last("mail.account_stopped").await.reason, "token_refused");
        let shown = admin.get(&format!("{page}/connect")).await.words();
        assert!(shown.contains("même renouvelé") && shown.contains("status: 401"), "{shown}");
        assert!(!shown.contains("access-"), "{shown}");
    }
}

#[actix_web::test]
async fn a_server_that_refuses_at_once_is_understood_too() {
    let stage = stage().await;
    let admin = stage.house().administrator().await;
    let page = stage.connected(&admin, "access-1", "refresh-1").await;
    stage.server.tell("at-once");
    stage.server.take_tokens(&["access-2"]);
    stage.provider.will("/token", [Say::tokens("access-2", Some("refresh-2"))]);
    let tried = admin.post_from(&page, &format!("{page}/test"), &[]).await;
    assert!(tried.text.contains("Le compte fonctionne"), "{}", tried.text);
    assert_eq!(stage.provider.told("/token")[1].fields["refresh_token"], "refresh-1");
}

#[actix_web::test]
async fn a_mailbox_that_may_not_send_is_no_reason_for_new_tokens() {
    let stage = stage().await;
    let admin = stage.house().administrator().await;
    stage.connected(&admin, "access-1", "refresh-1").await;
    stage.server.tell("switched-off");
    stage.server.take_tokens(&[]);
    send(stage.house(), "alix@x.example").await;
    stage.house().run_jobs().await;
    assert_eq!(stage.provider.told("/token").len(), 1, "only what connecting asked");
    assert_eq!(stage.house().last("mail.account_stopped").await.reason, "submission_off");
    assert!(states(stage.house()).await.starts_with("held"));
}

#[actix_web::test]
async fn a_token_goes_nowhere_without_protection() {
    for (switch, expected) in [("false", "protected connection only"), ("true", "fonctionne")] {
        let settings = [
            ("AIGUILLAGE_OUTBOUND_ALLOW", "127.0.0.0/8"),
            ("AIGUILLAGE_MAIL_PLAIN_TOKENS", switch),
        ];
        let scene = scene_with(&settings).await;
        let words = [("TOKENS", "1")];
        let server =
            crate::peers::smtp::MailServer::start_with("none", &scene.authority, &words).await;
        let stage = Stage { scene, provider: OddProvider::start(), server };
        stage.server.take_tokens(&["access-1"]);
        let admin = stage.house().administrator().await;
        let fields = with(stage.fields("oauth_device"), "tls", "none");
        let page = super::new(&admin, &fields).await;
        stage.provider.will("/device", [Say::code("AAAA-BBBB")]);
        stage.provider.will("/token", [Say::tokens("access-1", Some("refresh-1"))]);
        super::begin(&admin, &page).await;
        stage.house().wait(chrono::Duration::seconds(5));
        stage.house().run_jobs().await;

        let tried = admin.post_from(&page, &format!("{page}/test"), &[]).await;

        assert!(tried.text.contains(expected), "{switch}: {}", tried.text);
        assert_eq!(stage.server.shown().is_empty(), switch == "false");
    }
}

#[actix_web::test]
async fn a_password_goes_by_the_mechanism_that_was_chosen() {
    let scene = scene_with(&[]).await;
    let server = crate::peers::smtp::MailServer::start("starttls", &scene.authority).await;
    let admin = scene.house.administrator().await;
    let fields = crate::mail::fields(&server, "starttls");
    let page = account(&admin, &with(fields, "sasl", "xoauth2")).await;
    let tried = admin.post_from(&page, &format!("{page}/test"), &[]).await;
    assert!(tried.text.contains("no mechanism that takes a password"), "{}", tried.text);
}
