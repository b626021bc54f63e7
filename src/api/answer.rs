//! What is answered.
use crate::hex::hex;
use actix_web::http::{StatusCode, header};
use actix_web::{HttpRequest, HttpResponse};
use openssl::sha::sha256;
use serde::Serialize;

/// JSON.
pub(super) fn json(value: &impl Serialize) -> HttpResponse {
    HttpResponse::Ok().json(value)
}

/// What names a state of something: made of what is answered. A weak one: compression makes other
/// bytes of the same.
pub(super) fn tag(body: &[u8]) -> String {
    format!("W/\"{}\"", hex(&sha256(body)[..12]))
}

/// JSON, or 304 for who has it already: the tag is made of what is answered.
pub(super) fn tagged(request: &HttpRequest, value: &impl Serialize) -> HttpResponse {
    match serde_json::to_vec(value) {
        Ok(body) => tagged_bytes(request, body),
        Err(_) => HttpResponse::new(StatusCode::INTERNAL_SERVER_ERROR),
    }
}

/// The same with JSON that is written already.
pub(super) fn tagged_bytes(request: &HttpRequest, body: Vec<u8>) -> HttpResponse {
    let tag = tag(&body);
    let known = request.headers().get_all(header::IF_NONE_MATCH);
    let mut known = known.filter_map(|line| line.to_str().ok()).flat_map(|line| line.split(','));
    if known.any(|one| one.trim() == tag || one.trim() == "*") {
        return HttpResponse::NotModified().insert_header((header::ETAG, tag)).finish();
    }
    HttpResponse::Ok()
        .insert_header((header::ETAG, tag))
        .content_type("application/json")
        .body(body)
}
