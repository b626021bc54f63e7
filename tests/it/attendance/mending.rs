//! Ways back: a roll that was opened again, a slip of the finger, and who may say that nothing takes
//! place.
use super::{Class, SCHOOL, TEACHER, at_school, school, secretary};
use crate::house::House;
use crate::rights::{give, person_of};
use aiguillage::attendance::record::{Channel, Status};
use aiguillage::attendance::seance::State;
use aiguillage::attendance::store::{self, LineRow, NewSeance};
use aiguillage::identity::Rne;
use aiguillage::on;
use aiguillage::rights::{Grant, Role, Scope};
use chrono::{Duration, NaiveDate};
use uuid::Uuid;

const OTHER: &str = "9740091F";

impl Class {
    async fn row(&self, house: &House, login: &str) -> LineRow {
        let student = person_of(house, login).await;
        let mut tx = house.db().read().await.expect("the database answers");
        store::line_of(&mut tx, self.id, student).await.expect("an answer").expect("a line")
    }

    /// The teacher presses a key of somebody's line.
    async fn press(&self, house: &House, who: &crate::house::Person<'_>, key: (&str, &str)) -> u16 {
        let student = person_of(house, key.0).await.to_string();
        self.post(who, "mark", &[("student", &student), ("status", key.1)]).await.status
    }
}

#[actix_web::test]
async fn a_roll_that_was_opened_again_stays_open_and_keeps_its_headcount() {
    let house = House::open().await;
    let class = Class::plan(&house).await;
    let teacher = house.sign_in(TEACHER).await;
    class.act(&teacher, "open", &[]).await;
    // After the grace; the job of the minute has not come yet.
    house.wait(Duration::minutes(140));
    let teacher = house.sign_in(TEACHER).await;
    let closed = class.act(&teacher, "close", &[("headcount", "3"), ("sure", "1")]).await;
    assert_eq!(closed.status, 303);
    class.act(&teacher, "reopen", &[("reason", "oubli d’un élève")]).await;
    house.wait(Duration::minutes(2));
    house.run_jobs().await;
    assert_eq!(class.state(&house).await, State::Open, "the clock does not close it at once");
    house.wait(Duration::minutes(15));
    house.run_jobs().await;
    let seance = class.seance(house.db()).await;
    assert_eq!((seance.state, seance.is_provisional), (State::Closed, true));
    assert_eq!(seance.headcount, Some(3), "nobody counted anew");
}

#[actix_web::test]
async fn invigilators_cancel_nothing_and_teachers_what_is_theirs() {
    let house = House::open().await;
    let class = Class::plan(&house).await;
    give(&house, class.teacher, &[at_school(Role::Invigilator)]).await;
    let alain = house.sign_in(TEACHER).await;
    assert!(!alain.get(&class.path()).await.text.contains(&format!("{}/cancel", class.path())));
    class.act(&alain, "cancel", &[]).await.must_be(403, "E-FORBIDDEN");
    assert_eq!(class.state(&house).await, State::Planned);
    give(&house, class.teacher, &[at_school(Role::Teacher)]).await;
    let alain = house.sign_in(TEACHER).await;
    assert_eq!(class.act(&alain, "cancel", &[]).await.status, 303);
    assert_eq!(class.state(&house).await, State::Cancelled);
}

#[actix_web::test]
async fn present_or_late_keeps_the_time_and_the_way_of_the_scan() {
    let house = House::open().await;
    let class = Class::plan(&house).await;
    let teacher = house.sign_in(TEACHER).await;
    class.act(&teacher, "open", &[]).await;
    house.wait(Duration::minutes(2 + 7));
    let tom = house.sign_in("tom.girard").await;
    class.mark(&tom, &class.code(&teacher).await).await;
    let scanned = class.row(&house, "tom.girard").await;
    house.wait(Duration::minutes(40));
    assert_eq!(class.press(&house, &teacher, ("tom.girard", "late")).await, 303);
    let late = class.row(&house, "tom.girard").await;
    assert_eq!((late.status, late.minutes_late), (Status::Late, 7), "minutes until the scan");
    assert_eq!((late.marked_at, late.channel), (scanned.marked_at, Some(Channel::Qr)));
    assert_eq!(class.press(&house, &teacher, ("tom.girard", "present")).await, 303);
    let present = class.row(&house, "tom.girard").await;
    assert_eq!((present.marked_at, present.channel), (scanned.marked_at, Some(Channel::Qr)));
    // Who was ticked first came then.
    assert_eq!(class.press(&house, &teacher, ("luc.petit", "late")).await, 303);
    let luc = class.row(&house, "luc.petit").await;
    assert_eq!((luc.minutes_late, luc.channel), (47, Some(Channel::Manual)));
}

#[actix_web::test]
async fn a_slip_of_the_finger_is_taken_back_while_the_roll_is_open() {
    let house = House::open().await;
    let class = Class::plan(&house).await;
    let ines = person_of(&house, "ines.robert").await;
    let mut tx = house.db().write().await.expect("a transaction");
    let sql =
        "INSERT INTO exemption (id, rne, student, scope, since, until, is_on_site, created_at)
        VALUES ($1, $2, $3, 'period', $4, $4, TRUE, $5)";
    let day = NaiveDate::from_ymd_opt(2027, 1, 15).expect("a day");
    on!(&mut tx, |conn| {
        let done = sqlx::query(sql).bind(class.id).bind(SCHOOL).bind(ines).bind(day);
        done.bind(house.now()).execute(conn).await.map(drop)
    })
    .expect("kept");
    tx.commit().await.expect("kept");
    let teacher = house.sign_in(TEACHER).await;
    class.act(&teacher, "open", &[]).await;
    for (login, key) in [("tom.girard", "excluded"), ("luc.petit", "exempt")] {
        assert_eq!(class.press(&house, &teacher, (login, key)).await, 303);
        assert!(teacher.get(&class.path()).await.text.contains("value=\"expected\""), "{key}");
        assert_eq!(class.press(&house, &teacher, (login, "expected")).await, 303);
        assert_eq!(class.status(&house, login).await, Status::Expected, "{key}");
    }
    assert!(!teacher.get(&class.path()).await.text.contains("value=\"expected\""));
    assert_eq!(
        class.press(&house, &teacher, ("ines.robert", "expected")).await,
        409,
        "an exemption"
    );
    let rose = secretary(&house).await;
    assert_eq!(class.press(&house, &rose, ("maelle.legrand", "exempt")).await, 303);
    let alone = class.press(&house, &teacher, ("maelle.legrand", "expected")).await;
    assert_eq!(alone, 409, "what the secretariat said");
    assert_eq!(class.press(&house, &rose, ("maelle.legrand", "expected")).await, 303);

    assert_eq!(class.press(&house, &teacher, ("tom.girard", "excluded")).await, 303);
    class.act(&teacher, "close", &[]).await;
    assert_eq!(class.press(&house, &teacher, ("tom.girard", "expected")).await, 409, "closed");
    class.act(&teacher, "reopen", &[("reason", "mauvaise touche")]).await;
    assert_eq!(class.press(&house, &teacher, ("tom.girard", "expected")).await, 303);
}

#[actix_web::test]
async fn who_was_excused_beforehand_is_expected_when_the_roll_is_opened_again() {
    let house = House::open().await;
    let class = Class::plan(&house).await;
    let tom = person_of(&house, "tom.girard").await;
    let mut tx = house.db().write().await.expect("a transaction");
    let reason = "INSERT INTO absence_reason (id, rne, code, label, kind, is_accepted, is_health,
        is_active) VALUES ($1, $2, 'sport', 'Sport', 'absence', TRUE, FALSE, TRUE)";
    let planned = "INSERT INTO planned_absence (id, rne, student, since, until, reason, created_at)
        VALUES ($1, $2, $3, $4, $5, $1, $4)";
    let (now, later) = (house.now(), house.now() + Duration::hours(9));
    on!(&mut tx, |conn| {
        let done = sqlx::query(reason).bind(class.id).bind(SCHOOL);
        done.execute(&mut *conn).await.expect("kept");
        let done = sqlx::query(planned).bind(class.id).bind(SCHOOL).bind(tom).bind(now).bind(later);
        done.execute(conn).await.expect("kept");
    });
    tx.commit().await.expect("kept");
    let teacher = house.sign_in(TEACHER).await;
    class.act(&teacher, "open", &[]).await;
    class.act(&teacher, "close", &[]).await;
    assert_eq!(class.status(&house, "tom.girard").await, Status::Excused);
    class.act(&teacher, "reopen", &[("reason", "il est venu")]).await;
    assert_eq!(class.status(&house, "tom.girard").await, Status::Expected);
    let luc = house.sign_in("tom.girard").await;
    assert_eq!(class.mark(&luc, &class.code(&teacher).await).await.status, 303);
    assert_eq!(class.status(&house, "tom.girard").await, Status::Present);
}

#[actix_web::test]
async fn a_programme_of_another_school_is_another_one_though_its_code_is_the_same() {
    let house = House::open().await;
    let class = Class::plan(&house).await;
    let mut tx = house.db().write().await.expect("a transaction");
    let other = Rne::parse(OTHER).expect("a code");
    let named = ("M1MIAGE", "Master 1", "2026-2027");
    store::insert_programme(&mut tx, &other, named).await.expect("kept");
    tx.commit().await.expect("kept");
    let teacher = house.sign_in(TEACHER).await;
    class.act(&teacher, "open", &[]).await;
    class.act(&teacher, "close", &[]).await;
    let rose = house.sign_in("rose.secretaire").await;
    let id = person_of(&house, "rose.secretaire").await;
    let on = |rne: &Rne| {
        let scope = Scope::programme(rne, "M1MIAGE").expect("a programme");
        [Grant { role: Role::Secretariat, scope }]
    };
    give(&house, id, &on(&other)).await;
    rose.get(&class.path()).await.must_be(403, "E-FORBIDDEN");
    assert!(!rose.get("/attendance/office").await.text.contains("Tom Girard"));
    assert!(!rose.get("/attendance/exemptions?q=tom").await.text.contains("?student="));
    assert!(!rose.get("/attendance/new").await.text.contains("M1MIAGE TD2"));
    assert!(!rose.get("/attendance/justifications").await.text.contains("Tom Girard"));
    give(&house, id, &on(&school())).await;
    assert_eq!(rose.get(&class.path()).await.status, 200);
    assert!(rose.get("/attendance/office").await.text.contains("Tom Girard"));
    assert!(rose.get("/attendance/exemptions?q=tom").await.text.contains("?student="));
    assert!(rose.get("/attendance/new").await.text.contains("M1MIAGE TD2"));
}

/// What the migration makes of rights on a code that stood for every school.
#[actix_web::test]
async fn a_right_on_a_code_goes_on_where_it_can_only_have_meant_one_thing() {
    let house = House::open().await;
    let rose = person_of_somebody(&house).await;
    let mut tx = house.db().write().await.expect("a transaction");
    for (rne, code) in [(SCHOOL, "ONLY"), (SCHOOL, "BOTH"), (OTHER, "BOTH")] {
        let rne = Rne::parse(rne).expect("a code");
        for year in ["2025-2026", "2026-2027"] {
            store::insert_programme(&mut tx, &rne, (code, code, year)).await.expect("kept");
        }
    }
    let given = "INSERT INTO role_grant (person, role, scope_kind, scope, rule, granted_at)
        VALUES ($1, 'secretariat', 'programme', $2, '', $3)";
    for code in ["ONLY", "BOTH", "GONE"] {
        on!(&mut tx, |conn| {
            let done = sqlx::query(given).bind(rose).bind(code).bind(house.now());
            done.execute(conn).await.map(drop)
        })
        .expect("kept");
    }
    let text = include_str!("../../../src/db/migrations/0040_roll_mended.sql");
    let begin = text.find("INSERT INTO role_grant").expect("a statement");
    for statement in text[begin..].split_inclusive(';').filter(|it| !it.trim().is_empty()) {
        on!(&mut tx, |conn| sqlx::query(statement).execute(conn).await.map(drop)).expect("done");
    }
    let sql = "SELECT scope FROM role_grant WHERE scope_kind = 'programme' ORDER BY scope";
    let left: Vec<String> =
        on!(&mut tx, |conn| sqlx::query_scalar(sql).fetch_all(conn).await).expect("rows");
    assert_eq!(left, [format!("{SCHOOL}/ONLY")], "of two schools it is neither");
}

async fn person_of_somebody(house: &House) -> aiguillage::identity::PersonId {
    house.invite(&["rose.secretaire"]).await;
    person_of(house, "rose.secretaire").await
}

#[actix_web::test]
async fn a_seance_that_was_cancelled_overlaps_with_nothing() {
    let house = House::open().await;
    let class = Class::plan(&house).await;
    let teacher = house.sign_in(TEACHER).await;
    class.act(&teacher, "open", &[]).await;
    let tom = house.sign_in("tom.girard").await;
    class.mark(&tom, &class.code(&teacher).await).await;
    let id = Uuid::new_v4();
    let mut tx = house.db().write().await.expect("a transaction");
    let beside = NewSeance { id, ..class.planned(house.now() + Duration::minutes(30)) };
    store::insert_seance(&mut tx, &beside, house.now()).await.expect("kept");
    let there = store::seance(&mut tx, id).await.expect("an answer").expect("a séance");
    let tom = person_of(&house, "tom.girard").await;
    assert!(store::overlaps(&mut tx, &there, tom).await.expect("an answer"));
    store::cancel(&mut tx, class.id, house.now()).await.expect("an answer").expect("open");
    assert!(!store::overlaps(&mut tx, &there, tom).await.expect("an answer"));
}

#[actix_web::test]
async fn own_lines_keep_to_both_ends_of_a_span() {
    let house = House::open().await;
    let class = Class::plan(&house).await;
    let teacher = house.sign_in(TEACHER).await;
    class.act(&teacher, "open", &[]).await;
    let tom = person_of(&house, "tom.girard").await;
    let start = class.seance(house.db()).await.starts_at;
    let mut tx = house.db().read().await.expect("the database answers");
    let day = Duration::days(1);
    for (span, count) in
        [((start - day, start), 0), ((start, start + day), 1), ((start + day, start + day * 2), 0)]
    {
        let lines =
            store::own_lines(&mut tx, tom, (span.0, Some(span.1)), None).await.expect("lines");
        assert_eq!(lines.len(), count, "{span:?}");
    }
}

#[actix_web::test]
async fn lists_of_seances_go_on_behind_their_first_page() {
    let house = House::open().await;
    let class = Class::plan(&house).await;
    let mut tx = house.db().write().await.expect("a transaction");
    let others = NewSeance { teachers: vec![], ..class.planned(house.now()) };
    for _ in 0..101 {
        let one = NewSeance { id: Uuid::new_v4(), ..others.clone() };
        store::insert_seance(&mut tx, &one, house.now()).await.expect("kept");
    }
    tx.commit().await.expect("kept");
    let rose = secretary(&house).await;
    let count = |page: &crate::house::Answer| page.text.matches("card line").count();
    let first = rose.get("/attendance").await;
    assert_eq!((count(&first), first.text.contains("/attendance?skip=100")), (100, true));
    assert!(first.text.contains("M1MIAGE TD2"), "{}", first.words());
    let second = rose.get("/attendance?skip=100").await;
    assert_eq!((count(&second), second.text.contains("/attendance?skip=0")), (2, true));
    house.wait(Duration::hours(3));
    let rose = secretary(&house).await;
    let office = rose.get("/attendance/office").await;
    assert_eq!(count(&office), 50);
    assert!(office.text.contains("list=uncalled&#38;skip=50"), "{}", office.words());
    assert_eq!(count(&rose.get("/attendance/office?list=uncalled&skip=100").await), 2);
}

#[actix_web::test]
async fn groups_of_years_that_are_over_are_not_offered() {
    let house = House::open().await;
    let class = Class::plan(&house).await;
    let mut tx = house.db().write().await.expect("a transaction");
    for (year, name) in [("2020-2021", "VIEUX"), ("2027-2028", "PROCHAIN")] {
        let named = ("M1MIAGE", "Master 1 MIAGE", year);
        let (programme, _) =
            store::insert_programme(&mut tx, &school(), named).await.expect("kept");
        let group = ("TD", name, "manual");
        store::insert_group(&mut tx, (&school(), programme), group).await.expect("kept");
    }
    tx.commit().await.expect("kept");
    let teacher = house.sign_in(TEACHER).await;
    let form = teacher.get("/attendance/new").await;
    assert!(form.text.contains("TD2") && form.text.contains("PROCHAIN"), "{}", form.words());
    assert!(!form.text.contains("VIEUX"), "{}", form.words());
    let found = teacher.get("/attendance/new?q=miage+td2").await;
    assert!(found.text.contains("TD2") && !found.text.contains("PROCHAIN"), "{}", found.words());
    let none = teacher.get("/attendance/new?q=chimie").await;
    assert!(none.text.contains("Aucun groupe de ce nom"), "{}", none.words());
    assert_eq!(class.state(&house).await, State::Planned);
}
