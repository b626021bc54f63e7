//! The audit record: written with the act, found again by its filters.
#![expect(clippy::unwrap_used, reason = "what cannot be read fails the test")]
use super::{TestDb, now};
use aiguillage::audit::{Event, Search, Trace, count, search};
use aiguillage::identity::PersonId;
use chrono::{DateTime, Duration, Utc};
use serde_json::json;

async fn record(test: &TestDb, event: Event, request_id: &str, at: DateTime<Utc>) {
    let trace = Trace {
        network: "10.0.0.0/24".into(),
        request_id: request_id.into(),
        forwarded: request_id == "r-forwarded",
    };
    let mut tx = test.write().await;
    event.record(&mut tx, &trace, at).await.unwrap();
    tx.commit().await.unwrap();
}

/// Request ids that a search finds, the newest first, checked against the count.
async fn found(test: &TestDb, what: Search) -> Vec<String> {
    let mut tx = test.read().await;
    let rows = search(&mut tx, &Search { limit: 50, ..what.clone() }).await.unwrap();
    let number = count(&mut tx, &what).await.unwrap();
    assert_eq!(number, i64::try_from(rows.len()).unwrap() + what.skip);
    rows.into_iter().map(|row| row.request_id).collect()
}

fn words(words: &str) -> Search {
    Search { words: words.into(), ..Search::default() }
}

#[actix_web::test]
async fn a_row_is_read_as_it_was_recorded() {
    let test = TestDb::open().await;
    let who = PersonId::new();
    let event = Event::refused("dispatch.refused", "E-NO-PORTAL")
        .by(who, "0123abcd")
        .field("zone", "Réseau « péda »\u{1b}[31m")
        .field("destinations", ["9740091F", "9749801K"]);
    record(&test, event, "r-forwarded", now()).await;

    let mut tx = test.read().await;
    let row = search(&mut tx, &Search { limit: 1, ..Search::default() }).await.unwrap().remove(0);
    assert_eq!((row.at, row.person), (now(), Some(who)));
    assert_eq!((row.event.as_str(), row.outcome.as_str()), ("dispatch.refused", "refused"));
    assert_eq!((row.reason.as_str(), row.session.as_str()), ("E-NO-PORTAL", "0123abcd"));
    let fields = json!({
        "zone": "Réseau « péda »[31m", "destinations": ["9740091F", "9749801K"], "xff_used": true,
    });
    assert_eq!(row.fields, fields);
}

#[actix_web::test]
async fn filters_by_event_and_time_leave_out_the_rest() {
    let test = TestDb::open().await;
    record(&test, Event::ok("auth.login"), "r1", now()).await;
    record(&test, Event::ok("auth.logout"), "r2", now() + Duration::hours(1)).await;
    record(&test, Event::ok("config.reload"), "r3", now() + Duration::hours(2)).await;

    let event = |event: &str| Search { event: event.into(), ..Search::default() };
    assert_eq!(found(&test, Search::default()).await, ["r3", "r2", "r1"]);
    assert_eq!(found(&test, event("auth.")).await, ["r2", "r1"]);
    assert_eq!(found(&test, event("auth.login")).await, ["r1"]);
    assert!(found(&test, event("auth%")).await.is_empty());
    let hour = now() + Duration::hours(1);
    assert_eq!(found(&test, Search { from: Some(hour), ..Search::default() }).await, ["r3", "r2"]);
    assert_eq!(found(&test, Search { until: Some(hour), ..Search::default() }).await, ["r1"]);
    assert_eq!(found(&test, Search { skip: 2, ..Search::default() }).await, ["r1"]);
}

#[actix_web::test]
async fn words_find_a_request_a_field_or_a_name_whatever_case_and_accents() {
    let test = TestDb::open().await;
    let (emile, _) = test.person("Émile Hoarau", "agents").await;
    record(&test, Event::ok("auth.login").about(emile), "r1", now()).await;
    let event = Event::ok("saml.sent").field("sp", "0219801P").field("label", "LYCÉE DU CANAL");
    record(&test, event, "r2", now()).await;

    for (text, expected) in [
        ("r1", "r1"),
        ("Emile", "r1"),
        ("émile", "r1"),
        ("ÉMILE HOA", "r1"),
        (" hoarau ", "r1"),
        ("0219801p", "r2"),
        ("LYCÉE", "r2"),
    ] {
        let all = found(&test, words(text)).await;
        assert!(all.iter().any(|id| id == expected), "{text}: {all:?}");
        assert_eq!(all.len(), 1, "{text}: {all:?}");
    }
    assert!(found(&test, words("nobody")).await.is_empty());
}

#[actix_web::test]
async fn percent_signs_and_underscores_stand_for_themselves() {
    let test = TestDb::open().await;
    record(&test, Event::ok("a").field("label", "100 % sûr"), "r1", now()).await;
    record(&test, Event::ok("b").field("label", "class_6"), "r2", now()).await;
    record(&test, Event::ok("c").field("label", "classe6 !"), "r3", now()).await;

    assert_eq!(found(&test, words("%")).await, ["r1"]);
    assert_eq!(found(&test, words("_")).await, ["r2"]);
    assert_eq!(found(&test, words("!")).await, ["r3"]);
    assert!(found(&test, words("'; DROP TABLE audit; --")).await.is_empty());
}

#[actix_web::test]
async fn an_act_that_is_given_up_leaves_no_row() {
    let test = TestDb::open().await;
    let mut tx = test.write().await;
    Event::ok("auth.login").record(&mut tx, &Trace::default(), now()).await.unwrap();
    drop(tx);

    assert!(found(&test, Search::default()).await.is_empty());
}
