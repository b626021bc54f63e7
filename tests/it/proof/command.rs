//! `aiguillage verify-certificate`, far away from the service.
use super::certificates::take_back;
use super::documents::statement;
use super::{Register, facts, house};
use crate::house::House;
use aiguillage::web::lang::Lang;
use chrono::Duration;
use std::fs;
use std::process::Command;
use tempfile::TempDir;

struct Desk {
    house: House,
    register: Register,
    folder: TempDir,
}

impl Desk {
    async fn open() -> Self {
        let (house, register) = house().await;
        let desk = Self { house, register, folder: tempfile::tempdir().expect("a folder") };
        desk.fetch("/.well-known/attendance-jwks.json", "jwks.json").await;
        desk
    }

    fn place(&self, name: &str) -> String {
        self.folder.path().join(name).to_str().expect("a path").to_owned()
    }

    fn keep(&self, name: &str, bytes: &[u8]) {
        fs::write(self.place(name), bytes).expect("the folder is ours");
    }

    async fn fetch(&self, path: &str, name: &str) {
        let answer = self.house.visitor().get(path).await;
        assert_eq!(answer.status, 200);
        self.keep(name, answer.text.as_bytes());
    }

    /// Exit code, and what was said.
    fn check(&self, file: &str, more: &[&str]) -> (i32, String) {
        let (file, keys) = (self.place(file), self.place("jwks.json"));
        let done = Command::new(env!("CARGO_BIN_EXE_aiguillage"))
            .args(["verify-certificate", &file, "--jwks", &keys])
            .args(more)
            .output()
            .expect("it runs");
        let said = String::from_utf8_lossy(&done.stdout).into_owned();
        let complained = String::from_utf8_lossy(&done.stderr).into_owned();
        (done.status.code().expect("it ends"), said + &complained)
    }
}

#[tokio::test]
async fn a_certificate_is_judged_by_its_exit_code() {
    let desk = Desk::open().await;
    let known = facts();
    let presence = desk.register.note(known.clone());
    let proof = &desk.house.parts().proof;
    for lang in [Lang::Fr, Lang::En] {
        let made = proof.certificate(presence, lang).await.expect("a certificate");
        desk.keep(&format!("{}.pdf", lang.code()), &made.pdf().expect("a file"));
    }
    let pdf = fs::read(desk.place("fr.pdf")).expect("kept");
    let jws = statement(&pdf);

    let (code, said) = desk.check("fr.pdf", &[]);
    assert_eq!(code, 0, "{said}");
    assert!(said.contains("LEGRAND Maëlle") && said.ends_with("valid\n"), "{said}");
    assert_eq!(desk.check("en.pdf", &[]).0, 0);
    desk.keep("good.jws", jws.as_bytes());
    assert_eq!(desk.check("good.jws", &[]).0, 0);

    let (head, rest) = jws.split_once('.').expect("three parts");
    let changed = format!("{head}.{}", rest.replacen("eyJ2Ijox", "eyJ2Ijoy", 1));
    desk.keep("bad.jws", changed.as_bytes());
    let (code, said) = desk.check("bad.jws", &[]);
    assert_eq!((code, said.starts_with("bad signature")), (1, true), "{said}");

    desk.keep("none.pdf", b"%PDF-1.7 nothing");
    assert_eq!(desk.check("none.pdf", &[]).0, 2);
    assert_eq!(desk.check("missing.pdf", &[]).0, 69);

    take_back(&desk.house, &desk.register, &known).await;
    desk.house.wait(Duration::minutes(10));
    desk.fetch("/.well-known/attendance-revoked.jws", "revoked.jws").await;
    let list = desk.place("revoked.jws");
    assert_eq!(desk.check("fr.pdf", &["--revoked", &list]).0, 3);
    assert_eq!(desk.check("fr.pdf", &[]).0, 0, "whoever has no list cannot know");
}

/// Somebody puts the statement of one certificate into the sheet of another.
#[tokio::test]
async fn a_page_that_says_something_else_is_told_from_what_is_signed() {
    let desk = Desk::open().await;
    let proof = &desk.house.parts().proof;
    let mut made = Vec::new();
    for name in ["LEGRAND", "LEBLANC"] {
        let mut facts = facts();
        name.clone_into(&mut facts.student.family_name);
        let presence = desk.register.note(facts);
        let certificate = proof.certificate(presence, Lang::Fr).await.expect("a certificate");
        made.push(certificate.pdf().expect("a file"));
    }
    let (ours, theirs) = (statement(&made[0]), statement(&made[1]));
    assert_eq!(ours.len(), theirs.len());
    let at = made[1].windows(theirs.len()).position(|bytes| bytes == theirs.as_bytes());
    let at = at.expect("it stands there as it is");
    made[1][at..at + ours.len()].copy_from_slice(ours.as_bytes());
    desk.keep("forged.pdf", &made[1]);

    let (code, said) = desk.check("forged.pdf", &[]);

    assert_eq!(code, 4, "{said}");
    assert!(said.contains("the page does not say:\n  LEGRAND Maëlle"), "{said}");
}
