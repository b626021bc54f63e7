//! The messages that the program can write, and their texts as they are built in (D45).
use super::words::{Part, Words};
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
    /// Tells a holder that a card ends soon.
    CardExpires,
    /// Tells who sees to it what services refuse.
    CardServices,
    /// Tells who keeps the accounts of a payment.
    CardPayment,
    /// Reminds a teacher of a roll that is not open.
    Reminder,
    /// Tells who looks after rolls which of them nobody called.
    Uncalled,
    /// Tells a student that an alert names them.
    Alert,
    /// Tells others whom it names.
    AlertOthers,
    /// A letter on paper to a student: it has no HTML and is never sent.
    Letter,
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
    /// Several values: one a line of the sample.
    pub is_list: bool,
}

const PRODUCT: Variable = variable("product", "mail-variable-product", "");
const ADDRESS: Variable = variable("address", "mail-variable-address", "");
const ACCOUNT: Variable = variable("account", "mail-variable-account", "Vie scolaire <essai>");
const PROBLEM: Variable = variable("problem", "mail-variable-problem", "auth");
const NAME: Variable = variable("name", "mail-variable-name", "Maëlle <essai>");
const DECISION: Variable = variable("decision", "mail-variable-decision", "accept");
const STATE: Variable = variable("state", "mail-variable-state", "enabled");
const PATH: Variable = variable("path", "mail-variable-path", "/attendance/justify");
const TITLE: Variable = variable("title", "mail-variable-title", "TD – Sécurité des SI");
const HOURS: Variable = variable("hours", "mail-variable-hours", "08:00 – 10:00");
const ROOM: Variable = variable("room", "mail-variable-room", "B-214");
const SESSIONS: Variable = list(
    "sessions",
    "mail-variable-sessions",
    "lundi 23 novembre, 8 h 00 : TD – Sécurité des SI\nlundi 23 novembre, 13 h 30 : CM – Réseaux",
);
const RULE: Variable = variable("rule", "mail-variable-rule", "Demi-journées sans motif");
const VALUE: Variable = variable("value", "mail-variable-value", "4 demi-journées");
const DAYS: Variable = variable("days", "mail-variable-days", "novembre 2026");
const STUDENTS: Variable = list(
    "students",
    "mail-variable-students",
    "Maëlle <essai> : 4 demi-journées\nTom <essai> : 5 demi-journées",
);
const NUMBER: Variable = variable("number", "mail-variable-number", "22400017");
const PROGRAMME: Variable = variable("programme", "mail-variable-programme", "Master 1 MIAGE");
const SCHOOL: Variable = variable("school", "mail-variable-school", "Université d’Exemple");
const TODAY: Variable = variable("today", "mail-variable-today", "1er décembre 2026");
const SINCE: Variable = variable("since", "mail-variable-since", "1er novembre 2026");
const UNTIL: Variable = variable("until", "mail-variable-until", "30 novembre 2026");
const ABSENT: Variable = variable("absent", "mail-variable-absent", "6 h 00");
const UNEXCUSED: Variable = variable("unexcused", "mail-variable-unexcused", "4 h 00");
const ABSENCES: Variable = list(
    "absences",
    "mail-variable-absences",
    "lundi 23 novembre, 8 h 00 : TD – Sécurité des SI (2 h 00)\nlundi 23 novembre, 13 h 30 : CM – Réseaux (2 h 00)",
);
const REFUSALS: Variable = list(
    "refusals",
    "mail-variable-refusals",
    "CROUS / IZLY · -11 (3)\nCROUS / IZLY · Porteur sans adresse électronique. (2)",
);
const OUTCOME: Variable = variable("outcome", "mail-variable-outcome", "paid");
const REFERENCE: Variable = variable("reference", "mail-variable-reference", "CARD-<essai>");
const AMOUNT: Variable = variable("amount", "mail-variable-amount", "10,00 €");
const REPLY: Variable = variable("reply", "mail-variable-reply", "535 5.7.8 Authentication failed");

const fn variable(name: &'static str, label: &'static str, sample: &'static str) -> Variable {
    Variable { name, label, sample, is_list: false }
}

const fn list(name: &'static str, label: &'static str, sample: &'static str) -> Variable {
    Variable { name, label, sample, is_list: true }
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

macro_rules! paper {
    ($folder:literal) => {
        Words {
            subject: include_str!(concat!("templates/", $folder, "/subject.txt")).trim_end().into(),
            text: include_str!(concat!("templates/", $folder, "/body.txt")).into(),
            html: String::new(),
        }
    };
}

impl Template {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::Test,
        Self::Failed,
        Self::Justification,
        Self::Card,
        Self::CardExpires,
        Self::CardServices,
        Self::CardPayment,
        Self::Reminder,
        Self::Uncalled,
        Self::Alert,
        Self::AlertOthers,
        Self::Letter,
    ];

    /// Its stable name.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Test => "test",
            Self::Failed => "failed",
            Self::Justification => "justification",
            Self::Card => "card",
            Self::CardExpires => "card_expires",
            Self::CardServices => "card_services",
            Self::CardPayment => "card_payment",
            Self::Reminder => "reminder",
            Self::Uncalled => "uncalled",
            Self::Alert => "alert",
            Self::AlertOthers => "alert_others",
            Self::Letter => "letter",
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
            Self::CardExpires => "mail-about-card-expires",
            Self::CardServices => "mail-about-card-services",
            Self::CardPayment => "mail-about-card-payment",
            Self::Reminder => "mail-about-reminder",
            Self::Uncalled => "mail-about-uncalled",
            Self::Alert => "mail-about-alert",
            Self::AlertOthers => "mail-about-alert-others",
            Self::Letter => "mail-about-letter",
        }
    }

    /// Of what it is made.
    pub fn parts(self) -> &'static [Part] {
        match self {
            Self::Letter => &[Part::Subject, Part::Text],
            _ => &Part::ALL,
        }
    }

    /// The values that it is written with.
    pub fn variables(self) -> &'static [Variable] {
        match self {
            Self::Test => &[PRODUCT, ADDRESS, ACCOUNT],
            Self::Failed => &[PRODUCT, ADDRESS, ACCOUNT, PROBLEM, REPLY],
            Self::Justification => &[PRODUCT, ADDRESS, NAME, DECISION, PATH],
            Self::Card => &[PRODUCT, ADDRESS, NAME, STATE, PATH],
            Self::CardExpires => &[PRODUCT, ADDRESS, NAME, UNTIL, PATH],
            Self::CardServices => &[PRODUCT, ADDRESS, REFUSALS, PATH],
            Self::CardPayment => &[PRODUCT, ADDRESS, OUTCOME, REFERENCE, AMOUNT, PATH],
            Self::Reminder => &[PRODUCT, ADDRESS, NAME, TITLE, HOURS, ROOM, PATH],
            Self::Uncalled => &[PRODUCT, ADDRESS, NAME, SESSIONS, PATH],
            Self::Alert => &[PRODUCT, ADDRESS, NAME, RULE, VALUE, DAYS, PATH],
            Self::AlertOthers => &[PRODUCT, ADDRESS, RULE, STUDENTS, PATH],
            Self::Letter => {
                &[NAME, NUMBER, PROGRAMME, SCHOOL, TODAY, SINCE, UNTIL, ABSENT, UNEXCUSED, ABSENCES]
            }
        }
    }

    /// Made-up values, for a look at it.
    pub(super) fn samples(self) -> Value {
        let made_up = self.variables().iter().filter(|one| !one.sample.is_empty());
        let value = |one: &Variable| {
            if one.is_list { one.sample.lines().collect() } else { Value::from(one.sample) }
        };
        let pairs = made_up.map(|one| (one.name.to_owned(), value(one)));
        Value::Object(pairs.collect::<Map<_, _>>())
    }

    /// Its text as it is built in.
    pub fn default_words(self, lang: Lang) -> Words {
        match (self, lang) {
            (Self::Test, Lang::Fr) => words!("test/fr"),
            (Self::Test, Lang::En) => words!("test/en"),
            (Self::Failed, Lang::Fr) => words!("failed/fr"),
            (Self::Failed, Lang::En) => words!("failed/en"),
            (Self::Reminder, Lang::Fr) => words!("reminder/fr"),
            (Self::Reminder, Lang::En) => words!("reminder/en"),
            (Self::Uncalled, Lang::Fr) => words!("uncalled/fr"),
            (Self::Uncalled, Lang::En) => words!("uncalled/en"),
            (Self::Alert, Lang::Fr) => words!("alert/fr"),
            (Self::Alert, Lang::En) => words!("alert/en"),
            (Self::AlertOthers, Lang::Fr) => words!("alert_others/fr"),
            (Self::AlertOthers, Lang::En) => words!("alert_others/en"),
            (Self::Letter, Lang::Fr) => paper!("letter/fr"),
            (Self::Letter, Lang::En) => paper!("letter/en"),
            (Self::Justification, Lang::Fr) => words!("justification/fr"),
            (Self::Justification, Lang::En) => words!("justification/en"),
            (Self::Card, Lang::Fr) => words!("card/fr"),
            (Self::Card, Lang::En) => words!("card/en"),
            (Self::CardExpires, Lang::Fr) => words!("card_expires/fr"),
            (Self::CardExpires, Lang::En) => words!("card_expires/en"),
            (Self::CardServices, Lang::Fr) => words!("card_services/fr"),
            (Self::CardServices, Lang::En) => words!("card_services/en"),
            (Self::CardPayment, Lang::Fr) => words!("card_payment/fr"),
            (Self::CardPayment, Lang::En) => words!("card_payment/en"),
        }
    }
}
