//! SIGHUP with files that cannot be used: the old ones stay, and everybody can see it.
use super::{Installation, Service, schools};
use std::fs;

async fn hang_up(service: &mut Service<'_>, state: &str) {
    service.process.signal("HUP");
    service.until_state(state).await;
}

#[actix_web::test]
async fn broken_schools_leave_the_old_ones_in_use_until_good_ones_come() {
    let house = Installation::new();
    let mut service = house.serve().await;
    service.until_state("ok").await;
    let etabs = house.path("etc/etabs.ini");
    let whole = schools(30);

    for (case, text) in [
        ("empty", Some(String::new())),
        ("truncated", Some(whole[..whole.len() / 4].to_owned())),
        ("broken", Some("\u{0}\u{1}[[[=;;".repeat(50))),
        ("missing", None),
    ] {
        match text {
            Some(text) => fs::write(&etabs, text).expect("written"),
            None => fs::remove_file(&etabs).expect("removed"),
        }
        hang_up(&mut service, "degraded").await;
        let (_, health) = service.ask("/healthz").await.expect("an answer");
        assert!(health.contains("etabs.ini"), "{case}: {health}");
        let (status, _) = service.ask("/readyz").await.expect("an answer");
        assert_eq!(status, 200, "{case}: still ready");
        let (_, figures) = service.ask("/metrics").await.expect("an answer");
        assert!(figures.contains("dispatch_schools 30"), "{case}: {figures}");

        fs::write(&etabs, &whole).expect("written");
        hang_up(&mut service, "ok").await;
    }

    fs::write(&etabs, schools(40)).expect("written");
    service.process.signal("HUP");
    service.until("/metrics", |_, text| text.contains("dispatch_schools 40")).await;
    assert!(house.log().contains("the old ones stay"));
}
