//! From portal to portal, and the last page: `/logout/<id>`, to which the browser always comes back.
use super::departure::{Departure, Onward, parse_request_id, request_id};
use super::exit::{Exit, KIND};
use super::party::Side;
use crate::db::Tx;
use crate::identity::store;
use crate::sso::pages::{self, Leaving, PostForm, SignedOut};
use crate::sso::saml::{
    Endpoint, LogoutAnswer, LogoutOutcome, LogoutQuestion, MessageId, NameId, SentLogout,
};
use crate::sso::store::{find_flow, take_flow, update_flow};
use crate::web::page::Page;
use crate::web::query::Fields;
use crate::web::redirect::{found, see_other};
use crate::web::{self, Error};
use actix_web::http::StatusCode;
use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse};
use uuid::Uuid;

/// The browser is here again. First a page that goes on by itself: from there no form of another
/// page of ours holds the way (SEC-14). Then on to the next portal, or to the end; Back and reload
/// pass over the portal that hangs.
pub(in crate::dispatch) async fn go_on(
    id: Path<Uuid>,
    request: HttpRequest,
    exit: Exit,
) -> web::Result<HttpResponse> {
    let own = exit.session().await?.map(|session| session.id);
    let mut tx = exit.db.read().await?;
    let departure = exit.departure(&mut tx, *id).await?;
    let departure = departure.filter(|departure| Some(departure.session(*id)) == own);
    drop(tx);
    let Some(departure) = departure else { return exit.over().await };
    if !departure.visits.is_empty() {
        return exit.tell(*id, departure).await;
    }
    if departure.is_under_way() && !Fields::parse(request.query_string())?.is_on("go") {
        let page = Leaving {
            shell: exit.frame.shell(""),
            onward: format!("/logout/{id}?go=1"),
            is_switch: departure.is_switch(),
        };
        return Ok(Page(page).with(StatusCode::OK));
    }
    // Looked at again: a portal may have answered meanwhile.
    let mut tx = exit.db.write().await?;
    let mut departure = exit.departure(&mut tx, *id).await?.unwrap_or(departure);
    let next = departure.step();
    exit.keep(&mut tx, *id, &departure).await?;
    if next.is_none() && departure.is_switch() {
        // Another school is entered once.
        take_flow(&mut tx, *id).await?;
    }
    tx.commit().await?;
    match next {
        Some(number) => exit.ask(*id, &departure, number).await,
        None => exit.last(&departure).await,
    }
}

/// The page that goes on, as RelayState names it: for answers that are not believed.
pub(super) fn way_on(relay_state: Option<&str>) -> String {
    let id: Option<Uuid> = relay_state.and_then(|id| id.parse().ok());
    id.map_or_else(|| "/logout".to_owned(), |id| format!("/logout/{id}?go=1"))
}

impl Exit {
    /// There is no way to go on: whoever is signed in goes back to the schools.
    async fn over(&self) -> web::Result<HttpResponse> {
        let is_live = self.own_session().await?.is_some_and(|session| session.is_live(self.now));
        Ok(if is_live { found("/dispatch") } else { self.nothing_left() })
    }

    /// A way out that began here.
    pub(super) async fn departure(&self, tx: &mut Tx, id: Uuid) -> web::Result<Option<Departure>> {
        let payload = find_flow(tx, id, KIND, self.now).await?;
        payload.map(serde_json::from_value).transpose().map_err(Error::internal)
    }

    pub(super) async fn keep(
        &self,
        tx: &mut Tx,
        id: Uuid,
        departure: &Departure,
    ) -> web::Result<()> {
        let payload = serde_json::to_value(departure).map_err(Error::internal)?;
        Ok(update_flow(tx, id, &payload).await?)
    }

    /// Send the browser away with our request.
    async fn ask(
        &self,
        id: Uuid,
        departure: &Departure,
        number: usize,
    ) -> web::Result<HttpResponse> {
        let hop = &departure.hops[number];
        let party = self.party(hop.side, &hop.entity_id);
        // The files changed meanwhile: it is passed over when the browser comes back.
        let Some(endpoint) = party.as_ref().and_then(|party| self.way_to(party)) else {
            return Ok(see_other(&format!("/logout/{id}?go=1")));
        };
        let question = LogoutQuestion {
            id: &request_id(id, number),
            issuer: &self.vouching.entity_id,
            endpoint: &endpoint.url,
            name_id: NameId { value: &hop.name_id, format: &hop.name_format },
            name_qualifiers: hop.name_qualifiers.each_ref().map(Option::as_deref),
            session_index: Some(hop.session_index.as_str()).filter(|index| !index.is_empty()),
            now: self.now,
        };
        let message = question.write().map_err(Error::internal)?;
        self.deliver(endpoint, &hop.label, message, Some(id.to_string())).await
    }

    /// The end: our page, the application, or an answer to the portal where it began.
    pub(super) async fn finish(&self, departure: &Departure) -> web::Result<HttpResponse> {
        let page = || SignedOut {
            partners: departure
                .left()
                .map(|(label, state)| pages::Partner {
                    label: label.to_owned(),
                    farewell: state.farewell(),
                })
                .collect(),
            upstream: departure
                .upstream
                .clone()
                .map(|(label, address)| pages::Onward { label, address }),
            ..SignedOut::of(&self.frame)
        };
        match &departure.onward {
            Onward::Page => Ok(Page(page()).with(StatusCode::OK)),
            Onward::School { address, .. } => Ok(found(address)),
            Onward::Service { address, .. } if departure.is_complete() => Ok(found(address)),
            Onward::Service { label, address } => {
                let onward = pages::Onward { label: label.clone(), address: address.clone() };
                Ok(Page(SignedOut { onward: Some(onward), ..page() }).with(StatusCode::OK))
            }
            Onward::Portal(asked) => {
                let is_complete = departure.is_complete();
                let outcome =
                    if is_complete { LogoutOutcome::Done } else { LogoutOutcome::Partial };
                self.answer(asked, outcome).await
            }
        }
    }

    /// Answer a portal that asked, in the way in which it did. One that takes no answers leaves
    /// the browser with us.
    pub(super) async fn answer(
        &self,
        asked: &super::departure::Asked,
        outcome: LogoutOutcome,
    ) -> web::Result<HttpResponse> {
        let party = self.party(asked.side, &asked.entity_id);
        let Some(party) = party else { return Ok(self.nothing_left()) };
        let Some(endpoint) = party.endpoint(asked.by_post) else { return Ok(self.nothing_left()) };
        let id = MessageId::random().map_err(Error::internal)?;
        let answer = LogoutAnswer {
            id: id.as_str(),
            issuer: &self.vouching.entity_id,
            endpoint: endpoint.for_responses(),
            in_response_to: &asked.request_id,
            outcome,
            now: self.now,
        };
        let message = answer.write().map_err(Error::internal)?;
        self.deliver(endpoint, &self.label(&party), message, asked.relay_state.clone()).await
    }

    /// Sign a message and send the browser away with it.
    async fn deliver(
        &self,
        endpoint: &Endpoint,
        label: &str,
        message: SentLogout,
        relay_state: Option<String>,
    ) -> web::Result<HttpResponse> {
        let keys = self.vouching.keys.now();
        let action = message.endpoint().to_owned();
        if !endpoint.takes_post() {
            let sign = move || message.redirect(relay_state.as_deref(), Some(&keys.signer));
            let to = actix_web::web::block(sign).await.map_err(Error::internal)?;
            return Ok(see_other(&to.map_err(Error::internal)?));
        }
        let signed = actix_web::web::block(move || message.post(&keys.signer)).await;
        let (field, value) = signed.map_err(Error::internal)?.map_err(Error::internal)?;
        let mut fields = vec![(field.to_owned(), value)];
        fields.extend(relay_state.map(|state| ("RelayState".to_owned(), state)));
        let page = PostForm {
            shell: self.frame.shell(""),
            action,
            portal: label.to_owned(),
            fields,
            is_farewell: true,
        };
        Ok(page.answer())
    }

    /// A portal answers our request: the page to go on at. `None`: it answers nothing of ours.
    pub(super) async fn hear(
        &self,
        tx: &mut Tx,
        sender: (Side, &str),
        in_response_to: &str,
        is_done: bool,
    ) -> web::Result<Option<String>> {
        let Some((id, number)) = parse_request_id(in_response_to) else { return Ok(None) };
        let Some(mut departure) = self.departure(tx, id).await? else { return Ok(None) };
        if !departure.hear(number, sender, is_done) {
            return Ok(None);
        }
        if let (Onward::School { session, .. }, true) = (&departure.onward, is_done) {
            store::forget_partner(tx, *session, sender.1).await?;
        }
        self.keep(tx, id, &departure).await?;
        Ok(Some(format!("/logout/{id}?go=1")))
    }
}
