//! Who comes in: every operation with every scope.
use super::{house, may, program, put, token};
use crate::house::Answer;
use aiguillage::api::{Operation, Scope, operations};
use reqwest::Method;
use serde_json::json;

/// An address of an operation that finds nothing.
fn address(operation: &Operation) -> String {
    let id = uuid::Uuid::nil().to_string();
    let path = operation.path.replace("{source}", "nulle").replace("{rne}", "0000000Z");
    let path = path.replace("{kind}", "records").replace("{format}", "csv");
    let query = match path.as_str() {
        "/api/v1/colleagues" => "?q=x",
        "/api/v1/imports/csv" | "/api/v1/imports/ical" => "?rne=0000000Z&dry_run=true",
        _ => "",
    };
    path.replace("{id}", &id).replace("{student}", &id).replace("{eppn}", "x@nulle.example") + query
}

async fn call(person: &crate::house::Person<'_>, operation: &Operation) -> Answer {
    let method = Method::from_bytes(operation.method.as_bytes()).expect("a method");
    let body = ["POST", "PUT", "PATCH"].contains(&operation.method).then(|| "{}".to_owned());
    let kind = match operation.path {
        "/api/v1/imports/csv" => "text/csv",
        "/api/v1/imports/ical" => "text/calendar",
        _ => "application/json",
    };
    person
        .clone()
        .posting(kind)
        .with("idempotency-key", "k")
        .send(method, &address(operation), body)
        .await
}

#[actix_web::test]
async fn an_operation_opens_to_its_own_scope_and_to_no_other() {
    let house = house().await;
    for scope in Scope::all() {
        let program = may(&house, &[scope]).await;
        for operation in operations() {
            let answer = call(&program, &operation).await;
            if scope == operation.scope {
                assert!(![401, 403].contains(&answer.status), "{scope} {operation:?}");
                assert!(answer.status < 500, "{scope} {operation:?} {}", answer.text);
            } else {
                answer.must_be(403, "E-API-SCOPE");
            }
        }
    }
}

#[actix_web::test]
async fn nobody_comes_in_without_a_token_whatever_else_they_show() {
    let house = house().await;
    let good = token(&house, &Scope::all().collect::<Vec<_>>(), |_| {}).await;
    let admin = house.administrator().await.posting("application/json");
    for operation in operations() {
        call(&house.visitor().posting("application/json"), &operation)
            .await
            .must_be(401, "E-API-TOKEN");
        call(&admin, &operation).await.must_be(401, "E-API-TOKEN");
    }
    let shown = |value: &str| house.visitor().with("authorization", value);
    for value in [
        format!("Basic {good}"),
        format!("Bearer {}", &good[..46]),
        format!("Bearer {good}x"),
        format!("Bearer {}", good.to_uppercase()),
        "Bearer".to_owned(),
        format!("Bearer aig_{}", "A".repeat(43)),
    ] {
        let answer = shown(&value).get("/api/v1/people").await;
        answer.must_be(401, "E-API-TOKEN");
        assert_eq!(answer.header("www-authenticate"), "Bearer");
        assert_eq!(answer.header("content-type"), "application/problem+json");
    }
    let address = format!("/api/v1/people?access_token={good}");
    house.visitor().get(&address).await.must_be(401, "E-API-TOKEN");
    let twice = program(&house, &good).and("authorization", &format!("Bearer {good}"));
    twice.get("/api/v1/people").await.must_be(401, "E-API-TOKEN");
    assert_eq!(program(&house, &good).get("/api/v1/people").await.status, 200);
    assert_eq!(shown(&format!("bearer {good}")).get("/api/v1/people").await.status, 200);
}

#[actix_web::test]
async fn with_a_token_the_cookies_of_a_session_count_for_nothing() {
    let house = house().await;
    let admin = house.administrator().await;
    let narrow = token(&house, &[Scope::SchoolsRead], |_| {}).await;
    let both = admin.with("authorization", &format!("Bearer {narrow}"));
    both.get("/api/v1/people").await.must_be(403, "E-API-SCOPE");
    assert_eq!(both.get("/api/v1/schools").await.status, 200);
}

#[actix_web::test]
async fn what_is_wrong_with_a_request_is_said_with_a_stable_code() {
    let house = house().await;
    let all = may(&house, &Scope::all().collect::<Vec<_>>()).await;
    for query in ["?limit=0", "?limit=201", "?limit=x", "?cursor=x", "?nothing=1", "?q=a&q=b"] {
        all.get(&format!("/api/v1/people{query}")).await.must_be(400, "E-API-QUERY");
    }
    let one = "/api/v1/people/by-source/rh/1";
    let answer = all.send(Method::PUT, one, Some("{".to_owned())).await;
    answer.must_be(400, "E-API-JSON");
    put(&all, one, &json!([1])).await.must_be(422, "E-API-FIELDS");
    let answer = all.clone().posting("text/plain").send(Method::PUT, one, Some("x".into())).await;
    answer.must_be(415, "E-TYPE");
    let long = Some("x".repeat(256 * 1024 + 1));
    all.send(Method::PUT, one, long).await.must_be(413, "E-TOO-LARGE");
    let many = "/api/v1/people/by-source/rh";
    all.send(Method::POST, many, Some("{}".into())).await.must_be(400, "E-API-KEY");
    for key in ["", "é", &"k".repeat(129), "a b"] {
        let named = all.clone().with("idempotency-key", key);
        named.send(Method::POST, many, Some("{}".into())).await.must_be(400, "E-API-KEY");
    }
    let unknown = json!({ "people": [], "role": "admin" });
    super::send(&all, many, "k1", &unknown).await.must_be(422, "E-API-FIELDS");
    all.get("/api/v1/people/nobody").await.must_be(404, "E-NOT-FOUND");
    all.get("/api/v1/nothing").await.must_be(404, "E-NOT-FOUND");
    let answer = all.send(Method::PATCH, "/api/v1/people", None).await;
    answer.must_be(405, "E-METHOD");
    assert_eq!(answer.header("allow"), "GET, HEAD");
}
