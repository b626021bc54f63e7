//! The list of findings.
use crate::finding::{Finding, Severity};
use crate::identity::store::AccountFinding;
use crate::web::lang::Lang;
use crate::web::page::Shell;
use askama::Template;

/// Findings in all files and in the newest accounts. Filters by `/admin/lint?severity=&file=&q=`.
#[derive(Debug, Default, Template)]
#[template(path = "dispatch/pages/admin/lint.html")]
pub struct AdminLint {
    /// The frame.
    pub shell: Shell,
    /// The findings that the filter lets through.
    pub rows: Vec<LintRow>,
    /// How many there are without a filter.
    pub total: usize,
    /// Files that have any.
    pub files: Vec<String>,
    /// The filter.
    pub filter: LintFilter,
}

/// What to show.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LintFilter {
    /// `error`, `warning`, `info` or empty.
    pub severity: String,
    /// A file or empty.
    pub file: String,
    /// Words in code, subject or text.
    pub words: String,
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LintRow {
    /// How much it matters.
    pub severity: Severity,
    /// Stable code.
    pub code: String,
    /// File, empty when it is not about one.
    pub file: String,
    /// Line in it.
    pub line: Option<u32>,
    /// What it is about.
    pub subject: String,
    /// The text in the reader's language.
    pub text: String,
    /// What we made of it (English, technical).
    pub detail: String,
}

impl LintRow {
    /// A finding in the reader's language.
    pub fn of(finding: &Finding, lang: Lang) -> Self {
        Self {
            severity: finding.severity(),
            code: finding.code.to_owned(),
            file: finding.file.clone(),
            line: finding.line,
            subject: finding.subject.clone(),
            text: finding_text(finding, lang),
            detail: finding.detail.clone(),
        }
    }

    /// What was wrong with an account: its directory stands where others name a file.
    pub fn of_account(finding: &AccountFinding, lang: Lang) -> Self {
        Self {
            severity: Severity::of(&finding.code),
            code: finding.code.clone(),
            file: format!("[source:{}]", finding.source),
            line: None,
            subject: format!("{}: {}", finding.login, finding.subject),
            text: code_text(&finding.code, lang).unwrap_or_default(),
            detail: finding.detail.clone(),
        }
    }

    fn place(&self) -> String {
        match self.line {
            Some(line) => format!("{}:{line}", self.file),
            None => self.file.clone(),
        }
    }

    fn word(&self) -> &'static str {
        match self.severity {
            Severity::Error => "severity-error",
            Severity::Warning => "severity-warning",
            Severity::Info => "severity-info",
        }
    }

    fn tone(&self) -> &'static str {
        match self.severity {
            Severity::Error => "danger",
            Severity::Warning => "warn",
            Severity::Info => "info",
        }
    }
}

/// The text of a finding's code; a code without one shows the finding's own detail.
pub fn finding_text(finding: &Finding, lang: Lang) -> String {
    code_text(finding.code, lang).unwrap_or_else(|| finding.detail.clone())
}

/// The text of a code.
pub(super) fn code_text(code: &str, lang: Lang) -> Option<String> {
    lang.try_t(&code.to_ascii_lowercase())
}

impl AdminLint {
    fn is_severity(&self, name: &str) -> bool {
        self.filter.severity == name
    }

    fn is_file(&self, name: &str) -> bool {
        self.filter.file == name
    }
}
