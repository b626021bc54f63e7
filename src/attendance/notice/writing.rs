//! One letter on paper, written out.
use super::letters::Asked;
use super::reaching::{Reached, reached};
use super::store::{self, LetterAbsence};
use crate::attendance::desk::Desk;
use crate::attendance::facts::student_of;
use crate::attendance::proof::{Establishment, PaperLetter};
use crate::attendance::record::Status;
use crate::attendance::seance::Times;
use crate::attendance::shown::title;
use crate::attendance::store::{Within, programme_names};
use crate::db::Tx;
use crate::identity::{Attributes, PersonId, Rne};
use crate::mail::{Mailer, Template};
use crate::web::lang::Lang;
use crate::web::{self, Error};
use chrono::{DateTime, Utc};
use serde_json::json;
use std::collections::BTreeMap;

/// Lines of an address at most.
const LINES: usize = 6;

/// A letter to one student.
pub(super) struct Written {
    pub(super) student: PersonId,
    pub(super) rne: Rne,
    pub(super) paper: PaperLetter,
    /// Version of its text; 0: as it is built in.
    pub(super) wording: i64,
    pub(super) has_address: bool,
    postal_code: String,
    sort_name: String,
}

impl Written {
    /// By postal code; without one behind, by name.
    pub(super) fn order(&self) -> (bool, &str, &str) {
        (self.postal_code.is_empty(), &self.postal_code, &self.sort_name)
    }
}

/// Write to a student, a letter of each school where they were absent.
pub(super) async fn write(
    tx: &mut Tx,
    (desk, mailer): (&Desk, &Mailer),
    (asked, within, now): (&Asked, &Within, DateTime<Utc>),
    student: PersonId,
) -> web::Result<Vec<Written>> {
    let span = asked.span(desk);
    let Some(to) = reached(tx, student).await? else { return Ok(Vec::new()) };
    let mut schools: BTreeMap<Rne, Vec<LetterAbsence>> = BTreeMap::new();
    for absence in store::letter_absences(tx, (within, asked.programme()), student, span).await? {
        schools.entry(absence.rne.clone()).or_default().push(absence);
    }
    schools.retain(|rne, _| asked.is_about(rne));
    let mut written = Vec::new();
    for (rne, absences) in schools {
        written.push(write_one(tx, (desk, mailer), (asked, now), (&to, rne, &absences)).await?);
    }
    Ok(written)
}

/// One letter of one school.
async fn write_one(
    tx: &mut Tx,
    (desk, mailer): (&Desk, &Mailer),
    (asked, now): (&Asked, DateTime<Utc>),
    (to, rne, absences): (&Reached, Rne, &[LetterAbsence]),
) -> web::Result<Written> {
    let (lang, student) = (asked.lang, to.person);
    let known = student_of(&to.attributes, &to.name);
    let name = (desk.schools)(&rne).unwrap_or_else(|| rne.to_string());
    let programmes = programme_names(tx, student, asked.until, Some(&rne)).await?.join(", ");
    let minutes = |is_meant: fn(&LetterAbsence) -> bool| {
        length(absences.iter().filter(|it| is_meant(it)).map(minutes).sum(), lang)
    };
    let values = json!({
        "name": to.name, "number": known.number, "programme": programmes, "school": name,
        "today": lang.day(desk.day(now)), "since": lang.day(asked.since),
        "until": lang.day(asked.until), "absent": minutes(|_| true),
        "unexcused": minutes(|it| it.status != Status::Excused),
        "absences": absences.iter().map(|it| said(desk, it, lang)).collect::<Vec<_>>(),
    });
    let own = mailer.own_words(tx, (Template::Letter, lang)).await?;
    let (text, wording) =
        mailer.write((Template::Letter, lang), own.as_ref(), &values).map_err(Error::internal)?;
    let names = &desk.rules.addresses;
    let address = postal(&to.attributes, &names.postal);
    let has_address = !address.is_empty();
    let paper = PaperLetter {
        establishment: Establishment { name, uai: rne.to_string(), ..Establishment::default() },
        to: [to.name.clone()].into_iter().chain(address).collect(),
        date: lang.day(desk.day(now)),
        subject: text.subject,
        text: text.text,
    };
    Ok(Written {
        student,
        rne,
        paper,
        wording,
        has_address,
        postal_code: value(&to.attributes, &names.postal_code).unwrap_or_default().to_owned(),
        sort_name: crate::identity::person::fold(&to.name),
    })
}

fn minutes(of: &LetterAbsence) -> i64 {
    Times { starts_at: of.starts_at, ends_at: of.ends_at }.minutes()
}

fn length(minutes: i64, lang: Lang) -> String {
    let rest = format!("{:02}", minutes % 60);
    lang.t_with("proof-length", &[("hours", &(minutes / 60).unsigned_abs()), ("minutes", &rest)])
}

/// One absence; that it is excused, never why.
fn said(desk: &Desk, of: &LetterAbsence, lang: Lang) -> String {
    let at = lang.moment(of.starts_at.with_timezone(&desk.zone).naive_local());
    let what = title(&of.kind, &of.subject_name);
    let length = length(minutes(of), lang);
    let is_excused = of.status == Status::Excused;
    let key = if is_excused { "letter-absence-excused" } else { "letter-absence" };
    lang.t_with(key, &[("at", &at), ("title", &what), ("length", &length)])
}

/// The first value in any of these attributes.
fn value<'a>(accounts: &'a [Attributes], names: &[String]) -> Option<&'a str> {
    names.iter().find_map(|name| accounts.iter().find_map(|account| account.first(name)))
}

/// Lines of an address (RFC 4517, 3.3.28): parted by `$`.
fn postal(accounts: &[Attributes], names: &[String]) -> Vec<String> {
    let text = value(accounts, names).unwrap_or_default();
    let lines = text.split(['$', '\n']).map(str::trim).filter(|line| !line.is_empty());
    let read = |line: &str| line.replace("\\24", "$").replace("\\5C", "\\").replace("\\5c", "\\");
    lines.map(read).take(LINES).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_line_by_line() {
        let account: Attributes =
            [("postalAddress", "12 rue des Tilleuls $ 06000 Nice$$\\241")].into_iter().collect();
        let names = ["homePostalAddress".to_owned(), "postalAddress".to_owned()];
        assert_eq!(postal(&[account], &names), ["12 rue des Tilleuls", "06000 Nice", "$1"]);
        assert_eq!(postal(&[], &names), Vec::<String>::new());
    }
}
