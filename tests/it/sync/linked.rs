//! One human being in two sources: `[link:NAME]` for whole lists.
#![expect(clippy::unwrap_used, reason = "what cannot be read fails the test")]
use super::{LIST, Office, list, locks};
use aiguillage::audit::Trace;
use aiguillage::demo::colleagues::Colleague;
use aiguillage::identity::granting::{self, By};
use aiguillage::identity::role_map::RoleMap;
use aiguillage::identity::touched::{Following, Touched};
use aiguillage::identity::{PersonId, joining, store};
use aiguillage::rights::{Grant, Role, Scope};
use chrono::Duration;

fn two(domains: &str) -> String {
    let other = LIST.replace("[source:staff]", "[source:other]").replace("staff.csv", "other.csv");
    let other = other.replace("priority = 5", "priority = 9");
    format!(
        "{LIST}{other}[link:mail]\nsources = staff, other\nattribute = mail\ndomains = {domains}\n"
    )
}

/// Somebody of the other source, under another login.
fn elsewhere(numbers: impl IntoIterator<Item = u64>) -> String {
    let list = list(numbers);
    let (head, people) = list.split_once('\n').unwrap();
    format!("{head}\n{}", people.lines().fold(String::new(), |all, line| all + "x-" + line + "\n"))
}

fn domain(n: u64) -> String {
    let mail = Colleague::of(n).mail;
    mail.rsplit_once('@').map(|(_, domain)| domain.to_owned()).unwrap()
}

#[actix_web::test]
async fn accounts_with_one_address_are_one_person_inside_our_domains() {
    let office = Office::open(&two(&domain(1))).await;
    office.write("staff.csv", list([1]));
    office.write("other.csv", elsewhere(1..=10));
    office.run("staff").await;

    let finished = office.run("other").await;

    assert_eq!((finished.counts.appeared, finished.counts.linked), (10, 1));
    let login = Colleague::of(1).login;
    let staff = office.account("staff", &login).await;
    let other = office.account("other", &format!("x-{login}")).await;
    assert_eq!(staff.person, other.person);
    assert_eq!(office.kept().await.0, 10);
    let mut tx = office.test.read().await;
    let links = store::links_of(&mut tx, staff.person).await.unwrap();
    assert_eq!((links.len(), links[0].rule.as_str()), (1, "mail"));
    drop(tx);
    assert_eq!(office.audit("person.changed").await.len(), 1);
    assert_eq!(office.counts("other").await, [0, 0, 0, 10, 0, 0]);

    // They leave one of them and are still somebody.
    office.write("other.csv", elsewhere(2..=10));
    assert_eq!(office.counts("other").await, [0, 0, 0, 9, 1, 0]);
    let mut tx = office.test.read().await;
    let now = office.clock.now();
    let schools = store::affiliations_of(&mut tx, staff.person, now).await.unwrap();
    assert_eq!(schools.len(), 1, "what the other one says still holds");
    let accounts = store::accounts_of(&mut tx, staff.person).await.unwrap();
    assert_eq!((accounts[0].source.as_str(), accounts[1].ended_at), ("staff", Some(now)));
}

#[actix_web::test]
async fn an_address_that_two_people_have_joins_nobody() {
    let office = Office::open(&two(&domain(1))).await;
    office.write("staff.csv", list([1]));
    let twin = elsewhere([1]) + list([1]).lines().nth(1).unwrap();
    office.write("other.csv", twin);
    office.run("staff").await;

    assert_eq!(office.run("other").await.counts.linked, 0);
    assert_eq!(office.kept().await.0, 3);
}

#[actix_web::test]
async fn whom_somebody_parted_no_list_joins_again() {
    let office = Office::open(&two(&domain(1))).await;
    office.write("staff.csv", list([1]));
    office.write("other.csv", elsewhere([1]));
    office.run("staff").await;
    office.run("other").await;
    let login = format!("x-{}", Colleague::of(1).login);
    let joined = office.account("other", &login).await;
    let mut tx = office.test.write().await;
    let link = store::links_of(&mut tx, joined.person).await.unwrap().remove(0);
    let mut touched = Touched::at(office.clock.now());
    joining::part(&mut tx, &link, &mut touched).await.unwrap();
    let roles = RoleMap::default();
    let rules = Following { roles: &roles, owner: &[] };
    touched.settle(&mut tx, &rules, &Trace::default()).await.unwrap();
    tx.commit().await.unwrap();
    office.clock.advance(Duration::minutes(1));

    office.write("other.csv", elsewhere([1]).replace("9740091F", "9749801K"));
    let finished = office.run("other").await;

    assert_eq!((finished.counts.changed, finished.counts.linked), (1, 0));
    assert_ne!(office.account("other", &login).await.person, joined.person);
}

#[actix_web::test]
async fn a_rule_that_is_new_joins_those_who_were_there_before() {
    let without = two("ac.example");
    let without = without.split("[link:").next().unwrap();
    let mut office = Office::open(without).await;
    office.write("staff.csv", list([1]));
    office.write("other.csv", elsewhere([1]));
    office.run("staff").await;
    office.run("other").await;
    assert_eq!(office.kept().await.0, 2);

    office.reopen(&two(&domain(1)));
    assert_eq!(office.run("staff").await.counts.changed, 1, "what it is joined by is noted");
    assert_eq!(office.run("other").await.counts.linked, 1);

    let login = Colleague::of(1).login;
    let staff = office.account("staff", &login).await.person;
    assert_eq!(office.account("other", &format!("x-{login}")).await.person, staff);
}

/// Two lists that a new rule is about to join, and whose the second account is.
async fn before_the_rule() -> (Office, PersonId) {
    let without = two("ac.example");
    let mut office = Office::open(without.split("[link:").next().unwrap()).await;
    office.write("staff.csv", list([1]));
    office.write("other.csv", elsewhere([1]));
    office.run("staff").await;
    office.run("other").await;
    let other = office.account("other", &format!("x-{}", Colleague::of(1).login)).await.person;
    office.reopen(&two(&domain(1)));
    office.run("staff").await;
    (office, other)
}

#[actix_web::test]
async fn a_rule_leaves_no_role_behind() {
    let (office, other) = before_the_rule().await;
    let mut tx = office.test.write().await;
    let admin = Grant { role: Role::Admin, scope: Scope::Installation };
    let when = (&Trace::default(), office.clock.now());
    let granted = granting::grant(&mut tx, other, &admin, By::Command, when).await.unwrap();
    granted.unwrap();
    tx.commit().await.unwrap();

    assert_eq!(office.run("other").await.counts.linked, 0);
    let mut tx = office.test.read().await;
    assert_eq!(store::accounts_of(&mut tx, other).await.unwrap().len(), 1);
}

#[actix_web::test]
async fn whoever_hid_is_hidden_as_the_person_they_become() {
    let (office, other) = before_the_rule().await;
    let mut tx = office.test.write().await;
    store::cloud::set_hidden(&mut tx, other, true, office.clock.now()).await.unwrap();
    tx.commit().await.unwrap();

    assert_eq!(office.run("other").await.counts.linked, 1);
    let staff = office.account("staff", &Colleague::of(1).login).await.person;
    let mut tx = office.test.read().await;
    assert_eq!(store::cloud::is_hidden(&mut tx, staff).await.unwrap(), Some(true));
}

#[actix_web::test]
async fn who_was_erased_does_not_come_back_with_the_next_list() {
    use aiguillage::demo::colleagues::Colleague;
    let office = Office::open(super::LIST).await;
    office.write("staff.csv", super::list(0..20));
    office.run("staff").await;
    let login = Colleague::of(7).login;
    let account = office.account("staff", &login).await;
    let mut tx = office.test.write().await;
    let hash = store::tombstone("staff", &login);
    let until = office.clock.now() + Duration::days(1000);
    store::bury_account(&mut tx, &hash, until).await.unwrap();
    for held in aiguillage::identity::store::HELD {
        if let aiguillage::db::End::Removed(statement) = held.end {
            match &mut tx {
                aiguillage::db::Tx::Sqlite(tx) => drop(
                    sqlx::query(statement).bind(account.person).execute(&mut **tx).await.unwrap(),
                ),
                aiguillage::db::Tx::Postgres(tx) => drop(
                    sqlx::query(statement).bind(account.person).execute(&mut **tx).await.unwrap(),
                ),
            }
        }
    }
    tx.commit().await.unwrap();

    let finished = office.run("staff").await;

    assert_eq!((finished.counts.erased, finished.counts.appeared), (1, 0));
    assert_eq!(finished.counts.unchanged, 19);
    let mut tx = office.test.read().await;
    let again = store::account_by_source_id(&mut tx, "staff", &login).await.unwrap();
    assert_eq!(again, None);
}

#[actix_web::test]
async fn a_run_gives_and_takes_what_the_map_says_of_its_people() {
    let map = "[role:profs]\nrole = teacher\nprofiles = teacher\nsources = staff\n";
    let office = Office::open(&format!("{}\n{map}", super::LIST)).await;
    office.write("staff.csv", super::list(0..20));
    office.run("staff").await;
    let person =
        office.account("staff", &aiguillage::demo::colleagues::Colleague::of(7).login).await;
    let given = async || {
        let mut tx = office.test.read().await;
        let grants = store::grants_of(&mut tx, person.person).await.unwrap();
        grants.iter().map(|it| it.grant.scope.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(given().await, ["school:9740091F"]);
    office.write("staff.csv", super::list(0..20).replace(";9740091F;", ";9749801K;"));
    office.run("staff").await;
    assert_eq!(given().await, ["school:9749801K"]);
    office.write("staff.csv", super::list(8..20));
    let order = super::Order { force: true, ..super::order() };
    office.try_run("staff", &order).await.0.unwrap();
    assert!(given().await.is_empty(), "who leaves has nothing left");
}

#[actix_web::test]
async fn two_lists_that_are_read_for_the_first_time_at_once_are_joined() {
    let office = Office::open(&two(&domain(1))).await;
    if !locks::can_wait(&office.test) {
        return;
    }
    office.write("staff.csv", list([1]));
    office.write("other.csv", elsewhere([1]));
    let mut held = office.test.write().await;
    let nobody = PersonId::new();
    store::note_change(&mut held, nobody, "person", office.clock.now()).await.unwrap();
    let both_wrote = async {
        locks::waiting(&office.test, 2).await;
        drop(held);
    };

    let (staff, other, ()) = tokio::join!(office.run("staff"), office.run("other"), both_wrote);

    assert_eq!(staff.counts.linked + other.counts.linked, 1);
    assert_eq!(office.kept().await.0, 1);
}
