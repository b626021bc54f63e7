//! The messages that the program can write, and their texts as they are built in (D45).
use super::words::Words;
use crate::web::lang::Lang;
use serde_json::{Map, Value};

/// A message that the program can write.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Template {
    /// Shows an administrator that an account works.
    Test,
    /// Tells administrators that mail does not leave.
    Failed,
    /// Tells a student that there is an answer.
    Justification,
    /// Tells a holder what became of a card.
    Card,
}

/// A value that stands in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Variable {
    /// As texts write it.
    pub name: &'static str,
    /// Key of what it is.
    pub label: &'static str,
    /// What it could say; empty: the preview has the real one.
    pub sample: &'static str,
}

const PRODUCT: Variable = variable("product", "mail-variable-product", "");
const ADDRESS: Variable = variable("address", "mail-variable-address", "");
const ACCOUNT: Variable = variable("account", "mail-variable-account", "Vie scolaire <essai>");
const PROBLEM: Variable = variable("problem", "mail-variable-problem", "auth");
const NAME: Variable = variable("name", "mail-variable-name", "Maëlle <essai>");
const DECISION: Variable = variable("decision", "mail-variable-decision", "accept");
const STATE: Variable = variable("state", "mail-variable-state", "enabled");
const PATH: Variable = variable("path", "mail-variable-path", "/attendance/justify");
const REPLY: Variable = variable("reply", "mail-variable-reply", "535 5.7.8 Authentication failed");

const fn variable(name: &'static str, label: &'static str, sample: &'static str) -> Variable {
    Variable { name, label, sample }
}

macro_rules! words {
    ($folder:literal) => {
        Words {
            subject: include_str!(concat!("templates/", $folder, "/subject.txt")).trim_end().into(),
            text: include_str!(concat!("templates/", $folder, "/body.txt")).into(),
            html: include_str!(concat!("templates/", $folder, "/body.html")).into(),
        }
    };
}

impl Template {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Test, Self::Failed, Self::Justification, Self::Card];

    /// Its stable name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Test => "test",
            Self::Failed => "failed",
            Self::Justification => "justification",
            Self::Card => "card",
        }
    }

    /// The one of this name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|template| template.as_str() == name)
    }

    /// Key of what it says.
    pub fn about(self) -> &'static str {
        match self {
            Self::Test => "mail-about-test",
            Self::Failed => "mail-about-failed",
            Self::Justification => "mail-about-justification",
            Self::Card => "mail-about-card",
        }
    }

    /// The values that it is written with.
    pub fn variables(self) -> &'static [Variable] {
        match self {
            Self::Test => &[PRODUCT, ADDRESS, ACCOUNT],
            Self::Failed => &[PRODUCT, ADDRESS, ACCOUNT, PROBLEM, REPLY],
            Self::Justification => &[PRODUCT, ADDRESS, NAME, DECISION, PATH],
            Self::Card => &[PRODUCT, ADDRESS, NAME, STATE, PATH],
        }
    }

    /// Made-up values, for a look at it.
    pub(super) fn samples(self) -> Value {
        let made_up = self.variables().iter().filter(|one| !one.sample.is_empty());
        let pairs = made_up.map(|one| (one.name.to_owned(), Value::from(one.sample)));
        Value::Object(pairs.collect::<Map<_, _>>())
    }

    /// Its text as it is built in.
    pub fn default_words(self, lang: Lang) -> Words {
        match (self, lang) {
            (Self::Test, Lang::Fr) => words!("test/fr"),
            (Self::Test, Lang::En) => words!("test/en"),
            (Self::Failed, Lang::Fr) => words!("failed/fr"),
            (Self::Failed, Lang::En) => words!("failed/en"),
            (Self::Justification, Lang::Fr) => words!("justification/fr"),
            (Self::Justification, Lang::En) => words!("justification/en"),
            (Self::Card, Lang::Fr) => words!("card/fr"),
            (Self::Card, Lang::En) => words!("card/en"),
        }
    }
}
