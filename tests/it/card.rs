//! The card office from outside: asking, leading, losing, and everything that is refused on the way.
mod chips;
mod figures;
mod keeping;
mod mending;
mod paying;
mod printing;
mod programs;
mod queue;
mod services;

use crate::house::{Answer, House, Person, Setup};
use crate::rights::person_of;
use aiguillage::card::Hand;
use aiguillage::card::state::State;
use aiguillage::card::stop::Why;
use aiguillage::card::store::{self, Card};
use aiguillage::identity::PersonId;
use aiguillage::uploads::picture::{Format, write};
use image::DynamicImage;
use uuid::Uuid;

const STUDENT: &str = "luc.petit";
const MANAGER: &str = "nadia.perrin";

/// A university with a card office.
pub(crate) async fn university() -> House {
    with(&[]).await
}

/// The same with some settings more.
async fn with(more: &[(&'static str, &str)]) -> House {
    let usual = [("AIGUILLAGE_CARD_SOURCES", "university"), ("AIGUILLAGE_CARD_PIC", "123456789")];
    let settings = usual.iter().chain(more).map(|(name, value)| (*name, (*value).to_owned()));
    House::open_with(Setup { settings: settings.collect(), ..Setup::default() }).await
}

/// A photo as telephones make them.
fn photo() -> Vec<u8> {
    write(Format::Png, &DynamicImage::new_rgb8(900, 1200)).expect("a picture")
}

/// Post with the token of this session.
async fn post(who: &Person<'_>, path: &str, fields: &[(&str, &str)]) -> Answer {
    who.post_from("/sessions", path, fields).await
}

/// Send a photo; the answer leads to the second step.
async fn upload(who: &Person<'_>, bytes: &[u8]) -> Answer {
    let csrf = who.get("/sessions").await.csrf();
    who.upload("/cards/request/photo", &csrf, ("moi.jpg", bytes)).await
}

/// Walk through the three steps.
async fn ask(who: &Person<'_>) -> Answer {
    assert_eq!(who.get("/cards/request").await.status, 200, "the first step");
    let sent = upload(who, &photo()).await;
    assert_eq!(sent.status, 303, "{}", sent.words());
    let second = who.get(sent.location()).await;
    assert_eq!(second.status, 200, "{}", second.words());
    let id = second.field("photo").expect("a photo");
    let third = who.get(&format!("/cards/request/check?photo={id}&show=1")).await;
    assert_eq!(third.status, 200, "{}", third.words());
    post(who, "/cards/request", &[("photo", &id), ("show", "1")]).await
}

async fn cards_of(house: &House, login: &str) -> Vec<Card> {
    let person = person_of(house, login).await;
    let mut tx = house.db().read().await.expect("the database answers");
    store::cards_of(&mut tx, person).await.expect("rows")
}

/// The newest card of somebody.
async fn card_of(house: &House, login: &str) -> Card {
    cards_of(house, login).await.into_iter().next().expect("a card")
}

async fn state_of(house: &House, login: &str) -> State {
    card_of(house, login).await.state
}

/// Lead a card by the form on its page.
async fn lead(who: &Person<'_>, card: Uuid, to: &str, more: &[(&str, &str)]) -> Answer {
    let path = format!("/cards/office/{card}");
    let page = who.get(&path).await;
    assert_eq!(page.status, 200, "{}", page.words());
    let version = page.field("version").unwrap_or_else(|| "0".to_owned());
    let fields: Vec<_> = more.iter().copied().chain([("to", to), ("version", &version)]).collect();
    post(who, &path, &fields).await
}

/// Accept, print, and say so.
async fn print(who: &Person<'_>, card: Uuid) {
    for to in ["request_checked", "in_print", "printed"] {
        let led = lead(who, card, to, &[]).await;
        assert_eq!(led.status, 303, "{to}: {}", led.words());
    }
}

/// What an encoder does.
async fn encode(house: &House, card: Uuid, csn: &str) -> Result<(), aiguillage::web::Error> {
    let mut tx = house.db().write().await.expect("a transaction");
    let hand = Hand::of_nobody(house.now());
    house.parts().cards.encode(&mut tx, card, csn, &hand).await?;
    tx.commit().await.expect("kept");
    Ok(())
}

/// Somebody with a card that works.
pub(crate) async fn enabled(house: &House, login: &str, csn: &str) -> Card {
    let who = house.sign_in(login).await;
    let nadia = house.sign_in(MANAGER).await;
    assert_eq!(ask(&who).await.location(), "/cards?sent=1");
    let card = card_of(house, login).await;
    print(&nadia, card.id).await;
    encode(house, card.id, csn).await.expect("encoded");
    if state_of(house, login).await == State::Encoded {
        assert_eq!(lead(&nadia, card.id, "enabled", &[]).await.status, 303);
    }
    card_of(house, login).await
}

/// Give somebody an address.
async fn set_mail(house: &House, login: &str) {
    let person = person_of(house, login).await;
    let mut tx = house.db().write().await.expect("a transaction");
    let sql = "UPDATE person SET mail = 'luc@univ.example' WHERE id = $1";
    aiguillage::on!(&mut tx, |conn| sqlx::query(sql).bind(person).execute(conn).await.map(|_| ()))
        .expect("kept");
    tx.commit().await.expect("kept");
}

/// The values of the mail about cards.
async fn mails(house: &House) -> Vec<String> {
    let mut tx = house.db().read().await.expect("the database answers");
    let sql = "SELECT CAST(vars AS TEXT) FROM mail WHERE template = 'card'";
    aiguillage::on!(&mut tx, |conn| sqlx::query_scalar(sql).fetch_all(conn).await).expect("rows")
}

async fn follow(house: &House) {
    use aiguillage::card::FollowHolders;
    let mut tx = house.db().write().await.expect("a transaction");
    house.parts().jobs.queue.add(&mut tx, &FollowHolders {}).await.expect("asked");
    tx.commit().await.expect("kept");
    house.run_jobs().await;
}

/// What the source says of somebody from now on.
async fn set_attribute(house: &House, who: PersonId, name: &str, value: &str) {
    use aiguillage::identity::store::accounts_of;
    let mut tx = house.db().write().await.expect("a transaction");
    let account = accounts_of(&mut tx, who).await.expect("rows").remove(0);
    let mut attributes = account.attributes;
    attributes.remove(name);
    if !value.is_empty() {
        attributes.add(name, value);
    }
    let sql = "UPDATE account SET attributes = $2 WHERE id = $1";
    let json = sqlx::types::Json(&attributes);
    aiguillage::on!(&mut tx, |conn| sqlx::query(sql)
        .bind(account.id)
        .bind(json)
        .execute(conn)
        .await
        .map(|_| ()))
    .expect("kept");
    tx.commit().await.expect("kept");
}

#[actix_web::test]
async fn a_card_is_asked_for_made_used_and_lost() {
    let house = with(&[("AIGUILLAGE_CARD_ENABLE_AUTO", "true")]).await;
    let luc = house.sign_in(STUDENT).await;
    let nadia = house.sign_in(MANAGER).await;
    let none = luc.get("/cards").await;
    assert!(none.text.contains("Aucune carte") && none.text.contains("/cards/request"));
    assert!(none.text.contains("href=\"/cards\""), "it stands in the menu");

    assert_eq!(ask(&luc).await.location(), "/cards?sent=1");
    let card = card_of(&house, STUDENT).await;
    assert_eq!((card.state, card.of.card_type.as_str()), (State::New, "E"));
    let escn = card.escn.clone().expect("a European number");
    assert!(escn.ends_with("-001123456789"), "{escn}");
    assert_eq!(card.qr, format!("http://esc.gg/{escn}"));
    assert!(luc.get("/cards").await.text.contains("Votre demande est arrivée"));
    ask_again_is_refused(&luc).await;

    let queue = nadia.get("/cards/office?state=new").await;
    assert!(queue.text.contains("Luc Petit") && queue.text.contains("lucpetit@quais.example"));
    let page = nadia.get(&format!("/cards/office/{}", card.id)).await;
    let photo = format!("/cards/photos/{}", card.photo.expect("a photo"));
    assert!(page.text.contains(&photo) && page.text.contains(&escn), "{}", page.words());
    let face = nadia.get(&photo).await;
    assert_eq!((face.status, face.header("content-type")), (200, "image/jpeg"));
    assert_eq!(face.header("cache-control"), "no-store");
    assert_eq!(house.audit("card.photo_read").await.len(), 1, "each look of others is recorded");

    print(&nadia, card.id).await;
    encode(&house, card.id, "04:06:3F:72:63:34:80").await.expect("encoded");
    let card = card_of(&house, STUDENT).await;
    assert_eq!((card.state, card.csn.as_deref()), (State::Enabled, Some("04063F72633480")));
    assert!(card.enabled_at.is_some() && card.encoded_at == card.last_encoded_at);
    assert!(luc.get("/cards").await.text.contains("La carte fonctionne."));

    let stop = format!("/cards/{}/stop", card.id);
    assert_eq!(luc.get(&stop).await.status, 200);
    post(&luc, &stop, &[("why", "eaten")]).await.must_be(422, "E-CARD-WHY");
    assert_eq!(post(&luc, &stop, &[("why", "lost")]).await.location(), "/cards?stopped=1");
    let lost = card_of(&house, STUDENT).await;
    assert_eq!((lost.state, lost.stopped_for.map(Why::as_str)), (State::Disabled, Some("lost")));
    let last = house.last("card.changed").await;
    assert_eq!((last.reason.as_str(), last.fields["why"].as_str()), ("disabled", Some("lost")));
    post(&luc, &stop, &[("why", "lost")]).await.must_be(409, "E-CARD-STATE");

    // Another card takes its place, with a number of its own, whatever its photo.
    let again = luc.get("/cards/request").await;
    assert!(again.text.contains("Votre dernière photo"), "{}", again.words());
    assert_eq!(ask(&luc).await.status, 303);
    let second = card_of(&house, STUDENT).await;
    assert!(second.id != card.id && second.escn > card.escn, "numbers go up");
    let history = nadia.get(&format!("/cards/office/{}", card.id)).await;
    for word in ["demandée", "validée", "imprimée", "encodée", "active", "désactivée"] {
        assert!(history.text.contains(word), "{word}");
    }
}

async fn ask_again_is_refused(luc: &Person<'_>) {
    luc.get("/cards/request").await.must_be(409, "E-CARD-ASK");
    upload(luc, &photo()).await.must_be(409, "E-CARD-ASK");
}

#[actix_web::test]
async fn a_request_comes_back_is_corrected_and_may_be_withdrawn() {
    let house = university().await;
    let luc = house.sign_in(STUDENT).await;
    let nadia = house.sign_in(MANAGER).await;
    ask(&luc).await;
    let card = card_of(&house, STUDENT).await;
    lead(&nadia, card.id, "rejected", &[]).await.must_be(422, "E-CARD-WHY");
    set_mail(&house, STUDENT).await;
    let said = [("note", "visage <b>coupé</b>")];
    assert_eq!(lead(&nadia, card.id, "rejected", &said).await.status, 303);
    let told = luc.get("/cards").await;
    assert!(told.text.contains("visage &#60;b&#62;coupé"), "{}", told.text);

    let mails = mails(&house).await;
    assert!(mails.len() == 1 && mails[0].contains("rejected"), "{mails:?}");
    assert!(!mails[0].contains("coupé"), "what was said stays here: {mails:?}");

    assert_eq!(ask(&luc).await.location(), "/cards?sent=1");
    let same = card_of(&house, STUDENT).await;
    assert_eq!((same.id, same.state, same.rejections), (card.id, State::New, 1));
    assert!(same.photo != card.photo, "with another photo");
    assert_eq!(post(&luc, &format!("/cards/{}/cancel", card.id), &[]).await.status, 303);
    assert_eq!(state_of(&house, STUDENT).await, State::Canceled);
    post(&luc, &format!("/cards/{}/cancel", card.id), &[]).await.must_be(409, "E-CARD-STATE");
    assert_eq!(luc.get("/cards/request").await.status, 200, "and asked for again");
}

#[actix_web::test]
async fn whoever_cannot_have_a_card_is_told_so() {
    let house = university().await;
    let marie = house.sign_in("marie.dupont").await;
    let page = marie.get("/cards").await;
    assert!(page.status == 200 && page.text.contains("Aucun de vos comptes"), "{}", page.words());
    marie.get("/cards/request").await.must_be(409, "E-CARD-NO-HOLDER");
    upload(&marie, &photo()).await.must_be(409, "E-CARD-NO-HOLDER");
    let closed = House::open().await;
    let luc = closed.sign_in(STUDENT).await;
    assert!(!luc.get("/sessions").await.text.contains("href=\"/cards\""), "no office, no menu");
    luc.get("/cards/request").await.must_be(409, "E-CARD-NO-HOLDER");
}

#[actix_web::test]
async fn photos_are_taken_by_their_content_and_belong_to_somebody() {
    let house = university().await;
    let luc = house.sign_in(STUDENT).await;
    upload(&luc, b"").await.must_be(422, "E-PHOTO-NONE");
    upload(&luc, b"GIF89a").await.must_be(415, "E-PHOTO-TYPE");
    upload(&luc, b"%PDF-1.7 %%EOF").await.must_be(415, "E-PHOTO-TYPE");
    upload(&luc, &photo()[..200]).await.must_be(422, "E-PHOTO-BROKEN");
    let small = write(Format::Png, &DynamicImage::new_rgb8(80, 80)).expect("a picture");
    upload(&luc, &small).await.must_be(422, "E-PHOTO-SMALL");
    let mine = upload(&luc, &photo()).await.location().to_owned();
    let id = mine.rsplit('=').next().expect("an id").to_owned();
    assert_eq!(luc.get(&format!("/cards/photos/{id}")).await.status, 200);

    let tom = house.sign_in("tom.girard").await;
    assert_eq!(tom.get(&format!("/cards/photos/{id}")).await.status, 404, "of somebody else");
    upload(&tom, &photo()).await;
    tom.get(&mine).await.must_be(422, "E-PHOTO-NONE");
    post(&tom, "/cards/request", &[("photo", &id)]).await.must_be(422, "E-PHOTO-NONE");
    assert!(cards_of(&house, "tom.girard").await.is_empty());
    let nadia = house.sign_in(MANAGER).await;
    assert_eq!(nadia.get(&format!("/cards/photos/{id}")).await.status, 200, "the office");
}

#[actix_web::test]
async fn a_photo_that_nobody_scanned_is_not_shown() {
    let house = with(&[("AIGUILLAGE_ATTENDANCE_CLAMD", "127.0.0.1:9")]).await;
    let luc = house.sign_in(STUDENT).await;
    let second = upload(&luc, &photo()).await.location().to_owned();
    let page = luc.get(&second).await;
    assert!(page.text.contains("en attente de l’antivirus"), "{}", page.words());
    let id = second.rsplit('=').next().expect("an id");
    luc.get(&format!("/cards/photos/{id}")).await.must_be(409, "E-PHOTO-HELD");
}
