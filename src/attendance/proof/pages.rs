//! The pages of controls.
use super::facts::{Facts, Status};
use super::verdict::{Judged, Verdict};

use crate::paper::clean;
use crate::web::lang::Lang;
use crate::web::page::{Shell, Tone};
use askama::Template;
use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use serde_json::{Value, json};

/// What a control came to.
#[derive(Debug, Default, Template)]
#[template(path = "attendance/proof/pages/control.html")]
pub struct Control {
    /// The frame.
    pub shell: Shell,
    /// Key of the verdict.
    pub verdict: &'static str,
    /// How good it is.
    pub tone: &'static str,
    /// When it was taken back.
    pub since: Option<String>,
    /// What is known, by name of the line.
    pub lines: Vec<Detail>,
    /// What was changed by hand, for those who see everything.
    pub corrections: Option<Vec<String>>,
}

/// A line of a control.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Detail {
    /// Key of its name.
    pub label: &'static str,
    /// What it says.
    pub value: String,
}

/// Where a serial number is typed. Asks for `/c?serial=`.
#[derive(Debug, Default, Template)]
#[template(path = "attendance/proof/pages/type_serial.html")]
pub struct TypeSerial {
    /// The frame.
    pub shell: Shell,
}

/// Checks a certificate inside the browser: nothing is sent anywhere. Saved, it works without us.
#[derive(Debug, Default, Template)]
#[template(path = "attendance/proof/pages/verify_here.html")]
pub struct VerifyHere {
    /// The frame.
    pub shell: Shell,
    /// The published keys.
    pub keys: String,
    /// The list of certificates that were taken back.
    pub list: String,
}

impl Verdict {
    /// Word for programs.
    fn word(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Valid => "valid",
            Self::Open => "open",
            Self::Revoked(_) => "revoked",
        }
    }

    fn key(self) -> &'static str {
        match self {
            Self::Unknown => "proof-unknown",
            Self::Valid => "proof-valid",
            Self::Open => "proof-open",
            Self::Revoked(_) => "proof-revoked",
        }
    }

    fn tone(self) -> Tone {
        match self {
            Self::Valid => Tone::Done,
            Self::Open => Tone::Info,
            Self::Revoked(_) | Self::Unknown => Tone::Trouble,
        }
    }
}

impl Judged {
    /// The lines of what may be seen.
    fn lines(&self, lang: Lang, zone: Tz) -> Vec<Detail> {
        let Some(facts) = &self.facts else { return Vec::new() };
        let day = lang.day(facts.starts_at.with_timezone(&zone).date_naive());
        let name = if self.shows_name { facts.student.name() } else { facts.student.initials() };
        let mut lines = vec![
            ("proof-establishment", facts.establishment.name.clone()),
            ("proof-student", name),
            ("proof-date", day),
            ("proof-subject", subject(facts)),
        ];
        if self.shows_all {
            lines.extend(all(facts, lang, zone));
        }
        lines
            .into_iter()
            .map(|(label, value)| Detail { label, value: clean(&value) })
            .filter(|line| !line.value.is_empty())
            .collect()
    }

    /// The same for programs.
    pub(super) fn told(&self, zone: Tz) -> Value {
        let mut told = json!({ "verdict": self.verdict.word() });
        if let Verdict::Revoked(at) = self.verdict {
            told["revoked_at"] = json!(at);
        }
        if let Some(facts) = &self.facts {
            let name =
                if self.shows_name { facts.student.name() } else { facts.student.initials() };
            told["establishment"] = json!(clean(&facts.establishment.name));
            told["student"] = json!(clean(&name));
            told["date"] =
                json!(facts.starts_at.with_timezone(&zone).date_naive().format("%F").to_string());
            told["subject"] = json!(clean(&facts.subject));
            told["type"] = json!(clean(&facts.kind));
        }
        told
    }
}

fn subject(facts: &Facts) -> String {
    let words = [&facts.subject, &facts.kind].map(String::as_str);
    words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" — ")
}

/// What only those in charge and the student see.
fn all(facts: &Facts, lang: Lang, zone: Tz) -> Vec<(&'static str, String)> {
    let hour = |time: DateTime<Utc>| time.with_timezone(&zone).format("%H:%M").to_string();
    let status = match facts.status {
        Status::Present => lang.t("proof-in-time"),
        Status::Late(minutes) => lang.t_with("proof-late-by", &[("minutes", &minutes)]),
    };
    let marked = [hour(facts.marked_at), status, lang.t(facts.channel.label())].join(" — ");
    vec![
        ("proof-number", facts.student.number.clone()),
        ("proof-group", facts.group.clone()),
        ("proof-hours", format!("{}–{}", hour(facts.starts_at), hour(facts.ends_at))),
        ("proof-marked", marked),
        ("proof-teacher", facts.teacher.clone()),
    ]
}

impl Control {
    pub(super) fn of(shell: Shell, judged: &Judged, zone: Tz) -> Self {
        let lang = shell.lang;
        let moment = |time: DateTime<Utc>| lang.moment(time.with_timezone(&zone).naive_local());
        let since = match judged.verdict {
            Verdict::Revoked(at) => Some(moment(at)),
            _ => None,
        };
        let known = judged.facts.as_ref().filter(|_| judged.shows_all);
        let corrections = known.map(|facts| {
            let told = facts.corrections.iter();
            told.map(|it| format!("{} : {}", moment(it.at), clean(&it.what))).collect()
        });
        Self {
            verdict: judged.verdict.key(),
            tone: judged.verdict.tone().class(),
            since,
            lines: judged.lines(lang, zone),
            corrections,
            shell,
        }
    }
}
