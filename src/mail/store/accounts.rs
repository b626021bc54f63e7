//! Table `mail_account`.
use crate::db::Tx;
use crate::mail::account::{Account, AccountId, AccountState};
use crate::on;
use sqlx::{query, query_as};

/// All accounts, by name.
pub async fn accounts(tx: &mut Tx) -> sqlx::Result<Vec<Account>> {
    let mut all: Vec<Account> =
        on!(tx, |conn| query_as("SELECT * FROM mail_account").fetch_all(conn).await)?;
    all.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(all)
}

/// One account.
pub async fn account(tx: &mut Tx, id: AccountId) -> sqlx::Result<Option<Account>> {
    on!(tx, |conn| query_as("SELECT * FROM mail_account WHERE id = $1")
        .bind(id)
        .fetch_optional(conn)
        .await)
}

/// The account that is used when nobody asks for another one.
pub async fn default_account(tx: &mut Tx) -> sqlx::Result<Option<Account>> {
    on!(tx, |conn| query_as("SELECT * FROM mail_account ORDER BY is_default DESC, id LIMIT 1")
        .fetch_optional(conn)
        .await)
}

/// An account through which mail leaves while another one is stopped.
pub async fn fallback_account(tx: &mut Tx, but: AccountId) -> sqlx::Result<Option<AccountId>> {
    on!(tx, |conn| sqlx::query_scalar(
        "SELECT id FROM mail_account WHERE id <> $1 AND state IN ('ok', 'untested')
         ORDER BY state, id LIMIT 1"
    )
    .bind(but)
    .fetch_optional(conn)
    .await)
}

/// Keep a new account.
pub async fn add_account(tx: &mut Tx, account: &Account) -> sqlx::Result<()> {
    on!(tx, |conn| query(
        "INSERT INTO mail_account (id, name, from_address, from_name, reply_to, host, port, tls,
            auth, smtp_user, password, is_default, state, problem, reply, per_minute, per_day,
            redirect_to, created_at, changed_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18,
            $19, $20)"
    )
    .bind(account.id)
    .bind(&account.name)
    .bind(&account.from_address)
    .bind(&account.from_name)
    .bind(&account.reply_to)
    .bind(&account.host)
    .bind(account.port)
    .bind(account.tls)
    .bind(account.auth)
    .bind(&account.smtp_user)
    .bind(&account.password)
    .bind(account.is_default)
    .bind(account.state)
    .bind(&account.problem)
    .bind(&account.reply)
    .bind(account.per_minute)
    .bind(account.per_day)
    .bind(&account.redirect_to)
    .bind(account.created_at)
    .bind(account.changed_at)
    .execute(conn)
    .await
    .map(|_| ()))?;
    put_settings(tx, account).await
}

/// How it is shown who we are, and how tokens are asked for.
async fn put_settings(tx: &mut Tx, account: &Account) -> sqlx::Result<()> {
    let oauth = &account.oauth;
    on!(tx, |conn| query(
        "UPDATE mail_account SET sasl = $2, provider = $3, first_answer = $4, client_id = $5,
            client_secret = $6, client_proof = $7, auth_endpoint = $8, token_endpoint = $9,
            device_endpoint = $10, revocation_endpoint = $11, scopes = $12
         WHERE id = $1"
    )
    .bind(account.id)
    .bind(account.sasl)
    .bind(oauth.provider)
    .bind(oauth.first_answer)
    .bind(&oauth.client_id)
    .bind(&oauth.client_secret)
    .bind(oauth.client_proof)
    .bind(&oauth.auth_endpoint)
    .bind(&oauth.token_endpoint)
    .bind(&oauth.device_endpoint)
    .bind(&oauth.revocation_endpoint)
    .bind(&oauth.scopes)
    .execute(conn)
    .await
    .map(|_| ()))
}

/// Replace what an administrator may change.
pub async fn update_account(tx: &mut Tx, account: &Account) -> sqlx::Result<()> {
    on!(tx, |conn| query(
        "UPDATE mail_account SET name = $2, from_address = $3, from_name = $4, reply_to = $5,
            host = $6, port = $7, tls = $8, auth = $9, smtp_user = $10, password = $11,
            state = $12, problem = $13, reply = $14, per_minute = $15, per_day = $16,
            redirect_to = $17, changed_at = $18
         WHERE id = $1"
    )
    .bind(account.id)
    .bind(&account.name)
    .bind(&account.from_address)
    .bind(&account.from_name)
    .bind(&account.reply_to)
    .bind(&account.host)
    .bind(account.port)
    .bind(account.tls)
    .bind(account.auth)
    .bind(&account.smtp_user)
    .bind(&account.password)
    .bind(account.state)
    .bind(&account.problem)
    .bind(&account.reply)
    .bind(account.per_minute)
    .bind(account.per_day)
    .bind(&account.redirect_to)
    .bind(account.changed_at)
    .execute(conn)
    .await
    .map(|_| ()))?;
    put_settings(tx, account).await
}

/// Make it the one that is used when nobody asks for another one.
pub async fn make_default(tx: &mut Tx, id: AccountId) -> sqlx::Result<()> {
    on!(tx, |conn| query("UPDATE mail_account SET is_default = (id = $1)")
        .bind(id)
        .execute(conn)
        .await
        .map(|_| ()))
}

/// We are refused. `false`: it was stopped already, or changed since we read it.
pub async fn stop_account(
    tx: &mut Tx,
    account: &Account,
    problem: &str,
    reply: &str,
) -> sqlx::Result<bool> {
    let done = on!(tx, |conn| query(
        "UPDATE mail_account SET state = $3, problem = $4, reply = $5
         WHERE id = $1 AND changed_at = $2 AND state IN ('untested', 'ok')"
    )
    .bind(account.id)
    .bind(account.changed_at)
    .bind(account.state_when(problem))
    .bind(problem)
    .bind(reply)
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(done > 0)
}

/// It works. `false`: it was known to, is switched off, or was changed since we read it.
pub async fn mark_ok(tx: &mut Tx, account: &Account) -> sqlx::Result<bool> {
    let done = on!(tx, |conn| query(
        "UPDATE mail_account SET state = 'ok', problem = '', reply = ''
         WHERE id = $1 AND changed_at = $2 AND state IN ('untested', 'stopped', 'needs_reauth')"
    )
    .bind(account.id)
    .bind(account.changed_at)
    .execute(conn)
    .await
    .map(|done| done.rows_affected()))?;
    Ok(done > 0)
}

/// What an administrator did at the provider changes where it stands.
pub async fn set_state(
    tx: &mut Tx,
    id: AccountId,
    state: AccountState,
    problem: &str,
) -> sqlx::Result<()> {
    on!(tx, |conn| query(
        "UPDATE mail_account SET state = $2, problem = $3, reply = ''
         WHERE id = $1 AND state <> 'disabled'"
    )
    .bind(id)
    .bind(state)
    .bind(problem)
    .execute(conn)
    .await
    .map(|_| ()))
}

/// Forget it; its mail waits for another one. `false`: it is gone already.
pub async fn delete_account(tx: &mut Tx, id: AccountId) -> sqlx::Result<bool> {
    let done = on!(tx, |conn| query("DELETE FROM mail_account WHERE id = $1")
        .bind(id)
        .execute(conn)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(done > 0)
}
