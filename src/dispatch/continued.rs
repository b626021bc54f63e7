//! `/saml/continue`: a kept request is answered, once, when somebody is signed in.
use super::answering::{Answering, Question};
use super::desk::{Desk, Parts};
use super::federate::{ask_which, unknown_partner, usable};
use super::shared::AtPartner;
use crate::audit::Event;
use crate::db::Db;
use crate::identity::{MaybeSignedIn, Rne, SignedIn};
use crate::sso::pages::{PostForm, StaleRequest};
use crate::sso::saml::{
    AcsChoice, AuthnRequest, Failure, MessageId, Partner, Recipient, context_class,
};
use crate::sso::store as flows;
use crate::web::page::Page;
use crate::web::redirect::see_other;
use crate::web::{self, Client, Error, Frame, frame};
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A checked request that waits for its person.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Waiting {
    id: String,
    partner: String,
    acs_url: String,
    is_passive: bool,
    force_authn: bool,
    name_id_format: Option<String>,
    /// Ways of signing in that satisfy the partner, of those that we have.
    contexts: Vec<String>,
    relay_state: Option<String>,
    since: DateTime<Utc>,
}

impl Waiting {
    pub(super) fn of(request: &AuthnRequest, now: DateTime<Utc>) -> Self {
        let ours =
            [context_class::PASSWORD, context_class::MULTI_FACTOR, context_class::UNSPECIFIED];
        let ours = ours.into_iter();
        let accepted = ours.filter(|class| request.accepts_context(class));
        Self {
            contexts: accepted.map(str::to_owned).collect(),
            id: request.id.clone(),
            partner: request.partner.clone(),
            acs_url: request.acs.url.clone(),
            is_passive: request.is_passive,
            force_authn: request.force_authn,
            name_id_format: request.name_id_format.clone(),
            relay_state: request.relay_state.clone(),
            since: now,
        }
    }

    /// Whether the person has to prove again who they are.
    fn wants_fresh(&self, who: &SignedIn) -> bool {
        self.force_authn && who.session.authenticated_at < self.since
    }
}

/// Sign in if need be, find the school, answer.
pub(super) async fn answer(
    request: HttpRequest,
    frame: Frame,
    who: MaybeSignedIn,
    client: Client,
    parts: Parts,
) -> web::Result<HttpResponse> {
    let desk = Desk::open(&request, frame, client, parts)?;
    let Desk { query, snapshot, .. } = &desk;
    let flow = query.id("flow");
    let Some((flow, waiting)) = find(&desk.db, flow, desk.now).await? else {
        return stale(&desk, query.get("sp").unwrap_or_default());
    };
    let partner = snapshot.partners.partners.by_entity_id(&waiting.partner);
    let partner = partner.ok_or_else(unknown_partner)?;
    usable(partner, desk.now)?;

    let exchange = Exchange { desk: &desk, flow, who: None, waiting: &waiting, partner };
    let who = match who.0 {
        Some(who) if !waiting.wants_fresh(&who) => who,
        _ if waiting.is_passive => return exchange.failed(Failure::NoPassive).await,
        _ => return Ok(sign_in_first(&request, waiting.force_authn)),
    };
    let asked = query.get("rne").and_then(|rne| Rne::parse(rne).ok());
    let exchange = Exchange { who: Some(&who), ..exchange };
    exchange.vouch(&desk.answering(&who), asked.as_ref()).await
}

/// A kept request, and what its answer is written with.
struct Exchange<'a> {
    desk: &'a Desk,
    flow: Uuid,
    who: Option<&'a SignedIn>,
    waiting: &'a Waiting,
    partner: &'a Partner,
}

impl Exchange<'_> {
    /// Vouch for the person, once, or say why not.
    async fn vouch(
        &self,
        answering: &Answering<'_>,
        asked: Option<&Rne>,
    ) -> web::Result<HttpResponse> {
        let snapshot = &self.desk.snapshot;
        let association = snapshot.partners.association(self.partner);
        if !association.name_id.meets(self.waiting.name_id_format.as_deref()) {
            return self.failed(Failure::InvalidNameIdPolicy).await;
        }
        if !self.waiting.contexts.iter().any(|class| class == answering.context_class()) {
            return self.failed(Failure::NoAuthnContext).await;
        }
        let standing = answering.standing().await?;
        let rne = match answering.school(snapshot, self.partner, &standing, asked) {
            AtPartner::NotYours | AtPartner::Closed => {
                return self.failed(Failure::RequestDenied).await;
            }
            AtPartner::Choose(_) if self.waiting.is_passive => {
                return self.failed(Failure::NoPassive).await;
            }
            AtPartner::Choose(schools) => {
                let next = format!("/saml/continue?flow={}", self.flow);
                return Ok(ask_which(&schools, self.partner, &next));
            }
            AtPartner::School(rne) => Some(rne),
            AtPartner::Unlisted(rne) => rne,
        };
        let acs = self.partner.acs(AcsChoice::Url(&self.waiting.acs_url));
        let acs = acs.ok_or_else(unknown_partner)?;
        if !take(&self.desk.db, self.flow).await? {
            return stale(self.desk, &self.waiting.partner);
        }
        let question = Question {
            acs,
            relay_state: self.waiting.relay_state.as_deref(),
            request_id: Some(&self.waiting.id),
        };
        answering.answer(snapshot, self.partner, &standing, rne.as_ref(), &question).await
    }

    /// Tell the partner why it gets no Assertion.
    async fn failed(&self, why: Failure) -> web::Result<HttpResponse> {
        self.use_up(why).await?;
        let id = MessageId::random().map_err(Error::internal)?;
        let to = Recipient {
            audience: &self.partner.entity_id,
            acs_url: &self.waiting.acs_url,
            in_response_to: Some(&self.waiting.id),
        };
        let Desk { vouching, now, .. } = self.desk;
        let keys = vouching.keys.now();
        let text = why
            .write(&id, &vouching.entity_id, &to, *now, &keys.signer)
            .map_err(Error::internal)?;
        let mut fields = vec![("SAMLResponse".to_owned(), STANDARD.encode(text))];
        let state = self.waiting.relay_state.clone();
        fields.extend(state.map(|state| ("RelayState".to_owned(), state)));
        let page = PostForm {
            shell: self.desk.frame.shell(""),
            action: self.waiting.acs_url.clone(),
            portal: self.partner.name.clone().unwrap_or_else(|| self.partner.entity_id.clone()),
            fields,
            is_farewell: false,
        };
        Ok(page.answer())
    }
}

impl Exchange<'_> {
    /// The request is answered with a no: record that, and never answer it again.
    async fn use_up(&self, why: Failure) -> sqlx::Result<()> {
        let mut tx = self.desk.db.write().await?;
        flows::take_flow(&mut tx, self.flow).await?;
        let event = Event::refused("saml.refused", why.name()).field("sp", &self.partner.entity_id);
        let event = match self.who {
            Some(who) => event.by(who.id(), &who.session.short()),
            None => event,
        };
        event.record(&mut tx, &self.desk.client.trace(), self.desk.now).await?;
        tx.commit().await
    }
}

async fn find(
    db: &Db,
    flow: Option<Uuid>,
    now: DateTime<Utc>,
) -> web::Result<Option<(Uuid, Waiting)>> {
    let Some(id) = flow else { return Ok(None) };
    let mut tx = db.read().await?;
    let payload = flows::find_flow(&mut tx, id, "authn_request", now).await?;
    let waiting = payload.map(serde_json::from_value).transpose().map_err(Error::internal)?;
    Ok(waiting.map(|waiting| (id, waiting)))
}

async fn take(db: &Db, flow: Uuid) -> sqlx::Result<bool> {
    let mut tx = db.write().await?;
    let taken = flows::take_flow(&mut tx, flow).await?;
    tx.commit().await?;
    Ok(taken)
}

fn sign_in_first(request: &HttpRequest, is_fresh: bool) -> HttpResponse {
    let here = frame::here(request);
    let renew = is_fresh.then_some(("renew", "1"));
    let fields: Vec<_> = renew.into_iter().chain([("next", here.as_str())]).collect();
    see_other(&format!("/login?{}", serde_urlencoded::to_string(fields).unwrap_or_default()))
}

/// A request that was answered or is too old is never answered again (D21): one button starts a
/// fresh sign-on at that partner, if we know it.
fn stale(desk: &Desk, sp: &str) -> web::Result<HttpResponse> {
    let partner = desk.snapshot.partners.partners.find(sp).ok_or_else(unknown_partner)?;
    let query = serde_urlencoded::to_string([("sp_ident", &partner.entity_id)]).unwrap_or_default();
    let page = StaleRequest {
        shell: desk.frame.shell(""),
        portal: partner.name.clone().unwrap_or_else(|| partner.entity_id.clone()),
        start_again: format!("/saml?{query}"),
        reference: desk.client.request_id.clone(),
    };
    Ok(Page(page).with(StatusCode::CONFLICT))
}
