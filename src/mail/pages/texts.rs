//! Texts of messages as administrators see them.
use crate::mail::template::{Template, Variable};
use crate::mail::trying::Handover;
use crate::mail::words::{Fault, Part, Why, Words, Written};
use crate::web::lang::Lang;
use crate::web::page::{Banner, Shell, Tone};
use actix_web::http::StatusCode;

/// All texts.
#[derive(Debug, Default, askama::Template)]
#[template(path = "mail/pages/texts.html")]
pub struct TextsPage {
    /// The frame.
    pub shell: Shell,
    /// One a message and language.
    pub rows: Vec<TextRow>,
}

/// One text in the list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TextRow {
    /// Which message.
    pub template: Template,
    /// In which language.
    pub lang: Lang,
    /// Who wrote it; `None`: the default is in force.
    pub last: Option<Version>,
    /// It cannot be used: the default is sent.
    pub is_damaged: bool,
}

/// One version of a text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Version {
    /// From 1.
    pub number: i64,
    /// When, as people say it.
    pub at: String,
    /// Who; empty: nobody whom we still know.
    pub by: String,
    /// The default was taken again.
    pub is_default: bool,
}

/// One text: to read, to change, to try out.
#[derive(Debug, Default, askama::Template)]
#[template(path = "mail/pages/text.html")]
pub struct TextPage {
    /// The frame.
    pub shell: Shell,
    /// Which message, in which language.
    pub name: Option<(Template, Lang)>,
    /// What stands in the form.
    pub words: Words,
    /// What is wrong with it.
    pub faults: Vec<Fault>,
    /// The same with made-up values, when nothing is wrong.
    pub written: Option<Written>,
    /// The version that the form began from.
    pub seen: i64,
    /// Whether an administrator's text is in force.
    pub is_own: bool,
    /// The newest first.
    pub versions: Vec<Version>,
    /// Somebody else saved meanwhile.
    pub is_stale: bool,
    /// There is no account, or no address of one's own.
    pub nowhere: bool,
    /// To whom it was sent, and what became of that.
    pub tried: Option<(String, Handover)>,
}

impl TextRow {
    fn address(&self) -> String {
        format!("/admin/mail/templates/{}/{}", self.template.as_str(), self.lang.code())
    }
}

impl TextPage {
    /// Of an answer that shows it.
    pub(in crate::mail) fn status(&self) -> StatusCode {
        if self.faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY }
    }

    fn action(&self) -> String {
        let (template, lang) = self.name.unwrap_or((Template::Test, Lang::Fr));
        format!("/admin/mail/templates/{}/{}", template.as_str(), lang.code())
    }

    fn title(&self) -> String {
        let Some((template, lang)) = self.name else { return String::new() };
        format!("{} ({})", self.shell.t(template.about()), lang.t("language-name"))
    }

    /// Printed, not sent.
    fn is_paper(&self) -> bool {
        self.name.is_some_and(|(template, _)| !template.parts().contains(&Part::Html))
    }

    fn variables(&self) -> &'static [Variable] {
        self.name.map_or(&[], |(template, _)| template.variables())
    }

    /// A variable as texts write it.
    fn written_as(variable: &Variable) -> String {
        format!("{{{{ {} }}}}", variable.name)
    }

    fn banners(&self) -> Vec<Banner> {
        let say = |tone, key| Banner::new(tone, self.shell.t(key));
        let mut all = Vec::new();
        if self.is_stale {
            all.push(say(Tone::Warning, "mail-text-stale"));
        }
        if !self.faults.is_empty() {
            all.push(say(Tone::Trouble, "mail-text-refused"));
        }
        if self.nowhere {
            all.push(say(Tone::Trouble, "mail-text-nowhere"));
        }
        if let Some((to, tried)) = &self.tried {
            all.push(match &tried.error {
                None => {
                    let said = self.shell.t_with("mail-text-sent", &[("to", &to.as_str() as _)]);
                    Banner::new(Tone::Done, said)
                }
                Some(error) => Banner::new(Tone::Trouble, error.text.clone()),
            });
        }
        all
    }

    /// What is wrong with a part, in words; empty when nothing is.
    fn mistake(&self, part: &str) -> String {
        let found = self.faults.iter().find(|fault| fault.part.as_str() == part);
        found.map(|fault| self.said(fault)).unwrap_or_default()
    }

    fn said(&self, fault: &Fault) -> String {
        let t =
            |key, name: &'static str, value: &str| self.shell.t_with(key, &[(name, &value as _)]);
        let why = match &fault.why {
            Why::Empty => self.shell.t("mail-fault-empty"),
            Why::Long => self.shell.t("mail-fault-long"),
            Why::Control => self.shell.t("mail-fault-control"),
            Why::Statement(word) => t("mail-fault-statement", "word", word),
            Why::Syntax(detail) => t("mail-fault-syntax", "detail", detail),
            Why::Unknown(name) => t("mail-fault-unknown", "name", name),
        };
        match fault.line.filter(|_| fault.part != Part::Subject) {
            Some(line) => self
                .shell
                .t_with("mail-fault-line", &[("line", &line as _), ("why", &why.as_str() as _)]),
            None => why,
        }
    }
}
