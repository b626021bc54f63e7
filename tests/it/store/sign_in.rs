//! Failures, known browsers, flows and requests that were seen.
use super::{TestDb, now};
use aiguillage::identity::session::{Lifetimes, Method, NewSession};
use aiguillage::identity::store::insert_session;
use aiguillage::identity::token::hash;
use aiguillage::sso::budget::{Counts, Flurry, MEMORY, PACE, SLOWED_FOR};
use aiguillage::sso::store::{
    Place, begin_stuffing, counts, delete_stale, drop_oldest_flows, find_flow, flurry, forgive,
    insert_flow, knows_device, note_failure, remember_device, see_request, take_flow, take_turn,
};
use chrono::Duration;
use serde_json::json;
use uuid::Uuid;

fn place(name: &str, network: &str) -> Place {
    Place { name: name.into(), network: network.into() }
}

#[actix_web::test]
async fn nobody_failed_in_an_empty_database() {
    let test = TestDb::open().await;
    let here = place("net:a", "a");
    let none = counts(&mut test.read().await, &hash("alix"), &here, now()).await.unwrap();
    assert_eq!(none, Counts::default());
}

#[actix_web::test]
async fn failures_are_counted_here_everywhere_and_by_address() {
    let test = TestDb::open().await;
    let (here, there) = (place("net:a", "a"), place("net:b", "b"));
    let minutes = |n| now() - Duration::minutes(n);
    let mut tx = test.write().await;
    for (login, place, at) in [
        ("alix", &here, minutes(90)),
        ("alix", &here, minutes(6)),
        ("alix", &here, minutes(1)),
        ("alix", &there, minutes(2)),
        ("zoé", &here, minutes(3)),
        ("zoé", &here, minutes(20)),
    ] {
        note_failure(&mut tx, &hash(login), place, at).await.unwrap();
    }

    let got = counts(&mut tx, &hash("alix"), &here, now()).await.unwrap();
    let expected = Counts {
        here: 3,
        last_here: Some(minutes(1)),
        everywhere: 3,
        last_everywhere: Some(minutes(1)),
        address: 2,
        last_address: Some(minutes(1)),
        next_try: None,
    };
    assert_eq!(got, expected);
    assert_eq!(flurry(&mut tx, "a", now()).await.unwrap(), Flurry { logins: 2, good: 0 });

    forgive(&mut tx, &hash("alix"), &here).await.unwrap();
    let got = counts(&mut tx, &hash("alix"), &here, now()).await.unwrap();
    assert_eq!((got.here, got.everywhere), (0, 1));
    assert_eq!(flurry(&mut tx, "a", now()).await.unwrap().logins, 1);
}

#[actix_web::test]
async fn old_failures_are_forgotten() {
    let test = TestDb::open().await;
    let here = place("net:a", "a");
    let mut tx = test.write().await;
    note_failure(&mut tx, &hash("alix"), &here, now() - MEMORY).await.unwrap();
    note_failure(&mut tx, &hash("zoé"), &here, now()).await.unwrap();

    let long_ago = now() - MEMORY - Duration::hours(1);
    let got = counts(&mut tx, &hash("alix"), &here, long_ago + MEMORY).await.unwrap();
    assert_eq!(got.here, 1);
    delete_stale(&mut tx, now() + Duration::seconds(1)).await.unwrap();
    let got = counts(&mut tx, &hash("alix"), &here, long_ago + MEMORY).await.unwrap();
    assert_eq!(got.here, 0);
}

#[actix_web::test]
async fn good_sign_ins_speak_for_a_network() {
    let test = TestDb::open().await;
    let (person, account) = test.person("Alix", "local").await;
    let new = NewSession {
        person,
        account,
        method: Method::Password,
        authenticated_at: now(),
        lifetimes: Lifetimes { absolute: Duration::hours(1), idle: Duration::hours(1) },
        network: "a".into(),
        browser: String::new(),
        partial_sources: vec![],
    };
    let (token, session) = new.begin(now());
    let mut tx = test.write().await;
    insert_session(&mut tx, &token, &session).await.unwrap();

    let good = async |tx: &mut _, network: &str, at| flurry(tx, network, at).await.unwrap().good;
    assert_eq!(good(&mut tx, "a", now() + Duration::minutes(9)).await, 1);
    assert_eq!(good(&mut tx, "a", now() + Duration::minutes(11)).await, 0);
    assert_eq!(good(&mut tx, "b", now()).await, 0);
}

#[actix_web::test]
async fn a_network_that_goes_through_a_list_takes_turns_for_an_hour() {
    let test = TestDb::open().await;
    let mut tx = test.write().await;
    assert!(!take_turn(&mut tx, "a", now()).await.unwrap(), "it does not");

    assert!(begin_stuffing(&mut tx, "a", now()).await.unwrap());
    assert!(!begin_stuffing(&mut tx, "a", now()).await.unwrap(), "that is known");
    assert!(begin_stuffing(&mut tx, "b", now()).await.unwrap());

    let next = async |tx: &mut _, at| {
        counts(tx, &hash("x"), &place("net:a", "a"), at).await.unwrap().next_try
    };
    assert_eq!(next(&mut tx, now()).await, Some(now() + PACE));
    assert!(!take_turn(&mut tx, "a", now()).await.unwrap(), "too early");
    assert!(take_turn(&mut tx, "a", now() + PACE).await.unwrap());
    assert!(!take_turn(&mut tx, "a", now() + PACE).await.unwrap(), "one a turn");
    assert_eq!(next(&mut tx, now() + PACE).await, Some(now() + PACE + PACE));

    assert_eq!(next(&mut tx, now() + SLOWED_FOR).await, None);
    assert!(begin_stuffing(&mut tx, "a", now() + SLOWED_FOR).await.unwrap(), "again");
}

#[actix_web::test]
async fn a_browser_is_known_for_the_logins_that_it_served() {
    let test = TestDb::open().await;
    let mut tx = test.write().await;
    let (device, alix) = (hash("device"), hash("alix"));
    assert!(!knows_device(&mut tx, &device, &alix).await.unwrap());

    remember_device(&mut tx, &device, &alix, now()).await.unwrap();
    remember_device(&mut tx, &device, &alix, now() + Duration::days(1)).await.unwrap();

    assert!(knows_device(&mut tx, &device, &alix).await.unwrap());
    assert!(!knows_device(&mut tx, &device, &hash("zoé")).await.unwrap());
}

#[actix_web::test]
async fn a_flood_of_flows_drops_the_oldest() {
    let test = TestDb::open().await;
    let mut tx = test.write().await;
    let mut ids = Vec::new();
    for minute in 1..=5 {
        let until = now() + Duration::minutes(minute);
        ids.push(insert_flow(&mut tx, "saml", &json!({}), now(), until).await.unwrap());
    }
    for (most, left) in [(9, 5), (5, 5), (3, 3), (3, 3)] {
        drop_oldest_flows(&mut tx, most).await.unwrap();
        let mut found = 0;
        for id in &ids {
            found += usize::from(find_flow(&mut tx, *id, "saml", now()).await.unwrap().is_some());
        }
        assert_eq!(found, left, "of {most}");
    }
    assert!(find_flow(&mut tx, ids[4], "saml", now()).await.unwrap().is_some(), "the newest stays");
}

#[actix_web::test]
async fn a_flow_is_found_until_it_is_taken_or_too_old() {
    let test = TestDb::open().await;
    let soon = now() + Duration::minutes(10);
    let payload = json!({ "SAMLRequest": "<é'\"\\u0000?>", "list": [1, 2.5, null] });
    let mut tx = test.write().await;
    let id = insert_flow(&mut tx, "saml", &payload, now(), soon).await.unwrap();

    assert_eq!(find_flow(&mut tx, id, "saml", now()).await.unwrap(), Some(payload.clone()));
    assert_eq!(find_flow(&mut tx, id, "oidc", now()).await.unwrap(), None);
    assert_eq!(find_flow(&mut tx, id, "saml", soon).await.unwrap(), None);
    assert_eq!(find_flow(&mut tx, Uuid::new_v4(), "saml", now()).await.unwrap(), None);
    assert!(take_flow(&mut tx, id).await.unwrap());
    assert!(!take_flow(&mut tx, id).await.unwrap());

    let old = insert_flow(&mut tx, "saml", &payload, now(), soon).await.unwrap();
    let later = soon + Duration::seconds(1);
    delete_stale(&mut tx, later).await.unwrap();
    assert!(!take_flow(&mut tx, old).await.unwrap(), "expired flows are swept away");
}

#[actix_web::test]
async fn a_request_of_a_partner_is_new_once() {
    let test = TestDb::open().await;
    let until = now() + Duration::minutes(5);
    let mut tx = test.write().await;

    assert!(see_request(&mut tx, "sp", "_1", now(), until).await.unwrap());
    assert!(!see_request(&mut tx, "sp", "_1", now(), until).await.unwrap());
    assert!(see_request(&mut tx, "other", "_1", now(), until).await.unwrap());
    assert!(see_request(&mut tx, "sp", "_2", now(), until).await.unwrap());
    let later = until + Duration::seconds(1);
    assert!(see_request(&mut tx, "sp", "_1", later, later).await.unwrap());
}
