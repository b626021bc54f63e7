//! With programs of others on both sides: npm's `oidc-provider`, and Debian's Dovecot.
use super::{Stage, begin, new, stage};
use crate::mail::{states, with};
use crate::peers::dovecot::Dovecot;
use crate::peers::granting::Granting;
use crate::peers::oidc::SECRET;
use crate::peers::smtp::{MailServer, USER};
use aiguillage::mail::store;
use chrono::Duration;
use std::collections::BTreeMap;
use url::Url;

/// The fields of an account that asks this provider.
fn fields(stage: &Stage, provider: &Granting, auth: &str) -> Vec<(&'static str, String)> {
    let endpoints = [
        ("auth_endpoint", "/auth"),
        ("token_endpoint", "/token"),
        ("device_endpoint", "/device/auth"),
        ("revocation_endpoint", "/token/revocation"),
    ];
    let fields = endpoints
        .iter()
        .fold(stage.fields(auth), |fields, (name, path)| with(fields, name, &provider.url(path)));
    with(fields, "scopes", "mail")
}

/// Type the code that the page shows.
async fn type_code(stage: &Stage, provider: &Granting, page: &str, agrees: bool) {
    let admin = stage.house().administrator().await;
    let shown = admin.get(&format!("{page}/connect")).await.text;
    let code = shown.split("translate=\"no\">").nth(1).unwrap_or_else(|| panic!("{shown}"));
    provider.type_code(code.split('<').next().expect("an end"), agrees).await;
}

#[actix_web::test]
async fn a_long_token_of_a_real_provider_opens_a_real_server() {
    let mut stage = stage().await;
    let sink =
        MailServer::start_with("none", &stage.scene.authority, &[("LOGIN", "nobody:")]).await;
    let provider = Granting::start("http://localhost/none", USER, true, 2_500).await;
    let dovecot = Dovecot::start(&stage.scene.authority, provider.port, sink.port).await;
    stage.server = sink;
    let admin = stage.house().administrator().await;
    let port = dovecot.port.to_string();
    for (number, sasl) in ["xoauth2", "oauthbearer"].into_iter().enumerate() {
        let fields = with(fields(&stage, &provider, "oauth_device"), "port", &port);
        let fields = with(with(fields, "sasl", sasl), "name", sasl);
        let page = new(&admin, &fields).await;
        begin(&admin, &page).await;
        stage.house().wait(Duration::seconds(5));
        stage.house().run_jobs().await;
        type_code(&stage, &provider, &page, true).await;
        stage.house().wait(Duration::seconds(5));
        stage.house().run_jobs().await;

        let fields = [("to", "chef@college.example")];
        let tried = admin.post_from(&page, &format!("{page}/test"), &fields).await;

        assert!(tried.text.contains("Le compte fonctionne"), "{} {}", tried.text, dovecot.log());
        assert_eq!(stage.server.kept().len(), number + 1, "{}", dovecot.log());
        let method = format!("method={}", sasl.to_uppercase());
        assert!(dovecot.log().contains(&method), "{}", dovecot.log());
    }

    let other = fields(&stage, &provider, "oauth_device");
    let other = with(with(other, "port", &port), "name", "Autre boîte");
    let page = new(&admin, &with(other, "user", "other@college.example")).await;
    begin(&admin, &page).await;
    type_code(&stage, &provider, &page, true).await;
    stage.house().wait(Duration::seconds(5));
    stage.house().run_jobs().await;
    let said = admin.get(&format!("{page}/connect")).await.words();
    assert!(said.contains("Le serveur refuse le jeton"), "{said} {}", dovecot.log());
}

#[actix_web::test]
async fn a_real_provider_changes_the_refresh_token_and_hears_of_the_end() {
    let stage = stage().await;
    let provider = Granting::start("http://localhost/none", USER, true, 60).await;
    let admin = stage.house().administrator().await;
    let page = new(&admin, &fields(&stage, &provider, "oauth_device")).await;
    begin(&admin, &page).await;
    type_code(&stage, &provider, &page, true).await;
    stage.house().wait(Duration::seconds(5));
    stage.house().run_jobs().await;
    let refresh = async || {
        let mut tx = stage.house().db().read().await.expect("a transaction");
        store::tokens(&mut tx).await.expect("read").remove(0).refresh.expect("one")
    };
    let mut before = refresh().await;
    for _ in 0..2 {
        stage.house().wait(Duration::hours(24));
        stage.house().run_jobs().await;
        assert_ne!(before, refresh().await, "{}", provider.log());
        before = refresh().await;
    }
    assert!(!provider.log().contains("invalid_grant"), "{}", provider.log());
    let connect = format!("{page}/connect");
    let admin = stage.house().administrator().await;
    let ended = admin.post_from(&connect, &format!("{page}/disconnect"), &[]).await;
    assert_eq!(ended.location(), connect, "the provider has heard");
}

#[actix_web::test]
async fn a_real_provider_that_is_refused_says_so() {
    let stage = stage().await;
    let provider = Granting::start("http://localhost/none", USER, true, 60).await;
    let admin = stage.house().administrator().await;
    let page = new(&admin, &fields(&stage, &provider, "oauth_device")).await;
    begin(&admin, &page).await;
    type_code(&stage, &provider, &page, false).await;
    stage.house().wait(Duration::seconds(5));
    stage.house().run_jobs().await;
    let said = admin.get(&format!("{page}/connect")).await.words();
    assert!(said.contains("L’accord a été refusé"), "{said}");
}

/// A browser follows an address at the provider until it is sent back to us.
async fn walk(provider: &Granting, address: Url) -> String {
    let client = crate::peers::loopback().build().expect("a client");
    let (mut address, mut jar) = (address.to_string(), BTreeMap::new());
    for _ in 0..10 {
        if !address.starts_with(&provider.url("/")) {
            return address;
        }
        let cookies: Vec<_> = jar.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = client.get(&address).header("cookie", cookies.join("; "));
        let answer = request.send().await.expect("it answers");
        for line in answer.headers().get_all("set-cookie") {
            let pair = line.to_str().expect("ASCII").split(';').next().unwrap_or_default();
            let (name, value) = pair.split_once('=').expect("a pair");
            jar.insert(name.to_owned(), value.to_owned());
        }
        let to = answer.headers().get("location").map(|to| to.to_str().expect("ASCII").to_owned());
        let Some(to) = to else {
            panic!("{} {}", answer.text().await.unwrap_or_default(), provider.log())
        };
        address = if to.starts_with('/') { provider.url(&to) } else { to };
    }
    panic!("it never ends: {address}");
}

/// The address at the provider that the page leads to.
async fn address(stage: &Stage, page: &str) -> Url {
    let admin = stage.house().administrator().await;
    let shown = admin.get(&format!("{page}/connect")).await.text;
    let link = shown.split("class=\"button main\" href=\"").nth(1).expect("a link");
    let link = link.split('"').next().expect("an end").replace("&#38;", "&").replace("&amp;", "&");
    Url::parse(&link).expect("an address")
}

#[actix_web::test]
async fn a_browser_that_was_at_a_real_provider_comes_back_with_a_code() {
    let stage = stage().await;
    let redirect = stage.house().url("/admin/mail/oauth/callback");
    let provider = Granting::start(&redirect, USER, false, 60).await;
    let admin = stage.house().administrator().await;
    let fields = with(fields(&stage, &provider, "oauth_code"), "client_secret", SECRET);
    let page = new(&admin, &fields).await;
    let connect = format!("{page}/connect");
    begin(&admin, &page).await;
    let back = walk(&provider, address(&stage, &page).await).await;
    assert!(back.starts_with(&redirect) && back.contains("iss="), "{back}");

    let admin = stage.house().administrator().await;
    let path = back.split_once("/admin").map(|(_, path)| format!("/admin{path}")).expect("ours");
    assert_eq!(admin.get(&path).await.location(), connect, "{}", provider.log());
    let mut tx = stage.house().db().read().await.expect("a transaction");
    assert_eq!(store::tokens(&mut tx).await.expect("read").len(), 1, "{}", provider.log());
    drop(tx);

    // The code of one attempt with the verifier of another one.
    begin(&admin, &page).await;
    let stolen = walk(&provider, address(&stage, &page).await).await;
    begin(&admin, &page).await;
    let field = |address: &Url, name: &str| {
        address.query_pairs().find(|(known, _)| known == name).expect("a field").1.into_owned()
    };
    let code = field(&Url::parse(&stolen).expect("an address"), "code");
    let state = field(&address(&stage, &page).await, "state");
    let mixed = format!("/admin/mail/oauth/callback?code={code}&state={state}");
    assert_eq!(admin.get(&mixed).await.status, 303);
    let said = admin.get(&connect).await.words();
    assert!(said.contains("n’accepte pas ce code"), "{said}");
    assert_eq!(states(stage.house()).await, "");
}
