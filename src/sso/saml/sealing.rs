//! Secrets at rest: AES-256-GCM under the master key, bound to the place where they are kept.
use openssl::rand::rand_bytes;
use openssl::symm::{Cipher, decrypt_aead, encrypt_aead};
use zeroize::Zeroizing;

const NONCE: usize = 12;
const TAG: usize = 16;

/// A sealed secret could not be made or opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// The machine gave no randomness or no cipher.
    #[error("the secret could not be sealed")]
    NotSealed,
    /// Another key, another place, or damaged.
    #[error("the secret cannot be opened with this key in this place")]
    NotOpened,
}

/// Seal `plain` for the place `place` (table and row): nonce, ciphertext, tag.
pub fn seal(master: &[u8; 32], place: &[u8], plain: &[u8]) -> Result<Vec<u8>, SealError> {
    let mut nonce = [0; NONCE];
    rand_bytes(&mut nonce).map_err(|_| SealError::NotSealed)?;
    let mut tag = [0; TAG];
    let cipher = Cipher::aes_256_gcm();
    let hidden = encrypt_aead(cipher, master, Some(&nonce), place, plain, &mut tag)
        .map_err(|_| SealError::NotSealed)?;
    Ok([&nonce, hidden.as_slice(), &tag].concat())
}

/// Open what [`seal`] made for the same place; wiped when dropped.
pub fn open(
    master: &[u8; 32],
    place: &[u8],
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, SealError> {
    let (nonce, rest) = sealed.split_at_checked(NONCE).ok_or(SealError::NotOpened)?;
    let hidden = rest.len().checked_sub(TAG).ok_or(SealError::NotOpened)?;
    let (hidden, tag) = rest.split_at(hidden);
    decrypt_aead(Cipher::aes_256_gcm(), master, Some(nonce), place, hidden, tag)
        .map(Zeroizing::new)
        .map_err(|_| SealError::NotOpened)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_opens_only_with_its_key_in_its_place() {
        let sealed = seal(&[7; 32], b"signing_key/1", b"secret").unwrap();

        assert_eq!(*open(&[7; 32], b"signing_key/1", &sealed).unwrap(), b"secret");
        assert_eq!(open(&[8; 32], b"signing_key/1", &sealed), Err(SealError::NotOpened));
        assert_eq!(open(&[7; 32], b"signing_key/2", &sealed), Err(SealError::NotOpened));
    }

    #[test]
    fn a_damaged_secret_does_not_open() {
        let sealed = seal(&[7; 32], b"", b"secret").unwrap();
        for index in 0..sealed.len() {
            let mut damaged = sealed.clone();
            damaged[index] ^= 1;
            assert!(open(&[7; 32], b"", &damaged).is_err(), "bit of byte {index}");
            assert!(open(&[7; 32], b"", &sealed[..index]).is_err(), "cut at {index}");
        }
    }

    #[test]
    fn sealing_twice_gives_two_texts() {
        let once = seal(&[7; 32], b"", b"secret").unwrap();

        assert_ne!(once, seal(&[7; 32], b"", b"secret").unwrap());
    }
}
