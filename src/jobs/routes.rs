//! Pages for administrators.
use super::admin;
use crate::web::resource::at;
use actix_web::web::ServiceConfig;

/// The map. Wants a [`Desk`](super::Desk) as `Data`.
pub fn routes(cfg: &mut ServiceConfig) {
    at("/admin/jobs").get(admin::show).mount(cfg);
    at("/admin/jobs/{id}/retry").post(admin::retry).mount(cfg);
    at("/admin/jobs/{id}/drop").post(admin::forget).mount(cfg);
    at("/admin/jobs/run").post(admin::run).mount(cfg);
}
