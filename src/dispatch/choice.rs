//! The choice of the school: decide, ask, remember, go.
use super::answers::{Asked, arena_only, nowhere, refusal};
use super::journey::Journey;
use super::leaving::{Exit, leave_school};
use super::remembered::{self, Choice, end_of_school_year};
use super::service::{Dispatcher, Wish};
use super::{Destination, Outcome, Protocol, Refusal as Why};
use crate::clock::Clock;
use crate::db::Db;
use crate::identity::{Profile, Rne, SignedIn};
use crate::web::query::{Fields, bad};
use crate::web::redirect::{Rule, Target, found, see_other};
use crate::web::{self, Client, Error, Frame, cookies};
use actix_web::cookie::Cookie;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, Utc};

/// What choosing depends on.
type Parts = (Data<Db>, Data<Clock>, Data<Dispatcher>);

/// Decide, then go or ask.
pub(super) async fn show(
    request: HttpRequest,
    frame: Frame,
    who: SignedIn,
    client: Client,
    exit: Exit,
    (db, clock, dispatcher): Parts,
) -> web::Result<HttpResponse> {
    let now = clock.now();
    let query = Fields::parse(request.query_string())?;
    let memory = Memory::of(&request, &dispatcher, &who, now);
    let wish = wish(&query, memory.choice.clone())?;
    let view = dispatcher.view(&db, who.id(), client.address, &wish, now).await?;

    let journey = Journey { who: &who, client: &client, db: &db, now };
    let mut answer = match view.decision.outcome {
        // Whoever looks as somebody else goes nowhere.
        Outcome::Go(_) if who.seen_by.is_some() => {
            let asked = Asked { query: &query, remembered: memory.choice.as_ref(), now };
            asked.page(&frame, &who, &view, &dispatcher)
        }
        Outcome::Go(index) => {
            let destination = &view.destinations[index];
            dispatcher.must_be_proved(destination.mfa, &who)?;
            journey.decided(&view, Some(destination)).await?;
            let rne = wish.rne.as_ref().unwrap_or(&destination.rne);
            let to = way_in(destination, rne);
            let detour =
                by_way_of_before(&dispatcher, &exit, &who, (destination, rne), &to).await?;
            detour.unwrap_or_else(|| found(&to))
        }
        Outcome::Choose { .. } => {
            journey.decided(&view, None).await?;
            let asked = Asked { query: &query, remembered: memory.choice.as_ref(), now };
            asked.page(&frame, &who, &view, &dispatcher)
        }
        Outcome::ArenaOnly => {
            journey.decided(&view, None).await?;
            arena_only(&frame, &who, &view, &dispatcher)
        }
        Outcome::Refuse(why) => nowhere(why, &frame, &journey, &view, &dispatcher).await?,
    };
    if who.seen_by.is_none() && (memory.is_void || view.decision.forget) {
        let _ = answer.add_cookie(&cookies::forget(remembered::COOKIE));
    }
    Ok(answer)
}

/// Follow a tile.
pub(super) async fn choose(
    body: String,
    who: SignedIn,
    client: Client,
    exit: Exit,
    (db, clock, dispatcher): Parts,
) -> web::Result<HttpResponse> {
    let fields = who.form(&body)?;
    let now = clock.now();
    let chosen = chosen(&fields)?;
    let wish = Wish { choose: true, ..Wish::default() };
    let view = dispatcher.view(&db, who.id(), client.address, &wish, now).await?;
    let destination = view
        .destinations
        .iter()
        .find(|d| d.is_school(&chosen.rne) && d.portal_index == chosen.portal);
    let Some(destination) = destination else { return Err(refusal(Why::NotYours, "")) };
    if !destination.is_usable() {
        let why = if destination.state == super::State::NoSp { Why::NoSp } else { Why::NoPortal };
        return Err(refusal(why, destination.rne.as_str()));
    }
    dispatcher.must_be_proved(destination.mfa, &who)?;
    let journey = Journey { who: &who, client: &client, db: &db, now };
    journey.chose(&view, destination, &chosen.rne).await?;

    let next = fields.get("next").and_then(|next| Target::parse(next, Rule::OwnPath).ok());
    let to = match next {
        Some(next) if is_sign_on(next.as_str()) => format!("{next}&rne={}", chosen.rne),
        _ => way_in(destination, &chosen.rne),
    };
    let at = (destination, &chosen.rne);
    let detour = by_way_of_before(&dispatcher, &exit, &who, at, &to).await?;
    let mut answer = detour.unwrap_or_else(|| see_other(&to));
    if fields.is_on("remember") && view.may_remember() {
        let end = end_of_school_year(now, dispatcher.rules.dispatch.time_zone);
        let value = dispatcher.memory.write(who.id(), &destination.choice(), end);
        let cookie = remember(value.map_err(Error::internal)?, end, now);
        let _ = answer.add_cookie(&cookie);
    }
    Ok(answer)
}

/// Whether a way on is a sign-on of ours that waits for the choice of a school.
fn is_sign_on(next: &str) -> bool {
    ["/saml?", "/saml/continue?"].iter().any(|start| next.starts_with(start))
}

/// Forget the remembered choice.
pub(super) async fn forget(body: String, who: SignedIn) -> web::Result<HttpResponse> {
    who.form(&body)?;
    let mut answer = see_other("/dispatch?choose=1");
    let _ = answer.add_cookie(&cookies::forget(remembered::COOKIE));
    Ok(answer)
}

/// On to the academic portal of the zone.
pub(super) async fn arena(
    who: SignedIn,
    client: Client,
    (db, clock, dispatcher): Parts,
) -> web::Result<HttpResponse> {
    let now = clock.now();
    let view = dispatcher.view(&db, who.id(), client.address, &Wish::default(), now).await?;
    // Families have nothing to do there: for them the address does not exist.
    let zone = view.zone.filter(|_| view.standing.is_agent).ok_or(Error::NotFound)?;
    dispatcher.must_be_proved(zone.mfa, &who)?;
    let mut tx = db.write().await?;
    let event = who.event("dispatch.decision").reason("arena").field("zone", &zone.name);
    event.record(&mut tx, &client.trace(), now).await?;
    tx.commit().await?;
    let to = match &zone.sp {
        Some(sp) => saml_address(sp, Some(zone.portal.as_str()), None),
        None => zone.portal.as_str().to_owned(),
    };
    Ok(found(&to))
}

/// Addresses of the program that we replace; their query is kept.
pub(super) async fn old_address(request: HttpRequest) -> HttpResponse {
    let query = request.query_string();
    let mark = if query.is_empty() { "" } else { "?" };
    found(&format!("/dispatch{mark}{query}"))
}

/// What the cookie says, and whether it counts for nothing.
pub(super) struct Memory {
    pub(super) choice: Option<Choice>,
    is_void: bool,
}

impl Memory {
    pub(super) fn of(
        request: &HttpRequest,
        dispatcher: &Dispatcher,
        who: &SignedIn,
        now: DateTime<Utc>,
    ) -> Self {
        let Some(value) = cookies::value(request, remembered::COOKIE) else {
            return Self { choice: None, is_void: false };
        };
        let choice = dispatcher.memory.read(who.id(), &value, now).ok();
        Self { is_void: choice.is_none(), choice }
    }
}

fn wish(query: &Fields, remembered: Option<Choice>) -> web::Result<Wish> {
    let rne = query.get("rne").map(Rne::parse).transpose();
    Ok(Wish {
        rne: rne.map_err(|_| refusal(Why::NotYours, ""))?,
        profile: query.get("profile").and_then(Profile::parse),
        choose: query.is_on("choose"),
        remembered,
    })
}

/// `rne=CODE` with `portal=INDEX`, or both in one value as a button sends them: `rne=CODE.INDEX`.
fn chosen(fields: &Fields) -> web::Result<Choice> {
    let value = fields.get("rne").ok_or_else(|| bad("no school in the form"))?;
    let (code, index) = match value.rsplit_once('.') {
        Some((code, index)) if matches!(index.as_bytes(), [b'0'..=b'9']) => (code, Some(index)),
        _ => (value, None),
    };
    let index = index.or(fields.get("portal")).unwrap_or("0");
    let portal = index.parse().map_err(|_| bad("no such portal"))?;
    let rne = Rne::parse(code).map_err(|_| refusal(Why::NotYours, ""))?;
    Ok(Choice { rne, portal })
}

/// By way of the portals of the school before, where the settings want that (3.8).
async fn by_way_of_before(
    dispatcher: &Dispatcher,
    exit: &Exit,
    who: &SignedIn,
    at: (&Destination, &Rne),
    to: &str,
) -> web::Result<Option<HttpResponse>> {
    if !dispatcher.rules.dispatch.switch_slo {
        return Ok(None);
    }
    leave_school(exit, who, at, to).await
}

/// Where the way into a portal begins.
pub(super) fn way_in(destination: &Destination, rne: &Rne) -> String {
    let portal = destination.portal.as_ref().map_or("/", |portal| portal.as_str());
    match destination.protocol {
        Protocol::Saml => {
            let relay_state = destination.relay_state.as_deref().unwrap_or(portal);
            saml_address(&destination.sp, Some(relay_state), Some(rne))
        }
        Protocol::Cas | Protocol::Oidc | Protocol::Direct => portal.to_owned(),
    }
}

/// Our own redirect names the school (D19).
fn saml_address(sp: &str, relay_state: Option<&str>, rne: Option<&Rne>) -> String {
    let mut fields = vec![("sp_ident", sp)];
    fields.extend(relay_state.map(|state| ("RelayState", state)));
    fields.extend(rne.map(|rne| ("rne", rne.as_str())));
    let query = serde_urlencoded::to_string(fields).unwrap_or_default();
    // The form encoding writes blanks as `+`; RFC 3986 knows only %20.
    format!("/saml?{}", query.replace('+', "%20"))
}

fn remember(value: String, end: DateTime<Utc>, now: DateTime<Utc>) -> Cookie<'static> {
    cookies::lasting(remembered::COOKIE, value, (end - now).num_seconds())
}
