//! People come in by `LemonLDAP::NG`, as SAML identity provider and as CAS server.
use crate::house::{Answer, House, Person, Setup};
use crate::peers::lemonldap::{Encryption, Left, LemonLdap};
use std::fs;
use tempfile::TempDir;

const SOURCES: &str = include_str!("../data/house/sources.ini");

/// A house that believes it in both ways, and the sign-on.
struct Abroad {
    house: House,
    lemon: LemonLdap,
    _folder: TempDir,
}

impl Abroad {
    async fn open(encryption: Encryption) -> Self {
        let port = LemonLdap::port();
        let folder = tempfile::tempdir().expect("a temporary folder");
        let file = folder.path().join("academie.xml");
        let idps = format!(
            "\n[idp:academie]\nkind = saml\nlabel = Compte académique\nmetadata = {}\n\
             allow_cbc = yes\nid = uid\n\
             [idp:campus]\nkind = cas\nlabel = Compte du campus\nurl = {}/cas\n\
             trust_uid = yes\n",
            file.display(),
            LemonLdap::origin(port),
        );
        let sources = Some(format!("{SOURCES}{idps}"));
        let house = House::open_with(Setup { sources, real_time: true, ..Setup::default() }).await;
        let own = house.visitor().get("/saml/metadata").await.text;
        let lemon = LemonLdap::start(port, &own, encryption).await;
        fs::write(&file, lemon.metadata().await).expect("the folder is ours");
        Self { house, lemon, _folder: folder }
    }

    /// Off to it, signed in there, and back.
    async fn come(&self, person: &Person<'_>, idp: &str, query: &str, login: &str) -> Answer {
        let gone = person.get(&format!("/login/with/{idp}?{query}")).await;
        let own = self.house.url("");
        let path = |address: &str| address.strip_prefix(&own).expect("ours").to_owned();
        match self.lemon.walk(gone.location(), login).await {
            Left::Address(back) => person.get(&path(&back)).await,
            Left::Form { action, fields } => {
                let fields: Vec<_> =
                    fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
                let elsewhere = self.house.visitor().with("sec-fetch-site", "cross-site");
                let flow = person.cookie("__Host-flow").unwrap_or_default();
                elsewhere.put_cookie("__Host-flow", &flow);
                let answer = elsewhere.post(&path(&action), &fields).await;
                assert_eq!(answer.status, 303, "{} {}", answer.text, self.lemon.log());
                person.get(answer.location()).await
            }
        }
    }
}

#[actix_web::test]
async fn by_saml_and_by_cas_they_land_at_their_school() {
    let abroad = Abroad::open(Encryption::Assertion).await;
    for (idp, uid) in [("academie", "dwho@academie"), ("campus", "dwho")] {
        let who = abroad.house.visitor();
        let entered = abroad.come(&who, idp, "next=%2Fsessions", "dwho").await;
        assert_eq!((entered.status, entered.location()), (303, "/sessions"), "{}", entered.text);
        assert!(who.get("/sessions").await.text.contains("Doctor Who"), "{idp}");
        let me = who.get("/api/v1/dispatch/me").await;
        assert!(me.text.contains("9740091F") && me.text.contains("9740020D"), "{}", me.text);
        let row = abroad.house.last("auth.login").await;
        assert_eq!(row.fields["source"], idp);
        let told = abroad.house.told(&who, "").await;
        assert!(told.contains(&format!("<cas:user>{uid}</cas:user>")), "{told}");
    }
}

#[actix_web::test]
async fn a_fresh_proof_is_asked_for_and_given() {
    let abroad = Abroad::open(Encryption::None).await;
    for idp in ["academie", "campus"] {
        let who = abroad.house.visitor();
        abroad.come(&who, idp, "", "rtyler").await;
        // Sessions younger than that are not asked again.
        tokio::time::sleep(std::time::Duration::from_millis(2_100)).await;
        let again = abroad.come(&who, idp, "renew=true", "rtyler").await;
        assert_eq!(again.status, 303, "{idp}: {}", again.text);
        assert_eq!(abroad.house.audit("auth.login").await.len() % 2, 0, "{idp}");
    }
}

#[actix_web::test]
async fn signing_out_here_ends_it_there_too() {
    let abroad = Abroad::open(Encryption::None).await;
    let who = abroad.house.visitor();
    abroad.come(&who, "academie", "", "rtyler").await;
    let csrf = who.get("/logout").await.csrf();
    let gone = who.post("/logout", &[("csrf", &csrf)]).await;
    assert!(gone.location().starts_with("/logout/"), "{}", gone.text);
    let over = who.get(&format!("{}?go=1", gone.location())).await;
    assert!(over.location().starts_with(&abroad.lemon.url("/saml/")), "{}", over.text);
    let Left::Address(back) = abroad.lemon.walk(over.location(), "rtyler").await else {
        panic!("not an address")
    };
    let own = abroad.house.url("");
    let path = back.strip_prefix(&own).unwrap_or_else(|| panic!("{back}"));
    assert!(path.starts_with("/saml/sp/slo?SAMLResponse="), "{path}");
    let heard = who.get(path).await;
    let page = who.get(heard.location()).await;
    assert!(page.text.contains("Vous êtes déconnecté"), "{}", page.text);
    assert!(page.text.contains("Compte académique") && page.text.contains("déconnecté"));
    assert!(!page.text.contains("sans réponse"), "{} {}", page.text, abroad.lemon.log());
    assert!(abroad.lemon.sign_off().await.is_empty(), "nobody is signed in there any more");

    // A CAS server is left by its own page.
    abroad.come(&who, "campus", "", "rtyler").await;
    let page = who.post_from("/logout", "/logout", &[]).await;
    assert!(page.text.contains("/cas/logout?service="), "{}", page.text);
}

#[actix_web::test]
async fn signing_out_there_ends_it_here() {
    let abroad = Abroad::open(Encryption::None).await;
    for idp in ["academie", "campus"] {
        let who = abroad.house.visitor();
        abroad.come(&who, idp, "", "rtyler").await;
        assert_eq!(who.get("/sessions").await.status, 200);
        let frames = abroad.lemon.sign_off().await;
        for frame in &frames {
            // A frame on another site holds no cookies of ours.
            let other = abroad.house.visitor();
            let mut to = frame.strip_prefix(&abroad.house.url("")).expect("ours").to_owned();
            while to.starts_with('/') {
                let answer = other.get(&to).await;
                answer.location().clone_into(&mut to);
            }
            assert!(to.contains("/saml/singleLogoutReturn?SAMLResponse="), "{to}");
            let picture = abroad.lemon.look(&to).await;
            assert!(picture.contains("/ok."), "{picture} {}", abroad.lemon.log());
        }
        assert_eq!(frames.is_empty(), idp == "campus");
        assert!(who.get("/sessions").await.location().starts_with("/login"), "{idp}");
        let row = abroad.house.last("auth.logout").await;
        assert_eq!(row.reason, "idp");
    }
}

#[actix_web::test]
async fn a_ticket_is_for_one_browser_and_one_time() {
    let abroad = Abroad::open(Encryption::None).await;
    let who = abroad.house.visitor();
    let gone = who.get("/login/with/campus?").await;
    let Left::Address(back) = abroad.lemon.walk(gone.location(), "rtyler").await else {
        panic!("not an address")
    };
    let back = back.strip_prefix(&abroad.house.url("")).expect("ours").to_owned();
    let thief = abroad.house.visitor();
    thief.get("/login").await;
    assert_eq!(thief.get(&back).await.status, 400, "another browser");
    let bare = back.split("&ticket").next().expect("a query").to_owned();
    assert_eq!(who.get(&format!("{bare}&ticket=ST-1%26user%3Dadmin")).await.status, 400);
    assert_eq!(abroad.house.last("upstream.refused").await.reason, "ticket");
    assert_eq!(who.get(&back).await.status, 400, "the journey is used up");
    assert_eq!(who.cookie("__Host-sid"), None);
}
