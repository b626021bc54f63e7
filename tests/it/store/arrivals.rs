//! What the tables make of somebody who signs in.
#![expect(clippy::unwrap_used, reason = "what cannot be read fails the test")]
use super::{TestDb, now, person};
use aiguillage::audit::{Search, Trace, search};
use aiguillage::config::{Config, LinkRule};
use aiguillage::identity::arrival::{Arrival, ArrivalRules, arrive};
use aiguillage::identity::granting::{self, By};
use aiguillage::identity::profile::ProfileMap;
use aiguillage::identity::sources::{
    Backend, Directories, Found, Hashing, LocalSource, Role, Source,
};
use aiguillage::identity::{Account, PersonId, Profile, store};
use aiguillage::rights::{self, Grant, Scope};
use chrono::Duration;
use std::path::Path;

/// A database with three local sources and a rule between the first two.
struct House {
    test: TestDb,
    directories: Directories,
    rules: ArrivalRules,
}

const TEACHER: (&str, &str) = ("FrEduRne", "9740091F$UAJ$PU$ENS$9740091F$T3$CLG$340");
const OTHER_SCHOOL: (&str, &str) = ("FrEduRne", "9749801K$UAJ$PU$ENS$9749801K$T3$LYC$300");
const PARENT: (&str, &str) = ("FrEduVecteur", "1|BENALI|NADIA|77|9749801K");

impl House {
    async fn open() -> Self {
        let test = TestDb::open().await;
        let source = |name: &str, role, priority| Source {
            name: name.into(),
            label: name.into(),
            role,
            priority,
            federation_key: None,
            source_auth: "agents".to_owned(),
            lockout: None,
            backend: Backend::Local(LocalSource::new(name, test.db.clone(), Hashing::default())),
        };
        let sources = vec![
            source("agents", Role::Agents, 20),
            source("families", Role::Teleservices, 10),
            source("university", Role::University, 0),
        ];
        let ini = b"[http]\npublic_url = https://sso.example.org\n";
        let (config, _) = Config::read(Path::new("/x.ini"), ini, &|_| None).expect("good");
        let rule = LinkRule {
            name: "mail".into(),
            sources: ["agents".into(), "families".into()],
            attribute: "mail".into(),
            domains: vec!["ac.example".into()],
        };
        let profiles = ProfileMap::default();
        let rules = ArrivalRules {
            links: vec![rule],
            profiles,
            dispatch: config.dispatch,
            roles: config.roles,
            owner: config.lookup.owner,
        };
        let directories = Directories::new(sources, ProfileMap::default());
        Self { test, directories, rules }
    }

    /// What a source says about somebody, kept there as an account of a person of its own.
    async fn known(&self, source: &str, login: &str, told: &[(&str, &str)]) -> PersonId {
        let person = person(login);
        let mut tx = self.test.write().await;
        store::insert_person(&mut tx, &person, now()).await.unwrap();
        let account = found(source, login, told).account();
        store::insert_account(&mut tx, person.id, &account, 0, now()).await.unwrap();
        tx.commit().await.unwrap();
        person.id
    }

    async fn arrive(&self, found: &Found) -> Arrival {
        let trace = Trace::default();
        let rules = &self.rules;
        let at = (&trace, now());
        arrive(&self.test.db, &self.directories, rules, found, at).await.expect("arrives")
    }

    async fn changes(&self) -> Vec<(PersonId, String)> {
        let mut tx = self.test.read().await;
        let changes = store::changes_after(&mut tx, 0, 100).await.unwrap();
        changes.into_iter().map(|change| (PersonId(change.entity), change.kind)).collect()
    }

    /// Undo the newest link of a person.
    async fn part(&self, person: PersonId) -> PersonId {
        let mut tx = self.test.write().await;
        let link = store::links_of(&mut tx, person).await.unwrap().remove(0);
        let home = store::unlink_account(&mut tx, &link, now()).await.unwrap();
        tx.commit().await.unwrap();
        home
    }
}

fn found(source: &str, login: &str, told: &[(&str, &str)]) -> Found {
    let mut found = Found::default();
    found.source = source.into();
    found.source_id = login.into();
    found.login = login.into();
    found.attributes = told.iter().copied().chain([("displayName", login)]).collect();
    found
}

fn schools(arrival: &Arrival) -> Vec<(&str, Profile)> {
    arrival.affiliations.iter().map(|a| (a.rne.as_str(), a.profile)).collect()
}

#[actix_web::test]
async fn the_first_sign_in_makes_one_person_and_the_second_changes_nothing() {
    let house = House::open().await;
    let nadia = found("agents", "nadia", &[TEACHER]);

    let first = house.arrive(&nadia).await;
    let changes = house.changes().await;
    let second = house.arrive(&nadia).await;

    assert_eq!(first, second);
    assert_eq!(schools(&first), [("9740091F", Profile::Teacher)]);
    assert_eq!(first.person.display_name, "nadia");
    let mut tx = house.test.read().await;
    assert_eq!(store::count_people(&mut tx).await.unwrap(), 1);
    let kinds: Vec<_> = changes.iter().map(|(_, kind)| kind.as_str()).collect();
    assert_eq!(kinds, ["person", "affiliation"]);
    assert_eq!(house.changes().await, changes);
    let record = Search { event: "person.changed".into(), limit: 9, ..Search::default() };
    let rows = search(&mut tx, &record).await.unwrap();
    assert_eq!(rows.len(), 1);
    assert_eq!((rows[0].reason.as_str(), rows[0].person), ("created", Some(first.person.id)));
}

#[actix_web::test]
async fn what_the_source_tells_anew_is_a_change() {
    let house = House::open().await;
    let id = house.arrive(&found("agents", "nadia", &[TEACHER])).await.person.id;
    let before = house.changes().await.len();

    let moved = house.arrive(&found("agents", "nadia", &[OTHER_SCHOOL])).await;
    assert_eq!(schools(&moved), [("9749801K", Profile::Teacher)]);
    assert_eq!(house.changes().await[before..], [(id, "affiliation".into())]);

    let told = [OTHER_SCHOOL, ("mail", "n@ac.example")];
    let mailed = house.arrive(&found("agents", "nadia", &told)).await;
    assert_eq!(mailed.person.mail.as_deref(), Some("n@ac.example"));
    assert_eq!(house.changes().await[before + 1..], [(id, "person".into())]);

    let gone = house.arrive(&found("agents", "nadia", &told[1..])).await;
    assert!(gone.affiliations.is_empty());
}

#[actix_web::test]
async fn two_sources_become_one_person_by_a_rule() {
    let house = House::open().await;
    let mail = ("mail", "Nadia@ac.example");
    let alone = house.known("families", "nbenali", &[PARENT, ("mail", "nadia@AC.example")]).await;

    let arrival = house.arrive(&found("agents", "nadia", &[TEACHER, mail])).await;

    assert_ne!(arrival.person.id, alone);
    let expected = [("9740091F", Profile::Teacher), ("9749801K", Profile::Parent)];
    assert_eq!(schools(&arrival), expected);
    assert_eq!(arrival.person.display_name, "nadia", "the source with the highest priority names");
    let changes = house.changes().await;
    for person in [arrival.person.id, alone] {
        assert!(changes.contains(&(person, "affiliation".into())), "{person} changed");
    }
    let again = house.arrive(&found("agents", "nadia", &[TEACHER, mail])).await;
    assert_eq!(again, arrival);
    assert_eq!(house.changes().await, changes);
    let by_other = house.arrive(&found("families", "nbenali", &[PARENT, mail])).await;
    assert_eq!(by_other.person.id, arrival.person.id);
    let links = store::links_of(&mut house.test.read().await, alone).await.unwrap();
    assert_eq!((links.len(), links[0].rule.as_str()), (1, "mail"));
}

#[actix_web::test]
async fn nobody_is_joined_outside_the_domains_or_without_the_rule() {
    let house = House::open().await;
    for (n, mail) in ["n@gmail.example", "n@ac.example.evil.example", ""].iter().enumerate() {
        let (one, two) = (format!("one{n}"), format!("two{n}"));
        house.known("families", &two, &[PARENT, ("mail", mail)]).await;
        let arrival = house.arrive(&found("agents", &one, &[TEACHER, ("mail", mail)])).await;
        assert_eq!(schools(&arrival), [("9740091F", Profile::Teacher)], "{mail}");
    }
    let mail = ("mail", "u@ac.example");
    house.known("families", "u", &[PARENT, mail]).await;
    let arrival = house.arrive(&found("university", "u", &[mail])).await;
    assert!(arrival.affiliations.is_empty());
}

#[actix_web::test]
async fn an_address_that_two_people_share_joins_nobody() {
    let house = House::open().await;
    let mail = ("mail", "famille@ac.example");
    house.known("families", "one", &[PARENT, mail]).await;
    house.known("families", "two", &[PARENT, mail]).await;

    let arrival = house.arrive(&found("agents", "nadia", &[TEACHER, mail])).await;

    assert_eq!(schools(&arrival), [("9740091F", Profile::Teacher)]);
    let links = store::links_of(&mut house.test.read().await, arrival.person.id).await.unwrap();
    assert!(links.is_empty());
}

#[actix_web::test]
async fn what_was_parted_stays_parted_from_both_sides() {
    let house = House::open().await;
    let mail = ("mail", "nadia@ac.example");
    let alone = house.known("families", "nbenali", &[PARENT, mail]).await;
    let (agent, parent) =
        (found("agents", "nadia", &[TEACHER, mail]), found("families", "nbenali", &[PARENT, mail]));
    let joined = house.arrive(&agent).await;

    assert_eq!(house.part(joined.person.id).await, alone);

    for _ in 0..2 {
        let teacher = house.arrive(&agent).await;
        assert_eq!(schools(&teacher), [("9740091F", Profile::Teacher)]);
        let family = house.arrive(&parent).await;
        assert_eq!((family.person.id, family.affiliations.len()), (alone, 1));
        assert_eq!(schools(&family), [("9749801K", Profile::Parent)]);
    }
}

#[actix_web::test]
async fn an_account_linked_by_hand_belongs_to_the_person_at_the_next_sign_in() {
    let house = House::open().await;
    let alone = house.known("university", "nb", &[]).await;
    let nadia = found("agents", "nadia", &[TEACHER]);
    let id = house.arrive(&nadia).await.person.id;
    let mut tx = house.test.write().await;
    let account = store::accounts_of(&mut tx, alone).await.unwrap().remove(0);
    let pair = (alone, id);
    store::link_account(&mut tx, account.id, pair, "administrator", now()).await.unwrap();
    tx.commit().await.unwrap();

    let by_university = house.arrive(&found("university", "nb", &[])).await;

    assert_eq!(by_university.person.id, id);
    assert_eq!(schools(&by_university), [("9740091F", Profile::Teacher)]);
    assert_eq!(by_university.person.display_name, "nadia");
}

#[actix_web::test]
async fn somebody_who_signs_in_twice_at_once_is_one_person() {
    let house = House::open().await;
    let nadia = found("agents", "nadia", &[TEACHER]);

    let (one, two, three) =
        tokio::join!(house.arrive(&nadia), house.arrive(&nadia), house.arrive(&nadia));

    assert_eq!(one.person.id, two.person.id);
    assert_eq!(one.person.id, three.person.id);
    assert_eq!(store::count_people(&mut house.test.read().await).await.unwrap(), 1);
}

#[actix_web::test]
async fn an_account_that_left_its_source_keeps_what_was_stored() {
    let house = House::open().await;
    let id = house.arrive(&found("agents", "nadia", &[TEACHER])).await.person.id;
    let mut tx = house.test.write().await;
    let orphan = Account { source: "removed".into(), ..found("", "x", &[]).account() };
    store::insert_account(&mut tx, id, &orphan, 0, now()).await.unwrap();
    tx.commit().await.unwrap();

    let arrival = house.arrive(&found("agents", "nadia", &[TEACHER])).await;

    assert_eq!(arrival.person.id, id);
    assert!(arrival.silent.is_empty());
}

#[actix_web::test]
async fn a_rule_leaves_no_role_behind() {
    let house = House::open().await;
    let mail = ("mail", "nadia@ac.example");
    let alone = house.known("families", "nbenali", &[PARENT, mail]).await;
    let mut tx = house.test.write().await;
    let admin = Grant { role: rights::Role::Admin, scope: Scope::Installation };
    let when = (&Trace::default(), now());
    let granted = granting::grant(&mut tx, alone, &admin, By::Command, when).await.unwrap();
    granted.unwrap();
    tx.commit().await.unwrap();

    let arrival = house.arrive(&found("agents", "nadia", &[TEACHER, mail])).await;

    assert_eq!(schools(&arrival), [("9740091F", Profile::Teacher)]);
    let mut tx = house.test.read().await;
    assert_eq!(store::accounts_of(&mut tx, alone).await.unwrap().len(), 1);
}

#[actix_web::test]
async fn whoever_hid_is_hidden_as_the_person_they_become() {
    let house = House::open().await;
    let mail = ("mail", "nadia@ac.example");
    let alone = house.known("families", "nbenali", &[PARENT, mail]).await;
    let mut tx = house.test.write().await;
    store::cloud::set_hidden(&mut tx, alone, true, now()).await.unwrap();
    tx.commit().await.unwrap();

    let arrival = house.arrive(&found("agents", "nadia", &[TEACHER, mail])).await;

    let mut tx = house.test.read().await;
    assert_eq!(store::cloud::is_hidden(&mut tx, arrival.person.id).await.unwrap(), Some(true));
}

#[actix_web::test]
async fn an_account_that_ended_is_not_believed_because_another_one_signs_in() {
    let house = House::open().await;
    let mail = ("mail", "nadia@ac.example");
    let alone = house.known("families", "nbenali", &[PARENT, mail]).await;
    let nadia = found("agents", "nadia", &[TEACHER, mail]);
    let end = async || {
        let mut tx = house.test.write().await;
        let family = store::account_by_source_id(&mut tx, "families", "nbenali").await.unwrap();
        let when = (now() + Duration::hours(1), now());
        store::end_accounts(&mut tx, &[family.unwrap().id], when).await.unwrap();
        tx.commit().await.unwrap();
    };
    let is_ended = async || {
        let mut tx = house.test.read().await;
        let family = store::account_by_source_id(&mut tx, "families", "nbenali").await.unwrap();
        family.unwrap().ended_at.is_some()
    };

    end().await;
    let joined = house.arrive(&nadia).await;
    assert_eq!((schools(&joined), is_ended().await), (vec![("9740091F", Profile::Teacher)], true));
    assert_ne!(joined.person.id, alone);

    house.arrive(&found("families", "nbenali", &[PARENT, mail])).await;
    let joined = house.arrive(&nadia).await;
    assert_eq!((joined.affiliations.len(), is_ended().await), (2, false), "they came back");
    end().await;
    let linked = house.arrive(&nadia).await;
    assert_eq!((schools(&linked), is_ended().await), (vec![("9740091F", Profile::Teacher)], true));
}

#[actix_web::test]
async fn an_address_that_somebody_of_the_same_source_has_joins_nobody() {
    let house = House::open().await;
    let mail = ("mail", "famille@ac.example");
    house.known("families", "nbenali", &[PARENT, mail]).await;
    house.known("agents", "paul", &[TEACHER, mail]).await;

    let arrival = house.arrive(&found("agents", "nadia", &[TEACHER, mail])).await;

    assert_eq!(schools(&arrival), [("9740091F", Profile::Teacher)]);
}
