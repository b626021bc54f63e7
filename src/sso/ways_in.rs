//! The ways in that the sign-in page offers beside its form.
use super::carried::Carried;
use super::pages::WayIn;
use super::sign_in::SignInSettings;
use super::upstream::Upstream;
use crate::web::client::{Client, ClientSettings};
use crate::web::{Frame, cookies};
use actix_web::HttpRequest;
use actix_web::web::Data;
use std::cmp::Reverse;
use std::net::IpAddr;

/// Identity providers: the one that this browser came by last first, then those of its network,
/// then in the order of the settings; behind them the page elsewhere that knows more.
pub(super) fn ways_in(
    request: &HttpRequest,
    frame: &Frame,
    settings: &SignInSettings,
    carried: &Carried,
) -> Vec<WayIn> {
    let last = cookies::value(request, cookies::UPSTREAM);
    let address = address(request);
    let is_last = |upstream: &Upstream| Some(&upstream.name) == last.as_ref();
    let is_near = |upstream: &Upstream| address.is_some_and(|it| upstream.is_near(it));
    let mut upstreams: Vec<_> =
        settings.upstreams.iter().filter(|it| it.has_tile() || is_last(it)).collect();
    upstreams.sort_by_key(|upstream| Reverse((is_last(upstream), is_near(upstream))));
    let way = |upstream: &Upstream| WayIn {
        label: upstream.label.clone(),
        audience: upstream.audience().map(str::to_owned),
        address: upstream.way(carried),
    };
    let elsewhere = settings.discovery.as_ref().map(|_| WayIn {
        label: frame.lang.t("sign-in-discovery"),
        audience: None,
        address: carried.behind("/login/discovery"),
    });
    upstreams.into_iter().map(way).chain(elsewhere).collect()
}

fn address(request: &HttpRequest) -> Option<IpAddr> {
    let settings = request.app_data::<Data<ClientSettings>>()?;
    Client::of(request, settings).address.known()
}
