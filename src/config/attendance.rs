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
            spoken_code: false,
            zone: Policy::Flag,
            device: Policy::Flag,
            card_attributes: Vec::new(),
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
            card_attributes: reader.list(HERE, "card_attributes", |name| Ok(name.to_owned())),
        }
    }
}
