//! `/cards/office/services` and `/cards/office/ID/services/NAME`: what services were told, and telling them again.
use super::pages::{CardService, IzlySwitch, ServiceLine, Told};
use super::saying::{said, word};
use super::store;
use super::told::ToldState;
use super::{Facts, Nothing, Service, TellService, Wanted};
use crate::card::desk::{Desk, Hand};
use crate::card::office::must_cover;
use crate::card::photos::Parts;
use crate::card::shown;
use crate::card::store::{Card, card, hold};
use crate::db::Tx;
use crate::identity::SignedIn;
use crate::jobs::is_open;
use crate::rights::Reach;
use crate::web::lang::Lang;
use crate::web::page::{Page, Place};
use crate::web::query::Fields;
use crate::web::redirect::see_other;
use crate::web::{self, Client, Error, Frame};
use actix_web::http::StatusCode;
use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::Value;
use uuid::Uuid;

fn address(card: Uuid, service: Service) -> String {
    format!("/cards/office/{card}/services/{}", service.as_str())
}

impl Desk {
    /// How far each service knows of a card.
    pub(in crate::card) async fn service_lines(
        &self,
        tx: &mut Tx,
        (lang, of): (Lang, &Card),
        may_lead: bool,
    ) -> sqlx::Result<Vec<ServiceLine>> {
        let told = store::tellings_of_card(tx, of.id).await?;
        let mut lines = Vec::new();
        for service in self.services.on() {
            let told = told.iter().find(|told| told.service == service.as_str());
            let job = TellService { service, holder: of.of.holder };
            lines.push(ServiceLine {
                name: service.label(lang),
                address: if may_lead { address(of.id, service) } else { String::new() },
                state: told.map(|told| told.state),
                at: told.map(|told| self.moment(lang, told.tried_at)).unwrap_or_default(),
                said: told.map(|told| said(lang, told)).unwrap_or_default(),
                is_open: told.is_none_or(|told| told.state != ToldState::Failing)
                    && is_open(tx, &job).await?,
            });
        }
        Ok(lines)
    }
}

/// A card that somebody may lead, and a service that is switched on.
async fn asked(
    tx: &mut Tx,
    (desk, reach): (&Desk, &Reach),
    (id, name): (Uuid, &str),
) -> web::Result<(Card, Service)> {
    let service = Service::parse(name).filter(|service| desk.services.is_on(*service));
    let service = service.ok_or(Error::NotFound)?;
    let card = card(tx, id).await?.ok_or(Error::NotFound)?;
    must_cover(reach, &card)?;
    Ok((card, service))
}

/// One card at one service, and what would be told.
pub(in crate::card) async fn show(
    request: HttpRequest,
    frame: Frame,
    (who, reach): (SignedIn, Reach),
    path: Path<(Uuid, String)>,
    (db, _, desk): Parts,
) -> web::Result<HttpResponse> {
    let (id, name) = path.into_inner();
    let query = Fields::parse(request.query_string())?;
    let mut tx = db.read().await?;
    let (card, service) = asked(&mut tx, (&desk, &reach), (id, &name)).await?;
    let facts = desk.services.facts(&mut tx, service, card.of.holder).await?;
    let facts = facts.ok_or(Error::NotFound)?;
    let lines = desk.service_lines(&mut tx, (frame.lang, &card), true).await?;
    let line = lines.into_iter().find(|line| line.name == service.label(frame.lang));
    let (told, nothing) = preview(&desk, frame.lang, (service, &facts, &card));
    let page = CardService {
        card: shown::line(&desk, frame.lang, &card),
        line: line.ok_or(Error::NotFound)?,
        told,
        nothing,
        rename: rename(service, &facts, card.id),
        izly: izly(service, &facts, card.id),
        kept: kept(&facts),
        is_asked: query.is_on("asked"),
        shell: who.shell(&frame, Place::CardOffice),
    };
    Ok(Page(page).with(StatusCode::OK))
}

fn preview(
    desk: &Desk,
    lang: Lang,
    (service, facts, card): (Service, &Facts, &Card),
) -> (Vec<Told>, String) {
    let pretty = |value| serde_json::to_string_pretty(value).unwrap_or_default();
    let is_working = facts.working().is_some_and(|working| working.id == card.id);
    match desk.services.wanted(service, facts) {
        Err(Nothing(why)) => (Vec::new(), word(lang, why)),
        Ok(Wanted { holder: Some(Value::Array(lines)), .. }) => {
            let lines = lines.iter().filter_map(Value::as_str).collect::<Vec<_>>().join("\n");
            (vec![Told { name: "card-service-lines", text: lines }], String::new())
        }
        Ok(_) if !is_working => (Vec::new(), lang.t("card-service-not-working")),
        Ok(wanted) => {
            let holder = wanted.holder.iter().map(|it| ("card-service-holder", pretty(it)));
            let card = wanted.card.iter().map(|(_, it)| ("card-service-card", pretty(it)));
            let told = holder.chain(card).map(|(name, text)| Told { name, text });
            (told.collect(), String::new())
        }
    }
}

/// Where another name is asked for: at the CROUS, of whom it knows.
fn rename(service: Service, facts: &Facts, card: Uuid) -> String {
    let is_known = service == Service::Crous && facts.known.is_some();
    if is_known { format!("/cards/office/{card}/name") } else { String::new() }
}

/// What the office may decide of the holder, at the CROUS.
fn izly(service: Service, facts: &Facts, card: Uuid) -> Option<IzlySwitch> {
    (service == Service::Crous).then(|| IzlySwitch {
        address: format!("/cards/office/{card}/izly"),
        off: facts.decided.off.clone(),
    })
}

/// What the service says of the holder.
fn kept(facts: &Facts) -> Vec<(&'static str, String)> {
    let Some(known) = &facts.known else { return Vec::new() };
    let mut kept = vec![("card-service-name", known.name.clone())];
    for (field, name) in [
        ("company", "card-service-company"),
        ("rate", "card-service-rate"),
        ("account", "card-service-account"),
        ("blocking", "card-service-blocking"),
    ] {
        let value = &known.kept.0[field];
        let text = value.as_str().map(str::to_owned);
        let text = text.or_else(|| value.as_i64().map(|number| number.to_string()));
        kept.extend(text.map(|text| (name, text)));
    }
    kept
}

/// Tell a service again, everything, as if nobody knew whether it arrived.
pub(in crate::card) async fn again(
    body: String,
    (who, reach): (SignedIn, Reach),
    client: Client,
    path: Path<(Uuid, String)>,
    (db, clock, desk): Parts,
) -> web::Result<HttpResponse> {
    who.form(&body)?;
    let (id, name) = path.into_inner();
    let hand = Hand::of(&who, &client, clock.now());
    let mut tx = db.write().await?;
    let (card, service) = asked(&mut tx, (&desk, &reach), (id, &name)).await?;
    hold(&mut tx, card.of.person).await?;
    let event = hand.event("card.told_again").field("card", card.id).field("service", &name);
    event.record(&mut tx, &hand.trace, hand.now).await?;
    desk.services.retell(&mut tx, service, card.of.holder).await?;
    desk.post.queue.commit(tx).await?;
    Ok(see_other(&format!("{}?asked=1", address(id, service))))
}
