//! `[source:NAME]`: where people are read from lists, and how often they are read.
use super::parse::duration;
use super::reader::Reader;
use super::sources::{SourceKind, read_mapping};
use crate::identity::mapping::Mapping;
use crate::identity::sources::Secret;
use chrono::NaiveTime;
use std::path::PathBuf;
use std::time::Duration;

/// People who stand in a list: files, or what a query answers.
#[derive(Debug, Clone)]
pub struct ListSettings {
    /// Where it is.
    pub place: ListedIn,
    /// What attributes of ours are made of.
    pub mapping: Mapping,
    /// Our attribute that names somebody for good.
    pub id_attribute: String,
    /// Our attribute that holds the login.
    pub login_attribute: String,
    /// Columns that are kept besides those that tell names and schools.
    pub extra_attributes: Vec<String>,
}

/// Where a list is.
#[derive(Debug, Clone)]
pub enum ListedIn {
    /// A CSV file, or a folder of them.
    Csv(PathBuf),
    /// A file of JSON lines, or a folder of them.
    Jsonl(PathBuf),
    /// A database, by its address, and the query that names everybody.
    Sql {
        /// With user and password.
        url: Secret,
        /// The administrator's.
        query: String,
    },
    /// Nowhere: a program pushes it.
    Pushed,
}

/// How people are kept in step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyncSettings {
    /// Time between two looks.
    pub every: Duration,
    /// When everybody is compared, in the time zone of `[dispatch]`.
    pub full_at: NaiveTime,
    /// Percent of the people who may vanish at once.
    pub vanish_limit: u8,
}

/// How addresses of servers begin whose databases can be read.
const DATABASES: [&str; 4] = ["postgres://", "postgresql://", "mysql://", "mariadb://"];
/// Keys of lists, and the kinds that have them.
const OWN_KEYS: [(&str, &[SourceKind]); 2] =
    [("path", &[SourceKind::Csv, SourceKind::Jsonl]), ("query", &[SourceKind::Sql])];

pub(super) fn read_list(
    reader: &mut Reader,
    section: &str,
    kind: SourceKind,
) -> Option<ListSettings> {
    for (key, kinds) in OWN_KEYS {
        if reader.is_written(section, key) && !kinds.contains(&kind) {
            reader.mistake("E-CONF-VALUE", section, key, "this kind of source has no such key");
        }
    }
    let place = match kind {
        SourceKind::Local | SourceKind::Ldap => return None,
        SourceKind::Csv => ListedIn::Csv(path(reader, section)?),
        SourceKind::Jsonl => ListedIn::Jsonl(path(reader, section)?),
        SourceKind::Sql => sql(reader, section)?,
        SourceKind::Push => ListedIn::Pushed,
    };
    let ours = |key: &str| reader.text(section, key).unwrap_or_else(|| "uid".to_owned());
    let (id_attribute, login_attribute) = (ours("id_attribute"), ours("login_attribute"));
    let extra_attributes = reader.list(section, "extra_attributes", |name| Ok(name.to_owned()));
    let mapping = read_mapping(reader, section);
    Some(ListSettings { place, mapping, id_attribute, login_attribute, extra_attributes })
}

fn path(reader: &mut Reader, section: &str) -> Option<PathBuf> {
    reader.required(section, "path")?;
    reader.path(section, "path")
}

fn sql(reader: &mut Reader, section: &str) -> Option<ListedIn> {
    let query = reader.required(section, "query");
    reader.required(section, "url");
    let folder = reader.folder().to_owned();
    let url = reader.hidden(section, "url", |text| {
        if let Some(path) = text.strip_prefix("sqlite:") {
            return Ok(Secret::new(format!("sqlite:{}", folder.join(path).display())));
        }
        let is_known = DATABASES.iter().any(|start| text.starts_with(start));
        if is_known {
            Ok(Secret::new(text))
        } else {
            Err("write postgres://USER@HOST/NAME, mysql://… or sqlite:PATH".into())
        }
    });
    Some(ListedIn::Sql { url: url?, query: query? })
}

pub(super) fn read_sync(
    reader: &mut Reader,
    section: &str,
    kind: SourceKind,
) -> Option<SyncSettings> {
    let is_wanted = match kind {
        SourceKind::Local => false,
        SourceKind::Ldap => reader.flag(section, "sync"),
        SourceKind::Csv | SourceKind::Jsonl | SourceKind::Sql | SourceKind::Push => true,
    };
    let every = reader.value_or(section, "every", at_least_a_minute, Duration::from_mins(15));
    let full_at = reader.value_or(section, "full_at", time, NaiveTime::MIN);
    let vanish_limit = reader.value_or(section, "vanish_limit", percent, 20);
    is_wanted.then_some(SyncSettings { every, full_at, vanish_limit })
}

fn at_least_a_minute(text: &str) -> Result<Duration, String> {
    let every = duration(text)?;
    if every < Duration::from_mins(1) { Err("write 1m at least".to_owned()) } else { Ok(every) }
}

fn time(text: &str) -> Result<NaiveTime, String> {
    NaiveTime::parse_from_str(text, "%H:%M").map_err(|_| "write a time such as 02:30".to_owned())
}

fn percent(text: &str) -> Result<u8, String> {
    let percent = text.trim_end_matches(['%', ' ']).parse().ok().filter(|number| *number <= 100);
    percent.ok_or_else(|| "write a number from 0 to 100".to_owned())
}
