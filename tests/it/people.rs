//! The people's pages of the administration: finding somebody, what is known, joining and parting.
use crate::house::{Answer, HOME, House, Person};
use aiguillage::identity::PersonId;
use aiguillage::people::{Search, find_people};
use std::collections::BTreeSet;

fn wanted(words: &str) -> Search {
    Search { words: words.to_owned(), limit: 50, ..Search::default() }
}

async fn find(house: &House, words: &str) -> Vec<String> {
    let mut tx = house.db().read().await.expect("the database answers");
    let found =
        find_people(&mut tx, &wanted(words), house.now()).await.expect("the database answers");
    found.into_iter().map(|person| person.display_name).collect()
}

/// The page of somebody, found by these words alone.
async fn page_of(admin: &Person<'_>, words: &str) -> (String, Answer) {
    let list = admin.get(&format!("/admin/people?q={words}")).await;
    let links = list.text.split("href=\"/admin/people/").skip(1);
    let link = |rest: &str| Some(format!("/admin/people/{}", rest.split_once('"')?.0));
    let mut links: Vec<_> = links.filter_map(link).collect();
    assert_eq!(links.len(), 1, "{words}: {}", list.text);
    let page = admin.get(&links[0]).await;
    assert_eq!(page.status, 200, "{}", page.text);
    (links.remove(0), page)
}

#[actix_web::test]
async fn people_are_found_by_name_login_address_and_number() {
    let house = House::open().await;
    house.invite(&["jean.hoarau", "paul.hoarau", "nadia.benali", "marie.dupont"]).await;
    let hoarau: BTreeSet<_> = find(&house, "HOARAU").await.into_iter().collect();
    assert_eq!(hoarau.len(), 2, "{hoarau:?}");
    assert_eq!(find(&house, "hoarau jean").await.len(), 1, "in any order");
    assert_eq!(find(&house, "marie.du").await.len(), 1, "the beginning of a login");
    assert_eq!(find(&house, "").await.len(), 4, "all of them");
    for nobody in ["hoarau marie", "%", "_", "'", "\\", "arie.dupont@"] {
        assert!(find(&house, nobody).await.is_empty(), "{nobody}");
    }
    let mut tx = house.db().read().await.expect("the database answers");
    let nadia =
        find_people(&mut tx, &wanted("nadia.benali"), house.now()).await.expect("rows")[0].clone();
    drop(tx);
    assert_eq!(find(&house, &nadia.id.to_string()).await, [nadia.display_name]);
    let mail = nadia.mail.expect("an address").to_uppercase();
    assert_eq!(find(&house, &mail).await.len(), 1);
}

#[actix_web::test]
async fn only_administrators_see_people() {
    let house = House::open().await;
    let marie = house.sign_in("marie.dupont").await;
    let nobody = PersonId::new();
    for path in ["", &format!("/{nobody}"), &format!("/{nobody}/join?other=x")] {
        marie.get(&format!("/admin/people{path}")).await.must_be(403, "E-FORBIDDEN");
    }
    let csrf = marie.get("/sessions").await.csrf();
    for act in ["join", "part", "end"] {
        let path = format!("/admin/people/{nobody}/{act}");
        marie.post(&path, &[("csrf", &csrf)]).await.must_be(403, "E-FORBIDDEN");
    }
    let admin = house.administrator().await;
    let csrf = admin.get("/sessions").await.csrf();
    assert_eq!(admin.get(&format!("/admin/people/{nobody}")).await.status, 404);
    assert_eq!(admin.get("/admin/people/x").await.status, 404);
    for act in ["join", "part", "end"] {
        let path = format!("/admin/people/{nobody}/{act}");
        assert_eq!(admin.post(&path, &[("csrf", &csrf)]).await.status, 404, "{act}");
        admin.post(&path, &[("csrf", "x")]).await.must_be(403, "E-CSRF");
    }
}

#[actix_web::test]
async fn the_page_of_somebody_shows_what_is_known_and_ends_their_sessions() {
    let house = House::open().await;
    let marie = house.sign_in_from("marie.dupont", HOME).await;
    let admin = house.administrator().await;
    let (path, page) = page_of(&admin, "marie.dupont").await;
    for known in ["Marie Dupont", "marie.dupont", "Enseignant", "203.0.113.0/24"] {
        assert!(page.text.contains(known), "{known}: {}", page.text);
    }
    let session = page.field("session").expect("a session that can be ended");
    let form = [("csrf", page.csrf()), ("session", session)];
    let form = form.each_ref().map(|(name, value)| (*name, value.as_str()));
    let ended = admin.post(&format!("{path}/end"), &form).await;
    assert_eq!(ended.location(), format!("{path}?ended=1"));
    assert!(admin.get(ended.location()).await.text.contains("Aucune connexion en cours"));
    assert_eq!(marie.get("/sessions").await.status, 302, "signed out");
    let row = house.last("session.admin_ended").await;
    assert!(path.ends_with(row.fields["of"].as_str().expect("a person")), "{:?}", row.fields);
}

#[actix_web::test]
async fn an_administrator_joins_two_people_and_parts_them_again() {
    let house = House::open().await;
    let paul = house.sign_in("paul.hoarau").await;
    let parent = house.sign_in("jean.hoarau").await;
    let admin = house.administrator().await;
    let (path, _) = page_of(&admin, "paul.hoarau").await;

    for unknown in ["nobody", "paul.hoarau", &path[14..], ""] {
        let back = admin.get(&format!("{path}/join?other={unknown}")).await;
        assert!(back.location().starts_with(&format!("{path}?unknown=")), "{unknown}");
    }
    let asked = admin.get(&format!("{path}/join?other=jean.hoarau")).await;
    assert!(asked.text.contains("Est-ce la même personne"), "{}", asked.text);
    let other = asked.field("other").expect("the other one");
    let form = [("csrf", asked.csrf()), ("other", other.clone())];
    let form = form.each_ref().map(|(name, value)| (*name, value.as_str()));
    let joined = admin.post(&format!("{path}/join"), &form).await;
    assert_eq!(joined.location(), format!("{path}?joined=1"));
    assert_eq!(parent.get("/sessions").await.status, 302, "opened with other rights");
    assert_eq!(paul.get("/sessions").await.status, 200);
    let row = house.last("person.changed").await;
    assert_eq!((row.reason.as_str(), &row.fields["rule"]), ("linked", &"administrator".into()));
    assert_eq!(row.fields["from_person"].as_str(), Some(other.as_str()));

    // Once is enough: the other one has nothing left.
    let again = admin.post(&format!("{path}/join"), &form).await;
    again.must_be(409, "E-JOIN");
    let page = admin.get(joined.location()).await;
    assert!(page.text.contains("jean.hoarau"), "{}", page.text);
    let parent = house.sign_in("jean.hoarau").await;
    assert!(parent.get("/accounts").await.text.contains("paul.hoarau"), "one person");

    let link = page.field("link").expect("what was joined can be parted");
    let form = [("csrf", page.csrf()), ("link", link)];
    let form = form.each_ref().map(|(name, value)| (*name, value.as_str()));
    let parted = admin.post(&format!("{path}/part"), &form).await;
    assert_eq!(parted.location(), format!("{path}?parted=1"));
    assert_eq!(parent.get("/sessions").await.status, 302);
    let parent = house.sign_in("jean.hoarau").await;
    assert!(!parent.get("/accounts").await.text.contains("paul.hoarau"));
    assert_eq!(admin.post(&format!("{path}/part"), &form).await.status, 404, "once");
}

#[actix_web::test]
async fn rights_of_administration_are_not_lost_by_joining() {
    let house = House::open().await;
    house.sign_in("marie.dupont").await;
    let admin = house.administrator().await;
    let (marie, _) = page_of(&admin, "marie.dupont").await;
    let (office, _) = page_of(&admin, "admin").await;
    let asked = admin.get(&format!("{marie}/join?other=admin")).await;
    assert!(asked.text.contains("seraient perdus"), "{}", asked.text);
    assert!(asked.text.contains(&format!("{office}/join?other=")), "the other way round");
    let form = [("csrf", asked.csrf()), ("other", office[14..].to_owned())];
    let form = form.each_ref().map(|(name, value)| (*name, value.as_str()));
    admin.post(&format!("{marie}/join"), &form).await.must_be(409, "E-JOIN");
    let asked = admin.get(&format!("{office}/join?other=marie.dupont")).await;
    assert!(asked.text.contains("Des droits d’administration sont en jeu"), "{}", asked.text);
}
