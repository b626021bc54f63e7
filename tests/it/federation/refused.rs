//! Questions that are no questions: refused with one text, never sent anywhere.
use crate::house::{House, Wish};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::Method;

#[actix_web::test]
async fn broken_questions_are_refused_with_one_text() {
    let house = House::open().await;
    let portal = house.portal("9740091F").await;
    let paul = house.sign_in("paul.hoarau").await;
    let (_, good) = portal.writes("");
    let xml = String::from_utf8(STANDARD.decode(&good).expect("base64")).expect("UTF-8");
    let destination = house.url("/saml/sso");
    let huge = format!("<!--{}-->", "x".repeat(30_000));
    let changes: Vec<(&str, String)> = vec![
        ("no request at all", String::new()),
        ("not base64", "%%%".to_owned()),
        ("not XML", STANDARD.encode("hello")),
        ("a document type", STANDARD.encode(format!("<!DOCTYPE x [<!ENTITY e \"x\">]>{xml}"))),
        ("a comment", STANDARD.encode(xml.replace("<a:Issuer>", "<a:Issuer><!-- x -->"))),
        ("two roots", STANDARD.encode(format!("{xml}{xml}"))),
        ("too large", STANDARD.encode(format!("{xml}{huge}"))),
        ("another version", STANDARD.encode(xml.replace("Version=\"2.0\"", "Version=\"1.1\""))),
        (
            "another destination",
            STANDARD.encode(xml.replace(&destination, "https://evil.example/")),
        ),
        (
            "an address that is not the portal's",
            STANDARD.encode(xml.replace(
                " Version",
                " AssertionConsumerServiceURL=\"https://evil.example/acs\" Version",
            )),
        ),
        (
            "an index that is not the portal's",
            STANDARD
                .encode(xml.replace(" Version", " AssertionConsumerServiceIndex=\"77\" Version")),
        ),
        ("another message", STANDARD.encode(xml.replace("AuthnRequest", "LogoutRequest"))),
        ("Latin-1", STANDARD.encode(b"<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?><x>\xe9</x>")),
    ];
    let mut words = Vec::new();
    for (what, request) in changes {
        let answer = paul.post("/saml/sso", &[("SAMLRequest", &request)]).await;
        answer.must_be(400, "E-SAML");
        assert!(!answer.text.contains("evil"), "{what}");
        let reference = answer.reference().to_owned();
        words.push(answer.words().replace(&reference, ""));
        assert_eq!(house.last("saml.refused").await.reason, "E-SAML", "{what}");
        assert!(
            house.last("saml.refused").await.fields["detail"]
                .as_str()
                .is_some_and(|d| !d.is_empty())
        );
    }
    words.dedup();
    assert_eq!(words.len(), 1, "one text for all");
    assert!(house.audit("saml.request").await.is_empty());
}

#[actix_web::test]
async fn strangers_are_told_that_we_do_not_know_them() {
    let house = House::open().await;
    let portal = house.portal("9740091F").await;
    let (_, request) = portal.writes("");
    let xml = String::from_utf8(STANDARD.decode(&request).expect("base64")).expect("UTF-8");
    let stranger = STANDARD.encode(xml.replace(&portal.entity_id, "https://evil.example/sp"));

    let answer = house.visitor().post("/saml/sso", &[("SAMLRequest", &stranger)]).await;

    answer.must_be(404, "E-SP-UNKNOWN");
    assert!(!answer.text.contains("evil"));
}

#[actix_web::test]
async fn the_fields_around_a_question_stand_once_and_in_their_place() {
    let house = House::open().await;
    let portal = house.portal("9740091F").await;
    let visitor = house.visitor();
    let (_, request) = portal.writes("");
    let field = ("SAMLRequest", request.as_str());
    let twice = visitor.post("/saml/sso", &[field, field]).await;
    twice.must_be(400, "E-BAD-REQUEST");
    let states = [field, ("RelayState", "a"), ("RelayState", "b")];
    visitor.post("/saml/sso", &states).await.must_be(400, "E-BAD-REQUEST");
    let query = serde_urlencoded::to_string([field]).expect("a query");
    let path = format!("/saml/sso?{query}");
    let in_address = visitor.send(Method::POST, &path, Some(String::new())).await;
    in_address.must_be(400, "E-BAD-REQUEST");
    let (_, path) = portal.asks(Wish::default(), Some("a"));
    visitor.get(&format!("{path}&RelayState=b")).await.must_be(400, "E-BAD-REQUEST");
    visitor.get(&format!("{path}&SAMLResponse=x")).await.must_be(400, "E-SAML");
    visitor.get("/saml/sso").await.must_be(400, "E-SAML");
    let long = "x".repeat(2049);
    let too_long = [field, ("RelayState", long.as_str())];
    visitor.post("/saml/sso", &too_long).await.must_be(400, "E-SAML");
    assert!(house.audit("saml.request").await.is_empty());
}

#[actix_web::test]
async fn a_bomb_costs_little() {
    use flate2::Compression;
    use flate2::write::DeflateEncoder;
    use std::io::Write;
    let house = House::open().await;
    let mut bomb = DeflateEncoder::new(Vec::new(), Compression::best());
    for _ in 0..64 {
        bomb.write_all(&vec![b' '; 64 * 1024]).expect("memory");
    }
    let bomb = STANDARD.encode(bomb.finish().expect("memory"));
    let query = serde_urlencoded::to_string([("SAMLRequest", &bomb)]).expect("a query");

    let answer = house.visitor().get(&format!("/saml/sso?{query}")).await;

    answer.must_be(400, "E-SAML");
}

#[actix_web::test]
async fn a_portal_that_asks_for_another_kind_of_name_is_told_so() {
    let house = House::open().await;
    let portal = house.portal("9740091F").await;
    let paul = house.sign_in("paul.hoarau").await;
    let (id, request) = portal.writes("");
    let xml = String::from_utf8(STANDARD.decode(&request).expect("base64")).expect("UTF-8");
    let policy = "<p:NameIDPolicy Format=\"urn:oasis:names:tc:SAML:2.0:nameid-format:persistent\"/></p:AuthnRequest>";
    let request = STANDARD.encode(xml.replace("</p:AuthnRequest>", policy));

    let kept = paul.post("/saml/sso", &[("SAMLRequest", &request)]).await;
    let page = paul.get(kept.location()).await;

    portal.must_fail(&page, &id, "InvalidNameIDPolicy");
}

#[actix_web::test]
async fn a_portal_that_wants_two_factors_is_told_that_there_was_one() {
    let house = House::open().await;
    let portal = house.portal("9740091F").await;
    let paul = house.sign_in("paul.hoarau").await;
    for (class, is_met) in [
        ("urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport", true),
        ("https://refeds.org/profile/mfa", false),
    ] {
        let (id, request) = portal.writes("");
        let xml = String::from_utf8(STANDARD.decode(&request).expect("base64")).expect("UTF-8");
        let wanted = format!(
            "<p:RequestedAuthnContext Comparison=\"exact\"><a:AuthnContextClassRef>{class}</a:AuthnContextClassRef></p:RequestedAuthnContext></p:AuthnRequest>"
        );
        let request = STANDARD.encode(xml.replace("</p:AuthnRequest>", &wanted));

        let kept = paul.post("/saml/sso", &[("SAMLRequest", &request)]).await;
        let page = paul.get(kept.location()).await;

        if is_met {
            portal.receive(&page, Some(&id));
        } else {
            portal.must_fail(&page, &id, "NoAuthnContext");
        }
    }
}

#[actix_web::test]
async fn our_own_description_is_signed_and_says_where_to_ask() {
    let house = House::open().await;
    let answer = house.visitor().get("/saml/metadata").await;

    assert_eq!(answer.header("content-type"), "application/samlmetadata+xml");
    assert!(answer.text.contains(&format!("entityID=\"{}\"", house.url("/saml/metadata"))));
    assert!(answer.text.contains(&house.url("/saml/sso")));
    assert!(answer.text.contains("Signature"));
    assert!(answer.text.contains("validUntil=\"20"));
}
