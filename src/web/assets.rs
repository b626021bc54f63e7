//! Built-in files: stylesheet, scripts, pictures, under names that change with their content.
use super::resource::{Map, at};
use super::theme::Theme;
use super::workroom::Class;
use crate::hex::hex;
use crate::rights::Rule;
use actix_web::http::header::{self, HeaderValue};
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use openssl::sha::sha256;
use std::sync::LazyLock;

const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
const FOR_A_DAY: HeaderValue = HeaderValue::from_static("public, max-age=86400");

/// What SEC-13 wants on files that somebody else put here.
const SANDBOX: &str = "default-src 'none'; sandbox; frame-ancestors 'none'";

/// A file in memory, ready to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asset {
    /// Its address, with a piece of its digest in the name.
    pub address: String,
    digest: String,
    content_type: &'static str,
    bytes: Vec<u8>,
}

impl Asset {
    /// `app.css` in `/assets` → `/assets/app.0123456789ab.css`.
    pub fn new(folder: &str, name: &str, bytes: Vec<u8>) -> Self {
        let digest = digest(&bytes);
        let (stem, extension) = name.rsplit_once('.').unwrap_or((name, ""));
        Self {
            address: format!("{folder}/{stem}.{digest}.{extension}"),
            content_type: content_type(extension),
            digest,
            bytes,
        }
    }

    fn answer(&self, request: &HttpRequest, keep: HeaderValue) -> HttpResponse {
        let tag = format!("\"{}\"", self.digest);
        let known = request.headers().get(header::IF_NONE_MATCH);
        if known.and_then(|value| value.to_str().ok()).is_some_and(|tags| tags.contains(&tag)) {
            return HttpResponse::NotModified()
                .insert_header((header::ETAG, tag))
                .insert_header((header::CACHE_CONTROL, keep))
                .finish();
        }
        HttpResponse::Ok()
            .content_type(self.content_type)
            .insert_header((header::ETAG, tag))
            .insert_header((header::CACHE_CONTROL, keep))
            .body(self.bytes.clone())
    }
}

/// The first 48 bits of the SHA-256, in hexadecimal: enough to tell versions of a file apart.
fn digest(bytes: &[u8]) -> String {
    hex(&sha256(bytes)[..6])
}

fn content_type(extension: &str) -> &'static str {
    match extension {
        "css" => "text/css; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "webp" => "image/webp",
        "jpg" | "jpeg" => "image/jpeg",
        _ => "application/octet-stream",
    }
}

macro_rules! built_in {
    ($($name:literal),*) => {
        vec![$(($name, Asset::new("/assets", $name, include_bytes!(concat!("assets/", $name)).to_vec()))),*]
    };
}

static BUILT_IN: LazyLock<Vec<(&'static str, Asset)>> = LazyLock::new(|| {
    built_in![
        "app.css",
        "demo.css",
        "roll.css",
        "board.js",
        "choice.js",
        "office.js",
        "post.js",
        "proof.js",
        "roll.js",
        "scan.js",
        "watch.js",
        "mark.svg"
    ]
});

/// The address of a built-in file for templates: `asset("app.css")`.
///
/// An unknown name gives an address that answers 404 (a test reads all templates).
pub fn asset(name: &str) -> &'static str {
    find(name).map_or("/assets/missing", |asset| asset.address.as_str())
}

fn find(name: &str) -> Option<&'static Asset> {
    BUILT_IN.iter().find(|(known, _)| *known == name).map(|(_, asset)| asset)
}

/// Mount `/assets` and, for the files of the organisation, `/theme`.
///
/// Wants a [`Theme`] and a [`Workroom`](super::workroom::Workroom) as `Data`.
pub fn routes(map: &mut Map<'_>) {
    at("/assets/{name}", Rule::Public).class(Class::SignOn).get(built_in).mount(map);
    at("/theme/{name}", Rule::Public).class(Class::SignOn).get(themed).mount(map);
    at("/theme/logos/{name}", Rule::Public).class(Class::SignOn).get(logo).mount(map);
}

async fn built_in(request: HttpRequest, name: Path<String>) -> HttpResponse {
    // The form that carries a SAML message names its script by a fixed address (SEC-15).
    if *name == "post.js" {
        return find(&name).map_or_else(missing, |asset| asset.answer(&request, FOR_A_DAY));
    }
    let path = request.path();
    match BUILT_IN.iter().find(|(_, asset)| asset.address == path) {
        Some((_, asset)) => asset.answer(&request, FOR_EVER),
        None => missing(),
    }
}

async fn themed(request: HttpRequest, theme: Data<Theme>) -> HttpResponse {
    match theme.file(request.path()) {
        Some(asset) => sandboxed(asset.answer(&request, FOR_EVER)),
        None => missing(),
    }
}

async fn logo(request: HttpRequest, name: Path<String>, theme: Data<Theme>) -> HttpResponse {
    match theme.logo_of_school(&name).await {
        Some(bytes) => sandboxed(Asset::new("", &name, bytes).answer(&request, FOR_A_DAY)),
        None => missing(),
    }
}

fn sandboxed(mut answer: HttpResponse) -> HttpResponse {
    answer.headers_mut().insert(header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(SANDBOX));
    answer
}

fn missing() -> HttpResponse {
    HttpResponse::NotFound().finish()
}

#[cfg(test)]
mod tests;
