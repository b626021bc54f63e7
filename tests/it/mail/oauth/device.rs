//! Codes that are typed in a browser anywhere.
use super::{Stage, begin, new, stage};
use crate::mail::{send, states};
use crate::peers::odd_provider::Say;
use aiguillage::mail::store;
use chrono::Duration;
use serde_json::json;

impl Stage {
    /// Let so many seconds pass, and do what is to be done then; how often the provider was asked.
    async fn after(&self, seconds: i64) -> usize {
        self.house().wait(Duration::seconds(seconds));
        self.house().run_jobs().await;
        self.provider.told("/token").len()
    }
}

/// An account whose code waits to be typed.
async fn waiting(stage: &Stage) -> String {
    let admin = stage.house().administrator().await;
    let page = new(&admin, &stage.fields("oauth_device")).await;
    stage.provider.will("/device", [Say::code("WDJB-MJHT")]);
    begin(&admin, &page).await;
    page
}

/// What the page of connecting says after this answer to the first question.
async fn said_after(says: impl IntoIterator<Item = Say>) -> (Stage, String) {
    let stage = stage().await;
    let page = waiting(&stage).await;
    stage.provider.will("/token", says);
    stage.after(5).await;
    let admin = stage.house().administrator().await;
    let said = admin.get(&format!("{page}/connect")).await.words();
    (stage, said)
}

#[actix_web::test]
async fn the_provider_is_asked_as_often_as_it_wants_and_never_after_it_gave_tokens() {
    let mut stage = stage().await;
    stage.server.take_tokens(&["access-1"]);
    let page = waiting(&stage).await;
    let pending = Say::error(400, "authorization_pending");
    let slow = Say::error(403, "slow_down");
    let good = Say::tokens("access-1", Some("refresh-1"));
    stage.provider.will("/token", [pending, Say::error(428, "authorization_pending"), slow, good]);
    let admin = stage.house().administrator().await;
    let shown = admin.get(&format!("{page}/connect")).await;
    for piece in
        ["WDJB-MJHT", "https://provider.example/device", "<svg class=\"qr\"", "hameçonnage"]
    {
        assert!(shown.text.contains(piece), "{piece} in {}", shown.text);
    }
    assert!(!shown.text.contains("WDJB-MJHT-device"), "the secret half is shown to nobody");

    assert_eq!(stage.after(4).await, 0, "too early");
    assert_eq!(stage.after(1).await, 1);
    assert_eq!(stage.after(4).await, 1);
    assert_eq!(stage.after(1).await, 2);
    stage.scene.house.restart().await;
    assert_eq!(stage.after(4).await, 2, "a restart is no reason to hurry");
    assert_eq!(stage.after(1).await, 3, "and none to forget");
    assert_eq!(stage.after(9).await, 3, "slower from now on");
    assert_eq!(stage.after(1).await, 4);

    assert_eq!(stage.standing().await, "Ok");
    for _ in 0..10 {
        assert_eq!(stage.after(15).await, 4);
    }
    let told = stage.provider.told("/token").remove(0);
    assert_eq!(told.fields["grant_type"], "urn:ietf:params:oauth:grant-type:device_code");
    assert_eq!(told.fields["device_code"], "WDJB-MJHT-device");
    assert_eq!(told.fields["client_id"], "aiguillage");
    send(stage.house(), "alix@x.example").await;
    stage.house().run_jobs().await;
    assert_eq!(states(stage.house()).await, "sent");
    assert_eq!(stage.house().last("mail.connected").await.reason, "granted");
}

#[actix_web::test]
async fn a_code_that_nobody_types_ends_and_another_one_can_be_had() {
    let stage = stage().await;
    let page = waiting(&stage).await;
    stage.provider.will("/token", (0..200).map(|_| Say::error(400, "authorization_pending")));
    let mut asked = 0;
    for _ in 0..125 {
        asked = stage.after(5).await;
    }
    assert_eq!(asked, 119, "every five seconds of ten minutes");
    let admin = stage.house().administrator().await;
    let said = admin.get(&format!("{page}/connect")).await;
    assert!(said.text.contains("Personne n’a donné son accord à temps"), "{}", said.text);
    stage.provider.will("/device", [Say::code("CCCC-DDDD")]);
    begin(&admin, &page).await;
    assert!(admin.get(&format!("{page}/connect")).await.text.contains("CCCC-DDDD"));
}

#[actix_web::test]
async fn a_refusal_ends_it_by_each_of_its_names() {
    for word in ["access_denied", "authorization_declined"] {
        let (stage, said) = said_after([Say::error(400, word)]).await;
        assert!(said.contains("L’accord a été refusé"), "{word}: {said}");
        assert_eq!(stage.after(60).await, 1, "{word}");
    }
    let (stage, said) = said_after([Say::error(400, "bad_verification_code")]).await;
    assert!(said.contains("n’accepte pas ce code") && said.contains("says the provider"), "{said}");
    assert_eq!(stage.after(60).await, 1);
    let (stage, said) = said_after([Say::error(401, "invalid_client")]).await;
    assert!(said.contains("ne reconnaît pas l’application"), "{said}");
    assert_eq!(stage.after(60).await, 1, "there is no secret to show another way");
}

#[actix_web::test]
async fn trouble_on_the_way_is_waited_out() {
    let stage = stage().await;
    stage.server.take_tokens(&["access-1"]);
    waiting(&stage).await;
    let page = Say::Text(502, "X-Odd: no", "<html>Bad gateway</html>".into());
    let busy = Say::Text(503, "Retry-After: 40", String::new());
    let good = Say::tokens("access-1", Some("refresh-1"));
    stage.provider.will("/token", [Say::Nothing, page, busy, good]);
    let mut asked_at = Vec::new();
    for second in 1..100 {
        let before = stage.provider.told("/token").len();
        if stage.after(1).await > before {
            asked_at.push(second);
        }
    }
    // 5; silence doubles to 10; a bad gateway adds 5; the last one says 40 by itself.
    assert_eq!(asked_at, [5, 15, 30, 70]);
    assert_eq!(stage.standing().await, "Ok");
}

#[actix_web::test]
async fn an_answer_that_may_have_been_a_yes_is_not_asked_for_again() {
    let long = "x".repeat(64 * 1024 + 1);
    let (stage, said) = said_after([Say::Text(200, "X-Odd: no", long)]).await;
    assert!(said.contains("illisible"), "{said}");
    assert_eq!(stage.after(60).await, 1);
    let (stage, said) = said_after([Say::Text(200, "X-Odd: no", "<html>".into())]).await;
    assert!(said.contains("illisible"), "{said}");
    assert_eq!(stage.after(60).await, 1);
}

#[actix_web::test]
async fn tokens_that_do_not_last_are_not_kept_and_the_page_says_what_to_do() {
    let (stage, said) = said_after([Say::tokens("access-1", None)]).await;
    assert!(said.contains("n’a pas donné de jeton durable"), "{said}");
    assert_eq!(stage.standing().await, "Incomplete");
    assert_eq!(stage.after(60).await, 1);
    let mut tx = stage.house().db().read().await.expect("a transaction");
    assert!(store::tokens(&mut tx).await.expect("read").is_empty());
}

#[actix_web::test]
async fn a_provider_that_writes_its_answer_in_its_own_way_is_understood() {
    let stage = stage().await;
    stage.server.take_tokens(&["access-1"]);
    let admin = stage.house().administrator().await;
    let page = new(&admin, &stage.fields("oauth_device")).await;
    let code = json!({ "device_code": "d", "user_code": "GOOG-LE", "expires_in": "900",
        "verification_url": "https://google.example/device",
        "message": "<b>To sign in</b>, use a browser" });
    stage.provider.will("/device", [Say::Json(200, code)]);
    let tokens =
        json!({ "access_token": "access-1", "refresh_token": "r", "token_type": "bearer" });
    stage.provider.will("/token", [Say::Json(200, tokens)]);
    begin(&admin, &page).await;
    let shown = admin.get(&format!("{page}/connect")).await.text;
    assert!(shown.contains("https://google.example/device"), "{shown}");
    assert!(shown.contains("&#60;b&#62;To sign in"), "text, never HTML: {shown}");
    assert_eq!(
        (stage.after(4).await, stage.after(1).await),
        (0, 1),
        "five seconds if it says none"
    );
    assert_eq!(stage.standing().await, "Ok");
}

#[actix_web::test]
async fn three_codes_may_wait_and_each_can_be_given_up() {
    let stage = stage().await;
    let admin = stage.house().administrator().await;
    let mut pages = Vec::new();
    for number in 0..4 {
        let name = format!("Compte {number}");
        let fields = crate::mail::with(stage.fields("oauth_device"), "name", &name);
        pages.push(new(&admin, &fields).await);
        stage.provider.will("/device", [Say::code(&format!("CODE-{number}"))]);
    }
    for page in &pages[..3] {
        begin(&admin, page).await;
    }
    let fourth = format!("{}/connect", pages[3]);
    let refused = admin.post_from(&fourth, &fourth, &[]).await;
    refused.must_be(409, "E-MAIL-CODES");
    // Asking again for the same account replaces its code.
    stage.provider.will("/device", [Say::code("CODE-4")]);
    begin(&admin, &pages[0]).await;

    let first = format!("{}/connect", pages[1]);
    let cancelled = admin.post_from(&first, &format!("{first}/cancel"), &[]).await;
    assert_eq!(cancelled.status, 303);
    assert!(admin.get(&first).await.text.contains("abandonnée"));
    begin(&admin, &pages[3]).await;
    stage.provider.will("/token", (0..9).map(|_| Say::error(400, "authorization_pending")));
    assert_eq!(stage.after(5).await, 3, "one that was given up or replaced is not asked for");
}

#[actix_web::test]
async fn what_is_no_address_for_everybody_is_not_asked() {
    let scene = crate::mail::scene().await;
    let server = super::token_server(&scene.authority, &[]).await;
    let stage = Stage { scene, provider: crate::peers::odd_provider::OddProvider::start(), server };
    let admin = stage.house().administrator().await;
    for address in ["https://127.0.0.1:1/device", "https://10.0.0.1/device", "https://[::1]/device"]
    {
        let name = format!("Compte {address}");
        let fields = crate::mail::with(stage.fields("oauth_device"), "device_endpoint", address);
        let page = new(&admin, &crate::mail::with(fields, "name", &name)).await;
        begin(&admin, &page).await;
        let said = admin.get(&format!("{page}/connect")).await.words();
        assert!(said.contains("stands at an address that is not public"), "{address}: {said}");
    }
    assert!(stage.provider.told("/device").is_empty());
    let plain =
        crate::mail::with(stage.fields("oauth_device"), "token_endpoint", "http://x.example/t");
    let pairs: Vec<_> = plain.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let refused = admin.post_from("/admin/mail/new", "/admin/mail/new", &pairs).await;
    assert_eq!(refused.status, 422);
    assert!(refused.text.contains("commence par https"), "{}", refused.text);
}
