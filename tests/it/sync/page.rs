//! The page of the administration: what became of runs, and asking for one.
use super::{LIST, list};
use crate::house::{House, Setup};

#[actix_web::test]
async fn an_administrator_asks_for_a_reading_and_sees_what_became_of_it() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().display().to_string();
    let own = include_str!("../data/house/sources.ini");
    let sources = format!("{own}\n{}", LIST.replace("{folder}", &path));
    let house = House::open_with(Setup { sources: Some(sources), ..Setup::default() }).await;
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
