//! A small OpenID provider (OpenID Connect Core 3.1: code flow, PKCE, ES256).
use super::OIDC;
use crate::clock::Clock;
use crate::demo::stage::{Granted, Stage};
use crate::identity::token::Token;
use crate::web::query::{Fields, bad};
use crate::web::redirect::found;
use crate::web::{self, Error, Frame};
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Duration, Utc};
use openssl::bn::{BigNum, BigNumContext};
use openssl::ec::{EcGroup, EcKey};
use openssl::ecdsa::EcdsaSig;
use openssl::error::ErrorStack;
use openssl::nid::Nid;
use openssl::pkey::Private;
use openssl::sha::sha256;
use serde_json::{Value, json};
use std::sync::Arc;
use url::Url;

type Parts = (Data<Stage>, Data<Clock>);

/// The key that signs, made when the demonstration starts.
#[derive(Clone)]
pub(in crate::demo) struct ProviderKey(Arc<EcKey<Private>>);

impl ProviderKey {
    pub(in crate::demo) fn make() -> Result<Self, ErrorStack> {
        let group = EcGroup::from_curve_name(Nid::X9_62_PRIME256V1)?;
        Ok(Self(Arc::new(EcKey::generate(&group)?)))
    }

    /// The public half (RFC 7518, 6.2.1).
    fn public(&self) -> Result<Value, ErrorStack> {
        let (mut x, mut y, mut context) = (BigNum::new()?, BigNum::new()?, BigNumContext::new()?);
        let point = self.0.public_key();
        point.affine_coordinates(self.0.group(), &mut x, &mut y, &mut context)?;
        let part = |number: &BigNum| number.to_vec_padded(32).map(|it| URL_SAFE_NO_PAD.encode(it));
        Ok(json!({
            "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": "demo",
            "x": part(&x)?, "y": part(&y)?,
        }))
    }

    /// A signed token (RFC 7515).
    fn sign(&self, claims: &Value) -> Result<String, ErrorStack> {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let header = json!({ "alg": "ES256", "kid": "demo", "typ": "JWT" });
        let signed = format!("{}.{}", part(&header), part(claims));
        let signature = EcdsaSig::sign(&sha256(signed.as_bytes()), &self.0)?;
        let raw = [signature.r().to_vec_padded(32)?, signature.s().to_vec_padded(32)?].concat();
        Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(raw)))
    }
}

/// `/.well-known/openid-configuration`
pub(in crate::demo) async fn describe(stage: Data<Stage>) -> HttpResponse {
    let issuer = OIDC.at(&stage);
    let at = |path: &str| format!("{issuer}{path}");
    HttpResponse::Ok().json(json!({
        "issuer": issuer,
        "authorization_endpoint": at("/who"),
        "token_endpoint": at("/token"),
        "jwks_uri": at("/keys"),
        "response_types_supported": ["code"],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256"],
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": true,
    }))
}

/// Its keys.
pub(in crate::demo) async fn keys(stage: Data<Stage>) -> web::Result<HttpResponse> {
    let key = stage.provider_key.public().map_err(Error::internal)?;
    Ok(HttpResponse::Ok().json(json!({ "keys": [key] })))
}

/// Who would you like to be? With `as`: back with a code for this person.
pub(in crate::demo) async fn who(
    request: HttpRequest,
    frame: Frame,
    (stage, clock): Parts,
) -> web::Result<HttpResponse> {
    let query = Fields::parse(request.query_string())?;
    let get = |name: &str| query.get(name).unwrap_or_default().to_owned();
    let back = format!("{}/login/from/rectorat", stage.origin);
    let is_ours = get("client_id") == "demonstration" && get("redirect_uri") == back;
    if !is_ours || get("code_challenge_method") != "S256" {
        return Err(bad("not a question of our sign-on"));
    }
    let mut back = Url::parse(&back).map_err(Error::internal)?;
    let issuer = OIDC.at(&stage);
    back.query_pairs_mut().append_pair("state", &get("state")).append_pair("iss", &issuer);
    let chosen = get("as");
    if chosen.is_empty() {
        back.query_pairs_mut().append_pair("error", "access_denied");
        let here = format!("/portail/rectorat/who?{}", request.query_string());
        return Ok(OIDC.ask(&frame, &stage, &here, Some(back.into())));
    }
    let chosen = OIDC.person(&stage, &chosen)?.login;
    let code = Token::new();
    stage.grant(Granted {
        code: code.as_str().to_owned(),
        login: chosen,
        nonce: get("nonce"),
        bound_to: get("code_challenge"),
        at: clock.now(),
    });
    back.query_pairs_mut().append_pair("code", code.as_str());
    Ok(found(back.as_str()))
}

/// A code, once, within a minute, with the verifier that belongs to it: the ID token.
pub(in crate::demo) async fn token(
    body: String,
    (stage, clock): Parts,
) -> web::Result<HttpResponse> {
    let fields = Fields::parse(&body)?;
    let granted = stage.redeem(fields.get("code").unwrap_or_default());
    let verifier = fields.get("code_verifier").unwrap_or_default();
    let proved = URL_SAFE_NO_PAD.encode(sha256(verifier.as_bytes()));
    let now = clock.now();
    let granted = granted.filter(|it| it.bound_to == proved && now - it.at < Duration::minutes(1));
    let Some(granted) = granted else {
        return Ok(HttpResponse::BadRequest().json(json!({ "error": "invalid_grant" })));
    };
    let claims = claims(&stage, &granted, now);
    let token = stage.provider_key.sign(&claims).map_err(Error::internal)?;
    Ok(HttpResponse::Ok().json(json!({
        "access_token": Token::new().as_str(), "token_type": "Bearer", "id_token": token,
    })))
}

fn claims(stage: &Stage, granted: &Granted, now: DateTime<Utc>) -> Value {
    let mut claims = json!({
        "iss": OIDC.at(stage), "aud": "demonstration", "sub": granted.login,
        "iat": now.timestamp(), "exp": (now + Duration::minutes(5)).timestamp(),
        "auth_time": now.timestamp(), "nonce": granted.nonce,
        "preferred_username": granted.login,
    });
    let Ok(person) = OIDC.person(stage, &granted.login) else { return claims };
    claims["name"] = json!(person.name);
    for (name, values) in person.attributes.iter() {
        match name {
            "mail" => {
                claims["email"] = json!(values[0]);
                claims["email_verified"] = json!(true);
            }
            name => claims[name] = json!(values),
        }
    }
    claims
}
