//! Pages for administrators.
use super::{account_admin, admin, oauth};
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
    at("/admin/mail/accounts/{id}/connect").get(oauth::show).post(oauth::connect).mount(cfg);
    at("/admin/mail/accounts/{id}/connect/cancel").post(oauth::cancel).mount(cfg);
    at("/admin/mail/accounts/{id}/disconnect").post(oauth::disconnect).mount(cfg);
    at("/admin/mail/oauth/callback").get(oauth::callback).mount(cfg);
    at("/admin/mail/oauth/paste").post(oauth::paste).mount(cfg);
    at("/admin/mail/messages/{id}/again").post(admin::again).mount(cfg);
}
