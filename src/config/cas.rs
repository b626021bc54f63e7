//! `[cas]`: sign-on for applications that `app_filters` describes.
use super::parse::duration;
use super::reader::Reader;
use chrono::Duration;

/// What becomes of a service that no file describes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum UnknownService {
    /// It is refused.
    Deny,
    /// It is told what `default.ini` says, else the login.
    Default,
}

/// `[cas]`
#[derive(Debug, Clone, Copy)]
pub struct Cas {
    /// What becomes of a service that no file describes.
    pub unknown_service: UnknownService,
    /// How long a ticket waits for its validation.
    pub ticket_life: Duration,
}

impl Cas {
    pub(super) fn read(reader: &mut Reader) -> Self {
        let unknown = |text: &str| match text {
            "deny" => Ok(UnknownService::Deny),
            "default" => Ok(UnknownService::Default),
            _ => Err("write deny or default".to_owned()),
        };
        let life = |text: &str| match duration(text)?.as_secs() {
            seconds @ 10..=300 => Ok(Duration::seconds(seconds.cast_signed())),
            _ => Err("write a time from 10s to 5m".to_owned()),
        };
        let minute = Duration::minutes(1);
        Self {
            unknown_service: reader.value_or(
                "cas",
                "unknown_service",
                unknown,
                UnknownService::Deny,
            ),
            ticket_life: reader.value_or("cas", "ticket_life", life, minute),
        }
    }
}
