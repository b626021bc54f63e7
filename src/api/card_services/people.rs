//! Holders with their cards, leading a card on, and telling services again.
use super::{caller, sgc, time};
use crate::api::caller::Caller;
use crate::api::fields::Line;
use crate::api::resources::cards::Parts;
use crate::api::scope::Scope;
use crate::card::services::Service;
use crate::card::services::crous::store::decided;
use crate::card::state::State;
use crate::card::store::{self, Card, Holder, Identifier};
use crate::card::{Asked, Desk, Step};
use crate::db::Tx;
use crate::identity::PersonId;
use crate::identity::store::account_by_id;
use crate::rights::Rule;
use crate::web::query::bad;
use crate::web::resource::{Map, at};
use crate::web::{self, Error};
use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Holders of one answer.
const MOST: usize = 100;

/// The map.
pub(super) fn routes(map: &mut Map<'_>) {
    at("/wsrest/api/get", Rule::Token(Scope::CardsRead.word())).get(get).mount(map);
    let writes = Rule::Token(Scope::CardsWrite.word());
    at("/wsrest/api/setCardEtat/{id}", writes).post(set_state).mount(map);
    at("/wsrest/api/sync", writes).get(sync).mount(map);
    at("/wsrest/api/replayValidationOrInvalidation", writes).get(replay).mount(map);
}

/// Fields of an address or a form, some of them several times.
struct Pairs(Vec<(String, String)>);

impl Pairs {
    fn read(text: &str) -> web::Result<Self> {
        let read = serde_urlencoded::from_str(text);
        read.map(Self).map_err(|_| bad("an address that cannot be read"))
    }

    fn all<'a>(&'a self, wanted: &'a str) -> impl Iterator<Item = &'a str> {
        let fits = self.0.iter().filter(move |(name, _)| name == wanted);
        fits.map(|(_, value)| value.as_str())
    }

    /// What is said of it, without control characters.
    fn one(&self, wanted: &str) -> web::Result<Option<String>> {
        let line = |text: &str| Line::<500>::try_from(text.to_owned()).map(|line| line.0);
        let said = self.all(wanted).find(|said| !said.is_empty());
        said.map(line).transpose().map_err(|why| bad(&why))
    }

    async fn person(&self, tx: &mut Tx) -> web::Result<PersonId> {
        let eppn = self.one("eppn")?.ok_or_else(|| bad("eppn"))?;
        let person = store::person_named(tx, &eppn.trim().to_lowercase()).await?;
        person.ok_or(Error::NotFound)
    }
}

/// `GET /wsrest/api/get?eppn=a&eppn=b`: those of them who are known.
async fn get(request: HttpRequest, (db, _, desk): Parts) -> web::Result<HttpResponse> {
    let query = Pairs::read(request.query_string())?;
    let mut tx = db.read().await?;
    let mut told = Vec::new();
    for eppn in query.all("eppn").take(MOST) {
        let eppn = Line::<256>::try_from(eppn.to_lowercase()).map_err(|why| bad(&why))?;
        if let Some(person) = store::person_named(&mut tx, &eppn.0).await? {
            told.push(holder(&mut tx, &desk, (person, &eppn.0)).await?);
        }
    }
    Ok(HttpResponse::Ok().json(told))
}

async fn holder(tx: &mut Tx, desk: &Desk, (person, eppn): (PersonId, &str)) -> web::Result<Value> {
    let holders: Vec<Holder> = store::holders_of(tx, person).await?;
    let of = holders.into_iter().find(|holder| holder.eppn == eppn).ok_or(Error::NotFound)?;
    let cards = store::cards_of(tx, person).await?;
    let ids: Vec<Uuid> = cards.iter().map(|card| card.id).collect();
    let identifiers = store::identifiers_of(tx, &ids).await?;
    let account = account_by_id(tx, of.account).await?;
    let off = decided(tx, of.id).await?.off;
    let said = |name: &str| account.as_ref().and_then(|it| it.attributes.first(name));
    Ok(json!({
        "eppn": of.eppn,
        "crous": desk.services.is_on(Service::Crous) && off.is_none(),
        "europeanStudentCard": cards.iter().any(|card| card.escn.is_some()),
        "difPhoto": of.shows_photo,
        "name": said("sn").unwrap_or_default(),
        "firstname": said("givenName").unwrap_or_default(),
        "email": cards.first().and_then(|card| card.of.mail.clone()),
        "dueDate": time(of.due_at),
        "cards": cards.iter().map(|card| shown(card, &identifiers)).collect::<Vec<_>>(),
    }))
}

fn shown(card: &Card, identifiers: &[Identifier]) -> Value {
    let own = identifiers.iter().filter(|it| it.card == card.id);
    let ids: BTreeMap<_, _> = own.map(|it| (&it.application, &it.value)).collect();
    json!({
        "id": card.id,
        "csn": card.csn,
        "etat": sgc(card.state),
        "dateEtat": time(Some(card.state_at)),
        "desfireIds": ids,
        "escnUid": card.escn,
    })
}

/// `POST /wsrest/api/setCardEtat/ID` with `etat`, `comment` and `csn`, in the body or in the address: `true`, or
/// `false` where no way leads there.
async fn set_state(
    request: HttpRequest,
    body: String,
    id: Path<Uuid>,
    (db, clock, desk): Parts,
) -> web::Result<HttpResponse> {
    let mut said = Pairs::read(&body)?;
    said.0.extend(Pairs::read(request.query_string())?.0);
    let to = said.one("etat")?.and_then(|name| State::parse(&name.to_lowercase()));
    let note = said.one("comment")?.unwrap_or_default();
    let step = Step { note, ..Step::default() };
    let asked = Asked { to: to.ok_or_else(|| bad("etat"))?, csn: said.one("csn")?, step };
    let hand = caller(&request)?.card_hand(clock.now());
    let mut tx = db.write().await?;
    let is_done = match desk.lead_for(&mut tx, *id, asked, &hand).await {
        Ok(_) => {
            desk.post.queue.commit(tx).await?;
            true
        }
        Err(Error::Refused(why)) => {
            drop(tx);
            let mut tx = db.write().await?;
            hand.refusal(*id, why.code).record(&mut tx, &hand.trace, hand.now).await?;
            tx.commit().await?;
            false
        }
        Err(error) => return Err(error),
    };
    Ok(HttpResponse::Ok().json(is_done))
}

/// `GET /wsrest/api/sync?eppn=`: read a holder anew.
async fn sync(request: HttpRequest, (db, clock, desk): Parts) -> web::Result<HttpResponse> {
    let query = Pairs::read(request.query_string())?;
    let hand = caller(&request)?.card_hand(clock.now());
    let mut tx = db.write().await?;
    let person = query.person(&mut tx).await?;
    desk.sync(&mut tx, person, &hand).await?;
    desk.post.queue.commit(tx).await?;
    Ok(HttpResponse::Ok().content_type("text/plain; charset=utf-8").body("OK"))
}

/// `GET /wsrest/api/replayValidationOrInvalidation?eppn=&validateServicesNames=&resynchro=`: tell services again, all
/// of them when none is named; how many were asked for.
async fn replay(request: HttpRequest, (db, clock, desk): Parts) -> web::Result<HttpResponse> {
    let query = Pairs::read(request.query_string())?;
    let caller: Caller = caller(&request)?;
    let hand = caller.card_hand(clock.now());
    let named: Vec<&str> =
        query.all("validateServicesNames").flat_map(|it| it.split(',')).collect();
    let on = |name: &&str| Service::parse(name.trim()).filter(|it| desk.services.is_on(*it));
    let services: Option<Vec<Service>> = match named.as_slice() {
        [] => Some(desk.services.on().collect()),
        named => named.iter().map(on).collect(),
    };
    let services = services.ok_or_else(|| bad("validateServicesNames"))?;
    let mut tx = db.write().await?;
    let person = query.person(&mut tx).await?;
    if query.one("resynchro")?.as_deref() == Some("true") {
        desk.sync(&mut tx, person, &hand).await?;
    }
    let mut told = 0;
    for service in services {
        told += desk.tell_again(&mut tx, (person, service), &hand).await?;
    }
    desk.post.queue.commit(tx).await?;
    Ok(HttpResponse::Ok().content_type("text/plain; charset=utf-8").body(told.to_string()))
}
