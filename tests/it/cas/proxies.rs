//! Proxy tickets (CAS 3.0, 2.5.4 and 2.7; SEC-62): phpCAS passes somebody on to phpCAS.
use super::{failure, inside, login, path_of, ticket, validate};
use crate::house::{Answer, House, Person};
use crate::peers::phpcas::PhpCas;
use serde_json::json;

const PROXY: &str = "proxy=default\n";

/// Two applications: the first passes people on to the second.
struct Chain {
    front: PhpCas,
    behind: PhpCas,
}

impl Chain {
    async fn start(house: &House) -> Self {
        let behind = PhpCas::start(&house.url("")).await;
        let front = PhpCas::start_before(&house.url(""), &behind.url("/behind")).await;
        let chain = Self { front, behind };
        chain.declare(house, PROXY, PROXY).await;
        chain
    }

    async fn declare(&self, house: &House, front: &str, behind: &str) {
        let second = self.behind.section().replace("[PHP]", "[Behind]");
        let text = format!("{}{front}{second}{behind}", self.front.section());
        assert!(house.rewrite("app_filters/php_apps.ini", &text).await);
    }

    /// A service ticket of the front, handed in with this `pgtUrl`.
    async fn hand_in(&self, house: &House, person: &Person<'_>, pgt_url: &str) -> Answer {
        let service = self.front.url("/agenda");
        let ticket = ticket(&person.get(&login(&service, "")).await);
        let query = serde_urlencoded::to_string([("pgtUrl", pgt_url)]).expect("text");
        validate(house, &format!("/serviceValidate?{query}"), &service, &ticket).await
    }
}

/// Somebody is passed on: the proxy ticket.
async fn pass_on(house: &House, chain: &Chain, person: &Person<'_>) -> String {
    let asked = chain.front.location(&chain.front.url("/pass")).await;
    let sent = person.get(path_of(house, &asked)).await;
    assert_eq!(chain.front.location(sent.location()).await, chain.front.url("/pass"));
    let passed = chain.front.sees("/pass").await;
    assert_eq!(passed["user"], "paul.hoarau", "{passed}");
    passed["ticket"].as_str().unwrap_or_else(|| panic!("no ticket: {passed}")).to_owned()
}

#[actix_web::test]
async fn phpcas_passes_somebody_on_to_phpcas() {
    let house = House::open().await;
    let chain = Chain::start(&house).await;
    let paul = house.sign_in("paul.hoarau").await;

    let passed = pass_on(&house, &chain, &paul).await;
    assert!(passed.starts_with("PT-"), "{passed}");
    assert_eq!(house.last("cas.granting").await.fields["application"], "PHP");
    let seen = chain.behind.sees(&format!("/behind?ticket={passed}")).await;
    assert_eq!(seen["user"], "paul.hoarau");
    assert_eq!(seen["attributes"]["rne"], "9740091F");

    // Both hear of the end, and then nobody is passed on any more.
    paul.post_from("/logout", "/logout", &[]).await;
    assert_eq!(chain.behind.sees("/open").await["user"], json!(null));
    assert_eq!(chain.front.sees("/open").await["user"], json!(null));
}

#[actix_web::test]
async fn a_proxy_ticket_names_who_passed_it_on() {
    let house = House::open().await;
    let chain = Chain::start(&house).await;
    let paul = house.sign_in("paul.hoarau").await;
    let target = chain.behind.url("/behind");

    let passed = pass_on(&house, &chain, &paul).await;
    let told = validate(&house, "/proxyValidate", &target, &passed).await;
    let proxy = format!("<cas:proxy>{}</cas:proxy>", chain.front.url("/pgt"));
    assert_eq!(inside(&told.text, "proxies"), proxy);
    assert_eq!(inside(&told.text, "isFromNewLogin"), "false");

    for (path, code) in [
        ("/serviceValidate", "INVALID_TICKET_SPEC"),
        ("/p3/serviceValidate", "INVALID_TICKET_SPEC"),
        ("/proxyValidate?renew=true", "INVALID_TICKET"),
    ] {
        let passed = pass_again(&chain).await;
        let told = validate(&house, path, &target, &passed).await;
        assert_eq!(failure(&told), code, "{path}");
        let again = validate(&house, "/proxyValidate", &target, &passed).await;
        assert_eq!(failure(&again), "INVALID_TICKET", "it was used up: {path}");
    }
}

/// The application asks once more with the granting ticket that it has.
async fn pass_again(chain: &Chain) -> String {
    let passed = chain.front.sees("/pass").await;
    passed["ticket"].as_str().unwrap_or_else(|| panic!("no ticket: {passed}")).to_owned()
}

#[actix_web::test]
async fn only_applications_with_the_key_take_part() {
    let house = House::open().await;
    let chain = Chain::start(&house).await;
    let paul = house.sign_in("paul.hoarau").await;
    let own = chain.front.url("/pgt");

    chain.declare(&house, "", PROXY).await;
    let told = chain.hand_in(&house, &paul, &own).await;
    assert_eq!(failure(&told), "UNAUTHORIZED_SERVICE_PROXY");

    chain.declare(&house, PROXY, "").await;
    let target = chain.behind.url("/behind");
    let asked = serde_urlencoded::to_string([("pgt", "PGT-1"), ("targetService", &target)]);
    let refused = house.visitor().get(&format!("/proxy?{}", asked.expect("text"))).await;
    assert!(refused.text.contains("<cas:proxyFailure code=\"INVALID_REQUEST\">"), "{refused:?}");
    let sent =
        paul.get(path_of(&house, &chain.front.location(&chain.front.url("/pass")).await)).await;
    chain.front.location(sent.location()).await;
    let passed = chain.front.sees("/pass").await;
    assert_eq!(passed["ticket"], json!(false), "{passed}");
    assert_eq!(house.last("cas.refused").await.reason, "UNAUTHORIZED_SERVICE");
}

#[actix_web::test]
async fn granting_tickets_go_to_the_application_itself() {
    let house = House::open().await;
    let chain = Chain::start(&house).await;
    let paul = house.sign_in("paul.hoarau").await;
    for elsewhere in [
        "https://evil.test/",
        "http://169.254.169.254/latest",
        "ftp://127.0.0.1/",
        "//127.0.0.1/",
        "x",
        &chain.behind.url("/pgt"),
        &chain.front.url("/pgt").replace("127.0.0.1", "user@127.0.0.1"),
    ] {
        let told = chain.hand_in(&house, &paul, elsewhere).await;
        assert_eq!(failure(&told), "INVALID_PROXY_CALLBACK", "{elsewhere}");
    }
    // An application that does not take it is told who came all the same: a redirect, and silence.
    for closed in ["/agenda", "/agenda?x"] {
        let told = chain.hand_in(&house, &paul, &chain.front.url(closed)).await;
        assert_eq!(
            inside(&told.text, "authenticationSuccess").split('<').nth(1),
            Some("cas:user>paul.hoarau")
        );
        assert_eq!(inside(&told.text, "proxyGrantingTicket"), "");
    }
    let row = house.last("cas.granting").await;
    assert_eq!((row.outcome.as_str(), row.reason.as_str()), ("refused", "INVALID_PROXY_CALLBACK"));
}

#[actix_web::test]
async fn a_host_that_an_expression_lets_in_must_be_public() {
    let house = House::open().await;
    let chain = Chain::start(&house).await;
    let paul = house.sign_in("paul.hoarau").await;
    let named = chain.hand_in(&house, &paul, &chain.front.url("/pgt")).await;
    assert!(inside(&named.text, "proxyGrantingTicket").starts_with("PGTIOU-"), "{}", named.text);

    let section = chain.front.section();
    let loose = section.replace("addr=127.0.0.1", "typeaddr=regexp\naddr=127\\.0\\.0\\.[0-9]+");
    assert!(house.rewrite("app_filters/php_apps.ini", &format!("{loose}{PROXY}")).await);
    let told = chain.hand_in(&house, &paul, &chain.front.url("/pgt")).await;
    assert_eq!(inside(&told.text, "proxyGrantingTicket"), "", "our own network");
    assert!(told.text.contains("<cas:user>paul.hoarau</cas:user>"), "{}", told.text);
    // The end of the session does not lead there either.
    let page = paul.post_from("/logout", "/logout", &[]).await;
    assert!(page.words().contains("PHP sans réponse"), "{}", page.words());
}
