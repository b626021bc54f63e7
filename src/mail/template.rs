//! Texts of messages: `minijinja` over files that are built in (D45).
use crate::web::lang::Lang;
use minijinja::{AutoEscape, Environment, UndefinedBehavior, Value};

/// Steps that a text may take to be written.
const FUEL: u64 = 100_000;

/// A message that the program can write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Template {
    /// Shows an administrator that an account works. Takes `account`.
    Test,
    /// Tells administrators that mail does not leave. Takes `account`, `problem`, `reply`.
    Failed,
    /// Tells a student that there is an answer. Takes `name`, `decision` (a word), `path`.
    Justification,
}

/// A message in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// One line.
    pub subject: String,
    /// Plain text.
    pub text: String,
    /// The same as HTML.
    pub html: String,
}

/// Why a message could not be written.
#[derive(Debug, thiserror::Error)]
pub(super) enum TemplateError {
    #[error("the text cannot be written")]
    Text(#[from] minijinja::Error),
    #[error("the subject has several lines")]
    Subject,
}

struct Source {
    subject: &'static str,
    text: &'static str,
    html: &'static str,
}

macro_rules! source {
    ($folder:literal) => {
        Source {
            subject: include_str!(concat!("templates/", $folder, "/subject.txt")),
            text: include_str!(concat!("templates/", $folder, "/body.txt")),
            html: include_str!(concat!("templates/", $folder, "/body.html")),
        }
    };
}

impl Template {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Test, Self::Failed, Self::Justification];

    /// Its stable name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Test => "test",
            Self::Failed => "failed",
            Self::Justification => "justification",
        }
    }

    /// The one of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|template| template.as_str() == name)
    }

    fn source(self, lang: Lang) -> Source {
        match (self, lang) {
            (Self::Test, Lang::Fr) => source!("test/fr"),
            (Self::Test, Lang::En) => source!("test/en"),
            (Self::Failed, Lang::Fr) => source!("failed/fr"),
            (Self::Failed, Lang::En) => source!("failed/en"),
            (Self::Justification, Lang::Fr) => source!("justification/fr"),
            (Self::Justification, Lang::En) => source!("justification/en"),
        }
    }

    /// Write it with these values, in this language. A value that is missing is an error.
    pub(super) fn write(
        self,
        lang: Lang,
        values: &serde_json::Value,
    ) -> Result<Written, TemplateError> {
        let source = self.source(lang);
        let mut engine = Environment::empty();
        engine.set_undefined_behavior(UndefinedBehavior::Strict);
        engine.set_fuel(Some(FUEL));
        engine.set_auto_escape_callback(|name| {
            if name == "html" { AutoEscape::Html } else { AutoEscape::None }
        });
        let values = Value::from_serialize(values);
        let write = |name, text| engine.render_named_str(name, text, &values);
        let subject = write("subject", source.subject.trim_end())?;
        if subject.contains(char::is_control) {
            return Err(TemplateError::Subject);
        }
        let (text, html) = (write("text", source.text)?, write("html", source.html)?);
        Ok(Written { subject, text, html })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn every_message_is_written_in_both_languages_and_escapes_html() {
        let values = json!({
            "account": "<b>Vie scolaire</b>", "problem": "auth", "reply": "535 <no>",
            "product": "Aiguillage", "address": "https://portail.example",
            "name": "<b>Vie scolaire</b>", "decision": "accept", "path": "/x",
        });
        for template in Template::ALL {
            let [french, english] =
                [Lang::Fr, Lang::En].map(|lang| template.write(lang, &values).expect("written"));
            assert_ne!(french, english);
            for written in [french, english] {
                assert!(written.text.contains("<b>Vie scolaire</b>"), "{}", written.text);
                assert!(!written.html.contains("<b>Vie"), "{}", written.html);
                assert!(written.html.contains("&lt;b&gt;Vie"), "{}", written.html);
            }
        }
    }

    #[test]
    fn a_value_that_is_missing_or_breaks_the_line_is_refused() {
        assert!(Template::Test.write(Lang::Fr, &json!({})).is_err());
        let broken = json!({
            "account": "x\r\nBcc: y@z.fr", "problem": "", "reply": "", "product": "A", "address": "",
        });
        let failed = Template::Failed.write(Lang::Fr, &broken);
        assert!(matches!(failed, Err(TemplateError::Subject)), "{failed:?}");
    }
}
