//! The account of the demonstration, which an administrator only has to connect.
use crate::db::Db;
use crate::demo::stage::Stage;
use crate::mail::oauth::{OauthSettings, Provider};
use crate::mail::{Account, AccountId, AccountState, Auth, Sasl, Tls, store};
use chrono::{DateTime, Utc};
use uuid::Uuid;

/// Its name.
const NAME: &str = "Secrétariat";

/// Make the account, or point the one of the last start to where the provider stands now; what it was
/// given then is forgotten with the provider's memory.
pub(in crate::demo) async fn prepare(
    db: &Db,
    stage: &Stage,
    port: u16,
    now: DateTime<Utc>,
) -> sqlx::Result<()> {
    let mut tx = db.write().await?;
    let known = store::accounts(&mut tx).await?;
    let old = known.iter().find(|account| account.name == NAME);
    let account = account(stage, port, now);
    if let Some(old) = old {
        let account = Account { id: old.id, ..account };
        store::update_account(&mut tx, &account).await?;
        store::cancel_attempts(&mut tx, account.id, None, now).await?;
        store::delete_token(&mut tx, account.id).await?;
    } else {
        let account = Account { is_default: known.is_empty(), ..account };
        store::add_account(&mut tx, &account).await?;
    }
    tx.commit().await
}

fn account(stage: &Stage, port: u16, now: DateTime<Utc>) -> Account {
    let at = |path: &str| format!("{}/portail/messagerie/{path}", stage.portal_origin);
    let text = |text: &str| text.to_owned();
    Account {
        id: AccountId(Uuid::now_v7()),
        name: text(NAME),
        from_address: text("secretariat@college.demo.example"),
        from_name: text("Secrétariat du collège"),
        reply_to: String::new(),
        host: text("127.0.0.1"),
        port: port.into(),
        tls: Tls::None,
        auth: Auth::OauthDevice,
        smtp_user: text("secretariat@college.demo.example"),
        password: None,
        sasl: Sasl::Auto,
        oauth: OauthSettings {
            provider: Provider::Custom,
            client_id: text("demonstration"),
            token_endpoint: at("token"),
            device_endpoint: at("code"),
            revocation_endpoint: at("revoke"),
            scopes: text("mail"),
            ..OauthSettings::default()
        },
        is_default: false,
        state: AccountState::Incomplete,
        problem: String::new(),
        reply: String::new(),
        per_minute: 60,
        per_day: 20_000,
        redirect_to: String::new(),
        created_at: now,
        changed_at: now,
    }
}
