//! `[attendance]`: how rolls are called.
use super::parse::duration;
use super::reader::Reader;
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};

/// How much a sign of fraud matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, sqlx::Type)]
#[serde(rename_all = "snake_case")]
#[sqlx(type_name = "text", rename_all = "snake_case")]
pub enum Policy {
    /// Not looked at.
    Off,
    /// Shown to the teacher.
    Flag,
    /// Refused.
    Block,
}

/// `[attendance]`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attendance {
    /// How long before its beginning a roll may be opened.
    pub early: TimeDelta,
    /// How long after the end a roll may still be opened, and stays open when nobody closes it.
    pub grace: TimeDelta,
    /// How long after the end teachers may correct and open again.
    pub correction: TimeDelta,
    /// How long after the beginning somebody is on time.
    pub late_after: TimeDelta,
    /// How long after it students mark themselves; `None`: until the roll is closed.
    pub refuse_after: Option<TimeDelta>,
    /// How long a code is shown.
    pub rotation: TimeDelta,
    /// Whether six digits can be typed.
    pub spoken_code: bool,
    /// Marks from outside the room's network.
    pub zone: Policy,
    /// Several students with one browser.
    pub device: Policy,
    /// Attributes of accounts in which numbers of cards stand.
    pub card_attributes: Vec<String>,
    /// How long after the beginning teachers are reminded of a roll that is not open; `None`: never.
    pub reminder: Option<TimeDelta>,
    /// Whether rolls that nobody called are told to teachers and secretariats in the morning.
    pub uncalled_list: bool,
    /// Where alerts find the addresses of others, and letters those on paper.
    pub addresses: Addresses,
}

/// Attributes of accounts in which addresses stand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Addresses {
    /// Mail of the persons responsible.
    pub guardian: Vec<String>,
    /// Mail of the employer.
    pub employer: Vec<String>,
    /// Lines of a letter, `$` between (RFC 4517).
    pub postal: Vec<String>,
    /// By which letters are sorted.
    pub postal_code: Vec<String>,
}

impl Default for Addresses {
    fn default() -> Self {
        Self {
            guardian: Vec::new(),
            employer: Vec::new(),
            postal: vec!["postalAddress".to_owned()],
            postal_code: vec!["postalCode".to_owned()],
        }
    }
}

impl Default for Attendance {
    fn default() -> Self {
        Self {
            early: TimeDelta::minutes(15),
            grace: TimeDelta::minutes(15),
            correction: TimeDelta::days(7),
            late_after: TimeDelta::minutes(10),
            refuse_after: Some(TimeDelta::minutes(30)),
            rotation: TimeDelta::seconds(10),
            spoken_code: true,
            zone: Policy::Flag,
            device: Policy::Flag,
            card_attributes: Vec::new(),
            reminder: Some(TimeDelta::minutes(20)),
            uncalled_list: true,
            addresses: Addresses::default(),
        }
    }
}

fn policy(text: &str) -> Result<Policy, String> {
    match text {
        "off" => Ok(Policy::Off),
        "flag" => Ok(Policy::Flag),
        "block" => Ok(Policy::Block),
        _ => Err("write off, flag or block".to_owned()),
    }
}

/// A time from nothing to so many hours.
fn within(hours: u64) -> impl Fn(&str) -> Result<TimeDelta, String> {
    move |text| match duration(text)?.as_secs() {
        seconds if seconds <= hours * 3_600 => Ok(TimeDelta::seconds(seconds.cast_signed())),
        _ => Err(format!("write {hours}h at most")),
    }
}

impl Attendance {
    pub(super) fn read(reader: &mut Reader) -> Self {
        const HERE: &str = "attendance";
        let usual = Self::default();
        let refuse = |text: &str| match text {
            "never" => Ok(None),
            text => within(24)(text).map(Some),
        };
        let reminder = |text: &str| match text {
            "0" => Ok(None),
            text => within(24)(text).map(|time| Some(time).filter(|time| !time.is_zero())),
        };
        let name = |name: &str| Ok(name.to_owned());
        let rotation = |text: &str| match duration(text)?.as_secs() {
            seconds @ 5..=60 => Ok(TimeDelta::seconds(seconds.cast_signed())),
            _ => Err("write a time from 5s to 60s".to_owned()),
        };
        Self {
            early: reader.value_or(HERE, "early", within(24), usual.early),
            grace: reader.value_or(HERE, "grace", within(24), usual.grace),
            correction: reader.value_or(HERE, "correction", within(8_784), usual.correction),
            late_after: reader.value_or(HERE, "late_after", within(24), usual.late_after),
            refuse_after: reader.value_or(HERE, "refuse_after", refuse, usual.refuse_after),
            rotation: reader.value_or(HERE, "rotation", rotation, usual.rotation),
            spoken_code: reader.flag(HERE, "spoken_code"),
            zone: reader.value_or(HERE, "zone", policy, usual.zone),
            device: reader.value_or(HERE, "device", policy, usual.device),
            card_attributes: reader.list(HERE, "card_attributes", name),
            reminder: reader.value_or(HERE, "reminder", reminder, usual.reminder),
            uncalled_list: reader.flag(HERE, "uncalled_list"),
            addresses: Addresses {
                guardian: reader.list(HERE, "guardian_attributes", name),
                employer: reader.list(HERE, "employer_attributes", name),
                postal: reader.list(HERE, "postal_attributes", name),
                postal_code: reader.list(HERE, "postal_code_attributes", name),
            },
        }
    }
}
