//! Lists in parts, tags of what is known, the record as a stream.
#![expect(clippy::unwrap_used, reason = "what cannot be read fails the test")]
use super::{house, may, put};
use crate::house::{House, Person};
use aiguillage::api::Scope;
use aiguillage::audit::{Event, Sealer, Trace};
use aiguillage::on;
use serde_json::{Value, json};
use sqlx::query;
use uuid::Uuid;

async fn push(pusher: &Person<'_>, id: &str) {
    let person = json!({ "prenom": "P", "nom": id });
    let answer = put(pusher, &format!("/api/v1/people/by-source/rh/{id}"), &person).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
}

/// One part of a list, and where the next one begins.
async fn part(
    program: &Person<'_>,
    path: &str,
    cursor: Option<&str>,
) -> (Vec<Value>, Option<String>) {
    let mark = if path.contains('?') { '&' } else { '?' };
    let cursor = cursor.map(|cursor| format!("{mark}cursor={cursor}")).unwrap_or_default();
    let answer = program.get(&format!("{path}{cursor}")).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let list = answer.json();
    let next = list["next"].as_str().map(str::to_owned);
    (list["items"].as_array().unwrap().clone(), next)
}

#[actix_web::test]
async fn nobody_is_seen_twice_or_missed_while_people_come_and_go() {
    let house = house().await;
    let pusher = may(&house, &[Scope::PeopleWrite]).await;
    let reader = may(&house, &[Scope::PeopleRead]).await;
    for n in 0..7 {
        push(&pusher, &format!("a{n}")).await;
    }
    let (mut seen, mut cursor) = (Vec::new(), None);
    for n in 0.. {
        let (items, next) = part(&reader, "/api/v1/people?limit=2", cursor.as_deref()).await;
        seen.extend(items.iter().map(|one| one["display_name"].as_str().unwrap().to_owned()));
        // Somebody comes while we leaf, and one who was seen already leaves.
        push(&pusher, &format!("b{n}")).await;
        let left = format!("/api/v1/people/by-source/rh/a{n}");
        super::delete(&pusher, &left).await;
        let Some(next) = next.filter(|_| n < 5) else { break };
        cursor = Some(next);
    }
    let expected: Vec<String> = (0..7).map(|n| format!("P a{n}")).collect();
    assert_eq!(seen[..7], expected);
    let mut once = seen.clone();
    once.sort();
    once.dedup();
    assert_eq!(once.len(), seen.len());
}

#[actix_web::test]
async fn jobs_and_the_record_are_leafed_from_the_newest_to_the_oldest() {
    let house = house().await;
    for name in ["a", "b", "c", "d", "e"] {
        super::once::failed_mail(&house, &format!("{name}@x.example")).await;
    }
    let scopes = [Scope::JobsRead, Scope::AuditRead];
    let reader = may(&house, &scopes).await;
    for path in ["/api/v1/jobs?limit=2", "/api/v1/audit?limit=2"] {
        let (mut ids, mut cursor) = (Vec::new(), None);
        loop {
            let (items, next) = part(&reader, path, cursor.as_deref()).await;
            ids.extend(items.iter().map(|one| one["id"].as_str().unwrap().to_owned()));
            let Some(next) = next else { break };
            cursor = Some(next);
        }
        assert!(ids.len() > 3, "{path}: {}", ids.len());
        assert!(ids.windows(2).all(|pair| pair[0] > pair[1]), "{path}");
    }
    let made = reader.get("/api/v1/audit?event=token.&limit=1").await.json();
    assert_eq!(made["items"][0]["event"], "token.made");
    let job = reader.get("/api/v1/jobs?limit=1").await.json();
    let id = job["items"][0]["id"].as_str().unwrap();
    assert_eq!(reader.get(&format!("/api/v1/jobs/{id}")).await.json()["id"], id);
}

#[actix_web::test]
async fn schools_are_found_and_leafed_by_their_codes() {
    let house = house().await;
    let reader = may(&house, &[Scope::SchoolsRead]).await;
    let (first, next) = part(&reader, "/api/v1/schools?limit=2", None).await;
    let (second, _) = part(&reader, "/api/v1/schools?limit=2", next.as_deref()).await;
    let codes: Vec<&str> =
        first.iter().chain(&second).map(|one| one["rne"].as_str().unwrap()).collect();
    assert!(codes.len() == 4 && codes.windows(2).all(|pair| pair[0] < pair[1]), "{codes:?}");
    let (found, _) = part(&reader, "/api/v1/schools?q=FILAOS", None).await;
    assert_eq!(found[0]["rne"], "9749801K");
}

#[actix_web::test]
async fn who_has_it_already_is_not_sent_it_again() {
    let house = house().await;
    let pusher = may(&house, &[Scope::PeopleWrite]).await;
    let reader = may(&house, &[Scope::PeopleRead]).await;
    push(&pusher, "1").await;
    let path = "/api/v1/people/by-source/rh/1";
    let first = reader.get(path).await;
    let tag = first.header("etag").to_owned();
    let again = reader.clone().with("if-none-match", &tag).get(path).await;
    assert_eq!((again.status, again.text.as_str()), (304, ""));
    put(&pusher, path, &json!({ "prenom": "Q", "nom": "1" })).await;
    let changed = reader.clone().with("if-none-match", &tag).get(path).await;
    assert_eq!(changed.status, 200);
    assert_eq!(changed.json()["display_name"], "Q 1");
}

#[actix_web::test]
async fn the_record_is_taken_away_line_by_line_and_that_is_recorded() {
    let house = house().await;
    let reader = may(&house, &[Scope::AuditRead]).await;
    let lines = |text: &str| -> Vec<Value> {
        text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    };
    let first = reader.get("/api/v1/audit.jsonl").await;
    assert_eq!(first.header("content-type"), "application/x-ndjson");
    assert_eq!(first.text, "", "nothing is sealed yet");
    seal(&house).await;
    let first = reader.get("/api/v1/audit.jsonl").await;
    let rows = lines(&first.text);
    assert!(rows.iter().any(|row| row["event"] == "export.made"), "{rows:?}");
    seal(&house).await;
    let next = reader.get(next_part(first.header("link"))).await;
    let rows = lines(&next.text);
    assert_eq!(rows.len(), 1, "{rows:?}");
    assert_eq!(rows[0]["event"], "export.made");
    for wrong in ["limit=10001", "after=", "after=1", "after=0.1", "after=1.1-"] {
        let path = format!("/api/v1/audit.jsonl?{wrong}");
        reader.get(&path).await.must_be(400, "E-API-QUERY");
    }
}

async fn seal(house: &House) {
    Sealer::new(house.db(), &house.parts().clock).turn().await.unwrap();
}

fn next_part(link: &str) -> &str {
    link.strip_prefix('<').and_then(|rest| rest.strip_suffix(">; rel=\"next\"")).expect("a link")
}

#[actix_web::test]
async fn a_row_that_comes_late_with_an_old_number_is_collected_too() {
    let house = house().await;
    let reader = may(&house, &[Scope::AuditRead]).await;
    reader.get("/api/v1/people").await;
    seal(&house).await;
    let first = reader.get("/api/v1/audit.jsonl").await;
    // As one that was kept in the spool, or in a transaction that took long.
    let late = Event::ok("auth.login").reason("late");
    let mut tx = house.db().write().await.unwrap();
    late.record(&mut tx, &Trace::default(), house.now()).await.unwrap();
    on!(&mut tx, |conn| query("UPDATE audit SET id = $1 WHERE reason = 'late'")
        .bind(Uuid::from_u128(1))
        .execute(conn)
        .await
        .map(drop))
    .unwrap();
    tx.commit().await.unwrap();
    seal(&house).await;

    let next = reader.get(next_part(first.header("link"))).await;

    assert!(next.text.contains("late"), "{}", next.text);
}

#[actix_web::test]
async fn a_decision_is_explained_and_colleagues_are_found() {
    let house = house().await;
    house.invite(&["paul.hoarau"]).await;
    let reader = may(&house, &[Scope::DispatchRead, Scope::LookupRead]).await;
    let answer = reader.get("/api/v1/dispatch/explain?login=paul.hoarau&ip=10.205.3.4").await;
    let steps = answer.json();
    assert_eq!(answer.status, 200, "{}", answer.text);
    assert!(!steps["destinations"].as_array().unwrap().is_empty(), "{steps}");
    assert_eq!(steps["client"]["address"], "10.205.3.4");
    let nobody = reader.get("/api/v1/dispatch/explain?login=nobody").await.json();
    assert_eq!(nobody["verdict"]["decision"], "nobody");
    let found = reader.get("/api/v1/colleagues?q=nobody").await;
    assert_eq!(found.json(), json!({ "items": [] }));
}
