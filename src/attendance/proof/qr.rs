//! The one form of QR code that proofs are printed in.
use super::error::ProofError;
use qrcode::bits::Bits;
use qrcode::{EcLevel, QrCode, Version};

/// A code in the one form that we print: one byte segment, level L, the smallest version.
pub(super) fn code(text: &str) -> Result<QrCode, ProofError> {
    for version in 1..=40 {
        let mut bits = Bits::new(Version::Normal(version));
        let fits = bits.push_byte_data(text.as_bytes()).is_ok()
            && bits.push_terminator(EcLevel::L).is_ok();
        if fits {
            return QrCode::with_bits(bits, EcLevel::L).map_err(ProofError::document);
        }
    }
    Err(ProofError::document("the address is too long for a code"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_and_its_address_fit_version_18() {
        let address = |length: usize| "x".repeat(length);

        assert_eq!(code(&address(718)).expect("a code").version(), Version::Normal(18));
        assert_eq!(code(&address(719)).expect("a code").version(), Version::Normal(19));
        assert!(code(&address(3000)).is_err());
    }
}
