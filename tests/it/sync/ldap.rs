//! A real directory: everybody, what changed, half of it, and schools that stand elsewhere in it.
#![expect(clippy::unwrap_used, reason = "what cannot be read fails the test")]
use super::{Office, brief, order};
use crate::peers::slapd::{Directory, Setup, Slapd};
use aiguillage::identity::store;
use aiguillage::sync::store as runs;
use aiguillage::sync::{Mode, Order, Progress, SyncError};

fn section(slapd: &Slapd, directory: Directory, role: &str, more: &str) -> String {
    let (url, base) = (slapd.url(), directory.base());
    format!(
        "[source:people]\nkind = ldap\nrole = {role}\nurl = {url}\nbase = {base}\n\
         bind_dn = cn=reader,{base}\nbind_password = file:{{folder}}/reader\nsync = yes\n{more}\n"
    )
}

async fn crowd(people: usize) -> (Slapd, Office) {
    let slapd = Slapd::start_with(Setup { crowd: people, ..Setup::default() }).await;
    let office = Office::open(&section(&slapd, Directory::Teleservices, "teleservices", "")).await;
    (slapd, office)
}

fn changes() -> Order {
    Order { mode: Mode::Changes, ..order() }
}

#[actix_web::test]
async fn thousands_come_with_their_schools_and_then_only_what_changed() {
    let (slapd, office) = crowd(3_000).await;
    let people = "people_filter = (uid=eleve*)\npeople_base = ou=foule,o=teleservices,c=fr";
    let mut office = office;
    office.reopen(&section(&slapd, Directory::Teleservices, "teleservices", people));
    assert_eq!(office.counts("people").await, [3_000, 0, 0, 0, 0, 0]);
    assert_eq!(office.counts("people").await, [0, 0, 0, 3_000, 0, 0]);
    let id = {
        let mut tx = office.test.read().await;
        let found = store::accounts_by_login(&mut tx, "eleve0042").await.unwrap().remove(0);
        assert_eq!(found.attributes.all("modifytimestamp"), [] as [&str; 0]);
        let now = office.clock.now();
        let schools = store::affiliations_of(&mut tx, found.person, now).await.unwrap();
        assert_eq!(schools[0].rne.as_str(), "9740091F");
        found.source_id
    };

    slapd.modify(
        "dn: uid=eleve0042,ou=foule,o=teleservices,c=fr\nchangetype: modify\nreplace: mail\n\
         mail: autre@example.org\n\ndn: uid=eleve0043,ou=foule,o=teleservices,c=fr\n\
         changetype: delete\n\n",
    );
    let (done, _) = office.try_run("people", &changes()).await;

    let finished = done.unwrap();
    assert_eq!((finished.counts.changed, finished.counts.vanished), (1, 0));
    let account = office.account("people", &id).await;
    assert_eq!(account.attributes.first("mail"), Some("autre@example.org"));
    let mut tx = office.test.read().await;
    let modes = runs::newest_runs(&mut tx, "people", 3).await.unwrap();
    assert_eq!(modes.iter().map(|run| &*run.mode).collect::<Vec<_>>(), ["changes", "full", "full"]);
    drop(tx);
    assert_eq!(office.counts("people").await, [0, 0, 0, 2_999, 1, 0], "everybody, at night");
}

#[actix_web::test]
async fn a_server_that_dies_before_the_last_page_changes_nothing() {
    let (mut slapd, office) = crowd(2_000).await;
    office.run("people").await;
    let before = office.kept().await;
    slapd.modify(
        "dn: uid=eleve0000,ou=foule,o=teleservices,c=fr\nchangetype: modify\nreplace: mail\n\
         mail: autre@example.org\n\n",
    );
    let (whole, progress) = (order(), Progress::default());
    let mut report = |_: &_| ();
    let run = office.engine.run(office.source("people"), &whole, &progress, &mut report);
    let killed = async {
        while progress.read() == 0 {
            tokio::task::yield_now().await;
        }
        slapd.stop();
    };
    let (failed, ()) = tokio::join!(run, killed);

    assert_eq!(failed.unwrap_err().code(), "E-SYNC-READ");
    assert!((1..2_000).contains(&progress.read()), "{} were read", progress.read());
    assert_eq!(office.kept().await, before);
    let mut tx = office.test.read().await;
    let last = runs::newest_runs(&mut tx, "people", 1).await.unwrap().remove(0);
    assert_eq!(last.state, "failed");
    drop(tx);
    slapd.start_again().await;
}

#[actix_web::test]
async fn a_filter_that_finds_nobody_is_refused() {
    let (slapd, mut office) = crowd(10).await;
    office.run("people").await;
    let nobody = "people_filter = (uid=nobody)";
    office.reopen(&section(&slapd, Directory::Teleservices, "teleservices", nobody));

    let refused = office.try_run("people", &order()).await.0;

    assert!(matches!(refused, Err(SyncError::Vanishing { .. })), "{refused:?}");
}

#[actix_web::test]
async fn units_structures_and_children_lead_to_schools_as_they_do_at_sign_in() {
    let slapd = Slapd::start().await;
    let univ = "attr.displayName = join(' ', first(givenName), upper(sn))";
    let office = Office::open(&section(&slapd, Directory::University, "university", univ)).await;
    let finished = office.run("people").await;
    assert!(finished.counts.appeared >= 3, "{finished:?}");
    let schools = schools(&office, "nlebon").await;
    assert!(schools.contains(&"0141408E".to_owned()), "{schools:?}");

    let office = Office::open(&section(&slapd, Directory::Local, "local", "")).await;
    let counts = brief(&office.run("people").await.counts);
    assert!(counts[0] >= 9, "{counts:?}");
    for (login, school) in [("jules.payet", "9749802L"), ("anne.payet", "9749802L")] {
        let found = self::schools(&office, login).await;
        assert!(found.contains(&school.to_owned()), "{login}: {found:?}");
    }
}

async fn schools(office: &Office, login: &str) -> Vec<String> {
    let mut tx = office.test.read().await;
    let account = store::accounts_by_login(&mut tx, login).await.unwrap().remove(0);
    let now = office.clock.now();
    let found = store::affiliations_of(&mut tx, account.person, now).await.unwrap();
    found.iter().map(|one| one.rne.as_str().to_owned()).collect()
}

#[actix_web::test]
async fn what_partners_are_told_is_read_by_the_command_too() {
    let slapd = Slapd::start().await;
    let section = section(&slapd, Directory::Agents, "agents", "");
    let mut office = Office::open(&section).await;
    std::fs::create_dir(office.path("attribute_sets")).unwrap();
    office.write("attribute_sets/annuaire.ini", "uid = uid\ntel = telephoneNumber\n");
    office.write("attribute_sets/associations.ini", "[default]\nset = annuaire\n");
    office.reopen(&section);

    office.run("people").await;

    let mut tx = office.test.read().await;
    let marie = store::accounts_by_login(&mut tx, "mdupont").await.unwrap().remove(0);
    assert_eq!(marie.attributes.first("telephoneNumber"), Some("+262 262 00 00 01"));
}

#[actix_web::test]
async fn one_connection_is_enough() {
    let (slapd, mut office) = crowd(600).await;
    let few = "max_connections = 1\nmax_waiters = 1\nlogin_timeout = 1s";
    office.reopen(&section(&slapd, Directory::Teleservices, "teleservices", few));

    assert!(office.run("people").await.counts.appeared > 600);
}
