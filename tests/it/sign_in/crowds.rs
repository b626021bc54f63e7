//! A whole school behind one address (SEC-39), and which networks are schools.
use crate::house::{Answer, HOME, House, OFFICE};
use aiguillage::identity::token::hash;
use aiguillage::identity::{Account, Person, PersonId, store};
use aiguillage::sso::store::{Place, note_failure};
use argon2::password_hash::PasswordHasher;
use argon2::{Algorithm, Argon2, Params, Version};
use chrono::Duration;
use futures_util::{StreamExt, stream};

/// The network of [`OFFICE`].
const SCHOOL: &str = "10.205.3.0/24";

async fn fail(house: &House, login: &str, address: &str) -> Answer {
    house.visitor().at(address).try_password(login, "wrong").await
}

/// As many failures as these in a network, of one login each.
async fn failures(house: &House, network: &str, count: usize) {
    let place = Place { name: format!("net:{network}"), network: network.to_owned() };
    let mut tx = house.db().write().await.expect("the database answers");
    for n in 0..count {
        let login = hash(&format!("earlier.{n}"));
        note_failure(&mut tx, &login, &place, house.now()).await.expect("a table");
    }
    tx.commit().await.expect("kept");
}

#[actix_web::test]
async fn a_school_has_six_hundred_failures_in_five_minutes() {
    let house = House::open().await;
    house.invite(&["paul.hoarau"]).await;
    failures(&house, SCHOOL, 599).await;

    assert_eq!(fail(&house, "late.1", OFFICE).await.status, 401, "the last one");

    let refused = fail(&house, "late.2", OFFICE).await;
    assert_eq!((refused.status, refused.header("retry-after")), (429, "301"));
    assert_eq!(house.last("auth.refused").await.fields["limit"], "network");
    let right =
        async || house.visitor().at(OFFICE).try_password("paul.hoarau", "paul.hoarau").await;
    assert_eq!(right().await.status, 429);
    house.wait(Duration::minutes(5));
    assert_eq!(right().await.status, 303);
}

/// Pupils with one cheap password between them: hashing is not what is looked at here.
async fn enrol(house: &House, count: usize) {
    let cheap = Params::new(8, 1, 1, None).expect("small, but good");
    let cheap = Argon2::new(Algorithm::Argon2id, Version::V0x13, cheap);
    let password = cheap.hash_password(b"ecole").expect("a hash").to_string();
    let now = house.now();
    let mut tx = house.db().write().await.expect("the database answers");
    for n in 0..count {
        let login = format!("eleve.{n}");
        let person = Person { id: PersonId::new(), display_name: login.clone(), mail: None };
        store::insert_person(&mut tx, &person, now).await.expect("kept");
        let account = Account {
            source: "families".into(),
            source_id: login.clone(),
            attributes: [("FrEduVecteur", format!("4|||{n}|9740091F"))].into_iter().collect(),
            login,
        };
        let account = store::insert_account(&mut tx, person.id, &account, 0, now).await;
        let account = account.expect("kept");
        store::set_password(&mut tx, account, &password, now).await.expect("kept");
    }
    tx.commit().await.expect("kept");
}

#[actix_web::test]
async fn a_thousand_pupils_behind_one_address_come_in_within_five_minutes() {
    let house = House::open().await;
    enrol(&house, 1_000).await;
    let began = house.now();

    let come = |n: usize| {
        let house = &house;
        async move {
            house.wait(Duration::milliseconds(290));
            let pupil = house.visitor().at(OFFICE);
            // Every tenth types something else first.
            if n.is_multiple_of(10) {
                let typo = pupil.try_password(&format!("eleve.{n}"), "ecol").await;
                assert_eq!(typo.status, 401, "{n}");
            }
            pupil.try_password(&format!("eleve.{n}"), "ecole").await.status
        }
    };
    let answers: Vec<u16> = stream::iter(0..1_000).map(come).buffer_unordered(8).collect().await;

    assert!(house.now() - began < Duration::minutes(5));
    assert_eq!(answers.iter().filter(|status| **status == 303).count(), 1_000, "{answers:?}");
    assert_eq!(house.audit("auth.login").await.len(), 1_000);
}

#[actix_web::test]
async fn a_network_is_a_school_as_soon_as_the_files_say_so() {
    let house = House::open().await;
    house.invite(&["paul.hoarau"]).await;
    failures(&house, "203.0.113.0/24", 30).await;
    let right = async || house.visitor().at(HOME).try_password("paul.hoarau", "paul.hoarau").await;
    assert_eq!(right().await.status, 429, "thirty are enough for a stranger");

    let zone = "[203.0.113.0/24]\nportail = https://zone.example\n[default]\n";
    assert!(house.change("portails.ini", "[default]\n", zone).await);
    assert_eq!(right().await.status, 303);

    assert!(house.change("portails.ini", zone, "[default]\n").await);
    assert_eq!(right().await.status, 429, "and no longer than that");
}

#[actix_web::test]
async fn the_settings_name_schools_too_and_default_is_none() {
    let house = House::set("AIGUILLAGE_LIMITS_KNOWN_NETWORKS", "203.0.113.0/28").await;
    for (address, network) in [(HOME, "203.0.113.0/24"), ("198.51.100.7", "198.51.100.0/24")] {
        failures(&house, network, 30).await;
        let expected = if address == HOME { 401 } else { 429 };
        assert_eq!(fail(&house, "somebody", address).await.status, expected, "{address}");
    }
    assert_eq!(fail(&house, "somebody", "203.0.113.16").await.status, 429, "beside it");
}
