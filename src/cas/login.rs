//! `/login` with a service: the browser leaves with a ticket (CAS 3.0, 2.1).
use super::desk::{Admitted, Desk, not_declared};
use super::store::{self, Waiting};
use super::ticket::{Kind, Ticket};
use crate::identity::{MaybeSignedIn, SignedIn};
use crate::sso::applications::ServiceUrl;
use crate::sso::pages::PostForm;
use crate::sso::{Carried, SignInPage, show_sign_in};
use crate::web::page::Place;
use crate::web::query::Fields;
use crate::web::redirect::found;
use crate::web::{self, Frame};
use actix_web::{HttpRequest, HttpResponse};
use chrono::{DateTime, Duration, Utc};
use sqlx::types::Json;

/// From the right password to the ticket it was typed for.
const AT_ONCE: Duration = Duration::seconds(60);

/// What the address asks for.
struct Wish {
    service: ServiceUrl,
    /// The password must be typed for this very request.
    renew: bool,
    /// Nobody wants to see a page: without a session, back at once.
    gateway: bool,
    by_post: bool,
    /// When the password was asked for.
    since: Option<DateTime<Utc>>,
}

impl Wish {
    fn read(query: &Fields, service: &str) -> web::Result<Self> {
        let since = query.get("since").and_then(|text| text.parse().ok());
        let renew = query.is_on("renew");
        Ok(Self {
            service: ServiceUrl::parse(service).map_err(|_| not_declared(service))?,
            renew,
            gateway: query.is_on("gateway") && !renew,
            by_post: query.get("method").is_some_and(|text| text.eq_ignore_ascii_case("POST")),
            since: since.and_then(|seconds| DateTime::from_timestamp(seconds, 0)),
        })
    }

    /// Whether the session began for this request.
    fn is_answered_by(&self, who: &SignedIn, now: DateTime<Utc>) -> bool {
        let at = who.session.authenticated_at;
        self.since.is_some_and(|since| since <= at) && now - at < AT_ONCE
    }

    /// What the sign-in form brings back here.
    fn carried(&self, now: DateTime<Utc>) -> Carried {
        let mut fields = vec![
            ("service".to_owned(), self.service.as_str().to_owned()),
            ("since".to_owned(), now.timestamp().to_string()),
        ];
        let switches = [("renew", self.renew, "true"), ("method", self.by_post, "POST")];
        let on = switches.into_iter().filter(|(_, is_on, _)| *is_on);
        fields.extend(on.map(|(name, _, value)| (name.to_owned(), value.to_owned())));
        Carried(fields)
    }
}

/// The sign-in page, or straight on with a ticket; without a service the page of the house.
pub(super) async fn show(
    request: HttpRequest,
    frame: Frame,
    who: MaybeSignedIn,
    desk: Desk,
    page: SignInPage,
) -> web::Result<HttpResponse> {
    let Some(service) = desk.query.get("service") else {
        return show_sign_in(&request, &frame, who.0.as_ref(), &page);
    };
    let wish = Wish::read(&desk.query, service)?;
    let admitted = desk.admit(&wish.service).ok_or_else(|| not_declared(service))?;
    match who.0 {
        Some(who) if !wish.renew || wish.is_answered_by(&who, desk.now) => {
            desk.send(&frame, &who, &wish, &admitted).await
        }
        None if wish.gateway => Ok(found(wish.service.url().as_str())),
        _ => {
            let toward = admitted.name().map(str::to_owned);
            Ok(page.form(&request, &frame, wish.carried(desk.now), toward))
        }
    }
}

impl Desk {
    /// Make a ticket, keep it, and only then let it leave.
    async fn send(
        &self,
        frame: &Frame,
        who: &SignedIn,
        wish: &Wish,
        admitted: &Admitted<'_>,
    ) -> web::Result<HttpResponse> {
        let ticket = Ticket::new(Kind::Service);
        let zone = self.dispatcher.zone(self.client.address);
        let waiting = Waiting {
            session: who.session.id,
            service: wish.service.as_str().to_owned(),
            is_fresh: wish.is_answered_by(who, self.now),
            arena: zone.and_then(|zone| zone.arena),
            proxies: Json(Vec::new()),
            expires_at: self.now + self.settings.ticket_life,
        };
        let mut tx = self.db.write().await?;
        store::insert_ticket(&mut tx, &ticket, &waiting, self.now).await?;
        who.event("cas.ticket")
            .field("application", admitted.name())
            .field("origin", wish.service.url().origin().ascii_serialization())
            .field("fresh", waiting.is_fresh)
            .record(&mut tx, &self.client.trace(), self.now)
            .await?;
        tx.commit().await?;
        if wish.by_post {
            let page = PostForm {
                shell: who.shell(frame, Place::Elsewhere),
                action: wish.service.url().as_str().to_owned(),
                portal: admitted.label(&wish.service),
                fields: vec![("ticket".to_owned(), ticket.as_str().to_owned())],
                is_farewell: false,
            };
            return Ok(page.answer());
        }
        Ok(found(&wish.service.with_ticket(ticket.as_str())))
    }
}
