//! The address at which an administrator agrees (RFC 6749, 4.1.1; RFC 7636).
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use openssl::sha::sha256;
use url::Url;

/// Fields that are ours whatever stands in the address already.
const OURS: [&str; 6] = [
    "state",
    "redirect_uri",
    "client_id",
    "response_type",
    "code_challenge",
    "code_challenge_method",
];

/// What an administrator is asked to agree to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Request<'a> {
    /// As typed; may hold fields of its own.
    pub(super) endpoint: &'a str,
    pub(super) client_id: &'a str,
    pub(super) redirect_uri: &'a str,
    pub(super) scopes: &'a str,
    /// Whose mailbox.
    pub(super) user: &'a str,
    pub(super) state: &'a str,
    pub(super) verifier: &'a str,
}

impl Request<'_> {
    /// The address. Fields that it holds already stay as they are, unless they are ours.
    pub(super) fn address(&self) -> Option<Url> {
        let mut url = Url::parse(self.endpoint).ok()?;
        let stored: Vec<(String, String)> = url.query_pairs().into_owned().collect();
        let challenge = challenge(self.verifier);
        let wanted = [
            ("response_type", "code"),
            ("client_id", self.client_id),
            ("redirect_uri", self.redirect_uri),
            ("scope", self.scopes),
            ("state", self.state),
            ("code_challenge", &challenge),
            ("code_challenge_method", "S256"),
            ("login_hint", self.user),
        ];
        let is_kept = |name: &str| !OURS.contains(&name);
        let mut fields = url.query_pairs_mut();
        fields.clear();
        for (name, value) in stored.iter().filter(|(name, _)| is_kept(name)) {
            fields.append_pair(name, value);
        }
        let is_stored = |name: &str| stored.iter().any(|(known, _)| known == name);
        for (name, value) in
            wanted.into_iter().filter(|(name, _)| !is_kept(name) || !is_stored(name))
        {
            fields.append_pair(name, value);
        }
        drop(fields);
        Some(url)
    }
}

/// What is told of a verifier before it is shown (RFC 7636, 4.2).
fn challenge(verifier: &str) -> String {
    URL_SAFE_NO_PAD.encode(sha256(verifier.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(endpoint: &str) -> Vec<(String, String)> {
        let request = Request {
            endpoint,
            client_id: "a b",
            redirect_uri: "https://sso.example/admin/mail/oauth/callback",
            scopes: "https://mail.example/ offline_access",
            user: "vs@college.example",
            state: "s",
            verifier: "v",
        };
        request.address().expect("an address").query_pairs().into_owned().collect()
    }

    #[test]
    fn a_challenge_is_made_as_the_document_shows_it() {
        assert_eq!(
            challenge("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        );
    }

    #[test]
    fn what_is_stored_wins_unless_it_is_ours_and_nothing_stands_twice() {
        let stored = "https://p.example/auth?prompt=consent&access_type=offline&login_hint=x\
                      &scope=other&state=stolen&code_challenge_method=plain&client_id=z";
        let fields = fields(stored);
        let get = |name: &str| {
            let all: Vec<_> = fields.iter().filter(|(known, _)| known == name).collect();
            assert_eq!(all.len(), 1, "{name}: {fields:?}");
            all[0].1.clone()
        };
        assert_eq!((get("prompt"), get("access_type")), ("consent".into(), "offline".into()));
        assert_eq!((get("scope"), get("login_hint")), ("other".into(), "x".into()));
        assert_eq!((get("state"), get("client_id")), ("s".into(), "a b".into()));
        assert_eq!(get("code_challenge_method"), "S256");
        assert_eq!(get("response_type"), "code");
    }

    #[test]
    fn a_plain_address_gets_all_fields() {
        let fields = fields("https://p.example/auth");
        assert_eq!(fields.len(), 8);
        let scope = fields.iter().find(|(name, _)| name == "scope").expect("a scope");
        assert_eq!(scope.1, "https://mail.example/ offline_access");
    }
}
