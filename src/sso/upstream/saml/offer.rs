//! Answers to no question of ours (SEC-52): from providers that may, and only once the person says
//! that they are who it says. Otherwise anybody could sign others in as themselves.
use super::super::away::{PATIENCE, State};
use super::super::stop::Stop;
use super::super::{Told, Upstream};
use super::consume::{refused, to_our_page, unasked};
use crate::sso::carried::Carried;
use crate::sso::door;
use crate::sso::pages;
use crate::sso::saml::claimed_issuer;
use crate::sso::sign_in::own_path;
use crate::sso::store::{find_flow, insert_flow, take_flow};
use crate::web::page::Page;
use crate::web::query::Fields;
use crate::web::redirect::{found, see_other};
use crate::web::{self, Error, cookies};
use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

const KIND: &str = "offer";

/// Somebody whom a provider sent unasked.
#[derive(Serialize, Deserialize)]
struct Offered {
    upstream: String,
    told: Told,
    /// Where they were on the way to.
    next: Option<String>,
}

/// `/login/offer`: whether it is them.
pub(in crate::sso) async fn offer(stop: Stop) -> web::Result<HttpResponse> {
    let query = Fields::parse(stop.request.query_string())?;
    let mut tx = stop.db.read().await?;
    let flow = query.id("flow");
    let payload = match flow {
        Some(id) => find_flow(&mut tx, id, KIND, stop.now).await?,
        None => None,
    };
    drop(tx);
    let Some(payload) = payload else { return Ok(found("/login")) };
    let offered: Offered = serde_json::from_value(payload).map_err(Error::internal)?;
    let upstream = stop.settings.upstreams.get(&offered.upstream).ok_or(Error::NotFound)?;
    let someone = match upstream.found(&offered.told) {
        Ok(someone) => someone,
        Err(error) => return stop.failed(upstream, Carried::default(), &error).await,
    };
    let browser = door::browser(&stop.request);
    let page = pages::Offer {
        shell: stop.frame.shell(stop.key.token(&browser)),
        person: someone.account().display_name(),
        idp: upstream.label.clone(),
        flow: flow.unwrap_or_default().to_string(),
    };
    let mut answer = Page(page).with(StatusCode::OK);
    let _ = answer.add_cookie(&cookies::flow(browser));
    Ok(answer)
}

/// It is them.
pub(in crate::sso) async fn take_offer(body: String, stop: Stop) -> web::Result<HttpResponse> {
    let fields = Fields::parse(&body)?;
    let flow = fields.id("flow");
    let (true, Some(id)) =
        (stop.key.fits(&stop.request, fields.get("csrf").unwrap_or_default()), flow)
    else {
        return Ok(see_other("/login"));
    };
    let mut tx = stop.db.write().await?;
    let payload = find_flow(&mut tx, id, KIND, stop.now).await?;
    let is_first = take_flow(&mut tx, id).await?;
    tx.commit().await?;
    let Some(payload) = payload.filter(|_| is_first) else { return Ok(see_other("/login")) };
    let Offered { upstream, told, next } =
        serde_json::from_value(payload).map_err(Error::internal)?;
    let upstream = stop.settings.upstreams.get(&upstream).ok_or(Error::NotFound)?;
    let proved = told.proved_at.unwrap_or(stop.now - PATIENCE);
    stop.enter(&told, upstream, Carried::toward(next, false), proved).await
}

impl Stop {
    /// Keep what came, if it may come so; nobody is let in yet.
    pub(super) async fn hear_unasked(
        &self,
        message: &str,
        relay_state: Option<&str>,
    ) -> web::Result<HttpResponse> {
        let issuer = claimed_issuer(message).map_err(|refusal| refused(&refusal, None))?;
        let mut known = self.settings.upstreams.by_saml();
        let sender = known.find(|(_, provider)| {
            provider.describe(self.now).is_ok_and(|it| it.entity_id == issuer)
        });
        let Some((upstream, provider)) = sender else { return Err(unasked()) };
        if relay_state.is_some_and(State::is_one) {
            // It took too long, or came again: our page lets people start anew (D21).
            return to_our_page(&upstream.name, relay_state);
        }
        if !provider.settings.unsolicited {
            return Err(unasked());
        }
        let told = provider.believe(message, None, self.now).await;
        let told = told.map_err(|refusal| refused(&refusal, Some(upstream)))?;
        let own = relay_state.and_then(|to| to.strip_prefix(self.settings.origin.as_str()));
        let flow = self.keep_offer(upstream, told, own_path(own)).await?;
        Ok(see_other(&format!("/login/offer?flow={flow}")))
    }

    async fn keep_offer(
        &self,
        upstream: &Upstream,
        told: Told,
        next: Option<String>,
    ) -> web::Result<Uuid> {
        // An offer that outlived the memory of its assertion could be made twice.
        let remembered = told.once.as_ref().map_or(self.now, |(_, until)| *until);
        let until = remembered.min(self.now + PATIENCE);
        let offered = Offered { upstream: upstream.name.clone(), told, next };
        let payload = serde_json::to_value(offered).map_err(Error::internal)?;
        let mut tx = self.db.write().await?;
        let flow = insert_flow(&mut tx, KIND, &payload, self.now, until).await?;
        tx.commit().await?;
        Ok(flow)
    }
}
