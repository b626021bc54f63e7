//! `/saml/slo` and `/saml/sp/slo`: portals and identity providers answer our requests, and send
//! their own. A request is kept and looked at by our own page, where the session cookie is there
//! again (D20).
use super::chain::way_on;
use super::departure::{Asked, Onward};
use super::exit::{Exit, Known};
use super::party::{Side, sender};
use crate::audit::Event;
use crate::db::Tx;
use crate::dispatch::request::refused;
use crate::identity::store::{self, KnownSession};
use crate::sso::saml::{
    LogoutChecks, LogoutMessage, LogoutOutcome, LogoutRequest, LogoutResponse, Refusal, Sender,
    Usability,
};
use crate::sso::store::{find_flow, insert_flow, see_request, sessions_of_name, take_flow};
use crate::web::query::{Fields, bad};
use crate::web::redirect::see_other;
use crate::web::{self, Error};
use actix_web::{HttpRequest, HttpResponse};
use chrono::Duration;
use serde::{Deserialize, Serialize};

/// From the request to our look at it.
const PATIENCE: Duration = Duration::minutes(5);
/// How long the ids of requests are remembered (SEC-54).
const MEMORY: Duration = Duration::minutes(10);
const KIND: &str = "logout_request";

/// A checked request that waits for the browser.
#[derive(Serialize, Deserialize)]
struct Waiting {
    asked: Asked,
    name_id: String,
    session_indexes: Vec<String>,
}

/// HTTP-Redirect binding, from a portal: the signature covers the query as it was sent.
pub(in crate::dispatch) async fn by_redirect(
    request: HttpRequest,
    exit: Exit,
) -> web::Result<HttpResponse> {
    redirected(&request, &exit, Side::Portal).await
}

/// HTTP-POST binding, from a portal.
pub(in crate::dispatch) async fn by_post(body: String, exit: Exit) -> web::Result<HttpResponse> {
    posted(&body, &exit, Side::Portal).await
}

/// HTTP-Redirect binding, from an identity provider.
pub(in crate::dispatch) async fn provider_by_redirect(
    request: HttpRequest,
    exit: Exit,
) -> web::Result<HttpResponse> {
    redirected(&request, &exit, Side::Provider).await
}

/// HTTP-POST binding, from an identity provider.
pub(in crate::dispatch) async fn provider_by_post(
    body: String,
    exit: Exit,
) -> web::Result<HttpResponse> {
    posted(&body, &exit, Side::Provider).await
}

async fn redirected(request: &HttpRequest, exit: &Exit, side: Side) -> web::Result<HttpResponse> {
    let query = request.query_string();
    let fields = Fields::parse(query)?;
    let relay_state = fields.get("RelayState");
    let is_answer = query.split('&').any(|pair| pair.starts_with("SAMLResponse="));
    match exit.check(side, |checks| LogoutMessage::from_redirect(query, checks)) {
        Ok(message) => exit.receive(side, message, false).await,
        Err(refusal) => exit.disbelieve(&refusal, is_answer, relay_state).await,
    }
}

async fn posted(body: &str, exit: &Exit, side: Side) -> web::Result<HttpResponse> {
    let fields = Fields::parse(body)?;
    let (request, answer) = (fields.get("SAMLRequest"), fields.get("SAMLResponse"));
    if request.is_some() && answer.is_some() {
        return Err(bad("a request and a response"));
    }
    let message = answer.or(request).unwrap_or_default();
    let relay_state = fields.get("RelayState");
    let is_answer = answer.is_some();
    let read = |checks: &LogoutChecks<'_>| {
        LogoutMessage::from_post(message, is_answer, relay_state, checks)
    };
    match exit.check(side, read) {
        Ok(message) => exit.receive(side, message, true).await,
        Err(refusal) => exit.disbelieve(&refusal, is_answer, relay_state).await,
    }
}

/// The browser that a portal sent, at a page of ours.
pub(in crate::dispatch) async fn kept(
    request: HttpRequest,
    exit: Exit,
) -> web::Result<HttpResponse> {
    let own = exit.session().await?.map(|session| session.id);
    let query = Fields::parse(request.query_string())?;
    let flow = query.id("flow");
    let mut tx = exit.db.write().await?;
    let waiting = match flow {
        Some(id) => {
            let payload = find_flow(&mut tx, id, KIND, exit.now).await?;
            if take_flow(&mut tx, id).await? { payload } else { None }
        }
        None => None,
    };
    let Some(waiting) = waiting else { return Ok(see_other("/logout")) };
    let waiting: Waiting = serde_json::from_value(waiting).map_err(Error::internal)?;
    let entity_id = &waiting.asked.entity_id;
    let meant = exit.sessions_of(&mut tx, &waiting).await?;
    let meant: Vec<KnownSession> =
        meant.into_iter().filter(|it| waiting.means(&it.session_index)).collect();
    let side = waiting.asked.side.word();
    if meant.is_empty() {
        let event = Event::refused("auth.logout", "unknown_principal").field(side, entity_id);
        event.record(&mut tx, &exit.client.trace(), exit.now).await?;
        tx.commit().await?;
        return exit.answer(&waiting.asked, LogoutOutcome::UnknownPrincipal).await;
    }
    let (mut known, mut ended) = (Known::default(), Vec::new());
    for session in &meant {
        let Some(more) = exit.end(&mut tx, session.id).await? else { continue };
        let event = Event::ok("auth.logout").by(session.person, &session.short());
        let event = more.count(event).reason(waiting.asked.side.reason()).field(side, entity_id);
        event.record(&mut tx, &exit.client.trace(), exit.now).await?;
        known.add(more);
        ended.push(session.id);
    }
    match waiting.asked.side {
        Side::Portal => known.partners.retain(|partner| partner.entity_id != *entity_id),
        Side::Provider => known.from.clear(),
    }
    let own = own.filter(|own| ended.contains(own));
    let onward = Onward::Portal(waiting.asked);
    let Some(own) = own else {
        tx.commit().await?;
        return exit.tell_from_afar(known, onward).await;
    };
    let departure = exit.prepare(&mut tx, own, known, onward).await?;
    tx.commit().await?;
    exit.tell(own, departure).await
}

impl Waiting {
    fn of(side: Side, request: LogoutRequest, by_post: bool) -> Self {
        Self {
            asked: Asked {
                side,
                entity_id: request.partner,
                request_id: request.id,
                relay_state: request.relay_state,
                by_post,
            },
            name_id: request.name_id,
            session_indexes: request.session_indexes,
        }
    }

    fn means(&self, session_index: &str) -> bool {
        self.session_indexes.is_empty()
            || self.session_indexes.iter().any(|index| index == session_index)
    }
}

impl Exit {
    /// Sessions, live or ended, of the person whom the sender names.
    async fn sessions_of(&self, tx: &mut Tx, waiting: &Waiting) -> sqlx::Result<Vec<KnownSession>> {
        let entity_id = &waiting.asked.entity_id;
        if waiting.asked.side == Side::Portal {
            return store::sessions_at(tx, entity_id, &waiting.name_id).await;
        }
        let mut all = Vec::new();
        for provider in self.providers() {
            // One provider may stand in several sections.
            if provider.provider.entity_id == *entity_id {
                all.extend(sessions_of_name(tx, &provider.name, &waiting.name_id).await?);
            }
        }
        Ok(all)
    }

    fn check(
        &self,
        side: Side,
        read: impl FnOnce(&LogoutChecks<'_>) -> Result<LogoutMessage, Refusal>,
    ) -> Result<LogoutMessage, Refusal> {
        let endpoint = self.vouching.absolute(side.path());
        let checks = |sender| LogoutChecks { sender, endpoint: &endpoint, now: self.now };
        if side == Side::Provider {
            let all = self.providers();
            return read(&checks(&|entity_id: &str| {
                all.iter().find(|it| it.provider.entity_id == entity_id).map(sender)
            }));
        }
        let book = &self.snapshot.partners;
        read(&checks(&|entity_id: &str| {
            let partner = book.partners.by_entity_id(entity_id)?;
            let usable = partner.usable(self.now) == Usability::Usable;
            usable.then(|| Sender {
                entity_id: &partner.entity_id,
                keys: &partner.signing_keys,
                allow_sha1: book.association(partner).allow_sha1,
            })
        }))
    }

    /// A request that is not believed is refused; an answer that is not leaves its portal behind,
    /// and the person goes on.
    async fn disbelieve(
        &self,
        refusal: &Refusal,
        is_answer: bool,
        relay_state: Option<&str>,
    ) -> web::Result<HttpResponse> {
        if !is_answer {
            return Err(refused(refusal));
        }
        let mut tx = self.db.write().await?;
        let event = Event::refused("saml.refused", "E-SAML").field("detail", refusal.to_string());
        event.record(&mut tx, &self.client.trace(), self.now).await?;
        tx.commit().await?;
        Ok(see_other(&way_on(relay_state)))
    }

    async fn receive(
        &self,
        side: Side,
        message: LogoutMessage,
        by_post: bool,
    ) -> web::Result<HttpResponse> {
        match message {
            LogoutMessage::Request(request) => self.keep_request(side, request, by_post).await,
            LogoutMessage::Response(response) => self.keep_response(side, &response).await,
        }
    }

    async fn keep_request(
        &self,
        side: Side,
        request: LogoutRequest,
        by_post: bool,
    ) -> web::Result<HttpResponse> {
        let mut tx = self.db.write().await?;
        let until = self.now + MEMORY;
        if !see_request(&mut tx, &request.partner, &request.id, self.now, until).await? {
            return Ok(see_other("/logout"));
        }
        let waiting =
            serde_json::to_value(Waiting::of(side, request, by_post)).map_err(Error::internal)?;
        let flow = insert_flow(&mut tx, KIND, &waiting, self.now, self.now + PATIENCE).await?;
        tx.commit().await?;
        Ok(see_other(&format!("/saml/slo/continue?flow={flow}")))
    }

    async fn keep_response(
        &self,
        side: Side,
        response: &LogoutResponse,
    ) -> web::Result<HttpResponse> {
        let LogoutResponse { partner, in_response_to, is_done } = response;
        let mut tx = self.db.write().await?;
        let to = self.hear(&mut tx, (side, partner), in_response_to, *is_done).await?;
        tx.commit().await?;
        Ok(see_other(to.as_deref().unwrap_or("/logout")))
    }
}
