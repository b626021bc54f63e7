//! Two things at once on one roll: whichever is first, the database says one thing afterwards.
use super::marks::{Hall, PRESENCES};
use aiguillage::attendance::import::{How, List, Report, read_planned};
use aiguillage::attendance::record::{Channel, Status};
use aiguillage::attendance::seance::{Act, State};
use aiguillage::attendance::store::{self, Closing, NewMark};
use aiguillage::attendance::zone::ZoneResult;
use aiguillage::attendance::{Beginning, Over, RollRefusal, Said, Tick};
use aiguillage::db::{Db, Tx};
use aiguillage::on;
use std::cell::Cell;
use std::future::Future;
use uuid::Uuid;

const ALL: Over = Over { sees: true, calls: true, plans: true, tends: true, locks: true };

fn cancelling() -> Said {
    Said { reason: "salle fermée".into(), over: ALL, ..Said::default() }
}

/// Do `second` while `first` holds its rows, and keep `first` when the second one waits for it or
/// has not waited. On SQLite the second one waits for the only connection that writes.
async fn beside<T>(db: &Db, first: Tx, second: impl Future<Output = T>) -> T {
    let is_done = Cell::new(false);
    let second = async {
        let came = second.await;
        is_done.set(true);
        came
    };
    let keep = async {
        while matches!(db, Db::Postgres(_)) && !is_done.get() && waiting(db).await == 0 {
            tokio::task::yield_now().await;
        }
        first.commit().await.expect("kept");
    };
    futures_util::join!(second, keep).0
}

/// How many wait for a row of somebody else.
async fn waiting(db: &Db) -> i64 {
    let mut tx = db.read().await.expect("a transaction");
    let sql = "SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a ON a.pid = l.pid
        WHERE NOT l.granted AND a.datname = current_database()";
    on!(&mut tx, |conn| sqlx::query_scalar(sql).fetch_one(conn).await).expect("a count")
}

impl Hall {
    async fn write(&self) -> Tx {
        self.base.db.write().await.expect("a transaction")
    }

    fn new_mark(&self) -> NewMark {
        NewMark {
            session: self.class.id,
            student: self.students[0],
            status: Status::Present,
            minutes_late: 0,
            marked_at: self.now,
            channel: Channel::Qr,
            zone: ZoneResult::Unknown,
            flags: vec![],
        }
    }

    async fn status(&self) -> Status {
        let lines = self.lines().await;
        lines.iter().find(|line| line.student == self.students[0]).expect("a line").status
    }
}

#[actix_web::test]
async fn a_cancelling_waits_for_marks_in_flight_and_takes_them_back() {
    let hall = Hall::open(3).await;
    let mut mark = hall.write().await;
    let line = store::mark(&mut mark, &hall.new_mark()).await.expect("an answer").expect("open");
    let school = super::school();
    store::insert_presence(&mut mark, Uuid::new_v4(), (&school, line), hall.now)
        .await
        .expect("kept");

    let said = cancelling();
    let cancelled = beside(&hall.base.db, mark, hall.say(Act::Cancel, &said)).await;

    assert!(cancelled.is_ok(), "{cancelled:?}");
    assert_eq!(hall.class.seance(&hall.base.db).await.state, State::Cancelled);
    assert_eq!(hall.count(PRESENCES).await, 0, "a presence of a roll that did not take place");
}

#[actix_web::test]
async fn a_mark_that_waited_for_a_cancelling_is_refused() {
    let hall = Hall::open(3).await;
    let mut cancel = hall.write().await;
    store::cancel(&mut cancel, hall.class.id, hall.now).await.expect("an answer").expect("open");

    let mark = hall.mark(hall.students[0], hall.scan());
    let answer = beside(&hall.base.db, cancel, mark).await;

    assert_eq!(answer, Err(RollRefusal::Closed.code()));
    assert_eq!((hall.count(PRESENCES).await, hall.status().await), (0, Status::Expected));
}

#[actix_web::test]
async fn a_mark_that_waited_for_the_clock_is_refused() {
    let hall = Hall::open(3).await;
    let mut close = hall.write().await;
    let closing = Closing { by: None, is_provisional: true, headcount: None, at: hall.now };
    store::close(&mut close, hall.class.id, closing).await.expect("an answer").expect("open");

    let mark = hall.mark(hall.students[0], hall.scan());
    let answer = beside(&hall.base.db, close, mark).await;

    assert_eq!(answer, Err(RollRefusal::Closed.code()));
    assert_eq!((hall.count(PRESENCES).await, hall.status().await), (0, Status::AbsentProvisional));
}

#[actix_web::test]
async fn cancelling_among_many_marks_leaves_no_presence() {
    let hall = Hall::open(60).await;
    let marks = hall.students.iter().map(|student| hall.mark(*student, hall.scan()));
    let marks = futures_util::future::join_all(marks);
    let cancel = async {
        while hall.count(PRESENCES).await < 5 {
            tokio::task::yield_now().await;
        }
        hall.say(Act::Cancel, &cancelling()).await
    };
    let (answers, cancelled) = futures_util::join!(marks, cancel);
    assert!(cancelled.is_ok(), "{cancelled:?}");
    assert_eq!(hall.count(PRESENCES).await, 0);
    let told =
        |answer: &Result<bool, &str>| answer.is_ok() || *answer == Err(RollRefusal::Closed.code());
    assert!(answers.iter().all(told), "{answers:?}");
}

#[actix_web::test]
async fn what_was_locked_between_reading_and_ticking_stays_as_it_is() {
    let hall = Hall::open(3).await;
    assert!(hall.act(Act::Close).await.is_ok());
    let here = hall.class.seance(&hall.base.db).await;
    let mut lock = hall.write().await;
    assert!(store::lock(&mut lock, hall.class.id).await.expect("an answer"));

    let tick = Tick {
        student: hall.students[0],
        status: Status::Present,
        version: None,
        reason: "était là".into(),
        beginning: Beginning::bare(),
        channel: Channel::Manual,
        at: None,
    };
    let late = async {
        let mut tx = hall.write().await;
        let done = hall.desk.tick(&mut tx, &here, (&tick, ALL), &hall.hand()).await;
        tx.commit().await.expect("kept");
        done.map(|_| ()).map_err(|error| error.code())
    };
    let answer = beside(&hall.base.db, lock, late).await;

    assert_eq!(answer, Err(RollRefusal::Transition.code()));
    assert_eq!(hall.status().await, Status::Absent);
}

#[actix_web::test]
async fn many_guesses_at_once_are_no_more_than_five() {
    let hall = Hall::open(2).await;
    let marker = hall.marker(hall.students[0]);
    // One in a million of these is right.
    let guess = || async {
        let said = hall.desk.mark_by_digits(&hall.base.db, ("000000", None), &marker).await;
        said.map(|_| ()).map_err(|error| error.code())
    };
    let answers = futures_util::future::join_all((0..12).map(|_| guess())).await;
    let wrong = answers.iter().filter(|it| **it == Err(RollRefusal::WrongDigits.code())).count();
    let waits = answers.iter().filter(|it| **it == Err(RollRefusal::TooManyTries.code())).count();
    assert!(wrong <= 5 && wrong + waits == 12, "{answers:?}");
    let later = hall.now + chrono::Duration::minutes(6);
    let marker = aiguillage::attendance::Marker { now: later, ..marker };
    let again = hall.desk.mark_by_digits(&hall.base.db, ("000000", None), &marker).await;
    let again = again.map(|_| ()).map_err(|error| error.code());
    assert_eq!(again, Err(RollRefusal::WrongDigits.code()), "after a minute there are five more");
}

/// How a list is brought into the school of a hall.
fn how(hall: &Hall) -> How {
    How {
        rne: super::school(),
        is_dry: false,
        skips: false,
        is_sure: true,
        hand: hall.hand(),
        rules: hall.desk.rules.clone(),
        zone: hall.desk.zone,
    }
}

/// A timetable of three séances in this room, in this order.
fn timetable(hall: &Hall, order: [u32; 3], room: &str) -> List {
    let line = |number| {
        format!("{number};2026-11-21;08:1{number};10:00;M1MIAGE;S{number};TD;T{number};;{room};1\n")
    };
    let lines: String = order.into_iter().map(line).collect();
    let head = "ext_id;date;start;end;programme;subject;type;groups;teachers;room;compulsory\n";
    let text = format!("{head}{lines}");
    let (planned, wrong) = read_planned(text.as_bytes(), hall.desk.zone).expect("a list");
    assert_eq!(wrong, []);
    List::Planned("ade".into(), planned)
}

impl Hall {
    async fn bring(&self, list: &List) -> Result<Report, &'static str> {
        let done = self.desk.bring(&self.base.db, &how(self), (list, Vec::new())).await;
        done.map_err(|error| error.code())
    }

    /// Bring a list in, and keep it when somebody waits for it.
    async fn bringing(&self, list: &List) -> Tx {
        let how = how(self);
        let looked = self.desk.look(&self.base.db, &how, (list, Vec::new())).await;
        let looked = looked.expect("an answer");
        let mut tx = self.write().await;
        let report = self.desk.bring_in(&mut tx, &how, (list, &looked)).await.expect("an answer");
        assert!(report.is_kept, "{report:?}");
        tx
    }

    async fn listed(&self) -> Vec<store::Seance> {
        let mut tx = self.base.db.read().await.expect("a transaction");
        let rows = store::of_timetable(&mut tx, &super::school(), "ade").await.expect("rows");
        let mut all = Vec::new();
        for row in rows {
            all.extend(store::seance(&mut tx, row.id).await.expect("an answer"));
        }
        all
    }
}

#[actix_web::test]
async fn a_timetable_that_comes_twice_at_once_is_brought_in_once() {
    let hall = Hall::open(1).await;
    // The first one ever, in two orders: groups and subjects are made by one of them.
    let first = hall.bringing(&timetable(&hall, [1, 2, 3], "B-1")).await;
    let again = timetable(&hall, [3, 2, 1], "B-1");
    let report = beside(&hall.base.db, first, hall.bring(&again)).await.expect("an answer");
    assert_eq!((report.created, report.unchanged), (0, 3), "{report:?}");

    let moved = timetable(&hall, [1, 2, 3], "B-2");
    let first = hall.bringing(&moved).await;
    let again = timetable(&hall, [3, 2, 1], "B-2");
    let report = beside(&hall.base.db, first, hall.bring(&again)).await.expect("an answer");
    assert_eq!((report.updated, report.unchanged, report.conflicts), (0, 3, 0), "{report:?}");
    let rooms = hall.listed().await.into_iter().map(|it| (it.room_name, it.has_conflict));
    assert_eq!(rooms.collect::<Vec<_>>(), vec![("B-2".to_owned(), false); 3]);
}

#[actix_web::test]
async fn a_roll_is_opened_behind_a_timetable_that_moves_it() {
    let hall = Hall::open(1).await;
    hall.bring(&timetable(&hall, [1, 2, 3], "B-1")).await.expect("kept");
    let here = hall.listed().await.remove(0);
    let moving = hall.bringing(&timetable(&hall, [1, 2, 3], "B-2")).await;
    let opening = async {
        let mut tx = hall.write().await;
        let done = hall.desk.act(&mut tx, &here, Act::Open, &Said::default(), &hall.hand()).await;
        tx.commit().await.expect("kept");
        done.map_err(|error| error.code())
    };
    let opened = beside(&hall.base.db, moving, opening).await;
    assert_eq!(opened, Ok(()));
    let now = hall.listed().await.remove(0);
    assert_eq!((now.id, now.state, now.room_name.as_str()), (here.id, State::Open, "B-2"));
    assert!(!now.has_conflict);
}

#[actix_web::test]
async fn a_timetable_leaves_a_roll_alone_that_was_opened_meanwhile() {
    let hall = Hall::open(1).await;
    hall.bring(&timetable(&hall, [1, 2, 3], "B-1")).await.expect("kept");
    let here = hall.listed().await.remove(0);
    let mut opening = hall.write().await;
    let (said, hand) = (Said::default(), hall.hand());
    hall.desk.act(&mut opening, &here, Act::Open, &said, &hand).await.expect("open");
    let moved = timetable(&hall, [1, 2, 3], "B-2");
    let report = beside(&hall.base.db, opening, hall.bring(&moved)).await.expect("an answer");
    assert_eq!((report.updated, report.conflicts), (2, 1), "{report:?}");
    let now = hall.listed().await.remove(0);
    assert_eq!((now.state, now.room_name.as_str(), now.has_conflict), (State::Open, "B-1", true));
}

#[actix_web::test]
async fn somebody_who_is_added_twice_at_once_is_a_member_once() {
    let hall = Hall::open(1).await;
    let (group, student) = (hall.class.group, hall.class.teacher);
    let today = hall.now.date_naive();
    let mut first = hall.write().await;
    assert!(store::add_member(&mut first, group, student, today).await.expect("an answer"));
    let second = async {
        let mut tx = hall.write().await;
        let done = store::add_member(&mut tx, group, student, today).await;
        tx.commit().await.expect("kept");
        done.map_err(|error| error.to_string())
    };
    assert_eq!(beside(&hall.base.db, first, second).await, Ok(false));
}

#[actix_web::test]
async fn whoever_waits_too_long_for_a_list_is_told_to_come_again() {
    let hall = Hall::open(1).await;
    if !matches!(hall.base.db, Db::Postgres(_)) {
        return; // Here nobody waits for rows: one connection writes.
    }
    let list = timetable(&hall, [1, 2, 3], "B-1");
    let looked = hall.desk.look(&hall.base.db, &how(&hall), (&list, Vec::new())).await;
    let looked = looked.expect("an answer");
    let first = hall.bringing(&list).await;
    let mut tx = hall.write().await;
    let soon = "SET LOCAL lock_timeout = '1ms'";
    on!(&mut tx, |conn| sqlx::query(soon).execute(conn).await.map(drop)).expect("set");
    let late = hall.desk.bring_in(&mut tx, &how(&hall), (&list, &looked)).await;
    assert_eq!(late.map_err(|error| error.code()), Err("E-BUSY"));
    first.commit().await.expect("kept");
}
