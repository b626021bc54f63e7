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

/// Events as a calendar that is whole.
fn whole(events: &str) -> String {
    format!("BEGIN:VCALENDAR\n{events}END:VCALENDAR\n")
}

async fn calendar(house: &House, events: &str, is_dry: bool) -> Report {
    bring(house, &How { is_dry, ..how(house) }, Kind::Calendar, &whole(events)).await
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
    let moved = whole(&moved);
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
async fn marks_of_a_list_are_what_a_secretariat_could_say_by_hand() {
    let house = House::open().await;
    let class = Class::plan(&house).await;
    let teacher = house.sign_in(TEACHER).await;
    let id = class.id;
    let early = format!("session_ext_id;number;status\n{id};tom.girard;P\n");
    let early = bring(&house, &how(&house), Kind::Marks, &early).await;
    assert_eq!(&*early.wrong[0].code, "not_on_roll", "nobody opened the roll");

    class.act(&teacher, "open", &[]).await;
    class.act(&teacher, "close", &[]).await;
    house.wait(Duration::hours(1));
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
    let marked = line.marked_at.map(|at| at.to_rfc3339());
    assert_eq!(marked.as_deref(), Some("2027-01-15T07:34:00+00:00"), "as the list says");
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

const SESSIONS: &str =
    "ext_id;date;start;end;programme;subject;type;groups;teachers;room;compulsory\n";

async fn sessions(house: &House, lines: &str) -> Report {
    let text = format!("{SESSIONS}{lines}");
    bring(house, &how(house), Kind::Sessions, &text).await
}

/// What is wrong with the first line.
fn first_wrong(report: &Report) -> (&str, &str) {
    let wrong = report.wrong.first().expect("something is wrong");
    (&wrong.column, &wrong.code)
}

#[actix_web::test]
async fn nobody_of_another_school_is_found_by_a_list() {
    let house = House::open().await;
    house.invite(&STUDENTS).await;
    house.invite(&["marie.dupont"]).await;
    let members = async |login: &str| {
        let list = format!("login;programme;groups\n{login};M1MIAGE;TD1\n");
        bring(&house, &how(&house), Kind::Members, &list).await
    };
    let nobody = members("nobody").await;
    let stranger = members("marie.dupont").await;
    assert_eq!(first_wrong(&stranger), ("login", "unknown"));
    assert_eq!(stranger, nobody, "nothing tells somebody of elsewhere from nobody");

    // Who left the directory is nobody either, though the school still has a line of them.
    let tom = crate::rights::person_of(&house, "tom.girard").await;
    assert!(members("TOM.Girard").await.is_kept);
    let mut tx = house.db().write().await.expect("a transaction");
    let sql = "UPDATE account SET ended_at = $1 WHERE person = $2";
    aiguillage::on!(&mut tx, |conn| sqlx::query(sql)
        .bind(house.now())
        .bind(tom)
        .execute(conn)
        .await
        .map(drop))
    .expect("kept");
    tx.commit().await.expect("kept");
    assert_eq!(first_wrong(&members("tom.girard").await), ("login", "unknown"));

    // Who teaches belongs to the school, or may call rolls there.
    let line = "1;2027-01-20;08:00;10:00;M1MIAGE;SSI;TD;TD1;marie.dupont;;1\n";
    let stranger = sessions(&house, line).await;
    assert_eq!(first_wrong(&stranger), ("teachers", "unknown"));
    let marie = crate::rights::person_of(&house, "marie.dupont").await;
    let guest = [super::at_school(aiguillage::rights::Role::Teacher)];
    crate::rights::give(&house, marie, &guest).await;
    assert!(sessions(&house, line).await.is_kept);
    assert_eq!(first_wrong(&members("marie.dupont").await), ("login", "unknown"), "no student");
}

#[actix_web::test]
async fn a_list_keeps_to_the_limits_of_the_forms() {
    let house = House::open().await;
    house.invite(&STUDENTS).await;
    let long = "x".repeat(3000);
    let line = |uid: &str, programme: &str, subject: &str, kind: &str, end: &str| {
        format!("{uid};2027-01-20;08:00;{end};{programme};{subject};{kind};TD1;;;1\n")
    };
    for (line, wrong) in [
        (line("a\0", "M1", "SSI", "TD", "10:00"), ("ext_id", "not_plain")),
        (line(&long, "M1", "SSI", "TD", "10:00"), ("ext_id", "not_plain")),
        (line("1", "M1", &long, "TD", "10:00"), ("subject", "not_plain")),
        (line("1", "M1,M2", "SSI", "TD", "10:00"), ("programme", "no_code")),
        (line("1", "M1", "SSI", "XYZ", "10:00"), ("type", "no_kind")),
        (line("1", "M1", "SSI", "TD", "23:00"), ("end", "too_long")),
        (line("1", "M1", "SSI", "TD", "10:00").replace("2027", "0027"), ("date", "not_a_day")),
    ] {
        assert_eq!(first_wrong(&sessions(&house, &line).await), wrong, "{line:.40}");
    }
    let members = format!("login;programme;groups\nmaelle\0;M1;TD1\ntom.girard;M1;{long}\n");
    let members = bring(&house, &how(&house), Kind::Members, &members).await;
    let columns: Vec<_> = members.wrong.iter().map(|it| (&*it.column, &*it.code)).collect();
    assert_eq!(columns, [("login", "not_plain"), ("groups", "not_plain")]);
    let marks = "session_ext_id;number;status\na\0;tom.girard;P\n";
    let marks = bring(&house, &how(&house), Kind::Marks, marks).await;
    assert_eq!(first_wrong(&marks), ("session_ext_id", "not_plain"));
    let event = EVENTS.replace("UID:1", &format!("UID:{long}")).replace("CM - ", "XY - ");
    let wish = Wish {
        kind: Kind::Calendar,
        source: "ade".into(),
        summary: r"^(?<type>\w+) - (?<subject>.+) - (?<programme>\w+) (?<group>\w+)$".into(),
        teachers: Vec::new(),
    };
    let desk = &house.parts().attendance;
    let (_, wrong) = wish.read(whole(&event).into_bytes(), desk.zone);
    let columns: Vec<_> = wrong.iter().map(|it| (&*it.column, &*it.code)).collect();
    assert_eq!(columns, [("UID", "not_plain"), ("SUMMARY", "no_kind")]);
}

#[actix_web::test]
async fn what_is_past_does_not_make_a_change_of_what_is_to_come_small() {
    let house = House::open().await;
    house.invite(&[TEACHER]).await;
    let day =
        |number: u32, day: &str| format!("{number};{day};08:00;09:00;M1MIAGE;SSI;TD;TD1;;;1\n");
    let past: String = (100..150).map(|number| day(number, "2026-11-03")).collect();
    let coming: String = (0..4).map(|number| day(number, "2027-01-20")).collect();
    assert!(sessions(&house, &format!("{past}{coming}")).await.is_kept);
    let careful = How { is_sure: false, ..how(&house) };
    let without = format!("{SESSIONS}{past}");
    let refused = bring(&house, &careful, Kind::Sessions, &without).await;
    assert_eq!((refused.orphans, refused.is_sweeping, refused.is_kept), (4, true, false));

    // What is no whole calendar takes nothing away, not even from somebody who is sure.
    let cut = whole(EVENTS).replace("END:VCALENDAR\n", "");
    for text in ["<html>Erreur 500</html>", &cut, "BEGIN:VCALENDAR\n"] {
        let report = bring(&house, &how(&house), Kind::Calendar, text).await;
        assert_eq!(first_wrong(&report), ("file", "unreadable"), "{text}");
        assert_eq!((report.orphans, report.is_kept), (0, false));
    }
    let skipping = How { skips: true, ..how(&house) };
    assert_eq!(bring(&house, &skipping, Kind::Calendar, &cut).await.orphans, 0);
    let empty = bring(&house, &careful, Kind::Calendar, &whole("")).await;
    assert_eq!((empty.orphans, empty.is_sweeping, empty.is_kept), (4, true, false));
}

#[actix_web::test]
async fn a_timetable_plans_again_what_it_cancelled_and_not_what_people_cancelled() {
    let house = House::open().await;
    let _class = Class::plan(&house).await;
    calendar(&house, EVENTS, false).await;
    let cancelled = EVENTS.replace("LOCATION:B-214", "LOCATION:B-214\nSTATUS:CANCELLED");
    assert_eq!(counts(&calendar(&house, &cancelled, false).await), [0, 1, 1, 0, 0]);
    let states = async || {
        let mut tx = house.db().read().await.expect("the database answers");
        let rows = store::of_timetable(&mut tx, &school(), "ade").await.expect("séances");
        rows.into_iter().map(|row| (row.id, row.state)).collect::<Vec<_>>()
    };
    assert_eq!(states().await[0].1, State::Cancelled);
    assert_eq!(counts(&calendar(&house, EVENTS, false).await), [0, 1, 1, 0, 0]);
    let (first, state) = states().await[0];
    assert_eq!(state, State::Planned, "it takes place again");

    let mut tx = house.db().write().await.expect("a transaction");
    store::cancel(&mut tx, first, house.now()).await.expect("an answer").expect("planned");
    tx.commit().await.expect("kept");
    let moved = EVENTS.replace("T084000", "T084500");
    assert_eq!(counts(&calendar(&house, &moved, false).await), [0, 0, 1, 0, 1]);
    assert_eq!(states().await[0], (first, State::Cancelled));
}

#[actix_web::test]
async fn a_timetable_of_a_whole_year_comes_in_at_once() {
    let house = House::open().await;
    house.invite(&[TEACHER]).await;
    let line = |number: u32, room: &str| {
        let groups = if number.is_multiple_of(2) { "TD1|TD2" } else { "CM" };
        format!("{number};2027-02-01;08:00;09:00;M1MIAGE;SSI;TD;{groups};{TEACHER};{room};1\n")
    };
    let year = |room: &str| (0..1501).map(|number| line(number, room)).collect::<String>();
    assert_eq!(counts(&sessions(&house, &year("B-1")).await), [1501, 0, 0, 0, 0]);
    assert_eq!(counts(&sessions(&house, &year("B-1")).await), [0, 0, 1501, 0, 0]);
    assert_eq!(counts(&sessions(&house, &year("B-2")).await), [0, 1501, 0, 0, 0]);
    let mut tx = house.db().read().await.expect("the database answers");
    let rows = store::of_timetable(&mut tx, &school(), "ade").await.expect("séances");
    let last = rows.iter().find(|row| row.ext_uid == "1500").expect("the last one");
    let around = store::around(&mut tx, &[last.id]).await.expect("an answer");
    let around = &around[&last.id];
    assert_eq!((around.groups.len(), around.teachers.len()), (2, 1));
    let here = store::seance(&mut tx, last.id).await.expect("an answer").expect("a séance");
    assert_eq!((here.room_name.as_str(), here.state), ("B-2", State::Planned));
}

#[actix_web::test]
async fn a_name_of_several_seances_is_told_apart_by_our_own_id() {
    let house = House::open().await;
    let _class = Class::plan(&house).await;
    let weekly = EVENTS.replace("LOCATION:B-214", "RRULE:FREQ=DAILY;COUNT=2");
    assert_eq!(calendar(&house, &weekly, false).await.created, 3);
    let marks = async |named: &str| {
        let list = format!("session_ext_id;number;status\n{named};tom.girard;P\n");
        bring(&house, &how(&house), Kind::Marks, &list).await
    };
    assert_eq!(first_wrong(&marks("1").await), ("session_ext_id", "several_sessions"));
    let mut tx = house.db().read().await.expect("the database answers");
    let rows = store::of_timetable(&mut tx, &school(), "ade").await.expect("séances");
    drop(tx);
    let own = rows[0].id.to_string();
    assert_eq!(first_wrong(&marks(&own).await), ("number", "not_on_roll"), "it is found");
}
