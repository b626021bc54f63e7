//! Lists by the browser, and members of a group by hand.
use super::{Class, SCHOOL, STUDENTS, TEACHER, at_school};
use crate::house::{Answer, House, Person};
use crate::rights::{give, person_of};
use aiguillage::attendance::CleanScans;
use aiguillage::attendance::store;
use aiguillage::identity::Rne;
use aiguillage::rights::{Grant, Role, Scope};
use chrono::Duration;

const AT: &str = "/attendance/import";

async fn setter(house: &House) -> Person<'_> {
    let rose = house.sign_in("rose.secretaire").await;
    let rights = [at_school(Role::AttendanceAdmin)];
    give(house, person_of(house, "rose.secretaire").await, &rights).await;
    rose
}

/// Send a list as the form does.
async fn send(who: &Person<'_>, kind: &str, fields: &[(&str, &str)], file: &[u8]) -> Answer {
    let csrf = who.get("/sessions").await.csrf();
    let summary = aiguillage::attendance::import::SUMMARY;
    let mut all = vec![("csrf", csrf.as_str()), ("rne", SCHOOL), ("kind", kind)];
    all.extend([("source", "ade"), ("summary", summary), ("teachers", TEACHER)]);
    all.retain(|(name, _)| !fields.iter().any(|(changed, _)| changed == name));
    all.extend(fields);
    who.upload_with(AT, &all, ("liste.csv", file)).await
}

async fn keep(who: &Person<'_>, path: &str, fields: &[(&str, &str)]) -> Answer {
    who.post_from("/sessions", path, fields).await
}

#[actix_web::test]
async fn a_list_is_looked_at_before_it_is_brought_in() {
    let house = House::open().await;
    house.invite(&STUDENTS).await;
    let rose = setter(&house).await;
    assert_eq!(rose.get(AT).await.status, 200);
    let list = "login;programme;groups\nmaelle.legrand;M1MIAGE;TD1\nnobody;M1MIAGE;TD1\n";
    let sent = send(&rose, "members", &[], list.as_bytes()).await;
    assert_eq!(sent.status, 303, "{}", sent.text);
    let path = sent.location().to_owned();
    let page = rose.get(&path).await;
    assert_eq!(page.status, 200, "{}", page.text);
    assert!(page.text.contains("maelle.legrand · M1MIAGE TD1"), "{}", page.words());
    assert!(page.text.contains("personne de ce nom ici"), "{}", page.words());
    assert!(house.audit("roll.imported").await.is_empty(), "nothing is written");

    let refused = keep(&rose, &path, &[]).await;
    assert_eq!(refused.status, 422);
    assert!(refused.text.contains("Rien n’a été écrit"), "{}", refused.words());
    assert!(house.audit("roll.imported").await.is_empty());
    assert_eq!(keep(&rose, &path, &[("skip", "1")]).await.location(), path);
    let done = rose.get(&path).await;
    assert!(done.text.contains("C’est importé") && !done.text.contains("name=\"skip\""));
    assert_eq!(keep(&rose, &path, &[("skip", "1")]).await.location(), path, "once only");
    let imported = house.audit("roll.imported").await;
    assert_eq!((imported.len(), imported[0].fields["created"].as_u64()), (1, Some(1)));
    assert!(imported[0].person.is_some(), "the record says who");

    // Nobody else sees it, and after a day nobody does.
    let admin = house.administrator().await;
    assert_eq!(admin.get(&path).await.status, 404);
    house.wait(Duration::days(2));
    let mut tx = house.db().write().await.expect("a transaction");
    house.parts().jobs.queue.add(&mut tx, &CleanScans {}).await.expect("asked");
    tx.commit().await.expect("kept");
    house.run_jobs().await;
    let rose = house.sign_in("rose.secretaire").await;
    assert_eq!(rose.get(&path).await.status, 404);
}

#[actix_web::test]
async fn a_calendar_that_would_change_much_asks_twice() {
    let house = House::open().await;
    house.invite(&[TEACHER]).await;
    let rose = setter(&house).await;
    let event = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nDTSTART:20270120T080000Z\n\
        DTEND:20270120T100000Z\nSUMMARY:TD - SSI - M1MIAGE TD2\nEND:VEVENT\nEND:VCALENDAR\n";
    let first = send(&rose, "calendar", &[], event.as_bytes()).await;
    assert_eq!(keep(&rose, first.location(), &[]).await.status, 303);
    let moved = event.replace("T080000Z", "T083000Z");
    let second = send(&rose, "calendar", &[], moved.as_bytes()).await;
    let path = second.location().to_owned();
    let page = rose.get(&path).await;
    assert!(page.text.contains("2027-01-20 09:30–11:00"), "{}", page.words());
    assert!(page.text.contains("Avant\u{a0}: 2027-01-20 09:00–11:00"), "{}", page.words());
    assert_eq!(keep(&rose, &path, &[]).await.status, 422);
    let twice = [("sure", "1")];
    let (one, other) = futures_util::join!(keep(&rose, &path, &twice), keep(&rose, &path, &twice));
    assert_eq!((one.location(), other.location()), (path.as_str(), path.as_str()));
    assert_eq!(house.audit("roll.imported").await.len(), 2, "pressed twice, brought in once");
    assert!(rose.get(&path).await.text.contains("C’est importé"));
}

#[actix_web::test]
async fn marks_of_a_list_take_the_right_to_decide_about_absences() {
    let house = House::open().await;
    let rose = setter(&house).await;
    let list = b"session_ext_id;number;status\n";
    send(&rose, "marks", &[], list).await.must_be(403, "E-FORBIDDEN");
    let person = person_of(&house, "rose.secretaire").await;
    let elsewhere = Scope::School(Rne::parse("9740091F").expect("a code"));
    let elsewhere = Grant { role: Role::Secretariat, scope: elsewhere };
    give(&house, person, &[at_school(Role::AttendanceAdmin), elsewhere]).await;
    send(&rose, "marks", &[], list).await.must_be(403, "E-FORBIDDEN");
    let both = [at_school(Role::AttendanceAdmin), at_school(Role::Secretariat)];
    give(&house, person, &both).await;
    let sent = send(&rose, "marks", &[], list).await;
    assert_eq!(rose.get(sent.location()).await.status, 200);

    // The right may end before it is brought in.
    give(&house, person, &both[..1]).await;
    rose.get(sent.location()).await.must_be(403, "E-FORBIDDEN");
    keep(&rose, sent.location(), &[]).await.must_be(403, "E-FORBIDDEN");
}

#[actix_web::test]
async fn lists_that_make_no_sense_or_are_for_others_are_refused() {
    let house = House::open().await;
    let rose = setter(&house).await;
    let wrong = [("summary", "(")];
    let page = send(&rose, "calendar", &wrong, b"x").await;
    assert_eq!(page.status, 422);
    assert!(page.text.contains("expression régulière"), "{}", page.words());
    assert_eq!(send(&rose, "sessions", &[("source", "")], b"x").await.status, 422);
    assert_eq!(send(&rose, "sessions", &[], b"").await.status, 422);
    send(&rose, "sessions", &[("rne", "9740091F")], b"x").await.must_be(403, "E-FORBIDDEN");
    send(&rose, "sessions", &[("csrf", "x")], b"x").await.must_be(403, "E-CSRF");
    send(&rose, "lunch", &[], b"x").await.must_be(400, "E-BAD-REQUEST");
    let long = vec![b'x'; (8 << 20) + 1];
    send(&rose, "sessions", &[], &long).await.must_be(422, "E-ROLL-LIST");
    let odd = send(&rose, "sessions", &[], b"\xff\xfea\0").await;
    assert!(rose.get(odd.location()).await.text.contains("le fichier ne peut pas être lu"));
    let maelle = house.sign_in("maelle.legrand").await;
    maelle.get(AT).await.must_be(403, "E-FORBIDDEN");
}

#[actix_web::test]
async fn somebody_joins_a_group_and_leaves_it_and_the_past_stays() {
    let house = House::open().await;
    let class = Class::plan(&house).await;
    let rose = setter(&house).await;
    let path = format!("/attendance/groups/{}", class.group);
    let page = rose.get(&path).await;
    assert!(page.text.contains("Maëlle Legrand"), "{}", page.words());
    house.invite(&["ines.moreau"]).await;
    let ines = person_of(&house, "ines.moreau").await.0.to_string();
    let found = rose.get(&format!("{path}?q=moreau")).await;
    assert!(found.text.contains(&ines), "{}", found.words());
    let change = async |fields: &[(&str, &str)]| keep(&rose, &path, fields).await;
    change(&[("add", &ines), ("since", "2027-01-14")]).await.must_be(422, "E-ROLL-PAST");
    let added = change(&[("add", &ines), ("since", "2027-01-15")]).await;
    assert_eq!(added.location(), format!("{path}?done=add"));
    let again = change(&[("add", &ines), ("since", "2027-01-16")]).await;
    assert_eq!(again.location(), format!("{path}?done=same"), "she is one already");
    change(&[("end", &ines), ("until", "2027-01-13")]).await.must_be(422, "E-ROLL-PAST");

    // She never was a member; Maëlle was until yesterday, and stays so.
    let members = async || {
        let mut tx = house.db().read().await.expect("the database answers");
        let day = house.now().date_naive();
        let rows = store::members(&mut tx, class.group, day, (0, 100)).await.expect("members");
        rows.into_iter().map(|it| (it.display_name, it.until)).collect::<Vec<_>>()
    };
    assert_eq!(members().await.len(), 5);
    assert_eq!(change(&[("end", &ines), ("until", "2027-01-14")]).await.status, 303);
    assert_eq!(members().await.len(), 4);
    let maelle = person_of(&house, "maelle.legrand").await.0.to_string();
    assert_eq!(change(&[("end", &maelle), ("until", "2027-01-14")]).await.status, 303);
    let kept = members().await;
    let until = kept.iter().find(|(name, _)| name == "Maëlle Legrand").expect("kept").1;
    assert_eq!(until.map(|day| day.to_string()).as_deref(), Some("2027-01-15"));
    let teacher = house.sign_in(TEACHER).await;
    class.act(&teacher, "open", &[]).await;
    let mut tx = house.db().read().await.expect("the database answers");
    assert_eq!(store::lines(&mut tx, class.id).await.expect("lines").len(), 3);
    drop(tx);
    assert_eq!(house.audit("roll.member_changed").await.len(), 3);

    // Of other schools there is neither group nor person.
    house.invite(&["admin"]).await;
    let paul = person_of(&house, "admin").await;
    let elsewhere = change(&[("add", &paul.0.to_string()), ("since", "2027-01-15")]).await;
    assert_eq!(elsewhere.status, 404, "{}", elsewhere.words());
}
