//! Messages that users signed: the captured ones, and what may not be done with them.
use super::{Lookup, field};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::Duration;
use openssl::hash::MessageDigest;
use openssl::pkey::{PKey, Private};
use serde_json::{Value, json};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

const PUBLISHED: &str = include_str!("../../data/lookup/published.json");
const WITHDRAWN: &str = include_str!("../../data/lookup/withdrawn.json");
const KEY: &str = include_str!("../../data/lookup/signer.pem");
const SETTINGS: [(&str, &str); 3] = [
    ("AIGUILLAGE_LOOKUP_KEY_HOSTS", "127.0.0.1"),
    ("AIGUILLAGE_LOOKUP_HTTP_KEYS", "true"),
    ("AIGUILLAGE_LOOKUP_FIELDS", "userid, name, email, website, phone"),
];

/// A Nextcloud that proves the identity of its users, and nothing else.
struct Proof {
    port: u16,
    asked: Arc<AtomicUsize>,
    paths: Arc<Mutex<Vec<String>>>,
}

impl Proof {
    /// On a port of its own, or on the one that the captured messages name.
    async fn open(port: u16, status: &str, body: String) -> Self {
        let listener = loop {
            match TcpListener::bind(("127.0.0.1", port)).await {
                Ok(listener) => break listener,
                Err(_) => tokio::time::sleep(std::time::Duration::from_millis(100)).await,
            }
        };
        let (asked, paths) = (Arc::new(AtomicUsize::new(0)), Arc::new(Mutex::default()));
        let proof = Self {
            port: listener.local_addr().expect("an address").port(),
            asked: Arc::clone(&asked),
            paths: Arc::clone(&paths),
        };
        let answer = format!(
            "HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{body}",
            body.len()
        );
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut request = vec![0; 4096];
                let length = stream.read(&mut request).await.unwrap_or(0);
                let request = String::from_utf8_lossy(&request[..length]).into_owned();
                // A hello of TLS is no request.
                if !request.starts_with("GET ") {
                    continue;
                }
                asked.fetch_add(1, Ordering::SeqCst);
                paths.lock().unwrap_or_else(PoisonError::into_inner).push(request);
                let _ = stream.write_all(answer.as_bytes()).await;
            }
        });
        proof
    }

    async fn of(port: u16, pem: &str) -> Self {
        let meta = json!({ "status": "ok", "statuscode": 200, "message": "OK" });
        let body = json!({ "ocs": { "meta": meta, "data": { "public": pem } } });
        Self::open(port, "200 OK", body.to_string()).await
    }

    fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

/// A lookup whose clock stands beside a moment.
async fn lookup_at(timestamp: i64) -> Lookup {
    let lookup = Lookup::open(&SETTINGS).await;
    lookup.house.wait(Duration::seconds(timestamp - lookup.house.now().timestamp()));
    lookup
}

/// A user with a key, on a server of ours.
struct Signer {
    key: PKey<Private>,
    id: String,
}

impl Signer {
    async fn new() -> Self {
        let rsa = openssl::rsa::Rsa::generate(2048).expect("a key");
        let key = PKey::from_rsa(rsa).expect("a key");
        let pem = String::from_utf8(key.public_key_to_pem().expect("PEM")).expect("text");
        let proof = Proof::of(0, &pem).await;
        let id = format!("zd@http://127.0.0.1:{}", proof.port);
        Self { key, id }
    }

    fn message(&self, data: &Value, timestamp: i64) -> String {
        let message = format!(
            r#"{{"data":{data},"type":"lookupserver","signer":{},"timestamp":{timestamp}}}"#,
            json!(self.id)
        );
        let mut signer =
            openssl::sign::Signer::new(MessageDigest::sha512(), &self.key).expect("a signer");
        let signature = signer.sign_oneshot_to_vec(message.as_bytes()).expect("signed");
        format!(r#"{{"message":{message},"signature":"{}"}}"#, STANDARD.encode(signature))
    }

    fn publishing(&self, name: &str, timestamp: i64) -> String {
        self.message(&json!({ "federationId": self.id, "name": name }), timestamp)
    }

    fn withdrawing(&self, timestamp: i64) -> String {
        self.message(&json!({ "federationId": self.id }), timestamp)
    }
}

/// What nobody but the user says.
fn own_word(value: &str) -> serde_json::Value {
    json!({ "value": value, "verified": "0" })
}

#[actix_web::test]
async fn the_captured_messages_publish_and_withdraw() {
    let proof = Proof::of(18931, KEY).await;
    let lookup = lookup_at(1_795_308_300).await;
    let id = "zdurand2@http://127.0.0.1:18931";

    let heard = lookup.says("POST", "/users", PUBLISHED).await;

    assert_eq!((heard.status, heard.text().as_str()), (200, ""));
    lookup.settled().await;
    let by_id = "/users?exactCloudId=1&search=zdurand2%40http%3A%2F%2F127.0.0.1%3A18931";
    let expected = json!({
        "federationId": id,
        "name": own_word("Zoé Durand"),
        "email": own_word("zoe.durand@ac-test.example.test"),
        "website": own_word("https://zoe.example.test"),
        "phone": own_word("+33123456789"),
        "userid": own_word("zdurand2"),
    });
    assert_eq!(lookup.get(by_id).await.json(), expected);
    let request = proof.paths.lock().unwrap_or_else(PoisonError::into_inner)[0].clone();
    assert!(request.starts_with("GET /ocs/v2.php/identityproof/key/zdurand2 HTTP/1.1\r\n"));
    assert!(request.to_lowercase().contains("ocs-apirequest: true"));

    // The withdrawal was signed 52 seconds earlier: that is the past.
    assert_eq!(lookup.says("DELETE", "/users", WITHDRAWN).await.status, 403);
    assert_eq!(lookup.says("POST", "/users", PUBLISHED).await.status, 403, "once is enough");
    assert_eq!(lookup.get(by_id).await.status, 200);
    assert_eq!(proof.asked(), 1, "the key is known for some minutes");
}

#[actix_web::test]
async fn a_withdrawal_holds_against_older_messages() {
    let lookup = lookup_at(1_795_308_300).await;
    let now = 1_795_308_300;
    let zd = Signer::new().await;
    for (method, body, status) in [
        ("DELETE", zd.withdrawing(now - 9), 404),
        ("POST", zd.publishing("Zoé Un", now - 8), 200),
        ("POST", zd.publishing("Zoé Deux", now - 7), 200),
        ("POST", zd.publishing("Zoé Alt", now - 8), 403),
        ("DELETE", zd.withdrawing(now - 6), 200),
        ("DELETE", zd.withdrawing(now - 6), 403),
        ("DELETE", zd.withdrawing(now - 5), 404),
        ("POST", zd.publishing("Zoé Deux", now - 7), 403),
        ("POST", zd.publishing("Zoé Trois", now - 6), 403),
    ] {
        assert_eq!(lookup.says(method, "/users", &body).await.status, status, "{method} {body}");
    }
    assert!(lookup.found("zoe").await.is_empty());
    assert_eq!(lookup.says("POST", "/users", &zd.publishing("Zoé Quatre", now)).await.status, 200);
    lookup.settled().await;
    assert_eq!(lookup.found("zoe quatre").await.len(), 1);
}

#[actix_web::test]
async fn what_is_wrong_with_a_message_is_told_by_its_status() {
    let now = 1_795_308_300;
    let lookup = lookup_at(now).await;
    let zd = Signer::new().await;
    let good = zd.publishing("Zoé", now);
    let other = Signer::new().await;
    let theirs = zd.message(&json!({ "federationId": other.id, "name": "X" }), now);
    for (body, status) in [
        (String::new(), 400),
        ("{}".to_owned(), 400),
        (good.replace("federationId", "federation"), 400),
        (good.replace("\"signature\"", "\"sign\""), 400),
        (zd.publishing("Zoé", now - 3_601), 403),
        (zd.publishing("Zoé", now + 3_601), 403),
        (good.replace("Zoé", "Max"), 403),
        (theirs, 403),
        (good.replace("127.0.0.1", "127.0.0.2"), 400),
        (good.replace("127.0.0.1", "localhost"), 400),
        (good.replace("127.0.0.1", "169.254.169.254"), 400),
        (good, 200),
    ] {
        let heard = lookup.says("POST", "/users", &body).await;
        assert_eq!(heard.status, status, "{body}");
    }
}

#[actix_web::test]
async fn servers_without_a_key_are_a_bad_request() {
    let now = 1_795_308_300;
    let lookup = lookup_at(now).await;
    let zd = Signer::new().await;
    let not_found = r#"{"ocs":{"meta":{"status":"failure"},"data":["Account not found"]}}"#;
    for (status, body) in [
        ("404 Not Found", not_found.to_owned()),
        ("200 OK", not_found.to_owned()),
        ("200 OK", "x".repeat(70_000)),
        ("302 Found\r\nLocation: http://127.0.0.1:1/", String::new()),
    ] {
        let proof = Proof::open(0, status, body).await;
        let id = format!("zd@http://127.0.0.1:{}", proof.port);
        let message = zd.message(&json!({ "federationId": id }), now);
        assert_eq!(lookup.says("POST", "/users", &message).await.status, 400, "{status}");
        assert_eq!(proof.asked(), 1);
    }
}

#[actix_web::test]
async fn what_a_server_pushed_stays_and_what_users_claim_is_theirs_alone() {
    let now = 1_795_308_300;
    let lookup = lookup_at(now).await;
    let zd = Signer::new().await;
    let pushed = json!({ "userid": "zd", "name": "Zoé Durand", "email": "zoe@ac.test" });
    lookup.push(&json!({ zd.id.as_str(): pushed })).await;
    assert_eq!(lookup.says("POST", "/users", &zd.publishing("Chef", now)).await.status, 200);
    lookup.settled().await;
    assert_eq!(lookup.exactly("zd").await["name"], field("Zoé Durand"));

    let max = Signer::new().await;
    let claim = json!({ "federationId": max.id, "name": "Max", "email": "zoe@ac.test" });
    assert_eq!(lookup.says("POST", "/users", &max.message(&claim, now)).await.status, 200);
    lookup.settled().await;
    assert_eq!(lookup.found("zoe durand").await, [zd.id], "nobody claims her away");
}
