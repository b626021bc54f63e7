//! `/saml/sso`: a partner asks who somebody is. The checked request is kept in a flow and answered
//! at `/saml/continue`, where the session cookie is there again (D20).
use super::continued::Waiting;
use super::desk::Parts;
use crate::audit::Event;
use crate::sso::saml::{AuthnRequest, Checks, Partner, Reason, Refusal as SamlRefusal, Strictness};
use crate::sso::store as flows;
use crate::web::query::Fields;
use crate::web::redirect::see_other;
use crate::web::{self, Client, Error, Refusal};
use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};
use chrono::Duration;

/// How long somebody may take to sign in and choose.
const PATIENCE: Duration = Duration::minutes(10);

/// HTTP-Redirect binding: the signature covers the query as it was sent.
pub(super) async fn by_redirect(
    request: HttpRequest,
    client: Client,
    parts: Parts,
) -> web::Result<HttpResponse> {
    Fields::parse(request.query_string())?;
    let query = request.query_string().to_owned();
    take(client, parts, |checks| AuthnRequest::from_redirect(&query, checks)).await
}

/// HTTP-POST binding.
pub(super) async fn by_post(
    body: String,
    client: Client,
    parts: Parts,
) -> web::Result<HttpResponse> {
    let fields = Fields::parse(&body)?;
    let message = fields.get("SAMLRequest").unwrap_or_default();
    let relay_state = fields.get("RelayState");
    take(client, parts, |checks| AuthnRequest::from_post(message, relay_state, checks)).await
}

async fn take(
    client: Client,
    (db, clock, dispatcher, vouching): Parts,
    read: impl Fn(&Checks<'_>) -> Result<AuthnRequest, SamlRefusal>,
) -> web::Result<HttpResponse> {
    let now = clock.now();
    let snapshot = dispatcher.files.snapshot();
    let strictness = |partner: &Partner| {
        let own = snapshot.partners.association(partner).strictness();
        let everybody = vouching.require_signed_requests;
        Strictness { require_signed_requests: own.require_signed_requests || everybody, ..own }
    };
    let endpoint = vouching.absolute("/saml/sso");
    let checks = Checks {
        partners: &snapshot.partners.partners,
        endpoint: &endpoint,
        now,
        strictness: &strictness,
    };
    let asked = match read(&checks) {
        Ok(asked) => asked,
        Err(refusal) => return stale_or_refused(&refusal),
    };
    let waiting = Waiting::of(&asked, now);
    let payload = serde_json::to_value(&waiting).map_err(Error::internal)?;

    let mut tx = db.write().await?;
    let until = now + PATIENCE;
    if !flows::see_request(&mut tx, &asked.partner, &asked.id, now, until).await? {
        drop(tx);
        return Ok(see_other(&format!("/saml/continue?sp={}", encode(&asked.partner))));
    }
    let flow = flows::insert_flow(&mut tx, "authn_request", &payload, now, until).await?;
    Event::ok("saml.request")
        .field("sp", &asked.partner)
        .field("signed", asked.is_signed)
        .record(&mut tx, &client.trace(), now)
        .await?;
    tx.commit().await?;
    Ok(see_other(&format!("/saml/continue?flow={flow}&sp={}", encode(&asked.partner))))
}

/// A request that is merely too old leads to the button for a fresh one (D21).
fn stale_or_refused(refusal: &SamlRefusal) -> web::Result<HttpResponse> {
    match (&refusal.partner, refusal.reason) {
        (Some(partner), Reason::Time) => {
            Ok(see_other(&format!("/saml/continue?sp={}", encode(partner))))
        }
        _ => Err(refused(refusal)),
    }
}

/// One text for everything that is wrong; the reason is for log and audit (SEC-44).
pub(super) fn refused(refusal: &SamlRefusal) -> Error {
    let (code, status) = match (&refusal.partner, refusal.reason) {
        (None, Reason::Issuer) => ("E-SP-UNKNOWN", StatusCode::NOT_FOUND),
        _ => ("E-SAML", StatusCode::BAD_REQUEST),
    };
    Refusal::new(code, status, "saml.refused").detail(refusal.to_string()).into()
}

fn encode(text: &str) -> String {
    url::form_urlencoded::byte_serialize(text.as_bytes()).collect()
}
