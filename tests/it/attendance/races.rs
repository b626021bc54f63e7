//! Two things at once on one roll: whichever is first, the database says one thing afterwards.
use super::marks::{Hall, PRESENCES};
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
