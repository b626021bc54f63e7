//! Whose house this is: the host that was asked for, and raw requests that make no sense.
use crate::house::House;

#[actix_web::test]
async fn only_our_own_names_are_answered() {
    let house = House::open().await;
    let port = house.address().port();
    for host in [
        "localhost".to_owned(),
        format!("localhost:{port}"),
        "LOCALHOST:1".to_owned(),
        "other.example".to_owned(),
    ] {
        let answer = house.visitor().with("host", &host).get("/login").await;
        assert_eq!(answer.status, 200, "{host}");
    }
    for host in [
        "evil.example",
        "localhost.evil.example",
        "evil.example:80",
        "127.0.0.1",
        "localhost:80:80",
    ] {
        let answer = house.visitor().with("host", host).get("/login").await;
        answer.must_be(421, "E-HOST");
        assert!(!answer.text.contains("evil") && answer.cookies().is_empty(), "{host}");
        assert_eq!(house.last("request.refused").await.reason, "E-HOST");
    }
}

#[actix_web::test]
async fn a_request_names_one_host() {
    let house = House::open().await;
    let status =
        async |head: &str| house.raw(&format!("GET /login HTTP/1.1\r\n{head}\r\n\r\n")).await;

    assert!(status("Host: localhost\r\nConnection: close").await.starts_with("HTTP/1.1 200"));
    for head in [
        "Connection: close",
        "Host: localhost\r\nHost: evil.example\r\nConnection: close",
        "Host: evil.example\r\nHost: localhost\r\nConnection: close",
        "Host: localhost\r\nHost: localhost\r\nConnection: close",
    ] {
        let answer = status(head).await;
        assert!(answer.starts_with("HTTP/1.1 400"), "{head}: {answer:.60}");
    }
    let answer = house.raw("GET http://evil.example/login HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").await;
    assert!(!answer.contains("evil"), "{answer}");
}

#[actix_web::test]
async fn what_proxies_say_of_our_name_builds_no_address() {
    let house = House::open().await;
    let paths = ["/login", "/dispatch", "/", "/saml/metadata", "/nowhere"];
    for path in paths {
        let plain = house.visitor().get(path).await;
        let forwarded = house
            .visitor()
            .with("x-forwarded-host", "evil.example")
            .with("x-forwarded-proto", "https")
            .with("x-forwarded-port", "666")
            .with("forwarded", "host=evil.example;proto=https")
            .with("x-original-url", "/admin")
            .with("x-rewrite-url", "/admin");
        let answer = forwarded.get(path).await;
        assert_eq!((answer.status, answer.location()), (plain.status, plain.location()), "{path}");
        assert!(!answer.text.contains("evil") && !format!("{:?}", answer.headers).contains("evil"));
    }
}
