//! Which school comes first where the directory says so by a number or a unit (`dispatch.md` 3.1).
use super::{ALL, FAMILIES, house_with};
use crate::peers::slapd::Slapd;

#[actix_web::test]
async fn numbers_and_units_put_a_school_first() {
    let slapd = Slapd::start().await;
    let house = house_with(&slapd, &ALL, FAMILIES).await;
    for (login, first, is_current) in [
        // By code, without looking anything up.
        ("ines.riviere", "9749801K", true),
        // Current by SIREN; by name the other one would be first.
        ("omar.sirene", "0219802R", true),
        // Main by the DN of a structure.
        ("lise.tige", "0219802R", false),
        // Main by the unit.
        ("pia.unite", "0142131R", false),
    ] {
        let person = house.visitor();
        assert_eq!(person.try_password(login, login).await.status, 303, "{login}");

        let me = person.get("/api/v1/dispatch/me").await.json();

        let schools = me["destinations"].as_array().expect("a list");
        assert_eq!(schools.len(), 2, "{login}: {me}");
        assert_eq!(schools[0]["rne"], first, "{login}: {me}");
        assert_eq!(schools[0]["current"], is_current, "{login}");
    }
}

#[actix_web::test]
async fn what_leads_nowhere_reaches_administrators() {
    let slapd = Slapd::start().await;
    let house = house_with(&slapd, &ALL, FAMILIES).await;
    let yves = house.visitor();
    assert_eq!(yves.try_password("yves.techer", "yves.techer").await.status, 303);

    let row = house.last("auth.login").await;

    assert_eq!(row.fields["findings"], serde_json::json!(["W-STRUCT-UNRESOLVED"]));
}
