//! What Nextcloud servers say and hear. No state: requests are read, one function of the directory
//! or of the intake is called, its answer is printed.
mod apps;
mod body;
mod door;
mod feed;
pub mod fuzzing;
mod global;
mod key_book;
mod key_hosts;
mod location;
mod message;
mod php;
mod pushed;
mod question;
mod replication;
mod routes;
mod servers;
mod signed;
mod users;

pub(super) use door::is_doubtful;
pub use key_book::KeyBook;
pub use routes::routes;

use crate::config::{Config, Dialect};
use crate::identity::sources::Secret;
use crate::lookup::access::is_same;
use crate::lookup::intake::Origin;
use body::Room;
use std::sync::Arc;

/// What the handlers need of the settings.
#[derive(Clone)]
pub struct Protocol(Arc<Inner>);

struct Inner {
    /// Shared keys; those of one server with its name.
    keys: Vec<(Secret, Option<String>)>,
    is_global: bool,
    dialect: Dialect,
    replication_password: Option<Secret>,
    /// Servers of the settings; when there are any, no others are told.
    servers: Vec<String>,
    with_pupils: bool,
    room: Room,
    key_book: KeyBook,
}

impl Protocol {
    /// By the settings.
    pub fn new(config: &Config) -> Self {
        let lookup = &config.lookup;
        let shared = lookup.keys.iter().map(|key| (key.clone(), None));
        let own = config
            .instances
            .iter()
            .filter_map(|instance| Some((instance.key.clone()?, Some(instance.server.clone()))));
        let servers: Vec<String> =
            config.instances.iter().map(|instance| instance.server.clone()).collect();
        Self(Arc::new(Inner {
            keys: shared.chain(own).collect(),
            is_global: lookup.global_scale,
            dialect: lookup.dialect,
            replication_password: lookup.replication_password.clone(),
            key_book: KeyBook::new(&lookup.key_fetching, &servers),
            servers,
            with_pupils: lookup.pupils,
            room: Room::default(),
        }))
    }

    /// Who pushes with this key.
    fn pusher(&self, key: &str) -> Option<Origin> {
        let found = self.0.keys.iter().rfind(|(own, _)| is_same(own, key))?;
        Some(Origin::Push { server: found.1.clone() })
    }
}
