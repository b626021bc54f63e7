//! The pages of rules: who may write them, what a preview shows, what is refused.
use super::super::{SCHOOL, TEACHER, at_school, school, secretary};
use super::{named, send_alerts, week};
use crate::house::{Answer, House, Person};
use crate::rights::{give, person_of};
use aiguillage::rights::{Grant, Role, Scope};

const AT: &str = "/attendance/alerts";

/// The id in the address of a rule that is called so.
fn id_of(page: &Answer, name: &str) -> String {
    let before = page.text.split(&format!("\">{name}</a>")).next().expect("a beginning");
    before.rsplit("/attendance/alerts/").next().expect("a link").to_owned()
}

async fn post(who: &Person<'_>, path: &str, fields: &[(&str, &str)]) -> Answer {
    who.post_from("/sessions", path, fields).await
}

const LATES: [(&str, &str); 7] = [
    ("school", SCHOOL),
    ("name", "Retards"),
    ("scope", "all"),
    ("metric", "lates"),
    ("threshold", "1"),
    ("to_student", "1"),
    ("active", "1"),
];

#[actix_web::test]
async fn a_school_begins_with_rules_that_are_off_and_can_be_switched_on() {
    let house = House::open().await;
    week(&house, true).await;
    let rose = secretary(&house).await;
    let page = rose.get(AT).await;
    assert_eq!(page.status, 200, "{}", page.words());
    assert_eq!(page.text.matches("Inactive").count(), 4, "{}", page.words());
    send_alerts(&house).await;
    assert_eq!(named(&house).await, []);

    let id = id_of(&page, "Première absence");
    let preview = rose.get(&format!("{AT}/{id}/preview")).await;
    assert!(preview.text.contains("Tom Girard") && preview.text.contains("À signaler"));
    assert!(preview.text.contains("4 étudiants seraient signalés"), "{}", preview.words());
    assert!(!preview.text.contains("Maëlle"), "she was never away");
    assert_eq!(named(&house).await, [], "a look tells nobody");

    let switched = post(&rose, &format!("{AT}/{id}/switch"), &[("version", "1")]).await;
    assert_eq!(switched.status, 303, "{}", switched.words());
    send_alerts(&house).await;
    assert_eq!(named(&house).await.len(), 4);
    let preview = rose.get(&format!("{AT}/{id}/preview")).await;
    assert!(preview.text.contains("Déjà signalé"), "{}", preview.words());
    assert_eq!(house.last("roll.rule_changed").await.reason, "on");

    let stale = post(&rose, &format!("{AT}/{id}/switch"), &[("version", "1")]).await;
    stale.must_be(412, "E-ALERT-VERSION");
}

#[actix_web::test]
async fn a_rule_is_written_changed_and_refused_when_it_makes_no_sense() {
    let house = House::open().await;
    week(&house, true).await;
    let rose = secretary(&house).await;
    rose.get(AT).await;
    let form = rose.get(&format!("{AT}/new?school={SCHOOL}")).await;
    assert!(form.text.contains("Master 1 MIAGE") && form.text.contains("M1MIAGE TD2"));
    let nobody = LATES.map(|(name, value)| (name, if name == "to_student" { "0" } else { value }));
    let wrong = post(&rose, &format!("{AT}/new"), &nobody).await;
    assert_eq!(wrong.status, 422);
    assert!(wrong.text.contains("au moins un destinataire") && wrong.text.contains("Retards"));

    assert_eq!(post(&rose, &format!("{AT}/new"), &LATES).await.status, 303);
    let page = rose.get(AT).await;
    assert!(page.text.contains("Retards\u{a0}: 1 ou plus, par année"), "{}", page.words());
    let id = id_of(&page, "Retards");
    let rate = [
        ("name", "Retards, en fait absences"),
        ("version", "1"),
        ("scope", "all"),
        ("k-TP", "1"),
        ("metric", "unjustified_rate"),
        ("comparator", "over"),
        ("threshold", "12,5"),
        ("span", "month"),
        ("to_secretariat", "1"),
    ];
    let changed = post(&rose, &format!("{AT}/{id}"), &rate).await;
    assert_eq!(changed.status, 303, "{}", changed.words());
    post(&rose, &format!("{AT}/{id}"), &rate).await.must_be(412, "E-ALERT-VERSION");
    let id = id_of(&rose.get(AT).await, "Retards, en fait absences");
    let form = rose.get(&format!("{AT}/{id}")).await;
    assert!(form.text.contains("value=\"12,5\""), "{}", form.words());
    let page = rose.get(AT).await;
    assert!(page.text.contains("plus de 12,5\u{a0}%, par mois"), "{}", page.words());
    assert!(page.text.contains("Tout l’établissement · TP"), "{}", page.words());
}

#[actix_web::test]
async fn whoever_looks_after_one_programme_writes_rules_of_that_programme_only() {
    let house = House::open().await;
    let ground = week(&house, true).await;
    let rose = house.sign_in("rose.secretaire").await;
    let scope = Scope::programme(&school(), "M1MIAGE").expect("a code");
    let grants = [Grant { role: Role::Secretariat, scope }];
    give(&house, person_of(&house, "rose.secretaire").await, &grants).await;
    let page = rose.get(AT).await;
    assert!(page.text.contains("Aucune règle"), "rules of the school are not theirs");
    let refused = post(&rose, &format!("{AT}/new"), &LATES).await;
    assert_eq!(refused.status, 422, "{}", refused.words());
    let group = format!("group:{}", ground.td2);
    let own = LATES.map(|(name, value)| (name, if name == "scope" { &group } else { value }));
    assert_eq!(post(&rose, &format!("{AT}/new"), &own).await.status, 303);
    assert!(rose.get(AT).await.text.contains("M1MIAGE TD2"));

    let teacher = house.sign_in(TEACHER).await;
    give(&house, ground.teacher, &[at_school(Role::Teacher)]).await;
    for path in ["", "/new", "/sent"] {
        teacher.get(&format!("{AT}{path}")).await.must_be(403, "E-FORBIDDEN");
    }
    teacher.get("/attendance/letters").await.must_be(403, "E-FORBIDDEN");
}

#[actix_web::test]
async fn a_rule_that_named_somebody_and_comes_to_count_something_else_is_another_rule() {
    let house = House::open().await;
    week(&house, true).await;
    let rose = secretary(&house).await;
    assert_eq!(post(&rose, &format!("{AT}/new"), &LATES).await.status, 303);
    send_alerts(&house).await;
    assert_eq!(named(&house).await.len(), 1, "Tom was late");
    let page = rose.get(AT).await;
    let id = id_of(&page, "Retards");
    let renamed = LATES.map(|(name, value)| (name, if name == "name" { "Lents" } else { value }));
    assert_eq!(post(&rose, &format!("{AT}/{id}"), &renamed).await.status, 303);
    assert_eq!(id_of(&rose.get(AT).await, "Lents"), id, "it counts the same");

    let absences =
        renamed.map(|(name, value)| (name, if name == "metric" { "absences" } else { value }));
    assert_eq!(post(&rose, &format!("{AT}/{id}"), &absences).await.status, 303);
    let page = rose.get(AT).await;
    let anew = id_of(&page, "Lents");
    assert_ne!(anew, id);
    assert_eq!(page.text.matches(">Lents</a>").count(), 1, "{}", page.words());
    assert_eq!(rose.get(&format!("{AT}/{id}")).await.status, 404);
    send_alerts(&house).await;
    assert!(named(&house).await.len() > 3, "whoever was late hears of their absences as well");
    let sent = rose.get("/attendance/alerts/sent").await;
    let sent = sent.words().replace('\u{a0}', " ");
    assert!(sent.contains("Lents · 1 retard "), "what it told is what it was: {sent}");
}
