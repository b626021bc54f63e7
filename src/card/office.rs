//! `/cards/office`: the queue, one card, and what is done with them.
use super::desk::Hand;
use super::pages::{CardOffice, OneCard, StateCount};
use super::photos::Parts;
use super::refusal::CardRefusal;
use super::state::{Actor, State};
use super::stop::Why;
use super::store::{self, Card, Search};
use super::{Step, code, printing, shown};
use crate::db::Db;
use crate::identity::SignedIn;
use crate::rights::{Permission, Reach, Scope};
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

/// Cards of one page.
const PAGE: i64 = 50;

/// The types that somebody may see; `None`: all of them.
pub(super) fn types(reach: &Reach) -> Option<Vec<String>> {
    let Reach::Only(scopes) = reach else { return None };
    let kind = |scope: &Scope| match scope {
        Scope::CardType(kind) => Some(kind.clone()),
        _ => None,
    };
    Some(scopes.iter().filter_map(kind).collect())
}

/// Refuse cards of types that others look after (SEC-97).
pub(super) fn must_cover(reach: &Reach, card: &Card) -> web::Result<()> {
    let is_mine = reach.covers(&Scope::CardType(card.of.card_type.clone()));
    if is_mine { Ok(()) } else { Err(CardRefusal::Forbidden.into()) }
}

/// The address of a list.
pub(super) fn address(path: &str, words: &str, state: &str, skip: i64) -> String {
    let skip = skip.to_string();
    let fields = [("q", words), ("state", state), ("skip", &skip)];
    let fields = fields.iter().filter(|(_, value)| !value.is_empty() && *value != "0");
    let fields: Vec<_> = fields.collect();
    format!("{path}?{}", serde_urlencoded::to_string(fields).unwrap_or_default())
}

/// What an address asks for.
pub(super) fn searched(query: &Fields, reach: &Reach, (skip, limit): (i64, i64)) -> Search {
    Search {
        words: query.get("q").unwrap_or_default().trim().to_owned(),
        states: query.get("state").and_then(State::parse).into_iter().collect(),
        behind: None,
        types: types(reach),
        skip,
        limit,
    }
}

/// Cards by state and by words, and how many wait in each state.
pub(super) async fn list(
    request: HttpRequest,
    frame: Frame,
    (who, reach): (SignedIn, Reach),
    (db, _, desk): Parts,
) -> web::Result<HttpResponse> {
    let query = Fields::parse(request.query_string())?;
    let paging = Paging::read(&query, PAGE);
    let search = searched(&query, &reach, (paging.skip, paging.limit()));
    let mut tx = db.read().await?;
    let counts = store::counts(&mut tx, search.types.as_deref()).await?;
    let mut cards = store::search(&mut tx, &search).await?;
    let state = search.state().map_or("", State::as_str);
    let at = |skip: i64| address("/cards/office", &search.words, state, skip);
    let (newer, older) = paging.turn(&mut cards, at);
    let may_lead = who.grants.may(Permission::ManageCards);
    let page = CardOffice {
        is_open: desk.rules.is_open(),
        may_lead,
        has_services: may_lead && desk.services.on().next().is_some(),
        has_payments: may_lead && desk.till.is_some(),
        counts: tabs(&counts, search.state()),
        acts: search.state().filter(|_| may_lead).map(bulk_acts).unwrap_or_default(),
        sees: who.grants.may(Permission::SeeCard),
        csv: address("/cards/office.csv", &search.words, state, 0),
        rows: cards.iter().map(|card| shown::line(&desk, frame.lang, card)).collect(),
        said: said(&query, frame.lang),
        state: state.to_owned(),
        words: search.words,
        newer,
        older,
        shell: who.shell(&frame, Place::CardOffice),
    };
    Ok(Page(page).with(StatusCode::OK))
}

fn tabs(counts: &[(State, i64)], here: Option<State>) -> Vec<StateCount> {
    let tab = |state: State| {
        let count = counts.iter().find(|(of, _)| *of == state).map_or(0, |(_, count)| *count);
        let is_here = here == Some(state);
        (count > 0 || is_here).then(|| StateCount {
            state,
            count: u32::try_from(count).unwrap_or(u32::MAX),
            address: address("/cards/office", "", state.as_str(), 0),
            is_here,
        })
    };
    State::ALL.into_iter().filter_map(tab).collect()
}

/// What can be done with several cards of a state at once. Whether it can be done with each of them
/// is found out one by one.
fn bulk_acts(state: State) -> Vec<State> {
    let one_by_one = |to: &&State| **to != State::Renewed && **to != state;
    state.after(Actor::Manager).iter().filter(one_by_one).copied().collect()
}

fn said(query: &Fields, lang: Lang) -> Option<Banner> {
    let number = |name: &str| query.get(name).and_then(|number| number.parse::<u32>().ok());
    let (done, refused) = (number("done")?, number("refused")?);
    let numbers: [(_, &dyn Argument); 2] = [("done", &done), ("refused", &refused)];
    let tone = if refused > 0 { Tone::Warning } else { Tone::Done };
    Some(Banner::new(tone, lang.t_with("card-bulk-done", &numbers)))
}

/// One card: what is known of it, what became of it, and where it can be led.
pub(super) async fn show(
    frame: Frame,
    (who, reach): (SignedIn, Reach),
    id: Path<Uuid>,
    (db, _, desk): Parts,
) -> web::Result<HttpResponse> {
    let lang = frame.lang;
    let mut tx = db.read().await?;
    let card = store::card(&mut tx, *id).await?.ok_or(Error::NotFound)?;
    must_cover(&reach, &card)?;
    let may_lead = who.grants.reach(Permission::ManageCards);
    let may_lead = may_lead.is_some_and(|reach| must_cover(&reach, &card).is_ok());
    let acts = if may_lead {
        let print = who.grants.may(Permission::PrintCards);
        desk.offered(&mut tx, &card, (Actor::Manager, Some(who.id())), print).await?
    } else {
        Vec::new()
    };
    let mut others = store::cards_of(&mut tx, card.of.person).await?;
    others.retain(|other| other.id != card.id && must_cover(&reach, other).is_ok());
    let changes = store::changes_of(&mut tx, card.id).await?;
    let identifiers = store::identifiers_of(&mut tx, &[card.id]).await?;
    let printed = printing::store::said_of(&mut tx, card.id).await?;
    let page = OneCard {
        photo: shown::photo_of(&card),
        facts: shown::facts(&desk, lang, &card),
        identifiers: identifiers.into_iter().map(|it| (it.application, it.value)).collect(),
        printed: printed.as_ref().map(|(said, _)| said.lines()).unwrap_or_default(),
        batch: printed.and_then(|(_, batch)| batch).map(|id| id.to_string()).unwrap_or_default(),
        note: card.note.clone(),
        services: desk.service_lines(&mut tx, (lang, &card), may_lead).await?,
        idle: idle(&card, may_lead),
        acts,
        history: changes.iter().map(|change| shown::history(&desk, lang, change)).collect(),
        others: others.iter().map(|other| shown::line(&desk, lang, other)).collect(),
        card: shown::line(&desk, lang, &card),
        shell: who.shell(&frame, Place::CardOffice),
    };
    Ok(Page(page).with(StatusCode::OK))
}

/// `/cards/office/ID/code.svg`, or `.png`: the code that is printed on a card.
pub(super) async fn code(
    (_, reach): (SignedIn, Reach),
    path: Path<(Uuid, String)>,
    (db, _, _): Parts,
) -> web::Result<HttpResponse> {
    let card = store::card(&mut db.read().await?, path.0).await?.ok_or(Error::NotFound)?;
    must_cover(&reach, &card)?;
    code::answer(&card.qr, &path.1)
}

/// Key of what is said where nothing can be done.
fn idle(card: &Card, may_lead: bool) -> &'static str {
    match card.state {
        _ if !may_lead => "card-idle-reader",
        State::InPrint | State::InEncode => "card-idle-in-hand",
        State::Printed => "card-idle-printed",
        State::Rejected => "card-idle-rejected",
        _ => "card-idle-end",
    }
}

pub(super) fn step(fields: &Fields, who: &SignedIn) -> Step {
    Step {
        note: fields.get("note").unwrap_or_default().to_owned(),
        why: fields.get("why").and_then(Why::parse),
        seen: None,
        may_print: who.grants.may(Permission::PrintCards),
    }
}

/// `POST /cards/office/ID`: lead a card to the state `to`.
pub(super) async fn lead(
    body: String,
    (who, reach): (SignedIn, Reach),
    client: Client,
    id: Path<Uuid>,
    parts: Parts,
) -> web::Result<HttpResponse> {
    let fields = who.form(&body)?;
    let to = fields.get("to").and_then(State::parse).ok_or(CardRefusal::State)?;
    let seen = fields.get("version").and_then(|version| version.parse().ok());
    let seen = seen.ok_or(CardRefusal::Version)?;
    if to == State::InPrint {
        let from = ((who, reach), client);
        return printing::office::make(Some(vec![(*id, seen)]), &fields, from, parts).await;
    }
    let (db, clock, desk) = parts;
    let step = Step { seen: Some(seen), ..step(&fields, &who) };
    let hand = Hand::of(&who, &client, clock.now());
    let mut tx = db.write().await?;
    let card = store::card(&mut tx, *id).await?.ok_or(Error::NotFound)?;
    must_cover(&reach, &card)?;
    let led = desk.lead(&mut tx, *id, (Actor::Manager, to), &step, &hand).await?;
    desk.post.queue.commit(tx).await?;
    Ok(see_other(&format!("/cards/office/{led}")))
}

/// `POST /cards/office/bulk`: lead every chosen card, each in a transaction of its own; those to be
/// printed go together, all that the list shows with `print_all`. Fields `c-ID` hold the version that
/// was seen.
pub(super) async fn bulk(
    body: String,
    (who, reach): (SignedIn, Reach),
    client: Client,
    parts: Parts,
) -> web::Result<HttpResponse> {
    let fields = who.form(&body)?;
    if fields.is_on("print_all") {
        return printing::office::make(None, &fields, ((who, reach), client), parts).await;
    }
    let to = fields.get("to").and_then(State::parse).ok_or(CardRefusal::State)?;
    let step = step(&fields, &who);
    if to.wants_why() && step.note.trim().is_empty() {
        return Err(CardRefusal::Why.into());
    }
    let chosen = chosen(&fields);
    if chosen.is_empty() {
        return Err(CardRefusal::NoCard.into());
    }
    if to == State::InPrint {
        return printing::office::make(Some(chosen), &fields, ((who, reach), client), parts).await;
    }
    let (db, clock, desk) = parts;
    let hand = Hand::of(&who, &client, clock.now());
    let (mut done, mut refused) = (0, 0);
    for (id, version) in chosen {
        let mut tx = db.write().await?;
        let step = Step { seen: Some(version), ..step.clone() };
        let led = async {
            let card = store::card(&mut tx, id).await?.ok_or(Error::NotFound)?;
            must_cover(&reach, &card)?;
            desk.lead(&mut tx, id, (Actor::Manager, to), &step, &hand).await
        };
        match led.await {
            Ok(_) => {
                desk.post.queue.commit(tx).await?;
                done += 1;
            }
            Err(Error::Refused(why)) => {
                drop(tx);
                note_refused(&db, &hand, (id, why.code)).await?;
                refused += 1;
            }
            Err(Error::NotFound) => refused += 1,
            Err(error) => return Err(error),
        }
    }
    let state = fields.get("state").and_then(State::parse).map_or("", State::as_str);
    let back = address("/cards/office", "", state, 0);
    Ok(see_other(&format!("{back}&done={done}&refused={refused}")))
}

/// The cards that were ticked, in the order of their ids.
fn chosen(fields: &Fields) -> Vec<(Uuid, i64)> {
    let one = |(name, value): (&str, &str)| {
        Some((name.strip_prefix("c-")?.parse().ok()?, value.parse().ok()?))
    };
    fields.iter().filter_map(one).take(usize::try_from(PAGE).unwrap_or(50)).collect()
}

/// One of several cards was refused, with the code that it would have had alone.
async fn note_refused(db: &Db, hand: &Hand, (card, code): (Uuid, &str)) -> sqlx::Result<()> {
    let mut tx = db.write().await?;
    hand.refusal(card, code).record(&mut tx, &hand.trace, hand.now).await?;
    tx.commit().await
}
