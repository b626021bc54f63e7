//! Papers that are refused, and how long the others are kept.
use super::{PDF, absent, clean, count, decide, draft, post, record_of, sent, upload, vault};
use crate::house::House;
use crate::rights::person_of;
use aiguillage::attendance::excuse::store::{PaperRow, insert_file};
use aiguillage::uploads::{Scan, Vault};
use chrono::Duration;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::sync::Arc;
use uuid::Uuid;

const PLACE: (&str, &str) = ("justifications", "justification_file");

fn pdf(inside: &str) -> Vec<u8> {
    format!("%PDF-1.7\n1 0 obj\n{inside}\nendobj\n%%EOF\n").into_bytes()
}

/// The head of a picture of 60 000 × 1 000 points.
fn huge() -> Vec<u8> {
    let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\x0d".to_vec();
    let mut head = b"IHDR".to_vec();
    head.extend(60_000_u32.to_be_bytes());
    head.extend(1_000_u32.to_be_bytes());
    head.extend([1, 0, 0, 0, 0]);
    let mut crc = flate2::Crc::new();
    crc.update(&head);
    png.extend(&head);
    png.extend(crc.sum().to_be_bytes());
    let mut crc = flate2::Crc::new();
    crc.update(b"IDAT\0");
    png.extend(b"\0\0\0\x01IDAT\0");
    png.extend(crc.sum().to_be_bytes());
    png
}

#[actix_web::test]
async fn what_is_no_honest_paper_is_refused_and_leaves_nothing() {
    let house = House::open().await;
    let class = absent(&house).await;
    let tom = house.sign_in("tom.girard").await;
    let case = draft(&house, &class, &tom, "tom.girard", "Difficulté de transport").await;
    let large = [PDF, &vec![b' '; 10 * 1024 * 1024]].concat();
    let page = [b"<script>evil()</script>".as_slice(), PDF].concat();
    let refused: [(&str, Vec<u8>, u16, &str); 9] = [
        ("page.pdf", page, 415, "E-PAPER-TYPE"),
        ("image.svg", b"<svg/>".to_vec(), 415, "E-PAPER-TYPE"),
        ("zip.pdf", [PDF, b"PK\x05\x06"].concat(), 415, "E-PAPER-TYPE"),
        ("vide.pdf", vec![], 422, "E-PAPER-NONE"),
        ("secret.pdf", pdf("<</Encrypt 2 0 R>>"), 422, "E-PAPER-ENCRYPTED"),
        ("script.pdf", pdf("<</S/Java#53cript>>"), 422, "E-PAPER-ACTIVE"),
        ("coupé.png", b"\x89PNG\r\n\x1a\n".to_vec(), 422, "E-PAPER-BROKEN"),
        ("mur.png", huge(), 413, "E-PAPER-PIXELS"),
        ("lourd.pdf", large, 413, "E-PAPER-LARGE"),
    ];
    for (name, bytes, status, code) in refused {
        let answer = upload(&tom, &case, (name, &bytes)).await;
        answer.must_be(status, code);
    }
    let forged = tom.upload(&format!("{case}/files"), "x", ("a.pdf", PDF)).await;
    forged.must_be(403, "E-CSRF");
    assert!(vault(&house).is_empty());
    assert_eq!(count(&house, "SELECT count(*) FROM justification_file").await, 0);

    for _ in 0..5 {
        assert_eq!(upload(&tom, &case, ("a.pdf", PDF)).await.status, 303);
    }
    upload(&tom, &case, ("sixième.pdf", PDF)).await.must_be(409, "E-PAPER-MANY");
    assert_eq!(vault(&house).len(), 5);
    for file in vault(&house) {
        let mode = fs::metadata(&file).expect("it is there").permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert!(
            !fs::read(&file).expect("ours").windows(5).any(|piece| piece == b"%PDF-"),
            "sealed"
        );
    }
}

#[actix_web::test]
async fn drafts_last_a_day_papers_the_school_year_and_health_three_months() {
    let house = House::open().await;
    let class = absent(&house).await;
    let tom = house.sign_in("tom.girard").await;
    let case = draft(&house, &class, &tom, "tom.girard", "Difficulté de transport").await;
    assert_eq!(upload(&tom, &case, ("a.pdf", PDF)).await.status, 303);
    let maelle = house.sign_in("maelle.legrand").await;
    let ill = sent(&house, &class, &maelle, "maelle.legrand").await;
    let ines = house.sign_in("ines.robert").await;
    let other = draft(&house, &class, &ines, "ines.robert", "Emploi").await;
    assert_eq!(upload(&ines, &other, ("a.pdf", PDF)).await.status, 303);
    assert_eq!(post(&ines, &format!("{other}/send"), &[]).await.status, 303);
    let rose = super::secretary(&house).await;
    let tick = format!("r-{}", record_of(&house, &class, "maelle.legrand").await);
    assert_eq!(decide(&rose, &ill, "accept", &[(&tick, "1")]).await.status, 303);
    let tick = format!("r-{}", record_of(&house, &class, "ines.robert").await);
    assert_eq!(decide(&rose, &other, "accept", &[(&tick, "1")]).await.status, 303);
    assert_eq!(vault(&house).len(), 3);

    house.wait(Duration::hours(25));
    clean(&house).await;
    assert_eq!(vault(&house).len(), 2, "the draft is forgotten");
    house.wait(Duration::days(60));
    clean(&house).await;
    assert_eq!(vault(&house).len(), 2);
    house.wait(Duration::days(31));
    clean(&house).await;
    assert_eq!(vault(&house).len(), 1, "three months after the decision");
    house.wait(Duration::days(120));
    clean(&house).await;
    assert_eq!(vault(&house).len(), 0, "the school year is over");
    assert_eq!(count(&house, "SELECT count(*) FROM justification_file").await, 0);
    assert_eq!(count(&house, "SELECT count(*) FROM justification").await, 2, "decisions stay");
}

#[actix_web::test]
async fn an_upload_that_was_killed_half_way_is_swept_up() {
    let house = House::open().await;
    let class = absent(&house).await;
    let tom = house.sign_in("tom.girard").await;
    let case = draft(&house, &class, &tom, "tom.girard", "Difficulté de transport").await;
    let justification: Uuid = case.rsplit('/').next().expect("an id").parse().expect("an id");
    // As the database and the folder are when the power goes after the row, in the file, behind it.
    let vault_of = Vault::beside(&house.file("keys"), PLACE, Arc::new(house.master()));
    let mut tx = house.db().write().await.expect("a transaction");
    for (key, file) in [("row-only", None), ("begun", Some("begun.part")), ("whole", Some("whole"))]
    {
        let id = Uuid::now_v7();
        let row = PaperRow {
            id,
            justification: Some(justification),
            storage_key: key.to_owned(),
            name: vec![],
            media_type: "application/pdf".to_owned(),
            size: 9,
            sha256: vec![],
            scan_state: Scan::Arriving,
            created_at: house.now(),
            delete_after: house.now() + Duration::hours(1),
        };
        insert_file(&mut tx, &row).await.expect("kept");
        if let Some(file) = file {
            vault_of.keep(id, key, PDF).expect("kept");
            fs::rename(
                house.file("justifications").join(key),
                house.file("justifications").join(file),
            )
            .expect("renamed");
        }
    }
    tx.commit().await.expect("kept");
    let page = tom.get(&case).await;
    assert!(!page.text.contains("/files/"), "nobody sees it: {}", page.words());
    clean(&house).await;
    assert_eq!(vault(&house).len(), 2, "it may still be under way");
    house.wait(Duration::hours(2));
    clean(&house).await;
    assert!(vault(&house).is_empty());
    assert_eq!(count(&house, "SELECT count(*) FROM justification_file").await, 0);
}

#[actix_web::test]
async fn whoever_is_erased_takes_their_papers_along() {
    let house = House::open().await;
    let class = absent(&house).await;
    let maelle = house.sign_in("maelle.legrand").await;
    sent(&house, &class, &maelle, "maelle.legrand").await;
    let student = person_of(&house, "maelle.legrand").await;
    let mut tx = house.db().write().await.expect("a transaction");
    aiguillage::on!(&mut tx, |conn| sqlx::query("DELETE FROM person WHERE id = $1")
        .bind(student)
        .execute(conn)
        .await
        .map(|_| ()))
    .expect("erased");
    tx.commit().await.expect("kept");
    assert_eq!(vault(&house).len(), 1);
    clean(&house).await;
    assert!(vault(&house).is_empty());
    assert_eq!(count(&house, "SELECT count(*) FROM justification_file").await, 0);
}
