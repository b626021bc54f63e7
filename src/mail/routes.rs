//! Pages for administrators.
use super::{account_admin, admin};
use crate::web::resource::at;
use actix_web::web::ServiceConfig;

/// The map. Wants a [`Mailer`](super::Mailer) as `Data`.
pub fn routes(cfg: &mut ServiceConfig) {
    at("/admin/mail").get(admin::show).mount(cfg);
    at("/admin/mail/new").get(account_admin::fresh).post(account_admin::create).mount(cfg);
    at("/admin/mail/accounts/{id}").get(account_admin::edit).post(account_admin::change).mount(cfg);
    at("/admin/mail/accounts/{id}/test").post(account_admin::test).mount(cfg);
    at("/admin/mail/accounts/{id}/default").post(account_admin::prefer).mount(cfg);
    at("/admin/mail/accounts/{id}/remove").post(account_admin::remove).mount(cfg);
    at("/admin/mail/messages/{id}/again").post(admin::again).mount(cfg);
}
