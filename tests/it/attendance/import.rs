//! Lists of members and timetables, by the command.
use super::{Class, SCHOOL, STUDENTS, TEACHER, school};
use crate::house::House;
use aiguillage::attendance::import::{
    How, IcalRules, Report, bring_members, bring_planned, read_ical, read_members,
};
use aiguillage::attendance::seance::State;
use aiguillage::attendance::store;
use aiguillage::config::Attendance;
use chrono::Duration;
use regex::Regex;

const EVENTS: &str = "BEGIN:VEVENT\nUID:1\nDTSTART;TZID=Europe/Paris:20270115T084000\n\
    DTEND;TZID=Europe/Paris:20270115T100000\nSUMMARY:TD - SSI - M1MIAGE TD2\nLOCATION:B-214\nEND:VEVENT\n\
    BEGIN:VEVENT\nUID:2\nDTSTART:20270116T080000Z\nDTEND:20270116T090000Z\n\
    SUMMARY:CM - BDA - M1MIAGE CM\nEND:VEVENT\n";

fn how(house: &House) -> How {
    How {
        rne: school(),
        is_dry: false,
        skips: false,
        now: house.now(),
        rules: Attendance::default(),
    }
}

async fn calendar(house: &House, text: &str, is_dry: bool) -> Report {
    let summary = r"^(?<type>CM|TD|TP) - (?<subject>.+) - (?<programme>\w+) (?<group>\w+)$";
    let rules = IcalRules {
        summary: Regex::new(summary).expect("an expression"),
        zone: chrono_tz::Europe::Paris,
        teachers: vec![TEACHER.into()],
    };
    let how = How { is_dry, ..how(house) };
    bring_planned(house.db(), &how, "ade", read_ical(text, &rules)).await.expect("an answer")
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
        let read = read_members(text.as_bytes()).expect("a list");
        let how = How { skips, ..how(&house) };
        bring_members(house.db(), &how, read).await.expect("an answer")
    };
    let list = "login;programme;groups\nmaelle.legrand;M1MIAGE;TD1|CM\nnobody;M1MIAGE;TD1\n";
    let refused = bring(list, false).await;
    assert_eq!((refused.is_kept, refused.wrong[0].code), (false, "unknown"));
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
async fn members_go_to_the_school_year_that_is_named() {
    let house = House::open().await;
    house.invite(&STUDENTS).await;
    let list = "login;programme;groups\nmaelle.legrand;M1MIAGE;TD1\n";
    let (mut members, wrong) = read_members(list.as_bytes()).expect("a list");
    members[0].year = Some("2027-2028".into());
    let report = bring_members(house.db(), &how(&house), (members, wrong)).await.expect("kept");
    assert_eq!((report.is_kept, report.created), (true, 1));
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
