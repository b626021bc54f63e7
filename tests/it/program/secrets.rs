//! Secrets and passwords stay where they belong, even with the most talkative log.
use super::{Installation, PASSWORD};
use std::fs;

const BIND: &str = "canary-bind-7319";
const WRONG: &str = "canary-wrong-5177";

#[actix_web::test]
async fn no_password_reaches_the_log_or_the_database() {
    let ldap = "[source:agents]\nkind = ldap\nrole = agents\nurl = ldap://127.0.0.1:1\n\
                base = o=gouv\nbind_dn = cn=reader\nbind_password = file:bind\n\
                [log]\nlevel = trace\n";
    let house = Installation::with(ldap);
    house.write("etc/bind", BIND);
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o600);
    fs::set_permissions(house.path("etc/bind"), mode).expect("a mode");
    house.add("alix", &[]).good();
    let service = house.serve().await;

    assert_eq!(service.sign_in("alix", PASSWORD).await.status(), 303);
    assert_eq!(service.sign_in("alix", WRONG).await.status(), 401);
    assert_eq!(service.sign_in("nobody", WRONG).await.status(), 503, "a directory is silent");
    service.process.signal("TERM");
    assert_eq!(service.ended().await, Some(0));

    let mut places = vec![("log".to_owned(), house.log().into_bytes())];
    for entry in fs::read_dir(house.path("var")).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_file() {
            places.push((path.display().to_string(), fs::read(&path).expect("read")));
        }
    }
    assert!(places.len() > 1);
    for (place, bytes) in places {
        for secret in [BIND, WRONG, PASSWORD] {
            let found = bytes.windows(secret.len()).any(|window| window == secret.as_bytes());
            assert!(!found, "{secret} in {place}");
        }
    }
}

#[actix_web::test]
async fn log_lines_are_whole_lines_without_colours() {
    let house = Installation::new();
    let service = house.serve().await;
    service.sign_in("a\u{1b}[31m\nERROR forged", "x").await;
    service.process.signal("TERM");
    service.ended().await;

    let log = house.log();
    assert!(log.lines().count() >= 2, "{log}");
    for line in log.lines() {
        assert!(!line.contains('\u{1b}'), "{line:?}");
        assert!(line.starts_with("20"), "begins with the time: {line:?}");
    }
}

#[actix_web::test]
async fn json_lines_are_json() {
    let house = Installation::with("[log]\nformat = json\n");
    let service = house.serve().await;
    service.process.signal("TERM");
    service.ended().await;

    let log = house.log();
    for line in log.lines() {
        let value: serde_json::Value = serde_json::from_str(line).expect("JSON");
        assert!(value["timestamp"].is_string() && value["level"].is_string(), "{line}");
    }
    assert!(log.contains("serving http://localhost"), "{log}");
}
