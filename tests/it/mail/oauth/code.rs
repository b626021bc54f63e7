//! Browsers that come back with a code.
use super::{Stage, begin, new, stage};
use crate::house::Person;
use crate::peers::odd_provider::Say;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use std::collections::HashMap;
use url::Url;

/// The address at the provider that the page leads to.
async fn address(admin: &Person<'_>, page: &str) -> Url {
    let shown = admin.get(&format!("{page}/connect")).await.text;
    let link =
        shown.split("class=\"button main\" href=\"").nth(1).unwrap_or_else(|| panic!("{shown}"));
    let link = link.split('"').next().expect("an end").replace("&#38;", "&").replace("&amp;", "&");
    Url::parse(&link).expect("an address")
}

async fn state(admin: &Person<'_>, page: &str) -> String {
    let fields: HashMap<_, _> = address(admin, page).await.query_pairs().into_owned().collect();
    fields["state"].clone()
}

/// An account that is being connected; its page.
async fn begun(stage: &Stage, admin: &Person<'_>) -> String {
    stage.server.take_tokens(&["access-1"]);
    let page = new(admin, &stage.fields("oauth_code")).await;
    begin(admin, &page).await;
    page
}

#[actix_web::test]
async fn an_administrator_agrees_and_comes_back_connected() {
    let stage = stage().await;
    let admin = stage.house().administrator().await;
    let page = begun(&stage, &admin).await;
    let address = address(&admin, &page).await;
    let fields: HashMap<_, _> = address.query_pairs().into_owned().collect();
    assert_eq!(fields["prompt"], "consent", "what stood in the address is still there");
    assert_eq!(fields["response_type"], "code");
    assert_eq!(fields["code_challenge_method"], "S256");
    assert_eq!(fields["redirect_uri"], stage.house().url("/admin/mail/oauth/callback"));
    stage.provider.will("/token", [Say::tokens("access-1", Some("refresh-1"))]);

    let back = format!("/admin/mail/oauth/callback?code=c-1&state={}", fields["state"]);
    let answer = admin.get(&back).await;

    assert_eq!((answer.status, answer.location()), (303, format!("{page}/connect").as_str()));
    assert_eq!(stage.standing().await, "Ok");
    let told = stage.provider.told("/token").remove(0).fields;
    assert_eq!((told["grant_type"].as_str(), told["code"].as_str()), ("authorization_code", "c-1"));
    assert_eq!(told["redirect_uri"], fields["redirect_uri"]);
    let proof = openssl::sha::sha256(told["code_verifier"].as_bytes());
    let proof = URL_SAFE_NO_PAD.encode(proof);
    assert_eq!(proof, fields["code_challenge"]);
    let shown = admin.get(&format!("{page}/connect")).await.text;
    assert!(shown.contains("Le compte est connecté"), "{shown}");

    admin.get(&back).await.must_be(400, "E-MAIL-STATE");
    assert_eq!(stage.provider.told("/token").len(), 1, "a code is handed in once");
}

#[actix_web::test]
async fn nobody_else_can_finish_what_an_administrator_began() {
    let stage = stage().await;
    let admin = stage.house().administrator().await;
    let page = begun(&stage, &admin).await;
    let state = state(&admin, &page).await;
    let back = |state: &str| format!("/admin/mail/oauth/callback?code=c&state={state}");
    let other = "x".repeat(state.len());

    admin.get(&back(&other)).await.must_be(400, "E-MAIL-STATE");
    admin.get(&back("")).await.must_be(400, "E-MAIL-STATE");
    stage.house().invent("[chef]\nsource = agents\ndisplayName = Chef\nrole = admin\n").await;
    let person = stage.house().visitor().at(crate::house::OFFICE);
    assert_eq!(person.try_password("chef", "chef").await.status, 303);
    person.get(&back(&state)).await.must_be(400, "E-MAIL-STATE");
    let teacher = stage.house().sign_in("paul.hoarau").await;
    assert_eq!(teacher.get(&back(&state)).await.status, 403);
    let foreign = format!("{}&iss=https%3A%2F%2Fevil.example", back(&state));
    admin.get(&foreign).await.must_be(400, "E-MAIL-STATE");
    admin.get(&back(&state)).await.must_be(400, "E-MAIL-STATE");

    assert!(stage.provider.told("/token").is_empty());
    assert_eq!(stage.standing().await, "Incomplete");
    assert_eq!(stage.house().last("mail.connected").await.outcome, "refused");
}

#[actix_web::test]
async fn who_comes_too_late_begins_again() {
    let stage = stage().await;
    let admin = stage.house().administrator().await;
    let page = begun(&stage, &admin).await;
    let state = state(&admin, &page).await;
    stage.house().wait(chrono::Duration::minutes(10));
    let back = format!("/admin/mail/oauth/callback?code=c&state={state}");
    admin.get(&back).await.must_be(400, "E-MAIL-STATE");
    assert!(stage.provider.told("/token").is_empty());
}

#[actix_web::test]
async fn a_refusal_is_said_in_words_and_what_the_provider_said_stays_text() {
    let stage = stage().await;
    let admin = stage.house().administrator().await;
    let page = begun(&stage, &admin).await;
    let state = state(&admin, &page).await;
    let back = format!("/admin/mail/oauth/callback?error=access_denied&state={state}");
    assert_eq!(admin.get(&back).await.status, 303);
    let shown = admin.get(&format!("{page}/connect")).await.text;
    assert!(shown.contains("L’accord a été refusé"), "{shown}");

    begin(&admin, &page).await;
    let state = self::state(&admin, &page).await;
    let odd = "error=AADSTS9&error_description=%3Cb%3Eodd%3C%2Fb%3E";
    let back = format!("/admin/mail/oauth/callback?{odd}&state={state}");
    assert_eq!(admin.get(&back).await.status, 303);
    let shown = admin.get(&format!("{page}/connect")).await.text;
    assert!(shown.contains("AADSTS9 &#60;b&#62;odd"), "{shown}");
}

#[actix_web::test]
async fn the_address_of_a_page_that_did_not_open_can_be_pasted() {
    let stage = stage().await;
    let admin = stage.house().administrator().await;
    let page = begun(&stage, &admin).await;
    let connect = format!("{page}/connect");
    let state = state(&admin, &page).await;
    let account = page.rsplit('/').next().expect("an id");
    let paste = async |address: &str| {
        let fields = [("callback_url", address), ("account", account)];
        admin.post_from(&connect, "/admin/mail/oauth/paste", &fields).await
    };
    let elsewhere = format!("https://evil.example/admin/mail/oauth/callback?code=c&state={state}");
    let refused = paste(&elsewhere).await;
    assert_eq!(refused.status, 422);
    assert!(refused.text.contains("Ce n’est pas l’adresse"), "{}", refused.text);
    stage.provider.will("/token", [Say::tokens("access-1", Some("refresh-1"))]);
    let ours = format!("/admin/mail/oauth/callback?code=c&state={state}");
    let taken = paste(&stage.house().url(&ours)).await;
    assert_eq!((taken.status, taken.location()), (303, connect.as_str()), "{}", taken.text);
    assert_eq!(stage.standing().await, "Ok");
}

#[actix_web::test]
async fn a_secret_is_shown_the_other_way_when_the_provider_does_not_know_us() {
    let stage = stage().await;
    stage.server.take_tokens(&["access-1"]);
    let admin = stage.house().administrator().await;
    let secret = "s+s %";
    let fields = crate::mail::with(stage.fields("oauth_code"), "client_secret", secret);
    let page = new(&admin, &fields).await;
    begin(&admin, &page).await;
    let state = state(&admin, &page).await;
    let good = Say::tokens("access-1", Some("refresh-1"));
    stage.provider.will("/token", [Say::error(401, "invalid_client"), good]);

    let back = format!("/admin/mail/oauth/callback?code=c&state={state}");
    assert_eq!(admin.get(&back).await.status, 303);

    let told = stage.provider.told("/token");
    assert_eq!(told[0].fields["client_secret"], secret);
    assert!(!told[1].fields.contains_key("client_secret"));
    // aiguillage:s%2Bs+%25
    assert!(told[1].head.contains("Basic YWlndWlsbGFnZTpzJTJCcyslMjU="), "{}", told[1].head);
    assert_eq!(stage.standing().await, "Ok");
    let form = admin.get(&page).await.text;
    assert!(form.contains("Un secret est enregistré") && !form.contains(secret));
}
