//! `[payment]`: Paybox.
use super::card_services::address;
use super::reader::Reader;
use crate::mail::MailAddress;
use openssl::pkey::{PKey, Private, Public};
use url::Url;

/// The section.
const HERE: &str = "payment";
/// The most that a card costs, cents.
const MOST: i64 = 100_000;

/// `[payment]`
#[derive(Debug, Clone)]
pub struct Payment {
    /// Number of the shop.
    pub site: String,
    /// Its rank.
    pub rank: String,
    /// The name that Paybox gave it.
    pub identifier: String,
    /// What forms are sealed with.
    pub key: PKey<Private>,
    /// What callbacks are signed with.
    pub public_key: PKey<Public>,
    /// Where browsers pay, the first that answers.
    pub addresses: Vec<Url>,
    /// Cents of a first card by type; `*` is every other type.
    pub first: Vec<(String, i64)>,
    /// The same of a further one.
    pub renewal: Vec<(String, i64)>,
    /// Who is written to of payments.
    pub alert_to: Vec<MailAddress>,
}

impl Payment {
    pub(super) fn read(reader: &mut Reader) -> Option<Self> {
        let addresses = reader.list(HERE, "addresses", address);
        let first = reader.list(HERE, "first", cost);
        let renewal = reader.list(HERE, "renewal", cost);
        let alert_to = reader.list(HERE, "alert_to", |text| {
            MailAddress::parse(text).ok_or_else(|| "write a mail address".to_owned())
        });
        let site = reader.value(HERE, "site", digits)?;
        let rank = reader.required(HERE, "rank").and_then(|_| reader.value(HERE, "rank", digits));
        let identifier = reader.required(HERE, "identifier");
        let identifier = identifier.and_then(|_| reader.value(HERE, "identifier", digits));
        let key = seal_key(reader);
        let public_key = paybox_key(reader);
        if addresses.is_empty() {
            reader.mistake("E-CONF-MISSING", HERE, "addresses", "write where people pay");
        }
        Some(Self {
            site,
            rank: rank?,
            identifier: identifier?,
            key: key?,
            public_key: public_key?,
            addresses,
            first,
            renewal,
            alert_to,
        })
    }

    /// What a card of this type costs.
    pub fn cost(&self, card_type: &str, is_renewal: bool) -> Option<i64> {
        let costs = if is_renewal { &self.renewal } else { &self.first };
        let of = |wanted: &str| costs.iter().find(|(kind, _)| kind == wanted);
        of(card_type).or_else(|| of("*")).map(|(_, cents)| *cents)
    }

    /// The shop of the specification, for tests.
    #[cfg(test)]
    pub(crate) fn sample() -> Self {
        let public = PKey::from_rsa(openssl::rsa::Rsa::generate(2048).expect("a key"));
        let pem = public.expect("a key").public_key_to_pem().expect("a key");
        Self {
            site: "1999888".to_owned(),
            rank: "32".to_owned(),
            identifier: "107904482".to_owned(),
            key: hmac_key(&"0123456789ABCDEF".repeat(8)).expect("a key"),
            public_key: PKey::public_key_from_pem(&pem).expect("a key"),
            addresses: Vec::new(),
            first: vec![("E".to_owned(), 1000), ("*".to_owned(), 1500)],
            renewal: vec![("E".to_owned(), 2000)],
            alert_to: Vec::new(),
        }
    }
}

fn digits(text: &str) -> Result<String, String> {
    let is_number = (1..=12).contains(&text.len()) && text.bytes().all(|it| it.is_ascii_digit());
    is_number.then(|| text.to_owned()).ok_or_else(|| "write the digits of Paybox".to_owned())
}

/// `E:10.50`
fn cost(text: &str) -> Result<(String, i64), String> {
    let instead = || "write type:euros, E:10.50 or *:15 for instance".to_owned();
    let (kind, euros) = text.split_once(':').ok_or_else(instead)?;
    let (kind, euros) = (kind.trim(), euros.trim());
    let (whole, part) = euros.split_once('.').unwrap_or((euros, "00"));
    let is_fit = |text: &str| !text.is_empty() && text.bytes().all(|it| it.is_ascii_digit());
    if kind.is_empty() || part.len() != 2 || whole.len() > 4 || !is_fit(whole) || !is_fit(part) {
        return Err(instead());
    }
    let cents: i64 = format!("{whole}{part}").parse().map_err(|_| instead())?;
    let is_fit = (1..=MOST).contains(&cents);
    is_fit.then(|| (kind.to_owned(), cents)).ok_or_else(|| "write 0.01 to 1000 euros".to_owned())
}

/// The bytes of hexadecimal digits.
fn bytes(text: &str) -> Option<Vec<u8>> {
    let pair = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    let is_hex = text.len() >= 32
        && text.len().is_multiple_of(2)
        && text.bytes().all(|digit| digit.is_ascii_hexdigit());
    is_hex.then(|| text.as_bytes().chunks(2).map(pair).collect())?
}

fn hmac_key(text: &str) -> Option<PKey<Private>> {
    PKey::hmac(&bytes(text.trim())?).ok()
}

fn seal_key(reader: &mut Reader) -> Option<PKey<Private>> {
    let secret = reader.required(HERE, "key").and_then(|_| reader.secret(HERE, "key"))?;
    let key = hmac_key(secret.reveal());
    if key.is_none() {
        let instead = "it has to be the hexadecimal digits of the HMAC key";
        reader.mistake("E-CONF-SECRET", HERE, "key", instead);
    }
    key
}

fn paybox_key(reader: &mut Reader) -> Option<PKey<Public>> {
    let path = reader.required(HERE, "public_key").and_then(|_| reader.path(HERE, "public_key"))?;
    let key = std::fs::read(path).ok().and_then(|pem| PKey::public_key_from_pem(&pem).ok());
    let key = key.filter(|key| key.rsa().is_ok());
    if key.is_none() {
        let instead = "it is no RSA public key in PEM that can be read";
        reader.mistake("E-CONF-VALUE", HERE, "public_key", instead);
    }
    key
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cards_cost_is_written_by_type() {
        assert_eq!(cost("E:10.50"), Ok(("E".to_owned(), 1050)));
        assert_eq!(cost("* : 15"), Ok(("*".to_owned(), 1500)));
        for wrong in ["10", "E:", "E:0", "E:-1", "E:1,5", "E:10.5", "E:1000.01", "E:99999", ":1"] {
            assert!(cost(wrong).is_err(), "{wrong}");
        }
        let shop = Payment::sample();
        assert_eq!((shop.cost("E", false), shop.cost("P", false)), (Some(1000), Some(1500)));
        assert_eq!((shop.cost("E", true), shop.cost("P", true)), (Some(2000), None));
    }

    #[test]
    fn keys_are_hexadecimal_digits() {
        assert_eq!(bytes(&"0F".repeat(16)), Some(vec![15; 16]));
        for wrong in ["", "0F0F", &"0G".repeat(16), &"0F".repeat(16)[1..], &"é".repeat(16)] {
            assert_eq!(bytes(wrong), None, "{wrong}");
        }
    }
}
