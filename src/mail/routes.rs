//! Pages for administrators.
use super::{account_admin, admin, oauth, wording_admin};
use crate::rights::Permission::{ManageMail, SeeMail};
use crate::rights::Rule::May;
use crate::web::body::Intake;
use crate::web::resource::{At, Map, at};

/// Texts of messages, 256 KiB.
const LETTERS: Intake = Intake::of(&["application/x-www-form-urlencoded"], 256 << 10);

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
    texts(map);
    at("/admin/mail/messages/{id}/again", May(ManageMail)).post(admin::again).mount(map);
}

fn texts(map: &mut Map<'_>) {
    let text = |path| -> At { at(path, May(ManageMail)).takes(LETTERS) };
    at("/admin/mail/templates", May(ManageMail)).get(wording_admin::all).mount(map);
    text("/admin/mail/templates/{name}/{lang}")
        .get(wording_admin::edit)
        .post(wording_admin::save)
        .mount(map);
    text("/admin/mail/templates/{name}/{lang}/preview").post(wording_admin::preview).mount(map);
    text("/admin/mail/templates/{name}/{lang}/test").post(wording_admin::test).mount(map);
    text("/admin/mail/templates/{name}/{lang}/default").post(wording_admin::restore).mount(map);
}
