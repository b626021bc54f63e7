//! Several directories, linked accounts, administrators.
use crate::house::{HOME, House, OFFICE};

#[actix_web::test]
async fn a_login_that_two_directories_know_is_asked_about() {
    let house = House::open().await;
    house.invent("[double]\nsource = agents\ndisplayName = Agent Double\nFrEduRne = \"9740091F$UAJ$PU$ENS$9740091F$T3$CLG$340\"\n").await;
    house.invent("[double]\nsource = families\ndisplayName = Parent Double\nFrEduVecteur = \"2|DOUBLE|Parent|1|9749801K\"\n").await;
    let person = house.visitor();

    let asked = person.try_password("double", "double").await;

    assert_eq!(asked.status, 200);
    assert!(person.cookie("__Host-sid").is_none());
    assert!(asked.text.contains("Personnels") && asked.text.contains("Familles"));
    assert_eq!(asked.field("login").as_deref(), Some("double"));
    let csrf = asked.csrf();
    let with = |directory| {
        [("login", "double"), ("password", "double"), ("directory", directory), ("csrf", &csrf)]
    };
    assert_eq!(person.post("/login", &with("scribes")).await.status, 401, "not one of them");
    assert_eq!(person.post("/login", &with("families")).await.status, 303);
    let me = person.get("/api/v1/dispatch/me").await.json();
    assert_eq!(me["display_name"], "Parent Double");
    assert_eq!(me["destinations"][0]["rne"], "9749801K");
}

#[actix_web::test]
async fn linked_accounts_are_one_person_with_both_sets() {
    let house = House::open().await;
    house.invite(&["camille.riviere", "camille.famille"]).await;

    for login in ["camille.riviere", "camille.famille"] {
        let camille = house.sign_in(login).await;
        let me = camille.get("/api/v1/dispatch/me").await.json();
        let schools: Vec<_> = me["destinations"].as_array().expect("a list").iter().collect();
        assert_eq!(schools.len(), 2, "{login}: {me}");
        let teacher_and_parent = schools.iter().find(|school| school["rne"] == "9740091F");
        assert_eq!(teacher_and_parent.expect("both")["profiles"].as_array().map(Vec::len), Some(2));
    }
    let linked = house.audit("person.changed").await;
    assert_eq!(linked.iter().filter(|row| row.reason == "linked").count(), 1, "once is enough");
}

#[actix_web::test]
async fn people_of_one_name_stay_two_people() {
    let house = House::open().await;
    house.invite(&["camille.riviere"]).await;
    house.invent("[autre.camille]\nsource = families\ndisplayName = Camille Rivière\nmail = \"camille@other.example\"\nFrEduVecteur = \"2|R|C|1|9749801K\"\n").await;

    let camille = house.sign_in("camille.riviere").await;

    let me = camille.get("/api/v1/dispatch/me").await.json();
    assert_eq!(me["destinations"].as_array().map(Vec::len), Some(1));
}

#[actix_web::test]
async fn administrators_come_in_from_their_networks_only() {
    let house = House::open().await;
    house.invite(&["admin"]).await;
    for address in [HOME, "172.16.0.1", ""] {
        let admin = house.visitor().at(address);
        let answer = admin.try_password("admin", "admin").await;
        let wrong = house.visitor().at(address).try_password("admin", "wrong").await;
        assert_eq!(answer.status, 401, "{address}");
        assert_eq!(answer.words(), wrong.words(), "nothing is told");
        assert!(admin.cookie("__Host-sid").is_none());
    }
    assert!(house.audit("auth.refused").await.iter().any(|row| row.reason == "E-ADMIN-NETWORK"));

    let admin = house.visitor().at(OFFICE);
    assert_eq!(admin.try_password("admin", "admin").await.status, 303);
    assert_eq!(admin.get("/admin").await.status, 200);
}

#[actix_web::test]
async fn a_forged_address_makes_nobody_an_administrator() {
    let house = House::set("AIGUILLAGE_HTTP_TRUSTED_PROXIES", "192.0.2.1").await;
    house.invite(&["admin"]).await;

    let answer = house.visitor().at(OFFICE).try_password("admin", "admin").await;

    assert_eq!(answer.status, 401);
    assert_eq!(house.last("auth.refused").await.network, "127.0.0.0/24");
}
