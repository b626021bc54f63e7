//! What can be chosen in the form of an account: word of the form, key of the name.
use crate::mail::account::{Auth, Tls};
use crate::mail::oauth::{ClientProof, Provider};
use crate::mail::smtp::{FirstAnswer, Sasl};

/// Ways of protecting a connection: word of the form, key of the name.
pub fn ways() -> [(&'static str, &'static str); 3] {
    Tls::ALL.map(|tls| (tls.as_str(), tls_label(tls)))
}

/// Services that are known: word of the form, key of the name.
pub fn providers() -> [(&'static str, &'static str); 3] {
    Provider::ALL.map(|one| {
        let key = match one {
            Provider::Custom => "mail-provider-custom",
            Provider::Google => "mail-provider-google",
            Provider::Microsoft => "mail-provider-microsoft",
        };
        (one.as_str(), key)
    })
}

/// Mechanisms: word of the form, key of the name.
pub fn mechanisms() -> [(&'static str, &'static str); 5] {
    Sasl::ALL.map(|one| {
        let key = match one {
            Sasl::Auto => "mail-sasl-auto",
            Sasl::Xoauth2 => "mail-sasl-xoauth2",
            Sasl::Oauthbearer => "mail-sasl-oauthbearer",
            Sasl::Plain => "mail-sasl-plain",
            Sasl::Login => "mail-sasl-login",
        };
        (one.as_str(), key)
    })
}

/// Ways of sending a long answer: word of the form, key of the name.
pub fn first_answers() -> [(&'static str, &'static str); 3] {
    FirstAnswer::ALL.map(|one| {
        let key = match one {
            FirstAnswer::Auto => "mail-first-auto",
            FirstAnswer::Always => "mail-first-always",
            FirstAnswer::Never => "mail-first-never",
        };
        (one.as_str(), key)
    })
}

/// Ways of showing that we are a client: word of the form, key of the name.
pub fn client_proofs() -> [(&'static str, &'static str); 2] {
    ClientProof::ALL.map(|one| {
        let key = match one {
            ClientProof::Body => "mail-client-body",
            ClientProof::Basic => "mail-client-basic",
        };
        (one.as_str(), key)
    })
}

/// Ways of showing who we are: word of the form, key of the name.
pub fn proofs() -> [(&'static str, &'static str); 4] {
    Auth::ALL.map(|auth| (auth.as_str(), auth_label(auth)))
}

fn tls_label(tls: Tls) -> &'static str {
    match tls {
        Tls::Starttls => "mail-tls-starttls",
        Tls::Implicit => "mail-tls-implicit",
        Tls::None => "mail-tls-none",
    }
}

fn auth_label(auth: Auth) -> &'static str {
    match auth {
        Auth::None => "mail-auth-none",
        Auth::Password => "mail-auth-password",
        Auth::OauthCode => "mail-auth-oauth-code",
        Auth::OauthDevice => "mail-auth-oauth-device",
    }
}
