//! What Paybox calls back with: RSA-SHA1 over the raw query up to the last `&` (13).
//!
//! Nothing that stands behind that `&` is read, but the signature.
use crate::web::query::Fields;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use openssl::hash::MessageDigest;
use openssl::pkey::{PKey, Public};
use openssl::sign::Verifier;

/// The code of a payment that was made.
const PAID: &str = "00000";
/// What stands for the number of the bank where no bank was asked.
const TRIAL: &str = "XXXXXX";
/// Longest text of a field.
const LONGEST: usize = 100;

/// What was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Cents.
    pub amount: Option<i64>,
    /// Of which order.
    pub reference: String,
    /// Number of the bank.
    pub approval: String,
    /// The code: `00000` is paid.
    pub error: String,
    /// Which transaction.
    pub transaction: String,
}

impl Told {
    /// Whether money was taken.
    pub fn is_paid(&self) -> bool {
        self.error == PAID
    }

    /// Whether the number of the bank is the one of Paybox's test platform, which takes no money.
    pub fn is_trial(&self) -> bool {
        self.approval == TRIAL
    }
}

/// Read the query of a callback; `None`: Paybox did not say this.
pub fn read(query: &str, key: &PKey<Public>) -> Option<Told> {
    let (said, signature) = query.rsplit_once('&')?;
    let (name, signature) = url::form_urlencoded::parse(signature.as_bytes()).next()?;
    if name != "signature" {
        return None;
    }
    // A plus that nobody encoded became a space.
    let signature = STANDARD.decode(signature.replace(' ', "+")).ok()?;
    let mut verifier = Verifier::new(MessageDigest::sha1(), key).ok()?;
    if !verifier.verify_oneshot(&signature, said.as_bytes()).unwrap_or(false) {
        return None;
    }
    let fields = Fields::parse(said).ok()?;
    let text =
        |name| -> String { fields.get(name).unwrap_or_default().chars().take(LONGEST).collect() };
    Some(Told {
        amount: fields.get("montant").and_then(|amount| amount.parse().ok()),
        reference: text("reference"),
        approval: text("auto"),
        error: text("erreur"),
        transaction: text("idtrans"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use openssl::pkey::Private;
    use openssl::rsa::Rsa;
    use openssl::sign::Signer;

    fn pair() -> (PKey<Private>, PKey<Public>) {
        let private = PKey::from_rsa(Rsa::generate(2048).expect("a key")).expect("a key");
        let pem = private.public_key_to_pem().expect("a key");
        (private, PKey::public_key_from_pem(&pem).expect("a key"))
    }

    fn signed(said: &str, key: &PKey<Private>) -> String {
        let mut signer = Signer::new(MessageDigest::sha1(), key).expect("a signer");
        let signature = signer.sign_oneshot_to_vec(said.as_bytes()).expect("signed");
        let signature = STANDARD.encode(signature);
        let signature: String =
            url::form_urlencoded::byte_serialize(signature.as_bytes()).collect();
        format!("{said}&signature={signature}")
    }

    #[test]
    fn only_what_was_signed_is_read() {
        let (private, public) = pair();
        let said = "montant=1000&reference=CARD-1&auto=XX%26YY&erreur=00000&idtrans=77";
        let query = signed(said, &private);
        let told = read(&query, &public).expect("it is signed");
        assert_eq!((told.amount, told.reference.as_str()), (Some(1000), "CARD-1"));
        assert_eq!((told.approval.as_str(), told.transaction.as_str()), ("XX&YY", "77"));
        assert!(told.is_paid());
        let bare = query.replace("%2B", "+").replace("%2F", "/").replace("%3D", "=");
        assert_eq!(read(&bare, &public), Some(told), "signs that nobody encoded");

        for forged in [
            query.replace("montant=1000", "montant=1"),
            query.replace("CARD-1", "CARD-2"),
            query.replace("%26YY", "%26yy"),
            format!("{query}&montant=1"),
            format!("montant=1&{query}"),
            said.to_owned(),
            format!("{said}&signature="),
            format!("{said}&signature=AAAA"),
            format!("{said}&"),
            String::new(),
        ] {
            assert_eq!(read(&forged, &public), None, "{forged}");
        }
        let (_, other) = pair();
        assert_eq!(read(&query, &other), None, "of somebody else");
    }

    #[test]
    fn only_five_zeros_are_a_payment() {
        let (private, public) = pair();
        for error in ["00001", "00114", "0", "000000", "", "00000%20"] {
            let said = format!("montant=1000&reference=a&auto=&erreur={error}&idtrans=0");
            let told = read(&signed(&said, &private), &public).expect("it is signed");
            assert!(!told.is_paid(), "{error}");
        }
        let said = "montant=10.00&reference=a&auto=b&erreur=00000&idtrans=1";
        let told = read(&signed(said, &private), &public).expect("it is signed");
        assert_eq!(told.amount, None, "cents only");
    }
}
