//! Services of cards in the demonstration.
use crate::web::page::Shell;
use askama::Template;

/// A call that one of them heard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoCall {
    /// Key of its name.
    pub service: &'static str,
    /// When.
    pub at: String,
    /// Method and path.
    pub line: String,
    /// What it answered.
    pub status: u16,
    /// What it was told, or empty.
    pub body: String,
}

/// A file of access control.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoFile {
    /// Its name.
    pub name: String,
    /// Its lines.
    pub text: String,
}

/// What they were told.
#[derive(Debug, Default, Template)]
#[template(path = "demo/pages/services.html")]
pub struct DemoServices {
    /// The frame.
    pub shell: Shell,
    /// The newest first.
    pub calls: Vec<DemoCall>,
    /// The newest first.
    pub files: Vec<DemoFile>,
}

impl DemoCall {
    /// The tone of its answer.
    fn tone(&self) -> &'static str {
        match self.status {
            200..300 => "ok",
            404 | 409 => "info",
            _ => "warn",
        }
    }
}
