//! The ticket of a scan: the code is checked before the sign-in, and its time is what counts (5.3).
use super::code::{hmac, millis};
use crate::identity::PersonId;
use crate::web::form_key::FormKey;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use uuid::Uuid;

/// How long a ticket is good.
pub const LIFE: TimeDelta = TimeDelta::minutes(5);
/// Length in bytes.
const LENGTH: usize = 53;
/// Bytes before the tag.
const SIGNED: usize = 37;
/// Keys change so often.
const WEEK_MS: u64 = 7 * 24 * 3_600_000;

/// What a page of faces hands out changes so often.
const FACES_MS: u64 = 10 * 60_000;

/// What was scanned: the first byte of a ticket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wall {
    /// A code that changes.
    Rotating = 1,
    /// One that may be printed.
    Static = 2,
}

/// Somebody scanned this code then.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ticket {
    /// What kind of code.
    pub wall: Wall,
    /// The séance.
    pub session: Uuid,
    /// When.
    pub scanned_at: DateTime<Utc>,
    /// Good for once.
    pub nonce: [u8; 12],
}

/// Why a ticket is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TicketFault {
    /// We did not make it.
    Unknown,
    /// The scan was too long ago.
    Expired,
}

/// The keys of tickets and browsers, of those that all nodes share.
#[derive(Clone)]
pub struct ScanKeys(FormKey);

impl ScanKeys {
    /// Keys for this module, of the key of our cookies.
    pub fn new(key: FormKey) -> Self {
        Self(key)
    }

    fn of_week(&self, week: u64) -> Vec<u8> {
        let label = [b"attendance-ticket\0".as_slice(), &week.to_be_bytes()].concat();
        hmac(self.0.secret(), &label)[..32].to_vec()
    }

    /// A ticket as its cookie holds it.
    pub fn write(&self, ticket: &Ticket) -> String {
        ticket.write(&self.of_week(millis(ticket.scanned_at) / WEEK_MS))
    }

    /// Read a ticket that came back.
    pub fn read(&self, text: &str, now: DateTime<Utc>) -> Result<Ticket, TicketFault> {
        let week = millis(now) / WEEK_MS;
        let read = |week| Ticket::read(text, &self.of_week(week));
        let ticket = read(week).or_else(|| read(week.saturating_sub(1)));
        let ticket = ticket.ok_or(TicketFault::Unknown)?;
        let age = now - ticket.scanned_at;
        if age < TimeDelta::seconds(-30) {
            return Err(TicketFault::Unknown);
        }
        if age > LIFE { Err(TicketFault::Expired) } else { Ok(ticket) }
    }

    /// What a page of faces hands out, to whom it was shown, in these ten minutes.
    pub fn faces(&self, viewer: PersonId, session: Uuid, now: DateTime<Utc>) -> String {
        let key = hmac(self.0.secret(), b"attendance-faces\0");
        let minutes = (millis(now) / FACES_MS).to_be_bytes();
        let said = [viewer.0.as_bytes().as_slice(), session.as_bytes(), &minutes].concat();
        URL_SAFE_NO_PAD.encode(&hmac(&key, &said)[..16])
    }

    /// Whether that was handed out to them for this séance, now or just before.
    pub fn are_shown(
        &self,
        said: &str,
        (viewer, session): (PersonId, Uuid),
        now: DateTime<Utc>,
    ) -> bool {
        let before = now - TimeDelta::milliseconds(FACES_MS.cast_signed());
        [now, before].iter().any(|at| {
            let made = self.faces(viewer, session, *at);
            said.len() == made.len() && openssl::memcmp::eq(said.as_bytes(), made.as_bytes())
        })
    }

    /// What is kept of a browser: nothing that names it elsewhere.
    pub fn device(&self, cookie: &str) -> Vec<u8> {
        let key = hmac(self.0.secret(), b"attendance-device\0");
        hmac(&key, cookie.as_bytes())[..16].to_vec()
    }
}

impl Ticket {
    /// A scan of now.
    pub fn make(
        wall: Wall,
        session: Uuid,
        now: DateTime<Utc>,
    ) -> Result<Self, openssl::error::ErrorStack> {
        let mut nonce = [0; 12];
        openssl::rand::rand_bytes(&mut nonce)?;
        Ok(Self { wall, session, scanned_at: now, nonce })
    }

    fn write(&self, key: &[u8]) -> String {
        let mut bytes = vec![self.wall as u8];
        bytes.extend_from_slice(self.session.as_bytes());
        bytes.extend_from_slice(&millis(self.scanned_at).to_be_bytes());
        bytes.extend_from_slice(&self.nonce);
        bytes.extend_from_slice(&tag(key, &bytes));
        URL_SAFE_NO_PAD.encode(bytes)
    }

    fn read(text: &str, key: &[u8]) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok().filter(|bytes| bytes.len() == LENGTH)?;
        let (signed, found) = bytes.split_at(SIGNED);
        if !openssl::memcmp::eq(found, &tag(key, signed)) {
            return None;
        }
        let wall = match signed[0] {
            1 => Wall::Rotating,
            2 => Wall::Static,
            _ => return None,
        };
        let ms = u64::from_be_bytes(signed[17..25].try_into().ok()?);
        Some(Self {
            wall,
            session: Uuid::from_slice(&signed[1..17]).ok()?,
            scanned_at: DateTime::from_timestamp_millis(i64::try_from(ms).ok()?)?,
            nonce: signed[25..].try_into().ok()?,
        })
    }
}

fn tag(key: &[u8], signed: &[u8]) -> Vec<u8> {
    hmac(key, &[b"ticket-v1", signed].concat())[..LENGTH - SIGNED].to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use zeroize::Zeroizing;

    const VECTOR: &str = "AQGQ87JsTksanFUvb18KfRAAAAGh_Ot31KChoqOkpaanqKmqq05P8T91ASQXK6g8-EYzAtM";

    fn key() -> Vec<u8> {
        (0x20..0x40).collect()
    }

    fn of_the_vector() -> Ticket {
        let mut nonce = [0; 12];
        nonce.iter_mut().zip(0xa0..).for_each(|(byte, value)| *byte = value);
        Ticket {
            wall: Wall::Rotating,
            session: "0190f3b2-6c4e-4b1a-9c55-2f6f5f0a7d10".parse().expect("an id"),
            scanned_at: "2026-11-21T07:04:12.500Z".parse().expect("a time"),
            nonce,
        }
    }

    fn keys() -> ScanKeys {
        ScanKeys::new(FormKey::new(Zeroizing::new(vec![7; 32])))
    }

    #[test]
    fn the_ticket_is_the_one_of_the_vector() {
        assert_eq!(of_the_vector().write(&key()), VECTOR);
        assert_eq!(Ticket::read(VECTOR, &key()), Some(of_the_vector()));
    }

    #[test]
    fn a_ticket_is_good_for_five_minutes_also_over_a_change_of_keys() {
        let week = TimeDelta::milliseconds(i64::try_from(WEEK_MS).expect("fits"));
        let change = DateTime::UNIX_EPOCH + week * 2_900;
        let scanned_at = change - TimeDelta::minutes(1);
        let text = keys().write(&Ticket { scanned_at, ..of_the_vector() });
        let read = |after: i64| {
            keys()
                .read(&text, scanned_at + TimeDelta::seconds(after))
                .map(|ticket| ticket.scanned_at)
        };
        assert_eq!(read(0), Ok(scanned_at));
        assert_eq!(read(61), Ok(scanned_at), "the key of the week before");
        assert_eq!(read(300), Ok(scanned_at));
        assert_eq!(read(301), Err(TicketFault::Expired));
        assert_eq!(read(-31), Err(TicketFault::Unknown), "a scan of the future");
        let late = keys().read(&text, scanned_at + week * 2);
        assert_eq!(late, Err(TicketFault::Unknown));
    }

    proptest! {
        #[test]
        fn a_ticket_goes_round_and_no_other_is_one(
            session in any::<u128>(), nonce in any::<[u8; 12]>(), ms in 0_i64..4_000_000_000_000,
            is_static in any::<bool>(), place in 0_usize..71,
        ) {
            let scanned_at = DateTime::from_timestamp_millis(ms).expect("a time");
            let wall = if is_static { Wall::Static } else { Wall::Rotating };
            let ticket = Ticket { wall, session: Uuid::from_u128(session), scanned_at, nonce };
            let text = keys().write(&ticket);
            prop_assert_eq!(text.len(), 71);
            prop_assert_eq!(keys().read(&text, scanned_at), Ok(ticket));
            let mut changed = text.clone().into_bytes();
            changed[place] = if changed[place] == b'A' { b'E' } else { b'A' };
            let changed = String::from_utf8(changed).expect("ASCII");
            prop_assert_eq!(keys().read(&changed, scanned_at), Err(TicketFault::Unknown));
        }
    }
}
