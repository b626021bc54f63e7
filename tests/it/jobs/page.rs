//! `/admin/jobs`
use super::{Notebook, all, ask, ask_new, note, scribe, states};
use crate::house::House;
use aiguillage::jobs::{CleanJobs, JobRow, NewJob, Outcome};
use aiguillage::lookup::SweepRecords;
use serde_json::json;

async fn house_with_trouble() -> House {
    let (house, book) = (House::open().await, Notebook::default());
    ask(&house, &note("x")).await;
    book.will_answer(Ok(Outcome::GaveUp("no such account".into())));
    scribe(&house, &book).drain().await.expect("tried");
    house
}

#[actix_web::test]
async fn what_gave_up_is_shown_and_tried_again() {
    let house = house_with_trouble().await;
    let admin = house.administrator().await;
    let page = admin.get("/admin/jobs").await;
    assert_eq!(page.status, 200);
    assert!(page.text.contains("no such account") && page.text.contains("À examiner"));

    let path = format!("/admin/jobs/{}/retry", all(&house).await[0].id);
    let answer = admin.post_from("/admin/jobs", &path, &[]).await;

    assert_eq!((answer.status, answer.location()), (303, "/admin/jobs"));
    assert_eq!(states(&house).await, "waiting");
    assert_eq!(house.last("job.retried").await.fields["kind"], "test.note");
    let again = admin.post_from("/admin/jobs", &path, &[]).await;
    assert_eq!(again.status, 409);
    assert!(again.text.contains("E-JOB-STATE"), "{}", again.text);
}

#[actix_web::test]
async fn the_table_is_sorted_filtered_and_taken_away() {
    let house = house_with_trouble().await;
    ask(&house, &note("y")).await;
    let admin = house.administrator().await;
    let ids = all(&house).await;
    let first_of = |text: &str| text.lines().nth(1).unwrap_or_default().to_owned();

    for (query, rows, first) in [
        ("kind=test.note", 2, &ids[1]),
        ("kind=test.note&sort=old", 2, &ids[0]),
        ("status=given_up", 1, &ids[0]),
        ("status=running", 0, &ids[0]),
    ] {
        let page = admin.get(&format!("/admin/jobs?{query}")).await;
        let address = format!("/admin/jobs.csv?{query}");
        assert_eq!(page.text.contains("/admin/jobs.csv?"), rows > 0, "{query}");
        let file = admin.get(&address).await;
        assert_eq!(file.status, 200, "{}", file.text);
        assert_eq!(file.text.lines().count(), rows + 1, "{query}: {}", file.text);
        if rows > 0 {
            assert!(first_of(&file.text).contains(&first.id.to_string()), "{}", file.text);
        }
        let told = house.last("export.made").await;
        assert_eq!((told.reason.as_str(), &told.fields["rows"]), ("jobs", &json!(rows)));
    }
    let file = admin.get("/admin/jobs.csv?status=given_up").await;
    assert!(file.text.contains("no such account") && !file.text.contains("\"x\""), "{}", file.text);
    let marie = house.sign_in("marie.dupont").await;
    marie.get("/admin/jobs.csv").await.must_be(403, "E-FORBIDDEN");
}

#[actix_web::test]
async fn an_hour_is_called_an_hour() {
    let house = House::open().await;
    let page = house.administrator().await.get("/admin/jobs").await;
    assert!(page.text.contains("toutes les heures") && !page.text.contains("60 minutes"));
}

#[actix_web::test]
async fn what_gave_up_can_be_forgotten() {
    let house = house_with_trouble().await;
    let admin = house.administrator().await;
    let path = format!("/admin/jobs/{}/drop", all(&house).await[0].id);

    assert_eq!(admin.post_from("/admin/jobs", &path, &[]).await.status, 303);

    assert_eq!(states(&house).await, "");
    let told = house.last("job.dropped").await;
    assert_eq!(
        (&told.fields["state"], &told.fields["payload"]["name"]),
        (&json!("given_up"), &json!("x"))
    );
    assert_eq!(admin.post_from("/admin/jobs", &path, &[]).await.status, 409);
}

#[actix_web::test]
async fn what_nobody_does_any_more_can_be_forgotten() {
    let house = House::set("AIGUILLAGE_LOOKUP_ENABLED", "false").await;
    ask_new(&house, &NewJob::of(&SweepRecords {})).await;
    ask_new(&house, &NewJob::of(&CleanJobs {})).await;
    let admin = house.administrator().await;
    let path = |job: &JobRow, act| format!("/admin/jobs/{}/{act}", job.id);
    let jobs = all(&house).await;

    let page = admin.get("/admin/jobs").await.text;

    assert!(page.contains(&path(&jobs[0], "drop")) && !page.contains(&path(&jobs[0], "retry")));
    assert!(!page.contains(&path(&jobs[1], "drop")), "its time comes");
    assert_eq!(admin.post_from("/admin/jobs", &path(&jobs[0], "drop"), &[]).await.status, 303);
    assert_eq!(all(&house).await.len(), 1);
}

#[actix_web::test]
async fn an_entry_of_the_timetable_is_run_now_and_only_once() {
    let house = House::open().await;
    house.run_jobs().await;
    let admin = house.administrator().await;

    for _ in 0..2 {
        let fields = [("name", "sessions.clean")];
        let answer = admin.post_from("/admin/jobs", "/admin/jobs/run", &fields).await;
        assert_eq!(answer.status, 303);
    }

    assert_eq!(states(&house).await, "waiting");
    assert_eq!(house.run_jobs().await, 1);
    assert_eq!(house.audit("job.started").await.len(), 2);
    let unknown = [("name", "rm -rf")];
    let answer = admin.post_from("/admin/jobs", "/admin/jobs/run", &unknown).await;
    assert_eq!(answer.status, 404);
}

#[actix_web::test]
async fn filters_and_pages_show_what_they_say() {
    let house = house_with_trouble().await;
    for _ in 0..60 {
        ask(&house, &note("y")).await;
    }
    let admin = house.administrator().await;
    let rows = |text: &str| {
        let list = text.rsplit("<h2>").next().unwrap_or_default();
        list.matches("<tr>").count().saturating_sub(1)
    };

    let first = admin.get("/admin/jobs?status=waiting").await;
    assert_eq!(rows(&first.text), 50);
    let link =
        first.text.split('"').find(|it| it.starts_with("/admin/jobs?") && it.contains("skip"));
    let older = link.expect("a way on").replace("&#38;", "&");
    assert_eq!(older, "/admin/jobs?status=waiting&kind=&sort=&skip=50");
    assert_eq!(rows(&admin.get(&older).await.text), 10);
    assert_eq!(rows(&admin.get("/admin/jobs?status=given_up").await.text), 1);
    assert_eq!(rows(&admin.get("/admin/jobs?kind=jobs.clean").await.text), 0);
    assert_eq!(admin.get("/admin/jobs?status=%27&skip=-5&kind=%00").await.status, 400);
}

#[actix_web::test]
async fn the_page_is_for_administrators_and_their_own_forms() {
    let house = house_with_trouble().await;
    let path = format!("/admin/jobs/{}/drop", all(&house).await[0].id);
    let teacher = house.sign_in("paul.hoarau").await;
    assert_eq!(teacher.get("/admin/jobs").await.status, 403);
    assert_eq!(teacher.post_from("/sessions", &path, &[]).await.status, 403);
    let admin = house.administrator().await;
    assert_eq!(admin.post(&path, &[("csrf", "wrong")]).await.status, 403);
    assert_eq!(states(&house).await, "given_up");
}
