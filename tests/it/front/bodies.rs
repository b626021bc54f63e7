//! What is sent to us: how much, and in which form.
use crate::house::House;
use crate::peers::loopback;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

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
    let client = loopback().build().expect("a client");
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

/// The status line of an answer to this head, with `Host` and the end put behind it.
async fn status(house: &House, head: &str) -> String {
    let answer = house.raw(&format!("{head}Host: localhost\r\nConnection: close\r\n\r\n")).await;
    answer.get(9..12).unwrap_or_default().to_owned()
}

#[actix_web::test]
async fn an_address_may_have_eight_kib() {
    let house = House::open().await;
    let line = |length: usize| {
        let rest = "GET /login? HTTP/1.1".len();
        format!("GET /login?{} HTTP/1.1\r\n", "x".repeat(length - rest))
    };
    assert_eq!(status(&house, &line(8192)).await, "200");
    for length in [8193, 9000, 60_000] {
        assert_eq!(status(&house, &line(length)).await, "414", "{length}");
    }
    assert_eq!(house.last("request.refused").await.reason, "E-TOO-LARGE");
    // Beyond that the parser cannot read the address at all.
    assert_eq!(status(&house, &line(70_000)).await, "400");
}

#[actix_web::test]
async fn a_header_may_have_sixteen_kib_in_64_lines() {
    let house = House::open().await;
    let line = "GET /login HTTP/1.1\r\n";
    // `status` adds two lines of 36 bytes.
    let own = "host: localhost\r\nconnection: close\r\n".len();
    let long =
        |length: usize| format!("{line}x: {}\r\n", "y".repeat(length - own - "x: \r\n".len()));
    let many = |lines: usize| format!("{line}{}", "x: y\r\n".repeat(lines - 2));
    assert_eq!(status(&house, &long(16_384)).await, "200");
    assert_eq!(status(&house, &many(64)).await, "200");
    for head in
        [long(16_385), long(100_000), long(200_000), many(65), many(96), many(97), many(500)]
    {
        assert_eq!(status(&house, &head).await, "431", "{} bytes", head.len());
    }
}

#[actix_web::test]
async fn chunks_have_the_same_limit() {
    let house = House::open().await;
    let head = "POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nTransfer-Encoding: chunked\r\n\r\n";
    let chunks = format!("4000\r\n{}\r\n", "x".repeat(0x4000)).repeat(4);
    let answer = house.raw(&format!("{head}{chunks}1\r\nx\r\n0\r\n\r\n")).await;
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer:.80}");
    let answer = house.raw(&format!("{head}{chunks}0\r\n\r\n")).await;
    assert!(answer.starts_with("HTTP/1.1 40"), "wrong, but not too much: {answer:.80}");
}

#[actix_web::test]
async fn a_body_that_does_not_come_is_not_waited_for() {
    let house = House::open().await;
    let mut stream = TcpStream::connect(house.address()).await.expect("it listens");
    let head = "POST /login HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 500\r\n\r\nlogin=";
    stream.write_all(head.as_bytes()).await.expect("it reads");

    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("it answers and closes");

    assert!(answer.starts_with("HTTP/1.1 408"), "{answer:.80}");
    let lower = answer.to_lowercase();
    for part in ["connection: close", "x-frame-options: deny", "e-slow"] {
        assert!(lower.contains(part), "{part}: {answer}");
    }
    assert_eq!(house.last("request.refused").await.reason, "E-SLOW");
}
