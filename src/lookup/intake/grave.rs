//! What is left of a removed cloud id: a digest that nobody can try names against.
use openssl::hash::MessageDigest;
use openssl::pkey::PKey;
use openssl::sign::Signer;
use zeroize::Zeroizing;

/// The key of the digests, the same on all nodes and for ever.
#[derive(Clone)]
pub struct GraveKey(Zeroizing<Vec<u8>>);

impl GraveKey {
    /// Use these bytes, 32 random ones.
    pub fn new(secret: Zeroizing<Vec<u8>>) -> Self {
        Self(secret)
    }

    /// What stands for a cloud id, given in its form for comparison: HMAC-SHA-256.
    pub(super) fn digest(&self, cloud_key: &str) -> Vec<u8> {
        let mac = || {
            let key = PKey::hmac(&self.0)?;
            let mut signer = Signer::new(MessageDigest::sha256(), &key)?;
            signer.sign_oneshot_to_vec(format!("tombstone\0{cloud_key}").as_bytes())
        };
        mac().expect("an HMAC needs nothing that could be missing")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_depend_on_id_and_key() {
        let key = |byte| GraveKey::new(Zeroizing::new(vec![byte; 32]));
        assert_eq!(key(1).digest("a@b"), key(1).digest("a@b"));
        assert_ne!(key(1).digest("a@b"), key(1).digest("a@c"));
        assert_ne!(key(1).digest("a@b"), key(2).digest("a@b"));
    }
}
