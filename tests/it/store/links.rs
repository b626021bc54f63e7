//! Accounts that are joined to one person, and parted again.
#![expect(clippy::unwrap_used, reason = "what cannot be read fails the test")]
use super::{TestDb, account, affiliation, now};
use aiguillage::identity::session::{Lifetimes, Method, NewSession};
use aiguillage::identity::{PersonId, Profile, store};
use chrono::Duration;
use uuid::Uuid;

async fn belonging(test: &TestDb, (person, account): (PersonId, Uuid), rne: &str) {
    let mut tx = test.write().await;
    let belongs = [affiliation(rne, Profile::Teacher, "x")];
    store::replace_affiliations(&mut tx, account, person, &belongs, now()).await.unwrap();
    tx.commit().await.unwrap();
}

async fn schools(test: &TestDb, person: PersonId) -> Vec<String> {
    let mut tx = test.read().await;
    let all = store::affiliations_of(&mut tx, person, now()).await.unwrap();
    all.iter().map(|a| a.rne.as_str().to_owned()).collect()
}

#[actix_web::test]
async fn affiliations_follow_an_account_there_and_back() {
    let test = TestDb::open().await;
    let (one, two) = (test.person("One", "agents").await, test.person("Two", "families").await);
    belonging(&test, one, "9740091F").await;
    belonging(&test, two, "9749801K").await;

    let mut tx = test.write().await;
    store::link_account(&mut tx, two.1, (two.0, one.0), "mail", now()).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(schools(&test, one.0).await.len(), 2);
    assert!(schools(&test, two.0).await.is_empty());

    let mut tx = test.write().await;
    let link = store::links_of(&mut tx, one.0).await.unwrap().remove(0);
    assert_eq!((link.account, link.from_person, link.to_person), (two.1, two.0, one.0));
    assert_eq!((link.rule.as_str(), link.linked_at, link.undone_at), ("mail", now(), None));
    let later = now() + Duration::hours(1);
    assert_eq!(store::unlink_account(&mut tx, &link, later).await.unwrap(), two.0);
    tx.commit().await.unwrap();
    assert_eq!(schools(&test, one.0).await, ["9740091F"]);
    assert_eq!(schools(&test, two.0).await, ["9749801K"]);
    let links = store::links_of(&mut test.read().await, two.0).await.unwrap();
    assert_eq!(links[0].undone_at, Some(later));
}

#[actix_web::test]
async fn an_account_that_was_never_alone_gets_a_person_of_its_own() {
    let test = TestDb::open().await;
    let (alix, _) = test.person("Alix", "agents").await;
    let mut tx = test.write().await;
    let second = account("families", "Sacha Payet");
    let second = store::insert_account(&mut tx, alix, &second, 0, now()).await.unwrap();
    store::link_account(&mut tx, second, (alix, alix), "mail", now()).await.unwrap();

    let link = store::links_of(&mut tx, alix).await.unwrap().remove(0);
    let home = store::unlink_account(&mut tx, &link, now()).await.unwrap();

    assert_ne!(home, alix);
    let person = store::find_person(&mut tx, home).await.unwrap().unwrap();
    assert_eq!(person.display_name, "Sacha Payet");
    assert_eq!(store::accounts_of(&mut tx, alix).await.unwrap().len(), 1);
    assert_eq!(store::accounts_of(&mut tx, home).await.unwrap()[0].id, second);
    assert_eq!(store::links_of(&mut tx, home).await.unwrap()[0].id, link.id);
}

#[actix_web::test]
async fn sessions_do_not_outlive_the_move_of_their_account() {
    let test = TestDb::open().await;
    let (one, two) = (test.person("One", "agents").await, test.person("Two", "families").await);
    let mut tx = test.write().await;
    for (person, account) in [one, two] {
        let new = NewSession {
            person,
            account,
            method: Method::Password,
            authenticated_at: now(),
            lifetimes: Lifetimes { absolute: Duration::hours(1), idle: Duration::hours(1) },
            network: String::new(),
            browser: String::new(),
            partial_sources: vec![],
        };
        let (token, session) = new.begin(now());
        store::insert_session(&mut tx, &token, &session).await.unwrap();
    }

    store::link_account(&mut tx, two.1, (two.0, one.0), "administrator", now()).await.unwrap();

    assert!(store::live_sessions(&mut tx, two.0, now()).await.unwrap().is_empty());
    assert_eq!(store::live_sessions(&mut tx, one.0, now()).await.unwrap().len(), 1);
}
