//! Who may come in where: every path with its rule, every role on every path.
use crate::house::{Answer, House, OFFICE, Person};
use aiguillage::audit::Record;
use aiguillage::identity::store::{self, BY_HAND};
use aiguillage::identity::{PersonId, Rne};
use aiguillage::people::{Search, find_people};
use aiguillage::rights::{Grant, Grants, Role, Rule, Scope, ScopeKind};
use aiguillage::web::resource::Route;
use reqwest::Method;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// The school of `marie.dupont`.
const OWN: &str = "9740091F";

/// A path with its places filled by something that nobody has.
fn filled(route: &Route) -> String {
    let mut path = String::new();
    let mut rest = route.path.as_str();
    while let Some((before, behind)) = rest.split_once('{') {
        path.push_str(before);
        path.push_str(&PersonId::new().to_string());
        rest = behind.split_once('}').expect("a closed brace").1;
    }
    path + rest
}

async fn ask(person: &Person<'_>, route: &Route) -> Answer {
    let method: Method = route.method.parse().expect("a method");
    let body = (method != Method::GET).then(String::new);
    person.send(method, &filled(route), body).await
}

pub(crate) async fn person_of(house: &House, login: &str) -> PersonId {
    let mut tx = house.db().read().await.expect("the database answers");
    let accounts = store::accounts_by_login(&mut tx, login).await.expect("the database answers");
    accounts.first().unwrap_or_else(|| panic!("nobody is {login}")).person
}

/// Make somebody's rights exactly these, without ending their sessions.
pub(crate) async fn give(house: &House, person: PersonId, grants: &[Grant]) {
    let mut tx = house.db().write().await.expect("the database answers");
    for stored in store::grants_of(&mut tx, person).await.expect("rows") {
        let given = (&stored.grant, stored.rule.as_str());
        store::delete_grant(&mut tx, person, given).await.expect("a row");
    }
    for grant in grants {
        let given = (grant, BY_HAND);
        store::insert_grant(&mut tx, person, given, None, house.now()).await.expect("a row");
    }
    tx.commit().await.expect("kept");
}

/// Every role on everything it can be given on.
fn every_grant() -> Vec<Grant> {
    let scope = |kind: &ScopeKind| match kind {
        ScopeKind::Installation => Scope::Installation,
        ScopeKind::School => Scope::School(Rne::parse(OWN).expect("a code")),
        ScopeKind::Programme => Scope::parse("programme:9740091F/M1 MIAGE").expect("a programme"),
        ScopeKind::CardType => Scope::CardType("P".to_owned()),
    };
    let grants = Role::ALL.iter().flat_map(|role| {
        role.kinds().iter().filter_map(move |kind| Grant::new(*role, scope(kind)))
    });
    grants.collect()
}

#[actix_web::test]
async fn every_path_lets_in_whom_its_rule_names_and_nobody_else() {
    let house = House::open().await;
    let routes = house.parts().routes();
    assert!(routes.len() > 100, "the real list: {}", routes.len());
    let visitor = house.visitor().at(OFFICE);
    let somebody = house.sign_in_from("marie.dupont", OFFICE).await;
    let id = person_of(&house, "marie.dupont").await;

    let mut closed = Vec::new();
    for route in &routes {
        match route.rule {
            Rule::Public | Rule::Vouching | Rule::Partner => {}
            Rule::Token(_) => {
                // What is sent is looked at first: a form is nothing that programs send.
                let answer = ask(&visitor, route).await;
                let expected = if route.method == "GET" { [401; 2] } else { [401, 415] };
                assert!(expected.contains(&answer.status), "{route:?}: {}", answer.text);
            }
            Rule::Own | Rule::May(_) => {
                let answer = ask(&visitor, route).await;
                let is_api = route.path.starts_with("/api/");
                let expected = if is_api { 401 } else { 302 };
                assert_eq!(answer.status, expected, "{route:?}: {}", answer.text);
                assert!(is_api || answer.location().starts_with("/login?next="), "{route:?}");
            }
        }
        if let Rule::May(permission) = route.rule {
            closed.push((route, permission));
            ask(&somebody, route).await.must_be(403, "E-FORBIDDEN");
        }
    }
    assert!(closed.len() > 30, "the administration: {}", closed.len());
    for grant in every_grant() {
        give(&house, id, std::slice::from_ref(&grant)).await;
        let grants: Grants = [grant.clone()].into_iter().collect();
        for (route, permission) in &closed {
            let answer = ask(&somebody, route).await;
            let is_refused = answer.status == 403 && answer.text.contains("E-FORBIDDEN");
            let what = format!("{grant:?} {route:?}: {} {}", answer.status, answer.text);
            assert_eq!(is_refused, !grants.may(*permission), "{what}");
            assert!(
                answer.status < 500 && answer.status != 302 || route.path == "/admin",
                "{what}"
            );
        }
    }
    give(&house, id, &[]).await;
    for (route, _) in &closed {
        ask(&somebody, route).await.must_be(403, "E-FORBIDDEN");
    }
    let told = house.audit("request.refused").await;
    let refused = |row: &&Record| row.outcome == "refused" && row.reason == "E-FORBIDDEN";
    assert!(told.iter().any(|row| refused(&row) && row.fields["route"] == "/admin/people"));
}

#[actix_web::test]
async fn nothing_of_the_administration_is_open_by_mistake() {
    let house = House::open().await;
    let routes = house.parts().routes();
    for route in &routes {
        let is_office = route.path.starts_with("/admin") || route.path.contains("/admin/");
        let is_closed = matches!(route.rule, Rule::May(_));
        let is_roll = route.path.starts_with("/attendance/");
        let is_card = route.path.starts_with("/cards/office");
        assert!(is_closed || !is_office, "{route:?}");
        assert!(is_office || is_roll || is_card || !is_closed, "{route:?}");
        let is_of_programs = matches!(route.rule, Rule::Token(_));
        assert!(is_of_programs || ["GET", "POST", "DELETE"].contains(&route.method), "{route:?}");
    }
    let known: BTreeSet<_> = routes.iter().map(|it| (it.method, it.path.as_str())).collect();
    for path in ["/admin", "/admin/people/{person}", "/sessions", "/l/{token}/users", "/"] {
        assert!(known.contains(&("GET", path)), "{path} is on the list");
    }
}

#[test]
fn no_path_is_mounted_past_the_map() {
    let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            let name = path.display().to_string();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            // Health has a listener of its own, on an address for operators.
            let is_map = name.contains("web/resource") || name.ends_with("src/health.rs");
            let is_rust = path.extension().is_some_and(|kind| kind == "rs");
            if !is_rust || is_map || name.ends_with("tests.rs") {
                continue;
            }
            let text = fs::read_to_string(&path).expect("text");
            for way in ["web::resource(", "web::scope(", ".route(", "cfg.service(", "ServiceConfig"]
            {
                let may = name.ends_with("app/serving.rs") && way == "ServiceConfig";
                assert!(may || !text.contains(way), "{name} has {way}");
            }
        }
    }
}

#[actix_web::test]
async fn who_looks_after_a_school_sees_its_people_and_their_acts_only() {
    let house = House::open().await;
    house.invite(&["anne.fontaine"]).await;
    house.sign_in("nadia.benali").await;
    let marie = house.sign_in("marie.dupont").await;
    let local = house.sign_in_from("rose.secretaire", OFFICE).await;
    let rose = person_of(&house, "rose.secretaire").await;
    let school = Scope::School(Rne::parse(OWN).expect("a code"));
    give(&house, rose, &[Grant { role: Role::LocalAdmin, scope: school.clone() }]).await;
    assert_eq!(marie.get("/admin/people").await.status, 403);

    let list = local.get("/admin/people").await;
    assert!(list.text.contains("Marie Dupont"), "{}", list.text);
    let all = Search { limit: 100, ..Search::default() };
    let within = vec![Rne::parse(OWN).expect("a code")];
    let own = Search { schools: Some(within), limit: 100, ..Search::default() };
    let mut tx = house.db().read().await.expect("the database answers");
    let all = find_people(&mut tx, &all, house.now()).await.expect("rows");
    let own = find_people(&mut tx, &own, house.now()).await.expect("rows");
    drop(tx);
    assert!(own.len() < all.len() && !own.is_empty(), "{} of {}", own.len(), all.len());
    let csv = local.get("/admin/people.csv").await;
    for person in all.iter().filter(|person| person.id != rose) {
        let is_own = own.contains(person);
        let page = local.get(&format!("/admin/people/{}", person.id)).await;
        assert_eq!(page.status, if is_own { 200 } else { 404 }, "{}", person.display_name);
        assert_eq!(list.text.contains(&person.display_name), is_own, "{}", person.display_name);
        assert_eq!(csv.text.contains(&person.id.to_string()), is_own, "{}", person.display_name);
    }
    let foreign = local.get("/admin/people?rne=9749801K").await;
    assert!(foreign.text.contains("Personne ne correspond"), "{}", foreign.text);
    let page =
        local.get(&format!("/admin/people/{}", person_of(&house, "marie.dupont").await)).await;
    assert!(!page.text.contains("/join\"") && !page.text.contains("/end\""), "{}", page.text);
    assert!(!page.text.contains("href=\"/admin/jobs\""), "places of others: {}", page.text);

    let trail = local.get("/admin/audit").await;
    assert!(trail.text.contains("Marie Dupont"), "{}", trail.text);
    assert!(!trail.text.contains("Nadia"), "{}", trail.text);
    assert!(!trail.text.contains("/admin/audit/check"), "{}", trail.text);
    let csv = local.get("/admin/audit.csv").await;
    let nadia = person_of(&house, "nadia.benali").await.to_string();
    assert!(!csv.text.contains(&nadia), "{}", csv.text);

    // An administrator who belongs to the school is not watched from there.
    let marie = person_of(&house, "marie.dupont").await;
    let admin = Grant { role: Role::Admin, scope: Scope::Installation };
    give(&house, marie, &[admin]).await;
    let csv = local.get("/admin/audit.csv").await;
    assert!(!csv.text.contains(&marie.to_string()), "{}", csv.text);
}

#[actix_web::test]
async fn administrators_read_the_settings_in_force_and_the_health_in_words() {
    let house = House::set("AIGUILLAGE_LOG_LEVEL", "debug").await;
    let admin = house.administrator().await;
    let page = admin.get("/admin/settings?q=log").await;
    assert!(page.text.contains("AIGUILLAGE_LOG_LEVEL"), "{}", page.text);
    let written = admin.get("/admin/settings?written=1").await;
    assert!(written.text.contains("aiguillage.ini:3"), "{}", written.text);
    assert!(!written.text.contains("max_connections"), "{}", written.text);
    let csv = admin.get("/admin/settings.csv?q=public_url").await;
    assert!(csv.text.contains("\"public_url\",\"http://localhost:"), "{}", csv.text);
    let health = admin.get("/admin/health").await;
    assert!(health.text.contains("Base de données"), "{}", health.text);
}
