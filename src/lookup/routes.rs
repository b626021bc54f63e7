//! The pages of the lookup; the paths of Nextcloud are in `protocol`.
use super::{Parts, admin, own, setup};
use crate::config::Config;
use crate::rights::Permission::SeeLookup;
use crate::rights::Rule::{May, Own, Public};
use crate::web::resource::{Map, at};
use std::sync::Arc;

/// What the pages need to know. They are there even while the lookup is switched off, and say so.
#[derive(Clone)]
pub struct Desk {
    /// What the administrator set.
    pub config: Arc<Config>,
    /// The lookup, when it is switched on.
    pub parts: Option<Parts>,
}

/// The map. Wants a [`Desk`] as `Data`.
pub fn routes(map: &mut Map<'_>) {
    at("/lookup/me", Own).get(own::show).post(own::choose).mount(map);
    at("/lookup/setup", Public).get(setup::show).mount(map);
    at("/lookup/setup/test", Public).get(setup::test).mount(map);
    at("/admin/lookup", May(SeeLookup)).get(admin::show).mount(map);
}
