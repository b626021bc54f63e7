//! Mail accounts by programs.
use super::{delete, house, may, put, send};
use aiguillage::api::Scope;
use serde_json::{Value, json};

const ACCOUNTS: &str = "/api/v1/mail/accounts";
const PASSWORD: &str = "a-secret-of-the-test";

fn wish(change: &[(&str, Value)]) -> Value {
    let mut wish = json!({
        "name": "Vie scolaire", "from_address": "vs@college.example", "host": "127.0.0.1",
        "port": 9, "tls": "starttls", "auth": "password", "user": "vs", "password": PASSWORD,
        "per_minute": 30, "per_day": 2000,
    });
    for (name, value) in change {
        wish[*name] = value.clone();
    }
    wish
}

fn without(mut wish: Value, name: &str) -> Value {
    wish.as_object_mut().expect("an object").remove(name);
    wish
}

#[actix_web::test]
async fn a_program_makes_changes_and_removes_an_account_and_never_reads_its_secrets() {
    let house = house().await;
    let program = may(&house, &[Scope::MailManage, Scope::MailRead]).await;

    let made = send(&program, ACCOUNTS, "k1", &wish(&[])).await;
    assert_eq!(made.status, 201, "{}", made.text);
    let made = made.json();
    assert_eq!(
        (made["password"].as_str(), made["is_default"].as_bool()),
        (Some("set"), Some(true))
    );
    let again = send(&program, ACCOUNTS, "k1", &wish(&[])).await;
    assert_eq!((again.status, again.json()), (201, made.clone()));
    let path = format!("{ACCOUNTS}/{}", made["id"].as_str().expect("an id"));
    house.wait(chrono::Duration::seconds(1));
    let changed = without(wish(&[("from_name", json!("Collège"))]), "password");
    let changed = put(&program, &path, &changed).await;
    assert_eq!(changed.status, 200, "{}", changed.text);
    assert_eq!(changed.json()["from_name"], "Collège");
    let shown = program.get(&path).await;
    assert_eq!(shown.json(), changed.json());
    let all = program.get(ACCOUNTS).await;
    assert_eq!(all.json()["items"][0], shown.json());
    for answer in [&shown, &all] {
        assert!(!answer.text.contains(PASSWORD), "{}", answer.text);
    }
    assert_eq!(delete(&program, &path).await.status, 204);
    delete(&program, &path).await.must_be(404, "E-NOT-FOUND");
    let reasons: Vec<_> =
        house.audit("mail.account_changed").await.iter().map(|row| row.reason.clone()).collect();
    assert_eq!(reasons, ["added", "changed", "removed"]);
    assert!(!format!("{:?}", house.audit("").await).contains(PASSWORD));
}

#[actix_web::test]
async fn what_is_wrong_is_named_and_a_password_goes_nowhere_else() {
    let house = house().await;
    let program = may(&house, &[Scope::MailManage]).await;
    let wrong = wish(&[("from_address", json!("a, b")), ("host", json!("x/y"))]);
    let refused = send(&program, ACCOUNTS, "k1", &wrong).await;
    refused.must_be(422, "E-API-FIELDS");
    assert!(refused.text.contains("from_address") && refused.text.contains("host"));
    for odd in [("tls", json!("maybe")), ("colour", json!("red")), ("name", json!("a\nb"))] {
        send(&program, ACCOUNTS, "k2", &wish(&[odd])).await.must_be(422, "E-API-FIELDS");
    }
    let nothing = without(wish(&[]), "password");
    send(&program, ACCOUNTS, "k3", &nothing).await.must_be(422, "E-API-FIELDS");
    let made = send(&program, ACCOUNTS, "k4", &wish(&[])).await.json();
    let path = format!("{ACCOUNTS}/{}", made["id"].as_str().expect("an id"));

    let moved = without(wish(&[("host", json!("smtp.evil.example"))]), "password");
    put(&program, &path, &moved).await.must_be(422, "E-MAIL-PASSWORD");

    let told = house.last("mail.account_changed").await;
    assert_eq!((told.outcome.as_str(), told.reason.as_str()), ("refused", "E-MAIL-PASSWORD"));
    let typed = wish(&[("host", json!("127.0.0.2"))]);
    assert_eq!(put(&program, &path, &typed).await.status, 200);
}

#[actix_web::test]
async fn trying_out_tells_how_far_it_went() {
    let house = house().await;
    let program = may(&house, &[Scope::MailManage]).await;
    let made = send(&program, ACCOUNTS, "k1", &wish(&[])).await.json();
    let path = format!("{ACCOUNTS}/{}", made["id"].as_str().expect("an id"));

    let tried = send(&program, &format!("{path}/test"), "k2", &json!({})).await;

    assert_eq!(tried.status, 200, "{}", tried.text);
    assert_eq!(tried.json()["steps"], json!(["dns", "connect"]));
    assert!(tried.json()["error"].is_string());
    assert_eq!(house.last("mail.tested").await.reason, "connect");
    let none = send(&program, &format!("{path}/disconnect"), "k3", &json!({})).await;
    none.must_be(409, "E-MAIL-NO-TOKEN");
    assert_eq!(send(&program, &format!("{path}/default"), "k4", &json!({})).await.status, 200);
}
