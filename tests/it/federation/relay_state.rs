//! RelayState: to allowed origins only, unchanged (`dispatch.md` 7.4).
use crate::house::{Answer, House, Person};

async fn go(person: &Person<'_>, relay_state: &str) -> Answer {
    let query = [("sp_ident", "9740091F"), ("RelayState", relay_state)];
    let query = serde_urlencoded::to_string(query).expect("a query");
    person.get(&format!("/saml?{query}")).await
}

#[actix_web::test]
async fn addresses_that_lead_away_are_refused() {
    let house = House::open().await;
    let paul = house.sign_in("paul.hoarau").await;
    let port = house.address().port();
    let long = house.at_portal(&format!("/{}", "x".repeat(2048)));
    let hostile = [
        "https://evil.example".to_owned(),
        "//evil.example".to_owned(),
        "https:evil.example".to_owned(),
        "https:/evil.example".to_owned(),
        "https:\\\\evil.example".to_owned(),
        "javascript:alert(1)".to_owned(),
        "data:text/html,<script>".to_owned(),
        "\"><script>alert(1)</script>".to_owned(),
        format!("http://127.0.0.1:{port}.evil.example/"),
        format!("http://127.0.0.1:{port}@evil.example/"),
        format!("http://evil.example/?http://127.0.0.1:{port}/"),
        format!("http://evil.example#http://127.0.0.1:{port}/"),
        format!("http://user@127.0.0.1:{port}/"),
        format!("http://@127.0.0.1:{port}/"),
        format!("http://127.0.0.1:{port}\\@evil.example/"),
        format!("https://127.0.0.1:{port}/"),
        "http://127.0.0.1:1/".to_owned(),
        format!(" http://127.0.0.1:{port}/"),
        format!("http://127.0.0.1:{port}/ "),
        format!("ftp://127.0.0.1:{port}/"),
        "/portail".to_owned(),
        "opaque".to_owned(),
        long,
    ];
    for text in hostile {
        let answer = go(&paul, &text).await;
        answer.must_be(400, "E-RELAYSTATE");
        assert!(answer.text.contains("Adresse de retour refusée."), "{text}");
        assert!(!answer.text.contains("SAMLResponse"), "{text}");
        assert!(!answer.words().contains("evil") && !answer.text.contains("//evil"), "{text}");
        assert_eq!(house.last("saml.refused").await.reason, "E-RELAYSTATE", "{text}");
    }
    for text in ["http://127.0.0.1\r\nSet-Cookie: a=b", "a\0b"] {
        go(&paul, text).await.must_be(400, "E-BAD-REQUEST");
    }
    assert!(house.audit("saml.response").await.is_empty());
}

#[actix_web::test]
async fn addresses_of_portals_pass_unchanged() {
    let house = House::set("AIGUILLAGE_DISPATCH_RELAYSTATE_ALLOW", "https://cours.example").await;
    let more = "[default]\nportail = https://zone.example\n";
    assert!(house.change("portails.ini", "[default]\n", more).await);
    let paul = house.sign_in("paul.hoarau").await;
    for text in [
        house.at_portal("/portail/9740091F"),
        house.at_portal(""),
        house.at_portal("/autre?a=b&c=%26d#e"),
        house.at_portal("/é à?q=<\"'>"),
        "https://cours.example/x".to_owned(),
        "HTTPS://COURS.example:443/x".to_owned(),
    ] {
        let page = go(&paul, &text).await;
        assert_eq!(page.status, 200, "{text}: {}", page.text);
        assert_eq!(page.field("RelayState"), Some(text));
    }
    let none = paul.get("/saml?sp_ident=9740091F").await;
    assert_eq!((none.status, none.field("RelayState")), (200, None));
}

#[actix_web::test]
async fn a_portal_may_take_words_of_its_own() {
    let house = House::open().await;
    assert!(
        house.rewrite("attribute_sets/associations.ini", "[9740091F]\nrelaystate = opaque\n").await
    );
    let paul = house.sign_in("paul.hoarau").await;

    for good in ["ss:mem:0123abc", "x", "\"><script>", &"x".repeat(80)] {
        let page = go(&paul, good).await;
        assert_eq!(page.field("RelayState").as_deref(), Some(good), "escaped, and the same");
        assert!(!page.text.contains("<script>"));
    }
    for bad in ["https://evil.example", "//evil.example", "javascript:x", &"x".repeat(81)] {
        go(&paul, bad).await.must_be(400, "E-RELAYSTATE");
    }
}
