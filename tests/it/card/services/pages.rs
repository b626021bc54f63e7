//! What managers see of services, and the mail about what nobody handled.
use super::super::{MANAGER, post};
use super::{CSN, STUDENT, card_of, enabled, set, state, telling, told_of};
use crate::peers::card_service::{CardService, Wrong};
use crate::rights::{give, person_of};
use aiguillage::card::services::ToldState;
use aiguillage::rights::{Grant, Role, Scope};
use chrono::Duration;
use serde_json::json;

fn refusal() -> Wrong {
    Wrong::Says(400, json!({ "code": "ER-0001", "message": "<b>no</b>" }))
}

#[actix_web::test]
async fn what_would_be_sent_is_what_is_sent_and_can_be_sent_again() {
    let router = CardService::router();
    let house = telling(&[("AIGUILLAGE_ESC_URL", &router)], &[]).await;
    let card = enabled(&house, STUDENT, CSN).await;
    let nadia = house.sign_in(MANAGER).await;
    let path = format!("/cards/office/{}/services/esc", card.id);
    let before = nadia.get(&path).await;
    assert!(before.text.contains("en cours d’envoi"), "{}", before.words());
    let escn = card.escn.expect("a number");
    assert!(before.text.contains(&escn) && before.text.contains("PETIT Luc"));
    house.run_jobs().await;
    for asked in router.told().iter().filter(|asked| asked.method == "POST") {
        let sent = serde_json::to_string_pretty(&asked.body).expect("JSON");
        let shown = before.text.replace("&#34;", "\"").replace("&quot;", "\"");
        assert!(shown.contains(&sent), "{sent}");
    }
    let one = nadia.get(&format!("/cards/office/{}", card.id)).await;
    assert!(one.text.contains(&path) && one.text.contains("connue"), "{}", one.words());

    let again = post(&nadia, &path, &[]).await;
    assert_eq!((again.status, again.location()), (303, format!("{path}?asked=1").as_str()));
    house.run_jobs().await;
    let calls = router.calls();
    let methods: Vec<_> = calls.iter().map(|call| call.split(' ').next().unwrap_or("")).collect();
    assert_eq!(methods, ["GET", "PUT", "POST", "PUT"], "{calls:?}");
    assert_eq!(house.last("card.told_again").await.fields["service"], "esc");
    nadia
        .get(&format!("/cards/office/{}/services/crous", card.id))
        .await
        .must_be(404, "E-NOT-FOUND");
}

#[actix_web::test]
async fn what_nobody_handled_is_listed_for_those_who_look_after_the_type() {
    let router = CardService::router();
    let house = telling(&[("AIGUILLAGE_ESC_URL", &router)], &[]).await;
    router.will("POST /persons", refusal());
    let card = enabled(&house, STUDENT, CSN).await;
    house.run_jobs().await;
    let nadia = house.sign_in(MANAGER).await;
    let list = nadia.get("/cards/office/services").await;
    assert!(list.text.contains("Luc Petit") && list.text.contains("ER-0001"), "{}", list.words());
    assert!(!list.text.contains("<b>no</b>"), "words of others are text");
    let filtered = nadia.get("/cards/office/services?service=esc&code=ER-0002").await;
    assert!(!filtered.text.contains("Luc Petit"));

    let marie = house.sign_in("marie.dupont").await;
    let id = person_of(&house, "marie.dupont").await;
    let of_staff = Grant { role: Role::CardManager, scope: Scope::CardType("P".into()) };
    give(&house, id, &[of_staff]).await;
    assert!(!marie.get("/cards/office/services").await.text.contains("Luc Petit"));
    let path = format!("/cards/office/{}/services/esc", card.id);
    marie.get(&path).await.must_be(403, "E-CARD-FORBIDDEN");
    post(&marie, &path, &[]).await.must_be(403, "E-CARD-FORBIDDEN");
    let reader = Grant { role: Role::CardReader, scope: Scope::Installation };
    give(&house, id, &[reader]).await;
    marie.get("/cards/office/services").await.must_be(403, "E-FORBIDDEN");
    let one = marie.get(&format!("/cards/office/{}", card.id)).await;
    assert!(one.text.contains("ER-0001") && !one.text.contains(&path), "{}", one.words());
}

#[actix_web::test]
async fn refusals_and_services_that_are_away_are_written_about_once() {
    let router = CardService::router();
    let more = [("AIGUILLAGE_CARD_REPORT_TO", "cartes@univ.example")];
    let house = telling(&[("AIGUILLAGE_ESC_URL", &router)], &more).await;
    router.will("POST /persons", refusal());
    enabled(&house, STUDENT, CSN).await;
    house.run_jobs().await;
    for _ in 0..4 {
        house.wait(Duration::minutes(15));
        house.run_jobs().await;
    }
    let mails = mails(&house).await;
    assert_eq!(mails.len(), 1, "{mails:?}");
    assert!(mails[0].contains("ER-0001 (1)") && !mails[0].contains("Petit"), "{mails:?}");
    assert_eq!(told_of(&house, STUDENT).await.tries, 1);

    router.go_away(true);
    set(&house, STUDENT, "mail", "luc@univ.example").await;
    super::compare(&house).await;
    for _ in 0..12 {
        house.wait(Duration::minutes(30));
        house.run_jobs().await;
    }
    assert_eq!(state(&house, STUDENT).await, (ToldState::Failing, "silent".into()));
    let mails = self::mails(&house).await;
    let away = mails.iter().filter(|mail| mail.contains("ne répond pas")).count();
    assert_eq!(away, 1, "{mails:?}");
    let nadia = house.sign_in(MANAGER).await;
    let list = nadia.get("/cards/office/services").await;
    assert!(list.text.contains("ne répond pas comme il faut depuis"), "{}", list.words());
    assert_eq!(card_of(&house, STUDENT).await.csn.as_deref(), Some(CSN));
}

/// The values of the mail about services.
async fn mails(house: &crate::house::House) -> Vec<String> {
    let mut tx = house.db().read().await.expect("the database answers");
    let sql = "SELECT CAST(vars AS TEXT) FROM mail WHERE template = 'card_services'";
    aiguillage::on!(&mut tx, |conn| sqlx::query_scalar(sql).fetch_all(conn).await).expect("rows")
}

#[actix_web::test]
async fn what_nobody_handled_is_taken_away_as_it_is_filtered() {
    let router = CardService::router();
    let house = telling(&[("AIGUILLAGE_ESC_URL", &router)], &[]).await;
    router.will("POST /persons", Wrong::Says(400, json!({ "code": "ER-1", "message": "=1+1" })));
    enabled(&house, STUDENT, CSN).await;
    house.run_jobs().await;
    let nadia = house.sign_in(MANAGER).await;
    let list = nadia.get("/cards/office/services?message=1%2B1&blocking=1").await;
    assert!(list.text.contains("Luc Petit") && list.text.contains("services.csv?message=1%2B1"));
    for query in ["", "?service=esc&code=ER-1", "?message=1%2B1&blocking=1"] {
        let csv = nadia.get(&format!("/cards/office/services.csv{query}")).await;
        let lines: Vec<&str> = csv.text.trim_start_matches('\u{feff}').lines().collect();
        assert_eq!(lines.len(), 2, "{query}: {}", csv.text);
        assert!(lines[0].starts_with("service;code;message;field;crousOperation;date;blocking;"));
        assert!(lines[1].starts_with("esc;\"ER-1\";\"'=1+1\";;POST;"), "{}", lines[1]);
        assert!(lines[1].contains(";true;") && lines[1].contains(CSN), "{}", lines[1]);
    }
    for query in ["?blocking=0", "?message=100%25", "?service=esc&code=ER-2"] {
        let csv = nadia.get(&format!("/cards/office/services.csv{query}")).await;
        assert_eq!(csv.text.lines().count(), 1, "{query}: {}", csv.text);
        let page = nadia.get(&format!("/cards/office/services{query}")).await;
        assert!(!page.text.contains("Luc Petit"), "{query}");
    }
    assert_eq!(house.last("export.made").await.reason, "card_services");
    let luc = house.sign_in(STUDENT).await;
    luc.get("/cards/office/services.csv").await.must_be(403, "E-FORBIDDEN");
}
