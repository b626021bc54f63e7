//! What is sent to us: how much, and in which form.
use crate::house::House;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write;

const LIMIT: usize = 64 * 1024;

#[actix_web::test]
async fn a_form_has_a_size() {
    let house = House::open().await;
    for path in ["/login", "/dispatch", "/logout", "/language", "/saml/sso"] {
        let person = house.sign_in("paul.hoarau").await;
        let field = "q=";
        let fitting = format!("{field}{}", "x".repeat(LIMIT - field.len()));
        let too_long = format!("{fitting}x");
        let answer = person.send(reqwest::Method::POST, path, Some(fitting)).await;
        assert!(![413, 500].contains(&answer.status), "{path}: {}", answer.status);
        person.send(reqwest::Method::POST, path, Some(too_long)).await.must_be(413, "E-TOO-LARGE");
    }
}

#[actix_web::test]
async fn a_size_that_is_only_announced_is_enough_to_refuse() {
    let house = House::open().await;
    let answer = house.raw("POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 99999999\r\n\r\nlogin=").await;
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer:.80}");
}

#[actix_web::test]
async fn compressed_bodies_are_not_unpacked() {
    let house = House::open().await;
    let visitor = house.visitor();
    visitor.get("/login").await;
    let mut packed = GzEncoder::new(Vec::new(), Compression::best());
    packed.write_all("login=a&password=b&csrf=c".as_bytes()).expect("memory");
    let packed = packed.finish().expect("memory");
    let client = reqwest::Client::builder().no_proxy().build().expect("a client");
    for encoding in ["gzip", "deflate", "br", "zstd", "x"] {
        let request = client
            .post(format!("http://{}/login", house.address()))
            .header("host", "localhost")
            .header("content-type", "application/x-www-form-urlencoded")
            .header("content-encoding", encoding)
            .body(packed.clone());
        assert_eq!(request.send().await.expect("an answer").status(), 415, "{encoding}");
    }
}

#[actix_web::test]
async fn forms_come_as_forms() {
    let house = House::open().await;
    let paul = house.sign_in("paul.hoarau").await;
    for kind in
        ["application/json", "text/plain", "multipart/form-data; boundary=x", "text/xml", ""]
    {
        let answer = paul.clone().posting(kind).post("/logout", &[("csrf", "x")]).await;
        answer.must_be(415, "E-TYPE");
    }
    let kind = "application/x-www-form-urlencoded; charset=UTF-8";
    let answer = paul.clone().posting(kind).post("/logout", &[("csrf", "x")]).await;
    answer.must_be(403, "E-CSRF");
}

#[actix_web::test]
async fn bytes_that_are_no_text_are_refused() {
    let house = House::open().await;
    for body in ["login=%ff%fe&password=%ff", "%zz=%", "&&&===", "login"] {
        let visitor = house.visitor();
        visitor.get("/login").await;
        let answer = visitor.send(reqwest::Method::POST, "/login", Some(body.to_owned())).await;
        assert!([400, 403].contains(&answer.status), "{body}: {}", answer.status);
    }
}

#[actix_web::test]
async fn long_addresses_and_heads_are_refused_or_borne() {
    let house = House::open().await;
    let long = "x".repeat(20_000);
    for (what, head) in [
        ("an address", format!("GET /{long} HTTP/1.1\r\nHost: localhost\r\n")),
        ("a query", format!("GET /login?login={long} HTTP/1.1\r\nHost: localhost\r\n")),
        ("a header", format!("GET /login HTTP/1.1\r\nHost: localhost\r\nX: {long}\r\n")),
        (
            "headers",
            format!("GET /login HTTP/1.1\r\nHost: localhost\r\n{}", "X: y\r\n".repeat(200)),
        ),
    ] {
        let answer = house.raw(&format!("{head}Connection: close\r\n\r\n")).await;
        assert!(!answer.starts_with("HTTP/1.1 5"), "{what}: {answer:.60}");
    }
}
