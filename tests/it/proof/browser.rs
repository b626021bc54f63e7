//! The page that checks a file in the browser, as it is sent and from a saved copy.
use super::certificates::take_back;
use super::documents::statement;
use super::{facts, house};
use crate::peers::browser;
use aiguillage::attendance::proof::Facts;
use aiguillage::web::lang::Lang;
use chrono::Duration;
use serde_json::json;
use std::fs;

#[tokio::test]
async fn a_browser_checks_a_file_without_sending_it() {
    let (house, register) = house().await;
    let folder = tempfile::tempdir().expect("a folder");
    let keep = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        fs::write(&path, bytes).expect("the folder is ours");
        path.to_str().expect("a path").to_owned()
    };
    let proof = &house.parts().proof;
    let known = facts();
    let (_, good) = proof.document(register.note(known), Lang::Fr).await.expect("a file");
    let mistaken = Facts { teacher: "MARTIN Luc".into(), ..facts() };
    let presence = register.note(mistaken.clone());
    let (_, revoked) = proof.document(presence, Lang::Fr).await.expect("a file");
    take_back(&house, &register, &mistaken).await;
    house.wait(Duration::minutes(10));
    let jws = statement(&good);
    let (head, rest) = jws.split_once('.').expect("three parts");
    let changed = format!("{head}.{}", rest.replacen("eyJ2Ijox", "eyJ2Ijoy", 1));
    let files = json!([
        [keep("good.pdf", &good), "valid", "LEGRAND Maëlle"],
        [keep("certificat.jws", jws.as_bytes()), "valid", "NDIAYE Awa"],
        [keep("changed.jws", changed.as_bytes()), "changed", "a été modifié"],
        [keep("revoked.pdf", &revoked), "revoked", "MARTIN Luc"],
        [keep("none.pdf", b"%PDF-1.7"), "none", "ne contient pas"],
    ]);

    let page = house.visitor().get("/v").await.text;
    for piece in page.split("\"/assets/").skip(1) {
        let name = piece.split('"').next().expect("a name");
        let asset = house.visitor().get(&format!("/assets/{name}")).await;
        keep(name, asset.text.as_bytes());
    }
    let saved = keep("page.html", page.replace("\"/assets/", "\"").as_bytes());

    let base = house.url("");
    let (start, saved) = (house.url("/v"), format!("file://{saved}"));
    let files = files.to_string();
    let settings =
        [("BASE", base.as_str()), ("START", &start), ("SAVED", &saved), ("FILES", &files)];
    browser::run("proof.mjs", &settings).await.praise();
}
