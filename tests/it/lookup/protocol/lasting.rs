//! The program itself: what it answered lasts, and what was searched is nowhere.
use super::colleagues;
use crate::program::Installation;
use serde_json::{Value, json};
use std::os::unix::fs::PermissionsExt;

const KEY: &str = "0123456789abcdef0123456789abcdef";

fn installation() -> Installation {
    let house = Installation::with("[lookup]\nkeys = file:gss.key\n[log]\nlevel = debug\n");
    house.write("etc/gss.key", KEY);
    let path = house.path("etc/gss.key");
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).expect("mode");
    house
}

#[actix_web::test]
async fn an_answered_push_survives_a_kill() {
    let house = installation();
    let mut service = house.serve().await;
    service.until_found("amartin", false).await;
    let body = json!({ "authKey": KEY, "users": colleagues() }).to_string();
    let push = service.client.post(service.url("/gs/users")).body(body);
    assert_eq!(push.send().await.expect("an answer").status(), 200);
    service.process.kill();

    let mut service = house.serve().await;
    service.until_found("amartin", true).await;
    let body = json!({ "authKey": KEY, "users": ["amartin@nuage-b.example.test"] }).to_string();
    let removal = service.client.delete(service.url("/gs/users")).body(body);
    assert_eq!(removal.send().await.expect("an answer").status(), 200);
    service.process.kill();

    let mut service = house.serve().await;
    service.until_found("amartin", false).await;
    service.until_found("osonid", true).await;
}

#[actix_web::test]
async fn no_text_of_a_search_reaches_the_log() {
    let house = installation();
    let mut service = house.serve().await;
    let body = json!({ "authKey": KEY, "users": { "canary@b.test": { "name": "Kanarienvogel" } } });
    let push = service.client.post(service.url("/gs/users")).body(body.to_string());
    push.send().await.expect("an answer");
    service.until_found("canary", false).await;
    for path in [
        "/users?search=kanarienvogel",
        "/users?search=kanarienvogel&exact=1",
        "/users?search=kanarienvogel%40b.test&exactCloudId=1",
        "/users?kanarienvogel=1",
        "/l/kanarienvogel/users?search=kanarienvogel",
    ] {
        service.client.get(service.url(path)).send().await.expect("an answer");
    }
    let log = house.log().to_lowercase();
    assert!(log.contains("/users"), "requests are logged");
    assert!(!log.contains("kanarienvogel"), "{log}");
    assert!(!log.contains(KEY));
}

impl crate::program::Service<'_> {
    /// Ask for a login until the index says so.
    async fn until_found(&mut self, login: &str, is_there: bool) {
        let path = format!("/users?exact=1&search={login}");
        for _ in 0..1_000 {
            let answer = self.client.get(self.url(&path)).send().await.expect("an answer");
            let is_answer = answer.status() == 200;
            let found: Value = answer.json().await.expect("JSON");
            if is_answer && found.is_object() == is_there {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        panic!("{login} is never found ({is_there})");
    }
}
