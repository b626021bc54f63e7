//! The number of a European student card, and the text of its code (9.1, 10).
//!
//! It has the shape of a UUID of version 1, but not its scale of time: the generator that everybody
//! uses adds the 1582 offset in milliseconds to a count of 100 ns. So does this one, and nothing here
//! ever judges the time of a number.
use std::fmt;

/// Milliseconds from 1582 to 1970; the official generator adds them to steps of 100 ns.
const OFFSET: u64 = 12_219_292_800_000;
/// The step of time is 60 bits wide.
const WIDEST: u64 = (1 << 60) - 1;

/// A number of a European student card, lower case.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Escn(String);

/// Who gives numbers out: the institution's PIC, and which of its servers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Issuer {
    prefix: u16,
    pic: String,
}

/// What is wrong with a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadEscn {
    /// Not 36 characters with hyphens in their places.
    #[error("36 characters in the shape of a UUID are needed")]
    Shape,
    /// The third group does not begin with 1.
    #[error("the version is not 1")]
    Version,
    /// The fourth group begins with something else than 8, 9, a or b.
    #[error("the variant is another one")]
    Variant,
    /// The last group is not made of decimal digits.
    #[error("the last twelve characters are not all decimal digits")]
    Node,
}

impl Issuer {
    /// `prefix` is 0 to 999, the PIC has nine digits.
    pub fn new(prefix: u16, pic: &str) -> Option<Self> {
        let is_pic = pic.len() == 9 && pic.bytes().all(|digit| digit.is_ascii_digit());
        (is_pic && prefix <= 999).then(|| Self { prefix, pic: pic.to_owned() })
    }

    /// How the last group of its numbers reads: what counts steps of time apart.
    pub fn node(&self) -> String {
        format!("{:03}{}", self.prefix, self.pic)
    }

    /// The number at a step of time; of `clock` 14 bits count.
    pub fn number(&self, step: u64, clock: u16) -> Escn {
        let (low, mid, high) = (step & 0xffff_ffff, step >> 32 & 0xffff, step >> 48 & 0x0fff);
        let clock = 0x8000 | clock & 0x3fff;
        Escn(format!("{low:08x}-{mid:04x}-{:04x}-{clock:04x}-{}", 0x1000 | high, self.node()))
    }
}

/// The step of time of a moment; numbers of one issuer must go up.
pub fn step(milliseconds: i64) -> u64 {
    u64::try_from(milliseconds).unwrap_or(0).saturating_mul(10_000).saturating_add(OFFSET) & WIDEST
}

/// A clock sequence of random bits, as the official generator draws it: 0 to 0x3ffe.
pub fn clock(random: [u8; 2]) -> u16 {
    u16::from_be_bytes(random) % 0x3fff
}

impl Escn {
    /// Read a number, of ours or of others; capital letters do not matter.
    pub fn parse(text: &str) -> Result<Self, BadEscn> {
        let hyphens = [8, 13, 18, 23];
        let fits = |(at, byte): (usize, u8)| {
            if hyphens.contains(&at) { byte == b'-' } else { byte.is_ascii_hexdigit() }
        };
        if text.len() != 36 || !text.bytes().enumerate().all(fits) {
            return Err(BadEscn::Shape);
        }
        let bytes = text.as_bytes();
        if bytes[14] != b'1' {
            return Err(BadEscn::Version);
        }
        if !matches!(bytes[19].to_ascii_lowercase(), b'8' | b'9' | b'a' | b'b') {
            return Err(BadEscn::Variant);
        }
        if !bytes[24..].iter().all(u8::is_ascii_digit) {
            return Err(BadEscn::Node);
        }
        Ok(Self(text.to_ascii_lowercase()))
    }

    /// The PIC of whoever issued it.
    pub fn pic(&self) -> &str {
        &self.0[27..]
    }
}

impl fmt::Display for Escn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// What the code on a card says: address and number, or the name that its holder has everywhere.
pub fn qr_text(escn: Option<&Escn>, address: &str, eppn: &str) -> String {
    escn.map_or_else(|| eppn.to_owned(), |escn| format!("{address}{escn}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_those_of_the_official_generator() {
        let issuer = Issuer::new(1, "123456789").expect("an issuer");
        let first = step(1_788_249_600_000);
        let one = issuer.number(first, 0x8abc);
        let next = issuer.number(first + 1, 0x9f01);
        assert_eq!(one.to_string(), "14625400-9326-103f-8abc-001123456789");
        assert_eq!(next.to_string(), "14625401-9326-103f-9f01-001123456789");
        assert_eq!(one.pic(), "123456789");
        let code = qr_text(Some(&one), "http://esc.gg/", "");
        assert_eq!(code, "http://esc.gg/14625400-9326-103f-8abc-001123456789");
        assert_eq!(code.len(), 50);
        assert_eq!(qr_text(None, "http://esc.gg/", "lea@univ.example"), "lea@univ.example");
    }

    #[test]
    fn numbers_of_both_scales_of_time_are_good() {
        for good in [
            "3e506370-826a-103d-bf76-001000000001",
            "25539be8-6423-103e-add8-988999978433",
            "21484000-a5db-11f1-8abc-001123456789",
            "14625400-9326-103F-8ABC-001123456789",
        ] {
            let read = Escn::parse(good).expect(good);
            assert_eq!(read.to_string(), good.to_lowercase());
        }
    }

    #[test]
    fn what_is_no_number_is_refused_with_the_reason() {
        for (text, reason) in [
            ("", BadEscn::Shape),
            ("14625400-9326-103f-8abc-00112345678", BadEscn::Shape),
            ("14625400-9326-103f-8abc-0011234567890", BadEscn::Shape),
            ("14625400_9326-103f-8abc-001123456789", BadEscn::Shape),
            ("1462540g-9326-103f-8abc-001123456789", BadEscn::Shape),
            ("14625400-9326-403f-8abc-001123456789", BadEscn::Version),
            ("14625400-9326-103f-cabc-001123456789", BadEscn::Variant),
            ("14625400-9326-103f-7abc-001123456789", BadEscn::Variant),
            ("14625400-9326-103f-8abc-00112345678a", BadEscn::Node),
            ("é4625400-9326-103f-8abc-00112345678", BadEscn::Shape),
        ] {
            assert_eq!(Escn::parse(text), Err(reason), "{text}");
        }
    }

    #[test]
    fn issuers_have_nine_digits_and_three() {
        for (prefix, pic) in
            [(1000, "123456789"), (1, "12345678"), (1, "12345678a"), (1, "1234567890")]
        {
            assert_eq!(Issuer::new(prefix, pic), None, "{prefix} {pic}");
        }
        assert_eq!(
            Issuer::new(999, "000000001").map(|it| it.node()).as_deref(),
            Some("999000000001")
        );
    }

    proptest::proptest! {
        #[test]
        fn whatever_is_made_is_read_back(ms in 0_i64..4_102_444_800_000, clock: [u8; 2], prefix in 0_u16..1000) {
            let issuer = Issuer::new(prefix, "998877665").expect("an issuer");
            let made = issuer.number(step(ms), super::clock(clock));
            proptest::prop_assert_eq!(Escn::parse(&made.to_string()), Ok(made.clone()));
        }
    }
}
