//! Where a password may go, and where it may not.
use super::{account, fields, scene, with};
use crate::peers::certificates::Authority;
use crate::peers::smtp::MailServer;

/// What trying the account out says.
async fn tried(tls: &str, account_tls: &str, change: &[(&'static str, &str)]) -> String {
    let scene = scene().await;
    let server = MailServer::start(tls, &scene.authority).await;
    let admin = scene.house.administrator().await;
    let fields = change
        .iter()
        .fold(fields(&server, account_tls), |fields, (name, value)| with(fields, name, value));
    let page = account(&admin, &fields).await;
    admin.post_from(&page, &format!("{page}/test"), &[]).await.text
}

#[actix_web::test]
async fn tls_from_the_first_byte_works_too() {
    let said = tried("implicit", "implicit", &[]).await;
    assert!(said.contains("Le compte fonctionne"), "{said}");
}

#[actix_web::test]
async fn no_password_goes_to_a_server_that_does_not_protect_it() {
    let said = tried("none", "starttls", &[]).await;
    assert!(said.contains("the server does not offer STARTTLS"), "{said}");
}

#[actix_web::test]
async fn a_certificate_for_another_name_is_refused() {
    let said = tried("starttls", "starttls", &[("host", "127.0.0.1")]).await;
    assert!(!said.contains("Le compte fonctionne"), "{said}");
    assert!(said.contains("certificate verify failed"), "{said}");
}

#[actix_web::test]
async fn a_certificate_of_another_authority_is_refused() {
    let scene = scene().await;
    let server = MailServer::start("starttls", &Authority::new()).await;
    let admin = scene.house.administrator().await;
    let page = account(&admin, &fields(&server, "starttls")).await;

    let said = admin.post_from(&page, &format!("{page}/test"), &[]).await.text;

    assert!(said.contains("certificate verify failed"), "{said}");
    assert!(server.kept().is_empty());
}

#[actix_web::test]
async fn a_server_that_asks_for_login_and_password_one_by_one_gets_them() {
    let scene = scene().await;
    let more = [("ONLY_LOGIN", "1")];
    let server = MailServer::start_with("starttls", &scene.authority, &more).await;
    let admin = scene.house.administrator().await;
    let page = account(&admin, &fields(&server, "starttls")).await;

    let said = admin.post_from(&page, &format!("{page}/test"), &[]).await.text;

    assert!(said.contains("Le compte fonctionne"), "{said}");
}
