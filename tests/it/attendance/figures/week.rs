//! The worked week of five séances and six students.
use super::super::{SCHOOL, TEACHER, at_school, school, secretary};
use super::{Ground, Roll, figures, period};
use crate::house::House;
use crate::rights::{give, person_of};
use aiguillage::attendance::figures::{By, Period, Row};
use aiguillage::attendance::record::Status::{self, Absent, Excused, Exempt, Late, Present};
use aiguillage::attendance::seance::State;
use aiguillage::attendance::store;
use aiguillage::on;
use aiguillage::rights::{Grant, Role, Scope};
use uuid::Uuid;

/// The sixteenth and seventeenth of November.
pub(super) fn days() -> Period {
    period("2026-11-15T23:00:00Z", "2026-11-17T23:00:00Z")
}

/// S1 to S5; S5 closed by the clock, and validated or not. Tells the id of S5.
pub(in crate::attendance) async fn keep(
    house: &House,
    ground: &Ground,
    is_validated: bool,
) -> Uuid {
    let (ssi, bda) = (ground.ssi, ground.bda);
    let missing = if is_validated { Absent } else { Status::AbsentProvisional };
    let roll = |start: &str, minutes, kind: &'static str, subject, group| Roll {
        starts_at: format!("2026-11-{start}:00Z").parse().expect("a time"),
        minutes,
        kind,
        subject,
        group,
        state: State::Closed,
        is_provisional: false,
        is_compulsory: true,
        opened: Some(3),
        lines: vec![],
    };
    let of = |lines: &[(usize, Status)]| {
        lines
            .iter()
            .map(|(number, status)| {
                let late = if *status == Late { 12 } else { 0 };
                (ground.students[*number - 1], *status, late)
            })
            .collect::<Vec<_>>()
    };
    let s1 = of(&[(1, Present), (2, Late), (3, Absent), (4, Present), (5, Excused), (6, Exempt)]);
    let s2 = of(&[(4, Present), (5, Absent), (6, Present)]);
    let s3 = of(&[(1, Present), (2, Absent), (3, Absent)]);
    let s5 =
        of(&[(1, Present), (2, Present), (3, Excused), (4, missing), (5, Present), (6, Present)]);
    let mut tx = house.db().write().await.expect("a transaction");
    let seances = [
        Roll { lines: s1, opened: Some(-5), ..roll("16T07:00", 120, "CM", ssi, ground.all) },
        Roll { lines: s2, ..roll("16T09:15", 120, "TD", ssi, ground.td2) },
        Roll { lines: s3, opened: Some(10), ..roll("16T12:30", 180, "TP", bda, ground.td1) },
        Roll {
            state: State::Planned,
            opened: None,
            ..roll("17T07:00", 120, "TD", ssi, ground.td2)
        },
        Roll {
            lines: s5,
            is_provisional: !is_validated,
            ..roll("17T09:15", 120, "CM", bda, ground.all)
        },
    ];
    let mut last = Uuid::nil();
    for seance in seances {
        last = ground.keep(&mut tx, seance).await;
    }
    tx.commit().await.expect("kept");
    last
}

/// Expected, absent, unjustified, two rates in tenths, half-days gross, computed in tenths, gross
/// with an unjustified absence.
fn told(row: &Row) -> [i64; 8] {
    [
        row.expected,
        row.absent,
        row.unjustified,
        row.absence_rate().expect("a rate"),
        row.unjustified_rate().expect("a rate"),
        row.half_days,
        row.computed(),
        row.unjustified_half_days,
    ]
}

fn named<'r>(rows: &'r [Row], name: &str) -> &'r Row {
    let names: Vec<_> = rows.iter().map(|row| row.name.clone()).collect();
    rows.iter().find(|row| row.name.contains(name)).unwrap_or_else(|| panic!("{name}: {names:?}"))
}

#[actix_web::test]
async fn the_worked_week_comes_out_as_it_should() {
    let house = House::open().await;
    let ground = Ground::lay(&house).await;
    keep(&house, &ground, true).await;
    let students = figures(&house, By::Student, &days()).await;
    let expected = [
        ("Legrand", [420, 0, 0, 0, 0, 0, 0, 0]),
        ("Girard", [420, 180, 180, 429, 429, 1, 10, 1]),
        ("Robert", [420, 420, 300, 1000, 714, 3, 30, 2]),
        ("Petit", [360, 120, 120, 333, 333, 1, 10, 1]),
        ("Moreau", [360, 240, 120, 667, 333, 1, 10, 1]),
        ("Técher", [240, 0, 0, 0, 0, 0, 0, 0]),
    ];
    for (name, figures) in expected {
        assert_eq!(told(named(&students, name)), figures, "{name}");
    }
    let late = named(&students, "Girard");
    assert_eq!((late.lates, late.minutes_late, late.attended()), (1, 12, 228));
    assert_eq!((late.ended, late.uncalled_rate(), late.delay()), (0, None, None));

    let groups = figures(&house, By::Group, &days()).await;
    let td2 = named(&groups, "TD2");
    assert_eq!((td2.expected - td2.absent, td2.expected), (600, 960));
    assert_eq!(td2.attendance_rate(), Some(625));
    assert_eq!((td2.uncalled, td2.ended), (1, 2));

    for by in [By::Programme, By::All, By::Teacher, By::Month] {
        let rows = figures(&house, by, &days()).await;
        assert_eq!(rows.len(), 1, "{by:?}");
        let whole = &rows[0];
        assert_eq!((whole.expected - whole.absent, whole.expected), (1260, 2220), "{by:?}");
        assert_eq!(whole.attendance_rate(), Some(568), "{by:?}");
        assert_eq!((whole.uncalled, whole.ended, whole.uncalled_rate()), (1, 5, Some(200)));
        assert_eq!(whole.delay(), Some(3), "of -5, 3, 3 and 10, {by:?}");
        assert_eq!((whole.half_days, whole.computed(), whole.unjustified_half_days), (6, 60, 5));
    }
    assert_eq!(figures(&house, By::Month, &days()).await[0].name, "novembre 2026");
    let subjects = figures(&house, By::Subject, &days()).await;
    assert_eq!(named(&subjects, "Bases").expected, 540 + 720);
    assert_eq!(named(&subjects, "Sécurité").expected, 600 + 360);
}

#[actix_web::test]
async fn half_days_by_their_minutes_are_rounded_once() {
    let house = House::open().await;
    let ground = Ground::lay(&house).await;
    let mut tx = house.db().write().await.expect("a transaction");
    for (hour, status) in [(7, Absent), (8, Present), (9, Present)] {
        for day in [16, 17] {
            let roll = Roll {
                starts_at: format!("2026-11-{day}T0{hour}:00:00Z").parse().expect("a time"),
                minutes: 60,
                kind: "CM",
                subject: ground.ssi,
                group: ground.all,
                state: State::Closed,
                is_provisional: false,
                is_compulsory: true,
                opened: Some(0),
                lines: ground.students.iter().map(|student| (*student, status, 0)).collect(),
            };
            ground.keep(&mut tx, roll).await;
        }
    }
    tx.commit().await.expect("kept");
    let all = figures(&house, By::All, &days()).await;
    assert_eq!((all[0].half_days, all[0].computed()), (12, 40), "twelve thirds");
    let students = figures(&house, By::Student, &days()).await;
    assert_eq!(named(&students, "Petit").computed(), 7, "two thirds");
    let month = figures(&house, By::Month, &days()).await;
    assert_eq!(month[0].computed(), 40, "of two days that are added up afterwards");
}

#[actix_web::test]
async fn whoever_changes_groups_does_so_at_midnight_of_the_clock_on_the_wall() {
    let house = House::open().await;
    let ground = Ground::lay(&house).await;
    let sql = "UPDATE group_member SET until = '2026-11-17' WHERE student_group = $1";
    let mut tx = house.db().write().await.expect("a transaction");
    on!(&mut tx, |conn| sqlx::query(sql).bind(ground.td2).execute(conn).await.map(drop))
        .expect("changed");
    let since = "2026-11-17".parse().expect("a day");
    let student = ground.students[3];
    store::add_member(&mut tx, ground.td1, student, since).await.expect("kept");
    // Half an hour behind midnight here, and still the day before elsewhere.
    let roll = Roll {
        starts_at: "2026-11-16T23:30:00Z".parse().expect("a time"),
        minutes: 60,
        kind: "CM",
        subject: ground.ssi,
        group: ground.all,
        state: State::Closed,
        is_provisional: false,
        is_compulsory: true,
        opened: Some(0),
        lines: vec![(student, Absent, 0)],
    };
    ground.keep(&mut tx, roll).await;
    tx.commit().await.expect("kept");
    let groups = figures(&house, By::Group, &days()).await;
    assert_eq!(named(&groups, "TD1").absent, 60);
    assert!(!groups.iter().any(|row| row.name.contains("TD2") && row.absent > 0), "{groups:?}");
}

#[actix_web::test]
async fn a_roll_that_nobody_confirmed_is_in_no_figure() {
    let house = House::open().await;
    let ground = Ground::lay(&house).await;
    keep(&house, &ground, false).await;
    let students = figures(&house, By::Student, &days()).await;
    let row = named(&students, "Petit");
    assert_eq!((row.absent, row.expected), (0, 240));
    assert_eq!(named(&students, "Legrand").expected, 300, "nor for those who were there");
    let subjects = figures(&house, By::Subject, &days()).await;
    assert_eq!(named(&subjects, "Bases").expected, 540);

    let kind = Period { kind: Some("TD".to_owned()), ..days() };
    assert_eq!(figures(&house, By::All, &kind).await[0].expected, 360);
    let subject = Period { subject: Some(ground.bda), ..days() };
    assert_eq!(figures(&house, By::All, &subject).await[0].expected, 540);
    let nothing = Period { programme: Some(Uuid::new_v4()), ..days() };
    assert_eq!(figures(&house, By::All, &nothing).await, []);
}

#[actix_web::test]
async fn the_page_shows_the_week_sorted_and_drawn() {
    let house = House::open().await;
    let ground = Ground::lay(&house).await;
    keep(&house, &ground, true).await;
    let rose = secretary(&house).await;
    let path = "/attendance/figures?by=student&from=2026-11-16&until=2026-11-17";
    let page = rose.get(path).await;
    assert_eq!(page.status, 200, "{}", page.text);
    let words = page.words();
    for said in ["42,9", "71,4", "33,3", "66,7", "100,0", "56,8"] {
        assert!(words.contains(said), "{said}: {words}");
    }
    assert!(page.text.contains("role=\"img\"") && !page.text.contains("style="), "{}", page.text);
    let sorted = rose.get(&format!("{path}&sort=absence_rate&way=down")).await;
    let place = |name: &str| sorted.text.find(&format!("class=\"whole\">{name}")).expect("a row");
    assert!(place("Inès Robert") < place("Tom Girard"), "{}", sorted.words());
    assert!(place("Tom Girard") < place("Luc Petit"), "{}", sorted.words());
    assert!(sorted.text.contains("aria-sort=\"descending\""));
    let empty = rose.get("/attendance/figures?from=2020-01-01&until=2020-02-01").await;
    assert!(empty.text.contains("class=\"empty\""), "{}", empty.words());
}

#[actix_web::test]
async fn figures_keep_to_what_somebody_looks_after() {
    let house = House::open().await;
    let ground = Ground::lay(&house).await;
    keep(&house, &ground, true).await;
    let path = "/attendance/figures?by=student&from=2026-11-16&until=2026-11-17";
    let teacher = house.sign_in(TEACHER).await;
    give(&house, person_of(&house, TEACHER).await, &[at_school(Role::Teacher)]).await;
    for path in [path, "/attendance/figures.csv", "/attendance/records.csv"] {
        teacher.get(path).await.must_be(403, "E-FORBIDDEN");
    }
    let rose = house.sign_in("rose.secretaire").await;
    let id = person_of(&house, "rose.secretaire").await;
    let programme = |code: &str| Grant {
        role: Role::Secretariat,
        scope: Scope::programme(&school(), code).expect("a programme"),
    };
    give(&house, id, &[programme("L3INFO")]).await;
    assert!(!rose.get(path).await.text.contains("Legrand"), "{SCHOOL} has other programmes");
    give(&house, id, &[programme("M1MIAGE")]).await;
    assert!(rose.get(path).await.text.contains("Legrand"));
}
