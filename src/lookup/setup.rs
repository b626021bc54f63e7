//! What a Nextcloud administrator has to write, and a test of it.
use super::access::Visit;
use super::pages::{Between, SetupPage, Verdict};
use super::protocol::is_doubtful;
use super::routes::Desk;
use crate::identity::MaybeSignedIn;
use crate::web::Frame;
use crate::web::client::ClientSettings;
use crate::web::client_ip::Seen;
use crate::web::page::{Page, Place};
use actix_web::http::StatusCode;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse};
use serde_json::json;
use url::{Host, Url};

/// The lines for `config.php`, and how this very visitor is seen.
pub(super) async fn show(
    request: HttpRequest,
    frame: Frame,
    who: MaybeSignedIn,
    (desk, clients): (Data<Desk>, Data<ClientSettings>),
) -> HttpResponse {
    let seen = clients.proxies.client_of(&request);
    let keys = &desk.config.lookup.keys;
    let page = SetupPage {
        shell: match &who.0 {
            Some(who) => who.shell(&frame, Place::Elsewhere),
            None => frame.shell(""),
        },
        base: base(&desk),
        is_private: is_private(&desk.config.http.public_url),
        takes_pushes: !keys.is_empty() || desk.config.instances.iter().any(|i| i.key.is_some()),
        address: seen.client.known().map(|address| address.to_string()),
        between: between(&request, seen),
        verdict: verdict(&request, &desk, seen),
    };
    Page(page).with(StatusCode::OK)
}

/// The same for a program: run on the Nextcloud machine, it tells how that machine is seen.
pub(super) async fn test(
    request: HttpRequest,
    (desk, clients): (Data<Desk>, Data<ClientSettings>),
) -> HttpResponse {
    let seen = clients.proxies.client_of(&request);
    let verdict = verdict(&request, &desk, seen);
    HttpResponse::Ok().json(json!({
        "address": seen.client.known(),
        "between": between(&request, seen).word(),
        "search_answered": verdict.is_answered(),
        "because": verdict.word(),
    }))
}

/// Our address, as Nextcloud puts `/users` behind it.
pub fn base(desk: &Desk) -> String {
    desk.config.http.public_url.as_str().trim_end_matches('/').to_owned()
}

fn between(request: &HttpRequest, seen: Seen) -> Between {
    if seen.header_used {
        Between::Proxy
    } else if is_doubtful(request) {
        Between::Stranger
    } else {
        Between::Nothing
    }
}

/// Whether a search without a token is answered.
fn verdict(request: &HttpRequest, desk: &Desk, seen: Seen) -> Verdict {
    let Some(parts) = &desk.parts else { return Verdict::Off };
    let is_doubtful = is_doubtful(request);
    match parts.access.recognise(&Visit { token: None, address: seen.client, is_doubtful }) {
        Ok(asker) if asker.is_open => Verdict::Open,
        Ok(_) => Verdict::Network,
        Err(_) => Verdict::Unknown,
    }
}

/// Addresses that Nextcloud does not ask unless it is told to.
fn is_private(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => {
            address.is_loopback() || address.is_private() || address.is_link_local()
        }
        Some(Host::Ipv6(address)) => address.is_loopback() || address.is_unique_local(),
        Some(Host::Domain(name)) => {
            let top = name.rsplit('.').next().unwrap_or_default();
            ["localhost", "local", "internal", "intranet", "lan", "home"].contains(&top)
        }
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_addresses_need_a_line_of_their_own() {
        let table = [
            ("http://localhost:8080", true),
            ("https://10.1.2.3", true),
            ("https://[fd00::1]/", true),
            ("https://recherche.rectorat.lan", true),
            ("https://portail.ac-exemple.fr", false),
            ("https://203.0.113.7", false),
        ];
        for (url, expected) in table {
            assert_eq!(is_private(&Url::parse(url).unwrap()), expected, "{url}");
        }
    }
}
