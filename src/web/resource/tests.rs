//! The limits of a path, from a request to its answer.
use super::super::body::Pace;
use super::*;
use actix_web::App;
use actix_web::dev::Service;
use actix_web::http::StatusCode;
use actix_web::http::header;
use actix_web::test::{TestRequest, init_service};
use actix_web::web::{Bytes, Payload};
use futures_util::{StreamExt, future, stream};
use std::rc::Rc;
use std::time::Duration;
use tokio::sync::Notify;

const SHORT: Pace =
    Pace { grace: Duration::from_millis(20), per_second: 1024, most: Duration::from_millis(100) };

/// Counts bytes as they come, and answers 200 whatever happens to them.
async fn count(mut body: Payload) -> String {
    let mut count = 0;
    while let Some(Ok(piece)) = body.next().await {
        count += piece.len();
    }
    count.to_string()
}

async fn length(body: Bytes) -> String {
    body.len().to_string()
}

/// Lets everybody in who does not come to what needs a token.
fn gate(_: HttpRequest, rule: Rule) -> Admission {
    let is_open = !matches!(rule, Rule::Token(_));
    Box::pin(async move { if is_open { Ok(()) } else { Err(Error::NotFound) } })
}

fn map(cfg: &mut ServiceConfig) {
    let mut routes = Vec::new();
    let map = &mut Map::new(cfg, &mut routes, gate);
    let csv = Intake::of(&["text/csv"], 1_000_000);
    at("/form", Rule::Public).post(length).mount(map);
    at("/list", Rule::Public).takes(csv).post(length).mount(map);
    at("/stream", Rule::Public).takes(csv.streamed(SHORT)).post(count).mount(map);
}

#[actix_web::test]
async fn each_method_has_its_rule_and_is_written_down() {
    let told = std::cell::RefCell::new(Vec::new());
    let app = App::new().app_data(workroom(1)).configure(|cfg| {
        let mut routes = told.borrow_mut();
        let mut map = Map::new(cfg, &mut routes, gate);
        map.below("/l", |map| {
            let path = at("/a", Rule::Public).get(length).but(Rule::Token("x")).post(length);
            path.mount(map);
        });
    });
    let app = init_service(app).await;
    let status = async |request: TestRequest| {
        let request = request.uri("/l/a").to_request();
        app.call(request).await.expect("an answer").status().as_u16()
    };
    assert_eq!(status(TestRequest::get()).await, 200);
    assert_eq!(status(TestRequest::default().method(Method::HEAD)).await, 200);
    let form = (header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    assert_eq!(status(TestRequest::post().insert_header(form)).await, 404, "the gate is shut");
    let route = |method, rule| Route { method, path: "/l/a".to_owned(), rule };
    let expected = [route("GET", Rule::Public), route("POST", Rule::Token("x"))];
    assert_eq!(*told.borrow(), expected);
}

fn workroom(places: usize) -> Data<Workroom> {
    Data::new(Workroom::new(places))
}

/// Status, code of the error and, when it is good, the text of an answer to a post of `pieces`.
async fn post(
    path: &str,
    kind: &str,
    pieces: Vec<Bytes>,
    ends: bool,
) -> (u16, &'static str, String) {
    let app = init_service(App::new().app_data(workroom(1)).configure(map)).await;
    let mut request = TestRequest::post()
        .uri(path)
        .insert_header((header::CONTENT_TYPE, kind))
        .insert_header((header::TRANSFER_ENCODING, "chunked"))
        .to_request();
    let pieces = stream::iter(pieces.into_iter().map(Ok));
    let rest = if ends { stream::empty().left_stream() } else { stream::pending().right_stream() };
    *request.payload() = actix_web::dev::Payload::Stream { payload: Box::pin(pieces.chain(rest)) };
    let answer = app.call(request).await.expect("an answer");
    let error = answer.response().error().and_then(|error| error.as_error::<Error>());
    let (status, code) = (answer.status().as_u16(), error.map_or("", Error::code));
    let text = actix_web::body::to_bytes(answer.into_body()).await.expect("a text");
    (status, code, String::from_utf8_lossy(&text).into_owned())
}

fn bytes(length: usize) -> Bytes {
    Bytes::from(vec![b'x'; length])
}

#[actix_web::test]
async fn a_path_says_what_it_takes() {
    const FORM: &str = "application/x-www-form-urlencoded";
    let good = |length: usize| (200, "", length.to_string());
    assert_eq!(post("/form", FORM, vec![bytes(65_535), bytes(1)], true).await, good(65_536));
    assert_eq!(post("/form", FORM, vec![bytes(65_536), bytes(1)], true).await.1, "E-TOO-LARGE");
    assert_eq!(post("/form", "text/csv", vec![bytes(5)], true).await.1, "E-TYPE");
    assert_eq!(post("/list", FORM, vec![bytes(5)], true).await.1, "E-TYPE");
    for path in ["/list", "/stream"] {
        assert_eq!(post(path, "text/csv", vec![bytes(1_000_000)], true).await, good(1_000_000));
        let (status, code, _) =
            post(path, "text/csv", vec![bytes(1_000_000), bytes(1)], true).await;
        assert_eq!((status, code), (413, "E-TOO-LARGE"), "{path}");
    }
}

#[actix_web::test]
async fn a_stream_that_stops_is_a_408_even_if_the_handler_took_it_for_its_end() {
    let (status, code, _) = post("/stream", "text/csv", vec![bytes(10)], false).await;
    assert_eq!((status, code), (408, "E-SLOW"));
}

#[actix_web::test]
async fn a_full_house_sends_away_and_a_slow_sender_takes_no_place() {
    let (begin, end) = (Rc::new(Notify::new()), Rc::new(Notify::new()));
    let (begun, ended) = (begin.clone(), end.clone());
    let app = App::new().app_data(Data::new(Workroom::new(1))).configure(|cfg| {
        let handler = move || {
            let (begun, ended) = (begun.clone(), ended.clone());
            async move {
                begun.notify_one();
                ended.notified().await;
                "done"
            }
        };
        let mut routes = Vec::new();
        let map = &mut Map::new(cfg, &mut routes, gate);
        at("/long", Rule::Public).class(Class::Export).get(handler.clone()).mount(map);
        at("/form", Rule::Public).post(length).mount(map);
    });
    let app = init_service(app).await;

    let mut slow = TestRequest::post()
        .uri("/form")
        .insert_header((header::CONTENT_TYPE, "application/x-www-form-urlencoded"))
        .insert_header((header::CONTENT_LENGTH, "5"))
        .to_request();
    *slow.payload() = actix_web::dev::Payload::Stream { payload: Box::pin(stream::pending()) };
    let mut slow = Box::pin(app.call(slow));
    assert!(future::poll_immediate(&mut slow).await.is_none());

    let long = || app.call(TestRequest::get().uri("/long").to_request());
    let mut first = Box::pin(long());
    assert!(future::poll_immediate(&mut first).await.is_none());
    begin.notified().await;
    let mut second = Box::pin(long());
    assert!(future::poll_immediate(&mut second).await.is_none(), "one may wait");
    let third = long().await.expect("an answer");

    assert_eq!(third.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(
        third.headers().get(header::RETRY_AFTER).map(header::HeaderValue::as_bytes),
        Some(&b"2"[..])
    );
    end.notify_one();
    assert_eq!(first.await.expect("an answer").status(), StatusCode::OK);
    assert!(future::poll_immediate(&mut second).await.is_none());
    end.notify_one();
    assert_eq!(second.await.expect("an answer").status(), StatusCode::OK);
}

#[actix_web::test]
async fn a_refused_method_takes_neither_body_nor_place() {
    let app = init_service(App::new().app_data(workroom(0)).configure(map)).await;
    let request = TestRequest::put().uri("/form").set_payload("x").to_request();
    let answer = app.call(request).await.expect("an answer");
    assert_eq!(answer.status(), StatusCode::METHOD_NOT_ALLOWED);
}

/// Breaks when asked to, with a lock in its hand.
async fn fragile(lock: Data<std::sync::Mutex<u32>>, request: actix_web::HttpRequest) -> String {
    let mut count = lock.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    *count += 1;
    assert_ne!(request.query_string(), "break");
    count.to_string()
}

#[actix_web::test]
async fn a_handler_that_panics_breaks_its_own_request_only() {
    let map = |cfg: &mut ServiceConfig| {
        let mut routes = Vec::new();
        let map = &mut Map::new(cfg, &mut routes, gate);
        at("/fragile/{name}", Rule::Public).get(fragile).mount(map);
    };
    let lock = Data::new(std::sync::Mutex::new(0_u32));
    let app = App::new().app_data(workroom(2)).app_data(lock).configure(map);
    let app = init_service(app).await;
    let ask = async |path: &str| {
        let answer = app.call(TestRequest::get().uri(path).to_request()).await.expect("an answer");
        let error = answer.response().error().and_then(|error| error.as_error::<Error>());
        (answer.status().as_u16(), error.map_or("", Error::code))
    };
    for _ in 0..3 {
        assert_eq!(ask("/fragile/x?break").await, (500, "E-INTERNAL"), "and its place is free");
    }
    for _ in 0..1_000 {
        assert_eq!(ask("/fragile/x").await, (200, ""));
    }
}
