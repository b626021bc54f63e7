//! What pages promise: who sees them, and the stream that tells of changes.
use super::{Class, TEACHER};
use crate::house::{House, Person};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// What the stream of a roll says until something has changed by what is done meanwhile.
async fn told(house: &House, class: &Class, teacher: &Person<'_>, act: impl AsyncFn()) -> String {
    let mut stream = TcpStream::connect(house.address()).await.expect("it listens");
    let ask = format!(
        "GET {}/events HTTP/1.1\r\nHost: localhost:{}\r\nAccept-Encoding: gzip\r\nCookie: {}\r\n\r\n",
        class.path(),
        house.address().port(),
        teacher.jar()
    );
    stream.write_all(ask.as_bytes()).await.expect("it reads");
    let mut read = String::new();
    let mut piece = [0; 4096];
    let mut is_done = false;
    while !read.contains("event: change") {
        let more = tokio::time::timeout(Duration::from_secs(20), stream.read(&mut piece)).await;
        let length = more.expect("in time").expect("bytes");
        assert!(length > 0, "the stream ended: {read}");
        read.push_str(&String::from_utf8_lossy(&piece[..length]));
        if read.contains("event: here") && !is_done {
            is_done = true;
            act().await;
        }
    }
    read
}

#[actix_web::test]
async fn the_stream_says_how_things_stand_and_then_what_changed() {
    let house = House::open().await;
    let class = Class::plan(&house).await;
    let teacher = house.sign_in(TEACHER).await;
    class.act(&teacher, "open", &[]).await;
    let read = told(&house, &class, &teacher, async || {
        let maelle = house.sign_in("maelle.legrand").await;
        assert_eq!(class.mark(&maelle, &class.code(&teacher).await).await.status, 303);
    });
    let read = read.await;
    assert!(read.contains("text/event-stream"), "{read}");
    assert!(!read.to_lowercase().contains("content-encoding"), "{read}");
    assert!(read.contains("\"there\":1"), "{read}");

    // A scan that was refused changes no line, and is to be seen all the same.
    let read = told(&house, &class, &teacher, async || {
        let marie = house.sign_in("marie.dupont").await;
        let refused = class.mark(&marie, &class.code(&teacher).await).await;
        refused.must_be(403, "E-ROLL-NOT-EXPECTED");
    });
    assert!(read.await.contains("\"there\":1"));
}

#[actix_web::test]
async fn only_those_who_call_a_roll_see_it() {
    let house = House::open().await;
    let class = Class::plan(&house).await;
    let teacher = house.sign_in(TEACHER).await;
    class.act(&teacher, "open", &[]).await;
    let stranger = house.sign_in("marie.dupont").await;
    let visitor = house.visitor();
    for page in ["", "/board", "/codes", "/events", "/closing", "/lines/x?to=absent"] {
        let path = format!("{}{page}", class.path());
        let refused = stranger.get(&path).await;
        assert!(matches!(refused.status, 403 | 404), "{path}: {}", refused.status);
        assert_ne!(visitor.get(&path).await.status, 200, "{path}");
    }
    stranger.get("/attendance/office").await.must_be(403, "E-FORBIDDEN");
    let codes = teacher.get(&format!("{}/codes", class.path())).await.json();
    assert_eq!(codes["codes"].as_array().map(Vec::len), Some(6), "six in advance");
    let board = teacher.get(&format!("{}/board", class.path())).await;
    assert!(board.text.contains(&class.id.to_string()), "in clear below the code");
    assert!(board.text.contains("http-equiv=\"refresh\""), "without a script");
}
