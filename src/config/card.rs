//! `[card]`: the card office.
use super::reader::Reader;
use crate::card::escn::Issuer;
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};

/// `[card]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cards {
    /// Sources whose people may have cards; empty: there is no card office.
    pub sources: Vec<String>,
    /// Which affiliations make which type, in this order; `*` is everybody else.
    pub types: Vec<(String, String)>,
    /// Until when cards are good of people of whom no source says it.
    pub default_due: DateTime<Utc>,
    /// Whether a card works as soon as its chip is written.
    pub enable_auto: bool,
    /// Whether printing takes the role `card_printer` besides.
    pub printer_role: bool,
    /// European student cards.
    pub european: Option<European>,
}

/// European student cards: who gives their numbers out, and to whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct European {
    /// The institution.
    pub issuer: Issuer,
    /// Types of people whose cards have a number.
    pub types: Vec<String>,
    /// What stands before the number in the code.
    pub qr_address: String,
}

impl Default for Cards {
    fn default() -> Self {
        Self {
            sources: Vec::new(),
            types: Vec::new(),
            default_due: far(),
            enable_auto: false,
            printer_role: false,
            european: None,
        }
    }
}

/// The end of a day that no card will see.
fn far() -> DateTime<Utc> {
    let day = NaiveDate::from_ymd_opt(2049, 12, 31).unwrap_or(NaiveDate::MAX);
    day.and_time(NaiveTime::MIN).and_utc()
}

fn card_type(text: &str) -> Result<(String, String), String> {
    let instead = || "write affiliation:type, student:E for instance".to_owned();
    let (affiliation, kind) = text.split_once(':').ok_or_else(instead)?;
    let (affiliation, kind) = (affiliation.trim(), kind.trim());
    let is_plain = !kind.is_empty() && kind.chars().all(|c| c.is_ascii_alphanumeric());
    if affiliation.is_empty() || !is_plain {
        return Err(instead());
    }
    Ok((affiliation.to_lowercase(), kind.to_owned()))
}

fn last_day(text: &str) -> Result<DateTime<Utc>, String> {
    let day = text.parse::<NaiveDate>().map_err(|_| "write a day: 2049-12-31".to_owned())?;
    let end = day.and_hms_opt(23, 59, 59).ok_or_else(|| "write a day: 2049-12-31".to_owned())?;
    Ok(end.and_utc())
}

impl Cards {
    pub(super) fn read(reader: &mut Reader) -> Self {
        const HERE: &str = "card";
        Self {
            sources: reader.list(HERE, "sources", |name| Ok(name.to_owned())),
            types: reader.list(HERE, "types", card_type),
            default_due: reader.value_or(HERE, "default_due", last_day, far()),
            enable_auto: reader.flag(HERE, "enable_auto"),
            printer_role: reader.flag(HERE, "printer_role"),
            european: European::read(reader),
        }
    }

    /// Whether there is a card office.
    pub fn is_open(&self) -> bool {
        !self.sources.is_empty()
    }
}

impl European {
    fn read(reader: &mut Reader) -> Option<Self> {
        const HERE: &str = "card";
        let prefix = |text: &str| match text.parse::<u16>() {
            Ok(prefix) if prefix <= 999 => Ok(prefix),
            _ => Err("write a number from 0 to 999".to_owned()),
        };
        let address = |text: &str| match text {
            text if text.starts_with("http") && text.ends_with('/') => Ok(text.to_owned()),
            _ => Err("write http://esc.gg/ or http://pp.esc.gg/".to_owned()),
        };
        let prefix = reader.value_or(HERE, "escn_prefix", prefix, 1);
        let qr_address = reader.value_or(HERE, "qr_address", address, "http://esc.gg/".to_owned());
        let types = reader.list(HERE, "european", |kind| Ok(kind.to_owned()));
        let issuer = |pic: &str| {
            Issuer::new(prefix, pic).ok_or_else(|| "write the nine digits of the PIC".to_owned())
        };
        let issuer = reader.value(HERE, "pic", issuer)?;
        Some(Self { issuer, types, qr_address })
    }
}
