//! Programs that make séances, call rolls, bring lists in and take figures away; and own scripts.
use super::{Class, SCHOOL, STUDENTS, TEACHER, at_school, school};
use crate::api::{program, token};
use crate::house::{Answer, House, Person};
use crate::rights::{give, person_of};
use aiguillage::api::Scope;
use aiguillage::attendance::record::Status;
use aiguillage::attendance::seance::State;
use aiguillage::attendance::store;
use aiguillage::identity::Rne;
use aiguillage::rights::Role;
use chrono::Duration;
use reqwest::Method;
use serde_json::{Value, json};

/// A program of the university that may read and write.
async fn writer(house: &House) -> Person<'_> {
    let scopes = [Scope::AttendanceRead, Scope::AttendanceWrite];
    let token = token(house, &scopes, |grant| grant.rne = [school()].into()).await;
    program(house, &token)
}

async fn send(who: &Person<'_>, path: &str, key: &str, body: &Value) -> Answer {
    let who = who.clone().with("idempotency-key", key);
    who.send(Method::POST, path, Some(body.to_string())).await
}

async fn list(who: &Person<'_>, query: &str, key: &str, (kind, text): (&str, &str)) -> Answer {
    let what = if kind == "text/csv" { "csv" } else { "ical" };
    let who = who.clone().with("idempotency-key", key).posting(kind);
    who.send(Method::POST, &format!("/api/v1/imports/{what}?{query}"), Some(text.into())).await
}

#[actix_web::test]
async fn a_program_makes_a_seance_calls_its_roll_and_closes_it() {
    let house = House::open().await;
    let class = Class::plan(&house).await;
    let program = writer(&house).await;
    let starts_at = house.now() + Duration::minutes(5);
    let body = json!({
        "groups": [class.group], "subject": class.subject, "kind": "TD",
        "starts_at": starts_at, "ends_at": starts_at + Duration::hours(1), "teachers": [class.teacher],
    });
    let made = send(&program, "/api/v1/sessions", "make", &body).await;
    assert_eq!(made.status, 201, "{}", made.text);
    assert_eq!(made.json()["is_spoken"], json!(true), "as the settings say");
    let again = send(&program, "/api/v1/sessions", "make", &body).await;
    assert_eq!(again.text, made.text, "once only");
    let id = made.json()["id"].as_str().expect("an id").to_owned();
    let path = format!("/api/v1/sessions/{id}");
    let wrong = json!({ "groups": [], "subject": class.subject, "kind": "TD",
        "starts_at": starts_at, "ends_at": starts_at + Duration::hours(1) });
    send(&program, "/api/v1/sessions", "x", &wrong).await.must_be(422, "E-API-FIELDS");

    // It is moved by whoever has seen it as it is.
    let later =
        json!({ "ends_at": starts_at + Duration::hours(2), "is_spoken": false }).to_string();
    let move_it = async |tag: &str| {
        let program = program.clone().with("if-match", tag);
        program.send(Method::PATCH, &path, Some(later.clone())).await
    };
    move_it("").await.must_be(428, "E-API-MATCH");
    move_it("W/\"0\"").await.must_be(412, "E-ROLL-VERSION");
    let tag = program.get(&path).await.header("etag").to_owned();
    let moved = move_it(&tag).await;
    assert_eq!(moved.status, 200, "{}", moved.text);
    assert_eq!(moved.json()["ends_at"], json!(starts_at + Duration::hours(2)));
    assert_eq!(moved.json()["is_spoken"], json!(false));
    move_it(&tag).await.must_be(412, "E-ROLL-VERSION");

    let act = async |act: &str, key: &str, body: Value| {
        send(&program, &format!("{path}/{act}"), key, &body).await
    };
    assert_eq!(act("open", "open", json!({})).await.json()["state"], "open");
    assert_eq!(act("open", "open", json!({})).await.status, 200, "the same answer");
    act("open", "open-again", json!({})).await.must_be(409, "E-ROLL-STATE");
    let tag = program.get(&path).await.header("etag").to_owned();
    move_it(&tag).await.must_be(409, "E-ROLL-STATE");
    let lines = program.get(&format!("{path}/records")).await.json();
    let first = lines["items"][0].clone();
    let student = first["student"].as_str().expect("a student").to_owned();
    let put = async |body: Value| {
        let path = format!("{path}/records/{student}");
        program.send(Method::PUT, &path, Some(body.to_string())).await
    };
    let said = put(json!({ "status": "late", "version": first["version"] })).await;
    assert_eq!((said.status, said.json()["status"].clone()), (200, json!("late")), "{}", said.text);
    put(json!({ "status": "absent", "version": 1, "reason": "parti" }))
        .await
        .must_be(412, "E-ROLL");
    let bulk = json!({ "set": "present", "where": "expected" });
    let all = send(&program, &format!("{path}/records/bulk"), "bulk", &bulk).await;
    assert_eq!(all.json(), json!({ "changed": 3 }));
    let closed = act("close", "close", json!({ "headcount": 4 })).await;
    assert_eq!(closed.json()["headcount"], 4, "{}", closed.text);
    act("reopen", "reopen", json!({})).await.must_be(422, "E-ROLL-REASON");
    let row = house.last("roll.closed").await;
    assert!(row.person.is_none() && row.fields["program"].is_string(), "{:?}", row.fields);

    let stats = program.get("/api/v1/stats?by=student").await.json();
    assert_eq!(stats["items"].as_array().map(Vec::len), Some(4), "{stats}");
    let rows = stats["items"].as_array().expect("rows");
    assert!(rows.iter().any(|row| row["id"] == json!(student)), "who it is, not only a name");
    assert_eq!(stats["items"][0]["expected_minutes"], 120);
    let csv = program.get("/api/v1/exports/records.csv").await;
    assert_eq!(csv.text.lines().count(), 5, "{}", csv.text);
    assert!(csv.header("content-disposition").contains(".csv"));
    assert_eq!(program.get("/api/v1/exports/figures.xlsx").await.body[..2], *b"PK");
    assert_eq!(program.get("/api/v1/exports/figures.json?by=group").await.status, 200);
    assert_eq!(program.get("/api/v1/exports/lunch.csv").await.status, 404);
    assert_eq!(house.audit("roll.exported").await.len(), 2);
}

#[actix_web::test]
async fn a_program_brings_lists_in_looks_first_and_keeps_to_its_schools() {
    let house = House::open().await;
    house.invite(&STUDENTS).await;
    house.invite(&[TEACHER]).await;
    let program = writer(&house).await;
    let members = "login;programme;groups\nmaelle.legrand;M1MIAGE;TD1\nnobody;M1MIAGE;TD1\n";
    let query = format!("rne={SCHOOL}&list=members");
    let csv = ("text/csv", members);
    let dry = list(&program, &format!("{query}&dry_run=true"), "a", csv).await.json();
    assert_eq!((&dry["created"], &dry["is_kept"]), (&json!(1), &json!(false)), "{dry}");
    assert_eq!(dry["wrong"][0], json!({ "place": "3", "column": "login", "code": "unknown" }));
    let refused = list(&program, &query, "b", csv).await;
    refused.must_be(422, "E-ROLL-LINES");
    assert!(refused.text.contains("3: login: unknown"), "{}", refused.text);
    let kept = list(&program, &format!("{query}&skip_errors=true"), "b", csv).await;
    assert_eq!(kept.json()["is_kept"], true, "{}", kept.text);
    let again = list(&program, &format!("{query}&skip_errors=true"), "b", csv).await;
    assert_eq!(again.header("idempotency-replayed"), "true");

    let event = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nDTSTART:20270120T080000Z\n\
        DTEND:20270120T100000Z\nSUMMARY:TD - SSI - M1MIAGE TD1\nEND:VEVENT\nEND:VCALENDAR\n";
    let query = format!("rne={SCHOOL}&teacher={TEACHER}");
    let first = list(&program, &query, "c", ("text/calendar", event)).await;
    assert_eq!(first.json()["created"], 1, "{}", first.text);
    let moved = event.replace("T080000Z", "T083000Z");
    let moved = ("text/calendar", moved.as_str());
    list(&program, &query, "d", moved).await.must_be(409, "E-ROLL-SWEEPING");
    assert_eq!(list(&program, &format!("{query}&sure=true"), "d", moved).await.status, 200);
    for (what, kind) in [("csv", "text/csv"), ("ical", "text/calendar")] {
        let path = format!("/api/v1/imports/{what}?rne={SCHOOL}");
        let program = program.clone().with("idempotency-key", "f").posting(kind);
        program.send(Method::POST, &path, None).await.must_be(422, "E-API-FIELDS");
        let empty = program.send(Method::POST, &path, Some(String::new())).await;
        empty.must_be(422, "E-API-FIELDS");
        for (field, status) in [("summary=a%0Ab", 400), ("summary=(", 422), ("source=%2F", 422)] {
            let path = format!("{path}&{field}");
            let answer = program.send(Method::POST, &path, Some(event.to_owned())).await;
            let is_read = what == "csv" && field == "summary=(";
            assert!(is_read || answer.status == status, "{path}: {}", answer.text);
        }
    }
    let elsewhere = list(&program, "rne=9740091F&list=members", "e", csv).await;
    assert_eq!(elsewhere.status, 404, "{}", elsewhere.text);

    // Another school's program sees none of it.
    let scopes = [Scope::AttendanceWrite];
    let other = Rne::parse("9740091F").expect("a code");
    let other = token(&house, &scopes, |grant| grant.rne = [other].into()).await;
    let class = Class::plan(&house).await;
    let path = format!("/api/v1/sessions/{}/open", class.id);
    let stranger = crate::api::program(&house, &other);
    assert_eq!(send(&stranger, &path, "k", &json!({})).await.status, 404);
    assert_eq!(class.state(&house).await, State::Planned);
}

#[actix_web::test]
async fn own_scripts_mark_with_the_cookie_and_a_header_of_ours() {
    let house = House::open().await;
    let class = Class::plan(&house).await;
    let teacher = house.sign_in(TEACHER).await;
    class.act(&teacher, "open", &[]).await;
    let maelle = house.sign_in("maelle.legrand").await;
    let code = class.code(&teacher).await;
    assert_eq!(maelle.get(&code).await.status, 303);
    let ticket = maelle.cookie("__Host-scan").expect("a ticket");
    let body = json!({ "ticket": ticket }).to_string();
    let bare = maelle.clone().posting("application/json");
    let mark =
        async |who: &Person<'_>| who.send(Method::POST, "/api/v1/marks", Some(body.clone())).await;
    mark(&bare).await.must_be(403, "E-CSRF");
    let ours = bare.clone().with("x-requested-with", "aiguillage");
    mark(&ours.clone().with("origin", "https://evil.example")).await.must_be(403, "E-CSRF");
    let form = ours.clone().posting("application/x-www-form-urlencoded");
    mark(&form).await.must_be(415, "E-TYPE");
    assert_eq!(class.status(&house, "maelle.legrand").await, Status::Expected);
    let marked = mark(&ours).await;
    assert_eq!(marked.status, 201, "{}", marked.text);
    assert_eq!(marked.json()["status"], "present");
    assert_eq!(mark(&ours).await.status, 200, "once only");
    let paper = marked.json()["certificate_url"].as_str().expect("an address").to_owned();
    assert!(paper.starts_with("/attendance/records/"));

    let own = ours.get("/api/v1/me/records?status=present").await.json();
    assert_eq!(own["items"][0]["session"], json!(class.id), "{own}");
    assert_eq!(ours.get("/api/v1/me/records?status=absent").await.json()["items"], json!([]));
    bare.get("/api/v1/me/records").await.must_be(403, "E-CSRF");

    // Six digits; and the scan of somebody else.
    let tom = house.sign_in("tom.girard").await.posting("application/json");
    let tom = tom.with("x-requested-with", "aiguillage");
    mark(&tom).await.must_be(409, "E-ROLL-USED");
    let digits = json!({ "code": "000000x" }).to_string();
    let wrong = tom.send(Method::POST, "/api/v1/marks", Some(digits)).await;
    wrong.must_be(403, "E-ROLL-DIGITS");
    let visitor = house.visitor().posting("application/json");
    let visitor = visitor.with("x-requested-with", "aiguillage").with("accept", "application/json");
    mark(&visitor).await.must_be(401, "E-SESSION");
    let lines = own["items"].as_array().expect("a list");
    assert_eq!(lines.len(), 1, "of four on the roll: {own}");
    let maelle = person_of(&house, "maelle.legrand").await;
    let mut tx = house.db().read().await.expect("the database answers");
    let line = store::line_of(&mut tx, class.id, maelle).await.expect("an answer");
    assert_eq!(lines[0]["record"], json!(line.expect("a line").id));
}

#[actix_web::test]
async fn nobody_overwrites_what_another_program_changed() {
    let house = House::open().await;
    let class = Class::plan(&house).await;
    house.invite(&["sofia.benali", "marie.dupont"]).await;
    let program = writer(&house).await;
    let mut tx = house.db().write().await.expect("a transaction");
    let room = store::insert_room(&mut tx, &school(), ("", "B-214"), None).await.expect("kept");
    let named = ("M1MIAGE", "Master 1 MIAGE", "2024-2025");
    let (old, _) = store::insert_programme(&mut tx, &school(), named).await.expect("kept");
    let old = store::insert_group(&mut tx, (&school(), old), ("TD", "TD9", "manual")).await;
    let (old, _) = old.expect("kept");
    tx.commit().await.expect("kept");
    let path = format!("/api/v1/sessions/{}", class.id);
    let change = async |tag: &str, body: Value| {
        let program = program.clone().with("if-match", tag);
        program.send(Method::PATCH, &path, Some(body.to_string())).await
    };
    let first = program.get(&path).await;
    assert_eq!(first.json()["teachers"], json!([class.teacher]));
    assert_eq!(
        (&first.json()["groups"], &first.json()["room_id"]),
        (&json!([class.group]), &json!(null))
    );

    // Whatever was changed, the tag of before is not good any more.
    let sofia = person_of(&house, "sofia.benali").await;
    let mut tag = first.header("etag").to_owned();
    for (field, value) in [
        ("teachers", json!([class.teacher, sofia])),
        ("groups", json!([class.group, old])),
        ("room", json!(room)),
        ("room", json!(null)),
    ] {
        let body = json!({ field: value });
        let changed = change(&tag, body.clone()).await;
        assert_eq!(changed.status, 200, "{field}: {}", changed.text);
        change(&tag, body).await.must_be(412, "E-ROLL-VERSION");
        tag = changed.header("etag").to_owned();
    }
    let now = program.get(&path).await.json();
    assert_eq!(now["teachers"].as_array().map(Vec::len), Some(2), "{now}");
    assert_eq!((now["groups"].as_array().map(Vec::len), &now["room_id"]), (Some(2), &json!(null)));

    // Of two with one tag, one is told.
    let (one, other) = futures_util::join!(
        change(&tag, json!({ "teachers": [class.teacher] })),
        change(&tag, json!({ "teachers": [sofia] }))
    );
    let mut statuses = [one.status, other.status];
    statuses.sort_unstable();
    assert_eq!(statuses, [200, 412], "{} {}", one.text, other.text);

    // Somebody of another school teaches here when they may call rolls here.
    let tag = program.get(&path).await.header("etag").to_owned();
    let marie = person_of(&house, "marie.dupont").await;
    let body = json!({ "teachers": [marie] });
    let french = program.clone().with("if-match", &tag).with("accept-language", "fr");
    let refused = french.send(Method::PATCH, &path, Some(body.to_string())).await;
    refused.must_be(422, "E-API-FIELDS");
    assert!(refused.text.contains("peut y faire l’appel"), "{}", refused.text);
    give(&house, marie, &[at_school(Role::Teacher)]).await;
    assert_eq!(change(&tag, body).await.status, 200);
}

#[actix_web::test]
async fn a_program_finds_what_seances_are_made_of_and_which_there_are() {
    let house = House::open().await;
    let class = Class::plan(&house).await;
    let program = writer(&house).await;
    let names = async |what: &str| {
        let list = program.get(&format!("/api/v1/{what}")).await;
        assert_eq!(list.status, 200, "{}", list.text);
        list.json()["items"].as_array().expect("a list").clone()
    };
    let programme = names("programmes").await[0].clone();
    assert_eq!((&programme["code"], &programme["year"]), (&json!("M1MIAGE"), &json!("2026-2027")));
    let of = programme["id"].as_str().expect("an id").to_owned();
    let groups = names(&format!("groups?programme={of}")).await;
    assert_eq!(
        (&groups[0]["id"], &groups[0]["of_directory"]),
        (&json!(class.group), &json!(false))
    );
    assert_eq!(names(&format!("groups?programme={}", class.id)).await.len(), 0);
    assert_eq!(names("subjects?limit=1").await[0]["id"], json!(class.subject));
    assert_eq!(names(&format!("rooms?rne={SCHOOL}")).await.len(), 0);
    assert_eq!(program.get("/api/v1/rooms?rne=9740091F").await.status, 404);
    let other = Rne::parse("9740091F").expect("a code");
    let other = token(&house, &[Scope::AttendanceRead], |grant| grant.rne = [other].into()).await;
    let stranger = crate::api::program(&house, &other);
    assert_eq!(stranger.get("/api/v1/groups").await.json()["items"], json!([]));

    // Séances by teacher, programme, and those that nobody called.
    let teacher = class.teacher;
    for (query, count) in [
        (format!("teacher={teacher}"), 1),
        (format!("teacher={}", class.id), 0),
        (format!("programme={of}"), 1),
        (format!("programme={}", class.id), 0),
        ("not_called=true".to_owned(), 0),
        ("not_called=false".to_owned(), 1),
    ] {
        assert_eq!(names(&format!("sessions?{query}")).await.len(), count, "{query}");
    }
    house.wait(Duration::hours(8));
    let uncalled = names("sessions?not_called=true").await;
    assert_eq!((uncalled.len(), &uncalled[0]["not_called"]), (1, &json!(true)));
}
