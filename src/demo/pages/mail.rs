//! The mail provider of the demonstration.
use crate::web::lang::Lang;
use crate::web::page::Shell;
use askama::Template;

/// Where a code is typed. Posts `typed` and `answer` to itself.
#[derive(Debug, Default, Template)]
#[template(path = "demo/pages/code.html")]
pub struct DemoCode {
    /// Language of the page.
    pub lang: Lang,
    /// What was typed.
    pub code: String,
    /// The token of the form, while somebody waits for an answer.
    pub csrf: Option<String>,
    /// Key of what became of it.
    pub outcome: Option<&'static str>,
}

/// Mail that arrived.
#[derive(Debug, Default, Template)]
#[template(path = "demo/pages/inbox.html")]
pub struct DemoInbox {
    /// The frame.
    pub shell: Shell,
    /// The newest first.
    pub letters: Vec<DemoLetter>,
}

/// One message.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DemoLetter {
    /// When it came, as people say it.
    pub at: String,
    /// Who sent it.
    pub from: String,
    /// To whom.
    pub to: String,
    /// What it is about.
    pub subject: String,
    /// What it says.
    pub text: String,
}

impl DemoCode {
    fn is_to_type(&self) -> bool {
        self.outcome.is_none_or(|key| key == "demo-code-unknown")
    }
}
