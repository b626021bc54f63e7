//! Networks that stand for a whole school: hundreds of people share an address there.
use crate::web::client_ip::ClientAddress;
use ipnet::IpNet;
use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

/// Those of the settings, and those of files that may change while we run.
#[derive(Clone)]
pub struct KnownNetworks {
    listed: Vec<IpNet>,
    in_files: Arc<dyn Fn(IpAddr) -> bool + Send + Sync>,
}

impl KnownNetworks {
    /// `listed` in the settings; `in_files` is asked anew each time.
    pub fn new(
        listed: Vec<IpNet>,
        in_files: impl Fn(IpAddr) -> bool + Send + Sync + 'static,
    ) -> Self {
        Self { listed, in_files: Arc::new(in_files) }
    }

    /// Whether a client is in one of them. One whose address is not known never is.
    pub fn hold(&self, address: ClientAddress) -> bool {
        address.known().is_some_and(|address| {
            self.listed.iter().any(|net| net.contains(&address)) || (self.in_files)(address)
        })
    }
}

impl fmt::Debug for KnownNetworks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KnownNetworks").field("listed", &self.listed).finish_non_exhaustive()
    }
}
