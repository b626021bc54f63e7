//! Bytes that two programs would read differently: refused, and nothing behind them is answered
//! (SEC-08).
use crate::house::House;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A request whose answer is told from all others.
const SECOND: &str = "GET /saml/metadata HTTP/1.1\r\nHost: localhost\r\n\r\n";
/// Begins a post to `/login`.
const POST: &str = "POST /login HTTP/1.1\r\nHost: localhost\r\n";
/// Begins a get of `/login`.
const GET: &str = "GET /login HTTP/1.1\r\nHost: localhost\r\n";

/// What stands for one of the two beginnings, and what comes then.
const REFUSED: [(&str, &str); 44] = [
    (POST, "Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello"),
    (POST, "Content-Length: 5\r\nContent-Length: 5\r\n\r\nhello"),
    (POST, "Content-Length: 5\r\ncontent-length: 0\r\n\r\nhello"),
    (POST, "Content-Length: 5, 5\r\n\r\nhello"),
    (POST, "Content-Length: -1\r\n\r\n"),
    (POST, "Content-Length: +5\r\n\r\nhello"),
    (POST, "Content-Length: 5x\r\n\r\nhello"),
    (POST, "Content-Length: 0x5\r\n\r\nhello"),
    (POST, "Content-Length: 5 5\r\n\r\nhello"),
    (POST, "Content-Length: \r\n\r\nhello"),
    (POST, "Content-Length: 18446744073709551616\r\n\r\n"),
    (POST, "Content-Length : 5\r\n\r\nhello"),
    (POST, "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    (POST, "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n0\r\n\r\n"),
    (POST, "Transfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n0\r\n\r\n"),
    (POST, "Transfer-Encoding: gzip\r\n\r\n0\r\n\r\n"),
    (POST, "Transfer-Encoding: identity\r\n\r\n0\r\n\r\n"),
    (POST, "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"),
    (POST, "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"),
    (POST, "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n"),
    (POST, "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n"),
    (POST, "Transfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n"),
    (POST, "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    (POST, "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n"),
    (POST, "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n"),
    (POST, "Transfer-Encoding:\u{b}chunked\r\n\r\n0\r\n\r\n"),
    (POST, "X: y\r\n Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    (POST, "X: y\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    (POST, "X: y\rTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    ("POST /login HTTP/1.0\r\nHost: localhost\r\n", "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    (GET, "X: a\r\n b\r\n\r\n"),
    (GET, "X: a\r\n\tb\r\n\r\n"),
    (GET, "X: a\nY: b\r\n\r\n"),
    (GET, "X: a\rb\r\n\r\n"),
    (GET, "X: a\0b\r\n\r\n"),
    (GET, "X\0: a\r\n\r\n"),
    (GET, "X y: a\r\n\r\n"),
    (GET, ": a\r\n\r\n"),
    (GET, "X\r\n\r\n"),
    (GET, "\n"),
    ("GET /login HTTP/1.1\n", "Host: localhost\r\n\r\n"),
    ("GET /lo gin HTTP/1.1\r\n", "Host: localhost\r\n\r\n"),
    ("GET /login HTTP/9.9\r\n", "Host: localhost\r\n\r\n"),
    ("\0\0\0\0\r\n", "\r\n"),
];

/// What came back until the connection was closed, which must be soon.
async fn answers(house: &House, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(house.address()).await.expect("it listens");
    stream.write_all(bytes).await.expect("it reads");
    let mut answer = Vec::new();
    let closed = tokio::time::timeout(Duration::from_secs(30), stream.read_to_end(&mut answer));
    // A reset is an end, too: what we sent behind the fault was not read.
    let _ = closed.await.expect("it closes");
    String::from_utf8_lossy(&answer).into_owned()
}

#[actix_web::test]
async fn requests_that_two_programs_would_read_differently_are_refused() {
    let house = House::open().await;
    for (begin, rest) in REFUSED {
        let answer = answers(&house, format!("{begin}{rest}{SECOND}").as_bytes()).await;
        let is_refused = answer.starts_with("HTTP/1.1 400") || answer.is_empty();
        assert!(is_refused, "{begin:?}{rest:?}: {answer:.80}");
        assert_eq!(answer.matches("HTTP/1.1 ").count().max(1), 1, "{begin:?}{rest:?}");
        assert!(!answer.contains("EntityDescriptor"), "{begin:?}{rest:?}");
    }
}

#[actix_web::test]
async fn a_fault_in_a_later_request_is_found_as_well() {
    let house = House::open().await;
    let form = "Content-Type: application/x-www-form-urlencoded\r\n";
    let chunked = "Transfer-Encoding: chunked\r\n\r\n2\r\na=\r\n1\r\n\n\r\n0\r\n\r\n";
    for first in [
        format!("{GET}\r\n"),
        format!("{POST}{form}Content-Length: 4\r\n\r\na=\n\n"),
        format!("{POST}{form}{chunked}"),
    ] {
        let good =
            answers(&house, format!("{first}{GET}Connection: close\r\n\r\n").as_bytes()).await;
        assert_eq!(good.matches("HTTP/1.1 200").count(), 1 + usize::from(first.starts_with("GET")));
        for fault in ["X: a\nY: b\r\n\r\n", "\n"] {
            let answer = answers(&house, format!("{first}{GET}{fault}{SECOND}").as_bytes()).await;
            assert_eq!(answer.matches("HTTP/1.1 ").count(), 2, "{first:?}: {answer}");
            assert!(answer.contains("HTTP/1.1 400") && !answer.contains("EntityDescriptor"));
        }
    }
}

#[actix_web::test]
async fn a_later_head_has_five_seconds_too() {
    let house = House::open().await;
    let answer = answers(&house, format!("{GET}\r\nGET /saml").as_bytes()).await;
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer:.80}");
    assert_eq!(answer.matches("HTTP/1.1 ").count(), 1);
}
