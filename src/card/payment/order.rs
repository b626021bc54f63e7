//! The form that a browser carries to Paybox, sealed with HMAC-SHA512 (13).
use crate::config::Payment;
use crate::hex::hex;
use chrono::{DateTime, Utc};
use openssl::error::ErrorStack;
use openssl::hash::MessageDigest;
use openssl::pkey::{PKey, Private};
use openssl::sign::Signer;

/// What Paybox says when it calls back, and by which names.
pub const RETURNED: &str = "montant:M;reference:R;auto:A;erreur:E;idtrans:S;signature:K";
/// Euro (ISO 4217).
const EURO: &str = "978";

/// What somebody is asked to pay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Order<'a> {
    /// Cents.
    pub total: i64,
    /// What Paybox knows it by.
    pub reference: &'a str,
    /// Where Paybox writes a receipt to.
    pub mail: &'a str,
    /// When.
    pub at: DateTime<Utc>,
    /// Absolute addresses: of the callback, and where the browser comes back to when it is paid, refused, or
    /// given up.
    pub back: [&'a str; 4],
}

/// The fields in the order in which they are sealed and sent, the seal last.
pub fn form(order: &Order<'_>, of: &Payment) -> Result<Vec<(String, String)>, ErrorStack> {
    let [callback, done, refused, given_up] = order.back;
    let time = order.at.format("%Y-%m-%dT%H:%MZ").to_string();
    let total = order.total.to_string();
    // By name.
    let fields = [
        ("PBX_ANNULE", given_up),
        ("PBX_CMD", order.reference),
        ("PBX_DEVISE", EURO),
        ("PBX_EFFECTUE", done),
        ("PBX_HASH", "SHA512"),
        ("PBX_IDENTIFIANT", &of.identifier),
        ("PBX_PORTEUR", order.mail),
        ("PBX_RANG", &of.rank),
        ("PBX_REFUSE", refused),
        ("PBX_REPONDRE_A", callback),
        ("PBX_RETOUR", RETURNED),
        ("PBX_SITE", &of.site),
        ("PBX_TIME", &time),
        ("PBX_TOTAL", &total),
    ];
    let seal = seal(&fields, &of.key)?;
    let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    Ok(fields.chain([("PBX_HMAC".to_owned(), seal)]).collect())
}

/// `name=value` with `&` between, nothing escaped, in the order of the form.
fn seal(fields: &[(&str, &str)], key: &PKey<Private>) -> Result<String, ErrorStack> {
    let said: Vec<_> = fields.iter().map(|(name, value)| format!("{name}={value}")).collect();
    let mut signer = Signer::new(MessageDigest::sha512(), key)?;
    Ok(hex(&signer.sign_oneshot_to_vec(said.join("&").as_bytes())?).to_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Payment;

    #[test]
    fn the_seal_is_the_one_of_the_specification() {
        let at = "2026-09-01T08:00:00Z".parse().expect("a time");
        let order = Order {
            total: 1000,
            reference: "CARD-NEW@@joe@univ-ville.example@@1000-2026-09-01-10-00-00-0",
            mail: "joe@univ-ville.example",
            at,
            back: [
                "https://card.univ-ville.example/payboxcallback",
                "https://card.univ-ville.example/user/payboxOk",
                "https://card.univ-ville.example/user",
                "https://card.univ-ville.example/user",
            ],
        };
        let form = form(&order, &Payment::sample()).expect("sealed");
        assert_eq!(
            form.last().map(|(name, value)| (name.as_str(), value.as_str())),
            Some((
                "PBX_HMAC",
                "D7D5BE938EC93BA97AE546F813ADA6BA1692A23CED63390FBAD28037F1E30D210D5CACD6EE301BC6A14898494E453778D1B4186071ECEF32B0F754486F6C0A5E"
            ))
        );
        let names: Vec<_> = form[..form.len() - 1].iter().map(|(name, _)| name).collect();
        assert!(names.is_sorted(), "{names:?}");
    }
}
