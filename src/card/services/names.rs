//! `/cards/office/services/names`: names of right holders that the CROUS is to change, from a list or one by one.
use super::crous::name_store as store;
use super::crous::{NewName, RenameHolders, read_names};
use super::pages::{BadZone, CardNames, RefusedName};
use super::saying::word;
use super::store::subject_of;
use super::{Service, Services};
use crate::card::desk::{Desk, Hand};
use crate::card::office::must_cover;
use crate::card::photos::Parts;
use crate::card::refusal::CardRefusal;
use crate::card::store::card;
use crate::db::Tx;
use crate::identity::SignedIn;
use crate::rights::Reach;
use crate::uploads;
use crate::web::body::Intake;
use crate::web::lang::Lang;
use crate::web::page::{Page, Place, Shell};
use crate::web::redirect::see_other;
use crate::web::{self, Client, Error, Frame};
use actix_multipart::Multipart;
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Path;
use uuid::Uuid;

/// Longest list, bytes.
const LONGEST: usize = 5 << 20;
/// What the path takes.
pub(in crate::card) const INTAKE: Intake = uploads::intake(LONGEST);
/// Lines of one transaction.
const PORTION: usize = 500;
/// Names and lines that are shown; more are counted.
const MOST: i64 = 200;

/// What is listed, and what became of it.
pub(in crate::card) async fn show(
    frame: Frame,
    who: SignedIn,
    (db, _, _): Parts,
) -> web::Result<HttpResponse> {
    let mut tx = db.read().await?;
    let page = page(&mut tx, frame.lang, who.shell(&frame, Place::CardOffice)).await?;
    Ok(Page(page).with(StatusCode::OK))
}

async fn page(tx: &mut Tx, lang: Lang, shell: Shell) -> sqlx::Result<CardNames> {
    let counts = store::count_names(tx).await?;
    let count = |state: &str| {
        let count = counts.iter().find(|(of, _)| of == state).map_or(0, |(_, count)| *count);
        u32::try_from(count).unwrap_or(u32::MAX)
    };
    let refused = store::refused_names(tx, MOST).await?;
    let refused = refused.into_iter().map(|(was, becomes, code, message)| RefusedName {
        was,
        becomes,
        said: format!("{} {message}", word(lang, &code)).trim().to_owned(),
    });
    Ok(CardNames {
        listed: count("listed"),
        waiting: count("waiting").saturating_add(count("asked")),
        done: count("done"),
        refused: count("refused"),
        preview: store::names_in(tx, "listed", MOST).await?,
        refusals: refused.collect(),
        bad: Vec::new(),
        shell,
    })
}

/// List what a file says; nothing is sent before somebody looked at it.
pub(in crate::card) async fn add(
    frame: Frame,
    form: Multipart,
    (who, client): (SignedIn, Client),
    (db, clock, desk): Parts,
) -> web::Result<HttpResponse> {
    let place = desk.vault.entrance.enter(who.id())?;
    let (_, bytes) = uploads::read(form, &who, LONGEST).await?.map_err(CardRefusal::from)?;
    let (names, bad) = read_names(&bytes);
    let mut bad: Vec<BadZone> =
        bad.into_iter().map(|bad| BadZone { line: bad.line, why: bad.why }).collect();
    let hand = Hand::of(&who, &client, clock.now());
    for portion in names.chunks(PORTION) {
        let mut tx = db.write().await?;
        for (line, name) in portion {
            if !store::list_name(&mut tx, (name, "listed"), hand.now).await? {
                bad.push(BadZone { line: *line, why: "card-name-taken" });
            }
        }
        tx.commit().await?;
    }
    let mut tx = db.write().await?;
    let event = hand.event("card.names_listed").field("names", names.len());
    event.field("refused", bad.len()).record(&mut tx, &hand.trace, hand.now).await?;
    tx.commit().await?;
    drop(place);
    bad.sort_by_key(|bad| bad.line);
    bad.truncate(usize::try_from(MOST).unwrap_or(usize::MAX));
    let mut tx = db.read().await?;
    let page = page(&mut tx, frame.lang, who.shell(&frame, Place::CardOffice)).await?;
    Ok(Page(CardNames { bad, ..page }).with(StatusCode::OK))
}

/// Send what is listed or was refused (`act=send`), or forget everything that waits for nothing.
pub(in crate::card) async fn act(
    body: String,
    (who, client): (SignedIn, Client),
    (db, clock, desk): Parts,
) -> web::Result<HttpResponse> {
    let fields = who.form(&body)?;
    let hand = Hand::of(&who, &client, clock.now());
    let mut tx = db.write().await?;
    let (event, count) = if fields.get("act") == Some("send") {
        let count = store::send_names(&mut tx).await?;
        ask(&desk.services, &mut tx).await?;
        ("card.names_sent", count)
    } else {
        ("card.names_forgotten", store::forget_names(&mut tx).await?)
    };
    hand.event(event).field("names", count).record(&mut tx, &hand.trace, hand.now).await?;
    desk.post.queue.commit(tx).await?;
    Ok(see_other("/cards/office/services/names"))
}

async fn ask(services: &Services, tx: &mut Tx) -> sqlx::Result<()> {
    services.queue.add(tx, &RenameHolders {}).await.map(|_| ())
}

/// One holder is to have another name there, at once.
pub(in crate::card) async fn rename(
    body: String,
    (who, reach): (SignedIn, Reach),
    client: Client,
    id: Path<Uuid>,
    (db, clock, desk): Parts,
) -> web::Result<HttpResponse> {
    let fields = who.form(&body)?;
    let becomes = fields.get("name").unwrap_or_default().trim().to_owned();
    let hand = Hand::of(&who, &client, clock.now());
    let mut tx = db.write().await?;
    let card = card(&mut tx, *id).await?.ok_or(Error::NotFound)?;
    must_cover(&reach, &card)?;
    let name = new_name(&desk, &mut tx, card.of.holder, becomes).await?;
    if !store::list_name(&mut tx, (&name, "waiting"), hand.now).await? {
        return Err(CardRefusal::Name.into());
    }
    ask(&desk.services, &mut tx).await?;
    let event = hand.event("card.names_sent").field("names", 1).field("card", card.id);
    event.record(&mut tx, &hand.trace, hand.now).await?;
    desk.post.queue.commit(tx).await?;
    Ok(see_other(&format!("/cards/office/{}/services/crous?asked=1", card.id)))
}

async fn new_name(desk: &Desk, tx: &mut Tx, holder: Uuid, becomes: String) -> web::Result<NewName> {
    let known = subject_of(tx, Service::Crous.as_str(), holder).await?;
    let facts = desk.services.facts(tx, Service::Crous, holder).await?;
    let (known, facts) = known.zip(facts).ok_or(Error::NotFound)?;
    let kept = known.kept.0["mail"].as_str().map(str::to_owned);
    let mail = facts.subject.mail.or(kept).unwrap_or_default();
    if becomes.is_empty() || becomes.len() > 100 || becomes == known.name {
        return Err(CardRefusal::Name.into());
    }
    Ok(NewName { was: known.name, becomes, mail })
}
