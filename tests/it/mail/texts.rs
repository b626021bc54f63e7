//! Texts of messages that administrators write.
use super::{account, fields, letter, messages, post, scene, send, states, working};
use crate::house::{Answer, OFFICE, Person};
use crate::peers::smtp::MailServer;
use aiguillage::health;
use aiguillage::on;

const PAGE: &str = "/admin/mail/templates/test/fr";

/// The fields of the form, with these words.
fn typed<'a>(
    version: &'a str,
    subject: &'a str,
    text: &'a str,
    html: &'a str,
) -> [(&'static str, &'a str); 4] {
    [("version", version), ("subject", subject), ("mail_text", text), ("mail_html", html)]
}

async fn save(admin: &Person<'_>, version: &str, text: &str) -> Answer {
    let html = "<p>Bonjour de {{ account }}</p>";
    admin.post_from(PAGE, PAGE, &typed(version, "Essai de {{ product }}", text, html)).await
}

#[actix_web::test]
async fn what_an_administrator_writes_is_what_leaves_and_the_default_comes_back() {
    let (scene, server) = working().await;
    let admin = scene.house.administrator().await;
    let shown = admin.get(PAGE).await.text;
    assert!(shown.contains("{{ account }}") && shown.contains("Vie scolaire &#60;essai&#62;"));

    let saved = save(&admin, "0", "Mes mots :\r\n{{ account }}").await;
    assert_eq!((saved.status, saved.location()), (303, PAGE), "{}", saved.text);
    let words = serde_json::json!({ "account": "<b>Vie</b>" });
    let mail = aiguillage::mail::Letter { values: words, ..letter("alix@x.example", "1") };
    post(&scene.house, &mail).await;
    scene.house.run_jobs().await;

    let content = server.kept()[0]["content"].as_str().expect("text").to_owned();
    assert!(content.contains("Mes mots") && content.contains("<b>Vie</b>"), "{content}");
    assert!(content.contains("&lt;b&gt;Vie"), "values are escaped in HTML: {content}");
    let told = scene.house.last("mail.wording_changed").await;
    assert_eq!((told.outcome.as_str(), told.reason.as_str()), ("ok", "changed"));
    assert!(told.person.is_some());
    assert!(admin.get("/admin/mail/templates").await.text.contains("modifié"));

    let restore = format!("{PAGE}/default");
    assert_eq!(admin.post_from(PAGE, &restore, &[("version", "1")]).await.status, 303);
    send(&scene.house, "zoe@x.example").await;
    scene.house.run_jobs().await;
    let content = server.kept()[1]["content"].as_str().expect("text").to_owned();
    assert!(!content.contains("Mes mots"), "{content}");
    let mut tx = scene.house.db().read().await.expect("the database answers");
    let sql = "SELECT wording FROM mail ORDER BY created_at, id";
    let kept: Vec<Option<i64>> =
        on!(&mut tx, |conn| sqlx::query_scalar(sql).fetch_all(conn).await).expect("rows");
    assert_eq!(kept, [Some(1), Some(0)], "each message knows the version of its text");
    drop(tx);
    let old = admin.get(&format!("{PAGE}?version=1")).await.text;
    assert!(old.contains("Mes mots"), "an old version can be looked up: {old}");
}

#[actix_web::test]
async fn a_text_that_cannot_be_used_is_refused_and_stays_in_the_form() {
    let scene = scene().await;
    let admin = scene.house.administrator().await;
    for (text, said) in [
        ("un\n{{ acount }}", "Ligne 2 : La valeur « acount » n’existe pas."),
        ("un\ndeux\n{{ account", "Ligne 3"),
        ("{% include '/etc/passwd' %}", "« include »"),
    ] {
        let refused = save(&admin, "0", text).await;
        assert_eq!(refused.status, 422);
        let words = refused.words();
        assert!(words.contains(said), "{said} in {words}");
        assert!(
            refused.text.contains("E-MAIL-TEXT") && refused.text.contains("Essai de {{ product")
        );
        let told = scene.house.last("mail.wording_changed").await;
        assert_eq!((told.outcome.as_str(), told.reason.as_str()), ("refused", "E-MAIL-TEXT"));
    }
    assert!(!admin.get("/admin/mail/templates").await.text.contains("modifié"));
    let preview = format!("{PAGE}/preview");
    let looked = typed("0", "s", "Vu : {{ account|upper }}", "<p>x</p>");
    let shown = admin.post_from(PAGE, &preview, &looked).await;
    assert!(shown.words().contains("VIE SCOLAIRE"), "{}", shown.text);
    assert_eq!(admin.get("/admin/mail/templates/none/fr").await.status, 404);
    let teacher = scene.house.sign_in("paul.hoarau").await;
    assert_eq!(teacher.get(PAGE).await.status, 403);
}

#[actix_web::test]
async fn whoever_saves_after_somebody_else_is_told_and_loses_nothing() {
    let scene = scene().await;
    let admin = scene.house.administrator().await;
    assert_eq!(save(&admin, "0", "Premier").await.status, 303);

    let late = save(&admin, "0", "Second").await;

    assert_eq!(late.status, 409);
    assert!(late.text.contains("E-MAIL-STALE") && late.text.contains("Second"), "{}", late.text);
    assert!(admin.get(PAGE).await.text.contains("Premier"));
    assert!(late.text.contains("name=\"version\" value=\"1\""), "{}", late.text);
    assert_eq!(save(&admin, "1", "Second").await.status, 303);
}

#[actix_web::test]
async fn a_text_that_was_damaged_gives_way_to_the_default_and_is_reported() {
    let (scene, server) = working().await;
    let admin = scene.house.administrator().await;
    assert_eq!(save(&admin, "0", "Mes mots").await.status, 303);
    let before = health_of(&scene.house).await;
    assert_eq!(before["checks"]["mail_texts"]["ok"], true, "{before}");
    let mut tx = scene.house.db().write().await.expect("a transaction");
    let sql = "UPDATE mail_wording SET html = '{% autoescape false %}{{ account'";
    on!(&mut tx, |conn| sqlx::query(sql).execute(conn).await.map(drop)).expect("damaged");
    tx.commit().await.expect("kept");

    send(&scene.house, "alix@x.example").await;
    scene.house.run_jobs().await;

    assert_eq!(states(&scene.house).await, "sent");
    assert_eq!(messages(&scene.house).await.len(), 1);
    let content = server.kept()[0]["content"].as_str().expect("text").to_owned();
    assert!(!content.contains("Mes mots"), "{content}");
    let after = health_of(&scene.house).await;
    assert_eq!(after["state"], "degraded");
    assert_eq!(after["checks"]["mail_texts"]["damaged"], serde_json::json!(["test.fr"]));
    let list = admin.get("/admin/mail/templates").await.text;
    assert!(list.contains("inutilisable"), "{list}");
}

#[actix_web::test]
async fn a_test_goes_to_whoever_edits_the_text() {
    let scene = scene().await;
    let server = MailServer::start("starttls", &scene.authority).await;
    let chef = "[chef]\nsource = agents\ndisplayName = Chef\nrole = admin\n\
                mail = chef@college.example\n";
    scene.house.invent(chef).await;
    let admin = scene.house.sign_in_from("chef", OFFICE).await;
    let words = typed("0", "Objet {{ account }}", "Corps", "<p>Corps</p>");
    let test = format!("{PAGE}/test");
    let nowhere = admin.post_from(PAGE, &test, &words).await;
    assert_eq!(nowhere.status, 422, "there is no account yet");
    account(&admin, &fields(&server, "starttls")).await;

    let sent = admin.post_from(PAGE, &test, &words).await;

    assert_eq!(sent.status, 200, "{}", sent.text);
    let kept = server.kept();
    let to = kept[0]["to"][0].as_str().expect("an address");
    assert!(sent.words().contains(&format!("Un essai est parti à {to}")), "{}", sent.text);
    assert!(kept[0]["content"].as_str().expect("text").contains("Objet Vie scolaire"));
    assert!(admin.get("/admin/mail/templates").await.text.contains("d’origine"), "not saved");
}

async fn health_of(house: &crate::house::House) -> serde_json::Value {
    health::report(house.parts()).await
}
