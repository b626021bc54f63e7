//! What signing in works with.
use super::opening::discovery;
use crate::config::Config;
use crate::identity::arrival::ArrivalRules;
use crate::keys::MasterKey;
use crate::outbound::Outbound;
use crate::sso::{Grants, ServiceProvider, SignInSettings, Upstreams};
use crate::web::known_networks::KnownNetworks;
use anyhow::Result;
use std::sync::Arc;

/// The settings of the sign-in page and of everybody who vouches for people; `own`: us, as identity
/// providers know us.
pub(super) fn sign_in(
    config: &Config,
    is_demo: bool,
    arrival: ArrivalRules,
    known: KnownNetworks,
    outbound: Outbound,
    own: &ServiceProvider,
) -> Result<SignInSettings> {
    Ok(SignInSettings {
        times: config.session.clone(),
        known,
        admin_networks: config.admin.networks.clone(),
        arrival,
        demo_accounts: is_demo.then(|| "/".to_owned()),
        floodgate: Arc::default(),
        upstreams: Upstreams::new(&config.idps, &outbound, own),
        discovery: discovery(config),
        takes_passwords: config.sources.iter().any(|it| it.kind.takes_passwords()),
        origin: config.http.origin(),
        outbound,
        grants: Grants::new(MasterKey::open_or_make(&config.files.keys)?),
    })
}
