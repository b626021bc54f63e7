//! Both families of clients against each mode (`dispatch.md` 6.3): the real phpCAS, and what
//! clients of EoleSSO do, written down again.
use super::{login, path_of, ticket, validate};
use crate::house::{House, Person};
use crate::peers::phpcas::PhpCas;
use aiguillage::sso::saml::{Element, Profile, admit};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// What a client of EoleSSO makes of an answer: the login, and each direct child by its name, of
/// which the later one wins.
struct Eole {
    login: String,
    details: BTreeMap<String, Detail>,
}

#[derive(Debug, PartialEq, Eq)]
enum Detail {
    Text(String),
    Section(BTreeMap<String, Vec<String>>),
}

impl Eole {
    fn read(xml: &str) -> Self {
        let root = admit(xml.as_bytes(), Profile::Message).expect("well-formed");
        let success = root.children().next().expect("a success");
        assert_eq!(success.name, "authenticationSuccess", "{xml}");
        let details: BTreeMap<_, _> =
            success.children().map(|child| (child.name.clone(), detail(child))).collect();
        let login = match &details["user"] {
            Detail::Text(login) => login.clone(),
            Detail::Section(section) => section["user"][0].clone(),
        };
        Self { login, details }
    }

    fn values(&self, section: &str, key: &str) -> Vec<String> {
        match &self.details[section] {
            Detail::Section(section) => section[key].clone(),
            Detail::Text(text) => panic!("not a section: {text}"),
        }
    }
}

fn detail(element: &Element) -> Detail {
    if element.children().next().is_none() {
        return Detail::Text(element.text());
    }
    let mut section: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for child in element.children() {
        section.entry(child.name.clone()).or_default().push(child.text());
    }
    Detail::Section(section)
}

/// A house with the application in this mode, described by this filter.
async fn in_mode(house: &House, php: &PhpCas, mode: &str, filter: &str) {
    let section = php.section().replace("filter=dispatcher", &format!("filter={filter}"));
    let text = format!("{section}mode={mode}\n");
    assert!(house.rewrite("app_filters/php_apps.ini", &text).await);
}

/// What either client sees of the person.
async fn seen(house: &House, php: &PhpCas, person: &Person<'_>) -> (Value, Eole) {
    php.forget();
    let asked = php.location(&php.url("/agenda")).await;
    let sent = person.get(path_of(house, &asked)).await;
    php.location(sent.location()).await;
    let service = php.url("/agenda");
    let ticket = ticket(&person.get(&login(&service, "")).await);
    let answer = validate(house, "/serviceValidate", &service, &ticket).await;
    (php.sees("/agenda").await, Eole::read(&answer.text))
}

#[actix_web::test]
async fn each_family_finds_its_login_and_schools() {
    let house = House::open().await;
    let php = PhpCas::start(&house.url("")).await;
    let own = "[utilisateur]\nuser=uid\nrne=ecs_rne\n";
    assert!(house.rewrite("app_filters/own.ini", own).await);
    let marie = house.sign_in("marie.dupont").await;
    let schools = ["9740091F", "9749801K"];
    for (mode, filter, section, in_attributes) in [
        ("standard", "dispatcher", "attributes", true),
        ("eole", "dispatcher", "user", false),
        ("eole", "own", "utilisateur", true),
        ("dual", "dispatcher", "user", true),
        ("dual", "own", "utilisateur", true),
    ] {
        in_mode(&house, &php, mode, filter).await;
        let (php_sees, eole) = seen(&house, &php, &marie).await;
        let about = format!("{mode} {filter} {php_sees}");
        assert_eq!(php_sees["user"], "marie.dupont", "{about}");
        let rne = if in_attributes { json!(schools) } else { Value::Null };
        assert_eq!(php_sees["attributes"]["rne"], rne, "{about}");
        assert_eq!(eole.login, "marie.dupont", "{about}");
        assert_eq!(eole.values(section, "rne"), schools, "{about}");
        assert_eq!(eole.details.contains_key("attributes"), mode != "eole", "{about}");
        let plain = Detail::Text("marie.dupont".to_owned());
        assert_eq!(eole.details["user"] == plain, section != "user", "{about}");
    }
}
