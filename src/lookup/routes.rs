//! The pages of the lookup; the paths of Nextcloud are in `protocol`.
use super::{Parts, admin, own, setup};
use crate::config::Config;
use crate::web::resource::at;
use actix_web::web::ServiceConfig;
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
pub fn routes(cfg: &mut ServiceConfig) {
    at("/lookup/me").get(own::show).post(own::choose).mount(cfg);
    at("/lookup/setup").get(setup::show).mount(cfg);
    at("/lookup/setup/test").get(setup::test).mount(cfg);
    at("/admin/lookup").get(admin::show).mount(cfg);
}
