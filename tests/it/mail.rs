//! Mail, handed to a real server.
mod accounts;
mod cleaning;
mod limits;
mod oauth;
mod protection;
mod queue;
mod replies;
mod texts;
mod uncertain;

use crate::house::{House, Person, Setup};
use crate::peers::certificates::Authority;
use crate::peers::smtp::{MailServer, PASSWORD, USER};
use aiguillage::mail::store::{self, Filter, MailId, MailRow};
use aiguillage::mail::{Letter, MailAddress, Template};
use aiguillage::web::lang::Lang;
use serde_json::json;
use std::fs;
use tempfile::TempDir;

/// A house that believes an authority of the test.
struct Scene {
    house: Box<House>,
    authority: Authority,
    _folder: TempDir,
}

async fn scene() -> Scene {
    scene_with(&[]).await
}

/// The same with more settings.
async fn scene_with(more: &[(&'static str, &str)]) -> Scene {
    let authority = Authority::new();
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("ca.pem");
    fs::write(&path, authority.pem()).expect("written");
    let mut settings = vec![
        ("AIGUILLAGE_MAIL_CA_FILE", path.display().to_string()),
        ("AIGUILLAGE_MAIL_ADMINISTRATORS", "chef@college.example".to_owned()),
    ];
    settings.extend(more.iter().map(|(name, value)| (*name, (*value).to_owned())));
    let house = Box::pin(House::open_with(Setup { settings, ..Setup::default() })).await;
    house.run_jobs().await;
    Scene { house: Box::new(house), authority, _folder: folder }
}

/// A house whose account works.
async fn working() -> (Scene, MailServer) {
    let scene = scene().await;
    let server = MailServer::start("starttls", &scene.authority).await;
    account(&scene.house.administrator().await, &fields(&server, "starttls")).await;
    (scene, server)
}

/// The fields of an account at this server.
fn fields(server: &MailServer, tls: &str) -> Vec<(&'static str, String)> {
    [
        ("name", "Vie scolaire".to_owned()),
        ("from_address", USER.to_owned()),
        ("from_name", "Collège Évariste-Galois".to_owned()),
        ("reply_to", "secretariat@college.example".to_owned()),
        ("host", "localhost".to_owned()),
        ("port", server.port.to_string()),
        ("tls", tls.to_owned()),
        ("auth", "password".to_owned()),
        ("user", USER.to_owned()),
        ("password", PASSWORD.to_owned()),
        ("per_minute", "60".to_owned()),
        ("per_day", "1000".to_owned()),
        ("is_on", "1".to_owned()),
    ]
    .to_vec()
}

/// The same with another value.
fn with(
    mut fields: Vec<(&'static str, String)>,
    name: &'static str,
    value: &str,
) -> Vec<(&'static str, String)> {
    fields.retain(|(known, _)| *known != name);
    fields.push((name, value.to_owned()));
    fields
}

/// Make an account; the path of its page.
async fn account(admin: &Person<'_>, fields: &[(&'static str, String)]) -> String {
    let pairs: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let answer = admin.post_from("/admin/mail/new", "/admin/mail/new", &pairs).await;
    assert_eq!(answer.status, 303, "{}", answer.text);
    answer.location().to_owned()
}

fn letter(to: &str, about: &str) -> Letter {
    Letter {
        to: MailAddress::parse(to).expect("an address"),
        person: None,
        template: Template::Test,
        lang: Lang::Fr,
        values: json!({ "account": "Vie scolaire" }),
        about: about.to_owned(),
        account: None,
    }
}

async fn send(house: &House, to: &str) {
    assert!(post(house, &letter(to, to)).await);
}

/// Whether it was not told before.
async fn post(house: &House, letter: &Letter) -> bool {
    let post = &house.parts().mailer.post;
    let mut tx = house.db().write().await.expect("a transaction");
    let added = post.add(&mut tx, letter).await.expect("kept");
    post.queue.commit(tx).await.expect("kept");
    added.is_some()
}

/// All messages, the oldest first.
async fn messages(house: &House) -> Vec<MailRow> {
    messages_up_to(house, 100).await
}

/// The same, as many as there may be.
async fn messages_up_to(house: &House, limit: i64) -> Vec<MailRow> {
    let filter = Filter { limit, ..Filter::default() };
    let mut tx = house.db().read().await.expect("a transaction");
    let mut rows = store::list(&mut tx, &filter).await.expect("rows");
    rows.reverse();
    rows
}

async fn states(house: &House) -> String {
    messages(house).await.iter().map(|mail| mail.state.as_str()).collect::<Vec<_>>().join(" ")
}

/// An administrator sends a message again.
async fn again(house: &House, mail: MailId) {
    let admin = house.administrator().await;
    let path = format!("/admin/mail/messages/{mail}/again");
    assert_eq!(admin.post_from("/admin/mail", &path, &[]).await.status, 303);
}
