//! Tickets to pass on (CAS 3.0, 2.5.4 and 2.7): an application that was let in is sent a *granting
//! ticket*, and asks with it for *proxy tickets* towards other applications.
use super::answer::{self, Failure};
use super::desk::Desk;
use super::store::{self, Granting, Waiting};
use super::ticket::{Kind, Ticket};
use super::validate::ok;
use crate::audit::Event;
use crate::db::Tx;
use crate::identity::store::owner_of_session;
use crate::outbound::{Outbound, OutboundError, to_public};
use crate::sso::applications::{Application, ServiceUrl};
use crate::web;
use crate::web::rate_limits::Recognised;
use crate::web::redirect::is_local;
use actix_web::{HttpMessage, HttpRequest, HttpResponse};
use std::time::Duration;
use url::Url;

/// How long an application may take to receive its granting ticket (SEC-62).
const PATIENCE: Duration = Duration::from_secs(3);

/// Where a granting ticket is sent.
pub(super) struct Callback {
    pub(super) url: Url,
    /// The administrator wrote its host or network down; a host that an expression lets in may be
    /// anybody's and must not lead into our own networks.
    is_named: bool,
}

/// Where a granting ticket may be sent: https, at an address of the very application that asks,
/// which must have the key `proxy`.
pub(super) fn callback(application: Option<&Application>, text: &str) -> Result<Callback, Failure> {
    let application = application.filter(|it| it.may_proxy).ok_or(Failure::Proxying)?;
    let service = ServiceUrl::parse(text).map_err(|_| Failure::Callback)?;
    let url = service.url();
    let is_safe = url.scheme() == "https" || is_local(url);
    if !is_safe || !application.is_at(&service) {
        return Err(Failure::Callback);
    }
    Ok(Callback { url: url.clone(), is_named: application.names_its_host() })
}

/// `/proxy`
pub(super) async fn proxy(request: HttpRequest, desk: Desk) -> web::Result<HttpResponse> {
    let mut tx = desk.db.write().await?;
    let answer = desk.pass_on(&mut tx).await?;
    match &answer {
        Ok(_) => drop(request.extensions_mut().insert(Recognised)),
        Err(failure) => desk.refuse(&mut tx, *failure).await?,
    }
    tx.commit().await?;
    Ok(ok("application/xml; charset=UTF-8").body(answer::proxy_xml(&answer)))
}

impl Callback {
    async fn send(
        &self,
        outbound: &Outbound,
        ticket: &Ticket,
        name: &Ticket,
    ) -> Result<(), OutboundError> {
        let client = if self.is_named {
            outbound.client()?.clone()
        } else {
            to_public(&self.url, PATIENCE).await?
        };
        let tickets = [("pgtId", ticket.as_str()), ("pgtIou", name.as_str())];
        let asked = client.get(self.url.clone()).query(&tickets).timeout(PATIENCE);
        let status = asked.send().await.map_err(reqwest::Error::without_url)?.status();
        if status == 200 { Ok(()) } else { Err(OutboundError::Status(status.as_u16())) }
    }
}

impl Desk {
    /// Send a granting ticket; the name by which the answer speaks of it. An application that does
    /// not take it is told who came all the same, without that name (CAS 3.0, 2.5.4).
    pub(super) async fn grant(
        &self,
        granting: &Granting,
        callback: &Callback,
    ) -> web::Result<Option<Ticket>> {
        let (ticket, name) = (Ticket::new(Kind::Granting), Ticket::new(Kind::GrantingName));
        // It may be used before our call has come back.
        let mut tx = self.db.write().await?;
        store::insert_granting(&mut tx, &ticket, granting, self.now).await?;
        tx.commit().await?;
        let sent = callback.send(&self.outbound, &ticket, &name).await;
        let mut tx = self.db.write().await?;
        let event = match &sent {
            Ok(()) => Event::ok("cas.granting"),
            Err(error) => {
                store::delete_granting(&mut tx, &ticket).await?;
                let application = &granting.application;
                tracing::warn!(application, error = %error, "a granting ticket was not taken: {error}");
                Event::refused("cas.granting", "INVALID_PROXY_CALLBACK")
            }
        };
        let event = event.field("application", &granting.application);
        let event = event.field("origin", callback.url.origin().ascii_serialization());
        event.record(&mut tx, &self.client.trace(), self.now).await?;
        tx.commit().await?;
        Ok(sent.is_ok().then_some(name))
    }

    async fn pass_on(&self, tx: &mut Tx) -> web::Result<Result<Ticket, Failure>> {
        let asked = self.query.get("pgt").zip(self.query.get("targetService"));
        let Some((pgt, target)) = asked else { return Ok(Err(Failure::Request)) };
        let granting = match Ticket::parse(pgt) {
            Some(ticket) => store::granting(tx, &ticket).await?,
            None => None,
        };
        let Some(granting) = granting else { return Ok(Err(Failure::Granting)) };
        let owner = owner_of_session(tx, granting.session).await?;
        let Some(owner) = owner.filter(|owner| owner.session.is_live(self.now)) else {
            return Ok(Err(Failure::Granting));
        };
        let Some(target) = ServiceUrl::parse(target).ok().filter(|it| self.takes_proxies(it))
        else {
            return Ok(Err(Failure::Target));
        };
        let ticket = Ticket::new(Kind::Proxy);
        let waiting = Waiting {
            session: granting.session,
            service: target.as_str().to_owned(),
            is_fresh: false,
            arena: granting.arena,
            proxies: granting.proxies,
            expires_at: self.now + self.settings.ticket_life,
        };
        store::insert_ticket(tx, &ticket, &waiting, self.now).await?;
        Event::ok("cas.ticket")
            .by(owner.session.person, &owner.session.short())
            .field("application", self.admit(&target).and_then(|it| it.name().map(str::to_owned)))
            .field("origin", target.url().origin().ascii_serialization())
            .field("by", granting.application)
            .record(tx, &self.client.trace(), self.now)
            .await?;
        Ok(Ok(ticket))
    }

    /// Only applications with the key `proxy` take part (SEC-62).
    fn takes_proxies(&self, target: &ServiceUrl) -> bool {
        self.admit(target).and_then(|it| it.application).is_some_and(|it| it.may_proxy)
    }
}
