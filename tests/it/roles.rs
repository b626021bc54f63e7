//! Roles: given by hand and by the map, taken back, explained; and looking as somebody else.
#![expect(clippy::unwrap_used, reason = "what cannot be read fails the test")]
use crate::house::{House, OFFICE, Setup};
use crate::program::Installation;
use crate::rights::{give, person_of};
use aiguillage::audit::Trace;
use aiguillage::config::Config;
use aiguillage::identity::store::{self, BY_HAND};
use aiguillage::identity::{PersonId, Rne};
use aiguillage::people::follow_map;
use aiguillage::rights::{Grant, Role, Scope};
use chrono::Duration;
use std::path::Path;

const MAP: &str = "
[role:enseignants]
role = teacher
profiles = teacher
sources = agents

[role:chefs]
role = admin
allow_admin = true
sources = agents
attribute = groupe
values = cn=exploitation,*
";

async fn house_with(map: &str) -> House {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/data/house/sources.ini");
    let sources = std::fs::read_to_string(sources).unwrap() + map;
    House::open_with(Setup { sources: Some(sources), ..Setup::default() }).await
}

async fn rights(house: &House, person: PersonId) -> Vec<String> {
    let mut tx = house.db().read().await.unwrap();
    let grants = store::grants_of(&mut tx, person).await.unwrap();
    let told = |it: &store::StoredGrant| {
        format!("{} {} {}", it.grant.role.as_str(), it.grant.scope, it.rule).trim().to_owned()
    };
    grants.iter().map(told).collect()
}

fn teacher() -> Grant {
    let school = Rne::parse("9740091F").unwrap();
    Grant { role: Role::Teacher, scope: Scope::School(school) }
}

/// All accounts of somebody leave their source.
async fn leave(house: &House, person: PersonId) {
    let mut tx = house.db().write().await.unwrap();
    let accounts = store::accounts_of(&mut tx, person).await.unwrap();
    let ids: Vec<_> = accounts.iter().map(|account| account.id).collect();
    let missed = house.now() + Duration::days(1);
    store::end_accounts(&mut tx, &ids, (missed, house.now())).await.unwrap();
    let map = &house.parts().config.roles;
    map.apply(&mut tx, &[person], (&Trace::default(), house.now())).await.unwrap();
    tx.commit().await.unwrap();
}

#[actix_web::test]
async fn the_map_gives_at_sign_in_and_takes_when_the_account_leaves_but_never_what_a_hand_gave() {
    let house = house_with(MAP).await;
    house.sign_in("marie.dupont").await;
    let marie = person_of(&house, "marie.dupont").await;
    let given = rights(&house, marie).await;
    assert!(given.contains(&"teacher school:9740091F enseignants".to_owned()), "{given:?}");
    let row = house.last("role.granted").await;
    assert_eq!((row.reason.as_str(), &row.fields["rule"]), ("teacher", &"enseignants".into()));

    let mut tx = house.db().write().await.unwrap();
    let by_hand = (&teacher(), BY_HAND);
    assert!(store::insert_grant(&mut tx, marie, by_hand, None, house.now()).await.unwrap());
    tx.commit().await.unwrap();
    leave(&house, marie).await;
    assert_eq!(rights(&house, marie).await, ["teacher school:9740091F"]);
    assert_eq!(house.last("role.revoked").await.person, Some(marie));
}

#[actix_web::test]
async fn who_becomes_an_administrator_by_a_group_signs_in_anew_and_loses_it_with_the_group() {
    let house = house_with(MAP).await;
    let section = "[nouveau.chef]\nsource = agents\nstory = office\ndisplayName = Noé Chef\n\
                   uid = nouveau.chef\ngroupe = \"CN=Exploitation,ou=x\"\n\
                   FrEduRne = \"9740091F$UAJ$PU$ADM$9740091F$T3$CLG$340\"\n";
    house.invent(section).await;
    let chief = house.sign_in_from("nouveau.chef", OFFICE).await;
    assert_eq!(chief.get("/admin").await.status, 200);
    let id = person_of(&house, "nouveau.chef").await;
    let abroad = house.visitor();
    assert_eq!(abroad.try_password("nouveau.chef", "nouveau.chef").await.status, 401);

    // The right goes with the account, in the same breath, although a session is live.
    let mut tx = house.db().write().await.unwrap();
    for stored in store::grants_of(&mut tx, id).await.unwrap() {
        let taken = (&stored.grant, stored.rule.as_str());
        store::delete_grant(&mut tx, id, taken).await.unwrap();
    }
    tx.commit().await.unwrap();
    chief.get("/admin").await.must_be(403, "E-FORBIDDEN");
    let mut tx = house.db().write().await.unwrap();
    let map = &house.parts().config.roles;
    map.apply(&mut tx, &[id], (&Trace::default(), house.now())).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(rights(&house, id).await, ["admin installation chefs"]);
    assert_eq!(chief.get("/admin").await.status, 302, "sessions of before are over");
}

#[actix_web::test]
async fn a_changed_map_is_applied_to_everybody_once() {
    let house = house_with(MAP).await;
    house.invite(&["marie.dupont", "paul.hoarau", "nadia.benali"]).await;
    let marie = person_of(&house, "marie.dupont").await;
    let stale = (&teacher(), "forgotten");
    let mut tx = house.db().write().await.unwrap();
    for stored in store::grants_of(&mut tx, marie).await.unwrap() {
        let taken = (&stored.grant, stored.rule.as_str());
        store::delete_grant(&mut tx, marie, taken).await.unwrap();
    }
    store::insert_grant(&mut tx, marie, stale, None, house.now()).await.unwrap();
    tx.commit().await.unwrap();

    let parts = house.parts();
    let follow = async || {
        let (queue, map) = (&parts.jobs.queue, &parts.config.roles);
        follow_map(house.db(), queue, map, house.now()).await.unwrap();
        house.run_jobs().await
    };
    assert!(follow().await >= 1);
    let both = ["9740091F", "9749801K"].map(|it| format!("teacher school:{it} enseignants"));
    assert_eq!(rights(&house, marie).await, both);
    let mut tx = house.db().read().await.unwrap();
    let applied = store::applied_map(&mut tx).await.unwrap();
    drop(tx);
    assert_eq!(applied, Some(parts.config.roles.digest()));
    assert_eq!(follow().await, 0, "it is applied");
}

#[actix_web::test]
async fn roles_are_given_and_taken_on_their_page_by_others_only() {
    let house = House::open().await;
    let marie = house.sign_in_from("marie.dupont", OFFICE).await;
    let admin = house.administrator().await;
    let (id, own) = (person_of(&house, "marie.dupont").await, person_of(&house, "admin").await);
    let list = admin.get("/admin/roles").await;
    assert!(list.text.contains("Alix Administration"), "{}", list.text);

    let asked = "/admin/roles/grant?person=marie.dupont&role=auditor&scope=installation";
    let page = admin.get(asked).await;
    assert!(page.text.contains("Marie Dupont") && page.text.contains("SeeAudit"), "{}", page.text);
    let person = id.to_string();
    let given = [("person", &*person), ("role", "auditor"), ("scope", "installation")];
    let done = admin.post_from(asked, "/admin/roles/grant", &given).await;
    assert_eq!(done.location(), "/admin/roles?given=1");
    assert_eq!(marie.get("/admin/audit").await.status, 200, "at once, in a live session");
    marie.get("/admin/people").await.must_be(403, "E-FORBIDDEN");
    let row = house.last("role.granted").await;
    assert_eq!((row.person, &row.fields["of"]), (Some(own), &person.clone().into()));
    let csv = admin.get("/admin/roles.csv?role=auditor").await;
    assert!(csv.text.contains("Marie Dupont") && !csv.text.contains("Alix"), "{}", csv.text);

    let done = admin.post_from(asked, "/admin/roles/revoke", &given).await;
    assert_eq!(done.location(), "/admin/roles?taken=1");
    marie.get("/admin/audit").await.must_be(403, "E-FORBIDDEN");

    let myself = own.to_string();
    for act in ["grant", "revoke"] {
        let mine = [("person", &*myself), ("role", "admin"), ("scope", "installation")];
        let answer = admin.post_from(asked, &format!("/admin/roles/{act}"), &mine).await;
        answer.must_be(409, "E-OWN-ROLE");
    }
    for unclear in ["person=nobody&role=dpo", "person=marie.dupont&role=x", "role=dpo"] {
        let back = admin.get(&format!("/admin/roles/grant?{unclear}")).await;
        assert_eq!(back.location(), "/admin/roles?unclear=1", "{unclear}");
    }
    let wrong = "person=marie.dupont&role=admin&scope=school:9740091F";
    let back = admin.get(&format!("/admin/roles/grant?{wrong}")).await;
    assert_eq!(back.location(), "/admin/roles?unclear=1");
}

#[actix_web::test]
async fn the_last_one_who_runs_the_installation_stays() {
    let house = House::open().await;
    let admin = house.administrator().await;
    let marie = house.sign_in_from("marie.dupont", OFFICE).await;
    let (id, own) = (person_of(&house, "marie.dupont").await, person_of(&house, "admin").await);
    let asked = "/admin/roles/grant?person=marie.dupont&role=admin&scope=installation";
    let (marie_id, admin_id) = (id.to_string(), own.to_string());
    let hers = [("person", &*marie_id), ("role", "admin"), ("scope", "installation")];
    admin.post_from(asked, "/admin/roles/grant", &hers).await;
    assert_eq!(marie.get("/sessions").await.status, 302, "she signs in anew");
    let marie = house.sign_in_from("marie.dupont", OFFICE).await;
    let his = [("person", &*admin_id), ("role", "admin"), ("scope", "installation")];
    let taken = marie.post_from("/sessions", "/admin/roles/revoke", &his).await;
    assert_eq!(taken.location(), "/admin/roles?taken=1");
    admin.get("/admin").await.must_be(403, "E-FORBIDDEN");
    give(&house, own, &[Grant { role: Role::Dpo, scope: Scope::Installation }]).await;
    let mut tx = house.db().write().await.unwrap();
    let grant = Grant { role: Role::Admin, scope: Scope::Installation };
    let by = aiguillage::identity::granting::By::Command;
    let when = (&Trace::default(), house.now());
    let left = aiguillage::identity::granting::revoke(&mut tx, id, &grant, by, when).await.unwrap();
    assert_eq!(left, Err(aiguillage::identity::granting::Unchanged::LastAdmin));
}

#[test]
fn mistakes_in_the_map_are_told_with_their_lines() {
    let read = |map: &str| {
        let ini = format!(
            "[http]\npublic_url = http://localhost:8080\n[source:agents]\nkind = local\nrole = agents\n{map}"
        );
        let read = Config::read(Path::new("a.ini"), ini.as_bytes(), &|_| None);
        let findings = read.err().unwrap_or_default();
        let told = findings.iter().map(|it| format!("{} {} {:?}", it.code, it.subject, it.line));
        told.collect::<Vec<_>>()
    };
    assert_eq!(read(MAP), [] as [&str; 0]);
    for (map, told) in [
        ("[role:a]\nrole = king\nprofiles = head", "E-CONF-VALUE [role:a] role Some(7)"),
        ("[role:a]\nrole = head", "E-CONF-MISSING [role:a] profiles None"),
        (
            "[role:a]\nrole = dpo\nscope = school\nprofiles = head",
            "E-CONF-VALUE [role:a] scope Some(8)",
        ),
        ("[role:a]\nrole = head\nattribute = x", "E-CONF-MISSING [role:a] values None"),
        ("[role:a]\nrole = head\nprofiles = boss", "E-CONF-VALUE [role:a] profiles Some(8)"),
        ("[role:a]\nrole = head\nschools = x", "E-CONF-VALUE [role:a] schools Some(8)"),
        ("[role:a]\nrole = head\nsources = x", "E-CONF-VALUE [role:a] sources Some(8)"),
        ("[role:a]\nrole = card_manager\nprofiles = head", "E-CONF-MISSING [role:a] scope None"),
        (
            "[role:a]\nrole = admin\nsources = agents\nattribute = g\nvalues = x",
            "E-CONF-MISSING [role:a] allow_admin None",
        ),
        (
            "[role:a]\nrole = admin\nallow_admin = true\nprofiles = head",
            "E-CONF-MISSING [role:a] sources None",
        ),
        ("[role:a]\nrole = head\nprofile = head", "E-CONF-KEY [role:a] profile Some(8)"),
    ] {
        let found = read(map);
        assert!(found.iter().any(|it| it == told), "{told}: {found:?}");
    }
}

#[actix_web::test]
async fn an_administrator_looks_as_somebody_else_and_changes_nothing() {
    let house = House::open().await;
    house.invite(&["marie.dupont"]).await;
    let admin = house.administrator().await;
    let (id, own) = (person_of(&house, "marie.dupont").await, person_of(&house, "admin").await);
    let path = format!("/admin/people/{id}/see-as");
    assert!(admin.get(&path).await.text.contains("Voir comme Marie Dupont"));
    let begun = admin.post_from(&path, &path, &[]).await;
    assert_eq!(begun.location(), "/sessions");

    let page = admin.get("/dispatch").await;
    assert_eq!(page.status, 200, "no portal: {}", page.location());
    assert!(page.text.contains("Vous regardez le service comme Marie Dupont"), "{}", page.text);
    admin.get("/admin").await.must_be(403, "E-FORBIDDEN");
    let csrf = page.csrf();
    let mut tried = 0;
    for route in house.parts().routes() {
        use aiguillage::rights::Rule;
        if route.path.contains('{') || route.method != "POST" || route.path == "/seen-as/end" {
            continue;
        }
        if matches!(route.rule, Rule::Own | Rule::May(_)) {
            let kind = match route.path.as_str() {
                "/attendance/import"
                | "/cards/request/photo"
                | "/cards/office/services/zones"
                | "/cards/office/services/names" => "multipart/form-data; boundary=edge",
                "/api/v1/marks" => "application/json",
                _ => "application/x-www-form-urlencoded",
            };
            let form = [("csrf", csrf.as_str())];
            let tries = admin.clone().posting(kind).post(&route.path, &form).await;
            tries.must_be(403, "E-SEE-AS");
            tried += 1;
        }
    }
    assert!(tried > 10, "{tried}");
    admin.get("/saml?sp_ident=x").await.must_be(403, "E-SEE-AS");
    admin.get("/arena").await.must_be(403, "E-SEE-AS");
    let service = house.at_portal("/application/start");
    let query = serde_urlencoded::to_string([("service", &service)]).unwrap();
    let asked = admin.get(&format!("/login?{query}")).await;
    assert!(asked.text.contains("name=\"password\""), "no ticket: {}", asked.location());

    let ended = admin.post("/seen-as/end", &[("csrf", &csrf)]).await;
    assert_eq!(ended.location(), format!("/admin/people/{id}"));
    assert_eq!(admin.get("/admin").await.status, 200);
    let rows = house.audit("admin.impersonate").await;
    let told: Vec<_> = rows.iter().filter(|row| row.outcome == "ok").collect();
    assert_eq!(
        told.iter().map(|row| row.person).collect::<Vec<_>>(),
        [Some(own), Some(id), Some(own)]
    );
    assert_eq!(told[1].fields["by"].as_str(), Some(own.to_string().as_str()));
    assert_eq!(admin.post("/seen-as/end", &[("csrf", &csrf)]).await.status, 404);
}

#[actix_web::test]
async fn looking_as_somebody_ends_by_itself_wants_a_fresh_proof_and_spares_administrators() {
    let house = House::open().await;
    house.invite(&["marie.dupont", "nadia.benali"]).await;
    let admin = house.administrator().await;
    let id = person_of(&house, "marie.dupont").await;
    let path = format!("/admin/people/{id}/see-as");
    admin.post_from(&path, &path, &[]).await;
    assert_eq!(admin.get("/admin").await.status, 403);
    // Whoever comes to run the installation is not looked at as any more.
    give(&house, id, &[Grant { role: Role::Admin, scope: Scope::Installation }]).await;
    assert_eq!(admin.get("/admin").await.status, 200);
    give(&house, id, &[]).await;
    house.wait(Duration::minutes(14));
    assert_eq!(admin.get("/admin").await.status, 403);
    house.wait(Duration::minutes(2));
    assert_eq!(admin.get("/admin").await.status, 200, "a quarter of an hour");

    let again = admin.get(&path).await;
    assert!(again.location().starts_with("/login?renew=1"), "{}", again.location());
    let csrf = admin.get("/sessions").await.csrf();
    let again = admin.post(&path, &[("csrf", &csrf)]).await;
    assert!(again.location().starts_with("/login?renew=1"), "{}", again.location());
    let admin = house.administrator().await;
    let nadia = person_of(&house, "nadia.benali").await;
    for role in [Role::Admin, Role::Dpo] {
        give(&house, nadia, &[Grant { role, scope: Scope::Installation }]).await;
        let path = format!("/admin/people/{nadia}/see-as");
        admin.get(&path).await.must_be(403, "E-SEE-WHOM");
        admin.post_from("/sessions", &path, &[]).await.must_be(403, "E-SEE-WHOM");
    }
}

#[test]
fn the_command_gives_takes_lists_and_explains() {
    let house = Installation::with(
        "[role:profs]\nrole = teacher\nprofiles = teacher\n[role:rest]\nrole = auditor\n\
         scope = installation\nprofiles = head\n",
    );
    house.add("alix", &["--admin"]).good();
    house.add("sacha", &["--attribute", "FrEduRne=9740091F$UAJ$PU$ENS"]).good();
    assert!(house.run(&["role", "names"]).good().contains("local_admin (school)"));
    house.run(&["role", "grant", "sacha", "local_admin", "school:9740091F"]).good();
    let twice = house.run(&["role", "grant", "sacha", "local_admin", "school:9740091F"]);
    assert!(twice.complained.contains("by hand"), "{}", twice.complained);
    let wrong = house.run(&["role", "grant", "sacha", "admin", "school:9740091F"]);
    assert!(wrong.complained.contains("not given on"), "{}", wrong.complained);
    let last = house.run(&["role", "revoke", "alix", "admin"]);
    assert!(last.complained.contains("nobody else"), "{}", last.complained);
    let list = house.run(&["role", "list"]).good();
    assert!(list.contains("local_admin  school:9740091F  by hand"), "{list}");
    let told = house.run(&["role", "explain", "sacha", "--json"]).json();
    assert_eq!(told["may"], serde_json::json!(["SeePeople", "SeeAudit"]));
    assert_eq!(told["has"][0]["role"], "local_admin");
    house.run(&["role", "revoke", "sacha", "local_admin", "school:9740091F"]).good();
    assert_eq!(
        house.run(&["role", "revoke", "sacha", "local_admin", "school:9740091F"]).code,
        Some(1)
    );
    assert!(house.run(&["role", "explain", "nobody"]).complained.contains("nobody has"));
}
