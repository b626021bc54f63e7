//! The pages of the sync.
use super::admin;
use crate::web::resource::at;
use actix_web::web::ServiceConfig;

/// The map. Wants a [`Desk`](super::Desk) as `Data`.
pub fn routes(cfg: &mut ServiceConfig) {
    at("/admin/sources").get(admin::list).mount(cfg);
    at("/admin/sources/{name}").get(admin::show).post(admin::ask).mount(cfg);
}
