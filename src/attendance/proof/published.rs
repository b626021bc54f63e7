//! What anybody may fetch to check certificates without us.
use super::prover::Prover;
use crate::web;
use actix_web::HttpResponse;
use actix_web::http::header;
use actix_web::web::Data;

/// Keys and lists may be kept so long by whoever fetched them.
const CACHED: (header::HeaderName, &str) = (header::CACHE_CONTROL, "public, max-age=600");

/// `/.well-known/attendance-jwks.json`: the keys that sign, or did so.
pub(super) async fn keys(prover: Data<Prover>) -> web::Result<HttpResponse> {
    let keys = prover.trust().await?.published();
    Ok(HttpResponse::Ok().insert_header(CACHED).content_type("application/jwk-set+json").body(keys))
}

/// `/.well-known/attendance-revoked.jws`: certificates that were taken back.
pub(super) async fn revoked(prover: Data<Prover>) -> web::Result<HttpResponse> {
    let list = prover.revoked_list().await?;
    Ok(HttpResponse::Ok().insert_header(CACHED).content_type("application/jose").body(list))
}
