//! What the office counts, held against what was done.
use super::{
    MANAGER, STUDENT, ask, card_of, enabled, follow, lead, post, print, set_attribute, university,
};
use crate::house::{House, Person};
use crate::rights::{give, person_of};
use aiguillage::rights::{Grant, Role, Scope};
use chrono::TimeDelta;

/// The figures as they are taken away: chart, row and series, and how many.
async fn figures(who: &Person<'_>, query: &str) -> Vec<(String, String)> {
    let csv = who.get(&format!("/cards/office/statistics.csv{query}")).await;
    assert_eq!((csv.status, csv.header("content-type")), (200, "text/csv; charset=utf-8"));
    let lines = csv.text.lines().skip(1).filter_map(|line| line.rsplit_once(';'));
    lines.map(|(name, count)| (name.replace('"', ""), count.to_owned())).collect()
}

fn count<'a>(figures: &'a [(String, String)], name: &str) -> &'a str {
    figures.iter().find(|(of, _)| of == name).map_or("", |(_, count)| count)
}

/// One card that works, one that was sent back, and one that is printed.
async fn busy(house: &House) -> Person<'_> {
    enabled(house, STUDENT, "04063F72633480").await;
    let nadia = house.sign_in(MANAGER).await;
    for login in ["tom.girard", "alain.garnier"] {
        assert_eq!(ask(&house.sign_in(login).await).await.status, 303);
    }
    let tom = card_of(house, "tom.girard").await.id;
    lead(&nadia, tom, "rejected", &[("note", "floue")]).await;
    print(&nadia, card_of(house, "alain.garnier").await.id).await;
    nadia
}

#[actix_web::test]
async fn figures_are_what_was_done() {
    let house = university().await;
    let empty = house.sign_in(MANAGER).await.get("/cards/office/statistics").await;
    assert!(empty.status == 200 && empty.text.contains("Aucun chiffre"), "{}", empty.words());
    let nadia = busy(&house).await;
    let luc = person_of(&house, STUDENT).await;
    set_attribute(&house, luc, "schacExpiryDate", "20270930235959Z").await;
    follow(&house).await;
    let page = nadia.get("/cards/office/statistics").await;
    for words in ["Demandes de l’année", "Mois par mois", "Fins de validité", "100"] {
        assert!(page.text.contains(words), "{words} in {}", page.words());
    }
    let all = figures(&nadia, "").await;
    let states = "Demandes de l’année, par état actuel";
    for (row, meant) in [("active", "1"), ("à corriger", "1"), ("imprimée", "1"), ("demandée", "")]
    {
        assert_eq!(count(&all, &format!("{states};{row};Nombre")), meant, "{row}: {all:?}");
    }
    let series = |word: &str| {
        let months = all.iter().filter(|(name, _)| name.starts_with("Mois par mois;"));
        let of = months.filter(|(name, _)| name.ends_with(&format!(";{word}")));
        of.filter_map(|(_, count)| count.parse::<u32>().ok()).sum::<u32>()
    };
    let sums = ["demandées", "encodées", "activées", "remises"].map(series);
    assert_eq!(sums, [3, 1, 1, 0]);
    let months = all.iter().filter(|(name, _)| name.starts_with("Mois par mois;")).count();
    assert_eq!(months, 4, "the one month with figures");
    let days = all.iter().filter(|(name, _)| name.starts_with("Les trente derniers jours;"));
    assert_eq!(days.count(), 4, "today, and no day without a card");
    assert_eq!(count(&all, "Sorties d’imprimante de l’année;réussie;Nombre"), "2");
    assert_eq!(count(&all, "Cartes actives aujourd’hui;européennes;Nombre"), "1");
    assert_eq!(count(&all, "Cartes actives aujourd’hui;pas encore remises;Nombre"), "1");
    assert_eq!(count(&all, "Cartes par personne, depuis toujours;une carte;Nombre"), "3");
    let ahead = "Fins de validité à venir;septembre 2027;Nombre";
    assert_eq!(count(&all, ahead), "1", "the day is that of the directory");
    assert_eq!(house.last("export.made").await.reason, "card_statistics");
}

#[actix_web::test]
async fn losses_count_by_their_reason_and_in_their_year() {
    let house = university().await;
    let nadia = busy(&house).await;
    let luc = house.sign_in(STUDENT).await;
    let card = card_of(&house, STUDENT).await.id;
    post(&luc, &format!("/cards/{card}/stop"), &[("why", "theft")]).await;
    let all = figures(&nadia, "").await;
    assert_eq!(count(&all, "Cartes désactivées dans l’année, par motif;Volée;Nombre"), "1");
    let ends = "Renvois, annulations et fins de l’année";
    assert_eq!(count(&all, &format!("{ends};désactivée;Nombre")), "1");
    assert_eq!(count(&all, &format!("{ends};à corriger;Nombre")), "1");

    house.wait(TimeDelta::days(366));
    let nadia = house.sign_in(MANAGER).await;
    let later = figures(&nadia, "").await;
    assert_eq!(count(&later, "Cartes désactivées dans l’année, par motif;Volée;Nombre"), "");
    assert!(!later.iter().any(|(name, _)| name.starts_with("Mois par mois")), "{later:?}");
    let page = nadia.get("/cards/office/statistics").await;
    let before = page.text.split("<option value=\"").nth(2).and_then(|it| it.split('"').next());
    let before = before.expect("the year before");
    let then = figures(&nadia, &format!("?year={before}")).await;
    assert_eq!(count(&then, "Cartes désactivées dans l’année, par motif;Volée;Nombre"), "1");
}

#[actix_web::test]
async fn figures_are_of_the_types_that_somebody_looks_after() {
    let house = university().await;
    busy(&house).await;
    let marie = house.sign_in("marie.dupont").await;
    let id = person_of(&house, "marie.dupont").await;
    let of_staff = Grant { role: Role::CardLister, scope: Scope::CardType("P".into()) };
    give(&house, id, &[of_staff]).await;
    let types = "Demandes de l’année, par type";
    for query in ["", "?type=P"] {
        let mine = figures(&marie, query).await;
        assert_eq!(count(&mine, &format!("{types};P;Nombre")), "1", "{mine:?}");
        assert_eq!(count(&mine, &format!("{types};E;Nombre")), "");
    }
    assert!(figures(&marie, "?type=E").await.is_empty(), "of others");
    let page = marie.get("/cards/office/statistics").await;
    assert!(!page.text.contains("<option value=\"E\""), "{}", page.words());
    give(&house, id, &[]).await;
    marie.get("/cards/office/statistics").await.must_be(403, "E-FORBIDDEN");
}
