//! How long papers are kept, and what one that makes trouble does to the others: nothing.
use super::{PDF, absent, clean, count, decide, draft, post, record_of, sent, upload, vault};
use crate::house::House;
use aiguillage::attendance::excuse::store::{PaperRow, insert_file};
use aiguillage::uploads::Scan;
use chrono::Duration;
use std::fs;
use uuid::Uuid;

#[actix_web::test]
async fn a_draft_that_is_sent_before_it_is_forgotten_takes_its_papers_along() {
    let house = House::open().await;
    let class = absent(&house).await;
    let tom = house.sign_in("tom.girard").await;
    let case = draft(&house, &class, &tom, "tom.girard", "Difficulté de transport").await;
    assert_eq!(upload(&tom, &case, ("a.pdf", PDF)).await.status, 303);
    house.wait(Duration::hours(30));
    let tom = house.sign_in("tom.girard").await;
    assert!(tom.get(&case).await.text.contains("/files/"), "it is there as long as the draft");
    // Nobody cleaned up for days: what is sent now is kept.
    house.wait(Duration::hours(30));
    let tom = house.sign_in("tom.girard").await;
    assert_eq!(post(&tom, &format!("{case}/send"), &[]).await.status, 303);
    clean(&house).await;
    assert!(tom.get(&case).await.text.contains("/files/"));
    assert_eq!(vault(&house).len(), 1);
}

#[actix_web::test]
async fn papers_of_the_end_of_july_wait_for_the_decision_and_stay_some_weeks() {
    let house = House::open().await;
    let class = absent(&house).await;
    house.wait(Duration::days(197));
    let tom = house.sign_in("tom.girard").await;
    let case = sent(&house, &class, &tom, "tom.girard").await;
    let ines = house.sign_in("ines.robert").await;
    let other = sent(&house, &class, &ines, "ines.robert").await;
    let rose = super::secretary(&house).await;
    let tick = format!("r-{}", record_of(&house, &class, "ines.robert").await);
    assert_eq!(decide(&rose, &other, "accept", &[(&tick, "1")]).await.status, 303);

    house.wait(Duration::days(3));
    clean(&house).await;
    assert_eq!(vault(&house).len(), 2, "another school year has begun");
    house.wait(Duration::days(26));
    clean(&house).await;
    assert_eq!(vault(&house).len(), 1, "four weeks after the decision");
    let tom = house.sign_in("tom.girard").await;
    assert!(tom.get(&case).await.text.contains("/files/"), "nobody has decided on it");
}

#[actix_web::test]
async fn a_file_that_cannot_be_removed_keeps_no_other_one() {
    let house = House::open().await;
    // A folder cannot be removed as a file can.
    fs::create_dir_all(house.file("justifications/0-stuck")).expect("a folder");
    let mut tx = house.db().write().await.expect("a transaction");
    for number in 0..1_100 {
        let row = PaperRow {
            id: Uuid::now_v7(),
            justification: None,
            storage_key: if number == 0 { "0-stuck".into() } else { format!("{number}-gone") },
            name: vec![],
            media_type: "application/pdf".to_owned(),
            size: 9,
            sha256: vec![],
            scan_state: Scan::Clean,
            created_at: house.now(),
            delete_after: house.now(),
        };
        insert_file(&mut tx, &row).await.expect("kept");
    }
    tx.commit().await.expect("kept");
    clean(&house).await;
    assert_eq!(count(&house, "SELECT count(*) FROM justification_file").await, 1);
    let told = "SELECT count(*) FROM job WHERE kind = 'roll.clean_papers' AND last_error <> ''";
    assert_eq!(count(&house, told).await, 1, "somebody has to look");
}

#[actix_web::test]
async fn a_paper_that_cannot_be_scanned_keeps_no_other_one_waiting() {
    let (address, _) = super::scanner::scanner();
    let house = House::set("AIGUILLAGE_ATTENDANCE_CLAMD", &address.to_string()).await;
    let class = absent(&house).await;
    let tom = house.sign_in("tom.girard").await;
    let case = draft(&house, &class, &tom, "tom.girard", "Difficulté de transport").await;
    assert_eq!(upload(&tom, &case, ("perdu.pdf", PDF)).await.status, 303);
    let lost = vault(&house).pop().expect("a file");
    assert_eq!(upload(&tom, &case, ("bon.pdf", PDF)).await.status, 303);
    fs::remove_file(lost).expect("it was there");

    house.run_jobs().await;
    let clean = "SELECT count(*) FROM justification_file WHERE scan_state = 'clean'";
    assert_eq!(count(&house, clean).await, 1);
    let told = "SELECT count(*) FROM job WHERE kind = 'roll.scan_papers' AND last_error <> ''";
    assert_eq!(count(&house, told).await, 1, "somebody has to look");
    assert!(tom.get(&case).await.text.contains("en attente de l’antivirus"));
}

#[actix_web::test]
async fn twenty_papers_a_month_are_counted_though_they_are_gone() {
    let house = House::open().await;
    let class = absent(&house).await;
    let tom = house.sign_in("tom.girard").await;
    for _ in 0..4 {
        let case = draft(&house, &class, &tom, "tom.girard", "Difficulté de transport").await;
        for _ in 0..5 {
            assert_eq!(upload(&tom, &case, ("a.pdf", PDF)).await.status, 303);
        }
        assert_eq!(post(&tom, &format!("{case}/withdraw"), &[]).await.status, 303);
        clean(&house).await;
    }
    assert_eq!(count(&house, "SELECT count(*) FROM justification_file").await, 0);
    let case = draft(&house, &class, &tom, "tom.girard", "Difficulté de transport").await;
    upload(&tom, &case, ("a.pdf", PDF)).await.must_be(409, "E-PAPER-MANY");
    house.wait(Duration::days(31));
    clean(&house).await;
    assert_eq!(count(&house, "SELECT count(*) FROM paper_sent").await, 0);
}
