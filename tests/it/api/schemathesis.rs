//! What a program makes of our document that was written to find faults: `schemathesis`, with all its
//! checks, a fixed seed and a bounded number of requests.
use super::once::failed_mail;
use super::{house_with, may, put, token};
use crate::house::House;
use aiguillage::api::Scope;
use serde_json::json;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Requests for each operation in its random phase.
const EXAMPLES: &str = "40";

/// Where `make needs` put it.
fn program() -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("a target folder");
    let program = target.join("schemathesis/bin/schemathesis");
    assert!(program.exists(), "{} is missing: make needs", program.display());
    program
}

/// What only this house knows, and which refusals follow from more than the document says.
fn settings(person: &str, mail: &str, job: &str) -> String {
    format!(
        "[checks]\n\
         # What the mapping of a source makes of a person is not in the document (422), nor whether\n\
         # a job may be tried again (409), nor which version of a séance was seen (412).\n\
         positive_data_acceptance.expected-statuses = ['2xx', 401, 403, 404, 409, 412, 422]\n\
         missing_required_header.expected-statuses = ['4xx']\n\
         [[operations]]\ninclude-path-regex = '/by-source/'\n\
         parameters = {{ 'path.source' = 'rh' }}\n\
         [[operations]]\ninclude-path-regex = '/sources/'\n\
         parameters = {{ 'path.source' = 'rh' }}\n\
         [[operations]]\ninclude-path = '/api/v1/people/{{id}}'\n\
         parameters = {{ 'path.id' = '{person}' }}\n\
         [[operations]]\ninclude-path-regex = '/mail/outbox/'\n\
         parameters = {{ 'path.id' = '{mail}' }}\n\
         [[operations]]\ninclude-path-regex = '/mail/accounts/.+/test'\n\
         parameters = {{ 'path.id' = '00000000-0000-0000-0000-000000000000' }}\n\
         [[operations]]\ninclude-path-regex = '/api/v1/jobs/'\n\
         parameters = {{ 'path.id' = '{job}' }}\n"
    )
}

async fn scene() -> House {
    let many = "1000000".to_owned();
    let house = house_with(vec![
        ("AIGUILLAGE_LIMITS_API_BURST", many.clone()),
        ("AIGUILLAGE_LIMITS_ANONYMOUS_BURST", many.clone()),
        ("AIGUILLAGE_LOOKUP_RATE_BURST", many),
    ])
    .await;
    house.invite(&["paul.hoarau", "admin"]).await;
    house.run_jobs().await;
    house
}

#[actix_web::test]
async fn not_one_of_thousands_of_odd_requests_breaks_the_service_or_the_document() {
    let house = scene().await;
    let pusher = may(&house, &[Scope::PeopleWrite]).await;
    let known = json!({ "prenom": "Ada", "nom": "X", "displayName": "Ada X" });
    let known = put(&pusher, "/api/v1/people/by-source/rh/ada", &known).await.json();
    let person = known["person"]["id"].as_str().expect("an id").to_owned();
    let mail = failed_mail(&house, "a@x.example").await;
    let reader = may(&house, &[Scope::JobsRead]).await;
    let jobs = reader.get("/api/v1/jobs?state=given_up&limit=1").await.json();
    let job = jobs["items"][0]["id"].as_str().expect("a job").to_owned();
    let token = token(&house, &Scope::all().collect::<Vec<_>>(), |_| {}).await;
    let folder = tempfile::tempdir().expect("a temporary folder");
    let config = folder.path().join("schemathesis.toml");
    fs::write(&config, settings(&person, &mail.to_string(), &job)).expect("written");
    let report = folder.path().join("report.txt");

    let (program, url) = (program(), house.url("/api/openapi.json"));
    let output = fs::File::create(&report).expect("a file");
    let mut command = Command::new(program);
    command.current_dir(folder.path()).arg("--config-file").arg(&config).arg("run").arg(url);
    command.args(["--checks", "all", "--seed", "20270115", "--max-examples", EXAMPLES]);
    // One at a time: `ast` of Python 3.11 breaks when two threads use it.
    command.args(["--workers", "1", "--generation-database", "none", "--no-color"]);
    command.arg("--continue-on-failure");
    command.arg("--header").arg(format!("Authorization: Bearer {token}"));
    command.stdin(Stdio::null()).stdout(output.try_clone().expect("a file")).stderr(output);
    let mut running = command.spawn().expect("it starts");
    let ended = actix_web::rt::task::spawn_blocking(move || running.wait()).await;

    let said = fs::read_to_string(&report).expect("a report");
    let ended = ended.expect("a thread").expect("it ends");
    assert!(ended.success(), "{said}");
    assert!(said.contains("passed"), "{said}");
}
