//! The reference under which a request is found again (OPS-05).
use crate::house::House;

#[actix_web::test]
async fn the_id_of_a_trusted_proxy_is_kept_everywhere() {
    let house = House::open().await;
    for id in ["abcd1234", "3f2504e0-4f89-11d3-9a0c-0305e82c3301", &"x".repeat(64)] {
        let visitor = house.visitor().with("x-request-id", id);
        assert_eq!(visitor.get("/login").await.reference(), id);

        let refused = visitor.with("host", "evil.example").get("/login").await;

        refused.must_be(421, "E-HOST");
        assert_eq!(refused.reference(), id);
        assert_eq!(house.last("request.refused").await.request_id, id);
    }
}

#[actix_web::test]
async fn an_id_that_could_be_anything_else_is_replaced() {
    let house = House::open().await;
    for id in ["short", &"x".repeat(65), "with space", "<script>", "under_score", "a.b.c.d.e"] {
        let answer = house.visitor().with("x-request-id", id).get("/nowhere").await;
        answer.must_be(404, "E-NOT-FOUND");
        assert_eq!(answer.reference().len(), 12, "{id}");
        assert!(!answer.text.contains(id), "{id}");
    }
    let twice = house.visitor().and("x-request-id", "abcd1234").and("x-request-id", "abcd1235");
    assert_eq!(twice.get("/login").await.reference().len(), 12);
}

#[actix_web::test]
async fn nobody_else_names_our_requests() {
    let house = House::set("AIGUILLAGE_HTTP_TRUSTED_PROXIES", "192.0.2.1").await;
    let answer = house.visitor().with("x-request-id", "abcd1234").get("/login").await;
    assert_eq!(answer.reference().len(), 12);
}
