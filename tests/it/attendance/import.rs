//! Lists of members, timetables and marks: what they write, and what they leave alone.
use super::{Class, SCHOOL, STUDENTS, TEACHER, school};
use crate::house::House;
use aiguillage::attendance::import::{
    How, Kind, List, Outcome, Report, SUMMARY, Wish, read_members,
};
use aiguillage::attendance::record::{Channel, Status};
use aiguillage::attendance::seance::State;
use aiguillage::attendance::{Hand, Signer, store};
use aiguillage::audit::Trace;
use chrono::Duration;

const EVENTS: &str = "BEGIN:VEVENT\nUID:1\nDTSTART;TZID=Europe/Paris:20270115T084000\n\
    DTEND;TZID=Europe/Paris:20270115T100000\nSUMMARY:TD - SSI - M1MIAGE TD2\nLOCATION:B-214\nEND:VEVENT\n\
    BEGIN:VEVENT\nUID:2\nDTSTART:20270116T080000Z\nDTEND:20270116T090000Z\n\
    SUMMARY:CM - BDA - M1MIAGE CM\nEND:VEVENT\n";

fn how(house: &House) -> How {
    let desk = &house.parts().attendance;
    How {
        rne: school(),
        is_dry: false,
        skips: false,
        is_sure: true,
        hand: Hand { signer: Signer::Command, trace: Trace::default(), now: house.now() },
        rules: desk.rules.clone(),
        zone: desk.zone,
    }
}

async fn bring(house: &House, how: &How, kind: Kind, text: &str) -> Report {
    let wish = Wish {
        kind,
        source: "ade".into(),
        summary: SUMMARY.into(),
        teachers: vec![TEACHER.into()],
    };
    let desk = &house.parts().attendance;
    let (list, wrong) = wish.read(text.as_bytes().to_vec(), desk.zone);
    desk.bring(house.db(), how, (&list, wrong)).await.expect("an answer")
}

async fn calendar(house: &House, text: &str, is_dry: bool) -> Report {
    bring(house, &How { is_dry, ..how(house) }, Kind::Calendar, text).await
}

fn counts(report: &Report) -> [usize; 5] {
    [report.created, report.updated, report.unchanged, report.orphans, report.conflicts]
}

#[actix_web::test]
async fn a_timetable_twice_changes_nothing_and_never_what_was_called() {
    let house = House::open().await;
    let _class = Class::plan(&house).await;
    let dry = calendar(&house, EVENTS, true).await;
    assert_eq!((counts(&dry), dry.is_kept), ([2, 0, 0, 0, 0], false));
    assert_eq!(counts(&calendar(&house, EVENTS, false).await), [2, 0, 0, 0, 0]);
    assert_eq!(counts(&calendar(&house, EVENTS, false).await), [0, 0, 2, 0, 0]);

    // The first one is called, and then moved by the timetable.
    let teacher = house.sign_in(TEACHER).await;
    let mut tx = house.db().read().await.expect("the database answers");
    let until = house.now() + Duration::days(1);
    let planned = store::of_teacher(
        &mut tx,
        crate::rights::person_of(&house, TEACHER).await,
        (house.now(), until),
    );
    let planned = planned.await.expect("séances");
    drop(tx);
    let first = planned.iter().find(|it| it.room_name == "B-214").expect("the imported one");
    let csrf = teacher.get("/sessions").await.csrf();
    let path = format!("/attendance/sessions/{}", first.id);
    let opened = teacher.post(&format!("{path}/open"), &[("csrf", &csrf)]).await;
    assert_eq!(opened.status, 303, "{}", opened.text);
    let moved = EVENTS.replace("T084000", "T084500").replace("T080000Z", "T081500Z");
    assert_eq!(counts(&calendar(&house, &moved, false).await), [0, 1, 0, 0, 1]);
    let mut tx = house.db().read().await.expect("the database answers");
    let kept = store::seance(&mut tx, first.id).await.expect("an answer").expect("a séance");
    drop(tx);
    assert_eq!(
        (kept.starts_at, kept.state, kept.has_conflict),
        (first.starts_at, State::Open, true)
    );

    // The second one is gone.
    let less = moved.split("BEGIN:VEVENT\nUID:2").next().expect("the first");
    assert_eq!(counts(&calendar(&house, less, false).await), [0, 0, 1, 1, 0]);
    assert_eq!(counts(&calendar(&house, less, false).await), [0, 0, 1, 0, 0]);
    assert_eq!(counts(&calendar(&house, &moved, false).await), [0, 1, 1, 0, 0], "it is back");
    assert_eq!(house.last("roll.imported").await.fields["rne"], SCHOOL);
}

#[actix_web::test]
async fn members_come_in_once_and_one_wrong_line_stops_all_of_them() {
    let house = House::open().await;
    house.invite(&STUDENTS).await;
    let bring = async |text: &str, skips: bool| {
        bring(&house, &How { skips, ..how(&house) }, Kind::Members, text).await
    };
    let list = "login;programme;groups\nmaelle.legrand;M1MIAGE;TD1|CM\nnobody;M1MIAGE;TD1\n";
    let refused = bring(list, false).await;
    assert_eq!((refused.is_kept, &*refused.wrong[0].code), (false, "unknown"));
    let taken = bring(list, true).await;
    assert_eq!((taken.is_kept, taken.created), (true, 1));
    let again = bring(list, true).await;
    assert_eq!((again.created, again.unchanged), (0, 1));
    let mut tx = house.db().read().await.expect("the database answers");
    let today = house.now().date_naive();
    let groups =
        store::groups(&mut tx, &store::Within::all(), today, ("", 10)).await.expect("groups");
    let groups: Vec<_> =
        groups.iter().map(|it| (it.kind.as_str(), it.name.as_str(), it.members)).collect();
    assert_eq!(groups, [("CM", "CM", 1), ("TD", "TD1", 1)]);
}

#[actix_web::test]
async fn more_than_a_fifth_of_a_timetable_changes_only_when_somebody_is_sure() {
    let house = House::open().await;
    house.invite(&[TEACHER]).await;
    calendar(&house, EVENTS, false).await;
    let moved = EVENTS.replace("T080000Z", "T081500Z");
    let careful = How { is_sure: false, ..how(&house) };
    let refused = bring(&house, &careful, Kind::Calendar, &moved).await;
    assert_eq!((refused.is_sweeping, refused.is_kept), (true, false));
    let line = &refused.lines[0];
    assert_eq!((line.place.as_str(), line.outcome), ("2", Outcome::Updated));
    assert!(line.was.starts_with("2027-01-16 09:00") && line.what.starts_with("2027-01-16 09:15"));
    assert_eq!(counts(&calendar(&house, EVENTS, false).await), [0, 0, 2, 0, 0], "as it was");
    let sure = bring(&house, &how(&house), Kind::Calendar, &moved).await;
    assert_eq!((sure.is_sweeping, sure.is_kept), (true, true));
}

#[actix_web::test]
async fn marks_of_a_list_are_what_a_teacher_could_say_by_hand() {
    let house = House::open().await;
    let class = Class::plan(&house).await;
    let teacher = house.sign_in(TEACHER).await;
    let id = class.id;
    let early = format!("session_ext_id;number;status\n{id};tom.girard;P\n");
    let early = bring(&house, &how(&house), Kind::Marks, &early).await;
    assert_eq!(&*early.wrong[0].code, "not_on_roll", "nobody opened the roll");

    class.act(&teacher, "open", &[]).await;
    class.act(&teacher, "close", &[]).await;
    let list = format!(
        "session_ext_id;number;status;time;comment\n\
         {id};tom.girard;present;08:34;feuille signée\n\
         {id};maelle.legrand;A;;\n\
         {id};ines.robert;R;;\n\
         {id};luc.petit;lunch;;\n\
         {id};tom.girard;P;;encore une fois\n\
         {id};nobody;P;;feuille\n\
         elsewhere;luc.petit;P;;feuille\n"
    );
    let refused = bring(&house, &how(&house), Kind::Marks, &list).await;
    let wrong: Vec<_> =
        refused.wrong.iter().map(|it| (&*it.place, &*it.column, &*it.code)).collect();
    let expected = [
        ("5", "status", "no_status"),
        ("4", "comment", "no_reason"),
        ("6", "number", "twice"),
        ("7", "number", "unknown"),
        ("8", "session_ext_id", "no_session"),
    ];
    assert_eq!((refused.is_kept, wrong), (false, expected.to_vec()));
    assert_eq!(class.status(&house, "tom.girard").await, Status::Absent, "all or nothing");

    let skipping = How { skips: true, ..how(&house) };
    let taken = bring(&house, &skipping, Kind::Marks, &list).await;
    assert_eq!((counts(&taken), taken.is_kept), ([0, 1, 1, 0, 0], true));
    let student = crate::rights::person_of(&house, "tom.girard").await;
    let mut tx = house.db().read().await.expect("the database answers");
    let line = store::line_of(&mut tx, id, student).await.expect("an answer").expect("a line");
    drop(tx);
    assert_eq!((line.status, line.channel), (Status::Present, Some(Channel::Import)));
    assert_eq!(line.note, "feuille signée");
    let marked = line.marked_at.expect("a time");
    assert!(marked <= house.now(), "not in the time to come");
    assert_eq!(class.presences(&house).await, 1);
    let again = bring(&house, &skipping, Kind::Marks, &list).await;
    assert_eq!(counts(&again)[..3], [0, 0, 2]);
    assert_eq!(house.last("roll.corrected").await.fields["why"], "feuille signée");
}

#[actix_web::test]
async fn members_go_to_the_school_year_that_is_named() {
    let house = House::open().await;
    house.invite(&STUDENTS).await;
    let list = "login;programme;groups\nmaelle.legrand;M1MIAGE;TD1\n";
    let (mut members, _) = read_members(list.as_bytes()).expect("a list");
    members[0].year = Some("2027-2028".into());
    let desk = &house.parts().attendance;
    let list = List::Members(members);
    let report = desk.bring(house.db(), &how(&house), (&list, Vec::new())).await.expect("kept");
    assert_eq!((report.is_kept, report.created), (true, 1));
    let again = desk.bring(house.db(), &how(&house), (&list, Vec::new())).await.expect("kept");
    assert_eq!((again.created, again.unchanged), (0, 1));
    let mut tx = house.db().read().await.expect("the database answers");
    let years = store::programmes(&mut tx, &school()).await.expect("programmes");
    let years: Vec<_> = years.iter().map(|it| it.year_label.as_str()).collect();
    assert_eq!(years, ["2027-2028"]);
}

#[actix_web::test]
async fn what_a_timetable_changed_is_listed_until_somebody_has_looked() {
    let house = House::open().await;
    let _class = Class::plan(&house).await;
    let mut tx = house.db().write().await.expect("a transaction");
    let room = store::insert_room(&mut tx, &school(), ("Valrose", "B-214"), None).await;
    let room = room.expect("kept");
    tx.commit().await.expect("kept");
    calendar(&house, EVENTS, false).await;
    let mut tx = house.db().read().await.expect("the database answers");
    let rooms = store::rooms(&mut tx, &store::Within::all()).await.expect("rooms");
    drop(tx);
    assert_eq!(rooms.iter().map(|it| it.id).collect::<Vec<_>>(), [room], "not a second B-214");

    let rose = super::secretary(&house).await;
    let office = rose.get("/attendance/office").await;
    assert!(!office.text.contains("emploi du temps"), "{}", office.words());
    let teacher = house.sign_in(TEACHER).await;
    let home = teacher.get("/attendance").await;
    let mark = "/attendance/sessions/";
    let opened = home.text.split(mark).filter_map(|it| it.split_once("/open\"")).map(|it| it.0);
    for id in opened.filter(|id| id.len() == 36) {
        let answer = teacher.post_from("/sessions", &format!("{mark}{id}/open"), &[]).await;
        assert_eq!(answer.status, 303, "{}", answer.text);
    }
    // The first one, which is open now, is moved; the second one is gone.
    let moved = EVENTS.replace("T084000", "T084500");
    let less = moved.split("BEGIN:VEVENT\nUID:2").next().expect("the first");
    assert_eq!(counts(&calendar(&house, less, false).await), [0, 0, 0, 1, 1]);
    // The last form of the page comes first.
    for title in
        ["Séances absentes de l’emploi du temps", "Séances modifiées dans l’emploi du temps"]
    {
        let office = rose.get("/attendance/office").await;
        assert!(office.text.contains(title), "{}", office.words());
        let session = office.field("session").expect("one to be looked at");
        let fields = [("session", session.as_str())];
        let teacher = teacher.post_from("/sessions", "/attendance/office", &fields).await;
        teacher.must_be(403, "E-FORBIDDEN");
        let seen = rose.post_from("/sessions", "/attendance/office", &fields).await;
        assert_eq!(seen.location(), "/attendance/office");
    }
    let office = rose.get("/attendance/office").await;
    assert!(!office.text.contains("emploi du temps"), "{}", office.words());
    calendar(&house, less, false).await;
    assert!(!rose.get("/attendance/office").await.text.contains("emploi du temps"), "still seen");
    let again = less.replace("T084500", "T085000");
    calendar(&house, &again, false).await;
    let office = rose.get("/attendance/office").await;
    assert!(office.text.contains("modifiées dans"), "changed once more: {}", office.words());
    assert_eq!(house.audit("roll.looked_at").await.len(), 2);
}
