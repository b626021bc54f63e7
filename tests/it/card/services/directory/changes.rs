//! Names and settings that change under values that were written, and the encrypted way to them.
use super::super::super::follow;
use super::{CHIP, CSN, EPPN, FOREIGN, LUC, STUDENT, USUAL, enter, lose, setup, state, writing};
use super::{card_of, compare, enabled, set};
use crate::house::House;
use crate::peers::certificates::{Authority, Validity};
use crate::peers::slapd::{self, Slapd};
use aiguillage::card::services::ToldState;

const OTHER: &str = "luc.petit2@quais.example";
const THERE: &str = "uid=lucpetit2,ou=people,o=univ,c=fr";

async fn rename(house: &House) {
    set(house, STUDENT, "eduPersonPrincipalName", OTHER).await;
    follow(house).await;
    compare(house).await;
}

#[actix_web::test]
async fn values_follow_a_name_to_another_entry() {
    let slapd = Slapd::start().await;
    enter(&slapd, (LUC, EPPN));
    enter(&slapd, (THERE, OTHER));
    let house = writing(&slapd, USUAL).await;
    enabled(&house, STUDENT, CSN).await;
    house.run_jobs().await;
    assert_eq!(slapd.values(LUC, "cardPager"), [CSN]);
    rename(&house).await;
    assert_eq!(slapd.values(LUC, "supannRefId"), [FOREIGN]);
    assert!(slapd.values(LUC, "cardPager").is_empty());
    assert_eq!(slapd.values(THERE, "cardPager"), [CSN]);
    lose(&house, card_of(&house, STUDENT).await.id).await;
    assert_eq!(slapd.values(THERE, "supannRefId"), [FOREIGN]);
}

#[actix_web::test]
async fn values_stay_ours_in_an_entry_that_changed_its_name() {
    let slapd = Slapd::start().await;
    enter(&slapd, (LUC, EPPN));
    let house = writing(&slapd, "add.supannRefId = {ISO15693}%csn%, {OF}%eppn%").await;
    enabled(&house, STUDENT, CSN).await;
    house.run_jobs().await;
    slapd.modify(&format!(
        "dn: {LUC}\nchangetype: modify\nreplace: eduPersonPrincipalName\n\
         eduPersonPrincipalName: {OTHER}\n"
    ));
    rename(&house).await;
    let of = format!("{{OF}}{OTHER}");
    assert_eq!(slapd.values(LUC, "supannRefId"), [FOREIGN, CHIP, &of], "the old one is gone");
    lose(&house, card_of(&house, STUDENT).await.id).await;
    assert_eq!(slapd.values(LUC, "supannRefId"), [FOREIGN]);
}

#[actix_web::test]
async fn what_another_template_said_goes_in_the_night() {
    let slapd = Slapd::start().await;
    enter(&slapd, (LUC, EPPN));
    let house = writing(&slapd, USUAL).await;
    enabled(&house, STUDENT, CSN).await;
    house.run_jobs().await;
    let other = "add.supannRefId = {CSN}%reverse_csn%, {OTHER}%nonsense%\nset.pager = %csn_dec%";
    let node = house.beside_with(setup(&slapd.url(), other)).await;
    compare(&node).await;
    assert_eq!(slapd.values(LUC, "supannRefId"), [FOREIGN, "{CSN}803463723F0604"]);
    assert_eq!(slapd.values(LUC, "pager"), ["1132769478653056"]);
    assert!(slapd.values(LUC, "cardPager").is_empty());
    let sieve = format!("{other}\neppn = .*@elsewhere.example");
    let node = house.beside_with(setup(&slapd.url(), &sieve)).await;
    compare(&node).await;
    assert_eq!(slapd.values(LUC, "supannRefId"), [FOREIGN], "none of its business any more");
    assert_eq!(state(&house).await, (ToldState::Nothing, "filtered".into()));
}

#[actix_web::test]
async fn it_is_written_by_starttls_to_whom_we_trust() {
    let authority = Authority::new();
    let tls = Some(authority.issue("localhost", Validity::Current));
    let slapd = Slapd::start_with(slapd::Setup { tls, ..slapd::Setup::default() }).await;
    enter(&slapd, (LUC, EPPN));
    let folder = tempfile::tempdir().expect("a folder");
    let by = |authority: &Authority| {
        let path = folder.path().join("authority.pem");
        std::fs::write(&path, authority.pem()).expect("written");
        let more = format!("{USUAL}starttls = true\nca_file = {}", path.display());
        setup(&slapd.named_url(), &more)
    };
    let house = House::open_with(by(&Authority::new())).await;
    enabled(&house, STUDENT, CSN).await;
    house.run_jobs().await;
    assert_eq!(state(&house).await, (ToldState::Failing, "untrusted".into()));
    assert!(!slapd.log().contains("BIND dn=\"cn=cards"), "no password went there");

    let house = House::open_with(by(&authority)).await;
    enabled(&house, STUDENT, CSN).await;
    house.run_jobs().await;
    assert_eq!(state(&house).await, (ToldState::On, String::new()));
    assert_eq!(slapd.values(LUC, "cardPager"), [CSN]);
}
