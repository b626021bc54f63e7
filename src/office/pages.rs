//! The pages about the installation itself.
use crate::web::page::{Banner, Shell, Tone};
use askama::Template;

/// The settings in force. Filters by `/admin/settings?q=&written=`.
#[derive(Debug, Default, Template)]
#[template(path = "office/pages/settings.html")]
pub struct Settings {
    /// The frame.
    pub shell: Shell,
    /// The settings that the filter lets through, in the order of the sample file.
    pub rows: Vec<SettingRow>,
    /// Where the configuration stands.
    pub file: String,
    /// Part of a section, a key or a value.
    pub words: String,
    /// Only what somebody wrote.
    pub is_written_only: bool,
    /// Address of the same rows as CSV.
    pub csv: String,
}

/// One setting.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SettingRow {
    /// Section.
    pub section: String,
    /// Key.
    pub key: String,
    /// Value; passwords are hidden.
    pub value: String,
    /// File and line, or variable; empty: nobody wrote it.
    pub origin: String,
    /// What it does.
    pub help: &'static str,
}

/// Health in words.
#[derive(Debug, Default, Template)]
#[template(path = "office/pages/health.html")]
pub struct Health {
    /// The frame.
    pub shell: Shell,
    /// Whether requests are taken.
    pub is_ready: bool,
    /// Whether something beside the database does not work.
    pub is_degraded: bool,
    /// What was looked at.
    pub checks: Vec<CheckRow>,
    /// Version of the program.
    pub version: &'static str,
    /// How many chains of the record there are.
    pub chains: usize,
}

/// One thing that was looked at.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CheckRow {
    /// Key of its name.
    pub label: &'static str,
    /// Which one, where there are several.
    pub subject: String,
    /// Whether it works.
    pub is_ok: bool,
    /// Records in the index; empty elsewhere.
    pub documents: String,
    /// Seconds that the index is behind; empty elsewhere.
    pub lag: String,
}

impl Health {
    fn banner(&self) -> Banner {
        let (tone, key) = match (self.is_ready, self.is_degraded) {
            (true, false) => (Tone::Done, "health-good"),
            (true, true) => (Tone::Warning, "health-degraded"),
            (false, _) => (Tone::Trouble, "health-away"),
        };
        Banner::new(tone, self.shell.t(key))
    }
}
