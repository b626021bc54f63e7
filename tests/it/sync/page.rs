//! The page of the administration: what became of runs, and asking for one.
use super::{LIST, list};
use crate::house::{House, Setup};
use aiguillage::identity::store;
use aiguillage::sync::store::{Run, begin_run, differences_of_run, end_run, run_by_id};
use aiguillage::sync::{Change, Counts, Difference};
use chrono::{DateTime, Duration, Utc};
use tempfile::TempDir;
use uuid::Uuid;

/// A house that also has a list of staff.
async fn house(folder: &TempDir, more: &str) -> House {
    let own = include_str!("../data/house/sources.ini");
    let list = LIST.replace("{folder}", &folder.path().display().to_string());
    let sources = Some(format!("{own}\n{list}{more}"));
    House::open_with(Setup { sources, ..Setup::default() }).await
}

/// A run of the timetable that read everybody.
fn some_run(source: &str, started_at: DateTime<Utc>) -> Run {
    Run {
        id: Uuid::now_v7(),
        source: source.to_owned(),
        mode: "full".into(),
        is_dry: false,
        asked_by: "timetable".into(),
        started_at,
        ended_at: None,
        state: "done".into(),
        counts: Counts::default(),
        trouble: None,
        mark: None,
    }
}

#[actix_web::test]
async fn an_administrator_asks_for_a_reading_and_sees_what_became_of_it() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let house = house(&folder, "").await;
    let admin = house.administrator().await;
    std::fs::write(folder.path().join("staff.csv"), list(0..3) + "x;;;;;\n").expect("ours");
    let engine = house.parts().sync_engine();
    let staff = house.parts().synced[0].clone();
    assert!(admin.get("/admin/sources").await.text.contains("staff"));

    let asked =
        admin.post_from("/admin/sources/staff", "/admin/sources/staff", &[("dry", "1")]).await;

    assert_eq!(asked.status, 303);
    assert_eq!(house.last("sync.asked").await.reason, "staff");
    assert!(engine.look_after(&staff).await.expect("it is read"));
    let page = admin.get("/admin/sources/staff").await;
    for told in ["simulée", "W-SYNC-NO-NAME", "staff.csv:5", "arrive"] {
        assert!(page.text.contains(told), "{told}: {}", page.text);
    }
    assert_eq!(admin.get("/admin/sources/nobody").await.status, 404);
    let marie = house.sign_in("marie.dupont").await;
    assert_eq!(marie.get("/admin/sources").await.status, 403);
}

#[actix_web::test]
async fn runs_and_sources_are_sorted_filtered_and_taken_away() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let house = house(&folder, "").await;
    let admin = house.administrator().await;
    let none = admin.get("/admin/sources.csv?status=done").await;
    assert_eq!(none.text.lines().count(), 1, "never read: {}", none.text);
    for n in 0..40 {
        let mut run = some_run("staff", house.now() + Duration::minutes(n));
        if n % 4 == 0 {
            run.state = "refused".to_owned();
            run.trouble = Some("E-SYNC-VANISH 20 of 30".to_owned());
        }
        let mut tx = house.db().write().await.expect("a transaction");
        begin_run(&mut tx, &run).await.expect("kept");
        end_run(&mut tx, &run, &[], &[]).await.expect("kept");
        tx.commit().await.expect("kept");
    }

    let page = admin.get("/admin/sources/staff").await.text;
    assert_eq!(page.matches("/admin/sources/staff?run=").count(), 30);
    assert!(page.contains("skip=30"));
    let rest = admin.get("/admin/sources/staff?status=&amp;sort=&skip=30").await.text;
    assert_eq!(rest.matches("/admin/sources/staff?run=").count(), 10);
    let refused = admin.get("/admin/sources/staff?status=refused").await.text;
    assert_eq!(refused.matches("/admin/sources/staff?run=").count(), 10);
    let none = admin.get("/admin/sources/staff?status=failed").await.text;
    assert!(none.contains("Rien de tel") && !none.contains("runs.csv"));

    let file = async |query: &str| admin.get(&format!("/admin/sources{query}")).await.text;
    let (new, old) = (file("/staff/runs.csv").await, file("/staff/runs.csv?sort=old").await);
    assert_eq!((new.lines().count(), new.lines().nth(1)), (41, old.lines().last()));
    assert_eq!(file("/staff/runs.csv?status=refused").await.matches("E-SYNC-VANISH").count(), 10);
    assert_eq!(file(".csv?status=done").await.lines().count(), 2);
    assert_eq!(file(".csv?status=never").await.lines().count(), 1);
    assert_eq!(house.last("export.made").await.reason, "sources");
    let marie = house.sign_in("marie.dupont").await;
    marie.get("/admin/sources/staff/runs.csv").await.must_be(403, "E-FORBIDDEN");
}

#[actix_web::test]
async fn whoever_left_a_list_does_not_come_back_by_signing_in_elsewhere() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let rule = "[link:uid]\nsources = agents, staff\nattribute = uid\n";
    let house = house(&folder, rule).await;
    let staff = house.parts().synced[0].clone();
    let read = async |text: String| {
        std::fs::write(folder.path().join("staff.csv"), text).expect("ours");
        house.wait(Duration::minutes(1));
        let engine = house.parts().sync_engine();
        assert!(engine.look_after(&staff).await.expect("it is read"));
    };
    let account = async || {
        let mut tx = house.db().read().await.expect("the database answers");
        let found = store::account_by_source_id(&mut tx, "staff", "marie.dupont").await;
        let found = found.expect("the database answers").expect("she was in the list");
        let accounts = store::accounts_of(&mut tx, found.person).await;
        (found, accounts.expect("the database answers").len())
    };
    let marie = "marie.dupont;Marie;Dupont;;9749802L;National_ENS\n";
    read(list(0..9) + marie).await;
    assert_eq!(account().await.1, 1);

    house.sign_in("marie.dupont").await;
    assert_eq!(account().await.1, 2, "the rule joins her accounts");

    read(list(0..9)).await;
    let left = account().await.0.ended_at;
    assert!(left.is_some());
    house.sign_in("marie.dupont").await;
    assert_eq!(account().await.0.ended_at, left);
}

#[actix_web::test]
async fn names_go_at_night_also_of_sources_that_are_no_more() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let house = house(&folder, "").await;
    house.run_jobs().await;
    let difference = Difference {
        kind: Change::Appears,
        source_id: "x".into(),
        name: "Somebody".into(),
        fields: Vec::new(),
    };
    let mut runs = Vec::new();
    for minute in 0..2 {
        let mut run = Run {
            state: "running".into(),
            ..some_run("gone", house.now() + Duration::minutes(minute))
        };
        let mut tx = house.db().write().await.expect("a transaction");
        begin_run(&mut tx, &run).await.expect("kept");
        run.state = "done".into();
        let told = std::slice::from_ref(&difference);
        end_run(&mut tx, &run, &[], told).await.expect("kept");
        tx.commit().await.expect("kept");
        runs.push(run.id);
    }
    let left = async || {
        let mut tx = house.db().read().await.expect("a transaction");
        let mut left = (0, 0);
        for run in &runs {
            left.0 += usize::from(run_by_id(&mut tx, *run).await.expect("a table").is_some());
            left.1 += differences_of_run(&mut tx, *run).await.expect("a table").len();
        }
        left
    };
    let mut seen = Vec::new();
    for days in [13, 3, 80] {
        house.wait(Duration::days(days));
        house.run_jobs().await;
        seen.push(left().await);
    }
    assert_eq!(seen, [(2, 2), (2, 0), (1, 0)], "the last comparison of everybody stays");
}
