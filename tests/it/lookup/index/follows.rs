//! The index follows the change log.
use super::{RULES, Register, Row, Running, opened, place};
use crate::store::now;
use aiguillage::identity::store;
use aiguillage::lookup::index::{Index, IndexError, IndexRules, RebuildRequest, rebuild};
use aiguillage::on;
use sqlx::query;

#[actix_web::test]
async fn what_is_kept_is_found_and_what_is_removed_is_gone() {
    let register = Register::with(30).await;
    let running = Running::on(&register).await;
    let zoe = Row::of(7).named("Zoé Wxyzał");
    let id = zoe.colleague.cloud_id();

    running.shows(register.keep(std::slice::from_ref(&zoe)).await).await;
    assert_eq!(running.find("wxyzal zoe"), [id.as_str()]);
    assert_eq!(running.find(&id), [id.as_str()]);

    running.shows(register.keep(&[zoe.clone().named("Zoé Vutsro")]).await).await;
    assert_eq!(running.find("vutsro"), [id.as_str()]);
    assert!(running.find("wxyzal").is_empty());

    running.shows(register.remove(zoe.id).await).await;
    assert!(running.find("vutsro").is_empty() && running.find(&id).is_empty());
    assert!(register.verified().await.is_good());
    assert_eq!(running.index.state().documents, 29);
}

#[actix_web::test]
async fn whoever_hides_is_a_pupil_or_is_claimed_elsewhere_is_not_found() {
    let register = Register::open().await;
    let (zoe, account) = register.test.person("zoe", "local").await;
    let mut row = Row::of(1).named("Zoé Wxyzał");
    row.person = Some(zoe);
    let id = row.colleague.cloud_id();
    register.keep(std::slice::from_ref(&row)).await;
    let running = Running::on(&register).await;
    running.shows(1).await;
    assert_eq!(running.find("wxyzal"), [id.as_str()]);

    let hide = "INSERT INTO lookup_choice (person, is_hidden, at) VALUES ($1, TRUE, $2)";
    running.shows(register.about(zoe, hide).await).await;
    assert!(running.find("wxyzal").is_empty());
    let show = "DELETE FROM lookup_choice WHERE person = $1 AND at <= $2";
    running.shows(register.about(zoe, show).await).await;
    assert_eq!(running.find("wxyzal"), [id.as_str()]);

    let mut tx = register.test.write().await;
    let pupil = "INSERT INTO affiliation (account, person, rne, profile, source, details, position,
        valid_from) VALUES ($1, $2, '0750001A', 'pupil', 'local', '[]', 0, $3)";
    on!(&mut tx, |conn| query(pupil)
        .bind(account)
        .bind(zoe)
        .bind(now())
        .execute(conn)
        .await
        .map(drop))
    .unwrap();
    let seq = store::note_change(&mut tx, zoe, "affiliation", now()).await.unwrap();
    tx.commit().await.unwrap();
    running.shows(seq).await;
    assert!(running.find("wxyzal").is_empty());
    let grown = "DELETE FROM affiliation WHERE person = $1 AND valid_from <= $2";
    running.shows(register.about(zoe, grown).await).await;

    let mut other = Row::of(2).named("Zoé Wxyzał");
    (other.claim, other.priority) = (row.claim.clone(), 1);
    running.shows(register.keep(std::slice::from_ref(&other)).await).await;
    assert_eq!(running.find("wxyzal"), [other.colleague.cloud_id()]);
    other.state = "stale";
    running.shows(register.keep(&[other]).await).await;
    assert_eq!(running.find("wxyzal"), [id.as_str()]);
}

#[actix_web::test]
async fn somebody_denied_is_gone_before_the_index_has_followed() {
    let register = Register::open().await;
    let row = Row::of(1).named("Zoé Wxyzał");
    register.keep(std::slice::from_ref(&row)).await;
    let running = Running::on(&register).await;
    running.shows(1).await;

    let seq = register.remove(row.id).await;
    running.index.deny(&[row.id], seq);
    assert!(running.find("wxyzal").is_empty());
    running.shows(seq).await;
    assert!(running.find("wxyzal").is_empty());
    // Whoever comes back is not denied for what was before.
    running.shows(register.keep(&[row]).await).await;
    assert_eq!(running.find("wxyzal").len(), 1);
}

#[actix_web::test]
async fn a_restart_goes_on_where_the_last_commit_was() {
    let register = Register::with(40).await;
    let running = Running::on(&register).await;
    running.shows(40).await;
    running.stop().await;

    let seq = register.keep(&[Row::of(3).named("Zoé Wxyzał"), Row::of(100)]).await;
    let again = Running::on(&register).await;
    again.shows(seq).await;

    assert_eq!(again.find("wxyzal").len(), 1);
    assert_eq!(again.index.state().rebuilds, 0);
    assert_eq!(again.index.state().documents, 41);
    assert!(register.verified().await.is_good());
}

#[actix_web::test]
async fn a_new_copy_takes_over_while_changes_go_on() {
    let register = Register::with(300).await;
    let running = Running::on(&register).await;
    running.shows(300).await;
    let before = running.index.state().rebuilds;
    let first = RebuildRequest::copy_in(&register.path());

    let built = rebuild(&running.index, &register.test.db, |_| ());
    let changes = async {
        let mut seq = 0;
        for round in 0..12_u64 {
            let rows: Vec<_> = (round * 20..round * 20 + 25)
                .map(|n| Row::of(n).named(&format!("Zoé Wxyzał{round}")))
                .collect();
            seq = register.keep(&rows).await;
            register.remove(Row::of(round).id).await;
            assert!(!running.find("nuage01.apps.example.fr").is_empty());
        }
        seq
    };
    let (built, seq) = tokio::join!(built, changes);
    built.unwrap();

    running.shows(seq + 1).await;
    assert_eq!(running.index.state().rebuilds, before + 1);
    assert_ne!(RebuildRequest::copy_in(&register.path()), first);
    assert!(register.verified().await.is_good(), "{:?}", register.verified().await);
}

#[actix_web::test]
async fn an_administrator_may_ask_a_running_process_for_a_new_copy() {
    let register = Register::with(50).await;
    let running = Running::on(&register).await;
    running.shows(50).await;
    let first = RebuildRequest::copy_in(&register.path());

    let request = RebuildRequest::make(&register.path()).unwrap();
    running.until(|_| request.progress().is_none()).await;

    assert_ne!(RebuildRequest::copy_in(&register.path()), first);
    running.shows(register.keep(&[Row::of(1).named("Zoé Wxyzał")]).await).await;
    assert_eq!(running.find("wxyzal").len(), 1);
}

#[actix_web::test]
async fn a_database_that_went_back_is_noticed() {
    let register = Register::with(20).await;
    let running = Running::on(&register).await;
    running.shows(20).await;
    running.shows(register.keep(&[Row::of(5).named("Zoé Wxyzał")]).await).await;

    // A backup from before the last change is restored, and another change gets its number.
    let mut tx = register.test.write().await;
    for sql in ["DELETE FROM change WHERE seq > 20", "UPDATE change_counter SET last = 20"] {
        on!(&mut tx, |conn| query(sql).execute(conn).await.map(drop)).unwrap();
    }
    super::upsert(&mut tx, &Row::of(5)).await;
    tx.commit().await.unwrap();
    register.keep(&[Row::of(30).named("Zoé Abcdéf")]).await;

    running.until(|index| index.state().rebuilds == 2 && index.state().rebuilding.is_none()).await;
    running.shows(21).await;
    assert!(running.find("wxyzal").is_empty());
    assert_eq!(running.find("abcdef").len(), 1);
    assert!(register.verified().await.is_good());
}

#[actix_web::test]
async fn pupils_come_and_go_with_the_rule() {
    let register = Register::with(10).await;
    let running = Running::on(&register).await;
    running.shows(10).await;
    running.stop().await;

    let pupils = IndexRules { with_pupils: true };
    let index = opened(&register, pupils).await;
    assert!(!index.state().ready, "an index made by another rule is not searched");
    let second = Index::open(&place(&register.path()), RULES);
    assert!(matches!(second, Err(IndexError::InUse { .. })));
}

#[actix_web::test]
async fn a_thousand_changes_at_once_are_followed() {
    let register = Register::with(5).await;
    let running = Running::on(&register).await;
    let rows: Vec<_> = (0..4_500).map(Row::of).collect();
    let seq = register.keep(&rows).await;
    running.shows(seq).await;
    running.until(|index| index.state().lag_changes == 0).await;
    assert_eq!(running.index.state().documents, 4_500);
    assert!(register.verified().await.is_good());
}
