//! `[access:NAME]`: files for access control.
use super::card_services::eppn;
use super::parse::at_least_one;
use super::reader::Reader;
use crate::card::services::AccessFormat;
use chrono::NaiveTime;
use regex::Regex;
use std::path::PathBuf;

/// Longest NAME.
pub(super) const LONGEST: usize = 30;

/// `[access:NAME]`
#[derive(Debug, Clone)]
pub struct AccessExport {
    /// NAME.
    pub name: String,
    /// Who reads the files.
    pub format: AccessFormat,
    /// Where they are written.
    pub folder: PathBuf,
    /// How their names end.
    pub file: String,
    /// Lines of one file at most.
    pub lines: usize,
    /// When they are written; `None`: every five minutes.
    pub at: Option<NaiveTime>,
    /// What the institution is called there.
    pub institute: String,
    /// Attributes with the number of a holder, the first that says one counts.
    pub number: Vec<String>,
    /// Only for holders whose name everywhere is all of this.
    pub eppn: Option<Regex>,
    /// Whether they have cards that were made elsewhere.
    pub external: bool,
}

pub(super) fn read_exports(reader: &mut Reader) -> Vec<AccessExport> {
    let names = reader.names("access");
    let mut all: Vec<AccessExport> = Vec::new();
    for name in names {
        let Some(export) = read_export(reader, &name) else { continue };
        let is_same =
            |other: &AccessExport| other.folder == export.folder && other.file == export.file;
        if all.iter().any(is_same) {
            let section = format!("access:{name}");
            reader.mistake("E-CONF-VALUE", &section, "file", "another export writes these files");
        }
        all.push(export);
    }
    all
}

fn read_export(reader: &mut Reader, name: &str) -> Option<AccessExport> {
    let section = &format!("access:{name}");
    if name.len() > LONGEST {
        reader.mistake("E-CONF-VALUE", section, "format", "the name has 30 letters at most");
    }
    let format = reader.required(section, "format").and_then(|_| {
        reader.value(section, "format", |text| {
            let instead = || "write til, synchronic, p2s, pc_pass, insa or unilasalle".to_owned();
            AccessFormat::parse(text).ok_or_else(instead)
        })
    });
    let folder = reader.required(section, "directory");
    let folder = folder.and_then(|_| reader.path(section, "directory"));
    let file = reader.value(section, "file", file_name);
    let lines = reader.value_or(section, "lines", at_least_one, 1000);
    let at = reader.value(section, "at", |text| {
        NaiveTime::parse_from_str(text, "%H:%M").map_err(|_| "write a time: 10:00".to_owned())
    });
    let institute = reader.text(section, "institute").unwrap_or_default();
    let number = reader.list(section, "number_attributes", |name| Ok(name.to_owned()));
    let eppn = reader.value(section, "eppn", eppn);
    let external = reader.flag(section, "external_cards");
    let format = format?;
    let daily = NaiveTime::from_hms_opt(10, 0, 0).filter(|_| format == AccessFormat::PcPass);
    Some(AccessExport {
        name: name.to_owned(),
        format,
        folder: folder?,
        file: file.unwrap_or_else(|| format!("{}.csv", format.as_str())),
        lines,
        at: at.or(daily),
        institute,
        number,
        eppn,
        external,
    })
}

fn file_name(text: &str) -> Result<String, String> {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    let is_name = text.chars().all(is_plain) && text.len() <= 60;
    is_name
        .then(|| text.to_owned())
        .ok_or_else(|| "write letters, digits, - _ and . only: til.csv".to_owned())
}
