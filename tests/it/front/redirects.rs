//! One table of targets that lead astray, against every parameter that says where a browser goes
//! next (SEC-72 to SEC-74).
use crate::house::{Answer, House, Person};
use crate::ministry::{Ministry, Says};
use url::Url;

const HOSTILE: [&str; 60] = include!("../data/hostile_targets.in");

/// The query of one field.
fn query(name: &str, value: &str) -> String {
    serde_urlencoded::to_string([(name, value)]).expect("text")
}

/// Nothing of an answer leads away from this machine: neither head nor page.
fn stays(house: &House, answer: &Answer, what: &str) {
    assert!(answer.status < 500, "{what}: {}", answer.status);
    let here = Url::parse(&house.url("/x/y")).expect("an address");
    let is_near = |address: &str| {
        let to = here.join(address).unwrap_or_else(|_| panic!("{what}: {address}"));
        let is_ours = matches!(to.host_str(), Some("localhost" | "127.0.0.1"));
        // The made-up portals of academic zones, and the provider of the test.
        let host = to.host_str().unwrap_or_default();
        let is_known = host.ends_with(".demo.example") || host == "ministere.example";
        to.scheme().starts_with("http") && (is_ours || is_known)
    };
    let to = answer.location();
    assert!(to.is_empty() || is_near(to), "{what}: to {to}");
    for part in [" href=\"", " action=\"", "0;url="] {
        for rest in answer.text.split(part).skip(1) {
            let address = rest.split('"').next().unwrap_or_default().replace("&#38;", "&");
            let is_other = address.starts_with("mailto:") || address.starts_with("data:,");
            assert!(is_other || is_near(&address), "{what}: {part}{address}");
        }
    }
    assert!(!answer.headers.contains_key("x-injected"), "{what}");
}

#[actix_web::test]
async fn no_address_leads_astray() {
    let house = House::open().await;
    let paul = house.sign_in("paul.hoarau").await;
    let visitor = house.visitor();
    for target in HOSTILE {
        for (path, field) in [
            ("/login", "next"),
            ("/login", "service"),
            ("/login?gateway=true", "service"),
            ("/login?renew=true", "next"),
            ("/", "service"),
            ("/logout", "service"),
            ("/logout", "url"),
            ("/dispatch?choose=1", "next"),
            ("/dispatch", "next"),
            ("/saml?sp_ident=9740091F", "RelayState"),
            ("/saml?providerId=9740091F", "target"),
            ("/saml", "sp_ident"),
            ("/saml/continue", "sp"),
            ("/accounts/join", "next"),
        ] {
            let joint = if path.contains('?') { '&' } else { '?' };
            let address = format!("{path}{joint}{}", query(field, target));
            for person in [&paul, &visitor] {
                let answer = person.get(&address).await;
                stays(&house, &answer, &address);
            }
        }
    }
    assert_eq!(paul.get("/sessions").await.status, 200, "none of them signed anybody out");
}

#[actix_web::test]
async fn no_form_leads_astray() {
    let house = House::open().await;
    let paul = house.sign_in("paul.hoarau").await;
    let csrf = paul.get("/dispatch?choose=1").await.csrf();
    for target in HOSTILE {
        let fields = [("csrf", csrf.as_str()), ("rne", "9740091F"), ("next", target)];
        stays(&house, &paul.post("/dispatch", &fields).await, target);
        let fields = [("csrf", csrf.as_str()), ("lang", "fr"), ("next", target)];
        stays(&house, &paul.post("/language", &fields).await, target);
    }
}

#[actix_web::test]
async fn no_sign_in_leads_astray() {
    let house = House::open().await;
    house.invite(&["paul.hoarau"]).await;
    for target in HOSTILE {
        let person = house.visitor();
        let csrf = person.get("/login").await.csrf();
        for field in ["next", "service"] {
            let fields = [
                ("csrf", csrf.as_str()),
                ("login", "paul.hoarau"),
                ("password", "paul.hoarau"),
                (field, target),
            ];
            let answer = person.post("/login", &fields).await;
            stays(&house, &answer, target);
            follow(&house, &person, answer, target).await;
        }
    }
}

#[actix_web::test]
async fn no_provider_leads_astray() {
    let ministry = Ministry::open("unsolicited = yes").await;
    for target in HOSTILE {
        let anne = ministry.house.visitor();
        let next = query("next", target);
        let gone = anne.get(&format!("/login/with/ministere?{next}")).await;
        stays(&ministry.house, &gone, target);
        if gone.status != 302 {
            continue;
        }
        let (id, state) = ministry.ask(&anne, &next).await;
        let answer = ministry.post_by(&anne, &ministry.write(&Says::anne(Some(&id))), &state).await;
        follow(&ministry.house, &anne, answer, target).await;

        let own = ministry.house.url(target);
        for relay_state in [target, own.as_str()] {
            let answer = ministry.post(&ministry.write(&Says::anne(None)), relay_state).await;
            stays(&ministry.house, &answer, relay_state);
            if answer.status != 303 {
                continue;
            }
            let other = ministry.house.visitor();
            let page = other.get(answer.location()).await;
            let (csrf, flow) = (page.csrf(), page.field("flow").expect("a flow"));
            let entered = other.post("/login/offer", &[("csrf", &csrf), ("flow", &flow)]).await;
            stays(&ministry.house, &entered, relay_state);
        }
    }
}

/// A browser goes on to where it is sent, for a few steps.
async fn follow(house: &House, person: &Person<'_>, mut answer: Answer, what: &str) {
    for _ in 0..3 {
        stays(house, &answer, what);
        let Some(path) = Some(answer.location()).filter(|to| to.starts_with('/')) else { return };
        answer = person.get(path).await;
    }
}
