//! Two servers claim one person: the rule of the settings says which one is found.
use super::{Lookup, ids};
use aiguillage::identity::cloud::Field;
use aiguillage::identity::store::cloud::conflicts;
use chrono::Duration;
use serde_json::{Value, json};

const A: &str = "jdupont@nuage-a.example.test";
const B: &str = "jd@nuage-b.example.test";

fn at(id: &str) -> Value {
    json!({ id: { "userid": "jdupont", "name": "Jean Dupont", "email": "Jean.Dupont@ac.test" } })
}

async fn found(lookup: &Lookup) -> Vec<String> {
    let mut found = lookup.found("dupont").await;
    let exact = lookup.exactly("jean.dupont%40ac.test").await;
    if let Some(id) = exact["federationId"].as_str() {
        assert!(found.contains(&id.to_owned()), "{found:?} {id}");
    }
    found.sort();
    found
}

#[actix_web::test]
async fn the_server_where_they_were_active_last_wins() {
    let lookup = Lookup::with_servers(&[]).await;
    lookup.push(&at(A)).await;
    assert_eq!(found(&lookup).await, [A]);
    lookup.house.wait(Duration::minutes(1));
    lookup.push(&at(B)).await;
    assert_eq!(found(&lookup).await, [B]);
    lookup.house.wait(Duration::minutes(1));
    // Pushed alone and unchanged: they signed in there.
    lookup.push(&at(A)).await;
    assert_eq!(found(&lookup).await, [A]);
    let rows = conflicts(&mut lookup.read().await, "", 10).await.expect("a report");
    let rows: Vec<&str> = rows.iter().map(|row| row.cloud_id.as_str()).collect();
    assert_eq!(rows, [A, B], "the winner first");

    lookup.remove(&[A]).await;
    lookup.settled().await;
    assert_eq!(found(&lookup).await, [B], "nobody is in the way any more");
}

#[actix_web::test]
async fn whole_lists_say_nothing_about_who_signed_in() {
    let lookup = Lookup::with_servers(&[]).await;
    lookup.push(&at(A)).await;
    lookup.house.wait(Duration::minutes(1));
    lookup.push(&at(B)).await;
    let mut both = at(A);
    both["other@nuage-a.example.test"] = json!({ "name": "Other" });
    lookup.push(&both).await;
    lookup.house.wait(Duration::minutes(1));
    lookup.push(&both).await;
    assert_eq!(found(&lookup).await, [B]);
}

#[actix_web::test]
async fn whole_lists_that_change_somebody_say_nothing_either() {
    let lookup = Lookup::with_servers(&[]).await;
    lookup.push(&at(A)).await;
    lookup.house.wait(Duration::minutes(1));
    lookup.push(&at(B)).await;
    lookup.house.wait(Duration::minutes(1));
    let mut both = at(A);
    both[A]["name"] = json!("Jean Marie Dupont");
    both["other@nuage-a.example.test"] = json!({ "name": "Other" });
    lookup.push(&both).await;
    assert_eq!(found(&lookup).await, [B]);
    lookup.house.wait(Duration::minutes(1));
    lookup.push(&at(A)).await;
    assert_eq!(found(&lookup).await, [A], "alone and changed: they signed in there");
}

#[actix_web::test]
async fn a_list_does_not_take_turns_with_the_server_itself() {
    let lookup = Lookup::with_servers(&[]).await;
    lookup.push(&at(A)).await;
    let fields = [(Field::Name, "J. Dupont"), (Field::Userid, "jdupont")];
    lookup.import("staff", &[(A, &fields)]).await;
    let name = &lookup.exactly("jdupont").await["name"]["value"];
    assert_eq!(*name, json!("Jean Dupont"));
}

#[actix_web::test]
async fn the_server_with_the_higher_priority_wins() {
    let lookup = Lookup::with_servers(&[("AIGUILLAGE_LOOKUP_CONFLICT", "priority")]).await;
    lookup.push(&at(B)).await;
    lookup.house.wait(Duration::minutes(1));
    lookup.push(&at(A)).await;
    assert_eq!(found(&lookup).await, [B]);
}

#[actix_web::test]
async fn later_claims_are_refused_until_the_first_is_gone() {
    let lookup = Lookup::with_servers(&[("AIGUILLAGE_LOOKUP_CONFLICT", "refuse")]).await;
    lookup.push(&at(A)).await;
    lookup.house.wait(Duration::minutes(1));
    assert_eq!(lookup.push(&at(B)).await.status, 200);
    assert_eq!(found(&lookup).await, [A]);
    let row = lookup.house.last("lookup.push").await;
    assert_eq!(row.fields["refused"], json!(1));
    // Changing the first one does not make it the second.
    let mut changed = at(A);
    changed[A]["name"] = json!("Jean J. Dupont");
    lookup.push(&changed).await;
    assert_eq!(found(&lookup).await, [A]);

    lookup.remove(&[A]).await;
    let report = lookup.sweep().await;
    lookup.settled().await;
    assert_eq!((report.shown, found(&lookup).await), (1, vec![B.to_owned()]));
}

#[actix_web::test]
async fn a_login_of_two_people_is_answered_by_the_rule() {
    let users = json!({
        A: { "userid": "jdupont", "name": "Jean Dupont", "email": "jean@ac.test" },
        B: { "userid": "jdupont", "name": "Julie Dupont", "email": "julie@ac.test" },
    });
    for (rule, expected) in [("priority", json!(B)), ("refuse", json!(null))] {
        let lookup = Lookup::with_servers(&[("AIGUILLAGE_LOOKUP_CONFLICT", rule)]).await;
        lookup.push(&users).await;
        assert_eq!(lookup.exactly("jdupont").await["federationId"], expected, "{rule}");
        let both = lookup.get("/users?search=dupont").await;
        assert_eq!(ids(&both.json()).len(), 2, "both are people of their own");
    }
}
