//! What reading an account showed, and what was wrong with it.
use super::{TestDb, affiliation, now};
use aiguillage::finding::Finding;
use aiguillage::identity::formats::Reading;
use aiguillage::identity::keeping::{self, Told};
use aiguillage::identity::{Profile, Rne, store};
use chrono::Duration;

fn reading(findings: &[(&'static str, &str)]) -> Reading {
    Reading {
        affiliations: vec![affiliation("9740091F", Profile::Teacher, "agents")],
        findings: findings.iter().map(|(code, about)| Finding::about(code, *about)).collect(),
        ..Reading::default()
    }
}

#[actix_web::test]
async fn an_account_knows_which_school_comes_first() {
    let test = TestDb::open().await;
    let (alix, account) = test.person("Alix", "agents").await;
    let rne = |code: &str| Rne::parse(code).ok();
    let told = Reading { current: rne("9749801K"), main: rne("9740091F"), ..reading(&[]) };
    let mut tx = test.write().await;

    assert!(store::keep_reading(&mut tx, account, alix, &told, now()).await.expect("kept"));
    let kept = store::account_by_id(&mut tx, account).await.expect("a table").expect("there");
    assert_eq!((kept.current_rne, kept.main_rne), (told.current, told.main));

    assert!(
        !store::keep_reading(&mut tx, account, alix, &reading(&[]), now()).await.expect("kept")
    );
    let kept = store::account_by_id(&mut tx, account).await.expect("a table").expect("there");
    assert_eq!((kept.current_rne, kept.main_rne), (None, None));
}

#[actix_web::test]
async fn findings_stay_as_long_as_they_are_so() {
    let test = TestDb::open().await;
    let (alix, account) = test.person("Alix", "agents").await;
    let (zoe, other) = test.person("Zoé", "families").await;
    let later = now() + Duration::hours(1);
    let mut tx = test.write().await;
    let two = reading(&[("W-VECTOR", "2|…|…||9740091F"), ("W-UAI-FORM", "974\0")]);
    store::keep_reading(&mut tx, account, alix, &two, now()).await.expect("kept");
    store::keep_reading(&mut tx, account, alix, &two, later).await.expect("kept");
    let one = reading(&[("W-COMPOSITE", "[x")]);
    store::keep_reading(&mut tx, other, zoe, &one, later).await.expect("kept");

    let found = store::findings_of(&mut tx, alix).await.expect("a table");
    let found: Vec<_> =
        found.iter().map(|it| (it.code.as_str(), it.subject.as_str(), it.at)).collect();
    let expected = [("W-VECTOR", "2|…|…||9740091F", now()), ("W-UAI-FORM", "974\u{fffd}", now())];
    assert_eq!(found, expected, "since when they are so");
    let newest = store::newest_findings(&mut tx, 2).await.expect("a table");
    let newest: Vec<_> =
        newest.iter().map(|it| (it.login.as_str(), it.source.as_str(), it.code.as_str())).collect();
    assert_eq!(newest, [("Zoé", "families", "W-COMPOSITE"), ("Alix", "agents", "W-VECTOR")]);

    store::keep_reading(&mut tx, account, alix, &reading(&[]), later).await.expect("kept");
    assert_eq!(store::findings_of(&mut tx, alix).await.expect("a table"), []);
}

#[actix_web::test]
async fn nobody_is_given_more_findings_than_anybody_reads() {
    let test = TestDb::open().await;
    let (alix, account) = test.person("Alix", "agents").await;
    let subjects: Vec<String> = (0..1_000).map(|n| n.to_string()).collect();
    let many: Vec<_> = subjects.iter().map(|it| ("W-UAI-FORM", it.as_str())).collect();
    let mut tx = test.write().await;

    store::keep_reading(&mut tx, account, alix, &reading(&many), now()).await.expect("kept");

    assert_eq!(store::findings_of(&mut tx, alix).await.expect("a table").len(), 50);
}

#[actix_web::test]
async fn what_is_told_of_an_account_goes_to_whose_it_is_by_then() {
    let test = TestDb::open().await;
    let (alix, account) = test.person("Alix", "agents").await;
    let (zoe, _) = test.person("Zoé", "families").await;
    let mut tx = test.write().await;
    store::link_account(&mut tx, account, (alix, zoe), "mail", now()).await.expect("moved");
    let (described, belongs) = (super::account("agents", "Alix"), reading(&[]));
    let told = Told { account: &described, priority: 0, reading: Some(&belongs), links: &[] };

    keeping::keep(&mut tx, (alix, Some(account)), &told, now()).await.expect("kept");

    assert_eq!(store::affiliations_of(&mut tx, alix, now()).await.expect("a table"), []);
    assert_eq!(store::affiliations_of(&mut tx, zoe, now()).await.expect("a table").len(), 1);
}

#[actix_web::test]
async fn what_was_told_later_stands() {
    let test = TestDb::open().await;
    let (alix, account) = test.person("Alix", "agents").await;
    let mut tx = test.write().await;
    let (new, old) = (super::account("agents", "Alix B."), super::account("agents", "Alix"));
    let told = |account| Told { account, priority: 0, reading: None, links: &[] };
    let later = now() + Duration::minutes(1);
    for (account_now, at) in [(&new, later), (&old, now())] {
        let known = (alix, Some(account));
        keeping::keep(&mut tx, known, &told(account_now), at).await.expect("kept");
    }
    let kept = store::account_by_id(&mut tx, account).await.expect("a table").expect("there");
    assert_eq!((kept.login.as_str(), kept.read_at), ("Alix B.", later));

    // Whoever left is there again, whenever that was said.
    let missed = (later + Duration::minutes(1), later);
    store::end_accounts(&mut tx, &[account], missed).await.expect("ended");
    keeping::keep(&mut tx, (alix, Some(account)), &told(&old), now()).await.expect("kept");
    let kept = store::account_by_id(&mut tx, account).await.expect("a table").expect("there");
    assert_eq!((kept.login.as_str(), kept.ended_at), ("Alix", None));
}
