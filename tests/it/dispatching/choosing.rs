//! Following a tile, searching, old addresses.
use crate::house::House;

#[actix_web::test]
async fn a_tile_leads_into_its_portal() {
    let house = House::open().await;
    let marie = house.sign_in("marie.dupont").await;

    let answer = marie.post_from("/dispatch", "/dispatch", &[("rne", "9749801K.0")]).await;

    assert_eq!(answer.status, 303);
    let portal = house.at_portal("/portail/9749801K");
    let relay_state = serde_urlencoded::to_string([("RelayState", portal)]).expect("a query");
    let expected = format!("/saml?sp_ident=9749801K&{relay_state}&rne=9749801K");
    assert_eq!(answer.location(), expected);
    assert!(answer.cookies().is_empty(), "nothing is remembered unasked");
    let row = house.last("dispatch.choice").await;
    assert_eq!((row.outcome.as_str(), row.reason.as_str()), ("ok", "chosen"));
    assert_eq!(
        (&row.fields["chosen"], &row.fields["sp"]),
        (&"9749801K".into(), &"9749801K".into())
    );
    assert_eq!(row.request_id, answer.reference());
    let spelled = [("rne", "9740091F"), ("portal", "0")];
    let answer = marie.post_from("/dispatch?choose=1", "/dispatch", &spelled).await;
    assert!(answer.location().starts_with("/saml?sp_ident=9740091F&"), "two fields do as well");
}

#[actix_web::test]
async fn the_last_choice_comes_first_and_is_marked() {
    let house = House::open().await;
    let marie = house.sign_in("marie.dupont").await;
    for rne in ["9749801K", "9740091F"] {
        let target = format!("{rne}.0");
        marie.post_from("/dispatch?choose=1", "/dispatch", &[("rne", &target)]).await;
        let page = marie.get("/dispatch?choose=1").await;
        assert_eq!(page.targets()[0], target);
    }
    let later = house.sign_in("marie.dupont").await;
    assert_eq!(later.get("/dispatch").await.targets()[0], "9740091F.0", "in the next session too");
}

#[actix_web::test]
async fn a_form_that_is_not_from_our_page_chooses_nothing() {
    let house = House::open().await;
    let marie = house.sign_in("marie.dupont").await;
    let stranger = house.sign_in("paul.hoarau").await.get("/dispatch?choose=1").await.csrf();
    let old = marie.get("/dispatch").await.csrf();
    marie.try_password("marie.dupont", "marie.dupont").await;

    for path in ["/dispatch", "/dispatch/forget"] {
        for csrf in ["", "x", stranger.as_str(), old.as_str()] {
            let answer = marie.post(path, &[("rne", "9749801K.0"), ("csrf", csrf)]).await;
            answer.must_be(403, "E-CSRF");
            assert_eq!(house.last("request.refused").await.reason, "E-CSRF");
        }
    }
    assert!(house.audit("dispatch.choice").await.is_empty());
}

#[actix_web::test]
async fn forms_are_checked_against_what_the_person_has() {
    let house = House::open().await;
    house.invite(&["nadia.famille"]).await;
    for (login, target, status, code) in [
        ("marie.dupont", "0219801P.0", 403, "E-NOT-YOURS"),
        ("marie.dupont", "9740091F.1", 403, "E-NOT-YOURS"),
        ("marie.dupont", "9740091F.9", 403, "E-NOT-YOURS"),
        ("marie.dupont", "<script>", 403, "E-NOT-YOURS"),
        ("marie.dupont", "", 400, "E-BAD-REQUEST"),
        ("julie.blanc", "9749803M.0", 404, "E-NO-PORTAL"),
        ("karim.lefevre", "0599801H.0", 404, "E-NO-PORTAL"),
        ("odile.schmitt", "0679801P.0", 503, "E-NO-SP"),
    ] {
        let person = house.sign_in(login).await;
        let answer = person.post_from("/dispatch?choose=1", "/dispatch", &[("rne", target)]).await;
        answer.must_be(status, code);
        assert!(answer.header("location").is_empty());
    }
    let marie = house.sign_in("marie.dupont").await;
    let doubled = [("rne", "9740091F.0"), ("rne", "9749801K.0")];
    marie.post_from("/dispatch", "/dispatch", &doubled).await.must_be(400, "E-BAD-REQUEST");
    let index = [("rne", "9740091F"), ("portal", "256")];
    marie.post_from("/dispatch", "/dispatch", &index).await.must_be(400, "E-BAD-REQUEST");
    assert!(house.audit("dispatch.choice").await.is_empty());
}

#[actix_web::test]
async fn a_visitor_signs_in_before_choosing() {
    let house = House::open().await;
    let visitor = house.visitor();

    let answer = visitor.get("/dispatch?rne=9740091F").await;
    let posted = visitor.post("/dispatch", &[("rne", "9740091F.0")]).await;

    assert_eq!(answer.status, 302);
    assert_eq!(answer.location(), "/login?next=%2Fdispatch%3Frne%3D9740091F");
    assert_eq!((posted.status, posted.location()), (302, "/login?next=%2Fdispatch"));
}

#[actix_web::test]
async fn the_way_on_after_a_choice_is_our_own_sign_on_only() {
    let house = House::open().await;
    let marie = house.sign_in("marie.dupont").await;
    let next = |next: &'static str| [("rne", "9749801K.0"), ("next", next)];
    let page = "/dispatch?choose=1";

    let good = marie.post_from(page, "/dispatch", &next("/saml?sp_ident=9749801K")).await;
    assert_eq!(good.location(), "/saml?sp_ident=9749801K&rne=9749801K");
    for odd in
        ["https://evil.example/saml", "//evil.example/saml", "/sessions", "/samling", "/saml"]
    {
        let answer = marie.post_from(page, "/dispatch", &next(odd)).await;
        assert_eq!(answer.status, 303, "{odd}");
        let way = answer.location();
        assert!(way.starts_with("/saml?sp_ident=9749801K&RelayState="), "{odd}: {way}");
    }
}

#[actix_web::test]
async fn schools_are_searched_without_regard_to_accents() {
    let house = House::open().await;
    let luc = house.sign_in("luc.grondin").await;
    let all = luc.get("/dispatch?choose=1").await;
    assert_eq!(all.targets().len(), 19);
    assert!(all.text.contains("type=\"search\""));
    for (words, found) in [
        ("etang", vec!["9749802L"]),
        ("ÉTANG-SALÉ", vec!["9749802L"]),
        ("saint-denis", vec!["9749801K", "9749806R"]),
        ("9749801k", vec!["9749801K"]),
        ("forges & la", vec!["0219802R"]),
        ("nowhere", vec![]),
    ] {
        let query = serde_urlencoded::to_string([("choose", "1"), ("q", words)]).expect("a query");
        let page = luc.get(&format!("/dispatch?{query}")).await;
        let tiles = page.tiles();
        let shown: Vec<_> = tiles.iter().filter(|tile| !tile.hidden).collect();
        assert_eq!(shown.len(), found.len(), "{words}: {shown:?}");
        assert!(
            found.iter().all(|rne| shown.iter().any(|tile| tile.text.contains(rne))),
            "{words}"
        );
        assert_eq!(page.field("q").as_deref(), Some(words));
    }
    let page = luc.get("/dispatch?choose=1&q=%22%3E%3Cscript%3E").await;
    assert!(!page.text.contains("<script>"));
}

#[actix_web::test]
async fn labels_are_sorted_as_french_people_do() {
    let house = House::open().await;
    let luc = house.sign_in("luc.grondin").await;

    let page = luc.get("/dispatch?choose=1").await;

    let place = |rne: &str| page.targets().iter().position(|target| target.starts_with(rne));
    // ECOLE PRIMAIRE … and ÉCOLE ÉLÉMENTAIRE … stand side by side, before EREA ….
    assert!(place("0359801N") < place("9749806R"));
    assert!(place("9749806R") < place("9719801B"));
    assert!(place("0139801H") > place("9719801B"), "LYCEE after EREA");
}

#[actix_web::test]
async fn old_addresses_keep_their_query() {
    let house = House::open().await;
    let visitor = house.visitor();
    for path in ["/edispatcher", "/edispatcher/", "/edispatcher/index.php"] {
        for query in ["", "?rne=9740091F", "?a=%2F%2Fevil.example&b=c%20d"] {
            let answer = visitor.get(&format!("{path}{query}")).await;
            assert_eq!(answer.status, 302, "never cached for good: {path}");
            assert_eq!(answer.location(), format!("/dispatch{query}"));
            assert_eq!(answer.header("cache-control"), "no-store");
        }
    }
}

#[actix_web::test]
async fn the_root_knows_browsers_from_programs() {
    let house = House::open().await;
    let page = house.visitor().get("/").await;
    let program = house.visitor().with("accept", "application/json").get("/").await;

    assert_eq!((page.status, page.location()), (302, "/dispatch"));
    assert_eq!((program.status, program.text.as_str()), (200, ""));
    for answer in [page, program] {
        assert_eq!(answer.header("x-version"), env!("CARGO_PKG_VERSION"));
    }
}

#[actix_web::test]
async fn pages_speak_english_to_those_who_chose_it() {
    let house = House::open().await;
    let marie = house.sign_in("marie.dupont").await;
    assert!(marie.get("/dispatch").await.text.contains("<html lang=\"fr\">"));

    let answer = marie.post("/language", &[("lang", "en"), ("next", "/dispatch?choose=1")]).await;

    assert_eq!((answer.status, answer.location()), (303, "/dispatch?choose=1"));
    let page = marie.get("/dispatch").await;
    assert!(page.text.contains("<html lang=\"en\">"));
    assert!(!page.text.contains("Choisissez"));
    let away = marie.post("/language", &[("lang", "en"), ("next", "//evil.example")]).await;
    assert_eq!(away.location(), "/");
}
