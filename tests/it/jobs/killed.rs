//! The real program, killed in the middle of a job; and its commands.
use crate::program::{Installation, PASSWORD, cookie};
use aiguillage::audit::{Search, search};
use aiguillage::db::{DatabaseSettings, Db};
use aiguillage::jobs::JobRow;
use aiguillage::jobs::store::{Filter, list};
use aiguillage::on;
use std::time::Duration;
use tokio::time::sleep;

/// Old sessions: too many to be forgotten at once.
const MANY: i64 = 150_000;

async fn open(house: &Installation) -> Db {
    let file = DatabaseSettings::Sqlite(house.path("var/aiguillage.db"));
    Db::open(&file).await.expect("the database opens")
}

async fn add_old_sessions(db: &Db) {
    let mut tx = db.write().await.expect("a transaction");
    let sql = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1)
        INSERT INTO session (id, token_hash, csrf_token, person, account, method,
            authenticated_at, last_seen, idle_seconds, expires_at, network, browser,
            partial_sources)
        SELECT randomblob(16), randomblob(32), '', s.person, s.account, s.method, t.at, t.at, 60,
            t.at, '', '', '' FROM n, (SELECT * FROM session LIMIT 1) s,
            (SELECT '2020-01-01 00:00:00+00:00' AS at) t";
    on!(&mut tx, |conn| sqlx::query(sql).bind(MANY).execute(conn).await.map(|_| ())).expect("kept");
    tx.commit().await.expect("kept");
}

async fn cleaning(db: &Db) -> Option<JobRow> {
    let mut tx = db.read().await.expect("a transaction");
    let filter = Filter { kind: "sessions.clean".into(), limit: 1, ..Filter::default() };
    list(&mut tx, &filter).await.expect("jobs").pop()
}

async fn sessions(db: &Db) -> i64 {
    let mut tx = db.read().await.expect("a transaction");
    let sql = "SELECT count(*) FROM session";
    on!(&mut tx, |conn| sqlx::query_scalar(sql).fetch_one(conn).await).expect("a count")
}

/// Wait until the newest cleaning is as wished.
async fn until(db: &Db, wish: impl Fn(&JobRow) -> bool) -> JobRow {
    for _ in 0..6_000 {
        if let Some(job) = cleaning(db).await.filter(|job| wish(job)) {
            return job;
        }
        sleep(Duration::from_millis(10)).await;
    }
    panic!("never so: {:?}", cleaning(db).await);
}

#[actix_web::test]
async fn a_job_that_was_killed_is_finished_after_the_next_start() {
    let house = Installation::new();
    house.add("alix", &[]).good();
    let service = house.serve().await;
    let answer = service.sign_in("alix", PASSWORD).await;
    let session = cookie(&answer, "__Host-sid").expect("a session");
    let db = open(&house).await;
    add_old_sessions(&db).await;

    house.run(&["jobs", "run", "sessions.clean"]).good();
    until(&db, |job| job.state.as_str() == "running" && job.progress_done > 0).await;
    service.process.kill();

    let left = cleaning(&db).await.expect("the job");
    assert_eq!(left.state.as_str(), "running", "killed in the middle of it");
    let rest = sessions(&db).await;
    assert!(1 < rest && rest <= MANY, "{rest} sessions are left");

    let service = house.serve().await;
    let done = until(&db, |job| job.state.as_str() == "done").await;
    assert_eq!((done.id, done.attempts), (left.id, 2), "the same job, in a second try");
    assert_eq!(sessions(&db).await, 1);
    assert!(service.knows(&session).await, "the live session stays");

    let wanted = Search { event: "retention.cleaned".into(), limit: 10_000, ..Search::default() };
    let rows = search(&mut db.read().await.expect("a transaction"), &wanted).await.expect("rows");
    let erased: i64 = rows.iter().filter_map(|row| row.fields["rows"].as_i64()).sum();
    assert_eq!(erased, MANY, "each erased row is recorded once");
}

#[actix_web::test]
async fn a_node_that_drains_begins_no_more_jobs() {
    let house = Installation::with("[http]\ndrain = 5s\n");
    let ini = std::fs::read_to_string(house.path("etc/aiguillage.ini")).expect("read");
    house.write("etc/aiguillage.ini", &ini.replacen("drain = 0s\n", "", 1));
    let mut service = house.serve().await;

    service.process.signal("TERM");
    service.until("/readyz", |status, _| status == 503).await;
    // It looks at the queue every two seconds, and answers requests for five.
    house.run(&["jobs", "run", "sign_in.clean"]).good();

    assert_eq!(service.ended().await, Some(0), "{}", house.log());
    let jobs = house.run(&["jobs", "list", "--json"]).json();
    assert_eq!((&jobs[0]["kind"], &jobs[0]["state"]), (&"sign_in.clean".into(), &"waiting".into()));
}

#[actix_web::test]
async fn the_command_lists_starts_and_says_what_it_cannot_do() {
    let house = Installation::new();
    let listed = house.run(&["jobs", "list", "--timetable", "--json"]);
    let names: Vec<_> = listed.json().as_array().expect("a list").clone();
    assert!(names.iter().any(|entry| entry["name"] == "sessions.clean"), "{names:?}");

    house.run(&["jobs", "run", "sign_in.clean"]).good();
    let jobs = house.run(&["jobs", "list", "--json"]).json();
    assert_eq!((&jobs[0]["kind"], &jobs[0]["state"]), (&"sign_in.clean".into(), &"waiting".into()));
    let id = jobs[0]["id"].as_str().expect("an id").to_owned();

    let refused = house.run(&["jobs", "retry", &id]);
    assert_eq!(refused.code, Some(1));
    assert!(refused.complained.contains("no job of this id"), "{}", refused.complained);
    house.run(&["jobs", "drop", &id]).good();
    let wanted = Search { event: "job.dropped".into(), limit: 9, ..Search::default() };
    let mut tx = open(&house).await.read().await.expect("a transaction");
    let told = search(&mut tx, &wanted).await.expect("rows").remove(0);
    assert_eq!((told.reason.as_str(), &told.fields["state"]), ("command", &"waiting".into()));
    assert!(told.fields["payload"].is_object(), "what it was about");
    drop(tx);
    assert!(house.run(&["jobs", "list"]).good().contains("no jobs"));
    assert_eq!(house.run(&["jobs", "run", "nothing"]).code, Some(1));
}
