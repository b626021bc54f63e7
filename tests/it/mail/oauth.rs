//! Accounts that show a token: how they get it, how they keep it, and how they show it.
mod code;
mod device;
mod lines;
mod load;
mod peers;
mod renewing;

use super::{Scene, fields, scene_with, with};
use crate::house::{House, Person};
use crate::peers::certificates::Authority;
use crate::peers::odd_provider::{OddProvider, Say};
use crate::peers::smtp::MailServer;
use aiguillage::mail::store;

/// A house that may ask providers on this machine, one of them, and a server that takes tokens.
struct Stage {
    scene: Scene,
    provider: OddProvider,
    server: MailServer,
}

async fn stage() -> Stage {
    stage_with(&[]).await
}

/// The same with more words in the environment of the server.
async fn stage_with(more: &[(&str, &str)]) -> Stage {
    let scene = scene_with(&[("AIGUILLAGE_OUTBOUND_ALLOW", "127.0.0.0/8")]).await;
    let server = token_server(&scene.authority, more).await;
    Stage { scene, provider: OddProvider::start(), server }
}

async fn token_server(authority: &Authority, more: &[(&str, &str)]) -> MailServer {
    let words: Vec<_> = [("TOKENS", "1")].into_iter().chain(more.iter().copied()).collect();
    let server = MailServer::start_with("starttls", authority, &words).await;
    server.take_tokens(&[]);
    server
}

impl Stage {
    fn house(&self) -> &House {
        &self.scene.house
    }

    /// The fields of an account at the server and the provider.
    fn fields(&self, auth: &str) -> Vec<(&'static str, String)> {
        let mut fields = with(fields(&self.server, "starttls"), "auth", auth);
        fields.retain(|(name, _)| *name != "password");
        fields.extend(
            [
                ("auth_endpoint", "/auth?prompt=consent"),
                ("token_endpoint", "/token"),
                ("device_endpoint", "/device"),
                ("revocation_endpoint", "/revoke"),
            ]
            .map(|(name, path)| (name, self.provider.url(path))),
        );
        fields.push(("client_id", "aiguillage".to_owned()));
        fields.push(("scopes", "mail offline_access".to_owned()));
        fields
    }

    /// An account with these tokens; the path of its page.
    async fn connected(&self, admin: &Person<'_>, access: &str, refresh: &str) -> String {
        self.server.take_tokens(&[access]);
        let page = new(admin, &self.fields("oauth_device")).await;
        self.provider.will("/device", [Say::code("AAAA-BBBB")]);
        self.provider.will("/token", [Say::tokens(access, Some(refresh))]);
        begin(admin, &page).await;
        self.house().wait(chrono::Duration::seconds(5));
        self.house().run_jobs().await;
        assert_eq!(self.standing().await, "Ok");
        page
    }

    /// Where the usual account stands.
    async fn standing(&self) -> String {
        let mut tx = self.house().db().read().await.expect("a transaction");
        let account = store::default_account(&mut tx).await.expect("read").expect("an account");
        format!("{:?}", account.state)
    }
}

/// Make an account; the path of its page.
async fn new(admin: &Person<'_>, fields: &[(&'static str, String)]) -> String {
    let pairs: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let answer = admin.post_from("/admin/mail/new", "/admin/mail/new", &pairs).await;
    assert_eq!(answer.status, 303, "{}", answer.text);
    let page = answer.location().strip_suffix("/connect");
    page.expect("it has to be connected first").to_owned()
}

/// Begin to connect an account.
async fn begin(admin: &Person<'_>, page: &str) {
    let connect = format!("{page}/connect");
    let answer = admin.post_from(&connect, &connect, &[]).await;
    assert_eq!((answer.status, answer.location()), (303, connect.as_str()), "{}", answer.text);
}
