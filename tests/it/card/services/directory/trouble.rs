//! A directory that is away, lets us not in, or does not take what is written.
use super::super::super::{MANAGER, post};
use super::{
    CHIP, CSN, EPPN, FOREIGN, LUC, NAME, STUDENT, USUAL, enter, lose, state, told_of, writing,
};
use super::{card_of, enabled};
use crate::house::House;
use crate::peers::slapd::Slapd;
use aiguillage::card::services::ToldState;
use aiguillage::card::services::store::{Health, health};
use chrono::Duration;

async fn how(house: &House) -> Health {
    let mut tx = house.db().read().await.expect("the database answers");
    health(&mut tx, NAME).await.expect("a row")
}

#[actix_web::test]
async fn a_day_without_a_directory_is_caught_up_with_once_and_in_order() {
    let mut slapd = Slapd::start().await;
    enter(&slapd, (LUC, EPPN));
    let house = writing(&slapd, USUAL).await;
    let old = enabled(&house, STUDENT, CSN).await;
    house.run_jobs().await;
    slapd.stop();
    lose(&house, old.id).await;
    assert_eq!(state(&house).await, (ToldState::Failing, "silent".into()));
    let new = enabled(&house, STUDENT, "04063F72633481").await;
    for _ in 0..24 {
        house.wait(Duration::hours(1));
        house.run_jobs().await;
    }
    let health = how(&house).await;
    assert!(health.failures >= 5 && health.rests_until.is_some(), "{health:?}");
    let nadia = house.sign_in(MANAGER).await;
    let page = nadia.get("/cards/office/services").await;
    assert!(page.words().contains("Le service ne répond pas"), "{}", page.words());

    slapd.start_again().await;
    let before = slapd.log().matches(" MOD ").count();
    house.wait(Duration::hours(2));
    house.run_jobs().await;
    assert_eq!(
        slapd.values(LUC, "supannRefId"),
        [FOREIGN, "{ISO15693}04063F72633481", "{LIB}*26903000000021*"]
    );
    assert_eq!(slapd.values(LUC, "cardPager"), ["04063F72633481"]);
    assert_eq!(told_of(&house, old.id).await.state, ToldState::Off);
    assert_eq!(told_of(&house, new.id).await.state, ToldState::On);
    assert_eq!(how(&house).await.failures, 0);
    let after = slapd.log().matches(" MOD ").count();
    house.wait(Duration::hours(2));
    house.run_jobs().await;
    assert!(after > before);
    assert_eq!(slapd.log().matches(" MOD ").count(), after, "told once");
}

#[actix_web::test]
async fn what_the_account_may_not_write_is_about_us() {
    let slapd = Slapd::start().await;
    enter(&slapd, (LUC, EPPN));
    let house = writing(&slapd, "set.description = %csn%").await;
    enabled(&house, STUDENT, CSN).await;
    house.run_jobs().await;
    assert_eq!(state(&house).await, (ToldState::Failing, "no_right".into()));
    assert_eq!(how(&house).await.last_error, "no_right");
    assert!(slapd.values(LUC, "description").is_empty());
}

#[actix_web::test]
async fn an_account_that_is_not_let_in_is_about_us() {
    let slapd = Slapd::start().await;
    enter(&slapd, (LUC, EPPN));
    let house = writing(&slapd, USUAL).await;
    slapd.modify("dn: cn=cards,o=univ,c=fr\nchangetype: modify\nreplace: userPassword\nuserPassword: other\n");
    enabled(&house, STUDENT, CSN).await;
    house.run_jobs().await;
    assert_eq!(state(&house).await, (ToldState::Failing, "key".into()));
    assert_eq!(how(&house).await.last_error, "key");
}

#[actix_web::test]
async fn a_value_that_is_not_taken_is_listed_and_keeps_no_other_away() {
    let slapd = Slapd::start().await;
    enter(&slapd, (LUC, EPPN));
    let more = "set.cardEnd = never\nset.cardPager = %csn%\nadd.supannRefId = {ISO15693}%csn%";
    let house = writing(&slapd, more).await;
    let card = enabled(&house, STUDENT, CSN).await;
    house.run_jobs().await;
    let told = told_of(&house, card.id).await;
    assert_eq!((told.state, told.code.as_str()), (ToldState::Refused, "invalidAttributeSyntax"));
    assert_eq!((told.field.as_str(), told.operation.as_str()), ("cardEnd", "MODIFY"));
    assert_eq!(slapd.values(LUC, "supannRefId"), [FOREIGN, CHIP]);
    assert_eq!(slapd.values(LUC, "cardPager"), [CSN]);
    let nadia = house.sign_in(MANAGER).await;
    let page = nadia.get("/cards/office/services").await;
    assert!(page.words().contains("invalidAttributeSyntax"), "{}", page.words());
    assert!(page.words().contains("cardEnd MODIFY"), "{}", page.words());
    assert_eq!(how(&house).await.failures, 0, "the directory is well");
    lose(&house, card.id).await;
    assert_eq!(slapd.values(LUC, "supannRefId"), [FOREIGN]);
    assert_eq!(state(&house).await, (ToldState::Off, String::new()));
}

#[actix_web::test]
async fn an_entry_that_may_not_have_an_attribute_is_listed() {
    let slapd = Slapd::start().await;
    slapd.modify(&format!(
        "dn: {LUC}\nchangetype: add\nobjectClass: inetOrgPerson\nobjectClass: eduPerson\n\
         cn: Luc\nsn: Petit\neduPersonPrincipalName: {EPPN}\n"
    ));
    let house = writing(&slapd, "add.supannRefId = {ISO15693}%csn%").await;
    let card = enabled(&house, STUDENT, CSN).await;
    house.run_jobs().await;
    let told = told_of(&house, card.id).await;
    assert_eq!((told.state, told.code.as_str()), (ToldState::Refused, "objectClassViolation"));
    assert_eq!(told.field, "supannRefId");
    slapd.modify(&format!(
        "dn: {LUC}\nchangetype: modify\nadd: objectClass\nobjectClass: cardBearer\n"
    ));
    let nadia = house.sign_in(MANAGER).await;
    let path = format!("/cards/office/{}/services/{NAME}", card.id);
    assert_eq!(post(&nadia, &path, &[]).await.status, 303);
    house.run_jobs().await;
    assert_eq!(slapd.values(LUC, "supannRefId"), [CHIP], "told again");
}

#[actix_web::test]
async fn two_entries_of_one_name_are_for_somebody_to_see() {
    let slapd = Slapd::start().await;
    enter(&slapd, (LUC, EPPN));
    enter(&slapd, ("uid=other,ou=people,o=univ,c=fr", EPPN));
    let house = writing(&slapd, USUAL).await;
    enabled(&house, STUDENT, CSN).await;
    house.run_jobs().await;
    assert_eq!(state(&house).await, (ToldState::Refused, "several_entries".into()));
    assert!(slapd.values(LUC, "cardPager").is_empty());
    assert!(card_of(&house, STUDENT).await.csn.is_some());
}
