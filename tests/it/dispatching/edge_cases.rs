//! The tables 3.2 and 3.4: who lands where, and what is recorded.
use crate::house::{Answer, House, Setup};
use serde_json::json;

/// Where our own redirect to a school's portal leads.
fn way_to(house: &House, rne: &str, sp: &str, portal: &str) -> String {
    let relay_state = house.at_portal(&format!("/portail/{portal}"));
    let query = [("sp_ident", sp), ("RelayState", &relay_state), ("rne", rne)];
    format!("/saml?{}", serde_urlencoded::to_string(query).expect("a query"))
}

fn at_once(house: &House, rne: &str) -> String {
    way_to(house, rne, rne, rne)
}

async fn ask(house: &House, login: &str) -> Answer {
    let person = house.sign_in(login).await;
    let answer = person.get("/dispatch").await;
    assert_eq!(answer.header("cache-control"), "no-store", "{login}");
    let row = house.last("dispatch.decision").await;
    assert_eq!(row.request_id, answer.reference(), "{login}");
    assert_eq!(row.network, "203.0.113.0/24");
    assert_eq!(row.fields["zone"], "default");
    answer
}

#[actix_web::test]
async fn one_school_is_no_question() {
    let house = House::open().await;
    for (login, rne) in [
        ("paul.hoarau", "9740091F"),
        ("lea.payet", "9749802L"),
        ("jules.payet", "9749802L"),
        ("rose.secretaire", "0219801P"),
        ("alain.garnier", "0759802X"),
    ] {
        let answer = ask(&house, login).await;
        assert_eq!((answer.status, answer.location()), (302, at_once(&house, rne).as_str()));
        let row = house.last("dispatch.decision").await;
        assert_eq!((row.outcome.as_str(), row.reason.as_str()), ("ok", "single"), "{login}");
        assert_eq!(row.fields["chosen"], rne);
        assert_eq!(row.fields["destinations"], json!([{ "rne": rne, "state": "ok" }]));
    }
}

#[actix_web::test]
async fn the_same_school_twice_is_one_school() {
    let house = House::open().await;
    house.invent("[deux.fois]\nsource = agents\ndisplayName = Deux Fois\nFrEduRne[] = \"9740091F$UAJ$PU$ENS$9740091F$T3$CLG$340\"\nFrEduRne[] = \"9740091F$UAJ$PU$ENS$9740091F$T3$CLG$300\"\n").await;

    let answer = ask(&house, "deux.fois").await;

    assert_eq!(answer.location(), at_once(&house, "9740091F"));
}

#[actix_web::test]
async fn a_teacher_whose_child_is_there_too_has_one_tile_with_two_badges() {
    let house = House::open().await;
    house.invent("[les.deux]\nsource = agents\ndisplayName = Les Deux\nmail = \"deux@demo.example\"\nFrEduRne = \"9740091F$UAJ$PU$ENS$9740091F$T3$CLG$340\"\n").await;
    house.invent("[les.deux.famille]\nsource = families\ndisplayName = Les Deux\nmail = \"deux@demo.example\"\nFrEduVecteur = \"2|DEUX|Les|1|9740091F\"\n").await;

    let answer = ask(&house, "les.deux").await;

    assert_eq!(answer.location(), at_once(&house, "9740091F"));
    let page = house.sign_in("les.deux").await.get("/dispatch?choose=1").await;
    let [tile] = page.tiles().try_into().expect("one tile");
    assert!(
        tile.text.contains("Enseignant") && tile.text.contains("Parent (1 enfant)"),
        "{tile:?}"
    );
}

#[actix_web::test]
async fn several_schools_are_a_choice() {
    let house = House::open().await;
    for (login, targets) in [
        ("marie.dupont", vec!["9740091F.0", "9749801K.0"]),
        ("jean.hoarau", vec!["9740091F.0", "9749801K.0"]),
        ("nadia.benali", vec!["0759801W.0"]),
        ("anne.fontaine", vec!["0699801D.0", "0699802E.0"]),
        ("tom.payet", vec!["9749802L.0", "9749801K.0"]),
    ] {
        if targets.len() < 2 {
            continue;
        }
        let answer = ask(&house, login).await;
        assert_eq!(answer.status, 200, "{login}");
        let mut shown = answer.targets();
        shown.sort();
        let mut targets = targets;
        targets.sort_unstable();
        assert_eq!(shown, targets, "{login}");
        assert_eq!(house.last("dispatch.decision").await.reason, "choice", "{login}");
    }
}

#[actix_web::test]
async fn one_school_with_a_portal_for_families_is_a_choice_too() {
    let house = House::open().await;
    house.invite(&["nadia.famille"]).await;

    let answer = ask(&house, "nadia.benali").await;

    assert_eq!(answer.status, 200);
    assert_eq!(answer.targets().len(), 2);
    let nadia = house.sign_in("nadia.famille").await;
    let portals = ["0759801W", "familles-0759801W"];
    for (target, portal) in answer.targets().iter().zip(portals) {
        let fields = [("rne", target.as_str())];
        let chosen = nadia.post_from("/dispatch?choose=1", "/dispatch", &fields).await;
        assert_eq!(chosen.location(), way_to(&house, "0759801W", "0759801W", portal));
    }
}

#[actix_web::test]
async fn schools_behind_one_portal_are_two_tiles_unless_merged() {
    let house = House::set("AIGUILLAGE_DISPATCH_MERGE_SAME_PORTAL", "true").await;

    let answer = ask(&house, "anne.fontaine").await;

    assert_eq!(answer.status, 302);
    assert!(answer.location().starts_with("/saml?sp_ident=confluents&"));
}

#[actix_web::test]
async fn a_parent_sees_how_many_children_are_where() {
    let house = House::open().await;
    let tiles = ask(&house, "jean.hoarau").await.tiles();

    let words =
        |rne: &str| tiles.iter().find(|t| t.text.contains(rne)).expect("a tile").text.clone();
    assert!(words("9740091F").contains("Parent (2 enfants)"));
    assert!(words("9749801K").contains("Parent (1 enfant)"));
    assert!(!words("9740091F").contains("812345"), "the number of a child is nobody's business");
}

#[actix_web::test]
async fn a_pupil_with_two_schools_is_asked_and_noticed() {
    let house = House::open().await;

    assert_eq!(ask(&house, "tom.payet").await.status, 200);

    let row = house.last("dispatch.decision").await;
    assert_eq!(row.fields["warnings"], json!(["W-PUPIL-MULTI"]));
}

#[actix_web::test]
async fn a_school_without_portal_is_said_to_have_none() {
    let house = House::open().await;
    for (login, rne) in [("eric.morel", "9749803M"), ("mauvaise.lettre", "9740091G")] {
        let answer = ask(&house, login).await;

        answer.must_be(404, "E-NO-PORTAL");
        assert!(answer.text.contains("Aucun portail trouvé"));
        assert!(answer.text.contains(rne));
        assert!(answer.text.contains("href=\"/arena\""), "agents still have the academic portal");
        assert!(!answer.text.contains("9740091F"), "no hint at codes that exist");
        let row = house.last("dispatch.decision").await;
        assert_eq!((row.outcome.as_str(), row.reason.as_str()), ("refused", "E-NO-PORTAL"));
        assert_eq!(row.fields["destinations"], json!([{ "rne": rne, "state": "unknown" }]));
        assert!(row.person.is_some());
    }
}

#[actix_web::test]
async fn a_closed_school_says_why() {
    let house = House::open().await;

    let answer = ask(&house, "karim.lefevre").await;

    answer.must_be(404, "E-NO-PORTAL");
    let [tile] = answer.tiles().try_into().expect("one tile");
    assert_eq!(tile.target, None);
    assert!(tile.text.contains("COLLEGE DES BEFFROIS"));
    assert!(tile.text.contains("Portail fermé pour travaux jusqu'au 1er septembre"), "{tile:?}");
    assert!(!answer.text.contains("/arena"), "a parent has no academic portal");
}

#[actix_web::test]
async fn schools_that_cannot_be_entered_are_shown_shut() {
    let house = House::open().await;

    let answer = ask(&house, "julie.blanc").await;

    assert_eq!(answer.status, 200);
    assert_eq!(answer.targets(), ["9740091F.0"]);
    let tiles = answer.tiles();
    assert_eq!(tiles.len(), 2);
    let shut = tiles.iter().find(|tile| tile.target.is_none()).expect("a shut tile");
    assert!(shut.text.contains("9749803M"));
    assert!(shut.text.contains("Aucun portail connu"), "a reason in words: {shut:?}");
    assert!(answer.text.contains("aria-disabled=\"true\""));
}

#[actix_web::test]
async fn the_only_usable_school_may_be_enough() {
    let house = House::set("AIGUILLAGE_DISPATCH_AUTO_SINGLE", "usable").await;

    let answer = ask(&house, "julie.blanc").await;

    assert_eq!((answer.status, answer.location()), (302, at_once(&house, "9740091F").as_str()));
}

#[actix_web::test]
async fn the_academic_portal_may_count_as_a_destination() {
    let house = House::set("AIGUILLAGE_DISPATCH_ARENA_COUNTS", "true").await;

    assert_eq!(ask(&house, "paul.hoarau").await.status, 200, "an agent has two ways");
    assert_eq!(ask(&house, "lea.payet").await.status, 302, "a pupil has one");
}

#[actix_web::test]
async fn nobodys_account_is_told_whom_we_asked() {
    let house = House::open().await;

    let answer = ask(&house, "parti.parent").await;

    answer.must_be(403, "E-NO-AFFECTATION");
    assert!(answer.text.contains("Aucun établissement n’est associé à votre compte."));
    assert!(answer.text.contains("Familles"), "the directory that was asked");
    assert!(answer.text.contains("Assistance des tests"));
    assert_eq!(house.last("dispatch.decision").await.reason, "E-NO-AFFECTATION");
}

#[actix_web::test]
async fn an_agent_without_school_has_the_academic_portal() {
    let house = House::open().await;
    for login in ["sans.ecole", "ancien.delegue"] {
        let answer = ask(&house, login).await;
        assert_eq!(answer.status, 200, "{login}");
        assert!(answer.text.contains("href=\"/arena\""));
        assert_eq!(house.last("dispatch.decision").await.reason, "arena_only");
    }
    // Where no zone has a portal, nothing is left.
    assert!(house.rewrite("portails.ini", "[10.0.0.0/8]\nportail = scoweb.example\n").await);
    let answer = house.sign_in("sans.ecole").await.get("/dispatch").await;
    answer.must_be(403, "E-NO-AFFECTATION");
}

#[actix_web::test]
async fn a_delegation_counts_while_it_lasts() {
    let settings = vec![("AIGUILLAGE_DISPATCH_DELEGATIONS", "all".to_owned())];
    let house = House::open_with(Setup { settings, ..Setup::default() }).await;
    for (day, status) in
        [("2022-08-31", 200), ("2022-09-01", 302), ("2023-08-31", 302), ("2023-09-01", 200)]
    {
        let noon = format!("{day}T10:00:00Z").parse::<chrono::DateTime<chrono::Utc>>();
        house.wait(noon.expect("a time") - house.now());

        let delegate = house.sign_in("ancien.delegue").await;
        let answer = delegate.get("/dispatch").await;

        assert_eq!(answer.status, status, "{day}");
        if status == 302 {
            assert_eq!(answer.location(), at_once(&house, "0219801P"));
        }
    }
}

#[actix_web::test]
async fn a_portal_that_cannot_be_reached_is_a_matter_of_time() {
    let house = House::open().await;

    let person = house.sign_in("odile.schmitt").await;
    let answer = person.get("/dispatch").await;

    answer.must_be(503, "E-NO-SP");
    assert!(answer.text.contains("LYCEE DES TROIS RIVIERES"));
    assert_eq!(house.last("dispatch.decision").await.request_id, answer.reference());
    // With another school beside it, it is a tile like others.
    house.invent("[odile.deux]\nsource = agents\ndisplayName = Odile Deux\nFrEduRne[] = \"0679801P$UAJ$PU$ENS$0679801P$T3$LYC$300\"\nFrEduRne[] = \"9749803M$UAJ$PU$ENS$9749803M$T3$CLG$340\"\n").await;
    ask(&house, "odile.deux").await.must_be(404, "E-NO-PORTAL");
}

#[actix_web::test]
async fn a_certain_school_may_be_asked_for() {
    let house = House::open().await;
    let marie = house.sign_in("marie.dupont").await;
    for spelling in ["9749801K", "9749801k", "%209749801K%20"] {
        let answer = marie.get(&format!("/dispatch?rne={spelling}")).await;
        assert_eq!((answer.status, answer.location()), (302, at_once(&house, "9749801K").as_str()));
        assert_eq!(house.last("dispatch.decision").await.reason, "direct");
    }
    for foreign in ["0219801P", "9749803M", "0000000A", "..%2F..%2Fetc", "%3Cscript%3E", "x"] {
        let answer = marie.get(&format!("/dispatch?rne={foreign}")).await;
        answer.must_be(403, "E-NOT-YOURS");
        assert!(answer.text.contains("Vous n’êtes pas rattaché à cet établissement."));
        let row = house.last("dispatch.decision").await;
        assert_eq!((row.reason.as_str(), row.outcome.as_str()), ("E-NOT-YOURS", "refused"));
        assert_eq!(row.request_id, answer.reference());
    }
    marie.get("/dispatch?rne=9749801K&rne=9740091F").await.must_be(400, "E-BAD-REQUEST");

    let julie = house.sign_in("julie.blanc").await;
    julie.get("/dispatch?rne=9749803M").await.must_be(404, "E-NO-PORTAL");
    let odile = house.sign_in("odile.schmitt").await;
    odile.get("/dispatch?rne=0679801P").await.must_be(503, "E-NO-SP");
    let karim = house.sign_in("karim.lefevre").await;
    karim.get("/dispatch?rne=0599801H").await.must_be(404, "E-NO-PORTAL");
}

#[actix_web::test]
async fn a_profile_tells_two_portals_of_one_school_apart() {
    let house = House::open().await;
    house.invite(&["nadia.famille"]).await;
    let nadia = house.sign_in("nadia.benali").await;
    for (profile, portal) in [("teacher", "0759801W"), ("parent", "familles-0759801W")] {
        let answer = nadia.get(&format!("/dispatch?rne=0759801W&profile={profile}")).await;
        assert_eq!(answer.location(), way_to(&house, "0759801W", "0759801W", portal));
    }
    assert_eq!(nadia.get("/dispatch?rne=0759801W").await.status, 200);
    nadia.get("/dispatch?rne=0759801W&profile=pupil").await.must_be(403, "E-NOT-YOURS");
}

#[actix_web::test]
async fn choosing_again_is_always_possible() {
    let house = House::open().await;
    for (login, tiles) in [("paul.hoarau", 1), ("marie.dupont", 2), ("eric.morel", 1)] {
        let person = house.sign_in(login).await;
        let answer = person.get("/dispatch?choose=1").await;
        assert_eq!((answer.status, answer.tiles().len()), (200, tiles), "{login}");
        assert_eq!(house.last("dispatch.decision").await.reason, "choice_forced");
    }
}

#[actix_web::test]
async fn forty_schools_are_a_compact_list() {
    let house = House::open().await;
    let codes: Vec<_> = (0..41).map(|n| format!("SCHOOL{n}")).collect();
    let sections: Vec<_> = codes
        .iter()
        .map(|code| {
            format!(
                "[{code}]\nlibelle = {code}\nportail = https://{code}.example\nprotocole = direct\n"
            )
        })
        .collect();
    assert!(house.rewrite("etabs.ini", &sections.concat()).await);
    let person = |login: &str, count: usize| {
        let vectors = codes[..count].iter();
        let rows: Vec<_> = vectors
            .map(|code| format!("FrEduRne[] = \"{code}$UAJ$PU$ENS$x$T3$CLG$340\"\n"))
            .collect();
        format!("[{login}]\nsource = agents\ndisplayName = Tous Partout\n{}", rows.concat())
    };
    for (login, count, is_compact) in
        [("seven", 7, false), ("thirty", 39, false), ("forty", 40, true)]
    {
        house.invent(&person(login, count)).await;
        let answer = house.sign_in(login).await.get("/dispatch").await;
        assert_eq!((answer.status, answer.targets().len()), (200, count), "{login}");
        assert_eq!(answer.text.contains("<body class=\"door long wide compact\">"), is_compact);
        assert_eq!(answer.text.contains("type=\"search\""), count >= 8, "{login}");
        assert_eq!(answer.text.contains("autofocus"), is_compact, "{login}");
    }
}

#[actix_web::test]
async fn other_protocols_go_to_the_portal_itself() {
    let house = House::open().await;
    let mut before = "[9740091F]\n".to_owned();
    for protocol in ["direct", "cas", "oidc"] {
        let section = format!(
            "[9740091F]\nportail = https://portail.example/envole\nprotocole = {protocol}\n[9749809X]\n"
        );
        assert!(house.change("etabs.ini", &before, &section).await);
        before = section;
        let answer = ask(&house, "paul.hoarau").await;
        assert_eq!(answer.location(), "https://portail.example/envole", "{protocol}");
    }
}
