//! Many at once: one row each, and a closing in the middle of it.
use super::{Class, school};
use crate::store::TestDb;
use aiguillage::attendance::proof::Prover;
use aiguillage::attendance::record::{Channel, Status};
use aiguillage::attendance::seance::{Act, State};
use aiguillage::attendance::store;
use aiguillage::attendance::ticket::{ScanKeys, Ticket, Wall};
use aiguillage::attendance::{
    Beginning, Desk, Hand, Marker, Over, RollRefusal, Said, Shown, Signer, Tick,
};
use aiguillage::audit::Trace;
use aiguillage::clock::Clock;
use aiguillage::config::Attendance;
use aiguillage::db::Db;
use aiguillage::identity::sources::Directories;
use aiguillage::identity::{self, Person, PersonId};
use aiguillage::jobs::Queue;
use aiguillage::keys::MasterKey;
use aiguillage::mail::Post;
use aiguillage::uploads::Vault;
use aiguillage::web::Error;
use aiguillage::web::client_ip::ClientAddress;
use aiguillage::web::form_key::FormKey;
use chrono::{DateTime, Duration, Utc};
use futures_util::future::join_all;
use std::sync::Arc;
use tempfile::TempDir;
use zeroize::Zeroizing;

pub(super) struct Hall {
    pub(super) base: TestDb,
    pub(super) desk: Desk,
    pub(super) class: Class,
    pub(super) students: Vec<PersonId>,
    pub(super) now: DateTime<Utc>,
    _keys: TempDir,
}

async fn add_people(db: &Db, count: usize, now: DateTime<Utc>) -> Vec<PersonId> {
    let mut tx = db.write().await.expect("a transaction");
    let mut people = Vec::new();
    for number in 0..count {
        let id = PersonId::new();
        let person = Person { id, display_name: format!("Élève {number:04}"), mail: None };
        identity::store::insert_person(&mut tx, &person, now).await.expect("kept");
        people.push(id);
    }
    tx.commit().await.expect("kept");
    people
}

impl Hall {
    /// A séance of so many students whose roll was opened at its beginning.
    pub(super) async fn open(count: usize) -> Self {
        let base = TestDb::open().await;
        let keys = tempfile::tempdir().expect("a folder");
        let now: DateTime<Utc> = "2026-11-21T07:00:00Z".parse().expect("a time");
        let people = add_people(&base.db, count + 1, now).await;
        let (teacher, students) = people.split_first().expect("a teacher");
        let mut tx = base.db.write().await.expect("a transaction");
        let class = Class::keep(&mut tx, (*teacher, students), now, now).await;
        tx.commit().await.expect("kept");
        let master = Arc::new(MasterKey::open_or_make(keys.path()).expect("a key"));
        let desk = Desk {
            keys: ScanKeys::new(FormKey::new(Zeroizing::new(vec![7; 32]))),
            master: Arc::clone(&master),
            origin: "https://presence.example".into(),
            zone: chrono_tz::Europe::Paris,
            proof: Prover::new(
                (&base.db, &Clock::fixed(now)),
                ("https://presence.example".into(), chrono_tz::Europe::Paris),
                MasterKey::open_or_make(keys.path()).expect("a key"),
                Queue::new(Clock::fixed(now)),
            ),
            rules: Attendance::default(),
            schools: Arc::new(|_| None),
            faces: Arc::new(|_, _, _| Box::pin(async { Ok(None) })),
            vault: Vault::beside(
                &keys.path().join("keys"),
                ("justifications", "justification_file"),
                Arc::clone(&master),
            ),
            scanner: None,
            directories: Directories::default(),
            post: Post { queue: Queue::new(Clock::fixed(now)), clock: Clock::fixed(now) },
        };
        let students = students.to_vec();
        let hall = Self { base, desk, class, students, now, _keys: keys };
        assert!(hall.act(Act::Open).await.is_ok());
        hall
    }

    pub(super) fn hand(&self) -> Hand {
        let trace = Trace::default();
        Hand { signer: Signer::Person(self.class.teacher, "teacher".into()), trace, now: self.now }
    }

    pub(super) async fn act(&self, act: Act) -> Result<(), Error> {
        self.say(act, &Said::default()).await
    }

    pub(super) async fn say(&self, act: Act, said: &Said) -> Result<(), Error> {
        let mut tx = self.base.db.write().await.expect("a transaction");
        let here = store::seance(&mut tx, self.class.id).await.expect("an answer");
        let here = here.expect("a séance");
        self.desk.act(&mut tx, &here, act, said, &self.hand()).await?;
        Ok(tx.commit().await?)
    }

    pub(super) fn scan(&self) -> Ticket {
        let scanned_at = self.now + Duration::minutes(4);
        Ticket::make(Wall::Rotating, self.class.id, scanned_at).expect("randomness")
    }

    pub(super) fn marker(&self, student: PersonId) -> Marker {
        Marker {
            student,
            session: "student".into(),
            device: Some(student.0.as_bytes().to_vec()),
            address: ClientAddress::Unknown,
            trace: Trace::default(),
            now: self.now + Duration::minutes(4),
        }
    }

    pub(super) async fn mark(
        &self,
        student: PersonId,
        ticket: Ticket,
    ) -> Result<bool, &'static str> {
        let marker = self.marker(student);
        let marked = self.desk.mark(&self.base.db, self.class.id, Shown::Ticket(ticket), &marker);
        marked.await.map(|marked| marked.is_again).map_err(|error| error.code())
    }

    pub(super) async fn lines(&self) -> Vec<store::LineRow> {
        let mut tx = self.base.db.read().await.expect("a transaction");
        store::lines(&mut tx, self.class.id).await.expect("lines")
    }

    pub(super) async fn count(&self, sql: &'static str) -> i64 {
        let mut tx = self.base.db.read().await.expect("a transaction");
        aiguillage::on!(&mut tx, |conn| sqlx::query_scalar(sql).fetch_one(conn).await)
            .expect("a count")
    }
}

pub(super) const PRESENCES: &str = "SELECT count(*) FROM presence WHERE revoked_at IS NULL";

#[actix_web::test]
async fn three_posts_of_every_telephone_make_one_row_each() {
    let hall = Hall::open(60).await;
    let posts = hall.students.iter().flat_map(|student| {
        let ticket = hall.scan();
        [ticket; 3].map(|ticket| hall.mark(*student, ticket))
    });

    let answers = join_all(posts).await;

    let fresh = answers.iter().filter(|answer| **answer == Ok(false)).count();
    let again = answers.iter().filter(|answer| **answer == Ok(true)).count();
    assert_eq!((fresh, again), (60, 120), "{answers:?}");
    let lines = hall.lines().await;
    assert_eq!(lines.len(), 60);
    assert!(lines.iter().all(|line| line.status == Status::Present && line.version == 2));
    assert_eq!(hall.count(PRESENCES).await, 60);
    let marked = "SELECT count(*) FROM audit WHERE event = 'roll.marked'";
    assert_eq!(hall.count(marked).await, 60, "each mark is recorded once");
}

#[actix_web::test]
async fn a_closing_among_marks_leaves_everybody_present_or_told() {
    let hall = Hall::open(80).await;
    let marks = join_all(hall.students.iter().map(|student| hall.mark(*student, hall.scan())));
    let closing = async {
        // In the middle of it: when some are marked.
        while hall.count(PRESENCES).await < 10 {
            tokio::task::yield_now().await;
        }
        hall.act(Act::Close).await
    };

    let (answers, closed) = futures_util::join!(marks, closing);

    assert!(closed.is_ok(), "{closed:?}");
    let mut told = 0;
    for (student, answer) in hall.students.iter().zip(&answers) {
        let line = hall.lines().await.into_iter().find(|line| line.student == *student);
        let status = line.expect("a line").status;
        match answer {
            Ok(_) => assert_eq!(status, Status::Present),
            Err(code) => {
                told += 1;
                assert_eq!((*code, status), (RollRefusal::Closed.code(), Status::Absent));
            }
        }
    }
    assert_eq!(hall.count(PRESENCES).await, 80 - told);
    assert_eq!(hall.class.seance(&hall.base.db).await.state, State::Closed);
}

#[actix_web::test]
async fn all_present_then_untick() {
    let hall = Hall::open(12).await;
    assert!(hall.mark(hall.students[0], hall.scan()).await.is_ok());
    let mut tx = hall.base.db.write().await.expect("a transaction");
    let here = hall.class.seance(&hall.base.db);
    let here = here.await;
    let set = hall.desk.everybody(&mut tx, &here, &hall.hand()).await.expect("kept");
    assert_eq!(set, 11, "one is marked already");
    let tick = |status, reason: &str| Tick {
        student: hall.students[3],
        status,
        version: None,
        reason: reason.into(),
        beginning: Beginning::bare(),
        channel: Channel::Manual,
        at: None,
    };
    let absent = tick(Status::Absent, "pas là");
    let hand = hall.hand();
    hall.desk
        .tick(&mut tx, &here, (&absent, Over::default()), &hand)
        .await
        .expect("a reason is given");
    let late = tick(Status::Late, "");
    let refused = hall.desk.tick(&mut tx, &here, (&late, Over::default()), &hand).await;
    assert_eq!(refused.map(|_| ()).map_err(|error| error.code()), Err("E-ROLL-REASON"));
    let excluded = tick(Status::Excluded, "bavardage");
    let refused = hall.desk.tick(&mut tx, &here, (&excluded, Over::default()), &hand).await;
    assert_eq!(refused.map(|_| ()).map_err(|error| error.code()), Err("E-ROLL-STATE"));
    tx.commit().await.expect("kept");
    assert_eq!(hall.count(PRESENCES).await, 11);
    let there = hall.lines().await.iter().filter(|line| line.status.is_there()).count();
    assert_eq!(there, 11);
    assert_eq!(hall.class.seance(&hall.base.db).await.rne, school());
}

#[actix_web::test]
async fn two_teachers_say_all_present_at_once_and_each_is_present_once() {
    let hall = Hall::open(40).await;
    let say = || async {
        let mut tx = hall.base.db.write().await.expect("a transaction");
        let here = store::seance(&mut tx, hall.class.id).await.expect("an answer");
        let here = here.expect("a séance");
        let set = hall.desk.everybody(&mut tx, &here, &hall.hand()).await.expect("kept");
        tx.commit().await.expect("kept");
        set
    };
    let marks = join_all(hall.students.iter().map(|student| hall.mark(*student, hall.scan())));
    let (one, two, marked) = futures_util::join!(say(), say(), marks);
    let own = marked.iter().filter(|answer| **answer == Ok(false)).count();
    assert!(marked.iter().all(Result::is_ok), "{marked:?}");
    assert_eq!(one + two + own, 40);
    assert_eq!(hall.count(PRESENCES).await, 40);
}
