//! The program killed between an act and its answer: whoever asks again gets one act and one answer.
use crate::program::{Installation, Service};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::time::sleep;

const SECTIONS: &str = "[source:rh]\nkind = push\nattr.displayName = join(' ', prenom, nom)\n\
    [source:staff]\nkind = csv\npath = staff.csv\nattr.displayName = nom\n";

fn token(house: &Installation) -> String {
    let scopes = ["--scope", "people:write", "--scope", "sources:run"];
    let made = house.run(&[&["token", "add", "Programme"][..], &scopes].concat());
    made.good().trim().to_owned()
}

/// Send a request and listen to nothing.
async fn shout(house: &Installation, token: &str, path: &str, key: &str, body: &str) {
    let length = body.len();
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\
         Idempotency-Key: {key}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\n\r\n"
    );
    let address = format!("127.0.0.1:{}", house.port);
    let mut stream = TcpStream::connect(address).await.expect("it listens");
    stream.write_all(head.as_bytes()).await.expect("it reads");
    stream.write_all(body.as_bytes()).await.expect("it reads");
    // The connection stays open until the program is gone.
    tokio::spawn(async move {
        let _stream = stream;
        sleep(Duration::from_mins(1)).await;
    });
}

/// Send a request until it is answered otherwise than "another run is under way".
async fn ask(
    service: &Service<'_>,
    house: &Installation,
    request: (&str, &str, &str, &str),
) -> (u16, String) {
    let (token, path, key, body) = request;
    let url = format!("http://localhost:{}{path}", house.port);
    for _ in 0..120 {
        let post = service.client.post(&url).bearer_auth(token).header("idempotency-key", key);
        let answer = post.header("content-type", "application/json").body(body.to_owned());
        let answer = answer.send().await.expect("it answers");
        let (status, text) = (answer.status().as_u16(), answer.text().await.expect("text"));
        if status != 409 {
            return (status, text);
        }
        sleep(Duration::from_millis(500)).await;
    }
    panic!("the run of a program that is gone never ends");
}

/// How many orders the record holds.
fn orders(house: &Installation) -> usize {
    let said = house.run(&["audit", "export"]);
    said.good().lines().filter(|line| line.contains("\"sync.asked\"")).count()
}

#[actix_web::test]
async fn an_order_that_was_killed_before_its_answer_is_there_once() {
    let house = Installation::with(SECTIONS);
    house.write("etc/staff.csv", "uid;nom\n1;Ada\n");
    house.run(&["migrate"]).good();
    let (token, path) = (token(&house), "/api/v1/sources/staff/runs");
    for (round, pause) in [0, 3, 30].into_iter().enumerate() {
        let (key, service) = (format!("k{round}"), house.serve().await);
        shout(&house, &token, path, &key, "{\"dry_run\":true}").await;
        sleep(Duration::from_millis(pause)).await;
        service.process.kill();

        let service = house.serve().await;
        let request = (token.as_str(), path, key.as_str(), "{\"dry_run\":true}");
        let first = ask(&service, &house, request).await;
        assert_eq!(first.0, 202, "{}", first.1);
        assert_eq!(ask(&service, &house, request).await, first);
        service.process.kill();
        assert_eq!(orders(&house), round + 1);
    }
}

#[actix_web::test]
async fn people_whose_push_was_killed_are_there_once_after_it_was_sent_again() {
    let house = Installation::with(SECTIONS);
    house.write("etc/staff.csv", "uid;nom\n1;Ada\n");
    house.run(&["migrate"]).good();
    let (token, path) = (token(&house), "/api/v1/people/by-source/rh");
    let person = |n: usize| json!({ "uid": n.to_string(), "prenom": "P", "nom": n.to_string() });
    let body = json!({ "people": (0..8_000).map(person).collect::<Vec<_>>() }).to_string();
    let service = house.serve().await;
    shout(&house, &token, path, "k", &body).await;
    let mut half = 0;
    while half < 2 {
        half = people(&house);
    }
    service.process.kill();

    let service = house.serve().await;
    let request = (token.as_str(), path, "k", body.as_str());
    let (status, text) = ask(&service, &house, request).await;
    assert_eq!(status, 200, "{text}");
    let counts = serde_json::from_str::<Value>(&text).expect("JSON")["counts"].clone();
    let of = |name: &str| counts[name].as_u64().expect("a number");
    assert_eq!(of("appeared") + of("unchanged"), 8_000, "{counts}");
    assert_eq!(ask(&service, &house, request).await, (status, text));
    // The other source has one, and is read when its turn comes.
    for _ in 0..120 {
        if people(&house) > 8_000 {
            break;
        }
        sleep(Duration::from_millis(500)).await;
    }
    service.process.kill();
    assert_eq!(people(&house), 8_001, "nobody is there twice");
}

/// How many people the program lists.
fn people(house: &Installation) -> u64 {
    let said = house.run(&["person", "list", "--limit", "1"]);
    let last = said.said.lines().last().unwrap_or_default();
    last.rsplit(' ').next().and_then(|count| count.parse().ok()).unwrap_or(0)
}
