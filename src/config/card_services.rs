//! `[esc]` and `[crous]`: services outside that are told of cards.
use super::card_access::{AccessExport, LONGEST};
use super::card_directory::CardDirectory;
use super::parse::{at_least_one, duration, from_str, is_loopback};
use super::reader::Reader;
use crate::card::services::ATTRIBUTES;
use crate::identity::sources::Secret;
use crate::mail::MailAddress;
use chrono::NaiveDate;
use regex::Regex;
use std::time::Duration;
use url::Url;

/// What every service has.
#[derive(Debug, Clone)]
pub struct Calls {
    /// Where it is, without `/` at the end.
    pub url: Url,
    /// Only for holders whose name everywhere is all of this.
    pub eppn: Option<Regex>,
    /// Whether it is told of cards that were made elsewhere.
    pub external: bool,
    /// Calls in a second; 0: as many as there are.
    pub per_second: u32,
    /// Calls at the same time.
    pub parallel: usize,
    /// How long one may take.
    pub patience: Duration,
}

/// `[esc]`: the router of the European student card.
#[derive(Debug, Clone)]
pub struct Esc {
    /// Where, and how fast.
    pub calls: Calls,
    /// By what it knows us.
    pub key: Secret,
    /// The institution: nine digits.
    pub pic: String,
    /// Its number for value added tax, when it acts for others.
    pub processor: Option<String>,
    /// Types of chips, each from the day on; the one without a day stands first.
    pub card_types: Vec<(Option<NaiveDate>, String)>,
    /// Attribute with the level: 6, 7 or 8.
    pub level: String,
    /// What becomes of persons there whom nobody here knows.
    pub purge: RouterPurge,
}

/// What becomes of persons at the router whom nobody here knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RouterPurge {
    /// Nothing.
    Off,
    /// They are counted each night.
    Count,
    /// They are deleted there.
    On,
}

/// How the CROUS gives a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Grant {
    /// By client id and secret, at this address.
    Client {
        /// Where.
        access: Url,
        /// As whom.
        id: String,
        /// By what.
        secret: Secret,
    },
    /// For accounts without a client id.
    Application {
        /// As whom.
        id: String,
        /// By what.
        secret: Secret,
    },
}

/// An institution whose fares a CROUS publishes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FareBook {
    /// Number of the CROUS.
    pub crous: String,
    /// UAI of the institution.
    pub rne: String,
}

/// `[crous]`: CROUS and IZLY.
#[derive(Debug, Clone)]
pub struct Crous {
    /// Where, and how fast.
    pub calls: Calls,
    /// How it gives a token.
    pub grant: Grant,
    /// Types of holders that it is told of.
    pub types: Vec<String>,
    /// UAI of holders whose account says none.
    pub rne: String,
    /// Whether holders are named by their INE.
    pub ine_first: bool,
    /// Whose fares count, the first before the second.
    pub books: Vec<FareBook>,
    /// Company and rate where no fare fits.
    pub usual: (i64, i64),
    /// Attribute with the status, such as `etd`.
    pub status: String,
    /// Attribute with the pay index.
    pub index: String,
    /// Whether `accountStatus` and `blockingStatus` are sent as null.
    pub nulls: bool,
}

/// https, or http on this machine.
pub(super) fn address(text: &str) -> Result<Url, String> {
    let instead = || "write https://… without ? and #".to_owned();
    let url = Url::parse(text.trim_end_matches('/')).map_err(|_| instead())?;
    let is_bare = url.query().is_none() && url.fragment().is_none() && url.username().is_empty();
    let is_near = url.host_str().is_some_and(is_loopback);
    let is_safe = url.scheme() == "https" || (url.scheme() == "http" && is_near);
    if is_bare && is_safe { Ok(url) } else { Err(instead()) }
}

fn card_type(text: &str) -> Result<(Option<NaiveDate>, String), String> {
    const TYPES: [&str; 7] = [
        "UNKNOWN",
        "PASSIVE",
        "SMART_NO_CDZ",
        "SMART_CDZ",
        "SMART_MAY_SP",
        "SMART_PASSIVE",
        "SMART_PASSIVE_EMULATION",
    ];
    let instead = || "write a type of chip, or 2026-09-01:SMART_PASSIVE for instance".to_owned();
    let (day, kind) = match text.split_once(':') {
        Some((day, kind)) => (Some(day.trim().parse().map_err(|_| instead())?), kind.trim()),
        None => (None, text),
    };
    if TYPES.contains(&kind) { Ok((day, kind.to_owned())) } else { Err(instead()) }
}

fn book(text: &str) -> Result<FareBook, String> {
    let (crous, rne) = text
        .split_once(':')
        .ok_or_else(|| "write number of the CROUS:UAI, 07:0761904G for instance".to_owned())?;
    Ok(FareBook { crous: crous.trim().to_owned(), rne: rne.trim().to_uppercase() })
}

/// A regular expression that all of an eppn has to fit.
pub(super) fn eppn(text: &str) -> Result<Regex, String> {
    Regex::new(&format!("^(?:{text})$")).map_err(|error| error.to_string())
}

impl Calls {
    fn read(reader: &mut Reader, here: &str) -> Option<Self> {
        let url = reader.value(here, "url", address);
        let calls = Self {
            eppn: reader.value(here, "eppn", eppn),
            external: reader.flag(here, "external_cards"),
            per_second: reader.value_or(here, "per_second", from_str, 5),
            parallel: reader.value_or(here, "parallel", at_least_one, 2),
            patience: reader.value_or(here, "timeout", duration, Duration::from_secs(30)),
            url: url?,
        };
        Some(calls)
    }
}

impl Esc {
    pub(super) fn read(reader: &mut Reader) -> Option<Self> {
        const HERE: &str = "esc";
        let calls = Calls::read(reader, HERE);
        let mut card_types = reader.list(HERE, "card_types", card_type);
        card_types.sort();
        let processor = reader.text(HERE, "processor");
        let level = reader.text(HERE, "level_attribute").unwrap_or_default();
        let purge = |text: &str| match text {
            "off" => Ok(RouterPurge::Off),
            "count" => Ok(RouterPurge::Count),
            "on" => Ok(RouterPurge::On),
            _ => Err("write off, count or on".to_owned()),
        };
        let purge = reader.value_or(HERE, "purge", purge, RouterPurge::Off);
        let calls = calls?;
        reader.required(HERE, "key")?;
        let key = reader.secret(HERE, "key")?;
        let pic = reader.required("card", "pic")?;
        Some(Self { calls, key, pic, processor, card_types, level, purge })
    }
}

impl Crous {
    pub(super) fn read(reader: &mut Reader) -> Option<Self> {
        const HERE: &str = "crous";
        let calls = Calls::read(reader, HERE);
        let number = |text: &str| from_str::<i64>(text);
        let usual = (
            reader.value_or(HERE, "usual_company", number, 78),
            reader.value_or(HERE, "usual_rate", number, 99),
        );
        let types = reader.list(HERE, "types", |kind| Ok(kind.to_owned()));
        let books = reader.list(HERE, "fares", book);
        let ine_first = reader.flag(HERE, "ine_first");
        let nulls = reader.flag(HERE, "send_nulls");
        let text = |key| reader.text(HERE, key).unwrap_or_default();
        let (status, index) = (text("status_attribute"), text("index_attribute"));
        let rne = text("rne").to_uppercase();
        let calls = calls?;
        reader.required(HERE, "fares")?;
        let grant = Grant::read(reader)?;
        Some(Self { calls, grant, types, rne, ine_first, books, usual, status, index, nulls })
    }
}

impl Grant {
    fn read(reader: &mut Reader) -> Option<Self> {
        const HERE: &str = "crous";
        if let Some(id) = reader.text(HERE, "app_id") {
            reader.required(HERE, "app_secret")?;
            return Some(Self::Application { id, secret: reader.secret(HERE, "app_secret")? });
        }
        let access = reader.value(HERE, "access_url", address)?;
        let id = reader.required(HERE, "client_id")?;
        reader.required(HERE, "client_secret")?;
        Some(Self::Client { access, id, secret: reader.secret(HERE, "client_secret")? })
    }
}

/// `[card_hook:NAME]`: a program that gets signed messages about cards.
#[derive(Debug, Clone)]
pub struct CardHook {
    /// NAME.
    pub name: String,
    /// Where, and how fast.
    pub calls: Calls,
    /// What messages are signed with.
    pub secret: Secret,
    /// Applications on chips whose identifiers it is told.
    pub applications: Vec<String>,
}

pub(super) fn read_hooks(reader: &mut Reader) -> Vec<CardHook> {
    let names = reader.names("card_hook");
    names.into_iter().filter_map(|name| CardHook::read(reader, name)).collect()
}

impl CardHook {
    fn read(reader: &mut Reader, name: String) -> Option<Self> {
        let here = &format!("card_hook:{name}");
        if name.len() > LONGEST {
            reader.mistake("E-CONF-VALUE", here, "url", "the name has 30 letters at most");
        }
        reader.required(here, "url");
        reader.required(here, "secret");
        let calls = Calls::read(reader, here);
        let secret = reader.secret(here, "secret");
        let applications = reader.list(here, "applications", |name| Ok(name.to_owned()));
        Some(Self { name, calls: calls?, secret: secret?, applications })
    }
}

/// Who is written to about what services refuse.
pub(super) fn reports(reader: &mut Reader) -> Vec<MailAddress> {
    let address =
        |text: &str| MailAddress::parse(text).ok_or_else(|| "write one mail address".to_owned());
    reader.list("card", "report_to", address)
}

/// Attributes that services are told, for sources that are asked for no more than is needed.
pub(super) fn attributes(
    esc: Option<&Esc>,
    crous: Option<&Crous>,
    (access, directories): (&[AccessExport], &[CardDirectory]),
) -> Vec<String> {
    let own = esc.map(|esc| &esc.level).into_iter();
    let own = own.chain(crous.into_iter().flat_map(|crous| [&crous.status, &crous.index]));
    let own = own.chain(access.iter().flat_map(|export| &export.number));
    let own = own.chain(directories.iter().flat_map(|directory| &directory.number));
    let own: Vec<String> = own.filter(|name| !name.is_empty()).cloned().collect();
    if esc.is_none() && crous.is_none() && access.is_empty() && directories.is_empty() {
        return own;
    }
    own.into_iter().chain(ATTRIBUTES.map(str::to_owned)).collect()
}
