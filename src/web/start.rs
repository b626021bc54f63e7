//! The root of a real installation: people go to their schools, programs learn our version.
use super::resource::{Map, at};
use crate::rights::Rule;
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse};

/// The map.
pub fn routes(map: &mut Map<'_>) {
    at("/", Rule::Public).get(start).mount(map);
}

/// A page for browsers; the empty answer that Nextcloud expects for programs (D27).
async fn start(request: HttpRequest) -> HttpResponse {
    let accept = request.headers().get(header::ACCEPT).and_then(|value| value.to_str().ok());
    let version = ("X-Version", env!("CARGO_PKG_VERSION"));
    if accept.is_some_and(|accept| accept.contains("text/html")) {
        return HttpResponse::Found()
            .insert_header(version)
            .insert_header((header::LOCATION, "/dispatch"))
            .finish();
    }
    HttpResponse::Ok().insert_header(version).finish()
}
