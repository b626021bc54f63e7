//! Sessions, what partners were told, and the last choice.
use super::{TestDb, now};
use aiguillage::identity::session::{EndReason, Lifetimes, MOST_SESSIONS, Method, NewSession};
use aiguillage::identity::store::SessionPartner;
use aiguillage::identity::token::Token;
use aiguillage::identity::{PersonId, Profile, Session, store};
use chrono::{DateTime, Duration, Utc};
use uuid::Uuid;

fn begin((person, account): (PersonId, Uuid), at: DateTime<Utc>) -> (Token, Session) {
    let new = NewSession {
        person,
        account,
        method: Method::Password,
        authenticated_at: at,
        lifetimes: Lifetimes { absolute: Duration::hours(10), idle: Duration::hours(2) },
        network: "10.205.3.0/24".into(),
        browser: "Firefox".into(),
        partial_sources: vec!["agents".into(), "families".into()],
    };
    new.begin(at)
}

#[actix_web::test]
async fn a_session_is_found_by_its_token_as_it_was_kept() {
    let test = TestDb::open().await;
    let (token, session) = begin(test.person("Alix", "local").await, now());
    let mut tx = test.write().await;
    store::insert_session(&mut tx, &token, &session).await.unwrap();
    tx.commit().await.unwrap();

    let mut tx = test.read().await;
    let found = store::session_by_token(&mut tx, &token).await.unwrap();
    assert_eq!(found.as_ref(), Some(&session));
    assert_eq!(found.unwrap().partial_sources(), ["agents", "families"]);
    assert_eq!(store::session_by_token(&mut tx, &Token::new()).await.unwrap(), None);
}

#[actix_web::test]
async fn using_choosing_and_ending_are_remembered() {
    let test = TestDb::open().await;
    let (token, session) = begin(test.person("Alix", "local").await, now());
    let later = now() + Duration::minutes(90);
    let mut tx = test.write().await;
    store::insert_session(&mut tx, &token, &session).await.unwrap();

    store::touch_session(&mut tx, session.id, later).await.unwrap();
    store::choose_school(&mut tx, session.id, "9740091F", Some(Profile::SchoolLife)).await.unwrap();
    let found = store::session_by_token(&mut tx, &token).await.unwrap().unwrap();
    assert_eq!(found.last_seen, later);
    assert_eq!(found.chosen_rne.as_deref(), Some("9740091F"));
    assert_eq!(found.chosen_profile, Some(Profile::SchoolLife));
    store::choose_school(&mut tx, session.id, "9749801K", None).await.unwrap();
    let found = store::session_by_token(&mut tx, &token).await.unwrap().unwrap();
    assert_eq!(found.chosen_profile, None);

    let reason = EndReason::SignedOut;
    assert!(store::end_session(&mut tx, session.id, reason, later).await.unwrap());
    assert!(!store::end_session(&mut tx, session.id, reason, now()).await.unwrap());
    let found = store::session_by_token(&mut tx, &token).await.unwrap().unwrap();
    assert_eq!(found.ended_at, Some(later));
}

#[actix_web::test]
async fn only_live_sessions_of_that_person_are_listed_the_newest_first() {
    let test = TestDb::open().await;
    let alix = test.person("Alix", "local").await;
    let mut tx = test.write().await;
    let mut ids = Vec::new();
    for minutes in [0, 100, 110] {
        let (token, session) = begin(alix, now() + Duration::minutes(minutes));
        store::insert_session(&mut tx, &token, &session).await.unwrap();
        ids.push(session.id);
    }
    tx.commit().await.unwrap();
    let (token, other) = begin(test.person("Other", "local").await, now());
    let mut tx = test.write().await;
    store::insert_session(&mut tx, &token, &other).await.unwrap();

    let live = async |tx: &mut _, minutes| {
        let at = now() + Duration::minutes(minutes);
        let live = store::live_sessions(tx, alix.0, at).await.unwrap();
        live.iter().map(|session| session.id).collect::<Vec<_>>()
    };
    assert_eq!(live(&mut tx, 111).await, [ids[2], ids[1], ids[0]]);
    assert_eq!(live(&mut tx, 121).await, [ids[2], ids[1]]);
    let (one, at) = (alix.1, now() + Duration::minutes(122));
    store::end_sessions_of_account(&mut tx, one, EndReason::AccountMoved, at).await.unwrap();
    assert!(live(&mut tx, 123).await.is_empty());
    assert_eq!(store::live_sessions(&mut tx, other.person, now()).await.unwrap().len(), 1);
}

#[actix_web::test]
async fn one_session_too_many_ends_the_oldest() {
    let test = TestDb::open().await;
    let alix = test.person("Alix", "local").await;
    let mut tx = test.write().await;
    let mut tokens = Vec::new();
    for seconds in 0..=MOST_SESSIONS {
        let at = now() + Duration::seconds(i64::try_from(seconds).unwrap());
        let (token, session) = begin(alix, at);
        store::insert_session(&mut tx, &token, &session).await.unwrap();
        tokens.push(token);
    }

    let soon = now() + Duration::minutes(1);
    assert_eq!(store::live_sessions(&mut tx, alix.0, soon).await.unwrap().len(), MOST_SESSIONS);
    let first = store::session_by_token(&mut tx, &tokens[0]).await.unwrap().unwrap();
    let second = store::session_by_token(&mut tx, &tokens[1]).await.unwrap().unwrap();
    assert!(first.ended_at.is_some() && second.ended_at.is_none());
}

#[actix_web::test]
async fn a_partner_is_known_by_what_it_was_told_last() {
    let test = TestDb::open().await;
    let (token, session) = begin(test.person("Alix", "local").await, now());
    let mut tx = test.write().await;
    store::insert_session(&mut tx, &token, &session).await.unwrap();
    let partner = |entity: &str, index: &str| SessionPartner {
        entity_id: entity.into(),
        session_index: index.into(),
        name_id: "n".into(),
    };

    for (n, (entity, index)) in [("b", "1"), ("a", "2"), ("b", "3")].into_iter().enumerate() {
        let at = now() + Duration::seconds(i64::try_from(n).unwrap());
        store::note_partner(&mut tx, session.id, &partner(entity, index), at).await.unwrap();
    }

    let told = store::partners_of(&mut tx, session.id).await.unwrap();
    assert_eq!(told, [partner("b", "3"), partner("a", "2")]);
    assert!(store::partners_of(&mut tx, Uuid::now_v7()).await.unwrap().is_empty());
}

#[actix_web::test]
async fn the_last_choice_replaces_the_one_before() {
    let test = TestDb::open().await;
    let (alix, _) = test.person("Alix", "local").await;
    let mut tx = test.write().await;
    assert_eq!(store::last_choice(&mut tx, alix).await.unwrap(), None);

    store::set_last_choice(&mut tx, alix, "9740091F", now()).await.unwrap();
    store::set_last_choice(&mut tx, alix, "9749801K", now()).await.unwrap();

    assert_eq!(store::last_choice(&mut tx, alix).await.unwrap().as_deref(), Some("9749801K"));
}
