//! The application hands a ticket in and learns who that was (CAS 3.0, 2.4 to 2.6).
use super::answer::{self, Answer, Failure, Success};
use super::desk::{Desk, Parts};
use super::store::{self, Waiting};
use super::ticket::Ticket;
use crate::audit::Event;
use crate::db::Tx;
use crate::dispatch::{About, Standing};
use crate::identity::Rne;
use crate::identity::store::SessionOwner;
use crate::sso::applications::ServiceUrl;
use crate::sso::store::{Visit, note_visit};
use crate::web::rate_limits::Recognised;
use crate::web::{self, Client};
use actix_web::http::header::ContentEncoding;
use actix_web::{HttpMessage, HttpRequest, HttpResponse};

/// `/validate` (CAS 1).
pub(super) async fn plain(
    request: HttpRequest,
    client: Client,
    parts: Parts,
) -> web::Result<HttpResponse> {
    let answer = by_query(&request, client, parts).await?;
    Ok(ok("text/plain; charset=utf-8").body(answer::text(&answer)))
}

/// `/serviceValidate`, `/proxyValidate` and their sisters under `/p3`.
pub(super) async fn structured(
    request: HttpRequest,
    client: Client,
    parts: Parts,
) -> web::Result<HttpResponse> {
    let wants_json = web::query::Fields::parse(request.query_string())?
        .get("format")
        .is_some_and(|format| format.eq_ignore_ascii_case("JSON"));
    let answer = by_query(&request, client, parts).await?;
    if wants_json {
        return Ok(ok("application/json").body(answer::json(&answer).to_string()));
    }
    Ok(ok("application/xml; charset=UTF-8").body(answer::xml(&answer)))
}

/// Always 200 (CAS 3.0, 2.5.1), never compressed: names beside a service that anybody may choose.
pub(super) fn ok(content_type: &str) -> actix_web::HttpResponseBuilder {
    let mut answer = HttpResponse::Ok();
    answer.content_type(content_type).insert_header(ContentEncoding::Identity);
    answer
}

async fn by_query(request: &HttpRequest, client: Client, parts: Parts) -> web::Result<Answer> {
    let desk = Desk::open(request, client, parts)?;
    answer(request, &desk, desk.query.get("service"), desk.query.get("ticket")).await
}

/// Who a ticket stands for.
pub(super) async fn answer(
    request: &HttpRequest,
    desk: &Desk,
    service: Option<&str>,
    ticket: Option<&str>,
) -> web::Result<Answer> {
    let answer = desk.validate(service, ticket).await?;
    if answer.is_ok() {
        // Whoever hands in good tickets is an application of ours, however busy.
        request.extensions_mut().insert(Recognised);
    }
    Ok(answer)
}

impl Desk {
    /// The ticket is used up first, whatever comes of it (SEC-60).
    async fn validate(&self, service: Option<&str>, ticket: Option<&str>) -> web::Result<Answer> {
        let Some(parsed) = ticket.and_then(Ticket::parse) else {
            let failure = ticket.map_or(Failure::Request, |_| Failure::Ticket);
            return Ok(Err(failure));
        };
        let mut tx = self.db.write().await?;
        let waiting = store::take_ticket(&mut tx, &parsed).await?;
        let answer = self.look(&mut tx, service, waiting, &parsed).await?;
        if let Err(failure) = &answer {
            let event = Event::refused("cas.refused", failure.code());
            event.record(&mut tx, &self.client.trace(), self.now).await?;
        }
        tx.commit().await?;
        Ok(answer)
    }

    async fn look(
        &self,
        tx: &mut Tx,
        service: Option<&str>,
        waiting: Option<Waiting>,
        ticket: &Ticket,
    ) -> web::Result<Answer> {
        let Some(service) = service else {
            return Ok(Err(Failure::Request));
        };
        let Some(waiting) = waiting.filter(|it| self.now < it.expires_at) else {
            return Ok(Err(Failure::Ticket));
        };
        let service = match ServiceUrl::parse(service) {
            Ok(service) if service.as_str() == waiting.service => service,
            _ => return Ok(Err(Failure::Service)),
        };
        let Some(admitted) = self.admit(&service) else {
            return Ok(Err(Failure::Service));
        };
        if self.query.is_on("renew") && !waiting.is_fresh {
            return Ok(Err(Failure::Ticket));
        }
        let owner = store::owner(tx, waiting.session).await?;
        let Some(owner) = owner.filter(|owner| owner.session.is_live(self.now)) else {
            return Ok(Err(Failure::Ticket));
        };
        let visit = Visit {
            label: admitted.label(&service),
            service: waiting.service,
            ticket: ticket.as_str().to_owned(),
            is_told: admitted.hears_of_the_end(),
        };
        note_visit(tx, owner.session.id, &visit, self.now).await?;
        let facts = self.facts(tx, &owner, waiting.arena).await?;
        let groups = admitted.filter.apply(&facts);
        let named = groups.iter().flat_map(|group| &group.values);
        let named = named.filter(|(name, _)| name == "user").find_map(|(_, it)| it.first());
        let user = named.cloned().or_else(|| facts.first("uid")).unwrap_or_default();
        Event::ok("cas.validated")
            .by(owner.session.person, &owner.session.short())
            .field("application", admitted.name())
            .record(tx, &self.client.trace(), self.now)
            .await?;
        Ok(Ok(Success {
            user,
            authenticated_at: owner.session.authenticated_at,
            is_fresh: waiting.is_fresh,
            groups,
            mode: admitted.mode(),
            proxies: waiting.proxies.0,
        }))
    }

    /// What is known about the person of a session.
    async fn facts(
        &self,
        tx: &mut Tx,
        owner: &SessionOwner,
        arena: Option<String>,
    ) -> web::Result<crate::sso::Facts> {
        let SessionOwner { session, display_name, mail, .. } = owner;
        let person = crate::identity::Person {
            id: session.person,
            display_name: display_name.clone(),
            mail: mail.clone(),
        };
        let directories = &self.dispatcher.directories;
        let standing = Standing::read(tx, directories, session.person, self.now).await?;
        let chosen = session.chosen_rne.as_deref().and_then(|rne| Rne::parse(rne).ok());
        let schools = standing.schools();
        let only = (schools.len() == 1).then(|| schools[0].clone());
        let rne = chosen.filter(|rne| schools.contains(rne)).or(only);
        let about = About {
            dispatcher: &self.dispatcher,
            snapshot: &self.snapshot,
            standing: &standing,
            account: Some(session.account),
            method: session.method,
            person: &person,
            rne: rne.as_ref(),
            arena,
        };
        Ok(about.facts())
    }
}
