//! A running service follows federations by itself, and a command says how it goes.
use super::Installation;
use crate::feeds::publisher::{Publisher, portal};

const UNTIL: &str = "2126-01-01T00:00:00Z";

#[actix_web::test]
async fn what_a_federation_publishes_comes_by_itself() {
    let publisher = Publisher::open();
    let section = publisher.section("partners = yes\nrefresh = 1s");
    let installation = Installation::with(&section);
    let command = async |words: &[&'static str]| {
        // The publisher answers from this thread.
        let (mut command, words) = (installation.command(words), words.join(" "));
        let output = actix_web::web::block(move || command.output()).await;
        super::Ended::of(&output.expect("a thread").unwrap_or_else(|e| panic!("{words}: {e}")))
    };
    let none = command(&["federation", "list"]).await.good();
    assert!(none.contains("renater: nothing fetched yet"), "{none}");
    let failed = command(&["federation", "fetch"]).await;
    assert_eq!(failed.code, Some(1));
    assert!(failed.complained.contains("status 404"), "{}", failed.complained);
    let unknown = command(&["federation", "fetch", "edugain"]).await;
    assert!(unknown.complained.contains("[federation:edugain]"), "{}", unknown.complained);

    publisher.publish(&portal("cours"), UNTIL);
    let fetched = command(&["federation", "fetch", "renater"]).await.good();
    assert!(fetched.contains("renater: 1 entities came"), "{fetched}");
    assert!(command(&["federation", "fetch"]).await.good().contains("up to date"));
    let listed = command(&["federation", "list", "--json"]).await.json();
    assert_eq!((&listed[0]["partners"], &listed[0]["entities"]), (&1.into(), &1.into()));
    assert!(listed[0]["notes"]["trouble"].is_null(), "{listed}");

    let mut service = installation.serve().await;
    let figure = "federation_entities{federation=\"renater\"}";
    service.until("/metrics", |_, text| text.contains(&format!("{figure} 1"))).await;
    publisher.publish(&(portal("cours") + &portal("notes")), UNTIL);
    service.until("/metrics", |_, text| text.contains(&format!("{figure} 2"))).await;
    let known = service.client.get(service.url("/saml?sp_ident=https://notes.example/sp"));
    assert_eq!(known.send().await.expect("an answer").status(), 401, "sign in first");
}
