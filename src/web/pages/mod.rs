//! The frame of all pages, the parts they are made of, and the page for everything that failed.
use super::page::Shell;
use askama::Template;

pub mod parts;

/// What happened, what is safe, what to do next.
///
/// Texts come from `messages/*/errors.ftl` under the code (`E-NO-PORTAL` → `e-no-portal`); a code
/// without texts speaks as `E-INTERNAL`, so that nothing of the inside is ever shown.
#[derive(Debug, Template)]
#[template(path = "web/pages/error.html")]
pub struct ErrorPage {
    /// The frame.
    pub shell: Shell,
    /// Stable code such as `E-NO-PORTAL`.
    pub code: String,
    /// What support finds in the log and the audit trail.
    pub reference: String,
    /// What it is about, such as school codes; never what somebody typed.
    pub subject: Option<String>,
    /// What the person may do instead.
    pub action: Option<Link>,
}

/// Words that lead somewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// What it says: a verb and its object.
    pub label: String,
    /// Where it goes.
    pub address: String,
}

impl Link {
    /// A link to `address`.
    pub fn new(label: impl Into<String>, address: impl Into<String>) -> Self {
        Self { label: label.into(), address: address.into() }
    }
}

impl ErrorPage {
    /// The page for a code.
    pub fn new(shell: Shell, code: &str, reference: impl Into<String>) -> Self {
        Self {
            shell,
            code: code.to_owned(),
            reference: reference.into(),
            subject: None,
            action: None,
        }
    }

    /// The same page with what it is about.
    #[must_use]
    pub fn about(self, subject: &str) -> Self {
        Self { subject: Some(subject.to_owned()), ..self }
    }

    /// The same page with something to do instead.
    #[must_use]
    pub fn action(self, link: Link) -> Self {
        Self { action: Some(link), ..self }
    }

    fn title(&self) -> String {
        self.shell.t(&self.key(""))
    }

    fn part(&self, part: &str) -> Option<String> {
        self.shell.lang.try_t(&self.key(part))
    }

    fn key(&self, part: &str) -> String {
        let key = self.code.to_ascii_lowercase();
        let known = key.starts_with("e-") && self.shell.lang.try_t(&key).is_some();
        format!("{}{part}", if known { &key } else { "e-internal" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::lang::Lang;

    #[test]
    fn an_error_says_what_happened_and_what_to_do_next() {
        let html = ErrorPage::new(Shell::default(), "E-NO-SP", "7F3K-22QD").render().unwrap();

        for part in ["Le portail de cet établissement", "Réessayez", "7F3K-22QD", "E-NO-SP"] {
            assert!(html.contains(part), "{part} in {html}");
        }
    }

    #[test]
    fn an_unknown_code_tells_nothing_of_the_inside() {
        let shell = Shell { lang: Lang::En, ..Shell::default() };

        let page = ErrorPage::new(shell, "W-INI-LINE", "1");

        assert_eq!(page.title(), "Something went wrong on our side");
    }

    #[test]
    fn what_comes_from_outside_is_escaped() {
        let shell = Shell { here: "/x?\"><script>".to_owned(), ..Shell::default() };
        let html = ErrorPage::new(shell, "E-NOT-FOUND", "<b>").render().unwrap();

        assert!(!html.contains("<script>") && !html.contains("<b>"), "{html}");
    }
}
