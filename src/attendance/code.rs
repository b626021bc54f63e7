//! The code on the wall: an address that changes every few seconds, and six digits to be typed
//! (5.1, 5.2, 5.4).
//!
//! A code is an HMAC over the séance and a window of time on our clock. Nothing is kept per code,
//! and the clocks of telephones and projectors play no part.
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, Utc};
use openssl::hash::MessageDigest;
use openssl::pkey::PKey;
use openssl::sign::Signer;
use uuid::Uuid;
use zeroize::Zeroizing;

/// Windows behind the current one that are still good.
const KEEP: u64 = 1;
/// Milliseconds more, for slow telephones.
const GRACE_MS: u64 = 3_000;
/// Milliseconds that another node's clock may be ahead.
const SKEW_MS: u64 = 1_000;
/// Seconds of a window of the spoken code.
const SPOKEN_S: u64 = 30;

/// What the codes of one opening of a roll are made of: 32 random bytes.
#[derive(Clone)]
pub struct RollSecret(pub Zeroizing<Vec<u8>>);

/// What is wrong with a code.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeFault {
    /// We never made it.
    Unknown,
    /// It was ours, some time ago.
    Expired,
}

/// HMAC-SHA-512.
pub(super) fn hmac(key: &[u8], message: &[u8]) -> Vec<u8> {
    PKey::hmac(key)
        .and_then(|key| {
            let mut signer = Signer::new(MessageDigest::sha512(), &key)?;
            signer.sign_oneshot_to_vec(message)
        })
        .expect("an HMAC needs nothing that could be missing")
}

/// Milliseconds since 1970.
pub(super) fn millis(now: DateTime<Utc>) -> u64 {
    u64::try_from(now.timestamp_millis()).unwrap_or(0)
}

/// The séance in an address: 22 characters.
pub fn short(session: Uuid) -> String {
    URL_SAFE_NO_PAD.encode(session.as_bytes())
}

/// The séance that an address names: 22 characters, or the 36 that stand in clear below the code.
pub fn parse_session(text: &str) -> Option<Uuid> {
    match text.len() {
        22 => Uuid::from_slice(&URL_SAFE_NO_PAD.decode(text).ok()?).ok(),
        36 => Uuid::try_parse(text).ok(),
        _ => None,
    }
}

impl RollSecret {
    /// A new one.
    pub fn make() -> Result<Self, openssl::error::ErrorStack> {
        let mut bytes = Zeroizing::new(vec![0; 32]);
        openssl::rand::rand_bytes(&mut bytes)?;
        Ok(Self(bytes))
    }

    /// `W.MAC` of a window.
    pub fn code(&self, session: Uuid, window: u64) -> String {
        format!("{}.{}", base36(window), URL_SAFE_NO_PAD.encode(self.mac(session, window)))
    }

    /// Whether a code of this séance, with windows of so many seconds, is good now.
    pub fn check(
        &self,
        (session, seconds): (Uuid, u64),
        code: &str,
        now: DateTime<Utc>,
    ) -> Result<(), CodeFault> {
        let (window, mac) = code.split_once('.').ok_or(CodeFault::Unknown)?;
        let window = parse_base36(window).ok_or(CodeFault::Unknown)?;
        let mac = URL_SAFE_NO_PAD.decode(mac).map_err(|_| CodeFault::Unknown)?;
        let ours = self.mac(session, window);
        if mac.len() != ours.len() || !openssl::memcmp::eq(&mac, &ours) {
            return Err(CodeFault::Unknown);
        }
        let now = millis(now);
        if window > (now + SKEW_MS) / (seconds * 1_000) {
            return Err(CodeFault::Unknown);
        }
        let end = (window + 1 + KEEP).saturating_mul(seconds * 1_000).saturating_add(GRACE_MS);
        if now < end { Ok(()) } else { Err(CodeFault::Expired) }
    }

    /// Six digits to be said aloud.
    pub fn spoken(&self, session: Uuid, now: DateTime<Utc>) -> String {
        self.spoken_in(session, millis(now) / (SPOKEN_S * 1_000))
    }

    /// Whether six digits are those of now, or of just before.
    pub fn is_spoken(&self, session: Uuid, digits: &str, now: DateTime<Utc>) -> bool {
        let window = millis(now) / (SPOKEN_S * 1_000);
        let fits = |window: u64| {
            let ours = self.spoken_in(session, window);
            ours.len() == digits.len() && openssl::memcmp::eq(ours.as_bytes(), digits.as_bytes())
        };
        // Both are compared, whichever fits.
        fits(window) | fits(window.saturating_sub(1))
    }

    fn mac(&self, session: Uuid, window: u64) -> Vec<u8> {
        self.over(b"roll-v1", session, window)[..12].to_vec()
    }

    fn spoken_in(&self, session: Uuid, window: u64) -> String {
        let hash = self.over(b"say-v1", session, window);
        let first: [u8; 8] = hash[..8].try_into().unwrap_or_default();
        format!("{:06}", u64::from_be_bytes(first) % 1_000_000)
    }

    fn over(&self, label: &[u8], session: Uuid, window: u64) -> Vec<u8> {
        hmac(&self.0, &[label, session.as_bytes(), &window.to_be_bytes()].concat())
    }
}

/// The window of now.
pub fn window(now: DateTime<Utc>, seconds: u64) -> u64 {
    millis(now) / (seconds * 1_000)
}

const DIGITS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";

fn base36(mut number: u64) -> String {
    let mut digits = Vec::new();
    loop {
        digits.push(char::from(DIGITS[usize::try_from(number % 36).unwrap_or(0)]));
        number /= 36;
        if number == 0 {
            return digits.iter().rev().collect();
        }
    }
}

/// Small letters only, as we write it.
fn parse_base36(text: &str) -> Option<u64> {
    let ours = |byte: u8| byte.is_ascii_digit() || byte.is_ascii_lowercase();
    let is_ours = !text.is_empty() && text.len() <= 12 && text.bytes().all(ours);
    is_ours.then(|| u64::from_str_radix(text, 36).ok())?
}

#[cfg(test)]
mod tests;
