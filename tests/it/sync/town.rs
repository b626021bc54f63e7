//! Thousands of people in four real directories: in step, one percent of them changed, groups that
//! give rights, and one directory that lost too many.
use super::{Office, brief, order};
use crate::peers::slapd::{Directory, Setup, Slapd};
use crate::peers::town::{DOMAIN, GROUP, Town};
use aiguillage::identity::store;
use aiguillage::sync::{Order, SyncError};
use sqlx::query_scalar;
use std::fmt::Write as _;

const TOWN: Town = Town(1_000);

const RULES: &str = "[link:staff]\nsources = agents, local\nattribute = mail\n\
    domains = ville.example\n[link:families]\nsources = local, teleservices\nattribute = mail\n\
    domains = ville.example\n[role:teachers]\nrole = teacher\nprofiles = teacher\n\
    sources = agents\n[role:watch]\nrole = invigilator\nscope = school:9740091F\n\
    sources = agents\nattribute = memberOf\nvalues = cn=vie-scolaire,*\n";

/// Directory and office, with everybody read once.
async fn town() -> (Slapd, Office) {
    let slapd = Slapd::start_with(Setup { town: TOWN, ..Setup::default() }).await;
    let office = Office::open(&sections(&slapd)).await;
    for directory in Directory::ALL {
        let everybody = TOWN.people(directory).len() as u64;
        assert_eq!(office.counts(directory.name()).await, [everybody, 0, 0, 0, 0, 0]);
    }
    (slapd, office)
}

fn sections(slapd: &Slapd) -> String {
    let section = |directory: Directory| {
        let (url, base, name) = (slapd.url(), directory.base(), directory.name());
        format!(
            "[source:{name}]\nkind = ldap\nrole = {name}\nurl = {url}\nbase = {base}\n\
             bind_dn = cn=reader,{base}\nbind_password = file:{{folder}}/reader\nsync = yes\n\
             people_filter = (mail=*@{DOMAIN})\n"
        )
    };
    Directory::ALL.map(section).concat() + RULES
}

/// How many have each role.
async fn roles(office: &Office) -> [usize; 2] {
    let everything = store::GrantSearch { limit: 10_000, ..store::GrantSearch::default() };
    let mut tx = office.test.read().await;
    let held = store::search_grants(&mut tx, &everything).await.expect("the database answers");
    ["teachers", "watch"].map(|rule| held.iter().filter(|(_, one)| one.rule == rule).count())
}

#[actix_web::test]
async fn four_directories_of_thousands_are_kept_in_step_and_only_what_changed_is_written() {
    let (slapd, office) = town().await;
    let all: usize = Directory::ALL.map(|directory| TOWN.people(directory).len()).iter().sum();
    // Each family stands in two directories, and so does whoever teaches.
    let humans = i64::try_from(all).expect("some thousands") - 2_000 - 250;
    let before = office.kept().await;
    assert_eq!((all, before.0), (5_200, humans));
    assert_eq!(roles(&office).await, [250, 25]);
    for directory in Directory::ALL {
        let everybody = TOWN.people(directory).len() as u64;
        assert_eq!(office.counts(directory.name()).await, [0, 0, 0, everybody, 0, 0]);
    }
    assert_eq!(office.kept().await, before, "nothing is written");

    let (mut touched, since) = (0, office.clock.now());
    for directory in Directory::ALL {
        let people = TOWN.people(directory);
        let mut ldif = String::new();
        let changed: Vec<_> = people.iter().step_by(100).collect();
        for one in &changed {
            let _ = write!(
                ldif,
                "dn: {}\nchangetype: modify\nreplace: displayName\ndisplayName: Autre Nom\n\n",
                one.dn
            );
        }
        slapd.modify(&ldif);
        let (some, rest) = (changed.len() as u64, (people.len() - changed.len()) as u64);
        assert_eq!(office.counts(directory.name()).await, [0, some, 0, rest, 0, 0]);
        touched += changed.len();
    }
    assert_eq!(touched, 3 + 20 + 23 + 7);
    assert_eq!(office.kept().await.0, before.0);
    let mut tx = office.test.read().await;
    let written: i64 = aiguillage::on!(&mut tx, |conn| {
        let written = query_scalar("SELECT count(*) FROM account WHERE read_at > $1");
        written.bind(since).fetch_one(conn).await
    })
    .expect("the database answers");
    assert_eq!(written, 53, "one in a hundred and nobody else");
}

#[actix_web::test]
async fn a_group_of_the_directory_gives_and_takes_a_right() {
    let (slapd, office) = town().await;
    let group = TOWN.group();
    let leaver = &group[3];
    let newcomer = &TOWN.people(Directory::Agents)[1];
    slapd.modify(&format!(
        "dn: {GROUP}\nchangetype: modify\ndelete: member\nmember: {}\n-\nadd: member\n\
         member: {}\n\n",
        leaver.dn, newcomer.dn
    ));

    assert_eq!(office.counts("agents").await, [0, 2, 0, 248, 0, 0]);

    assert_eq!(roles(&office).await, [250, 25]);
    let mut tx = office.test.read().await;
    for (one, expected) in [(leaver, 0), (newcomer, 1)] {
        let accounts = store::accounts_by_login(&mut tx, &one.login).await.expect("an answer");
        let grants = store::grants_of(&mut tx, accounts[0].person).await.expect("an answer");
        let given = grants.iter().filter(|grant| grant.rule == "watch").count();
        assert_eq!(given, expected, "{}", one.login);
    }
}

#[actix_web::test]
async fn one_directory_that_lost_too_many_stops_and_the_others_go_on() {
    let (slapd, office) = town().await;
    let before = office.kept().await;
    let gone = TOWN.people(Directory::Local);
    let gone: Vec<_> = gone.iter().filter(|one| one.dn.contains("ou=eleves")).take(451).collect();
    let delete = |one: &&_| -> String { deleted(one) };
    slapd.modify(&gone.iter().map(delete).collect::<String>());

    let refused = office.try_run("local", &order()).await.0;
    let Err(SyncError::Vanishing { missing, known, limit }) = refused else {
        panic!("{refused:?}");
    };
    assert_eq!((missing, known, limit), (451, 2_250, 20));
    assert_eq!(office.kept().await, before);
    assert_eq!(office.counts("teleservices").await, [0, 0, 0, 2_000, 0, 0]);

    let forced = Order { force: true, ..order() };
    let done = office.try_run("local", &forced).await.0.expect("somebody insists");
    let [appeared, _, _, _, vanished, _] = brief(&done.counts);
    assert_eq!((appeared, vanished), (0, 451));
    let mut tx = office.test.read().await;
    let pupil = store::accounts_by_login(&mut tx, &gone[0].login).await.expect("an answer");
    assert!(
        pupil.iter().any(|account| account.source == "teleservices" && account.ended_at.is_none())
    );
    assert!(pupil.iter().any(|account| account.source == "local" && account.ended_at.is_some()));
}

fn deleted(one: &crate::peers::town::Inhabitant) -> String {
    format!("dn: {}\nchangetype: delete\n\n", one.dn)
}
