//! The certificate of presence as a document: one sheet for people, with the signed statement
//! attached for programs.
use super::error::ProofError;
use super::facts::{Facts, Standing, Status};
use super::payload::Payload;
use super::pdf::finishing::About;
use super::pdf::{COLUMN, MARGIN, Sheets, Style};
use super::words::{day, hour, hours, length, status};
use super::{qr, store::CertificateRow, store::SealedToken};
use crate::paper::{self, clean};
use crate::web::lang::{Argument, Lang};

/// Side of the QR code without its quiet zone: 40 mm.
const SIDE: f32 = 113.39;
/// Room for names in the table.
const NAMES: f32 = 120.0;

/// Everything on the sheet.
pub struct Certificate {
    pub(super) facts: Facts,
    pub(super) payload: Payload,
    pub(super) row: CertificateRow,
    pub(super) token: SealedToken,
    pub(super) lang: Lang,
}

impl Certificate {
    /// What the file is called.
    pub fn file_name(&self) -> String {
        format!("{}.pdf", self.row.serial)
    }

    /// The file: PDF/A-3b, tagged, the statement attached as `certificat.jws`. Takes some ten
    /// milliseconds: [`Prover::document`](super::Prover::document) does it beside the threads that
    /// serve.
    pub fn pdf(&self) -> Result<Vec<u8>, ProofError> {
        let mut sheets = Sheets::new();
        self.head(&mut sheets);
        sheets.table(&self.rows(), NAMES);
        self.statement(&mut sheets);
        self.control(&mut sheets)?;
        self.small_print(&mut sheets);
        sheets.finish(About {
            title: self.with("proof-document-title", &[("serial", &self.row.serial)]),
            author: &self.facts.establishment.name,
            language: if self.lang == Lang::Fr { "fr-FR" } else { "en-GB" },
            made_at: self.row.issued_at,
            id: self.row.id.to_string(),
            attached: Some(("certificat.jws", self.row.jws.clone(), self.t("proof-attached"))),
        })
    }

    fn t(&self, key: &str) -> String {
        self.lang.t(key)
    }

    fn with(&self, key: &str, arguments: &[(&'static str, &dyn Argument)]) -> String {
        self.lang.t_with(key, arguments)
    }

    fn head(&self, sheets: &mut Sheets) {
        let establishment = &self.facts.establishment;
        sheets.paragraph(&clean(&establishment.name), Style::new(12.0).bold());
        let place = joined(" · ", &[&establishment.uai, &establishment.address]);
        if !place.is_empty() {
            sheets.paragraph(&place, Style::new(9.0).soft());
        }
        sheets.space(8.0);
        sheets.rule();
        sheets.space(20.0);
        sheets.heading(1, &self.t("proof-title"), Style::new(22.0).bold());
        sheets.space(2.0);
        let serial = self.with("proof-serial", &[("serial", &self.row.serial)]);
        sheets.paragraph(&serial, Style::new(10.0).soft());
        sheets.space(16.0);
    }

    fn rows(&self) -> Vec<(String, String)> {
        let (facts, payload) = (&self.facts, &self.payload);
        let group = match payload.grp.as_str() {
            "" => String::new(),
            group => self.with("proof-of-group", &[("group", &group)]),
        };
        let date = Payload::time(&payload.beg).map(|time| day(self.lang, time)).unwrap_or_default();
        let (hours, length) = (hours(payload), length(self.lang, payload));
        let when = format!("{date}, {hours} ({length})");
        let marked = [hour(&payload.at), status(self.lang, payload), self.t(facts.channel.label())];
        let rows = [
            ("proof-student", payload.sub.clone()),
            ("proof-number", payload.num.clone()),
            ("proof-programme", joined(", ", &[&payload.programme, &facts.year])),
            ("proof-subject", joined(" — ", &[&payload.mat, &payload.typ, &group])),
            ("proof-when", when),
            ("proof-marked", marked.join(" — ")),
            ("proof-place", joined(", ", &[&facts.room, &facts.campus])),
            ("proof-teacher", payload.ens.clone()),
        ];
        let known = rows.into_iter().filter(|(_, value)| !value.is_empty());
        known.map(|(key, value)| (self.t(key), value)).collect()
    }

    fn statement(&self, sheets: &mut Sheets) {
        let text = Style::new(10.5);
        sheets.space(12.0);
        sheets.paragraph(&self.t("proof-states"), text);
        if let Status::Late(minutes) = self.facts.status {
            sheets.space(6.0);
            let at = hour(&self.payload.at);
            let late = self.with("proof-states-late", &[("time", &at), ("minutes", &minutes)]);
            sheets.paragraph(&late, text);
        }
        if self.facts.standing == Standing::Open {
            sheets.space(6.0);
            sheets.paragraph(&self.t("proof-states-open"), text.bold());
        }
        sheets.space(24.0);
    }

    /// The code at the left, what to do with it at the right.
    fn control(&self, sheets: &mut Sheets) -> Result<(), ProofError> {
        let address = format!("{}/v/{}", self.payload.iss, self.token.token.text());
        let typed = format!("{}/c", self.payload.iss);
        sheets.need(SIDE + 20.0);
        let top = sheets.y();
        let code = paper::qr::path(&qr::code(&address)?, (MARGIN + 4.0, top), SIDE);
        let code = code.ok_or_else(|| ProofError::document("an empty code"))?;
        sheets.figure(code, self.with("proof-code-says", &[("address", &typed)]));
        let left = MARGIN + SIDE + 28.0;
        let place = (left, COLUMN - SIDE - 28.0);
        sheets.heading_in(2, &self.t("proof-control"), Style::new(10.5).bold(), place);
        sheets.space(3.0);
        sheets.paragraph_in(&self.t("proof-control-how"), Style::new(9.0), place);
        sheets.space(3.0);
        let (style, certificate) =
            (Style::new(9.0), format!("{}/c/{}", self.payload.iss, self.row.id));
        sheets.link(&self.t("proof-control-link"), &certificate, style.bold(), left);
        sheets.space(3.0);
        let by_hand = self.with("proof-control-type", &[("address", &typed.as_str())]);
        sheets.paragraph_in(&by_hand, style, place);
        let below = sheets.y().max(top + SIDE);
        sheets.move_to(below + 24.0);
        Ok(())
    }

    fn small_print(&self, sheets: &mut Sheets) {
        let small = Style::new(8.0).soft();
        sheets.paragraph(&self.t("proof-warning"), small);
        sheets.space(4.0);
        let dpo = &self.facts.establishment.dpo;
        let notice = match dpo.as_str() {
            "" => self.t("proof-data"),
            dpo => self.with("proof-data-dpo", &[("dpo", &dpo)]),
        };
        sheets.paragraph(&notice, small);
        sheets.space(8.0);
        let zone = Payload::time(&self.payload.at).map(|time| *time.offset());
        let issued = zone.map(|zone| self.row.issued_at.with_timezone(&zone));
        let issued = issued.map(|time| time.format("%Y-%m-%d %H:%M %:z").to_string());
        let ids = self.with(
            "proof-ids",
            &[
                ("session", &self.payload.ses.to_string()),
                ("issued", &issued.unwrap_or_default()),
                ("signature", &self.row.kid),
                ("token", &self.token.kid),
            ],
        );
        sheets.paragraph(&ids, Style::new(6.5).soft());
    }
}

/// Those that say something.
fn joined(between: &str, words: &[&str]) -> String {
    let words = words.iter().map(|word| clean(word)).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(between)
}
