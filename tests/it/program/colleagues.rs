//! Colleagues brought in and searched from the command line, beside a running service too.
use super::Installation;
use crate::peers::process::Process;
use aiguillage::db::{DatabaseSettings, Db};
use aiguillage::identity::store;
use serde_json::Value;
use std::fmt::Write as _;
use std::process::Stdio;
use std::time::Duration;

fn list(people: std::ops::Range<usize>) -> String {
    let mut list = "username;firstName;lastName;email;nclocator\n".to_owned();
    for n in people {
        let _ = writeln!(list, "p{n};Agnès;Nom{n};p{n}@ac-x.example;https://nuage.example");
    }
    list
}

fn path(house: &Installation, name: &str) -> String {
    house.path(name).display().to_string()
}

#[test]
fn a_list_is_tried_brought_in_and_refused_when_it_was_cut_short() {
    let house = Installation::new();
    house.write("people.csv", &(list(0..30) + ";Sans;Identifiant;;nuage.example\n"));
    let file = path(&house, "people.csv");

    let dry = house.run(&["import", &file, "--dry-run", "--json"]);
    assert_eq!((&dry.json()["added"], &dry.json()["dry_run"]), (&30.into(), &true.into()));
    assert!(dry.complained.contains("line 32: username is empty"), "{}", dry.complained);
    let rejected = std::fs::read_to_string(house.path("people.csv.rejected.csv")).expect("a file");
    assert_eq!(rejected, "line,reason\n32,\"username is empty\"\n");

    let done = house.run(&["import", &file]).good();
    assert!(done.lines().any(|line| line.split_whitespace().eq(["added", "30"])), "{done}");
    let again = house.run(&["import", &file, "--json"]).json();
    assert_eq!((&again["unchanged"], &again["rejected"]), (&30.into(), &1.into()));

    house.write("short.csv", &list(0..10));
    let short = path(&house, "short.csv");
    let refused = house.run(&["import", &short]);
    assert_eq!(refused.code, Some(1));
    assert!(refused.complained.contains("20 of 30"), "{}", refused.complained);
    let forced = house.run(&["import", &short, "--force", "--json"]).json();
    assert_eq!(forced["removed"], 20);
}

#[test]
fn what_is_no_list_says_so() {
    let house = Installation::new();
    house.write("other.csv", "a,b\n1,2\n");
    let wrong = house.run(&["import", &path(&house, "other.csv")]);
    assert_eq!(wrong.code, Some(1));
    assert!(wrong.complained.contains("names no column username"), "{}", wrong.complained);
    assert_eq!(house.run(&["import", &path(&house, "missing.csv")]).code, Some(1));
    let name = house.run(&["import", &path(&house, "other.csv"), "--list", "Agents d'État"]);
    assert!(name.complained.contains("a list is named"), "{}", name.complained);
}

#[actix_web::test]
async fn the_service_finds_what_is_imported_beside_it() {
    let house = Installation::new();
    let mut service = house.serve().await;
    house.write("people.jsonl", concat!(
        r#"{"username":"amartin","firstName":"Agnès","lastName":"Martin","email":"a.martin@x.example","nclocator":"https://nuage-a.example"}"#, "\n",
        r#"{"username":"zoe","firstName":"Zoé","lastName":"Durand","email":"z@x.example","nclocator":"nuage-a.example"}"#, "\n",
        r#"{"username":"zd","firstName":"Zoé","lastName":"Durand","email":"z@x.example","nclocator":"nuage-b.example"}"#, "\n",
    ));
    house.run(&["import", &path(&house, "people.jsonl")]).good();
    let follows = |text: &str| {
        let report: Value = serde_json::from_str(text).expect("JSON");
        report["checks"]["index"]["documents"] == 2 && report["checks"]["index"]["ok"] == true
    };
    service.until("/healthz", |_, text| follows(text)).await;
    service.until("/metrics", |_, text| text.contains("index_lag_changes 0")).await;

    let found = house.run(&["lookup", "search", "martin agnes", "--json"]).json();
    assert_eq!(found[0]["cloud_id"], "amartin@nuage-a.example");
    let told = house.run(&["lookup", "explain", "marton"]).good();
    assert!(told.contains("words      marton") && told.contains("one typing error"), "{told}");
    let conflicts = house.run(&["lookup", "conflicts", "--json"]).json();
    assert_eq!(conflicts.as_array().map(Vec::len), Some(1), "{conflicts}");
    assert_eq!(conflicts[0]["others"].as_array().map(Vec::len), Some(1), "{conflicts}");

    let asked = service.client.get(service.url("/users?search=martin")).send().await;
    assert_eq!(asked.expect("an answer").status(), 200);
    let (_, figures) = service.ask("/metrics").await.expect("an answer");
    for name in [
        "lookup_requests_total{outcome=\"answered\"} 1",
        "lookup_seconds_count 1",
        "lookup_harvest_total 0",
        "index_documents 2",
        "index_lag_seconds ",
        "index_lag_changes 0",
        "index_commit_seconds_count ",
        "index_rebuild_total ",
    ] {
        assert!(figures.contains(name), "{name} in {figures}");
    }
}

#[test]
fn without_an_index_a_search_says_how_to_get_one() {
    let house = Installation::new();
    let ended = house.run(&["lookup", "search", "martin"]);
    assert_eq!(ended.code, Some(1));
    assert!(ended.complained.contains("reindex"), "{}", ended.complained);
}

#[actix_web::test]
async fn a_killed_import_is_finished_by_the_next_one() {
    let house = Installation::new();
    house.run(&["migrate"]).good();
    house.write("people.csv", &list(0..20_000));
    let file = path(&house, "people.csv");
    let settings = DatabaseSettings::parse("sqlite:aiguillage.db", &house.path("var"));
    let db = Db::open(&settings.expect("an address")).await.expect("the database opens");
    let mut command = house.command(&["import", &file]);
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let mut importing = Process::start(&mut command).expect("the program starts");
    let mut written = 0;
    while written < 500 && importing.ended().is_none() {
        let mut tx = db.read().await.expect("the database answers");
        written = store::count_records(&mut tx).await.expect("the database answers");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    importing.kill();

    let before = store::count_records(&mut db.read().await.expect("a transaction")).await;
    let before = usize::try_from(before.expect("a count")).expect("a small number");
    assert!(before.is_multiple_of(500) && (500..20_000).contains(&before), "{before}");
    let finished = house.run(&["import", &file, "--json"]).json();
    assert_eq!(finished["unchanged"], before);
    assert_eq!(finished["added"], 20_000 - before);
}
