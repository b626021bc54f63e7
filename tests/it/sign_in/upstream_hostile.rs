//! What an OpenID provider may not say (SEC-64 to SEC-67): a provider of our own that signs
//! everything with the right key, wrong in one thing at a time.
use super::upstream::house;
use crate::house::{House, Person, Setup};
use crate::peers::oidc::{Provider, SECRET};
use actix_web::dev::ServerHandle;
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use openssl::hash::MessageDigest;
use openssl::pkey::{PKey, Private};
use openssl::rsa::Rsa;
use openssl::sign::Signer;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

/// What it says next.
#[derive(Clone)]
struct Lie {
    header: Value,
    /// Laid over the right claims; `null` takes one out.
    claims: Value,
    /// With which key it signs.
    key: Key,
    user_info: Value,
}

#[derive(Clone, Copy, PartialEq)]
enum Key {
    Right,
    Foreign,
    /// HMAC, keyed with the secret or with the public key.
    Secret,
    Public,
    None,
}

#[derive(Clone)]
struct Forger {
    issuer: String,
    right: PKey<Private>,
    foreign: PKey<Private>,
    lie: Arc<Mutex<Lie>>,
    nonce: Arc<Mutex<String>>,
    asked: Arc<Mutex<HashMap<String, u32>>>,
    now: i64,
}

impl Lie {
    fn none() -> Self {
        let header = json!({ "alg": "RS256", "kid": "one", "typ": "JWT" });
        Self { header, claims: json!({}), key: Key::Right, user_info: json!({ "sub": "42" }) }
    }

    fn claims(claims: Value) -> Self {
        Self { claims, ..Self::none() }
    }
}

impl Forger {
    fn count(&self, what: &str) {
        *self.asked.lock().expect("ours").entry(what.to_owned()).or_default() += 1;
    }

    fn token(&self) -> String {
        let lie = self.lie.lock().expect("ours").clone();
        let mut claims = json!({
            "iss": self.issuer, "aud": "aiguillage", "sub": "42", "iat": self.now,
            "exp": self.now + 300, "nonce": *self.nonce.lock().expect("ours"),
            "preferred_username": "anne",
        });
        for (name, value) in lie.claims.as_object().expect("an object") {
            claims[name] = value.clone();
        }
        claims.as_object_mut().expect("an object").retain(|_, value| !value.is_null());
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", part(&lie.header), part(&claims));
        let signature = match lie.key {
            Key::Right => sign(&self.right, &signed),
            Key::Foreign => sign(&self.foreign, &signed),
            Key::Secret => hmac(SECRET.as_bytes(), &signed),
            Key::Public => hmac(&self.right.public_key_to_pem().expect("PEM"), &signed),
            Key::None => Vec::new(),
        };
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    fn serve(self, port: u16) -> ServerHandle {
        let server = HttpServer::new(move || {
            App::new()
                .app_data(web::Data::new(self.clone()))
                .route("/.well-known/openid-configuration", web::get().to(describe))
                .route("/keys", web::get().to(keys))
                .route("/token", web::post().to(token))
                .route("/me", web::get().to(me))
        });
        let server = server.workers(1).disable_signals().bind(("127.0.0.1", port));
        let server = server.expect("the port is free").run();
        let handle = server.handle();
        actix_web::rt::spawn(server);
        handle
    }
}

async fn describe(forger: web::Data<Forger>) -> HttpResponse {
    forger.count("description");
    let at = |path: &str| format!("{}{path}", forger.issuer);
    HttpResponse::Ok().json(json!({
        "issuer": forger.issuer, "authorization_endpoint": at("/auth"),
        "token_endpoint": at("/token"), "userinfo_endpoint": at("/me"), "jwks_uri": at("/keys"),
        "response_types_supported": ["code"], "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
    }))
}

async fn keys(forger: web::Data<Forger>) -> HttpResponse {
    let rsa = forger.right.rsa().expect("RSA");
    let part = |number: &openssl::bn::BigNumRef| URL_SAFE_NO_PAD.encode(number.to_vec());
    HttpResponse::Ok().json(json!({ "keys": [{
        "kty": "RSA", "use": "sig", "kid": "one", "n": part(rsa.n()), "e": part(rsa.e()),
    }] }))
}

/// It checks what a careful provider checks: the secret, and that there is a PKCE verifier.
async fn token(request: HttpRequest, body: String, forger: web::Data<Forger>) -> HttpResponse {
    forger.count("token");
    let sent = request.headers().get("authorization").and_then(|it| it.to_str().ok());
    let basic = sent.and_then(|it| it.strip_prefix("Basic ")).unwrap_or_default();
    let basic = base64::engine::general_purpose::STANDARD.decode(basic).expect("base64");
    let basic = String::from_utf8(basic).expect("text");
    let escaped: String = url::form_urlencoded::byte_serialize(SECRET.as_bytes()).collect();
    assert_eq!(basic, format!("aiguillage:{escaped}"));
    assert!(body.contains("code_verifier=") && body.contains("grant_type=authorization_code"));
    HttpResponse::Ok().json(json!({
        "access_token": "opaque", "token_type": "Bearer", "id_token": forger.token(),
    }))
}

async fn me(forger: web::Data<Forger>) -> HttpResponse {
    forger.count("user info");
    HttpResponse::Ok().json(forger.lie.lock().expect("ours").user_info.clone())
}

fn sign(key: &PKey<Private>, text: &str) -> Vec<u8> {
    let mut signer = Signer::new(MessageDigest::sha256(), key).expect("a signer");
    signer.sign_oneshot_to_vec(text.as_bytes()).expect("signed")
}

fn hmac(key: &[u8], text: &str) -> Vec<u8> {
    let key = PKey::hmac(key).expect("a key");
    let mut signer = Signer::new(MessageDigest::sha256(), &key).expect("a signer");
    signer.sign_oneshot_to_vec(text.as_bytes()).expect("signed")
}

fn key() -> PKey<Private> {
    PKey::from_rsa(Rsa::generate(2048).expect("a key")).expect("a key")
}

/// A house and its lying provider.
struct Trap {
    house: House,
    forger: Forger,
    handle: ServerHandle,
}

impl Trap {
    async fn open() -> Self {
        let port = Provider::port();
        Self::of(house(port, "", false).await, port)
    }

    fn of(house: House, port: u16) -> Self {
        let forger = Forger {
            issuer: Provider::issuer(port),
            right: key(),
            foreign: key(),
            lie: Arc::new(Mutex::new(Lie::none())),
            nonce: Arc::default(),
            asked: Arc::default(),
            now: house.now().timestamp(),
        };
        let handle = forger.clone().serve(port);
        Self { house, forger, handle }
    }

    /// Somebody comes while it tells this lie: status, and why nobody was believed.
    async fn come(&self, person: &Person<'_>, way: &str, lie: Lie) -> (u16, String) {
        *self.forger.lie.lock().expect("ours") = lie;
        let gone = person.get(way).await;
        let asked = url::Url::parse(gone.location()).expect("an address");
        let get =
            |name: &str| asked.query_pairs().find(|(n, _)| n == name).map(|(_, v)| v.to_string());
        assert_eq!(get("code_challenge_method").as_deref(), Some("S256"));
        assert_eq!(get("response_type").as_deref(), Some("code"));
        *self.forger.nonce.lock().expect("ours") = get("nonce").expect("a nonce");
        let state = get("state").expect("a state");
        let answer = person.get(&format!("/login/from/rectorat?code=c&state={state}")).await;
        let refused = self.house.audit("upstream.refused").await.pop();
        (answer.status, refused.map(|row| row.reason).unwrap_or_default())
    }
}

impl Drop for Trap {
    fn drop(&mut self) {
        drop(self.handle.stop(false));
    }
}

#[actix_web::test]
async fn the_truth_is_believed() {
    let trap = Trap::open().await;
    let now = trap.forger.now;
    for (lie, way) in [
        (Lie::none(), "/login/with/rectorat?"),
        (Lie::claims(json!({ "aud": ["aiguillage"], "exp": now - 60 })), "/login/with/rectorat?"),
        (
            Lie::claims(json!({ "aud": ["aiguillage", "x"], "azp": "aiguillage" })),
            "/login/with/rectorat?",
        ),
        (Lie::claims(json!({ "auth_time": now })), "/login/with/rectorat?renew=true"),
    ] {
        let person = trap.house.visitor();
        let (status, reason) = trap.come(&person, way, lie.clone()).await;
        assert_eq!((status, reason.as_str()), (303, ""), "{}", lie.claims);
        assert_eq!(person.get("/sessions").await.status, 200);
    }
}

#[actix_web::test]
async fn no_lie_lets_anybody_in() {
    let trap = Trap::open().await;
    let now = trap.forger.now;
    let header = |header: Value, key: Key| Lie { header, key, ..Lie::none() };
    let rs256 = json!({ "alg": "RS256", "kid": "one" });
    let usual = "/login/with/rectorat?";
    for (lie, way, expected) in [
        (header(rs256.clone(), Key::Foreign), usual, "signature"),
        (
            header(json!({ "alg": "RS256", "kid": "../../dev/null" }), Key::Right),
            usual,
            "signature",
        ),
        (header(json!({ "alg": "RS256", "kid": "' OR 1=1" }), Key::Foreign), usual, "signature"),
        (header(json!({ "alg": "HS256" }), Key::Secret), usual, "signature"),
        (header(json!({ "alg": "HS256", "kid": "one" }), Key::Public), usual, "signature"),
        (header(json!({ "alg": "none" }), Key::None), usual, "signature"),
        (
            header(
                json!({ "alg": "RS256", "kid": "one", "jku": "http://127.0.0.1:9/" }),
                Key::Foreign,
            ),
            usual,
            "signature",
        ),
        (header(rs256, Key::None), usual, "signature"),
        (Lie::claims(json!({ "iss": "https://evil.test" })), usual, "issuer"),
        (Lie::claims(json!({ "iss": format!("{}/", trap.forger.issuer) })), usual, "issuer"),
        (Lie::claims(json!({ "aud": "somebody-else" })), usual, "audience"),
        (Lie::claims(json!({ "aud": [] })), usual, "audience"),
        (Lie::claims(json!({ "aud": ["aiguillage", "x"] })), usual, "audience"),
        (Lie::claims(json!({ "azp": "x" })), usual, "audience"),
        (Lie::claims(json!({ "exp": now - 121 })), usual, "time"),
        (Lie::claims(json!({ "iat": now + 200 })), usual, "time"),
        (Lie::claims(json!({ "iat": now - 700 })), usual, "time"),
        (Lie::claims(json!({ "nonce": "another" })), usual, "nonce"),
        (Lie::claims(json!({ "nonce": null })), usual, "nonce"),
        (Lie::claims(json!({ "at_hash": "AAAAAAAAAAAAAAAAAAAAAA" })), usual, "at_hash"),
        (Lie::claims(json!({ "c_hash": "AAAAAAAAAAAAAAAAAAAAAA" })), usual, "c_hash"),
        (Lie::claims(json!({ "sub": null })), usual, "tokens"),
        (
            Lie {
                user_info: json!({ "sub": "x".repeat(256) }),
                ..Lie::claims(json!({ "sub": "x".repeat(256) }))
            },
            usual,
            "subject",
        ),
        (
            Lie::claims(json!({ "auth_time": now - 600 })),
            "/login/with/rectorat?renew=true",
            "auth_time",
        ),
        (Lie::none(), "/login/with/rectorat?renew=true", "auth_time"),
        (Lie { user_info: json!({ "sub": "43", "name": "x" }), ..Lie::none() }, usual, "userinfo"),
        (
            Lie { user_info: json!({ "sub": "42", "FrEduRne": vec!["x"; 2001] }), ..Lie::none() },
            usual,
            "size",
        ),
        (Lie { user_info: json!([]), ..Lie::none() }, usual, "userinfo"),
    ] {
        let person = trap.house.visitor();
        let told = format!("{} {} {}", lie.header, lie.claims, expected);
        let (status, reason) = trap.come(&person, way, lie).await;
        assert_eq!((status, reason.as_str()), (400, expected), "{told}");
        assert_eq!(person.cookie("__Host-sid"), None, "{told}");
    }
    assert!(trap.house.audit("auth.login").await.is_empty());
    // Keys that nobody knows were asked about once a minute at most.
    let asked = trap.forger.asked.lock().expect("ours").clone();
    assert_eq!(asked["description"], 1, "{asked:?}");
}

#[actix_web::test]
async fn an_old_proof_is_no_fresh_one() {
    let trap = Trap::open().await;
    let now = trap.forger.now;
    let service = trap.house.at_portal("/application/start?x=1");
    let query = serde_urlencoded::to_string([("service", &service)]).expect("text");
    for (auth_time, is_fresh) in
        [(json!(now - 3600), false), (Value::Null, false), (json!(now), true)]
    {
        let person = trap.house.visitor();
        let way = format!("/login/with/rectorat?{query}&since={now}");
        let lie = Lie::claims(json!({ "auth_time": auth_time }));
        assert_eq!(trap.come(&person, &way, lie).await.0, 303);
        let told = trap.house.told(&person, &format!("&since={now}")).await;
        let said = format!("<cas:isFromNewLogin>{is_fresh}</cas:isFromNewLogin>");
        assert!(told.contains(&said), "{auth_time}: {told}");
    }
}

#[actix_web::test]
async fn no_lie_ends_a_session() {
    let trap = Trap::open().await;
    let now = trap.forger.now;
    let event = "http://schemas.openid.net/event/backchannel-logout";
    let right = json!({
        "nonce": null, "jti": "j1", "sid": "s1", "sub": null, "exp": null,
        "events": { event: {} },
    });
    let header = json!({ "alg": "RS256", "kid": "one", "typ": "logout+jwt" });
    let but = |change: Value| {
        let mut claims = right.clone();
        for (name, value) in change.as_object().expect("an object") {
            claims[name] = value.clone();
        }
        claims
    };
    let person = trap.house.visitor();
    let lie = Lie::claims(json!({ "sid": "s1" }));
    assert_eq!(trap.come(&person, "/login/with/rectorat?", lie).await.0, 303);
    let kinds = |kind: &str| json!({ "alg": "RS256", "kid": "one", "typ": kind });
    let lies = [
        (kinds("at+jwt"), right.clone(), Key::Right),
        (json!({ "alg": "none" }), right.clone(), Key::None),
        (json!({ "alg": "HS256" }), right.clone(), Key::Secret),
        (json!({ "alg": "HS256" }), right.clone(), Key::Public),
        (header.clone(), right.clone(), Key::Foreign),
        (json!({ "alg": "RS256", "kid": "two" }), right.clone(), Key::Right),
        (header.clone(), but(json!({ "nonce": "n" })), Key::Right),
        (header.clone(), but(json!({ "events": null })), Key::Right),
        (header.clone(), but(json!({ "events": { "other": {} } })), Key::Right),
        (header.clone(), but(json!({ "jti": null })), Key::Right),
        (header.clone(), but(json!({ "iss": "https://evil.example" })), Key::Right),
        (header.clone(), but(json!({ "aud": "other" })), Key::Right),
        (header.clone(), but(json!({ "iat": now - 600 })), Key::Right),
        (header.clone(), but(json!({ "iat": now + 600 })), Key::Right),
        (header.clone(), but(json!({ "exp": now - 600 })), Key::Right),
        (header.clone(), but(json!({ "sid": null })), Key::Right),
    ];
    let server = trap.house.visitor();
    for (header, claims, key) in lies {
        let told = format!("{header} {claims}");
        *trap.forger.lie.lock().expect("ours") = Lie { header, claims, key, ..Lie::none() };
        let token = trap.forger.token();
        let answer = server.post("/login/from/rectorat", &[("logout_token", &token)]).await;
        assert_eq!(answer.status, 400, "{told}");
        assert_eq!(person.get("/sessions").await.status, 200, "{told}");
    }
    for odd in ["", "a.b.c", "e30.e30.e30"] {
        let answer = server.post("/login/from/rectorat", &[("logout_token", odd)]).await;
        assert_eq!(answer.status, 400, "{odd}");
    }
    assert_eq!(server.post("/login/from/rectorat", &[("logoutRequest", "<x/>")]).await.status, 400);
    // A session of somebody else is not meant.
    for (claims, status) in [(but(json!({ "sid": "s2", "jti": "j0" })), 200), (right.clone(), 302)]
    {
        *trap.forger.lie.lock().expect("ours") =
            Lie { header: header.clone(), claims, ..Lie::none() };
        let token = trap.forger.token();
        let answer = server.post("/login/from/rectorat", &[("logout_token", &token)]).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        assert_eq!(person.get("/sessions").await.status, status);
        let again = server.post("/login/from/rectorat", &[("logout_token", &token)]).await;
        assert_eq!(again.status, 400, "once only");
    }
}

#[actix_web::test]
async fn names_of_our_directories_are_not_its_to_give() {
    let port = Provider::port();
    let section = "\n[idp:rectorat]\nkind = oidc\nrole = agents\nclient_id = aiguillage\n\
         client_secret = env:OIDC_SECRET\n";
    let sources = include_str!("../data/house/sources.ini");
    let text = format!("{sources}{section}issuer = {}\n", Provider::issuer(port));
    let settings = vec![("OIDC_SECRET", SECRET.to_owned())];
    let setup = Setup { settings, sources: Some(text), ..Setup::default() };
    let trap = Trap::of(House::open_with(setup).await, port);
    let person = trap.house.visitor();
    let lie = Lie {
        user_info: json!({ "sub": "42", "email": "marie.dupont@demo.example", "uid": "marie.dupont" }),
        ..Lie::claims(json!({ "preferred_username": "marie.dupont" }))
    };
    assert_eq!(trap.come(&person, "/login/with/rectorat?", lie).await.0, 303);
    let told = trap.house.told(&person, "").await;
    assert!(told.contains("<cas:user>42@rectorat</cas:user>"), "{told}");
    assert!(!told.contains("marie.dupont"), "neither name nor address: {told}");
}
