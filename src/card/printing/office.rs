//! `/cards/office/batches`: what was sent to the printer, and how it came out.
use super::super::desk::{Desk, Hand};
use super::super::office::{searched, step, types};
use super::super::photos::Parts;
use super::super::refusal::CardRefusal;
use super::super::state::State;
use super::super::store as cards;
use super::acts::Chosen;
use super::pages::{BatchLine, CardBatch, CardBatches, PrintLine};
use super::store::{self, Batch, Outcome, Print};
use crate::db::Tx;
use crate::identity::SignedIn;
use crate::rights::{Permission, Reach};
use crate::web::lang::{Argument, Lang};
use crate::web::page::{Banner, Page, Place, Tone};
use crate::web::paging::Paging;
use crate::web::query::Fields;
use crate::web::redirect::see_other;
use crate::web::{self, Client, Error, Frame};
use actix_web::http::StatusCode;
use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse};
use uuid::Uuid;

/// Where they are.
const HERE: &str = "/cards/office/batches";
/// Batches of one page.
const PAGE: i64 = 25;
/// Cards of one batch.
const MOST: i64 = 500;

/// Whether somebody may print at all.
pub(super) fn may_print(desk: &Desk, who: &SignedIn) -> bool {
    !desk.rules.printer_role || who.grants.may(Permission::PrintCards)
}

/// A batch of others with a card of a type that others look after does not exist.
pub(super) async fn must_see(
    tx: &mut Tx,
    (who, reach): (&SignedIn, &Reach),
    id: Uuid,
) -> web::Result<Batch> {
    let types = types(reach);
    let of = types.as_deref().map(|types| (types, who.id()));
    let found = store::batches(tx, (Some(id), of), (0, 1)).await?;
    found.into_iter().next().ok_or(Error::NotFound)
}

/// The batches.
pub(in crate::card) async fn list(
    request: HttpRequest,
    frame: Frame,
    (who, reach): (SignedIn, Reach),
    (db, _, desk): Parts,
) -> web::Result<HttpResponse> {
    let query = Fields::parse(request.query_string())?;
    let paging = Paging::read(&query, PAGE);
    let types = types(&reach);
    let of = types.as_deref().map(|types| (types, who.id()));
    let mut tx = db.read().await?;
    let found = store::batches(&mut tx, (None, of), (paging.skip, paging.limit())).await?;
    let mut rows: Vec<_> = found.iter().map(|batch| line(&desk, frame.lang, batch)).collect();
    let (newer, older) = paging.turn(&mut rows, |skip| format!("{HERE}?skip={skip}"));
    let shell = who.shell(&frame, Place::CardOffice);
    Ok(Page(CardBatches { shell, rows, newer, older }).with(StatusCode::OK))
}

fn line(desk: &Desk, lang: Lang, of: &Batch) -> BatchLine {
    let count = |number: i64| u32::try_from(number).unwrap_or(u32::MAX);
    BatchLine {
        id: of.id.to_string(),
        at: desk.moment(lang, of.made_at),
        by: of.name.clone().unwrap_or_default(),
        cards: count(of.waiting + of.printed + of.misprinted),
        waiting: count(of.waiting),
        printed: count(of.printed),
        misprinted: count(of.misprinted),
    }
}

/// One batch.
pub(in crate::card) async fn show(
    request: HttpRequest,
    frame: Frame,
    (who, reach): (SignedIn, Reach),
    (id, (db, _, desk)): (Path<Uuid>, Parts),
) -> web::Result<HttpResponse> {
    let query = Fields::parse(request.query_string())?;
    let mut tx = db.read().await?;
    let batch = must_see(&mut tx, (&who, &reach), *id).await?;
    let prints = store::prints(&mut tx, *id).await?;
    let page = CardBatch {
        batch: line(&desk, frame.lang, &batch),
        rows: prints.iter().map(shown).collect(),
        may_take: batch.waiting > 0 && may_print(&desk, &who),
        said: said(&query, frame.lang),
        shell: who.shell(&frame, Place::CardOffice),
    };
    Ok(Page(page).with(StatusCode::OK))
}

fn shown(of: &Print) -> PrintLine {
    PrintLine {
        card: of.card.to_string(),
        name: of.said.name.clone(),
        eppn: of.eppn.clone(),
        lines: of.said.lines().into_iter().skip(1).collect::<Vec<_>>().join(" · "),
        outcome: of.outcome,
    }
}

fn said(query: &Fields, lang: Lang) -> Option<Banner> {
    let number = |name: &str| query.get(name).and_then(|number| number.parse::<u32>().ok());
    let refused = number("refused")?;
    let Some(done) = number("done") else {
        let text = lang.t_with("card-batch-refused", &[("refused", &refused)]);
        return (refused > 0).then(|| Banner::new(Tone::Warning, text));
    };
    let numbers: [(_, &dyn Argument); 2] = [("done", &done), ("refused", &refused)];
    let tone = if refused > 0 { Tone::Warning } else { Tone::Done };
    Some(Banner::new(tone, lang.t_with("card-bulk-done", &numbers)))
}

/// Make a batch of what was chosen, or of everything that a search finds, and go there.
pub(in crate::card) async fn make(
    chosen: Option<Vec<Chosen>>,
    fields: &Fields,
    ((who, reach), client): ((SignedIn, Reach), Client),
    (db, clock, desk): Parts,
) -> web::Result<HttpResponse> {
    let hand = Hand::of(&who, &client, clock.now());
    let mut tx = db.write().await?;
    let chosen = if let Some(chosen) = chosen {
        chosen
    } else {
        let found = searched(fields, &reach, (0, MOST));
        let found = cards::Search { states: vec![State::RequestChecked], ..found };
        let found = cards::search(&mut tx, &found).await?;
        found.iter().map(|card| (card.id, card.version)).collect()
    };
    let step = step(fields, &who);
    let (batch, refused) = desk.make_batch(&mut tx, &chosen, (&reach, &step), &hand).await?;
    tx.commit().await?;
    Ok(see_other(&format!("{HERE}/{batch}?refused={refused}")))
}

/// `POST /cards/office/batches/ID`: `how` is `printed` or `again` for the cards that are ticked,
/// `all_printed` or `cancel` for all that wait.
pub(in crate::card) async fn settle(
    body: String,
    (who, reach): (SignedIn, Reach),
    client: Client,
    (id, (db, clock, desk)): (Path<Uuid>, Parts),
) -> web::Result<HttpResponse> {
    let fields = who.form(&body)?;
    let (to, is_all) = match fields.get("how") {
        Some("printed") => (State::Printed, false),
        Some("again") => (State::RequestChecked, false),
        Some("all_printed") => (State::Printed, true),
        Some("cancel") => (State::RequestChecked, true),
        _ => return Err(CardRefusal::State.into()),
    };
    let hand = Hand::of(&who, &client, clock.now());
    let mut tx = db.write().await?;
    must_see(&mut tx, (&who, &reach), *id).await?;
    let is_ticked = |card: Uuid| is_all || fields.get(&format!("c-{card}")).is_some();
    let prints = store::prints(&mut tx, *id).await?;
    let waiting = prints.iter().filter(|print| print.outcome == Outcome::Waiting);
    let of: Vec<Uuid> = waiting.map(|print| print.card).filter(|card| is_ticked(*card)).collect();
    let (done, refused) = desk.settle_batch(&mut tx, *id, (&of, to), &hand).await?;
    tx.commit().await?;
    Ok(see_other(&format!("{HERE}/{}?done={done}&refused={refused}", *id)))
}
