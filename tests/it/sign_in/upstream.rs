//! People whose account is elsewhere come in by an OpenID provider: npm's own, in its usual ways.
use crate::house::{Answer, House, Person, Setup};
use crate::peers::oidc::{Provider, SECRET};
use serde_json::json;

const SOURCES: &str = include_str!("../data/house/sources.ini");

/// A house that believes an OpenID provider, and that provider.
pub(super) struct Abroad {
    pub(super) house: House,
    pub(super) provider: Provider,
}

/// A house that believes whoever is at this port; `more` stands in the section.
pub(super) async fn house(port: u16, more: &str, real_time: bool) -> House {
    let idp = format!(
        "\n[idp:rectorat]\nkind = oidc\nlabel = Compte du rectorat\nrole = agents\npriority = 30\n\
         issuer = {}\nclient_id = aiguillage\ntrust_uid = yes\nclient_secret = env:OIDC_SECRET\n{more}\n",
        Provider::issuer(port)
    );
    let settings = vec![("OIDC_SECRET", SECRET.to_owned())];
    let sources = Some(format!("{SOURCES}{idp}"));
    House::open_with(Setup { settings, sources, real_time, ..Setup::default() }).await
}

impl Abroad {
    async fn open(auth: &str) -> Self {
        Self::at(auth, "").await
    }

    /// The same, with more in the section.
    pub(super) async fn open_with(more: &str) -> Self {
        Self::at("client_secret_basic", more).await
    }

    async fn at(auth: &str, more: &str) -> Self {
        let port = Provider::port();
        let auth_line = format!("client_auth = {}", auth.trim_start_matches("client_secret_"));
        let house = house(port, &format!("{auth_line}\n{more}"), true).await;
        let accounts = json!({
            "anne": {
                "name": "Anne Robin", "preferred_username": "arobin", "email": "a@demo.example",
                "email_verified": true,
                "FrEduRne": ["9740091F$UAJ$PU$ENS$9740091F$T3$CLG$340"],
            },
            "marc": { "name": "Marc Sans École", "email": "m@demo.example", "email_verified": false },
        });
        let back = house.url("/login/from/rectorat");
        let provider = Provider::start(port, &back, auth, &accounts).await;
        Self { house, provider }
    }

    /// Follow the button of the sign-in page to the provider and back.
    pub(super) async fn come(&self, person: &Person<'_>, page: &str) -> Answer {
        let mut page = person.get(page).await;
        if page.status == 302 {
            page = person.get(page.location()).await;
        }
        let way = page.text.split("href=\"").find(|rest| rest.starts_with("/login/with/"));
        let way = way.unwrap_or_else(|| panic!("no way: {} {}", page.location(), page.text));
        let way = way.split('"').next().expect("a quote").replace("&#38;", "&");
        self.follow(person, &person.get(&way).await).await
    }

    async fn follow(&self, person: &Person<'_>, gone: &Answer) -> Answer {
        assert_eq!(gone.status, 302, "{}", gone.text);
        let back = self.provider.walk(gone.location()).await;
        person.get(back.strip_prefix(&self.house.url("")).expect("an address of ours")).await
    }
}

#[actix_web::test]
async fn somebody_comes_by_a_provider_and_lands_at_their_school() {
    for auth in ["client_secret_basic", "client_secret_post"] {
        let abroad = Abroad::open(auth).await;
        abroad.provider.become_somebody("anne").await;
        let anne = abroad.house.visitor();
        let page = anne.get("/login").await;
        assert!(page.text.contains("Compte du rectorat"), "{}", page.text);
        assert!(page.text.contains("name=\"password\""), "others still type theirs");

        let entered = abroad.come(&anne, "/dispatch").await;
        let entered = if entered.status == 303 { entered } else { panic!("{}", entered.text) };
        assert_eq!(entered.location(), "/dispatch");
        let sent = anne.get("/dispatch").await;
        assert!(sent.location().contains("9740091F"), "{} {}", sent.status, sent.text);
        let row = abroad.house.last("auth.login").await;
        assert_eq!(
            (row.reason.as_str(), &row.fields["source"]),
            ("federation", &"rectorat".into())
        );
        assert!(anne.get("/sessions").await.text.contains("Anne Robin"));
        assert_eq!(anne.cookie("__Host-idp").as_deref(), Some("rectorat"));
    }
}

#[actix_web::test]
async fn an_application_is_told_of_them_and_the_hint_spares_the_page() {
    let abroad = Abroad::open("client_secret_basic").await;
    abroad.provider.become_somebody("anne").await;
    let anne = abroad.house.visitor();
    let service = abroad.house.at_portal("/application/start?x=1&idp=other");
    let query = serde_urlencoded::to_string([("service", &service)]).expect("text");

    let hinted = anne.get(&format!("/login?{query}&kc_idp_hint=rectorat")).await;
    assert!(hinted.location().starts_with("/login/with/rectorat?service="), "{}", hinted.text);
    let back = abroad.follow(&anne, &anne.get(hinted.location()).await).await;
    let sent = anne.get(back.location()).await;
    let told = abroad.house.told_for(&service, sent.location()).await;
    for value in ["<cas:user>arobin</cas:user>", "<cas:rne>9740091F</cas:rne>", "Anne Robin"] {
        assert!(told.contains(value), "{value}: {told}");
    }
    let unknown = abroad.house.visitor().get("/login?idp=nobody").await;
    assert!(unknown.text.contains("name=\"password\""), "an unknown hint is ignored");
}

#[actix_web::test]
async fn the_same_person_comes_again_and_a_fresh_proof_is_a_new_one() {
    let abroad = Abroad::open("client_secret_basic").await;
    abroad.provider.become_somebody("anne").await;
    let anne = abroad.house.visitor();
    abroad.come(&anne, "/login").await;
    let first = abroad.house.last("auth.login").await;
    let again = abroad.come(&anne, "/login?renew=1").await;
    assert_eq!(again.status, 303, "{}", again.text);
    let second = abroad.house.last("auth.login").await;
    assert_ne!(first.session, second.session);
    assert_eq!(first.person, second.person, "one person");

    let out = anne.post_from("/logout", "/logout", &[]).await;
    assert!(out.text.contains("Se déconnecter aussi de"), "{}", out.text);
    assert!(out.text.contains("/session/end?client_id=aiguillage&#38;post_logout"), "{}", out.text);
}

#[actix_web::test]
async fn whoever_signs_out_there_is_signed_out_here() {
    let abroad = Abroad::open("client_secret_basic").await;
    abroad.provider.become_somebody("anne").await;
    let anne = abroad.house.visitor();
    abroad.come(&anne, "/login").await;
    assert_eq!(anne.get("/sessions").await.status, 200);
    abroad.provider.sign_off().await;
    let after = anne.get("/sessions").await;
    assert!(after.location().starts_with("/login"), "{}", abroad.provider.log());
    let row = abroad.house.last("auth.logout").await;
    assert_eq!((row.reason.as_str(), &row.fields["idp"]), ("idp", &"rectorat".into()));
}

#[actix_web::test]
async fn whoever_goes_away_or_has_no_school_is_told_so() {
    let abroad = Abroad::open("client_secret_basic").await;
    abroad.provider.become_somebody("").await;
    let gone = abroad.come(&abroad.house.visitor(), "/dispatch").await;
    assert_eq!(gone.status, 403);
    assert!(gone.text.contains("a été refusée ou abandonnée"), "{}", gone.text);
    assert!(gone.text.contains("next=%2Fdispatch"), "and may try again: {}", gone.text);
    assert_eq!(abroad.house.last("upstream.refused").await.reason, "cancelled");

    abroad.provider.become_somebody("marc").await;
    let marc = abroad.house.visitor();
    abroad.come(&marc, "/login").await;
    // No school, but staff: what is left is the academic portal.
    assert!(marc.get("/dispatch").await.text.contains("Arena"));
    let me = marc.get("/api/v1/dispatch/me").await;
    assert!(!me.text.contains("m@demo.example"), "an address that nobody verified: {}", me.text);
}

#[actix_web::test]
async fn a_journey_belongs_to_one_browser_and_ends_once() {
    let abroad = Abroad::open("client_secret_basic").await;
    abroad.provider.become_somebody("anne").await;
    let anne = abroad.house.visitor();
    let gone = anne.get("/login/with/rectorat?").await;
    let back = abroad.provider.walk(gone.location()).await;
    let back = back.strip_prefix(&abroad.house.url("")).expect("an address of ours");

    let thief = abroad.house.visitor();
    thief.get("/login").await;
    for (person, path) in [
        (&thief, back.to_owned()),
        (&anne, back.replace("state=", "state=x")),
        (&anne, back.split("&state").next().expect("a query").to_owned()),
        (&anne, "/login/from/rectorat?code=x".to_owned()),
        (&anne, "/login/from/rectorat".to_owned()),
        (&anne, back.replace("iss=http", "iss=https")),
    ] {
        let answer = person.get(&path).await;
        assert_eq!((answer.status, person.cookie("__Host-sid")), (400, None), "{path}");
        assert!(answer.text.contains("n’a pas pu être vérifiée"), "{}", answer.text);
    }
    // The wrong issuer used the journey up; a new one is taken once only.
    assert_eq!(abroad.house.last("upstream.refused").await.reason, "iss");
    let gone = anne.get("/login/with/rectorat?").await;
    let back = abroad.provider.walk(gone.location()).await;
    let back = back.strip_prefix(&abroad.house.url("")).expect("an address of ours");
    assert_eq!(anne.get(back).await.status, 303);
    let again = anne.get(back).await;
    assert_eq!((again.status, again.location()), (302, "/dispatch"), "they are in already");
    assert_eq!(abroad.house.audit("auth.login").await.len(), 1, "the first one counts");
    anne.get("/login/with/nobody").await.must_be(404, "E-NOT-FOUND");
}

#[actix_web::test]
async fn a_provider_that_does_not_answer_is_no_wrong_password() {
    let port = Provider::port();
    let house = house(port, "", false).await;
    let answer = house.visitor().get("/login/with/rectorat?next=%2Fdispatch").await;
    assert_eq!(answer.status, 503);
    assert!(answer.text.contains("ne répond pas pour le moment"), "{}", answer.text);
    assert!(answer.text.contains("name=\"password\""), "there is another way in");
    assert_eq!(house.last("upstream.refused").await.reason, "silent");
}
