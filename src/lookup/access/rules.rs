//! Who somebody is: by token, by address, or nobody in particular.
use super::{Asker, Denied, Visit, is_same};
use crate::config::{self, Config, SearchPolicy};
use crate::identity::cloud::Field;
use crate::identity::sources::Secret;
use crate::web::client::network_of;
use crate::web::client_ip::ClientAddress;
use ipnet::IpNet;
use std::sync::Arc;

/// `[lookup]` and `[instance:NAME]`, as far as they say who may search.
#[derive(Debug, Clone)]
pub(super) struct Rules {
    ways: Vec<config::Access>,
    networks: Vec<IpNet>,
    fields: Arc<[Field]>,
    known: Vec<Known>,
}

/// One server that we know.
#[derive(Debug, Clone)]
struct Known {
    asker: Asker,
    token: Option<Secret>,
    networks: Vec<IpNet>,
}

impl Rules {
    pub(super) fn new(config: &Config) -> Self {
        let fields: Arc<[Field]> = config.lookup.fields.clone().into();
        let known = config.instances.iter().map(|instance| Known::new(instance, &fields)).collect();
        let networks = config.lookup.networks.clone();
        Self { ways: config.lookup.access.clone(), networks, fields, known }
    }

    /// The server of a section.
    pub(super) fn asker(&self, name: &str) -> Option<Asker> {
        let credential = format!("instance:{name}");
        let mut known = self.known.iter().map(|known| &known.asker);
        known.find(|asker| asker.credential == credential).cloned()
    }

    pub(super) fn recognise(&self, visit: &Visit<'_>) -> Result<Asker, Denied> {
        if let Some(token) = visit.token {
            return self.by_token(token).ok_or(Denied::WrongToken);
        }
        if let Some(asker) = self.by_network(visit) {
            return Ok(asker);
        }
        if self.allows(config::Access::Open) {
            return Ok(self.nobody("open", visit.address));
        }
        let could_have_token = self.allows(config::Access::Token);
        Err(if could_have_token { Denied::NoToken } else { Denied::Elsewhere })
    }

    fn allows(&self, way: config::Access) -> bool {
        self.ways.contains(&way)
    }

    fn by_token(&self, token: &str) -> Option<Asker> {
        if !self.allows(config::Access::Token) {
            return None;
        }
        let fits = |known: &&Known| known.token.as_ref().is_some_and(|own| is_same(own, token));
        self.known.iter().find(fits).map(|known| known.asker.clone())
    }

    fn by_network(&self, visit: &Visit<'_>) -> Option<Asker> {
        let address = visit.address.known()?;
        let holds = |networks: &[IpNet]| networks.iter().any(|network| network.contains(&address));
        let named = self.known.iter().find(|known| holds(&known.networks));
        if !self.allows(config::Access::Network) || !(named.is_some() || holds(&self.networks)) {
            return None;
        }
        if visit.is_doubtful {
            tracing::warn!(
                "a search came with a forwarding header from an address that is no trusted proxy: \
                 it is not taken for a known network; see [http] trusted_proxies"
            );
            return None;
        }
        Some(match named {
            Some(known) => known.asker.clone(),
            None => self.nobody("network", visit.address),
        })
    }

    /// Somebody without a section of their own.
    fn nobody(&self, way: &str, address: ClientAddress) -> Asker {
        Asker {
            credential: format!("{way}:{}", network_of(address)),
            fields: Arc::clone(&self.fields),
            policy: SearchPolicy::All,
            prefer: Vec::new(),
            server: None,
            is_open: way == "open",
        }
    }
}

impl Known {
    fn new(instance: &config::Instance, fields: &Arc<[Field]>) -> Self {
        let prefer = instance.prefer.iter().map(|home| match home.strip_prefix('@') {
            Some(domain) => format!("d:{domain}"),
            None => format!("i:{}", instance.server),
        });
        let own = instance.fields.as_ref().map(|own| own.clone().into());
        let asker = Asker {
            credential: format!("instance:{}", instance.name),
            fields: own.unwrap_or_else(|| Arc::clone(fields)),
            policy: instance.policy,
            prefer: prefer.collect(),
            server: Some(instance.server.clone()),
            is_open: false,
        };
        Self { asker, token: instance.token.clone(), networks: instance.networks.clone() }
    }
}
