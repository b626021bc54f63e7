//! `/cards/office/services` and `/cards/office/ID/services/NAME`: what services were told, and telling them again.
use super::pages::{
    CardService, CardServices, CodeCount, RefusedLine, ServiceHealth, ServiceLine, Told,
};
use super::saying::{said, text, word};
use super::store::{self, Health, Listed};
use super::told::ToldState;
use super::{Facts, Nothing, Service, TellService, Wanted};
use crate::card::desk::{Desk, Hand};
use crate::card::office::{must_cover, types};
use crate::card::photos::Parts;
use crate::card::shown;
use crate::card::store::{Card, card, hold};
use crate::db::Tx;
use crate::identity::SignedIn;
use crate::jobs::is_open;
use crate::rights::{Permission, Reach};
use crate::web::lang::Lang;
use crate::web::page::{Page, Place};
use crate::web::paging::Paging;
use crate::web::query::Fields;
use crate::web::redirect::see_other;
use crate::web::{self, Client, Error, Frame};
use actix_web::http::StatusCode;
use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::Value;
use uuid::Uuid;

/// Cards of one page.
const PAGE: i64 = 50;

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

/// What nobody handled.
pub(in crate::card) async fn list(
    request: HttpRequest,
    frame: Frame,
    (who, reach): (SignedIn, Reach),
    (db, _, desk): Parts,
) -> web::Result<HttpResponse> {
    let lang = frame.lang;
    let query = Fields::parse(request.query_string())?;
    let (service, code) = (query.get("service").unwrap_or(""), query.get("code").unwrap_or(""));
    let paging = Paging::read(&query, PAGE);
    let types = types(&reach);
    let mut tx = db.read().await?;
    let counts = store::count_listed(&mut tx, types.as_deref()).await?;
    let wanted = (service, code, types.as_deref());
    let mut rows = store::listed(&mut tx, wanted, (paging.skip, paging.limit())).await?;
    let (newer, older) = paging.turn(&mut rows, |skip| listing(service, code, skip));
    let mut health = Vec::new();
    for service in desk.services.on() {
        let known = store::health(&mut tx, service.as_str()).await?;
        health.push(how(&desk, lang, (service, &known)));
    }
    let page = CardServices {
        health,
        counts: counts.iter().map(|it| count(lang, it, (service, code))).collect(),
        sets_up: desk.services.is_on(Service::Crous) && who.grants.may(Permission::SetCardsUp),
        is_all: service.is_empty(),
        rows: rows.iter().map(|row| refused(&desk, lang, row)).collect(),
        newer,
        older,
        shell: who.shell(&frame, Place::CardOffice),
    };
    Ok(Page(page).with(StatusCode::OK))
}

fn listing(service: &str, code: &str, skip: i64) -> String {
    let skip = skip.to_string();
    let fields = [("service", service), ("code", code), ("skip", &skip)];
    let fields: Vec<_> = fields.iter().filter(|(_, it)| !it.is_empty() && *it != "0").collect();
    format!("/cards/office/services?{}", serde_urlencoded::to_string(fields).unwrap_or_default())
}

fn label(lang: Lang, service: &str) -> String {
    let known = Service::parse(service).map(|service| service.label(lang));
    known.unwrap_or_else(|| lang.t("card-service-unknown"))
}

fn count(lang: Lang, of: &(String, String, i64), here: (&str, &str)) -> CodeCount {
    let (service, code, count) = of;
    CodeCount {
        address: listing(service, code, 0),
        text: format!("{} · {}", label(lang, service), word(lang, code)),
        count: u32::try_from(*count).unwrap_or(u32::MAX),
        is_here: here == (service.as_str(), code.as_str()),
    }
}

fn how(desk: &Desk, lang: Lang, (service, of): (Service, &Health)) -> ServiceHealth {
    let moment = |at| desk.moment(lang, at);
    let trouble = text(lang, &of.last_error).filter(|_| of.failures > 0);
    let at = if of.failures > 0 { of.failing_since } else { of.worked_at };
    ServiceHealth {
        name: service.label(lang),
        trouble: trouble.unwrap_or_default(),
        at: at.map(moment).unwrap_or_default(),
        again: of.rests_until.map_or_else(|| lang.t("card-services-soon"), moment),
    }
}

fn refused(desk: &Desk, lang: Lang, row: &Listed) -> RefusedLine {
    let told = &row.telling;
    RefusedLine {
        name: row.display_name.clone(),
        eppn: row.eppn.clone(),
        service: label(lang, &told.service),
        address: format!("/cards/office/{}/services/{}", told.card, told.service),
        state: told.state,
        said: said(lang, told),
        at: desk.moment(lang, told.tried_at),
    }
}
