//! What limits a token: schools, sources, networks, time, revocation, and how much it asks.
#![expect(clippy::unwrap_used, reason = "what cannot be read fails the test")]
use super::{delete, house, house_with, may, program, put, token};
use crate::house::{HOME, House, OFFICE};
use aiguillage::api::{Scope, store};
use aiguillage::identity::Rne;
use chrono::Duration;
use serde_json::{Value, json};

/// Names in a list.
fn names(list: &Value) -> Vec<&str> {
    list["items"].as_array().unwrap().iter().filter_map(|p| p["display_name"].as_str()).collect()
}

async fn teachers(house: &House) {
    let pusher = may(house, &[Scope::PeopleWrite]).await;
    for (id, name, schools) in [
        ("1", "Ada", json!(["9740091F"])),
        ("2", "Bob", json!(["9740091F", "9749801K"])),
        ("3", "Cléo", json!(["9749801K"])),
    ] {
        let person = json!({ "prenom": name, "nom": "X", "rne": schools,
            "ENTPersonProfils": "National_ENS" });
        let answer = put(&pusher, &format!("/api/v1/people/by-source/rh/{id}"), &person).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
    }
}

#[actix_web::test]
async fn a_token_limited_to_schools_sees_their_people_and_nothing_of_other_schools() {
    let house = house().await;
    teachers(&house).await;
    let seer = may(&house, &[Scope::PeopleRead]).await;
    assert_eq!(names(&seer.get("/api/v1/people").await.json()), ["Ada X", "Bob X", "Cléo X"]);
    let at = seer.get("/api/v1/people?rne=9749801K").await.json();
    assert_eq!(names(&at), ["Bob X", "Cléo X"]);

    let school = Rne::parse("9740091F").unwrap();
    let scopes = [Scope::PeopleRead, Scope::SchoolsRead];
    let limited = token(&house, &scopes, |grant| grant.rne = vec![school]).await;
    let limited = program(&house, &limited);

    assert_eq!(names(&limited.get("/api/v1/people").await.json()), ["Ada X", "Bob X"]);
    assert!(names(&limited.get("/api/v1/people?rne=9749801K").await.json()).is_empty());
    let bob = limited.get("/api/v1/people/by-source/rh/2").await.json();
    assert_eq!(bob["affiliations"].as_array().unwrap().len(), 1);
    assert_eq!(bob["affiliations"][0]["rne"], "9740091F");
    let cleo = seer.get("/api/v1/people/by-source/rh/3").await.json();
    assert_eq!(cleo["affiliations"][0]["rne"], "9749801K");
    let id = cleo["id"].as_str().unwrap();
    limited.get(&format!("/api/v1/people/{id}")).await.must_be(404, "E-NOT-FOUND");
    limited.get("/api/v1/people/by-source/rh/3").await.must_be(404, "E-NOT-FOUND");
    let schools = limited.get("/api/v1/schools").await.json();
    assert_eq!(schools["items"].as_array().unwrap().len(), 1);
    assert_eq!(limited.get("/api/v1/schools/9740091F").await.status, 200);
    limited.get("/api/v1/schools/9749801K").await.must_be(404, "E-NOT-FOUND");
}

#[actix_web::test]
async fn somebody_who_left_a_school_is_not_seen_by_its_token_any_more() {
    let house = house().await;
    teachers(&house).await;
    let school = Rne::parse("9740091F").unwrap();
    let limited = token(&house, &[Scope::PeopleRead], |grant| grant.rne = vec![school]).await;
    let pusher = may(&house, &[Scope::PeopleWrite]).await;
    house.wait(Duration::minutes(1));
    assert_eq!(delete(&pusher, "/api/v1/people/by-source/rh/1").await.status, 204);
    let seen = program(&house, &limited).get("/api/v1/people").await.json();
    assert_eq!(names(&seen), ["Bob X"]);
}

#[actix_web::test]
async fn a_token_writes_only_the_sources_that_it_was_made_for() {
    let house = house().await;
    let scopes = [Scope::PeopleWrite];
    let rh = token(&house, &scopes, |grant| grant.sources = vec!["rh".into()]).await;
    let rh = program(&house, &rh);
    let person = json!({ "displayName": "Ada", "prenom": "Ada", "nom": "X" });
    assert_eq!(put(&rh, "/api/v1/people/by-source/rh/1", &person).await.status, 201);
    for other in ["autre", "agents", "nulle"] {
        let path = format!("/api/v1/people/by-source/{other}/1");
        put(&rh, &path, &person).await.must_be(404, "E-NOT-FOUND");
        delete(&rh, &path).await.must_be(404, "E-NOT-FOUND");
    }
    let any = may(&house, &scopes).await;
    assert_eq!(put(&any, "/api/v1/people/by-source/autre/1", &person).await.status, 201);
    put(&any, "/api/v1/people/by-source/agents/1", &person).await.must_be(404, "E-NOT-FOUND");
}

#[actix_web::test]
async fn a_token_for_one_network_is_refused_from_another() {
    let house = house().await;
    let office = token(&house, &[Scope::JobsRead], |grant| {
        grant.networks = vec!["10.205.0.0/16".parse().unwrap()];
    });
    let office = program(&house, &office.await);
    assert_eq!(office.clone().at(OFFICE).get("/api/v1/jobs").await.status, 200);
    office.clone().at(HOME).get("/api/v1/jobs").await.must_be(403, "E-API-NETWORK");
    assert_eq!(house.last("api.refused").await.reason, "E-API-NETWORK");
}

#[actix_web::test]
async fn a_token_ends_with_its_time_and_at_once_when_it_is_revoked() {
    let house = house().await;
    let end = house.now() + Duration::hours(1);
    let short = token(&house, &[Scope::JobsRead], |grant| grant.expires_at = Some(end)).await;
    let long = token(&house, &[Scope::JobsRead], |_| {}).await;
    let (short, long) = (program(&house, &short), program(&house, &long));
    house.wait(Duration::minutes(59));
    assert_eq!(short.get("/api/v1/jobs").await.status, 200);
    house.wait(Duration::minutes(1));
    short.get("/api/v1/jobs").await.must_be(401, "E-API-TOKEN");
    assert_eq!(long.get("/api/v1/jobs").await.status, 200);

    let mut tx = house.db().write().await.unwrap();
    let newest = store::list(&mut tx).await.unwrap().remove(0);
    store::revoke(&mut tx, newest.id, house.now()).await.unwrap();
    tx.commit().await.unwrap();
    long.get("/api/v1/jobs").await.must_be(401, "E-API-TOKEN");
}

#[actix_web::test]
async fn the_use_of_a_token_is_noted_once_a_minute() {
    let house = house().await;
    let program = may(&house, &[Scope::JobsRead]).await;
    let noted = async || {
        let mut tx = house.db().read().await.unwrap();
        store::list(&mut tx).await.unwrap().remove(0).used_at
    };
    assert_eq!(noted().await, None);
    program.get("/api/v1/jobs").await;
    let first = noted().await;
    assert_eq!(first, Some(house.now()));
    house.wait(Duration::seconds(59));
    program.get("/api/v1/jobs").await;
    assert_eq!(noted().await, first);
    house.wait(Duration::seconds(1));
    program.get("/api/v1/jobs").await;
    assert_eq!(noted().await, Some(house.now()));
}

#[actix_web::test]
async fn who_asks_too_much_waits_and_others_do_not() {
    let limits = vec![
        ("AIGUILLAGE_LIMITS_API_BURST", "3".to_owned()),
        ("AIGUILLAGE_LIMITS_API_PER_SECOND", "1".to_owned()),
    ];
    let house = house_with(limits).await;
    let (eager, other) =
        (may(&house, &[Scope::JobsRead]).await, may(&house, &[Scope::JobsRead]).await);
    for _ in 0..3 {
        assert_eq!(eager.get("/api/v1/jobs").await.status, 200);
    }
    let answer = eager.get("/api/v1/jobs").await;
    answer.must_be(429, "E-TOO-MANY");
    assert!(answer.header("retry-after").parse::<u64>().unwrap() >= 1);
    assert_eq!(other.get("/api/v1/jobs").await.status, 200);
    house.wait(Duration::seconds(2));
    assert_eq!(eager.get("/api/v1/jobs").await.status, 200);
}
