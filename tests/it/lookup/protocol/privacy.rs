//! Who does not want to be found is not, and nobody can tell why.
use super::{Lookup, TOKEN, colleagues, ids};
use crate::house::HOME;
use aiguillage::audit::Trace;
use aiguillage::identity::cloud::Field;
use aiguillage::identity::{Affiliation, PersonId, Profile, Rne, store};
use serde_json::json;

/// Somebody of ours, with this address.
async fn person(lookup: &Lookup, name: &str, mail: &str) -> PersonId {
    let section = format!(
        "[{name}]\nsource = agents\nstory = one\nabout = x\ndisplayName = {name}\nuid = {name}\n\
         mail = {mail}\n"
    );
    lookup.house.invent(&section).await;
    let mut tx = lookup.read().await;
    let accounts = store::accounts_by_login(&mut tx, name).await.expect("accounts");
    accounts.first().expect("an account").person
}

#[actix_web::test]
async fn hidden_people_are_gone_from_the_next_search_and_come_back() {
    let lookup = Lookup::open(&[]).await;
    let agnes = person(&lookup, "agnes.martin", "Agnes.Martin@ac-b.example.test").await;
    lookup.push(&colleagues()).await;
    let intake = &lookup.parts().intake;
    assert_eq!(lookup.found("agnes").await.len(), 1);

    intake.hide(agnes, true, &Trace::default()).await.expect("hidden");

    let hidden = lookup.get("/users?search=agnes").await;
    let nobody = lookup.get("/users?search=zzzzz").await;
    assert_eq!((hidden.status, hidden.body), (nobody.status, nobody.body));
    assert_eq!(lookup.exactly("amartin").await, json!([]));
    lookup.push(&colleagues()).await;
    assert!(lookup.found("agnes").await.is_empty(), "a push does not show whoever hides");
    let body = json!({ "authKey": super::KEY, "users": ["amartin@nuage-b.example.test"] });
    assert_eq!(lookup.says("GET", "/gs/users", &body.to_string()).await.json(), json!([]));

    intake.hide(agnes, false, &Trace::default()).await.expect("shown");
    lookup.settled().await;
    assert_eq!(lookup.found("agnes").await.len(), 1);
    assert_eq!(lookup.house.audit("lookup.hidden").await.len(), 1);
    assert_eq!(lookup.house.audit("lookup.shown").await.len(), 1);
}

#[actix_web::test]
async fn records_that_came_before_their_person_are_given_to_them() {
    let lookup = Lookup::open(&[]).await;
    lookup.push(&colleagues()).await;
    let agnes = person(&lookup, "agnes.martin", "agnes.martin@ac-b.example.test").await;
    let mut tx = lookup.read().await;
    assert_eq!(store::own_records(&mut tx, agnes).await.expect("records").len(), 1, "at once");
    drop(tx);
    lookup.parts().intake.hide(agnes, true, &Trace::default()).await.expect("hidden");
    assert!(lookup.found("agnes").await.is_empty());
    assert_eq!(lookup.sweep().await.linked, 0, "nothing was left to do");
}

#[actix_web::test]
async fn a_login_finds_its_person_too_where_it_is_asked_for() {
    let lookup = Lookup::open(&[("AIGUILLAGE_LOOKUP_OWNER", "login")]).await;
    let user = json!({ "userid": "Agnes.Martin", "name": "Agnès Martin" });
    lookup.push(&json!({ "agnes.martin@b.test": user })).await;
    let agnes = person(&lookup, "agnes.martin", "elsewhere@ac-b.example.test").await;
    lookup.parts().intake.hide(agnes, true, &Trace::default()).await.expect("hidden");
    assert!(lookup.found("agnes").await.is_empty());
}

#[actix_web::test]
async fn whoever_hides_stays_hidden_whatever_address_their_server_tells_next() {
    let lookup = Lookup::open(&[]).await;
    let agnes = person(&lookup, "agnes.martin", "agnes.martin@ac-b.example.test").await;
    let told = |mail: &str| json!({ "am@b.test": { "name": "Agnès Martin", "email": mail } });
    lookup.push(&told("agnes.martin@ac-b.example.test")).await;
    lookup.parts().intake.hide(agnes, true, &Trace::default()).await.expect("hidden");
    for mail in ["agnes@elsewhere.test", "", "agnes.martin@ac-b.example.test"] {
        lookup.push(&told(mail)).await;
        assert!(lookup.found("agnes").await.is_empty(), "{mail}");
    }
}

#[actix_web::test]
async fn an_address_of_two_people_belongs_to_neither() {
    let lookup = Lookup::open(&[]).await;
    let one = person(&lookup, "one", "shared@ac-b.example.test").await;
    person(&lookup, "two", "shared@ac-b.example.test").await;
    let user = json!({ "name": "Shared Box", "email": "shared@ac-b.example.test" });
    lookup.push(&json!({ "shared@b.test": user })).await;
    lookup.parts().intake.hide(one, true, &Trace::default()).await.expect("hidden");
    assert_eq!(lookup.found("shared box").await, ["shared@b.test"]);
}

#[actix_web::test]
async fn pupils_are_never_found_unless_they_are_meant_to() {
    for (pupils, found) in [("false", 0), ("true", 1)] {
        let lookup = Lookup::with_servers(&[("AIGUILLAGE_LOOKUP_PUPILS", pupils)]).await;
        let lea = person(&lookup, "lea", "lea@ac-b.example.test").await;
        lookup
            .push(
                &json!({ "lea@nuage-a.example.test": { "name": "Léa Élève", "email": "lea@ac-b.example.test" } }),
            )
            .await;
        assert_eq!(lookup.found("lea").await.len(), 1);

        let mut tx = lookup.house.db().write().await.expect("a transaction");
        let account = store::accounts_of(&mut tx, lea).await.expect("accounts")[0].id;
        let school = Affiliation {
            rne: Rne::parse("9740091F").expect("a code"),
            profile: Profile::Pupil,
            sources: vec!["agents".to_owned()],
            details: Vec::new(),
        };
        let now = lookup.house.now();
        store::replace_affiliations(&mut tx, account, lea, &[school], now).await.expect("kept");
        store::note_change(&mut tx, lea, "affiliation", now).await.expect("noted");
        tx.commit().await.expect("kept");
        lookup.settled().await;

        assert!(lookup.found("lea").await.is_empty(), "pupils = {pupils}: not by everybody");
        let own = format!("/l/{TOKEN}/users?search=lea%40ac-b.example.test");
        let own = lookup.says_from(HOME, "GET", &own, "").await.json();
        assert_eq!(ids(&own).len(), found, "pupils = {pupils}: by their own server");
    }
}

#[actix_web::test]
async fn strangers_find_only_who_asked_for_it_and_no_addresses() {
    let lookup = Lookup::open(&[("AIGUILLAGE_LOOKUP_ACCESS", "open")]).await;
    let agnes = person(&lookup, "agnes.martin", "agnes.martin@ac-b.example.test").await;
    lookup.push(&colleagues()).await;
    let ask = async |query: &str| {
        lookup.says_from(HOME, "GET", &format!("/users?{query}"), "").await.json()
    };
    assert_eq!(ask("search=martin").await, json!([]));
    assert_eq!(ask("search=amartin&exact=1").await, json!([]));

    lookup.parts().intake.hide(agnes, false, &Trace::default()).await.expect("shown");
    lookup.settled().await;

    let found = ask("search=mart").await;
    assert_eq!(ids(&found), ["amartin@nuage-b.example.test"]);
    assert!(found[0].get("email").is_none() && found[0].get("name").is_some());
    let exact = ask("search=agnes.martin%40ac-b.example.test").await;
    assert!(exact[0].get("email").is_some());
    let by_name = ask("search=agn%C3%A8s+martin").await;
    assert_eq!(ids(&by_name), ["amartin@nuage-b.example.test"]);
    assert!(by_name[0].get("email").is_none(), "a whole name is no address");
    assert!(ask("search=amartin&exact=1").await.get("email").is_none());
    let typed = ask("search=agnes.martin%40ac-b.example.test&exact=1").await;
    assert!(typed.get("email").is_some());
}

#[actix_web::test]
async fn names_apart_are_searched_and_never_sent() {
    let lookup = Lookup::open(&[]).await;
    let fields = [(Field::Name, "M. Curie"), (Field::Given, "Marie"), (Field::Surname, "Curie")];
    lookup.import("staff", &[("mcurie@b.test", &fields)]).await;
    let heard = lookup.get("/users?search=marie+curie").await;
    let name = json!({ "value": "M. Curie", "verified": "1" });
    assert_eq!(heard.json(), json!([{ "federationId": "mcurie@b.test", "name": name }]));
}

#[actix_web::test]
async fn further_addresses_find_their_owner_and_are_never_sent() {
    let lookup = Lookup::open(&[]).await;
    let fields = [
        (Field::Name, "Marie Curie"),
        (Field::Email, "mc@x.test"),
        (Field::Mails, "curie@radium.test\nmarie@pologne.test"),
    ];
    lookup.import("staff", &[("mcurie@b.test", &fields)]).await;
    for mail in ["mc%40x.test", "curie%40radium.test", "marie%40pologne.test"] {
        let heard = lookup.get(&format!("/users?search={mail}")).await;
        assert_eq!(ids(&heard.json()), ["mcurie@b.test"], "{mail}");
        assert!(!heard.text().contains("radium"), "{mail}");
        let exact = lookup.get(&format!("/users?search={mail}&exact=1&keys[0]=email")).await;
        assert_eq!(exact.json()["federationId"], json!("mcurie@b.test"), "{mail}");
    }
}

#[actix_web::test]
async fn the_page_asks_for_leave_where_everybody_may_search() {
    for (access, asks) in [("open", true), ("network", false)] {
        let lookup = Lookup::open(&[("AIGUILLAGE_LOOKUP_ACCESS", access)]).await;
        let marie = lookup.house.sign_in("marie.dupont").await;
        let page = marie.get("/lookup/me").await.text;
        assert_eq!(page.contains("Être trouvé par tous"), asks, "{access}");
        marie.post_from("/lookup/me", "/lookup/me", &[("hidden", "0")]).await;
        assert!(!marie.get("/lookup/me").await.text.contains("Être trouvé par tous"));
    }
}
