//! The remembered choice: a cookie that only we can write and only its person can use
//! (`dispatch.md` 3.7).
use crate::identity::{PersonId, Rne};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;
use chrono::{DateTime, Datelike, Duration, NaiveDate, TimeZone, Utc};
use chrono_tz::Tz;
use openssl::hash::MessageDigest;
use openssl::memcmp;
use openssl::pkey::{PKey, Private};
use openssl::sign::Signer;
use serde::{Deserialize, Serialize};

/// Name of the cookie.
pub const COOKIE: &str = "__Host-dispatch_choice";
/// No choice is kept longer.
const LONGEST: Duration = Duration::days(366);
/// Characters of the longest value that is looked at.
const MAX_VALUE: usize = 512;
/// The one form of the value that there is.
const VERSION: u8 = 1;

/// A school, and which of its portals: what a tile, a form or the cookie names.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Choice {
    /// The school.
    pub rne: Rne,
    /// [`Destination::portal_index`](super::Destination::portal_index).
    pub portal: u8,
}

/// Why a cookie counts for nothing; it is to be dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RememberError {
    /// Not of our form.
    #[error("not a remembered choice")]
    Malformed,
    /// Not signed with our key.
    #[error("signed with another key")]
    Forged,
    /// Somebody else's, on the same computer.
    #[error("the choice of another person")]
    OtherPerson,
    /// Too old.
    #[error("expired")]
    Expired,
}

#[derive(Serialize, Deserialize)]
struct Value {
    /// Version.
    v: u8,
    /// Person, unrecognisable.
    s: String,
    /// School.
    r: String,
    /// Portal.
    p: u8,
    /// End, seconds since 1970.
    e: i64,
}

/// Signs and checks remembered choices.
#[derive(Debug, Clone)]
pub struct Memory {
    key: PKey<Private>,
}

impl Memory {
    /// With the server's key; a new key forgets everybody's choice.
    pub fn new(key: &[u8; 32]) -> Result<Self, openssl::error::ErrorStack> {
        Ok(Self { key: PKey::hmac(key)? })
    }

    /// The value of the cookie for `choice` of `person` until `end`.
    pub fn write(
        &self,
        person: PersonId,
        choice: &Choice,
        end: DateTime<Utc>,
    ) -> Result<String, openssl::error::ErrorStack> {
        let value = Value {
            v: VERSION,
            s: self.pseudonym(person)?,
            r: choice.rne.to_string(),
            p: choice.portal,
            e: end.timestamp(),
        };
        let json = serde_json::json!(value).to_string();
        let body = BASE64.encode(json);
        let mac = BASE64.encode(self.mac("choice", body.as_bytes())?);
        Ok(format!("{body}.{mac}"))
    }

    /// The choice in a cookie, if `person` made it and it still counts.
    pub fn read(
        &self,
        person: PersonId,
        cookie: &str,
        now: DateTime<Utc>,
    ) -> Result<Choice, RememberError> {
        let value = self.verified(cookie)?;
        let own = self.pseudonym(person).map_err(|_| RememberError::Malformed)?;
        if !same(value.s.as_bytes(), own.as_bytes()) {
            return Err(RememberError::OtherPerson);
        }
        if value.e <= now.timestamp() || value.e > (now + LONGEST).timestamp() {
            return Err(RememberError::Expired);
        }
        let rne = Rne::parse(&value.r).map_err(|_| RememberError::Malformed)?;
        Ok(Choice { rne, portal: value.p })
    }

    fn verified(&self, cookie: &str) -> Result<Value, RememberError> {
        let parts = if cookie.len() > MAX_VALUE { None } else { cookie.split_once('.') };
        let (body, mac) = parts.ok_or(RememberError::Malformed)?;
        let mac = BASE64.decode(mac).map_err(|_| RememberError::Malformed)?;
        let good = self.mac("choice", body.as_bytes()).map_err(|_| RememberError::Malformed)?;
        if !same(&mac, &good) {
            return Err(RememberError::Forged);
        }
        let json = BASE64.decode(body).map_err(|_| RememberError::Malformed)?;
        let value: Value = serde_json::from_slice(&json).map_err(|_| RememberError::Malformed)?;
        if value.v == VERSION { Ok(value) } else { Err(RememberError::Malformed) }
    }

    fn pseudonym(&self, person: PersonId) -> Result<String, openssl::error::ErrorStack> {
        let mac = self.mac("person", person.0.as_bytes())?;
        Ok(BASE64.encode(&mac[..16.min(mac.len())]))
    }

    /// HMAC-SHA-256; `purpose` keeps the two uses of the key apart.
    fn mac(&self, purpose: &str, bytes: &[u8]) -> Result<Vec<u8>, openssl::error::ErrorStack> {
        let mut signer = Signer::new(MessageDigest::sha256(), &self.key)?;
        signer.update(purpose.as_bytes())?;
        signer.update(b"\0")?;
        signer.update(bytes)?;
        signer.sign_to_vec()
    }
}

/// When a choice made now ends: with the 31 August that comes next where the school is.
pub fn end_of_school_year(now: DateTime<Utc>, zone: Tz) -> DateTime<Utc> {
    let today = now.with_timezone(&zone).date_naive();
    let this_year = NaiveDate::from_ymd_opt(today.year(), 9, 1);
    let first = this_year.filter(|first| *first > today);
    let first = first.or_else(|| NaiveDate::from_ymd_opt(today.year() + 1, 9, 1));
    let midnight = first.and_then(|first| first.and_hms_opt(0, 0, 0));
    let end = midnight.and_then(|midnight| zone.from_local_datetime(&midnight).earliest());
    end.map_or(now + LONGEST, |end| end.with_timezone(&Utc)).min(now + LONGEST)
}

fn same(one: &[u8], other: &[u8]) -> bool {
    one.len() == other.len() && memcmp::eq(one, other)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use uuid::Uuid;

    fn memory() -> Memory {
        Memory::new(&[7; 32]).expect("a key")
    }

    fn person(number: u128) -> PersonId {
        PersonId(Uuid::from_u128(number))
    }

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("a time")
    }

    fn choice() -> Choice {
        Choice { rne: Rne::parse("9749801K").expect("a code"), portal: 2 }
    }

    fn cookie() -> String {
        memory().write(person(1), &choice(), at("2026-08-31T22:00:00Z")).expect("signed")
    }

    #[test]
    fn a_choice_counts_for_its_person_until_its_end() {
        let read = |who, now| memory().read(person(who), &cookie(), at(now));
        assert_eq!(read(1, "2026-08-31T21:59:59Z"), Ok(choice()));
        assert_eq!(read(1, "2026-08-31T22:00:00Z"), Err(RememberError::Expired));
        assert_eq!(read(1, "2025-08-01T00:00:00Z"), Err(RememberError::Expired));
        assert_eq!(read(2, "2026-01-01T00:00:00Z"), Err(RememberError::OtherPerson));
    }

    #[test]
    fn another_key_forgets() {
        let other = Memory::new(&[8; 32]).expect("a key");
        let found = other.read(person(1), &cookie(), at("2026-01-01T00:00:00Z"));
        assert_eq!(found, Err(RememberError::Forged));
    }

    #[test]
    fn the_cookie_names_nobody() {
        let cookie = cookie();
        let body = BASE64.decode(cookie.split('.').next().expect("a body")).expect("base64");
        let json: serde_json::Value = serde_json::from_slice(&body).expect("json");
        assert_eq!(json["r"], "9749801K");
        assert_eq!(json["s"].as_str().map(str::len), Some(22));
        assert!(!String::from_utf8_lossy(&body).contains(&person(1).0.to_string()));
        assert!(cookie.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte)));
    }

    #[test]
    fn nonsense_is_malformed() {
        let now = at("2026-01-01T00:00:00Z");
        for value in ["", "x", ".", "a.b!", "é.é", &"a".repeat(600)] {
            let found = memory().read(person(1), value, now);
            assert!(
                matches!(found, Err(RememberError::Malformed | RememberError::Forged)),
                "{value}"
            );
        }
    }

    #[test]
    fn the_school_year_ends_at_midnight_where_the_school_is() {
        let paris = Tz::Europe__Paris;
        let table = [
            ("2025-09-01T06:00:00Z", paris, "2026-08-31T22:00:00Z"),
            ("2026-08-31T12:00:00Z", paris, "2026-08-31T22:00:00Z"),
            ("2026-08-31T22:00:00Z", paris, "2027-08-31T22:00:00Z"),
            ("2026-01-15T12:00:00Z", Tz::Indian__Reunion, "2026-08-31T20:00:00Z"),
            ("2023-09-01T12:00:00Z", paris, "2024-08-31T22:00:00Z"),
        ];
        for (now, zone, end) in table {
            assert_eq!(end_of_school_year(at(now), zone), at(end), "{now}");
        }
    }

    proptest! {
        #[test]
        fn any_change_of_the_cookie_is_noticed(place in any::<prop::sample::Index>(), byte in 32..127_u8) {
            let good = cookie();
            let mut bytes = good.clone().into_bytes();
            let place = place.index(bytes.len());
            prop_assume!(bytes[place] != byte);
            bytes[place] = byte;
            let changed = String::from_utf8(bytes).expect("ASCII");
            let found = memory().read(person(1), &changed, at("2026-01-01T00:00:00Z"));
            prop_assert!(found.is_err());
        }
    }
}
