//! People of our own directories, found by any server although none pushed them.
use super::{Lookup, ids};
use aiguillage::audit::Trace;
use aiguillage::identity::store;
use aiguillage::sync::{Mode, Order, Progress, Rejected};
use chrono::Duration;
use serde_json::json;
use std::fs;
use tempfile::TempDir;

const HEAD: &str = "uid,givenName,sn,mail,nclocator\n";
const ZOE: &str = "zoe,Zoé,Hoarau,zoe@ac-x.test,\n";
const PAUL: &str = "paul,Paul,Payet,paul@ac-x.test,https://nuage-b.example.test/index.php\n";

struct Staff {
    lookup: Lookup,
    folder: TempDir,
}

impl Staff {
    async fn open() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("staff.csv");
        fs::write(&path, HEAD).expect("the folder is ours");
        let section = format!(
            "[source:staff]\nkind = csv\nrole = local\npath = {}\nvanish_limit = 100\n\
             cloud_server = nuage-a.example.test\ncloud_attribute = nclocator\n",
            path.display()
        );
        let lookup = Lookup::with(&section, &[]).await;
        // The first look at the timetable only notes when what is due.
        lookup.house.run_jobs().await;
        Self { lookup, folder }
    }

    /// Everybody whom the list names now is read, and the job that follows is done.
    async fn read(&self, lines: &[&str]) {
        let list = HEAD.to_owned() + &lines.concat();
        fs::write(self.folder.path().join("staff.csv"), list).expect("the folder is ours");
        self.lookup.house.wait(Duration::minutes(2));
        let parts = self.lookup.house.parts();
        let order = Order {
            mode: Mode::Full,
            dry_run: false,
            force: false,
            asked_by: "command".to_owned(),
        };
        let mut report = |rejected: &Rejected| panic!("{rejected:?}");
        let (engine, progress) = (parts.sync_engine(), Progress::default());
        let done = engine.run(&parts.synced[0], &order, &progress, &mut report).await;
        done.expect("read");
        self.lookup.house.wait(Duration::minutes(2));
        self.lookup.house.run_jobs().await;
        self.lookup.settled().await;
    }
}

#[actix_web::test]
async fn people_of_a_source_are_found_where_it_says_that_they_are() {
    let staff = Staff::open().await;
    let lookup = &staff.lookup;
    staff.read(&[ZOE, PAUL]).await;

    assert_eq!(lookup.found("hoarau zoe").await, ["zoe@nuage-a.example.test"]);
    assert_eq!(lookup.found("paul@ac-x.test").await, ["paul@nuage-b.example.test"]);
    let told = lookup.house.last("lookup.people").await;
    assert_eq!((told.reason.as_str(), &told.fields["added"]), ("staff", &json!(2)));

    let before = lookup.changes().await;
    staff.read(&[ZOE, PAUL]).await;
    assert_eq!(lookup.changes().await, before, "the same list writes nothing");

    staff.read(&[&ZOE.replace("Hoarau", "Grondin"), PAUL]).await;
    assert_eq!(lookup.found("grondin").await, ["zoe@nuage-a.example.test"]);
    assert!(lookup.found("hoarau").await.is_empty());
}

#[actix_web::test]
async fn whoever_leaves_the_source_or_hides_is_not_found() {
    let staff = Staff::open().await;
    let lookup = &staff.lookup;
    staff.read(&[ZOE, PAUL]).await;
    let zoe = store::accounts_by_login(&mut lookup.read().await, "zoe").await.expect("accounts");
    lookup.parts().intake.hide(zoe[0].person, true, &Trace::default()).await.expect("hidden");
    assert!(lookup.found("zoe").await.is_empty());
    staff.read(&[&ZOE.replace("Hoarau", "Grondin"), PAUL]).await;
    assert!(lookup.found("grondin").await.is_empty(), "the list knows whose record it is");

    staff.read(&[ZOE]).await;
    let heard = lookup.get("/users?search=paul").await;
    assert!(ids(&heard.json()).is_empty());
    let ended = store::accounts_by_login(&mut lookup.read().await, "paul").await.expect("accounts");
    let records = store::own_records(&mut lookup.read().await, ended[0].person).await;
    assert!(records.expect("records").is_empty(), "and nothing is kept");
    assert_eq!(lookup.house.last("lookup.people").await.fields["removed"], json!(1));
}

#[actix_web::test]
async fn what_a_server_says_of_its_users_counts_more() {
    let staff = Staff::open().await;
    let lookup = &staff.lookup;
    let user = json!({ "userid": "zoe", "name": "Zoé H.", "email": "zoe@ac-x.test" });
    lookup.push(&json!({ "zoe@nuage-a.example.test": user })).await;
    staff.read(&[ZOE]).await;
    let heard = lookup.get("/users?search=zoe").await.json();
    assert_eq!(heard[0]["name"]["value"], json!("Zoé H."));
    staff.read(&[PAUL]).await;
    assert!(lookup.found("zoe").await.is_empty(), "she left every directory");
}
