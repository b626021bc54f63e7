//! What is known of well-known providers.
use super::account::Tls;

/// Values that fill the form of a new account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Preset {
    /// Its name in addresses.
    pub(super) name: &'static str,
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
}

/// All of them; the first is for a server of one's own.
pub(super) const PRESETS: [Preset; 3] = [
    Preset {
        name: "custom",
        label: "SMTP",
        host: "",
        port: 587,
        tls: Tls::Starttls,
        per_minute: 60,
        per_day: 20_000,
    },
    Preset {
        name: "google",
        label: "Google Workspace",
        host: "smtp.gmail.com",
        port: 587,
        tls: Tls::Starttls,
        per_minute: 30,
        per_day: 2_000,
    },
    Preset {
        name: "microsoft",
        label: "Microsoft 365",
        host: "smtp.office365.com",
        port: 587,
        tls: Tls::Starttls,
        per_minute: 30,
        per_day: 10_000,
    },
];

/// The preset of this name, else the one for a server of one's own.
pub(super) fn preset(name: &str) -> Preset {
    PRESETS.into_iter().find(|preset| preset.name == name).unwrap_or(PRESETS[0])
}
