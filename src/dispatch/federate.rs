//! `/saml`: we take somebody to a partner that did not ask (IdP-initiated, `dispatch.md` 7.3).
use super::answering::Question;
use super::desk::{Desk, Parts};
use super::service::Dispatcher;
use super::shared::AtPartner;
use crate::clock::Clock;
use crate::identity::{Rne, SignedIn};
use crate::sso::saml::{Acs, AcsChoice, Partner, RelayState, Usability};
use crate::web::query::bad;
use crate::web::redirect::see_other;
use crate::web::{self, Client, Error, Frame, Refusal};
use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, Utc};

use super::vouching::Vouching;

/// Check what was asked for, find the school, answer with the form that carries the Response.
pub(super) async fn start(
    request: HttpRequest,
    frame: Frame,
    who: SignedIn,
    client: Client,
    parts: Parts,
) -> web::Result<HttpResponse> {
    let desk = Desk::open(&request, frame, client, parts)?;
    let Desk { dispatcher, query, snapshot, .. } = &desk;
    let ident = query.any(&["sp_ident", "providerId"]).unwrap_or_default();
    let partner = snapshot.partners.partners.find(ident).ok_or_else(unknown_partner)?;
    usable(partner, desk.now)?;
    let association = snapshot.partners.association(partner);
    if !association.idp_initiated {
        return Err(refused("E-SERVICE", StatusCode::FORBIDDEN, "not without being asked"));
    }
    let acs = acs(partner, query.get("index"))?;
    let relay_state = match query.any(&["RelayState", "target"]) {
        Some(text) => Some(relay_state(dispatcher, snapshot, partner, text)?),
        None => None,
    };
    let asked = query.get("rne").map(Rne::parse).transpose();
    let asked = asked.map_err(|_| refused("E-NOT-YOURS", StatusCode::FORBIDDEN, "no such code"))?;

    let answering = desk.answering(&who);
    let standing = answering.standing().await?;
    match answering.school(snapshot, partner, &standing, asked.as_ref()) {
        AtPartner::NotYours => {
            Err(refused("E-NOT-YOURS", StatusCode::FORBIDDEN, &partner.entity_id))
        }
        AtPartner::Closed => Err(refused("E-NO-PORTAL", StatusCode::NOT_FOUND, &partner.entity_id)),
        AtPartner::Choose(schools) => Ok(ask_which(&schools, partner, &without_rne(&request))),
        AtPartner::School(rne) => {
            let question = Question { acs, relay_state: relay_state.as_deref(), request_id: None };
            answering.answer(snapshot, partner, &standing, Some(&rne), &question).await
        }
        AtPartner::Unlisted(rne) => {
            let question = Question { acs, relay_state: relay_state.as_deref(), request_id: None };
            answering.answer(snapshot, partner, &standing, rne.as_ref(), &question).await
        }
    }
}

/// Our own description, for partners to fetch.
pub(super) async fn metadata(
    clock: Data<Clock>,
    vouching: Data<Vouching>,
) -> web::Result<HttpResponse> {
    let text = vouching.metadata(clock.now()).map_err(Error::internal)?;
    Ok(HttpResponse::Ok().content_type("application/samlmetadata+xml").body(text))
}

/// The choice page, limited to the schools of this partner, which then comes back here.
pub(super) fn ask_which(schools: &[Rne], partner: &Partner, next: &str) -> HttpResponse {
    let only = schools.iter().map(Rne::as_str).collect::<Vec<_>>().join(",");
    let name = partner.name.as_deref().unwrap_or(&partner.entity_id);
    let fields = [("choose", "1"), ("only", &only), ("portal", name), ("next", next)];
    let query = serde_urlencoded::to_string(fields).unwrap_or_default();
    see_other(&format!("/dispatch?{query}"))
}

/// A partner whose description ran out gets nothing.
pub(super) fn usable(partner: &Partner, now: DateTime<Utc>) -> web::Result<()> {
    match partner.usable(now) {
        Usability::Usable => Ok(()),
        Usability::Expired(_) => {
            Err(refused("E-NO-SP", StatusCode::SERVICE_UNAVAILABLE, &partner.entity_id))
        }
    }
}

pub(super) fn unknown_partner() -> Error {
    refused("E-SP-UNKNOWN", StatusCode::NOT_FOUND, "")
}

fn refused(code: &'static str, status: StatusCode, detail: &str) -> Error {
    Refusal::new(code, status, "saml.refused").detail(detail).into()
}

fn acs<'p>(partner: &'p Partner, index: Option<&str>) -> web::Result<&'p Acs> {
    let choice = match index {
        Some(text) => AcsChoice::Index(text.parse().map_err(|_| bad("index is no number"))?),
        None => AcsChoice::Default,
    };
    partner.acs(choice).ok_or_else(|| bad("the partner has no such address"))
}

fn relay_state(
    dispatcher: &Dispatcher,
    snapshot: &super::service::Book,
    partner: &Partner,
    text: &str,
) -> web::Result<String> {
    let rule = snapshot.partners.association(partner).relay_state;
    let portals = dispatcher.portal_origins(snapshot);
    RelayState::parse(text, rule, &portals)
        .or_else(|_| RelayState::parse(text, rule, &dispatcher.partner_origins(partner)))
        .map(|state| state.as_str().to_owned())
        .map_err(|_| refused("E-RELAYSTATE", StatusCode::BAD_REQUEST, &partner.entity_id))
}

/// This address without the school, to which the choice page adds the one that was chosen.
fn without_rne(request: &HttpRequest) -> String {
    let pairs: Vec<(String, String)> =
        serde_urlencoded::from_str(request.query_string()).unwrap_or_default();
    let kept: Vec<_> = pairs.into_iter().filter(|(name, _)| name != "rne").collect();
    format!("/saml?{}", serde_urlencoded::to_string(kept).unwrap_or_default())
}
