//! The application hands a ticket in and learns who that was (CAS 3.0, 2.4 to 2.6).
use super::answer::{self, Answer, Failure, Success};
use super::desk::{Admitted, Desk};
use super::granting::{Callback, callback};
use super::store::{self, Granting, Waiting};
use super::ticket::Ticket;
use crate::audit::Event;
use crate::db::Tx;
use crate::dispatch::{About, Standing};
use crate::identity::Rne;
use crate::identity::store::{SessionOwner, owner_of_session};
use crate::sso::applications::{Application, ServiceUrl};
use crate::sso::store::{Visit, note_visit};
use crate::web;
use crate::web::rate_limits::Recognised;
use actix_web::http::header::ContentEncoding;
use actix_web::{HttpMessage, HttpRequest, HttpResponse};
use sqlx::types::Json;

/// What is handed in.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Asked<'a> {
    pub(super) service: Option<&'a str>,
    pub(super) ticket: Option<&'a str>,
    /// Where a granting ticket is to be sent.
    pub(super) pgt_url: Option<&'a str>,
    /// Proxy tickets are taken as well.
    pub(super) takes_proxy: bool,
}

/// `/validate` (CAS 1).
pub(super) async fn plain(request: HttpRequest, desk: Desk) -> web::Result<HttpResponse> {
    let answer = desk.answer(&request, &Asked { pgt_url: None, ..desk.asked() }).await?;
    Ok(ok("text/plain; charset=utf-8").body(answer::text(&answer)))
}

/// `/serviceValidate` and its sister under `/p3`.
pub(super) async fn service(request: HttpRequest, desk: Desk) -> web::Result<HttpResponse> {
    let answer = desk.answer(&request, &desk.asked()).await?;
    Ok(desk.written(&answer))
}

/// `/proxyValidate` and its sister under `/p3`.
pub(super) async fn proxy(request: HttpRequest, desk: Desk) -> web::Result<HttpResponse> {
    let answer = desk.answer(&request, &Asked { takes_proxy: true, ..desk.asked() }).await?;
    Ok(desk.written(&answer))
}

/// Always 200 (CAS 3.0, 2.5.1), never compressed: names beside a service that anybody may choose.
pub(super) fn ok(content_type: &str) -> actix_web::HttpResponseBuilder {
    let mut answer = HttpResponse::Ok();
    answer.content_type(content_type).insert_header(ContentEncoding::Identity);
    answer
}

/// A good ticket: what is told, and the granting ticket that is to be sent where it was asked.
struct Accepted {
    success: Success,
    granting: Option<(Granting, Callback)>,
}

impl Desk {
    fn asked(&self) -> Asked<'_> {
        let get = |name| self.query.get(name);
        Asked {
            service: get("service"),
            ticket: get("ticket"),
            pgt_url: get("pgtUrl").filter(|url| !url.is_empty()),
            takes_proxy: false,
        }
    }

    fn written(&self, answer: &Answer) -> HttpResponse {
        let format = self.query.get("format").unwrap_or_default();
        if format.eq_ignore_ascii_case("JSON") {
            return ok("application/json").body(answer::json(answer).to_string());
        }
        ok("application/xml; charset=UTF-8").body(answer::xml(answer))
    }

    /// Who a ticket stands for. It is used up first, whatever comes of it (SEC-60).
    pub(super) async fn answer(
        &self,
        request: &HttpRequest,
        asked: &Asked<'_>,
    ) -> web::Result<Answer> {
        let mut tx = self.db.write().await?;
        let looked = self.look(&mut tx, asked).await?;
        if let Err(failure) = &looked {
            self.refuse(&mut tx, *failure).await?;
        }
        tx.commit().await?;
        let Accepted { mut success, granting } = match looked {
            Ok(accepted) => accepted,
            Err(failure) => return Ok(Err(failure)),
        };
        // Whoever hands in good tickets is an application of ours, however busy.
        request.extensions_mut().insert(Recognised);
        if let Some((granting, callback)) = granting {
            success.granting = self.grant(&granting, &callback).await?;
        }
        Ok(Ok(success))
    }

    /// Every refusal leaves its row.
    pub(super) async fn refuse(&self, tx: &mut Tx, failure: Failure) -> sqlx::Result<()> {
        let event = Event::refused("cas.refused", failure.code());
        event.record(tx, &self.client.trace(), self.now).await
    }

    async fn look(&self, tx: &mut Tx, asked: &Asked<'_>) -> web::Result<Result<Accepted, Failure>> {
        let Some(text) = asked.ticket else { return Ok(Err(Failure::Request)) };
        let Some(ticket) = Ticket::parse(text) else { return Ok(Err(Failure::Ticket)) };
        let waiting = store::take_ticket(tx, &ticket).await?;
        let (waiting, service, admitted) = match self.fits(asked, waiting) {
            Ok(fitting) => fitting,
            Err(failure) => return Ok(Err(failure)),
        };
        let sent_to = asked.pgt_url.map(|url| callback(admitted.application, url)).transpose();
        let sent_to = match sent_to {
            Ok(sent_to) => sent_to,
            Err(failure) => return Ok(Err(failure)),
        };
        let owner = owner_of_session(tx, waiting.session).await?;
        let Some(owner) = owner.filter(|owner| owner.session.is_live(self.now)) else {
            return Ok(Err(Failure::Ticket));
        };
        let visit = Visit {
            label: admitted.label(&service),
            service: waiting.service,
            ticket: ticket.as_str().to_owned(),
            is_told: admitted.hears_of_the_end(),
            is_named: admitted.application.is_none_or(Application::names_its_host),
        };
        note_visit(tx, owner.session.id, &visit, self.now).await?;
        let facts = self.facts(tx, &owner, waiting.arena.clone()).await?;
        let groups = admitted.filter.apply(&facts);
        let named = groups.iter().flat_map(|group| &group.values);
        let named = named.filter(|(name, _)| name == "user").find_map(|(_, it)| it.first());
        let user = named.cloned().or_else(|| facts.first("uid")).unwrap_or_default();
        Event::ok("cas.validated")
            .by(owner.session.person, &owner.session.short())
            .field("application", admitted.name())
            .field("proxies", waiting.proxies.0.len())
            .record(tx, &self.client.trace(), self.now)
            .await?;
        let granting = sent_to.map(|callback| {
            let before = waiting.proxies.0.iter().cloned();
            let granting = Granting {
                session: waiting.session,
                application: visit.label,
                arena: waiting.arena,
                proxies: Json(std::iter::once(callback.url.to_string()).chain(before).collect()),
            };
            (granting, callback)
        });
        let success = Success {
            user,
            authenticated_at: owner.session.authenticated_at,
            is_fresh: waiting.is_fresh,
            groups,
            mode: admitted.mode(),
            granting: None,
            proxies: waiting.proxies.0,
        };
        Ok(Ok(Accepted { success, granting }))
    }

    /// Whether the ticket is good for what asks, and for the way in which it asks.
    fn fits(
        &self,
        asked: &Asked<'_>,
        waiting: Option<Waiting>,
    ) -> Result<(Waiting, ServiceUrl, Admitted<'_>), Failure> {
        let service = asked.service.ok_or(Failure::Request)?;
        let waiting = waiting.filter(|it| self.now < it.expires_at).ok_or(Failure::Ticket)?;
        let service = ServiceUrl::parse(service).ok();
        let service = service.filter(|service| service.as_str() == waiting.service);
        let service = service.ok_or(Failure::Service)?;
        let admitted = self.admit(&service).ok_or(Failure::Service)?;
        if !waiting.proxies.0.is_empty() && !asked.takes_proxy {
            return Err(Failure::Kind);
        }
        if self.query.is_on("renew") && !waiting.is_fresh {
            return Err(Failure::Ticket);
        }
        Ok((waiting, service, admitted))
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
