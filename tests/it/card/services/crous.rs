//! CROUS and IZLY.
use super::super::{MANAGER, follow, lead, post};
use super::{CSN, STUDENT, card_of, compare, enabled, jobs, morning, set, state, telling, told_of};
use crate::house::House;
use crate::peers::card_service::{CardService, Wrong};
use aiguillage::card::services::crous::store::{Kept, fares, keep_zone};
use aiguillage::card::services::crous::{ReadFares, SmartCard};
use aiguillage::card::services::{Service, TellService, ToldState};
use aiguillage::config::FareBook;
use aiguillage::jobs::JobState;
use chrono::Duration;
use serde_json::{Value, json};

pub(super) const HOLDER: &str = "/beforeizly/v1/rightholders/0990000004A";
pub(super) const CARD: &str = "/beforeizly/v1/rightholders/0990000004A/smartcard/990000042";
pub(super) const TOKEN: &str = "POST /api/oauth/token 200";

pub(super) async fn house(izly: &CardService) -> House {
    let house = telling(&[("AIGUILLAGE_CROUS_URL", izly)], &[]).await;
    read_fares(&house).await;
    izly.calls();
    house.invite(&[STUDENT]).await;
    for (name, value) in [
        ("mail", "luc@univ.example"),
        ("schacDateOfBirth", "20060211"),
        ("schacExpiryDate", "20270930235959Z"),
    ] {
        set(&house, STUDENT, name, value).await;
    }
    let mut tx = house.db().write().await.expect("a transaction");
    let zone = SmartCard {
        uid: CSN.into(),
        id_zdc: 990_000_042,
        id_transmitter: Some(500),
        id_mapping: Some(2),
        created_on: "2026-06-15".into(),
        pix_ss: "250".into(),
        pix_nn: "01".into(),
        appl: "A0000000".into(),
        rid: "0000000000012345".into(),
    };
    assert_eq!(keep_zone(&mut tx, &zone).await.expect("kept"), Kept::New);
    tx.commit().await.expect("kept");
    house
}

pub(super) async fn read_fares(house: &House) {
    let mut tx = house.db().write().await.expect("a transaction");
    house.parts().jobs.queue.add(&mut tx, &ReadFares {}).await.expect("asked");
    tx.commit().await.expect("kept");
    house.run_jobs().await;
}

pub(super) async fn tell(house: &House) {
    let holder = card_of(house, STUDENT).await.of.holder;
    let mut tx = house.db().write().await.expect("a transaction");
    let job = TellService { service: Service::Crous, holder };
    house.parts().jobs.queue.add(&mut tx, &job).await.expect("asked");
    tx.commit().await.expect("kept");
    house.run_jobs().await;
}

/// A student whose card works, and of whom the CROUS knows.
pub(super) async fn known(izly: &CardService) -> House {
    let house = house(izly).await;
    enabled(&house, STUDENT, CSN).await;
    house.run_jobs().await;
    assert_eq!(state(&house, STUDENT).await, (ToldState::On, String::new()));
    izly.calls();
    house
}

/// Calls about people since the last look; fares are read each night.
pub(super) fn calls(izly: &CardService) -> Vec<String> {
    let mut calls = izly.calls();
    calls.retain(|call| !call.contains("/organization/"));
    calls
}

/// Their rights go on for longer.
async fn prolong(house: &House) {
    set(house, STUDENT, "schacExpiryDate", "20280930235959Z").await;
    follow(house).await;
    compare(house).await;
}

pub(super) fn error(code: &str) -> Value {
    json!({ "errors": [{ "code": code, "message": "dit le CROUS", "field": "email" }] })
}

#[actix_web::test]
async fn the_worked_example_goes_over_the_wire_as_it_stands_there() {
    let izly = CardService::izly(morning());
    let house = house(&izly).await;
    let card = enabled(&house, STUDENT, CSN).await;
    house.run_jobs().await;
    let told = izly.told();
    let lines: Vec<_> = told.iter().map(|it| format!("{} {}", it.method, it.path)).collect();
    let wanted = [
        format!("GET {HOLDER}"),
        "POST /beforeizly/v1/rightholders".to_owned(),
        format!("GET {CARD}"),
        format!("POST {HOLDER}/smartcard"),
    ];
    assert_eq!(lines, wanted);
    let holder = json!({
        "identifier": "0990000004A", "firstName": "Luc", "lastName": "Petit",
        "email": "luc@univ.example", "dueDate": "2027-09-30T23:59:59.000Z", "idCompanyRate": 10,
        "idRate": 1, "simpleBirthDate": "2006-02-11", "ine": "0990000004A", "rneOrgCode": "0761904G",
    });
    assert_eq!(told[1].body, holder);
    let smart = json!({
        "uid": CSN, "idZdc": 990_000_042, "idTransmitter": 500, "idMapping": 2,
        "zdcCreationDate": "2026-06-15T00:00:00.000Z", "pixSs": "250", "pixNn": "01",
        "appl": "A0000000", "rid": "0000000000012345",
    });
    assert_eq!(told[3].body, smart);

    // The next night: not even a question. After a week one, and no write.
    house.wait(Duration::days(1));
    compare(&house).await;
    assert!(calls(&izly).is_empty());
    house.wait(Duration::days(7));
    compare(&house).await;
    assert_eq!(calls(&izly), [format!("GET {HOLDER} 200")]);

    let luc = house.sign_in(STUDENT).await;
    post(&luc, &format!("/cards/{}/stop", card.id), &[("why", "lost")]).await;
    house.run_jobs().await;
    let told = izly.told().pop().expect("a call");
    let at = house.now().format("%Y-%m-%dT%H:%M:%S.000Z").to_string();
    assert_eq!((told.method.as_str(), told.head("uid")), ("PATCH", CSN));
    assert_eq!(told.body, json!({ "cancelDate": at, "reason": "DP", "revalidationDate": "" }));
    assert_eq!(state(&house, STUDENT).await.0, ToldState::Off);

    let nadia = house.sign_in(MANAGER).await;
    assert_eq!(lead(&nadia, card.id, "enabled", &[]).await.status, 303);
    house.run_jobs().await;
    assert_eq!(izly.calls(), [format!("GET {CARD} 200"), format!("PATCH {CARD} 200")]);
    assert!(izly.with_izly(|izly| izly.cards[&990_000_042].2), "it works again");
}

#[actix_web::test]
async fn a_token_is_renewed_once_when_it_is_refused() {
    let izly = CardService::izly(morning());
    let house = known(&izly).await;
    izly.with_izly(|izly| izly.is_open = false);
    set(&house, STUDENT, "supannEtablissement", "{UAI}0761904X").await;
    tell(&house).await;
    let calls = izly.calls();
    assert_eq!(
        calls[..3],
        [format!("GET {HOLDER} 401"), TOKEN.into(), format!("GET {HOLDER} 200")]
    );

    // The second 403 is an answer: somebody else holds this person.
    set(&house, STUDENT, "supannEtablissement", "{UAI}0761904Y").await;
    for _ in 0..2 {
        izly.will("GET /beforeizly", Wrong::Says(403, error("-5")));
    }
    tell(&house).await;
    assert_eq!(
        izly.calls(),
        [format!("GET {HOLDER} 403"), TOKEN.into(), format!("GET {HOLDER} 403")]
    );
    let told = told_of(&house, STUDENT).await;
    assert_eq!((told.state, told.code.as_str()), (ToldState::Refused, "-5"));
    assert_eq!((told.message.as_str(), told.field.as_str()), ("dit le CROUS", "email"));
}

#[actix_web::test]
async fn accounts_of_the_old_kind_get_their_token_in_the_head() {
    let izly = CardService::izly(morning());
    let secret = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(secret.path(), "geheim").expect("written");
    let place = format!("file:{}", secret.path().display());
    let more =
        [("AIGUILLAGE_CROUS_APP_ID", "univ"), ("AIGUILLAGE_CROUS_APP_SECRET", place.as_str())];
    let house = telling(&[("AIGUILLAGE_CROUS_URL", &izly)], &more).await;
    read_fares(&house).await;
    let told = izly.told();
    assert_eq!(told[0].path, "/v1/token");
    assert_eq!(told[0].text, "grant_type=client_credentials&env=PRD");
    assert_eq!(told[0].head("authorization"), "dW5pdjpnZWhlaW0=", "without the word Basic");
    let book = FareBook { crous: "07".into(), rne: "0761904G".into() };
    let mut tx = house.db().read().await.expect("the database answers");
    assert_eq!(fares(&mut tx, &[book]).await.expect("rows").len(), 3);
}

#[actix_web::test]
async fn answers_that_do_not_stop_a_card_are_noted_and_the_card_is_told() {
    for (call, status, code) in [
        ("POST /beforeizly/v1/rightholders", 422, "-9"),
        ("POST /beforeizly/v1/rightholders", 422, "-117"),
        ("POST /beforeizly/v1/rightholders", 423, "-50"),
        ("GET /beforeizly/v1/rightholders", 423, "-50"),
    ] {
        let izly = CardService::izly(morning());
        let house = house(&izly).await;
        if call.starts_with("POST") {
            // It says that it does not know them, and does not let them be made either.
            izly.will("GET /beforeizly/v1/rightholders", Wrong::Says(404, error("-1")));
        }
        izly.with_izly(|izly| izly.holders.insert("0990000004A".into(), json!({})));
        izly.will(call, Wrong::Says(status, error(code)));
        enabled(&house, STUDENT, CSN).await;
        house.run_jobs().await;
        assert_eq!(state(&house, STUDENT).await, (ToldState::On, code.into()), "{call}");
        assert!(izly.with_izly(|izly| izly.cards[&990_000_042].2), "{call}: it works there");
    }
}

#[actix_web::test]
async fn another_institution_may_come_first_and_our_card_is_told_all_the_same() {
    let izly = CardService::izly(morning());
    let house = known(&izly).await;
    izly.will("PUT /beforeizly", Wrong::Says(406, error("406")));
    prolong(&house).await;
    assert_eq!(calls(&izly), [format!("GET {HOLDER} 200"), format!("PUT {HOLDER} 406")]);
    assert_eq!(state(&house, STUDENT).await, (ToldState::On, "406".into()));
}

#[actix_web::test]
async fn other_codes_are_refusals_that_somebody_has_to_see_to() {
    let izly = CardService::izly(morning());
    let house = house(&izly).await;
    izly.will("POST /beforeizly/v1/rightholders", Wrong::Says(422, error("-11")));
    enabled(&house, STUDENT, CSN).await;
    house.run_jobs().await;
    let told = told_of(&house, STUDENT).await;
    assert_eq!((told.state, told.code.as_str(), told.tries), (ToldState::Refused, "-11", 1));
    assert_eq!((told.operation.as_str(), jobs(&house).await), ("POST", vec![JobState::Done]));
    assert!(izly.with_izly(|izly| izly.cards.is_empty()), "no card without a holder");
    tell(&house).await;
    assert_eq!(state(&house, STUDENT).await, (ToldState::On, String::new()));

    izly.will("GET /beforeizly", Wrong::Says(409, error("409")));
    prolong(&house).await;
    assert_eq!(state(&house, STUDENT).await, (ToldState::Failing, "409".into()));
    house.wait(Duration::minutes(2));
    house.run_jobs().await;
    assert_eq!(state(&house, STUDENT).await.0, ToldState::On);
}

#[actix_web::test]
async fn cards_of_erased_or_closed_accounts_are_noted() {
    for (status, code) in [(422, "-31"), (423, "-50"), (404, "-1")] {
        let izly = CardService::izly(morning());
        let house = house(&izly).await;
        izly.will(&format!("POST {HOLDER}/smartcard"), Wrong::Says(status, error(code)));
        enabled(&house, STUDENT, CSN).await;
        house.run_jobs().await;
        assert_eq!(state(&house, STUDENT).await, (ToldState::Nothing, code.into()));
        assert_eq!(jobs(&house).await, [JobState::Done]);
    }
}

#[actix_web::test]
async fn what_students_pay_is_kept_as_the_crous_decides() {
    let izly = CardService::izly(morning());
    izly.with_izly(|izly| izly.student_rate = Some(97));
    let house = known(&izly).await;
    house.wait(Duration::days(8));
    compare(&house).await;
    assert_eq!(calls(&izly), [format!("GET {HOLDER} 200")], "the rate was read back");
    set(&house, STUDENT, "supannEtablissement", "{UAI}0761904X").await;
    // The rules are those of another institution now: a student stays a student.
    compare(&house).await;
    assert_eq!(state(&house, STUDENT).await, (ToldState::Refused, "stays_student".into()));
}

#[actix_web::test]
async fn agents_of_the_research_council_are_asked_about_each_time_and_pay_what_is_said_there() {
    let izly = CardService::izly(morning());
    let house = house(&izly).await;
    for (name, value) in [("supannCodeINE", ""), ("referenceStatut", "prs"), ("indice", "-1")] {
        set(&house, STUDENT, name, value).await;
    }
    enabled(&house, STUDENT, CSN).await;
    house.run_jobs().await;
    let name = "lucpetit@quais.example";
    izly.with_izly(|izly| {
        let holder = izly.holders.get_mut(name).expect("known by the eppn");
        assert_eq!((&holder["idCompanyRate"], &holder["idRate"]), (&json!(7999), &json!(99)));
        holder["idRate"] = json!(12);
    });
    izly.calls();
    tell(&house).await;
    let path = format!("/beforeizly/v1/rightholders/{name}");
    assert_eq!(izly.calls(), [format!("GET {path} 200")], "read, and not written");
    set(&house, STUDENT, "mail", "petit@univ.example").await;
    compare(&house).await;
    izly.with_izly(|izly| {
        assert_eq!(izly.holders[name]["idRate"], 12, "what was read goes back as it is");
        assert_eq!(izly.holders[name]["email"], "petit@univ.example");
    });
}

#[actix_web::test]
async fn a_name_that_nobody_has_there_any_more_is_dropped_for_the_usual_one() {
    let izly = CardService::izly(morning());
    let house = known(&izly).await;
    let mut tx = house.db().write().await.expect("a transaction");
    let sql = "UPDATE card_subject SET name = '20158842', digest = ''";
    aiguillage::on!(&mut tx, |conn| sqlx::query(sql).execute(conn).await.map(|_| ()))
        .expect("kept");
    tx.commit().await.expect("kept");
    tell(&house).await;
    let asked = izly.calls();
    let wanted =
        ["GET /beforeizly/v1/rightholders/20158842 404".into(), format!("GET {HOLDER} 200")];
    assert_eq!(asked, wanted);
    prolong(&house).await;
    assert_eq!(calls(&izly), [format!("GET {HOLDER} 200"), format!("PUT {HOLDER} 200")]);
}

#[actix_web::test]
async fn what_is_missing_here_is_listed_and_nothing_is_called() {
    let izly = CardService::izly(morning());
    let house = house(&izly).await;
    set(&house, STUDENT, "mail", "").await;
    enabled(&house, STUDENT, "04063F72633499").await;
    house.run_jobs().await;
    assert_eq!(state(&house, STUDENT).await, (ToldState::Refused, "no_mail".into()));
    set(&house, STUDENT, "mail", "luc@univ.example").await;
    compare(&house).await;
    assert_eq!(state(&house, STUDENT).await, (ToldState::Refused, "no_zone".into()));
    assert!(izly.calls().is_empty());
}

#[actix_web::test]
async fn an_empty_list_of_fares_changes_nothing_and_somebody_has_to_look() {
    let izly = CardService::izly(morning());
    let house = house(&izly).await;
    izly.with_izly(|izly| izly.fares = json!([]));
    read_fares(&house).await;
    let book = FareBook { crous: "07".into(), rne: "0761904G".into() };
    let mut tx = house.db().read().await.expect("the database answers");
    assert_eq!(fares(&mut tx, &[book]).await.expect("rows").len(), 3);
    drop(tx);
    assert_eq!(house.last("job.given_up").await.reason, "no fares for 07:0761904G");
}

#[actix_web::test]
async fn identifiers_are_changed_one_by_one_and_from_a_list_after_a_look() {
    let izly = CardService::izly(morning());
    let house = known(&izly).await;
    let nadia = house.sign_in(MANAGER).await;
    let card = card_of(&house, STUDENT).await;
    let path = format!("/cards/office/{}/name", card.id);
    post(&nadia, &path, &[("name", "0990000004A")]).await.must_be(422, "E-CARD-NAME");
    let asked = post(&nadia, &path, &[("name", "luc@univ.example")]).await;
    assert_eq!(asked.status, 303, "{}", asked.words());
    house.run_jobs().await;
    let own = "/beforeizly/v1/rightholders/luc@univ.example";
    let told = izly.told();
    let lines: Vec<_> = told.iter().map(|it| format!("{} {}", it.method, it.path)).collect();
    assert_eq!(lines, [format!("PATCH {HOLDER}"), format!("GET {own}")], "known by it from now on");
    let wanted = json!({ "currentIdentifier": "0990000004A", "email": "luc@univ.example",
        "newIdentifier": "luc@univ.example" });
    assert_eq!(told[0].body, wanted);
    compare(&house).await;
    assert!(izly.calls().is_empty());

    let admin = house.administrator().await;
    let list = "oldId;eppnNewId;mail\nluc@univ.example;petit@univ.example;p@univ.example\n\
                77;joe@univ.example;joe@univ.example\n77;;x\n";
    let csrf = admin.get("/sessions").await.csrf();
    let read =
        admin.upload("/cards/office/services/names", &csrf, ("l.csv", list.as_bytes())).await;
    assert_eq!(read.status, 200, "{}", read.words());
    assert!(read.text.contains("joe@univ.example") && read.text.contains("2 à vérifier"));
    house.run_jobs().await;
    assert!(izly.calls().is_empty(), "nobody agreed yet");
    post(&admin, "/cards/office/services/names/act", &[("act", "send")]).await;
    house.run_jobs().await;
    let unknown = [
        "PATCH /beforeizly/v1/rightholders/77 404".to_owned(),
        "GET /beforeizly/v1/rightholders/joe@univ.example 404".to_owned(),
    ];
    let calls = izly.calls();
    assert_eq!(calls[..2], unknown);
    assert_eq!(calls[2], format!("PATCH {own} 200"), "{calls:?}");
    let after = admin.get("/cards/office/services/names").await;
    assert!(
        after.text.contains("Client inconnu") && after.text.contains("1 refusés"),
        "{}",
        after.words()
    );
    // Another time only the rest is sent.
    post(&admin, "/cards/office/services/names/act", &[("act", "send")]).await;
    house.run_jobs().await;
    assert_eq!(izly.calls(), unknown);
    post(&admin, "/cards/office/services/names/act", &[("act", "forget")]).await;
    assert!(!admin.get("/cards/office/services/names").await.text.contains("Client inconnu"));
    nadia.get("/cards/office/services/names").await.must_be(403, "E-FORBIDDEN");
}

#[actix_web::test]
async fn the_file_of_a_supplier_lets_waiting_cards_be_told() {
    let izly = CardService::izly(morning());
    let house = house(&izly).await;
    enabled(&house, STUDENT, "04063F72633499").await;
    house.run_jobs().await;
    assert_eq!(state(&house, STUDENT).await, (ToldState::Refused, "no_zone".into()));
    let admin = house.administrator().await;
    let file = "PIX.SS;PIX.NN;AAPL;NUM_PROTOCOLAIRE;NUM_APPLICATIF;NFO;CNOUS;CROUS;EMETTEUR;MAPPING;NUM_CARTE;DATE_CREATION\n\
                250;01;A0;04063F72633499;1;N;01;07;01F4;2;990000043;15/06/2026\n\
                250;01;A0;04063F72633498;1;N;01;07;01F4;2;990000042;15/06/2026\n";
    let csrf = admin.get("/sessions").await.csrf();
    let read =
        admin.upload("/cards/office/services/zones", &csrf, ("z.csv", file.as_bytes())).await;
    assert_eq!(read.status, 200, "{}", read.words());
    assert!(
        read.text.contains("1 puces ajoutées, 0 déjà connues, 1 lignes refusées"),
        "{}",
        read.words()
    );
    assert!(read.text.contains("Cette puce est connue avec un autre numéro"));
    house.run_jobs().await;
    assert_eq!(state(&house, STUDENT).await, (ToldState::On, String::new()));
    let again =
        admin.upload("/cards/office/services/zones", &csrf, ("z.csv", file.as_bytes())).await;
    assert!(again.text.contains("0 puces ajoutées, 1 déjà connues"), "{}", again.words());
}
