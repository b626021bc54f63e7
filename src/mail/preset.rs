//! What is known of well-known providers.
use super::account::{Auth, Tls};
use super::oauth::{OauthForm, Provider};

/// Values that fill the form of a new account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Preset {
    /// Whose service it is.
    pub(super) provider: Provider,
    /// What people call it.
    pub(super) label: &'static str,
    /// The server.
    pub(super) host: &'static str,
    /// Its port.
    pub(super) port: u16,
    /// How the way there is protected.
    pub(super) tls: Tls,
    /// Messages a minute.
    pub(super) per_minute: u32,
    /// Messages a day.
    pub(super) per_day: u32,
    /// How we usually show who we are there.
    pub(super) auth: Auth,
    /// Where an administrator agrees.
    auth_endpoint: &'static str,
    /// Where tokens are given.
    token_endpoint: &'static str,
    /// Where codes are given; empty: this provider allows no mail to who types one.
    device_endpoint: &'static str,
    /// Where tokens are given back.
    revocation_endpoint: &'static str,
    /// What has to be asked for, so that mail may leave and the token lasts.
    scopes: &'static str,
}

/// All of them; the first is for a server of one's own.
pub(super) const PRESETS: [Preset; 3] = [
    Preset {
        provider: Provider::Custom,
        label: "SMTP",
        host: "",
        port: 587,
        tls: Tls::Starttls,
        per_minute: 60,
        per_day: 20_000,
        auth: Auth::Password,
        auth_endpoint: "",
        token_endpoint: "",
        device_endpoint: "",
        revocation_endpoint: "",
        scopes: "",
    },
    Preset {
        provider: Provider::Google,
        label: "Google Workspace",
        host: "smtp.gmail.com",
        port: 587,
        tls: Tls::Starttls,
        per_minute: 30,
        per_day: 2_000,
        auth: Auth::OauthCode,
        auth_endpoint: "https://accounts.google.com/o/oauth2/v2/auth?prompt=consent&access_type=offline",
        token_endpoint: "https://oauth2.googleapis.com/token",
        device_endpoint: "",
        revocation_endpoint: "https://oauth2.googleapis.com/revoke",
        scopes: "https://mail.google.com/",
    },
    Preset {
        provider: Provider::Microsoft,
        label: "Microsoft 365",
        host: "smtp.office365.com",
        port: 587,
        tls: Tls::Starttls,
        per_minute: 30,
        per_day: 10_000,
        auth: Auth::OauthCode,
        auth_endpoint: "https://login.microsoftonline.com/organizations/oauth2/v2.0/authorize",
        token_endpoint: "https://login.microsoftonline.com/organizations/oauth2/v2.0/token",
        device_endpoint: "https://login.microsoftonline.com/organizations/oauth2/v2.0/devicecode",
        revocation_endpoint: "",
        scopes: "https://outlook.office.com/SMTP.Send offline_access",
    },
];

/// The preset of this name, else the one for a server of one's own.
pub(super) fn preset(name: &str) -> Preset {
    let provider = Provider::parse(name);
    PRESETS.into_iter().find(|preset| preset.provider == provider).unwrap_or(PRESETS[0])
}

impl Preset {
    /// What is known of how the provider gives tokens.
    pub(super) fn oauth(&self) -> OauthForm {
        OauthForm {
            provider: self.provider.as_str().to_owned(),
            sasl: "auto".to_owned(),
            first_answer: "auto".to_owned(),
            client_id: String::new(),
            client_proof: "body".to_owned(),
            auth_endpoint: self.auth_endpoint.to_owned(),
            token_endpoint: self.token_endpoint.to_owned(),
            device_endpoint: self.device_endpoint.to_owned(),
            revocation_endpoint: self.revocation_endpoint.to_owned(),
            scopes: self.scopes.to_owned(),
        }
    }
}
