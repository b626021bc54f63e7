//! People whom programs push, through the one engine that writes people.
use super::{delete, house, may, put, send};
use crate::house::{House, Person};
use aiguillage::api::Scope;
use aiguillage::sync::store::newest_runs;
use chrono::Duration;
use serde_json::{Value, json};

const MANY: &str = "/api/v1/people/by-source/rh";

fn person(id: usize) -> Value {
    json!({ "uid": format!("p{id}"), "prenom": "Ada", "nom": format!("N{id}"),
        "courriel": format!("P{id}@Demo.Example"), "rne": "9740091F",
        "ENTPersonProfils": "National_ENS", "secret": { "deep": [1, true, null] } })
}

fn people(ids: impl IntoIterator<Item = usize>) -> Vec<Value> {
    ids.into_iter().map(person).collect()
}

async fn program(house: &House) -> Person<'_> {
    may(house, &[Scope::PeopleWrite, Scope::PeopleRead, Scope::SourcesRead, Scope::SourcesRun])
        .await
}

async fn push(house: &House, program: &Person<'_>, key: &str, body: Value) -> Value {
    house.wait(Duration::minutes(1));
    let answer = send(program, MANY, key, &body).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    answer.json()["counts"].clone()
}

#[actix_web::test]
async fn one_person_comes_changes_leaves_and_is_the_same_when_they_return() {
    let house = house().await;
    let program = program(&house).await;
    let path = "/api/v1/people/by-source/rh/p1";
    let first = put(&program, path, &person(1)).await;
    assert_eq!(first.status, 201, "{}", first.text);
    let first = first.json();
    assert_eq!(first["outcome"], "appeared");
    assert_eq!(first["person"]["display_name"], "Ada N1");
    assert_eq!(first["person"]["mail"], "p1@demo.example");
    assert_eq!(first["person"]["affiliations"][0]["profile"], "teacher");

    let same = put(&program, path, &person(1)).await;
    assert_eq!((same.status, same.json()["outcome"].as_str()), (200, Some("unchanged")));
    let mut other = person(1);
    other["nom"] = "Autre".into();
    let changed = put(&program, path, &other).await.json();
    assert_eq!(
        (&changed["outcome"], &changed["person"]["display_name"]),
        (&"changed".into(), &"Ada Autre".into())
    );

    assert_eq!(delete(&program, path).await.status, 204);
    delete(&program, path).await.must_be(404, "E-NOT-FOUND");
    let left = program.get(path).await.json();
    assert!(left["accounts"][0]["left_at"].is_string(), "{left}");
    assert_eq!(left["affiliations"], json!([]));

    let back = put(&program, path, &person(1)).await.json();
    assert_eq!(back["outcome"], "returned");
    assert_eq!(back["person"]["id"], first["person"]["id"]);
    assert_eq!(back["person"]["affiliations"].as_array().unwrap().len(), 1);
}

#[actix_web::test]
async fn whoever_left_a_month_ago_is_erased_and_somebody_new_when_they_return() {
    let house = house().await;
    let program = program(&house).await;
    let path = "/api/v1/people/by-source/rh/p1";
    let first = put(&program, path, &person(1)).await.json();
    put(&program, "/api/v1/people/by-source/rh/p2", &person(2)).await;
    assert_eq!(delete(&program, path).await.status, 204);
    house.wait(Duration::days(29));
    house.run_jobs().await;
    assert_eq!(program.get(path).await.status, 200, "a month is not over");
    house.wait(Duration::days(3));
    house.run_jobs().await;
    program.get(path).await.must_be(404, "E-NOT-FOUND");
    assert_eq!(program.get("/api/v1/people/by-source/rh/p2").await.status, 200);

    let back = put(&program, path, &person(1)).await;
    assert_eq!(back.status, 201, "no tombstone keeps out who only left: {}", back.text);
    assert_ne!(back.json()["person"]["id"], first["person"]["id"]);
}

#[actix_web::test]
async fn a_program_that_only_writes_reads_nothing_of_what_others_say() {
    let house = house().await;
    house.sign_in("camille.riviere").await;
    let path = "/api/v1/people/by-source/rh/p1";
    let camille = json!({ "uid": "p1", "prenom": "C", "nom": "R", "rne": "9740091F",
        "courriel": "camille.riviere@demo.example", "ENTPersonProfils": "National_ENS" });
    let writer = may(&house, &[Scope::PeopleWrite]).await;
    let written = put(&writer, path, &camille).await.json()["person"].clone();
    assert_eq!(written["mail"], Value::Null);
    assert_eq!(written["accounts"].as_array().unwrap().len(), 1, "{written}");
    assert_eq!(written["accounts"][0]["source"], "rh");
    for place in written["affiliations"].as_array().unwrap() {
        assert_eq!(place["sources"], json!(["rh"]));
    }

    let reader = program(&house).await.get(path).await.json();
    assert_eq!(reader["id"], written["id"]);
    assert_eq!(reader["accounts"].as_array().unwrap().len(), 2, "the same person: {reader}");
}

#[actix_web::test]
async fn an_entry_that_names_nobody_is_refused_and_nothing_is_written() {
    let house = house().await;
    let program = program(&house).await;
    let path = "/api/v1/people/by-source/rh/p1";
    let nameless = put(&program, path, &json!({ "courriel": "a@x.example" })).await;
    nameless.must_be(422, "E-API-FIELDS");
    assert!(nameless.text.contains("W-SYNC-NO-NAME"), "{}", nameless.text);
    let another = put(&program, path, &person(2)).await;
    assert!(another.text.contains("W-SYNC-OTHER-ID"), "{}", another.text);
    for id in ["%20p1", "p%00", "p%0A", "p%C3%A9", &"x".repeat(201)] {
        let path = format!("/api/v1/people/by-source/rh/{id}");
        put(&program, &path, &json!({ "prenom": "A", "nom": "B" }))
            .await
            .must_be(422, "E-API-FIELDS");
    }
    assert!(house.audit("sync.done").await.is_empty());
}

#[actix_web::test]
async fn many_come_at_once_and_what_cannot_be_used_is_told_with_its_place() {
    let house = house().await;
    let program = program(&house).await;
    let mut list = people(0..1_203);
    list.push(json!({ "prenom": "No", "nom": "Id" }));
    list.push(person(7));
    let answer = send(&program, MANY, "k", &json!({ "people": list })).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let told = answer.json();
    assert_eq!(
        (&told["counts"]["appeared"], &told["counts"]["rejected"]),
        (&1_203.into(), &2.into())
    );
    let rejected: Vec<_> = told["rejected"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| (one["place"].as_str().unwrap(), one["code"].as_str().unwrap()))
        .collect();
    assert_eq!(rejected, [("people[1203]", "W-SYNC-NO-ID"), ("people[1204]", "W-SYNC-TWICE")]);
    let mut tx = house.db().read().await.unwrap();
    let run = newest_runs(&mut tx, "rh", 1).await.unwrap().remove(0);
    assert_eq!((run.mode.as_str(), run.state.as_str()), ("changes", "done"));
    assert!(run.asked_by.starts_with("token:programme"), "{}", run.asked_by);
    drop(tx);
    let runs = program.get("/api/v1/sources/rh/runs").await.json();
    assert_eq!(runs["items"][0]["id"], told["run"]);
    let report = program.get(&format!("/api/v1/sources/rh/runs/{}", run.id)).await.json();
    assert_eq!(report["findings"].as_array().unwrap().len(), 2);
}

#[actix_web::test]
async fn changes_let_nobody_leave_and_a_whole_list_lets_those_leave_who_are_missing() {
    let house = house().await;
    let program = program(&house).await;
    push(&house, &program, "k1", json!({ "people": people(0..20) })).await;
    let part = push(&house, &program, "k2", json!({ "people": people(0..2) })).await;
    assert_eq!((&part["vanished"], &part["unchanged"]), (&0.into(), &2.into()));
    let whole = json!({ "mode": "full", "people": people(1..20) });
    let look = json!({ "mode": "full", "dry_run": true, "people": people(1..20) });
    assert_eq!(push(&house, &program, "k3", look).await["vanished"], 1);
    assert_eq!(push(&house, &program, "k4", whole.clone()).await["vanished"], 1);
    assert_eq!(push(&house, &program, "k5", whole).await["vanished"], 0);
    let back = push(&house, &program, "k6", json!({ "people": people(0..1) })).await;
    assert_eq!((&back["returned"], &back["appeared"]), (&1.into(), &0.into()));
}

#[actix_web::test]
async fn half_a_list_is_refused_like_half_a_directory() {
    let house = house().await;
    let program = program(&house).await;
    push(&house, &program, "k1", json!({ "people": people(0..20) })).await;
    house.wait(Duration::minutes(1));
    let half = json!({ "mode": "full", "people": people(0..10) });
    let refused = send(&program, MANY, "k2", &half).await;
    refused.must_be(409, "E-SYNC-VANISH");
    assert!(refused.text.contains("10 of 20"), "{}", refused.text);
    let seen = program.get("/api/v1/people?limit=200").await.json();
    assert_eq!(seen["items"].as_array().unwrap().len(), 20);
    let gone = program.get("/api/v1/people/by-source/rh/p15").await.json();
    assert!(gone["accounts"][0]["left_at"].is_null());
    let forced = json!({ "mode": "full", "force": true, "people": people(0..10) });
    assert_eq!(push(&house, &program, "k2", forced).await["vanished"], 10);
}

#[actix_web::test]
async fn programs_that_push_at_the_same_time_wait_for_each_other() {
    let house = house().await;
    let program = program(&house).await;
    let path = |n: usize| format!("/api/v1/people/by-source/rh/p{n}");
    let paths: Vec<String> = (0..8).map(path).collect();
    let bodies = people(0..8);
    let calls = paths.iter().zip(&bodies).map(|(path, body)| put(&program, path, body));
    for answer in futures_util::future::join_all(calls).await {
        assert_eq!(answer.status, 201, "{}", answer.text);
    }
}

#[actix_web::test]
async fn what_is_pushed_cannot_be_read_by_the_page_the_timetable_or_an_order() {
    let house = house().await;
    let program = program(&house).await;
    let order = send(&program, "/api/v1/sources/rh/runs", "k", &json!({})).await;
    order.must_be(409, "E-SYNC-PUSHED");
    let engine = house.parts().sync_engine();
    let source = house.parts().synced.iter().find(|one| one.name == "rh").unwrap();
    assert!(!engine.look_after(source).await.unwrap());
    let admin = house.administrator().await;
    let page = admin.get("/admin/sources/rh").await;
    assert!(page.status == 200 && !page.text.contains("Lire maintenant"), "{}", page.text);
    let asked = admin.post_from("/admin/sources", "/admin/sources/rh", &[]).await;
    asked.must_be(409, "E-SYNC-PUSHED");
}
