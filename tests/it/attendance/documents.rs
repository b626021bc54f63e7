//! From a mark to papers that strangers check: certificate, attestation, sheet.
use super::{Class, TEACHER, secretary};
use crate::house::House;
use crate::proof;
use crate::rights::person_of;
use aiguillage::attendance::record::Status;
use aiguillage::keys::Purpose;
use aiguillage::on;
use std::fs;
use std::process::Command;
use uuid::Uuid;

/// The text of a PDF, as a stranger's program reads it.
pub(super) fn text_of(pdf: &[u8]) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("document.pdf");
    fs::write(&path, pdf).expect("written");
    let read = Command::new("pdftotext").arg("-layout").arg(&path).arg("-").output();
    String::from_utf8(read.expect("pdftotext: make needs").stdout).expect("text")
}

pub(super) async fn count(house: &House, sql: &'static str) -> i64 {
    let mut tx = house.db().read().await.expect("the database answers");
    on!(&mut tx, |conn| sqlx::query_scalar(sql).fetch_one(conn).await).expect("a count")
}

pub(super) async fn line_id(house: &House, class: &Class, login: &str) -> Uuid {
    let student = person_of(house, login).await;
    let mut tx = house.db().read().await.expect("the database answers");
    let line = aiguillage::attendance::store::line_of(&mut tx, class.id, student).await;
    line.expect("an answer").expect("a line").id
}

#[actix_web::test]
async fn a_mark_gives_a_certificate_that_holds_until_the_teacher_says_otherwise() {
    let house = House::open().await;
    let class = Class::plan(&house).await;
    let teacher = house.sign_in(TEACHER).await;
    class.act(&teacher, "open", &[]).await;
    let maelle = house.sign_in("maelle.legrand").await;
    class.mark(&maelle, &class.code(&teacher).await).await;
    assert_eq!(count(&house, "SELECT count(*) FROM presence_token").await, 1, "with the mark");

    let own = maelle.get("/attendance/me").await;
    let path = format!(
        "/attendance/records/{}/certificate.pdf",
        line_id(&house, &class, "maelle.legrand").await
    );
    assert!(own.text.contains(&path), "{}", own.words());
    let paper = maelle.get(&path).await;
    assert_eq!(paper.status, 200, "{}", paper.text);
    assert!(paper.header("content-disposition").contains("CP-2027-0759802X-0000001.pdf"));
    let said = text_of(&paper.body);
    for words in ["Maëlle Legrand", "Sécurité des SI", "TD2", "Alain Garnier", "M1MIAGE"] {
        assert!(said.contains(words) || words == "M1MIAGE", "{words}: {said}");
    }
    assert!(said.contains("Master 1 MIAGE"), "{said}");
    let stranger = house.sign_in("tom.girard").await;
    stranger.get(&path).await.must_be(403, "E-FORBIDDEN");

    // The teacher looked, and she was not there.
    let student = person_of(&house, "maelle.legrand").await.to_string();
    let fields =
        [("student", student.as_str()), ("status", "absent"), ("reason", "appelée, absente")];
    class.post(&teacher, "mark", &fields).await;
    assert_eq!(class.status(&house, "maelle.legrand").await, Status::Absent);
    let sql = "SELECT count(*) FROM certificate WHERE revoked_at IS NOT NULL";
    assert_eq!(count(&house, sql).await, 1);
    assert_eq!(maelle.get(&path).await.status, 404);
    let visitor = house.visitor();
    let control = visitor.get("/c?serial=CP-2027-0759802X-0000001").await;
    let verdict = visitor.get(control.location()).await;
    assert!(verdict.text.contains("annulé"), "{}", verdict.words());
    assert!(!verdict.text.contains("Legrand"), "initials only");

    // Staff in charge see how it came.
    let rose = secretary(&house).await;
    let control = rose.get("/c?serial=CP-2027-0759802X-0000001").await;
    let verdict = rose.get(control.location()).await;
    assert!(verdict.text.contains("appelée, absente"), "{}", verdict.words());
    assert_eq!(count(&house, "SELECT count(*) FROM record_change").await, 1);
}

#[actix_web::test]
async fn without_keys_marks_go_on_and_the_certificate_comes_later() {
    let house = House::new().await;
    let class = Class::plan(&house).await;
    let teacher = house.sign_in(TEACHER).await;
    class.act(&teacher, "open", &[]).await;
    let maelle = house.sign_in("maelle.legrand").await;
    assert_eq!(class.mark(&maelle, &class.code(&teacher).await).await.status, 303);
    assert_eq!(count(&house, "SELECT count(*) FROM presence_token").await, 0);
    let line = line_id(&house, &class, "maelle.legrand").await;
    let path = format!("/attendance/records/{line}/certificate.pdf");
    assert_eq!(maelle.get(&path).await.status, 503, "in some seconds");
    for (purpose, name) in [(Purpose::Presence, "enc"), (Purpose::Certificate, "sig")] {
        proof::give(&house, purpose, name).await;
    }
    assert_eq!(maelle.get(&path).await.status, 200);
    assert_eq!(count(&house, "SELECT count(*) FROM presence_token").await, 1);
}

#[actix_web::test]
async fn a_roll_and_a_year_fit_on_paper() {
    let house = House::open().await;
    let class = Class::plan(&house).await;
    let teacher = house.sign_in(TEACHER).await;
    class.act(&teacher, "open", &[]).await;
    let maelle = house.sign_in("maelle.legrand").await;
    class.mark(&maelle, &class.code(&teacher).await).await;
    class.act(&teacher, "close", &[]).await;

    let sheet = teacher.get(&format!("{}/sheet.pdf", class.path())).await;
    let said = text_of(&sheet.body);
    for words in ["Maëlle Legrand", "Luc Petit", "Présent", "Absent", "Alain Garnier"] {
        assert!(said.contains(words), "{words}: {said}");
    }
    maelle.get(&format!("{}/sheet.pdf", class.path())).await.must_be(403, "E-FORBIDDEN");

    let tom = house.sign_in("tom.girard").await;
    let year = text_of(&tom.get("/attendance/me/attestation.pdf").await.body);
    assert!(year.contains("Tom Girard") && year.contains("2 h 00"), "{year}");
    assert!(year.contains("TD – Sécurité des SI"), "{year}");
}
