//! Values about cards in a real directory: those of others stay, ours come and go.
mod changes;
mod trouble;

use super::super::{MANAGER, lead, post};
use super::{CSN, STUDENT, card_of, compare, enabled, erase, set};
use crate::house::{House, Setup};
use crate::peers::slapd::Slapd;
use aiguillage::card::services::ToldState;
use aiguillage::card::services::store::{Telling, tellings_of_card};
use chrono::Duration;
use uuid::Uuid;

const SOURCES: &str = include_str!("../../data/house/sources.ini");
const NAME: &str = "directory:main";
const EPPN: &str = "lucpetit@quais.example";
const LUC: &str = "uid=lucpetit,ou=people,o=univ,c=fr";
const FOREIGN: &str = "{BIB}77";
const CHIP: &str = "{ISO15693}04063F72633480";
const USUAL: &str = "add.supannRefId = {ISO15693}%csn%, {LIB}%library%\nset.cardPager = %csn%\n";

/// Luc's entry, with a value of somebody else.
fn enter(slapd: &Slapd, (dn, eppn): (&str, &str)) {
    slapd.modify(&format!(
        "dn: {dn}\nchangetype: add\nobjectClass: inetOrgPerson\nobjectClass: eduPerson\n\
         objectClass: cardBearer\ncn: Luc Petit\nsn: Petit\neduPersonPrincipalName: {eppn}\n\
         supannRefId: {FOREIGN}\n"
    ));
}

/// A university that writes this into that directory.
async fn writing(slapd: &Slapd, more: &str) -> House {
    let house = House::open_with(setup(&slapd.url(), more)).await;
    house.run_jobs().await;
    house
}

fn setup(url: &str, more: &str) -> Setup {
    let section = format!(
        "\n[card_directory:main]\nurl = {url}\nbase = ou=people,o=univ,c=fr\n\
         bind_dn = \"cn=cards,o=univ,c=fr\"\nbind_password = env:CARTES\nper_second = 0\n{more}"
    );
    let settings = [
        ("AIGUILLAGE_CARD_SOURCES", "university"),
        ("AIGUILLAGE_CARD_ENABLE_AUTO", "true"),
        ("AIGUILLAGE_CARD_APPLICATIONS", "library:barcode:6903"),
        ("CARTES", "cartes"),
    ];
    let settings = settings.map(|(name, value)| (name, value.to_owned())).to_vec();
    let sources = Some(format!("{SOURCES}{section}"));
    Setup { settings, sources, ..Setup::default() }
}

async fn told_of(house: &House, card: Uuid) -> Telling {
    let mut tx = house.db().read().await.expect("the database answers");
    let told = tellings_of_card(&mut tx, card).await.expect("rows");
    told.into_iter().find(|told| told.service == NAME).expect("a row")
}

/// Of the newest card.
async fn state(house: &House) -> (ToldState, String) {
    let told = told_of(house, card_of(house, STUDENT).await.id).await;
    (told.state, told.code)
}

async fn lose(house: &House, card: Uuid) {
    let luc = house.sign_in(STUDENT).await;
    post(&luc, &format!("/cards/{card}/stop"), &[("why", "lost")]).await;
    house.run_jobs().await;
}

#[actix_web::test]
async fn values_come_beside_those_of_others_and_only_ours_go() {
    let slapd = Slapd::start().await;
    enter(&slapd, (LUC, EPPN));
    let house = writing(&slapd, USUAL).await;
    let card = enabled(&house, STUDENT, CSN).await;
    let nadia = house.sign_in(MANAGER).await;
    let page = nadia.get(&format!("/cards/office/{}/services/{NAME}", card.id)).await;
    assert_eq!(page.status, 200, "{}", page.words());
    assert_eq!(slapd.values(LUC, "supannRefId"), [FOREIGN], "nothing before it is kept");
    house.run_jobs().await;

    let library = "{LIB}*26903000000013*";
    assert_eq!(slapd.values(LUC, "supannRefId"), [FOREIGN, CHIP, library]);
    assert_eq!(slapd.values(LUC, "cardPager"), [CSN]);
    assert_eq!(state(&house).await, (ToldState::On, String::new()));
    // What was shown before is what was written.
    let shown = page.text.replace("&#34;", "\"").replace("&quot;", "\"");
    for part in [
        format!("\"{CHIP}\","),
        format!("\"{library}\""),
        format!("\"cardPager\": \"{CSN}\""),
        format!("\"(eduPersonPrincipalName={EPPN})\""),
    ] {
        assert!(shown.contains(&part), "{part}: {shown}");
    }
    let list = nadia.get("/cards/office/services").await;
    assert!(list.text.contains("Annuaire «\u{a0}main\u{a0}»"), "{}", list.words());

    lose(&house, card.id).await;
    assert_eq!(slapd.values(LUC, "supannRefId"), [FOREIGN]);
    assert!(slapd.values(LUC, "cardPager").is_empty());
    assert_eq!(state(&house).await, (ToldState::Off, String::new()));
    let led = lead(&nadia, card.id, "enabled", &[]).await;
    assert_eq!(led.status, 303, "{}", led.words());
    house.run_jobs().await;
    assert_eq!(slapd.values(LUC, "cardPager"), [CSN], "found again");
}

#[actix_web::test]
async fn a_new_card_takes_the_place_of_the_old_one() {
    let slapd = Slapd::start().await;
    enter(&slapd, (LUC, EPPN));
    let house =
        writing(&slapd, "add.supannRefId = {ISO15693}%csn%, {OF}%eppn%\nset.pager = %csn%").await;
    let old = enabled(&house, STUDENT, CSN).await;
    house.run_jobs().await;
    let of = format!("{{OF}}{EPPN}");
    assert_eq!(slapd.values(LUC, "supannRefId"), [FOREIGN, CHIP, &of]);
    // Told in one visit: the old one stopped, the new one works.
    let luc = house.sign_in(STUDENT).await;
    post(&luc, &format!("/cards/{}/stop", old.id), &[("why", "lost")]).await;
    enabled(&house, STUDENT, "04063F72633481").await;
    house.run_jobs().await;
    let chip = "{ISO15693}04063F72633481";
    assert_eq!(slapd.values(LUC, "supannRefId"), [FOREIGN, chip, &of]);
    assert_eq!(slapd.values(LUC, "pager"), ["04063F72633481"]);
    assert_eq!(told_of(&house, old.id).await.state, ToldState::Off);
    lose(&house, card_of(&house, STUDENT).await.id).await;
    assert_eq!(slapd.values(LUC, "supannRefId"), [FOREIGN], "what both said goes with the last");
}

#[actix_web::test]
async fn what_others_changed_meanwhile_is_theirs() {
    let slapd = Slapd::start().await;
    enter(&slapd, (LUC, EPPN));
    slapd
        .modify(&format!("dn: {LUC}\nchangetype: modify\nadd: supannRefId\nsupannRefId: {CHIP}\n"));
    let house = writing(&slapd, USUAL).await;
    let card = enabled(&house, STUDENT, CSN).await;
    house.run_jobs().await;
    assert_eq!(state(&house).await, (ToldState::On, String::new()), "it is there already");
    slapd.modify(&format!("dn: {LUC}\nchangetype: modify\nreplace: cardPager\ncardPager: 12\n"));
    lose(&house, card.id).await;
    assert_eq!(slapd.values(LUC, "supannRefId"), [FOREIGN, CHIP], "we did not write it");
    assert_eq!(slapd.values(LUC, "cardPager"), ["12"]);
    assert_eq!(state(&house).await, (ToldState::Off, String::new()));
}

#[actix_web::test]
async fn what_another_system_wrote_before_goes_with_the_card_where_it_is_taken_over() {
    let slapd = Slapd::start().await;
    enter(&slapd, (LUC, EPPN));
    slapd
        .modify(&format!("dn: {LUC}\nchangetype: modify\nadd: supannRefId\nsupannRefId: {CHIP}\n"));
    let house = writing(&slapd, &format!("{USUAL}takes_over = true")).await;
    let card = enabled(&house, STUDENT, CSN).await;
    house.run_jobs().await;
    lose(&house, card.id).await;
    assert_eq!(slapd.values(LUC, "supannRefId"), [FOREIGN]);
}

#[actix_web::test]
async fn an_entry_that_is_gone_is_no_error_and_is_looked_for_again() {
    let slapd = Slapd::start().await;
    let house = writing(&slapd, USUAL).await;
    let card = enabled(&house, STUDENT, CSN).await;
    house.run_jobs().await;
    assert_eq!(state(&house).await, (ToldState::Nothing, "no_entry".into()));
    enter(&slapd, (LUC, EPPN));
    house.wait(Duration::days(8));
    compare(&house).await;
    assert_eq!(state(&house).await, (ToldState::On, String::new()));
    assert_eq!(slapd.values(LUC, "cardPager"), [CSN]);
    slapd.modify(&format!("dn: {LUC}\nchangetype: delete\n"));
    lose(&house, card.id).await;
    assert_eq!(state(&house).await, (ToldState::Off, String::new()));
}

#[actix_web::test]
async fn whoever_is_erased_here_has_no_values_there() {
    let slapd = Slapd::start().await;
    enter(&slapd, (LUC, EPPN));
    let house = writing(&slapd, USUAL).await;
    enabled(&house, STUDENT, CSN).await;
    house.run_jobs().await;
    assert_eq!(slapd.values(LUC, "supannRefId").len(), 3);
    erase(&house, (STUDENT, "Luc Petit")).await;
    assert_eq!(slapd.values(LUC, "supannRefId"), [FOREIGN]);
    assert!(slapd.values(LUC, "cardPager").is_empty());
}

#[actix_web::test]
async fn names_are_values_of_the_filter_and_no_part_of_it() {
    let slapd = Slapd::start().await;
    // Each would find everybody, or break the filter.
    let odd = "l)(uid=*)\\<b>@quais.example";
    let dn = "uid=odd,ou=people,o=univ,c=fr";
    enter(&slapd, (dn, odd));
    enter(&slapd, (LUC, EPPN));
    let house = writing(&slapd, USUAL).await;
    house.invite(&[STUDENT]).await;
    set(&house, STUDENT, "eduPersonPrincipalName", odd).await;
    let card = enabled(&house, STUDENT, CSN).await;
    house.run_jobs().await;
    assert_eq!(state(&house).await, (ToldState::On, String::new()));
    assert_eq!(slapd.values(dn, "cardPager"), [CSN]);
    assert!(slapd.values(LUC, "cardPager").is_empty());
    let nadia = house.sign_in(MANAGER).await;
    let page = nadia.get(&format!("/cards/office/{}/services/{NAME}", card.id)).await;
    assert!(!page.text.contains("<b>"), "it is shown as text");
    assert!(page.words().contains("l\\\\29\\\\28uid=\\\\2a\\\\29\\\\5c<b>"), "{}", page.words());
}

#[actix_web::test]
async fn a_photo_is_there_as_long_as_its_holder_lets_others_see_it() {
    let slapd = Slapd::start().await;
    enter(&slapd, (LUC, EPPN));
    let house = writing(&slapd, "set.jpegPhoto = %photo%\nset.cardEnd = %due_date%").await;
    enabled(&house, STUDENT, CSN).await;
    house.run_jobs().await;
    assert_eq!(state(&house).await, (ToldState::On, String::new()));
    assert_eq!(slapd.values(LUC, "cardEnd"), ["20491231235959Z"]);
    let photo = slapd.values(LUC, "jpegPhoto");
    assert!(photo.len() == 1 && photo[0].starts_with("/9j/"), "a JPEG");
    let luc = house.sign_in(STUDENT).await;
    assert_eq!(post(&luc, "/cards/consent", &[]).await.status, 303);
    house.run_jobs().await;
    assert!(slapd.values(LUC, "jpegPhoto").is_empty());
    assert_eq!(post(&luc, "/cards/consent", &[("show", "1")]).await.status, 303);
    house.run_jobs().await;
    assert_eq!(slapd.values(LUC, "jpegPhoto"), photo);
}

#[actix_web::test]
async fn a_value_that_others_spelt_otherwise_is_theirs() {
    let slapd = Slapd::start().await;
    enter(&slapd, (LUC, EPPN));
    let spelt = CHIP.to_lowercase();
    let add = format!("dn: {LUC}\nchangetype: modify\nadd: supannRefId\nsupannRefId: {spelt}\n");
    slapd.modify(&add);
    let house = writing(&slapd, USUAL).await;
    let card = enabled(&house, STUDENT, CSN).await;
    house.run_jobs().await;
    assert_eq!(state(&house).await, (ToldState::On, String::new()), "the directory has it");
    lose(&house, card.id).await;
    assert_eq!(slapd.values(LUC, "supannRefId"), [FOREIGN, &spelt], "we did not write it");
}

#[actix_web::test]
async fn what_was_written_is_not_forgotten_while_an_entry_is_away() {
    let slapd = Slapd::start().await;
    enter(&slapd, (LUC, EPPN));
    let house = writing(&slapd, USUAL).await;
    let card = enabled(&house, STUDENT, CSN).await;
    house.run_jobs().await;
    let nadia = house.sign_in(MANAGER).await;
    let again = format!("/cards/office/{}/services/{NAME}", card.id);
    slapd.modify(&format!("dn: {LUC}\nchangetype: delete\n"));
    post(&nadia, &again, &[]).await;
    house.run_jobs().await;
    assert_eq!(state(&house).await, (ToldState::Nothing, "no_entry".to_owned()));
    // It comes back as it was.
    enter(&slapd, (LUC, EPPN));
    slapd
        .modify(&format!("dn: {LUC}\nchangetype: modify\nadd: supannRefId\nsupannRefId: {CHIP}\n"));
    post(&nadia, &again, &[]).await;
    house.run_jobs().await;
    assert_eq!(state(&house).await, (ToldState::On, String::new()));
    lose(&house, card.id).await;
    assert_eq!(slapd.values(LUC, "supannRefId"), [FOREIGN]);
}
