//! The two demo portals: SAML service providers of their own, on another site (D5, D22).
//!
//! They fetch our metadata, ask by redirect when somebody comes unannounced, and believe an
//! answer only after every check of a careful service provider.
use super::pages::{self, Check, DemoPortal, DemoPortalRefused, Look};
use super::stage::{Pending, Stage, Visit};
use crate::clock::Clock;
use crate::dispatch::{Dispatcher, Vouching};
use crate::hex::hex;
use crate::identity::token::Token;
use crate::sso::saml::{
    Expected, IdentityProvider, MessageId, Question, Reason, Received, Refusal, check_response,
};
use crate::web::page::Page;
use crate::web::query::Fields;
use crate::web::{self, Error, Frame, cookies};
use actix_web::cookie::{Cookie, SameSite};
use actix_web::http::{StatusCode, header};
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, Duration, Utc};

/// The portal's own session.
const VISIT: &str = "__Host-demo-portal";
/// The question that this browser waits for.
const ASKED: &str = "__Host-demo-asked";

type Parts = (Data<Stage>, Data<Dispatcher>, Data<Vouching>, Data<Clock>);

/// Land: show what was received, or ask who it is.
pub(super) async fn land(
    request: HttpRequest,
    name: Path<String>,
    frame: Frame,
    (stage, dispatcher, vouching, clock): Parts,
) -> web::Result<HttpResponse> {
    let portal = Portal::find(&name, &stage, &dispatcher).ok_or(Error::NotFound)?;
    let visit = cookies::value(&request, VISIT).and_then(|token| stage.visit(&token, &name));
    if let Some(visit) = visit {
        return Ok(Page(portal.page(&frame, &visit, &stage)).with(StatusCode::OK));
    }
    let id = MessageId::random().map_err(Error::internal)?;
    let question = Question {
        id: &id,
        issuer: &portal.entity_id,
        endpoint: &vouching.absolute("/saml/sso"),
        acs_url: &portal.acs_url,
        force_authn: false,
        is_passive: false,
        now: clock.now(),
    };
    let to = question.redirect(Some(&portal.entity_id), None).map_err(Error::internal)?;
    stage.ask(Pending {
        id: id.as_str().to_owned(),
        portal: name.clone(),
        until: clock.now() + Duration::minutes(10),
    });
    let mut cookie = cookies::lasting(ASKED, id.as_str().to_owned(), 600);
    cookie.set_same_site(SameSite::None);
    Ok(HttpResponse::Found().cookie(cookie).insert_header((header::LOCATION, to)).finish())
}

/// `AssertionConsumerService`: believe, or say why not.
pub(super) async fn consume(
    request: HttpRequest,
    body: String,
    name: Path<String>,
    frame: Frame,
    (stage, dispatcher, vouching, clock): Parts,
) -> web::Result<HttpResponse> {
    let portal = Portal::find(&name, &stage, &dispatcher).ok_or(Error::NotFound)?;
    let fields = Fields::parse(&body)?;
    let message = fields.get("SAMLResponse").unwrap_or_default();
    let now = clock.now();
    let idp = our_sign_on(&vouching, now)?;
    let asked = cookies::value(&request, ASKED).filter(|id| stage.take_question(id, &name, now));
    let expected = |request_id| Expected {
        identity_provider: &idp,
        entity_id: &portal.entity_id,
        acs_url: &portal.acs_url,
        request_id,
        now,
        skew: Duration::seconds(120),
        allow_sha1: false,
        require_signed_response: true,
        decryption: None,
    };
    // Somebody may have asked here and then come by the choice of schools all the same.
    let (received, answers) = match check_response(message, &expected(asked.as_deref())) {
        Err(refusal) if asked.is_some() && refusal.reason == Reason::InResponseTo => {
            (check_response(message, &expected(None)), None)
        }
        other => (other, asked),
    };
    let received = match received.and_then(|received| stage.first_time(received, now)) {
        Ok(received) => received,
        Err(refusal) => return Ok(portal.refused(&frame, &refusal, &stage)),
    };
    let relay_state = fields.get("RelayState").map(str::to_owned);
    let to = relay_state.clone().filter(|to| to.starts_with(&portal.entity_id));
    let token = stage.open(Visit {
        portal: name.clone(),
        received,
        relay_state,
        answers,
        token: String::new(),
    });
    Ok(HttpResponse::SeeOther()
        .cookie(cookies::session(VISIT, token.as_str().to_owned()))
        .cookie(forget_question())
        .insert_header((header::LOCATION, to.unwrap_or(portal.entity_id)))
        .finish())
}

/// End the portal's own session; ours goes on.
pub(super) async fn sign_out(
    request: HttpRequest,
    body: String,
    name: Path<String>,
    stage: Data<Stage>,
) -> web::Result<HttpResponse> {
    let token = cookies::value(&request, VISIT).unwrap_or_default();
    let fields = Fields::parse(&body)?;
    if stage.visit(&token, &name).is_none() || fields.get("csrf") != Some(&form_token(&token)) {
        return Err(web::query::bad("not a form of this session"));
    }
    stage.close(&token);
    Ok(HttpResponse::SeeOther()
        .cookie(cookies::forget(VISIT))
        .insert_header((header::LOCATION, stage.origin.clone()))
        .finish())
}

/// Our own sign-on as the portals know it: they read its metadata anew each time.
pub(super) fn our_sign_on(
    vouching: &Vouching,
    now: DateTime<Utc>,
) -> web::Result<IdentityProvider> {
    let metadata = vouching.metadata(now).map_err(Error::internal)?;
    IdentityProvider::from_metadata(metadata.as_bytes(), now, true)
        .map_err(|refusal| Error::internal(refusal.to_string()))
}

/// One portal, as its address names it.
pub(super) struct Portal {
    pub(super) entity_id: String,
    acs_url: String,
    school: String,
    look: Look,
}

impl Portal {
    /// The portal called `name`, if any school of the demonstration has it.
    pub(super) fn find(name: &str, stage: &Stage, dispatcher: &Dispatcher) -> Option<Self> {
        let entity_id = format!("{}/portail/{name}", stage.portal_origin);
        let snapshot = dispatcher.files.snapshot();
        let mut schools = snapshot.schools.iter();
        let school = schools.find(|school| school.portals().any(|p| p.as_str() == entity_id))?;
        let is_high =
            school.kind.as_deref().is_some_and(|kind| ["LYC", "LP", "UNIV"].contains(&kind));
        Some(Self {
            acs_url: format!("{entity_id}/acs"),
            entity_id,
            school: school.label.clone(),
            look: if is_high { Look::Ent } else { Look::Envole },
        })
    }

    fn page(&self, frame: &Frame, visit: &Visit, stage: &Stage) -> DemoPortal {
        let received = &visit.received;
        let person = received.attributes.first("displayName").unwrap_or(&received.name_id);
        DemoPortal {
            lang: frame.lang,
            look: self.look,
            school: self.school.clone(),
            person: person.to_owned(),
            checks: vec![
                Check::ResponseSignature,
                Check::AssertionSignature,
                Check::Audience,
                Check::Time,
                Check::Replay,
            ],
            name_id: (
                received.name_id.clone(),
                received.name_id_format.clone().unwrap_or_default(),
            ),
            facts: self.facts(visit),
            attributes: attributes(received),
            change_school: format!("{}/dispatch?choose=1", stage.origin),
            sign_out: format!("/portail/{}/sign-out", visit.portal),
            csrf: form_token(&visit.token),
        }
    }

    fn facts(&self, visit: &Visit) -> Vec<(pages::Received, String)> {
        let received = &visit.received;
        let mut facts = vec![
            (pages::Received::Issuer, received.issuer.clone()),
            (pages::Received::Audience, self.entity_id.clone()),
            (pages::Received::SignedIn, received.signed_in.to_rfc3339()),
        ];
        let more = [
            (pages::Received::ValidUntil, received.session_ends.map(|end| end.to_rfc3339())),
            (pages::Received::SessionIndex, received.session_index.clone()),
            (pages::Received::Context, received.context_class.clone()),
            (pages::Received::InResponseTo, visit.answers.clone()),
            (pages::Received::RelayState, visit.relay_state.clone()),
        ];
        facts.extend(more.into_iter().filter_map(|(fact, value)| Some((fact, value?))));
        facts
    }

    pub(super) fn refused(&self, frame: &Frame, refusal: &Refusal, stage: &Stage) -> HttpResponse {
        tracing::warn!(portal = self.entity_id, reason = %refusal, "a demo portal refused a message");
        let page = DemoPortalRefused {
            lang: frame.lang,
            look: self.look,
            school: self.school.clone(),
            reason: refusal.to_string(),
            again: format!("{}/dispatch?choose=1", stage.origin),
        };
        Page(page).with(StatusCode::FORBIDDEN)
    }
}

/// Names with capitals, which our reading of attributes folds.
const SPELLED: [&str; 2] = ["displayName", "FederationKey"];

fn attributes(received: &Received) -> Vec<(String, Vec<String>)> {
    let spelled = |name: &str| {
        let known = SPELLED.iter().find(|known| known.eq_ignore_ascii_case(name));
        known.map_or(name, |known| *known).to_owned()
    };
    received.attributes.iter().map(|(name, values)| (spelled(name), values.to_vec())).collect()
}

fn forget_question() -> Cookie<'static> {
    let mut cookie = cookies::forget(ASKED);
    cookie.set_same_site(SameSite::None);
    cookie
}

/// The form of a session is bound to its cookie, which no other site can read.
fn form_token(token: &str) -> String {
    Token::parse(token).map_or_else(String::new, |token| hex(&token.hash()))
}
