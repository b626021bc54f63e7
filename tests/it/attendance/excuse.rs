//! Justifications from the absence to the decision, and everything that is refused on the way.
mod exempting;
mod keeping;
mod papers;
mod scanner;
mod sending;

use super::{Class, STUDENTS, TEACHER, at_school, secretary};
use crate::house::{Answer, House, Person};
use crate::rights::{give, person_of};
use aiguillage::attendance::excuse::CleanPapers;
use aiguillage::attendance::record::Status;
use aiguillage::attendance::store::{self, changes_of};
use aiguillage::rights::{Grant, Role, Scope};
use chrono::Duration;
use std::path::PathBuf;
use uuid::Uuid;

const PDF: &[u8] = b"%PDF-1.7\n1 0 obj <</Type/Catalog>> endobj\ntrailer <</Root 1 0 R>>\n%%EOF\n";
const TODAY: &str = "2027-01-15";

/// A closed roll from which all four are absent.
async fn absent(house: &House) -> Class {
    let class = Class::plan(house).await;
    let teacher = house.sign_in(TEACHER).await;
    class.act(&teacher, "open", &[]).await;
    assert_eq!(class.act(&teacher, "close", &[]).await.status, 303);
    class
}

async fn record_of(house: &House, class: &Class, login: &str) -> Uuid {
    let student = person_of(house, login).await;
    let mut tx = house.db().read().await.expect("the database answers");
    let line = store::line_of(&mut tx, class.id, student).await.expect("an answer");
    line.expect("a line").id
}

/// Post with the token of this session.
async fn post(who: &Person<'_>, path: &str, fields: &[(&str, &str)]) -> Answer {
    who.post_from("/sessions", path, fields).await
}

/// The value of the option with this name.
fn option(page: &Answer, name: &str) -> String {
    let before = page.text.split(&format!(">{name}<")).next().expect("a beginning");
    let value = before.rsplit("value=\"").next().expect("an option");
    value.split('"').next().expect("a value").to_owned()
}

/// A draft of a student for the day of the séance.
async fn draft(house: &House, class: &Class, who: &Person<'_>, login: &str, why: &str) -> String {
    let record = record_of(house, class, login).await.to_string();
    let form = who.get(&format!("/attendance/me/justify?record={record}")).await;
    assert_eq!(form.status, 200, "{}", form.words());
    let reason = option(&form, why);
    let fields = [
        ("record", record.as_str()),
        ("reason", &reason),
        ("since", TODAY),
        ("until", TODAY),
        ("comment", "grippe, trois jours"),
    ];
    let kept = post(who, "/attendance/me/justify", &fields).await;
    assert_eq!(kept.status, 303, "{}", kept.words());
    kept.location().to_owned()
}

async fn upload(who: &Person<'_>, case: &str, file: (&str, &[u8])) -> Answer {
    let csrf = who.get("/sessions").await.csrf();
    who.upload(&format!("{case}/files"), &csrf, file).await
}

/// A sent justification with one paper.
pub(super) async fn sent(house: &House, class: &Class, who: &Person<'_>, login: &str) -> String {
    let case = draft(house, class, who, login, "Maladie").await;
    assert_eq!(upload(who, &case, ("certificat.pdf", PDF)).await.status, 303);
    assert_eq!(post(who, &format!("{case}/send"), &[]).await.status, 303);
    case
}

fn office(case: &str) -> String {
    case.replace("/me/", "/")
}

pub(super) async fn decide(
    who: &Person<'_>,
    case: &str,
    act: &str,
    fields: &[(&str, &str)],
) -> Answer {
    let page = who.get(&office(case)).await;
    assert_eq!(page.status, 200, "{}", page.words());
    let version = page.field("version").expect("a version");
    let mut all = vec![("act", act), ("version", version.as_str())];
    all.extend(fields);
    post(who, &format!("{}/decide", office(case)), &all).await
}

/// The address of the only paper on a page.
fn paper_of(page: &Answer) -> String {
    let begin = page.text.find("/attendance/justifications/files/").expect("a paper");
    page.text[begin..].split('"').next().expect("an address").to_owned()
}

/// Files in the vault.
fn vault(house: &House) -> Vec<PathBuf> {
    let folder = house.file("justifications");
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    entries.map(|entry| entry.expect("an entry").path()).collect()
}

async fn clean(house: &House) {
    let mut tx = house.db().write().await.expect("a transaction");
    house.parts().jobs.queue.add(&mut tx, &CleanPapers {}).await.expect("asked");
    tx.commit().await.expect("kept");
    house.run_jobs().await;
}

async fn count(house: &House, sql: &'static str) -> i64 {
    let mut tx = house.db().read().await.expect("the database answers");
    aiguillage::on!(&mut tx, |conn| sqlx::query_scalar(sql).fetch_one(conn).await).expect("a count")
}

#[actix_web::test]
async fn an_absence_is_justified_accepted_and_put_back_again() {
    let house = House::open().await;
    let class = absent(&house).await;
    let maelle = house.sign_in("maelle.legrand").await;
    let sql =
        "UPDATE person SET mail = 'maelle@univ.example' WHERE display_name = 'Maëlle Legrand'";
    let mut tx = house.db().write().await.expect("a transaction");
    aiguillage::on!(&mut tx, |conn| sqlx::query(sql).execute(conn).await.map(|_| ())).expect("set");
    tx.commit().await.expect("kept");

    let own = maelle.get("/attendance/me").await;
    assert!(own.text.contains("/attendance/me/justify?record="), "{}", own.words());
    let case = draft(&house, &class, &maelle, "maelle.legrand", "Maladie").await;
    let rose = secretary(&house).await;
    assert_eq!(rose.get(&office(&case)).await.status, 404, "nobody sees a draft");
    assert_eq!(upload(&maelle, &case, ("../arrêt.pdf", PDF)).await.status, 303);
    let page = maelle.get(&case).await;
    assert!(page.text.contains("TD – Sécurité des SI"), "the absences stand there before");
    assert!(page.text.contains("arrêt.pdf") && !page.text.contains("../"), "{}", page.words());
    assert_eq!(post(&maelle, &format!("{case}/send"), &[]).await.status, 303);
    assert_eq!(class.status(&house, "maelle.legrand").await, Status::Absent, "nothing by itself");
    assert_eq!(house.last("roll.justify_submitted").await.reason, "");
    upload(&maelle, &case, ("x.pdf", PDF)).await.must_be(409, "E-EXCUSE-STATE");

    let list = rose.get("/attendance/justifications").await;
    assert!(list.text.contains("Maëlle Legrand") && list.text.contains("Maladie"));
    let seen = rose.get(&office(&case)).await;
    let paper = paper_of(&seen);
    let read = rose.get(&paper).await;
    assert_eq!((read.status, read.body.as_slice()), (200, PDF));
    assert_eq!(
        read.header("content-disposition"),
        "attachment; filename=\"arr_t.pdf\"; filename*=UTF-8''arr%C3%AAt.pdf"
    );
    assert_eq!(read.header("x-content-type-options"), "nosniff");
    assert!(read.header("content-security-policy").contains("sandbox"));
    assert_eq!(read.header("cache-control"), "no-store");
    assert_eq!(house.audit("roll.file_read").await.len(), 1, "each read is recorded");

    decide(&rose, &case, "accept", &[]).await.must_be(422, "E-EXCUSE-NO-LINE");
    decide(&rose, &case, "refuse", &[]).await.must_be(422, "E-ROLL-REASON");
    let record = record_of(&house, &class, "maelle.legrand").await;
    let tick = format!("r-{record}");
    assert_eq!(decide(&rose, &case, "accept", &[(&tick, "1")]).await.status, 303);
    assert_eq!(class.status(&house, "maelle.legrand").await, Status::Excused);
    assert_eq!(house.last("roll.justify_decided").await.reason, "accept");
    let mut tx = house.db().read().await.expect("the database answers");
    let changes = changes_of(&mut tx, record).await.expect("an answer");
    drop(tx);
    let last = changes.last().expect("a change");
    assert_eq!((last.was, last.became), (Status::Absent, Status::Excused));
    assert_eq!(last.why, "", "teachers learn that it is excused, and not why");

    let cancelled = [("note", "pièce falsifiée")];
    assert_eq!(decide(&rose, &case, "cancel", &cancelled).await.status, 303);
    assert_eq!(class.status(&house, "maelle.legrand").await, Status::Absent);
    let told = maelle.get("/attendance/me/justifications").await;
    assert!(told.text.contains("pièce falsifiée") && told.text.contains("annulé"));

    let mails = "SELECT count(*) FROM mail WHERE template = 'justification'";
    assert_eq!(count(&house, mails).await, 2, "one for each decision");
    let mut tx = house.db().read().await.expect("the database answers");
    let sql = "SELECT CAST(vars AS TEXT) FROM mail WHERE template = 'justification'";
    let texts: Vec<String> =
        aiguillage::on!(&mut tx, |conn| sqlx::query_scalar(sql).fetch_all(conn).await)
            .expect("rows");
    assert!(
        !texts.concat().contains("Maladie") && !texts.concat().contains("falsifi"),
        "{texts:?}"
    );
}

#[actix_web::test]
async fn more_is_asked_for_sent_and_refused() {
    let house = House::open().await;
    let class = absent(&house).await;
    let tom = house.sign_in("tom.girard").await;
    let case = sent(&house, &class, &tom, "tom.girard").await;
    let rose = secretary(&house).await;
    let ask = [("note", "il manque la signature")];
    assert_eq!(decide(&rose, &case, "ask", &ask).await.status, 303);
    assert!(tom.get(&case).await.text.contains("il manque la signature"));
    assert_eq!(upload(&tom, &case, ("signé.pdf", PDF)).await.status, 303);
    assert_eq!(post(&tom, &format!("{case}/send"), &[]).await.status, 303);
    let refuse = [("note", "non recevable")];
    assert_eq!(decide(&rose, &case, "refuse", &refuse).await.status, 303);
    assert_eq!(class.status(&house, "tom.girard").await, Status::Absent);
    post(&tom, &format!("{case}/withdraw"), &[]).await.must_be(409, "E-EXCUSE-STATE");
    post(&tom, &format!("{case}/send"), &[]).await.must_be(409, "E-EXCUSE-STATE");
    // The absence is free again for another one.
    draft(&house, &class, &tom, "tom.girard", "Difficulté de transport").await;
}

#[actix_web::test]
async fn what_was_sent_too_late_says_so_and_what_is_taken_back_is_gone() {
    let house = House::open().await;
    let class = absent(&house).await;
    house.wait(Duration::days(16));
    let ines = house.sign_in("ines.robert").await;
    let case = sent(&house, &class, &ines, "ines.robert").await;
    assert_eq!(house.last("roll.justify_submitted").await.reason, "late_submitted");
    let rose = secretary(&house).await;
    assert!(rose.get("/attendance/justifications").await.text.contains("hors délai"));
    assert_eq!(vault(&house).len(), 1);
    assert_eq!(post(&ines, &format!("{case}/withdraw"), &[]).await.status, 303);
    assert_eq!(rose.get(&office(&case)).await.status, 404);
    clean(&house).await;
    assert_eq!(vault(&house), Vec::<PathBuf>::new());
}

#[actix_web::test]
async fn days_without_absences_and_odd_forms_are_refused() {
    let house = House::open().await;
    let class = absent(&house).await;
    let luc = house.sign_in("luc.petit").await;
    let record = record_of(&house, &class, "luc.petit").await.to_string();
    let page = luc.get(&format!("/attendance/me/justify?record={record}")).await;
    let reason = option(&page, "Maladie");
    let write = async |reason: &str, since: &str, until: &str| {
        let fields =
            [("record", record.as_str()), ("reason", reason), ("since", since), ("until", until)];
        post(&luc, "/attendance/me/justify", &fields).await
    };
    write(&reason, "2027-01-10", "2027-01-11").await.must_be(422, "E-EXCUSE-NOTHING");
    let wrong = write(&reason, "2027-01-16", "2027-01-15").await;
    assert!(wrong.status == 422 && wrong.text.contains("Les dates ne vont pas"));
    let wrong = write("", TODAY, TODAY).await;
    assert!(wrong.status == 422 && wrong.text.contains("Choisissez un motif"));
    let of_another = record_of(&house, &class, "tom.girard").await;
    let stolen = luc.get(&format!("/attendance/me/justify?record={of_another}")).await;
    assert_eq!(stolen.status, 404);
    assert_eq!(count(&house, "SELECT count(*) FROM justification").await, 0);
    let [one, two] = [write(&reason, TODAY, TODAY).await, write(&reason, TODAY, TODAY).await];
    assert_eq!(one.location(), two.location(), "pressing twice makes one");
}

#[actix_web::test]
async fn two_who_decide_at_once_decide_once() {
    let house = House::open().await;
    let class = absent(&house).await;
    let maelle = house.sign_in("maelle.legrand").await;
    let case = sent(&house, &class, &maelle, "maelle.legrand").await;
    let rose = secretary(&house).await;
    let other = house.sign_in("marie.dupont").await;
    give(&house, person_of(&house, "marie.dupont").await, &[at_school(Role::Secretariat)]).await;
    let tick = format!("r-{}", record_of(&house, &class, "maelle.legrand").await);
    let accept = [(tick.as_str(), "1")];
    let refuse = [("note", "non recevable")];
    let (one, two) = futures_util::join!(
        decide(&rose, &case, "accept", &accept),
        decide(&other, &case, "refuse", &refuse)
    );
    let mut answers = [one.status, two.status];
    answers.sort_unstable();
    assert!(matches!(answers, [303, 409 | 412]), "{answers:?}");
    assert_eq!(house.audit("roll.justify_decided").await.len(), 1);
    let excused = class.status(&house, "maelle.legrand").await == Status::Excused;
    assert_eq!(excused, one.status == 303, "the line follows the decision that was made");
}

#[actix_web::test]
async fn only_those_who_decide_there_see_what_was_sent() {
    let house = House::open().await;
    let class = absent(&house).await;
    let maelle = house.sign_in("maelle.legrand").await;
    let case = sent(&house, &class, &maelle, "maelle.legrand").await;
    let paper = paper_of(&maelle.get(&case).await);
    assert_eq!(maelle.get(&paper).await.status, 200, "the owner");

    let tom = house.sign_in("tom.girard").await;
    let teacher = house.sign_in(TEACHER).await;
    let elsewhere = house.sign_in("marie.dupont").await;
    let other = Scope::programme(&super::school(), "L1 DROIT").expect("a programme");
    let grants = [Grant { role: Role::Secretariat, scope: other }];
    give(&house, person_of(&house, "marie.dupont").await, &grants).await;
    for (who, name) in [(&tom, "a student"), (&teacher, "the teacher"), (&elsewhere, "elsewhere")] {
        assert_eq!(who.get(&paper).await.status, 404, "{name}");
        assert_eq!(who.get(&case).await.status, 404, "{name}");
        assert!(matches!(who.get(&office(&case)).await.status, 403 | 404), "{name}");
        let act = post(who, &format!("{}/decide", office(&case)), &[("act", "accept")]).await;
        assert!(matches!(act.status, 403 | 404), "{name}");
        let sneaked = upload(who, &case, ("x.pdf", PDF)).await;
        assert_eq!(sneaked.status, 404, "{name}");
        assert!(post(who, &format!("{case}/withdraw"), &[]).await.status == 404, "{name}");
    }
    assert_ne!(house.visitor().get(&paper).await.status, 200);
    let list = elsewhere.get("/attendance/justifications").await;
    assert!(list.status == 200 && !list.text.contains("Maëlle"), "{}", list.words());
    assert_eq!(house.audit("roll.file_read").await.len(), 1, "the owner's");

    // The secretariat of the programme itself.
    let here = Scope::programme(&super::school(), "M1MIAGE").expect("a programme");
    let grants = [Grant { role: Role::Secretariat, scope: here }];
    give(&house, person_of(&house, "marie.dupont").await, &grants).await;
    assert_eq!(elsewhere.get(&paper).await.status, 200);
    assert_eq!(STUDENTS.len(), 4);
}

#[actix_web::test]
async fn what_was_decided_stays_when_the_roll_is_opened_again() {
    let house = House::open().await;
    let class = absent(&house).await;
    let rose = secretary(&house).await;
    for (login, act, fields) in [
        ("maelle.legrand", "accept", vec![]),
        ("tom.girard", "refuse", vec![("note", "illisible, à refaire")]),
    ] {
        let student = house.sign_in(login).await;
        let case = sent(&house, &class, &student, login).await;
        let record = record_of(&house, &class, login).await;
        let name = format!("r-{record}");
        let all: Vec<_> = fields.into_iter().chain([(name.as_str(), "1")]).collect();
        assert_eq!(decide(&rose, &case, act, &all).await.status, 303, "{act}");
    }
    class.act(&rose, "reopen", &[("reason", "un oubli")]).await;
    for (login, status) in [
        ("maelle.legrand", Status::Excused),
        ("tom.girard", Status::Absent),
        ("luc.petit", Status::Expected),
    ] {
        assert_eq!(class.status(&house, login).await, status, "{login}");
    }
}

#[actix_web::test]
async fn a_school_keeps_its_own_reasons() {
    let house = House::open().await;
    let class = absent(&house).await;
    let rose = house.sign_in("rose.secretaire").await;
    rose.get("/attendance/reasons").await.must_be(403, "E-FORBIDDEN");
    give(&house, person_of(&house, "rose.secretaire").await, &[at_school(Role::AttendanceAdmin)])
        .await;
    let page = rose.get("/attendance/reasons").await;
    assert!(page.text.contains("Mandat d’élu"), "{}", page.words());
    let new = [("school", super::SCHOOL), ("label", "Grève des trains"), ("active", "1")];
    assert_eq!(post(&rose, "/attendance/reasons", &new).await.status, 303);
    post(&rose, "/attendance/reasons", &new).await.must_be(422, "E-EXCUSE-FORM");
    let elsewhere = [("school", "9740091F"), ("label", "Pluie"), ("active", "1")];
    assert_eq!(post(&rose, "/attendance/reasons", &elsewhere).await.status, 404);

    let record = record_of(&house, &class, "luc.petit").await;
    let luc = house.sign_in("luc.petit").await;
    let address = format!("/attendance/me/justify?record={record}");
    let form = luc.get(&address).await;
    assert!(form.text.contains("Grève des trains"));
    let off = option(&form, "Emploi");
    let off = [("school", super::SCHOOL), ("id", off.as_str()), ("label", "Emploi")];
    assert_eq!(post(&rose, "/attendance/reasons", &off).await.status, 303);
    assert!(!luc.get(&address).await.text.contains(">Emploi<"), "switched off");
    let english = luc.clone().with("accept-language", "en").get(&address).await;
    assert!(english.text.contains(">Illness<"), "{}", english.words());
}
