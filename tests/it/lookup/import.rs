//! Lists brought in, on the database of this run: what is written, what is not, what vanishes.
use crate::store::{TestDb, now};
use aiguillage::clock::Clock;
use aiguillage::config::Config;
use aiguillage::identity::store;
use aiguillage::lookup::import::{Format, Import, ImportError, Outcome};
use aiguillage::lookup::intake::{GraveKey, Intake};
use std::fmt::Write;
use std::io::{Cursor, Read};
use zeroize::Zeroizing;

const HEAD: &str = "username,firstName,lastName,email,nclocator,isActive\n";

/// A database, and what writes to it.
struct Office {
    test: TestDb,
    intake: Intake,
    clock: Clock,
}

impl Office {
    async fn open() -> Self {
        let test = TestDb::open().await;
        let clock = Clock::fixed(now());
        let ini = b"[http]\npublic_url = http://localhost:8080\n";
        let config = Config::read("/etc/aiguillage.ini".as_ref(), ini, &|_| None);
        let config = config.unwrap_or_else(|findings| panic!("{findings:?}")).0;
        let key = GraveKey::new(Zeroizing::new(vec![7; 32]));
        let intake = Intake::new(&config, (&test.db, &clock), None, key);
        Self { test, intake, clock }
    }

    async fn import(&self, list: &str) -> Result<Outcome, ImportError> {
        self.import_as("people", list, (false, false)).await
    }

    async fn import_as(
        &self,
        name: &str,
        list: &str,
        (force, dry_run): (bool, bool),
    ) -> Result<Outcome, ImportError> {
        let open = || -> std::io::Result<Box<dyn Read + Send>> {
            Ok(Box::new(Cursor::new(list.as_bytes().to_vec())))
        };
        let import = Import { name, format: Format::Csv, open: &open, force, dry_run };
        import.run((&self.intake, &self.test.db, &self.clock), |_| Ok(())).await
    }

    /// How many records, changes and audit rows there are.
    async fn counts(&self) -> (u64, i64, i64) {
        let mut tx = self.test.read().await;
        let records = store::count_records(&mut tx).await.expect("the database answers");
        let newest = store::newest_change(&mut tx).await.expect("the database answers");
        let search = aiguillage::audit::Search::default();
        let rows = aiguillage::audit::count(&mut tx, &search).await.expect("the database answers");
        (records, newest.map_or(0, |change| change.seq), rows)
    }
}

fn list(people: std::ops::Range<usize>) -> String {
    let mut list = HEAD.to_owned();
    for n in people {
        let _ = writeln!(list, "p{n},Prénom{n},Nom{n},p{n}@ac-x.example,nuage.example,true");
    }
    list
}

fn counted(outcome: &Outcome) -> (usize, usize, usize, usize) {
    (outcome.added, outcome.changed, outcome.unchanged, outcome.removed)
}

#[actix_web::test]
async fn a_list_is_brought_in_and_the_next_one_brings_only_what_differs() {
    let office = Office::open().await;
    let first = office.import(&list(0..1_203)).await.expect("a list");
    assert_eq!((counted(&first), first.lines), ((1_203, 0, 0, 0), 1_203));
    let after_first = office.counts().await;
    assert_eq!((after_first.0, after_first.1), (1_203, 1_203));

    let again = office.import(&list(0..1_203)).await.expect("a list");
    assert_eq!(counted(&again), (0, 0, 1_203, 0));
    let after_again = office.counts().await;
    assert_eq!(after_again.1, after_first.1, "nothing for the index to do");

    let other = list(3..1_205).replace("Nom7,", "Nouveau,");
    let other = office.import(&other).await.expect("a list");
    assert_eq!(counted(&other), (2, 1, 1_199, 3));
    let last = office.counts().await;
    assert_eq!(last.0, 1_202);
    assert_eq!(last.2 - after_again.2, 2, "one row for the import, one for the removal");
}

#[actix_web::test]
async fn a_dry_run_says_the_same_and_changes_nothing() {
    let office = Office::open().await;
    office.import(&list(0..20)).await.expect("a list");
    let before = office.counts().await;
    let next = list(1..22).replace("Nom7,", "Nouveau,");

    let dry = office.import_as("people", &next, (false, true)).await.expect("a list");

    assert!(dry.dry_run);
    assert_eq!(counted(&dry), (2, 1, 18, 1));
    assert_eq!(office.counts().await, before);
    let real = office.import(&next).await.expect("a list");
    assert_eq!(counted(&real), counted(&dry));
}

#[actix_web::test]
async fn a_list_that_was_cut_short_is_refused_before_anything_is_written() {
    let office = Office::open().await;
    office.import(&list(0..100)).await.expect("a list");
    let before = office.counts().await;

    let refused = office.import(&list(50..200)).await.expect_err("half of them would vanish");
    assert!(matches!(refused, ImportError::Vanishing { missing: 50, known: 100 }), "{refused}");
    assert!(refused.to_string().contains("--force"));
    assert_eq!(office.counts().await, before);

    let forced = office.import_as("people", &list(50..200), (true, false)).await.expect("a list");
    assert_eq!(counted(&forced), (100, 0, 50, 50));
}

#[actix_web::test]
async fn whoever_is_switched_off_goes_and_comes_back() {
    let office = Office::open().await;
    office.import(&list(0..10)).await.expect("a list");
    let off = list(0..10)
        .replace("p3@ac-x.example,nuage.example,true", "p3@ac-x.example,nuage.example,false");

    let gone = office.import(&off).await.expect("a list");
    assert_eq!((counted(&gone), gone.inactive), ((0, 0, 9, 1), 1));
    let back = office.import(&list(0..10)).await.expect("a list");
    assert_eq!(counted(&back), (1, 0, 9, 0));
}

#[actix_web::test]
async fn whoever_stands_in_a_line_that_cannot_be_used_stays() {
    let office = Office::open().await;
    office.import(&list(0..10)).await.expect("a list");
    let broken = list(0..10)
        .replace("p3@ac-x.example", "no address")
        .replace("p4@ac-x.example,nuage.example,true", "p4@ac-x.example,nuage.example,perhaps");

    let outcome = office.import(&broken).await.expect("a list");

    assert_eq!((counted(&outcome), outcome.rejected), ((0, 0, 8, 0), 2));
    assert_eq!(office.counts().await.0, 10);
}

#[actix_web::test]
async fn lists_leave_each_other_s_people_alone() {
    let office = Office::open().await;
    office.import_as("agents", &list(0..10), (false, false)).await.expect("a list");
    let other = office.import_as("services", &list(10..15), (false, false)).await.expect("a list");

    assert_eq!(counted(&other), (5, 0, 0, 0));
    assert_eq!(office.counts().await.0, 15);
}

#[actix_web::test]
async fn lines_that_cannot_be_used_are_counted_and_the_others_written() {
    let office = Office::open().await;
    let text = list(0..5) + "p1,Double,Double,,nuage.example,\n,Sans,Nom,,nuage.example,\nx,y\n";

    let outcome = office.import(&text).await.expect("a list");

    assert_eq!((outcome.lines, outcome.rejected, outcome.added), (8, 3, 5));
    assert_eq!(office.counts().await.0, 5);
}
