//! An account through which nothing leaves any more, and those who should hear of it.
use super::account::Account;
use super::post::{Letter, Mailer};
use super::store;
use super::template::Template;
use crate::audit::{Event, Trace};
use crate::db::Tx;
use crate::web::lang::Lang;
use serde_json::json;

/// Stop an account, unless it is or was changed meanwhile. Its mail is held.
pub(super) async fn stop(
    mailer: &Mailer,
    tx: &mut Tx,
    account: &Account,
    (problem, reply): (&str, &str),
) -> sqlx::Result<()> {
    if !store::stop_account(tx, account, problem, reply).await? {
        return Ok(());
    }
    let event = Event::ok("mail.account_stopped").reason(problem);
    let event = event.field("account", account.id.to_string());
    event.record(tx, &Trace::default(), mailer.post.clock.now()).await
}

/// Tell administrators, once a day and problem; through another account when this one is stopped.
pub(super) async fn tell(
    mailer: &Mailer,
    tx: &mut Tx,
    account: &Account,
    (problem, reply): (&str, &str),
) -> sqlx::Result<()> {
    let other = store::fallback_account(tx, account.id).await?;
    let day = mailer.post.clock.now().format("%F");
    for administrator in mailer.administrators.iter() {
        let letter = Letter {
            to: administrator.clone(),
            person: None,
            template: Template::Failed,
            lang: Lang::Fr,
            values: json!({ "account": account.name, "problem": problem, "reply": reply }),
            about: format!("failed:{}:{problem}:{day}:{}", account.id, administrator.as_str()),
            account: other,
        };
        mailer.post.add(tx, &letter).await?;
    }
    Ok(())
}
