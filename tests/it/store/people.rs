//! People, accounts, affiliations, passwords, roles.
use super::{TestDb, account, affiliation, now, person};
use aiguillage::db::is_duplicate;
use aiguillage::identity::store::cloud;
use aiguillage::identity::{Account, Person, PersonId, Profile, store};
use aiguillage::rights::{Grant, Role, Scope};
use chrono::Duration;
use uuid::Uuid;

#[actix_web::test]
async fn a_person_is_found_as_they_were_kept() {
    let test = TestDb::open().await;
    let kept =
        Person { mail: Some("zoé@ac-reunion.example".into()), ..person("Zoé d'Hô'ne 🦎") };
    let mut tx = test.write().await;
    store::insert_person(&mut tx, &kept, now()).await.unwrap();
    tx.commit().await.unwrap();

    let mut tx = test.read().await;
    assert_eq!(store::find_person(&mut tx, kept.id).await.unwrap(), Some(kept));
    assert_eq!(store::find_person(&mut tx, PersonId::new()).await.unwrap(), None);
}

#[actix_web::test]
async fn what_is_not_committed_never_happened() {
    let test = TestDb::open().await;
    let mut tx = test.write().await;
    store::insert_person(&mut tx, &person("Nobody"), now()).await.unwrap();
    drop(tx);

    assert_eq!(store::count_people(&mut test.read().await).await.unwrap(), 0);
}

#[actix_web::test]
async fn people_are_listed_by_name_without_regard_to_accents_and_case() {
    let test = TestDb::open().await;
    for name in ["zoé", "Émile", "eric", "Édith", "Éric Z"] {
        test.person(name, "local").await;
    }

    let mut tx = test.read().await;
    let all = store::list_people(&mut tx, 0, 10).await.unwrap();
    let names: Vec<_> = all.iter().map(|person| person.display_name.as_str()).collect();
    assert_eq!(names, ["Édith", "Émile", "eric", "Éric Z", "zoé"]);
    assert_eq!(store::list_people(&mut tx, 1, 2).await.unwrap(), all[1..3]);
    assert_eq!(store::count_people(&mut tx).await.unwrap(), 5);
}

#[actix_web::test]
async fn renaming_says_whether_anything_changed() {
    let test = TestDb::open().await;
    let before = person("Marie Dupont");
    let mut tx = test.write().await;
    store::insert_person(&mut tx, &before, now()).await.unwrap();

    assert!(!store::rename_person(&mut tx, &before, now()).await.unwrap());
    let named = Person { display_name: "Marie Payet".into(), ..before.clone() };
    assert!(store::rename_person(&mut tx, &named, now()).await.unwrap());
    let mailed = Person { mail: Some("m@x.example".into()), ..named.clone() };
    assert!(store::rename_person(&mut tx, &mailed, now()).await.unwrap());
    assert!(!store::rename_person(&mut tx, &mailed, now()).await.unwrap());
    assert!(store::rename_person(&mut tx, &named, now()).await.unwrap());
    assert_eq!(store::find_person(&mut tx, before.id).await.unwrap(), Some(named));
}

#[actix_web::test]
async fn an_account_keeps_every_attribute_and_the_time_to_the_millisecond() {
    let test = TestDb::open().await;
    let (owner, _) = test.person("Other", "other").await;
    let pairs = [("FrEduRne", "9740091F$UAJ$PU$ENS"), ("frEduRne", "b\"'\\é"), ("empty", "")];
    let kept = Account { attributes: pairs.into_iter().collect(), ..account("agents", "Élie") };
    let mut tx = test.write().await;
    let id = store::insert_account(&mut tx, owner, &kept, 7, now()).await.unwrap();
    tx.commit().await.unwrap();

    let mut tx = test.read().await;
    let found = store::account_by_source_id(&mut tx, "agents", "Élie").await.unwrap().unwrap();
    assert_eq!((found.id, found.person, found.priority, found.read_at), (id, owner, 7, now()));
    assert_eq!(found.clone().into_account(), kept);
    assert_eq!(found.attributes.all("freduRNE").len(), 2);
    assert_eq!(store::account_by_id(&mut tx, id).await.unwrap(), Some(found.clone()));
    assert_eq!(store::account_by_id(&mut tx, Uuid::nil()).await.unwrap(), None);
    assert_eq!(store::account_by_source_id(&mut tx, "other", "Élie").await.unwrap(), None);
    assert_eq!(store::accounts_of_source(&mut tx, "agents").await.unwrap(), [found]);
}

#[actix_web::test]
async fn logins_are_compared_without_regard_to_case_accents_included() {
    let test = TestDb::open().await;
    test.person("Élie.HOARAU", "agents").await;
    test.person("élie.hoarau", "families").await;

    let mut tx = test.read().await;
    let found = store::accounts_by_login(&mut tx, "ÉLIE.hoarau").await.unwrap();
    let sources: Vec<_> = found.iter().map(|account| account.source.as_str()).collect();
    assert_eq!(sources, ["agents", "families"]);
    assert!(store::accounts_by_login(&mut tx, "elie.hoarau").await.unwrap().is_empty());
}

#[actix_web::test]
async fn the_account_that_names_a_person_stands_first() {
    let test = TestDb::open().await;
    let (owner, first) = test.person("a", "families").await;
    let mut tx = test.write().await;
    let second =
        store::insert_account(&mut tx, owner, &account("agents", "b"), 20, now()).await.unwrap();
    let ids = |list: Vec<store::StoredAccount>| list.iter().map(|a| a.id).collect::<Vec<_>>();
    assert_eq!(ids(store::accounts_of(&mut tx, owner).await.unwrap()), [second, first]);

    let later = now() + Duration::milliseconds(1);
    let told = Account { login: "New".into(), ..account("families", "a") };
    store::update_account(&mut tx, first, &told, 30, later).await.unwrap();
    assert_eq!(ids(store::accounts_of(&mut tx, owner).await.unwrap()), [first, second]);
    let found = store::account_by_id(&mut tx, first).await.unwrap().unwrap();
    assert_eq!((found.login.as_str(), found.read_at), ("New", later));
    assert_eq!(store::accounts_by_login(&mut tx, "new").await.unwrap().len(), 1);
}

#[actix_web::test]
async fn a_source_knows_an_account_once() {
    let test = TestDb::open().await;
    let (owner, _) = test.person("Alix", "agents").await;

    let mut tx = test.write().await;
    let again = store::insert_account(&mut tx, owner, &account("agents", "Alix"), 0, now()).await;
    assert!(is_duplicate(&again.unwrap_err()));
    drop(tx);

    let mut tx = test.write().await;
    let orphan =
        store::insert_account(&mut tx, PersonId::new(), &account("agents", "b"), 0, now()).await;
    assert!(!is_duplicate(&orphan.unwrap_err()));
}

#[actix_web::test]
async fn affiliations_are_replaced_only_when_they_changed() {
    let test = TestDb::open().await;
    let (owner, id) = test.person("Alix", "agents").await;
    let teacher = affiliation("9749801K", Profile::Teacher, "agents");
    let head = affiliation("0219801P", Profile::Head, "agents");
    let mut tx = test.write().await;

    let both = [teacher.clone(), head.clone()];
    assert!(store::replace_affiliations(&mut tx, id, owner, &both, now()).await.unwrap());
    assert!(!store::replace_affiliations(&mut tx, id, owner, &both, now()).await.unwrap());
    assert_eq!(store::affiliations_of(&mut tx, owner, now()).await.unwrap(), both);

    let turned = [head.clone(), teacher];
    assert!(store::replace_affiliations(&mut tx, id, owner, &turned, now()).await.unwrap());
    assert_eq!(store::affiliations_of(&mut tx, owner, now()).await.unwrap(), turned);

    let bare = [aiguillage::identity::Affiliation { details: vec![], ..head }];
    assert!(store::replace_affiliations(&mut tx, id, owner, &bare, now()).await.unwrap());
    assert_eq!(store::affiliations_of(&mut tx, owner, now()).await.unwrap(), bare);
    assert!(store::replace_affiliations(&mut tx, id, owner, &[], now()).await.unwrap());
    assert!(!store::replace_affiliations(&mut tx, id, owner, &[], now()).await.unwrap());
}

#[actix_web::test]
async fn affiliations_of_several_accounts_stand_in_the_order_of_their_sources() {
    let test = TestDb::open().await;
    let (owner, low) = test.person("a", "families").await;
    let parent = affiliation("9740091F", Profile::Parent, "families");
    let teacher = affiliation("9749801K", Profile::Teacher, "agents");
    let mut tx = test.write().await;
    let high =
        store::insert_account(&mut tx, owner, &account("agents", "b"), 20, now()).await.unwrap();
    let (one, two) = (std::slice::from_ref(&parent), std::slice::from_ref(&teacher));
    store::replace_affiliations(&mut tx, low, owner, one, now()).await.unwrap();
    store::replace_affiliations(&mut tx, high, owner, two, now()).await.unwrap();

    let all = store::affiliations_of(&mut tx, owner, now()).await.unwrap();
    assert_eq!(all, [teacher.clone(), parent]);
    store::replace_affiliations(&mut tx, low, owner, &[], now()).await.unwrap();
    assert_eq!(store::affiliations_of(&mut tx, owner, now()).await.unwrap(), [teacher]);
}

#[actix_web::test]
async fn a_new_password_replaces_the_old_one() {
    let test = TestDb::open().await;
    let (_, id) = test.person("Alix", "local").await;
    let mut tx = test.write().await;
    assert!(store::password_of(&mut tx, id).await.unwrap().is_none());

    store::set_password(&mut tx, id, "$argon2id$one", now()).await.unwrap();
    store::set_password(&mut tx, id, "$argon2id$two", now()).await.unwrap();

    let stored = store::password_of(&mut tx, id).await.unwrap().unwrap();
    assert_eq!((stored.hash.as_str(), stored.disabled), ("$argon2id$two", false));
}

#[actix_web::test]
async fn a_role_is_granted_to_one_person_only_and_twice_is_once() {
    let test = TestDb::open().await;
    let (alix, _) = test.person("Alix", "local").await;
    let (other, _) = test.person("Other", "local").await;
    let mut tx = test.write().await;

    let admin = Grant { role: Role::Admin, scope: Scope::Installation };
    for (rule, is_news) in [("", true), ("", false), ("staff", true)] {
        let given = (&admin, rule);
        let done = store::insert_grant(&mut tx, alix, given, Some(other), now()).await.unwrap();
        assert_eq!(done, is_news, "{rule}");
    }

    assert!(store::has_role(&mut tx, alix, Role::Admin).await.unwrap());
    assert!(!store::has_role(&mut tx, alix, Role::Auditor).await.unwrap());
    assert!(!store::has_role(&mut tx, other, Role::Admin).await.unwrap());
    let rules: Vec<_> = store::grants_of(&mut tx, alix).await.unwrap();
    let rules: Vec<_> = rules.iter().map(|it| (it.rule.as_str(), it.granted_by)).collect();
    assert_eq!(
        rules,
        [("", Some(other)), ("staff", Some(other))],
        "each way is a right of its own"
    );
    assert!(store::delete_grant(&mut tx, alix, (&admin, "staff")).await.unwrap());
    assert!(store::has_role(&mut tx, alix, Role::Admin).await.unwrap(), "given by hand");
}

#[actix_web::test]
async fn who_left_owns_no_address_and_no_login() {
    let test = TestDb::open().await;
    let mut here = account("agents", "zoe");
    here.attributes = [("mail", "zoe@ac.example")].into_iter().collect();
    let mut tx = test.write().await;
    let mut owners = Vec::new();
    for source in ["agents", "families"] {
        let zoe = Person { mail: Some("zoe@ac.example".into()), ..person("Zoé") };
        store::insert_person(&mut tx, &zoe, now()).await.unwrap();
        let account = Account { source: source.into(), ..here.clone() };
        let id = store::insert_account(&mut tx, zoe.id, &account, 0, now()).await.unwrap();
        owners.push((zoe.id, id));
    }
    let (mail, login) = (["zoe@ac.example".to_owned()], ["zoe".to_owned()]);
    assert_eq!(cloud::owners_by_mail(&mut tx, &mail).await.unwrap(), []);
    assert_eq!(cloud::owners_by_login(&mut tx, &login).await.unwrap(), []);

    let (left, stays) = (owners[0].1, owners[1].0);
    store::end_accounts(&mut tx, &[left], (now() + Duration::hours(1), now())).await.unwrap();

    let owned = [(mail[0].clone(), stays)];
    assert_eq!(cloud::owners_by_mail(&mut tx, &mail).await.unwrap(), owned);
    let owned = [(login[0].clone(), stays)];
    assert_eq!(cloud::owners_by_login(&mut tx, &login).await.unwrap(), owned);
}
