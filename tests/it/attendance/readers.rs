//! Card readers and other programs.
use super::{Class, TEACHER, school};
use crate::api::{program, token};
use crate::house::{House, Person};
use crate::rights::person_of;
use aiguillage::api::Scope;
use aiguillage::attendance::record::Status;
use aiguillage::attendance::store;
use aiguillage::identity::Rne;
use aiguillage::on;
use chrono::{Duration, SecondsFormat};
use reqwest::Method;
use serde_json::{Value, json};
use sqlx::query;

/// A house whose cards bear the login, and the roll of a room that is open.
async fn house() -> (House, Class) {
    let house = House::set("AIGUILLAGE_ATTENDANCE_CARD_ATTRIBUTES", "uid").await;
    let class = Class::plan(&house).await;
    let mut tx = house.db().write().await.expect("a transaction");
    let room = store::insert_room(&mut tx, &school(), ("Valrose", "B-214"), None).await;
    let room = room.expect("kept");
    let sql = "UPDATE class_session SET room = $2 WHERE id = $1";
    on!(&mut tx, |conn| query(sql).bind(class.id).bind(room).execute(conn).await.map(drop))
        .expect("kept");
    tx.commit().await.expect("kept");
    (house, class)
}

async fn reader(house: &House) -> Person<'_> {
    let token = token(house, &[Scope::AttendanceTap], |_| {}).await;
    program(house, &token)
}

/// A tap of now at reader `porte-1`.
fn tap(house: &House, seq: u32, card: &str) -> Value {
    let now = house.now().to_rfc3339_opts(SecondsFormat::Millis, true);
    json!({
        "seq": seq, "tapped_at": now, "sent_at": now, "room": "B-214",
        "card": { "kind": "desfire_app", "value": card },
    })
}

async fn send(reader: &Person<'_>, tap: &Value) -> Value {
    let path = "/api/v1/stations/porte-1/taps";
    let answer = reader.send(Method::POST, path, Some(tap.to_string())).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()
}

#[actix_web::test]
async fn a_card_at_the_door_marks_its_holder_once() {
    let (house, class) = house().await;
    let reader = reader(&house).await;
    assert_eq!(send(&reader, &tap(&house, 1, "ines.robert")).await["result"], "no_session");
    let teacher = house.sign_in(TEACHER).await;
    class.act(&teacher, "open", &[]).await;

    house.wait(Duration::minutes(2 + 17));
    let late = tap(&house, 2, "INES-ROBERT");
    let answer = send(&reader, &late).await;
    assert_eq!((&answer["result"], &answer["beep"]), (&json!("late"), &json!("ok")));
    assert_eq!(answer["session"], "TD – Sécurité des SI");
    let line = class.line(&house, "ines.robert").await;
    assert_eq!((line.0, line.1.len()), (Status::Late, 0));
    let row = house.last("roll.marked").await;
    assert_eq!((&row.fields["via"], &row.fields["zone"]), (&json!("card"), &json!("in")));

    // The answer was lost, and the reader asks again; then somebody holds the card there again.
    assert_eq!(send(&reader, &late).await, answer);
    let mut other = late.clone();
    other["card"]["value"] = "tom.girard".into();
    let path = "/api/v1/stations/porte-1/taps";
    let refused = reader.send(Method::POST, path, Some(other.to_string())).await;
    refused.must_be(409, "E-ROLL-TAP");
    assert_eq!(class.status(&house, "tom.girard").await, Status::Expected);
    assert_eq!(send(&reader, &tap(&house, 3, "ines.robert")).await["result"], "already");
    assert_eq!(class.presences(&house).await, 1);

    assert_eq!(send(&reader, &tap(&house, 4, "nobody")).await["result"], "unknown_card");
    assert_eq!(send(&reader, &tap(&house, 5, "")).await["result"], "unknown_card");
    let mut elsewhere = tap(&house, 6, "luc.petit");
    elsewhere["room"] = "A-1".into();
    assert_eq!(send(&reader, &elsewhere).await["result"], "no_session");

    house.wait(Duration::minutes(1));
    let mut copied = tap(&house, 7, "luc.petit");
    copied["card"]["kind"] = "uid".into();
    let sent = house.now();
    copied["tapped_at"] = (sent - Duration::minutes(19)).to_rfc3339().into();
    assert_eq!(send(&reader, &copied).await["result"], "present", "the time of the tap counts");
    let (status, flags) = class.line(&house, "luc.petit").await;
    assert_eq!((status, flags), (Status::Present, vec!["offline".into(), "uid_only".into()]));
    let mut skewed = tap(&house, 8, "tom.girard");
    skewed["tapped_at"] = (sent - Duration::minutes(19)).to_rfc3339().into();
    skewed["sent_at"] = (sent - Duration::minutes(4)).to_rfc3339().into();
    assert_eq!(send(&reader, &skewed).await["result"], "late", "a clock that goes wrong does not");

    class.act(&teacher, "close", &[("sure", "1")]).await;
    assert_eq!(send(&reader, &tap(&house, 9, "maelle.legrand")).await["result"], "closed");
    assert_eq!(class.status(&house, "maelle.legrand").await, Status::Absent);
}

#[actix_web::test]
async fn readers_without_a_right_and_taps_without_sense_are_refused() {
    let (house, _) = house().await;
    let path = "/api/v1/stations/porte-1/taps";
    let body = tap(&house, 1, "luc.petit").to_string();
    let stranger = house.visitor().posting("application/json");
    let refused = stranger.send(Method::POST, path, Some(body.clone())).await;
    refused.must_be(401, "E-API-TOKEN");
    let sees = token(&house, &[Scope::AttendanceRead], |_| {}).await;
    let refused = program(&house, &sees).send(Method::POST, path, Some(body.clone())).await;
    refused.must_be(403, "E-API-SCOPE");
    let reader = reader(&house).await;
    for wrong in ["{}", "[", &body.replace("desfire_app", "iris"), &body.replace(":1,", ":-1,")] {
        let answer = reader.send(Method::POST, path, Some(wrong.to_owned())).await;
        assert!(matches!(answer.status, 400 | 422), "{wrong}: {}", answer.status);
    }
    let elsewhere = |grant: &mut aiguillage::api::Grant| {
        grant.rne = vec![Rne::parse("9740091F").expect("a code")];
    };
    let other = token(&house, &[Scope::AttendanceTap], elsewhere).await;
    let answer = program(&house, &other).send(Method::POST, path, Some(body)).await;
    assert_eq!(answer.json()["result"], "no_session", "rolls of other schools are not there");
}

#[actix_web::test]
async fn readers_of_esup_ask_their_four_questions() {
    let (house, class) = house().await;
    let reader = reader(&house).await;
    let places = "/wsrest/nfc/locations?eppn=agarnier@quais.example";
    assert_eq!(reader.get(places).await.json(), json!([]), "no account has that login");
    let places = "/wsrest/nfc/locations?eppn=alain.garnier";
    let listed = reader.get(places).await.json();
    let place = listed[0].as_str().expect("a place").to_owned();
    assert_eq!(place, format!("08:32 // TD – Sécurité des SI // B-214 // {}", class.id));

    let tag = |eppn: &str, holder: &str| {
        json!({ "csn": "04a1", "eppn": eppn, "lastname": "x", "firstname": "y",
            "eppnInit": holder, "location": place })
        .to_string()
    };
    let ask = async |what: &str, body: String| {
        reader.send(Method::POST, &format!("/wsrest/nfc/{what}"), Some(body)).await
    };
    let early = ask("isTagable", tag("luc.petit", TEACHER)).await;
    assert_eq!((early.status, early.text.as_str()), (500, "Aucun appel ouvert"));
    let teacher = house.sign_in(TEACHER).await;
    class.act(&teacher, "open", &[]).await;
    let may = ask("isTagable", tag("lucpetit@quais.example", TEACHER)).await;
    assert_eq!((may.status, may.text.as_str()), (200, "OK"));
    assert_eq!(class.status(&house, "luc.petit").await, Status::Expected, "asked, not marked");
    for _ in 0..2 {
        let marked = ask("validateTag", tag("lucpetit@quais.example", TEACHER)).await;
        assert_eq!((marked.status, marked.text.as_str()), (200, "OK"));
    }
    assert_eq!(class.status(&house, "luc.petit").await, Status::Present);
    assert_eq!(class.presences(&house).await, 1);
    let shown = ask("display", tag("lucpetit@quais.example", TEACHER)).await;
    assert_eq!(shown.text, "<p>Luc Petit</p>");
    let stranger = ask("validateTag", tag("marie.dupont", TEACHER)).await;
    assert_eq!((stranger.status, stranger.text.as_str()), (500, "Carte inconnue ici"));
    let mut chip: Value = serde_json::from_str(&tag("", TEACHER)).expect("a tag");
    chip["csn"] = "ines.robert".into();
    assert_eq!(ask("validateTag", chip.to_string()).await.status, 200);
    assert_eq!(class.line(&house, "ines.robert").await.1, ["uid_only"], "only the chip is known");
    assert!(class.line(&house, "luc.petit").await.1.is_empty(), "known by name");
    let thief = ask("validateTag", tag("tom.girard", "tom.girard")).await;
    assert_eq!(thief.status, 500, "only who calls the roll holds a reader");
    assert_eq!(class.status(&house, "tom.girard").await, Status::Expected);
}

#[actix_web::test]
async fn programs_see_rolls_of_their_schools() {
    let (house, class) = house().await;
    let teacher = house.sign_in(TEACHER).await;
    class.act(&teacher, "open", &[]).await;
    let all = token(&house, &[Scope::AttendanceRead], |_| {}).await;
    let all = program(&house, &all);
    let list = all.get("/api/v1/sessions?state=open&from=2027-01-15T00:00:00Z").await.json();
    assert_eq!(list["items"][0]["id"], class.id.to_string());
    assert_eq!(list["items"][0]["subject"], "Sécurité des SI");
    let none = all.get("/api/v1/sessions?until=2027-01-15T00:00:00Z").await.json();
    assert_eq!(none["items"], json!([]));
    let lines = all.get(&format!("/api/v1/sessions/{}/records", class.id)).await.json();
    let tom = person_of(&house, "tom.girard").await.to_string();
    let tom = lines["items"].as_array().and_then(|it| it.iter().find(|it| it["student"] == tom));
    assert_eq!(tom.expect("a line")["status"], "expected");

    let elsewhere = |grant: &mut aiguillage::api::Grant| {
        grant.rne = vec![Rne::parse("9740091F").expect("a code")];
    };
    let other = token(&house, &[Scope::AttendanceRead], elsewhere).await;
    let other = program(&house, &other);
    assert_eq!(other.get("/api/v1/sessions").await.json()["items"], json!([]));
    let path = format!("/api/v1/sessions/{}", class.id);
    assert_eq!(other.get(&path).await.status, 404);
    assert_eq!(all.get(&path).await.json()["state"], "open");
}
