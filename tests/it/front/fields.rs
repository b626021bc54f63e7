//! Fields that must not mean one thing to us and another to somebody else (SEC-10).
use crate::house::House;
use reqwest::Method;

const FIELDS: [&str; 12] = [
    "SAMLResponse",
    "SAMLRequest",
    "RelayState",
    "SigAlg",
    "Signature",
    "service",
    "ticket",
    "state",
    "code",
    "redirect_uri",
    "csrf",
    "rne",
];

#[actix_web::test]
async fn a_security_field_stands_once_in_an_address() {
    let house = House::open().await;
    for field in FIELDS {
        for path in ["/login", "/saml/sso", "/saml/metadata", "/nowhere"] {
            for (first, second) in [("a", "b"), ("b", "a"), ("a", "a"), ("", "a")] {
                let query = format!("{field}={first}&x=1&{field}={second}");
                let answer = house.visitor().get(&format!("{path}?{query}")).await;
                answer.must_be(400, "E-BAD-REQUEST");
                assert_eq!(house.last("request.refused").await.reason, "E-BAD-REQUEST");
            }
        }
        let once = house.visitor().get(&format!("/login?{field}=a&x=1&x=2")).await;
        assert_ne!(once.status, 400, "{field}");
    }
}

#[actix_web::test]
async fn a_security_field_stands_once_in_a_form() {
    let house = House::open().await;
    for field in FIELDS {
        for path in ["/login", "/saml/sso", "/logout"] {
            let visitor = house.sign_in("paul.hoarau").await;
            let answer = visitor.post(path, &[(field, "a"), ("x", "1"), (field, "b")]).await;
            assert_eq!(answer.status, 400, "{path} {field}: {}", answer.text);
        }
    }
}

#[actix_web::test]
async fn a_post_has_its_security_fields_in_its_body() {
    let house = House::open().await;
    for field in FIELDS {
        for path in ["/login", "/saml/sso", "/dispatch", "/language"] {
            let address = format!("{path}?x=1&{field}=");
            let answer = house.visitor().post(&address, &[("lang", "en")]).await;
            answer.must_be(400, "E-BAD-REQUEST");
        }
    }
    let encoded = house.visitor().send(Method::POST, "/language?%63srf=1", None).await;
    encoded.must_be(400, "E-BAD-REQUEST");
}
