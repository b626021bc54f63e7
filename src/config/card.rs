//! `[card]`: the card office.
use super::parse::duration;
use super::reader::Reader;
use crate::card::escn::Issuer;
use crate::card::identifiers::{Application, Maker, NORMANDY};
use crate::card::printing::design::{Design, kind, line};
use crate::uploads::picture::Format;
use chrono::{DateTime, NaiveDate, NaiveTime, TimeDelta, Utc};
use std::path::PathBuf;

/// `[card]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cards {
    /// Sources whose people may have cards; empty: there is no card office.
    pub sources: Vec<String>,
    /// Which affiliations make which type, in this order; `*` is everybody else.
    pub types: Vec<(String, String)>,
    /// Until when cards are good of people of whom no source says it.
    pub default_due: DateTime<Utc>,
    /// How long before the end of a card that works its holder is written to; `None`: never.
    pub warn_before: Option<TimeDelta>,
    /// Whether a card works as soon as its chip is written.
    pub enable_auto: bool,
    /// Whether printing takes the role `card_printer` besides.
    pub printer_role: bool,
    /// What chips carry for whom.
    pub applications: Vec<Application>,
    /// Attributes whose first values are the lines of the back.
    pub verso: Vec<String>,
    /// How cards look.
    pub design: Design,
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
    /// Whether the code on the card is that number, and not the name of the holder.
    pub is_in_code: bool,
    /// What stands before the number in the code.
    pub qr_address: String,
}

impl Default for Cards {
    fn default() -> Self {
        Self {
            sources: Vec::new(),
            types: Vec::new(),
            default_due: far(),
            warn_before: None,
            enable_auto: false,
            printer_role: false,
            applications: Vec::new(),
            verso: Vec::new(),
            design: Design::default(),
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

/// `access-control:counter:1234500000000000:64`
fn application(text: &str) -> Result<Application, String> {
    let instead = || {
        "write name:counter:BEGIN, name:by_type:BEGIN, name:normandy:BEGIN, name:csn_at:DOMAIN or \
         name:barcode:LIBRARY, and hexadecimal digits of the file behind another colon"
            .to_owned()
    };
    let parts: Vec<&str> = text.split(':').map(str::trim).collect();
    let (name, kind, from, length) = match parts[..] {
        [name, kind, from] => (name, kind, from, 64),
        [name, kind, from, length] => (name, kind, from, length.parse().map_err(|_| instead())?),
        _ => return Err(instead()),
    };
    let is_plain = |text: &str| {
        let is_fit = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        !text.is_empty() && text.len() <= 64 && text.chars().all(is_fit)
    };
    // Numbers of tables are signed.
    let begin = || from.parse::<u64>().ok().filter(|begin| *begin < 1 << 62).ok_or_else(instead);
    let maker = match kind {
        "counter" => Maker::Counter(begin()?),
        "by_type" => Maker::ByType(begin()?),
        "normandy" if begin()? < NORMANDY => Maker::Normandy(begin()?),
        "csn_at" if is_plain(from) => Maker::CsnAt(from.to_owned()),
        "barcode" if from.len() == 4 && from.bytes().all(|digit| digit.is_ascii_digit()) => {
            Maker::Barcode(from.to_owned())
        }
        _ => return Err(instead()),
    };
    let is_fit = is_plain(name) && (2..=512).contains(&length);
    is_fit.then(|| Application { name: name.to_owned(), maker, length }).ok_or_else(instead)
}

fn escn_or_eppn(text: &str) -> Result<bool, String> {
    match text {
        "escn" => Ok(true),
        "eppn" => Ok(false),
        _ => Err("write escn or eppn".to_owned()),
    }
}

fn last_day(text: &str) -> Result<DateTime<Utc>, String> {
    let day = text.parse::<NaiveDate>().map_err(|_| "write a day: 2049-12-31".to_owned())?;
    let end = day.and_hms_opt(23, 59, 59).ok_or_else(|| "write a day: 2049-12-31".to_owned())?;
    Ok(end.and_utc())
}

/// A year at most, which is never too long.
fn warning(time: std::time::Duration) -> TimeDelta {
    TimeDelta::from_std(time).unwrap_or_default()
}

impl Cards {
    pub(super) fn read(reader: &mut Reader) -> Self {
        const HERE: &str = "card";
        Self {
            sources: reader.list(HERE, "sources", |name| Ok(name.to_owned())),
            types: reader.list(HERE, "types", card_type),
            default_due: reader.value_or(HERE, "default_due", last_day, far()),
            warn_before: reader.value(HERE, "warn_before", duration).map(warning),
            enable_auto: reader.flag(HERE, "enable_auto"),
            printer_role: reader.flag(HERE, "printer_role"),
            applications: Self::read_applications(reader),
            verso: reader.list(HERE, "verso", |name| Ok(name.to_owned())),
            design: design(reader),
            european: European::read(reader),
        }
    }

    fn read_applications(reader: &mut Reader) -> Vec<Application> {
        let all = reader.list("card", "applications", application);
        let is_twice = |(at, one): (usize, &Application)| {
            all[..at].iter().any(|before| before.name == one.name)
        };
        if all.iter().enumerate().any(is_twice) {
            reader.mistake("E-CONF-VALUE", "card", "applications", "one name stands twice");
        }
        all
    }

    /// Whether there is a card office.
    pub fn is_open(&self) -> bool {
        !self.sources.is_empty()
    }
}

/// `[print]`
fn design(reader: &mut Reader) -> Design {
    const HERE: &str = "print";
    let upright = |text: &str| match text {
        "portrait" => Ok(true),
        "landscape" => Ok(false),
        _ => Err("write landscape or portrait".to_owned()),
    };
    let logo = reader.path(HERE, "logo");
    let is_picture =
        |path: &PathBuf| std::fs::read(path).is_ok_and(|bytes| Format::of(&bytes).is_some());
    if logo.as_ref().is_some_and(|path| !is_picture(path)) {
        reader.mistake("E-CONF-VALUE", HERE, "logo", "it is no PNG or JPEG file that can be read");
    }
    Design {
        title: reader.text(HERE, "title").unwrap_or_default(),
        logo,
        kinds: reader.list(HERE, "kinds", kind),
        recto: reader.list(HERE, "recto", |text| Ok(line(text))),
        notice: reader.text(HERE, "notice").unwrap_or_default(),
        is_upright: reader.value_or(HERE, "orientation", upright, false),
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
        let is_in_code = reader.value_or(HERE, "qr", escn_or_eppn, true);
        let issuer = |pic: &str| {
            Issuer::new(prefix, pic).ok_or_else(|| "write the nine digits of the PIC".to_owned())
        };
        let issuer = reader.value(HERE, "pic", issuer)?;
        Some(Self { issuer, types, is_in_code, qr_address })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn applications_are_written_in_one_line_each() {
        let of =
            |name: &str, maker, length| Ok(Application { name: name.to_owned(), maker, length });
        assert_eq!(
            application("access-control:counter:1234500000000000"),
            of("access-control", Maker::Counter(1_234_500_000_000_000), 64)
        );
        assert_eq!(
            application("bu : barcode : 6903 : 32"),
            of("bu", Maker::Barcode("6903".into()), 32)
        );
        assert_eq!(
            application("web:csn_at:univ-ville.example"),
            of("web", Maker::CsnAt("univ-ville.example".into()), 64)
        );
        for wrong in [
            "access-control",
            "access-control:counter",
            "a:counter:-1",
            "a:counter:9223372036854775808",
            "a:normandy:999999999999999",
            "a:barcode:69",
            "a:csn_at:univ ville",
            "a b:counter:1",
            "a:counter:1:0",
            "a:counter:1:x",
            "a:other:1",
        ] {
            assert!(application(wrong).is_err(), "{wrong}");
        }
    }
}
