//! Texts in force: those of administrators, else those that are built in.
use super::post::Mailer;
use super::store::{self, WordingRow};
use super::template::Template;
use super::words::{Fault, Words, WordsError, Written};
use crate::audit::Trace;
use crate::db::{Tx, is_duplicate};
use crate::identity::SignedIn;
use crate::web::lang::Lang;
use serde_json::{Value, json};

/// Why a text is not kept.
#[derive(Debug, thiserror::Error)]
pub(super) enum NotTaken {
    #[error("it cannot be used")]
    Faults(Vec<Fault>),
    #[error("somebody else was faster")]
    Stale,
    #[error("the database does not answer")]
    Database(#[from] sqlx::Error),
}

/// What administrators wrote of a message, with the number of its version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnWords {
    pub(super) number: i64,
    pub(super) words: Words,
}

impl WordingRow {
    /// What was written; `None`: that the default is in force again.
    pub(super) fn words(&self) -> Option<Words> {
        let (subject, text, html) = (self.subject.clone()?, self.text.clone()?, self.html.clone()?);
        Some(Words { subject, text, html })
    }
}

/// What administrators wrote of a message, if that is in force.
pub(super) async fn own_words(
    tx: &mut Tx,
    template: Template,
    lang: Lang,
) -> sqlx::Result<Option<OwnWords>> {
    let rows = store::wordings(tx, template.as_str(), lang.code()).await?;
    let own = |row: &WordingRow| Some(OwnWords { number: row.number, words: row.words()? });
    Ok(rows.first().and_then(own))
}

impl Mailer {
    /// Words of administrators for what is printed instead of sent, if there are any.
    pub async fn own_words(
        &self,
        tx: &mut Tx,
        (template, lang): (Template, Lang),
    ) -> sqlx::Result<Option<OwnWords>> {
        own_words(tx, template, lang).await
    }

    /// Write a message out, in the words of administrators if there are any; and which version of
    /// them that is, or 0. If they turn out to be unusable, the default is sent instead: what is told
    /// matters more than how.
    pub fn write(
        &self,
        (template, lang): (Template, Lang),
        own: Option<&OwnWords>,
        values: &Value,
    ) -> Result<(Written, i64), WordsError> {
        let values = self.with_ours(values);
        if let Some(own) = own {
            let faults = own.words.faults(template.parts(), &values);
            let Some(fault) = faults.into_iter().next() else {
                return Ok((own.words.write(&values)?, own.number));
            };
            tracing::error!(
                fault = ?fault, template = template.as_str(), lang = lang.code(),
                "the text of a message cannot be used, the default is"
            );
        }
        Ok((template.default_words(lang).write(&values)?, 0))
    }

    /// Made-up values of a message with those that all messages have.
    pub(super) fn samples(&self, template: Template) -> Value {
        self.with_ours(&template.samples())
    }

    /// Keep what an administrator wrote, or (`None`) that the default is in force again. `seen` is the
    /// number of the version that they began from.
    pub(super) async fn keep_words(
        &self,
        tx: &mut Tx,
        (template, lang, seen): (Template, Lang, i64),
        words: Option<&Words>,
        (who, trace): (&SignedIn, &Trace),
    ) -> Result<(), NotTaken> {
        if let Some(words) = words {
            let faults = words.faults(template.parts(), &self.samples(template));
            if !faults.is_empty() {
                return Err(NotTaken::Faults(faults));
            }
        }
        let rows = store::wordings(tx, template.as_str(), lang.code()).await?;
        let last = rows.first().map_or(0, |row| row.number);
        if seen != last {
            return Err(NotTaken::Stale);
        }
        let now = self.post.clock.now();
        let row = WordingRow {
            template: template.as_str().to_owned(),
            lang: lang.code().to_owned(),
            number: last + 1,
            subject: words.map(|words| words.subject.clone()),
            text: words.map(|words| words.text.clone()),
            html: words.map(|words| words.html.clone()),
            person: Some(who.id()),
            changed_at: now,
        };
        match store::add_wording(tx, &row).await {
            Err(error) if is_duplicate(&error) => return Err(NotTaken::Stale),
            done => done?,
        }
        let reason = if words.is_some() { "changed" } else { "default" };
        let event = who.event("mail.wording_changed").reason(reason);
        let event = event.field("template", &row.template).field("lang", &row.lang);
        event.field("number", row.number).record(tx, trace, now).await?;
        Ok(())
    }

    /// Texts of administrators that are in force and cannot be used, as `template.lang`.
    pub async fn damaged_words(&self, tx: &mut Tx) -> sqlx::Result<Vec<String>> {
        let rows = store::wordings_in_force(tx).await?;
        let is_damaged = |row: &WordingRow| {
            let (Some(template), Some(words)) = (Template::parse(&row.template), row.words())
            else {
                return false;
            };
            !words.faults(template.parts(), &self.samples(template)).is_empty()
        };
        let damaged = rows.iter().filter(|row| is_damaged(row));
        Ok(damaged.map(|row| format!("{}.{}", row.template, row.lang)).collect())
    }

    fn with_ours(&self, values: &Value) -> Value {
        let mut all = json!({ "product": self.product, "address": self.address });
        if let (Value::Object(all), Value::Object(values)) = (&mut all, values) {
            all.extend(values.clone());
        }
        all
    }
}
