//! Pages for administrators.
use super::{account_admin, admin, oauth};
use crate::rights::Permission::{ManageMail, SeeMail};
use crate::rights::Rule::May;
use crate::web::resource::{Map, at};

/// The map. Wants a [`Mailer`](super::Mailer) as `Data`.
pub fn routes(map: &mut Map<'_>) {
    at("/admin/mail", May(SeeMail)).get(admin::show).mount(map);
    at("/admin/mail/new", May(ManageMail))
        .get(account_admin::fresh)
        .post(account_admin::create)
        .mount(map);
    at("/admin/mail/accounts/{id}", May(ManageMail))
        .get(account_admin::edit)
        .post(account_admin::change)
        .mount(map);
    at("/admin/mail/accounts/{id}/test", May(ManageMail)).post(account_admin::test).mount(map);
    at("/admin/mail/accounts/{id}/default", May(ManageMail)).post(account_admin::prefer).mount(map);
    at("/admin/mail/accounts/{id}/remove", May(ManageMail)).post(account_admin::remove).mount(map);
    at("/admin/mail/accounts/{id}/connect", May(ManageMail))
        .get(oauth::show)
        .post(oauth::connect)
        .mount(map);
    at("/admin/mail/accounts/{id}/connect/cancel", May(ManageMail)).post(oauth::cancel).mount(map);
    at("/admin/mail/accounts/{id}/disconnect", May(ManageMail)).post(oauth::disconnect).mount(map);
    at("/admin/mail/oauth/callback", May(ManageMail)).get(oauth::callback).mount(map);
    at("/admin/mail/oauth/paste", May(ManageMail)).post(oauth::paste).mount(map);
    at("/admin/mail/messages/{id}/again", May(ManageMail)).post(admin::again).mount(map);
}
