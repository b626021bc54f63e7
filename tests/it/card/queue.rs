//! The office: who sees which cards, two at once, many at once, and the list to take away.
use super::{
    MANAGER, STUDENT, ask, card_of, cards_of, enabled, encode, lead, photo, post, print, state_of,
    university, upload, with,
};
use crate::rights::{give, person_of};
use aiguillage::card::state::{Actor, State};
use aiguillage::card::store::{self, Search};
use aiguillage::card::{Hand, Step};
use aiguillage::rights::{Grant, Role, Scope};
use uuid::Uuid;

#[actix_web::test]
async fn cards_of_other_types_are_closed_by_every_way() {
    let house = university().await;
    ask(&house.sign_in(STUDENT).await).await;
    ask(&house.sign_in("alain.garnier").await).await;
    let (student, teacher) =
        (card_of(&house, STUDENT).await, card_of(&house, "alain.garnier").await);
    assert_eq!((student.of.card_type.as_str(), teacher.of.card_type.as_str()), ("E", "P"));
    let marie = house.sign_in("marie.dupont").await;
    let of_staff = Grant { role: Role::CardManager, scope: Scope::CardType("P".into()) };
    give(&house, person_of(&house, "marie.dupont").await, &[of_staff]).await;

    let list = marie.get("/cards/office").await;
    assert!(list.text.contains("Alain Garnier") && !list.text.contains("Luc Petit"));
    let csv = marie.get("/cards/office.csv").await;
    assert!(csv.text.contains("agarnier@") && !csv.text.contains("lucpetit@"), "{}", csv.text);
    let path = format!("/cards/office/{}", student.id);
    marie.get(&path).await.must_be(403, "E-CARD-FORBIDDEN");
    let fields = [("to", "canceled"), ("note", "x"), ("version", "1")];
    post(&marie, &path, &fields).await.must_be(403, "E-CARD-FORBIDDEN");
    let name = format!("c-{}", student.id);
    let bulk = [("to", "request_checked"), ("state", "new"), (name.as_str(), "1")];
    let done = post(&marie, "/cards/office/bulk", &bulk).await;
    assert!(done.location().ends_with("done=0&refused=1"), "{}", done.location());
    let photo = format!("/cards/photos/{}", student.photo.expect("a photo"));
    assert_eq!(marie.get(&photo).await.status, 404);
    assert_eq!(state_of(&house, STUDENT).await, State::New);
    assert_eq!(lead(&marie, teacher.id, "request_checked", &[]).await.status, 303);
}

#[actix_web::test]
async fn readers_read_and_change_nothing() {
    let house = university().await;
    ask(&house.sign_in(STUDENT).await).await;
    let card = card_of(&house, STUDENT).await;
    let marie = house.sign_in("marie.dupont").await;
    let id = person_of(&house, "marie.dupont").await;
    let all = |role| Grant { role, scope: Scope::Installation };
    give(&house, id, &[all(Role::CardReader)]).await;
    let path = format!("/cards/office/{}", card.id);
    let page = marie.get(&path).await;
    assert!(page.status == 200 && page.text.contains("pas la modifier"), "{}", page.words());
    assert!(!page.text.contains("name=\"to\""));
    post(&marie, &path, &[("to", "canceled")]).await.must_be(403, "E-FORBIDDEN");
    give(&house, id, &[all(Role::CardLister)]).await;
    let list = marie.get("/cards/office").await;
    assert!(list.text.contains("Luc Petit") && !list.text.contains(&path));
    marie.get(&path).await.must_be(403, "E-FORBIDDEN");
}

#[actix_web::test]
async fn two_managers_at_once_lead_a_card_once() {
    let house = university().await;
    ask(&house.sign_in(STUDENT).await).await;
    let card = card_of(&house, STUDENT).await;
    let nadia = house.sign_in(MANAGER).await;
    let marie = house.sign_in("marie.dupont").await;
    let grant = Grant { role: Role::CardManager, scope: Scope::Installation };
    give(&house, person_of(&house, "marie.dupont").await, &[grant]).await;
    let path = format!("/cards/office/{}", card.id);
    let accept = [("to", "request_checked"), ("version", "1")];
    let refuse = [("to", "rejected"), ("note", "floue"), ("version", "1")];
    let (one, two) =
        futures_util::join!(post(&nadia, &path, &accept), post(&marie, &path, &refuse));
    let (won, lost) = if one.status == 303 { (&one, &two) } else { (&two, &one) };
    assert_eq!(won.status, 303, "{}", won.words());
    lost.must_be(412, "E-CARD-VERSION");
    let changes = house.audit("card.changed").await;
    assert_eq!(changes.len(), 2, "the request and one step");
}

#[actix_web::test]
async fn no_card_leaves_the_ways_of_the_table_and_no_hand_lets_go() {
    let house = university().await;
    ask(&house.sign_in(STUDENT).await).await;
    let card = card_of(&house, STUDENT).await;
    let nadia = house.sign_in(MANAGER).await;
    for to in ["enabled", "printed", "encoded", "destroyed", "caduc", "renewed", "nonsense"] {
        lead(&nadia, card.id, to, &[]).await.must_be(409, "E-CARD-STATE");
    }
    lead(&nadia, card.id, "request_checked", &[]).await;
    lead(&nadia, card.id, "in_print", &[]).await;
    let marie = house.sign_in("marie.dupont").await;
    let grant = Grant { role: Role::CardManager, scope: Scope::Installation };
    give(&house, person_of(&house, "marie.dupont").await, &[grant]).await;
    let held = marie.get(&format!("/cards/office/{}", card.id)).await;
    assert!(held.text.contains("Une autre personne imprime"), "{}", held.words());
    let fields = [("to", "printed"), ("version", "3")];
    let path = format!("/cards/office/{}", card.id);
    post(&marie, &path, &fields).await.must_be(409, "E-CARD-STATE");
    assert_eq!(lead(&nadia, card.id, "printed", &[]).await.status, 303);
}

#[actix_web::test]
async fn a_card_on_an_encoder_is_taken_back_by_the_office() {
    let house = university().await;
    ask(&house.sign_in(STUDENT).await).await;
    let card = card_of(&house, STUDENT).await.id;
    let nadia = house.sign_in(MANAGER).await;
    print(&nadia, card).await;
    let waits = nadia.get(&format!("/cards/office/{card}")).await;
    assert!(waits.text.contains("La carte attend l’encodeur"), "{}", waits.words());
    let mut tx = house.db().write().await.expect("a transaction");
    let (step, station) = (Step::default(), Hand::of_nobody(house.now()));
    let to = (Actor::Station, State::InEncode);
    house.parts().cards.lead(&mut tx, card, to, &step, &station).await.expect("taken");
    tx.commit().await.expect("kept");
    assert_eq!(lead(&nadia, card, "printed", &[]).await.status, 303);
    encode(&house, card, "0A0B0C0D").await.expect("encoded");
    assert_eq!(state_of(&house, STUDENT).await, State::Encoded, "it works when somebody says so");
}

#[actix_web::test]
async fn asking_several_times_at_once_makes_one_card() {
    let house = university().await;
    let luc = house.sign_in(STUDENT).await;
    let second = upload(&luc, &photo()).await.location().to_owned();
    let id = second.rsplit('=').next().expect("an id");
    let fields = [("photo", id)];
    let many = (0..6).map(|_| post(&luc, "/cards/request", &fields));
    let mut answers: Vec<u16> =
        futures_util::future::join_all(many).await.iter().map(|answer| answer.status).collect();
    answers.sort_unstable();
    assert_eq!(answers, [303, 409, 409, 409, 409, 409]);
    assert_eq!(cards_of(&house, STUDENT).await.len(), 1);
}

#[actix_web::test]
async fn printing_takes_the_role_of_printers_where_it_is_asked_for() {
    let house = with(&[("AIGUILLAGE_CARD_PRINTER_ROLE", "true")]).await;
    ask(&house.sign_in(STUDENT).await).await;
    let card = card_of(&house, STUDENT).await;
    let nadia = house.sign_in(MANAGER).await;
    lead(&nadia, card.id, "request_checked", &[]).await;
    lead(&nadia, card.id, "in_print", &[]).await.must_be(409, "E-CARD-STATE");
    let all = |role| Grant { role, scope: Scope::Installation };
    let both = [all(Role::CardManager), all(Role::CardPrinter)];
    give(&house, person_of(&house, MANAGER).await, &both).await;
    assert_eq!(lead(&nadia, card.id, "in_print", &[]).await.status, 303);
}

#[actix_web::test]
async fn many_cards_go_in_one_act_and_each_stands_for_itself() {
    let house = university().await;
    let logins = ["luc.petit", "tom.girard", "ines.robert"];
    for login in logins {
        ask(&house.sign_in(login).await).await;
    }
    let nadia = house.sign_in(MANAGER).await;
    let tom = card_of(&house, "tom.girard").await;
    let said = [("note", "déjà une carte")];
    assert_eq!(lead(&nadia, tom.id, "canceled", &said).await.status, 303);
    let mut names = Vec::new();
    for login in logins {
        names.push(format!("c-{}", card_of(&house, login).await.id));
    }
    let mut fields = vec![("to", "request_checked"), ("state", "new")];
    fields.extend(names.iter().map(|name| (name.as_str(), "1")));
    let done = post(&nadia, "/cards/office/bulk", &fields).await;
    assert_eq!(done.location(), "/cards/office?state=new&done=2&refused=1");
    assert!(nadia.get(done.location()).await.text.contains("2 faites, 1 refusées"));
    assert_eq!(state_of(&house, "luc.petit").await, State::RequestChecked);
    assert_eq!(state_of(&house, "tom.girard").await, State::Canceled);
    assert_eq!(house.last("card.refused").await.reason, "E-CARD-VERSION");
    let none = [("to", "in_print"), ("state", "request_checked")];
    post(&nadia, "/cards/office/bulk", &none).await.must_be(422, "E-CARD-NONE");
    let counts = nadia.get("/cards/office").await.words();
    assert!(counts.contains("validée 2") && counts.contains("annulée 1"), "{counts}");
}

#[actix_web::test]
async fn cards_are_found_by_name_and_by_every_form_of_their_number() {
    let house = university().await;
    let card = enabled(&house, STUDENT, "04063F72633480").await;
    ask(&house.sign_in("tom.girard").await).await;
    let nadia = house.sign_in(MANAGER).await;
    let escn = card.escn.clone().expect("a number");
    for words in [
        "petit",
        "LUC",
        "lucpetit@",
        "04063f72633480",
        "803463723F0604",
        "1132769478653056",
        "36086398742103556",
        escn.as_str(),
    ] {
        let query = serde_urlencoded::to_string([("q", words)]).expect("a query");
        let found = nadia.get(&format!("/cards/office?{query}")).await;
        assert!(found.text.contains("Luc Petit"), "{words}");
        assert!(!found.text.contains("Tom Girard"), "{words}");
    }
    let none = nadia.get("/cards/office?q=100%25").await;
    assert!(none.text.contains("Aucune carte trouvée"), "{}", none.words());
}

#[actix_web::test]
async fn the_list_is_taken_away_without_formulas() {
    let house = university().await;
    house
        .invent(
            "[evil]\nsource = university\ndisplayName = \"=cmd|' /C calc'!A0;\"\nuid = evil\n\
             eduPersonAffiliation = student\neduPersonPrincipalName = \"@o'neil;x@quais.example\"\n",
        )
        .await;
    let evil = house.visitor();
    assert_eq!(evil.try_password("evil", "evil").await.status, 303);
    ask(&evil).await;
    let nadia = house.sign_in(MANAGER).await;
    let csv = nadia.get("/cards/office.csv?state=new").await;
    assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8");
    assert!(csv.text.starts_with("\u{feff}id;eppn;name;type;state;"), "{}", csv.text);
    assert!(csv.text.contains(";\"'=cmd|' /C calc'!A0;\";E;new;"), "{}", csv.text);
    assert!(csv.text.contains(";\"'@o'neil;x@quais.example\";"), "{}", csv.text);
    assert_eq!(house.last("export.made").await.reason, "cards");
}

/// Files are read so, five hundred cards at a time.
#[actix_web::test]
async fn a_list_is_read_piece_by_piece_and_every_card_once() {
    let house = university().await;
    let mut asked = Vec::new();
    for login in [STUDENT, "tom.girard", "ines.robert"] {
        ask(&house.sign_in(login).await).await;
        asked.push(card_of(&house, login).await.id);
    }
    let mut search = Search { limit: 2, behind: Some(Uuid::nil()), ..Search::default() };
    let mut read = Vec::new();
    loop {
        let mut tx = house.db().read().await.expect("the database answers");
        let piece = store::search(&mut tx, &search).await.expect("cards");
        let Some(last) = piece.last() else { break };
        search.behind = Some(last.id);
        read.extend(piece.iter().map(|card| card.id));
    }
    assert_eq!(read, asked);
    let nadia = house.sign_in(MANAGER).await;
    let csv = nadia.get("/cards/office.csv").await;
    assert_eq!(csv.text.lines().count(), 4, "{}", csv.text);
}

#[actix_web::test]
async fn a_renewed_card_leaves_the_old_one_alone_until_it_works() {
    let house = university().await;
    let old = enabled(&house, STUDENT, "04063F72633480").await;
    let nadia = house.sign_in(MANAGER).await;
    let led = lead(&nadia, old.id, "renewed", &[]).await;
    let new = card_of(&house, STUDENT).await;
    assert_eq!(led.location(), format!("/cards/office/{}", new.id));
    assert_eq!((new.state, new.renews, new.photo), (State::Renewed, Some(old.id), old.photo));
    assert!(new.escn != old.escn, "with a number of its own");
    lead(&nadia, old.id, "renewed", &[]).await.must_be(409, "E-CARD-STATE");
    print(&nadia, new.id).await;
    let taken = encode(&house, new.id, "04063F72633480").await.expect_err("it is another chip");
    assert!(format!("{taken}").contains("E-CARD-CSN-TAKEN"), "{taken}");
    assert!(encode(&house, new.id, "not a chip").await.is_err());
    encode(&house, new.id, "04AABBCCDDEE80").await.expect("encoded");
    assert_eq!(cards_of(&house, STUDENT).await[1].state, State::Enabled, "the old one works");
    lead(&nadia, new.id, "enabled", &[]).await;
    let states: Vec<_> = cards_of(&house, STUDENT).await.iter().map(|card| card.state).collect();
    assert_eq!(states, [State::Enabled, State::Disabled], "one card works at a time");
    assert!(encode(&house, new.id, "04AABBCCDDEE81").await.is_err(), "it is encoded");
}
