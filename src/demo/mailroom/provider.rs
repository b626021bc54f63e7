//! Gives tokens to whoever types a code (RFC 8628). It asks nobody for a password.
use super::{Heard, LIFE};
use crate::clock::Clock;
use crate::demo::pages::DemoCode;
use crate::demo::stage::Stage;
use crate::web::page::Page;
use crate::web::query::Fields;
use crate::web::redirect::see_other;
use crate::web::{self, Frame};
use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::{Value, json};

type Parts = (Data<Stage>, Data<Clock>);

/// Where codes are typed.
fn page(stage: &Stage) -> String {
    format!("{}/portail/messagerie/device", stage.portal_origin)
}

/// A client asks for a code.
pub(in crate::demo) async fn code(
    body: String,
    (stage, clock): Parts,
) -> web::Result<HttpResponse> {
    let fields = Fields::parse(&body)?;
    if fields.get("client_id") != Some("demonstration") {
        return Ok(refused("invalid_client"));
    }
    let (typed, device) = stage.mailroom.new_code(clock.now());
    let page = page(&stage);
    Ok(HttpResponse::Ok().json(json!({
        "device_code": device, "user_code": typed, "expires_in": 600, "interval": 2,
        "verification_uri": page, "verification_uri_complete": format!("{page}?code={typed}"),
    })))
}

/// The page on which a code is typed.
pub(in crate::demo) async fn ask(
    request: HttpRequest,
    frame: Frame,
    (stage, clock): Parts,
) -> web::Result<HttpResponse> {
    let query = Fields::parse(request.query_string())?;
    let typed = query.get("code").unwrap_or_default().trim().to_uppercase();
    let form = stage.mailroom.form(&typed, clock.now());
    let page = DemoCode {
        lang: frame.lang,
        outcome: match query.get("outcome") {
            Some("yes") => Some("demo-code-agreed"),
            Some("no") => Some("demo-code-refused"),
            _ if !typed.is_empty() && form.is_none() => Some("demo-code-unknown"),
            _ => None,
        },
        csrf: form,
        code: typed,
    };
    Ok(Page(page).with(StatusCode::OK))
}

/// Somebody agrees, or not.
pub(in crate::demo) async fn decide(
    body: String,
    (stage, clock): Parts,
) -> web::Result<HttpResponse> {
    let fields = Fields::parse(&body)?;
    let typed = fields.get("typed").unwrap_or_default();
    let agrees = fields.get("answer") == Some("yes");
    let page = page(&stage);
    let form = fields.get("csrf").unwrap_or_default();
    if !stage.mailroom.answer((typed, form), agrees, clock.now()) {
        return Ok(see_other(&format!("{page}?code=x")));
    }
    Ok(see_other(&format!("{page}?outcome={}", if agrees { "yes" } else { "no" })))
}

/// Tokens for a code that was typed, or for an older refresh token.
pub(in crate::demo) async fn token(
    body: String,
    (stage, clock): Parts,
) -> web::Result<HttpResponse> {
    let fields = Fields::parse(&body)?;
    let now = clock.now();
    let heard = match (fields.get("device_code"), fields.get("refresh_token")) {
        (Some(device), _) => stage.mailroom.poll(device, now),
        (None, Some(refresh)) => stage.mailroom.renew(refresh, now),
        (None, None) => Heard::Over,
    };
    Ok(match heard {
        Heard::Granted(access, refresh) => HttpResponse::Ok().json(tokens(&access, &refresh)),
        Heard::Pending => refused("authorization_pending"),
        Heard::Denied => refused("access_denied"),
        Heard::Over => refused("invalid_grant"),
    })
}

/// A client wants its tokens no more (RFC 7009).
pub(in crate::demo) async fn revoke(stage: Data<Stage>) -> HttpResponse {
    stage.mailroom.revoke();
    HttpResponse::Ok().finish()
}

fn tokens(access: &str, refresh: &str) -> Value {
    json!({ "access_token": access, "refresh_token": refresh, "token_type": "Bearer",
        "expires_in": LIFE.num_seconds(), "scope": "mail" })
}

fn refused(error: &str) -> HttpResponse {
    HttpResponse::BadRequest().json(json!({ "error": error }))
}
