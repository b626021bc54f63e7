//! A running service and the commands that change its keys.
use super::{Installation, Service};
use serde_json::Value;

/// The certificates that the metadata show, the first of them signs.
async fn published(service: &Service<'_>) -> Vec<String> {
    let answer = service.client.get(service.url("/saml/metadata")).send().await;
    let text = answer.expect("an answer").text().await.expect("metadata");
    let role = text.split("<md:IDPSSODescriptor").nth(1).expect("a role").to_owned();
    let certificates = role.split("<ds:X509Certificate>").skip(1);
    certificates.map(|piece| piece.split('<').next().unwrap_or_default().to_owned()).collect()
}

/// Send SIGHUP and wait until the metadata are as expected.
async fn hang_up(service: &Service<'_>, expected: impl Fn(&[String]) -> bool) -> Vec<String> {
    service.process.signal("HUP");
    for _ in 0..1_500 {
        let shown = published(service).await;
        if expected(&shown) {
            return shown;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("the metadata never changed: {}", service.installation.log());
}

#[actix_web::test]
async fn a_running_service_publishes_uses_and_drops_keys_without_a_restart() {
    let house = Installation::new();
    let service = house.serve().await;
    let first = published(&service).await;
    assert_eq!(first.len(), 1);

    house.run(&["keys", "new"]).good();
    let both = hang_up(&service, |shown| shown.len() == 2).await;
    assert_eq!(both[0], first[0], "the old one signs");

    house.run(&["keys", "rotate", "--now"]).good();
    let turned = hang_up(&service, |shown| shown[0] != first[0]).await;
    assert_eq!(turned, [both[1].clone(), both[0].clone()]);

    let keys = house.run(&["keys", "list", "--json"]).json();
    let is_old = |key: &&Value| key["purpose"] == "saml" && key["state"] == "replaced";
    let old = keys.as_array().expect("a list").iter().find(is_old).expect("the first key");
    house.run(&["keys", "retire", old["id"].as_str().expect("an id")]).good();
    assert_eq!(hang_up(&service, |shown| shown.len() == 1).await, [both[1].clone()]);
    assert!(house.log().contains("the signing keys changed"));
}
