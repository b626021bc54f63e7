//! Letters on paper: one file, in the order of the post office, logged with its text, without reasons.
use super::super::{at_school, secretary};
use super::{count, keep, rule, send_alerts, week};
use crate::house::{Answer, House, Person};
use crate::rights::{give, person_of};
use aiguillage::identity::Rne;
use aiguillage::rights::{Grant, Role, Scope};
use std::fs;
use std::process::Command;

const AT: &str = "/attendance/letters";
const DAYS: [(&str, &str); 2] = [("from", "2026-11-01"), ("until", "2026-11-30")];

/// The pages of a PDF, as a stranger's program reads them.
fn pages_of(pdf: &[u8]) -> Vec<String> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("letters.pdf");
    fs::write(&path, pdf).expect("written");
    let read = Command::new("pdftotext").arg("-layout").arg(&path).arg("-").output();
    let text = String::from_utf8(read.expect("pdftotext: make needs").stdout).expect("text");
    text.split('\u{c}').filter(|page| !page.trim().is_empty()).map(str::to_owned).collect()
}

/// Letters to these students.
async fn make(house: &House, who: &Person<'_>, logins: &[&str], more: &[(&str, &str)]) -> Answer {
    let mut names = Vec::new();
    for login in logins {
        names.push(format!("s-{}", person_of(house, login).await));
    }
    let ticked = names.iter().map(|name| (name.as_str(), "1"));
    let fields: Vec<_> = DAYS.into_iter().chain(ticked).chain(more.iter().copied()).collect();
    who.post_from("/sessions", AT, &fields).await
}

#[actix_web::test]
async fn one_file_has_a_letter_each_by_postal_code_and_then_by_name() {
    let house = House::open().await;
    week(&house, true).await;
    let rose = secretary(&house).await;
    // Tom and Luc have addresses, in Marseille and Nice.
    let (tom, luc) = ("tom.girard", "luc.petit");
    let list = rose.get(&format!("{AT}?from=2026-11-01&until=2026-11-30")).await;
    assert!(list.text.contains("Tom Girard") && !list.text.contains("Maëlle"), "{}", list.words());
    let all = [tom, "ines.robert", luc, "maelle.legrand"];
    let look = make(&house, &rose, &all, &[("act", "preview")]).await;
    assert_eq!(look.status, 200, "{}", look.words());
    assert!(look.text.contains("3 lettres.") && look.text.contains("1 est sans adresse postale"));
    assert_eq!(count(&house, "SELECT count(*) FROM notice_letter").await, 0, "a look is no letter");

    let made = make(&house, &rose, &all, &[("act", "make")]).await;
    assert_eq!((made.status, made.header("content-type")), (200, "application/pdf"));
    let pages = pages_of(&made.body);
    assert_eq!(pages.len(), 3, "{pages:?}");
    let names = ["Luc Petit", "Tom Girard", "Inès Robert"];
    for (page, name) in pages.iter().zip(names) {
        assert!(page.contains(name), "{name}: {page}");
    }
    assert!(pages[0].contains("06000 Nice") && pages[0].contains("CM – "), "{}", pages[0]);
    assert!(!pages[0].contains("1/3"), "each letter stands for itself: {}", pages[0]);
    assert!(pages[2].contains("justifiée"), "one of hers is excused: {}", pages[2]);
    assert_eq!(count(&house, "SELECT count(*) FROM notice_letter WHERE wording = 0").await, 3);
    let told = house.last("roll.letters_made").await;
    assert_eq!(told.fields["count"], 3);

    let nobody = make(&house, &rose, &["maelle.legrand"], &[("act", "make")]).await;
    assert_eq!(nobody.status, 422, "{}", nobody.words());
}

#[actix_web::test]
async fn the_text_of_letters_is_changed_at_run_time_and_its_version_is_kept() {
    let house = House::open().await;
    week(&house, true).await;
    let admin = house.administrator().await;
    let page = "/admin/mail/templates/letter/fr";
    let shown = admin.get(page).await;
    assert_eq!(shown.status, 200, "{}", shown.words());
    assert!(!shown.text.contains("name=\"mail_html\""), "paper has no HTML");
    let text = "À {{ name }} :\n{% for one in absences %}* {{ one }}\n{% endfor %}";
    let fields = [("version", "0"), ("subject", "Vos absences"), ("mail_text", text)];
    let saved = admin.post_from(page, page, &fields).await;
    assert_eq!(saved.status, 303, "{}", saved.words());
    let sent = admin.post_from(page, &format!("{page}/test"), &fields).await;
    assert_eq!(sent.status, 404, "paper is not sent");

    let rose = secretary(&house).await;
    let made = make(&house, &rose, &["tom.girard"], &[("act", "make")]).await;
    let pages = pages_of(&made.body);
    assert!(pages[0].contains("Vos absences") && pages[0].contains("À Tom Girard"), "{pages:?}");
    assert_eq!(count(&house, "SELECT count(*) FROM notice_letter WHERE wording = 1").await, 1);
    let english = [("act", "make"), ("letter_lang", "en")];
    let made = make(&house, &rose, &["tom.girard"], &english).await;
    assert!(pages_of(&made.body)[0].contains("Dear Tom Girard"));
}

#[actix_web::test]
async fn a_letter_of_an_alert_is_to_its_student_and_stands_beside_it() {
    let house = House::open().await;
    week(&house, true).await;
    keep(&house, &rule()).await;
    send_alerts(&house).await;
    let rose = secretary(&house).await;
    let sent = rose.get("/attendance/alerts/sent").await;
    let link = sent.text.split("/attendance/letters?alert=").nth(1).expect("a link");
    let alert = link.split('"').next().expect("an id").to_owned();
    let page = rose.get(&format!("{AT}?alert={alert}")).await;
    assert_eq!(page.text.matches("name=\"s-").count(), 1, "{}", page.words());
    let at = page.text.split("name=\"s-").nth(1).expect("a box");
    let field = format!("s-{}", at.split('"').next().expect("an id"));
    let fields = [("alert", alert.as_str()), (field.as_str(), "1"), ("act", "make")];
    let made = rose.post_from("/sessions", AT, &fields).await;
    assert_eq!(made.status, 200, "{}", made.text);
    let sent = rose.get("/attendance/alerts/sent").await;
    assert!(sent.text.contains("Lettre produite le"), "{}", sent.words());
}

#[actix_web::test]
async fn a_letter_never_says_why_somebody_was_away() {
    let house = House::open().await;
    let ground = week(&house, true).await;
    let mut tx = house.db().write().await.expect("a transaction");
    let sql = "UPDATE attendance_record SET note = 'grippe, hôpital' WHERE student = $1";
    aiguillage::on!(&mut tx, |conn| sqlx::query(sql)
        .bind(ground.students[2])
        .execute(conn)
        .await
        .map(drop))
    .expect("kept");
    tx.commit().await.expect("kept");
    let rose = secretary(&house).await;
    let made = make(&house, &rose, &["ines.robert"], &[("act", "make")]).await;
    let pages = pages_of(&made.body);
    assert!(pages[0].contains("Inès Robert") && !pages[0].contains("grippe"), "{}", pages[0]);
}

#[actix_web::test]
async fn each_school_writes_its_own_letter() {
    let house = House::open().await;
    week(&house, true).await;
    let rose = secretary(&house).await;
    let other = Rne::parse("0061234Z").expect("a code");
    let person = person_of(&house, "rose.secretaire").await;
    give(
        &house,
        person,
        &[
            at_school(Role::Secretariat),
            Grant { role: Role::Secretariat, scope: Scope::School(other.clone()) },
        ],
    )
    .await;
    let mut tx = house.db().write().await.expect("a transaction");
    for sql in [
        "UPDATE attendance_record SET rne = $1 WHERE class_session IN
            (SELECT id FROM class_session WHERE kind = 'TP')",
        "UPDATE class_session SET rne = $1 WHERE kind = 'TP'",
    ] {
        aiguillage::on!(&mut tx, |conn| sqlx::query(sql)
            .bind(&other)
            .execute(conn)
            .await
            .map(drop))
        .expect("moved");
    }
    tx.commit().await.expect("kept");
    let made = make(&house, &rose, &["ines.robert"], &[("act", "make")]).await;
    let pages = pages_of(&made.body);
    assert_eq!(pages.len(), 2, "{pages:?}");
    assert!(pages.iter().filter(|page| page.contains("TP – ")).count() == 1, "{pages:?}");
    let schools = "SELECT count(DISTINCT rne) FROM notice_letter";
    assert_eq!(count(&house, schools).await, 2);
}
