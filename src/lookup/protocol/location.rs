//! `/gs/location`: on which server an account lives, for login masters that discover it remotely
//! (`RemoteUserMapping`, lookup.md 5.2).
use super::Protocol;
use super::body;
use super::door::refused;
use super::global::wrong_key;
use crate::identity::cloud::CloudId;
use crate::lookup::directory::Directory;
use crate::web;
use actix_web::HttpResponse;
use actix_web::web::{Data, Payload};
use serde_json::json;
use url::form_urlencoded;

/// What logins and mail addresses are called in the data of a login, small letters.
const NAMES: [&str; 8] =
    ["userid", "uid", "username", "preferred_username", "login", "eppn", "mail", "email"];

/// `POST /gs/location`
pub(super) async fn locate(
    payload: Payload,
    (protocol, directory): (Data<Protocol>, Data<Directory>),
) -> web::Result<HttpResponse> {
    let body = match protocol.0.room.read(payload, body::MESSAGE).await {
        Ok(body) => body,
        Err(error) => return Ok(error.answer()),
    };
    let pairs: Vec<_> = form_urlencoded::parse(&body.bytes).into_owned().collect();
    let key = pairs.iter().find(|(name, _)| name == "gsSecretKey");
    let Some((_, key)) = key else { return Ok(HttpResponse::BadRequest().finish()) };
    protocol.pusher(key).ok_or_else(wrong_key)?;
    for wanted in NAMES {
        let values = pairs.iter().filter(|(name, _)| last_part(name) == wanted);
        for (_, value) in values.filter(|(_, value)| !value.trim().is_empty()) {
            if let Some(id) = directory.locate(value).await.map_err(refused)? {
                return Ok(HttpResponse::Ok().json(json!({ "location": address(&id) })));
            }
        }
    }
    Ok(HttpResponse::Ok().json(json!({ "location": "" })))
}

/// `saml[attributes][Mail][0]` is about `mail`.
fn last_part(name: &str) -> String {
    let parts = name.split(['[', ']']).filter(|part| !part.is_empty());
    let mut words = parts.filter(|part| !part.bytes().all(|b| b.is_ascii_digit()));
    words.next_back().unwrap_or_default().to_lowercase()
}

/// The server as browsers are sent there.
fn address(id: &CloudId) -> String {
    let server = id.server();
    if server.contains("://") { server.to_owned() } else { format!("https://{server}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_out_of_whatever_php_nests() {
        for (name, last) in [
            ("uid", "uid"),
            ("saml[attributes][Mail][0]", "mail"),
            ("oidc[preferred_username]", "preferred_username"),
            ("[0]", ""),
            ("", ""),
        ] {
            assert_eq!(last_part(name), last, "{name}");
        }
    }
}
