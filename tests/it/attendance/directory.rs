//! Groups that a real directory fills.
use crate::house::{Answer, House, Person, Setup};
use crate::peers::slapd::{Directory, Setup as Slap, Slapd};
use crate::rights::{give, person_of};
use aiguillage::attendance::import::{How, List, Report, read_members};
use aiguillage::attendance::{Hand, ReadGroups, Signer, store};
use aiguillage::audit::Trace;
use aiguillage::identity::Rne;
use aiguillage::rights::{Grant, Role, Scope};
use aiguillage::sync::{Mode, Order, Progress};
use chrono::Duration;
use std::fs;
use std::path::Path;
use uuid::Uuid;

/// Where the crowd of the directory goes to school.
const SCHOOL: &str = "9740091F";

struct Scene {
    slapd: Slapd,
    house: House,
    group: Uuid,
}

impl Scene {
    /// 610 people in the directory, 600 of whom are known here, and an empty group.
    async fn open() -> Self {
        let slapd = Slapd::start_with(Slap { crowd: 610, ..Slap::default() }).await;
        let base = Directory::Teleservices.base();
        let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/data/house/sources.ini");
        let sources = fs::read_to_string(data).expect("a file of ours");
        let (url, crowd) = (slapd.url(), format!("ou=foule,{base}"));
        let sources = format!(
            "{sources}\n[source:foule]\nkind = ldap\nrole = teleservices\nurl = {url}\nbase = {base}\n\
             people_base = {crowd}\npeople_filter = (&(uid=eleve0*)(!(uid=eleve060*)))\n\
             bind_dn = \"cn=reader,{base}\"\nbind_password = env:READER\nsync = yes\n"
        );
        let settings = vec![("READER", "lecteur".to_owned())];
        let setup = Setup { settings, sources: Some(sources), ..Setup::default() };
        let house = House::open_with(setup).await;
        let parts = house.parts();
        let source = parts.synced.iter().find(|it| it.name == "foule").expect("the directory");
        let order = Order { mode: Mode::Full, dry_run: false, force: false, asked_by: "x".into() };
        let engine = parts.sync_engine();
        let done = engine.run(source, &order, &Progress::default(), &mut |_| {}).await;
        assert_eq!(done.expect("a run").counts.appeared, 600);

        let rne = Rne::parse(SCHOOL).expect("a code");
        let mut tx = house.db().write().await.expect("a transaction");
        let named = ("3EME", "Troisième", "2026-2027");
        let (programme, _) = store::insert_programme(&mut tx, &rne, named).await.expect("kept");
        let group = store::insert_group(&mut tx, (&rne, programme), ("free", "3EME C", "manual"));
        let (group, _) = group.await.expect("kept");
        tx.commit().await.expect("kept");
        Self { slapd, house, group }
    }

    async fn post(&self, who: &Person<'_>, what: &str, fields: &[(&str, &str)]) -> Answer {
        who.post_from("/sessions", &format!("/attendance/groups/{}{what}", self.group), fields)
            .await
    }

    async fn fill(&self, who: &Person<'_>, filter: &str) -> Answer {
        self.post(who, "/directory", &[("source", "foule"), ("filter", filter)]).await
    }

    /// Somebody who sets attendance up in the school.
    async fn setter(&self) -> Person<'_> {
        let rose = self.house.sign_in("rose.secretaire").await;
        let here = Scope::School(Rne::parse(SCHOOL).expect("a code"));
        let own = Grant { role: Role::AttendanceAdmin, scope: here };
        give(&self.house, person_of(&self.house, "rose.secretaire").await, &[own]).await;
        rose
    }

    /// Bring a list of one member in.
    async fn list(&self, login: &str) -> Report {
        let desk = &self.house.parts().attendance;
        let how = How {
            rne: Rne::parse(SCHOOL).expect("a code"),
            is_dry: false,
            skips: false,
            is_sure: true,
            hand: Hand { signer: Signer::Command, trace: Trace::default(), now: self.house.now() },
            rules: desk.rules.clone(),
            zone: desk.zone,
        };
        let list = format!("login;programme;groups\n{login};3EME;3EME C\n");
        let (members, wrong) = read_members(list.as_bytes()).expect("a list");
        let list = (&List::Members(members), wrong);
        desk.bring(self.house.db(), &how, list).await.expect("an answer")
    }

    /// Members today.
    async fn members(&self) -> usize {
        let mut tx = self.house.db().read().await.expect("the database answers");
        let day = self.house.now().date_naive();
        store::members_from(&mut tx, self.group, day).await.expect("members").len()
    }

    /// Outcome, found, joined, ended and unknown of the last reading.
    async fn last(&self) -> (String, [i64; 3], usize) {
        let mut tx = self.house.db().read().await.expect("the database answers");
        let row = store::group_reading(&mut tx, self.group).await.expect("an answer");
        let row = row.expect("a reading");
        (row.outcome, [row.found, row.joined, row.ended], row.unknown.len())
    }
}

#[actix_web::test]
async fn a_directory_fills_a_group_page_after_page_and_ends_few_without_asking() {
    let scene = Scene::open().await;
    let admin = scene.house.administrator().await;
    let page = admin.get(&format!("/attendance/groups/{}", scene.group)).await;
    assert!(page.text.contains("<option value=\"foule\""), "{}", page.words());
    assert_eq!(scene.fill(&admin, "(uid=eleve0*)").await.status, 303);
    let read = scene.post(&admin, "/read", &[]).await;
    assert!(read.location().ends_with("?done=read"), "{}", read.text);
    assert_eq!((scene.members().await, scene.last().await.0), (600, "kept".into()));
    assert_eq!(scene.last().await.1, [610, 600, 0], "over 500: more than one page");
    assert_eq!(scene.last().await.2, 10);
    let page = admin.get(&format!("/attendance/groups/{}", scene.group)).await;
    assert!(page.text.contains("Inconnus ici (10)") && page.text.contains("eleve0601"));
    let rose = scene.setter().await;
    let page = rose.get(&format!("/attendance/groups/{}", scene.group)).await;
    assert!(page.text.contains("Inconnus ici (10)"), "{}", page.words());
    assert!(!page.text.contains("eleve0601"), "who that is may be another school's business");

    // One leaves: the membership ends today, and the past stays.
    scene.house.wait(Duration::days(1));
    scene.slapd.modify("dn: uid=eleve0042,ou=foule,o=teleservices,c=fr\nchangetype: delete\n\n");
    let mut tx = scene.house.db().write().await.expect("a transaction");
    scene.house.parts().jobs.queue.add(&mut tx, &ReadGroups {}).await.expect("asked");
    tx.commit().await.expect("kept");
    scene.house.run_jobs().await;
    assert_eq!((scene.members().await, scene.last().await.1), (599, [609, 0, 1]));
    let mut tx = scene.house.db().read().await.expect("the database answers");
    let today = scene.house.now().date_naive();
    let all = store::members(&mut tx, scene.group, today, (0, 1000)).await.expect("members");
    drop(tx);
    let gone = all.iter().find(|it| it.until.is_some()).expect("kept in the past");
    assert_eq!((all.len(), gone.until), (600, Some(today)));

    // Much less is refused, until somebody is sure.
    let admin = scene.house.administrator().await;
    assert_eq!(scene.fill(&admin, "(uid=eleve00*)").await.status, 303);
    let refused = scene.post(&admin, "/read", &[]).await;
    assert!(refused.location().ends_with("?done=sweeping"), "{}", refused.text);
    assert_eq!((scene.members().await, scene.last().await.0), (599, "sweeping".into()));
    assert_eq!(scene.post(&admin, "/read", &[("sure", "1")]).await.status, 303);
    assert_eq!(scene.members().await, 99);
    assert_eq!(scene.house.last("roll.group_read").await.reason, "kept");

    // Nobody adds by hand what the directory would end.
    let student = all[0].student.0.to_string();
    let fields = [("add", student.as_str()), ("since", "2027-01-16")];
    scene.post(&admin, "", &fields).await.must_be(409, "E-ROLL-DIRECTORY");
    let refused = scene.list("eleve0042").await;
    assert_eq!((&*refused.wrong[0].column, &*refused.wrong[0].code), ("groups", "of_directory"));
    assert_eq!(scene.members().await, 99);

    // Taken from the directory, the group is filled by hand and by lists again.
    assert_eq!(scene.post(&admin, "/directory", &[("source", "")]).await.status, 303);
    assert!(scene.list("eleve0142").await.is_kept);
    assert_eq!(scene.members().await, 100);
}

#[actix_web::test]
async fn a_silent_directory_changes_nothing_and_filters_are_the_installations() {
    let mut scene = Scene::open().await;
    let admin = scene.house.administrator().await;
    scene.fill(&admin, "(uid=eleve").await.must_be(422, "E-ROLL-FILTER");
    assert_eq!(scene.fill(&admin, "(uid=eleve000*)").await.status, 303);
    assert_eq!(scene.post(&admin, "/read", &[]).await.status, 303);
    assert_eq!(scene.members().await, 10);
    scene.slapd.stop();
    scene.post(&admin, "/read", &[]).await.must_be(502, "E-ROLL-DIRECTORY-SILENT");
    assert_eq!((scene.members().await, scene.last().await.0), (10, "failed".into()));

    let rose = scene.setter().await;
    scene.fill(&rose, "(uid=eleve*)").await.must_be(403, "E-FORBIDDEN");
    scene.post(&rose, "/read", &[]).await.must_be(502, "E-ROLL-DIRECTORY-SILENT");
}
