//! What the pages of attendance need besides the database.
use super::code::RollSecret;
use super::faces::FaceOf;
use super::facts::SchoolName;
use super::proof::Prover;
use super::ticket::ScanKeys;
use crate::config::Attendance;
use crate::identity::sources::Directories;
use crate::keys::MasterKey;
use crate::mail::Post;
use crate::uploads::{Scanner, Vault};
use crate::web::{self, Error};
use chrono::{DateTime, NaiveDate, NaiveTime, TimeZone, Utc};
use chrono_tz::Tz;
use std::sync::Arc;
use uuid::Uuid;

/// Keys, our address, and where the organisation is.
#[derive(Clone)]
pub struct Desk {
    /// Keys of scans.
    pub keys: ScanKeys,
    /// Seals what codes are made of.
    pub master: Arc<MasterKey>,
    /// `https://presence.example`, without a slash.
    pub origin: String,
    /// Where days begin.
    pub zone: Tz,
    /// Makes the tokens of presences, and takes certificates back.
    pub proof: Prover,
    /// How rolls are called.
    pub rules: Attendance,
    /// What schools are called.
    pub schools: SchoolName,
    /// Where faces are.
    pub faces: FaceOf,
    /// Where papers lie.
    pub vault: Vault,
    /// What looks for viruses in them, if anything does.
    pub scanner: Option<Scanner>,
    /// Where mail is asked for.
    pub post: Post,
    /// Who is asked who is in a group.
    pub directories: Directories,
}

impl Desk {
    /// A new secret for the codes of a séance, and as it is kept.
    pub(super) fn secret(&self, session: Uuid) -> web::Result<Vec<u8>> {
        let secret = RollSecret::make().map_err(Error::internal)?;
        self.master.seal_secret(&place(session), &secret.0).map_err(Error::internal)
    }

    /// What the codes of a séance are made of; `None`: it is erased, or never was.
    pub(super) fn open_secret(
        &self,
        session: Uuid,
        sealed: Option<&[u8]>,
    ) -> web::Result<Option<RollSecret>> {
        let Some(sealed) = sealed else { return Ok(None) };
        let opened = self.master.open_secret(&place(session), sealed);
        Ok(Some(RollSecret(opened.map_err(Error::internal)?)))
    }

    /// The day of a moment.
    pub(super) fn day(&self, at: DateTime<Utc>) -> NaiveDate {
        at.with_timezone(&self.zone).date_naive()
    }

    /// When a time of the clock on the wall is; `None`: on the day when clocks are put forward.
    pub(super) fn at(&self, day: NaiveDate, time: NaiveTime) -> Option<DateTime<Utc>> {
        Some(self.zone.from_local_datetime(&day.and_time(time)).earliest()?.to_utc())
    }

    /// When a day begins.
    pub(super) fn midnight(&self, day: NaiveDate) -> DateTime<Utc> {
        self.at(day, NaiveTime::MIN).unwrap_or_else(|| day.and_time(NaiveTime::MIN).and_utc())
    }

    /// `08:04`
    pub(super) fn clock(&self, at: DateTime<Utc>) -> String {
        at.with_timezone(&self.zone).format("%H:%M").to_string()
    }
}

/// What names the secret where it is kept: it opens nowhere else.
fn place(session: Uuid) -> Vec<u8> {
    [b"class_session.roll_secret\0".as_slice(), session.as_bytes()].concat()
}
